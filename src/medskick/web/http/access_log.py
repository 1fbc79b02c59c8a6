"""An access log for who asks for one: what was asked and how it went, never by whom nor with which words."""

import sys
import time
from typing import TextIO
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """Writes a line a request: method, path without its query string, status, milliseconds. No address of a client.

    The status is ``-`` where none was sent; ``cut`` follows where an answer was broken off.
    """

    def __init__(self, app: ASGIApp, out: TextIO | None = None) -> None:
        self.app, self.out = app, out or sys.stderr

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and write its line when it has been answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status, whole = time.perf_counter(), "-", False

        async def noted(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = str(message["status"])
            elif message["type"] == "http.response.body":
                whole = whole or not message.get("more_body", False)
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            taken = (time.perf_counter() - start) * 1000
            # quoted, so that no path can write a line of its own
            path = quote(scope["path"], safe="/:@!$&'()*+,;=~")
            self.out.write(f"{quote(scope['method'])} {path} {status} {taken:.1f}{'' if whole else ' cut'}\n")
            self.out.flush()
