# ruff: noqa: E501 - raw requests read best a line each
"""Attacks by HTTP on a running server: paths, hosts, malformed and slow requests, and what its log holds."""

import concurrent.futures
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from starlette.requests import Request

from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.web.http.negotiate import best
from medskick.web.linked_data import rendered
from running import Server, posted, running

QUESTION = "/questions/lessons-about-the-start?lang=en"
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
CLOSE = HOST + b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(store_folder: Path) -> Iterator[Server]:
    with running(store_folder, "seconds=3.0, workers=2, waiting=8, patience=8.0") as running_server:
        yield running_server


@pytest.mark.attack
@pytest.mark.parametrize(
    "path",
    [
        "/assets/../pyproject.toml", "/assets/%2e%2e/%2e%2e/etc/passwd", "/data/../../etc/passwd.ttl",
        "/data/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ttl", "/sv/id/../../../etc/passwd", "/id/skane/..%2f..%2f", "/assets/x%00y",
        "/sv/views/..%2f..%2fpyproject", "/questions/..%2f..%2fetc", "/ontology/..%2f", "/assets//etc/passwd", "//etc/passwd",
        "/assets/..%5c..%5cpyproject.toml", "/assets/%c0%ae%c0%ae/pyproject.toml", "/assets/graph/../../pyproject.toml",
    ],
)  # fmt: skip
def test_no_path_leads_out(server: Server, path: str) -> None:
    answer = server.ask("GET", path)
    assert answer.status in (303, 400, 404)
    assert b"root:" not in answer.body and b"[project]" not in answer.body
    assert not answer.headers.get("location", "").startswith("//")


@pytest.mark.attack
@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"GET / HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /sparql?query=%FF%FE" + CLOSE,
        b"GET /" + b"x" * 100_000 + CLOSE,
        b"GET /" + b"a/" * 20_000 + CLOSE,
        b"GET /questions/lessons-about-the-start?" + b"a=b&" * 10_000 + CLOSE,
        b"GET /sv/id/%F0%9F%98%80%ED%A0%80" + CLOSE,
        b"GET /" + HOST + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /" + HOST + b"".join(b"X-%d: y\r\n" % i for i in range(5_000)) + b"Connection: close\r\n\r\n",
        b"POST /sparql" + HOST + b"Content-Length: -5\r\n\r\n",
        b"POST /sparql" + HOST + b"Content-Length: 1" + b"0" * 4_000 + b"\r\nConnection: close\r\n\r\n",
        b"POST /sparql" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK {}",
        b"POST /sparql" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        b"POST /sparql" + HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"POST /sparql" + HOST + b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFFFFF\r\nASK",
        b"POST /sparql" + HOST + b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\nzz\r\n",
        b"POST /sparql" + HOST + b"Content-Type: application/sparql-query\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\nASK",
        b"POST /sparql" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900000\r\nConnection: close\r\n\r\n" + b"a=b&" * 225_000,
        b"POST /sparql" + HOST + b"Content-Type: application/sparql-query\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00",
        b"GET /sparql?query=ASK{}" + HOST + b"Accept: \r\n;;;q=,,,\r\nConnection: close\r\n\r\n",
        b"GET /" + HOST + b"Accept-Language: " + b"xx;q=9," * 2000 + b"\r\nConnection: close\r\n\r\n",
        b"GET /sparql?query=ASK{}" + HOST + b"Accept: " + b"a/b;q=0.1," * 5000 + b"\r\nConnection: close\r\n\r\n",
        b"GET /" + HOST + b"Range: bytes=0-999999999999\r\nConnection: close\r\n\r\n",
        b"GET /data/skane.ttl" + HOST + b"Range: bytes=" + b"0-1," * 5000 + b"\r\nConnection: close\r\n\r\n",
        b"GET /" + HOST + b"If-None-Match: " + b'"x",' * 5000 + b"\r\nConnection: close\r\n\r\n",
        b"GET /" + HOST + b"Bad Header\r\n\r\n",
        b"GET /" + HOST + b"X: a\r\n folded: b\r\nConnection: close\r\n\r\n",
        b"GET /" + HOST + b"X: a\x00b\r\n\r\n",
        b"GET /en/id/skane/kick-off%0d%0aSet-Cookie:%20x=y" + CLOSE,
        b"GET /en/?lang=%0d%0aSet-Cookie:%20x=y" + CLOSE,
        b"TRACE /" + CLOSE,
        b"CONNECT localhost:22" + CLOSE,
        b"PUT /sparql?graph=x:y" + HOST + b"Content-Length: 0\r\nConnection: close\r\n\r\n",
        b"DELETE /sparql?default" + CLOSE,
        b"GET /sparql" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)  # fmt: skip
def test_malformed_requests(server: Server, sent: bytes) -> None:
    received = server.raw(sent)
    status = int(received.split()[1]) if received.startswith(b"HTTP/") else 400
    assert status < 500, received[:300]
    assert b"Traceback" not in received and b"set-cookie" not in received.lower().partition(b"\r\n\r\n")[0]
    assert server.well()


@pytest.mark.attack
@pytest.mark.parametrize(
    ("host", "refused"),
    [
        (b"Host: evil.example", True),
        (b"Host: testserver", True),
        (b"Host: localhost.evil.example", True),
        (b"Host: evil.example#localhost", True),
        (b"Host: localhost@evil.example", True),
        (b"Host: localhost:80@evil.example", True),
        (b"Host: localhost, evil.example", True),
        (b"Host: localhost evil.example", True),
        (b"Host: localhost\r\nHost: evil.example", True),
        (b"Host: ", True),
        (b"X: y", True),
        (b"Host: [::1]evil.example", True),
        (b"Host: LOCALHOST:1", False),
        (b"Host: [::1]:8000", False),
        (b"Host: localhost\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\nX-Host: evil.example", False),
        (b"Host: localhost\r\nX-Forwarded-Proto: javascript\r\nX-Forwarded-Prefix: //evil.example\r\nX-Script-Name: //evil.example", False),
        (b"Host: localhost\r\nX-Original-URL: //evil.example/\r\nX-Rewrite-URL: //evil.example/", False),
        (b"Host: localhost\r\nX-HTTP-Method-Override: DELETE\r\nReferer: http://evil.example/", False),
    ],
)  # fmt: skip
def test_no_host_but_ours(server: Server, host: bytes, refused: bool) -> None:
    for path in (b"/", b"/sv/", b"/sparql", b"/data/skane.ttl", b"/id/skane/kick-off"):
        received = server.raw(b"GET " + path + b" HTTP/1.1\r\n" + host + b"\r\nConnection: close\r\n\r\n")
        status = int(received.split()[1])
        assert status == 400 if refused else status in (200, 303)
        assert b"evil.example" not in received and b"javascript:" not in received


# How messages are read, and what stands in an answer


@pytest.mark.parametrize(
    "fields", [b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\ncontent-length: 5"]
)
def test_a_request_of_two_lengths_ends_the_connection(server: Server, fields: bytes) -> None:
    received = server.raw(b"POST /sparql" + HOST + fields + b"\r\n\r\n0\r\n\r\nGET /robots.txt" + CLOSE)
    assert received.startswith(b"HTTP/1.1 400 ") and received.count(b"HTTP/1.1") == 1


def test_a_request_by_its_whole_address_is_answered(server: Server) -> None:
    host, port = server.place
    for target in (
        f"http://{host}:{port}/robots.txt",
        f"HTTP://localhost:{port}/robots.txt?x",
        "http://localhost/robots.txt",
    ):
        received = server.raw(f"GET {target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
        assert received.startswith(b"HTTP/1.1 200 ") and received.endswith(b"Disallow: /sparql\n"), target
    started = server.raw(b"GET http://localhost" + CLOSE)
    assert started.startswith(b"HTTP/1.1 303 ")


def test_a_head_that_is_too_long_is_refused_also_in_one_piece(server: Server) -> None:
    received = server.raw(b"GET /robots.txt" + HOST + b"Accept: " + b"a/b;q=0.1," * 11_000 + b"*/*\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 400 ")


def test_a_body_with_a_coding_is_refused_as_such(server: Server) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    answer = server.ask("POST", "/sparql", headers, b"\x1f\x8b\x08\x00")
    assert answer.status == 415 and answer.headers["accept-encoding"] == "identity"
    assert server.ask("POST", "/sparql", {**headers, "Content-Encoding": "identity"}, b"ASK {}").status == 200


ASKED = "/sparql?query=" + quote("SELECT * { ?s a <https://w3id.org/medskick/ontology#Lesson> } ORDER BY ?s LIMIT 20")


@pytest.mark.parametrize("path", [ASKED, "/robots.txt", "/en/", "/data/skane.ttl", "/sparql?query=x", "/nowhere"])
def test_head_tells_what_get_does(server: Server, path: str) -> None:
    get, head = (server.ask(method, path) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (get.status, b"")
    value = ("content-length", "content-type", "etag", "vary", "cache-control")
    assert [head.headers.get(name) for name in value] == [get.headers.get(name) for name in value]
    assert int(head.headers["content-length"]) == len(get.body)


def test_head_of_what_is_sent_as_it_comes_tells_no_length(server: Server) -> None:
    path = "/sparql?query=" + quote("SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 2000")
    get, head = (server.ask(method, path) for method in ("GET", "HEAD"))
    assert get.status == head.status == 200 and len(get.body) > 65_536
    assert "content-length" not in get.headers and "content-length" not in head.headers


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("SELECT (NOW() AS ?x) {}", False),
        ("select(now()as?x){}", False),
        ("SELECT (RAND () AS ?x) {}", False),
        ("SELECT (UUID() AS ?x) {}", False),
        ("SELECT (STRUUID() AS ?x) {}", False),
        ("PREFIX now: <https://e.org/> SELECT ?now ?rand { VALUES (?now ?rand) { (now:uuid 1) } }", True),
        ("PREFIX foaf: <http://xmlns.com/foaf/0.1/> ASK { ?s foaf:knows ?strand }", True),
    ],
)
def test_what_is_another_answer_each_time_is_never_the_same(server: Server, query: str, same: bool) -> None:
    path = "/sparql?query=" + quote(query)
    first = server.ask("GET", path)
    assert first.status == 200 and ("etag" in first.headers) == same
    tag = first.headers.get("etag", "*")
    assert server.ask("GET", path, {"If-None-Match": tag}).status == (304 if same else 200)


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/sparql?query=nonsense", "*/*", 400), ("/sparql?query=ASK%7B%7D", "image/png", 406), ("/nowhere", "*/*", 404),
        ("/questions/none", "*/*", 404), ("/sv/id/nowhere/x", "*/*", 404), ("/data/nothing.ttl", "*/*", 404),
        (ASKED, "*/*", 304), ("/en/", "*/*", 304), ("/data/skane.ttl", "*/*", 304), ("/assets/report.css", "*/*", 304),
    ],
)  # fmt: skip
def test_if_none_match_of_anything_hides_no_error(server: Server, path: str, accept: str, status: int) -> None:
    answer = server.ask("GET", path, {"Accept": accept, "If-None-Match": "*"})
    assert answer.status == status
    if status == 304:
        assert answer.body == b"" and "content-length" not in answer.headers and "etag" in answer.headers
    else:
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", [ASKED, "/en/", "/data/skane.ttl", "/id/skane/kick-off", "/nowhere", "/sparql?query=x"]
)
def test_what_an_answer_varies_by_stands_once(server: Server, path: str) -> None:
    for accept in ("text/turtle", "image/png", "*/*"):
        answer = server.ask("GET", path, {"Accept": accept, "Accept-Encoding": "gzip"})
        varies = [part.strip().lower() for part in answer.headers.get("vary", "").split(",")]
        assert len(varies) == len(set(varies)), (accept, varies)
        if "etag" in answer.headers:
            again = server.ask(
                "GET", path, {"Accept": accept, "Accept-Encoding": "gzip", "If-None-Match": answer.headers["etag"]}
            )
            assert again.status == 304 and again.headers["vary"] == answer.headers["vary"]


def test_a_name_beyond_ascii_is_told_in_a_field() -> None:
    request = Request({"type": "http", "method": "GET", "path": "/data/id/x.ttl", "headers": [], "query_string": b""})
    links = ['<https://exempel-å.example/ä>; rel="about"', '<https://e.org/a%20b>; rel="license"']
    answer = rendered(request, [], "text/turtle", "1", links)
    assert answer.headers["link"] == (
        '<https://exempel-%C3%A5.example/%C3%A4>; rel="about", <https://e.org/a%20b>; rel="license"'
    )


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_other_sites_may_send_queries(server: Server, path: str) -> None:
    asked = {"Origin": "https://e.org", "Access-Control-Request-Method": "POST"}
    assert "POST" in server.ask("OPTIONS", path, asked).headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("text/turtle;charset=utf-8", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ('application/ld+json;profile="a,b;q=0";q=0.5, text/turtle;q=0.4', "application/ld+json"),
        ("text/turtle; version=1.2; q=0.1, application/n-triples;charset=utf-8;q=0.2", "application/n-triples"),
        ("text/turtle;q=0, */*;q=0.1", "application/n-triples"),
        ("text/turtle;charset=utf-8;q=0", None),
        ("text/*;x=y", "text/turtle"),
        ("", "text/turtle"),
        (" ", "text/turtle"),
        ("image/png;x=y", None),
        ("text/turtle," + "a/b;q=0.1," * 100_000, "text/turtle"),
        ("a/b;q=0.1," * 100_000 + "text/turtle", None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_types_with_parameters_are_taken_as_the_type(accept: str, chosen: str | None) -> None:
    assert best(accept, ("text/turtle", "application/n-triples", "application/ld+json")) == chosen


@pytest.mark.attack
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { FILTER(" + "!" * 100_000 + "true) }", "SELECT * { ?s " + "^" * 100_000 + "a ?o }",
        "SELECT * { ?s " + "a/" * 50_000 + "a ?o }", "ASK { " + "OPTIONAL {} " * 20_000 + "}",
        "ASK { FILTER(" + "1+" * 50_000 + "1) }", "ASK { FILTER(" + "(" * 90 + "!" * 100_000 + "1" + ")" * 90 + ") }",
    ],
    ids=["not", "inverse", "sequence", "optional", "sum", "brackets"],
)  # fmt: skip
def test_a_query_that_nests_too_deep_is_its_senders_fault(server: Server, query: str) -> None:
    answer = server.query(query)
    assert answer.status == 400 and b"memory" not in answer.body
    assert server.well()


@pytest.mark.attack
def test_an_address_of_another_host_is_none_of_ours(server: Server) -> None:
    for target in (b"http://evil.example/sv/", b"//evil.example/%2e%2e", b"/\\evil.example", b"/sv//evil.example"):
        received = server.raw(b"GET " + target + CLOSE)
        head = received.partition(b"\r\n\r\n")[0].lower()
        assert int(received.split()[1]) in (400, 404)
        assert b"location:" not in head


# Slow and many


@pytest.mark.attack
def test_who_sends_at_once_is_heard_however_many_dawdle(server: Server) -> None:
    held = [socket.create_connection(server.place) for _ in range(900)]
    try:
        for place, connection in enumerate(held):
            if place % 3 == 2:
                connection.sendall(SLOW["body"][0] + b"A")
            elif place % 3:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-" + b"a" * (place % 50))
        for _ in range(10):
            start = time.monotonic()
            assert server.ask("GET", QUESTION, timeout=5).status == 200 and server.well()
            assert time.monotonic() - start < 5
    finally:
        for connection in held:
            connection.close()


SLOW = {
    "head": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b""),
    "second head": (b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nX: ", b" 200 "),
    "body": (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 5000\r\n\r\n", b" 408 "),
    "chunked body": (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n", b" 408 "),
    "body nobody reads": (b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n", b" 405 "),
}  # fmt: skip


def _drip(server: Server, begin: bytes) -> tuple[float, bytes]:
    """Send a beginning, then a byte every half second; return how long that could go on, and what came back."""
    received = b""
    with socket.create_connection(server.place) as connection:
        start = time.monotonic()
        connection.settimeout(0.5)
        connection.sendall(begin)
        while time.monotonic() - start < 40:
            try:
                connection.sendall(b"a")
                piece = connection.recv(65_536)
                if not piece:
                    break
                received += piece
            except TimeoutError:
                continue
            except OSError:
                break
        return time.monotonic() - start, received


@pytest.mark.attack
def test_slow_senders_are_not_waited_for(server: Server) -> None:
    with concurrent.futures.ThreadPoolExecutor(len(SLOW)) as pool:
        dripping = {name: pool.submit(_drip, server, begin) for name, (begin, _) in SLOW.items()}
        assert server.well()
    for name, (_, status) in SLOW.items():
        seconds, received = dripping[name].result()
        assert seconds < 25, name
        assert status in received.split(b"\r\n")[0] + b" ", name
    assert server.well()


@pytest.mark.attack
def test_slow_readers_are_not_waited_for(server: Server) -> None:
    # nobody takes what was asked for: the server keeps neither the connections nor the answers
    held = []
    try:
        for _ in range(30):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(server.place)
            connection.sendall((b"GET /data/stockholm.nt" + HOST + b"\r\n") * 20)
            held.append(connection)
        end = time.monotonic() + 45
        while held and time.monotonic() < end:
            time.sleep(1)
            assert server.ask("GET", QUESTION, timeout=5).status == 200
            # an aborted connection shows as an error once it is written to
            for connection in list(held):
                try:
                    connection.send(b"G")
                except OSError:
                    held.remove(connection)
        assert held == []
    finally:
        for connection in held:
            connection.close()


CHUNKED = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.attack
@pytest.mark.parametrize("path", [b"/sparql", b"/en/feedback", b"/robots.txt", b"/nowhere"])
def test_a_body_in_very_small_chunks_is_not_read_to_its_end(server: Server, path: bytes) -> None:
    sent = 0
    received = b""
    with socket.create_connection(server.place) as connection:
        connection.settimeout(10)
        with contextlib.suppress(OSError):
            connection.sendall(CHUNKED % path)
            for _ in range(200):
                connection.sendall(b"1\r\n \r\n" * 10_000)
                sent += 60_000
        with contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                received += piece
    # what was on its way is lost with the connection, and so may be the answer
    assert sent < 200 * 60_000 or received.split(b" ")[1] in (b"400", b"404", b"405", b"415")
    assert server.well()


@pytest.mark.attack
def test_who_sends_too_much_reads_why(server: Server) -> None:
    body = b"a" * 3_000_000
    head = b"POST /sparql" + HOST + b"Content-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n" % len(body)
    for sent in (head + body, CHUNKED % b"/sparql" + b"2dc6c0\r\n" + body + b"\r\n0\r\n\r\n"):
        received = server.raw(sent)
        assert received.startswith(b"HTTP/1.1 413 ") and received.count(b"HTTP/1.1") == 1


# What is told, and to whom

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


@pytest.mark.browser_all
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


SECRET = "zzsecretzz"


def _noise(server: Server) -> None:
    for path in (
        "/sparql?query=ASK%7B%7D%23",
        f"{QUESTION}&phase-type=",
        "/sparql?query=",
        "/sparql?broken=%FF",
        "/sv/?q=",
    ):
        server.ask("GET", path + SECRET)
    server.query(f"SELECT * {{ ?s ?p '{SECRET}' }}")
    server.query(f"SELECT * {{ {SECRET} }}")
    server.raw(b"GET /?" + SECRET.encode() + b" HTTP/1.1\r\n\r\n")
    server.raw(b"GET /?" + SECRET.encode() + b"\r\n\r\n")
    with socket.create_connection(server.place) as connection:
        connection.sendall(posted(f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} GRAPH ?h {{ ?a ?b ?c }} }} #{SECRET}"))
        connection.recv(1000)
    # broken off past its cap
    server.raw(posted(f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} }} #{SECRET}"))


@pytest.mark.attack
def test_logs_hold_no_query_and_no_address(store_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(store_folder, "size=300_000", log=log) as server:
        _noise(server)
        server.ask("GET", "/en/")
    text = log.read_text(encoding="utf-8")
    assert SECRET not in text and "127.0.0.1" not in text and "Traceback" not in text
    assert "/en/" not in text, "no line a request unless asked for"


@pytest.mark.attack
def test_an_access_log_that_was_asked_for(store_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(store_folder, "size=300_000", "access_log=True", log=log) as server:
        _noise(server)
        server.ask("GET", f"/en/?q={SECRET}")
        server.ask("GET", "/nowhere%0aGET%20/forged%20200%201.0?x")
    text = log.read_text(encoding="utf-8")
    assert SECRET not in text and "127.0.0.1" not in text
    lines = [line for line in text.splitlines() if not line.startswith(("WARNING", "ERROR"))]
    assert all(re.fullmatch(r"[A-Z]+ /\S* (\d{3}|-) \d+\.\d( cut)?", line) for line in lines), lines
    assert any(re.fullmatch(r"GET /en/ 200 \d+\.\d", line) for line in lines)
    assert any(re.fullmatch(r"POST /sparql 200 \d+\.\d cut", line) for line in lines)
    assert any(line.startswith("GET /nowhere%0AGET%20/forged%20200%201.0 404 ") for line in lines)


def _remark(server: Server, number: int) -> int:
    """Send a remark under an address of its own; return the status."""
    form = server.ask("GET", "/en/feedback?about=id/skane/kick-off").body.decode()
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    forged = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Real-IP": forged["X-Forwarded-For"], **forged}
    body = urlencode({**fields, "kind": "wrong", "text": f"The date is wrong, number {number}"})
    return server.ask("POST", "/en/feedback", headers, body.encode()).status


@pytest.mark.attack
@pytest.mark.parametrize("bare", [False, True], ids=["as README has it", "with nothing but the application"])
def test_the_command_for_any_server_logs_no_query_and_no_address(
    store_folder: Path, tmp_path: Path, bare: bool
) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    command = next(part for part in readme.split("`") if part.startswith("uvicorn "))
    words = command.split()[:3] if bare else command.replace(" --root-path /medskick", "").split()
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *words, "--port", "0"], stdout=errors, stderr=errors,
            env={**os.environ, "MEDSKICK_STORE": str(store_folder)},
        )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not (address := re.search(r"running on (http://\S+)", log.read_text(encoding="utf-8"))):
            assert time.monotonic() < end and process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        server = Server(address[1], process)  # type: ignore[arg-type]
        _noise(server)
        assert ("server" in server.ask("GET", "/en/").headers) == bare
        if not bare:
            # ten are let in at once, whoever they say they are
            assert [_remark(server, number) for number in range(12)] == [303] * 10 + [429] * 2
            _, received = _drip(server, SLOW["body nobody reads"][0])
            assert b" 405 " in received
            seconds, _ = _drip(server, SLOW["head"][0])
            assert seconds < 25
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(15) in (0, 130, -2)
    text = log.read_text(encoding="utf-8")
    assert SECRET not in text and "127.0.0.1:" not in text.replace(address[1], "") and "/en/" not in text


def test_the_environment_can_ask_for_an_access_log(monkeypatch: pytest.MonkeyPatch) -> None:
    from medskick.web import Settings

    assert not Settings.from_environment().access_log
    monkeypatch.setenv("MEDSKICK_ACCESS_LOG", "1")
    assert Settings.from_environment().access_log
