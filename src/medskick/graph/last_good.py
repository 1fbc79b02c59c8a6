"""What each dataset looked like when it was last built: it stands in for a dataset that has faults now.

The tables and description are kept beside the stores, so that the dataset is read, derived and checked with the others
as always; only its newest version is left out.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medskick.graph.assemble import Assembled
from medskick.graph.dataset import dataset_name
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
    """Return the datasets assembled with those that have faults as they were last built.

    ``again`` assembles folders. The faults of those that are held are in ``held`` of what is returned. Raises
    ``Faulty`` with all faults where one that has some was not built before, or what was built does not fit the rest.
    """
    first, places = assembled, {dataset_name(folder): folder for folder in folders}
    held: dict[str, list[Fault]] = {}
    while assembled.errors:
        by_dataset = _by_dataset(assembled.faults, places)
        faulty = {name for name, faults in by_dataset.items() if any(one.level == "error" for one in faults)}
        kept = {name: place for name in faulty - held.keys() if name and (place := last_built(name, home))}
        if kept.keys() != faulty:
            raise Faulty(first.faults)
        held |= {name: by_dataset[name] for name in kept}
        places |= kept
        assembled = again(list(places.values()))
    return replace(assembled, held=held)


def _by_dataset(faults: Iterable[Fault], places: Mapping[str, Path]) -> dict[str, list[Fault]]:
    """The faults by the dataset whose file they are in, those of no dataset by an empty name."""
    by_dataset: dict[str, list[Fault]] = {}
    for one in faults:
        # what is told of a name or a folder (two datasets of one name) is no fault in a dataset's files
        name = one.file if one.code == "empty-dataset" else one.file.rpartition("/")[0]
        by_dataset.setdefault(name if name in places else "", []).append(one)
    return by_dataset
