"""A process that answers queries from a store opened read-only: killed without harm at any moment.

It reads a job as one line of JSON from stdin and writes frames to stdout: one letter, four bytes of length (big
endian), the payload. ``R`` ready, ``H`` the kind of result, ``D`` a piece of it, ``F`` its end, with the endpoints that
gave nothing, ``E`` an error.
A pool starts one wherever it killed one, so nothing is imported here that a query does not need.
"""

import json
import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import pyoxigraph as ox

from medskick.graph.lookups import Store
from medskick.rdf_forms import BY_MEDIA, RESULTS_BY_MEDIA
from medskick.web.sparql.guard import led, refusal

if TYPE_CHECKING:
    from medskick.web.sparql.gateway import Gateway

CHUNK = 32_768
# What shows a row in each form, and how many bytes it is. In JSON and CSV what stands in quotes is not looked at; in
# XML and TSV < and line breaks of a value are escaped
_ROW = {
    "application/sparql-results+json": (re.compile(rb"[\[,]\{"), 2),
    "application/sparql-results+xml": (re.compile(rb"<result[>/]"), 8),
    "text/csv": (re.compile(rb"\n"), 1),
    "text/tab-separated-values": (re.compile(rb"\n"), 1),
}
_ESCAPED = re.compile(rb"\\(?s:.)")

_UNKNOWN_FUNCTION = re.compile(r"custom (?:aggregate )?function <([^>]*)> is not supported")


class TooMuch(Exception):
    """Raised when a result grows past its cap."""


class _Rows:
    """Counts the rows of a result in the pieces that it is written in: a piece may end anywhere."""

    def __init__(self, media: str) -> None:
        self.mark, self.length = _ROW[media]
        self.escapes, self.quotes = media.endswith("json"), media.endswith(("json", "csv"))
        self.quoted = False
        self.open = self.tail = b""
        # the headings of a table are a line too
        self.count = -1 if media.startswith("text/") else 0

    def add(self, piece: bytes) -> int:
        """Return how many rows there are with this piece."""
        piece = self.tail + (self._outside(piece) if self.quotes else piece)
        self.count += len(self.mark.findall(piece))
        self.tail = piece[max(0, len(piece) - self.length + 1) :]
        return self.count

    def _outside(self, piece: bytes) -> bytes:
        """What of a piece stands outside of quotes."""
        if self.escapes:
            piece = _ESCAPED.sub(b"", self.open + piece)
            # half of an escape waits for the other half
            self.open = b"\\" if piece.endswith(b"\\") else b""
            piece = piece.removesuffix(self.open)
        parts = piece.split(b'"')
        outside = parts[int(self.quoted) :: 2]
        self.quoted ^= len(parts) % 2 == 0
        return b"".join(outside)


class _Frames:
    """A file that writes what it is given as frames, and stops at the caps."""

    def __init__(self, out: BinaryIO, rows: int, size: int) -> None:
        self.out, self.rows, self.size = out, rows, size
        self.counter: _Rows | None = None
        self.held = bytearray()

    def frame(self, kind: bytes, payload: bytes) -> None:
        self.out.write(kind + len(payload).to_bytes(4, "big") + payload)
        self.out.flush()

    def error(self, error: str, **more: object) -> None:
        self.frame(b"E", json.dumps({"error": error, **more}).encode())

    def write(self, data: bytes) -> int:
        self.size -= len(data)
        too_many = self.counter is not None and self.counter.add(data) > self.rows
        if self.size < 0 or too_many:
            raise TooMuch("bytes" if self.size < 0 else "rows")
        self.held += data
        while len(self.held) >= CHUNK:
            self.frame(b"D", bytes(self.held[:CHUNK]))
            del self.held[:CHUNK]
        return len(data)

    def counted(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            self.rows -= 1
            if self.rows < 0:
                raise TooMuch("rows")
            yield triple

    def flush(self) -> None:
        """Nothing: pieces go out when they are large enough, the last one at the end."""

    def finish(self, missing: Mapping[str, str]) -> None:
        if self.held:
            self.frame(b"D", bytes(self.held))
        self.frame(b"F", json.dumps(missing).encode())


def _dataset(job: dict[str, Any]) -> dict[str, Any]:
    """The graphs to ask over: those of the request, else the query's own, else the store's (then none is named)."""
    if job["dataset"] is None:
        return {}
    default, named = ([ox.NamedNode(g) for g in graphs] for graphs in job["dataset"])
    return {"default_graph": default, "named_graphs": named}


def answer(store: Store, job: dict[str, Any], out: BinaryIO, gateway: "Gateway | None" = None) -> None:
    """Answer one job into frames; ``gateway`` calls the endpoints that ``SERVICE`` may name."""
    frames = _Frames(out, job["rows"], job["bytes"])
    ways = gateway.ways if gateway else {}
    try:
        if (refused := refusal(job["query"], ways)) is not None:
            frames.error("refused", status=refused.status, detail=refused.detail)
            return
        if gateway:
            gateway.begin()
        result = store.query(led(job["query"], ways), prefixes=job["prefixes"], base_iri=job["base"], **_dataset(job))
        kind = "triples" if isinstance(result, ox.QueryTriples) else "solutions"
        if isinstance(result, ox.QueryBoolean):
            kind = "boolean"
        media = job["media"][kind]
        if media is None:
            frames.error("not-acceptable", kind=kind)
            return
        frames.frame(b"H", media.encode())
        if isinstance(result, ox.QueryTriples):
            form = BY_MEDIA[media]
            prefixes = job["written"] if form.prefixed else None
            ox.serialize(frames.counted(result), frames, format=form.format, prefixes=prefixes)  # type: ignore[arg-type]
        else:
            frames.counter = _Rows(media)
            result.serialize(frames, RESULTS_BY_MEDIA[media].format)  # type: ignore[arg-type]
        frames.finish(gateway.missing if gateway else {})
    except SyntaxError as error:
        frames.error("syntax", detail=str(error))
    except TooMuch as error:
        frames.error("too-much", detail=str(error))
    except (MemoryError, BrokenPipeError):
        raise
    except Exception as error:
        if gateway and gateway.missing:
            frames.error("service", missing=gateway.missing)
            return
        _explain(frames, error)


def _explain(frames: _Frames, error: Exception) -> None:
    """Tell what the engine says of a query that failed."""
    # a function or an aggregate that neither SPARQL nor it defines
    unknown = _UNKNOWN_FUNCTION.search(str(error)) if isinstance(error, RuntimeError) else None
    # of an EndpointError, which is imported only where an endpoint is asked
    if reason := getattr(error, "reason", None) if hasattr(error, "endpoint") else None:
        frames.error("endpoint", reason=reason, detail=getattr(error, "detail", ""))
    elif unknown:
        frames.error("unknown-function", detail=unknown[1])
    else:
        frames.error("failed", detail=type(error).__name__)


def prepare(nice: int, memory: int) -> None:
    """Take what a query may use, before the store is opened: memory, no core dumps, the last turn at the processor."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        # PR_SET_PDEATHSIG: a busy worker would not see that its parent died
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def confine() -> None:
    """Open nothing from now on: no file and no connection, whatever a query asks for. Not to be had on Windows."""
    if sys.platform == "win32":
        return
    import resource

    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))


def main() -> None:
    """Serve jobs from stdin until it closes. The one argument is JSON.

    It holds folder, endpoint (asked instead, if one is named), memory, nice, services, patience (the seconds that one
    call of a service may take), parent.
    """
    settings = json.loads(sys.argv[1])
    prepare(settings["nice"], settings["memory"])
    if os.getppid() != settings["parent"]:
        return
    endpoint = settings.get("endpoint")
    store: Store | None = None if endpoint else ox.Store.read_only(settings["folder"])
    gateway = None
    if settings["services"]:
        from medskick.queries.remote import Patience
        from medskick.web.sparql.gateway import Gateway

        gateway = Gateway(settings["services"], Patience(settings["patience"]))
    elif not endpoint:
        confine()
    out = sys.stdout.buffer
    _Frames(out, 0, 0).frame(b"R", b"")
    alarm = getattr(signal, "alarm", lambda _seconds: None)
    for line in sys.stdin.buffer:
        job = json.loads(line)
        # the kernel's own deadline, should the parent not keep it
        alarm(job["alarm"])
        try:
            store = store or _at(endpoint)
        except Exception as error:
            _explain(_Frames(out, 0, 0), error)
        else:
            answer(store, job, out, gateway)
        alarm(0)


def _at(endpoint: str) -> Store:
    from medskick.queries.endpoint.open_endpoint import open_endpoint

    return open_endpoint(endpoint)[0]


if __name__ == "__main__":
    main()
