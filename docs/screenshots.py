"""Make the README's pictures: ``uv run python docs/screenshots.py`` (needs Chromium with chromedriver)."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import medskick
from browser import chromium
from medskick.graph.store import store_home
from running import running

PAGES = {
    "start": ("/en/", 1250),
    "lesson": ("/en/id/skane/beskriv-nyttan", 1000),
    "graph": ("/en/graph?around=stockholm/rufs-2050-antas", 1000),
    "phase": ("/en/phase/consultation", 1000),
}
"""Address and height of each picture."""


def main() -> None:
    """Write ``docs/<name>.png`` for each page, as the server shows it."""
    medskick.open()  # builds the store where there is none
    with running(store_home()) as server, chromium(1280, 1000) as driver:
        for name, (path, height) in PAGES.items():
            size = {"width": 1280, "height": height, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            driver.get(server.address.rstrip("/") + path)
            time.sleep(2)
            driver.save_screenshot(str(Path(__file__).with_name(f"{name}.png")))


if __name__ == "__main__":
    main()
