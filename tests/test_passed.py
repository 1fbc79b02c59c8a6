"""What was expected for a day that has gone by: on the reader's day on a page, without any day in a file."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from docx import Document as read_docx
from openpyxl import load_workbook
from starlette.testclient import TestClient

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import THINGS
from medskick.queries.answer import as_csv as answer_csv
from medskick.queries.answer import as_json as answer_json
from medskick.reports.document import Document, lines_of, plain
from medskick.reports.docx import as_docx
from medskick.reports.html import as_html
from medskick.reports.render import as_csv, as_markdown, as_text
from medskick.reports.xlsx import as_xlsx
from medskick.resources.time import time_of
from medskick.web.app import Settings, create_app
from test_scripts import asked

NOTE = {
    "sv": "(Tiden har passerat; inget genomgånget material visar vad det blev)",
    "en": "(This date has passed; nothing reviewed shows what came of it)",
}
OPEN = {
    "sv": "(om det skedde framgår inte av det genomgångna materialet)",
    "en": "(the material reviewed does not show whether this happened)",
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


def test_a_page_takes_a_day_as_passed_when_it_is_over() -> None:
    days = ("2026-06-01", "2026-06-02", "2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01")
    pairs = [(EXPECTED[thing], today) for thing in EXPECTED for today in days]
    # three await the end of 2026, one the end of its November, one 1 June, two nothing
    assert sum(asked({"passed": pairs})["passed"]) == 3 * 1 + 3 + 5


def cells_of(form: str, document: Document) -> str:
    if form == "docx":
        tables = read_docx(io.BytesIO(as_docx(document))).tables
        return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)
    if form == "xlsx":
        book = load_workbook(io.BytesIO(as_xlsx(document)))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    writers = {"html": as_html, "markdown": as_markdown, "text": as_text, "csv": as_csv}
    return " ".join(writers[form](document).split())


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "markdown", "text", "csv"])
def test_a_file_says_it_without_a_day_for_whoever_reads_it_later(kg: KnowledgeGraph, lang: str, form: str) -> None:
    answer = kg.ask("announced-but-outcome-unknown", lang=lang)
    text = cells_of(form, kg.document(answer))
    # a terminal breaks long lines within a cell
    assert (OPEN[lang] if form != "text" else OPEN[lang].split()[-1]) in text
    assert NOTE[lang] not in text and "data-until" not in text


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_report_says_it_of_a_phase_that_is_awaited_and_of_no_other(kg: KnowledgeGraph, lang: str) -> None:
    label = {"sv": "Antagande, väntat 2026: ", "en": "Adoption, expected in 2026: "}[lang]
    document = kg.compare("halland", "stockholm", lang=lang, phase_type="adoption")
    [phase] = said(document, label)
    assert OPEN[lang] in phase
    assert sum(OPEN[lang] in plain(cell) for block in document.blocks for cell in lines_of(block)) == 1


def test_an_answer_notes_a_date_that_two_things_share_once(kg: KnowledgeGraph) -> None:
    answer = kg.ask("announced-but-outcome-unknown", lang="sv")
    cells = [plain(cell) for _, table in kg.document(answer).tables for row in table.rows for cell in row]
    assert sum(OPEN["sv"] in cell for cell in cells) == sum(len(mark.awaited) for mark in answer.marks) > 0
    assert all(cell.count(OPEN["sv"]) < 2 for cell in cells)


def test_a_program_reads_which_columns_have_no_known_outcome_and_which_are_inferred(kg: KnowledgeGraph) -> None:
    # SKA-D1: the seminar in Almedalen was announced for 6 July 2018, the year inferred; nothing shows that it was held
    answer = kg.ask("dialogues-by-phase", lang="en", process="regionplan-skane")
    seminar = f"{THINGS}skane/almedalsseminarium"
    data = json.loads(answer_json(answer))
    [number] = [n for n, row in enumerate(data["rows"]) if row["event"]["iri"] == seminar]
    assert data["outcome_unknown_columns"][number] == ["planned"]
    assert "planned" in data["inferred_columns"][number]
    assert len(data["outcome_unknown_columns"]) == len(data["inferred_columns"]) == len(data["rows"])
    rows = list(csv.DictReader(io.StringIO(answer_csv(answer))))
    assert rows[number]["event_iri"] == seminar
    assert rows[number]["outcome_unknown_columns"] == "planned"
    assert "planned" in rows[number]["inferred_columns"].split(";")


def test_an_answer_without_marks_has_no_columns_for_them(kg: KnowledgeGraph) -> None:
    answer = kg.ask("decisions-in-order", lang="en", process="regionplan-halland")
    assert not any(mark.awaited for mark in answer.marks)
    assert "outcome_unknown_columns" not in answer_csv(answer).splitlines()[0]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_page_leaves_it_to_the_script(store_folder: Path, lang: str) -> None:
    client = TestClient(create_app(Settings(store=store_folder)))
    page = client.get(f"/{lang}/id/halland/regionplan-halland-antagande").text
    assert f'data-until="2026-12-31" hidden>{NOTE[lang]}</span>' in page
    assert "assets/pages.js" in page
    # only the script shows it
    shown = re.sub(r'<(\w+)[^>]*\bdata-until="[^"]+" hidden>.*?</\1>| data-passed="[^"]*"', "", page, flags=re.DOTALL)
    assert len(shown) < len(page) and NOTE[lang] not in shown and OPEN[lang] not in shown
