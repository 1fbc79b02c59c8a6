"""Views of the catalogue as graphs for ``networkx``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from medskick.ontology import iri, shorten, term_text
from medskick.queries.query import Query
from medskick.queries.run import construct
from medskick.resources.names import labels
from medskick.words import COMMON, Lang

if TYPE_CHECKING:
    import networkx


def network(
    store: ox.Store,
    query: Query,
    params: Mapping[str, str] | None = None,
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
) -> networkx.MultiDiGraph[Any]:
    """Return a view's things and relations as a directed multigraph.

    Nodes are IRIs with ``label`` and ``kind`` (the class's local name); edges are keyed by the relation's prefixed
    name and carry it as ``relation``. Raises as ``queries.run.ask`` does.
    """
    import networkx

    graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph()
    for triple in construct(store, query, params, datasets):
        start, relation = term_text(triple.subject), triple.predicate.value
        if relation == iri("rdf:type"):
            graph.add_node(start, kind=term_text(triple.object).rpartition("#")[2])
        elif isinstance(triple.object, ox.NamedNode):
            graph.add_edge(start, triple.object.value, key=shorten(relation), relation=shorten(relation))
    for thing, label in labels(store, graph.nodes, lang).items():
        graph.nodes[thing]["label"] = label.text
    return graph
