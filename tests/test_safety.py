# ruff: noqa: E501 - raw requests and a grammar read best a line each
"""Attacks on a running server: each is answered by a refusal, and ordinary questions go on being answered."""

import concurrent.futures
import contextlib
import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pyoxigraph as ox
import pytest

from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.web.guard import refusal
from running import Answer, Server, running

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def server(store_folder: Path) -> Iterator[Server]:
    with running(store_folder, "seconds=3.0, workers=2, waiting=8, patience=8.0, memory=1_500_000_000") as found:
        yield found


def ask(server: Server, query: str, accept: str = "text/csv", **more: str) -> Answer:
    body = urlencode({"query": query, **more}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    return server.ask("POST", "/sparql", headers, body)


def well(server: Server) -> bool:
    return ask(server, "ASK {}", "application/json").status == 200


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
]


@pytest.mark.attack
@pytest.mark.parametrize("query", HIDDEN)
def test_no_call_leaves_the_server(server: Server, listener: tuple[str, list[str]], query: str) -> None:
    address, calls = listener
    answer = ask(server, query.replace("%s", address))
    assert answer.status in (400, 403), answer.body
    time.sleep(0.1)
    assert calls == []


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "SERVICE <http://e.org/> {" }',
        "SELECT * { ?s ?p ?o # SERVICE <http://e.org/>\n }",
        "PREFIX service: <http://e.org/> SELECT * { ?s service:x ?o }",
        "SELECT ?service { ?service ?p <http://e.org/SERVICE> }",
        "PREFIX e: <http://e.org/> SELECT * { ?s e:service ?o }",
    ],
)
def test_what_only_looks_like_a_call_is_asked(query: str) -> None:
    assert refusal(query) is None


def test_an_allowed_service_and_no_other() -> None:
    allowed = ("https://query.example/sparql",)
    assert refusal("SELECT * { SERVICE SILENT <https://query.example/sparql> { ?s ?p ?o } }", allowed) is None
    assert refusal("SELECT * { SERVICE <https://other.example/> { ?s ?p ?o } }", allowed)
    assert refusal("SELECT * { SERVICE ?where { ?s ?p ?o } }", allowed)


@pytest.mark.attack
@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
@pytest.mark.parametrize("target", ["file:///etc/passwd", "http"])
def test_from_loads_nothing(server: Server, listener: tuple[str, list[str]], clause: str, target: str) -> None:
    address, calls = listener
    where = address if target == "http" else target
    answer = ask(server, f"SELECT * {clause} <{where}> {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")
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
    counted = ask(server, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").body
    assert int(counted.split()[1]) == len(kg.store)


# Query bombs

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
}


@pytest.mark.attack
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_at_the_deadline(server: Server, name: str) -> None:
    start = time.monotonic()
    try:
        answer = ask(server, BOMBS[name])
        assert answer.status in (200, 400, 413, 503), answer.body[:300]
    except (ConnectionError, http.client.HTTPException, TimeoutError):
        pass  # a connection broken off is an answer too: nobody takes a part for the whole
    assert time.monotonic() - start < 15
    assert well(server)


@pytest.mark.attack
def test_ten_bombs_at_once_and_ordinary_questions_keep_answering(server: Server) -> None:
    process = psutil.Process(server.process.pid)

    def memory() -> int:
        family = [process, *process.children(recursive=True)]
        return sum(p.memory_info().rss for p in family if p.is_running())

    well(server)
    before = memory()

    def throw(name: str) -> int:
        try:
            return ask(server, BOMBS[name]).status
        except (OSError, http.client.HTTPException):
            return 0

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        thrown = [pool.submit(throw, name) for name in BOMBS]
        answered = 0
        while not all(t.done() for t in thrown):
            found = server.ask("GET", "/questions/lessons-about-the-start?lang=en", timeout=10)
            assert found.status == 200 and len(json.loads(found.body)["rows"]) == 4
            answered += 1
        assert answered > 3
        assert {t.result() for t in thrown} <= {0, 200, 400, 413, 503}
    assert well(server)
    for _ in range(50):
        if memory() < before * 1.5 + 100_000_000:
            break
        time.sleep(0.2)
    assert memory() < before * 1.5 + 100_000_000


@pytest.mark.attack
def test_a_full_queue_says_when_to_come_back(store_folder: Path) -> None:
    with running(store_folder, "seconds=4.0, workers=1, waiting=1, patience=2.0") as small:
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _i: ask(small, CROSS), range(6)))
        busy = [a for a in answers if a.status == 503]
        assert len(busy) == 6
        assert all(a.headers.get("retry-after") for a in busy)
        assert well(small)


@pytest.mark.attack
def test_caps_on_rows_and_bytes(store_folder: Path) -> None:
    everything = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    with running(store_folder, "rows=50") as few:
        for accept in ("text/csv", "application/sparql-results+json", "application/sparql-results+xml"):
            answer = ask(few, everything, accept)
            assert answer.status == 413 and b"rows" in answer.body
            assert ask(few, everything + " LIMIT 40", accept).status == 200
    with running(store_folder, "size=300_000") as small, pytest.raises((http.client.HTTPException, ConnectionError)):
        # past the first piece the connection is broken off: no part is taken for the whole
        ask(small, everything)


@pytest.mark.attack
def test_a_client_that_goes_away_frees_its_worker(store_folder: Path) -> None:
    with running(store_folder, "seconds=30.0, workers=1, waiting=2, patience=5.0") as one:
        assert well(one)
        body = urlencode({"query": CROSS}).encode()
        with socket.create_connection(one.place) as connection:
            connection.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            time.sleep(0.5)
        start = time.monotonic()
        assert well(one), "the one worker is free again long before its deadline"
        assert time.monotonic() - start < 5


# Hostile HTTP


@pytest.mark.attack
@pytest.mark.parametrize(
    "path",
    [
        "/assets/../pyproject.toml", "/assets/%2e%2e/%2e%2e/etc/passwd", "/data/../../etc/passwd.ttl",
        "/data/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ttl", "/sv/id/../../../etc/passwd", "/id/skane/..%2f..%2f", "/assets/x\x00y".replace("\x00", "%00"),
        "/sv/views/..%2f..%2fpyproject", "/questions/..%2f..%2fetc", "/ontology/..%2f",
    ],
)  # fmt: skip
def test_no_path_leads_out(server: Server, path: str) -> None:
    answer = server.ask("GET", path)
    assert answer.status in (303, 400, 404)
    assert b"root:" not in answer.body and b"[project]" not in answer.body


def raw(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(server.place, timeout=15) as connection:
        connection.sendall(sent)
        received = b""
        with contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                received += piece
    return received


@pytest.mark.attack
@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /sparql?query=%FF%FE HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\nASK",
        b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: localhost\r\nAccept: \r\n;;;q=,,,\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Language: " + b"xx;q=9," * 2000 + b"\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-999999999999\r\nConnection: close\r\n\r\n",
        b"GET /en/id/skane/kick-off%0d%0aSet-Cookie:%20x=y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
)  # fmt: skip
def test_malformed_requests(server: Server, sent: bytes) -> None:
    received = raw(server, sent)
    status = int(received.split()[1]) if received.startswith(b"HTTP/") else 400
    assert status < 500, received[:300]
    assert b"Traceback" not in received and b"evil.example" not in received and b"Set-Cookie" not in received
    assert well(server)


@pytest.mark.attack
def test_slow_senders_do_not_keep_others_waiting(server: Server) -> None:
    held = [socket.create_connection(server.place) for _ in range(100)]
    try:
        for connection in held:
            connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n")
        for _ in range(10):
            assert well(server)
    finally:
        for connection in held:
            connection.close()


@pytest.mark.attack
def test_a_body_that_never_comes_is_not_waited_for(server: Server) -> None:
    start = time.monotonic()
    received = raw(
        server,
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 50\r\nConnection: close\r\n\r\nASK",
    )
    assert b" 408 " in received.split(b"\r\n")[0] and time.monotonic() - start < 14


PLACES = ["/", "/sv/", "/sparql?query=ASK{}", "/sparql?query=nonsense", "/nowhere", "/id/skane/kick-off", "/sv/id/nowhere/x",
          "/data/skane.ttl", "/questions", "/questions/none", "/openapi.json", "/assets/report.css", "/sv/views/decision-chain"]  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = server.ask("GET", path.replace("{", "%7B").replace("}", "%7D")).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers and "set-cookie" not in headers


def test_no_stack_trace_leaves_the_server(tmp_path: Path, store_folder: Path) -> None:
    from starlette.testclient import TestClient

    from medskick.web import Settings, create_app

    kg = KnowledgeGraph(store_folder)
    save(kg.store, tmp_path, inputs="x")
    with TestClient(create_app(Settings(store=tmp_path)), raise_server_exceptions=False) as client:
        (tmp_path / "current").unlink()
        answer = client.get("/sv/")
        assert answer.status_code == 500
        assert "Traceback" not in answer.text and str(tmp_path) not in answer.text
        assert answer.headers["content-type"] == "application/problem+json"


# The store swapped while queries run


@pytest.mark.attack
def test_every_answer_is_of_one_version(tmp_path: Path) -> None:
    graph = ox.NamedNode("https://w3id.org/medskick/graph/x")

    def version(name: str) -> list[ox.Quad]:
        return [
            ox.Quad(ox.NamedNode(f"x:{i}"), ox.NamedNode("x:version"), ox.Literal(name), graph) for i in range(2000)
        ]

    save(version("0"), tmp_path, inputs="0")
    query = "SELECT ?v (COUNT(*) AS ?n) { GRAPH ?g { ?s <x:version> ?v } } GROUP BY ?v"
    with running(tmp_path, "workers=3, waiting=50, patience=30.0") as server:
        stop, seen, wrong = threading.Event(), set(), []

        def go() -> None:
            while not stop.is_set():
                answer = ask(server, query)
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
            wrong = [w for found in pool.map(some, range(8)) for w in found]
        assert wrong == []
        assert well(server)
