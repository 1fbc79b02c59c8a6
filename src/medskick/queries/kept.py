"""Dated copies of what other endpoints hold, for questions when one of them does not answer.

A copy is a file beside the stores and never part of one: N-Triples, packed, whose first line tells of which endpoint
and day it is. It is taken whole or not at all.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from medskick.graph.whole_files import write_files
from medskick.ontology import term_text
from medskick.queries.remote import EndpointError, Patience, Rows, ask_endpoint

FOLDER = "elsewhere"
"""Where copies are kept, in the folder of the stores."""
MOST_STATEMENTS = 300_000
_MOST_CHARACTERS = 200_000_000
_SUBJECTS, _DESCRIBED = 20_000, 200
_PATIENCE = Patience(30.0)
_NAMED = "FILTER(isIRI(?s) && !isBlank(?o))"


class CopyError(Exception):
    """Raised where an endpoint cannot be copied: it holds too much (``given`` is 0), or gives not what it counts."""

    def __init__(self, given: int, held: int) -> None:
        self.given, self.held = given, held
        super().__init__(f"{given} of {held}")


@dataclass(frozen=True)
class Copy:
    """A copy that is kept: of which endpoint (its address), from which day (ISO), how many statements, and where."""

    endpoint: str
    day: str
    statements: int
    path: Path


def statements_of(endpoint: str, call: Callable[..., tuple[list[str], Rows]] = ask_endpoint) -> list[ox.Triple]:
    """Return what the default graph of an endpoint says, without nodes that have no name.

    Raises ``EndpointError``, and ``CopyError`` for more than ``MOST_STATEMENTS`` or fewer than it counts itself.
    """

    def query(text: str) -> Rows:
        rows: Rows = call(endpoint, text, _PATIENCE)[1]
        return rows

    counted = [term_text(row["n"]) for row in query(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o {_NAMED} }}") if "n" in row]
    if len(counted) != 1 or not counted[0].isascii() or not counted[0].isdigit() or len(counted[0]) > 12:
        raise EndpointError(endpoint, "broken")
    held = int(counted[0])
    if held > MOST_STATEMENTS:
        raise CopyError(0, held)
    triples: set[ox.Triple] = set()
    size = 0
    subjects = list(_subjects(query, held))
    for start in range(0, len(subjects), _DESCRIBED):
        values = " ".join(str(subject) for subject in subjects[start : start + _DESCRIBED])
        for row in query(f"SELECT ?s ?p ?o {{ VALUES ?s {{ {values} }} ?s ?p ?o {_NAMED} }}"):
            subject, predicate, value = row.get("s"), row.get("p"), row.get("o")
            if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and value is not None:
                triples.add(ox.Triple(subject, predicate, value))
                size += len(value.value)
        if size > _MOST_CHARACTERS:
            raise EndpointError(endpoint, "large")
        if len(triples) > held:
            break
    if len(triples) != held:
        raise CopyError(len(triples), held)
    return sorted(triples, key=str)


def _subjects(query: Callable[[str], Rows], most: int) -> Iterator[ox.NamedNode]:
    """The things that an endpoint says anything of: never more than it has statements."""
    last, number = "", 0
    while number < most:
        # after the last one, not by number: that stays right where something is added meanwhile
        after = f"FILTER(STR(?s) > {ox.Literal(last)})" if last else ""
        text = f"SELECT DISTINCT ?s {{ ?s ?p ?o {_NAMED} {after} }} ORDER BY STR(?s) LIMIT {_SUBJECTS}"
        page = sorted({s for row in query(text) if isinstance(s := row.get("s"), ox.NamedNode)}, key=term_text)
        yield from page
        number += len(page)
        if len(page) < _SUBJECTS or page[-1].value <= last:
            return
        last = page[-1].value


def keep(folder: Path, endpoint: str, day: str, call: Callable[..., tuple[list[str], Rows]] = ask_endpoint) -> Copy:
    """Keep a copy of what an endpoint holds, dated ``day`` (ISO), in a folder of copies, in place of an earlier one.

    Raises as ``statements_of``, in which case the earlier one stays, and ``OSError``.
    """
    triples = statements_of(endpoint, call)
    head = json.dumps({"endpoint": endpoint, "day": day, "statements": len(triples)}, ensure_ascii=False)
    body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert body is not None
    path = _path(folder, endpoint)
    folder.mkdir(parents=True, exist_ok=True)
    write_files({path: gzip.compress(f"# {head}\n".encode() + body, mtime=0)})
    return Copy(endpoint, day, len(triples), path)


def kept(folder: Path, endpoint: str) -> Copy | None:
    """Return the copy of an endpoint in a folder of copies, ``None`` without one that can be read."""
    return _described(path) if (path := _path(folder, endpoint)).is_file() else None


def all_kept(folder: Path) -> list[Copy]:
    """Return the copies of a folder, by the address of their endpoint."""
    copies = [copy for path in folder.glob("*.nt.gz") if (copy := _described(path))]
    return sorted(copies, key=lambda copy: copy.endpoint)


def store_of(copy: Copy) -> ox.Store:
    """Return a copy as a store of its own, in memory. Raises ``OSError`` where it cannot be read."""
    return _loaded(copy.path, copy.path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed: int) -> ox.Store:
    store = ox.Store()
    with gzip.open(path) as file:
        try:
            store.bulk_load(cast("IO[bytes]", file), format=ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, zlib.error, EOFError) as error:
            raise OSError(str(error)) from None
    return store


def _path(folder: Path, endpoint: str) -> Path:
    return folder / f"{hashlib.sha256(endpoint.encode()).hexdigest()[:16]}.nt.gz"


def _described(path: Path) -> Copy | None:
    try:
        with gzip.open(path) as file:
            head = json.loads(file.readline(10_000).removeprefix(b"# "))
        return Copy(head["endpoint"], head["day"], head["statements"], path)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zlib.error):
        return None
