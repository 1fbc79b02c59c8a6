"""Other endpoints: called by name alone, for a limited time, and what one that fails would have told is said."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import own_dataset as own
from conftest import need
from medskick import cli
from medskick.graph.assemble import assemble
from medskick.graph.statements import default_quads
from medskick.graph.store import save
from medskick.graph.tables import read_dataset
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import term_text, vocabulary
from medskick.queries.remote import EndpointError, Patience, ask_endpoint
from medskick.web.app import Settings, create_app
from medskick.web.sparql.guard import led, refusal
from medskick.web.sparql.limits import Limits
from remote_server import HABITS, bad_server, oxigraph

ELSEWHERE = "https://elsewhere.example/id/"
HERE = "https://data.exempel.example/id/"
REASONS = {
    "html": "form", "cut": "down", "deep": "broken", "deep-xml": "broken",
    "lies": "broken", "status": "refused", "redirect": "refused", "packed": "form", "hangs": "late",
    "drips": "late", "never-ends": "large",
}  # fmt: skip
SEEN_BELOW = [habit for habit in REASONS if habit != "html"]
REFERS = f'[refers]\nelsewhere = {{ base = "{ELSEWHERE}", endpoint = "%s" }}\n'


@pytest.fixture(scope="module")
def bad() -> Iterator[str]:
    with bad_server() as address:
        yield address


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset that refers to one that is not loaded, with its endpoint."""
    folder = tmp_path_factory.mktemp("own")
    own.write(folder / "data", {("events", "participants"): "elsewhere:stad"}, more=REFERS % "https://e.example/")
    assembled = assemble([folder / "data"], alone=True)
    assert assembled.faults == []
    save(assembled.store, folder / "store", inputs="test")
    return folder / "store"


@pytest.fixture(scope="module")
def client(bad: str, own_store: Path) -> Iterator[TestClient]:
    """A server that may call the endpoints of the bad server, and another one where nobody is."""
    services = (*(bad + habit for habit in HABITS), "http://127.0.0.1:9/sparql")
    limits = Limits(workers=1, service=10)
    with TestClient(create_app(Settings(store=own_store, services=services, limits=limits))) as started:
        yield started


def service(address: str, silent: str = "") -> str:
    return f"SELECT ?thing {{ SERVICE {silent} <{address}> {{ ?thing ?p ?o }} }}"


# References to what is not loaded


def test_a_dataset_that_is_named_and_not_loaded_is_external_and_no_fault(own_store: Path) -> None:
    assert f"{ELSEWHERE}stad" in {term_text(quad.object) for quad in KnowledgeGraph(own_store).store}


@pytest.mark.parametrize("reference", ["annat:stad", "elsewhere:Stad Ett"])
def test_a_name_that_is_not_told_or_no_id_is_a_fault_still(tmp_path: Path, reference: str) -> None:
    own.write(tmp_path, {("events", "organiser"): reference}, more=REFERS % "https://e.example/")
    [fault] = assemble([tmp_path], alone=True).errors
    assert (fault.file, fault.row, fault.column, fault.found) == ("exempel/events.csv", 2, "organiser", reference)
    assert fault.fix == ("elsewhere:stad-ett" if reference.startswith("elsewhere") else None)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('elsewhere = "hej"', "refers-base"),
        ('elsewhere = { base = "https://e.example/id" }', "refers-base"),
        ('elsewhere = { base = "https://e.example/id/", endpoint = "e.example/sparql" }', "refers-endpoint"),
        ('elsewhere = { endpoint = "https://e.example/sparql" }', "description-refers"),
        ("elsewhere = 3", "description-refers"),
    ],
)
def test_what_is_wrong_with_a_reference_is_told(tmp_path: Path, line: str, code: str) -> None:
    folder = own.write(tmp_path, more=f"[refers]\n{line}\n")
    [fault] = read_dataset(folder, vocabulary())[1]
    assert fault.code == code and fault.file == "exempel/dataset.toml"


def test_a_page_shows_what_is_elsewhere_by_its_address(client: TestClient) -> None:
    page = client.get("/sv/id/exempel/samradsmote")
    assert page.status_code == 200 and f"{ELSEWHERE}stad" in page.text


def test_the_endpoint_that_a_dataset_names_may_be_called(client: TestClient) -> None:
    refused = client.get("/sparql", params={"query": service("https://other.example/")})
    assert refused.status_code == 403 and "https://e.example/" in refused.text


# Calls


def test_an_endpoint_that_answers_is_called(client: TestClient, bad: str) -> None:
    answer = client.get("/sparql", params={"query": service(bad + "good")}, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.text) == (200, f"thing\r\n{ELSEWHERE}plan\r\n")
    assert "medskick-missing" not in answer.headers


@pytest.mark.parametrize(
    "habit", ["html", "nobody", *(pytest.param(habit, marks=pytest.mark.attack) for habit in SEEN_BELOW)]
)
def test_one_that_gives_no_answer_is_named(client: TestClient, bad: str, habit: str) -> None:
    address = bad + habit if habit in REASONS else "http://127.0.0.1:9/sparql"
    answer = client.get("/sparql", params={"query": service(address)})
    assert answer.status_code == 502
    # ten megabytes may come too late before they are too many
    reason = "late" if "late" in answer.text and habit == "never-ends" else REASONS.get(habit, "down")
    assert answer.json()["missing"] == {address: reason}
    assert address in answer.json()["detail"] and "SERVICE SILENT" in answer.json()["detail"]


def test_silently_the_rest_is_answered_and_what_is_missing_is_in_a_header(client: TestClient, bad: str) -> None:
    query = (
        f"SELECT ?thing {{ {{ SERVICE <{bad}good> {{ ?thing ?p ?o }} }} UNION {service(bad + 'html', 'SILENT')[14:]} }}"
    )
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200 and f"{ELSEWHERE}plan" in answer.text
    assert answer.headers["medskick-missing"] == f'<{bad}html>; reason="gave no SPARQL results"'
    # what failed one query fails no other
    again = client.get("/sparql", params={"query": "ASK {}"})
    assert again.status_code == 200 and "medskick-missing" not in again.headers


def test_no_other_endpoint_is_called(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": service("http://127.0.0.1:9/other")})
    assert answer.status_code == 403


def test_only_a_call_is_led_another_way() -> None:
    way, named = "http://127.0.0.1:1/x/0", "https://e.example/sparql"
    hidden = f'# service <{named}> {{\n ?s ?p "service <{named}> {{"'
    text = f"SELECT * {{ {hidden} SERVICE silent <{named}> {{ ?s ?p <{named}> }} }}"
    assert refusal(text, {named}) is None
    assert led(text, {named: way}) == text.replace(f"silent <{named}>", f"silent <{way}>")


@pytest.mark.parametrize("address", ["ftp://e.example/", "e.example/sparql", "http://", "https://e.example/ sparql"])
def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["explore", "--no-open", "--service", address, "--store", str(tmp_path)])
    assert result.exit_code == 2 and address in result.output and not list(tmp_path.iterdir())


@pytest.mark.parametrize("habit", HABITS)
def test_bounded_whatever_an_endpoint_does(bad: str, habit: str) -> None:
    # those that are late are so after any time; the others are to have enough
    patience = Patience(seconds=1 if REASONS.get(habit) == "late" else 30, size=3_000_000)
    if habit == "good":
        variables, rows = ask_endpoint(bad + habit, "ASK {}", patience)
        assert variables == ["thing"] and [term_text(row["thing"]) for row in rows] == [f"{ELSEWHERE}plan"]
        return
    with pytest.raises(EndpointError) as refused:
        ask_endpoint(bad + habit, "ASK {}", patience)
    assert refused.value.reason == REASONS[habit]


# Two real servers


@pytest.mark.attack
def test_two_endpoints_are_joined_and_one_that_dies_is_told(kg: KnowledgeGraph, tmp_path: Path) -> None:
    need(shutil.which("oxigraph") is not None, "Oxigraph's server")
    own.write(tmp_path / "data")
    save(assemble([tmp_path / "data"], alone=True).store, tmp_path / "store", inputs="test")
    everything = list(default_quads(kg.store))
    with oxigraph(everything) as (first, _), oxigraph(everything) as (second, process):
        app = create_app(Settings(store=tmp_path / "store", services=(first, second)))
        with TestClient(app) as started:
            # phases of consultation here and there; and what the second knows of those of the first
            query = f"""SELECT DISTINCT ?here ?there ?name {{
              ?here msk:phaseType ?type .
              SERVICE SILENT <{first}> {{ ?there msk:phaseType ?type }}
              OPTIONAL {{ SERVICE SILENT <{second}> {{ ?there skos:prefLabel|rdfs:label ?name }} }}
            }}"""
            whole = started.get("/sparql", params={"query": query})
            assert "medskick-missing" not in whole.headers
            rows = whole.json()["results"]["bindings"]
            assert {row["there"]["value"].rpartition("/")[2] for row in rows} >= {
                "regionplan-skane-samrad", "rufs-2050-samrad"
            }  # fmt: skip
            assert all(row["here"]["value"] == f"{HERE}regionplan-samrad" and "name" in row for row in rows)
            process.kill()
            process.wait()
            part = started.get("/sparql", params={"query": query})
            assert part.headers["medskick-missing"] == f'<{second}>; reason="cannot be reached"'
            rows = part.json()["results"]["bindings"]
            assert rows and not any("name" in row for row in rows)
