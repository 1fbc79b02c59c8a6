"""What is well formed and still cannot be meant: a text in another language, letters read wrongly, a far year."""

import re
from collections.abc import Iterator, Mapping

from medskick.graph.dataset import Dataset, Row
from medskick.graph.faults import Fault, closest, fault
from medskick.graph.language_guess import counts
from medskick.ontology import Column, Table

_FEWEST = 2
"""So many small words of another language, and none of its own, make a text one of that language."""
_AHEAD, _PLANNED_AHEAD = 5, 100
"""How many years after a dataset's last change something can have happened, or be planned, before it is a slip."""
_AHEAD_COLUMNS = ("valid_until", "in_force")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_LEAD = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0xC2, 0xF5))
_TRAIL = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_MISREAD = re.compile(f"[{_LEAD}][{re.escape(_TRAIL)}]{{1,3}}")


def as_utf8(text: str) -> str:
    """Return a text with the letters that were UTF-8 and were read as Windows-1252 put right: *SkÃ¥ne* is *Skåne*."""

    def right(match: re.Match[str]) -> str:
        # the bytes that Windows-1252 leaves open are read as the control characters of the same number
        raw = b"".join(sign.encode("cp1252", "ignore") or sign.encode("latin-1") for sign in match[0])
        for end in range(len(raw), 1, -1):
            try:
                return raw[:end].decode("utf-8") + match[0][end:]
            except UnicodeDecodeError:
                continue
        return match[0]

    again = _MISREAD.sub(right, text)
    return text if again == text else as_utf8(again)


def implausible(dataset: Dataset, tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Yield a fault for each cell of a dataset that cannot be meant as it stands."""
    for row in dataset.all_rows():
        table, file = tables[row.table], dataset.file(row.table)
        for head, cell in row.cells.items():
            if (right := as_utf8(cell)) != cell:
                yield fault("misread-letters", file, row=row.line, column=head, found=cell, fix=right)
        for column in table.columns:
            if column.kind == "text":
                yield from _languages(dataset, row, column, file)
            elif column.kind == "date" and (cell := row.cells.get(column.name, "")) and dataset.modified:
                yield from _far(dataset, row, column, cell, file)
        yield from _changed_places(dataset, row, table, file)


def _languages(dataset: Dataset, row: Row, column: Column, file: str) -> Iterator[Fault]:
    """A text that is in another of the dataset's languages than its column says."""
    cells = {head: row.cells[head] for head in column.headers(dataset.languages) if head in row.cells}
    for head, cell in cells.items():
        own, by_language = column.language(head), counts([cell])
        # a name may be the same in several languages
        if by_language.get(own, 1) or list(cells.values()).count(cell) > 1:
            continue
        others = [lang for lang in dataset.languages if lang != own]
        meant = max(others, key=lambda lang: by_language.get(lang, 0), default=own)
        if by_language.get(meant, 0) >= _FEWEST:
            yield fault("other-language", file, row=row.line, column=head, found=cell, tag=meant, own=own)


def _changed_places(dataset: Dataset, row: Row, table: Table, file: str) -> Iterator[Fault]:
    """A name that is a sentence and longer than the text beside it, which is none."""
    own = next((c.name for c in table.columns if c.kind == "text" and c.required and c.name != "label"), "")
    for lang in dataset.languages:
        name, text = row.cells.get(f"label_{lang}", ""), row.cells.get(f"{own}_{lang}", "")
        if text and len(name) > len(text) and name.endswith(".") and not text.endswith((".", "!", "?")):
            yield fault("changed-places", file, row=row.line, column=f"label_{lang}", found=name, other=f"{own}_{lang}")


def _far(dataset: Dataset, row: Row, column: Column, cell: str, file: str) -> Iterator[Fault]:
    """A year that lies too far after the dataset's last change."""
    planned = column.name.startswith("planned_") or column.name in _AHEAD_COLUMNS
    last = int(dataset.modified[:4]) + (_PLANNED_AHEAD if planned else _AHEAD)
    if any(int(year) > last for year in _YEAR.findall(cell)):
        fix = near_year(dataset, row, cell)
        yield fault("far-year", file, row=row.line, column=column.name, found=cell, fix=fix, last=last)


def near_year(dataset: Dataset, row: Row, cell: str) -> str | None:
    """Return a date with the year that was most likely meant, by the other years of its row, else of the dataset."""
    limit = int(dataset.modified[:4]) + _AHEAD if dataset.modified else 0

    def years(cells: Mapping[str, str]) -> set[str]:
        dates = (text for head, text in cells.items() if text != cell and head.rpartition("_")[2] in _DATES)
        return {year for text in dates for year in _YEAR.findall(text) if 1900 <= int(year) <= limit}

    (wrong, *_) = _YEAR.findall(cell) or [""]
    every = set[str]().union(*(years(other.cells) for other in dataset.all_rows()))
    near = closest(wrong, years(row.cells)) or closest(wrong, every)
    return cell.replace(wrong, near, 1) if wrong and near else None


_DATES = ("start", "end", "date", "force", "until")
