"""What a curator's cells mean: given, understood, how sure. What has several meanings or none is asked about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from medskick.graph.as_meant import as_meant
from medskick.graph.characters import is_address, nearest_address
from medskick.graph.date_prose import date_in_prose
from medskick.graph.dates import bounds
from medskick.graph.faults import Fault, closest, fault
from medskick.ontology import iri
from medskick.sheets.wording import Names, plain, scheme_of
from medskick.sheets.workbook_layout import Heading, SheetLayout
from medskick.words import is_tag, languages, listed, tag_of

Sure = Literal["sure", "likely"]
"""``sure``: nothing else can be meant; ``likely``: something else could be, and somebody should look."""
_NAMED = ("ref", "concept", "scheme", "type", "columns")


@dataclass(frozen=True)
class Reading:
    """A cell that was not in the form of a table: where it is, what was given, how it was understood, how surely."""

    sheet: str
    row: int
    column: str
    given: str
    understood: str
    sure: Sure


class Reader:
    """Reads the cells of one sheet, collecting ``readings`` and ``faults``."""

    def __init__(self, layout: SheetLayout, title: str, names: Names) -> None:
        self.layout, self.title, self.names = layout, title, names
        self.readings: list[Reading] = []
        self.faults: list[Fault] = []

    def row(self, number: int, cells: Mapping[str, str], headings: Sequence[Heading]) -> dict[str, str]:
        """Return a row's cells as a table has them; a cell that cannot be understood is left out and told."""
        meant: dict[str, str] = {}
        by_name = {heading.name: heading for heading in headings}
        # the list that a term is of may stand in the row itself, and is read before it
        for name in sorted(cells, key=lambda name: name != "scheme"):
            heading = by_name[name]
            if cell := self._cell(number, heading, cells[name], scheme_of(heading, meant)):
                meant[name] = cell
        return meant

    def _cell(self, number: int, heading: Heading, given: str, scheme: str) -> str:
        read = self._read(heading, given, scheme, number)
        if read is None:
            return ""
        understood, sure = read
        # a name is how a workbook writes what it names; that commas were taken to separate names is told
        in_form = heading.kind in _NAMED and ("," not in given or understood.count(";") == _separators(given))
        if understood != given and not in_form and not _same_values(heading, understood, given):
            self.readings.append(Reading(self.title, number, heading.written, given, understood, sure))
        return understood

    def _read(self, heading: Heading, given: str, scheme: str, number: int) -> tuple[str, Sure] | None:
        if heading.kind in _NAMED:
            return self._named(heading, given, scheme, number)
        if heading.column and heading.column.path == iri("dcterms:language") and not is_tag(given):
            return (tag_of(given) or given), "sure"
        if heading.kind == "date":
            return _date(given)
        if heading.kind == "uri" and not is_address(given) and (near := nearest_address(given)):
            return near, "likely"
        return as_meant(heading.kind, heading.several, given), "sure"

    def _named(self, heading: Heading, given: str, scheme: str, number: int) -> tuple[str, Sure] | None:
        """The values of a cell of names: a line each, or separated by semicolons, or by commas."""
        meanings = self.names.meanings(heading, self.layout.table, scheme)

        def values_of(part: str) -> frozenset[str]:
            # an id is meant as itself, whatever else is called so
            if self._is_value(heading, scheme, part):
                return frozenset({part})
            return meanings.get(plain(part), frozenset())

        lines = [line.strip() for line in given.splitlines() if line.strip()] if heading.several else [given]
        values: list[str] = []
        for line in lines:
            parts = next((p for p in _splits(line, heading.several) if all(map(values_of, p))), None)
            for part in parts or _last_split(line, heading.several):
                meant = values_of(part)
                if len(meant) == 1:
                    values += meant
                else:
                    self._ask(heading, number, part, meant, meanings)
                    return None
        return ";".join(sorted(set(values))), "sure"

    def _is_value(self, heading: Heading, scheme: str, text: str) -> bool:
        if heading.kind == "type":
            return text in self.layout.table.types
        if heading.kind == "columns":
            return "/" in text or self.layout.table.column(text) is not None
        return self.names.is_value(heading, scheme, text)

    def _ask(
        self, heading: Heading, number: int, given: str, meant: frozenset[str], meanings: Mapping[str, frozenset[str]]
    ) -> None:
        if meant:
            self.faults.append(
                fault(
                    "book-several-meant", self.title, row=number, column=heading.written, found=given,
                    known=", ".join(sorted(meant)),
                )
            )  # fmt: skip
            return
        near = closest(plain(given), meanings)
        shown = next((n for n in self._written(heading) if near and plain(n) == near), near)
        persons = {word for lang in languages() for word in listed("reading.person", lang)}
        code = "person" if plain(given) in persons else "book-not-known"
        expected = heading.column.message if heading.column else heading.help
        self.faults.append(
            fault(code, self.title, row=number, column=heading.written, found=given, fix=shown, expected=expected)
        )

    def _written(self, heading: Heading) -> Iterator[str]:
        """The names of a column's values as they are written."""
        if heading.kind == "concept" and heading.column and heading.column.scheme:
            for term in self.names.index.vocabulary.schemes[heading.column.scheme].values():
                yield from term.label.values()
        if heading.kind == "ref":
            yield from self.names.written()


def _same_values(heading: Heading, one: str, other: str) -> bool:
    """Tell whether two cells have the same values: line breaks and semicolons mean the same."""

    def values(cell: str) -> list[str]:
        return sorted(value.strip() for value in re.split(r"[;\n]", cell))

    return heading.several and values(one) == values(other)


def _separators(given: str) -> int:
    """How many line breaks and semicolons stand between the values of a cell."""
    return len([value for value in re.split(r"[;\n]", given) if value.strip()]) - 1


def _splits(line: str, several: bool) -> Iterator[list[str]]:
    """The ways to take a line apart, the one that takes least apart first."""
    yield [line]
    if several:
        for separator in (";", ","):
            if parts := [part.strip() for part in line.split(separator) if part.strip()]:
                yield parts


def _last_split(line: str, several: bool) -> list[str]:
    return [part.strip() for part in line.split(";") if part.strip()] if several else [line]


def _date(given: str) -> tuple[str, Sure]:
    text = as_meant("date", False, given)
    try:
        bounds(text)
    except ValueError:
        prose = date_in_prose(text)
        # what is no date stays: it is told with its place when the dataset is checked
        return (prose.text, "sure" if prose.sure else "likely") if prose else (given, "sure")
    return text, "sure"
