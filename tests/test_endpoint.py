"""An endpoint in place of the store: filled by ``push``, it answers as the store does, or says why it cannot."""

import re
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from conftest import need
from medskick import cli
from medskick.cli.common import LANG
from medskick.graph.lookups import Store, named_quads
from medskick.graph.store import Built, open_store, save
from medskick.knowledge_graph import KnowledgeGraph, open_graph
from medskick.ontology import GRAPHS, PREFIXES, node, term_text
from medskick.queries.catalogue import Catalogue
from medskick.queries.endpoint.endpoint_record import MERGED, Pushed, pushed, without_version
from medskick.queries.endpoint.endpoint_store import EndpointStore
from medskick.queries.endpoint.exchange import ROWS, Exchange
from medskick.queries.endpoint.push import Done, PushError, Target, push
from medskick.queries.endpoint.watch import LOOKED_AT
from medskick.queries.evaluate import evaluate, select
from medskick.queries.remote import EndpointError
from medskick.web.app import Settings, create_app
from medskick.web.sparql.limits import Limits
from medskick.words import say
from remote_server import bad_server, oxigraph
from running import Server

VIEWS = [*Catalogue().questions(), *Catalogue().views()]


@dataclass
class Place:
    """A server of Oxigraph: the addresses that it is asked, changed and filled at."""

    query: str

    @property
    def target(self) -> Target:
        return Target(self.query.replace("/query", "/update"))

    @property
    def graphs(self) -> str:
        return self.query.replace("/query", "/store")

    def update(self, text: str) -> None:
        Exchange(self.query).update(self.target.update, text)


@pytest.fixture(scope="module")
def server_of_its_own() -> Iterator[Place]:
    need(shutil.which("oxigraph") is not None, "Oxigraph's server")
    with oxigraph() as (address, _):
        yield Place(address)


@pytest.fixture(scope="module")
def filled(server_of_its_own: Place, kg: KnowledgeGraph) -> Place:
    """A server that holds the first four datasets, pushed to it."""
    push(
        kg.store,
        kg.built,
        Exchange(server_of_its_own.query),
        Target(server_of_its_own.target.update, server_of_its_own.graphs),
    )
    return server_of_its_own


@pytest.fixture
def empty() -> Iterator[Place]:
    need(shutil.which("oxigraph") is not None, "Oxigraph's server")
    with oxigraph() as (address, _):
        yield Place(address)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Built]:
    """Two graphs of a few statements."""
    folder = tmp_path_factory.mktemp("small")
    said = [("skane", "a"), ("skane", "b"), ("halland", "c")]
    save([_quad(graph, name) for graph, name in said], folder, inputs="small")
    return open_store(folder)


def _quad(graph: str, name: str) -> ox.Quad:
    things = "https://w3id.org/medskick/id/"
    subject, text = ox.NamedNode(f"{things}{graph}/{name}"), ox.Literal(f'{name} "\\ \n å', language="sv")
    return ox.Quad(subject, node("rdfs:label"), text, ox.NamedNode(GRAPHS + graph))


def command(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, [*words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def rows(store: Store, text: str) -> list[tuple[str, ...]]:
    given = evaluate(store, text)
    if isinstance(given, ox.QuerySolutions):
        names = sorted(variable.value for variable in given.variables)
        return sorted(tuple(str(row[name]) for name in names) for row in given)
    assert isinstance(given, ox.QueryTriples)
    return sorted({(str(t.subject), str(t.predicate), str(t.object)) for t in given})


# It answers as the store does


@pytest.mark.browser_all
@pytest.mark.parametrize("query", VIEWS, ids=lambda query: query.slug)
def test_the_whole_catalogue_gives_the_same_rows(filled: Place, kg: KnowledgeGraph, query: object) -> None:
    there = _opened_once(filled)
    text = query.text  # type: ignore[attr-defined]
    assert rows(there.store, text) == rows(kg.store, text)


_OPENED: dict[str, KnowledgeGraph] = {}


def _opened_once(place: Place) -> KnowledgeGraph:
    return _OPENED.setdefault(place.query, KnowledgeGraph(endpoint=place.query))


@pytest.mark.browser_all
def test_a_choice_of_datasets_and_linksets_is_asked_there_too(filled: Place, kg: KnowledgeGraph) -> None:
    there = _opened_once(filled)
    assert there.version == kg.version and there.datasets == kg.datasets
    for chosen, links in ((["skane"], False), (["skane", "halland"], True), (None, True)):
        own = kg.ask("phase-durations", datasets=chosen, links=links)
        assert own.rows and there.ask("phase-durations", datasets=chosen, links=links).rows == own.rows


@pytest.mark.browser_all
def test_statements_are_looked_up_one_by_one_or_loaded_once(filled: Place, kg: KnowledgeGraph) -> None:
    there = KnowledgeGraph(endpoint=filled.query).store
    thing = ox.NamedNode("https://w3id.org/medskick/id/skane/regionplan-skane")
    patterns = [(thing, None, None), (None, node("msk:phaseType"), None), (None, None, thing)]
    for pattern in patterns:
        own = set(named_quads(kg.store, *pattern))
        assert own and set(named_quads(there, *pattern)) == own
        assert set(there.quads_for_pattern(*pattern, ox.DefaultGraph())) == set(
            kg.store.quads_for_pattern(*pattern, ox.DefaultGraph())
        )
    one = next(named_quads(kg.store, thing))
    assert list(there.quads_for_pattern(one.subject, one.predicate, one.object, one.graph_name)) == [one]
    for _ in range(250):
        assert not list(there.quads_for_pattern(ox.NamedNode("https://nobody.example/"), None, None))
    assert set(there) == set(kg.store)


def test_in_python_it_is_an_rdflib_dataset_too(filled: Place, kg: KnowledgeGraph) -> None:
    text = "SELECT ?process { ?process a msk:PlanningProcess }"
    there = open_graph(endpoint=filled.query).graph.query(text, initNs={"msk": PREFIXES["msk"]})
    own = select(kg.store, f"PREFIX msk: <{PREFIXES['msk']}> {text}")
    names = sorted(str(row[0]) for row in there)  # type: ignore[index]
    assert own and names == sorted(term_text(row["process"]) for row in own)


@pytest.mark.browser_all
@pytest.mark.parametrize(
    "words",
    [
        ("ask", "phase-durations", "--phase-type", "consultation"),
        pytest.param(("compare", "halland", "skane"), marks=pytest.mark.browser_all),
        pytest.param(("handbook", "--phase", "samråd"), marks=pytest.mark.browser_all),
        pytest.param(("export",), marks=pytest.mark.browser_all),
        ("view", "who-met-whom", "-o", "PICTURE"),
    ],
    ids=str,
)
def test_commands_give_the_same(filled: Place, store_folder: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    picture = tmp_path / "picture.html"
    given = [str(picture) if word == "PICTURE" else word for word in words]
    status, own, _ = command(*given, "--store", str(store_folder))
    drawn = picture.read_bytes() if picture.exists() else b""
    there = command(*given, "--endpoint", filled.query, "--store", str(store_folder))
    assert (status, there[0], there[1]) == (0, 0, own) and (own or drawn)
    assert (picture.read_bytes() if drawn else b"") == drawn


@pytest.mark.browser_all
def test_the_environment_names_the_endpoint(filled: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSKICK_ENDPOINT", filled.query)
    status, text, _ = command("ask", "phase-durations", "--dataset", "skane")
    assert status == 0 and "Skåne" in text
    assert open_graph().version == _opened_once(filled).version


def test_results_are_read_as_some_engines_write_them() -> None:
    from medskick.queries.endpoint.endpoint_store import _canonical

    boolean = "http://www.w3.org/2001/XMLSchema#boolean"
    term = f'{{"type":"typed-literal","datatype":"{boolean}","value":"1"}}'
    body = f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{{"x":{term}}}]}}}}'.encode()
    [row] = ox.parse_query_results(_canonical(body, ROWS), format=ox.QueryResultsFormat.JSON)  # type: ignore[misc]
    assert row["x"] == ox.Literal(True)
    twice = body.replace(b"}]}}", b"}," + body.partition(b'"bindings":[')[2].removesuffix(b"]}}") + b"]}}")
    for distinct, number in ((False, 2), (True, 1)):
        given = ox.parse_query_results(_canonical(twice, ROWS, distinct), format=ox.QueryResultsFormat.JSON)
        assert isinstance(given, ox.QuerySolutions) and len(list(given)) == number


# The server


@pytest.mark.browser_all
def test_the_server_gives_the_same_pages_and_answers(filled: Place, server: Server, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, endpoint=filled.query, limits=Limits(workers=1, seconds=60.0))
    with TestClient(create_app(settings), base_url=server.address.rstrip("/")) as there:
        for page in ("/sv/id/skane/regionplan-skane", "/en/datasets", "/data/skane.ttl"):
            own, other = server.ask("GET", page), there.get(page)
            assert own.status == other.status_code == 200 and other.text == own.body.decode()
        query = "SELECT * { ?process a msk:PlanningProcess } ORDER BY ?process"
        given = there.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
        assert given.text.encode() == server.query(query).body and given.text.count("\n") > 3
        wrong = there.get("/sparql", params={"query": "SELECT * {\n ?s ?p"})
        assert wrong.status_code == 400 and wrong.json()["line"] == 2
        graph = there.get("/sparql", params={"query": "DESCRIBE ?s { ?s a msk:PlanningProcess }"})
        assert graph.status_code == 200 and "regionplan-skane" in graph.text
        # an engine elsewhere cannot be held to what a call may take
        assert there.get("/sparql", params={"query": "ASK { SERVICE <https://e.example/> {} }"}).status_code == 403


@pytest.mark.browser_all
def test_the_server_says_that_the_endpoint_is_gone_or_being_filled(small_store: Path, tmp_path: Path) -> None:
    need(shutil.which("oxigraph") is not None, "Oxigraph's server")
    with oxigraph() as (address, process):
        place = Place(address)
        store, built = open_store(small_store)
        push(store, built, Exchange(place.query), Target(place.target.update, place.graphs))
        app = create_app(Settings(store=tmp_path, endpoint=place.query, limits=Limits(workers=1, seconds=60.0)))
        with TestClient(app) as there:
            assert there.get("/en/").status_code == 200
            place.update(without_version())
            time.sleep(LOOKED_AT + 1)
            page = there.get("/en/datasets", headers={"Accept": "text/html"})
            assert page.status_code == 503 and "is being filled" in page.text
            process.kill()
            process.wait()
            # the last that is known is that it is being filled
            assert there.get("/sparql", params={"query": "ASK {}"}).status_code == 503


def test_a_worker_tells_what_the_endpoint_says(filled: Place, tmp_path: Path) -> None:
    with TestClient(
        create_app(Settings(store=tmp_path, endpoint=filled.query, limits=Limits(workers=1, seconds=60.0)))
    ) as there:
        query = "SELECT (<https://e.example/function>(1) AS ?x) {}"
        assert there.get("/sparql", params={"query": query}).status_code == 400


# Push


def test_only_what_changed_is_pushed(empty: Place, small: tuple[Store, Built], tmp_path: Path) -> None:
    store, built = small
    exchange = Exchange(empty.query)
    # three graphs with the merged one, of two, one and three statements
    assert push(store, built, exchange, empty.target) == Done(3, 0, 0, 6)
    assert push(store, built, exchange, empty.target) == Done(0, 0, 3, 0)
    changed, rebuilt = _saved(tmp_path, [*named_quads(store), _quad("stockholm", "d")])
    assert push(changed, rebuilt, exchange, empty.target) == Done(2, 0, 2, 5)
    less, fewer = _saved(tmp_path / "less", [q for q in named_quads(store) if "skane" in str(q.graph_name)])
    assert push(less, fewer, exchange, Target(empty.target.update, empty.graphs)) == Done(1, 2, 1, 2)
    there = pushed(exchange)
    assert there.built is not None and there.built.version == fewer.version
    assert sorted(there.digests) == [MERGED, GRAPHS + "skane"]


def _saved(folder: Path, quads: list[ox.Quad]) -> tuple[Store, Built]:
    save(quads, folder, inputs="other")
    return open_store(folder)


def test_a_push_that_breaks_off_is_completed_by_the_next(empty: Place, small: tuple[Store, Built]) -> None:
    store, built = small

    def stop(number: int, _of: int) -> None:
        if number == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(store, built, Exchange(empty.query), empty.target, stop)
    status, _, said = command("ask", "phase-durations", "--endpoint", empty.query)
    assert status == 2 and say("answer.missing-half", LANG) in said
    # the first graph is there, and stays
    assert push(store, built, Exchange(empty.query), empty.target) == Done(2, 0, 1, 5)
    assert set(KnowledgeGraph(endpoint=empty.query).store) == set(store)


def test_what_was_lost_at_the_endpoint_is_pushed_again(empty: Place, small: tuple[Store, Built]) -> None:
    store, built = small
    push(store, built, Exchange(empty.query), empty.target)
    empty.update(f"DROP GRAPH <{MERGED}>")
    with pytest.raises(EndpointError) as refused:
        KnowledgeGraph(endpoint=empty.query)
    assert refused.value.reason == "unmerged"
    assert push(store, built, Exchange(empty.query), empty.target) == Done(1, 0, 2, 3)
    assert set(KnowledgeGraph(endpoint=empty.query).store) == set(store)


def test_the_command_pushes_and_says_what_it_did(empty: Place, small_store: Path) -> None:
    _, built = open_store(small_store)
    words = ("push", empty.query, "--graph-store", empty.graphs, "--update", empty.target.update)
    first = command(*words, "--store", str(small_store))
    assert first[0] == 0 and built.version[:12] in first[2]
    again = command(*words, "--store", str(small_store))
    assert again[0] == 0
    assert say("cli.push-unchanged", LANG, endpoint=empty.query, version=built.version[:12]) in again[2]


# Bad input


def test_an_endpoint_that_push_has_not_filled_is_told(empty: Place) -> None:
    empty.update(f"INSERT DATA {{ GRAPH <{GRAPHS}skane> {{ <https://e.example/a> a <https://e.example/b> }} }}")
    status, _, said = command("ask", "phase-durations", "--endpoint", empty.query)
    assert status == 2 and say("answer.missing-empty", LANG) in said


def test_one_that_another_version_of_the_program_filled_is_told(empty: Place, small: tuple[Store, Built]) -> None:
    store, built = small
    push(store, replace(built, layout=built.layout + 1), Exchange(empty.query), empty.target)
    status, _, said = command("gaps", "--endpoint", empty.query)
    assert status == 2 and say("answer.missing-other", LANG) in said


@pytest.mark.browser_all
def test_another_version_of_the_data_is_told(filled: Place, small_store: Path) -> None:
    status, _, said = command("ask", "phase-durations", "--endpoint", filled.query, "--store", str(small_store))
    assert status == 0 and _opened_once(filled).version[:12] in said


@pytest.mark.parametrize(("habit", "reason"), [("nobody", "down"), ("html", "form"), ("lies", "broken")])
def test_one_that_gives_no_answer_is_told(habit: str, reason: str) -> None:
    with bad_server() as address:
        endpoint = "http://127.0.0.1:9/sparql" if habit == "nobody" else address + habit
        status, _, said = command("lessons", "--endpoint", endpoint)
    assert status == 2 and f"{endpoint} {say(f'answer.missing-{reason}', LANG)}." in said


@pytest.mark.parametrize("habit", ["hangs", "drips"])
def test_one_that_is_slow_is_left_in_time(habit: str) -> None:
    with bad_server() as address, pytest.raises(EndpointError) as late:
        pushed(Exchange(address + habit, seconds=0.5))
    assert late.value.reason == "late"


def test_an_address_that_is_none_is_told() -> None:
    status, _, said = command("ask", "phase-durations", "--endpoint", "hej")
    assert status == 2 and "hej" in said


def test_one_that_is_read_only_is_told(filled: Place, small: tuple[Store, Built]) -> None:
    # an address that answers queries, and knows of no update
    with pytest.raises(EndpointError) as refused:
        push(*small, Exchange(filled.query), Target(filled.query))
    assert refused.value.reason == "read-only" and "HTTP 4" in refused.value.detail
    # nothing was changed
    assert pushed(Exchange(filled.query)).built is not None


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "Bearer"])
def test_who_asks_is_told_in_the_environment(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """What a server sees: first nothing, then the name and password, in the way that it demands."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["update"]
            seen.append(self.headers.get("Authorization", ""))
            self.send_response(204 if seen[-1] else 401)
            if not seen[-1]:
                self.send_header("WWW-Authenticate", f'{scheme} realm="here", nonce="1", qop="auth"')
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    with pytest.raises(EndpointError) as refused:
        Exchange(address).update(address, "CLEAR ALL")
    assert refused.value.reason == "login"
    if scheme == "Bearer":
        monkeypatch.setenv("MEDSKICK_ENDPOINT_TOKEN", "secret")
    else:
        monkeypatch.setenv("MEDSKICK_ENDPOINT_USER", "planner")
        monkeypatch.setenv("MEDSKICK_ENDPOINT_PASSWORD", "secret")
    Exchange(address).update(address, "CLEAR ALL")
    server.shutdown()
    server.server_close()
    assert (seen[-1].startswith(scheme) and "secret" not in seen[-1]) or scheme == "Bearer"


def test_fewer_statements_than_were_sent_are_no_push(small: tuple[Store, Built], empty: Place) -> None:
    """An endpoint that takes all and keeps only what a limit of its own allows."""

    class Forgetful(Exchange):
        def update(self, address: str, text: str) -> None:
            super().update(address, text)
            if "INSERT DATA" in text and f"{GRAPHS}skane> {{\n" in text:
                super().update(address, f"DELETE WHERE {{ GRAPH <{GRAPHS}skane> {{ {lost} ?p ?o }} }}")

    lost = _quad("skane", "a").subject
    store, built = small
    with pytest.raises(PushError) as short:
        push(store, built, Forgetful(empty.query), empty.target)
    assert (short.value.graph, short.value.there, short.value.sent) == (f"{GRAPHS}skane", 1, 2)
    assert pushed(Exchange(empty.query)).built is None
    assert push(store, built, Exchange(empty.query), empty.target) == Done(1, 0, 2, 2)


def test_one_that_cuts_long_answers_is_not_taken_for_whole(small: tuple[Store, Built], empty: Place) -> None:
    class Cutting(Exchange):
        def results(self, query: str, default: Sequence[str], named: Sequence[str], form: str) -> tuple[str, bytes]:
            return super().results(re.sub(r"LIMIT \d+", "LIMIT 2", query), default, named, form)

    store, built = small
    with pytest.raises(EndpointError) as cut:
        push(store, built, Cutting(empty.query), empty.target)
    assert cut.value.reason == "cuts" and pushed(Exchange(empty.query)).built is None


@pytest.mark.parametrize(
    "body", [b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": ', b'{"boolean": true}', b""]
)
def test_a_look_up_that_gets_half_an_answer_says_so(body: bytes) -> None:
    class Half(Exchange):
        def results(self, query: str, default: Sequence[str], named: Sequence[str], form: str) -> tuple[str, bytes]:
            return ROWS, body

    store = EndpointStore(
        Half("http://e.example/sparql"), Pushed({"http://e.example/g": ""}, {"http://e.example/g": 1})
    )
    with pytest.raises(EndpointError) as caught:
        list(store.quads_for_pattern(None, None, None))
    assert caught.value.reason == "broken"
