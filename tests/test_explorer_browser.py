"""Going on in the picture, in a real Chromium: with a server, from one file, and from files with a script of data."""

import json
import math
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from browser import chromium, present, words
from conftest import need
from explorer_server import PAGE, serving
from medskick.knowledge_graph import KnowledgeGraph
from medskick.rooms import room
from medskick.templates import environment
from medskick.viz.pictures.as_page import SCRIPTS, Onward, explorer, page, vis_script
from medskick.viz.pictures.offline import neighbours, neighbours_script
from medskick.viz.pictures.picture import around_thing
from running import running
from test_picture_browser import errors as faults

ORGANISED = '[data-expand="0 organiser"]'


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    need(present(), "Chromium with its driver")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def base(kg: KnowledgeGraph) -> Iterator[str]:
    with serving(kg.store) as address:
        yield address


@pytest.fixture(scope="module")
def files(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same picture as one file, and as a page of a site of files."""
    folder = tmp_path_factory.mktemp("files")
    picture = around_thing(kg.store, "skane:kick-off")
    (folder / "one.html").write_text(page(picture, "sv", "x", neighbours=neighbours(kg.store)), encoding="utf-8")
    (folder / "neighbours.js").write_text(neighbours_script(neighbours(kg.store)), encoding="utf-8")
    record = explorer(picture, "sv", "x", onward=Onward(script="neighbours.js", pages="id/*.html"))
    html = (
        environment().from_string(PAGE.replace("/assets/", "assets/")).render(lang="sv", shown=record, scripts=SCRIPTS)
    )
    (folder / "site.html").write_text(html, encoding="utf-8")
    (folder / "assets/picture").mkdir(parents=True)
    (folder / "assets/vis-network.js").write_text(vis_script(), encoding="utf-8")
    for name in ("graph.css", "report.css", "site.css", *SCRIPTS):
        (folder / "assets" / name).write_text((room("viz") / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture(params=["server", *(pytest.param(p, marks=pytest.mark.browser_all) for p in ("one file", "files"))])
def begun(request: pytest.FixtureRequest, driver: webdriver.Chrome, base: str, files: Path) -> str:
    return {
        "server": base + "/sv/graph?around=skane/kick-off",
        "one file": (files / "one.html").as_uri(),
        "files": (files / "site.html").as_uri(),
    }[request.param]


def show(driver: webdriver.Chrome, address: str) -> webdriver.Chrome:
    faults(driver)  # earlier ones are forgotten
    driver.get("about:blank")
    driver.get(address)
    until(driver, lambda: driver.execute_script("return window.medskick && window.medskick.drawnAt"))
    return driver


def until(driver: webdriver.Chrome, true: Callable[[], Any]) -> None:
    # an element that was drawn anew in between is looked for again
    WebDriverWait(driver, 15, 0.05, (StaleElementReferenceException, NoSuchElementException)).until(lambda _: true())


def shown(driver: webdriver.Chrome) -> set[str]:
    tails = "return medskick.ranked.filter(medskick.visible).map((node) => node.tail)"
    return set(driver.execute_script(tails))


def choose(driver: webdriver.Chrome, tail: str) -> None:
    driver.execute_script("medskick.choose(medskick.byTail.get(arguments[0]), { focus: 'panel' })", tail)


def press(driver: webdriver.Chrome, selector: str) -> None:
    def pressed() -> bool:
        driver.find_element(By.CSS_SELECTOR, selector).send_keys(Keys.ENTER)
        return True

    until(driver, pressed)


@pytest.mark.browser_all
def test_relations_not_shown_are_counted_shown_undone_and_kept_in_the_address(
    driver: webdriver.Chrome, begun: str
) -> None:
    browser = show(driver, begun)
    first, places = shown(browser), browser.execute_script("return medskick.network.getPositions()")
    choose(browser, "skane/region-skane")
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, ORGANISED))
    group = words(browser, f":has(> {ORGANISED})")
    # SKA-D1 to D20: Region Skåne organised seventeen, of which the kick-off is in the picture
    assert "arrangerade" in group and "16 visas inte" in group
    press(browser, ORGANISED)
    until(browser, lambda: len(shown(browser)) == len(first) + 16)
    assert "skane/malbildsdialoger" in shown(browser)
    assert "16" in words(browser, "#live")
    after = browser.execute_script("return medskick.network.getPositions()")
    assert all(after[key] == spot for key, spot in places.items())
    assert apart(list(after.values())) > 40
    assert len(browser.find_elements(By.CSS_SELECTOR, "#rows tr")) == len(first) + 16
    address = browser.current_url
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL, "z")
    until(browser, lambda: shown(browser) == first)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL, "y")
    until(browser, lambda: len(shown(browser)) == len(first) + 16)
    show(browser, address)
    until(browser, lambda: len(shown(browser)) == len(first) + 16)
    until(browser, lambda: words(browser, "#panel-title") == "Region Skåne")
    assert browser.current_url == address and faults(browser) == []


def apart(spots: list[dict[str, float]]) -> float:
    return min(math.dist((a["x"], a["y"]), (b["x"], b["y"])) for a, b in combinations(spots, 2))


@pytest.mark.browser_all
def test_paths_between_two_things_are_told_and_shown(driver: webdriver.Chrome, begun: str) -> None:
    browser = show(driver, begun)
    choose(browser, "skane/kick-off")
    press(browser, "#path-from")
    choose(browser, "skane/andra-regionala-aktorer")
    press(browser, "#path-to")
    until(browser, lambda: browser.find_elements(By.ID, "paths"))
    assert browser.switch_to.active_element.get_attribute("id") == "paths-title"
    first = words(browser, "#paths li.current")
    # SKA-D3: other regional actors were to speak at the kick-off
    assert first.startswith("Kick-off för regionplaneuppdraget") and "Andra regionala aktörer" in first
    bright = "return [...medskick.trail()].map((node) => node.tail)"
    assert browser.execute_script(bright) == ["skane/kick-off", "skane/andra-regionala-aktorer"]
    assert "path=skane/kick-off;skane/andra-regionala-aktorer;0" in browser.current_url
    assert faults(browser) == []


@pytest.mark.browser_all
def test_a_path_in_the_address_is_in_view(driver: webdriver.Chrome, base: str) -> None:
    # one of its ends was moved far away
    moved = "#pin=skane/kick-off@3000,900&path=skane/kick-off;skane/andra-regionala-aktorer;0"
    browser = show(driver, base + "/sv/graph?around=skane/kick-off" + moved)
    until(browser, lambda: browser.execute_script("return Boolean(medskick.trail())"))
    inside = """
    const { network, picture } = medskick;
    const spots = medskick.trail().map(({ id }) => network.canvasToDOM(network.getPosition(id)));
    return spots.every(({ x, y }) => x > 0 && x < picture.clientWidth && y > 0 && y < picture.clientHeight);
    """
    until(browser, lambda: browser.execute_script(inside))
    assert browser.execute_script("return medskick.trail().length") == 2


@pytest.mark.browser_all
@pytest.mark.parametrize("name", ["one.html", "site.html"])
def test_a_page_of_files_begins_around_the_thing_in_its_address(
    driver: webdriver.Chrome, files: Path, name: str
) -> None:
    begun = (files / name).as_uri() + "#around=skane/regionplanegruppen"
    browser = show(driver, begun)
    first, places = shown(browser), browser.execute_script("return medskick.network.getPositions()")
    near = "const { nodes, byTail } = medskick, node = byTail.get('skane/regionplanegruppen');"
    near += "return [node.tail, ...[...node.near].map((id) => nodes.get(id).tail)]"
    assert first == set(browser.execute_script(near)) and 3 < len(first) < 27
    assert browser.title.startswith("Runt Skåne Nordosts regionplanegrupp")
    assert "around=skane/regionplanegruppen" in browser.current_url
    # what is changed leaves it in the address, and that address is the same picture
    hidden = next(iter(first - {"skane/regionplanegruppen"}))
    browser.execute_script("medskick.hide(medskick.byTail.get(arguments[0]))", hidden)
    address = browser.current_url
    assert "around=skane/regionplanegruppen&" in address and "less=" in address
    show(driver, address)
    until(browser, lambda: shown(browser) == first - {hidden})
    assert browser.execute_script("return medskick.network.getPositions()").items() <= places.items()
    browser.execute_script("location.hash = 'around=skane/region-skane'")
    until(browser, lambda: browser.title.startswith("Runt Region Skåne"))
    assert faults(browser) == []
    # what else hangs on it is counted, and what is not known of a thing here is no zero
    assert re.search(r"\d+ kopplingar till visas inte", words(browser, "#lists"))
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#rows tr"))
    cells = {
        row.find_elements(By.TAG_NAME, "td")[-1].text for row in browser.find_elements(By.CSS_SELECTOR, "#rows tr")
    }
    assert "0" not in cells and cells & {"se sidan", "–"}
    # another picture in place of what is not there would mislead
    browser.execute_script("location.hash = 'around=skane/nowhere'")
    until(browser, lambda: "inget som heter skane/nowhere" in words(browser, "#picture"))


@pytest.mark.browser_all
def test_hiding_and_pinning_by_keyboard(driver: webdriver.Chrome, files: Path) -> None:
    browser = show(driver, (files / "one.html").as_uri())
    first = shown(browser)
    choose(browser, "skane/region-skane")
    press(browser, "#hide")
    assert shown(browser) == first - {"skane/region-skane"}
    assert "Region Skåne är dold" in words(browser, "#live")
    press(browser, "#lists .chip")
    assert shown(browser) == first
    choose(browser, "skane/kick-off")
    spot = "return medskick.network.getPosition(medskick.byTail.get('skane/kick-off').id).x"
    before = browser.execute_script(spot)
    browser.find_element(By.ID, "picture").send_keys(Keys.CONTROL, Keys.ARROW_RIGHT)
    assert browser.execute_script(spot) == pytest.approx(before + 20, abs=1)
    assert "pin=skane/kick-off@" in browser.current_url
    assert browser.find_element(By.ID, "pin").get_attribute("aria-pressed") == "true"
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL, "z")
    until(browser, lambda: browser.execute_script(spot) == pytest.approx(before, abs=1))
    assert faults(browser) == []


@pytest.mark.browser_all
def test_what_has_moved_of_itself_can_be_brought_back(driver: webdriver.Chrome, base: str) -> None:
    browser = show(driver, base + "/sv/graph?around=skane/kick-off")
    places = browser.execute_script("return medskick.network.getPositions()")
    button = browser.find_element(By.ID, "physics")
    button.send_keys(Keys.ENTER)
    until(browser, lambda: browser.execute_script("return medskick.network.getPositions()") != places)
    assert not browser.execute_script("return medskick.drawn.labels.some((label) => label.id === undefined)")
    button.send_keys(Keys.ENTER)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL, "z")

    def back() -> bool:
        now = browser.execute_script("return medskick.network.getPositions()")
        return all(math.dist(now[key].values(), spot.values()) < 3 for key, spot in places.items())

    until(browser, back)
    assert browser.execute_script("return medskick.drawn.labels.filter((label) => label.id === undefined).length") == 5


@pytest.mark.browser_all
@pytest.mark.parametrize("width", [600, 390])
def test_a_turned_telephone_gets_names_again(driver: webdriver.Chrome, base: str, width: int) -> None:
    browser = show(driver, base + "/sv/graph?around=skane/kick-off")
    named = "return medskick.drawn.labels.filter((label) => label.id !== undefined).length"
    before = browser.execute_script(named)
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        until(browser, lambda: browser.execute_script("return medskick.picture.clientWidth") < width)
        # the middle's own name is the page's heading, where there is no room for it
        until(browser, lambda: browser.execute_script(named) >= before - 1)
        outside = (
            "const w = medskick.picture.clientWidth;"
            "return medskick.labelBoxes().filter((box) => box.left < 0 || box.right > w)"
        )
        until(browser, lambda: browser.execute_script(outside) == [])
    finally:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "width": 1280, "mobile": False})


@pytest.mark.browser_all
def test_the_tool_tip_goes_when_the_pointer_or_the_picture_does(driver: webdriver.Chrome, base: str) -> None:
    browser = show(driver, base + "/sv/graph?around=skane/kick-off")
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#rows button"))
    point = "medskick.network.body.emitter.emit('hoverNode', { node: 1, pointer: { DOM: { x: 90, y: 90 } } });"
    hidden = "return document.getElementById('tip').hidden"
    for act in ("picture.dispatchEvent(new Event('mouseleave'))", "choose(medskick.nodes.get(1))", "move({})"):
        assert browser.execute_script(point + hidden) is False
        browser.execute_script(f"medskick.{act}")
        assert browser.execute_script(hidden) is True


@pytest.mark.browser_all
def test_things_are_filtered_by_time_and_dataset(driver: webdriver.Chrome, base: str) -> None:
    browser = show(driver, base + "/en/graph?view=who-met-whom")
    field = browser.find_element(By.ID, "year-from")
    field.send_keys("2021", Keys.TAB)
    assert "skane/granskningsdialoger" in shown(browser)  # SKA-D9, autumn 2021
    assert "skane/kommundialoger-hosten" not in shown(browser)
    undated = "return medskick.ranked.filter((node) => !node.years.length).every(medskick.visible)"
    assert browser.execute_script(undated) and "without a date" in words(browser, "#undated")
    assert "years=2021-" in browser.current_url
    # a last year before the first: they are taken in order
    browser.find_element(By.ID, "year-to").send_keys("2019", Keys.TAB)
    assert "years=2019-2021" in browser.current_url and "skane/granskningsdialoger" in shown(browser)
    assert field.get_property("value") == "2019"
    for _ in range(2):
        browser.find_element(By.ID, "undo").click()
    until(browser, lambda: "years" not in browser.current_url)
    press(browser, '[data-set="skane"]')
    assert not any(tail.startswith("skane/") for tail in shown(browser))
    assert "sets=skane" in browser.current_url and faults(browser) == []


@pytest.mark.browser_all
def test_the_files_show_the_picture_as_it_is_now(driver: webdriver.Chrome, base: str) -> None:
    browser = show(driver, base + "/sv/graph?around=skane/kick-off")
    choose(browser, "skane/region-skane")
    press(browser, ORGANISED)
    until(browser, lambda: "more=" in browser.current_url)
    note = words(browser, "#source-note")
    for kind in ("svg", "html"):
        address = browser.find_element(By.ID, f"save-{kind}").get_attribute("href")
        assert address
        browser.switch_to.new_window("tab")
        browser.get(address)
        assert "Dialogmöten om målbilden" in browser.page_source
        # what it rests on has grown with it, in the page as in the file
        assert "källor" in note and note in browser.page_source
        browser.close()
        browser.switch_to.window(browser.window_handles[0])


def test_every_row_leads_to_the_picture_and_to_the_things_page(driver: webdriver.Chrome, base: str) -> None:
    browser = show(driver, base + "/sv/graph?around=skane/kick-off")
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#rows .own"))
    for row in browser.find_elements(By.CSS_SELECTOR, "#rows tr"):
        assert (row.find_element(By.CSS_SELECTOR, "a.own").get_attribute("href") or "").startswith(base + "/sv/id/")
    browser.find_element(By.CSS_SELECTOR, "#rows th button").send_keys(Keys.ENTER)
    # also after what is not shown has come in
    until(browser, lambda: "Hämtar" not in words(browser, "#panel"))
    assert browser.switch_to.active_element.get_attribute("id") == "panel-title"


def test_without_a_script_the_picture_and_the_table_are_there(driver: webdriver.Chrome, base: str) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(base + "/sv/graph?around=skane/kick-off")
        drawn = driver.find_element(By.CSS_SELECTOR, "#still svg")
        assert drawn.is_displayed() and drawn.size["width"] > 600
        names = {e.text for e in driver.find_elements(By.CSS_SELECTOR, "#still text.name")}
        assert len(names) >= 7 and "Region Skåne" in names
        assert not driver.find_element(By.ID, "panel").is_displayed()
        assert len(driver.find_elements(By.CSS_SELECTOR, "#rows tr")) == 6
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.browser_all
@pytest.mark.parametrize("query", ["view=everything", "around=skane/region-skane"])
def test_names_in_the_still_picture_do_not_overlap(driver: webdriver.Chrome, base: str, query: str) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(f"{base}/sv/graph?{query}")
        boxes = json.loads(driver.execute_script(
            "const all = [...document.querySelectorAll('#still a, #still svg > g, #still svg > text')];"
            "return JSON.stringify(all.map((g) => {"
            " const own = g.matches('text') ? [g] : [...g.querySelectorAll('text.name')];"
            " const t = own.map((e) => e.getBoundingClientRect());"
            " return t.length ? [Math.min(...t.map((r) => r.left)), Math.min(...t.map((r) => r.top)),"
            " Math.max(...t.map((r) => r.right)), Math.max(...t.map((r) => r.bottom))] : null; }).filter(Boolean))"
        ))  # fmt: skip
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert len(boxes) > 30
    for a, b in combinations(boxes, 2):
        # a row's box is a little higher than its letters
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 3 or b[3] <= a[1] + 3


@pytest.mark.browser_all
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_round_a_thing_every_name_stands_on_its_own_side(
    driver: webdriver.Chrome, base: str, lang: str, width: int
) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        show(driver, f"{base}/{lang}/graph?around=skane/kick-off")
        until(driver, lambda: driver.execute_script("return medskick.drawn.labels.length"))
        labels = driver.execute_script("return medskick.drawn.labels")
        spots = driver.execute_script(
            "return Object.fromEntries([...medskick.nodes.values()].map((n) => [n.id, n.spot]))"
        )
        middle = driver.execute_script("return medskick.DATA.around")
        named = {str(label["id"]): label["box"] for label in labels if "id" in label}
        assert set(spots) - {str(middle)} <= set(named)
        for key, box in named.items():
            if key != str(middle):
                right = spots[key]["x"] > spots[str(middle)]["x"]
                assert box["left"] > spots[key]["x"] if right else box["right"] < spots[key]["x"]
        headings = [" ".join(label["rows"]) for label in labels if "id" not in label]
        assert len(headings) == 5 and ("arrangör" if lang == "sv" else "organiser") in headings
        for a, b in combinations([label["box"] for label in labels], 2):
            assert (
                a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]
            )
        # the heading goes with the last that stands under it
        driver.execute_script("medskick.hide(medskick.byTail.get('skane/region-skane'))")
        until(
            driver,
            lambda: len(driver.execute_script("return medskick.drawn.labels.filter((l) => l.id === undefined)")) == 4,
        )
    finally:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "width": 1280, "mobile": False})


AXE = """
const done = arguments[0], rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
axe.run(document, { runOnly: rules }).then((report) =>
  done(report.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.html, node.failureSummary]))));
"""
CHANGED = (
    "#n=skane/region-skane&more=skane/malbildsdialoger@200,0&less=skane/regionplan-skane&pin=skane/kick-off@0,0"
    "&years=2019-&path=skane/kick-off;skane/andra-regionala-aktorer;0"
)


@pytest.mark.browser_all
@pytest.mark.parametrize("state", ["", CHANGED], ids=["begun", "changed"])
@pytest.mark.parametrize(("lang", "width", "scheme"), [("sv", 1280, "light"), ("en", 390, "dark")])
def test_axe_finds_no_barrier(
    driver: webdriver.Chrome, base: str, lang: str, width: int, scheme: str, state: str
) -> None:
    from front_end import axe_script

    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    colours = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": colours})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        show(driver, f"{base}/{lang}/graph?around=skane/kick-off{state}")
        until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#rows button"))
        if state:
            until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#paths"))
            until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#panel .groups"))
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        driver.execute_script(axe_script().read_text(encoding="utf-8"))
        assert driver.execute_async_script(AXE) == []
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "width": 1280, "mobile": False})


@pytest.mark.browser_all
def test_every_download_is_the_picture_as_it_is(driver: webdriver.Chrome, store_folder: Path, tmp_path: Path) -> None:
    import networkx

    with running(store_folder) as server:
        browser = show(driver, server.address + "sv/graph?around=skane/kick-off")
        every = len(shown(browser))
        # one thing is hidden first: the files are of what the reader sees
        browser.execute_script("medskick.hide(medskick.byTail.get('skane/region-skane'))")
        until(browser, lambda: len(shown(browser)) == every - 1)
        browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
        drawn_on = browser.execute_script("return [medskick.picture.clientWidth, medskick.picture.clientHeight]")
        for kind in ("svg", "graphml", "html", "png"):
            browser.find_element(By.ID, f"save-{kind}").send_keys(Keys.ENTER)
            until(browser, lambda kind=kind: list(tmp_path.glob(f"*.{kind}")))  # type: ignore[misc]
    (svg,), (graphml,), (html,), (png,) = (list(tmp_path.glob(f"*.{k}")) for k in ("svg", "graphml", "html", "png"))
    ET.fromstring(svg.read_text(encoding="utf-8"))
    assert "Kick-off för regionplaneuppdraget" in svg.read_text(encoding="utf-8")
    drawn = networkx.read_graphml(graphml)
    tails = {n.rpartition("/id/")[2] for n in drawn}
    assert len(drawn) == every - 1 and "skane/kick-off" in tails and "skane/region-skane" not in tails
    # double density, and below the picture what it rests on
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    width, height = (int.from_bytes(png.read_bytes()[at : at + 4]) for at in (16, 20))
    assert width == 2 * drawn_on[0] and height > 2 * drawn_on[1] + 200
    show(driver, html.as_uri())
    assert shown(driver) == tails and faults(driver) == []


LIGHTER = """(one) => {
  const look = getComputedStyle(document.querySelector(one));
  const most = (colour) => (colour.startsWith("rgb") ? 1 : 255);
  const light = (colour) => colour.match(/[\\d.]+/g).reduce((sum, n) => sum + n * most(colour), 0);
  return light(look.fill) > light(look.color) + 9;
}"""


@pytest.mark.browser_all
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_of_a_things_small_picture_have_the_pages_colours(
    driver: webdriver.Chrome, store_folder: Path, scheme: str
) -> None:
    colours = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": colours})
    try:
        with running(store_folder) as server:
            driver.get(server.address + "sv/id/skane/kick-off")
            look = "const look = (q) => getComputedStyle(document.querySelector(q)); return "
            name, halo = driver.execute_script(look + "[look('.near a text').fill, look('.near a text').stroke]")
            link, card = driver.execute_script(
                look + "[look('.near figcaption a').color, look('.near').backgroundColor]"
            )
            driver.execute_script("window.lighter = " + LIGHTER)
            lighter = driver.execute_script("return ['.kind .figure', '.near .figure'].map(lighter)")
            show(driver, server.address + "sv/graph?around=skane/kick-off")
            until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#legend .icon > *"))
            driver.execute_script("window.lighter = " + LIGHTER)
            lighter += driver.execute_script("return [lighter('#legend .icon > *'), medskick.tinted('#000000')]")
        assert name == link and halo == card
        assert lighter == ([True, True, True, "#616161"] if scheme == "dark" else [False, False, False, "#000000"])
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


ROWS = """return [...document.querySelectorAll('#rows tr')].map((row) => {
  const cells = [...row.cells], text = (node) => node.textContent.trim();
  const near = cells[3].querySelectorAll('a, button:not(.rest)'), rest = cells[3].querySelector('.rest');
  const name = cells[0].querySelector('bdi');
  const dates = [...cells[2].querySelectorAll('div')].map(text);
  const others = [...near].map(text).sort();
  return [text(name), text(cells[1]), dates, others, Boolean(rest), text(cells[4])];
})"""


def test_the_table_is_the_same_with_and_without_a_script(driver: webdriver.Chrome, base: str) -> None:
    """A reader without a script gets the template's table; with one, things that come in need rows too."""
    address = base + "/sv/graph?view=process-at-a-glance&process=regionplan-skane"
    driver.get("about:blank")
    driver.get(address)
    until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#rows th button"))
    while rest := driver.find_elements(By.CSS_SELECTOR, "#rows .rest"):
        driver.execute_script("for (const button of arguments[0]) button.click()", rest)
    scripted = driver.execute_script(ROWS)
    relations = dict(driver.execute_script("return medskick.ranked.map((n) => [medskick.label(n), n.count])"))
    source = driver.execute_script(
        "const asked = new XMLHttpRequest(); asked.open('GET', location.href, false); asked.send();"
        " return asked.responseText"
    )
    driver.execute_script(
        "const page = new DOMParser().parseFromString(arguments[0], 'text/html');"
        " document.querySelector('#rows').replaceWith(page.querySelector('#rows'))",
        source,
    )
    still = driver.execute_script(ROWS)
    assert len(still) > 10 and sorted(still) == sorted(scripted)
    # the most connected first, both times
    for rows in (still, scripted):
        counts = [relations[row[0]] for row in rows]
        assert counts == sorted(counts, reverse=True)
