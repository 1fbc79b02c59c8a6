"""Virtuoso 7 (Debian's package) for tests, on loopback: a database of its own in a folder, gone with it."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

_SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 1000000
"""
USER, PASSWORD = "dba", "dba"
"""Who may change a new database."""


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Run the server; gives the address to which ``/sparql-auth`` and ``/sparql-graph-crud-auth`` are added."""
    http = _free()
    (folder / "virtuoso.ini").write_text(_SETTINGS.format(port=_free(), http=http), encoding="utf-8")
    with (folder / "said").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            ["virtuoso-t", "-f", "-c", "virtuoso.ini"],
            cwd=folder, stdout=said, stderr=said, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
    address = f"http://127.0.0.1:{http}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/sparql?query=ASK%7B%7D", timeout=10).close()
                break
            assert process.poll() is None, (folder / "virtuoso.log").read_text(encoding="utf-8", errors="replace")
            time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()
