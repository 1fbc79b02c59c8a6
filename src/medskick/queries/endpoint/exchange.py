"""One request to an endpoint that the user has named, and what it answers: the only place that speaks to one.

Queries go by the SPARQL 1.1 Protocol, always with the graphs that they ask over: what an endpoint's own default graph
is, each engine decides for itself. Statements go by SPARQL 1.1 Update or the Graph Store HTTP Protocol.
"""

import os
import ssl
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import httpx
import pyoxigraph as ox

from medskick.queries.remote import EndpointError
from medskick.rdf_forms import BY_MEDIA, RESULTS_BY_MEDIA
from medskick.rooms import version as release

ROWS, STATEMENTS = "application/sparql-results+json", "text/turtle"
"""The forms that results are asked in: all engines write these two."""
_NAME = f"medskick/{release()}"
_LONGEST_WORD = 300


class _Login(httpx.Auth):
    """A user's name and password, in the way that the endpoint demands: Basic, or Digest as Virtuoso does."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request; where the answer demands a name and a password, send it again with them."""
        response = yield request
        if response.status_code != 401:
            return
        digest = response.headers.get("www-authenticate", "").casefold().startswith("digest")
        flow = (httpx.DigestAuth if digest else httpx.BasicAuth)(self._user, self._password).auth_flow(request)
        again = next(flow)
        try:
            while True:
                again = flow.send((yield again))
        except StopIteration:
            return


def _login() -> httpx.Auth | None:
    user = os.environ.get("MEDSKICK_ENDPOINT_USER")
    return _Login(user, os.environ.get("MEDSKICK_ENDPOINT_PASSWORD", "")) if user else None


class Exchange:
    """An endpoint by its address, and how it is asked: ``seconds`` for one answer, at most ``size`` bytes of it.

    ``MEDSKICK_ENDPOINT_USER`` with ``MEDSKICK_ENDPOINT_PASSWORD``, or ``MEDSKICK_ENDPOINT_TOKEN`` (a bearer's, RFC
    6750), are who asks. May be used by several threads.
    """

    def __init__(self, address: str, seconds: float = 60.0, size: int = 2_000_000_000) -> None:
        self.address, self._seconds, self._size = address, seconds, size

    @cached_property
    def _client(self) -> httpx.Client:
        token = os.environ.get("MEDSKICK_ENDPOINT_TOKEN")
        headers = {"User-Agent": _NAME} | ({"Authorization": f"Bearer {token}"} if token else {})
        return httpx.Client(verify=ssl.create_default_context(), timeout=self._seconds, auth=_login(), headers=headers)

    def results(self, query: str, default: Sequence[str], named: Sequence[str], form: str) -> tuple[str, bytes]:
        """Return media type and bytes of a query's results over some graphs. Raises ``EndpointError``.

        Without any graph the query says itself over which (``FROM``).
        """
        sent = {"query": query, "default-graph-uri": [*default], "named-graph-uri": [*named]}
        response, body = self._answer("POST", self.address, {"data": sent, "headers": {"Accept": form}})
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in RESULTS_BY_MEDIA and media not in BY_MEDIA:
            raise EndpointError(self.address, "form", media)
        return media, body

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say of results that cannot be read as they should be that they are broken (``EndpointError``)."""
        try:
            yield
        except (SyntaxError, ValueError, KeyError):
            raise EndpointError(self.address, "broken") from None

    def rows(self, query: str, default: Sequence[str], named: Sequence[str]) -> ox.QuerySolutions:
        """Return the rows that a query gives, to be gone through within ``reading``. Raises ``EndpointError``."""
        media, body = self.results(query, default, named, ROWS)
        with self.reading():
            return solutions(media, body)

    def update(self, address: str, text: str) -> None:
        """Send a SPARQL Update to an address. Raises ``EndpointError``."""
        self._answer("POST", address, {"data": {"update": text}}, writes=True)

    def put(self, address: str, graph: str, body: bytes) -> None:
        """Put N-Triples in place of a graph, by the Graph Store HTTP Protocol. Raises ``EndpointError``."""
        headers = {"Content-Type": "application/n-triples"}
        self._answer("PUT", address, {"params": {"graph": graph}, "content": body, "headers": headers}, writes=True)

    def _answer(
        self, method: str, address: str, sent: dict[str, object], writes: bool = False
    ) -> tuple[httpx.Response, bytes]:
        until = time.monotonic() + self._seconds
        body = bytearray()
        try:
            with self._client.stream(method, address, **sent) as response:  # type: ignore[arg-type]
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > self._size:
                        raise EndpointError(address, "large")
                    # one that gives a byte now and then is never late for the next
                    if time.monotonic() > until:
                        raise EndpointError(address, "late")
        except httpx.TimeoutException:
            raise EndpointError(address, "late") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise EndpointError(address, "down", str(error)) from None
        if response.is_success:
            return response, bytes(body)
        words = " ".join(bytes(body[:2000]).decode("utf-8", "replace").split())[:_LONGEST_WORD]
        status = response.status_code
        reason = "login" if status in (401, 407) else "read-only" if writes else "refused"
        raise EndpointError(address, reason, f"HTTP {status}. {words}")


def solutions(media: str, body: bytes) -> ox.QuerySolutions:
    """Return the rows of results. Raises ``ValueError``, ``KeyError``, ``SyntaxError`` (also as they are read)."""
    rows = ox.parse_query_results(body, format=RESULTS_BY_MEDIA[media].format)
    if not isinstance(rows, ox.QuerySolutions):
        raise ValueError(media)
    return rows
