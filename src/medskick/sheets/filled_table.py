"""A table for a person to decide on, as text or as a workbook; read back by heading, with the yes or no in it."""

import csv
import io
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from medskick.graph.csv_file import read_cells
from medskick.graph.faults import Fault, Faulty, fault
from medskick.reports.archive import EPOCH, without_clock
from medskick.reports.csv_guard import guarded
from medskick.reports.xlsx import sheet_title
from medskick.sheets.read import BOOKS, read_book
from medskick.sheets.text_cell import put
from medskick.words import Lang, languages, listed

_WIDEST = 60


def filled_rows(path: Path, needed: Sequence[str] = ()) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the headings of a table and its filled rows, each with its line and all cells by heading.

    The table is text or the first filled sheet of a workbook. Raises ``Faulty`` where it cannot be read whole, or lacks
    a heading that is ``needed``.
    """
    faults: list[Fault] = []
    if path.suffix.lower() in BOOKS:
        table = next((sheet.rows for sheet in read_book(path).sheets if sheet.rows), [])
    else:
        table, _, _ = read_cells(path, path.name, faults)
    headings = [heading.strip() for heading in table[0]] if table else []
    if not faults and (missing := [name for name in needed if name not in headings]):
        faults.append(fault("link-columns", path.name, row=1, found=", ".join(missing)))
    if faults:
        raise Faulty(faults)
    rows = [
        (line, {h: cell.strip() for h, cell in zip_longest(headings, row[: len(headings)], fillvalue="") if h})
        for line, row in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    return headings, rows


def to_decide(table: str, path: Path | None, title: str, lang: Lang) -> str | bytes:
    """Return a table in CSV as it is written to a file: as a workbook where its name says so, else as text.

    In a workbook yes and no are chosen from a list, in the reader's language.
    """
    if path is None or path.suffix.lower() != ".xlsx":
        return guarded(table)
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_title(title, set())
    rows = list(csv.reader(io.StringIO(table, newline="")))
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells, start=1):
            written = put(sheet, row, column, cell)
            written.font = Font(bold=row == 1)
    for column, heading in enumerate(rows[0], start=1):
        longest = max(len(line) for cells in rows for line in (cells[column - 1].splitlines() or [""]))
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest, 8) + 2, _WIDEST)
        if heading == "accept" and len(rows) > 1:
            answers = [listed(f"reading.{word}", lang)[0] for word in ("yes", "no")]
            offered = DataValidation(type="list", formula1=f'"{",".join(answers)}"', allow_blank=True)
            sheet.add_data_validation(offered)
            letter = get_column_letter(column)
            offered.add(f"{letter}2:{letter}{len(rows)}")
    sheet.freeze_panes = "A2"
    book.properties.creator, book.properties.title = "Medskick", title
    book.properties.created = book.properties.modified = EPOCH
    out = io.BytesIO()
    book.save(out)
    return without_clock(out.getvalue())


def yes_or_no(cell: str) -> bool | None:
    """Return what a person answered in any language of the interface, ``None`` where it is neither."""
    for word, answer in (("yes", True), ("no", False)):
        if any(cell.casefold() in listed(f"reading.{word}", lang) for lang in languages()):
            return answer
    return None
