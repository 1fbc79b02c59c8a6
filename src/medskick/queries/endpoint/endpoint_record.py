"""What an endpoint says of the graphs that were pushed to it: a small graph of its own there.

It names each graph with the digest of its statements, and, only while they are all there and whole, the version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from medskick.graph.store import Built
from medskick.ontology import PREFIXES, term_text
from medskick.queries.endpoint.exchange import Exchange

_HOME = "https://w3id.org/medskick/endpoint#"
MERGED, RECORD = f"{_HOME}merged", f"{_HOME}pushed"
"""The graph that holds what the store's own default graph does, and the graph of what was pushed."""
_DIGEST, _LAYOUT = PREFIXES["dcterms"] + "identifier", PREFIXES["owl"] + "versionInfo"
_STATEMENTS = PREFIXES["void"] + "triples"
_INPUTS, _HELD = PREFIXES["dcterms"] + "source", PREFIXES["dcterms"] + "provenance"


@dataclass(frozen=True)
class Pushed:
    """What was pushed to an endpoint: of each whole graph, by its name, the digest and how many statements it has.

    ``built`` is the version as it was built, ``None`` while a push is under way or was broken off.
    """

    digests: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, int] = field(default_factory=dict)
    built: Built | None = None


def pushed(exchange: Exchange) -> Pushed:
    """Return what was pushed to an endpoint; nothing where nothing was. Raises ``EndpointError``."""
    said: dict[str, dict[str, list[str]]] = {}
    with exchange.reading():
        for row in exchange.rows("SELECT ?s ?p ?o { ?s ?p ?o }", [RECORD], []):
            s, p, o = (term_text(row[name]) for name in "spo")
            said.setdefault(s, {}).setdefault(p, []).append(o)
    own = said.pop(RECORD, {})
    whole = {graph: values for graph, values in sorted(said.items()) if _DIGEST in values and _STATEMENTS in values}
    digests = {graph: values[_DIGEST][0] for graph, values in whole.items()}
    statements = {graph: int(values[_STATEMENTS][0]) for graph, values in whole.items()}
    if not (own.get(_DIGEST) and own.get(_LAYOUT)):
        return Pushed(digests, statements)
    inputs, layout = own.get(_INPUTS, [""])[0], int(own[_LAYOUT][0])
    held = tuple(sorted(own.get(_HELD, ())))
    return Pushed(digests, statements, Built(own[_DIGEST][0], inputs, (), False, layout, held))


def without_version() -> str:
    """Return the update that says that not all graphs are whole."""
    return f"DELETE WHERE {{ GRAPH <{RECORD}> {{ <{RECORD}> ?p ?o }} }}"


def without_graph(graph: str) -> str:
    """Return the update that says that a graph is not whole."""
    return f"DELETE WHERE {{ GRAPH <{RECORD}> {{ <{graph}> ?p ?o }} }}"


def with_graph(graph: str, digest: str, statements: int) -> str:
    """Return the update that says that a graph is whole."""
    return _saying([(graph, _DIGEST, digest), (graph, _STATEMENTS, str(statements))])


def with_version(built: Built) -> str:
    """Return the update that says that all graphs are whole, and which version they are."""
    own = [(_DIGEST, built.version), (_LAYOUT, str(built.layout)), (_INPUTS, built.inputs)]
    return _saying((RECORD, predicate, value) for predicate, value in [*own, *((_HELD, name) for name in built.held)])


def _saying(statements: Iterable[tuple[str, str, str]]) -> str:
    lines = " ".join(f"<{s}> <{p}> {ox.Literal(o)} ." for s, p, o in statements)
    return f"INSERT DATA {{ GRAPH <{RECORD}> {{ {lines} }} }}"
