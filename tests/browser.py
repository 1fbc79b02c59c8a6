"""A real Chromium for tests and benchmarks."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


def present() -> bool:
    """Tell whether there is a browser and its driver."""
    return bool(CHROMIUM and DRIVER)


@contextmanager
def chromium(width: int = 1280, height: int = 900) -> Iterator[webdriver.Chrome]:
    """Start a headless Chromium of its own, with its network and console logs kept."""
    profile = tempfile.mkdtemp(prefix="medskick-browser-")
    options = Options()
    options.binary_location = CHROMIUM or ""
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--force-prefers-reduced-motion",
        f"--user-data-dir={profile}",
        f"--window-size={width},{height}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        # a window is never narrower than 500 px: the page is told its width instead
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(Path(profile), ignore_errors=True)


def words(driver: webdriver.Chrome, selector: str) -> str:
    """Give the shown text of the first element by a CSS selector, waiting for it for up to ten seconds.

    In one call: a page that redraws may exchange the element between finding it and reading it.
    """
    read = "const element = document.querySelector(arguments[0]); return element && [element.innerText]"
    text: str = WebDriverWait(driver, 10, 0.05).until(lambda d: d.execute_script(read, selector))[0]
    return text
