"""Memory and tasks of a server after clients who read an answer to the cap and leave: `broken_off.py [answers]`.

A child serves Skåne and the national level; a signal makes it tell its tasks and its memory.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil

_QUERY = "SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?a ?b ?c } }"
_AT_ONCE = 8


def _serve(store: Path) -> None:
    import asyncio

    from medskick.web.app import Settings
    from medskick.web.serve import serve
    from medskick.web.sparql.limits import Limits

    def tell(*_: object) -> None:
        gc.collect()
        loops = [thing for thing in gc.get_objects() if isinstance(thing, asyncio.AbstractEventLoop)]
        tasks = sum(len(asyncio.all_tasks(loop)) for loop in loops)
        process = psutil.Process()
        print(json.dumps({"tasks": tasks, "rss": process.memory_info().rss, "files": process.num_fds()}), flush=True)

    signal.signal(signal.SIGUSR1, tell)
    limits = Limits(size=1_000_000, rows=10**9, workers=4)
    serve(Settings(store=store, limits=limits), "127.0.0.1", 0, False, lambda address: print(address, flush=True))


def _state_of(child: "subprocess.Popen[str]") -> dict[str, int]:
    assert child.stdout is not None
    child.send_signal(signal.SIGUSR1)
    state: dict[str, int] = json.loads(child.stdout.readline())
    return state


def _leave(place: tuple[str, int], half: bool) -> None:
    """Read an answer until it is broken off, or leave before."""
    with socket.create_connection(place, timeout=60) as connection:
        head = "Host: localhost\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
        connection.sendall(f"GET /sparql?query={quote(_QUERY)} HTTP/1.1\r\n{head}".encode())
        left = 300_000 if half else 10**9
        while left > 0 and (piece := connection.recv(65_536)):
            left -= len(piece)


def main() -> None:
    """Run the child, or measure it."""
    if sys.argv[1:2] == ["serve"]:
        _serve(Path(sys.argv[2]))
        return
    import concurrent.futures

    from medskick.graph.assemble import assemble
    from medskick.graph.store import save
    from medskick.rooms import room

    answers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        save(assemble([room("graph") / n for n in ("skane", "national")], alone=True).store, store, inputs="bench")
        child = subprocess.Popen(
            [sys.executable, __file__, "serve", folder], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert child.stdout is not None
        host, port = child.stdout.readline().strip().removeprefix("http://").rstrip("/").split(":")
        with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda n: _leave((host, int(port)), n % 2 == 0), range(20)))
            time.sleep(3)
            print("after 20", _state_of(child), flush=True)
            list(pool.map(lambda n: _leave((host, int(port)), n % 2 == 0), range(answers)))
        time.sleep(5)
        print(f"after {answers}", _state_of(child), flush=True)
        start = time.monotonic()
        child.send_signal(signal.SIGINT)
        child.wait(60)
        print(f"stopped in {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
