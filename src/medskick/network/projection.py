"""Views of the catalogue as graphs for ``networkx``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from medskick.graph.lookups import Store
from medskick.ontology import iri, shorten, term_text
from medskick.queries.query import Query
from medskick.queries.run import construct
from medskick.resources.description import class_of, is_a, values
from medskick.resources.names import labels
from medskick.resources.sources import cited
from medskick.resources.time import times
from medskick.words import COMMON, Lang

if TYPE_CHECKING:
    import networkx


def network(
    store: Store,
    query: Query,
    params: Mapping[str, str] | None = None,
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
) -> networkx.MultiDiGraph[Any]:
    """Return a view's things and relations as a directed multigraph.

    Nodes are IRIs with ``label``, ``kind`` (the class's local name), ``level`` (of government or sector, of an actor),
    ``region``, ``first_day`` and ``last_day`` (ISO: the bounds of what is known of its time), ``source`` (IRIs). Edges
    are keyed by the relation's prefixed name and carry it as ``relation``, with days and source of the thing that they
    lead from, else of the one that they lead to. What is not known is an empty text.

    Raises as ``queries.run.ask`` does.
    """
    import networkx

    graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph()
    for triple in construct(store, query, params, datasets):
        start, relation = term_text(triple.subject), triple.predicate.value
        if relation == iri("rdf:type"):
            graph.add_node(start, kind=term_text(triple.object).rpartition("#")[2])
        elif isinstance(triple.object, ox.NamedNode):
            graph.add_edge(start, triple.object.value, key=shorten(relation), relation=shorten(relation))
    _describe(store, graph, lang)
    return graph


UNDATED = {"first_day": "", "last_day": ""}


def described(store: Store, things: Collection[str], lang: Lang) -> dict[str, dict[str, str]]:
    """Return what a program for networks sorts and colours things by: empty where it is not known.

    ``level`` and ``region`` by name, ``first_day`` and ``last_day`` (ISO), ``source``: the IRIs of what its row cites.
    Several stand with semicolons between.
    """
    above = {
        thing: {
            "level": levels(store, thing) if is_a(store, thing, "msk:Actor") else set(),
            "region": objects(store, thing, "msk:inRegion"),
        }
        for thing in things
    }
    named = labels(store, {one for sets in above.values() for many in sets.values() for one in many}, lang)
    spans = {thing: time.main for thing, time in times(store, things).items()}
    days = {thing: {"first_day": span.first_day, "last_day": span.last_day} for thing, span in spans.items()}
    return {
        thing: {
            **{key: "; ".join(sorted(named[n].text if n in named else n for n in many)) for key, many in sets.items()},
            **days.get(thing, UNDATED),
            "source": "; ".join(cited(store, thing).all),
        }
        for thing, sets in above.items()
    }


def of_relation(start: Mapping[str, str], end: Mapping[str, str]) -> dict[str, str]:
    """Return days and sources of a relation: those of the thing that it leads from, else of the one it leads to."""
    dated = start if start["first_day"] or start["last_day"] else end
    return {
        "first_day": dated["first_day"], "last_day": dated["last_day"], "source": start["source"] or end["source"],
    }  # fmt: skip


def _describe(store: Store, graph: networkx.MultiDiGraph[Any], lang: Lang) -> None:
    """Give every node and edge what a program for networks sorts and colours by."""
    named, known = labels(store, set(graph), lang), described(store, list(graph), lang)
    for thing, data in graph.nodes(data=True):
        data["label"] = named[thing].text if thing in named else thing
        data.setdefault("kind", class_of(store, thing))
        data.update(known[thing])
    for start, end, data in graph.edges(data=True):
        data.update(of_relation(known[start], known[end]))


def objects(store: Store, thing: str, prop: str) -> set[str]:
    """Return the things (IRIs) that a property (prefixed name) leads to from a thing."""
    return {term_text(term) for term in values(store, thing, prop) if isinstance(term, ox.NamedNode)}


def levels(store: Store, actor: str) -> set[str]:
    """Return the level of government (or sector) of an actor: the top concept above its kind."""
    kinds = objects(store, actor, "msk:kind")
    while above := {b for kind in kinds for b in objects(store, kind, "skos:broader")}:
        kinds = above
    return kinds
