"""The neighbours of a thing, counted by relation, and the paths between two things.

Only entered statements count (derived ones repeat them). A statement of a linkset about two regions is a thing between
the two, with its author and reason. Terms are lines in a panel, not neighbours, and so are places in sources
(citations) and matches with what is described elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from medskick.graph.lookups import Store, kept_with_store, named_quads
from medskick.ontology import PREFIXES, iri, node, term_text
from medskick.queries.evaluate import dataset_graphs
from medskick.resources.description import is_a

if TYPE_CHECKING:
    import networkx

AT_ONCE = 25
"""The number of neighbours shown at once at most; more on demand."""
DRAWN = 40
"""The number of relations of the thing in the middle that are drawn at first."""
MEMBERS = 500
"""The number of members of a relation that the page gets; the thing's own page has them all."""
PATHS, LONGEST = 5, 6
"""The number of paths shown between two things, and their greatest number of steps."""
_ALIKE = 20
"""The number of paths of one cost that are read to find the first ones."""
_STEP_OUT = frozenset(
    map(
        iri,
        (
            "msk:inferredColumn", "msk:uncertainColumn", "msk:supportsColumn", "msk:missingColumn", "foaf:page",
            "dcterms:license", "msk:matchOf", "msk:matchesWith",
        ),
    )
)  # fmt: skip
_TERMS = (PREFIXES["concept"], PREFIXES["msk"], PREFIXES["skos"])


@dataclass(frozen=True, order=True)
class Tie:
    """One relation of a thing as seen from it: ``out`` if the thing is its subject; ``other`` is at its other end."""

    relation: str
    out: bool
    other: str


@dataclass(frozen=True, order=True)
class Group:
    """All ties of a thing by one relation in one direction, counted."""

    relation: str
    out: bool
    total: int


def _entered(store: Store, datasets: Sequence[str] | None = None, links: bool = True) -> frozenset[ox.NamedNode]:
    return _graphs(store, None if datasets is None else tuple(datasets), links)


@kept_with_store(16)
def _graphs(store: Store, datasets: tuple[str, ...] | None, links: bool) -> frozenset[ox.NamedNode]:
    """The graphs of what was entered: the same for each of the thousands of things that a picture asks about."""
    graphs = dataset_graphs(store, datasets, links)
    return frozenset(g for g in graphs if not g.value.endswith(("/derived", "/ontology")))


def outward(store: Store, thing: str, datasets: Sequence[str] | None = None, links: bool = True) -> Iterator[Tie]:
    """Yield the ties of which a thing is the subject."""
    graphs = _entered(store, datasets, links)
    for quad in named_quads(store, ox.NamedNode(thing)):
        if isinstance(quad.object, ox.NamedNode) and quad.graph_name in graphs:
            other = quad.object.value
            if _is_tie(store, quad.predicate.value, other):
                yield Tie(quad.predicate.value, True, other)


def _is_tie(store: Store, relation: str, other: str) -> bool:
    if relation in _STEP_OUT or other.startswith(_TERMS) or relation == iri("rdf:type"):
        return False
    # an IRI without statements here (a licence, another site's name for a thing) is an address, not a thing
    kinds = {q.object for q in named_quads(store, ox.NamedNode(other), node("rdf:type"))}
    return bool(kinds) and node("msk:Citation") not in kinds


def ties(store: Store, thing: str, datasets: Sequence[str] | None = None, links: bool = True) -> list[Tie]:
    """Return all ties of a thing, both ways, each once, in order; with ``links`` those through linksets too."""
    all_ties = set(outward(store, thing, datasets, links))
    graphs = _entered(store, datasets, links)
    for quad in named_quads(store, None, None, ox.NamedNode(thing)):
        if quad.graph_name in graphs and _is_tie(store, quad.predicate.value, term_text(quad.subject)):
            all_ties.add(Tie(quad.predicate.value, False, term_text(quad.subject)))
    return sorted(all_ties)


def groups(all_ties: Sequence[Tie]) -> list[Group]:
    """Count ties by relation and direction, the largest group first."""
    counts: dict[tuple[str, bool], int] = {}
    for tie in all_ties:
        counts[tie.relation, tie.out] = counts.get((tie.relation, tie.out), 0) + 1
    return sorted((Group(*key, total) for key, total in counts.items()), key=lambda g: (-g.total, g))


def evenly(all_ties: Sequence[Tie], most: int, kind: Callable[[str], str]) -> list[Tie]:
    """Return at most so many ties, taken in turn from each relation and ``kind`` of thing."""
    if len(all_ties) <= most:
        return list(all_ties)
    sorts: dict[tuple[str, bool, str], list[Tie]] = {}
    for tie in all_ties:
        sorts.setdefault((tie.relation, tie.out, kind(tie.other)), []).append(tie)
    queues = [iter(sorts[key]) for key in sorted(sorts, key=lambda key: (len(sorts[key]), key))]
    chosen: list[Tie] = []
    while len(chosen) < most:
        chosen += [tie for queue in queues for tie in islice(queue, 1)]
    return sorted(chosen[:most])


@kept_with_store(1)
def web(store: Store) -> networkx.Graph[str]:
    """All things and ties as one undirected graph; an edge keeps its statements as (subject, relation, object)."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    aside = {term_text(q.subject) for q in named_quads(store, None, node("rdf:type"), node("msk:Citation"))}
    for named in sorted(_entered(store), key=lambda graph: graph.value):
        for quad in store.quads_for_pattern(None, None, None, named):
            start, relation, end = term_text(quad.subject), quad.predicate.value, term_text(quad.object)
            if not isinstance(quad.object, ox.NamedNode) or relation in _STEP_OUT or relation == iri("rdf:type"):
                continue
            if start == end or start in aside or end in aside or (start + " ").startswith(_TERMS):
                continue
            if not end.startswith(_TERMS):
                graph.add_edge(start, end)
                graph[start][end].setdefault("said", []).append((start, relation, end))
    return graph


def paths(store: Store, start: str, end: str, most: int = PATHS, longest: int = LONGEST) -> list[list[str]]:
    """Return the shortest paths between two things, each a list of things; at most ``longest`` steps long.

    Among paths of one length those through less connected things come first: that two things belong to the same
    process says little; then in order of IRI. No path leads through a source or a gap, because a common source is no
    relation between things. By Yen's algorithm (networkx.shortest_simple_paths), as in ``viz/picture/offline.js``.
    """
    import networkx

    whole = web(store)
    if start == end or start not in whole or end not in whole:
        return []
    aside = {n for n in whole if n not in (start, end) and is_a(store, n, "msk:Source", "msk:Gap")}
    seen = networkx.subgraph_view(whole, filter_node=lambda n: n not in aside)
    near = networkx.single_source_shortest_path_length(seen, start, longest)
    if end not in near:
        return []
    back = networkx.single_source_shortest_path_length(seen, end, longest)
    graph: networkx.Graph[str] = networkx.Graph(
        whole.subgraph([n for n in near if n in back and near[n] + back[n] <= longest])
    )
    # larger than any sum of connections; whole numbers, so that the costs of equal paths are equal
    step = 2 * (longest + 1) * (1 + max(whole.degree(n) for n in graph))

    def weight(a: str, b: str, _: Any = None) -> int:
        return int(step + whole.degree(a) + whole.degree(b))

    ranked: list[tuple[int, list[str]]] = []
    for path in islice(networkx.shortest_simple_paths(graph, start, end, weight), most + _ALIKE):
        cost = sum(weight(a, b) for a, b in pairwise(path))
        if len(path) - 1 > longest or (len(ranked) >= most and cost > ranked[-1][0]):
            break
        ranked.append((cost, path))
    return [path for _, path in sorted(ranked)[:most]]


def between(store: Store, path: Sequence[str]) -> list[list[Tie]]:
    """Return for each step of a path the ties that join its two things, seen from the first."""
    whole = web(store)
    return [
        sorted({Tie(r, s == a, b if s == a else a) for s, r, _ in whole[a][b]["said"]})
        for a, b in pairwise(path)
    ]  # fmt: skip
