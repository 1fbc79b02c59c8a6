"""What a workbook is before it is read: of the right kind, no larger than can be held, without what could do harm.

A workbook (ECMA-376, OpenDocument) is an archive of XML files. Each is unpacked and read through here once, in bounded
memory, so that what reads the cells afterwards meets nothing that it could not hold.
"""

import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from medskick.graph.faults import Fault, Faulty, fault
from medskick.sheets.packed_file import go_through, opened, parser_without_entities, refuse_ole

UNPACKED_LIMIT = 300_000_000
MOST_ROWS = 100_000
_MOST_CELLS = 4_000_000
"""Of a sheet: rows times columns, up to the last cell that is filled in."""
_XML = (".xml", ".rels", ".vml")
_PLACE = re.compile(r"([A-Z]{1,4})(\d{1,9})")


@dataclass
class Contents:
    """What was met on the way through: how many cells have formulas, and the place of the first (``""``: unknown).

    ``merged`` are the cells of a sheet of OpenDocument that go over several rows, by its title: first row, column, last
    row, from 0; what reads the cells does not tell of them.
    """

    formulas: int = 0
    first_formula: str = ""
    merged: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def look_through(raw: bytes, file: str) -> Contents:
    """Go through a workbook's bytes; ``file`` is its name in faults.

    Raises ``Faulty`` where it is none, is locked, has macros, declares entities, or is larger than can be held.
    """
    refuse_ole(raw, file, "book")
    if not raw.startswith(b"PK"):
        raise Faulty([fault("book-no-book", file, found=_kind_of(raw))])
    contents = Contents()
    with opened(raw, file, "book") as archive:
        _members(archive, file, contents)
    if contents.formulas:
        contents.faults.append(
            fault("book-formulas", file, found=contents.first_formula, count=contents.formulas, level="warning")
        )
    return contents


def _kind_of(raw: bytes) -> str:
    """What a file that is no archive seems to be, in a word or two."""
    start = raw[:256].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"%pdf"):
        return "PDF"
    if start.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    return "XML" if start.startswith(b"<?xml") else ""


def _members(archive: zipfile.ZipFile, file: str, contents: Contents) -> None:
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise Faulty([fault("book-macros", file)])
    if not {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & set(names):
        raise Faulty([fault("book-no-book", file, found="ZIP")])
    if "xl/workbook.bin" in names:
        raise Faulty([fault("book-old", file)])

    def parser_of(name: str) -> expat.XMLParserType | None:
        is_sheet = name.startswith("xl/worksheets/") or name == "content.xml"
        return _Reader(file, contents, is_sheet).parser if name.lower().endswith(_XML) else None

    go_through(archive, file, "book", UNPACKED_LIMIT, parser_of)


class _Reader:
    """Reads one XML file as it comes: no entities, and of a sheet its last row, last column and formulas."""

    def __init__(self, file: str, contents: Contents, is_sheet: bool) -> None:
        self.file, self.contents = file, contents
        self.parser = parser_without_entities(file, "book")
        self._row = self._column = self._last_row = self._last_column = self._repeats = 0
        self._cell_repeats, self._place, self._title = 1, "", ""
        if is_sheet:
            self.parser.buffer_text = True
            self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        match local:
            case "table":
                self._row = self._last_row = self._last_column = 0
                self._title = attributes.get("table:name", "")
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
            case "c":
                place = _PLACE.fullmatch(attributes.get("r", ""))
                self._place = attributes.get("r", "")
                self._column = _column_number(place[1]) if place else self._column + 1
            case "v" | "is":
                self._filled(self._row, self._column)
            case "f":
                self._formula()
            case "table-row":
                self._repeats = _count(attributes.get("table:number-rows-repeated"))
                self._row += self._repeats
                self._column = 0
            case "table-cell" | "covered-table-cell":
                self._cell_repeats = _count(attributes.get("table:number-columns-repeated"))
                self._column += self._cell_repeats
                if (rows := _count(attributes.get("table:number-rows-spanned"))) > 1:
                    across = _count(attributes.get("table:number-columns-spanned"))
                    if across == 1:
                        merged = self.contents.merged.setdefault(self._title, [])
                        merged.append((self._row - 1, self._column - 1, self._row + rows - 2))
                if "table:formula" in attributes:
                    self._formula()
                if "office:value-type" in attributes:
                    self._filled(self._row, self._column)
            case "encryption-data":
                raise Faulty([fault("book-password", self.file)])

    def _formula(self) -> None:
        self.contents.formulas += 1
        self.contents.first_formula = self.contents.first_formula or self._place

    def _filled(self, row: int, column: int) -> None:
        self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)
        if self._last_row > MOST_ROWS or self._last_row * self._last_column > _MOST_CELLS:
            raise Faulty([fault("book-rows", self.file, found=self._place, limit=f"{MOST_ROWS:,}")])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _count(written: str | None) -> int:
    return int(written) if written and written.isdigit() else 1
