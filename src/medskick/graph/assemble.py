"""The one way through the house: tables → statements → what follows → the gate, all in memory."""

import contextlib
import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.build import statements
from medskick.graph.check import rule_faults, shape_faults
from medskick.graph.dataset import Dataset, dataset_name, find_datasets
from medskick.graph.dataset_description import DRAFT, overlap
from medskick.graph.faults import Fault, Faulty, fault, ordered
from medskick.graph.index import Index
from medskick.graph.input_file import plain_bytes
from medskick.graph.link import catalogue, link_faults, refers_faults
from medskick.graph.rules import Derivation
from medskick.graph.tables import read_dataset
from medskick.graph.toml_file import read_toml
from medskick.ontology import vocabulary
from medskick.rooms import room

Progress = Callable[[str], None]
"""Called with the key of each step as it begins: read, state, derive, shapes, rules, save."""

_ENOUGH = 10_000
"""With more faults than these in cells and files, what remains to be checked waits until they are mended."""


@dataclass(frozen=True)
class Assembled:
    """All datasets with their statements, what follows and the vocabulary, and the faults found on the way.

    ``drafts`` are what is left to do in each draft, by its name; ``held`` the faults of each dataset that stands as it
    was last built, instead of as it is now; ``absent`` those of each that is not there at all.
    """

    index: Index
    store: ox.Store
    faults: list[Fault]
    drafts: Mapping[str, list[Fault]] = field(default_factory=dict)
    held: Mapping[str, list[Fault]] = field(default_factory=dict)
    absent: Mapping[str, list[Fault]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Fault]:
        """The faults that stop a build (warnings left out)."""
        return [f for f in self.faults if f.level == "error"]


def dataset_folders(data: Iterable[Path] = (), alone: bool = False) -> tuple[list[Path], list[Fault]]:
    """Return the dataset folders to read: the shipped ones (unless ``alone``) and those in ``data``, with faults."""
    folders = [] if alone else find_datasets(room("graph"))
    faults = []
    for place in data:
        inside = find_datasets(place) if place.is_dir() else []
        if not inside:
            faults.append(fault("no-data", str(place)))
        folders += inside
    unique: dict[str, Path] = {}
    for folder in folders:
        name = dataset_name(folder)
        if name in unique and unique[name].resolve() != folder.resolve():
            faults.append(fault("same-dataset", name, found=str(folder), first=unique[name], second=folder))
        unique.setdefault(name, folder)
    return list(unique.values()), faults


def is_draft(folder: Path) -> bool:
    """Tell whether a dataset's description says that it is a draft; one that cannot be read is none."""
    return read_toml(folder / "dataset.toml", "")[0].get("state") == DRAFT


def without_drafts(folders: Iterable[Path]) -> list[Path]:
    """Return the folders of the datasets that are no drafts."""
    return [folder for folder in folders if not is_draft(folder)]


def inputs_digest(folders: Iterable[Path]) -> str:
    """Return the SHA-256 over names and bytes of everything a build reads."""
    digest = hashlib.sha256()
    files = [p for p in room("ontology").rglob("*") if p.suffix in (".ttl", ".rq")]
    for folder in folders:
        files += [*folder.glob("*.csv"), *folder.glob("dataset.toml")]
    # in order of name, not of place: the same folder may be given as a relative path and as an absolute one
    named = ((f"{dataset_name(path.parent)}/{path.name}", path) for path in files)
    for name, path in sorted(named):
        digest.update(f"{name}\0".encode())
        with contextlib.suppress(OSError):
            # what cannot be read is a fault when it is to be
            digest.update(hashlib.sha256(plain_bytes(path)).digest())
    return digest.hexdigest()


def _in_order(datasets: dict[str, Dataset]) -> list[Dataset]:
    """Datasets with those they refer to before them."""
    done: dict[str, Dataset] = {}

    def visit(name: str, above: frozenset[str]) -> None:
        if name in done or name in above or name not in datasets:
            return
        for other in datasets[name].refers:
            visit(other, above | {name})
        done[name] = datasets[name]

    for name in sorted(datasets):
        visit(name, frozenset())
    return list(done.values())


@contextlib.contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """While statements are made by the hundred thousand and all of them kept, looking for circles takes a fifth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@_nothing_to_collect()
def assemble(data: Iterable[Path] = (), alone: bool = False, progress: Progress = lambda _step: None) -> Assembled:
    """Read, state, derive and check the datasets but drafts. Never raises for a user's mistake: see ``faults``."""
    progress("read")
    words = vocabulary()
    every, faults = dataset_folders(data, alone)
    folders = without_drafts(every)
    if not every and not faults:
        faults.append(fault("no-data", str(room("graph"))))
    datasets: dict[str, Dataset] = {}
    unreadable: set[str] = set()
    for folder in folders:
        dataset, table_faults = read_dataset(folder, words)
        faults += table_faults
        if dataset is None:
            unreadable.add(dataset_name(folder))
            continue
        for other in datasets.values():
            if code := overlap(dataset.base, other.base):
                file = f"{dataset.name}/dataset.toml"
                faults.append(
                    fault(code, file, column="base", found=dataset.base, first=other.name, second=dataset.name)
                )
        datasets[dataset.name] = dataset
    index = Index(words, datasets, frozenset(unreadable))
    progress("state")
    store = ox.Store()
    store.extend(words.quads)
    asserted: list[ox.Quad] = []
    for dataset in datasets.values():
        faults += refers_faults(dataset, index)
        of_links = list(link_faults(dataset, index))
        faults += of_links
        if any(f.code == "link-dataset" for f in of_links):
            # what is missing is told once, not again for each link
            continue
        quads, cell_faults = statements(dataset, index)
        faults += cell_faults
        asserted += quads
    errors = [f for f in faults if f.level == "error"]
    if len(errors) > _ENOUGH:
        # shapes and rules take long over so much, and mostly tell again what follows from these
        later = fault("checked-in-part", errors[0].file, level="warning")
        return Assembled(index, store, ordered([*(f for f in faults if f.level != "follows"), later]))
    store.extend(asserted)
    progress("derive")
    derivation = Derivation(store, index)
    for dataset in _in_order(datasets):
        derivation.derive(dataset.name)
    store.extend(catalogue(store, index))
    progress("shapes")
    tags = {lang for dataset in datasets.values() for lang in dataset.languages}

    def cell(f: Fault) -> tuple[str, int, str]:
        stem, _, tag = f.column.rpartition("_")
        return f.file, f.row, stem if tag in tags else f.column

    faulty_cells = {cell(f) for f in faults if f.level != "warning"}
    # a heading that is missing leaves all its cells empty
    columns = {cell(replace(f, row=0)) for f in faults if f.code == "missing-column"}
    of_shapes = shape_faults(asserted, index)
    faults += [f for f in of_shapes if cell(f) not in faulty_cells and cell(replace(f, row=0)) not in columns]
    progress("rules")
    faulty_rows = {(f.file, f.row) for f in faults if f.level != "warning"}
    if not unreadable and not any(dataset.unread for dataset in datasets.values()):
        # the rules follow relations from row to row: over a part they would tell of what only seems to be missing
        faults += [f for f in rule_faults(store, index) if (f.file, f.row) not in faulty_rows]
    faults = [f for f in faults if f.level != "follows"]
    return Assembled(index, store, ordered(faults))


def assemble_good(data: Iterable[Path] = (), alone: bool = False, progress: Progress = lambda _step: None) -> Assembled:
    """Assemble, raising ``Faulty`` with all faults if any of them is an error."""
    assembled = assemble(data, alone, progress)
    if assembled.errors:
        raise Faulty(assembled.faults)
    return assembled
