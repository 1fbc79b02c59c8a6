"""The graph to walk in: a view of the catalogue, or what lies around a thing; the list of views."""

import posixpath
from urllib.parse import quote, urlencode

from starlette.responses import Response

from medskick.queries.catalogue import UnknownQueryError, view, views
from medskick.viz.neighbours import tail_of
from medskick.viz.page import SCRIPTS, Onward
from medskick.web import graphs
from medskick.web.place import Place, file_of
from medskick.web.problems import Problem
from medskick.web.site.frame import render
from medskick.words import pick

_SCRIPTS = ("vis-network.js", *(f"picture/{name}.js" for name in SCRIPTS))
_LIGHT = "process-at-a-glance"
"""The view whose page a thing is opened in where there is no server to make one for it."""


def graph_page(place: Place) -> Response:
    """What lies around the thing that the address names; without one, the views to begin with."""
    if around := place.given("around"):
        depth = place.given("depth")
        return _explorer(place, [("around", around), *([("depth", depth)] if depth else [])])
    told = [
        {
            "text": pick(query.summary, place.lang),
            "address": place.page(f"/views/{query.slug}"),
            "more": pick(query.description, place.lang),
            "mark": "",
        }
        for query in views()
    ]
    themes = {place.say("views"): told}
    return render(place, "questions.html.j2", place.say("nav-graph"), lead=place.say("views-lead"), themes=themes)


def view_page(place: Place) -> Response:
    """A view of the catalogue, to walk on from."""
    slug = place.params["slug"]
    try:
        view(slug)
    except UnknownQueryError as error:
        raise Problem(404, "There is no such view.", known=error.known) from None
    return _explorer(place, [("view", slug), *place.query])


def around_address(place: Place, thing: str) -> str:
    """Return the address of the explorer with a thing in the middle."""
    tail = tail_of(thing)
    if place.static is not None:
        return place.page(f"/views/{_LIGHT}") + "#around=" + quote(tail, safe="/")
    return place.page("/graph", around=tail)


def _explorer(place: Place, pairs: list[tuple[str, str]]) -> Response:
    edition = place.edition
    search = urlencode([("lang", place.lang), *pairs])
    if place.static is None:
        files = {kind: f"{place.root}/graph/picture.{kind}?{search}" for kind in ("svg", "graphml", "html")}
        onward = Onward(server=f"{place.root}/graph", files=files, live=True)
    else:
        files = {kind: place.to(f"/graph/picture.{kind}?{search}") for kind in ("svg", "graphml", "html")}
        here = posixpath.dirname(file_of(place.address))
        pages = posixpath.relpath(file_of(f"/{place.lang}/id/*"), here)
        onward = Onward(script=place.to("/data/neighbours.js"), pages=pages, files=files)
    told = graphs.explorer_parts(edition.store, edition.version[:12], place.lang, pairs, place.thing, onward)
    title = told["data"]["title"]
    return render(place, "graph-page.html.j2", pick(title, place.lang), told=told, scripts=_SCRIPTS,
                  lead=pick(told["data"]["summary"], place.lang), sheets=("graph.css",),
                  choose=place.page("/graph"))  # fmt: skip
