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


def derive(store: ox.Store, name: str, index: Index, statements_of: dict[str, frozenset[ox.Triple]]) -> None:
    """Add to the store what follows from a dataset, in its derived graph.

    The rules see the dataset, the datasets it refers to with what follows from them, and the vocabulary; they are
    run in order of name, repeated until nothing new. ``statements_of`` keeps the statements of graphs that are done,
    by name, for the datasets that follow. Raises ``RuntimeError`` if they never settle.
    """
    own, derived = dataset_graph(name), derived_graph(name)
    others = [VOCABULARY_GRAPH]
    for other in index.datasets[name].refers:
        others += [dataset_graph(other), derived_graph(other)]

    def triples_in(graph: ox.NamedNode) -> Iterator[ox.Triple]:
        return (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))

    store.extend(date_bounds(list(store.quads_for_pattern(None, None, None, own)), index, derived))
    known = {*triples_in(own), *triples_in(derived)}
    # in a circle one of two datasets is not done when the other is derived: its graphs are read where they stand
    done = [statements_of.get(graph.value) or frozenset(triples_in(graph)) for graph in others]
    rules = rule_texts()
    for _ in range(_ROUNDS):
        news = 0
        for _rule, text in rules:
            triples = store.query(text, default_graph=[own, derived, *others], named_graphs=[])
            assert isinstance(triples, ox.QueryTriples)
            fresh = set(triples).difference(known, *done)
            store.extend(ox.Quad(t.subject, t.predicate, t.object, derived) for t in fresh)
            known |= fresh
            news += len(fresh)
        if not news:
            statements_of[own.value] = frozenset(triples_in(own))
            statements_of[derived.value] = frozenset(triples_in(derived))
            return
    raise RuntimeError(f"rules do not settle: {name}")
