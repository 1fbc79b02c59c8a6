"""What holds for every answer: security headers, and which answers other sites may read."""

import re

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EMBEDDED_CSP = CSP.replace("frame-ancestors 'none'", "frame-ancestors *").replace(
    "form-action 'self'", "form-action 'none'"
)
"""Of a picture's page without the site's frame: any site may show it, and nothing can be sent from it."""
VERSION_HEADER = "Medskick-Version"
"""The header that tells which version of the graph an answer is from."""
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_OPEN = (
    "/sparql",
    "/id/",
    "/concept/",
    "/dataset/",
    "/ontology",
    "/data/",
    "/questions",
    "/openapi.json",
    "/.well-known/",
)
"""Paths whose answers any page on the web may read: public data, read-only."""
_RECONCILE = re.compile(r"(?:/[A-Za-z0-9-]+)?/reconcile(?:/.*)?")
"""Programs such as OpenRefine read these in a browser, in the language that the address names."""
_TAKES_POST = re.compile(r"/sparql/?|(?:/[A-Za-z0-9-]+)?/reconcile")


def is_service(path: str) -> bool:
    """Tell whether a path below a language is a program's, whose errors are told as to a program."""
    return _RECONCILE.fullmatch(path) is not None


def _headed(status: int, given: list[tuple[bytes, bytes]], public: bool) -> list[tuple[bytes, bytes]]:
    """An answer's headers with those of every answer; what it varies by stands once and in one line."""
    extra = dict(_HEADERS)
    if public:
        extra |= {"access-control-allow-origin": "*", "access-control-expose-headers": f"ETag, Link, {VERSION_HEADER}"}
    if status >= 400:
        # some errors may be kept by default (RFC 9110, section 15.1)
        extra |= {"cache-control": "no-store"}
    varies = [part.strip() for name, value in given if name.lower() == b"vary" for part in value.decode().split(",")]
    if status == 304:
        # the whole answer may have been compressed
        varies.append("Accept-Encoding")
    own = {name.lower() for name, _ in given}
    return [
        *((name, value) for name, value in given if name.lower() != b"vary"),
        *([(b"vary", ", ".join(dict.fromkeys(varies)).encode())] if varies else []),
        *((k.encode(), v.encode()) for k, v in extra.items() if k.encode() not in own),
    ]


class Headers:
    """Every answer carries the security headers; public data may be read from other sites."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its answer headed; a preflight for public data is answered here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        public = path.startswith(_OPEN) or is_service(path)

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _headed(message["status"], message["headers"], public)
            await send(message)

        if scope["method"] == "OPTIONS" and public:
            allowed = "GET, HEAD, POST, OPTIONS" if _TAKES_POST.fullmatch(path) else "GET, HEAD, OPTIONS"
            asking = {
                "Allow": allowed,
                "Access-Control-Allow-Methods": allowed,
                "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
                "Access-Control-Max-Age": "86400",
            }
            await Response(status_code=204, headers=asking)(scope, receive, headed)
            return
        await self.app(scope, receive, headed)
