"""Versions of the graph beside the current one: kept when they were built, listed, and opened again."""

import os
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.lookups import keep_lookups, named_quads
from medskick.graph.statements import default_quads, nquads, version_of
from medskick.graph.store import KEPT, WHOLE, Built, described
from medskick.graph.whole_files import write_files
from medskick.ontology import term_text
from medskick.rdf_forms import BY_ENDING

LEAST = 4
"""So many characters of a version's name are needed at least."""


class UnknownVersionError(LookupError):
    """Raised where nothing, or more than one version, is meant. ``known`` are the versions of the folder."""

    def __init__(self, wanted: str, known: "list[Version]") -> None:
        super().__init__(wanted)
        self.wanted, self.known = wanted, known


@dataclass(frozen=True)
class Version:
    """A version that lies in a folder of stores: its SHA-256, whether it is the current one, and whether it is kept.

    One that is neither is what was current before; the next build removes it.
    """

    version: str
    current: bool
    kept: bool


def keep(folder: Path, version: str) -> None:
    """Have later builds keep a version of the store."""
    (folder / f"store-{version}{KEPT}").touch()


def versions(folder: Path) -> list[Version]:
    """Return the versions of a folder that can be asked: the current one first, then the kept ones, each by name."""
    try:
        now = (folder / "current").read_text(encoding="utf-8").strip()
    except OSError:
        now = ""
    names = (path.name.removeprefix("store-") for path in folder.glob("store-*") if path.is_dir())
    listed = [
        Version(name, name == now, (folder / f"store-{name}{KEPT}").exists())
        for name in names
        if (built := described(folder, name)) is not None and built.usable
    ]
    return sorted(listed, key=lambda one: (not one.current, not one.kept, one.version))


def named_version(folder: Path, wanted: str) -> Version:
    """Return the one version whose name begins so (four characters or more). Raises ``UnknownVersionError``."""
    listed = versions(folder)
    meant = [one for one in listed if len(wanted) >= LEAST and one.version.startswith(wanted)]
    if len(meant) != 1:
        raise UnknownVersionError(wanted, listed)
    return meant[0]


def open_version(folder: Path, wanted: str) -> tuple[ox.Store, Built]:
    """Open a version read-only by the beginning of its name; return it and what was built.

    Raises ``UnknownVersionError``.
    """
    built = described(folder, named_version(folder, wanted).version)
    assert built is not None
    store = ox.Store.read_only(os.fspath(folder / f"store-{built.version}"))
    keep_lookups(store)
    return store, built


def whole_file(folder: Path, version: str) -> Path:
    """Return a file with all statements of a version as sorted N-Quads, written beside its store the first time.

    Raises ``OSError`` where it can be neither read nor written, ``UnknownVersionError``.
    """
    path = folder / f"store-{version}{WHOLE}"
    if not path.exists():
        write_files({path: nquads(named_quads(open_version(folder, version)[0]))})
    return path


def read_export(path: Path) -> tuple[ox.Store, str]:
    """Read an export of the whole graph (N-Quads or TriG) as a store; return it and its version.

    Raises ``OSError``, ``SyntaxError`` for a file that is not of its ending's form, ``ValueError`` for another ending.
    """
    form = BY_ENDING.get(path.suffix.removeprefix(".").lower())
    if form is None or not form.quads:
        raise ValueError(path.suffix)
    quads = [quad for quad in ox.parse(path=path, format=form.format) if term_text(quad.graph_name)]
    store = ox.Store()
    store.bulk_extend([*quads, *default_quads(quads)])
    keep_lookups(store)
    return store, version_of(quads)
