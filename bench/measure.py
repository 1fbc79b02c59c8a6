"""In one run: starting, asking, building, drawing, each beside what a user would pick instead.

Run ``uv run python bench/measure.py``. Prints medians and ratios; asserts nothing. Whole processes are measured in
seconds of the processor, which other work on the machine changes less than the clock's. ``--asking STORE`` asks a store
that is there and leaves out the rest; ``--runs 5`` is for the hurried.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from selenium import webdriver

from browser import chromium, present
from medskick.graph.from_tables import build
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.viz.pictures.as_page import page
from medskick.viz.pictures.picture import Picture, from_view

MEDSKICK = [sys.executable, "-c", "from medskick.cli import main; main()"]


def timed(command: Sequence[str], runs: int, before: Callable[[], object] = lambda: None) -> float:
    """Return the median seconds of the processor that a whole process takes."""

    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    taken = []
    for _ in range(runs):
        before()
        start = used()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(used() - start)
    return statistics.median(taken)


def asking(store: Path, runs: int) -> None:
    """A cold question and the list of commands, whole processes, beside importing rdflib."""
    theirs = timed([sys.executable, "-c", "import rdflib"], runs)
    print(f"python -c 'import rdflib', whole process: {theirs:.3f} s")
    for name, command in (
        ("ask", ["ask", "lessons-about-the-start", "--store", str(store)]),
        ("--help", ["--help"]),
    ):
        ours = timed([*MEDSKICK, *command], runs)
        print(f"{name}, cold, whole process: {ours:.3f} s; ratio {ours / theirs:.2f}")


def building(store: Path) -> None:
    """All datasets from scratch, whole process."""
    ours = timed([*MEDSKICK, "build", "--store", str(store)], 5, lambda: shutil.rmtree(store, ignore_errors=True))
    print(f"build of all datasets from scratch, whole process: {ours:.2f} s")


def stock_pyvis(picture: Picture, path: Path) -> None:
    """The same things and relations as a user of pyvis would draw them: from_nx, default options."""
    import networkx
    from pyvis.network import Network

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in picture.nodes:
        graph.add_node(node.iri, label=node.label["sv"])
    for edge in picture.edges:
        graph.add_edge(edge.start, edge.end, title=edge.relation)
    network = Network(directed=True, cdn_resources="in_line")
    network.from_nx(graph)
    html = network.generate_html()
    # its page calls a style framework from a network; here there is none, which only helps it.
    # Drawn means: settled, as its loading bar hides the picture until then; a page with fewer things has no bar
    probe = """<script>
      window.drawn = null; window.settled = null;
      network.once('afterDrawing', () => { window.drawn = performance.now(); });
      network.once('stabilizationIterationsDone', () => { window.settled = performance.now(); });
    </script></body>"""
    path.write_text(
        html.replace("drawGraph();", "drawGraph(); window.network = network;").replace("</body>", probe),
        encoding="utf-8",
    )


def until(driver: webdriver.Chrome, script: str, seconds: float) -> float | None:
    """Wait for a script to give a number."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (value := driver.execute_script(script)) is not None:
            return float(value)
        time.sleep(0.05)
    return None


def drawing(store: Path) -> None:
    """First full draw of the largest view in Chromium, beside stock pyvis."""
    if not present():
        print("draw: no Chromium here")
        return
    kg = KnowledgeGraph(store)
    picture = max((from_view(kg.store, v) for v in Catalogue().views()), key=lambda p: len(p.nodes))
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.html", Path(folder) / "pyvis.html"
        ours.write_text(page(picture, "sv", kg.version), encoding="utf-8")
        stock_pyvis(picture, theirs)
        mine, stock, settled = [], [], []
        for _ in range(3):
            with chromium() as driver:
                driver.get(ours.as_uri())
                if (value := until(driver, "return window.medskick ? window.medskick.drawnAt : null", 30)) is not None:
                    mine.append(value / 1000)
            with chromium() as driver:
                driver.get(theirs.as_uri())
                if (value := until(driver, "return window.drawn", 60)) is not None:
                    stock.append(value / 1000)
                if (value := until(driver, "return window.settled", 120)) is not None:
                    settled.append(value / 1000)
    size = f"{len(picture.nodes)} things, {len(picture.edges)} relations"
    ours_s = statistics.median(mine)
    print(f"first full draw, {size}: {ours_s:.2f} s", end="; ")
    for name, times in (("first frame", stock), ("settled and shown", settled)):
        figures = (
            f"{statistics.median(times):.2f} s, ratio {statistics.median(times) / ours_s:.1f}"
            if times
            else "not reached"
        )
        print(f"stock pyvis {name}: {figures}", end="; ")
    print()


def main() -> None:
    """Measure everything in one run, or asking alone."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--asking", type=Path, metavar="STORE")
    reader.add_argument("--runs", type=int, default=15)
    asked = reader.parse_args()
    if asked.asking is not None:
        asking(asked.asking, asked.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        building(store)
        build(store=store)
        asking(store, asked.runs)
        drawing(store)
        print(
            "views:",
            ", ".join(
                f"{v.slug} {len(from_view(KnowledgeGraph(store).store, Catalogue().view(v.slug)).nodes)}"
                for v in Catalogue().views()
            ),
        )


if __name__ == "__main__":
    main()
