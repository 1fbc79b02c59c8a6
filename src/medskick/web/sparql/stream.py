"""Answers that are sent while their query still runs: broken off, never cut short, when something ends them."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from medskick.web.http.stopping import BREAK_OFF
from medskick.web.sparql.limits import PoolError, ReaderError
from medskick.web.sparql.pool import Reply

T = TypeVar("T")


def departure(receive: Receive) -> "asyncio.Future[None]":
    """Return a future that is done when the client has gone away. It must be cancelled in the end."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    return asyncio.ensure_future(gone())


async def unless(gone: "asyncio.Future[None]", wanted: Awaitable[T]) -> T:
    """Return what is awaited, unless the client goes away first: then it is cancelled. Raises ``ReaderError``."""
    task = asyncio.ensure_future(wanted)
    # nobody asks any more how it failed once the client is gone or the server stops: asyncio would log a traceback
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ReaderError
    finally:
        if not task.done():
            task.cancel()
            # it must have freed its worker before anybody goes on
            await asyncio.wait((task,))


class Streamed(Response):
    """A response of what is held already and of what a reply still gives."""

    def __init__(
        self,
        held: Sequence[bytes],
        reply: Reply,
        gone: "asyncio.Future[None]",
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        self.held, self.reply, self.gone = held, reply, gone
        self.status_code, self.media_type, self.background = 200, media_type, None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it. Whatever ends it early, the last message is not sent: the server breaks the connection off."""
        self.gone.add_done_callback(lambda _: self.reply.end(ReaderError()))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for piece in self.held:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            while (frame := await self.reply.piece()) is not None:
                await send({"type": "http.response.body", "body": frame[1], "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except PoolError:
            if (break_off := scope.get("extensions", {}).get(BREAK_OFF)) is not None:
                break_off["end"]()
        finally:
            self.reply.close()
            self.gone.cancel()
