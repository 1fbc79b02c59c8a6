"""A table's file as people's programs write it: bytes to rows of cells.

Read as meant are several byte order marks, the line ``sep=;`` that tells Excel the separator, semicolons or tabs
between cells, and line ends of any kind.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

from medskick.graph.faults import Fault, fault
from medskick.graph.input_file import read_file

CELL_LIMIT = 100_000
_SEPARATOR_LINE = re.compile(r'"?sep=([,;|]|\t)"?[,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)


def read_cells(path: Path, file: str, faults: list[Fault]) -> tuple[list[list[str]], str, bool]:
    """Return the rows of a file, what stands between their cells, and whether all of it could be read.

    ``file`` is its name in faults. What is not UTF-8 is a fault, and is then read as Excel for Windows writes it (CSV,
    or Unicode text, which is UTF-16), so that nothing is told besides that only follows from it.
    """
    raw, unread = read_file(path, file)
    if unread is not None:
        faults.append(unread)
        return [], ",", False
    start, delimiter = _dialect(text := _decoded(raw, file, faults))
    text = text[start:]
    csv.field_size_limit(CELL_LIMIT)
    rows: list[list[str]] = []
    try:
        # a quoted cell may span lines: a row is counted as a spreadsheet does
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "field larger" in str(error):
            faults.append(fault("cell-too-large", file, row=len(rows) + 1, limit=f"{CELL_LIMIT:,}"))
        else:
            faults.append(fault("broken-csv", file, row=len(rows) + 1, found=str(error)))
        return rows, delimiter, False
    return rows, delimiter, True


def _dialect(text: str) -> tuple[int, str]:
    """Where the first row begins, after byte order marks and a line ``sep=``, and what stands between cells."""
    start = len(text) - len(text.lstrip("\ufeff"))
    if separator := _SEPARATOR_LINE.match(text, start):
        return separator.end(), separator[1]
    first = re.split(r"[\r\n]", text[start:], maxsplit=1)[0]
    return start, max(",;\t", key=first.count)


def with_cells(raw: bytes, texts: Mapping[tuple[int, int], str]) -> bytes:
    """Return a table's file with some cells replaced; all else stays byte for byte as the curator's program wrote it.

    ``texts`` are the new texts by row (from 1, as in faults) and place in the row (from 0). The file is one that
    ``read_cells`` reads whole. Raises ``UnicodeDecodeError`` for what is not UTF-8.
    """
    text = raw.decode("utf-8")
    start, delimiter = _dialect(text)
    cell = re.compile(rf'("(?:[^"]|"")*"|[^{re.escape(delimiter)}\r\n]*)({re.escape(delimiter)}|\r\n|\r|\n|\Z)')
    parts, row, place = [text[:start]], 1, 0
    for match in cell.finditer(text, start):
        written, end = match.groups()
        if (row, place) in texts:
            new = texts[row, place]
            quoted = written.startswith('"') or re.search(rf'[{re.escape(delimiter)}"\r\n]', new)
            written = '"' + new.replace('"', '""') + '"' if quoted else new
        parts += [written, end]
        row, place = (row, place + 1) if end == delimiter else (row + 1, 0)
    return "".join(parts).encode("utf-8")


def _decoded(raw: bytes, file: str, faults: list[Fault]) -> str:
    encoding = json.detect_encoding(raw[:4])
    if encoding.startswith(("utf-16", "utf-32")):
        text = raw.decode(encoding, "replace")
        faults.append(fault("encoding", file, row=1, found=text[:24]))
        return text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        around = raw[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        faults.append(fault("encoding", file, row=line, found=around))
        return raw.decode("cp1252", "replace")
