"""What a workbook is made from, and the choices that it offers in its cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medskick.ontology import PREFIXES, Column, Table
from medskick.sheets.text_cell import put
from medskick.sheets.wording import Names
from medskick.sheets.workbook_layout import FIRST_ROW, Heading, SheetLayout, label_of
from medskick.words import Lang, capital, pick, say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LAST_ROW = 2_000
"""Choices to pick from are offered down to this row."""


@dataclass(frozen=True)
class Filling:
    """What a workbook is made from: its ``title``, its sheets, the rows of each by table.

    The front sheet has ``facts`` (labels and values), then what is ``explained`` (headings and texts), then the sheets.
    A sheet of ``more`` has a title and rows of text, the first of them its headings; it is for the reader's eye.
    """

    title: str
    sheets: Sequence[SheetLayout]
    rows: Mapping[str, Sequence[Mapping[str, str]]]
    facts: Sequence[tuple[str, str]]
    explained: Sequence[tuple[str, str]]
    more: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)


@dataclass
class MadeBook:
    """The workbook as it is being made, with what it is made from."""

    book: "Workbook"
    names: Names
    filling: Filling
    lang: Lang
    choices: dict[str, str]

    @property
    def sheets(self) -> Sequence[SheetLayout]:
        """The sheets that are tables, in order."""
        return self.filling.sheets


def write_lists(made: MadeBook) -> None:
    """Write the lists of terms, one in each column, as choices for the other sheets; also the types of rows."""
    from openpyxl.utils import get_column_letter

    title = say("sheet.lists", made.lang)
    sheet = made.book.create_sheet(title)
    sheet.sheet_state = "hidden"
    used = {h.column.scheme for s in made.sheets for h in s.headings if h.column and h.column.scheme}
    columns: list[tuple[str, list[str]]] = []
    # what a term is called does not depend on the table
    table = made.sheets[0].table
    for scheme in sorted(used):
        heading = Heading("", "", _column_of(made, scheme), "")
        own = made.names.index.own_concepts(made.names.dataset.name, scheme)
        values = [*made.names.index.vocabulary.schemes[scheme], *own]
        shown = [made.names.shown(heading, table, scheme, value) for value in values]
        columns.append((f"concept:{scheme}", sorted(shown, key=str.casefold)))
    for column in [c for s in made.sheets for c in s.table.columns if c.kind == "scheme"][:1]:
        known = made.names.index.vocabulary.schemes
        heading = Heading("", "", column, "")
        columns.append(("scheme", sorted(made.names.shown(heading, table, "", value) for value in known)))
    for one in made.sheets:
        if one.table.typed:
            kind = next(heading for heading in one.headings if heading.kind == "type")
            columns.append(
                (f"type:{one.table.name}", [made.names.shown(kind, one.table, "", v) for v in one.table.types])
            )
    for number, (name, values) in enumerate(columns, start=1):
        label = pick(label_of(PREFIXES["concept"] + name.partition(":")[2]), made.lang) or name
        put(sheet, 1, number, capital(label))
        for place, value in enumerate(values, start=2):
            put(sheet, place, number, value)
        letter = get_column_letter(number)
        made.choices[name] = f"'{title}'!${letter}$2:${letter}${len(values) + 1}"


def _column_of(made: MadeBook, scheme: str) -> Column:
    return next(c for s in made.sheets for c in s.table.columns if c.scheme == scheme)


def tables_of(range_: str, made: MadeBook) -> Iterator[Table]:
    """Yield the tables whose rows a reference may point at."""
    above = made.names.index.vocabulary.superclasses
    for one in made.sheets:
        kinds = one.table.types.values() or (one.table.target,)
        if any(range_ in above.get(kind, {kind}) for kind in kinds):
            yield one.table


def _choices_of(heading: Heading, one: SheetLayout, made: MadeBook) -> str:
    """Where the choices of a column stand, empty where there are none or they stand in several places."""
    from openpyxl.utils import get_column_letter

    column = heading.column
    if heading.kind == "type":
        return made.choices[f"type:{one.table.name}"]
    if column is None or heading.kind not in ("concept", "scheme", "ref"):
        return ""
    if heading.kind == "scheme":
        return made.choices["scheme"]
    if heading.kind == "concept":
        return made.choices.get(f"concept:{column.scheme}", "")
    tables = list(tables_of(column.range, made)) if column.range else []
    if len(tables) != 1:
        return ""
    target = next(s for s in made.sheets if s.table is tables[0])
    wanted = [f"label_{made.lang}", *(f"label_{tag}" for tag in made.names.dataset.languages), "title", "id"]
    names = [h.name for h in target.headings]
    letter = get_column_letter(next(names.index(name) for name in wanted if name in names) + 1)
    return f"'{target.title}'!${letter}${FIRST_ROW}:${letter}${LAST_ROW}"


def offer_choices(sheet: "Worksheet", one: SheetLayout, made: MadeBook) -> None:
    """Offer the choices of each column of a sheet, none of which must be taken."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, heading in enumerate(one.headings, start=1):
        if not (choices := _choices_of(heading, one, made)):
            continue
        # a cell may have several values, or one from another dataset: what is not in the list is not refused
        offer = DataValidation(type="list", formula1=f"={choices}", allow_blank=True, showErrorMessage=False)
        offer.showInputMessage = False
        letter = get_column_letter(number)
        offer.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
        sheet.add_data_validation(offer)
