# ruff: noqa: E501 - raw requests and a grammar read best a line each
"""Attacks by queries on a running server: each is refused or ended, and ordinary questions go on being answered."""

import asyncio
import concurrent.futures
import contextlib
import gc
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import psutil
import pyoxigraph as ox
import pytest

from medskick.graph.faults import Faulty
from medskick.graph.lookups import named_quads
from medskick.graph.privacy import identifying
from medskick.graph.store import identity, save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.web.app import Settings
from medskick.web.sparql.guard import MOST_BYTES, refusal
from medskick.web.sparql.limits import BusyError, PoolError, WorkerDiedError
from medskick.web.sparql.stream import unless
from medskick.web.sparql.worker_process import WorkerProcess
from running import Server, posted, running

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def server(store_folder: Path) -> Iterator[Server]:
    with running(
        store_folder, "seconds=3.0, workers=2, waiting=8, patience=8.0, memory=1_500_000_000"
    ) as running_server:
        yield running_server


# Texts that make a pattern slow


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail in the midst of what would go on for minutes; the time is the processor's, whoever else uses it."""

    def fail(_number: int, _frame: object) -> None:
        pytest.fail(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize(
    "piece", ["x", "a.", "a@", "@a-", "a@b ", "0-", "08-12 ", "+46 0", "19", "2019", "(0) ", "\u3316"]
)
def test_no_text_makes_the_search_for_personal_data_slow(piece: str) -> None:
    with at_most(6):
        identifying(piece * (99_000 // len(piece)))


@pytest.mark.parametrize(
    "piece", ["service", "service<", "service?a", "service #\n", "service\n#", "<", "'", "{", "\\u0061"]
)
def test_no_query_makes_the_guard_slow(piece: str) -> None:
    with at_most(10):
        refusal(piece * (MOST_BYTES // len(piece)))


# SERVICE, FROM, Update


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that notes whoever calls."""
    calls: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                calls.append("called")
                connection.close()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql", calls
    listening.close()


HIDDEN = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }",
    "SELECT * { sErViCe <%s> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { { SELECT * { SERVICE <%s> { ?s ?p ?o } } } } } }",
    "SELECT * { SERVICE#a comment\n<%s>{ ?s ?p ?o } }",
    "SELECT * { SERVICE # <x> {\n # }\n <%s> { ?s ?p ?o } }",
    "SELECT * { S\\u0045RVICE <%s> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <%s> { ?s ?p ?o } }",
    "PREFIX x: <%s> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "SELECT * { VALUES ?e { <%s> } SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { ?s ?p \"a 'string' # no comment\" SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''\n\"\"\" # ''' SERVICE <%s> { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
    "ASK { FILTER(<%s> < 1 || 2 > 1) SERVICE <%s> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { OPTIONAL { MINUS { SERVICE <%s> { ?s ?p ?o } } } }",
    "DESCRIBE ?s { ?s ?p ?o\u00a0SERVICE <%s> { ?s ?p ?o } }",
    # Oxigraph reads keywords without a space around them, and each of the following as a call
    "PREFIX x: <%s> SELECT * { SERVICEx: { ?s ?p ?o } }",
    "PREFIX : <%s> SELECT * { SERVICE:{ ?s ?p ?o } }",
    "PREFIX silent: <%s> SELECT * { serviceSILENTsilent:{ ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s ?p true}SERVICE<%s>{ ?s ?p ?o } }",
    "PREFIX x: <x:> SELECT * { OPTIONAL { ?s x:a\\# ?z . } SERVICE <%s> { ?s ?p ?o } }",
    'SELECT * { BIND("""\\""" """ AS ?x) SERVICE <%s> { ?s ?p ?o } #"""\n}',
    "SELECT * { FILTER('a'<'>')SERVICE<%s>{ ?s ?p ?o }#'\n}",
    "SELECT * { FILTER(1<2)#>'''\nSERVICE<%s>{ ?s ?p ?o }#'''\n}",
    "SELECT * { SERVICE <%s> #\\\\u000A x\n { ?s ?p ?o } }",
    "SELECT * { \\u005Cu0053ERVICE <%s> { ?s ?p ?o } }",
    "PREFIX x: <x:> SELECT * { OPTIONAL { ?s x:a\\' ?z } SERVICE <%s> { ?s ?p ?o } } #'",
]


@pytest.mark.attack
@pytest.mark.parametrize("query", HIDDEN)
def test_no_call_leaves_the_server(server: Server, listener: tuple[str, list[str]], query: str) -> None:
    address, calls = listener
    answer = server.query(query.replace("%s", address))
    assert answer.status in (400, 403), answer.body
    time.sleep(0.1)
    assert calls == []


@pytest.mark.attack
@pytest.mark.skipif(sys.platform == "win32", reason="descriptors cannot be capped there")
def test_a_worker_calls_nobody_even_if_a_query_gets_past_the_guard(
    kg: KnowledgeGraph, store_folder: Path, listener: tuple[str, list[str]]
) -> None:
    address, calls = listener
    unguarded = "from medskick.web.sparql import worker\nworker.refusal = lambda *_: None\nworker.main()"
    folder = str(store_folder / f"store-{kg.version}")
    by_key = {"folder": folder, "memory": 2_000_000_000, "nice": 1, "services": [], "parent": os.getpid()}
    job: dict[str, object] = {
        "dataset": None, "media": {"solutions": "text/csv"}, "prefixes": {}, "written": {}, "base": None,
        "rows": 9, "bytes": 999, "alarm": 20,
    }  # fmt: skip
    asked = [f"SELECT * {{ SERVICE <{where}> {{ ?s ?p ?o }} }}" for where in (address, "http://localhost:1/")]
    lines = [json.dumps({**job, "query": query}) for query in (*asked, "SELECT ?x { BIND(UUID() AS ?x) }")]
    done = subprocess.run(
        [sys.executable, "-P", "-c", unguarded, json.dumps(by_key)],
        input="\n".join(lines).encode() + b"\n", capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    assert calls == []
    assert done.stdout.count(b'"error": "failed"') == 2 and b"urn:uuid:" in done.stdout


PIECES = [
    "SERVICE", "service", "SILENT", " ", " ", "\n", "#", "<%s>", "<%s>", "?e", "x:", "x:y", "{ ?s ?p ?o }", "{", "}", "'", '"',
    "'''", '"""', "\\", "\\'", '\\"', "\\#", "<", ">", "<a:b#>", "<a:'>", "?s", "?p", "a", "true", "1", ".", ";", "(", ")", "FILTER(1<2",
    "FILTER('a'<'>')", "OPTIONAL {", "\\u0022", "\\u0027", "\\u000A", "\\u0053ERVICE", "BIND('x' AS ?y)", "x:a\\#",
]  # fmt: skip


@pytest.mark.fuzz
def test_no_call_whatever_hides_it(listener: tuple[str, list[str]]) -> None:
    # what the guard lets through is asked without any other guard
    address, calls = listener
    chance, store, asked = random.Random(4), ox.Store(), 0
    store.add(ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.Literal("c")))
    calling = "SERVICE <%s> { ?s ?p ?o }"
    for _ in range(200_000):
        before = "".join(chance.choices(PIECES, k=chance.randrange(5)))
        after = "".join(chance.choices(PIECES, k=chance.randrange(4)))
        middle = calling if chance.random() < 0.7 else "".join(chance.choices(PIECES, k=6))
        query = f"PREFIX x: <%s> SELECT * {{ {before}{middle}{after} }}".replace("%s", address)
        if refusal(query) is None:
            asked += 1
            with contextlib.suppress(SyntaxError, OSError, RuntimeError, ValueError):
                list(store.query(query))  # type: ignore[arg-type]
            assert calls == [], query
    assert asked > 1000


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "SERVICE <http://e.org/> {" }',
        "SELECT * { ?s ?p ?o # SERVICE <http://e.org/>\n }",
        "PREFIX service: <http://e.org/> SELECT * { ?s service:x ?o }",
        "SELECT ?service { ?service ?p <http://e.org/SERVICE> }",
        "PREFIX e: <http://e.org/> SELECT * { ?s e:service ?o }",
        "SELECT * { GRAPH <http://e.org/#service> { ?s ?p ?o } GRAPH ?serviceGraph { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a \\u00e5' ; <http://e.org/x> '''it's a SERVICE ?x { call }''' }",
    ],
)
def test_what_only_looks_like_a_call_is_asked(query: str) -> None:
    assert refusal(query) is None


def test_an_allowed_service_and_no_other() -> None:
    allowed = ("https://query.example/sparql",)
    assert refusal("SELECT * { SERVICE SILENT <https://query.example/sparql> { ?s ?p ?o } }", allowed) is None
    assert refusal("SELECT * { SERVICE <https://other.example/> { ?s ?p ?o } }", allowed)
    assert refusal("SELECT * { SERVICE ?where { ?s ?p ?o } }", allowed)


@pytest.mark.browser_all
def test_services_named_in_the_environment_may_be_called_and_no_other(
    store_folder: Path, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, calls = listener
    env = {"MEDSKICK_SERVICES": f" https://query.example/sparql, {address}"}
    with running(store_folder, more="services=Settings.from_environment().services", env=env) as server:
        other = server.query(f"SELECT * {{ SERVICE <{address}other> {{ ?s ?p ?o }} }}")
        assert other.status == 403 and address.encode() in other.body and calls == []
        server.query(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
        assert calls


@pytest.mark.parametrize(
    "wrong", ["query.example", "file:///etc/passwd", "https://", "https://a.example/ b", "<https://a.example/>"]
)
def test_a_service_that_is_no_web_address_is_a_fault(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("MEDSKICK_SERVICES", f"https://query.example/sparql,{wrong}")
    with pytest.raises(Faulty) as caught:
        Settings.from_environment()
    [fault] = caught.value.faults
    assert fault.file == "MEDSKICK_SERVICES" and fault.found == wrong


@pytest.mark.attack
@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
@pytest.mark.parametrize("target", ["file:///etc/passwd", "http"])
def test_from_loads_nothing(server: Server, listener: tuple[str, list[str]], clause: str, target: str) -> None:
    address, calls = listener
    where = address if target == "http" else target
    answer = server.query(f"SELECT * {clause} <{where}> {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")
    assert answer.status == 200 and answer.body.count(b"\n") == 1
    assert calls == [] and b"root" not in answer.body


@pytest.mark.attack
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/sparql-update"}, b"CLEAR ALL"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"update=CLEAR+ALL"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"query=CLEAR+ALL"),
        ({"Content-Type": "application/sparql-query"}, b"INSERT DATA { <a:a> <a:b> <a:c> }"),
        ({"Content-Type": "application/sparql-query"}, b"LOAD <file:///etc/passwd>"),
        ({"Content-Type": "application/sparql-query"}, b"ASK {} ; CLEAR ALL"),
    ],
)
def test_no_update_in_any_form(server: Server, kg: KnowledgeGraph, headers: dict[str, str], body: bytes) -> None:
    assert server.ask("POST", "/sparql", headers, body).status in (400, 403)
    counted = server.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").body
    assert int(counted.split()[1]) == len(list(named_quads(kg.store)))


# Query bombs

ESCAPED = '"' + '\\"' * 240_000
NESTED = "".join(f"OPTIONAL {{ ?a{i} ?b{i} ?c{i} . " for i in range(30)) + "}" * 30
BOMBS = {
    "cross join": CROSS,
    "nested optional": f"SELECT * {{ ?a ?b ?c . {NESTED} }}",
    "unbounded path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:y>)* ?b . ?b (!<x:x>|^!<x:y>)* ?c }",
    "huge values": "SELECT * { VALUES ?x { " + "1 " * 120_000 + "} VALUES ?y { " + "2 " * 100_000 + "} }",
    "regex": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?c), "(a+)+(b+)+(c+)+$") FILTER REGEX(STR(?f), "^(.*x){25}") }',
    "giant group_concat": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "deep nesting": "SELECT * " + "{" * 5000 + "?s ?p ?o" + "}" * 5000,
    "ten megabytes": "SELECT * { ?s ?p ?o } #" + "x" * 10_000_000,
    "prefixes": "".join(f"PREFIX p{i}: <http://e.org/{i}#>\n" for i in range(100_000)) + "ASK {}",
    "lists": "ASK { ?s ?p "
    + "(" * 90
    + "1"
    + ")" * 90
    + " . ?a (<x:x>|!<x:y>)+ ?b . ?b (<x:x>|!<x:y>)+ ?c . ?c (<x:x>|!<x:y>)+ <x:z> }",
    # against whoever reads a query before the engine does
    "digits without end": "1" * 490_000,
    "a string without end": ESCAPED,
    "calls in a comment": "#" + "service#" * 60_000,
    # gives its head at once and then nothing for long
    "nothing found": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(STR(?f)) + STRLEN(STR(?i)) = 12345678) }",
}


@pytest.mark.attack
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_at_the_deadline(server: Server, name: str) -> None:
    start = time.monotonic()
    try:
        answer = server.query(BOMBS[name])
        assert answer.status in (200, 400, 413, 503), answer.body[:300]
    except (ConnectionError, http.client.HTTPException, TimeoutError):
        pass  # a connection broken off is an answer too: nobody takes a part for the whole
    assert time.monotonic() - start < 15
    assert server.well()


@pytest.mark.attack
def test_ten_bombs_at_once_and_ordinary_questions_keep_answering(server: Server) -> None:
    process = psutil.Process(server.process.pid)

    def memory() -> int:
        family = [process, *process.children(recursive=True)]
        return sum(p.memory_info().rss for p in family if p.is_running())

    server.well()
    rows = json.loads(server.ask("GET", "/questions/lessons-about-the-start?lang=en").body)["rows"]
    assert rows
    before = memory()

    def throw(name: str) -> int:
        try:
            return server.query(BOMBS[name]).status
        except (OSError, http.client.HTTPException):
            return 0

    with concurrent.futures.ThreadPoolExecutor(len(BOMBS)) as pool:
        thrown = [pool.submit(throw, name) for name in BOMBS]
        answered = 0
        while not all(t.done() for t in thrown):
            answer = server.ask("GET", "/questions/lessons-about-the-start?lang=en", timeout=10)
            assert answer.status == 200 and json.loads(answer.body)["rows"] == rows
            answered += 1
        assert answered > 3
        assert {t.result() for t in thrown} <= {0, 200, 400, 413, 503}
    assert server.well()
    for _ in range(50):
        if memory() < before * 1.5 + 100_000_000:
            break
        time.sleep(0.2)
    assert memory() < before * 1.5 + 100_000_000


@pytest.mark.attack
def test_a_full_queue_says_when_to_come_back(store_folder: Path) -> None:
    with running(store_folder, "seconds=4.0, workers=1, waiting=1, patience=2.0") as small:
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _i: small.query(CROSS), range(6)))
        busy = [a for a in answers if a.status == 503]
        assert len(busy) == 6
        assert all(a.headers.get("retry-after") for a in busy)
        assert small.well()


@pytest.mark.attack
def test_a_short_query_is_answered_while_bombs_run(store_folder: Path) -> None:
    with (
        running(store_folder, "seconds=15.0, short=1.0, workers=2, waiting=8, patience=9.0") as two,
        concurrent.futures.ThreadPoolExecutor(3) as pool,
    ):
        thrown = [pool.submit(two.query, CROSS) for _ in range(3)]
        time.sleep(0.3)
        start = time.monotonic()
        assert two.well()
        assert time.monotonic() - start < 5, "the bombs have fifteen seconds, but never all workers for so long"
        assert {t.result().status for t in thrown} == {503}


@pytest.mark.attack
def test_a_query_out_of_memory_takes_nothing_with_it(store_folder: Path) -> None:
    greedy = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
    with running(store_folder, "seconds=30.0, short=30.0, memory=1_000_000_000, workers=1") as small:
        answer = small.query(greedy)
        assert answer.status == 503 and b"memory" in answer.body
        assert small.well()


@pytest.mark.attack
def test_caps_on_rows_and_bytes(store_folder: Path, tmp_path: Path) -> None:
    everything = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    built = "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }"
    with running(store_folder, "rows=50") as few:
        for accept in ("text/csv", "application/sparql-results+json", "application/sparql-results+xml"):
            answer = few.query(everything, accept)
            assert answer.status == 413 and b"rows" in answer.body
            assert few.query(everything + " LIMIT 40", accept).status == 200
        for accept in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
            assert few.query(built, accept).status == 413
            assert few.query(built + " LIMIT 40", accept).status == 200
    log = tmp_path / "log"
    with running(store_folder, "size=300_000", log=log) as small:
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            # past the first piece the connection is broken off: no part is taken for the whole
            small.query(everything)
        # a client of HTTP/1.0 could not tell a part from the whole
        assert small.raw(posted(everything, "1.0")).split()[1] == b"413"
        assert small.raw(posted("ASK {}", "1.0")).split()[1] == b"200"
    assert log.read_text(encoding="utf-8") == ""


WAITING = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(STR(?f)) + STRLEN(STR(?i)) = 12345678) }"
ENDLESS = "SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?a ?b ?c } }"


@pytest.mark.attack
@pytest.mark.parametrize(
    ("query", "read"), [(CROSS, 0), (WAITING, 0), (ENDLESS, 300_000)], ids=["counting", "finding nothing", "streaming"]
)
def test_a_client_that_goes_away_frees_its_worker(store_folder: Path, query: str, read: int) -> None:
    limits = "seconds=30.0, short=30.0, workers=1, waiting=2, patience=5.0, rows=10**9, size=10**9"
    with running(store_folder, limits) as one:
        assert one.well()
        with socket.create_connection(one.place) as connection:
            connection.sendall(posted(query))
            received = 0
            while received < read:
                received += len(connection.recv(65_536))
            time.sleep(0.5)
        start = time.monotonic()
        assert one.well(), "the one worker is free again long before its deadline"
        assert time.monotonic() - start < 3


@pytest.mark.attack
def test_clients_that_leave_the_queue_make_room_in_it(store_folder: Path) -> None:
    with (
        running(store_folder, "seconds=4.0, short=4.0, workers=1, waiting=2, patience=9.0") as one,
        concurrent.futures.ThreadPoolExecutor(1) as pool,
    ):
        thrown = pool.submit(one.query, CROSS)
        time.sleep(0.3)
        for _ in range(2):
            with socket.create_connection(one.place) as connection:
                connection.sendall(posted("ASK {}"))
                time.sleep(0.2)
        time.sleep(0.2)
        assert one.well(), "both places in the queue are free again"
        assert thrown.result().status == 503


@pytest.mark.attack
def test_a_reader_that_stops_reading_keeps_no_worker(store_folder: Path) -> None:
    with (
        running(store_folder, "reading=1.0, workers=1, patience=8.0, rows=10**9, size=10**9") as one,
        socket.create_connection(one.place) as connection,
    ):
        connection.sendall(posted(ENDLESS))
        assert connection.recv(1000)
        start = time.monotonic()
        assert one.well()
        assert time.monotonic() - start < 5


@pytest.mark.attack
def test_readers_that_do_not_read_keep_no_worker_from_others(store_folder: Path) -> None:
    """More of them than there are workers, each within the time that a reader has where nobody else waits."""
    with (
        running(store_folder, "reading=120.0, workers=2, patience=10.0, rows=10**9, size=10**9") as one,
        contextlib.ExitStack() as connections,
    ):
        for _ in range(6):
            connection = connections.enter_context(socket.create_connection(one.place))
            connection.sendall(posted(ENDLESS))
        time.sleep(1)
        start = time.monotonic()
        assert one.well()
        assert time.monotonic() - start < 10


def _workers(server: Server) -> list[psutil.Process]:
    return [p for p in psutil.Process(server.process.pid).children() if "medskick.web.sparql.worker" in p.cmdline()]


def _until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.mark.attack
def test_workers_are_replaced_before_they_are_missed(store_folder: Path) -> None:
    with running(store_folder, "seconds=1.0, workers=2") as two:
        assert _until(lambda: len(_workers(two)) == 2)
        first = {p.pid for p in _workers(two)}
        assert two.query(CROSS).status == 503
        assert _until(lambda: len(_workers(two)) == 2 and {p.pid for p in _workers(two)} != first)
        for process in _workers(two):
            process.kill()
        time.sleep(0.3)
        assert two.well(), "also where something else killed them"


@pytest.mark.attack
def test_clients_that_come_and_go_leave_nothing_behind(store_folder: Path) -> None:
    with running(store_folder, "seconds=30.0, short=30.0, workers=2, waiting=50") as two:
        for place in range(150):
            with socket.create_connection(two.place) as connection:
                connection.sendall(posted(CROSS))
                # also while a worker is being started in place of the one before
                time.sleep(0.01 * (place % 5))
        start = time.monotonic()
        assert two.well()
        assert time.monotonic() - start < 5
        assert _until(lambda: len(_workers(two)) == 2)


def test_who_waits_for_a_worker_that_ends_waits_no_longer() -> None:
    """A stream wakes one of two who wait for it: the other one, and all it holds, was never let go."""

    async def ended() -> list[bool]:
        out = asyncio.StreamReader()
        process = types.SimpleNamespace(stdout=out, returncode=-9, wait=lambda: asyncio.sleep(0))
        worker = WorkerProcess(cast(asyncio.subprocess.Process, process), "1")
        asks = asyncio.ensure_future(worker.frame())
        await asyncio.sleep(0)
        reaps = asyncio.ensure_future(worker.ended())
        out.feed_data(b"D")
        for _ in range(5):
            await asyncio.sleep(0)
        out.feed_eof()
        await asyncio.wait((asks, reaps), timeout=2)
        return [asks.done() and isinstance(asks.exception(), WorkerDiedError), reaps.done()]

    assert asyncio.run(ended()) == [True, True]


@pytest.mark.parametrize("leaves", ["the client", "the server"])
@pytest.mark.parametrize("before", [True, False], ids=["fails before", "fails while it is ended"])
def test_how_a_query_nobody_waits_for_fails_is_not_logged(leaves: str, before: bool) -> None:
    """An exception of a task that nobody asks for its result is logged by asyncio, traceback and all."""
    logged: list[object] = []

    async def fails(ready: asyncio.Event) -> None:
        try:
            await ready.wait()
        except asyncio.CancelledError:
            raise BusyError from None
        raise BusyError

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: logged.append(context["message"]))
        ready = asyncio.Event()
        gone: asyncio.Future[None] = loop.create_future()
        asked = asyncio.ensure_future(unless(gone, fails(ready)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if before:
            ready.set()
        if leaves == "the client":
            gone.set_result(None)
        else:
            asked.cancel()
        with contextlib.suppress(asyncio.CancelledError, PoolError):
            await asked

    asyncio.run(ask())
    gc.collect()
    assert logged == []


@pytest.mark.attack
def test_the_server_stops_in_the_middle_of_it_all(store_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        running(store_folder, "seconds=60.0, workers=2, waiting=50, rows=10**9, size=10**9", log=log) as two,
        concurrent.futures.ThreadPoolExecutor(12) as pool,
    ):

        def throw(place: int) -> None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                two.query((CROSS, ENDLESS, WAITING)[place % 3])

        thrown = [pool.submit(throw, place) for place in range(12)]
        time.sleep(1)
        two.process.send_signal(signal.SIGINT)
        assert two.process.wait(10) == 0
        assert all(t.result(5) is None for t in thrown)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.attack
@pytest.mark.parametrize("reads", [True, False], ids=["who reads on", "who reads no more"])
def test_an_answer_under_way_when_the_server_stops_is_broken_off(
    store_folder: Path, tmp_path: Path, reads: bool
) -> None:
    log = tmp_path / "log"
    limits = "seconds=60.0, short=60.0, workers=1, rows=10**9, size=10**12"
    with running(store_folder, limits, log=log) as one, socket.create_connection(one.place) as connection:
        connection.sendall(posted(ENDLESS))
        got = connection.recv(300_000)
        assert got.startswith(b"HTTP/1.1 200")
        one.process.send_signal(signal.SIGINT)
        connection.settimeout(0.05)
        while one.process.poll() is None:
            if reads:
                with contextlib.suppress(OSError):
                    got = connection.recv(300_000) or got
            else:
                time.sleep(0.05)
        assert one.process.returncode == 0
        assert not got.endswith(b"0\r\n\r\n"), "a cut answer never looks like a whole one"
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.attack
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker ends at its deadline")
def test_no_worker_outlives_its_server(store_folder: Path) -> None:
    with contextlib.suppress(ProcessLookupError), running(store_folder, "seconds=60.0, short=60.0, workers=2") as two:
        with socket.create_connection(two.place) as connection:
            connection.sendall(posted(CROSS))
            time.sleep(0.5)
            workers = _workers(two)
            assert len(workers) == 2
            two.process.send_signal(signal.SIGKILL)
            _, alive = psutil.wait_procs(workers, timeout=3)
        assert alive == []


# The store swapped while queries run


@pytest.mark.attack
def test_every_answer_is_of_one_version(tmp_path: Path) -> None:
    # each version has its statements in a dataset of its own: an old list of datasets over a new store gives none
    def version(name: str) -> list[ox.Quad]:
        graph = ox.NamedNode(f"https://w3id.org/medskick/graph/v{name}")
        return [
            ox.Quad(ox.NamedNode(f"x:{i}"), ox.NamedNode("x:version"), ox.Literal(name), graph) for i in range(2000)
        ]

    save(version("0"), tmp_path, inputs="0")
    query = "SELECT ?v (COUNT(*) AS ?n) { ?s <x:version> ?v } GROUP BY ?v"
    with running(tmp_path, "workers=3, waiting=50, patience=30.0") as server:
        stop, seen, wrong = threading.Event(), set(), []

        def go() -> None:
            while not stop.is_set():
                answer = server.query(query)
                lines = answer.body.decode().split()[1:]
                if answer.status != 200 or len(lines) != 1 or not lines[0].endswith(",2000"):
                    wrong.append((answer.status, answer.body[:200]))
                else:
                    seen.add(lines[0])

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            going = [pool.submit(go) for _ in range(4)]
            for name in range(1, 6):
                time.sleep(0.7)
                save(version(str(name)), tmp_path, inputs=str(name))
            time.sleep(0.7)
            stop.set()
            for one in going:
                one.result()
    assert wrong == []
    assert len(seen) >= 4


# Fuzz: whatever is sent, an answer of the right kind, never a 500

GRAMMAR: dict[str, list[list[str]]] = {
    "query": [["select"], ["ask"], ["construct"], ["describe"], ["junk"]],
    "select": [["SELECT ", "vars", " ", "where", "modifiers"], ["SELECT * ", "where", "modifiers"]],
    "ask": [["ASK ", "group"]],
    "construct": [["CONSTRUCT { ", "triples", "} ", "where"], ["CONSTRUCT WHERE { ", "triples", "}"]],
    "describe": [["DESCRIBE ", "term"], ["DESCRIBE ?a ", "where"]],
    "where": [["WHERE ", "group"], ["group"], ["FROM <x:g> ", "group"]],
    "group": [["{ ", "patterns", "}"], ["{ { ", "select", "} }"]],
    "patterns": [["triples"], ["triples", "patterns"], ["OPTIONAL ", "group", "patterns"], ["group", " UNION ", "group"],
                 ["FILTER(", "expression", ") ", "patterns"], ["BIND(", "expression", " AS ?z) "], ["VALUES ?a { ", "term", " } "],
                 ["MINUS ", "group"], ["GRAPH ?g ", "group"], []],
    "triples": [["term", " ", "path", " ", "term", " . "], ["?a ", "path", " ?b . "]],
    "path": [["iri"], ["?p"], ["iri", "*"], ["^", "iri"], ["iri", "/", "iri"], ["(", "iri", "|", "iri", ")+"], ["a"]],
    "term": [["?a"], ["?b"], ["iri"], ["literal"], ["_:x"], ["[]"], ["( ", "term", " )"]],
    "iri": [["<x:a>"], ["rdfs:label"], ["msk:Lesson"], ["<åäö:ö>"], ["undefined:x"], ["<bad iri>"]],
    "literal": [['"text"'], ['"t"@sv'], ["1"], ["1.5e3"], ["true"], ['"\\u00e5"'], ["'''long'''"], ['"open']],
    "vars": [["?a"], ["?a ?b"], ["(COUNT(*) AS ?n)"], ["(", "expression", " AS ?e)"]],
    "expression": [["?a = ", "term"], ["STRLEN(STR(?a)) > 3"], ["REGEX(STR(?a), \"x.*\")"], ["EXISTS ", "group"], ["1/0"],
                   ["IF(?a, 1, \"x\")"], ["NOW()"], ["COALESCE(?a, ", "expression", ")"]],
    "modifiers": [[], [" LIMIT 5"], [" ORDER BY ?a LIMIT 3"], [" GROUP BY ?a LIMIT 3"], [" OFFSET 2 LIMIT 2"], [" LIMIT -1"]],
    "junk": [["SELECT"], ["{}"], ["\x00"], ["DROP ALL"], ["SELECT * { SERVICE ?a {} }"], ["%"], [""], ["ASK { ", "junk"]],
}  # fmt: skip


def grown(rule: str, chance: random.Random, depth: int = 0) -> str:
    if rule not in GRAMMAR:
        return rule
    choices = GRAMMAR[rule]
    chosen = min(choices, key=len) if depth > 8 else chance.choice(choices)
    return "".join(grown(part, chance, depth + 1) for part in chosen)


@pytest.mark.fuzz
def test_ten_thousand_fuzzed_queries(store_folder: Path) -> None:
    kinds = ("application/sparql-results+json", "text/csv", "text/turtle", "application/ld+json", "*/*", "image/png")
    with running(store_folder, "seconds=2.0, workers=2, waiting=20") as server:

        def some(seed: int) -> list[tuple[int, str]]:
            chance = random.Random(seed)
            connection = http.client.HTTPConnection(*server.place, timeout=30)
            wrong = []
            for _ in range(1250):
                query = grown("query", chance)
                body = urlencode({"query": query}).encode()
                headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": chance.choice(kinds)}
                try:
                    connection.request("POST", "/sparql", body, headers)
                    answer = connection.getresponse()
                    media = answer.getheader("content-type", "")
                    answer.read()
                except (OSError, http.client.HTTPException):
                    connection.close()
                    continue
                right = media.startswith(kinds[:4]) or media.startswith("application/sparql-results+xml")
                right = right or (answer.status >= 400 and media == "application/problem+json")
                if (answer.status >= 500 and answer.status != 503) or not right:
                    wrong.append((answer.status, query))
            return wrong

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            wrong = [w for value in pool.map(some, range(8)) for w in value]
        assert wrong == []
        assert server.well()


@pytest.mark.attack
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed on Linux")
def test_a_server_lets_go_of_the_versions_that_were_replaced(tmp_path: Path, small_store: Path) -> None:
    from starlette.testclient import TestClient

    from medskick.web.app import create_app

    quads = list(named_quads(KnowledgeGraph(small_store).store))
    node = ox.NamedNode("https://example.org/x")
    save(quads, tmp_path, inputs="0")
    client = TestClient(create_app(Settings(store=tmp_path)))

    def held() -> set[str]:
        links = (str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink())
        return {link.split("store-")[1][:64] for link in links if link.startswith(str(tmp_path)) and "store-" in link}

    pages = ("/en/", "/en/graph", "/graph/picture.svg?view=decision-chain", "/search.json?q=plan", "/sv/lessons")
    for turn in range(1, 6):
        for path in pages:
            assert client.get(path).status_code == 200, path
        save([*quads, ox.Quad(node, node, ox.Literal(turn), node)], tmp_path, inputs=str(turn))
    assert client.get("/en/").status_code == 200
    gc.collect()
    assert len(held()) == 1


@pytest.mark.attack
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed on Linux")
def test_a_server_opens_a_store_that_was_healed_while_it_served(tmp_path: Path, small_store: Path) -> None:
    """Its version stays, as it holds the same; pages and workers must not go on with the damaged files."""
    quads = list(named_quads(KnowledgeGraph(small_store).store))
    version = save(quads, tmp_path, inputs="0").version
    with running(tmp_path, "workers=2") as two:

        def deleted() -> set[str]:
            processes = [psutil.Process(two.process.pid), *psutil.Process(two.process.pid).children()]
            links = [path for p in processes for path in Path(f"/proc/{p.pid}/fd").iterdir() if path.is_symlink()]
            return {str(link) for link in map(Path.readlink, links) if link.name.endswith("(deleted)")}

        def ask() -> None:
            assert two.ask("GET", "/sv/lessons").status == 200
            # one after the other takes the same worker, two at once take both
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                assert [a.status for a in pool.map(two.query, ["ASK { ?s ?p ?o }"] * 2)] == [200, 200]

        ask()
        for file in (tmp_path / f"store-{version}").glob("*.sst"):
            os.truncate(file, 100)
        assert save(quads, tmp_path, inputs="0").version == version
        for _ in range(3):
            ask()
        assert not {link for link in deleted() if str(tmp_path) in link}


def test_a_store_that_got_the_number_of_an_earlier_one_is_another(tmp_path: Path, small_store: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(next(small_store.glob("store-*/")), store)
    before = identity(store)
    assert before == identity(store) != 0
    made = (store / "CURRENT").stat()
    os.utime(store / "CURRENT", ns=(made.st_atime_ns, made.st_mtime_ns + 1))
    assert identity(store) != before
    shutil.rmtree(store)
    assert identity(store) == 0


@pytest.mark.attack
def test_stores_exchanged_under_questions_never_give_a_part_or_an_earlier_answer(
    tmp_path: Path, small_store: Path
) -> None:
    """Healed, replaced, replaced back while workers start, wait and answer: each answer is that of one whole store."""
    quads = list(named_quads(KnowledgeGraph(small_store).store))
    node = ox.NamedNode("https://example.org/x")
    contents = [quads, [*quads, *(ox.Quad(node, node, ox.Literal(turn), node) for turn in range(7))]]
    version = save(contents[0], tmp_path, inputs="0").version
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {node} {{ ?s ?p ?o }} }}"
    stopped = threading.Event()
    with running(tmp_path, "workers=3") as server, concurrent.futures.ThreadPoolExecutor(4) as pool:

        def asking(_number: int) -> list[tuple[int, str]]:
            answers = []
            while not stopped.is_set():
                answer = server.query(query)
                answers.append((answer.status, answer.body.decode()))
            return answers

        asked = [pool.submit(asking, number) for number in range(4)]
        try:
            for turn in range(1, 7):
                if turn % 2:
                    # the same version again, in a new folder
                    for file in (tmp_path / f"store-{version}").glob("*.sst"):
                        file.unlink()
                version = save(contents[turn // 2 % 2], tmp_path, inputs=str(turn)).version
                last = server.query(query)
                assert (last.status, last.body.split()[1:]) == (200, [(b"0", b"7")[turn // 2 % 2]]), (turn, last.body)
        finally:
            stopped.set()
        answers = [answer for given in asked for answer in given.result()]
    assert len(answers) > 20
    # while a store is damaged a worker may find nothing to open, which is told
    assert {status for status, _ in answers} <= {200, 503}
    assert {body.split()[1] for status, body in answers if status == 200} == {"0", "7"}
