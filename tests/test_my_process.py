"""My process: region, role, phase and start, chosen once and kept in the browser; on a server and from disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from browser import chromium, present, words
from conftest import need
from medskick.web.app import Settings
from medskick.web.publish import publish
from running import Server

pytestmark = pytest.mark.browser_all


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    need(present(), "Chromium with chromedriver")
    with chromium(390, 844) as driver:
        yield driver


def bar(driver: webdriver.Chrome) -> dict[str, str]:
    """What the bar shows: its words, where it leads, its status."""
    shown = (
        "const of = (name) => document.querySelector(`[data-mine-${name}]`);"
        "return { words: of('words').textContent, go: of('go').hidden ? '' : of('go').href,"
        " forget: of('forget').hidden ? '' : 'there', status: of('status').textContent };"
    )
    texts: dict[str, str] = driver.execute_script(shown)
    return texts


def press(driver: webdriver.Chrome, name: str) -> None:
    driver.find_element(By.CSS_SELECTOR, f"[data-mine-{name}]").send_keys(Keys.ENTER)


def choose(driver: webdriver.Chrome, name: str, value: str) -> None:
    Select(driver.find_element(By.CSS_SELECTOR, f'main select[name="{name}"]')).select_by_value(value)


def test_what_is_chosen_once_is_offered_on_every_page_that_can_use_it(server: Server, driver: webdriver.Chrome) -> None:
    driver.get(f"{server.address}sv/")
    assert bar(driver) == {"words": "", "go": "", "forget": "", "status": ""}
    choose(driver, "phase-type", "consultation")
    choose(driver, "region", "halland")
    press(driver, "keep")
    bar_texts = bar(driver)
    assert (
        bar_texts["words"] == "Min process: Samråd, Hallands län."
        and bar_texts["status"] == "Sparat i den här webbläsaren."
    )
    # a page that can use it offers it, in the page's language, and tells nothing new where it has it already
    driver.get(f"{server.address}en/lessons")
    bar_texts = bar(driver)
    assert bar_texts["words"].startswith("My process: Consultation (samråd), Halland")
    assert bar_texts["go"] == f"{server.address}en/lessons?phase-type=consultation&region=halland"
    driver.get(bar_texts["go"])
    assert bar(driver)["go"] == ""
    # a lesson is shown with what is alike and what not at once, however the reader came there
    driver.get(f"{server.address}sv/id/skane/beskriv-nyttan")
    WebDriverWait(driver, 20).until(lambda d: d.current_url.endswith("/beskriv-nyttan?region=halland"))
    assert "Regionplan för Halland" in words(driver, "#context + p")
    # but whoever chooses no region has none
    driver.get(f"{server.address}sv/id/skane/beskriv-nyttan?region=")
    assert driver.find_elements(By.CSS_SELECTOR, "#context + p") == []
    assert driver.get_cookies() == []
    press(driver, "forget")
    assert bar(driver) == {"words": "", "go": "", "forget": "", "status": "Inget är längre sparat."}
    assert driver.execute_script("return localStorage.getItem('medskick.mine')") is None
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def test_the_day_on_which_the_phase_starts_is_kept_with_it(server: Server, driver: webdriver.Chrome) -> None:
    driver.get(f"{server.address}sv/")
    driver.execute_script("localStorage.clear()")
    driver.get(f"{server.address}sv/phase/review?starts=2027-03-01")
    driver.get(f"{server.address}sv/phase/review")
    assert bar(driver)["go"] == f"{server.address}sv/phase/review?starts=2027-03-01"
    # the page's choices are folded, but not where they hold an offer
    assert driver.find_element(By.CSS_SELECTOR, "[data-mine-go]").is_displayed()
    # the handbook of the same phase takes it, that of another does not
    driver.get(f"{server.address}sv/handbook?phase-type=review")
    assert bar(driver)["go"].endswith("/handbook?phase-type=review&starts=2027-03-01")
    driver.get(f"{server.address}sv/phase/consultation")
    assert bar(driver)["go"] == "" and bar(driver)["forget"] == "there"
    driver.get(f"{server.address}sv/phase/review")
    press(driver, "forget")


def test_what_another_wrote_into_the_store_does_no_harm(server: Server, driver: webdriver.Chrome) -> None:
    driver.get(f"{server.address}sv/lessons")
    for text in ("{", "[]", "null", '{"chosen":{"region":7,"role":{"value":{},"label":1}},"starts":{"review":"x"}}'):
        driver.execute_script("localStorage.setItem('medskick.mine', arguments[0])", text)
        driver.refresh()
        assert bar(driver)["words"] == "" and bar(driver)["go"] == ""
    driver.execute_script("localStorage.clear()")


def test_it_works_in_a_site_of_files_opened_from_disk(
    small_store: Path, tmp_path: Path, driver: webdriver.Chrome
) -> None:
    publish(Settings(store=small_store), tmp_path, langs=["sv"])
    driver.get((tmp_path / "sv" / "index.html").as_uri())
    choose(driver, "phase-type", "consultation")
    press(driver, "keep")
    assert bar(driver)["words"] == "Min process: Samråd."
    driver.get((tmp_path / "sv" / "index.html").as_uri())
    # it leads to the file of the phase
    assert bar(driver)["go"] == (tmp_path / "sv" / "phase" / "consultation.html").as_uri()
    assert (tmp_path / "sv" / "phase" / "consultation.html").is_file()
    press(driver, "forget")
    assert bar(driver)["words"] == ""
