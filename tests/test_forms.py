"""One small report with every kind of block, written by hand in each form that a reader can take away."""

import csv
import io
from typing import Any

import docx
from docx.shared import Pt, RGBColor
from openpyxl import load_workbook

from medskick.reports.document import (
    Bullets,
    Checklist,
    Document,
    Heading,
    Paragraph,
    Reference,
    Span,
    Step,
    Table,
    line,
    number,
)
from medskick.reports.docx import as_docx
from medskick.reports.html import parts
from medskick.reports.render import as_csv, as_markdown, as_text
from medskick.reports.xlsx import as_xlsx

ONE = Reference("s1", "Titel", "sv", "Publisher", "2020", "https://example.org/1", "read in full", True)
TWO = Reference("s2", "Title [two]", "en", "", "", "https://example.org/2", "read in part", False)
TABLE = Table(
    "A caption",
    ("name", "number", "more"),
    (
        (line("a|b"), number(1.5, "1,5"), line(Span("said", sources=("s1",)))),
        (line("=c"), number(12), line(Span("nothing", quiet=True))),
    ),
)
REPORT = Document(
    "A title",
    "en",
    line("Lead ", Span("here", sources=("s2",))),
    (
        Heading("First"),
        Paragraph(
            line(
                "Text ", Span("strong", strong=True), " and ", Span("ord", lang="sv"),
                Span(" end.", sources=("s1", "s2", "x")),
            )
        ),
        Paragraph(line("A limit"), "note"),
        Heading("Second", 3, "https://example.org/thing"),
        Bullets((line("one"), line("two"))),
        Checklist(
            "To do", (Step("k1", line("tick"), line("on 1 May"), (line("as they did"),), "2027-05-01", "2027-05-01"),)
        ),
        Bullets((line("first"), line("then")), numbered=True),
        TABLE,
    ),
    {"s1": ONE, "s2": TWO, "s3": ONE},
)  # fmt: skip


def test_markdown() -> None:
    assert (
        as_markdown(REPORT)
        == r"""# A title

Lead here \[1\]

## First

Text **strong** and ord \[sv\] end. \[1, 2\]

> A limit

### Second

- one
- two

To do

- [ ] tick – on 1 May
  - as they did

1. first
2. then

*A caption*

| name | number | more |
| --- | --- | --- |
| a\|b | 1,5 | said \[2\] |
| =c | 12 | nothing |

## Sources

1. “Title \[two\]”. read in part. <https://example.org/2>
2. Publisher, “Titel”, 2020. read in full. <https://example.org/1>
"""
    )


def test_a_caption_that_says_what_the_heading_said_is_not_repeated() -> None:
    report = Document("T", "en", (), (Heading("A caption"), TABLE))
    assert as_markdown(report).count("A caption") == 1 and as_text(report).count("A caption") == 1
    assert as_markdown(Document("A caption", "en", (), (TABLE,))).count("A caption") == 1


def test_on_a_terminal() -> None:
    lines = [" ".join(text.split()) for text in as_text(REPORT).splitlines()]
    assert [text for text in lines if text and not set(text) <= {"─"}] == [
        "A title", "Lead here [1]", "First", "Text strong and ord [sv] end. [1, 2]", "A limit", "Second", "– one",
        "– two", "To do", "☐ tick – on 1 May", "– as they did", "1. first", "2. then", "A caption",
        "name number more", "a|b 1,5 said [2]", "=c 12 nothing", "Sources", "1. “Title [two]”. read in part.",
        "2. Publisher, “Titel”, 2020. read in full.",
    ]  # fmt: skip


def test_tables_of_one_shape_are_one_csv_and_others_cell_by_cell() -> None:
    assert list(csv.reader(io.StringIO(as_csv(REPORT)))) == [
        ["section", "name", "number", "more"],
        ["A caption", "a|b", "1,5", "said"], ["A caption", "=c", "12", "nothing"],
    ]  # fmt: skip
    other = Table("", ("name", "sort"), ((line("d"), line("e")),))
    mixed = Document("T", "en", (), (TABLE, Heading("Under"), other))
    assert list(csv.reader(io.StringIO(as_csv(mixed)))) == [
        ["section", "row", "column", "value"],
        ["A caption", "a|b", "number", "1,5"], ["A caption", "a|b", "more", "said"],
        ["A caption", "=c", "number", "12"], ["A caption", "=c", "more", "nothing"],
        ["Under", "d", "sort", "e"],
    ]  # fmt: skip


def test_as_a_page_takes_it() -> None:
    value = parts(REPORT, lambda thing: "/there" if thing.endswith("thing") else None)

    def piece(text: str, **other: Any) -> dict[str, Any]:
        return {
            "text": text,
            "lang": "",
            "strong": False,
            "thing": "",
            "quiet": False,
            "until": "",
            "mark": False,
            "href": None,
            "refs": [],
            **other,
        }

    assert (value["lang"], value["title"]) == ("en", "A title")
    assert value["lead"] == [piece("Lead "), piece("here", refs=[[1]])]
    first, text, limit, second, plain_list, boxes, ordered, table = value["blocks"]
    assert first == {"kind": "heading", "text": "First", "level": 2, "id": "s0", "href": None}
    assert second == {"kind": "heading", "text": "Second", "level": 3, "id": "s3", "href": "/there"}
    assert text["line"] == [
        piece("Text "), piece("strong", strong=True), piece(" and "), piece("ord", lang="sv"),
        piece(" end.", refs=[[1], [2]]),
    ]  # fmt: skip
    assert (text["kind"], text["role"], limit["role"]) == ("paragraph", "", "note")
    assert plain_list == {"kind": "list", "items": [[piece("one")], [piece("two")]], "ordered": False,
                          "first": 2, "more": ""}  # fmt: skip
    assert (boxes["kind"], boxes["caption"], ordered["ordered"]) == ("checklist", "To do", True)
    assert boxes["steps"] == [
        {"key": "k1", "what": [piece("tick")], "when": [piece("on 1 May")], "below": [[piece("as they did")]],
         "first": 1, "more": ""},
    ]  # fmt: skip
    assert (table["kind"], table["caption"], table["columns"]) == ("table", "A caption", ("name", "number", "more"))
    assert table["rows"][1] == [[piece("=c")], [piece("12")], [piece("nothing", quiet=True)]]
    assert value["sources"] == [
        {"number": 1, "before": "“", "title": "Title [two]", "after": "”. read in part.", "lang": "",
         "url": "https://example.org/2"},
        {"number": 2, "before": "Publisher, “", "title": "Titel", "after": "”, 2020. read in full.", "lang": "sv",
         "url": "https://example.org/1"},
    ]  # fmt: skip
    # two headings need no list of contents, four have one of those of the first level
    assert value["contents"] == []
    longer = Document("T", "en", (), (*REPORT.blocks, Heading("Third"), Heading("Fourth")))
    assert [b["text"] for b in parts(longer)["contents"]] == ["First", "Third", "Fourth"]


def test_a_table_shares_its_width_by_what_it_holds() -> None:
    def look(columns: int, first: str) -> str:
        table = Table("", tuple("abcdef"[:columns]), (tuple(line(first if i == 0 else "x") for i in range(columns)),))
        return str(parts(Document("T", "en", (), (table,)))["blocks"][0]["look"])

    assert [look(5, "x" * 70), look(5, "x" * 71), look(6, "x" * 71)] == ["", "telling", "many"]


def test_as_a_word_document() -> None:
    word = docx.Document(io.BytesIO(as_docx(REPORT)))
    styled = [(p.style.name if p.style else "", p.text) for p in word.paragraphs if p.text]
    assert styled == [
        ("Title", "A title"), ("Subtitle", "Lead here [1]"), ("Heading 1", "First"),
        ("Normal", "Text strong and ord end. [1, 2]"), ("Intense Quote", "A limit"), ("Heading 2", "Second"),
        ("List Bullet", "one"), ("List Bullet", "two"), ("Normal", "To do"), ("Normal", "☐ tick – on 1 May"),
        ("Normal", "– as they did"), ("List Number", "first"),
        ("List Number", "then"), ("Heading 1", "Sources"),
        ("Normal", "1. “Title [two]”. read in part. https://example.org/2"),
        ("Normal", "2. Publisher, “Titel”, 2020. read in full. https://example.org/1"),
    ]  # fmt: skip
    text = next(p for p in word.paragraphs if p.text.startswith("Text"))
    assert [(r.text, r.bold) for r in text.runs] == [
        ("Text ", None), ("strong", True), (" and ", None), ("ord", None), (" end.", None), (" [1, 2]", None),
    ]  # fmt: skip
    assert text.runs[-1].font.size == Pt(8.5)
    tongue = text.runs[3]._element.xpath("w:rPr/w:lang/@w:val")
    assert [str(value)[:2] for value in tongue] == ["sv"]
    [table] = word.tables
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["name", "number", "more"], ["a|b", "1,5", "said [2]"], ["=c", "12", "nothing"],
    ]  # fmt: skip
    [quiet] = table.rows[2].cells[2].paragraphs[0].runs
    assert quiet.font.color.rgb == RGBColor(0x56, 0x5E, 0x69) and quiet.font.size == Pt(9)
    # a row is not torn apart, and the first stands again on the next page
    assert [bool(row._tr.xpath("w:trPr/w:cantSplit")) for row in table.rows] == [False, True, True]
    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader/@w:val") == ["true"]
    section = word.sections[0]
    page = (section.page_width, section.page_height, section.left_margin, section.right_margin, section.top_margin)
    # Word measures in twentieths of a point
    assert [round(length.mm, 1) for length in page if length] == [210, 297, 20, 20, 20]
    assert (word.core_properties.title, word.core_properties.author) == ("A title", "Medskick")
    last = word.paragraphs[-1]
    indents = (last.paragraph_format.left_indent, last.paragraph_format.first_line_indent)
    assert [round(length.mm, 1) for length in indents if length] == [8, -8]
    [link] = last._p.xpath("w:hyperlink/@r:id")
    assert last.part.rels[str(link)].target_ref == "https://example.org/1"


def test_as_a_workbook() -> None:
    book = load_workbook(io.BytesIO(as_xlsx(REPORT)))
    assert book.sheetnames == ["Checklist", "Second", "Text", "Sources"]
    assert [[c.value for c in row] for row in book["Checklist"].iter_rows()] == [
        ["Done", "To do", "From", "To", "Based on", "What others did"],
        [None, "tick", "2027-05-01", "2027-05-01", "To do", "as they did"],
    ]
    rows = [[c.value for c in row] for row in book["Second"].iter_rows()]
    assert rows == [["name", "number", "more", "Sources"], ["a|b", 1.5, "said", "2"], ["=c", 12, "nothing", None]]
    assert book["Second"]["A3"].data_type == "s"
    assert [row[0].value for row in book["Text"].iter_rows()] == [
        "A title", "Lead here [1]", "First", "Text strong and ord [sv] end. [1, 2]", "A limit", "Second", "one", "two",
        "first", "then",
    ]  # fmt: skip
    assert [[c.value for c in row] for row in book["Sources"].iter_rows()] == [
        [1, "“Title [two]”. read in part.", "https://example.org/2"],
        [2, "Publisher, “Titel”, 2020. read in full.", "https://example.org/1"],
    ]
    # as wide as its longest text and two, never wider than sixty, never narrower than eight
    widths = {name: dimension.width for name, dimension in book["Sources"].column_dimensions.items()}
    assert widths == {"B": 41, "C": 23}


def test_sheets_of_one_name_are_told_apart_and_no_title_is_too_long() -> None:
    long = "A heading: with what no title may hold [1]/2?"
    blocks = (Heading(long), TABLE, Heading(long), TABLE, Heading("???"), TABLE)
    book = load_workbook(io.BytesIO(as_xlsx(Document("T", "en", (), blocks))))
    assert book.sheetnames == ["A heading with what no title ma", "A heading with what no title 2", "–", "Text"]
