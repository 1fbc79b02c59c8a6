"""The files that pages ask for besides themselves: styles, scripts and licences of the room ``viz``."""

from pathlib import Path, PurePath

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from medskick.rooms import room
from medskick.viz.pictures.as_page import vis_script
from medskick.web.http.problems import Problem

SCRIPT = "text/javascript; charset=utf-8"
_TYPES = {".css": "text/css; charset=utf-8", ".js": SCRIPT, ".txt": "text/plain; charset=utf-8"}
_FILES = ("*.css", "*.js", "picture/*.js", "vendor/*.js", "vendor/*.css", "vendor/*.txt")
_VIS = "vis-network.js"
_JOINED = {
    "pages.css": ("report.css", "site.css", "search.css"),
    "pages.js": (
        "passed.js", "spacing.js", "tools.js", "mine.js", "folding.js", "combobox.js", "search-asking.js",
        "search-index.js", "search.js",
    ),
}  # fmt: skip
"""What every page has, in the order in which it is joined to one file of that name."""


def asset(name: str) -> tuple[bytes, str]:
    """Return the bytes and the media type of a file by the name that pages give it. Raises ``Problem`` (404)."""
    path = _named().get(name)
    if name == _VIS:
        body = vis_script().encode()
    elif name in _JOINED:
        body = b"".join(_named()[part].read_bytes() for part in _JOINED[name])
    elif path is not None:
        body = path.read_bytes()
    else:
        raise Problem(404, "There is no such file.")
    return body, _TYPES[PurePath(name).suffix]


def _named() -> dict[str, Path]:
    viz = room("viz")
    paths = {path.relative_to(viz).as_posix(): path for pattern in _FILES for path in viz.glob(pattern)}
    return {name: path for name, path in paths.items() if path.is_file()}


async def robots(_request: Request) -> PlainTextResponse:
    """Ask crawlers not to send queries."""
    return PlainTextResponse("User-agent: *\nDisallow: /sparql\n")
