"""Reports cut into passages, what is marked in them, the rows proposed, and what becomes of them in a dataset."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from fpdf import FPDF
from typer.testing import CliRunner

from medskick.cli import app
from medskick.graph.faults import Faulty
from medskick.graph.index import Index
from medskick.graph.language_guess import language_of
from medskick.ontology import Column, vocabulary
from medskick.passages import cues, reading
from medskick.passages.cues import told_by
from medskick.passages.dates_in_text import dates_in
from medskick.passages.kinds import kind_of
from medskick.passages.marks import Marker
from medskick.passages.markup import read_docx, read_html, read_text
from medskick.passages.pdf import read_pdf
from medskick.passages.proposed_rows import read_passages
from medskick.passages.reader_process import Unreadable, read
from medskick.passages.report_text import Document, passages_of
from medskick.passages.sentences import sentences
from medskick.rooms import room
from medskick.sheets.draft_rows import DraftRow, common_run, copied
from medskick.sheets.loading import index_of, whole_dataset
from medskick.sheets.wording import Names
from medskick.sheets.workbook_layout import FIRST_ROW, HEADING_ROW, Heading
from test_import import spoilt, zipped

# invented, as the region is
REPORT = """# Erfarenheter

## Bakgrund

Region Exempel bjöd in kommunerna till ett uppstartsmöte den 12 mars 2019 i Höör. Planen är på 90 sidor.

## Samtalen

Kommunerna bör bjudas in redan när processen planeras, annars blir samrådet en formalitet för dem.

Det var svårt att få politikerna att delta i dialogen.
"""
SENTENCE = "Kommunerna bör bjudas in redan när processen planeras, annars blir samrådet en formalitet för dem."


def run(*args: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, [*map(str, args), "--lang", "sv"])
    return outcome.exit_code, outcome.output


DESCRIPTION = """title_sv = "Regionplan för Exempel"
description_sv = "Hur Region Exempel gjorde sin regionplan."
publisher = "Region Exempel"
licence = "https://creativecommons.org/licenses/by/4.0/"
version = "0.1.0"
modified = "2026-11-28"
base = "https://data.exempel.example/id/"
languages = ["sv"]
"""
SOURCES = """id,title,language,publisher,url,date,coverage
erfarenheter,Erfarenheter av planarbetet,sv,Region Exempel,https://region.exempel.example/,2025-06,whole
"""
ACTORS = """id,type,label_sv,kind,basis,sources
region-exempel,Organisation,Region Exempel,region,stated,erfarenheter
"""


@pytest.fixture
def exempel(tmp_path: Path) -> Path:
    """A small dataset, which rows are imported into, with the report beside it."""
    folder = tmp_path / "exempel"
    folder.mkdir()
    files = {"dataset.toml": DESCRIPTION, "sources.csv": SOURCES, "actors.csv": ACTORS, "../report.md": REPORT}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def word(book_path: Path, sheet: str, sentence: str, **texts: str) -> None:
    """Type texts into the row that was proposed for a sentence, each in the column with its heading."""
    book = openpyxl.load_workbook(book_path)
    headings = [str(cell.value or "") for cell in book[sheet][HEADING_ROW]]
    rows = book[sheet].iter_rows(min_row=FIRST_ROW)
    row = next(row for row in rows if str(row[headings.index("Meningar")].value).startswith(sentence))
    for heading, text in texts.items():
        row[headings.index(heading)].value = text
    book.save(book_path)


def table(folder: Path, name: str) -> dict[str, dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def column(table_name: str, name: str) -> Column | None:
    return vocabulary().tables[table_name].column(name)


def drafted(exempel: Path) -> Path:
    book = exempel.parent / "drafts.xlsx"
    code, output = run("read", exempel.parent / "report.md", "--into", exempel, "--source", "erfarenheter", "-o", book)
    assert code == 0, output
    assert "1 medskick, 1 utmaningar, 0 beslut och 1 möten" in output
    return book


def test_a_row_that_a_curator_words_comes_in_with_its_citation_and_the_others_do_not(exempel: Path) -> None:
    book = drafted(exempel)
    texts = {"Namn": "Ring kommunerna först", "Råd": "Tala med kommunerna innan planen för processen görs."}
    word(book, "Medskick", "Kommunerna", **texts)
    code, output = run("import", book, "--into", exempel, "--apply")
    assert code == 0 and "2 rader tillkommer" in output, output
    assert "2 utkast saknar egen text och läses inte in" in output
    [row] = table(exempel, "lessons").values()
    assert (row["id"], row["label_sv"]) == ("ring-kommunerna-forst", "Ring kommunerna först")
    assert (row["sources"], row["basis"], row["phase_types"]) == ("erfarenheter", "stated", "consultation")
    [cited] = table(exempel, "citations").values()
    assert (cited["about"], cited["source"], cited["locator"]) == (row["id"], "erfarenheter", "Samtalen, stycke 1")
    assert not (exempel / "reflections.csv").exists()
    assert SENTENCE not in (exempel / "lessons.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        (f"Ett råd: {SENTENCE.upper()}", ["error"]),
        # eight words may be a name, seven are by chance
        ("I korthet: bör bjudas in redan när processen planeras, annars, tycker de.", ["warning"]),
        ("I korthet: bör bjudas in redan när processen planeras, tycker de.", []),
    ],
)
def test_a_sentence_of_the_source_is_not_taken_for_the_curators_own_words(text: str, levels: list[str]) -> None:
    draft = DraftRow(f"En mening före. {SENTENCE} En mening efter.", "s. 1")
    headings = [Heading("recommendation_sv", "Råd", column("lessons", "recommendation"), "")]
    faults = list(copied("Medskick", 4, {"recommendation_sv": text}, headings, draft))
    assert [one.level for one in faults] == levels
    assert all((one.file, one.row, one.column) == ("Medskick", 4, "Råd") for one in faults)


@pytest.mark.browser_all
def test_an_import_with_a_sentence_of_the_source_is_refused(exempel: Path) -> None:
    book = drafted(exempel)
    word(book, "Medskick", "Kommunerna", Namn="Bjud in", Råd=SENTENCE)
    code, output = run("import", book, "--into", exempel, "--apply")
    assert code == 2 and "Medskick, row 4, column Råd" in output and "whole sentence" in output, output
    assert not (exempel / "lessons.csv").exists()


def test_a_new_source_is_left_for_the_curator_to_fill_in(exempel: Path) -> None:
    book = exempel.parent / "drafts.xlsx"
    assert run("read", exempel.parent / "report.md", "--into", exempel, "-o", book)[0] == 0
    sheet = openpyxl.load_workbook(book)["Källor"]
    headings = [str(cell.value) for cell in sheet[HEADING_ROW]]
    row = dict(zip(headings, (cell.value for cell in sheet[FIRST_ROW]), strict=True))
    assert (row["Id"], row["Titel"], row["Språk"], row["Webbadress"]) == ("erfarenheter", "Erfarenheter", "sv", None)


def test_the_longest_common_run_is_found_whatever_stands_between_the_words() -> None:
    source = "a b c d e f g h, i j k. L m n o p q r s t"
    assert common_run("x a b c d e f g h y L m n o p q r s t", source) == "L m n o p q r s t"
    assert common_run("x a b c d e f g y", source) == ""


def pdf(*pages: list[tuple[str, int]], head: str = "") -> bytes:
    """A PDF of pages with lines of text in sizes."""
    made = FPDF()
    for number, lines in enumerate(pages, start=1):
        made.add_page()
        for text, size in [*([(head, 8)] if head else []), *lines, *([(str(number), 8)] if head else [])]:
            made.set_font("Helvetica", size=size)
            made.multi_cell(0, size / 2, text, new_x="LMARGIN", new_y="NEXT")
            made.ln(6)
    return bytes(made.output())


def places(document: Document) -> list[tuple[str, str]]:
    return [(passage.locator("sv"), passage.text) for passage in passages_of(document)]


def test_a_pdf_has_pages_headings_and_paragraphs_without_what_every_page_repeats() -> None:
    pages = [[("Samråd", 18), ("Kommunerna svarade sent.", 11), ("Länsstyrelsen svarade i", 11)]]
    pages += [[("tid och utan kritik.", 11), (f"Stycke nummer {n}.", 11)] for n in ("två", "tre", "fyra")]
    assert places(read_pdf(pdf(*pages, head="Region Exempel"), None, ()))[:3] == [
        ("s. 1, Samråd, stycke 1", "Kommunerna svarade sent."),
        ("s. 1, Samråd, stycke 2", "Länsstyrelsen svarade i tid och utan kritik."),
        ("s. 2, Samråd, stycke 1", "Stycke nummer två."),
    ]
    assert [where for where, _ in places(read_pdf(pdf(*pages), (3, 3), ()))] == ["s. 3, stycke 1", "s. 3, stycke 2"]


def test_a_word_cut_at_the_end_of_a_line_is_whole_again_and_a_cut_compound_is_not_joined() -> None:
    [(_, text)] = places(
        read_pdf(pdf([("Den regio-\nnala planen för mark-\noch vattenanvändning.", 11)]), None, ("och",))
    )
    assert text == "Den regionala planen för mark- och vattenanvändning."


def test_ligatures_and_letters_in_two_parts_are_read_as_letters() -> None:
    # as Chromium writes fi and some Macs write å
    [(_, text)] = places(read_text("De \ufb01ck fra\u030agor.".encode()))
    assert text == "De fick frågor."


def docx(*paragraphs: tuple[str, str]) -> bytes:
    import docx as library

    made, raw = library.Document(), io.BytesIO()
    for style, text in paragraphs:
        made.add_paragraph(text, style=style)
    made.add_table(1, 2).cell(0, 1).text = "I en tabell."
    made.save(raw)
    return raw.getvalue()


def test_word_documents_web_pages_and_plain_text_have_headings_and_paragraphs() -> None:
    same = [("Samråd, stycke 1", "Kommunerna svarade sent."), ("Samråd, stycke 2", "I en tabell.")]
    assert places(read_docx(docx(("Heading 2", "Samråd"), ("Normal", "Kommunerna svarade sent.")))) == same
    page = """<html><head><title>T</title><script>x()</script></head><body><nav><p>Meny</p></nav>
        <div><h2>Samr&aring;d</h2>Kommunerna <b>svarade</b> sent.<table><tr><td>I en tabell.</td></tr></table></div>
        <footer>Fot</footer></body></html>"""
    assert places(read_html(page.encode())) == same
    assert places(read_text("Samråd\n\nKommunerna\nsvarade sent.\n\n• I en tabell.\n".encode("cp1252"))) == same


@pytest.mark.parametrize(
    ("lang", "text", "named"),
    [
        ("sv", "Enligt Region Skånes tjänstemän kom samrådsförslagets karta sent.", ["region-skane", "consultation"]),
        ("en", "Region Skåne's reviews of public transport", ["region-skane", "review", "public-transport"]),
        ("de", "Laut den Boverkets Vorschriften.", ["national:boverket"]),
        ("nb", "Høringen tok opp kollektivtrafikken.", ["consultation", "public-transport"]),
        ("da", "Høringerne tog klimaet op.", ["consultation", "climate"]),
        ("de", "Die Beteiligung und der Klimaschutz.", ["consultation", "climate"]),
    ],
)  # fmt: skip
def test_names_are_marked_in_their_inflected_forms(lang: str, text: str, named: list[str]) -> None:
    dataset = whole_dataset(room("graph") / "skane")
    index = index_of(dataset)
    assert [mark.value for mark in Marker(index, Names(index, dataset, "sv"), lang).marks(text)] == named


def test_the_words_for_terms_are_of_terms_that_are_there() -> None:
    named = {
        (scheme, slug) for own in cues.all_cues().values() for scheme, terms in own.terms.items() for slug in terms
    }
    assert len(named) > 20
    assert [(scheme, slug) for scheme, slug in named if slug not in vocabulary().schemes[scheme]] == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Under hösten 2019 hölls två möten, det andra den 12 mars 2020 i Höör.", ["2019-23", "2020-03-12"]),
        ("Regionplan för Skåne 2022–2040 och RUFS 2050 antogs; 1 500 svar kom in.", []),
        ("Before May 2014 nothing was said. In 2015 it was.", ["../2014-04", "2015"]),
        ("Samrådet pågick till maj 2022.", ["2022-05"]),
        ("Kokous pidettiin 12. toukokuuta 2019.", ["2019-05-12"]),
        ("Møtet ble holdt 12. mai 2019, i Oslo.", ["2019-05-12"]),
        ("Liitto hyväksyi kaavan 14.6.2019. Summan är 12.345.2019.", ["2019-06-14"]),
    ],
)
def test_dates_are_read_in_running_text(text: str, dates: list[str]) -> None:
    assert [date.edtf for date in dates_in(text)] == dates


# a sentence for each of what sentences tell, in each language
TELLING = {
    "sv": "Tänk på att börja tidigt.|Tiden räckte inte.|Nämnden beslutade om samråd.|Två samrådsmöten hölls.",
    "en": "Councils should be asked early.|Time was too short.|The board approved it.|A workshop was held.",
    "nb": "Kommunene bør spørres tidlig.|Tiden var for kort.|Fylkestinget vedtok planen.|Et folkemøte ble holdt.",
    "da": "Kommunerne bør spørges tidligt.|Tiden var for kort.|Rådet vedtog planen.|Et borgermøde blev holdt.",
    "fi": "Kunnat kannattaa ottaa mukaan.|Aikaa oli liian vähän.|Hallitus hyväksyi kaavan.|Työpajat pidettiin.",
    "de": "Alle sollten gefragt werden.|Die Zeit war zu kurz.|Der Rat beschloss den Plan.|Die Sitzung war gut.",
}


@pytest.mark.parametrize("lang", TELLING)
def test_a_sentence_tells_what_it_is_in_each_language(lang: str) -> None:
    assert [told_by(sentence, lang) for sentence in TELLING[lang].split("|")] == [[kind] for kind in cues.KINDS]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Kommunerna var inte med från början och det syns.", "sv"),
        ("The councils were not there from the start.", "en"),
        (
            "Kommunene var ikke med fra starten, og det ble lagt merke til etter å ha ventet.",
            "nb",
        ),
        ("Kommunerne var ikke med fra starten, og det blev bemærket af alle.", "da"),
        ("Kunnat eivät olleet mukana, ja se oli virhe.", "fi"),
        ("Die Gemeinden waren nicht von Anfang an dabei, und das war zu sehen.", "de"),
        ("12 345", None),
    ],
)
def test_the_language_of_a_text_is_told_by_its_small_words(text: str, lang: str | None) -> None:
    assert language_of([text]) == lang


def test_what_is_no_cue_in_its_phrase_tells_nothing() -> None:
    assert told_by("Det gick utan problem.", "sv") == []


def test_a_cue_for_the_start_of_a_sentence_counts_there_only() -> None:
    assert (told_by("Ask the municipalities.", "en"), told_by("They ask the municipalities.", "en")) == (["advice"], [])


def test_a_heading_tells_what_the_sentences_under_it_are() -> None:
    text = "# 6.2 Recommendations\n\nGoals are few. So be it.\n\n# Goals\n\nGoals are few.\n"
    dataset = whole_dataset(room("graph") / "halland")
    names = Names(Index(vocabulary(), {"halland": dataset}), dataset, "en")
    passages = passages_of(read_text(text.encode()))
    first, second = read_passages(passages, Marker(names.index, names, "en"), "source")
    assert [(one.kind, one.sentences) for one in first.drafts] == [("advice", ("Goals are few.", "So be it."))]
    assert second.drafts == ()


def test_a_verb_is_not_the_noun_of_a_list() -> None:
    dataset = whole_dataset(room("graph") / "halland")
    names = Names(Index(vocabulary(), {"halland": dataset}), dataset, "sv")
    marker = Marker(names.index, names, "sv")
    assert [mark.value for mark in marker.marks("De genomförde intervjuer.")] == []
    assert {mark.value for mark in marker.marks("Genomförandet dröjde.")} == {"implementation"}


def test_a_sentence_does_not_end_at_an_abbreviation_or_a_day() -> None:
    assert len(sentences("Det kom bl.a. svar från kommunerna. De var få.", "sv")) == 2
    assert len(sentences("Møtet ble holdt 12. mai 2019 i Oslo.", "nb")) == 1


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("report.docx", b"%PDF-1.7\n", "PDF"),
        ("report.pdf", b"<!DOCTYPE html><html></html>", "HTML"),
        ("report.pdf", zipped(word__document_xml=b"<x/>"), "DOCX"),
        ("report.docx", zipped(xl__workbook_xml=b"<x/>"), "XLSX"),
        ("report.txt", b"\0\1\2", "not what its ending"),
        ("report.docx", OLE + b"\0" * 600, "older format"),
        ("report.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("report.docx", b"PK\x03\x04 and then nothing", "damaged"),
        ("report.docx", spoilt(zipped(word__document_xml=b"<x/>" * 99)), "damaged"),
        ("report.docx", zipped(word__document_xml=b"<x>"), "damaged"),
        ("report.docx", zipped(word__document_xml=ENTITY), "outside itself"),
        ("report.txt", b" \n", "no text"),
        ("report.odt", b"anything", ".docx"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_by_what_it_is(name: str, raw: bytes, said: str) -> None:
    with pytest.raises(Faulty, match=rf"^{name}: .*{said}"):
        kind_of(raw, name, Path(name).suffix)


def test_nothing_is_written_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf([]))
    code, output = run("read", tmp_path / "report.pdf", "--into", "halland", "-o", tmp_path / "drafts.xlsx")
    assert code == 2 and "report.pdf: The pages have no text" in output, output
    assert not (tmp_path / "drafts.xlsx").exists()


def locked() -> bytes:
    made = FPDF()
    made.set_encryption(owner_password="a", user_password="b")
    made.add_page()
    return bytes(made.output())


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (lambda: pdf([]), "read-no-text"),
        (locked, "read-password"),
        (lambda: b"%PDF-1.7\n and then nothing", "read-damaged"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(raw: Callable[[], bytes], fault: str) -> None:
    with pytest.raises(Unreadable, match=fault):
        read("PDF", raw(), None)


@pytest.mark.browser_all
def test_a_report_of_5_000_pages_is_read_in_parts() -> None:
    made = FPDF()
    made.set_font("Helvetica", size=11)
    for number in range(1, 5_001):
        made.add_page()
        made.cell(text=f"Sida nummer {number} har en mening.")
    raw = bytes(made.output())
    with pytest.raises(Unreadable, match="read-pages"):
        read("PDF", raw, None)
    assert [block.page for block in read("PDF", raw, (4_998, 5_000)).blocks] == [4_998, 4_999, 5_000]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medskick.passages.kinds.UNPACKED_LIMIT", 1_000_000)
    with pytest.raises(Faulty, match="1 MB"):
        kind_of(zipped(word__document_xml=b" " * 1_100_000), "report.docx", ".docx")


def test_reading_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("En mening.", encoding="utf-8")
    hanging = [sys.executable, "-c", "import time; time.sleep(60)"]
    start = subprocess.run
    monkeypatch.setattr("medskick.passages.reading.subprocess.run", lambda _, **options: start(hanging, **options))
    with pytest.raises(Exception, match="stopped") as stopped:
        reading.read_document(tmp_path / "report.txt", seconds=0.2)
    assert "0.2" in str(stopped.value)


def test_a_kind_is_told_by_content_where_the_ending_leaves_it_open() -> None:
    assert kind_of(b"<p>Text</p>", "page.htm", ".htm") == "HTML"
    assert kind_of("Smörgås".encode("utf-16"), "text.txt", ".txt") == "TEXT"
