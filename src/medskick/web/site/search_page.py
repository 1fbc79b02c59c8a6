"""Search: the page of hits, the hits that the box offers while one types, and the index of the site of files."""

import json
import posixpath
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from medskick.queries.search.hits import as_json
from medskick.queries.search.search_index import static_index
from medskick.web.address import Place, file_of
from medskick.web.http.problems import Problem
from medskick.web.site.page import render
from medskick.words import say

AT_ONCE, ON_PAGE = 16, 120


def _address(place: Place) -> Callable[[str, str], str | None]:
    """What tells the address of a hit: a thing by its IRI, a question or a view by its slug."""
    rooms = {"Question": "/questions", "View": "/views"}
    return lambda thing, kind: place.page(f"{rooms[kind]}/{thing}") if kind in rooms else place.thing(thing)


def search_page(place: Place) -> Response:
    """What a search finds, grouped by kind. In the site of files the page's script finds it."""
    text = place.given("q")[:500]
    found: dict[str, Any] = {"groups": [], "status": place.say("search-empty")}
    if place.static is None and text.strip():
        found = as_json(place.edition.search.find(text, place.lang, ON_PAGE), _address(place))
    title = place.say("search-for", text=text) if text else place.say("search-title")
    note = say("search.static", place.lang) if place.static else ""
    return render(place, "search.html.j2", title, text=text, found=found, note=note, noindex=True)


def hits(place: Place) -> dict[str, Any]:
    """Return hits as the search box takes them."""
    return as_json(place.edition.search.find(place.given("q"), place.lang, AT_ONCE), _address(place))


def index_script(place: Place) -> str:
    """Return the index of the site of files as a script: it can be loaded where a page is opened from disk.

    Its addresses lead from the site's own folder. Raises ``Problem`` (404) on a server, which answers searches itself.
    """
    if place.static is None:
        raise Problem(404, "There is no such file.")
    written = _address(place)
    here = posixpath.dirname(file_of(place.address))

    def address(thing: str, kind: str) -> str | None:
        found = written(thing, kind)
        return found and posixpath.normpath(posixpath.join(here, found))

    told = static_index(place.edition.search, place.lang, address)
    return "window.medskickSearch = " + json.dumps(told, ensure_ascii=False, separators=(",", ":")) + ";\n"
