"""What a workbook is before it is read: of the right kind, no larger than can be held, without what could do harm.

A workbook (ECMA-376, OpenDocument) is an archive of XML files. Each is unpacked and read through here once, in bounded
memory, so that what reads the cells afterwards meets nothing that it could not hold.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from medskick.graph.faults import Fault, Faulty, fault

UNPACKED_LIMIT = 300_000_000
MOST_ROWS = 100_000
_MOST_CELLS = 4_000_000
"""Of a sheet: rows times columns, up to the last cell that is filled in."""
_PIECE = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XML = (".xml", ".rels", ".vml")
_PLACE = re.compile(r"([A-Z]{1,4})(\d{1,9})")


@dataclass
class Contents:
    """What was met on the way through: how many cells have formulas, and the place of the first (``""``: unknown)."""

    formulas: int = 0
    first_formula: str = ""
    faults: list[Fault] = field(default_factory=list)


def look_through(raw: bytes, file: str) -> Contents:
    """Go through a workbook's bytes; ``file`` is its name in faults.

    Raises ``Faulty`` where it is none, is locked, has macros, declares entities, or is larger than can be held.
    """
    if raw.startswith(_OLE):
        raise Faulty([fault("book-password" if _ENCRYPTED in raw else "book-old", file)])
    if not raw.startswith(b"PK"):
        raise Faulty([fault("book-no-book", file, found=_kind_of(raw))])
    contents = Contents()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _members(archive, file, contents)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        # a lock on a single file is a RuntimeError
        code = "book-password" if "password" in str(error) else "book-damaged"
        raise Faulty([fault(code, file)]) from error
    except expat.ExpatError as error:
        raise Faulty([fault("book-damaged", file)]) from error
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
    left = UNPACKED_LIMIT
    for info in archive.infolist():
        is_sheet = info.filename.startswith("xl/worksheets/") or info.filename == "content.xml"
        reader = _Reader(file, contents, is_sheet) if info.filename.lower().endswith(_XML) else None
        for piece in _pieces(archive, info):
            left -= len(piece)
            if left < 0:
                raise Faulty([fault("book-too-large", file, limit=UNPACKED_LIMIT // 1_000_000)])
            if reader is not None:
                reader.feed(piece)
        if reader is not None:
            reader.end()


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as member:
        while piece := member.read(_PIECE):
            yield piece


class _Reader:
    """Reads one XML file as it comes: no entities, and of a sheet its last row, last column and formulas."""

    def __init__(self, file: str, contents: Contents, is_sheet: bool) -> None:
        self.file, self.contents = file, contents
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_entities
        self._row = self._column = self._last_row = self._last_column = self._repeats = 0
        self._cell_repeats, self._place = 1, ""
        if is_sheet:
            self._parser.buffer_text = True
            self._parser.StartElementHandler = self._start

    def feed(self, piece: bytes) -> None:
        """Read on. Raises ``Faulty``; ``ExpatError`` for what is no XML."""
        self._parser.Parse(piece, False)

    def end(self) -> None:
        """Read to the end."""
        self._parser.Parse(b"", True)

    def _refuse_entities(self, *_declared: object) -> None:
        raise Faulty([fault("book-entities", self.file)])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        match local:
            case "table":
                self._row = self._last_row = self._last_column = 0
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
