"""The graph to walk in: a view of the catalogue, or what lies around a thing; the list of views."""

import posixpath
from urllib.parse import quote, urlencode

from starlette.responses import Response

from medskick.queries.catalogue import UnknownQueryError, view, views
from medskick.viz.pictures.as_page import SCRIPTS, Onward
from medskick.viz.pictures.offline import tail_of
from medskick.web import explorer_api
from medskick.web.address import Place, file_of
from medskick.web.http.problems import Problem
from medskick.web.site.page import kind_label, render
from medskick.words import pick

_SCRIPTS = ("vis-network.js", *(f"picture/{name}.js" for name in SCRIPTS))
_LIGHT = "process-at-a-glance"
"""The view whose page a thing is opened in where there is no server to make one for it."""

_BEGINNINGS = ("PlanningProcess", "Lesson")
"""The kinds whose things are offered to begin with, so many of each at most."""
_FEW = 40


def graph_page(place: Place) -> Response:
    """What lies around the thing that the address names; without one, the views to begin with."""
    if around := place.given("around"):
        if "/" in around and place.edition.gone(thing := explorer_api.full(around)):
            place.edition.known(thing)
        depth = place.given("depth")
        return _explorer(place, [("around", around), *([("depth", depth)] if depth else [])])
    # the lightest to take in comes first, the rest in the catalogue's order
    ordered = sorted(views(), key=lambda query: query.slug != _LIGHT)
    pictures = [
        {
            "text": pick(query.summary, place.lang),
            "address": place.page(f"/views/{query.slug}"),
            "more": pick(query.description, place.lang),
            "image": _file(place, "svg", [("look", "small"), ("view", query.slug)]),
        }
        for query in ordered
    ]
    return render(
        place, "graphs.html.j2", place.say("nav-graph"), lead=place.say("views-lead"), pictures=pictures,
        beginnings=[(cls, kind_label(cls, place.lang), found) for cls in _BEGINNINGS if (found := _begin(place, cls))],
    )  # fmt: skip


def _begin(place: Place, cls: str) -> list[tuple[str, str]]:
    """The things of a kind by name, each with the address of the graph round it."""
    things = [thing for thing in place.edition.members(cls) if place.thing(thing)]
    place.reader.know(things)
    named = sorted(((place.reader.name(thing).text, thing) for thing in things), key=lambda pair: pair[0].casefold())
    return [(name, around_address(place, thing)) for name, thing in named[:_FEW]]


def _file(place: Place, kind: str, pairs: list[tuple[str, str]]) -> str:
    return place.to(f"/graph/picture.{kind}?{urlencode([('lang', place.lang), *pairs])}")


def view_page(place: Place) -> Response:
    """A view of the catalogue, to walk on from."""
    slug = place.params["slug"]
    try:
        query = view(slug)
    except UnknownQueryError as error:
        raise Problem(404, "There is no such view.", known=error.known) from None
    text = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+"))
    told = {"query": text.strip(), "layout": query.layout} if not place.embedded else {}
    return _explorer(place, [("view", slug), *place.query], **told)


def around_address(place: Place, thing: str) -> str:
    """Return the address of the explorer with a thing in the middle."""
    tail = tail_of(thing)
    if place.static is not None:
        return place.page(f"/views/{_LIGHT}") + "#around=" + quote(tail, safe="/")
    return place.page("/graph", around=tail)


def _explorer(place: Place, pairs: list[tuple[str, str]], query: str = "", layout: str = "") -> Response:
    edition = place.edition
    files = {kind: _file(place, kind, pairs) for kind in ("svg", "graphml", "html")}
    if place.static is None:
        onward = Onward(server=f"{place.root}/graph", files=files, live=True)
    else:
        here = posixpath.dirname(file_of(place.address))
        pages = posixpath.relpath(file_of(f"/{place.lang}/id/*"), here)
        onward = Onward(script=place.to("/data/neighbours.js"), pages=pages, files=files)
    told = explorer_api.explorer_parts(edition.store, edition.version[:12], place.lang, pairs, place.thing, onward)
    title = told["data"]["title"]
    return render(place, "graph-page.html.j2", pick(title, place.lang), told=told, scripts=_SCRIPTS,
                  lead=pick(told["data"]["summary"], place.lang), sheets=("graph.css",),
                  choose=place.page("/graph"), query=query, layout=layout)  # fmt: skip
