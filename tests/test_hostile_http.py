# ruff: noqa: E501 - raw requests read best a line each
"""Attacks by HTTP on a running server: paths, hosts, malformed and slow requests, and what its log holds."""

import concurrent.futures
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from running import Server, posted, running

QUESTION = "/questions/lessons-about-the-start?lang=en"
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
CLOSE = HOST + b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(store_folder: Path) -> Iterator[Server]:
    with running(store_folder, "seconds=3.0, workers=2, waiting=8, patience=8.0") as found:
        yield found


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
            if place % 3:
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
    told = log.read_text(encoding="utf-8")
    assert SECRET not in told and "127.0.0.1" not in told and "Traceback" not in told
    assert "/en/" not in told, "no line a request unless asked for"


@pytest.mark.attack
def test_an_access_log_that_was_asked_for(store_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(store_folder, "size=300_000", "access_log=True", log=log) as server:
        _noise(server)
        server.ask("GET", f"/en/?q={SECRET}")
        server.ask("GET", "/nowhere%0aGET%20/forged%20200%201.0?x")
    told = log.read_text(encoding="utf-8")
    assert SECRET not in told and "127.0.0.1" not in told
    lines = [line for line in told.splitlines() if not line.startswith(("WARNING", "ERROR"))]
    assert all(re.fullmatch(r"[A-Z]+ /\S* (\d{3}|-) \d+\.\d( cut)?", line) for line in lines), lines
    assert any(re.fullmatch(r"GET /en/ 200 \d+\.\d", line) for line in lines)
    assert any(re.fullmatch(r"POST /sparql 200 \d+\.\d cut", line) for line in lines)
    assert any(line.startswith("GET /nowhere%0AGET%20/forged%20200%201.0 404 ") for line in lines)


def test_the_environment_can_ask_for_an_access_log(monkeypatch: pytest.MonkeyPatch) -> None:
    from medskick.web import Settings

    assert not Settings.from_environment().access_log
    monkeypatch.setenv("MEDSKICK_ACCESS_LOG", "1")
    assert Settings.from_environment().access_log
