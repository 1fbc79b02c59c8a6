"""The ontology as it is served, read by other people's programs: OWL API (Protégé's), HermiT, Jena, owlready2."""

import re
import shutil
import subprocess
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from conftest import need
from medskick.ontology import PREFIXES, node, term_text
from medskick.web.app import Settings, create_app

ADDRESS = "https://w3id.org/medskick/ontology"
PARTS = Path(owlready2.__file__).parent
JAVA = {"RDF/XML": "application/rdf+xml", "Turtle": "text/turtle"}


@pytest.fixture(scope="module")
def client(store_folder: Path) -> TestClient:
    return TestClient(create_app(Settings(store=store_folder)))


@pytest.fixture(scope="module")
def served(client: TestClient, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The ontology as a client gets it at its address, by media type."""
    folder = tmp_path_factory.mktemp("ontology")
    files = {}
    for ending, media in (("rdf", "application/rdf+xml"), ("ttl", "text/turtle"), ("nt", "application/n-triples")):
        answer = client.get("/ontology", headers={"Accept": media})
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(media)
        files[media] = folder / f"ontology.{ending}"
        files[media].write_bytes(answer.content)
    return files


@pytest.fixture(scope="module")
def statements(served: dict[str, Path]) -> ox.Store:
    store = ox.Store()
    store.load(path=served["text/turtle"])
    return store


def java(*arguments: str, jars: str = "hermit") -> "subprocess.CompletedProcess[str]":
    """Run Java with the programs that owlready2's wheel carries."""
    need(shutil.which("java") is not None, "Java")
    path = ":".join(map(str, sorted((PARTS / jars).glob("*.jar"))))
    return subprocess.run(["java", "-cp", path, *arguments], capture_output=True, text=True, timeout=300, check=False)


def test_it_is_one_ontology_that_imports_nothing(statements: ox.Store) -> None:
    [header] = statements.quads_for_pattern(None, node("rdf:type"), node("owl:Ontology"), None)
    assert term_text(header.subject) == ADDRESS
    assert list(statements.quads_for_pattern(None, node("owl:imports"), None, None)) == []
    # no statement of the file that its source imports is left without its subject
    assert list(statements.quads_for_pattern(ox.NamedNode("https://w3id.org/medskick/external"), None, None)) == []


@pytest.mark.parametrize("address", ["/data/ontology.ttl", "/data/halland.ttl", "/data/id/skane/kick-off.trig"])
def test_turtle_is_written_without_escapes_in_names(client: TestClient, address: str) -> None:
    """``concept:role\\/official`` is Turtle since 2014 only; OWL API 3 and others stop there."""
    text = client.get(address).text
    assert "@prefix msk:" in text
    outside_texts = re.sub(r'"(?:[^"\\]|\\.)*"', "", re.sub(r"<[^>]*>", "", text))
    assert "\\" not in outside_texts


def test_a_constructed_answer_is_written_without_escapes_in_names(client: TestClient) -> None:
    with client:
        query = "CONSTRUCT { ?c a skos:Concept } WHERE { ?c skos:inScheme ?s } LIMIT 5"
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/turtle"})
    assert "skos:Concept" in answer.text and "\\" not in answer.text


def test_no_name_has_two_kinds(statements: ox.Store) -> None:
    """OWL 2 DL: a property is an object, a datatype or an annotation property, never two; a class no datatype."""
    kinds: dict[str, list[str]] = {}
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"):
        for quad in statements.quads_for_pattern(None, node("rdf:type"), node(f"owl:{kind}"), None):
            kinds.setdefault(term_text(quad.subject), []).append(kind)
    assert len(kinds) > 200
    assert {name: both for name, both in kinds.items() if len(both) > 1} == {}


def test_every_range_is_a_class_or_in_the_datatype_map(statements: ox.Store) -> None:
    """OWL 2, section 4, as far as it is used here; EDTF dates and days are outside it."""
    known = {PREFIXES["rdfs"] + "Literal", *(PREFIXES["xsd"] + name for name in ("string", "integer", "boolean"))}
    classes = {term_text(q.subject) for q in statements.quads_for_pattern(None, node("rdf:type"), node("owl:Class"))}
    ranges = {term_text(q.object) for q in statements.quads_for_pattern(None, node("rdfs:range"), None)}
    assert ranges - classes <= known


def test_owlready2_reads_it(served: dict[str, Path]) -> None:
    world = owlready2.World()
    ontology = world.get_ontology(served["application/rdf+xml"].as_uri()).load()
    assert ontology.base_iri == f"{ADDRESS}#" and ontology.imported_ontologies == []
    assert [*world[f"{PREFIXES['msk']}PlanningProcess"].is_a] == [world[f"{PREFIXES['msk']}Process"]]


def test_who_says_nothing_of_forms_gets_what_ontology_programs_read(client: TestClient) -> None:
    """owlready2 fetches an address with Python's urllib, which sends no ``Accept``, and reads RDF/XML."""
    request = client.build_request("GET", "/ontology")
    del request.headers["accept"]
    answer = client.send(request, follow_redirects=True)
    assert answer.headers["content-type"].startswith("application/rdf+xml") and b"<rdf:RDF" in answer.content
    assert client.get("/ontology").headers["content-type"].startswith("text/html")


@pytest.mark.browser_all
def test_hermit_reads_it_and_takes_every_datatype(served: dict[str, Path]) -> None:
    for media in JAVA.values():
        done = java("org.semanticweb.HermiT.cli.CommandLine", "-U", served[media].as_uri())
        # no class is without possible members; nothing was left out as unsupported
        assert done.stdout.split() == ["Classes", "equivalent", "to", "'owl:Nothing':", "owl:Nothing"], done.stderr


@pytest.mark.browser_all
def test_owl_api_reads_it_as_owl_2_dl(served: dict[str, Path]) -> None:
    need(shutil.which("javac") is not None, "a Java compiler")
    checker = Path(__file__).with_name("OwlProfile.java")
    for media in JAVA.values():
        done = java(str(checker), str(served[media]))
        assert [line.strip("<>") for line in done.stdout.splitlines()] == [ADDRESS], done.stderr


@pytest.mark.browser_all
def test_jena_reads_every_statement(served: dict[str, Path]) -> None:
    """RDF/XML by Jena's own parser: the reader that the wheel puts over it is made for a Java newer than the rest."""
    commands = {
        "text/turtle": ("jena.rdfcat", "-out", "N-TRIPLE", "-n"),
        "application/rdf+xml": ("jena.rdfparse",),
    }
    lines = served["application/n-triples"].read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    for media, command in commands.items():
        done = java(*command, str(served[media]), jars="pellet")
        assert len(done.stdout.splitlines()) == len(wanted) > 10_000, (media, done.stderr)
        assert "rror" not in done.stderr, (media, done.stderr)


def test_every_term_has_its_place_on_the_page(client: TestClient, statements: ox.Store) -> None:
    own = {term_text(q.subject) for q in statements if term_text(q.subject).startswith(PREFIXES["msk"])}
    anchors = set(re.findall(r' id="([^"]+)"', client.get("/en/ontology").text))
    assert {term.removeprefix(PREFIXES["msk"]) for term in own} - anchors == set()
    assert {"column", "inverseLabel", "takesPart"} <= anchors
