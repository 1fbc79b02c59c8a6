"""The catalogue as data: what others' clients find by the queries of the SIB, and portals by DCAT-AP."""

import pyoxigraph as ox
import pytest
import rdflib
from starlette.testclient import TestClient

from conftest import rows_of
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import CATALOGUE, PREFIXES
from medskick.queries.catalogue import Catalogue
from medskick.web.app import Settings, create_app

# the queries of the guidelines for metadata of endpoints (github.com/sib-swiss/sparql-guidelines)
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query
WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|spex:describe ?query }
ORDER BY ?sq"""
DECLARED = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""
SCHEMA = """PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectsCount ?subjectClass ?prop ?objectClass ?objectsCount ?objectDatatype
WHERE {
  ?cp void:class ?subjectClass ; void:entities ?subjectsCount ; void:propertyPartition ?pp .
  ?pp void:property ?prop .
  OPTIONAL {
    { ?pp void:classPartition [ void:class ?objectClass ; void:triples ?objectsCount ] }
    UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
  }
}"""
MSK = PREFIXES["msk"]


@pytest.fixture(scope="module")
def client(store_folder: object) -> object:
    with TestClient(create_app(Settings(store=store_folder))) as made:  # type: ignore[arg-type]
        yield made


def asked(client: TestClient, query: str) -> list[dict[str, str]]:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert answer.status_code == 200, answer.text
    return [{name: part["value"] for name, part in row.items()} for row in answer.json()["results"]["bindings"]]


def test_the_questions_are_found_by_the_query_for_examples(client: TestClient) -> None:
    rows = asked(client, EXAMPLES)
    catalogue = Catalogue()
    slugs = {query.slug for query in (*catalogue.questions(), *catalogue.views())}
    assert {row["sq"].rpartition("/")[2] for row in rows} == slugs
    # in both languages
    assert len(rows) == 2 * len(slugs)
    summaries = {(row["sq"].rpartition("/")[2], row["comment"]) for row in rows}
    for query in catalogue.questions():
        assert {(query.slug, query.summary["sv"]), (query.slug, query.summary["en"])} <= summaries


def test_each_example_can_be_asked_as_it_stands(kg: KnowledgeGraph, client: TestClient) -> None:
    for row in {row["sq"]: row for row in asked(client, EXAMPLES)}.values():
        assert not row["query"].startswith("#+")
        kg.store.query(f"{row['query']} LIMIT 1" if "LIMIT" not in row["query"] else row["query"])


@pytest.mark.parametrize(("slug", "page"), [("phase-durations", "questions"), ("decision-chain", "views")])
def test_its_address_leads_to_its_page(client: TestClient, slug: str, page: str) -> None:
    answer = client.get(f"/catalogue/question/{slug}", headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.headers["location"] == f"/sv/{page}/{slug}"
    assert client.get(answer.headers["location"]).status_code == 200


def test_the_prefixes_are_found(client: TestClient) -> None:
    assert {row["prefix"]: row["namespace"] for row in asked(client, DECLARED)} == PREFIXES


def test_the_properties_of_each_class_are_found(client: TestClient) -> None:
    rows = asked(client, SCHEMA)
    lessons = [row for row in rows if row["subjectClass"] == f"{MSK}Lesson"]
    assert {row["subjectsCount"] for row in lessons} == {str(len(rows_of("lessons")))}
    ties = sum(len([x for x in row["answers"].split(";") if x]) for row in rows_of("lessons"))
    [answers] = [row for row in lessons if row["prop"] == f"{MSK}answers"]
    assert answers["objectClass"] == f"{MSK}Challenge" and answers["objectsCount"] == str(ties)
    datatypes = {row.get("objectDatatype", "") for row in rows if row["prop"] == f"{MSK}start"}
    assert datatypes == {"http://id.loc.gov/datatypes/edtf/EDTF"}


def test_what_is_served_keeps_to_dcat_ap(client: TestClient, shared: object) -> None:
    import pyshacl

    served = client.get("/data/catalogue.ttl")
    data = rdflib.Graph().parse(data=served.text, format="turtle")
    for term in [o for o in data.objects() if "/authority/" in str(o)]:
        # what the authority table of the Publications Office says of itself
        data.add((term, rdflib.RDF.type, rdflib.SKOS.Concept))
        data.add((term, rdflib.SKOS.prefLabel, rdflib.Literal(str(term), lang="en")))
    dcat, dcterms = rdflib.DCAT, rdflib.DCTERMS
    [service] = data.objects(rdflib.URIRef(CATALOGUE), dcat.service)
    assert (service, rdflib.RDF.type, dcat.DataService) in data
    [endpoint] = data.objects(service, dcat.endpointURL)
    assert client.get(str(endpoint), params={"query": "ASK {}"}).json()["boolean"] is True
    # what Sweden's example of a description with the recommended fields has, of each dataset
    wanted = (
        dcterms.title, dcterms.description, dcterms.publisher, dcat.distribution, dcat.keyword, dcat.theme,
        dcterms.issued, dcat.contactPoint, dcterms.accessRights, dcterms.spatial, dcterms.temporal,
    )  # fmt: skip
    skane = rdflib.URIRef("https://w3id.org/medskick/dataset/skane")
    assert [prop for prop in wanted if not list(data.objects(skane, prop))] == []
    files = set(data.objects(skane, dcat.distribution))
    for prop in (
        dcterms.format,
        dcat.accessURL,
        dcat.downloadURL,
        rdflib.URIRef("http://data.europa.eu/r5r/availability"),
    ):
        assert all(list(data.objects(file, prop)) for file in files), prop
    shapes = rdflib.Graph().parse(f"{shared}/suites/shapes/dcat-ap-3.0.1-shapes.ttl")
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert conforms, report


def test_a_period_and_a_place_are_those_of_the_data(kg: KnowledgeGraph) -> None:
    # SKA-F1: regional planning by law from 1 January 2019; earlier processes are in the dataset, too
    quads = {q.predicate.value: q.object for q in kg.store.quads_for_pattern(
        ox.NamedNode(f"{CATALOGUE}/period/skane"), None, None, None)}  # fmt: skip
    assert str(getattr(quads[f"{PREFIXES['dcat']}startDate"], "value", "")) < "2019-01-02"
    place = ox.NamedNode(f"{CATALOGUE}/place/skane-county")
    exact = {q.object for q in kg.store.quads_for_pattern(place, ox.NamedNode(f"{PREFIXES['skos']}exactMatch"), None)}
    assert exact == {ox.NamedNode("https://w3id.org/medskick/concept/territory/skane-county")}
