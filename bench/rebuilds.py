"""Memory and deleted files of a server whose store is rebuilt while pages are asked for: `rebuilds.py [turns]`."""

import gc
import sys
import tempfile
import warnings
from pathlib import Path

import psutil
import pyoxigraph as ox
from starlette.testclient import TestClient

from medskick.graph.assemble import assemble
from medskick.graph.store import save
from medskick.rooms import room
from medskick.web.app import Settings, create_app

_PAGES = (
    "/sv/",
    "/sv/graph",
    "/graph/picture.svg?view=decision-chain",
    "/search.json?q=plan",
    "/sv/lessons",
    "/sv/timeline",
    "/sv/id/skane/kick-off",
)


def main() -> None:
    """Ask for pages of each kind, replace the store, and tell what the process holds at some turns."""
    warnings.simplefilter("ignore")
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    quads = list(assemble([room("graph") / name for name in ("skane", "national")], alone=True).store)
    node = ox.NamedNode("https://example.org/x")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save(quads, folder, inputs="0")
        client = TestClient(create_app(Settings(store=folder)), base_url="http://localhost")
        for turn in range(1, turns + 1):
            for path in _PAGES:
                client.get(path)
            if turn in (2, turns // 2, turns):
                gc.collect()
                files = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
                deleted = sum("(deleted)" in str(file) for file in files)
                print(f"{turn}: {psutil.Process().memory_info().rss // 10**6} MB, {deleted} deleted files", flush=True)
            save([*quads, ox.Quad(node, node, ox.Literal(turn), node)], folder, inputs=str(turn))


if __name__ == "__main__":
    main()
