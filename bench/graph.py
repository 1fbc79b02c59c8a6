"""Time to a usable graph at 300, 1 000 and 3 000 things in Chromium, beside stock pyvis on the same network in one run.

Run ``uv run python bench/graph.py [THINGS …]``. Prints seconds; asserts nothing. Stock pyvis gets two minutes.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from selenium import webdriver

from browser import chromium, present
from measure import stock_pyvis, until
from medskick.viz.pictures.as_page import page
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.picture import Edge, Node, Picture

KINDS = ("Phase", "DialogueEvent", "Decision", "Organisation", "Document", "Lesson", "Challenge")
BASE, ABOUT = "https://w3id.org/medskick/id/bench/", "https://w3id.org/medskick/ontology#about"
_FRAMES = """
const [zooming, done] = arguments, M = window.medskick, from = performance.now(); let n = 0;
const scale = M.network.getScale(), next = () => {
  M.network.moveTo({ position: { x: n * 20, y: 0 }, scale: scale * (zooming ? 1.03 ** n : 1) });
  if (++n < 20) requestAnimationFrame(next); else done((performance.now() - from) / 20);
};
next();
"""


def made(count: int) -> Picture:
    """A network as ours are: two relations a thing, most of them to things that have many already."""
    dice = random.Random(7)
    nodes = tuple(
        Node(
            f"{BASE}{i:05}", KINDS[i % len(KINDS)], {"sv": f"Sak {i} i planeringen", "en": f"Thing {i} of planning"},
            {"dates": [], "lines": [], "citations": []}, dataset="bench", years=[2000 + i % 20, 2001 + i % 20],
        )
        for i in range(count)
    )  # fmt: skip
    ends, pairs = [0], set()
    for i in range(1, count):
        for _ in range(2):
            other = dice.choice(ends) if dice.random() < 0.7 else dice.randrange(i)
            if other < i:
                pairs.add((i, other))
                ends.append(other)
        ends.append(i)
    edges = tuple(Edge(nodes[a].iri, ABOUT, nodes[b].iri, False) for a, b in sorted(pairs))
    said = {"sv": "om", "en": "about"}
    title = {"sv": "Stor bild", "en": "Large picture"}
    return Picture(title, title, nodes, edges, {ABOUT: {"label": said, "inverse": said}}, (0, 0))


def ours(driver: webdriver.Chrome, picture: Picture, path: Path) -> str:
    """Lay out, write, draw, pan, zoom, choose."""
    start = time.perf_counter()
    placed = laid(picture)
    layout = time.perf_counter() - start
    path.write_text(page(placed, "en", "bench"), encoding="utf-8")
    written = time.perf_counter() - start - layout
    driver.get(path.as_uri())
    drawn = until(driver, "return window.medskick ? window.medskick.drawnAt : null", 120) or 0.0
    table = until(driver, "return document.querySelector('#rows button') ? performance.now() : null", 120) or 0.0
    pan, zoom = (driver.execute_async_script(_FRAMES, zooming) for zooming in (False, True))
    chosen = "const t = performance.now(); medskick.choose(medskick.ranked[3]); return performance.now() - t"
    return (
        f"layout {layout:.2f} s, page written {written:.2f} s ({path.stat().st_size / 1e6:.1f} MB), "
        f"usable graph {drawn / 1000:.2f} s, with its table {table / 1000:.2f} s, a frame of panning {pan:.0f} ms, "
        f"of zooming {zoom:.0f} ms, choosing {driver.execute_script(chosen):.0f} ms"
    )


def theirs(driver: webdriver.Chrome, picture: Picture, path: Path) -> str:
    """The same network as a user of pyvis would draw it: shown when it has settled."""
    stock_pyvis(picture, path)
    driver.get(path.as_uri())
    drawn, settled = until(driver, "return window.drawn", 60), until(driver, "return window.settled", 120)
    times = [f"{name} {t / 1000:.1f} s" for name, t in (("first frame", drawn), ("settled and shown", settled)) if t]
    return ", ".join(times) + ("" if settled else ", not settled in two minutes")


def main() -> None:
    """Measure both at each size."""
    if not present():
        print("no Chromium here")
        return
    for count in [int(n) for n in sys.argv[1:]] or [300, 1000, 3000]:
        picture = made(count)
        print(f"{count} things, {len(picture.edges)} relations")
        with tempfile.TemporaryDirectory() as folder:
            for name, measured in (("medskick", ours), ("stock pyvis", theirs)):
                with chromium() as driver:
                    driver.set_script_timeout(120)
                    print(f"  {name}: {measured(driver, picture, Path(folder) / 'picture.html')}", flush=True)


if __name__ == "__main__":
    main()
