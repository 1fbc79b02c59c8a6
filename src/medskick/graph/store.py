"""The store on disk: one folder per version, one file that names the current one, opened read-only by readers.

Beside its named graphs a store holds its own default graph: what all datasets say and what follows from it, the
vocabulary and the catalogue, each statement once, linksets and drafts apart. It is what a question asks that chooses
no datasets.
"""

import contextlib
import errno
import itertools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox
from filelock import FileLock

from medskick.graph.lookups import keep_lookups, named_quads
from medskick.graph.statements import default_quads, version_of
from medskick.graph.whole_files import write_files
from medskick.rooms import home

LAYOUT = 2
"""How statements are laid out in a store on disk: 1 had no default graph."""
_DRAFT_SECONDS = 3600
_LOCK, _DRAFT = ".lock", ".draft-"
KEPT = ".kept"
WHOLE = ".nq"
"""Endings of files beside a store: one tells that later builds keep it, one has all its statements."""
_OF_THE_ENGINE = ("LOG", "LOCK")
"""Files beside a store's statements, which nothing is read from."""
_DEFAULT = ox.DefaultGraph()


class OutdatedStoreError(FileNotFoundError):
    """Raised for a store that an older version of this program built: asked as it is, it would answer nothing."""

    def __str__(self) -> str:
        """Return where the store is and what to do."""
        return f"{self.filename}: built by an older version of medskick; run medskick build"


class DamagedStoreError(OutdatedStoreError):
    """Raised for a store of which files are missing or cut off, or that cannot be opened."""

    def __str__(self) -> str:
        """Return where the store is and what to do."""
        return f"{self.filename}: damaged; run medskick build"


@dataclass(frozen=True)
class Built:
    """What stands beside a built store: version, digest of what it was built from, and from where; its layout.

    ``held`` are the datasets whose newest version has faults: they stand as they were built before, or are not there.
    ``whole`` is false where a file of the store is missing or has another size than when it was built.
    """

    version: str
    inputs: str
    data: tuple[str, ...]
    alone: bool
    layout: int = LAYOUT
    held: tuple[str, ...] = ()
    whole: bool = True

    @property
    def outdated(self) -> bool:
        """Whether an older version of this program built it."""
        return self.layout != LAYOUT

    @property
    def usable(self) -> bool:
        """Whether it can be asked; if not it must be built again."""
        return self.whole and not self.outdated


def store_home(explicit: Path | str | None = None) -> Path:
    """Return the folder of the stores: the given one, else ``MEDSKICK_STORE``, else the user's own."""
    if explicit is not None:
        return Path(explicit)
    if chosen := os.environ.get("MEDSKICK_STORE"):
        return Path(chosen)
    return home()


def endpoint_chosen(explicit: str | None = None, store: Path | str | None = None) -> str | None:
    """Return the endpoint to ask in place of a store: the given one, else ``MEDSKICK_ENDPOINT`` where no store is."""
    return explicit or (os.environ.get("MEDSKICK_ENDPOINT") or None if store is None else None)


def current(folder: Path) -> Built | None:
    """Return what the current store of a folder is, or ``None`` if there is none."""
    try:
        return described(folder, (folder / "current").read_text(encoding="utf-8").strip())
    except OSError:
        return None


def described(folder: Path, version: str) -> Built | None:
    """Return what is said beside a version, compared with its files; ``None`` without a description or a store."""
    store = folder / f"store-{version}"
    try:
        about = json.loads(store.with_name(store.name + ".json").read_text(encoding="utf-8"))
        whole = about.get("files") in (None, _files(store))
        data = tuple(str(path) for path in about["data"])
        held = tuple(str(name) for name in about.get("held", ()))
        layout = int(about.get("layout", 1))
        return Built(version, str(about["inputs"]), data, bool(about["alone"]), layout, held, whole)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _files(store: Path) -> dict[str, int]:
    """The sizes of the files that hold a store's statements. Raises ``OSError``."""
    return {path.name: path.stat().st_size for path in store.iterdir() if not path.name.startswith(_OF_THE_ENGINE)}


def identity(store: Path) -> int:
    """Return a number that is another one once a store's folder was replaced, 0 where there is none.

    The number of a folder alone is given again once the folder is gone, to the second that replaces it at times.
    """
    try:
        return hash((store.stat().st_ino, (store / "CURRENT").stat().st_mtime_ns))
    except OSError:
        return 0


def usable(folder: Path) -> Built:
    """Return what the current store of a folder is.

    Raises ``FileNotFoundError``, ``OutdatedStoreError``, ``DamagedStoreError``.
    """
    built = current(folder)
    if built is None:
        raise FileNotFoundError(folder / "current")
    if not built.usable:
        kind = OutdatedStoreError if built.outdated else DamagedStoreError
        raise kind(errno.ENOENT, os.strerror(errno.ENOENT), str(folder / f"store-{built.version}"))
    return built


def open_store(folder: Path) -> tuple[ox.Store, Built]:
    """Open the current store of a folder read-only. Raises as ``usable`` does."""
    built = usable(folder)
    path = folder / f"store-{built.version}"
    try:
        store = ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise DamagedStoreError(errno.EIO, os.strerror(errno.EIO), str(path)) from error
    keep_lookups(store)
    return store, built


def save(
    quads: Iterable[ox.Quad],
    folder: Path,
    inputs: str,
    data: Iterable[str] = (),
    alone: bool = False,
    held: Iterable[str] = (),
) -> Built:
    """Write a store and make it the current one. A crash at any point leaves the old store current and whole.

    Statements of the named graphs count, those of a default graph are left out: the store's own is made here.
    """
    quads = [quad for quad in quads if quad.graph_name != _DEFAULT]
    version = version_of(quads)
    built = Built(version, inputs, tuple(data), alone, held=tuple(sorted(held)))
    folder.mkdir(parents=True, exist_ok=True)
    # one build at a time puts a store in its place: another one, from other tables, would sweep away what is not yet
    # the current one
    lock = FileLock(folder / _LOCK)
    with lock:
        if _is_whole(folder, version):
            _make_current(folder, built, put=False)
            return built
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=_DRAFT))
    try:
        store = ox.Store(str(draft))
        store.bulk_extend(itertools.chain(quads, default_quads(quads)))
        store.flush()
        del store
        with lock:
            # where another build of the same version was first, its store is kept: both hold the same
            put = not _is_whole(folder, version)
            if put:
                _put(folder, built, draft)
            _make_current(folder, built, put)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return built


def _put(folder: Path, built: Built, draft: Path) -> None:
    """Put a written store in its place, with its description; who has an older one open there keeps it."""
    target = folder / f"store-{built.version}"
    _remove(target)
    # the description comes first: a store without one is taken for a leftover of an older layout
    _describe(folder, built, draft)
    draft.replace(target)


def _make_current(folder: Path, built: Built, put: bool) -> None:
    """Name a store that lies in its place the current one, and sweep up what nobody needs any more.

    One that was ``put`` there is named anew even if its version stays: who serves the damaged one must open this one.
    """
    before = current(folder)
    _describe(folder, built, folder / f"store-{built.version}")
    if put or before is None or (before.version, before.held) != (built.version, built.held):
        write_files({folder / "current": f"{built.version}\n".encode()})
        _sweep(folder, {built.version, *([before.version] if before else [])})


def _describe(folder: Path, built: Built, store: Path) -> None:
    """Write what is said beside a version, with the files of its store."""
    about = {name: value for name, value in asdict(built).items() if name != "whole"}
    text = json.dumps({**about, "files": _files(store)}, sort_keys=True)
    write_files({folder / f"store-{built.version}.json": text.encode()})


def _is_whole(folder: Path, version: str) -> bool:
    """Tell whether a version lies there in the layout of now, each statement of it to be read."""
    said = described(folder, version)
    if said is None or not said.usable:
        return False
    try:
        store = ox.Store.read_only(str(folder / f"store-{version}"))
        named = list(named_quads(store))
        default = sum(1 for _ in store.quads_for_pattern(None, None, None, _DEFAULT))
    except (OSError, RuntimeError):
        return False
    return version_of(named) == version and default == len(set(default_quads(named)))


def _remove(store: Path) -> None:
    """Remove a version: never half of it, also if the process is ended meanwhile. Who has it open keeps it."""
    if store.is_dir():
        old = Path(tempfile.mkdtemp(dir=store.parent, prefix=_DRAFT))
        store.replace(old)
        shutil.rmtree(old, ignore_errors=True)
    for ending in (".json", WHOLE):
        store.with_name(store.name + ending).unlink(missing_ok=True)


def _sweep(folder: Path, keep: set[str]) -> None:
    """Remove versions that no reader should need any more, and drafts that a crash left behind."""
    for path in folder.glob("store-*"):
        unused = path.is_dir() and path.name.removeprefix("store-") not in keep
        if unused and not path.with_name(path.name + KEPT).exists():
            _remove(path)
    for draft in folder.glob(_DRAFT + "*"):
        # a younger one may belong to a build that is running now
        with contextlib.suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > _DRAFT_SECONDS:
                shutil.rmtree(draft, ignore_errors=True)
