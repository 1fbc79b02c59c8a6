"""How long the server takes for each kind of page, how heavy each is, when a browser shows it, how long files take.

Run ``uv run python bench/pages.py [--publish]``. A page is asked for anew (not the one kept) by a parameter that no
page reads, then as it is kept; times are of whole requests over loopback. Then Chromium, its cache emptied each time,
opens some pages of the warm server: the time to first content. Prints tables; asserts nothing.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import medskick
from browser import chromium, present
from measure import until
from medskick.graph.store import store_home
from medskick.web.app import Settings
from medskick.web.publish import publish
from running import Server, running

PAGES = [
    "/", "/phase/consultation", "/lessons?phase-type=consultation", "/handbook?phase-type=consultation", "/compare",
    "/gaps", "/timeline", "/charts", "/places", "/new", "/questions", "/questions/dialogues-by-phase",
    "/id/skane/kick-off", "/id/skane/beskriv-nyttan", "/id/stockholm/rufs-2050-samrad", "/id/stockholm/trn",
    "/id/skane/regionplan-skane", "/views/process-at-a-glance", "/search?q=samrad", "/about",
]  # fmt: skip
SEEN = [
    ("start", "/"), ("a thing", "/id/skane/kick-off"), ("lessons", "/lessons?phase-type=consultation"),
    ("the graph", "/graph"), ("a picture of it", "/views/process-at-a-glance"),
]  # fmt: skip
TRIES, FEW, VISITS = 100, 15, 15
"""Requests of a page; of one that takes ``SLOW`` ms or more to make; visits by a browser."""
SLOW = 100.0
_PAINT = "const [p] = performance.getEntriesByName('first-contentful-paint'); return p ? p.startTime : null"


def timed(ask: Callable[[int], bytes], times: int) -> list[float]:
    """Return how many milliseconds each of some requests took."""
    taken = []
    for number in range(times):
        start = time.perf_counter()
        ask(number)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def figures(times: list[float]) -> str:
    """Return the median and the 99th percentile, or the slowest where there are too few for one."""
    if len(times) < TRIES:
        return f"{statistics.median(times):8.1f} {max(times):8.1f} (slowest of {len(times)})"
    return f"{statistics.median(times):8.1f} {statistics.quantiles(times, n=100)[98]:8.1f} (p99 of {len(times)})"


def requests(server: Server) -> None:
    """Each page made anew, then as it is kept."""
    print("whole requests in ms, made anew and as kept: median, 99th percentile or slowest")
    print(f"{'page':36} {'anew':>8} {'':26} {'kept':>8} {'':25} {'kB':>7} {'gzip':>6}")
    for path in PAGES:
        mark = "&" if "?" in path else "?"
        address = f"/sv{path}"

        def anew(number: int, address: str = address + mark) -> bytes:
            return server.ask("GET", f"{address}nth={number}").body

        def kept(_number: int, address: str = address) -> bytes:
            return server.ask("GET", address).body

        body = kept(0)
        fresh = timed(anew, FEW)
        if statistics.median(fresh) < SLOW:
            fresh += timed(lambda number: anew(FEW + number), TRIES - FEW)
        print(
            f"{path:36} {figures(fresh):35} {figures(timed(kept, TRIES)):34}"
            f" {len(body) / 1000:7.1f} {len(gzip.compress(body)) / 1000:6.1f}",
            flush=True,
        )


def paints(server: Server) -> None:
    """When a browser that has nothing of ours in its cache first shows something of a page that is kept."""
    if not present():
        print("first content: no Chromium here")
        return
    print(f"first contentful paint in ms, Chromium 1280 × 900, warm server, empty cache; median of {VISITS} visits")
    with chromium() as driver:
        for name, path in SEEN:
            address, taken = f"{server.address.rstrip('/')}/sv{path}", list[float]()
            # the first visit makes the page and wakes the browser
            for number in range(VISITS + 1):
                driver.get("about:blank")
                driver.execute_cdp_cmd("Network.clearBrowserCache", {})
                driver.get(address)
                shown = until(driver, _PAINT, 10)
                if number and shown is not None:
                    taken.append(shown)
            times = f"{statistics.median(taken):6.0f} (slowest {max(taken):.0f})" if taken else "nothing shown"
            print(f"{name:16} {path:36} {times}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publish", action="store_true", help="also write the site of files")
    asked = parser.parse_args()
    medskick.open()  # builds the store where there is none
    with running(store_home()) as server:
        requests(server)
        paints(server)
    if asked.publish:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            count = publish(Settings(store=store_home()), Path(folder)).files
            size = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
            print(f"publish: {count} files, {size / 1e6:.0f} MB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
