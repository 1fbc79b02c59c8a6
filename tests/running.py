"""A real server for tests: its own process, a real socket, stopped as by Ctrl-C."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_START = """
import sys
from pathlib import Path
from medskick.web.app import Settings
from medskick.web.pool import Limits
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


@contextlib.contextmanager
def running(store: Path, limits: str = "", more: str = "") -> Iterator[Server]:
    """Run a server over a folder of stores; ``limits`` and ``more`` are arguments of ``Limits`` and ``Settings``."""
    process = subprocess.Popen(
        [sys.executable, "-c", _START.format(limits=limits, more=more), str(store)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), "the server did not start"
        yield Server(address, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
