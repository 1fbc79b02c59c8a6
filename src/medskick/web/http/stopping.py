"""A server that stops while it still answers: who has heard nothing is told so, nothing is written into the log."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medskick.web.http.problems import Problem

BREAK_OFF = "medskick.break_off"
"""The ASGI extension of our connection whose ``end`` is called to break off an answer that has begun."""


class Stopping:
    """An answer that the server cancels is a 503, or is broken off where it has begun; never a stack trace."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        begun = scope["type"] != "http"

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except asyncio.CancelledError:
            # nobody cancels a request but a server that stops while it runs
            if not begun:
                stopping = Problem(503, "The server is stopping.", {"Retry-After": "60"})
                await stopping.response()(scope, receive, send)
