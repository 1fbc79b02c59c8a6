"""What a client sent: a body of bounded size and time, and whether it has the answer already (RFC 9110)."""

import asyncio
import hashlib

from starlette.requests import ClientDisconnect, Request

from medskick.web.http.problems import Problem

MOST_BODY = 1_000_000
_BODY_SECONDS = 10.0


async def body_of(request: Request, most: int = MOST_BODY) -> bytes:
    """Return a request's body. Raises ``Problem`` for one that is too large or comes too slowly."""
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
    """Tell whether the client has this answer already."""
    given = [t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")]
    return tag.removeprefix("W/") in given or given == ["*"]
