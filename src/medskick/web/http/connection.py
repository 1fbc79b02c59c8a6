"""A connection of uvicorn's that does not wait for ever: neither for a request, nor for a reader of its answer."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from medskick.web.http.messages import Messages
from medskick.web.http.stopping import BREAK_OFF

_REQUEST_SECONDS = 10.0
_BODY_SECONDS = 12.0
"""A little longer than ``requests.body_of`` waits, which tells the sender why."""
_KEPT_SECONDS = 5
_MOST_CONNECTIONS = 1_000
_MOST_SILENT = 300
_MOST_REST = 8_000_000
_CHECK_SECONDS = 20.0
_LEAST_TAKEN = 65_536


class Connection(H11Protocol):
    """Closed when a request is not whole in ten seconds, or an answer goes slower than 3 kB a second.

    While very many connections owe a request, the one that has owed it longest makes room for a new one: whoever
    sends a request at once is heard, however many dawdle. Nothing is written into uvicorn's access log, which names
    who asked and what (``Settings.access_log`` is ours).
    """

    _silent: dict["Connection", asyncio.TimerHandle] = {}  # noqa: RUF012 - one for all connections, in order of time
    _check: asyncio.TimerHandle | None = None
    _owing: object = None
    _rest: int | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn, self.access_log = Messages(), False
        self.limit_concurrency, self.timeout_keep_alive = _MOST_CONNECTIONS, _KEPT_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_request(_REQUEST_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Take what came; the time is counted from when the wait began, however often a little comes."""
        if self._rest is not None:
            # of a body that was answered before its end: a sender that is cut off would not read the answer
            self._rest -= len(data)
            if self._rest < 0:
                self._abort()
            return
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            return
        if not self.cycle.more_body:
            self._heard()
        elif self._owing is not self.cycle:
            self._owing = self.cycle
            self._await_request(_BODY_SECONDS)

    def handle_events(self) -> None:
        """Hand on what was read, and with each request how its answer is broken off."""
        super().handle_events()
        if self.cycle is not None:
            # its task has not begun
            self.cycle.scope.setdefault("extensions", {})[BREAK_OFF] = {"end": self._break_off}

    def _break_off(self) -> None:
        """End the connection before the answer's end, which every client notices. For the log nothing is wrong."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, and close; an answer that is under way or was given is broken off."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self._abort()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request; after one that was answered before its end there is none."""
        self._await_request(_REQUEST_SECONDS)
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY and not self.transport.is_closing():
            self._rest = _MOST_REST
            if self.transport.can_write_eof():
                self.transport.write_eof()

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

    def _await_request(self, seconds: float) -> None:
        self._heard()
        self._silent[self] = self.loop.call_later(seconds, self._abort)
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
