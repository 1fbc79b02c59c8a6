"""Another SPARQL endpoint asked: within a time and a size, and what it gives held to be what it says it is."""

import io
import re
import ssl
from dataclasses import dataclass
from functools import cache

import anyio
import pyoxigraph as ox

from medskick.rdf_forms import RESULTS_BY_MEDIA
from medskick.rooms import version as release

_FORMS = ("application/sparql-results+json", "application/sparql-results+xml")
_NAME = f"medskick/{release()}"
_DEEPEST = 20
_NESTING = {
    "application/sparql-results+json": re.compile(rb'"(?:[^"\\]++|\\.)*+"|([\[{])|([\]}])', re.S),
    # triples in triples: no other element of these results may stand in itself
    "application/sparql-results+xml": re.compile(rb"(<(?:[^\s<>/]*+:)?triple\b)|(</(?:[^\s<>/]*+:)?triple\b)"),
}
"""What opens (the first group) and closes (the second) a level, by media type."""
Rows = list[dict[str, ox.NamedNode | ox.Literal]]


class EndpointError(Exception):
    """Raised where an endpoint gives no answer that can be used.

    ``reason`` is ``down`` (nobody there), ``late``, ``large``, ``refused`` (an HTTP status other than 200, redirects
    too), ``form`` (no SPARQL results by its Content-Type) or ``broken`` (not what its Content-Type says); where it is
    the store too, ``login`` (it wants another user), ``read-only``, or what ``open_endpoint`` lists. ``detail`` is what
    it says itself.
    """

    def __init__(self, endpoint: str, reason: str, detail: str = "") -> None:
        self.endpoint, self.reason, self.detail = endpoint, reason, detail
        super().__init__(f"{endpoint}: {reason} {detail}".rstrip())


@dataclass(frozen=True)
class Patience:
    """What one call of an endpoint may take: ``seconds`` from its beginning to its end, ``size`` in bytes."""

    seconds: float = 5.0
    size: int = 10_000_000


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that this machine trusts, read once: that takes longer than a call."""
    return ssl.create_default_context()


def prepare() -> None:
    """Load now what calls need, so that the first one has all of its time."""
    import httpx  # noqa: F401

    _trusted()


async def _fetched(endpoint: str, query: str, patience: Patience) -> tuple[str, bytes]:
    import httpx  # 0.1 s that only such a call needs

    trusted = _trusted()
    # unpacked, an answer of some bytes could be of any size
    headers = {"Accept": ", ".join(_FORMS), "Accept-Encoding": "identity", "User-Agent": _NAME}
    try:
        # a limit of the whole: an endpoint that gives a byte now and then is never late for the next one
        with anyio.fail_after(patience.seconds):
            async with (
                httpx.AsyncClient(verify=trusted, timeout=patience.seconds, follow_redirects=False) as client,
                client.stream("POST", endpoint, data={"query": query}, headers=headers) as response,
            ):
                if response.status_code != 200:
                    raise EndpointError(endpoint, "refused")
                media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                if media not in _FORMS or response.headers.get("content-encoding", "identity") != "identity":
                    raise EndpointError(endpoint, "form")
                body = bytearray()
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > patience.size:
                        raise EndpointError(endpoint, "large")
                return media, bytes(body)
    except (TimeoutError, httpx.TimeoutException):
        raise EndpointError(endpoint, "late") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise EndpointError(endpoint, "down") from None


def fetch(endpoint: str, query: str, patience: Patience) -> tuple[str, bytes]:
    """Return media type and bytes of an endpoint's results, read once to be sure of them. Raises ``EndpointError``."""
    media, body = anyio.run(_fetched, endpoint, query, patience)
    _parsed(endpoint, media, body)
    return media, body


def ask_endpoint(endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
    """Return the variables and rows of a SELECT query that an endpoint answers. Raises ``EndpointError``."""
    return _parsed(endpoint, *anyio.run(_fetched, endpoint, query, patience))


def _too_deep(media: str, body: bytes) -> bool:
    """Tell whether results are nested deeper than any of use: the parser would run out of its stack and end all."""
    depth = 0
    for sign in _NESTING[media].finditer(body):
        depth += (sign[1] is not None) - (sign[2] is not None)
        if depth > _DEEPEST:
            return True
    return False


def _parsed(endpoint: str, media: str, body: bytes) -> tuple[list[str], Rows]:
    if _too_deep(media, body):
        raise EndpointError(endpoint, "broken")
    try:
        results = ox.parse_query_results(io.BytesIO(body), format=RESULTS_BY_MEDIA[media].format)
        if not isinstance(results, ox.QuerySolutions):
            return [], []
        names = [variable.value for variable in results.variables]
        return names, [
            {n: v for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode | ox.Literal)}
            for row in results
        ]
    except (SyntaxError, ValueError, OSError):
        raise EndpointError(endpoint, "broken") from None
