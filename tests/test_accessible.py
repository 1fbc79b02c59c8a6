"""Every kind of page by axe-core at WCAG 2.1 AA, and the way from the start to a source by keyboard alone."""

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from browser import chromium, present, words
from conftest import need
from front_end import axe_script
from running import Server
from test_site import KINDS

FEW = [
    "/",
    "/lessons?phase-type=consultation&role=official&region=halland",
    "/id/stockholm/rufs-2050-antas",
    "/timeline",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="module")
def wide() -> Iterator[webdriver.Chrome]:
    need(present(), "Chromium with chromedriver")
    with chromium(1280, 900) as driver:
        yield driver


@pytest.fixture(scope="module")
def narrow() -> Iterator[webdriver.Chrome]:
    need(present(), "Chromium with chromedriver")
    with chromium(390, 844) as driver:
        yield driver


def violations(driver: webdriver.Chrome, address: str) -> list[str]:
    """What axe-core finds on a page, each with the first elements it is about."""
    driver.get(address)
    # what is folded is read too, but for the groups of a thousand names: one of each kind is open there
    driver.execute_script(
        "document.querySelectorAll('details:not(.group)').forEach((folded) => { folded.open = true; });"
    )
    driver.set_script_timeout(120)
    driver.execute_script(axe_script().read_text(encoding="utf-8"))
    violations = driver.execute_async_script(
        "const done = arguments[1]; axe.run(document, {runOnly: arguments[0]}).then(r => done(r.violations.map("
        "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))));",
        RULES,
    )
    wide = driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
    return [*violations, *([f"the page is {wide} px too wide"] if wide > 0 else [])]


@pytest.mark.browser_all
def test_axe(server: Server, wide: webdriver.Chrome) -> None:
    assert violations(wide, f"{server.address}sv{FEW[1]}") == []


@pytest.mark.browser_all
def test_folded_tables_are_whole_on_paper(wide: webdriver.Chrome, server: Server) -> None:
    wide.get(server.address + "sv/gaps")
    heights = (
        "return [...document.querySelectorAll('details.fold:has(table)')].map((folded) =>"
        " [folded.querySelectorAll('tr').length, folded.querySelector('table').getBoundingClientRect().height])"
    )
    folded = wide.execute_script(heights)
    assert len(folded) > 5
    on_screen = wide.execute_script("return document.documentElement.scrollHeight")
    wide.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert all(height > 15 * rows for rows, height in wide.execute_script(heights))
        assert wide.execute_script("return document.documentElement.scrollHeight") > 1.5 * on_screen
    finally:
        wide.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", KINDS)
def test_axe_on_every_kind_of_page(
    server: Server, wide: webdriver.Chrome, narrow: webdriver.Chrome, lang: str, path: str
) -> None:
    for driver in (wide, narrow):
        assert violations(driver, f"{server.address}{lang}{path}") == [], driver.get_window_size()


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_first_lesson_of_a_phase_stands_on_the_first_screen(
    server: Server, wide: webdriver.Chrome, lang: str
) -> None:
    wide.get(f"{server.address}{lang}/phase/consultation")
    top, checklist = wide.execute_script(
        "return ['.answer li', '.boxes'].map(css => document.querySelector(css).getBoundingClientRect().top)"
    )
    assert top <= 574 and checklist <= 3100
    # what is inferred is a sign at each line, its words in sight once
    text = words(wide, "main")
    assert text.count({"sv": "härlett", "en": "inferred"}[lang]) == 1


@pytest.mark.browser_all
def test_dark_forced_and_doubled(server: Server, wide: webdriver.Chrome) -> None:
    """In the dark scheme contrast holds; at twice the text size nothing is lost sideways."""
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    wide.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    try:
        for path in FEW:
            assert violations(wide, f"{server.address}sv{path}") == []
    finally:
        wide.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    # 200 % zoom of 1280 px is a window of 640
    with chromium(640, 450) as zoomed:
        for path in FEW:
            assert violations(zoomed, f"{server.address}en{path}") == []


# Text that is cut, that lies on other text or beyond the edge of a drawing. What a page clips so that it can be
# scrolled or unfolded is no loss, and a heading that stays while its table is scrolled covers what can be scrolled to.
LOST = """
const lost = [];
const clips = (o) => o !== 'visible';
const seen = (e) => e.checkVisibility({visibilityProperty: true}) && !e.closest('.unseen, .probe, select, noscript');
for (const e of document.querySelectorAll('body *')) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (!own || e.closest('svg, .yasgui') || !seen(e)) continue;
  for (let up = e; up && up !== document.body; up = up.parentElement) {
    // what is a pixel wide is for those who listen
    if (up.clientWidth < 3) break;
    const {overflowX: x, overflowY: y} = getComputedStyle(up);
    const wider = up.scrollWidth > up.clientWidth + 1, higher = up.scrollHeight > up.clientHeight + 1;
    if ((x === 'hidden' && wider) || (y === 'hidden' && higher)) lost.push('cut: ' + e.textContent.trim().slice(0, 60));
  }
}
const over = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right
  && a.top + a.height / 4 + 1 < b.bottom - b.height / 4 && b.top + b.height / 4 + 1 < a.bottom - a.height / 4;
const pairs = (boxes) => {
  boxes.sort((a, b) => a.box.top - b.box.top);
  boxes.forEach((a, i) => {
    for (let j = i + 1; j < boxes.length && boxes[j].box.top < a.box.bottom; j += 1)
      if (a.of !== boxes[j].of && over(a.box, boxes[j].box)) lost.push('covered: ' + a.text + ' / ' + boxes[j].text);
  });
};
const boxes = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let n = walker.nextNode(); n; n = walker.nextNode()) {
  const e = n.parentElement;
  if (!n.data.trim() || e.closest('svg, script, style, .yasgui') || !seen(e)) continue;
  let kept = true;
  for (let up = e; up && up !== document.body; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (style.position === 'sticky' || clips(style.overflowX) || clips(style.overflowY)) kept = false;
  }
  const range = document.createRange();
  range.selectNodeContents(n);
  if (kept) for (const box of range.getClientRects())
    if (box.width > 2) boxes.push({box, text: n.data.trim().slice(0, 40), of: n});
}
pairs(boxes);
for (const svg of document.querySelectorAll('svg')) {
  const edge = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].filter((t) => t.getClientRects().length
    && !(t.getAttribute('transform') || '').includes('rotate'));
  const named = texts.map((t) => ({box: t.getBoundingClientRect(), text: t.textContent.slice(0, 40), of: t}));
  for (const {box, text} of named)
    if (box.right > edge.right + 1 || box.left < edge.left - 1) lost.push('beyond the edge: ' + text);
  pairs(named);
}
return lost;
"""
SPACING = """
const sheet = new CSSStyleSheet();
sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important }'
  + '* { word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
const done = arguments[0];
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
"""


@pytest.mark.browser_all
@pytest.mark.parametrize("path", KINDS)
def test_text_spacing_cuts_and_covers_nothing(
    server: Server, wide: webdriver.Chrome, narrow: webdriver.Chrome, path: str
) -> None:
    """WCAG 2.1, 1.4.12."""
    for driver in (wide, narrow):
        driver.get(f"{server.address}sv{path}")
        driver.execute_script("for (const e of document.querySelectorAll('details:not(.group)')) e.open = true;")
        before = driver.execute_script(LOST)
        driver.set_script_timeout(60)
        driver.execute_async_script(SPACING)
        assert [lost for lost in driver.execute_script(LOST) if lost not in before] == [], driver.get_window_size()
        assert before == [], "nor is anything lost without"


def press(driver: webdriver.Chrome, *keys: str) -> None:
    driver.switch_to.active_element.send_keys(*keys)


def tab_to(driver: webdriver.Chrome, wanted: str, most: int = 120) -> None:
    """Press Tab until the element with focus fits a CSS selector."""
    for _ in range(most):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if driver.execute_script("return document.activeElement.matches(arguments[0])", wanted):
            box = driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
            assert box != "none", "what has focus shows it"
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


@pytest.mark.browser_all
def test_from_start_to_source_by_keyboard(server: Server, wide: webdriver.Chrome) -> None:
    driver = wide
    driver.get(f"{server.address}sv/")
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert driver.execute_script("return document.activeElement.className") == "skip"
    tab_to(driver, "select[name=phase-type]")
    press(driver, "Samr")
    tab_to(driver, ".situation button")
    press(driver, Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: "/phase/consultation" in d.current_url)
    # the name of a lesson leads to its page
    tab_to(driver, "main li strong a[href*='/sv/id/']")
    press(driver, Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: "/sv/id/" in d.current_url)
    lesson = words(driver, "h1")
    tab_to(driver, "a[href*='/graph?around']")
    press(driver, Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: "/sv/graph" in d.current_url)
    WebDriverWait(driver, 10).until(lambda d: d.find_element(By.ID, "picture").is_displayed())
    # in the picture the lesson is found by name; beside it stands what it was read in
    tab_to(driver, "#search")
    press(driver, lesson, Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: words(d, "#panel-title") == lesson)
    tab_to(driver, ".panel .sources a[href^='http']", 200)
    assert driver.execute_script("return document.activeElement.href").startswith("https://")
