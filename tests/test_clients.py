"""Outside clients over a real socket: Comunica, SPARQLWrapper, rdflib's SPARQLStore and curl read all answers."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence, Sized
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import rdflib

from conftest import LESSON_COUNT, need
from front_end import modules, node
from running import Server

MSK = rdflib.Namespace("https://w3id.org/medskick/ontology#")
THING = "https://w3id.org/medskick/id/skane/region-skane"
PREFIX = f"PREFIX msk: <{MSK}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
LESSONS = PREFIX + "SELECT ?l WHERE { ?l a msk:Lesson }"
LABEL = PREFIX + f"SELECT ?label WHERE {{ <{THING}> rdfs:label ?label FILTER(LANG(?label) = 'sv') }}"
YES, NO = PREFIX + "ASK { ?l a msk:Lesson }", PREFIX + "ASK { ?l a msk:NoSuchClass }"
GRAPH = PREFIX + "CONSTRUCT { ?l a <http://e.org/Lärdom> } WHERE { ?l a msk:Lesson }"
DESCRIBE = f"DESCRIBE <{THING}>"
# more than the server holds back before it streams
LARGE = "SELECT * WHERE { ?s ?p ?o } LIMIT 5000"
TABLES: dict[str, Callable[[str], Sized]] = {
    "application/sparql-results+json": lambda body: json.loads(body)["results"]["bindings"],
    "application/sparql-results+xml": lambda body: ElementTree.fromstring(body).findall(".//{*}result"),
    "text/csv": lambda body: list(csv.reader(io.StringIO(body)))[1:],
    "text/tab-separated-values": lambda body: body.splitlines()[1:],
}
GRAPHS = {
    "text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld",
    "application/rdf+xml": "xml", "application/trig": "trig", "application/n-quads": "nquads",
}  # fmt: skip


# Comunica: the SPARQL engine of the JavaScript world


@pytest.fixture(scope="module")
def comunica(server: Server) -> list[dict[str, Any]]:
    """What Comunica reads of each of ``ASKED``, all asked by one engine in one process."""
    asks = [{"query": query, "accept": accept} for query, accept, _ in ASKED]
    return asked_by_comunica(f"{server.address}sparql", asks)


def asked_by_comunica(source: str, asks: Sequence[Mapping[str, str | None]]) -> list[dict[str, Any]]:
    modules()
    given = json.dumps({"sources": [source], "asks": asks})
    command = [node(), str(Path(__file__).with_name("comunica.mjs"))]
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


# Comunica finds out by the Service Description that this is an endpoint; it reads these forms of those there are
ASKED: list[tuple[str, str | None, str]] = [
    (LESSONS, None, "bindings"),
    (LESSONS, "application/sparql-results+xml", "bindings"),
    (LABEL, None, "bindings"),
    (LARGE, None, "bindings"),
    (YES, None, "boolean"),
    (NO, None, "boolean"),
    (YES, "application/sparql-results+xml", "boolean"),
    (GRAPH, None, "quads"),
    (GRAPH, "application/n-triples", "quads"),
    (DESCRIBE, None, "quads"),
]
WANTED = {LESSONS: LESSON_COUNT, LARGE: 5000, YES: True, NO: False, GRAPH: LESSON_COUNT}


@pytest.mark.browser_all
@pytest.mark.parametrize("place", range(len(ASKED)))
def test_comunica(comunica: list[dict[str, Any]], place: int) -> None:
    query, accept, kind = ASKED[place]
    given = comunica[place]
    assert given["type"] == kind
    assert accept in (None, given["media"])
    value = given["value"]
    if query == LABEL:
        assert value == [{"label": "Region Skåne@sv"}]
    elif query == DESCRIBE:
        assert [THING, "http://www.w3.org/2000/01/rdf-schema#label", "Region Skåne@sv"] in value
    else:
        assert (value if kind == "boolean" else len(value)) == WANTED[query]
    if query == GRAPH:
        assert {triple[2] for triple in value} == {"http://e.org/Lärdom"}


@pytest.mark.browser_all
@pytest.mark.parametrize("address", ["id/skane/region-skane", "data/skane.nq", "data/skane.trig"])
def test_comunica_at_an_address_that_is_no_endpoint(server: Server, address: str) -> None:
    """It asks for N-Quads before all else, and looks in the default graph; in a file of graphs, in these."""
    query = LABEL if address.startswith("id/") else LABEL.replace("WHERE {", "WHERE { GRAPH ?g {") + " }"
    [answer] = asked_by_comunica(f"{server.address}{address}", [{"query": query}])
    assert answer["value"] == [{"label": "Region Skåne@sv"}]


# SPARQLWrapper


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(server: Server, method: str) -> None:
    from SPARQLWrapper import CSV, JSON, JSONLD, N3, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper

    def ask(query: str, form: str) -> Any:
        client: Any = SPARQLWrapper(f"{server.address}sparql")
        client.setMethod(method)
        client.setRequestMethod(POSTDIRECTLY if method == "POST" and form in (JSON, TURTLE) else URLENCODED)
        client.setQuery(query)
        client.setReturnFormat(form)
        return client.query().convert()

    assert len(ask(LESSONS, JSON)["results"]["bindings"]) == LESSON_COUNT
    assert len(ask(LESSONS, XML).getElementsByTagName("result")) == LESSON_COUNT
    assert ask(LESSONS, CSV).count(b"\n") == ask(LESSONS, TSV).count(b"\n") == LESSON_COUNT + 1
    assert (ask(YES, JSON)["boolean"], ask(NO, JSON)["boolean"]) == (True, False)
    assert ask(YES, XML).getElementsByTagName("boolean")[0].firstChild.data == "true"
    for query, form in ((GRAPH, TURTLE), (GRAPH, N3), (DESCRIBE, TURTLE)):
        graph = rdflib.Graph().parse(data=ask(query, form), format="turtle")
        assert len(graph) == LESSON_COUNT if query == GRAPH else (rdflib.URIRef(THING), None, None) in graph
    # these it parses itself
    assert len(ask(GRAPH, RDFXML)) == len(ask(GRAPH, XML)) == len(ask(GRAPH, JSONLD)) == LESSON_COUNT


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflibs_sparql_store(server: Server, method: Any, form: str) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(f"{server.address}sparql", method=method, returnFormat=form))
    assert len(list(graph.query(LESSONS))) == LESSON_COUNT
    if form == "csv":  # rdflib reads neither a language nor an ASK out of CSV: the form has none
        return
    [row] = graph.query(LABEL)
    assert row == (rdflib.Literal("Region Skåne", lang="sv"),)
    if form != "tsv":
        assert (bool(graph.query(YES)), bool(graph.query(NO))) == (True, False)
    if form == "xml":  # its default; with the others it takes no graph
        assert len(graph.query(GRAPH)) == LESSON_COUNT
        assert rdflib.Literal("Region Skåne", lang="sv") in {o for _, _, o in graph.query(DESCRIBE)}  # type: ignore[misc]
    # its Graph interface, which it turns into queries
    assert len(set(graph.subjects(rdflib.RDF.type, MSK.Lesson))) == LESSON_COUNT


# curl


@pytest.fixture(scope="module")
def curl(server: Server) -> Any:
    need(shutil.which("curl") is not None, "curl")

    def run(*arguments: str, given: str | None = None) -> str:
        command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "30", *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=True, encoding="utf-8").stdout

    return run


@pytest.mark.parametrize("media", TABLES)
def test_curl_reads_tables(server: Server, curl: Any, media: str) -> None:
    address, accept = f"{server.address}sparql", ("--header", f"Accept: {media}")
    form = curl(*accept, "--data-urlencode", f"query={LESSONS}", address)
    got = curl(*accept, "--get", "--data-urlencode", f"query={LESSONS}", address)
    direct = curl(*accept, "--header", "Content-Type: application/sparql-query", "--data-binary", "@-", address, given=LESSONS)  # noqa: E501  # fmt: skip
    assert form == got == direct
    assert len(TABLES[media](got)) == LESSON_COUNT
    assert "true" in curl(*accept, "--data-urlencode", f"query={YES}", address)
    assert "false" in curl(*accept, "--data-urlencode", f"query={NO}", address)
    assert "Region Skåne" in curl(*accept, "--data-urlencode", f"query={LABEL}", address)


@pytest.mark.parametrize("media", GRAPHS)
def test_curl_reads_graphs(server: Server, curl: Any, media: str) -> None:
    body = curl("--header", f"Accept: {media}", "--data-urlencode", f"query={GRAPH}", f"{server.address}sparql")
    graph = rdflib.Dataset(default_union=True).parse(data=body, format=GRAPHS[media])
    assert len(list(graph.triples((None, rdflib.RDF.type, rdflib.URIRef("http://e.org/Lärdom"))))) == LESSON_COUNT


def test_curl_without_a_word_about_forms(server: Server, curl: Any) -> None:
    address = f"{server.address}sparql"
    assert len(json.loads(curl("--data-urlencode", f"query={LESSONS}", address))["results"]["bindings"]) == LESSON_COUNT
    assert curl("--data-urlencode", f"query={LESSONS}", "--data", "format=csv", address).count("\n") == LESSON_COUNT + 1
    assert (
        curl("--compressed", "--data-urlencode", f"query={LARGE}", "--data", "format=tsv", address).count("\n") == 5001
    )
    # linked data: the name of a thing leads to its data
    about = curl("--location", "--header", "Accept: text/turtle", f"{server.address}id/skane/region-skane")
    assert (rdflib.URIRef(THING), None, None) in rdflib.Graph().parse(data=about, format="turtle")
