"""The box of readers' remarks: one SQLite file beside the stores, with a log of acts to which one can only add.

A remark is in the box, through a crash or kill -9, before its sender is told so (write-ahead log, ``synchronous =
FULL``); any number of processes may write. Nothing about the sender is kept: no name, no address of any kind.
Accepting and rejecting add an act and take nothing away. Deleting is an act of its own: the words go, also from the
file's free pages, and number, times, what it was about and the reason stay.
"""

import contextlib
import hashlib
import logging
import os
import secrets
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from medskick.graph.faults import closest
from medskick.web.feedback.remark import (
    KINDS,
    MOST_NOTE,
    Act,
    RefusedError,
    Remark,
    State,
    StateError,
    Statement,
    UnknownRemarkError,
    checked,
)
from medskick.words import Lang

FILE = "feedback.sqlite"
_MOST_NAME = 20_000
_LOG = logging.getLogger(__name__)
_WAIT = 10.0  # seconds that a writer waits for another

_TABLES = """
CREATE TABLE remark (
  number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, about TEXT NOT NULL, property TEXT, value TEXT,
  kind TEXT NOT NULL, lang TEXT NOT NULL, page TEXT NOT NULL, text TEXT, bytes INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending', sending TEXT UNIQUE);
CREATE INDEX remark_state ON remark (state, bytes);
CREATE INDEX remark_about ON remark (about, state);
CREATE TABLE act (
  place INTEGER PRIMARY KEY AUTOINCREMENT, remark INTEGER NOT NULL REFERENCES remark (number), act TEXT NOT NULL,
  time TEXT NOT NULL, note TEXT NOT NULL DEFAULT '');
CREATE INDEX act_remark ON act (remark, place);
CREATE TABLE secret (only INTEGER PRIMARY KEY CHECK (only = 1), key BLOB NOT NULL);
CREATE TRIGGER act_stays BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'an act stays'); END;
CREATE TRIGGER act_as_it_is BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'an act stays'); END;
CREATE TRIGGER remark_stays BEFORE DELETE ON remark BEGIN SELECT RAISE(ABORT, 'a remark stays'); END;
"""


class BoxError(OSError):
    """Raised where the box cannot be opened, read or written (no right, no room, not a whole file, busy too long)."""


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Box:
    """The box in a folder (``store_home()``: what ``--store`` or ``MEDSKICK_STORE`` names); made when first written to.

    ``most`` and ``most_bytes`` bound what waits for the curator, so that no flood fills the disk.
    Every method but ``published`` raises ``BoxError`` where the file cannot be used.
    """

    def __init__(self, folder: Path, most: int = 10_000, most_bytes: int = 20_000_000) -> None:
        self.path, self.most, self.most_bytes = folder / FILE, most, most_bytes
        self._key: bytes | None = None

    def _make(self) -> None:
        """Make the file whole and then give it its name, so that two processes that begin at once have one box."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp gives mode 600: only the one who runs the server reads what has not been accepted
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{FILE}-")
        os.close(handle)
        try:
            with contextlib.closing(sqlite3.connect(name, isolation_level=None)) as connection:
                connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {_TABLES}")
                connection.execute("INSERT INTO secret VALUES (1, ?)", (secrets.token_bytes(32),))
            with contextlib.suppress(FileExistsError):
                os.link(name, self.path)
        finally:
            for ending in ("", "-wal", "-shm"):
                Path(name + ending).unlink(missing_ok=True)
        if hasattr(os, "O_DIRECTORY"):
            # the name is on disk too, not only what it names
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            os.fsync(folder)
            os.close(folder)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each use: no thread, fork or other process shares one."""
        try:
            if not self.path.exists():
                self._make()
            with contextlib.closing(sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                connection.executescript("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise BoxError(f"{self.path.name}: {error}") from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def key(self) -> bytes:
        """Return the secret that the forms of all processes are signed with, made with the box."""
        if self._key is None:
            with self._open() as connection:
                self._key = bytes(connection.execute("SELECT key FROM secret").fetchone()[0])
        return self._key

    def receive(
        self, about: str, statement: Statement | None, kind: str, text: str, lang: Lang, page: str = "", token: str = ""
    ) -> int:
        """Keep a remark on a thing (its IRI) or a statement of it; return its number once it is safely on disk.

        ``page`` is the path where it was written. The same words sent twice with one ``token`` (a page loaded
        again) are one remark. Raises ``RefusedError``: ``kind``, ``about``, ``full``, or as ``checked``.
        """
        plain = checked(text)
        if kind not in KINDS:
            raise RefusedError("kind")
        if not about or any(len(part) > _MOST_NAME for part in (about, page, *(statement or ()))):
            raise RefusedError("about")
        prop, value = statement or (None, None)
        same = "\0".join((token, about, prop or "", value or "", kind, plain))
        sending = hashlib.sha256(same.encode()).hexdigest() if token else None
        size = len(plain.encode())
        with self._writing() as connection:
            before = connection.execute("SELECT number FROM remark WHERE sending = ?", (sending,)).fetchone()
            if before is not None:
                return int(before[0])
            waiting, held = connection.execute(
                "SELECT count(*), coalesce(sum(bytes), 0) FROM remark WHERE state = 'pending'"
            ).fetchone()
            if waiting >= self.most or held + size > self.most_bytes:
                raise RefusedError("full")
            number = connection.execute(
                "INSERT INTO remark (name, about, property, value, kind, lang, page, text, bytes, sending)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (f"urn:uuid:{uuid.uuid4()}", about, prop, value, kind, lang, page, plain, size, sending),
            ).lastrowid
            assert number is not None
            self._log(connection, number, "received", "")
        return number

    @staticmethod
    def _log(connection: sqlite3.Connection, number: int, act: str, note: str) -> None:
        connection.execute("INSERT INTO act (remark, act, time, note) VALUES (?, ?, ?, ?)", (number, act, _now(), note))

    def accept(self, wanted: str | int, note: str = "") -> Remark:
        """Accept a remark: from now on it may be shown. Raises as ``_act``."""
        return self._act(wanted, "accepted", note)

    def reject(self, wanted: str | int, note: str) -> Remark:
        """Reject a remark: it is kept, and never shown. Raises as ``_act``."""
        return self._act(wanted, "rejected", note)

    def delete(self, wanted: str | int, reason: str) -> Remark:
        """Delete a remark's words for a reason; number, times, its thing and all acts stay. Raises as ``_act``."""
        remark = self._act(wanted, "deleted", reason)
        with self._open() as connection:
            # what the write-ahead log still holds of the words goes into the file, over them, and the log is emptied
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return remark

    def _act(self, wanted: str | int, state: State, note: str) -> Remark:
        """Log an act. Raises ``UnknownRemarkError``, ``StateError``, ``RefusedError`` (a note as a text is checked)."""
        if note or state != "accepted":
            note = checked(note, MOST_NOTE)
        with self._writing() as connection:
            before = self._find(connection, wanted)
            if before.state in (state, "deleted"):
                raise StateError(before.number, before.state, before.decided)
            connection.execute("UPDATE remark SET state = ? WHERE number = ?", (state, before.number))
            if state == "deleted":
                connection.execute(
                    "UPDATE remark SET text = NULL, page = '', sending = NULL WHERE number = ?", (before.number,)
                )
            self._log(connection, before.number, state, note)
            return self._find(connection, before.number)

    def get(self, wanted: str | int) -> Remark:
        """Return a remark by its number (``17``, ``#17``) or its IRI. Raises ``UnknownRemarkError``."""
        if not self.path.exists():
            raise UnknownRemarkError(str(wanted), None, 0)
        with self._open() as connection:
            return self._find(connection, wanted)

    def _find(self, connection: sqlite3.Connection, wanted: str | int) -> Remark:
        asked = str(wanted).strip().removeprefix("#")
        matching = list(self._read(connection, "WHERE CAST(number AS TEXT) = ?1 OR name = ?1", (asked,)))
        if not matching:
            numbers = [str(row[0]) for row in connection.execute("SELECT number FROM remark ORDER BY number")]
            raise UnknownRemarkError(str(wanted), closest(asked, numbers), int(numbers[-1]) if numbers else 0)
        return matching[0]

    def remarks(self, state: State | None = None) -> list[Remark]:
        """Return all remarks, or those of one state, in the order they were received."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            return list(self._read(connection, "WHERE ?1 IS NULL OR state = ?1", (state,)))

    def published(self, about: str) -> list[Remark]:
        """Return the accepted remarks on a thing, statements of it included: nothing else is ever shown to readers."""
        if not self.path.exists():
            return []
        try:
            with self._open() as connection:
                return list(self._read(connection, "WHERE about = ? AND state = 'accepted'", (about,)))
        except BoxError as error:
            # a page without its remarks is better than none
            _LOG.warning("%s", error)
            return []

    @staticmethod
    def _read(connection: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> Iterator[Remark]:
        # ``where`` is one of the constants above; what comes from outside is in ``values``
        rows = connection.execute(f"SELECT * FROM remark {where} ORDER BY number", values).fetchall()  # noqa: S608
        for row in rows:
            acts = connection.execute(
                "SELECT act, time, note FROM act WHERE remark = ? ORDER BY place", (row["number"],)
            ).fetchall()
            statement = None if row["property"] is None else (row["property"], row["value"])
            yield Remark(
                row["number"], row["name"], row["about"], statement, row["kind"], row["lang"], row["page"],
                row["text"] or "", row["state"], tuple(Act(*act) for act in acts),
            )  # fmt: skip
