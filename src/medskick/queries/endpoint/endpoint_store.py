"""An endpoint as a store: it answers queries and gives statements, over the graphs that ``medskick push`` put there."""

import itertools
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from medskick.ontology import term_text
from medskick.queries.endpoint.endpoint_record import MERGED, Pushed
from medskick.queries.endpoint.exchange import ROWS, STATEMENTS, Exchange, solutions
from medskick.queries.query_text import bare, names_dataset, names_graphs
from medskick.rdf_forms import BY_MEDIA, RESULTS_BY_MEDIA

_MANY, _MOST_LOADED = 200, 1_000_000
"""After so many lookups all statements are loaded, if there are no more than so many in all graphs."""
_UNSET = re.compile(r"BIND\(\?_\w+_iri AS \?\w+\)")
"""A parameter that was not chosen: it binds nothing, and some engines (Virtuoso 7) join nothing with what follows."""
_DISTINCT = re.compile(r"[^{]*\bSELECT\s+DISTINCT\b", re.I)
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class EndpointStore:
    """The graphs at an endpoint, asked as a store is (``medskick.graph.lookups.Store``).

    Its default graph is the merged one. Queries are answered there; whoever looks up statement by statement, as a page
    or a picture does, has them loaded once, if they are not too many. All methods raise ``EndpointError``.
    """

    def __init__(self, exchange: Exchange, pushed: Pushed) -> None:
        self.exchange = exchange
        self._named = sorted(graph for graph in pushed.digests if graph != MERGED)
        self._small = sum(pushed.statements.values()) <= _MOST_LOADED
        self._lookups = itertools.count()
        self._lock = threading.Lock()
        self._loaded: ox.Store | None = None

    def query(
        self,
        query: str,
        /,
        *,
        base_iri: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graph: _Graph | Sequence[_Graph] | None = None,
        named_graphs: Sequence[ox.NamedNode | ox.BlankNode] | None = None,
        use_default_graph_as_union: bool = False,
        substitutions: Mapping[ox.Variable, _Term] | None = None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return what a query gives. Raises ``SyntaxError`` too, and ``ValueError`` for substitutions.

        The last two are what rdflib's store asks of an Oxigraph store besides.
        """
        if substitutions:
            raise ValueError("an endpoint knows no bindings that are given beside the query")
        if use_default_graph_as_union:
            default_graph = [ox.NamedNode(graph) for graph in self._named]
        elif isinstance(default_graph, ox.NamedNode | ox.BlankNode | ox.DefaultGraph):
            default_graph = [default_graph]
        head = f"BASE <{base_iri}>\n" if base_iri else ""
        text = (
            head
            + "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items())
            + _UNSET.sub("", query)
        )
        # over an empty store it gives nothing, and tells by its kind in which form the results are to be asked
        nothing = ox.Store().query(query, base_iri=base_iri, prefixes=prefixes)
        gives_triples = isinstance(nothing, ox.QueryTriples)
        distinct = _DISTINCT.match(bare(query)) is not None
        form = STATEMENTS if gives_triples else ROWS
        media, body = self.exchange.results(text, *self._dataset(query, default_graph, named_graphs), form)
        with self.exchange.reading():
            if gives_triples:
                return _triples(body, media)
            return ox.parse_query_results(_canonical(body, media, distinct), format=RESULTS_BY_MEDIA[media].format)

    def _dataset(
        self, query: str, default: Sequence[_Graph] | None, named: Sequence[ox.NamedNode | ox.BlankNode] | None
    ) -> tuple[list[str], list[str]]:
        if default is None and named is None:
            if names_dataset(query):
                return [], []
            return [MERGED], self._named if names_graphs(query) else []
        everywhere = self._named if names_graphs(query) else []
        return (
            [MERGED if isinstance(graph, ox.DefaultGraph) else graph.value for graph in default or ()],
            everywhere if named is None else [graph.value for graph in named],
        )

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: _Term | None,
        graph_name: _Graph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the statements of a pattern; without a graph those of all, the default graph too."""
        if self._loaded is None and self._small and next(self._lookups) >= _MANY:
            with self._lock:
                self._loaded = self._loaded or self._load()
        if self._loaded is not None:
            return self._loaded.quads_for_pattern(subject, predicate, object, graph_name)
        return self._looked_up(subject, predicate, object, graph_name)

    def _load(self) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(self._looked_up(None, None, None, None))
        return store

    def _looked_up(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: _Term | None,
        graph_name: _Graph | None,
    ) -> Iterator[ox.Quad]:
        graph = ox.NamedNode(MERGED) if isinstance(graph_name, ox.DefaultGraph) else graph_name
        pattern = {"s": subject, "p": predicate, "o": object, "g": graph}
        s, p, o, g = (f"?{name}" if term is None else str(term) for name, term in pattern.items())
        wanted = " ".join(f"?{name}" for name, term in pattern.items() if term is None) or "(1 AS ?is)"
        text = f"SELECT {wanted} {{ GRAPH {g} {{ {s} {p} {o} }} }}"
        names = self._named if graph is None else [graph.value]
        media, body = self.exchange.results(text, [], [*names, *([MERGED] if graph is None else [])], ROWS)
        with self.exchange.reading():
            for row in solutions(media, _canonical(body, media)):
                terms: dict[str, Any] = {n: row[n] if term is None else term for n, term in pattern.items()}
                in_default = term_text(terms["g"]) == MERGED
                yield ox.Quad(terms["s"], terms["p"], terms["o"], ox.DefaultGraph() if in_default else terms["g"])

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """Yield the names of the named graphs."""
        return map(ox.NamedNode, self._named)

    def __iter__(self) -> Iterator[ox.Quad]:
        return self.quads_for_pattern(None, None, None, None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _triples(body: bytes, media: str) -> ox.QueryTriples:
    triples = ox.Store()
    triples.extend(ox.Quad(q.subject, q.predicate, _plain(q.object)) for q in ox.parse(body, BY_MEDIA[media].format))
    given = triples.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    assert isinstance(given, ox.QueryTriples)
    return given


def _plain(term: Any) -> Any:
    """A truth value in its canonical form (XSD 1.1, 3.3.2): some engines write 1 and 0."""
    if isinstance(term, ox.Literal) and term.datatype.value == _BOOLEAN:
        return ox.Literal(term.value in ("true", "1"))
    return term


def _canonical(body: bytes, media: str, distinct: bool = False) -> bytes:
    """Results with truth values in their canonical form; of a distinct query each row once.

    Virtuoso 7 repeats rows of one that is ordered by what it does not select.
    """
    if media != ROWS or not (distinct or _BOOLEAN.encode() in body.replace(rb"\/", b"/")):
        return body
    results = json.loads(body)
    for row in results.get("results", {}).get("bindings", ()):
        for term in row.values():
            if term.get("datatype") == _BOOLEAN:
                term["value"] = {"1": "true", "0": "false"}.get(term["value"], term["value"])
    if distinct and "results" in results:
        rows = results["results"]["bindings"]
        results["results"]["bindings"] = list({json.dumps(row, sort_keys=True): row for row in rows}.values())
    return json.dumps(results).encode()
