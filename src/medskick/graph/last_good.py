"""What each dataset looked like when it was last built: it stands in for a dataset that has faults now.

The tables and description are kept beside the stores, so that the dataset is read, derived and checked with the others
as always; only its newest version is left out.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medskick.graph.assemble import Assembled, without_drafts
from medskick.graph.dataset import dataset_name
from medskick.graph.dataset_description import read_description
from medskick.graph.faults import Fault, Faulty

_FOLDER = "last-good"


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((*folder.glob("*.csv"), *folder.glob("dataset.toml")))}


def keep(folders: Iterable[Path], home: Path, held: Iterable[str]) -> None:
    """Keep the datasets in folders as they were built now, but those ``held``; of others nothing stays. ``OSError``."""
    kept, names = home / _FOLDER, dict[str, Path]()
    for folder in folders:
        names[dataset_name(folder)] = folder
    for name in sorted(names.keys() - set(held)):
        files, place = _files(names[name]), kept / name
        if place.is_dir() and _files(place) == files:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=home, prefix=".draft-"))
        try:
            for file, raw in files.items():
                (fresh / file).write_bytes(raw)
            shutil.rmtree(place, ignore_errors=True)
            fresh.replace(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    for path in sorted(kept.glob("**/dataset.toml")):
        if dataset_name(path.parent) not in names:
            shutil.rmtree(path.parent)


def last_built(name: str, home: Path) -> Path | None:
    """Return the folder of a dataset as it was last built among the stores of a folder, ``None`` if it never was."""
    place = home / _FOLDER / name
    return place if (place / "dataset.toml").is_file() else None


def hold(
    assembled: Assembled, folders: Sequence[Path], home: Path, again: Callable[[Sequence[Path]], Assembled]
) -> Assembled:
    """Return the datasets assembled with those that have faults as they were last built, or without them.

    ``again`` assembles folders. The faults of those that stand as last built are in ``held`` of what is returned, those
    of the ones that are not there, as they were never built or what was built does not fit the rest, in ``absent``.
    Raises ``Faulty`` with all faults where nothing would be left, or where one is in no dataset.
    """
    first, places = assembled, {dataset_name(folder): folder for folder in folders}
    held: dict[str, list[Fault]] = {}
    absent: dict[str, list[Fault]] = {}
    while assembled.errors:
        for name, faults in _by_dataset(assembled, places, home).items():
            if not any(one.level == "error" for one in faults):
                continue
            if name in places and name not in held and (kept := last_built(name, home)):
                held[name], places[name] = faults, kept
            elif name in places:
                absent[name] = [*held.pop(name, []), *faults]
                del places[name]
            elif name and name not in absent:
                # a second folder of a dataset's name, which is not read
                absent[name] = faults
            else:
                raise Faulty(first.faults)
        if not without_drafts(places.values()):
            raise Faulty(first.faults)
        assembled = again(list(places.values()))
    return replace(assembled, held=held, absent=absent)


def _by_dataset(assembled: Assembled, places: Mapping[str, Path], home: Path) -> dict[str, list[Fault]]:
    """The faults by the dataset that they are in, those of a second folder by its path, those of none by ``""``."""
    by_dataset: dict[str, list[Fault]] = {}
    for one in assembled.faults:
        name = one.file if one.code == "empty-dataset" else one.file.rpartition("/")[0]
        if one.code in ("same-base", "base-inside"):
            name = _newcomer(name, one.found, assembled, home)
        if one.code == "same-dataset":
            name = one.found
        elif name not in places:
            name = ""
        by_dataset.setdefault(name, []).append(one)
    return by_dataset


def _newcomer(name: str, base: str, assembled: Assembled, home: Path) -> str:
    """Of the datasets whose bases overlap the one that was built last with another base, or was never built."""
    several = [d for d in assembled.index.datasets.values() if d.base.startswith(base) or base.startswith(d.base)]
    for one in sorted(several, key=lambda d: (d.name != name, d.name)):
        kept = last_built(one.name, home)
        built = read_description(kept, one.name, [])[0] if kept else None
        if built is None or built.base != one.base:
            return one.name
    return name
