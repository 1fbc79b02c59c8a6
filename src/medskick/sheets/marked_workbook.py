"""A workbook given back with its faults: the cells marked, and a sheet in front that lists them in words."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from medskick.graph.faults import Fault, shown
from medskick.reports.archive import without_clock
from medskick.sheets.read import Book
from medskick.words import Lang, pick, say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_COLOUR = {"error": "F8CBAD", "warning": "FFE699"}
_WIDTHS = (24, 8, 26, 34, 90, 40)


def marked_book(book: Book, faults: Sequence[Fault], lang: Lang) -> bytes:
    """Return a copy of what was given, as .xlsx, with the cells of faults coloured and a first sheet that lists them.

    Cells of a workbook keep their look; of another kind of file its sheets are copied as text.
    """
    from openpyxl.styles import PatternFill

    copy = _copied(book)
    for one in faults:
        if one.file in copy.sheetnames and one.row:
            sheet = copy[one.file]
            headings = ["" if cell.value is None else str(cell.value) for cell in sheet[1]]
            number = headings.index(one.column) + 1 if one.column in headings else 1
            sheet.cell(one.row, number).fill = PatternFill("solid", fgColor=_COLOUR.get(one.level, _COLOUR["error"]))
    _list(copy, faults, lang)
    written = io.BytesIO()
    copy.save(written)
    return without_clock(written.getvalue())


def _copied(book: Book) -> "Workbook":
    from openpyxl import Workbook, load_workbook

    if book.file.lower().endswith(".xlsx"):
        return load_workbook(io.BytesIO(book.raw))
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for given in book.sheets:
        sheet = copy.create_sheet(given.title[:31])
        for number, row in enumerate(given.rows, start=1):
            for place, text in enumerate(row, start=1):
                _put(sheet, number, place, text)
    return copy


def _list(copy: "Workbook", faults: Sequence[Fault], lang: Lang) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = copy.create_sheet(_free(copy.sheetnames, say("sheet.faults", lang)), 0)
    copy.active = 0
    for place, key in enumerate(("sheet", "row", "column", "given", "what", "fix"), start=1):
        _put(sheet, 1, place, say(f"sheet.fault-{key}", lang))
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = _WIDTHS[place - 1]
    for number, one in enumerate(faults, start=2):
        row = str(one.row) if one.row else ""
        texts = (one.file, row, one.column, shown(one.found), pick(one.expected, lang), one.fix or "")
        for place, text in enumerate(texts, start=1):
            _put(sheet, number, place, text)
            sheet.cell(number, place).alignment = Alignment(wrap_text=True, vertical="top")


def _put(sheet: "Worksheet", row: int, column: int, text: str) -> None:
    """Write a cell as text: nothing that was given becomes a formula."""
    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"


def _free(names: Sequence[str], wanted: str) -> str:
    number, title = 1, wanted
    while title in names:
        number += 1
        title = f"{wanted} {number}"
    return title
