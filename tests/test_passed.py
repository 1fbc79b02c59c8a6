"""What was expected for a day that has gone by: said on the reader's day, never in what is built."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import THINGS
from medskick.reports.document import Document, lines_of, plain
from medskick.resources.time import time_of
from medskick.web.app import Settings, create_app
from test_scripts import asked

NOTE = {
    "sv": "(Tiden har passerat; inget genomgånget material visar vad det blev)",
    "en": "(This date has passed; nothing reviewed shows what came of it)",
}
# the rows expected in 2026, with the last day that each can mean
EXPECTED = {
    "halland/regionplan-halland-antagande": "2026-12-31",  # HAL-F6: 2026
    "halland/hallands-regionplan": "2026-12-31",
    "halland/regionplan-halland": "2026-12-31",  # began, and goes on
    "stockholm/rufs-2050-genomforande": "2026-11-30",  # STO-F8: until autumn 2026
    "national/svesam-slutbetankande": "2026-06-01",  # NAT-B15: at the latest 1 June 2026
    "skane/regionplan-skane-antagande": "",  # SKA-B13: planned for 2022, adopted on 14 June 2022
    "skane/rus-remiss": "",  # SKA-B14: answers by 15 February 2020; SKA-D21: its two meetings were held in 2019
}


def said(document: Document, of: str) -> list[str]:
    texts = (plain(line) for block in document.blocks for line in lines_of(block))
    return [text for text in texts if of in text]


@pytest.mark.parametrize(("thing", "day"), EXPECTED.items())
def test_what_is_expected_until_when(kg: KnowledgeGraph, thing: str, day: str) -> None:
    assert time_of(kg.store, f"{THINGS}{thing}").expected_by == day


# lessons were learned in them (GBG-R9, SCO-R35), or what was held in them shows that they began: an end is awaited
CAME_ABOUT = {
    "goteborg/radslag-2050": "",
    "scotland/rlup-piloterna": "",
    "scotland/sodra-skottland-fas-2": "2023-12-31",  # SCO-F4, D4: thirty meetings, then nothing of how it ended
    # OST-B1, F2: that it was to be reviewed was decided on 9 November 2023, before the review began
    "ostergotland/rumslig-strategi-granskning": "2024-03-01",
    # PSR-B1: handed over on 16 January 2020, to be adopted in May
    "puget-sound/vision-2050-antagande": "2020-05-31",
}


@pytest.mark.parametrize(("thing", "day"), CAME_ABOUT.items())
def test_what_is_known_of_its_parts_shows_that_something_took_place(
    whole_kg: KnowledgeGraph, thing: str, day: str
) -> None:
    assert time_of(whole_kg.store, f"{THINGS}{thing}").expected_by == day


def test_a_page_and_python_take_the_same_day_as_passed(kg: KnowledgeGraph) -> None:
    days = ("2026-06-01", "2026-06-02", "2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01")
    pairs = [(thing, today) for thing in EXPECTED for today in days]
    ours = [time_of(kg.store, f"{THINGS}{thing}").passed(today) for thing, today in pairs]
    assert asked({"passed": [(EXPECTED[thing], today) for thing, today in pairs]})["passed"] == ours
    assert sum(ours) == 3 * 1 + 3 + 5


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("today", "passed"), [("", False), ("2026-12-31", False), ("2027-01-01", True)])
def test_a_report_says_it_on_the_readers_day(store_folder: Path, lang: str, today: str, passed: bool) -> None:
    kg = KnowledgeGraph(store_folder, today=today)
    label = {"sv": "Antagande, väntat 2026: ", "en": "Adoption, expected in 2026: "}[lang]
    [phase] = said(kg.compare("halland", "stockholm", lang=lang, phase_type="adoption"), label)
    assert (NOTE[lang] in phase) == passed
    answer = kg.document(kg.ask("announced-but-outcome-unknown", lang=lang))
    cells = [plain(cell) for _, table in answer.tables for row in table.rows for cell in row]
    assert any(NOTE[lang] in cell for cell in cells) == bool(today)
    # a date that two things of a row share has the note once
    assert all(cell.count(NOTE[lang]) < 2 for cell in cells)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_page_leaves_it_to_the_script(store_folder: Path, lang: str) -> None:
    client = TestClient(create_app(Settings(store=store_folder)))
    page = client.get(f"/{lang}/id/halland/regionplan-halland-antagande").text
    assert f'data-until="2026-12-31" hidden> {NOTE[lang]}</span>' in page
    assert "assets/passed.js" in page
    # only the script shows it
    assert page.count(NOTE[lang]) == page.count(f"hidden> {NOTE[lang]}")
