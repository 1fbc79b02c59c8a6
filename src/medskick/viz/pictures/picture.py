"""The things and relations of a picture: from a view's CONSTRUCT, or around one thing; their details from the store."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import iri, term_text
from medskick.queries.query import Query
from medskick.queries.run import construct
from medskick.resources.description import class_of, dataset_of, is_a, local_name, statements_of, value
from medskick.resources.finding import find_thing
from medskick.resources.names import in_every_language, names_of
from medskick.resources.succession import NEVER, Succession
from medskick.resources.time import time_of, years_of
from medskick.viz.look import drawn_as
from medskick.viz.pictures.neighbourhood import Tie, evenly, outward, ties
from medskick.viz.pictures.panel import Panels, dataset_words, relation_words
from medskick.words import Text, every_language, everywhere


@dataclass(frozen=True)
class Node:
    """One thing of a picture with the contents of its panel; ``extra`` holds what the page's script reads.

    ``moment`` is what it is sorted by where things stand in time (``medskick.resources.succession``); ``years`` are the
    first and the last year of all its dates, empty where it has none.
    """

    iri: str
    cls: str
    label: Text
    extra: Mapping[str, Any] = field(default_factory=dict)
    moment: str = NEVER
    dataset: str = ""
    years: Sequence[int] = ()


@dataclass(frozen=True)
class Edge:
    """One relation of a picture, by IRIs; ``derived`` if it follows from entered statements."""

    start: str
    relation: str
    end: str
    derived: bool


@dataclass(frozen=True)
class Heading:
    """A heading in a picture: at the top of the column at ``x``; or above the first of its ``members`` (IRIs)."""

    label: Text
    x: float
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture to draw. ``layout`` and ``options`` say how; ``around`` is the thing in the middle, if any.

    ``places`` (by IRI, pixels at zoom 1) and ``headings`` come from an earlier layout; without them a layout is
    computed. ``left_out`` counts the relations of the middle thing that are not drawn because they are too many.
    """

    title: Text
    summary: Text
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    relations: Mapping[str, Mapping[str, Text]]
    partly: tuple[int, int]
    layout: str = "force"
    options: Mapping[str, Any] = field(default_factory=dict)
    around: str = ""
    datasets: Mapping[str, Text] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] | None = None
    headings: tuple[Heading, ...] = ()
    left_out: int = 0


_ON_SIDES = 80
"""The greatest number of things on two sides; with more they would be many screens high."""
_EMPTY_PANEL: Mapping[str, Any] = {"dates": [], "lines": [], "citations": []}


def nodes_of(store: Store, things: Iterable[str], panel: bool = True) -> tuple[Node, ...]:
    """Return things as they are drawn and (with ``panel``) described in the panel, in order of IRI."""
    panels, order, nodes = Panels(store), Succession(store), []
    wanted = sorted(set(things))
    order.know(wanted)
    for thing in wanted:
        years = years_of(time_of(store, thing))
        label = in_every_language(names_of(store, thing)) or everywhere(local_name(thing))
        kind, home = class_of(store, thing) or "Concept", dataset_of(store, thing)
        extra = panels.content_of(statements_of(store, thing), thing) if panel else _EMPTY_PANEL
        nodes.append(Node(thing, kind, label, extra, order.moment(thing), home, years))
    return tuple(nodes)


def _with_process(store: Store, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Add the process to names that several things share: several processes have a consultation (samråd)."""
    often = Counter(tuple(sorted(node.label.items())) for node in nodes)
    named = []
    for node in nodes:
        if often[tuple(sorted(node.label.items()))] > 1:
            process = value(store, node.iri, "msk:process")
            of = in_every_language(names_of(store, process)) if process else {}
            label = {lang: f"{text} ({of[lang]})" if lang in of else text for lang, text in node.label.items()}
            node = replace(node, label=label)
        named.append(node)
    return tuple(named)


def _derived(store: Store, triple: ox.Triple) -> bool:
    graphs = [term_text(q.graph_name) for q in named_quads(store, triple.subject, triple.predicate, triple.object)]
    return all(g.endswith("/derived") for g in graphs)


def _rests_on(nodes: Iterable[Node]) -> tuple[int, int]:
    """The number of sources of things, and how many of those were read only in part."""
    sources = {c["url"] + c["title"]: c["whole"] for n in nodes for c in n.extra["citations"]}
    return len(sources), sum(not whole for whole in sources.values())


def _in_order(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    return tuple(sorted(set(edges), key=lambda e: (e.start, e.relation, e.end)))


def _picture(store: Store, triples: Iterable[ox.Triple], title: Text, summary: Text, panel: bool = True) -> Picture:
    edges, lines, things = [], [], set()
    for triple in triples:
        subject, predicate, value = term_text(triple.subject), triple.predicate.value, triple.object
        things.add(subject)
        if predicate == iri("rdf:type"):
            continue
        if isinstance(value, ox.NamedNode):
            things.add(value.value)
            edges.append(Edge(subject, predicate, value.value, _derived(store, triple)))
        elif isinstance(value, ox.Literal):
            lines.append((subject, predicate, value))
    nodes = _with_process(store, nodes_of(store, things, panel))
    labels = relation_words(store, {e.relation for e in edges} | {p for _, p, _ in lines})
    panels = {node.iri: node.extra for node in nodes}
    for subject, predicate, literal in lines:
        said = {literal.language: literal.value} if literal.language else everywhere(literal.value)
        panels[subject]["lines"].append({"label": labels[predicate]["label"], "value": said})
    return Picture(
        title,
        summary,
        nodes,
        _in_order(edges),
        labels,
        _rests_on(nodes),
        datasets=dataset_words(store, (n.dataset for n in nodes)),
    )


def from_view(
    store: Store,
    query: Query,
    params: Mapping[str, str] | None = None,
    datasets: Sequence[str] | None = None,
    links: bool = False,
) -> Picture:
    """Make a picture of a view: an IRI object is a relation, a literal a line in the panel.

    Raises as ``queries.run.ask`` does.
    """
    picture = _picture(
        store, construct(store, query, params, datasets, links), query.summary, query.description or query.summary
    )
    return replace(picture, layout=query.layout, options=query.options)


def _triple(thing: str, tie: Tie) -> ox.Triple:
    ends = (thing, tie.other) if tie.out else (tie.other, thing)
    return ox.Triple(ox.NamedNode(ends[0]), ox.NamedNode(tie.relation), ox.NamedNode(ends[1]))


def around_thing(
    store: Store,
    wanted: str,
    depth: int = 1,
    datasets: Sequence[str] | None = None,
    most: int | None = None,
    panel: bool = True,
    links: bool = True,
    sources: bool = False,
) -> Picture:
    """Make a picture of what lies within ``depth`` steps of a thing, of each thing at most ``most`` relations.

    The rest are counted in ``left_out``. Without ``panel`` its things have empty panels; without ``links`` the
    statements of linksets are left out; only with ``sources`` are sources in it, which say nothing of how things hang
    together. Raises ``UnknownThingError``, ``AmbiguousThingError``.
    """
    middle = find_thing(store, wanted)
    triples: set[ox.Triple] = {
        ox.Triple(ox.NamedNode(middle), ox.NamedNode(iri("rdf:type")), ox.NamedNode(iri("prov:Entity")))
    }
    frontier, seen, left_out = {middle}, {middle}, 0
    for _ in range(depth):
        reached: set[str] = set()
        for thing in sorted(frontier):
            # no step goes on through a process or a source: everything is related to them
            if thing != middle and is_a(store, thing, "msk:Process", "msk:Source"):
                continue
            here = [t for t in ties(store, thing, datasets, links) if sources or not is_a(store, t.other, "msk:Source")]
            drawn = (
                here
                if most is None
                else evenly(here, most, lambda other: drawn_as(class_of(store, other) or "Concept"))
            )
            left_out += len(here) - len(drawn) if thing == middle else 0
            triples |= {_triple(thing, tie) for tie in drawn}
            reached |= {tie.other for tie in drawn}
        frontier = reached - seen
        seen |= frontier
    # relations among the outermost things belong to the picture too; each has one of them as its subject
    for thing in sorted(seen - {middle}):
        triples |= {
            _triple(thing, tie) for tie in outward(store, thing, datasets, links) if tie.other in seen - {middle}
        }
    label = in_every_language(names_of(store, middle)) or everywhere(middle)
    picture = _picture(
        store,
        sorted(triples, key=str),
        every_language("picture.around", thing=label),
        every_language("picture.around-near" if depth == 1 else "picture.around-summary", thing=label, depth=depth),
        panel,
    )
    layout = "sides" if depth == 1 and len(picture.nodes) <= _ON_SIDES else picture.layout
    return replace(picture, around=middle, left_out=left_out, layout=layout)


def changed(
    store: Store,
    picture: Picture,
    more: Mapping[str, tuple[float, float]],
    less: Iterable[str] = (),
) -> Picture:
    """Return a laid out picture with things added or moved to places (by IRI), and others taken out.

    The entered relations between an added thing and all shown things are added too. ``picture`` must
    have its ``places``; things without statements are left out.
    """
    here = {node.iri for node in picture.nodes}
    gone = set(less)
    new = nodes_of(store, [t for t in more if t not in here | gone and statements_of(store, t)])
    shown = (here | {node.iri for node in new}) - gone
    edges = {edge for edge in picture.edges if edge.start in shown and edge.end in shown}
    for node in new:
        for tie in ties(store, node.iri):
            if tie.other in shown:
                start, end = (node.iri, tie.other) if tie.out else (tie.other, node.iri)
                edges.add(Edge(start, tie.relation, end, False))
    nodes = tuple(sorted((n for n in (*picture.nodes, *new) if n.iri in shown), key=lambda n: n.iri))
    return replace(
        picture,
        nodes=nodes,
        edges=_in_order(edges),
        relations={**picture.relations, **relation_words(store, {e.relation for e in edges})},
        partly=_rests_on(nodes),
        datasets=dataset_words(store, (n.dataset for n in nodes)),
        places={**(picture.places or {}), **more},
        headings=tuple(h for h in picture.headings if not h.members or shown.intersection(h.members) - set(more)),
        around=picture.around if picture.around in shown else "",
    )
