"""The site as files for any web host, or to open from disk: the server's own pages and data forms, walked and written.

Nothing is rendered twice in two ways: each file is what the server answers at that address, its addresses written
relative (see ``medskick.web.static_site``). A page names the addresses it leads to; those are written too. Only files
that differ from an earlier copy are written, and only when all are made (see ``medskick.web.site_folder``).
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import Message

from medskick.web.app import Settings, create_app
from medskick.web.publish_inputs import inputs
from medskick.web.site_folder import Published, SiteFolder
from medskick.web.static_site import STATIC, Static, file_of
from medskick.web.stores import Stores
from medskick.words import Lang, is_lang, language_name, languages

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
<link rel="stylesheet" href="{up}assets/pages.css">
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
) -> Published:
    """Write the site into a folder and return how many files it has and how many were written.

    The same input gives the same bytes; where the folder holds what the input gives, nothing is made. Whatever is
    raised, an earlier copy in the folder stays as it was.

    ``langs`` are the languages to write, all of the interface where none is named. ``base_url`` is where it will lie,
    for what must be a whole address (schema.org). ``progress`` is told how many are done and how many are known. Raises
    ``PublishError``, ``PublishStoppedError``, ``PublishBusyError``, ``EndpointError``, ``OSError``.
    """
    stores, chosen, folder = (
        Stores(settings.store, settings.queries, endpoint=settings.endpoint),
        tuple(langs) or languages(),
        SiteFolder(target),
    )
    # an absent store is told before anything is written
    made_from = inputs(stores, base_url, chosen)
    with folder.alone():
        if (whole := folder.unchanged(made_from)) is not None:
            return whole
        files = _walk(settings, folder, base_url, chosen, progress)
        for place, page in (("index.html", "index.html"), ("id/index.html", "names.html")):
            files[place] = folder.draft(place, _chooser("../" * place.count("/"), page, chosen).encode())
        files[".well-known/void"] = folder.draft(".well-known/void", folder.body("data/catalogue.ttl"))
        files[".nojekyll"] = folder.draft(".nojekyll", b"")
        return folder.put(files, made_from)


def _walk(
    settings: Settings, folder: SiteFolder, base_url: str, langs: tuple[Lang, ...], progress: Callable[[int, int], None]
) -> dict[str, str]:
    """Write all that the first pages lead to apart, in several processes. Returns the files by digest. Raises so."""
    first = (f"/{lang}{page}" for page in FIRST for lang in langs)
    wanted = dict.fromkeys((*first, "/data/catalogue.ttl", "/robots.txt"))
    done, files, faults = dict[str, None](), dict[str, str](), list[Fault]()
    begin = (settings, folder, base_url, langs)
    pool = ProcessPoolExecutor(max(1, min(os.cpu_count() or 1, _MOST)), get_context("spawn"), _begin, begin)
    with _interrupted_once():
        try:
            while left := sorted((address for address in wanted if address not in done), key=_beside):
                parts = [left[i : i + _AT_ONCE] for i in range(0, len(left), _AT_ONCE)]
                for part, written in zip(parts, pool.map(_written, parts), strict=True):
                    done.update(dict.fromkeys(part))
                    wanted.update(dict.fromkeys(written.linked))
                    files |= written.files
                    faults += written.faults
                    progress(len(done), len(wanted))
        except BrokenProcessPool:
            raise PublishStoppedError from None
        finally:
            # after Ctrl-C what is not yet begun is left
            pool.shutdown(cancel_futures=True)
    if faults:
        raise PublishError(sorted(faults))
    return files


def _beside(address: str) -> tuple[str, str]:
    """The place of an address among others: a page in all languages, since they are made of the same answers."""
    lang, _, path = address.removeprefix("/").partition("/")
    return (path if is_lang(lang) else address, address)


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
    """What a process that makes pages holds: the application over the store, where to write, the address it is for."""

    app: Any
    folder: SiteFolder
    base: str
    langs: tuple[Lang, ...]


@dataclass
class _Written:
    """What became of some addresses: those that failed, their files by digest, the addresses that they lead to."""

    faults: list[Fault]
    files: dict[str, str]
    linked: list[str]


_site: _Site


def _begin(settings: Settings, folder: SiteFolder, base: str, langs: tuple[Lang, ...]) -> None:
    global _site
    # Ctrl-C is for the process that waits for this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _site = _Site(create_app(replace(settings, fixed=True)), folder, base, langs)


def _written(addresses: list[str]) -> _Written:
    """Write some addresses. Raises ``OSError`` where the folder cannot be written to."""
    static = Static(_site.base, _site.langs)
    faults, files = list[Fault](), dict[str, str]()

    async def write() -> None:
        for address in addresses:
            status, body, cause = 500, b"", ""
            try:
                status, body = await _get(_site.app, address, static)
            except Exception as error:
                cause = f"{type(error).__name__}: {error}"
            if status == (404 if address.endswith("/404") else 200):
                files[file_of(address)] = _site.folder.draft(file_of(address), body)
            else:
                faults.append((address, status, cause))

    asyncio.run(write())
    return _Written(faults, files, list(static.wanted))


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
