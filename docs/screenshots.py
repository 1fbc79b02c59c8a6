"""Make the README's pictures: ``uv run python docs/screenshots.py`` (needs Chromium with chromedriver)."""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import medskick
from browser import chromium
from medskick.queries.catalogue import view
from medskick.reports.html import as_html
from medskick.viz.graph import from_view
from medskick.viz.page import page


def main() -> None:
    """Write ``docs/process-at-a-glance.png`` and ``docs/handbook.png``."""
    kg = medskick.open()
    pages = {
        "process-at-a-glance": page(from_view(kg.store, view("process-at-a-glance")), "en", kg.version),
        "handbook": as_html(kg.handbook("consultation", region="halland", lang="en")),
    }
    with tempfile.TemporaryDirectory() as folder, chromium(1280, 1000) as driver:
        for name, html in pages.items():
            path = Path(folder) / f"{name}.html"
            path.write_text(html, encoding="utf-8")
            driver.get(path.as_uri())
            time.sleep(1)
            driver.save_screenshot(str(Path(__file__).with_name(f"{name}.png")))


if __name__ == "__main__":
    main()
