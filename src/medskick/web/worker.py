"""A process that answers queries from a store opened read-only: killed without harm at any moment.

It reads a job as one line of JSON from stdin and writes frames to stdout: one letter, four bytes of length (big
endian), the payload. ``R`` ready, ``H`` the kind of result, ``D`` a piece of it, ``F`` its end, ``E`` an error.
"""

import json
import re
import sys
from typing import Any, BinaryIO

import pyoxigraph as ox

CHUNK = 32_768
SOLUTIONS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
# How the end of a row shows in the bytes of each form; neither quote nor < can stand bare in a value there
_ROW = {
    "application/sparql-results+json": re.compile(rb'(?<!\\)"\}\},\{'),
    "application/sparql-results+xml": re.compile(rb"<result>"),
    "text/csv": re.compile(rb"\n"),
    "text/tab-separated-values": re.compile(rb"\n"),
    "application/n-triples": re.compile(rb"\n"),
    "application/n-quads": re.compile(rb"\n"),
}


class TooMuch(Exception):
    """Raised when a result grows past its cap."""


class _Frames:
    """A file that writes what it is given as frames, and stops at the caps."""

    def __init__(self, out: BinaryIO, rows: int, size: int, mark: re.Pattern[bytes] | None) -> None:
        self.out, self.rows, self.size, self.mark = out, rows, size, mark
        self.held = bytearray()

    def frame(self, kind: bytes, payload: bytes) -> None:
        self.out.write(kind + len(payload).to_bytes(4, "big") + payload)
        self.out.flush()

    def write(self, data: bytes) -> int:
        self.size -= len(data)
        if self.mark is not None:
            self.rows -= len(self.mark.findall(data))
        if self.size < 0 or self.rows < 0:
            raise TooMuch("bytes" if self.size < 0 else "rows")
        self.held += data
        while len(self.held) >= CHUNK:
            self.frame(b"D", bytes(self.held[:CHUNK]))
            del self.held[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces go out when they are large enough, the last one at the end."""

    def finish(self) -> None:
        if self.held:
            self.frame(b"D", bytes(self.held))
        self.frame(b"F", b"")


def _graphs(named: list[str]) -> list[Any]:
    return [ox.NamedNode(g) for g in named]


def answer(store: ox.Store, job: dict[str, Any], out: BinaryIO) -> None:
    """Answer one job into frames."""
    frames = _Frames(out, job["rows"], job["bytes"], None)
    try:
        if job["default"] is None:
            found = store.query(job["query"], prefixes=job["prefixes"], base_iri=job["base"])
        else:
            default, named = _graphs(job["default"]), _graphs(job["named"])
            found = store.query(
                job["query"],
                default_graph=default,
                named_graphs=named,
                prefixes=job["prefixes"],
                base_iri=job["base"],
            )
        kind = "triples" if isinstance(found, ox.QueryTriples) else "solutions"
        if isinstance(found, ox.QueryBoolean):
            kind = "boolean"
        media = job["media"][kind]
        if media is None:
            frames.frame(b"E", json.dumps({"error": "not-acceptable", "kind": kind}).encode())
            return
        frames.frame(b"H", media.encode())
        frames.mark = _ROW.get(media)
        if isinstance(found, ox.QueryTriples):
            prefixes = job["prefixes"] if media in ("text/turtle", "application/trig", "application/rdf+xml") else None
            ox.serialize(found, frames, format=TRIPLES[media], prefixes=prefixes)  # type: ignore[arg-type]
        else:
            found.serialize(frames, SOLUTIONS[media])  # type: ignore[arg-type]
        frames.finish()
    except SyntaxError as error:
        frames.frame(b"E", json.dumps({"error": "syntax", "detail": str(error)}).encode())
    except TooMuch as error:
        frames.frame(b"E", json.dumps({"error": "too-much", "detail": str(error)}).encode())
    except MemoryError:
        raise
    except Exception as error:
        frames.frame(b"E", json.dumps({"error": "failed", "detail": type(error).__name__}).encode())


def main() -> None:
    """Serve jobs from stdin until it closes: arguments are the store's folder and the memory cap in bytes."""
    folder, memory = sys.argv[1], int(sys.argv[2])
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    store = ox.Store.read_only(folder)
    out = sys.stdout.buffer
    _Frames(out, 0, 0, None).frame(b"R", b"")
    for line in sys.stdin.buffer:
        answer(store, json.loads(line), out)


if __name__ == "__main__":
    main()
