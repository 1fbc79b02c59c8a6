"""The store on disk: one folder per version, one file that names the current one, opened read-only by readers.

Beside its named graphs a store holds its own default graph: what all datasets say and what follows from it, the
vocabulary and the catalogue, each statement once, linksets apart. It is what a question asks that chooses no datasets.
"""

import errno
import hashlib
import itertools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from medskick.ontology import GRAPHS, term_text
from medskick.rooms import home

LAYOUT = 2
"""How statements are laid out in a store on disk: 1 had no default graph."""
_DRAFT_SECONDS = 3600
_LINKS = GRAPHS + "links/"
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_DEFAULT = ox.DefaultGraph()


class OutdatedStoreError(FileNotFoundError):
    """Raised for a store that an older version of this program built: asked as it is, it would answer nothing."""

    def __str__(self) -> str:
        """Return where the store is and what to do."""
        return f"{self.filename}: built by an older version of medskick; run medskick build"


@dataclass(frozen=True)
class Built:
    """What stands beside a built store: version, digest of what it was built from, and from where; its layout."""

    version: str
    inputs: str
    data: tuple[str, ...]
    alone: bool
    layout: int = LAYOUT

    @property
    def outdated(self) -> bool:
        """Whether it must be built again before it can be asked."""
        return self.layout != LAYOUT


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return quads as sorted N-Quads: the same statements always give the same bytes."""
    raw = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert raw is not None
    return b"\n".join(sorted(raw.splitlines())) + b"\n"


def named_quads(
    store: ox.Store,
    subject: _Subject | None = None,
    predicate: ox.NamedNode | None = None,
    value: _Subject | ox.Literal | None = None,
) -> Iterator[ox.Quad]:
    """Yield the statements of a pattern in all named graphs, linksets too, each with the graph it stands in.

    ``Store.quads_for_pattern`` with no graph, and iterating over a store, would yield the default graph's as well,
    which says again what the datasets say.
    """
    return (q for q in store.quads_for_pattern(subject, predicate, value, None) if q.graph_name != _DEFAULT)


def default_quads(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield what the default graph holds: the statements of all graphs but the linksets, as often as they are said."""
    graphs: dict[object, bool] = {}
    for quad in quads:
        graph = quad.graph_name
        if graph not in graphs:
            graphs[graph] = not term_text(graph).startswith(_LINKS)
        if graphs[graph]:
            yield ox.Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


def store_home(explicit: Path | None = None) -> Path:
    """Return the folder of the stores: the given one, else ``MEDSKICK_STORE``, else the user's own."""
    if explicit is not None:
        return explicit
    if chosen := os.environ.get("MEDSKICK_STORE"):
        return Path(chosen)
    return home()


def current(folder: Path) -> Built | None:
    """Return what the current store of a folder is, or ``None`` if there is none."""
    try:
        version = (folder / "current").read_text(encoding="utf-8").strip()
        about = json.loads((folder / f"store-{version}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not (folder / f"store-{version}").is_dir():
        return None
    return Built(version, about["inputs"], tuple(about["data"]), about["alone"], about.get("layout", 1))


def usable(folder: Path) -> Built:
    """Return what the current store of a folder is. Raises ``FileNotFoundError``, ``OutdatedStoreError``."""
    built = current(folder)
    if built is None:
        raise FileNotFoundError(folder / "current")
    if built.outdated:
        raise OutdatedStoreError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder / f"store-{built.version}"))
    return built


def open_store(folder: Path) -> tuple[ox.Store, Built]:
    """Open the current store of a folder read-only. Raises ``FileNotFoundError``, ``OutdatedStoreError``."""
    built = usable(folder)
    return ox.Store.read_only(str(folder / f"store-{built.version}")), built


def _write_whole(path: Path, text: str) -> None:
    """Write a small file so that readers see the old or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    Path(name).replace(path)


def save(quads: Iterable[ox.Quad], folder: Path, inputs: str, data: Iterable[str] = (), alone: bool = False) -> Built:
    """Write a store and make it the current one. A crash at any point leaves the old store current and whole.

    Statements of the named graphs count, those of a default graph are left out: the store's own is made here.
    """
    quads = [quad for quad in quads if quad.graph_name != _DEFAULT]
    version = hashlib.sha256(nquads(quads)).hexdigest()
    built = Built(version, inputs, tuple(data), alone)
    folder.mkdir(parents=True, exist_ok=True)
    before = current(folder)
    if _is_whole(folder, version):
        _describe(folder, built)
    else:
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
        try:
            store = ox.Store(str(draft))
            store.bulk_extend(itertools.chain(quads, default_quads(quads)))
            store.flush()
            del store
            _put(folder, built, draft)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    if before is None or before.version != version:
        _write_whole(folder / "current", version + "\n")
        now = current(folder)
        _sweep(folder, {built.version for built in (built, before, now) if built})
    return built


def _describe(folder: Path, built: Built) -> None:
    _write_whole(folder / f"store-{built.version}.json", json.dumps(built.__dict__, sort_keys=True))


def _is_whole(folder: Path, version: str) -> bool:
    """Tell whether a version lies there in the layout of now."""
    try:
        about = json.loads((folder / f"store-{version}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return about.get("layout") == LAYOUT and (folder / f"store-{version}").is_dir()


def _put(folder: Path, built: Built, draft: Path) -> None:
    """Put a written store in its place, with its description; those who have an older one open there keep it.

    Where another build of the same version was first, its store is kept: both hold the same.
    """
    target = folder / f"store-{built.version}"
    if target.is_dir() and not _is_whole(folder, built.version):
        old = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
        target.replace(old)
        shutil.rmtree(old, ignore_errors=True)
    # the description comes first: a store without one is taken for a leftover of an older layout
    _describe(folder, built)
    try:
        draft.replace(target)
    except OSError:
        if not _is_whole(folder, built.version):
            raise
        shutil.rmtree(draft, ignore_errors=True)


def _sweep(folder: Path, keep: set[str]) -> None:
    """Remove versions that no reader should need any more, and drafts that a crash left behind."""
    others = [p for p in folder.glob("store-*") if p.is_dir() and p.name.removeprefix("store-") not in keep]
    for path in others:
        shutil.rmtree(path, ignore_errors=True)
        path.with_name(path.name + ".json").unlink(missing_ok=True)
    for draft in folder.glob(".draft-*"):
        # a younger one may belong to a build that is running now
        if time.time() - draft.stat().st_mtime > _DRAFT_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)
