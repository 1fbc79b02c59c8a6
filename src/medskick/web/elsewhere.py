"""Questions that the server asks at other endpoints for its readers: few at a time, and none again and again.

Whoever reads a page can make the server ask. So an answer is kept for a minute, an endpoint that cannot be reached is
left alone for a while, and only some readers are served at the same time, apart from those of all other pages.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import to_thread

from medskick.queries.federated import Endpoints
from medskick.queries.remote import EndpointError, Patience, Rows, ask_endpoint
from medskick.web.http.problems import Problem

T = TypeVar("T")

_AT_ONCE, _WAITING = 2, 16
_KEPT, _RESTING = 60.0, 30.0
"""Seconds for which an answer is kept, and for which an endpoint that gave none in time is not asked."""
_MOST_KEPT = 50

Outcome = tuple[list[str], Rows] | EndpointError


def asks_elsewhere(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return the endpoints that an address names to be asked too."""
    return [value for name, value in pairs if name == "service" and value]


class Elsewhere:
    """How the server asks other endpoints: ``services`` are those of the operator, ``seconds`` what each may take.

    ``copies`` is the folder of the copies that are asked instead of those that do not answer.
    """

    def __init__(self, services: Sequence[str] = (), seconds: float = 5.0, copies: Path | None = None) -> None:
        self.services, self._patience, self._copies = tuple(services), Patience(seconds), copies
        self._limiter = anyio.CapacityLimiter(_AT_ONCE)
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[float, Outcome]] = {}
        self._resting: dict[str, tuple[float, str]] = {}

    def asking(self, endpoints: Endpoints) -> Endpoints:
        """Return endpoints as this server asks them."""
        return Endpoints(endpoints.addresses, self.call, self._patience, self._copies)

    async def run(self, make: Callable[..., T], *given: object) -> T:
        """Make an answer in a thread of those for such answers. Raises ``Problem`` (503) where many wait for one."""
        if self._limiter.statistics().tasks_waiting >= _WAITING:
            raise Problem(503, "Many questions are being asked elsewhere. Try again soon.", {"Retry-After": "10"})
        return await to_thread.run_sync(make, *given, limiter=self._limiter)

    def call(self, endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        """Ask an endpoint, or give what it gave a moment ago. Raises ``EndpointError``."""
        outcome = self._known(endpoint, query)
        if outcome is None:
            try:
                outcome = ask_endpoint(endpoint, query, patience)
            except EndpointError as error:
                outcome = error
            self._keep(endpoint, query, outcome)
        if isinstance(outcome, EndpointError):
            raise EndpointError(endpoint, outcome.reason)
        return outcome

    def _known(self, endpoint: str, query: str) -> Outcome | None:
        now = time.monotonic()
        with self._lock:
            until, reason = self._resting.get(endpoint, (0.0, ""))
            if until > now:
                return EndpointError(endpoint, reason)
            until, outcome = self._kept.get((endpoint, query), (0.0, None))
            return outcome if until > now else None

    def _keep(self, endpoint: str, query: str, outcome: Outcome) -> None:
        now = time.monotonic()
        with self._lock:
            if isinstance(outcome, EndpointError) and outcome.reason in ("down", "late"):
                self._resting[endpoint] = (now + _RESTING, outcome.reason)
                return
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > now}
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[endpoint, query] = (now + _KEPT, outcome)
