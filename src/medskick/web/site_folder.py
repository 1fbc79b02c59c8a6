"""The folder of a site of files: what is written lies apart until all of it is made, then takes its place at once.

Until then the earlier copy stays as it was, whatever goes wrong: a page that fails, a full disk, Ctrl-C. The folder
keeps a list of its files with a digest of each and what they were made from, so that nothing is made twice.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from medskick.words import languages

LIST = ".medskick.json"
"""The list of files, in the folder itself."""
_DRAFT, _LOCK = ".publishing", "lock"
_READERS = 4


class PublishBusyError(RuntimeError):
    """Raised where another process is writing to the same folder."""


@dataclass(frozen=True)
class Published:
    """What a publication did: how many files the site has, how many of them were written, how many old ones went."""

    files: int
    written: int
    removed: int


def digest(body: bytes) -> str:
    """Return what a file is known by in the list."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


@dataclass(frozen=True)
class SiteFolder:
    """The folder ``target`` of a site of files."""

    target: Path

    @property
    def is_anothers(self) -> bool:
        """Whether the folder holds something and no earlier copy: never is a site mixed with somebody's other files."""
        there = self.target.is_dir() and any(path.name != _DRAFT for path in self.target.iterdir())
        # the style is that of a copy from before there was a list
        return there and not any((self.target / name).is_file() for name in (LIST, "assets/site.css"))

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder for one publication, and leave nothing of what it did not finish.

        Raises ``PublishBusyError`` where another one holds it, ``OSError``.
        """
        new = not self.target.exists()
        self._draft.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._draft / _LOCK, timeout=0):
                # of one that was ended by force
                self._empty_draft()
                try:
                    yield
                finally:
                    shutil.rmtree(self._draft, ignore_errors=True)
        except Timeout:
            raise PublishBusyError from None
        finally:
            if new:
                with contextlib.suppress(OSError):
                    self.target.rmdir()  # only where nothing came of it

    def draft(self, name: str, body: bytes) -> str:
        """Write a file apart unless the folder holds the same; return its digest. Raises ``OSError``."""
        with contextlib.suppress(OSError):
            if (self.target / name).read_bytes() == body:
                return digest(body)
        path = self._draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return digest(body)

    def body(self, name: str) -> bytes:
        """Return a file as it is now or will be. Raises ``OSError``."""
        path = self._draft / name
        return (path if path.is_file() else self.target / name).read_bytes()

    def unchanged(self, made_from: str) -> Published | None:
        """Return what there is if it was made from the same and is whole to the last byte, else ``None``."""
        try:
            listed = json.loads((self.target / LIST).read_text(encoding="utf-8"))
            files = dict[str, str](listed["files"])
            if listed["made from"] != made_from or self._others(files):
                return None
            with ThreadPoolExecutor(_READERS) as readers:
                digests = readers.map(lambda name: digest((self.target / name).read_bytes()), files)
                whole = all(one == known for one, known in zip(digests, files.values(), strict=True))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Published(len(files), 0, 0) if whole else None

    def put(self, files: Mapping[str, str], made_from: str) -> Published:
        """Put what was written apart in its place, remove what an earlier copy had besides, and list the files.

        ``files`` are all that the site has, by digest. Nothing is copied: a full disk stops it no more. Raises
        ``OSError``.
        """
        listed = json.dumps({"made from": made_from, "files": dict(sorted(files.items()))}, indent=0)
        # before anything is moved: this is the last that needs room
        (self._draft / LIST).write_text(listed + "\n", encoding="utf-8")
        written = sorted(set(self._names(self._draft)) & set(files))
        for name in written:
            path = self.target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            (self._draft / name).replace(path)
        old = self._others(files)
        for name in old:
            (self.target / name).unlink()
            with contextlib.suppress(OSError):
                os.removedirs((self.target / name).parent)  # those that are empty now
        (self._draft / LIST).replace(self.target / LIST)
        return Published(len(files), len(written), len(old))

    @property
    def _draft(self) -> Path:
        return self.target / _DRAFT

    def _empty_draft(self) -> None:
        for path in self._draft.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != _LOCK:
                path.unlink()

    def _others(self, files: Iterable[str]) -> list[str]:
        """The files in the folders of the site that it does not have."""
        folders = (*languages(), "data", "assets", "questions", "graph")
        there = (name for folder in folders for name in self._names(self.target / folder, f"{folder}/"))
        return sorted(set(there) - set(files))

    @staticmethod
    def _names(folder: Path, before: str = "") -> Iterator[str]:
        for path, _, names in os.walk(folder):
            inner = os.path.relpath(path, folder).replace(os.sep, "/")
            yield from (f"{before}{'' if inner == '.' else f'{inner}/'}{name}" for name in names)
