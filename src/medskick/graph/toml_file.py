"""TOML that people wrote: what it holds, or a fault with its line and column."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from medskick.graph.faults import Fault, fault
from medskick.graph.input_file import read_file

_PLACE = re.compile(r"(?P<reason>.*) \(at (?:line (?P<row>\d+), column (?P<column>\d+)|end of document)\)", re.S)


def read_toml(path: Path, file: str) -> tuple[dict[str, Any], list[Fault]]:
    """Return what a TOML file holds (nothing where it is broken) and what is wrong; ``file`` is its name in faults."""
    raw, unread = read_file(path, file)
    if unread is not None:
        return {}, [unread]
    try:
        # a BOM is what some editors on Windows write; line ends as a text file has them
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return {}, [fault("not-utf8", file)]
    try:
        return tomllib.loads(text), []
    except RecursionError:
        return {}, [fault("too-deep", file)]
    except tomllib.TOMLDecodeError as error:
        match = _PLACE.fullmatch(str(error))
        row, column, reason = (match["row"], match["column"], match["reason"]) if match else (None, None, str(error))
        lines = text.split("\n")
        row = row or str(len(text.rstrip().split("\n")))
        line = lines[int(row) - 1].strip() if int(row) <= len(lines) else ""
        return {}, [fault("toml", file, row=int(row), column=column or "", found=line, reason=reason)]


def quoted(text: str) -> str:
    """Return a text as TOML writes it, or a key that is not bare: the escapes of JSON are those of its strings."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def line_of(path: Path, table: str, key: str = "") -> int:
    """Return the line of a table of a TOML file, or of a key in it; 0 where it is not found."""
    inside = False
    start = 0
    for row, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if head := re.match(r"\s*\[\s*[\"']?(.*?)[\"']?\s*\]\s*(?:#.*)?$", line):
            inside = head[1] == table
            start = row if inside else start
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return row
    return start
