"""JSON as other systems export it, a list of things, read to sheets: what lies inside is a column of its own.

The names of what lies inside one another stand with a slash between them, ``title/en``. A list of things inside a
thing is a sheet of its own, titled by its name; its rows have the cells of the thing that they are in, after ``../``.
"""

import json
from collections.abc import Mapping
from typing import Any

from medskick.graph.faults import Faulty, fault

Rows = list[dict[str, str]]
_DEEPEST = 20


def json_tables(raw: bytes, file: str, title: str) -> dict[str, list[list[str]]]:
    """Return the sheets of a JSON file by title, each with its headings first; the first is titled ``title``.

    Raises ``Faulty`` where it is no JSON, or no list of things.
    """
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        place = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise Faulty([fault("json-syntax", file, row=place)]) from error
    things = content if isinstance(content, list) else [content]
    if not things or not all(isinstance(thing, dict) for thing in things):
        raise Faulty([fault("json-no-list", file)])
    sheets: dict[str, Rows] = {title: []}
    try:
        for thing in things:
            _add(thing, title, {}, sheets, 0)
    except RecursionError as error:
        raise Faulty([fault("too-deep", file)]) from error
    tables = {}
    for name, rows in sheets.items():
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        tables[name] = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
    return tables


def _add(thing: Mapping[str, Any], title: str, around: Mapping[str, str], sheets: dict[str, Rows], depth: int) -> None:
    """Add a thing as a row of a sheet, and the things inside it as rows of others."""
    if depth > _DEEPEST:
        raise RecursionError
    row: dict[str, str] = {}
    inside: dict[str, list[Mapping[str, Any]]] = {}
    _flatten(thing, "", row, inside)
    sheets.setdefault(title, []).append({**row, **around})
    own = {f"../{heading}": cell for heading, cell in row.items()}
    for name, things in inside.items():
        for one in things:
            _add(one, name, own, sheets, depth + 1)


def _flatten(
    value: Mapping[str, Any], before: str, row: dict[str, str], inside: dict[str, list[Mapping[str, Any]]]
) -> None:
    for key, part in value.items():
        heading = f"{before}{key}"
        if isinstance(part, dict):
            _flatten(part, f"{heading}/", row, inside)
        elif isinstance(part, list) and part and all(isinstance(one, dict) for one in part):
            inside.setdefault(heading, []).extend(part)
        elif isinstance(part, list):
            row[heading] = ", ".join(map(_cell, part))
        else:
            row[heading] = _cell(part)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
