"""Search: the page of hits, the hits that the box offers while one types, and the index of the site of files."""

import json
import posixpath
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from medskick.queries.search.hits import as_json
from medskick.queries.search.static_index import static_index
from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.site.page import render
from medskick.web.static_site import file_of
from medskick.words import say

AT_ONCE, ON_PAGE, WAYS_AT_ONCE = 16, 120, 3


def _address(request: PageRequest) -> Callable[[str, str], str | None]:
    """What tells the address of a hit: a thing by its IRI, a question or a view by its slug, a search by its text."""
    rooms = {"Question": "/questions", "View": "/views"}

    def address(thing: str, kind: str) -> str | None:
        if kind == "Search":
            return request.page("/search", q=thing)
        return request.page(f"{rooms[kind]}/{thing}") if kind in rooms else request.thing(thing)

    return address


def search_page(request: PageRequest) -> Response:
    """What a search finds, grouped by kind. In the site of files the page's script finds it."""
    text = request.given("q")[:500]
    result: dict[str, Any] = {"groups": [], "status": request.say("search-empty")}
    if request.static is None and text.strip():
        result = as_json(request.edition.search.find(text, request.lang, ON_PAGE), _address(request))
    title = request.say("search-for", text=text) if text else request.say("search-title")
    note = say("search.static", request.lang) if request.static else ""
    return render(request, "search.html.j2", title, text=text, result=result, note=note, noindex=True)


def hits(request: PageRequest) -> dict[str, Any]:
    """Return hits as the search box takes them."""
    result = request.edition.search.find(request.given("q"), request.lang, AT_ONCE)
    return as_json(result, _address(request), WAYS_AT_ONCE)


def index_script(request: PageRequest) -> str:
    """Return the index of the site of files as a script: it can be loaded where a page is opened from disk.

    Its addresses lead from the site's own folder. Raises ``Problem`` (404) on a server, which answers searches itself.
    """
    if request.static is None:
        raise Problem(404, "There is no such file.")
    written = _address(request)
    here = posixpath.dirname(file_of(request.address))

    def address(thing: str, kind: str) -> str | None:
        path = written(thing, kind)
        return path and posixpath.normpath(posixpath.join(here, path))

    search = posixpath.normpath(posixpath.join(here, request.page("/search")))
    index = static_index(request.edition.search, request.lang, address, search)
    return "window.medskickSearch = " + json.dumps(index, ensure_ascii=False, separators=(",", ":")) + ";\n"
