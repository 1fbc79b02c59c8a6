"""The search box in a real Chromium, under the site's own policy: by keyboard, with a server and from disk."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from browser import chromium, present, words
from conftest import need
from medskick.graph.assemble import Assembled
from medskick.ontology import THINGS
from medskick.queries.search.hits import as_json
from medskick.queries.search.search_index import Index
from medskick.queries.search.static_index import static_index
from medskick.rooms import room

PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Prov</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="report.css"><link rel="stylesheet" href="search.css"></head><body><main><h1>Prov</h1>
<form role="search" action="{action}" {source}>
<label>Sök <input type="search" name="q"></label><button>Sök</button></form>
<p><a href="#x">En länk</a> <input aria-label="annat" id="other"></p><div data-search-results><p>Utan skript.</p></div>
</main><script src="passed.js" defer></script>
<script src="folding.js" defer></script><script src="combobox.js" defer></script>
<script src="search-asking.js" defer></script><script src="search-index.js" defer></script>
<script src="search.js" defer></script></body></html>"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
HOSTILE = '<img src=x onerror="document.title=1">'


@dataclass
class Site:
    """A page of our own with its server, and what the box asked it."""

    address: str
    asked: list[str] = field(default_factory=list)
    delay: dict[str, threading.Event] = field(default_factory=dict)


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    need(present(), "Chromium with its driver")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def index(assembled: Assembled) -> Index:
    index = Index(assembled.store)
    index.entries()  # read before a browser waits for it
    return index


@pytest.fixture
def site(index: Index) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            kind, body = "text/html; charset=utf-8", b"<title>hit</title>"
            if parts.path == "/":
                body = PAGE.format(action="/sv/search", source='data-endpoint="/search.json?lang=sv"').encode()
            elif parts.path == "/search.json":
                query = parse_qs(parts.query)
                text = query["q"][0]
                answering.asked.append(text)
                if text in answering.delay:
                    answering.delay[text].wait(5)
                content = as_json(index.find(text, "sv", 12), lambda thing, k: f"/thing?{k}={thing}")
                if text == "fientlig":
                    hit = {"label": HOSTILE, "lang": "en", "detail": HOSTILE, "snippet": [[HOSTILE, True]]}
                    hits = [hit | {"href": "javascript:alert(1)"}, hit | {"href": "/thing?safe"}]
                    content = {"groups": [{"label": HOSTILE, "total": 2, "hits": hits}], "status": HOSTILE}
                kind, body = "application/json", json.dumps(content).encode()
            elif (room("viz") / parts.path.strip("/")).is_file():
                kind = "text/css" if parts.path.endswith("css") else "text/javascript"
                body = (room("viz") / parts.path.strip("/")).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            with suppress(ConnectionError):  # the box gives up what it no longer needs
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    answering = Site(f"http://127.0.0.1:{server.server_address[1]}")
    yield answering
    server.shutdown()
    server.server_close()


def box(driver: webdriver.Chrome) -> WebElement:
    return driver.find_element(By.NAME, "q")


def of(element: WebElement, name: str) -> str:
    return str(element.get_attribute(name) or "")


def type_fast(driver: webdriver.Chrome, text: str) -> None:
    """Type faster than the box asks, however slow the machine: all letters in one turn."""
    driver.execute_script(
        "const q = document.querySelector('[name=q]'); q.focus(); for (let n = 1; n <= arguments[0].length; n += 1)"
        " { q.value = arguments[0].slice(0, n); q.dispatchEvent(new InputEvent('input', {bubbles: true})); }",
        text,
    )


def options(driver: webdriver.Chrome) -> list[WebElement]:
    return [o for o in driver.find_elements(By.CSS_SELECTOR, "[role=option]") if o.is_displayed()]


def shown(driver: webdriver.Chrome) -> list[WebElement]:
    WebDriverWait(driver, 5).until(lambda d: box(d).get_attribute("aria-expanded") == "true")
    return options(driver)


def gone(driver: webdriver.Chrome) -> bool:
    return of(box(driver), "aria-expanded") == "false" and not options(driver)


@pytest.mark.browser_all
def test_by_keyboard_with_a_server(driver: webdriver.Chrome, site: Site) -> None:
    driver.get(site.address)
    driver.get_log("browser")  # type: ignore[no-untyped-call]
    driver.find_element(By.TAG_NAME, "body").send_keys("/")
    assert driver.switch_to.active_element == box(driver)
    assert of(box(driver), "value") == ""
    type_fast(driver, "hemstä")
    first, *rest = shown(driver)
    assert rest and of(box(driver), "role") == "combobox"
    # what is typed fast is asked once
    assert site.asked == ["hemstä"]
    assert "träffar" in of(driver.find_element(By.CSS_SELECTOR, "[role=status]"), "textContent")
    assert of(first, "aria-selected") == "false"
    box(driver).send_keys(Keys.ARROW_DOWN)
    assert of(box(driver), "aria-activedescendant") == of(first, "id")
    assert of(first, "aria-selected") == "true"
    box(driver).send_keys(Keys.ARROW_UP)
    assert not of(box(driver), "aria-activedescendant")
    box(driver).send_keys(Keys.ARROW_UP)
    assert of(box(driver), "aria-activedescendant") == of(rest[-1], "id")
    box(driver).send_keys(Keys.ESCAPE)
    assert gone(driver) and of(box(driver), "value") == "hemstä"
    box(driver).send_keys(Keys.ARROW_DOWN)
    assert shown(driver)
    box(driver).send_keys(Keys.ARROW_DOWN)
    wanted = of(options(driver)[0], "href")
    box(driver).send_keys(Keys.ENTER)
    WebDriverWait(driver, 5).until(lambda d: d.title == "hit")
    assert driver.current_url == wanted
    assert driver.get_log("browser") == []  # type: ignore[no-untyped-call]


@pytest.mark.browser_all
def test_enter_without_a_choice_goes_to_the_page_of_hits(driver: webdriver.Chrome, site: Site) -> None:
    driver.get(site.address)
    type_fast(driver, "samrad")
    shown(driver)
    box(driver).send_keys(Keys.ENTER)
    WebDriverWait(driver, 5).until(lambda d: d.title == "hit")
    assert driver.current_url == f"{site.address}/sv/search?q=samrad"


@pytest.mark.browser_all
def test_an_answer_that_comes_late_is_not_shown(driver: webdriver.Chrome, site: Site) -> None:
    site.delay["samr"] = threading.Event()
    driver.get(site.address)
    type_fast(driver, "samr")
    WebDriverWait(driver, 5).until(lambda _: "samr" in site.asked)
    type_fast(driver, "planmonopol")
    assert any("lanmonopol" in o.text for o in shown(driver))
    before = [o.text for o in options(driver)]
    site.delay["samr"].set()
    driver.execute_async_script("setTimeout(arguments[0], 200)")
    assert [o.text for o in options(driver)] == before
    # leaving the box closes the list
    box(driver).send_keys(Keys.TAB)
    assert gone(driver)


def test_labels_are_text_and_addresses_safe(driver: webdriver.Chrome, site: Site) -> None:
    driver.get(site.address)
    type_fast(driver, "fientlig")
    (option,) = shown(driver)
    assert of(option, "href").endswith("/thing?safe")
    assert HOSTILE in option.text
    assert driver.title == "Prov" and not driver.find_elements(By.CSS_SELECTOR, "form img")
    assert of(option.find_element(By.CSS_SELECTOR, ".search-name"), "lang") == "en"


def test_a_slash_typed_elsewhere_stays_a_slash_and_the_key_can_be_turned_off(
    driver: webdriver.Chrome, site: Site
) -> None:
    driver.get(site.address)
    other = driver.find_element(By.ID, "other")
    other.send_keys("a/b")
    assert of(other, "value") == "a/b"
    driver.execute_script("localStorage.setItem('medskick.search-key', 'off'); document.activeElement.blur()")
    driver.find_element(By.TAG_NAME, "body").send_keys("/")
    assert driver.switch_to.active_element != box(driver)
    driver.execute_script("localStorage.clear()")


@pytest.mark.browser_all
def test_accessible_while_open(driver: webdriver.Chrome, site: Site) -> None:
    from front_end import axe_script

    script = axe_script().read_text(encoding="utf-8")
    driver.get(site.address)
    type_fast(driver, "samrad")
    shown(driver)
    box(driver).send_keys(Keys.ARROW_DOWN)
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": script})
    report = driver.execute_async_script("axe.run(document, {resultTypes: ['violations']}).then(arguments[0])")
    assert [(v["id"], v["nodes"][0]["html"]) for v in report["violations"]] == []


@pytest.mark.browser_all
def test_from_disk_without_a_server(driver: webdriver.Chrome, index: Index, tmp_path: Path) -> None:
    scripts = ("passed.js", "folding.js", "combobox.js", "search-asking.js", "search-index.js", "search.js")
    for name in (*scripts, "search.css", "report.css"):
        shutil.copy(room("viz") / name, tmp_path / name)
    for name in ("index.html", "search.html"):
        html = PAGE.format(action="search.html", source='data-index="data/search.sv.js"')
        (tmp_path / name).write_text(html, encoding="utf-8")
    (tmp_path / "data").mkdir()
    index_parts = static_index(
        index, "sv", lambda thing, _: "sv/" + thing.removeprefix(THINGS).replace("/", "-") + ".html"
    )
    script = f"window.medskickSearch = {json.dumps(index_parts)};"
    (tmp_path / "data" / "search.sv.js").write_text(script, encoding="utf-8")
    driver.get((tmp_path / "index.html").as_uri())
    type_fast(driver, "samrad ska")
    texts = [option.text for option in shown(driver)]
    assert any(text.startswith("Samråd") and "Regionplan för Skåne" in text for text in texts)
    box(driver).send_keys(Keys.ARROW_DOWN)
    assert of(options(driver)[0], "href").startswith((tmp_path / "sv").as_uri())
    box(driver).send_keys(Keys.ESCAPE, Keys.ENTER)
    WebDriverWait(driver, 5).until(lambda d: "search.html?q=samrad" in d.current_url)
    WebDriverWait(driver, 5).until(lambda d: d.find_elements(By.CSS_SELECTOR, "[data-search-results] section"))
    page = words(driver, "[data-search-results]")
    assert "Skeden" in page and "Utan skript" not in page
    driver.get((tmp_path / "search.html").as_uri() + "?q=hemst%C3%A4lan")
    WebDriverWait(driver, 5).until(lambda d: "Inga träffar" in words(d, "main"))
    # a correction is offered, not taken
    assert "hemställan" in words(driver, "[data-search-results]")
