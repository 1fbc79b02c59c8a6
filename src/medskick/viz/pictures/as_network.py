"""A picture as a file for programs that draw and measure networks: GraphML, GEXF, or CSV with a row a relation."""

import csv
import io
from typing import TYPE_CHECKING

from medskick.graph.lookups import Store
from medskick.network.measures import as_gexf as gexf
from medskick.network.measures import as_graphml as graphml
from medskick.network.projection import described, of_relation
from medskick.ontology import shorten
from medskick.resources.names import labels
from medskick.viz.look import class_words
from medskick.viz.pictures.picture import Picture
from medskick.viz.svg import clean
from medskick.words import Lang, pick

if TYPE_CHECKING:
    import networkx

COLUMNS = (
    "start", "start_iri", "relation", "relation_iri", "end", "end_iri", "derived", "first_day", "last_day", "source",
    "start_level", "start_region", "end_level", "end_region",
)  # fmt: skip

_OF_ENDS = ("level", "region")


def _network(store: Store, picture: Picture, lang: Lang) -> "networkx.MultiDiGraph[str]":
    """The laid out picture as a network: names, kinds, datasets and years of things, their places, relations.

    Things and relations have what ``network.projection.described`` gives them, too.
    """
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    known = described(store, [node.iri for node in picture.nodes], lang)
    for node in picture.nodes:
        x, y = (picture.places or {})[node.iri]
        attributes = {
            "label": clean(pick(node.label, lang)),
            "kind": node.cls,
            "kind_label": pick(class_words(node.cls).get("label", {}), lang) or node.cls,
            "dataset": node.dataset,
        }
        span = {"from_year": node.years[0], "to_year": node.years[1]} if node.years else {}
        graph.add_node(node.iri, **attributes, x=x, y=y, **span, **known[node.iri])
    names = _relation_names(store, picture, lang)
    for number, edge in enumerate(picture.edges):
        # the key becomes the edge's id, which stands once in a file
        relation = shorten(edge.relation)
        said = {"relation": relation, "label": names[edge.relation], "derived": edge.derived}
        said |= of_relation(known[edge.start], known[edge.end])
        graph.add_edge(edge.start, edge.end, key=f"e{number}", **said)
    return graph


def _relation_names(store: Store, picture: Picture, lang: Lang) -> dict[str, str]:
    relations = {edge.relation for edge in picture.edges}
    names = labels(store, relations, lang)
    return {relation: names[relation].text if relation in names else shorten(relation) for relation in relations}


def as_graphml(store: Store, picture: Picture, lang: Lang) -> str:
    """Return a laid out picture as GraphML, with the places of things as ``x`` and ``y``."""
    return graphml(_network(store, picture, lang))


def as_gexf(store: Store, picture: Picture, lang: Lang) -> str:
    """Return a laid out picture as GEXF 1.2, with what its GraphML has."""
    return gexf(_network(store, picture, lang))


def as_csv(store: Store, picture: Picture, lang: Lang) -> str:
    """Return a picture's relations as CSV (``COLUMNS``): both things and the relation by name and IRI, and more."""
    known = described(store, [node.iri for node in picture.nodes], lang)
    called = {node.iri: clean(pick(node.label, lang)) for node in picture.nodes}
    names = _relation_names(store, picture, lang)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for edge in picture.edges:
        relation = (names[edge.relation], edge.relation)
        derived = "true" if edge.derived else "false"
        start, end = known[edge.start], known[edge.end]
        more = [*of_relation(start, end).values(), *(thing[key] for thing in (start, end) for key in _OF_ENDS)]
        writer.writerow([called[edge.start], edge.start, *relation, called[edge.end], edge.end, derived, *more])
    return out.getvalue()
