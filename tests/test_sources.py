"""Which page a row comes from: where several pages have one notation in the notes, no page is claimed to carry it."""

import io
import json
import re
from urllib.parse import quote

import pytest
from docx import Document as read_docx
from openpyxl import load_workbook

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import term_text
from medskick.queries.answer import as_json
from medskick.reports.docx import as_docx
from medskick.reports.graph_reader import GraphReader
from medskick.reports.html import as_html
from medskick.reports.render import as_markdown, as_text
from medskick.reports.xlsx import as_xlsx
from medskick.resources.sources import cited

SKANE = "https://w3id.org/medskick/id/skane/"
# S33 in the notes: two pages of Region Skåne on the consultation on its strategy
S33 = (f"{SKANE}rus-remissnyhet", f"{SKANE}rus-tyck-till")
ONE_OF = {"sv": r"\[(?:\d+, )*(?:\d+; )?en av \d+, \d+", "en": r"\[(?:\d+, )*(?:\d+; )?one of \d+, \d+"}
NOTE = {
    "sv": "”En av” framför flera nummer betyder att uppgiften står på minst en av de sidorna. "
    "Det är inte antecknat vilken.",
    "en": "“One of” before several numbers means that the statement is on at least one of those pages. "
    "Which one has not been recorded.",
}


def test_a_row_that_cites_all_pages_of_a_notation_is_on_one_of_them(kg: KnowledgeGraph) -> None:
    sources = cited(kg.store, f"{SKANE}rus-remiss")
    assert sources.pages == () and sources.one_of == (S33,)
    assert sources.all == S33


def test_a_page_with_a_notation_of_its_own_carries_the_row(kg: KnowledgeGraph) -> None:
    # S17 is one page, S16 two
    sources = cited(kg.store, f"{SKANE}skanepanelen-enkat")
    assert sources.pages == (f"{SKANE}regionplan-webbsida-processen",)
    assert sources.one_of == ((f"{SKANE}skanepanelen-sida", f"{SKANE}skanepanelen-sida-senare"),)


def test_pages_that_the_row_tells_apart_carry_it(kg: KnowledgeGraph) -> None:
    # S48 is three pages: one row cites only one of them, of another citations.csv says what each gives
    one = cited(kg.store, f"{SKANE}samlad-rost")
    assert one.pages == (f"{SKANE}strukturplan-malmolund-sida",) and one.one_of == ()
    assert cited(kg.store, f"{SKANE}strukturplan-malmolund-antas").one_of == ()


def test_some_of_the_pages_of_a_notation_are_no_more_certain_than_all(kg: KnowledgeGraph) -> None:
    # S48 is a page of the region and two of Malmö stad; the decision in Malmö (SKA-B16) cites the two
    one = cited(kg.store, f"{SKANE}malmo-antar-strukturplanen")
    assert one.one_of == ((f"{SKANE}malmo-stad-strukturplan", f"{SKANE}malmo-stad-strukturplan-senare"),)
    assert not set(one.pages) & set(one.one_of[0])


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_form_of_an_answer_says_one_of(kg: KnowledgeGraph, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # so that no cell is on two lines
    monkeypatch.setenv("COLUMNS", "300")
    answer = kg.ask("decisions-in-order", lang=lang, process="rufs-2050")
    document = kg.document(answer)
    book = load_workbook(io.BytesIO(as_xlsx(document)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    word = read_docx(io.BytesIO(as_docx(document)))
    written = "\n".join(
        [p.text for p in word.paragraphs] + [c.text for t in word.tables for r in t.rows for c in r.cells]
    )
    page = " ".join(re.sub(r"<[^>]+>", "", as_html(document)).replace("&nbsp;", " ").split())
    for text in (written, page, " ".join(as_text(document).split()), as_markdown(document).replace("\\[", "[")):
        assert re.search(ONE_OF[lang], text), text[:500]
        assert NOTE[lang] in text
    assert any(re.fullmatch(ONE_OF[lang][2:] + r"(, \d+)*", cell) for cell in cells) and NOTE[lang] in cells
    data = json.loads(as_json(answer))
    # T4: the three pages on the programme
    named = [{iri.rpartition("/")[2] for iri in group} for group in data["one_of_pages"]]
    assert {"en-ny-plan-sida", "program-sida", "programmets-framtagning"} in named
    assert any("one_of_pages" in note for note in data["notes"])


def test_a_report_without_such_rows_says_nothing_of_it(kg: KnowledgeGraph) -> None:
    document = kg.document(kg.ask("decisions-in-order", lang="sv", process="regionplan-halland"))
    assert document.sources
    assert "en av" not in as_text(document) and NOTE["sv"] not in as_text(document)


def test_the_value_that_a_source_gives_stands_in_words(whole_kg: KnowledgeGraph) -> None:
    """It is shown as it stands; the id of a row (HAL-H4: who made the petition) tells a reader nothing."""
    reader = GraphReader(whole_kg.store, "en")
    given = reader.select("SELECT ?citation ?value { ?citation msk:givesValue ?value }")
    rows = [
        f"<{term_text(one['citation']).rpartition('/')[0]}/{quote(part)}>"
        for one in given
        for part in term_text(one["value"]).split(";")
    ]
    ids = reader.select(f"SELECT DISTINCT ?id {{ VALUES ?id {{ {' '.join(rows)} }} ?id a ?kind }}")
    assert len(rows) > 20 and [term_text(one["id"]) for one in ids] == []
