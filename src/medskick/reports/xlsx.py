"""A report as a workbook."""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from medskick.reports.archive import EPOCH, without_clock
from medskick.reports.document import (
    Bullets,
    Checklist,
    Document,
    Heading,
    Line,
    Paragraph,
    Table,
    has_groups,
    joined,
    line,
    lines_of,
    numbered,
    plain,
    reference_mark,
    references,
)
from medskick.reports.render import marked, reference_text
from medskick.words import say

if TYPE_CHECKING:
    from openpyxl import Workbook

_LONGEST_TITLE, _LONGEST_CELL, _WIDEST = 31, 32_767, 60
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Cell = str | int | float


def as_xlsx(document: Document) -> bytes:
    """Return the report as a workbook: a sheet for each table and one for the checklists, for other text, for sources.

    Numbers are numbers and everything else is text, so that no cell is a formula. A table whose rows name sources has
    a last column with their numbers.
    """
    from openpyxl import Workbook

    numbers, book = numbered(document), Workbook()
    book.remove(book.worksheets[0])
    titles: set[str] = set()
    if plan := _plan(document):
        _sheet(book, sheet_title(plan.caption, titles), _rows(document, plan, numbers))
    for above, table in document.tables:
        _sheet(book, sheet_title(above or table.caption, titles), _rows(document, table, numbers))
    _sheet(book, sheet_title(say("report.text", document.lang), titles), ([text] for text in _texts(document, numbers)))
    if numbers:
        listed: Iterator[list[Cell]] = (
            [number, reference_text(document.sources[source], document), document.sources[source].url]
            for source, number in numbers.items()
        )
        note: list[list[Cell]] = [["", say("report.one-of-note", document.lang)]] if has_groups(document) else []
        _sheet(book, sheet_title(say("report.sources", document.lang), titles), chain(listed, note))
    book.properties.creator, book.properties.title = "Medskick", document.title
    book.properties.created = book.properties.modified = EPOCH
    out = io.BytesIO()
    book.save(out)
    return without_clock(out.getvalue())


def _plan(document: Document) -> Table | None:
    """The checklists of a report as one table, in order of time as far as days are known; ``None`` without any."""
    lists = [block for block in document.blocks if isinstance(block, Checklist)]
    points = [(block.caption.rstrip(":"), step) for block in lists for step in block.steps]
    rows = tuple(
        ((), step.what, line(step.first), line(step.last), line(basis), joined(step.below, "\n"))
        for basis, step in sorted(points, key=lambda pair: (not pair[1].first, pair[1].first, pair[1].last))
    )
    heads = (say(f"report.plan.{key}", document.lang) for key in ("done", "what", "first", "last", "basis", "others"))
    return Table(say("report.plan.title", document.lang), tuple(heads), rows) if rows else None


def sheet_title(wanted: str, titles: set[str]) -> str:
    """Return a title that a workbook accepts for a new sheet, and add it to ``titles``."""
    whole = " ".join(wanted.translate(_NOT_IN_TITLES).split()) or "–"
    title, again = whole[:_LONGEST_TITLE].strip(), 1
    while title.casefold() in titles:
        again += 1
        title = f"{whole[: _LONGEST_TITLE - len(str(again)) - 1].strip()} {again}"
    titles.add(title.casefold())
    return title


def _rows(document: Document, table: Table, numbers: dict[str, int]) -> Iterator[list[Cell]]:
    marks = [
        reference_mark(references(tuple(span for line in row for span in line), numbers), document.lang)
        for row in table.rows
    ]
    yield [*table.columns, *([say("report.sources", document.lang)] if any(marks) else [])]
    for row, mark in zip(table.rows, marks, strict=True):
        yield [*map(_cell, row), *([mark] if any(marks) else [])]


def _cell(line: Line) -> Cell:
    """What a cell holds: a number where the line is one, else its text."""
    if len(line) == 1 and line[0].value is not None:
        return line[0].value
    return plain(line)


def _texts(document: Document, numbers: dict[str, int]) -> Iterator[str]:
    """The text of a report outside its tables, in reading order."""
    yield document.title
    if document.lead:
        yield marked(document.lead, numbers, document.lang)
    for block in document.blocks:
        match block:
            case Heading(text):
                yield text
            case Paragraph() | Bullets():  # what is in a checklist has a sheet of its own
                yield from (marked(line, numbers, document.lang) for line in lines_of(block))


def _sheet(book: "Workbook", title: str, rows: Iterable[list[Cell]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    widths: dict[int, int] = {}
    for i, row in enumerate(rows, start=1):
        for j, value in enumerate(row, start=1):
            cell = sheet.cell(i, j)
            if isinstance(value, str):
                text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
                # the type is set after the value: a text that begins with = would otherwise be a formula
                cell.value, cell.data_type = text, "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                widths[j] = max(widths.get(j, 8), min(len(text) + 2, _WIDEST))
            else:
                cell.value = value
    for j, width in widths.items():
        sheet.column_dimensions[get_column_letter(j)].width = width
