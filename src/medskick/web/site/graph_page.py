"""The graph to walk in: a view of the catalogue, or what lies around a thing; the list of views."""

import posixpath
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.queries.catalogue import BrokenQueryError, UnknownQueryError
from medskick.queries.query import VIEWS_FOLDER
from medskick.rooms import split_question
from medskick.viz.pictures.as_page import SCRIPTS, Onward
from medskick.viz.pictures.offline import tail_of
from medskick.web import explorer_api
from medskick.web.http.problems import not_offered
from medskick.web.left_out import left_out
from medskick.web.page_request import PageRequest
from medskick.web.picture_address import full
from medskick.web.site.page import Field, Form, kind_label, render
from medskick.web.static_site import file_of
from medskick.words import pick

# the others every page has
_SCRIPTS = ("vis-network.js", *(name for name in SCRIPTS if name.startswith("picture/")))
_LIGHT = "process-at-a-glance"
"""The view whose page a thing is opened in where there is no server to make one for it."""

_BEGINNINGS = ("PlanningProcess", "Lesson")
"""The kinds whose things are offered to begin with, so many of each at most."""
_FEW = 40


def graph_page(request: PageRequest) -> Response:
    """What lies around the thing that the address names; without one, the views to begin with."""
    if around := request.given("around"):
        if "/" in around and request.edition.gone(thing := full(around)):
            request.edition.known(thing)
        pairs = [("around", around), ("depth", request.given("depth")), ("sources", request.given("sources"))]
        chosen = [(name, value) for name, value in pairs if value]
        return _explorer(request, chosen, form=_sources_form(request, chosen))
    # the lightest to take in comes first, the rest in the catalogue's order
    ordered = sorted(request.edition.catalogue.views(), key=lambda query: query.slug != _LIGHT)
    pictures = [
        {
            "text": pick(query.summary, request.lang),
            "address": request.page(f"/views/{query.slug}"),
            "more": pick(query.description, request.lang),
            "image": _file(request, "svg", [("look", "small"), ("view", query.slug)]),
        }
        for query in ordered
    ]
    return render(
        request, "graphs.html.j2", request.say("nav-graph"), lead=request.say("views-lead"), pictures=pictures,
        left_out=[
            fault.say(request.lang)
            for fault in request.edition.catalogue.left_out()
            if f"/{VIEWS_FOLDER}/" in fault.file
        ],
        beginnings=[
            (cls, kind_label(cls, request.lang), begin) for cls in _BEGINNINGS if (begin := _begin(request, cls))
        ],
    )  # fmt: skip


def _sources_form(request: PageRequest, chosen: Sequence[tuple[str, str]]) -> Form:
    """Whether sources are in the picture round a thing: they are many, and say nothing of how things hang together."""
    shown = Field(
        "sources", request.say("field-sources"), [("1", request.say("sources-shown"))], request.given("sources"),
        request.say("sources-left-out"),
    )  # fmt: skip
    return Form("/graph", request.say("show"), [shown], [pair for pair in chosen if pair[0] != "sources"])


def _begin(request: PageRequest, cls: str) -> list[tuple[str, str]]:
    """The things of a kind by name, each with the address of the graph round it."""
    things = [thing for thing in request.edition.members(cls) if request.thing(thing)]
    request.reader.know(things)
    named = alphabetical(
        ((request.reader.name(thing).text, thing) for thing in things), request.lang, lambda pair: pair[0]
    )
    return [(name, around_address(request, thing)) for name, thing in named[:_FEW]]


def _file(request: PageRequest, kind: str, pairs: list[tuple[str, str]]) -> str:
    return request.to(f"/graph/picture.{kind}?{urlencode([('lang', request.lang), *pairs])}")


def view_page(request: PageRequest) -> Response:
    """A view of the catalogue, to walk on from."""
    slug = request.params["slug"]
    try:
        query = request.edition.catalogue.view(slug)
    except UnknownQueryError:
        views = {view.slug: pick(view.summary, request.lang) for view in request.edition.catalogue.views()}
        raise not_offered("view", slug, views, 404) from None
    except BrokenQueryError as error:
        raise left_out(error) from None
    _, text = split_question(query.text)
    if request.embedded:
        return _explorer(request, [("view", slug), *request.query])
    return _explorer(request, [("view", slug), *request.query], text, query.layout)


def around_address(request: PageRequest, thing: str) -> str:
    """Return the address of the explorer with a thing in the middle."""
    tail = tail_of(thing)
    if request.static is not None:
        return request.page(f"/views/{_LIGHT}") + "#around=" + quote(tail, safe="/")
    return request.page("/graph", around=tail)


def _explorer(
    request: PageRequest, pairs: list[tuple[str, str]], query: str = "", layout: str = "", form: Form | None = None
) -> Response:
    edition = request.edition
    # a file is the same whether its page has the site's frame or not
    drawn = [pair for pair in pairs if pair[0] != "embed"]
    files = {kind: _file(request, kind, drawn) for kind in ("svg", "graphml", "html")}
    if request.static is None:
        onward = Onward(server=f"{request.root}/graph", files=files, live=True)
    else:
        here = posixpath.dirname(file_of(request.address))
        pages = posixpath.relpath(file_of(f"/{request.lang}/id/*"), here)
        onward = Onward(script=request.to("/data/neighbours.js"), pages=pages, files=files)
    explorer = explorer_api.explorer_parts(
        edition.store, edition.version[:12], request.lang, pairs, request.thing, onward, edition.catalogue
    )
    title = explorer["data"]["title"]
    return render(request, "graph-page.html.j2", pick(title, request.lang), explorer=explorer, scripts=_SCRIPTS,
                  lead=pick(explorer["data"]["summary"], request.lang), sheets=("graph.css",),
                  choose=request.page("/graph"), query=query, layout=layout, form=form)  # fmt: skip
