"""The picture in a real Chromium: seen, searched, filtered, walked by keyboard; no request, no script from labels."""

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from browser import chromium, present, words
from conftest import need
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.viz.pictures.as_page import page
from medskick.viz.pictures.picture import Picture, from_view
from medskick.words import Lang
from test_picture import hostile_picture

Open = Callable[..., webdriver.Chrome]


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    need(present(), "Chromium with its driver")
    with chromium() as browser:
        yield browser


@pytest.fixture
def show(driver: webdriver.Chrome, tmp_path: Path) -> Open:
    def open_page(picture: Picture, lang: Lang = "sv", width: int = 1280, height: int = 900) -> webdriver.Chrome:
        path = tmp_path / "picture.html"
        path.write_text(page(picture, lang, "test"), encoding="utf-8")
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        driver.get_log("browser"), driver.get_log("performance")
        driver.get("about:blank")
        driver.get(path.as_uri())
        WebDriverWait(driver, 10).until(lambda d: d.execute_script("return window.medskick && window.medskick.drawnAt"))
        return driver

    return open_page


def requests(driver: webdriver.Chrome) -> list[str]:
    """The addresses asked for, other than the page's own file."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in asked if not url.startswith(("file:", "data:", "about:"))]


def errors(driver: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def check_page(driver: webdriver.Chrome) -> None:
    assert requests(driver) == []
    assert errors(driver) == []
    assert driver.execute_script("return document.compatMode") == "CSS1Compat"
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def test_a_view_is_drawn_and_asks_no_host(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("process-at-a-glance")))
    check_page(browser)
    assert words(browser, "h1") == "Processen i en överblick"


@pytest.mark.browser_all
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("slug", [v.slug for v in Catalogue().views()])
def test_every_view_in_both_languages_and_widths(
    kg: KnowledgeGraph, show: Open, slug: str, lang: Lang, width: int
) -> None:
    check_page(show(from_view(kg.store, Catalogue().view(slug)), lang, width, 844 if width == 390 else 900))


@pytest.mark.browser_all
def test_the_language_switch_changes_every_word(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("decision-chain")), "sv")
    before = words(browser, "body")
    browser.find_element(By.CSS_SELECTOR, '[data-lang="en"]').click()
    after = words(browser, "body")
    assert browser.execute_script("return document.documentElement.lang") == "en"
    assert browser.title == "The decision chain"
    assert "Beslutskedjan" in before and "Beslutskedjan" not in after
    for word in ("Tabell", "Sök", "Källor", "Teckenförklaring"):
        assert word not in after
    assert browser.find_elements(By.CSS_SELECTOR, '#rows [lang="sv"]') == []


@pytest.mark.browser_all
def test_search_forgives_missing_diacritics(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("process-at-a-glance")), "sv")
    field = browser.find_element(By.ID, "search")
    field.send_keys("samrad")
    value = browser.find_elements(By.CSS_SELECTOR, "#found li")
    assert any("Samråd" in item.text for item in value)
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    panel = words(browser, "#panel")
    assert "samråd" in panel.casefold()
    assert "#n=" in browser.current_url


def test_a_chosen_things_panel_tells_dates_sources_and_relations(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("process-at-a-glance")), "en")
    browser.get(browser.current_url + "#n=skane/regionplan-skane-granskning")
    panel = words(browser, "#panel")
    assert "23 September 2021" in panel and "31 December 2021" in panel  # SKA-F5
    assert "Ännu ett steg mot regionplan för Skåne" in panel  # S15


@pytest.mark.browser_all
def test_neighbours_are_reached_by_keyboard(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("process-at-a-glance")), "sv")
    field = browser.find_element(By.ID, "search")
    field.send_keys("granskning")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    first = browser.current_url
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if browser.execute_script("return !!document.activeElement.closest('#panel li')"):
            break
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.current_url != first
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert "#n=" not in browser.current_url


@pytest.mark.browser_all
def test_the_legend_filters_picture_and_table(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("process-at-a-glance")), "sv")
    rows = len(browser.find_elements(By.CSS_SELECTOR, "#rows tr"))
    button = browser.find_element(By.CSS_SELECTOR, '#legend [data-type="Decision"]')
    button.send_keys(Keys.ENTER)
    shown = [r for r in browser.find_elements(By.CSS_SELECTOR, "#rows tr") if r.is_displayed()]
    assert 0 < len(shown) < rows


def test_the_table_twin_has_every_thing_and_chooses(kg: KnowledgeGraph, show: Open) -> None:
    picture = from_view(kg.store, Catalogue().view("who-met-whom"))
    browser = show(picture, "sv")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#rows tr")) == len(picture.nodes)
    browser.find_element(By.CSS_SELECTOR, "#rows tr th button").send_keys(Keys.ENTER)
    assert "#n=" in browser.current_url


@pytest.mark.browser_all
def test_physics_is_off_until_switched_on(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("who-met-whom")), "sv")
    physics = "return window.medskick.network.physics.physicsEnabled"
    assert browser.execute_script(physics) is False
    browser.find_element(By.ID, "physics").send_keys(Keys.ENTER)
    assert browser.execute_script(physics) is True


@pytest.mark.attack
def test_hostile_labels_are_inert(show: Open) -> None:
    browser = show(hostile_picture(), "sv")
    for identifier in range(7):
        browser.execute_script("medskick.choose(medskick.nodes.get(arguments[0]))", identifier)
    assert browser.execute_script("return window.hacked") is None
    assert browser.find_elements(By.CSS_SELECTOR, "#panel img, #rows img") == []
    assert browser.find_elements(By.CSS_SELECTOR, 'a[href^="javascript"]') == []
    check_page(browser)


@pytest.mark.browser_all
@pytest.mark.parametrize("slug", ["everything", "who-met-whom", "process-at-a-glance"])
def test_labels_of_the_best_connected_do_not_overlap(kg: KnowledgeGraph, show: Open, slug: str) -> None:
    # more columns than a window has room for are moved through: all names count, those out of view too
    picture = from_view(
        kg.store, Catalogue().view(slug), {"process": "regionplan-skane"} if slug.startswith("process") else None
    )
    browser = show(picture, "sv")
    boxes = browser.execute_script("return medskick.drawn.labels.map(({ id, box }) => ({ id, ...box }))")
    degree = {
        row["id"]: row["degree"]
        for row in browser.execute_script("return JSON.parse(document.getElementById('data').textContent).nodes")
    }
    best = sorted(boxes, key=lambda b: -degree[b["id"]])[:30]
    wanted = sorted(degree, key=lambda i: -degree[i])[:30]
    # of equals at the end of the thirty any will do
    assert sorted(degree[b["id"]] for b in best) == sorted(degree[i] for i in wanted)
    for a, b in combinations(best, 2):
        apart = a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]
        assert apart, (a, b)


def test_without_script_the_table_is_there(kg: KnowledgeGraph) -> None:
    html = page(from_view(kg.store, Catalogue().view("who-met-whom")), "sv", "x")
    body = html[html.index('<tbody id="rows">') : html.index("</tbody>")]
    assert "Region Skåne" in body and "#row-" in body


@pytest.mark.browser_all
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_lies_over_the_picture_and_the_legend_comes_after_it(
    kg: KnowledgeGraph, show: Open, width: int
) -> None:
    browser = show(from_view(kg.store, Catalogue().view("decision-chain")), "sv", width, 844)
    browser.execute_script("medskick.choose(medskick.ranked[0])")
    boxes = "return ['#picture', '#changes', '#view', '.filters', 'figcaption', '#more'].map((one) => {"
    boxes += " const at = document.querySelector(one).getBoundingClientRect(); return [at.top, at.bottom]; })"
    picture, *rest, more = browser.execute_script(boxes)
    assert all(top >= picture[1] for top, bottom in rest if bottom > top)
    assert rest[2][0] < rest[3][0]
    # what leads to the panel below a wide picture is in the window's corner while the panel is out of view
    assert picture[1] <= more[0] <= more[1] <= rest[2][0] if width < 500 else more[1] <= 844


@pytest.mark.browser_all
def test_columns_on_a_phone_begin_at_their_top_left_corner(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("process-at-a-glance")), "sv", 390, 844)
    spots = (
        "const { left, top } = medskick.extent(medskick.ranked.map((node) => medskick.network.getPosition(node.id)));"
    )
    corner = browser.execute_script(spots + "return medskick.network.canvasToDOM({ x: left, y: top })")
    assert 20 < corner["x"] < 80 and 40 < corner["y"] < 120
    browser.execute_script("medskick.choose(medskick.ranked[0])")
    browser.find_element(By.ID, "more").click()
    title = "return document.getElementById('panel-title').getBoundingClientRect().top"
    assert 0 <= browser.execute_script(title) < 60
    assert browser.switch_to.active_element.get_attribute("id") == "panel-title"


@pytest.mark.browser_all
def test_what_is_chosen_keeps_its_place_when_zoomed(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("who-met-whom")), "sv")
    browser.execute_script("medskick.choose(medskick.ranked[3])")
    spot = "return medskick.network.canvasToDOM(medskick.network.getPosition(medskick.state.chosen.id))"
    before = browser.execute_script(spot)
    for _ in range(3):
        browser.find_element(By.ID, "zoom-in").send_keys(Keys.ENTER)
    assert browser.execute_script(spot) == pytest.approx(before, abs=1)


@pytest.mark.browser_all
def test_names_round_a_chosen_thing_lie_over_no_dimmed_figure(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("who-met-whom")), "sv")
    # names that must be shown may cover figures: here none must
    browser.execute_script("medskick.named.clear(); medskick.choose(medskick.byTail.get('skane/region-skane'))")
    covered = """
    const over = (box, { x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom;
    const spots = medskick.ranked.filter(medskick.visible).map((node) =>
      medskick.network.canvasToDOM(medskick.network.getPosition(node.id)));
    const names = medskick.labelBoxes().filter(({ id }) => id !== medskick.state.chosen.id);
    return [names.length, names.filter((box) => spots.some((spot) => over(box, spot))).length];
    """
    names, over = browser.execute_script(covered)
    assert names > 1 and over == 0


@pytest.mark.browser_all
def test_on_paper_long_lists_stay_short(kg: KnowledgeGraph, show: Open) -> None:
    browser = show(from_view(kg.store, Catalogue().view("who-met-whom")), "sv")
    browser.execute_script("medskick.choose(medskick.ranked[0])")
    assert browser.find_elements(By.CSS_SELECTOR, "#panel .rest")
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not any(rest.is_displayed() for rest in browser.find_elements(By.CSS_SELECTOR, ".rest"))
        assert len(browser.find_elements(By.CSS_SELECTOR, "#panel .near li")) < 40
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
