"""A real server for tests: its own process, a real socket, stopped as by Ctrl-C."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

_START = """
import sys
from pathlib import Path
from medskick.web.app import Settings
from medskick.web.sparql.limits import Limits
from medskick.web.serve import serve
settings = Settings(store=Path(sys.argv[1]), limits=Limits({limits}), {more})
serve(settings, "127.0.0.1", 0, False, lambda address: print(address, flush=True))
"""


@dataclass
class Answer:
    """A response: status, headers (names in lower case), body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A running server: its address and process."""

    address: str
    process: "subprocess.Popen[str]"

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.address)
        assert parts.hostname and parts.port
        return parts.hostname, parts.port

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 60,
    ) -> Answer:
        """Send one request as it stands: no redirect is followed, no header added but Host and length."""
        connection = http.client.HTTPConnection(*self.place, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def query(self, query: str, accept: str = "text/csv", **more: str) -> Answer:
        """Send a query by form POST."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        return self.ask("POST", "/sparql", headers, urlencode({"query": query, **more}).encode())

    def well(self) -> bool:
        """Tell whether a small query is answered."""
        return self.query("ASK {}", "application/json").status == 200

    def raw(self, sent: bytes, timeout: float = 15) -> bytes:
        """Send bytes as they stand and return what comes until the connection is closed."""
        with socket.create_connection(self.place, timeout=timeout) as connection:
            received = b""
            with contextlib.suppress(OSError):
                connection.sendall(sent)
                while piece := connection.recv(65_536):
                    received += piece
        return received


def posted(query: str, version: str = "1.1") -> bytes:
    """Return a form POST of a query as bytes."""
    body = urlencode({"query": query}).encode()
    return (
        b"POST /sparql HTTP/%s\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Accept: text/csv\r\nContent-Length: %d\r\n\r\n%s" % (version.encode(), len(body), body)
    )


@contextlib.contextmanager
def running(
    store: Path, limits: str = "", more: str = "", log: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server over a folder of stores; ``limits`` and ``more`` are arguments of ``Limits`` and ``Settings``.

    What it writes to stderr goes to ``log``.
    """
    errors = log.open("w", encoding="utf-8") if log else None
    process = subprocess.Popen(
        [sys.executable, "-c", _START.format(limits=limits, more=more), str(store)],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), "the server did not start"
        yield Server(address, process)
    finally:
        if errors:
            errors.close()
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
