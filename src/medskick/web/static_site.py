"""Addresses of the site as files: which file of the static site holds what an address of the server gives."""

import posixpath
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from urllib.parse import parse_qsl, quote, unquote, urlsplit

STATIC = "medskick.static"
"""Key of the ASGI scope under which a publisher hands its ``Static`` to the pages."""


@dataclass
class Static:
    """A site of files: ``wanted`` collects the addresses that pages lead to. ``base`` is where it will lie.

    ``languages`` are those that it is written in; none named: all of the interface.
    """

    base: str = ""
    languages: tuple[str, ...] = ()
    wanted: dict[str, None] = field(default_factory=dict)


@lru_cache(65536)
def file_of(address: str) -> str:
    """Return the file of the static site for an address of the server (fragment ignored).

    ``/sv/`` is ``sv/index.html``, ``/sv/lessons?phase-type=review`` is ``sv/lessons/phase-type-review.html``, and
    ``/questions/x?format=csv&lang=sv`` is ``questions/x.sv.csv``.
    """
    parts = urlsplit(address)
    path, pairs = unquote(parts.path).lstrip("/"), dict(parse_qsl(parts.query))
    if path.startswith(("assets/", "data/")):
        return path
    if path.startswith("graph/"):
        stem, _, ending = path.rpartition(".")
        return ".".join((stem, *(v.replace("/", "-") for _, v in sorted(pairs.items())), ending))
    if ending := pairs.pop("format", ""):
        # a download carries its parameters in its name
        named = "".join(f".{value}" for _, value in sorted(pairs.items()))
        return f"{path}{named}.{ending}"
    if path.endswith((".json", ".txt")):
        return path
    if path.endswith("/") or not path:
        return f"{path}index.html"
    chosen = "--".join(f"{k}-{v}" for k, v in sorted(pairs.items()) if v)
    return f"{path}/{chosen}.html" if chosen else f"{path}.html"


@lru_cache(65536)
def relative(address: str, folder: str) -> str:
    """The address of a file of the static site as the files in a folder write it: a page has hundreds of them."""
    return quote(posixpath.relpath("/" + file_of(address), "/" + folder))


def leading_to(address: str, lang: str) -> str:
    """Return a page that leads on to another one, for an address that a file had before."""
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="refresh" content="0; url={escape(address)}">\n<title>Medskick</title>\n</head>\n'
        f'<body><p><a href="{escape(address)}">Medskick</a></p></body>\n</html>\n'
    )
