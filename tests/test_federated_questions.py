"""A question asked here and elsewhere: whose each row is, what is missing and why, and nothing taken on trust."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from conftest import need
from medskick import cli
from medskick.graph.lookups import Store
from medskick.graph.statements import default_quads
from medskick.knowledge_graph import KnowledgeGraph
from medskick.links.things import things_at, things_of
from medskick.ontology import EDTF, GRAPHS, THINGS
from medskick.queries.answer import as_json, lacking
from medskick.queries.federated import (
    ANSWERED_BY,
    Endpoints,
    UnknownEndpointError,
    chosen_endpoints,
    endpoints_named,
)
from medskick.queries.kept import CopyError, all_kept, keep, kept
from medskick.queries.remote import EndpointError, Patience, Rows
from medskick.queries.run import Answer, ask
from medskick.reports.answer_document import document_of
from medskick.reports.document import Table, plain
from medskick.reports.graph_reader import GraphReader
from medskick.reports.render import as_text
from medskick.web import elsewhere
from medskick.web.app import Settings, create_app
from remote_server import oxigraph

THERE = "data.elsewhere.example"
ADDRESS = f"https://{THERE}/sparql"
QUESTION = "phase-durations"
XSD = "http://www.w3.org/2001/XMLSchema#"
Call = Callable[[str, str, Patience], tuple[list[str], Rows]]


def served(store: Store) -> Call:
    """An endpoint that answers from a store."""

    def call(_endpoint: str, query: str, _patience: Patience) -> tuple[list[str], Rows]:
        solutions = store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [v.value for v in solutions.variables]
        return names, [{n: row[n] for n in names if isinstance(row[n], ox.NamedNode | ox.Literal)} for row in solutions]

    return call


def lying(store: Store, **cells: ox.NamedNode | ox.Literal) -> Call:
    """An endpoint whose every row has some cells of its own making, and whose every thing is called the same."""
    honest = served(store)

    def call(endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        names, rows = honest(endpoint, query, patience)
        if "?thing ?name" in query:
            return names, [{**row, "name": ox.Literal("\x1b[31mSegrare\u202e", language="sv")} for row in rows]
        return names, [{**row, **cells} if "phase" in row else row for row in rows]

    return call


def asked(kg: KnowledgeGraph, call: Call, lang: str = "sv", datasets: Iterable[str] = ("skane",)) -> Answer:
    """The question over Skåne here, and elsewhere."""
    question = kg.catalogue.question(QUESTION)
    return ask(kg.store, question, {}, lang, [*datasets], endpoints=Endpoints({THERE: ADDRESS}, call))


def by_phase(answer: Answer) -> dict[str, str]:
    return {row["phase"].value.removeprefix(THINGS): row[ANSWERED_BY].value for row in answer.rows}


@pytest.fixture(scope="module")
def both(kg: KnowledgeGraph) -> Answer:
    return asked(kg, served(kg.store))


def test_each_row_tells_whose_it_is(both: Answer) -> None:
    whose = by_phase(both)
    assert whose["halland/regionplan-halland-hemstallan"] == THERE
    assert whose["skane/regionplan-skane-samrad"] == f"här, {THERE}"
    assert both.variables[:2] == ("process", ANSWERED_BY) and both.missing == {}
    # in the order of names, wherever they come from
    processes = list(dict.fromkeys(both.labels[row["process"].value].text for row in both.rows))
    assert processes[:2] == ["Regionplan för Halland", "Regionplan för Skåne"]


def test_what_is_known_here_is_no_source_of_what_others_say(kg: KnowledgeGraph, both: Answer) -> None:
    document = document_of(GraphReader(kg.store, "sv"), both)
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    cited = {plain(row[0]): any(span.cites for cell in row for span in cell) for row in table.rows}
    assert cited["Regionplan för Skåne"] and not cited["Regionplan för Halland"]
    assert table.columns[1] == "svar från"
    assert any("från andra ställen" in plain(block.line) for block in document.blocks if hasattr(block, "line"))


@pytest.mark.parametrize(
    ("reason", "words"),
    [("down", "går inte att nå"), ("late", "svarade inte i tid"), ("form", "svarade med något annat")],
)
def test_one_that_gives_nothing_is_told_before_what_others_give(kg: KnowledgeGraph, reason: str, words: str) -> None:
    def call(endpoint: str, _query: str, _patience: Patience) -> tuple[list[str], Rows]:
        raise EndpointError(endpoint, reason)

    answer = asked(kg, call)
    assert set(by_phase(answer).values()) == {"här"}
    assert json.loads(as_json(answer))["missing"] == {THERE: reason}
    assert f"Svaret är ofullständigt: {THERE} {words}" in plain(document_of(GraphReader(kg.store, "sv"), answer).lead)


def test_an_answer_to_another_question_is_none(kg: KnowledgeGraph) -> None:
    other: tuple[list[str], Rows] = (["thing"], [{"thing": ox.Literal("x")}])
    assert asked(kg, lambda *_: other).missing == {THERE: "broken"}


def test_more_rows_than_any_answer_has_are_too_many(kg: KnowledgeGraph) -> None:
    names, _ = served(kg.store)(ADDRESS, kg.catalogue.question(QUESTION).text, Patience())
    many: tuple[list[str], Rows] = (names, [{"phase": ox.Literal(str(n))} for n in range(5001)])
    assert asked(kg, lambda *_: many).missing == {THERE: "large"}


def test_one_endpoint_has_no_more_time_for_several_calls_than_for_one(kg: KnowledgeGraph) -> None:
    left: list[float] = []
    honest = served(kg.store)

    def call(endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        left.append(patience.seconds)
        return honest(endpoint, query, patience)

    asked(kg, call)
    assert len(left) > 1 and left == sorted(left, reverse=True) and left[0] <= 5


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (ox.Literal("många", datatype=ox.NamedNode(f"{XSD}integer")), "många"),
        (ox.Literal("9" * 5000, datatype=ox.NamedNode(f"{XSD}integer")), "9" * 5000),
        (ox.Literal("många", datatype=ox.NamedNode("https://elsewhere.example/#integer")), "många"),
        (ox.Literal("i fjol", datatype=ox.NamedNode(EDTF)), "i fjol"),
        (ox.Literal("2021-09-23", datatype=ox.NamedNode(EDTF)), "23 september 2021"),
        (ox.Literal("\x1b[2Jbort\x00\u202e"), "[2Jbort"),
        (ox.Literal("a" * 9000), "a" * 5000 + "…"),
        (ox.NamedNode("javascript:alert(1)"), "javascript:alert(1)"),
        (ox.NamedNode("file:///etc/passwd"), "file:///etc/passwd"),
    ],
)
def test_what_is_none_of_its_kind_is_a_text(kg: KnowledgeGraph, cell: ox.NamedNode | ox.Literal, shown: str) -> None:
    answer = asked(kg, lying(kg.store, leastDays=cell))
    document = document_of(GraphReader(kg.store, "sv"), answer)
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    [cells] = {row[table.columns.index("minst dagar")] for row in table.rows if plain(row[1]) == THERE}
    assert plain(cells) == shown and not any(span.thing for span in cells)
    as_json(answer)


def test_what_a_thing_is_called_here_is_what_it_is_called(kg: KnowledgeGraph) -> None:
    known = {f"{THINGS}skane/regionplan-skane"}
    reader = GraphReader(kg.store, "sv")
    answer = asked(kg, lying(kg.store, process=ox.NamedNode("https://elsewhere.example/id/plan")))
    text = as_text(document_of(reader, answer))
    # what is here too has its own name, and what is not has the one that it is given, without its controls
    assert {answer.labels[thing].text for thing in known} == {"Regionplan för Skåne"}
    assert "\x1b" not in text and "\u202e" not in text
    assert reader.name("https://elsewhere.example/id/plan").text == "plan"


def test_no_other_endpoint_is_ever_asked(kg: KnowledgeGraph) -> None:
    known = endpoints_named(kg.store, [ADDRESS, "https://two.example/a", "https://two.example/b"])
    assert known == {
        THERE: ADDRESS, "https://two.example/a": "https://two.example/a", "https://two.example/b": "https://two.example/b",
    }  # fmt: skip
    chosen = chosen_endpoints(known, [THERE, ADDRESS])
    assert chosen is not None and chosen.addresses == {THERE: ADDRESS}
    assert chosen_endpoints(known, []) is None
    with pytest.raises(UnknownEndpointError):
        chosen_endpoints(known, ["http://127.0.0.1:9/"])


def test_the_command_refuses_what_is_no_endpoint(store_folder: Path) -> None:
    refused = CliRunner().invoke(cli.app, ["ask", QUESTION, "--service", "uusimaa", "--store", str(store_folder)])
    assert refused.exit_code == 2 and "uusimaa" in refused.output


# Copies


class Flaky:
    """An endpoint that answers from a store until it is down."""

    def __init__(self, store: Store) -> None:
        self.call, self.down = served(store), False

    def __call__(self, endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        if self.down:
            raise EndpointError(endpoint, "down")
        return self.call(endpoint, query, patience)


@pytest.fixture(scope="module")
def halland(kg: KnowledgeGraph) -> ox.Store:
    """What Halland's own endpoint would hold."""
    store = ox.Store()
    graphs = [ox.NamedNode(f"{GRAPHS}halland{end}") for end in ("", "/derived")]
    quads = [quad for graph in graphs for quad in kg.store.quads_for_pattern(None, None, None, graph)]
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    return store


def test_a_copy_answers_with_its_day_for_an_endpoint_that_does_not(
    kg: KnowledgeGraph, halland: ox.Store, tmp_path: Path
) -> None:
    endpoint = Flaky(halland)
    copy = keep(tmp_path, ADDRESS, "2026-11-28", endpoint)
    assert copy == kept(tmp_path, ADDRESS) and all_kept(tmp_path) == [copy] and copy.statements == len(halland)
    endpoint.down = True
    question = kg.catalogue.question(QUESTION)
    endpoints = Endpoints({THERE: ADDRESS}, endpoint, copies=tmp_path)
    answer = ask(kg.store, question, {}, "sv", ["skane"], endpoints=endpoints)
    assert by_phase(answer)["halland/regionplan-halland-hemstallan"] == f"{THERE} (kopia från 28 november 2026)"
    assert lacking(answer) == [f"{THERE} går inte att nå. Raderna därifrån kommer ur en kopia från 28 november 2026."]
    answered = json.loads(as_json(answer))
    assert answered["missing"] == {} and answered["copied"] == {THERE: {"reason": "down", "day": "2026-11-28"}}


def test_half_a_copy_is_none_and_the_earlier_one_stays(halland: ox.Store, tmp_path: Path) -> None:
    whole = served(halland)
    earlier = keep(tmp_path, ADDRESS, "2026-11-27", whole)

    def half(endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        names, rows = whole(endpoint, query, patience)
        return names, rows[: len(rows) // 2] if "VALUES" in query else rows

    def more(endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        names, rows = whole(endpoint, query, patience)
        return names, [{"n": ox.Literal(400_000)}] if "COUNT" in query else rows

    for call in (half, more):
        with pytest.raises(CopyError):
            keep(tmp_path, ADDRESS, "2026-11-28", call)
    uncounted: tuple[list[str], Rows] = (["n"], [{"n": ox.Literal("inf")}])
    with pytest.raises(EndpointError):
        keep(tmp_path, ADDRESS, "2026-11-28", lambda *_: uncounted)
    assert kept(tmp_path, ADDRESS) == earlier and len(list(tmp_path.iterdir())) == 1


def test_a_copy_that_cannot_be_read_is_none(kg: KnowledgeGraph, halland: ox.Store, tmp_path: Path) -> None:
    endpoint = Flaky(halland)
    copy = keep(tmp_path, ADDRESS, "2026-11-28", endpoint)
    copy.path.write_bytes(copy.path.read_bytes()[:-2000])
    endpoint.down = True
    endpoints = Endpoints({THERE: ADDRESS}, endpoint, copies=tmp_path)
    answer = ask(kg.store, kg.catalogue.question(QUESTION), {}, "sv", ["skane"], endpoints=endpoints)
    assert answer.missing == {THERE: "down"} and answer.copied == {}


# Links


def test_what_an_endpoint_holds_is_compared_as_a_dataset_is(kg: KnowledgeGraph, halland: ox.Store) -> None:
    there = {thing.iri: thing for thing in things_at(ADDRESS, served(halland))}
    here = {thing.iri: thing for thing in things_of(kg.store, "halland")}
    assert there.keys() == here.keys() and there
    assert all((there[iri].names[0], there[iri].classes) == (here[iri].names[0], here[iri].classes) for iri in here)


def test_links_to_an_endpoint_that_gives_nothing_are_none(store_folder: Path) -> None:
    dead = "http://127.0.0.1:9/sparql"
    refused = CliRunner().invoke(cli.app, ["link", "skane", dead, "--store", str(store_folder)])
    assert refused.exit_code == 2 and "127.0.0.1:9" in refused.output


# On the web


class Counted:
    """Asks as an endpoint does, and counts; or fails for a reason."""

    def __init__(self, call: Call, reason: str = "") -> None:
        self.call, self.reason, self.count = call, reason, 0

    def __call__(self, endpoint: str, query: str, patience: Patience) -> tuple[list[str], Rows]:
        self.count += 1
        if self.reason:
            raise EndpointError(endpoint, self.reason)
        return self.call(endpoint, query, patience)


@pytest.fixture
def client(store_folder: Path) -> TestClient:
    return TestClient(create_app(Settings(store=store_folder, services=(ADDRESS,))))


def test_the_page_offers_the_endpoints_and_shows_whose_each_row_is(
    kg: KnowledgeGraph, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Counted(served(kg.store))
    monkeypatch.setattr(elsewhere, "ask_endpoint", calls)
    alone = client.get(f"/sv/questions/{QUESTION}")
    box = f'<input type="checkbox" name="service" value="{THERE}"'
    assert f"{box}> {THERE}" in alone.text and "svar från" not in alone.text and calls.count == 0
    page = client.get(f"/sv/questions/{QUESTION}", params={"service": THERE, "dataset": "skane"})
    assert f"{box} checked>" in page.text and page.headers["cache-control"] == "no-store"
    assert "ontology#" not in page.text.partition("<table")[0]
    assert "svar från" in page.text and f"här, {THERE}" in page.text and "Regionplan för Halland" in page.text
    # another form of it a moment later asks nobody
    asked_once = calls.count
    table = client.get(f"/questions/{QUESTION}", params={"service": ADDRESS, "dataset": "skane", "format": "csv"})
    assert table.text.startswith("process,process_iri,answered_by,") and f",{THERE}," in table.text
    assert calls.count == asked_once and "etag" not in table.headers


def test_an_endpoint_that_is_down_is_told_and_left_alone(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Counted(lambda *_: ([], []), "down")
    monkeypatch.setattr(elsewhere, "ask_endpoint", calls)
    for lang, note in (("sv", "Svaret är ofullständigt: "), ("en", "The answer is incomplete: ")):
        page = client.get(f"/{lang}/questions/{QUESTION}", params={"service": THERE})
        assert page.status_code == 200 and note + THERE in page.text
    assert calls.count == 1


@pytest.mark.parametrize("path", [f"/sv/questions/{QUESTION}", f"/questions/{QUESTION}"])
def test_the_web_asks_no_other_endpoint(client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    calls = Counted(lambda *_: ([], []))
    monkeypatch.setattr(elsewhere, "ask_endpoint", calls)
    refused = client.get(path, params={"service": "http://127.0.0.1:9/"})
    assert refused.status_code == 400 and THERE in refused.text and calls.count == 0


def test_bare_results_are_of_what_is_here(client: TestClient) -> None:
    assert client.get(f"/questions/{QUESTION}", params={"service": THERE, "format": "srj"}).status_code == 400


def test_many_who_wait_for_others_are_asked_to_come_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "_WAITING", 0)
    assert client.get(f"/sv/questions/{QUESTION}", params={"service": THERE}).status_code == 503
    assert client.get(f"/sv/questions/{QUESTION}").status_code == 200


@pytest.mark.attack
def test_of_two_servers_one_dies_and_the_other_still_answers(kg: KnowledgeGraph) -> None:
    need(shutil.which("oxigraph") is not None, "Oxigraph's server")
    everything = list(default_quads(kg.store))
    with oxigraph(everything) as (first, _), oxigraph(everything) as (second, process):
        services = [first, second]
        whole = kg.ask(QUESTION, datasets=["skane"], services=services)
        assert whole.missing == {}
        assert by_phase(whole)["stockholm/rufs-2050-samrad"].count("127.0.0.1:") == 2
        process.kill()
        process.wait()
        part = kg.ask(QUESTION, datasets=["skane"], services=services)
        assert [*part.missing.values()] == ["down"] and lacking(part)
        assert by_phase(part).keys() == by_phase(whole).keys()
        assert by_phase(part)["stockholm/rufs-2050-samrad"].count("127.0.0.1:") == 1
