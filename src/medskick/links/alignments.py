"""Alignments: what corresponds to our terms in other vocabularies (SSSOM), and the graph in the terms of those.

The files are ``ontology/alignments/<vocabulary>.sssom.tsv`` and the queries ``ontology/exports/<vocabulary>.rq``.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from medskick.graph.lookups import Store
from medskick.links.sssom import SEMAPV, iri_in, read_sssom
from medskick.ontology import GRAPHS, PREFIXES, node
from medskick.queries.evaluate import dataset_graphs
from medskick.rdf_forms import OF_ONE_GRAPH, RdfForm
from medskick.rooms import room

ALIGNMENTS = ox.NamedNode(GRAPHS + "alignments")
"""The graph that the queries find the alignments in."""
_SETS = "https://w3id.org/medskick/alignment/"
_SSSOM = "https://w3id.org/sssom/"


@dataclass(frozen=True)
class Mapping:
    """What corresponds to a term of ours: IRIs of both and of how, the other's label, how sure, why (all as text)."""

    name: str
    subject: str
    predicate: str
    object: str
    label: str
    justification: str
    confidence: str
    comment: str


@cache
def alignments() -> dict[str, tuple[Mapping, ...]]:
    """Return the mappings of every file, by its name. Raises ``Faulty`` for a file that is no SSSOM."""
    sets: dict[str, tuple[Mapping, ...]] = {}
    for path in sorted((room("ontology") / "alignments").glob("*.sssom.tsv")):
        name = path.name.partition(".")[0]
        head, _, table = read_sssom(path)
        sets[name] = tuple(
            Mapping(
                name,
                iri_in(row["subject_id"], head),
                # the one predicate that is none of SKOS
                iri_in(row["predicate_id"], {"curie_map": {"rdfs": PREFIXES["rdfs"]}}),
                iri_in(row["object_id"], head),
                row["object_label"],
                iri_in(row["mapping_justification"], {"curie_map": {"semapv": SEMAPV}}),
                row["confidence"],
                row["comment"],
            )
            for row in table
        )
    return sets


def alignment_quads() -> Iterator[ox.Quad]:
    """Yield the mappings as RDF: each as a statement, and as an axiom with its justification and confidence (SSSOM)."""
    for name, mappings in alignments().items():
        for number, mapping in enumerate(mappings, start=1):
            subject, predicate = ox.NamedNode(mapping.subject), ox.NamedNode(mapping.predicate)
            matched, axiom = ox.NamedNode(mapping.object), ox.NamedNode(f"{_SETS}{name}#{number}")
            parts: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
                (subject, predicate, matched),
                (matched, node("skos:prefLabel"), ox.Literal(mapping.label)),
                (axiom, node("rdf:type"), node("owl:Axiom")),
                (axiom, node("owl:annotatedSource"), subject),
                (axiom, node("owl:annotatedProperty"), predicate),
                (axiom, node("owl:annotatedTarget"), matched),
                (axiom, ox.NamedNode(_SSSOM + "mapping_justification"), ox.NamedNode(mapping.justification)),
                (axiom, ox.NamedNode(_SSSOM + "confidence"), ox.Literal(float(mapping.confidence))),
            ]
            if mapping.comment:
                parts.append((axiom, node("rdfs:comment"), ox.Literal(mapping.comment, language="en")))
            for part in parts:
                yield ox.Quad(*part, ALIGNMENTS)


def vocabularies() -> list[str]:
    """Return the names of the vocabularies that the graph can be given in: ``eli-dl``."""
    return sorted(path.stem for path in (room("ontology") / "exports").glob("*.rq"))


def _query(name: str) -> str:
    return (room("ontology") / "exports" / f"{name}.rq").read_text(encoding="utf-8")


def forms_of(name: str) -> dict[str, RdfForm | None]:
    """Return the endings of files that one of ``vocabularies()`` is given in, the first that is meant by none.

    The value is the form of RDF; of a table, which is CSV, ``None``.
    """
    table = "\nSELECT" in _query(name)
    return {"csv": None} if table else {form.ending: form for form in OF_ONE_GRAPH}


def in_terms_of(store: Store, name: str) -> list[ox.Triple] | str:
    """Return the graph in the terms of a vocabulary: statements in order; of a query that makes a table, its CSV.

    ``name`` is one of ``vocabularies()``.
    """
    union = ox.Store()
    union.extend(alignment_quads())
    for graph in dataset_graphs(store, links=True):
        union.extend(
            ox.Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)
        )
    result = union.query(_query(name))
    if isinstance(result, ox.QueryTriples):
        return sorted(set(result), key=str)
    assert isinstance(result, ox.QuerySolutions)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    # a name of SPARQL has no hyphen
    writer.writerow(variable.value.replace("_", "-") for variable in result.variables)
    for row in result:
        writer.writerow("" if value is None else value.value for value in row)
    return out.getvalue()
