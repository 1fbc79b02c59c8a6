"""One graph, one truth: the endpoint, Python and the export count alike, and what is told of them is counted again."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from starlette.testclient import TestClient

import own_dataset as own
from conftest import FIRST
from medskick.graph.assemble import assemble
from medskick.graph.lookups import named_quads
from medskick.graph.statements import nquads
from medskick.graph.store import open_store, save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import DATASETS, GRAPHS, node, term_text
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import datasets_in, linksets_in
from medskick.queries.query_text import names_graphs
from medskick.rdf_forms import BY_ENDING
from medskick.web.app import Settings, create_app
from test_links import LINKSETS

HOME = "https://w3id.org/medskick/"
COUNTED = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s a msk:Relation }",
    "SELECT (COUNT(*) AS ?n) { <https://creativecommons.org/licenses/by/4.0/> a ?type }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a msk:Relation } }",
)


@pytest.fixture(scope="module")
def client(store_folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=store_folder))) as started:
        yield started


@pytest.fixture(scope="module")
def elsewhere(kg: KnowledgeGraph) -> rdflib.Dataset:
    """The export in rdflib's own store, its default graph filled as README says."""
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    [recipe] = re.findall(r"^```sparql\n(INSERT.*?)^```", text, re.M | re.S)
    dataset = rdflib.Dataset().parse(data=nquads(named_quads(kg.store)).decode(), format="nquads")
    dataset.update(recipe)
    return dataset


@pytest.mark.browser_all
@pytest.mark.parametrize("query", COUNTED)
def test_everybody_counts_alike(client: TestClient, kg: KnowledgeGraph, elsewhere: rdflib.Dataset, query: str) -> None:
    whole = f"PREFIX msk: <{HOME}ontology#> {query}"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    for dataset in (kg.graph, elsewhere):
        assert [str(row[0]) for row in dataset.query(whole)] == answer.text.split()[1:]  # type: ignore[index]


def test_no_question_names_graphs() -> None:
    """``GRAPH`` sees linksets here and not there, and its cost is rows times datasets."""
    assert [query.slug for query in Catalogue().questions() if names_graphs(query.text)] == []


def distribution(client: TestClient, name: str, ending: str) -> set[ox.Triple]:
    answer = client.get(f"/data/{name}.{ending}")
    assert answer.status_code == 200
    return {quad.triple for quad in ox.parse(io.BytesIO(answer.content), format=BY_ENDING[ending].format)}


@pytest.mark.browser_all
@pytest.mark.parametrize(
    ("name", "ending"), [*(("halland", ending) for ending in BY_ENDING), *((n, "nt") for n in (*FIRST, *LINKSETS))]
)
def test_every_count_of_a_dataset_is_that_of_its_files(
    client: TestClient, kg: KnowledgeGraph, name: str, ending: str
) -> None:
    given = distribution(client, name, ending)
    dataset = ox.NamedNode(DATASETS + name)

    def values(subject: object, prop: str) -> list[str]:
        return [term_text(t.object) for t in given if t.subject == subject and t.predicate == node(prop)]

    [base] = values(dataset, "void:uriSpace")
    assert values(dataset, "void:triples") == [str(len(given))]
    things = {t.subject for t in given if term_text(t.subject).startswith(base)}
    assert values(dataset, "void:entities") == [str(len(things))]
    classes = Counter(term_text(t.object) for t in given if t.predicate == node("rdf:type"))
    parts = [ox.NamedNode(part) for part in values(dataset, "void:classPartition")]
    # one class each, and each class once
    assert {
        cls: int(n) for part in parts for cls in values(part, "void:class") for n in values(part, "void:entities")
    } == classes
    assert len(parts) == len(classes)
    uses = Counter(term_text(t.predicate) for t in given)
    parts = [ox.NamedNode(part) for part in values(dataset, "void:propertyPartition")]
    assert {
        prop: int(n) for part in parts for prop in values(part, "void:property") for n in values(part, "void:triples")
    } == uses
    assert len(parts) == len(uses)
    for linkset in {t.subject for t in given if t.predicate == node("void:subjectsTarget")}:
        [target] = values(linkset, "void:objectsTarget")
        space = next(q.object for q in named_quads(kg.store, ox.NamedNode(target), node("void:uriSpace")))
        links = [
            t for t in given if t.subject in things and isinstance(t.object, ox.NamedNode)
            and t.object.value.startswith(term_text(space))
        ]  # fmt: skip
        assert values(linkset, "void:triples") == [str(len(links))]


def test_the_catalogue_says_where_each_dataset_is_fetched_and_asked(client: TestClient, kg: KnowledgeGraph) -> None:
    given = distribution(client, "catalogue", "nt")

    def values(name: str, prop: str) -> set[str]:
        return {
            term_text(t.object)
            for t in given
            if t.subject == ox.NamedNode(DATASETS + name) and t.predicate == node(prop)
        }

    for name in (*FIRST, *LINKSETS):
        assert values(name, "void:dataDump") == {f"{HOME}data/{name}.{ending}" for ending in BY_ENDING}
        [endpoint] = values(name, "void:sparqlEndpoint")
        assert client.get(endpoint, params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"]
    # where a server stands is known to it alone: no store holds it, and the copy for another host another address
    assert not list(named_quads(kg.store, None, node("void:sparqlEndpoint")))
    elsewhere = client.get("/data/catalogue.nt", headers={"Host": "localhost:8711"}).text
    assert "<http://localhost:8711/sparql>" in elsewhere and "<http://testserver/sparql>" not in elsewhere


@pytest.mark.browser_all
def test_every_name_that_is_given_leads_somewhere(client: TestClient, kg: KnowledgeGraph) -> None:
    """Things and terms have pages (test_web); here is all else that the graph names under its own address."""
    names = {term_text(g) for g in kg.store.named_graphs()}
    for quad in named_quads(kg.store):
        names |= {t.value for t in (quad.subject, quad.predicate, quad.object) if isinstance(t, ox.NamedNode)}
    skipped = ("id/", "concept/", "ontology#", "data/")
    own = sorted(name for name in names if name.startswith(HOME) and not name.removeprefix(HOME).startswith(skipped))
    kinds = Counter(name.removeprefix(HOME).partition("/")[0] for name in own)
    assert kinds.keys() == {"catalogue", "dataset", "graph", "ontology", "shape"} and kinds["shape"] > 250
    led_to = set()
    for name in [*own, f"{HOME}external"]:
        for accept in ("text/html", "application/n-triples"):
            answer = client.get(name.removeprefix(HOME.rstrip("/")), headers={"Accept": accept}, follow_redirects=False)
            assert answer.status_code == 303, (name, accept, answer.status_code)
            led_to.add(answer.headers["location"].partition("#")[0])
    assert {f"/data/{n}.nt" for n in (*FIRST, *LINKSETS, "catalogue", "ontology")} <= led_to
    # one of each kind is opened
    opened = {address.rsplit("/", 1)[0]: address for address in sorted(led_to)}
    for address in opened.values():
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "path", ["/graph/nowhere", "/graph/skane/nowhere", "/shape/nowhere", "/catalogue/agent/nobody", "/graph/ties/x"]
)
def test_a_name_that_was_never_given_leads_nowhere(client: TestClient, path: str) -> None:
    assert client.get(path, follow_redirects=False).status_code == 404


@pytest.mark.parametrize("media", ["application/n-quads", "application/trig"])
def test_a_things_address_gives_its_statements_in_the_default_graph(client: TestClient, media: str) -> None:
    """A client that follows links looks there: Comunica takes N-Quads before all else."""
    address = "/id/skane/region-skane"
    store = ox.Store()
    store.load(client.get(address, headers={"Accept": media}).content, format=ox.RdfFormat.from_media_type(media))
    default = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    plain = client.get(address, headers={"Accept": "application/n-triples"}).content
    assert default == {q.triple for q in ox.parse(plain, format=ox.RdfFormat.N_TRIPLES)} != set()
    # who says it is not lost
    assert {q.triple for q in store if q.graph_name != ox.DefaultGraph()} == default
    assert ox.NamedNode(f"{GRAPHS}skane") in set(store.named_graphs())


ODD = ("all", "con", "data", "derived", "external", "graph", "id", "index", "last-good", "merged", "phase", "sv")


@pytest.mark.browser_all
def test_a_dataset_of_any_other_name_is_whole_and_found(tmp_path: Path) -> None:
    """Names that addresses, graphs and files of ours have too: what is not refused (test_own_dataset) does no harm."""
    for name in ODD:
        own.write(tmp_path / "data", name=name, description={"base": f"https://data.{name}.example/id/"})
    assembled = assemble([tmp_path / "data"], alone=True)
    assert assembled.errors == []
    save(assembled.store, tmp_path / "store", inputs="odd")
    store, _ = open_store(tmp_path / "store")
    default = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert default == {q.triple for q in named_quads(store)}
    assert [*datasets_in(store)] == [*ODD] and not linksets_in(store)
    with TestClient(create_app(Settings(store=tmp_path / "store"))) as client:
        for name in ODD:
            for graph in (name, f"{name}/derived"):
                answer = client.get(f"/graph/{graph}", headers={"Accept": "text/html"}, follow_redirects=False)
                assert answer.headers["location"].endswith(f"/dataset/{name}")
            assert own.DESCRIPTION["title_sv"] in client.get(f"/sv/dataset/{name}").text
            things = {f"<https://data.{name}.example/id/{row['id']}>" for rows in own.rows().values() for row in rows}
            subjects = {line.partition(" ")[0] for line in client.get(f"/data/{name}.nt").text.splitlines()}
            assert things <= subjects
