"""What the endpoint says of itself: the SPARQL 1.1 Service Description."""

from collections.abc import Mapping
from typing import Any

from medskick.ontology import PREFIXES
from medskick.rdf_forms import FORMS, RESULT_FORMS
from medskick.web.sparql.limits import Limits
from medskick.words import SHIPPED, say


def service_description(endpoint: str, counts: Mapping[str, int], limits: Limits, version: str) -> list[Any]:
    """Return the endpoint's Service Description as triples (SPARQL 1.1 Service Description).

    ``counts`` are the named graphs, each with the number of its statements; that of the default graph has no name.
    ``version`` is that of the graph.
    What a query may take is told in words, as the vocabulary has none for it.
    """
    import pyoxigraph as ox

    sd, rdf = "http://www.w3.org/ns/sparql-service-description#", PREFIXES["rdf"]
    triples: list[ox.Triple] = []

    def add(subject: str, predicate: str, value: str | ox.Literal) -> None:
        term = value if isinstance(value, ox.Literal) else ox.NamedNode(value)
        triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term))

    dataset = f"{endpoint}#dataset"
    add(endpoint, rdf + "type", sd + "Service")
    add(endpoint, sd + "endpoint", endpoint)
    add(endpoint, sd + "supportedLanguage", sd + "SPARQL11Query")
    for form in (*RESULT_FORMS, *FORMS):
        add(endpoint, sd + "resultFormat", form.identifier)
    add(endpoint, sd + "defaultDataset", dataset)
    add(dataset, rdf + "type", sd + "Dataset")
    add(dataset, PREFIXES["dcat"] + "version", ox.Literal(version))
    add(dataset, sd + "defaultGraph", f"{endpoint}#default")
    add(f"{endpoint}#default", rdf + "type", sd + "Graph")
    add(f"{endpoint}#default", PREFIXES["void"] + "triples", ox.Literal(counts[""]))
    for lang in SHIPPED:
        caps = say("catalogue.caps", lang, rows=limits.rows, bytes=limits.size, seconds=f"{limits.seconds:g}")
        add(endpoint, PREFIXES["dcterms"] + "description", ox.Literal(caps, language=lang))
        default = ox.Literal(say("catalogue.default-graph", lang), language=lang)
        add(f"{endpoint}#default", PREFIXES["dcterms"] + "description", default)
    for place, (graph, count) in enumerate((g, n) for g, n in counts.items() if g):
        node = f"{endpoint}#graph-{place}"
        add(dataset, sd + "namedGraph", node)
        add(node, rdf + "type", sd + "NamedGraph")
        add(node, sd + "name", graph)
        add(node, sd + "graph", f"{node}-content")
        add(f"{node}-content", rdf + "type", sd + "Graph")
        add(f"{node}-content", PREFIXES["void"] + "triples", ox.Literal(count))
    return triples
