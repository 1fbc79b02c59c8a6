"""A table in CSV that a person has filled in: its rows by heading, and the yes or no that they wrote."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from medskick.graph.csv_file import read_cells
from medskick.graph.faults import Fault, Faulty, fault
from medskick.words import languages, listed


def filled_rows(path: Path, needed: Sequence[str] = ()) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the headings of a table as text and its filled rows, each with its line and all cells by heading.

    Raises ``Faulty`` where it cannot be read whole, or lacks a heading that is ``needed``.
    """
    faults: list[Fault] = []
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


def yes_or_no(cell: str) -> bool | None:
    """Return what a person answered in any language of the interface, ``None`` where it is neither."""
    for word, answer in (("yes", True), ("no", False)):
        if any(cell.casefold() in listed(f"reading.{word}", lang) for lang in languages()):
            return answer
    return None
