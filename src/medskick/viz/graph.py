"""The things and relations of a picture: from a view's CONSTRUCT, or from around one thing; the rest from the store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyoxigraph as ox

from medskick.ontology import LANGS, PREFIXES, iri, term_text
from medskick.queries.catalogue import Query
from medskick.queries.find import find_thing
from medskick.queries.run import construct, dataset_graphs
from medskick.viz.things import described, earliest_days, names_of, texts_of
from medskick.words import Text, both


@dataclass(frozen=True)
class Node:
    """One thing of a picture with all that its panel tells; ``extra`` holds what the page's script reads."""

    iri: str
    cls: str
    label: Text
    extra: Mapping[str, Any] = field(default_factory=dict)
    earliest: str = ""


@dataclass(frozen=True)
class Edge:
    """One relation of a picture, by IRIs; ``derived`` if it follows from what was written."""

    start: str
    relation: str
    end: str
    derived: bool


@dataclass(frozen=True)
class Picture:
    """What is to be drawn. ``layout`` and ``options`` say how; ``around`` is the thing in the middle, if any."""

    title: Text
    summary: Text
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    relations: Mapping[str, Mapping[str, Text]]
    partly: tuple[int, int]
    layout: str = "force"
    options: Mapping[str, Any] = field(default_factory=dict)
    around: str = ""


def _asserted_types(store: ox.Store, things: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for thing in things:
        for quad in store.quads_for_pattern(ox.NamedNode(thing), ox.NamedNode(iri("rdf:type")), None, None):
            graph = term_text(quad.graph_name)
            if not graph.endswith("/derived"):
                found[thing] = term_text(quad.object).rpartition("#")[2]
    return found


def _derived(store: ox.Store, triple: ox.Triple) -> bool:
    graphs = [
        term_text(q.graph_name) for q in store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    ]
    return all(g.endswith("/derived") for g in graphs)


def _picture(store: ox.Store, triples: Iterable[ox.Triple], title: Text, summary: Text) -> Picture:
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
    ordered = sorted(things)
    classes, names = _asserted_types(store, ordered), names_of(store, ordered)
    told, days = described(store, ordered), earliest_days(store, ordered)
    labels = _relation_labels(store, {e.relation for e in edges} | {p for _, p, _ in lines})
    for subject, predicate, literal in lines:
        said = {literal.language: literal.value} if literal.language else dict.fromkeys(LANGS, literal.value)
        told[subject]["lines"].append({"label": labels[predicate]["label"], "value": said})
    nodes = tuple(
        Node(
            t,
            classes.get(t, "Concept"),
            names.get(t) or {lang: t.rpartition("/")[2] for lang in LANGS},
            told[t],
            days.get(t, ""),
        )
        for t in ordered
    )
    sources = {c["url"] + c["title"]: c["whole"] for n in nodes for c in n.extra["citations"]}
    return Picture(
        title, summary, nodes, tuple(sorted(set(edges), key=lambda e: (e.start, e.relation, e.end))), labels,
        (len(sources), sum(not whole for whole in sources.values())),
    )  # fmt: skip


def _relation_labels(store: ox.Store, relations: Iterable[str]) -> dict[str, dict[str, dict[str, str]]]:
    wanted = sorted(set(relations))
    names = names_of(store, wanted)
    inverse = texts_of(store, wanted, "msk:inverseLabel")
    plain: dict[str, dict[str, str]] = {r: {lang: r.rpartition("#")[2] for lang in LANGS} for r in wanted}
    return {r: {"label": names.get(r, plain[r]), "inverse": inverse.get(r, names.get(r, plain[r]))} for r in wanted}


def from_view(
    store: ox.Store,
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


_STEP_OUT = frozenset(
    map(
        iri,
        ("msk:inferredColumn", "msk:uncertainColumn", "msk:supportsColumn", "msk:missingColumn", "foaf:page"),
    )
)


def _is_any(store: ox.Store, thing: str, classes: Sequence[str]) -> bool:
    kind = ox.NamedNode(iri("rdf:type"))
    found = (store.quads_for_pattern(ox.NamedNode(thing), kind, ox.NamedNode(iri(c)), None) for c in classes)
    return any(next(quads, None) is not None for quads in found)


def _neighbours(store: ox.Store, thing: str, graphs: Sequence[ox.NamedNode]) -> Iterator[ox.Triple]:
    """What was written of a thing, both ways: relations to other things (concepts are lines in the panel)."""
    node = ox.NamedNode(thing)
    for graph in graphs:
        if graph.value.endswith(("/derived", "/ontology")):
            continue
        for quad in [
            *store.quads_for_pattern(node, None, None, graph),
            *store.quads_for_pattern(None, None, node, graph),
        ]:
            other = quad.object if quad.subject == node else quad.subject
            if not isinstance(other, ox.NamedNode) or quad.predicate.value in _STEP_OUT:
                continue
            # concepts are lines in the panel, and so are places in sources
            concept = other.value.startswith((PREFIXES["concept"], PREFIXES["msk"], PREFIXES["skos"]))
            if not concept and not _is_any(store, other.value, ("msk:Citation",)):
                yield quad.triple


def around_thing(store: ox.Store, wanted: str, depth: int = 1, datasets: Sequence[str] | None = None) -> Picture:
    """Make a picture of what lies within ``depth`` steps of a thing. Raises ``UnknownThingError``."""
    middle = find_thing(store, wanted)
    graphs = dataset_graphs(store, datasets)
    triples: set[ox.Triple] = {
        ox.Triple(ox.NamedNode(middle), ox.NamedNode(iri("rdf:type")), ox.NamedNode(iri("prov:Entity")))
    }
    frontier, seen = {middle}, {middle}
    for _ in range(depth):
        # what hangs on a process or a source together with all else is not near: no step goes on through them
        onward = [t for t in frontier if t == middle or not _is_any(store, t, ("msk:Process", "msk:Source"))]
        found = {t for thing in onward for t in _neighbours(store, thing, graphs)}
        triples |= found
        frontier = {term_text(end) for t in found for end in (t.subject, t.object)} - seen
        seen |= frontier
    # relations among the outermost things belong to the picture too
    triples |= {
        t
        for thing in frontier
        for t in _neighbours(store, thing, graphs)
        if {term_text(t.subject), term_text(t.object)} <= seen
    }
    name = names_of(store, [middle]).get(middle) or dict.fromkeys(LANGS, middle)
    label = {lang: name.get(lang) or next(iter(name.values())) for lang in LANGS}
    picture = _picture(
        store,
        sorted(triples, key=str),
        both("picture.around", thing=label),
        both("picture.around-summary", thing=label, depth=depth),
    )
    return replace(picture, around=middle)
