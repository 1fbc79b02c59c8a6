"""Small graphs written by hand in Turtle, as one dataset ``demo``, for what the real graph has no case of."""

import pyoxigraph as ox

from medskick.graph.statements import default_quads
from medskick.ontology import GRAPHS, PREFIXES, THINGS

HEAD = f"@prefix ex: <{THINGS}demo/> . " + " ".join(
    f"@prefix {name}: <{PREFIXES[name]}> ." for name in ("dc", "dcterms", "foaf", "msk", "owl", "rdfs", "skos", "xsd")
)


def dated(name: str, first: str, last: str = "", *more: str) -> str:
    last = last or first
    text = first if first == last else f"{first}/{last}"
    said = (f'msk:date "{text}"', f'msk:dateEarliest "{first}"^^xsd:date', f'msk:dateLatest "{last}"^^xsd:date', *more)
    return f'ex:{name} a msk:Decision ; rdfs:label "{name}"@en ; {" ; ".join(said)} .'


def undated(name: str, *more: str) -> str:
    said = ("a msk:Decision", f'rdfs:label "{name}"@en', *more)
    return f"ex:{name} {' ; '.join(said)} ."


def demo(*said: str) -> ox.Store:
    store, graph = ox.Store(), ox.NamedNode(GRAPHS + "demo")
    quads = [
        ox.Quad(q.subject, q.predicate, q.object, graph)
        for q in ox.parse(f"{HEAD} {' '.join(said)}", format=ox.RdfFormat.TURTLE)
    ]
    store.bulk_extend([*quads, *default_quads(quads)])
    return store
