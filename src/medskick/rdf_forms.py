"""The forms in which RDF and the results of queries are given, for files, addresses, negotiation and the endpoint."""

from typing import NamedTuple

import pyoxigraph as ox


class RdfForm(NamedTuple):
    """A form of RDF: its name, media type (IANA), file ending and the store library's word for it.

    ``quads`` tells that it keeps the graph of each statement, ``prefixed`` that it shortens IRIs.
    """

    name: str
    media: str
    ending: str
    format: ox.RdfFormat
    quads: bool = False
    prefixed: bool = False

    @property
    def identifier(self) -> str:
        """The W3C's identifier of the form (https://www.w3.org/ns/formats/)."""
        return f"http://www.w3.org/ns/formats/{self.name.replace('/', '_')}"


FORMS = (
    RdfForm("Turtle", "text/turtle", "ttl", ox.RdfFormat.TURTLE, prefixed=True),
    RdfForm("N-Triples", "application/n-triples", "nt", ox.RdfFormat.N_TRIPLES),
    RdfForm("JSON-LD", "application/ld+json", "jsonld", ox.RdfFormat.JSON_LD),
    RdfForm("RDF/XML", "application/rdf+xml", "rdf", ox.RdfFormat.RDF_XML, prefixed=True),
    RdfForm("TriG", "application/trig", "trig", ox.RdfFormat.TRIG, quads=True, prefixed=True),
    RdfForm("N-Quads", "application/n-quads", "nq", ox.RdfFormat.N_QUADS, quads=True),
)
"""All forms, in the order of preference where a client likes several as well."""

BY_MEDIA = {form.media: form for form in FORMS}
BY_ENDING = {form.ending: form for form in FORMS}
OF_ONE_GRAPH = tuple(form for form in FORMS if not form.quads)
"""The forms that give the statements of one graph: what pages offer of a single thing."""


class ResultForm(NamedTuple):
    """A form of SPARQL results: its name, media type (IANA), file ending and the store library's word for it."""

    name: str
    media: str
    ending: str
    format: ox.QueryResultsFormat

    @property
    def identifier(self) -> str:
        """The W3C's identifier of the form (https://www.w3.org/ns/formats/)."""
        return f"http://www.w3.org/ns/formats/SPARQL_Results_{self.name}"


RESULT_FORMS = (
    ResultForm("JSON", "application/sparql-results+json", "srj", ox.QueryResultsFormat.JSON),
    ResultForm("XML", "application/sparql-results+xml", "srx", ox.QueryResultsFormat.XML),
    ResultForm("CSV", "text/csv", "csv", ox.QueryResultsFormat.CSV),
    ResultForm("TSV", "text/tab-separated-values", "tsv", ox.QueryResultsFormat.TSV),
)
"""The forms of SPARQL results, in the order of preference where a client likes several as well."""

RESULTS_BY_MEDIA = {form.media: form for form in RESULT_FORMS}
