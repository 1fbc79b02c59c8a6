"""The SPARQL 1.1 Protocol, query side, and the Service Description."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from medskick.ontology import PREFIXES, WRITTEN
from medskick.web.http import negotiate
from medskick.web.http.headers import VERSION_HEADER
from medskick.web.http.problems import Problem
from medskick.web.http.requests import body_of, etag, unchanged
from medskick.web.sparql.guard import MOST_BYTES
from medskick.web.sparql.limits import (
    BusyError,
    DeadlineError,
    Limits,
    PoolError,
    QueryFailedError,
    ReaderError,
    WorkerDiedError,
)
from medskick.web.sparql.pool import Pool, Reply
from medskick.web.sparql.stream import Streamed, departure, unless

# NOW, RAND and UUID give another answer each time, and so may another endpoint
_VARYING = re.compile(r"(?<![?$:\w])(?:NOW|RAND|UUID|STRUUID|SERVICE)\b(?!:)", re.I)
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.S)


@dataclass(frozen=True)
class Asked:
    """A query as the protocol gives it: its text, the dataset (``None``: not said), a form asked for by name."""

    query: str
    default: list[str] | None
    named: list[str] | None
    form: str | None


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "The request is not UTF-8, which the protocol requires.") from None


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except (UnicodeDecodeError, ValueError):
        raise Problem(400, "The parameters are not URL-encoded UTF-8, or too many.") from None


async def asked(request: Request) -> Asked | None:
    """Read a query by GET, form POST or direct POST; ``None`` for a GET without one. Raises ``Problem``."""
    pairs = _pairs(request.url.query.encode("utf-8"))
    query: str | None = None
    if request.method == "POST":
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        raw = await body_of(request)
        if media == "application/x-www-form-urlencoded":
            pairs += _pairs(raw)
        elif media == "application/sparql-query":
            query = _text(raw)
            if any(name == "query" for name, _ in pairs):
                raise Problem(400, "The query stands both in the body and in the address.")
        elif media == "application/sparql-update":
            raise Problem(403, "This endpoint is read-only: no SPARQL Update.")
        else:
            raise Problem(
                415,
                "A POST is application/x-www-form-urlencoded or application/sparql-query.",
                {"Accept-Post": "application/sparql-query, application/x-www-form-urlencoded"},
            )
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in pairs):
        raise Problem(403, "This endpoint is read-only: no SPARQL Update.")
    texts = [value for name, value in pairs if name == "query"]
    if len(texts) > 1:
        raise Problem(400, f"There is to be one query; there are {len(texts)}.")
    if query is None:
        if not texts:
            if request.method == "POST":
                raise Problem(400, "The parameter query is missing.")
            return None
        query = texts[0]
    # each once: the merge of a graph with itself is that graph, but the engine would count its statements twice
    default = list(dict.fromkeys(value for name, value in pairs if name == "default-graph-uri"))
    named = list(dict.fromkeys(value for name, value in pairs if name == "named-graph-uri"))
    for iri in (*default, *named):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*", iri):
            raise Problem(400, f"Not an absolute IRI: {iri[:200]}")
    form = next((value for name, value in pairs if name == "format"), None)
    said = bool(default or named)
    return Asked(query, default if said else None, named if said else None, form)


def _media(request: Request, form: str | None) -> dict[str, str | None]:
    """The form of each kind of result that the client takes; ``None`` where it takes none."""
    if form:
        wanted = negotiate.SHORT.get(form.lower(), form.partition(";")[0].strip())
        graph = negotiate.SHORT_TRIPLES.get(form.lower(), wanted)
        return {
            "solutions": wanted if wanted in negotiate.RESULTS else None,
            "boolean": wanted if wanted in negotiate.RESULTS else None,
            "triples": graph if graph in negotiate.TRIPLES else None,
        }
    accept = request.headers.get("accept")
    chosen: dict[str, str | None] = {}
    for kind, offers in (
        ("solutions", negotiate.RESULTS), ("boolean", negotiate.RESULTS), ("triples", negotiate.TRIPLES),
    ):  # fmt: skip
        plain = tuple(negotiate.ALIASES) if kind != "triples" else ()
        media = negotiate.best(accept, (*offers, *plain))
        chosen[kind] = negotiate.ALIASES.get(media, media) if media else None
    return chosen


def _syntax(detail: str) -> Problem:
    place = _PLACE.match(detail)
    if place is None:
        return Problem(400, f"The query cannot be read: {detail}")
    line, column, expected = int(place[1]), int(place[2]), place[3]
    message = f"The query cannot be read at line {line}, column {column}: {expected}"
    return Problem(400, message, line=line, column=column, expected=expected)


def _failed(error: QueryFailedError, limits: Limits) -> Problem:
    match error.answer.get("error"):
        case "syntax":
            return _syntax(str(error.answer.get("detail")))
        case "refused":
            return Problem(int(error.answer["status"]), str(error.answer["detail"]))
        case "not-acceptable":
            return Problem(406, "None of the forms that the client takes fits this kind of result.")
        case "unknown-function":
            name = str(error.answer.get("detail"))
            return Problem(400, f"The query calls a function that is not known here: {name[:200]}", function=name[:200])
        case "endpoint":
            reason, detail = str(error.answer["reason"]), str(error.answer["detail"])
            return Problem(*unanswered_by(reason, detail))
        case "service":
            missing = error.answer["missing"]
            failures = " ".join(f"{service} {_REASONS[reason]}." for service, reason in sorted(missing.items()))
            silent = "SERVICE SILENT gives the rest of the answer without it."
            return Problem(502, f"{failures} {silent}", missing=missing)
        case "too-much":
            most = f"{limits.rows:,} rows" if error.answer.get("detail") == "rows" else f"{limits.size:,} bytes"
            return Problem(413, f"The result has more than {most}; ask for less, or for parts by LIMIT and OFFSET.")
        case _:
            return Problem(500, "The query failed.")


def unanswered_by(reason: str, detail: str) -> tuple[int, str]:
    """Return status and sentence for an endpoint that holds the graph and gave no answer."""
    if reason == "refused" and detail.startswith("HTTP 400"):
        return 400, f"The endpoint that holds the graph refused the query: {detail}"
    status = 503 if reason in ("down", "late", "half") else 502
    return status, f"The endpoint that holds the graph {_REASONS.get(reason, 'cannot be asked')}."


_REASONS = {
    "down": "cannot be reached", "late": "did not answer in time", "large": "gave too much",
    "refused": "refused the query", "form": "gave no SPARQL results", "broken": "gave results that cannot be read",
    "half": "is being filled", "often": "would have to be asked too often",
}  # fmt: skip
_SERVICE = re.compile(r"SERVICE", re.I)
_MOST_HELD = 65_536
_MOST_HELD_OLD = 8_000_000


async def respond(request: Request, question: Asked, pool: Pool, version: str) -> Response:
    """Answer a query over the protocol, from that version of the store. Raises ``Problem``."""
    if len(question.query) > MOST_BYTES:
        raise Problem(413, f"The query is longer than {MOST_BYTES:,} bytes.")
    media = _media(request, question.form)
    headers = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache", VERSION_HEADER: version}
    if not _VARYING.search(question.query):
        headers["ETag"] = tag = etag(version, question, media)
        if request.method in ("GET", "HEAD") and unchanged(request, tag):
            return Response(status_code=304, headers=headers)
    chosen = question.default is not None or question.named is not None
    job = {
        "query": question.query,
        "dataset": (question.default or [], question.named or []) if chosen else None,
        "media": media,
        "prefixes": PREFIXES,
        "written": WRITTEN,
        # relative IRIs are read against the address that was asked (SPARQL 1.1 Protocol, section 2.1)
        "base": str(request.url.replace(query="", fragment="")),
    }
    # an endpoint that fails at the end is told in a header, and headers come first
    held_whole = bool(pool.services()) and _SERVICE.search(question.query) is not None
    # what is small is known whole before anything is sent, so that an error is an error and no broken answer;
    # HTTP/1.0 knows no broken answer: its end is the connection's end, so nothing is sent there before all is known
    old = held_whole or request.scope.get("http_version") == "1.0"
    gone = departure(request.receive)
    streams = False
    try:
        most = _MOST_HELD_OLD if old else _MOST_HELD
        media_type, held, reply, missing = await unless(gone, _begun(pool, job, version, most))
        if missing:
            listed = ", ".join(f'<{service}>; reason="{_REASONS[why]}"' for service, why in sorted(missing.items()))
            headers |= {"Medskick-Missing": listed.encode("ascii", "backslashreplace").decode("ascii")}
        content_type = media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")
        if reply is None:
            return Response(b"".join(held), 200, headers, content_type)
        if request.method == "HEAD":
            # GET would send it as it comes, and tell no length either
            reply.close()
            response = Response(b"", 200, headers, content_type)
            del response.headers["content-length"]
            return response
        if old:
            reply.close()
            why = "without SERVICE" if held_whole else "by HTTP/1.1"
            raise Problem(413, f"Results of more than {_MOST_HELD_OLD:,} bytes are given {why} only.")
        streams = True
        return Streamed(held, reply, gone, headers, content_type)
    except BusyError:
        raise Problem(503, "All workers are busy; try again.", {"Retry-After": "5"}) from None
    except DeadlineError:
        late = f"The query was not answered within {pool.limits.seconds:g} seconds."
        raise Problem(503, late, {"Retry-After": "60"}) from None
    except WorkerDiedError as died:
        if died.too_deep:
            raise Problem(400, "The query nests too deep.") from None
        raise Problem(503, "The query took more memory than it may have.", {"Retry-After": "60"}) from None
    except QueryFailedError as error:
        problem = _failed(error, pool.limits)
        problem.query = question.query
        raise problem from None
    except ReaderError:
        raise Problem(400, "The client went away.") from None
    except PoolError:
        raise Problem(503, "The server is stopping.", {"Retry-After": "60"}) from None
    finally:
        if not streams:
            gone.cancel()


async def _begun(
    pool: Pool, job: dict[str, Any], version: str, most: int
) -> tuple[str, list[bytes], Reply | None, dict[str, str]]:
    """Begin an answer. Returns its form, its first pieces, the reply that gives more, if there is more, what it lacks.

    What it lacks are the endpoints that gave it nothing, with the reason; known where there is no more.
    """
    reply = await pool.ask(job, version)
    try:
        held: list[bytes] = []
        size, media = 0, ""
        while (frame := await reply.piece()) is not None:
            kind, piece = frame
            if kind == b"H":
                media = piece.decode()
                continue
            held.append(piece)
            size += len(piece)
            if size > most:
                return media, held, reply, {}
        return media, held, None, reply.missing
    except BaseException:
        reply.close()
        raise
