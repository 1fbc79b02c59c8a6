"""What a planner's tasks take: clicks to the answer, words before it, pixels down to it, before and now.

Run ``uv run python bench/tasks.py CHECKOUT``, where CHECKOUT is a worktree of the commit to compare with, in which
``uv sync`` was run. Both are built into stores of their own and served; Chromium then walks each task in both, 1280 and
390 pixels wide. A press is a click, a choice in a menu two; letters typed are counted apart. Words are those shown in
``main`` above the answer; pixels go from the top of the page to the answer. Prints a table; asserts nothing.
"""

import argparse
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from browser import chromium

HERE = Path(__file__).parents[1]
WIDTHS = (1280, 390)
_WAIT = 40
_PHASE = ("choose phase-type consultation", "click //main//form//button")
_STRAIGHT = ("click //main//nav//a[normalize-space()='Samråd']",)
_FIRST = "/following::*[self::li or self::tr[td]][1]"
"""The first item of a list or row of a table after a heading."""
_MEASURE = """
const [answer] = arguments, main = document.querySelector("main"), range = document.createRange();
const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
let words = 0;
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  if (answer.contains(node) || !(node.compareDocumentPosition(answer) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
  if (node.parentElement.checkVisibility()) words += node.textContent.split(/\\s+/).filter(Boolean).length;
}
return [words, Math.round(answer.getBoundingClientRect().top + scrollY)];
"""


@dataclass(frozen=True)
class Route:
    """A way to an answer: where it begins and what is done.

    Steps: ``click XPATH`` (leads to another page), ``press XPATH`` (a button on the page), ``open XPATH`` (a fold, if
    it is one at that width), ``choose NAME VALUE``, ``type TEXT``.

    ``answer`` is the XPath of what is looked for. ``last``: the presses that the answer itself takes.
    """

    start: str
    steps: tuple[str, ...]
    answer: str
    last: int = 0


@dataclass(frozen=True)
class Task:
    """What somebody wants, and the shortest way to it before and now; ``None`` where there was none."""

    name: str
    before: Route | None
    now: Route | None


def _heading(text: str) -> str:
    return f"//main//h2[starts-with(normalize-space(), '{text}')]{_FIRST}"


def _section(text: str) -> str:
    """Opens a section that is folded at its heading on a telephone."""
    return f"open //main//h2[starts-with(normalize-space(), '{text}')]/following-sibling::details[1]/summary"


def _menu(name: str) -> str:
    return f"click //a[normalize-space()='{name}']"


_EN = "//main//h2[normalize-space()='What others learned']"
_EXPLORE = (
    "press //main//*[@id='panel']//button[normalize-space()='RUFS 2050']",
    "press //button[@data-expand]",
)
_TOOLS = "open //details[contains(@class, 'tools')]/summary"
_SAMRAD, _LESSON = "/sv/id/stockholm/rufs-2050-samrad", "/sv/id/skane/beskriv-nyttan"
_HANDBOOK = "/sv/handbook?phase-type=consultation"
TASKS = (
    Task(
        "first lesson on samråd, from the start page",
        Route("/sv/", _PHASE, "//main//h2[not(@id='contents')]"),
        Route("/sv/", _STRAIGHT, _heading("Det här lärde sig andra")),
    ),
    Task(
        "the same, by search",
        Route("/sv/", ("type samr", "click (//*[@role='option'])[1]"), "//main//h1"),
        Route("/sv/", ("type samr", "click (//*[@role='option'])[1]"), _heading("Det här lärde sig andra")),
    ),
    Task(
        "a phase's page to its lessons",
        Route(_SAMRAD, ("click //main//a[contains(@href, 'phase-type/consultation')]",),
              f"//h3[@id='-msk.appliesToPhaseType']{_FIRST}"),
        Route(_SAMRAD, (), f"//h2[@id='lessons']{_FIRST}"),
    ),
    Task(
        "whom to involve in samråd",
        Route("/sv/", (_menu("Handbok"), *_PHASE), _heading("Vilka som var med")),
        Route("/sv/", (*_STRAIGHT, _section("Vilka ska vara med")), _heading("Vilka ska vara med")),
    ),
    Task(
        "what to decide, in which order",
        Route("/sv/", (_menu("Frågor"), "click //main//a[contains(@href, 'decisions-in-order')]",
                       "choose process rufs-2050", "click //main//form//button"), "(//main//tr[td])[1]"),
        Route("/sv/", (*_STRAIGHT, _section("Beslut, i den ordning")), _heading("Beslut, i den ordning")),
    ),
    Task(
        "how long samråd took",
        Route("/sv/", (_menu("Handbok"), *_PHASE), _heading("Hur lång tid det tog")),
        Route("/sv/", (*_STRAIGHT, _section("Hur lång tid det tog")), _heading("Hur lång tid det tog")),
    ),
    Task(
        "how many were asked and answered (RUFS 2050)",
        Route("/sv/", (_menu("Frågor"), "click //main//a[contains(@href, 'referral-bodies')]"),
              "(//main//tr[contains(., '600')])[1]"),
        Route("/sv/", ("type hur många svarade", "click (//*[@role='option'])[1]"),
              "(//main//*[self::p or self::tr][contains(., '600')])[1]"),
    ),
    Task(
        "a phase to an actor in it",
        Route(
            _SAMRAD,
            (f"click //h3[@id='-msk.activity']{_FIRST}//a",
             "click //main//h3[contains(., 'ktör')]/following::a[contains(@href, '/id/')][1]"),
            "//main//h1",
        ),
        Route(_SAMRAD, ("click //h2[@id='people']/following::a[1]",), "//main//h1"),
    ),
    Task(
        "the handbook as Word",
        Route(_HANDBOOK, (), "//a[contains(., 'docx') or contains(., 'Word')]", 1),
        Route(_HANDBOOK, (_TOOLS,), "//main//a[.='Word']", 1),
    ),
    Task(
        "the roles as Excel",
        Route("/sv/", (_menu("Frågor"), "click //main//a[contains(@href, 'roles-by-phase')]"),
              "//a[contains(., 'Excel')]", 1),
        Route("/sv/", (_menu("För forskare"), "click //main//a[contains(., 'Frågor')]",
                       "click //main//a[contains(@href, 'roles-by-phase')]", _TOOLS), "//main//a[.='Excel']", 1),
    ),
    Task(
        "the samråd of three regions compared",
        Route("/sv/", (_menu("Jämför"), *_PHASE), "(//main//tr[td])[1]"),
        Route("/sv/", (_menu("Jämför"), "open //main//details[contains(@class, 'section')]/summary", *_PHASE),
              "(//main//h2[not(@id='contents')])[1]" + _FIRST),
    ),
    Task(
        "explore around RUFS 2050: choose, expand, undo",
        Route("/sv/", (_menu("Grafen"), "click //main//a[contains(@href, 'around=') and normalize-space()='RUFS 2050']",
                       *_EXPLORE), "//button[@id='undo']", 1),
        Route("/sv/", ("click //main//a[normalize-space()='Grafen']",
                       "click //main//a[contains(@href, 'around=') and normalize-space()='RUFS 2050']",
                       *_EXPLORE), "//button[@id='undo']", 1),
    ),
    Task(
        "cite a lesson",
        Route(_LESSON, (), "//main//code[contains(., 'beskriv-nyttan')]"),
        Route(_LESSON, (_TOOLS, "click //details[contains(@class, 'cite')]/summary"), "//button[@data-tool='cite']", 1),
    ),
    Task("send a lesson to a colleague", None, Route(_LESSON, (_TOOLS,), "//main//a[@data-mail]", 1)),
    Task(
        "report an error",
        Route(_LESSON, (), "//main//a[contains(@class, 'button') and contains(@href, '/feedback')]", 1),
        Route(_LESSON, (), "//main//a[contains(@class, 'button') and contains(@href, '/feedback')]", 1),
    ),
    Task(
        "one lesson, in English",
        Route("/en/", _PHASE, "//main//h2[not(@id='contents')]"),
        Route("/en/", ("click //main//nav//a[starts-with(normalize-space(), 'Consultation')]",), f"{_EN}{_FIRST}"),
    ),
)  # fmt: skip


def walk(driver: Any, address: str, route: Route) -> tuple[int, int, int, int]:
    """Return clicks, letters typed, words before the answer, and pixels down to it."""
    clicks, letters = route.last, 0
    driver.get(address + route.start)

    def shown(path: str) -> Any:
        return WebDriverWait(driver, _WAIT).until(
            lambda _: next((e for e in driver.find_elements(By.XPATH, path) if _seen(e)), None)
        )

    for step in route.steps:
        kind, _, rest = step.partition(" ")
        if kind == "open":
            # what is folded only where there is little room
            for folded in driver.find_elements(By.XPATH, rest):
                if _seen(folded):
                    folded.click()
                    clicks += 1
        elif kind == "press":
            # a button that changes the page it stands on
            element = shown(rest)
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            clicks += 1
        elif kind == "click":
            old = driver.find_element(By.TAG_NAME, "html")
            element = shown(rest)
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            fold = element.tag_name == "summary"
            if fold:
                driver.execute_script("arguments[0].click()", element)
            else:
                element.click()
                WebDriverWait(old, _WAIT).until(_gone)
            clicks += 1
        elif kind == "choose":
            name, value = rest.split(" ")
            menu = Select(shown(f"//main//select[@name='{name}']"))
            offered = [option.get_attribute("value") or "" for option in menu.options]
            # a process was named by its id alone before
            menu.select_by_value(next(v for v in offered if re.split("[/:]", v)[-1] == value))
            clicks += 2
        else:
            letters += len(rest)
            shown("//header//input[@name='q']").send_keys(Keys.HOME, rest)
            shown("//*[@role='option']")
            time.sleep(1)
    words, pixels = driver.execute_script(_MEASURE, shown(route.answer))
    return clicks, letters, words, pixels


def _seen(element: Any) -> bool:
    # Selenium takes what is in a closed fold for hidden, also where the style sheet shows it
    return bool(element.parent.execute_script("return arguments[0].checkVisibility()", element))


def _gone(element: Any) -> bool:
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


@contextlib.contextmanager
def served(checkout: Path, port: int) -> Iterator[tuple[str, str]]:
    """Build a checkout's datasets and serve them; yield its address and commit."""
    program = str(checkout / ".venv" / "bin" / "medskick")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=checkout, capture_output=True, encoding="utf-8", check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as store:
        subprocess.run([program, "build", "--store", store], cwd=checkout, capture_output=True, check=True)
        command = [program, "explore", "--no-open", "--port", str(port), "--store", store]
        with subprocess.Popen(command, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            address = f"http://127.0.0.1:{port}"
            try:
                for _ in range(_WAIT * 10):
                    with contextlib.suppress(OSError), urlopen(f"{address}/robots.txt"):
                        break
                    time.sleep(0.1)
                yield address, commit
            finally:
                server.terminate()


def main() -> None:
    """Walk all tasks in both, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path, help="a worktree of the commit to compare with, after uv sync")
    parser.add_argument("--port", type=int, default=8871)
    asked = parser.parse_args()
    with (
        served(asked.checkout.resolve(), asked.port) as (before, first),
        served(HERE, asked.port + 1) as (now, second),
    ):
        print(f"| task | width | `{first}`: clicks | words | px | `{second}`: clicks | words | px |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        for width in WIDTHS:
            with chromium(width) as driver:
                for task in TASKS:
                    cells = [*_cells(driver, before, task.before), *_cells(driver, now, task.now)]
                    print(f"| {task.name} | {width} | {' | '.join(cells)} |", flush=True)


def _cells(driver: Any, address: str, route: Route | None) -> tuple[str, str, str]:
    if route is None:
        return "no way", "", ""
    try:
        clicks, letters, words, pixels = walk(driver, address, route)
    except (WebDriverException, StopIteration) as error:
        print(f"{address}{route.start}: {type(error).__name__} {str(error)[:200]}", file=sys.stderr)
        return "failed", "", ""
    typed = f" + {letters} letters" if letters else ""
    return f"{clicks}{typed}", f"{words:,}", f"{pixels:,}"


if __name__ == "__main__":
    main()
