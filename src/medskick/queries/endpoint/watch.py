"""What an endpoint holds now, looked at again and again beside all else, so that nobody waits for it."""

import threading

from medskick.graph.store import Built
from medskick.queries.endpoint.exchange import Exchange
from medskick.queries.endpoint.open_endpoint import built_at
from medskick.queries.remote import EndpointError

LOOKED_AT = 5.0
"""Seconds between two looks."""


class Watch:
    """Looks at an endpoint in a thread of its own, which ends with the program."""

    def __init__(self, address: str, every: float = LOOKED_AT) -> None:
        self._exchange, self._every = Exchange(address, seconds=10.0), every
        self._state: Built | EndpointError | None = None
        self._lock = threading.Lock()

    def built(self) -> Built:
        """Return which version the endpoint holds. Raises ``EndpointError`` where it holds none to be asked.

        Where it does not answer, the version of the last answer is returned: who asks it is told soon enough.
        """
        with self._lock:
            if self._state is None:
                self._look()
                threading.Thread(target=self._watch, daemon=True).start()
        if isinstance(self._state, EndpointError):
            raise EndpointError(self._state.endpoint, self._state.reason, self._state.detail)
        assert self._state is not None
        return self._state

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._every):
            self._look()

    def _look(self) -> None:
        try:
            self._state, _ = built_at(self._exchange)
        except EndpointError as error:
            if not (isinstance(self._state, Built) and error.reason in ("down", "late")):
                self._state = error
