"""What a client sent: a body of bounded size and time, and whether it has the answer already (RFC 9110)."""

import asyncio
import hashlib

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medskick.web.http import negotiate
from medskick.web.http.problems import Problem
from medskick.words import Lang

MOST_BODY = 1_000_000
_BODY_SECONDS = 10.0


async def body_of(request: Request, most: int = MOST_BODY) -> bytes:
    """Return a request's body. Raises ``Problem`` for one that is coded, too large or comes too slowly."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(415, "The body is to come as it is, without a coding.", {"Accept-Encoding": "identity"})
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most:
        raise Problem(413, f"The body is larger than {most:,} bytes.")
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise Problem(413, f"The body is larger than {most:,} bytes.")
    except TimeoutError:
        raise Problem(408, f"The body did not come within {_BODY_SECONDS:.0f} seconds.") from None
    except ClientDisconnect:
        raise Problem(400, "The client went away.") from None
    return bytes(body)


def etag(*parts: object) -> str:
    """Return an entity tag for an answer that the store's version and some words decide."""
    return 'W/"' + hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32] + '"'


def unchanged(request: Request, tag: str) -> bool:
    """Tell whether the client has this answer already.

    ``*`` is true of any answer, and seen only once there is one (``Fresh``).
    """
    given = [t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")]
    return tag.removeprefix("W/") in given


class Fresh:
    """Answers ``If-None-Match: *`` by 304 where there is an answer with a tag; an error is told."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        asks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not asks or (b"if-none-match", b"*") not in scope["headers"]:
            await self.app(scope, receive, send)
            return
        known = False

        async def sent(message: Message) -> None:
            nonlocal known
            if message["type"] == "http.response.start":
                tagged = any(name.lower() == b"etag" for name, _ in message["headers"])
                known = message["status"] == 200 and tagged
                if known:
                    kept = [(n, v) for n, v in message["headers"] if not n.lower().startswith(b"content-")]
                    message = {**message, "status": 304, "headers": kept}
            elif known:
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, sent)


def reader_language(request: Request) -> Lang:
    """Return the language to answer in: the one that the address names, else by ``Accept-Language``."""
    return negotiate.language(request.headers.get("accept-language"), request.query_params.get("lang"))


def root(request: Request) -> str:
    """Return the path prefix that the server lies under."""
    return str(request.scope.get("root_path", ""))
