"""A connection of uvicorn's that does not wait for ever: neither for a request, nor for a reader of its answer."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_REQUEST_SECONDS = 10.0
_MOST_SILENT = 300
_CHECK_SECONDS = 20.0
_LEAST_TAKEN = 65_536


class Connection(H11Protocol):
    """Closed when a request's head is not whole in ten seconds, or an answer goes slower than 3 kB a second.

    While very many connections owe a request, the one that has owed it longest makes room for a new one: whoever
    sends a request at once is heard, however many dawdle.
    """

    _silent: dict["Connection", asyncio.TimerHandle] = {}  # noqa: RUF012 - one for all connections, in order of time
    _check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Take what came; the time is counted from when the wait began, however often a little comes."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._heard()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, or for the rest of one that was answered before its end."""
        self._await_request()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._heard()
        self._taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The reader is slower than the answer: look whether it takes anything."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """The reader has caught up."""
        self._taken()
        super().resume_writing()

    def _await_request(self) -> None:
        self._heard()
        self._silent[self] = self.loop.call_later(_REQUEST_SECONDS, self._abort)
        if len(self._silent) > _MOST_SILENT:
            next(iter(self._silent))._abort()

    def _heard(self) -> None:
        if (timer := self._silent.pop(self, None)) is not None:
            timer.cancel()

    def _watch(self) -> None:
        left: Any = self.transport.get_write_buffer_size()
        self._taken()
        self._check = self.loop.call_later(_CHECK_SECONDS, self._look, left)

    def _look(self, before: int) -> None:
        if self.transport.get_write_buffer_size() > before - _LEAST_TAKEN:
            self._abort()
        else:
            self._watch()

    def _taken(self) -> None:
        if self._check is not None:
            self._check.cancel()
            self._check = None

    def _abort(self) -> None:
        self._heard()
        self.transport.abort()
