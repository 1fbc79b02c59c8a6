"""The W3C SPARQL 1.1 Protocol (query side) and Service Description tests, walked from their manifests, on a socket.

``MEDSKICK_EARL=FILE`` writes an EARL report of how each test went.
"""

import json
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection as RDFCollection

from conftest import SHARED, need
from medskick.graph.store import save
from medskick.rooms import version
from running import Answer, Server, running

SUITES = SHARED / "suites"
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
KNOWN_FAILURES: dict[str, str] = {}
"""By id, with the reason. None."""
PROTOCOL = [
    "bad_multiple_queries", "bad_query_method", "bad_query_missing_direct_type", "bad_query_missing_form_type",
    "bad_query_non_utf8", "bad_query_syntax", "bad_query_wrong_media_type", "query_content_type_ask",
    "query_content_type_construct", "query_content_type_describe", "query_content_type_select",
    "query_dataset_default_graphs_get", "query_dataset_default_graphs_post", "query_dataset_full",
    "query_dataset_named_graphs_get", "query_dataset_named_graphs_post", "query_get", "query_multiple_dataset",
    "query_post_direct", "query_post_form",
]  # fmt: skip
DESCRIPTION = ["conforms-to-schema", "has-endpoint-triple", "returns-rdf"]
# where the manifests say that their tests are
W3C = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
TESTS = {
    **{name: rdflib.URIRef(f"{W3C}protocol/manifest#{name}") for name in PROTOCOL},
    **{name: rdflib.URIRef(f"{W3C}service-description/manifest#{name}") for name in DESCRIPTION},
}
STARTED: set[str] = set()
PASSED: set[str] = set()


@pytest.fixture(scope="module")
def manifest() -> rdflib.Graph:
    need(SUITES.is_dir(), "the shared suites (MEDSKICK_SHARED)")
    return rdflib.Graph().parse(SUITES / "w3c-sparql11-protocol" / "manifest.ttl")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    need(SUITES.is_dir(), "the shared suites (MEDSKICK_SHARED)")
    quads = []
    for n in (1, 2, 3):
        graph = ox.NamedNode(f"http://kasei.us/2009/09/sparql/data/data{n}.rdf")
        path = SUITES / "w3c-sparql11-protocol" / f"data{n}.nt"
        quads += [ox.Quad(q.subject, q.predicate, q.object, graph) for q in ox.parse(path=path)]
    folder = tmp_path_factory.mktemp("w3c")
    save(quads, folder, inputs="w3c")
    with running(folder) as running_server:
        yield running_server
    if report := os.environ.get("MEDSKICK_EARL"):
        Path(report).write_text(earl(STARTED, PASSED), encoding="utf-8")


def earl(started: Collection[str], passed: Collection[str]) -> str:
    """How each test of both manifests went, in EARL 1.0 as Turtle: an assertion for each, its outcome in its result."""
    graph = rdflib.Graph()
    graph.bind("earl", EARL)
    project, doap = rdflib.URIRef("https://w3id.org/medskick/"), rdflib.Namespace("http://usefulinc.com/ns/doap#")
    graph.add((project, rdflib.RDF.type, doap.Project))
    graph.add((project, rdflib.RDF.type, EARL.TestSubject))
    graph.add((project, rdflib.RDF.type, EARL.Software))
    graph.add((project, doap.name, rdflib.Literal("Medskick")))
    graph.add((project, doap.release, rdflib.Literal(version())))
    for name, test in TESTS.items():
        claim = rdflib.URIRef(f"https://w3id.org/medskick/earl/{name}")
        result = rdflib.URIRef(f"{claim}#result")
        outcome = EARL.passed if name in passed else EARL.failed if name in started else EARL.untested
        graph.add((claim, rdflib.RDF.type, EARL.Assertion))
        graph.add((claim, EARL.assertedBy, project))
        graph.add((claim, EARL.subject, project))
        graph.add((claim, EARL.test, test))
        graph.add((claim, EARL.mode, EARL.automatic))
        graph.add((claim, EARL.result, result))
        graph.add((result, rdflib.RDF.type, EARL.TestResult))
        graph.add((result, EARL.outcome, outcome))
    return graph.serialize(format="longturtle")


def test_the_manifest_holds_these_and_no_other_query_tests(manifest: rdflib.Graph) -> None:
    node_value = {str(s).rpartition("#")[2] for s in manifest.subjects(rdflib.RDF.type, MF.ProtocolTest)}
    assert {t for t in node_value if "update" not in t} == set(PROTOCOL)


def boolean(answer: Answer) -> bool:
    return b"true" in answer.body


def fits(answer: Answer, form: str) -> bool:
    media = answer.headers.get("content-type", "").partition(";")[0]
    results = {"application/sparql-results+xml", "application/sparql-results+json"}
    forms = {
        "boolean": results | {"text/csv", "text/tab-separated-values"},
        "tabular": results | {"text/csv", "text/tab-separated-values"},
        "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
    }
    return media in forms[form]


@pytest.mark.parametrize("name", PROTOCOL)
def test_protocol(manifest: rdflib.Graph, server: Server, name: str) -> None:
    if name in KNOWN_FAILURES:
        pytest.xfail(KNOWN_FAILURES[name])
    STARTED.add(name)
    action = manifest.value(TESTS[name], MF.action)
    requests: Any = manifest.value(action, HT.requests)
    for request in RDFCollection(manifest, requests):
        path = str(manifest.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
        headers: dict[str, str] = {}
        node_value: Any = manifest.value(request, HT.headers)
        if node_value is not None:
            for header in RDFCollection(manifest, node_value):
                headers[str(manifest.value(header, HT.fieldName))] = str(manifest.value(header, HT.fieldValue))
        body = None
        if (content := manifest.value(request, HT.body)) is not None:
            coding = str(manifest.value(content, CNT.characterEncoding) or "UTF-8")
            body = str(manifest.value(content, CNT.chars)).encode(coding)
        answer = server.ask(str(manifest.value(request, HT.methodName)), path, headers, body)
        response = manifest.value(request, HT.resp)
        wanted = [re.sub(r".*StatusCode", "", str(s)) for s in manifest.objects(response, MF.expectedStatus)]
        assert any(re.fullmatch(w.replace("x", r"\d"), str(answer.status)) for w in wanted), (wanted, answer)
        expected = manifest.value(response, MF.expectedBoolean)
        if expected is not None:
            assert boolean(answer) == (str(expected).lower() in ("true", "1"))
        if (form := manifest.value(response, MF.expectedFormat)) is not None:
            assert fits(answer, str(form)), answer.headers
    PASSED.add(name)


@pytest.mark.parametrize("name", DESCRIPTION)
def test_service_description(server: Server, name: str) -> None:
    STARTED.add(name)
    manifest = rdflib.Graph().parse(SUITES / "w3c-sparql11-service-description" / "manifest.ttl")
    assert TESTS[name] in set(manifest.subjects())
    assert {str(s).rpartition("#")[2] for s in manifest.subjects(rdflib.RDF.type, MF.ServiceDescriptionTest)} == set(
        DESCRIPTION
    )
    answer = server.ask("GET", "/sparql")
    assert answer.status == 200
    described = rdflib.Graph().parse(data=answer.body, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    endpoint = rdflib.URIRef(f"{server.address}sparql")
    assert len(described) > 10
    if name == "has-endpoint-triple":
        assert endpoint in set(described.objects(None, sd.endpoint))
    if name == "conforms-to-schema":
        [service] = set(described.subjects(rdflib.RDF.type, sd.Service))
        assert (service, sd.supportedLanguage, sd.SPARQL11Query) in described
        [dataset] = set(described.objects(service, sd.defaultDataset))
        assert (dataset, rdflib.RDF.type, sd.Dataset) in described
        for graph in described.objects(dataset, sd.namedGraph):
            assert described.value(graph, sd.name) is not None
    PASSED.add(name)


def test_the_description_tells_what_each_graph_holds_and_what_a_query_may_take(server: Server) -> None:
    """Every number is asked for again."""
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    described = rdflib.Graph().parse(data=server.ask("GET", "/sparql").body, format="turtle")
    [dataset] = described.subjects(rdflib.RDF.type, sd.Dataset)
    [default] = described.objects(dataset, sd.defaultGraph)

    def count(pattern: str) -> int:
        return int(server.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").body.split()[1])

    # data1, data2 and data3: one statement each, and the default graph has them all
    assert described.value(default, void.triples) == rdflib.Literal(count("?s ?p ?o")) == rdflib.Literal(3)
    graphs = {described.value(g, sd.name): g for g in described.objects(dataset, sd.namedGraph)}
    assert {str(row) for row in graphs} == {f"http://kasei.us/2009/09/sparql/data/data{n}.rdf" for n in (1, 2, 3)}
    for name, graph in graphs.items():
        [content] = described.objects(graph, sd.graph)
        assert described.value(content, void.triples) == rdflib.Literal(count(f"GRAPH <{name}> {{ ?s ?p ?o }}"))
    # the default graph is no union here: the linksets are left out of it, which its description says
    assert (None, sd.feature, sd.UnionDefaultGraph) not in described
    endpoint = rdflib.URIRef(f"{server.address}sparql")
    texts = described.objects(endpoint, rdflib.DCTERMS.description)
    caps = {str(text.language): str(text) for text in texts if isinstance(text, rdflib.Literal)}
    assert caps.keys() == {"sv", "en"} and all("100000" in text and "20" in text for text in caps.values())


def test_an_unknown_function_is_named_to_programs_and_to_readers(server: Server) -> None:
    query = 'PREFIX bif: <bif:> SELECT ?s { ?s ?p ?o FILTER(bif:contains(?o, "x")) }'
    answer = server.query(query, "application/json")
    assert (answer.status, json.loads(answer.body)["function"]) == (400, "bif:contains")
    for lang in ("sv", "en"):
        headers = {"Accept": "text/html", "Accept-Language": lang, "Content-Type": "application/sparql-query"}
        page = server.ask("POST", "/sparql", headers, query.encode())
        assert page.status == 400 and b"bif:contains</p>" in page.body


def test_the_report_names_each_test_with_its_outcome() -> None:
    outcomes = earl({"query_get", "query_post_form"}, {"query_get"})
    graph = rdflib.Graph().parse(data=outcomes, format="turtle")
    by_key = {}
    for claim in graph.subjects(rdflib.RDF.type, EARL.Assertion):
        [test], [result] = graph.objects(claim, EARL.test), graph.objects(claim, EARL.result)
        [by_key[str(test)]] = graph.objects(result, EARL.outcome)
        for needed in (EARL.assertedBy, EARL.subject):
            [who] = graph.objects(claim, needed)
            assert (who, rdflib.RDF.type, EARL.Software) in graph
    assert len(by_key) == 20 + 3
    assert by_key.pop(f"{W3C}protocol/manifest#query_get") == EARL.passed
    assert by_key.pop(f"{W3C}protocol/manifest#query_post_form") == EARL.failed
    assert by_key[f"{W3C}service-description/manifest#returns-rdf"] == EARL.untested
    assert set(by_key.values()) == {EARL.untested}
