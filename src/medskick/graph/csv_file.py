"""A table's file as people's programs write it: bytes to rows of cells.

Read as meant are several byte order marks, the line ``sep=;`` that tells Excel the separator, semicolons or tabs
between cells, and line ends of any kind.
"""

import csv
import io
import re
from pathlib import Path

from medskick.graph.faults import Fault, fault
from medskick.graph.input_file import read_file

CELL_LIMIT = 100_000
_SEPARATOR_LINE = re.compile(r'"?sep=([,;|]|\t)"?[,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)


def read_cells(path: Path, file: str, faults: list[Fault]) -> tuple[list[list[str]], str, bool]:
    """Return the rows of a file, what stands between their cells, and whether all of it could be read.

    ``file`` is its name in faults. What is not UTF-8 is a fault, and is then read as Excel for Windows writes it, so
    that nothing is told besides that only follows from it.
    """
    raw, unread = read_file(path, file)
    if unread is not None:
        faults.append(unread)
        return [], ",", False
    text = _decoded(raw, file, faults).lstrip("\ufeff")
    if separator := _SEPARATOR_LINE.match(text):
        text, delimiter = text[separator.end() :], separator[1]
    else:
        first = re.split(r"[\r\n]", text, maxsplit=1)[0]
        delimiter = max(",;\t", key=first.count)
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


def _decoded(raw: bytes, file: str, faults: list[Fault]) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        around = raw[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        faults.append(fault("encoding", file, row=line, found=around))
        return raw.decode("cp1252", "replace")
