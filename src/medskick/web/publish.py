"""The site as files for any web host, or to open from disk: the server's own pages and data forms, walked and written.

Nothing is rendered twice in two ways: each file is what the server answers at that address, its addresses written
relative (see ``medskick.web.static_site``). A page names the addresses it leads to; those are written too.
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import Message

from medskick.web.app import Settings, create_app
from medskick.web.edition import Stores
from medskick.web.static_site import STATIC, Static, file_of
from medskick.words import Lang, language_name, languages

FIRST = ("/", "/names", "/404")
"""The pages, below each language, that the walk begins with."""
_MOST = 8
"""So many processes make pages at once at most."""
_AT_ONCE = 32
"""So many pages a process makes before it tells which addresses they lead to."""
_CHOOSER = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Medskick</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}assets/report.css">
<link rel="stylesheet" href="{up}assets/site.css">
</head>
<body>
<main>
<h1>Medskick</h1>
{choices}
</main>
</body>
</html>
"""


Fault = tuple[str, int, str]
"""An address that could not be written: the status that it gave, and the cause where there is one."""


class PublishError(RuntimeError):
    """Raised where an address that a page leads to could not be written; ``faults``: each with its status and cause."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} addresses")


class PublishStoppedError(RuntimeError):
    """Raised where the system ended a process that wrote pages, as it does when memory runs out."""


def publish(
    settings: Settings,
    target: Path,
    base_url: str = "",
    progress: Callable[[int, int], None] = lambda _d, _n: None,
    langs: Sequence[Lang] = (),
) -> int:
    """Write the site into a folder and return the number of files. The same input gives the same bytes.

    ``langs`` are the languages to write, all of the interface where none is named. ``base_url`` is where it will lie,
    for what must be a whole address (schema.org). ``progress`` is told how many are done and how many are known. Raises
    ``PublishError``, ``PublishStoppedError``, ``OSError``.
    """
    Stores(settings.store, settings.queries).edition  # noqa: B018 - an absent store is told before anything is written
    chosen = tuple(langs) or languages()
    first = (f"/{lang}{page}" for page in FIRST for lang in chosen)
    wanted, done = dict.fromkeys((*first, "/data/catalogue.ttl", "/robots.txt")), dict[str, None]()
    faults: list[Fault] = []
    begin = (settings, target, base_url, chosen)
    pool = ProcessPoolExecutor(max(1, min(os.cpu_count() or 1, _MOST)), get_context("spawn"), _begin, begin)
    with _interrupted_once():
        try:
            while left := [address for address in wanted if address not in done]:
                parts = [left[i : i + _AT_ONCE] for i in range(0, len(left), _AT_ONCE)]
                for part, (bad, linked) in zip(parts, pool.map(_written, parts), strict=True):
                    done.update(dict.fromkeys(part))
                    wanted.update(dict.fromkeys(linked))
                    faults += bad
                    progress(len(done), len(wanted))
        except BrokenProcessPool:
            raise PublishStoppedError from None
        finally:
            # after Ctrl-C what is not yet begun is left
            pool.shutdown(cancel_futures=True)
    if faults:
        raise PublishError(sorted(faults))
    _sweep(target, {target / file_of(address) for address in done})
    for place, page in (("index.html", "index.html"), ("id/index.html", "names.html")):
        _write(target / place, _chooser("../" * place.count("/"), page, chosen).encode())
    _write(target / ".well-known" / "void", (target / "data" / "catalogue.ttl").read_bytes())
    _write(target / ".nojekyll", b"")
    return len(done) + 4


def _chooser(up: str, page: str, langs: Sequence[Lang]) -> str:
    """The page that leads to the languages."""
    choices = "\n".join(
        f'<p><a lang="{lang}" hreflang="{lang}" href="{up}{lang}/{page}">{escape(language_name(lang))}</a></p>'
        for lang in langs
    )
    return _CHOOSER.format(lang=langs[0], up=up, choices=choices)


@contextlib.contextmanager
def _interrupted_once() -> Iterator[None]:
    """Let Ctrl-C be heard once: a second one (launchers pass it on as well) would leave the other processes behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass
class _Site:
    """What a process that writes pages holds: the application over the store, where to write, the address it is for."""

    app: Any
    target: Path
    base: str
    langs: tuple[Lang, ...]


_site: _Site


def _begin(settings: Settings, target: Path, base: str, langs: tuple[Lang, ...]) -> None:
    global _site
    # Ctrl-C is for the process that waits for this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _site = _Site(create_app(settings), target, base, langs)


def _written(addresses: list[str]) -> tuple[list[Fault], list[str]]:
    """Write some addresses; return those that could not be, and the addresses they lead to."""
    static = Static(_site.base, _site.langs)

    async def write() -> list[Fault]:
        faults = []
        for address in addresses:
            status, body, cause = 500, b"", ""
            try:
                status, body = await _get(_site.app, address, static)
            except Exception as error:
                cause = f"{type(error).__name__}: {error}"
            if status == (404 if address.endswith("/404") else 200):
                _write(_site.target / file_of(address), body)
            else:
                faults.append((address, status, cause))
        return faults

    return asyncio.run(write()), list(static.wanted)


def _sweep(target: Path, written: set[Path]) -> None:
    """Remove what an earlier copy had and this one has not."""
    for folder in (*languages(), "data", "assets", "questions", "graph"):
        for path in sorted((target / folder).rglob("*")):
            if path.is_file() and path not in written:
                path.unlink()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


async def _get(app: Any, address: str, static: Static) -> tuple[int, bytes]:
    """Ask the application for an address, in this process."""
    parts = urlsplit(address)
    status, body = 500, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": unquote(parts.path),
        "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
        "server": ("localhost", 80), "headers": [(b"host", b"localhost")], STATIC: static,
    }  # fmt: skip
    await app(scope, receive, send)
    return status, bytes(body)
