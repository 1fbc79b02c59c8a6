"""What follows: rule files (SPARQL CONSTRUCT) and computed date bounds, kept in a dataset's derived graph."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from medskick.graph import dates
from medskick.graph.index import Index, dataset_graph, derived_graph
from medskick.ontology import EDTF, PREFIXES, VOCABULARY_GRAPH, node
from medskick.rooms import room

_ROUNDS = 50


def date_bounds(quads: Iterable[ox.Quad], index: Index, graph: ox.NamedNode) -> list[ox.Quad]:
    """Compute, per dated property, the earliest and latest day, and durations where both ends are known."""
    derived: list[ox.Quad] = []
    spans: dict[ox.NamedNode, dict[str, dates.Bounds]] = {}

    def add(subject: ox.NamedNode, predicate: str, value: object, datatype: str) -> None:
        derived.append(
            ox.Quad(subject, ox.NamedNode(predicate), ox.Literal(str(value), datatype=node(datatype)), graph)
        )

    for quad in quads:
        literal, thing = quad.object, quad.subject
        if not (isinstance(literal, ox.Literal) and literal.datatype.value == EDTF and isinstance(thing, ox.NamedNode)):
            continue
        bound, path = dates.bounds(literal.value), quad.predicate.value
        if bound.earliest:
            add(thing, path + "Earliest", bound.earliest, "xsd:date")
        if bound.latest:
            add(thing, path + "Latest", bound.latest, "xsd:date")
        if bound.uncertain:
            derived.append(ox.Quad(thing, node("msk:uncertainColumn"), _column(index, thing, path), graph))
        spans.setdefault(thing, {})[path.removeprefix(PREFIXES["msk"])] = bound
    for thing, by_name in spans.items():
        days = None
        if "start" in by_name and "end" in by_name:
            days = dates.duration(by_name["start"], by_name["end"])
        elif "date" in by_name and by_name["date"].least_days and by_name["date"].most_days:
            days = by_name["date"].least_days, by_name["date"].most_days
        if days:
            add(thing, PREFIXES["msk"] + "durationLeastDays", days[0], "xsd:integer")
            add(thing, PREFIXES["msk"] + "durationMostDays", days[1], "xsd:integer")
        months = dates.whole_months(by_name["start"], by_name["end"]) if {"start", "end"} <= set(by_name) else None
        if months:
            add(thing, PREFIXES["msk"] + "durationLeastMonths", months[0], "xsd:integer")
            add(thing, PREFIXES["msk"] + "durationMostMonths", months[1], "xsd:integer")
    return derived


def _column(index: Index, thing: ox.NamedNode, path: str) -> ox.NamedNode:
    table = index.vocabulary.tables[index.by_iri[thing.value].table]
    return ox.NamedNode(next(c.iri for c in table.columns if c.path == path))


def rule_texts() -> list[tuple[str, str]]:
    """Return name and text of the rule files, in order of name."""
    return [(p.stem, p.read_text(encoding="utf-8")) for p in sorted(room("ontology").glob("rules/*.rq"))]


def _quads(triples: Iterable[ox.Triple], graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
    return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


class Derivation:
    """Adds to a store what follows from its datasets, one after the other, those that others refer to first.

    The rules see a dataset, the datasets it refers to with what follows from them, and the vocabulary. What they see
    is held in the default graph of a store of its own: an engine reads that two to three times sooner than the union
    of named graphs, and of what the dataset before saw, only the difference is exchanged.
    """

    def __init__(self, store: ox.Store, index: Index) -> None:
        self._store, self._index = store, index
        self._rules = rule_texts()
        self._done = {VOCABULARY_GRAPH.value: frozenset(quad.triple for quad in index.vocabulary.quads)}
        self._seen = ox.Store()
        self._shown: dict[str, frozenset[ox.Triple]] = {}

    def _triples_in(self, graph: ox.NamedNode) -> frozenset[ox.Triple]:
        return frozenset(quad.triple for quad in self._store.quads_for_pattern(None, None, None, graph))

    def _show(self, graphs: dict[str, frozenset[ox.Triple]]) -> None:
        """Let the rules see the statements of just these graphs, by name."""
        kept = [triples for name, triples in graphs.items() if self._shown.get(name) is triples]
        for name, triples in self._shown.items():
            if graphs.get(name) is not triples:
                for quad in _quads(triples.difference(*kept)):
                    self._seen.remove(quad)
        for name, triples in graphs.items():
            if self._shown.get(name) is not triples:
                self._seen.extend(_quads(triples))
        self._shown = graphs

    def derive(self, name: str) -> None:
        """Add what follows from a dataset, in its derived graph.

        The rules are run in order of name, repeated until nothing new. Raises ``RuntimeError`` if they never settle.
        """
        own, derived = dataset_graph(name), derived_graph(name)
        said = self._triples_in(own)
        self._store.extend(date_bounds(_quads(said, own), self._index, derived))
        # in a circle one of two datasets is not done when the other is derived: its graphs are read where they stand
        graphs = {VOCABULARY_GRAPH.value: self._done[VOCABULARY_GRAPH.value]}
        for other in self._index.datasets[name].refers:
            for graph in (dataset_graph(other), derived_graph(other)):
                graphs[graph.value] = self._done.get(graph.value) or self._triples_in(graph)
        others = list(graphs.values())
        self._show({**graphs, own.value: said, derived.value: self._triples_in(derived)})
        follows = set(self._shown[derived.value])
        for _ in range(_ROUNDS):
            news = 0
            for _rule, text in self._rules:
                triples = self._seen.query(text)
                assert isinstance(triples, ox.QueryTriples)
                fresh = set(triples).difference(said, follows, *others)
                self._seen.extend(_quads(fresh))
                follows |= fresh
                news += len(fresh)
            if not news:
                self._store.extend(_quads(follows, derived))
                self._done[own.value] = said
                self._done[derived.value] = self._shown[derived.value] = frozenset(follows)
                return
        raise RuntimeError(f"rules do not settle: {name}")
