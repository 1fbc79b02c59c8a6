"""Other endpoints for tests, on loopback: Oxigraph's own server, and one that lies, hangs or never ends."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox

JSON = "application/sparql-results+json"
ROW = b'{"thing":{"type":"uri","value":"https://elsewhere.example/id/plan"}}'
GOOD = b'{"head":{"vars":["thing"]},"results":{"bindings":[%s]}}' % ROW
XML = "application/sparql-results+xml"
DEEP = (
    b'{"head":{"vars":["thing"]},"results":{"bindings":[{"thing":'
    + b'{"\\u0074ype":"triple","value":{"object":' * 20_000
    + b'{"type":"uri","value":"https://elsewhere.example/id/plan"}'
    + b"}}" * 20_000
    + b"}]}}"
)
"""Triples in triples, so deep that a parser runs out of its stack."""
DEEP_XML = (
    b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="thing"/></head><results><result>'
    + b'<binding name="thing">'
    + b"<triple><object>" * 60_000
    + b"<uri>https://elsewhere.example/id/plan</uri>"
    + b"</object></triple>" * 60_000
    + b"</binding></result></results></sparql>"
)
HABITS = (
    "good",
    "cut",
    "deep",
    "deep-xml",
    "html",
    "lies",
    "status",
    "redirect",
    "packed",
    "hangs",
    "drips",
    "never-ends",
)
"""What the bad server does, by the path that it is asked at."""


@contextlib.contextmanager
def bad_server() -> Iterator[str]:
    """Run a server that does at ``/<habit>`` what the habit says; its address ends in a slash."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def give(self, media: str, body: bytes, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": media, **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            page = b"<!doctype html><title>Welcome</title>"
            match self.path.strip("/"):
                case "good":
                    self.give(JSON, GOOD)
                case "cut":
                    self.give(JSON, GOOD[:-20], Content_Length=str(len(GOOD)))
                case "deep":
                    self.give(JSON, DEEP)
                case "deep-xml":
                    self.give(XML, DEEP_XML)
                case "html":
                    self.give("text/html", page)
                case "lies":
                    self.give(JSON, page)
                case "status":
                    self.give(JSON, GOOD, 500)
                case "redirect":
                    self.give(JSON, b"", 302, Location="/good")
                case "packed":
                    self.give(JSON, b"", Content_Encoding="gzip")
                case "hangs":
                    over.wait(30)
                case "drips" | "never-ends" as habit:
                    piece = b" " if habit == "drips" else ROW * 1000 + b","
                    with contextlib.suppress(OSError):
                        self.give(JSON, b'{"head":{"vars":["thing"]},"results":{"bindings":[')
                        while not over.wait(0.05 if habit == "drips" else 0):
                            self.wfile.write(piece)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def oxigraph(quads: Iterable[ox.Quad] = ()) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run Oxigraph's own server with some statements; gives the endpoint's address and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    program = Path(sys.executable).with_name("oxigraph")
    process = subprocess.Popen([program, "serve", "--bind", place], stderr=subprocess.DEVNULL)
    try:
        raw = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
        request = urllib.request.Request(
            f"http://{place}/store", raw, {"Content-Type": "application/n-quads"}, method="POST"
        )
        for attempt in range(100):
            try:
                urllib.request.urlopen(request, timeout=30).close()
                break
            except OSError:
                if attempt == 99:
                    raise
                time.sleep(0.1)
        yield f"http://{place}/query", process
    finally:
        process.kill()
        process.wait()
