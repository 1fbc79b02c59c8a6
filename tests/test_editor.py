"""The SPARQL editor in a real browser: query and table, examples, completion, links; and the form without it."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

import browser
from conftest import need, rows_of
from front_end import axe_script
from medskick.queries.catalogue import Catalogue
from medskick.web.site.editor_page import is_rich
from medskick.words import Lang, pick
from running import Server

PREFIX = "PREFIX msk: <https://w3id.org/medskick/ontology#>\n"
LESSONS = PREFIX + "SELECT ?l WHERE { ?l a msk:Lesson ; msk:learnedIn ?process } ORDER BY ?l"
LEARNED = sum(bool(row["learned_in"]) for row in rows_of("lessons"))


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    need(browser.present(), "Chromium and chromedriver")
    need(is_rich(), "YASGUI, which the build fetches")
    with browser.chromium() as browser_driver:
        yield browser_driver


class Editor:
    """The page, opened and used."""

    def __init__(self, driver: Any, server: Server, lang: Lang = "sv", search: str = "") -> None:
        self.driver, self.server = driver, server
        driver.get_log("performance"), driver.get_log("browser")
        driver.get(f"{server.address}{lang}/sparql{search}")
        self.until(lambda: self.run("return !document.getElementById('run').hidden"))

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def until(self, true: Callable[[], Any], seconds: float = 10) -> Any:
        end = time.monotonic() + seconds
        while not (value := true()):
            assert time.monotonic() < end, self.run("return document.getElementById('status').textContent")
            time.sleep(0.05)
        return value

    @property
    def code(self) -> Any:
        return self.driver.find_element("css selector", "#yasqe .CodeMirror")

    def text(self) -> str:
        return str(self.run("return arguments[0].CodeMirror.getValue()", self.code))

    def write(self, text: str) -> None:
        """Replace the query and stand at its end."""
        self.run("const c = arguments[0].CodeMirror; c.setValue(arguments[1]); c.execCommand('goDocEnd'); c.focus()", self.code, text)  # noqa: E501  # fmt: skip

    def keys(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def ask(self) -> None:
        self.driver.find_element("id", "run").click()
        self.answered()

    def answered(self) -> None:
        self.until(lambda: self.run("return document.querySelector('#yasr .yasr_results').childElementCount"))
        self.until(
            lambda: self.run("return document.getElementById('run').textContent") in ("Kör frågan", "Run the query")
        )

    def cells(self) -> list[list[str]]:
        return self.run(  # type: ignore[no-any-return]
            "return [...document.querySelectorAll('#yasr tbody tr')].map(r => [...r.cells].map(c => c.innerText))"
        )

    def status(self) -> str:
        return str(self.run("return document.getElementById('status').textContent"))

    def hints(self) -> list[str]:
        """What is suggested, once it is."""
        listed = "return [...document.querySelectorAll('.CodeMirror-hint')].map(h => h.innerText)"
        return self.until(lambda: self.run(listed))  # type: ignore[no-any-return]

    def complaints(self) -> list[str]:
        """What the console says, policy violations among it."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def hosts(self) -> set[str]:
        """The hosts that were asked for anything."""
        events = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return {urlsplit(url).netloc for url in asked if url.startswith(("http", "ws"))}


@pytest.mark.browser_all
@pytest.mark.parametrize(("lang", "rows"), [("sv", f"{LEARNED} rader på"), ("en", f"{LEARNED} rows in")])
def test_a_query_and_its_table_without_a_word_to_another_host(
    driver: Any, server: Server, lang: Lang, rows: str
) -> None:
    editor = Editor(driver, server, lang)
    editor.write(LESSONS)
    editor.ask()
    assert len(editor.cells()) == LEARNED and editor.status().startswith(rows)
    # a thing leads to its page here, in the reader's language: w3id.org is not registered yet
    link = driver.find_element("css selector", "#yasr td a").get_attribute("href")
    assert link == f"{server.address}{lang}/id/halland/beskriv-samhallsnyttan"
    assert server.ask("GET", urlsplit(link).path).status == 200
    assert editor.hosts() == {urlsplit(server.address).netloc}
    assert editor.complaints() == []


@pytest.mark.browser_all
def test_no_word_of_english_on_the_swedish_page(driver: Any, server: Server) -> None:
    english = re.compile(
        r"\b(the|show|showing|page size|filter|results?|seconds|download|share|run|query|table|response|simple|ellipse"
        r"|entries|previous|next|all|press|line|true|false|shows|view|lesson|label)\b",
        re.IGNORECASE,
    )
    shown_texts = """
      const texts = [];
      for (const e of document.querySelectorAll('main, main *')) {
        if (e.closest('[lang=en], .CodeMirror-code, td, script, option') ) continue;
        for (const name of ['title', 'aria-label', 'placeholder', 'alt', 'value'])
          if (e.getAttribute(name) && e.type !== 'hidden' && e.type !== 'checkbox') texts.push(e.getAttribute(name));
        if (e.checkVisibility()) for (const n of e.childNodes) if (n.nodeType === 3) texts.push(n.textContent.trim());
      }
      return texts.filter(t => t);
    """
    editor = Editor(driver, server)
    for query in (LESSONS, "ASK {}", "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 200", "SELECT * { ?s ?p <urn:x> }"):
        editor.write(query)
        editor.ask()
        assert [text for text in editor.run(shown_texts) if english.search(text)] == []
        driver.find_element("css selector", ".select_response").click()
        editor.until(lambda: editor.run("return document.querySelector('#yasr .CodeMirror, #yasr .booleanResult')"))
        assert [text for text in editor.run(shown_texts) if english.search(text)] == []
        driver.find_element("css selector", ".select_table").click()
    # what is wrong is told in Swedish, the server's own words beside it are marked as English
    editor.write("SELECT * {\n ?s ?p }")
    editor.ask()
    editor.until(lambda: "rad 2, kolumn" in editor.status())
    assert browser.words(driver, "#yasr .errorResult [lang=en]").startswith("expected")
    assert [text for text in editor.run(shown_texts) if english.search(text)] == []
    mark = driver.find_element("css selector", ".parseErrorIcon")
    editor.run("arguments[0].dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))", mark)
    assert mark.get_attribute("title") == "Den här raden kan inte läsas"
    # a query that is refused is a 400 that the browser itself writes down; the policy blocked nothing
    assert [c for c in editor.complaints() if "400 (Bad Request)" not in c] == []


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_question_can_be_taken_as_an_example(driver: Any, server: Server, lang: Lang) -> None:
    editor = Editor(driver, server, lang)
    offered = editor.run("return [...document.querySelectorAll('#example option')].map(o => [o.value, o.textContent])")
    assert offered == [[q.slug, pick(q.summary, lang)] for q in Catalogue().questions()]
    editor.run("document.getElementById('example').value = 'decisions-in-order'")
    driver.find_element("css selector", "#examples button").click()
    text = editor.text()
    [summary] = [pick(q.summary, lang) for q in Catalogue().questions() if q.slug == "decisions-in-order"]
    assert text.startswith(f"# {summary}\n") and "#+" not in text
    editor.ask()
    assert len(editor.cells()) >= 9
    # the same by its address, without the script
    assert text.splitlines()[-1] in Editor(driver, server, lang, "?example=decisions-in-order").text()


@pytest.mark.browser_all
def test_our_terms_complete_with_their_labels(driver: Any, server: Server) -> None:
    from selenium.webdriver.common.keys import Keys

    cases: list[tuple[Lang, str, str]] = [
        ("sv", "msk:Less", "medskick"), ("en", "msk:Less", "lesson"), ("sv", "msk:medsk", "medskick"),
    ]  # fmt: skip
    for lang, typed, label in cases:
        editor = Editor(driver, server, lang)
        editor.write(PREFIX + "SELECT * WHERE { ?l a " + typed)
        editor.keys(Keys.CONTROL, Keys.SPACE, Keys.NULL)
        assert editor.hints()[0].split() == ["msk:Lesson", label]
        editor.keys(Keys.ENTER)
        assert editor.text().endswith("?l a msk:Lesson")
    editor.write(PREFIX + "SELECT * WHERE { ?l msk:recommend")
    editor.keys(Keys.CONTROL, Keys.SPACE, Keys.NULL)
    assert "msk:recommendation råd" in [" ".join(h.split()) for h in editor.hints()]
    assert editor.hosts() == {urlsplit(server.address).netloc}
    assert editor.complaints() == []


def test_our_prefixes_complete_and_come_by_themselves(driver: Any, server: Server) -> None:
    from selenium.webdriver.common.keys import Keys

    editor = Editor(driver, server)
    editor.write("")
    editor.keys("PREFIX ms")
    assert editor.hints() == ["msk: <https://w3id.org/medskick/ontology#>"]
    editor.keys(Keys.ENTER)
    assert editor.text() == "PREFIX msk: <https://w3id.org/medskick/ontology#>"
    editor.write("SELECT * WHERE { ?s ")
    editor.keys("msk:kind ")
    assert editor.text().startswith("PREFIX msk: <https://w3id.org/medskick/ontology#>\nSELECT")


@pytest.mark.browser_all
def test_a_link_to_a_query_opens_it_answered(driver: Any, server: Server) -> None:
    editor = Editor(driver, server, "sv")
    editor.write(LESSONS)
    share = driver.find_element("id", "share").get_attribute("href")
    editor.ask()
    # the address bar is that link too, and so is the way to the other language
    assert driver.current_url == share
    twin = driver.find_element("css selector", ".twin a[lang=en]").get_attribute("href")
    for address, lang in ((share, "sv"), (twin, "en")):
        opened = Editor(driver, server, "en" if lang == "en" else "sv", "?" + urlsplit(address).query)
        assert opened.text() == LESSONS
        opened.answered()
        assert len(opened.cells()) == LEARNED


def test_by_keyboard_alone(driver: Any, server: Server) -> None:
    from selenium.webdriver.common.keys import Keys

    editor = Editor(driver, server)
    seen = []
    driver.find_element("id", "example").send_keys("")
    for _ in range(12):
        editor.keys(Keys.TAB)
        at = "const e = document.activeElement; return e.closest('#yasqe') ? 'yasqe' : e.id || e.name"
        seen.append(editor.run(at))
        if seen[-1] == "yasqe":
            editor.keys(Keys.CONTROL, "a", Keys.NULL)
            editor.keys(LESSONS)
            editor.keys(Keys.ESCAPE)
            driver.find_element("css selector", "#yasqe textarea").send_keys(Keys.CONTROL, Keys.ENTER)
            editor.answered()
    # Tab leads through the editor, not into it for ever: on to the button, the form, the link, the answer
    order = [name for name in seen if name in ("yasqe", "run", "format", "share")]
    assert order == ["yasqe", "run", "format", "share"]
    assert len(editor.cells()) == LEARNED


def test_labels_are_text_in_the_table(driver: Any, server: Server) -> None:
    editor = Editor(driver, server)
    hostile = "<img src=x onerror=alert(1)><a href=javascript:alert(2)>x</a>"
    editor.write(f'SELECT ("{hostile}" AS ?x) (IRI("javascript:alert(3)") AS ?y) {{}}')
    editor.ask()
    assert [row[1:] for row in editor.cells()] == [[hostile, "javascript:alert(3)"]]
    assert editor.run("return document.querySelectorAll('#yasr td img, #yasr td a[href]').length") == 0
    assert editor.complaints() == []


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_wcag_and_no_sideways_scrolling(driver: Any, server: Server, lang: Lang) -> None:
    script = axe_script().read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    for width in (1280, 390):
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        editor = Editor(driver, server, lang, "?query=" + quote("SELECT * WHERE { ?s ?p ?o } LIMIT 60"))
        editor.answered()
        assert editor.run("return document.documentElement.scrollWidth <= innerWidth")
        editor.run(script)
        violations = driver.execute_async_script(
            "const done = arguments[1]; axe.run('main', {runOnly: arguments[0]}).then(r => done(r.violations))", tags
        )
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in violations] == []


def test_without_javascript(driver: Any, server: Server, tmp_path: Path) -> None:
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(f"{server.address}sv/sparql?query={quote(LESSONS)}")
        field = driver.find_element("css selector", "textarea[name=query]")
        assert field.is_displayed() and field.get_attribute("value") == LESSONS
        assert not driver.find_element("id", "run").is_displayed()
        driver.find_element("css selector", "#plain button:not([type])").click()
        end = time.monotonic() + 10
        while not (files := list(tmp_path.glob("*.csv"))) and time.monotonic() < end:
            time.sleep(0.05)
        assert files and files[0].read_text(encoding="utf-8").count("/id/") == LEARNED
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_form_is_there_where_yasgui_could_not_be_fetched(
    monkeypatch: pytest.MonkeyPatch, store_folder: Any
) -> None:
    from starlette.testclient import TestClient

    from medskick.web import Settings, create_app
    from medskick.web.site import editor_page

    monkeypatch.setattr(editor_page, "is_rich", lambda: False)
    with TestClient(create_app(Settings(store=store_folder))) as client:
        page = client.get("/sv/sparql").text
        assert "yasgui" not in page and "editor.js" not in page and "editor-data" not in page
        assert '<textarea id="query" name="query"' in page and 'action="/sparql"' in page
        answer = client.post("/sparql", data={"query": LESSONS, "format": "csv"})
        assert answer.status_code == 200 and answer.text.count("\n") == LEARNED + 1
