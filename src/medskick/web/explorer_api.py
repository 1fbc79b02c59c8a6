"""The explorer's data: what a picture begins with, how it has been changed, what its page asks for, and its files.

A picture's address says where it begins, ``view=SLUG`` with the view's parameters or ``around=THING`` with ``depth``,
and how it was changed, as ``viz/picture/memory.js`` writes it: ``more=tail@x,y;…`` (added things with their places),
``pin=`` (moved ones, likewise), ``less=tail;…`` (hidden), ``off=Class;…``, ``sets=dataset;…``, ``years=2010-2020``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from medskick.graph.store import named_quads
from medskick.network.measures import as_graphml
from medskick.ontology import THINGS, shorten
from medskick.queries.binding import UnknownValueError
from medskick.queries.catalogue import BrokenQueryError, Catalogue, UnknownQueryError
from medskick.queries.evaluate import UnknownDatasetError
from medskick.resources.finding import AmbiguousThingError, UnknownThingError
from medskick.resources.names import labels
from medskick.viz.look import class_words, drawn_as
from medskick.viz.pictures.as_page import Link, Onward, explorer, page, record
from medskick.viz.pictures.as_svg import network_svg, thumbnail_svg
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.neighbourhood import AT_ONCE, DRAWN, MEMBERS, groups, paths, ties
from medskick.viz.pictures.offline import class_data, key_of, tail_of
from medskick.viz.pictures.panel import dataset_words, relation_words
from medskick.viz.pictures.picture import Picture, around_thing, changed, from_view, nodes_of
from medskick.viz.svg import clean
from medskick.web.http.problems import Problem, ambiguous
from medskick.web.left_out import left_out
from medskick.words import Lang, pick

Pairs = Sequence[tuple[str, str]]
"""Parameters of an address, in order; a name may occur several times."""
SHIPPED = Catalogue()
SMALL = 20
"""So many in a thing's small graph."""
_ADDED = 500
"""So many things can be added; so many ties of each are told to the page."""


def full(tail: str) -> str:
    """Return the IRI that stands for a thing in addresses as ``skane/kick-off`` or as itself."""
    return tail if tail.startswith(("http://", "https://")) else THINGS + tail


def _known(store: ox.Store, tail: str) -> str:
    """The IRI of a thing that something is said of. Raises ``Problem`` (404)."""
    try:
        thing = full(tail)
        if next(named_quads(store, ox.NamedNode(thing)), None) is not None:
            return thing
    except ValueError:
        pass
    raise Problem(404, "Nothing here has that name.")


def _first(pairs: Pairs, name: str) -> str:
    return next((value for key, value in pairs if key == name), "")


# What the page asks for while the reader goes on


def ties_of(store: ox.Store, tail: str) -> dict[str, Any]:
    """Return what a thing hangs together with: ``{"groups": [{relation, out, total, members}], "relations"}``.

    ``members`` are at most 500 of each group. Raises ``Problem`` (404).
    """
    own = ties(store, _known(store, tail))
    members: dict[tuple[str, bool], list[str]] = {}
    for tie in own:
        members.setdefault((tie.relation, tie.out), []).append(tail_of(tie.other))
    return {
        "groups": [
            {
                "relation": key_of(g.relation),
                "out": int(g.out),
                "total": g.total,
                "members": members[g.relation, g.out][:MEMBERS],
            }
            for g in groups(own)
        ],
        "relations": _relations(store, (t.relation for t in own)),
    }


def things_of(store: ox.Store, tails: Sequence[str], link: Link | None = None) -> dict[str, Any]:
    """Return things as the page's data has them, each with its ties, and what their kinds and relations are called.

    ``{"things": […], "relations": {}, "classes": [], "datasets": {}}``. Raises ``Problem``: 400 for more than 25 at
    once, 404.
    """
    if not 0 < len(tails) <= AT_ONCE:
        raise Problem(400, f"Ask for 1 to {AT_ONCE} things at once.")
    nodes = nodes_of(store, [_known(store, tail) for tail in tails])
    own = {node.iri: ties(store, node.iri)[:_ADDED] for node in nodes}
    return {
        "things": [
            {
                **record(node, link),
                "ties": [[key_of(t.relation), int(t.out), tail_of(t.other)] for t in own[node.iri]],
            }
            for node in nodes
        ],
        "relations": _relations(store, (t.relation for near in own.values() for t in near)),
        "classes": [class_data(cls) for cls in sorted({drawn_as(node.cls) for node in nodes})],
        "datasets": dataset_words(store, (node.dataset for node in nodes)),
    }


def paths_of(store: ox.Store, start: str, end: str) -> dict[str, Any]:
    """Return the shortest paths between two things as lists of tails: ``{"paths": [[…]…]}``. Raises ``Problem``."""
    shortest = paths(store, _known(store, start), _known(store, end))
    return {"paths": [[tail_of(thing) for thing in path] for path in shortest]}


def _relations(store: ox.Store, relations: Iterable[str]) -> dict[str, Any]:
    return {key_of(relation): words for relation, words in relation_words(store, relations).items()}


ASKED: Mapping[str, Callable[[ox.Store, Pairs, Link | None], dict[str, Any]]] = {
    "ties": lambda store, pairs, _link: ties_of(store, _first(pairs, "thing")),
    "things": lambda store, pairs, link: things_of(store, [v for k, v in pairs if k == "thing"], link),
    "paths": lambda store, pairs, _link: paths_of(store, _first(pairs, "from"), _first(pairs, "to")),
}
"""What ``/graph/<name>`` answers with JSON."""


# Where a picture begins, and how it was changed


@lru_cache(maxsize=24)
def _view(store: ox.Store, _text: str, slug: str, catalogue: Catalogue, params: tuple[tuple[str, str], ...]) -> Picture:
    return laid(from_view(store, catalogue.view(slug), dict(params)))


@lru_cache(maxsize=24)
def _around(store: ox.Store, thing: str, depth: int) -> Picture:
    return laid(around_thing(store, thing, depth, most=DRAWN))


def begun(store: ox.Store, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> Picture:
    """Return the laid out picture that an address begins with; kept for the next one who asks. Raises ``Problem``."""
    if around := _first(pairs, "around"):
        depth = _first(pairs, "depth") or "1"
        if depth not in ("1", "2"):
            raise Problem(400, "The depth is 1 or 2.")
        try:
            wanted = full(around) if "/" in around else around
            return _around(store, wanted, int(depth))
        except UnknownThingError:
            raise Problem(404, "Nothing here has that name.") from None
        except AmbiguousThingError as error:
            raise ambiguous(error.wanted, error.choices) from None
    try:
        query = catalogue.view(_first(pairs, "view") or "everything")
    except UnknownQueryError as error:
        raise Problem(404, "There is no such view.", known=error.known) from None
    except BrokenQueryError as error:
        raise left_out(error) from None
    known = {param.option: param.name for param in query.params}
    params = tuple(sorted((known[k], v) for k, v in pairs if k in known and v))
    try:
        return _view(store, query.text, query.slug, catalogue, params)
    except AmbiguousThingError as error:
        raise ambiguous(error.wanted, error.choices) from None
    except (UnknownValueError, UnknownDatasetError) as error:
        raise Problem(400, f"There is no {error.args[0]}.") from None


def _places(text: str) -> dict[str, tuple[float, float]]:
    places = {}
    for item in text.split(";"):
        tail, at, spot = item.rpartition("@")
        try:
            x, y = map(float, spot.split(","))
            thing = ox.NamedNode(full(unquote(tail))).value
        except ValueError:  # no place, or no IRI
            continue
        if at and abs(x) < 1e6 and abs(y) < 1e6:
            places[thing] = (x, y)
    if len(places) > _ADDED:
        raise Problem(400, f"At most {_ADDED} things are added.")
    return places


def pictured(store: ox.Store, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> Picture:
    """Return the picture that an address stands for, changes included. Raises ``Problem``."""
    picture = begun(store, pairs, catalogue)
    more = _places(_first(pairs, "more"))
    moved = _places(_first(pairs, "pin"))
    here = {node.iri for node in picture.nodes}
    less = {full(unquote(tail)) for tail in _first(pairs, "less").split(";") if tail}
    off, sets = ({unquote(v) for v in _first(pairs, key).split(";")} - {""} for key in ("off", "sets"))
    first, last = _years(_first(pairs, "years"))
    placed = {**more, **{thing: spot for thing, spot in moved.items() if thing in here or thing in more}}
    if placed or less:
        picture = changed(store, picture, placed, less)
    gone = [
        node.iri
        for node in picture.nodes
        if drawn_as(node.cls) in off
        or node.dataset in sets
        or (node.years and (node.years[1] < first or node.years[0] > last))
    ]
    return changed(store, picture, {}, gone) if gone else picture


def _years(text: str) -> tuple[int, int]:
    start, _, end = text.partition("-")
    return int(start) if start.isdigit() else 0, int(end) if end.isdigit() else 10_000


# The page and the files


def explorer_parts(
    store: ox.Store,
    version: str,
    lang: Lang,
    pairs: Pairs,
    link: Link,
    onward: Onward,
    catalogue: Catalogue = SHIPPED,
) -> dict[str, Any]:
    """Return what ``viz/graph.j2`` takes for the picture that an address begins with. Raises ``Problem``.

    The page's own script makes the changes, which stand behind ``#``.
    """
    return explorer(begun(store, pairs, catalogue), lang, version, link, onward)


def stem(pairs: Pairs) -> str:
    """Return what a picture's files are called: its view or the thing in its middle, by its slug."""
    name = (_first(pairs, "around") or _first(pairs, "view") or "everything").rpartition("/")[2].rpartition(":")[2]
    return "".join(c for c in name.lower() if c.isascii() and (c.isalnum() or c == "-"))[:80] or "picture"


def svg_file(store: ox.Store, lang: Lang, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> str:
    """Return the picture as an SVG file, with the changes that the address tells; ``look=small`` gives a miniature.

    Raises ``Problem``.
    """
    if _first(pairs, "look") == "small":
        return str(thumbnail_svg(begun(store, pairs, catalogue), lang)) + "\n"
    return str(network_svg(pictured(store, pairs, catalogue), lang, alone=True)) + "\n"


def small_svg(store: ox.Store, lang: Lang, thing: str, link: Link) -> tuple[str, int]:
    """Return a thing's small graph for its page, and how many of its ties it leaves out.

    The graph is empty if the thing hangs together with nothing or has no type.
    """
    try:
        picture = around_thing(store, thing, 1, most=SMALL, panel=False)
    except UnknownThingError:
        return "", 0
    drawn = str(network_svg(laid(picture), lang, link, width=420.0)) if picture.edges else ""
    return drawn, picture.left_out


def graphml_file(store: ox.Store, lang: Lang, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> str:
    """Return the picture as GraphML: names, kinds, datasets and years of things, their places, relations.

    Raises ``Problem``.
    """
    import networkx

    picture = pictured(store, pairs, catalogue)
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in picture.nodes:
        x, y = (picture.places or {})[node.iri]
        kind = pick(class_words(node.cls).get("label", {}), lang) or node.cls
        attributes = {
            "label": clean(pick(node.label, lang)),
            "kind": node.cls,
            "kind_label": kind,
            "dataset": node.dataset,
        }
        span = {"from_year": node.years[0], "to_year": node.years[1]} if node.years else {}
        graph.add_node(node.iri, **attributes, x=x, y=y, **span)
    names = labels(store, {edge.relation for edge in picture.edges}, lang)
    for number, edge in enumerate(picture.edges):
        # the key becomes the edge's id, which stands once in a file
        relation = shorten(edge.relation)
        label = names[edge.relation].text if edge.relation in names else relation
        graph.add_edge(edge.start, edge.end, key=f"e{number}", relation=relation, label=label, derived=edge.derived)
    return as_graphml(graph)


def html_file(
    store: ox.Store,
    near: Mapping[str, Any],
    version: str,
    lang: Lang,
    pairs: Pairs,
    catalogue: Catalogue = SHIPPED,
) -> str:
    """Return the picture as one HTML file that goes on working without a server. Raises ``Problem``.

    ``near`` is what ``viz.neighbours.neighbours`` tells of the store.
    """
    return page(pictured(store, pairs, catalogue), lang, version, neighbours=near)
