"""Putting the graphs of a store at an endpoint: only those that changed, each whole before the record says so.

A push that is broken off leaves a record without a version, and the digests of the graphs that are whole: nobody reads
what is half there, and the next push goes on with the others.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.lookups import Store
from medskick.graph.store import Built
from medskick.ontology import term_text
from medskick.queries.endpoint.endpoint_record import (
    MERGED,
    RECORD,
    pushed,
    with_graph,
    with_version,
    without_graph,
    without_version,
)
from medskick.queries.endpoint.exchange import Exchange
from medskick.queries.remote import EndpointError

_PIECE = 1_000
"""So many statements are sent in one update: Virtuoso takes no more than about ten thousand."""

_LONGEST = 100_000
"""An endpoint must give so many rows, or all that there are: some cut an answer off and do not say so."""


class PushError(Exception):
    """Raised where a graph, once written, does not hold what was sent: ``there`` statements instead of ``sent``."""

    def __init__(self, graph: str, there: int, sent: int) -> None:
        self.graph, self.there, self.sent = graph, there, sent
        super().__init__(f"{graph}: {there} of {sent}")


@dataclass(frozen=True)
class Target:
    """Where statements are written: the address for updates, and one of the Graph Store Protocol for whole graphs.

    Without the latter, graphs are written by updates too.
    """

    update: str
    graphs: str = ""


@dataclass(frozen=True)
class Done:
    """What a push did: the graphs that it wrote and removed, those that stayed, how many statements it sent."""

    written: int
    removed: int
    stayed: int
    statements: int


def _lines(store: Store, graph: str) -> list[bytes]:
    """The statements of a graph as sorted N-Triples lines: the same statements always give the same lines."""
    name = ox.DefaultGraph() if graph == MERGED else ox.NamedNode(graph)
    raw = ox.serialize(
        (q.triple for q in store.quads_for_pattern(None, None, None, name)), format=ox.RdfFormat.N_TRIPLES
    )
    assert raw is not None
    return sorted(raw.splitlines())


def push(
    store: Store,
    built: Built,
    exchange: Exchange,
    target: Target,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Done:
    """Make an endpoint hold the graphs of a store, the merged one too.

    ``progress`` is told how many graphs are written, of how many. Raises ``EndpointError``, ``PushError``; what was
    written until then is used by the next push.
    """
    lines = {graph: _lines(store, graph) for graph in [*sorted(term_text(g) for g in store.named_graphs()), MERGED]}
    wanted = {graph: hashlib.sha256(b"\n".join(own)).hexdigest() for graph, own in lines.items()}
    before, there = pushed(exchange), _counts(exchange)
    changed = [
        graph
        for graph, digest in wanted.items()
        if before.digests.get(graph) != digest or there.get(graph) != len(lines[graph])
    ]
    gone = [graph for graph in before.digests if graph not in wanted]
    if not changed and not gone and before.built == _as_read(built):
        return Done(0, 0, len(wanted), 0)
    exchange.update(target.update, without_version())
    for graph in gone:
        exchange.update(target.update, without_graph(graph))
        exchange.update(target.update, f"DROP SILENT GRAPH <{graph}>")
    for number, graph in enumerate(changed):
        progress(number, len(changed))
        exchange.update(target.update, without_graph(graph))
        _write(exchange, target, graph, lines[graph])
        exchange.update(target.update, with_graph(graph, wanted[graph], len(lines[graph])))
    there = _counts(exchange)
    for graph, own in lines.items():
        if there.get(graph) != len(own):
            exchange.update(target.update, without_graph(graph))
            raise PushError(graph, there.get(graph, 0), len(own))
    if _longest(exchange) != min(len(lines[MERGED]), _LONGEST):
        raise EndpointError(exchange.address, "cuts")
    exchange.update(target.update, with_version(built))
    after = pushed(exchange)
    if after.built != _as_read(built) or dict(after.digests) != wanted:
        raise PushError(RECORD, len(after.digests), len(wanted))
    return Done(len(changed), len(gone), len(wanted) - len(changed), sum(len(lines[graph]) for graph in changed))


def _as_read(built: Built) -> Built:
    return Built(built.version, built.inputs, (), False, built.layout, built.held)


def _write(exchange: Exchange, target: Target, graph: str, lines: list[bytes]) -> None:
    if target.graphs:
        exchange.put(target.graphs, graph, b"\n".join(lines) + b"\n")
        return
    exchange.update(target.update, f"DROP SILENT GRAPH <{graph}>")
    for start in range(0, len(lines), _PIECE):
        statements = b"\n".join(lines[start : start + _PIECE]).decode()
        exchange.update(target.update, f"INSERT DATA {{ GRAPH <{graph}> {{\n{statements}\n}} }}")


def _longest(exchange: Exchange) -> int:
    """How many rows a long answer of an endpoint has."""
    with exchange.reading():
        return sum(1 for _ in exchange.rows(f"SELECT ?p {{ ?s ?p ?o }} LIMIT {_LONGEST}", [MERGED], []))


def _counts(exchange: Exchange) -> dict[str, int]:
    """How many statements each graph at an endpoint holds."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    with exchange.reading():
        return {term_text(row["g"]): int(term_text(row["n"])) for row in exchange.rows(query, [], [])}
