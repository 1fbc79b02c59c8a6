"""A file that somebody gives, read to sheets of text: a workbook (.xlsx, .ods), a table as text (.csv, .tsv), JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medskick.graph.csv_file import read_cells
from medskick.graph.faults import Fault, Faulty, fault
from medskick.graph.input_file import read_file
from medskick.sheets.file_guard import MOST_ROWS, look_through
from medskick.sheets.json_tables import json_tables

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

BOOKS, TEXTS, JSON = (".xlsx", ".ods"), (".csv", ".tsv", ".txt"), ".json"


Merged = Sequence[tuple[int, int, int]]
"""Cells of one column merged into one: first row, column, last row."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its title, its rows of cells as text from the first on, and whether it is ``hidden``."""

    title: str
    rows: Sequence[Sequence[str]]
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """What a file holds: its sheets in order, and warnings. ``raw`` are its bytes, ``file`` its name."""

    file: str
    raw: bytes
    sheets: Sequence[Sheet]
    faults: Sequence[Fault] = field(default_factory=list)


def read_book(path: Path) -> Book:
    """Return what a file holds. Raises ``Faulty`` where it cannot be read or is of no kind that is read.

    Merged cells have the value of the first of them in every row, dates are written as ISO 8601 does, whole numbers
    without decimals. Of a formula its result is taken, as it was last calculated.
    """
    ending = path.suffix.lower()
    if ending in TEXTS:
        return _text(path)
    if ending not in (*BOOKS, JSON):
        raise Faulty([fault("book-ending", path.name, known=", ".join((*BOOKS, *TEXTS, JSON)))])
    raw, unread = read_file(path, path.name)
    if unread is not None:
        raise Faulty([unread])
    if ending == JSON:
        tables = json_tables(raw, path.name, path.stem)
        return Book(path.name, b"", [Sheet(title, rows) for title, rows in tables.items()])
    contents = look_through(raw, path.name)
    return Book(path.name, raw, _sheets(raw, path.name, contents.merged), contents.faults)


def _text(path: Path) -> Book:
    faults: list[Fault] = []
    rows, _, whole = read_cells(path, path.name, faults)
    if len(rows) > MOST_ROWS:
        faults.append(fault("book-rows", path.name, limit=f"{MOST_ROWS:,}"))
    # as Excel for Windows writes text: read, and said
    encodings = [one for one in faults if one.code == "encoding"]
    if len(encodings) < len(faults) or not whole:
        raise Faulty(faults)
    warnings = [fault("book-not-utf8", path.name, found=one.found, level="warning") for one in encodings]
    return Book(path.name, b"", [Sheet(path.stem, rows)], warnings)


def _sheets(raw: bytes, file: str, merged: Mapping[str, Merged]) -> list[Sheet]:
    import io

    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            return [
                Sheet(
                    meta.name,
                    _rows(book.get_sheet_by_name(meta.name), merged.get(meta.name, ())),
                    hidden=meta.visible != SheetVisibleEnum.Visible,
                )
                for meta in book.sheets_metadata
            ]
    except PasswordError as error:
        raise Faulty([fault("book-password", file)]) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Faulty([fault("book-damaged", file)]) from error
    except BaseException as error:
        # what the library cannot make sense of it raises as an exception of its own kind, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Faulty([fault("book-damaged", file)]) from error


def _rows(sheet: "CalamineSheet", merged: Merged) -> list[list[str]]:
    rows = [[_as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    ranges = sheet.merged_cell_ranges or ()
    filled: dict[int, int] = {}
    # filled down only: a heading over several columns is none of each
    for top, left, bottom in sorted([*merged, *((t, c, b) for (t, c), (b, right) in ranges if c == right)]):
        # those of one column do not overlap, whatever a file says: each cell is filled once
        if filled.get(left, -1) < top < len(rows) and left < len(rows[top]):
            filled[left] = bottom
            for row in rows[top + 1 : bottom + 1]:
                row[left] = row[left] or rows[top][left]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _as_text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return str(value).strip()
