"""The store on disk: one folder per version, one file that names the current one, opened read-only by readers."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from medskick.rooms import home

_DRAFT_SECONDS = 3600


@dataclass(frozen=True)
class Built:
    """What stands beside a built store: its version, the digest of what it was built from, and from where."""

    version: str
    inputs: str
    data: tuple[str, ...]
    alone: bool


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return quads as sorted N-Quads: the same statements always give the same bytes."""
    raw = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert raw is not None
    return b"\n".join(sorted(raw.splitlines())) + b"\n"


def store_home(explicit: Path | None = None) -> Path:
    """Return the folder of the stores: the given one, else ``MEDSKICK_STORE``, else the house's own."""
    if explicit is not None:
        return explicit
    if chosen := os.environ.get("MEDSKICK_STORE"):
        return Path(chosen)
    return home()


def current(folder: Path) -> Built | None:
    """Return what the current store of a folder is, or ``None`` if there is none."""
    try:
        version = (folder / "current").read_text(encoding="utf-8").strip()
        told = json.loads((folder / f"store-{version}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not (folder / f"store-{version}").is_dir():
        return None
    return Built(version, told["inputs"], tuple(told["data"]), told["alone"])


def open_store(folder: Path) -> tuple[ox.Store, Built]:
    """Open the current store of a folder read-only. Raises ``FileNotFoundError`` if there is none."""
    built = current(folder)
    if built is None:
        raise FileNotFoundError(folder / "current")
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
    """Write a store and make it the current one. A crash at any point leaves the old store current and whole."""
    quads = list(quads)
    version = hashlib.sha256(nquads(quads)).hexdigest()
    built = Built(version, inputs, tuple(data), alone)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"store-{version}"
    if not target.is_dir():
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
        try:
            store = ox.Store(str(draft))
            store.bulk_extend(quads)
            store.flush()
            del store
            draft.replace(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    _write_whole(folder / f"store-{version}.json", json.dumps(built.__dict__, sort_keys=True))
    before = current(folder)
    _write_whole(folder / "current", version + "\n")
    _sweep(folder, {version, before.version if before else version})
    return built


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
