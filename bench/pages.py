"""How long the server takes for each kind of page, how heavy each is, and how long the site of files takes to write.

Run ``uv run python bench/pages.py [--publish]``. A page is asked for anew (not the one kept) by a parameter that no
page reads, then as it is kept. Times are of whole requests over loopback. Prints a table; asserts nothing.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import medskick
from medskick.graph.store import store_home
from medskick.web.app import Settings
from medskick.web.publish import publish
from running import running

PAGES = [
    "/", "/lessons?phase-type=consultation", "/handbook?phase-type=consultation", "/compare", "/gaps", "/timeline",
    "/charts", "/questions", "/questions/dialogues-by-phase", "/id/skane/kick-off", "/id/skane/regionplan-skane",
    "/views/process-at-a-glance", "/search?q=samrad", "/about",
]  # fmt: skip
TRIES = 15


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publish", action="store_true", help="also write the site of files")
    asked = parser.parse_args()
    medskick.open()  # builds the store where there is none
    print(f"{'page':40} {'median ms':>10} {'p99 ms':>8} {'kept ms':>8} {'kB':>7} {'kB gzip':>8}")
    with running(store_home()) as server:
        for path in PAGES:
            mark = "&" if "?" in path else "?"
            fresh, kept, body = [], [], b""
            for n in range(TRIES):
                start = time.perf_counter()
                body = server.ask("GET", f"/sv{path}{mark}format={n}").body
                fresh.append((time.perf_counter() - start) * 1000)
            for _ in range(TRIES):
                start = time.perf_counter()
                server.ask("GET", f"/sv{path}")
                kept.append((time.perf_counter() - start) * 1000)
            print(
                f"{path:40} {statistics.median(fresh):10.1f} {max(fresh):8.1f} {statistics.median(kept):8.1f}"
                f" {len(body) / 1000:7.1f} {len(gzip.compress(body)) / 1000:8.1f}"
            )
    if asked.publish:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            count = publish(Settings(store=store_home()), Path(folder))
            size = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
            print(f"publish: {count} files, {size / 1e6:.0f} MB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
