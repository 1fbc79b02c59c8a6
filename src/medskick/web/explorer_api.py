"""The explorer's data: what its page begins with and asks for as the reader goes on, and the files of a picture."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from medskick.graph.lookups import Store, kept_with_store, named_quads
from medskick.queries.catalogue import Catalogue
from medskick.resources.finding import UnknownThingError
from medskick.viz.look import drawn_as
from medskick.viz.pictures.as_network import as_graphml
from medskick.viz.pictures.as_page import Link, Onward, explorer, page, record
from medskick.viz.pictures.as_svg import network_svg, thumbnail_svg
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.neighbourhood import AT_ONCE, MEMBERS, groups, paths, ties
from medskick.viz.pictures.offline import class_data, key_of, tail_of
from medskick.viz.pictures.panel import dataset_words, relation_words
from medskick.viz.pictures.picture import Picture, around_thing, nodes_of
from medskick.web.http.problems import Problem
from medskick.web.picture_address import SHIPPED, Pairs, begun, first_value, full, pictured
from medskick.words import Lang

SMALL = 20
"""So many in a thing's small graph."""
_TIES = 500
"""So many ties of each thing are given to the page."""


def _known(store: Store, tail: str) -> str:
    """The IRI of a thing that something is said of. Raises ``Problem`` (404)."""
    try:
        thing = full(tail)
        if next(named_quads(store, ox.NamedNode(thing)), None) is not None:
            return thing
    except ValueError:
        pass
    raise Problem(404, "Nothing here has that name.")


# What the page asks for while the reader goes on


def ties_of(store: Store, tail: str) -> dict[str, Any]:
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


def things_of(store: Store, tails: Sequence[str], link: Link | None = None) -> dict[str, Any]:
    """Return things as the page's data has them, each with its ties, and what their kinds and relations are called.

    ``{"things": […], "relations": {}, "classes": [], "datasets": {}}``. Raises ``Problem``: 400 for more than 25 at
    once, 404.
    """
    if not 0 < len(tails) <= AT_ONCE:
        raise Problem(400, f"Ask for 1 to {AT_ONCE} things at once.")
    nodes = nodes_of(store, [_known(store, tail) for tail in tails])
    own = {node.iri: ties(store, node.iri)[:_TIES] for node in nodes}
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


def paths_of(store: Store, start: str, end: str) -> dict[str, Any]:
    """Return the shortest paths between two things as lists of tails: ``{"paths": [[…]…]}``. Raises ``Problem``."""
    shortest = paths(store, _known(store, start), _known(store, end))
    return {"paths": [[tail_of(thing) for thing in path] for path in shortest]}


def _relations(store: Store, relations: Iterable[str]) -> dict[str, Any]:
    return {key_of(relation): words for relation, words in relation_words(store, relations).items()}


ASKED: Mapping[str, Callable[[Store, Pairs, Link | None], dict[str, Any]]] = {
    "ties": lambda store, pairs, _link: ties_of(store, first_value(pairs, "thing")),
    "things": lambda store, pairs, link: things_of(store, [v for k, v in pairs if k == "thing"], link),
    "paths": lambda store, pairs, _link: paths_of(store, first_value(pairs, "from"), first_value(pairs, "to")),
}
"""What ``/graph/<name>`` answers with JSON."""


# The page and the files


def explorer_parts(
    store: Store,
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


def svg_file(store: Store, lang: Lang, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> str:
    """Return the picture as an SVG file, with the changes that the address tells; ``look=small`` gives a miniature.

    Raises ``Problem``.
    """
    if first_value(pairs, "look") == "small":
        return str(thumbnail_svg(begun(store, pairs, catalogue), lang)) + "\n"
    return str(network_svg(pictured(store, pairs, catalogue), lang, alone=True)) + "\n"


def small_svg(store: Store, lang: Lang, thing: str, link: Link) -> tuple[str, int]:
    """Return a thing's small graph for its page, and how many of its ties it leaves out.

    The graph is empty if the thing hangs together with nothing or has no type.
    """
    try:
        picture = _small(store, thing)
    except UnknownThingError:
        return "", 0
    drawn = str(network_svg(picture, lang, link, width=420.0)) if picture.edges else ""
    return drawn, picture.left_out


@kept_with_store(most=8)
def _small(store: Store, thing: str) -> Picture:
    return laid(around_thing(store, thing, 1, most=SMALL, panel=False))


def graphml_file(store: Store, lang: Lang, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> str:
    """Return the picture as GraphML. Raises ``Problem``."""
    return as_graphml(store, pictured(store, pairs, catalogue), lang)


def html_file(
    store: Store,
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
