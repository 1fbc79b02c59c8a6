"""A dataset written as a workbook: names instead of ids, choices to pick from, what is seldom used folded away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from medskick.graph.dataset import Dataset
from medskick.graph.index import Index
from medskick.ontology import PREFIXES, Column, Table
from medskick.reports.archive import EPOCH, without_clock
from medskick.sheets.layout import (
    ASIDE,
    EXAMPLE_ROW,
    FIRST_ROW,
    HEADING_ROW,
    HELP_ROW,
    Heading,
    SheetLayout,
    label_of,
    layout,
)
from medskick.sheets.names import Names, scheme_of
from medskick.words import Lang, capital, language_name, pick, say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_LAST_ROW = 2_000
"""Choices to pick from are offered down to this row."""
_TEXT_FORMAT = "@"
_WIDTHS = {"text": 42, "string": 24, "ref": 30, "concept": 24, "uri": 36, "id": 28}
_USUAL_WIDTH = 16
_LINE, _FRONT_LINE = 16, 85
"""The height of a line in points, and how many characters of the front sheet's text are on one."""
_NEEDED, _OPTIONAL, _ASIDE_COLOUR = "1F4E79", "5B7083", "595959"
_EXAMPLE_TERMS = ("stated", "region", "regional-plan", "consultation", "held", "start-up-meeting", "whole")
_EXAMPLE_DAY, _EXAMPLE_NUMBER, _EXAMPLE_ADDRESS = "2025-06-12", "2", "https://region.exempel.example/"


@dataclass
class _Book:
    """The workbook as it is being made, with what it is made from."""

    book: "Workbook"
    names: Names
    sheets: list[SheetLayout]
    lang: Lang
    choices: dict[str, str]


def workbook(index: Index, dataset: Dataset, lang: Lang) -> bytes:
    """Return a dataset as a workbook (.xlsx) for a curator who reads ``lang``; the same input gives the same bytes.

    A front sheet explains the rest, then comes a sheet for each table, a hidden one for the lists of terms. Every cell
    is text, so that no spreadsheet turns it into a date or a formula.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = book.properties.modified = EPOCH
    book.properties.creator = dataset.publisher
    book.properties.title = pick(dataset.title, lang)
    made = _Book(book, Names(index, dataset, lang), layout(index.vocabulary, dataset.languages, lang), lang, {})
    front = book.create_sheet(say("sheet.front", lang))
    for sheet in made.sheets:
        book.create_sheet(sheet.title)
    _lists(made)
    _front(front, made)
    for sheet in made.sheets:
        _table(book[sheet.title], sheet, made)
    out = BytesIO()
    book.save(out)
    return without_clock(out.getvalue())


def _put(sheet: "Worksheet", row: int, column: int, text: str) -> "Cell":
    """Write a cell as text, whatever it begins with."""
    from openpyxl.cell.cell import Cell
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value, cell.data_type, cell.number_format = text, "s", _TEXT_FORMAT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _lists(made: _Book) -> None:
    """The lists of terms, one in each column, as choices for the other sheets; also the types of rows."""
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
    schemes = Heading("", "", next(c for s in made.sheets for c in s.table.columns if c.kind == "scheme"), "")
    known = made.names.index.vocabulary.schemes
    columns.append(("scheme", sorted(made.names.shown(schemes, table, "", value) for value in known)))
    for one in made.sheets:
        if one.table.typed:
            kind = one.headings[1]
            columns.append(
                (f"type:{one.table.name}", [made.names.shown(kind, one.table, "", v) for v in one.table.types])
            )
    for number, (name, values) in enumerate(columns, start=1):
        label = pick(label_of(PREFIXES["concept"] + name.partition(":")[2]), made.lang) or name
        _put(sheet, 1, number, capital(label))
        for place, value in enumerate(values, start=2):
            _put(sheet, place, number, value)
        letter = get_column_letter(number)
        made.choices[name] = f"'{title}'!${letter}$2:${letter}${len(values) + 1}"


def _column_of(made: _Book, scheme: str) -> Column:
    return next(c for s in made.sheets for c in s.table.columns if c.scheme == scheme)


def _front(sheet: "Worksheet", made: _Book) -> None:
    """One page that explains the workbook, with a way to each sheet."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.properties import PageSetupProperties

    dataset, lang = made.names.dataset, made.lang
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 90
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _put(sheet, 1, 1, pick(dataset.title, lang)).font = Font(bold=True, size=16)
    sheet.merge_cells("A1:B1")
    facts = (
        ("dataset", dataset.name),
        ("languages", ", ".join(f"{language_name(tag)} ({tag})" for tag in dataset.languages)),
        ("refers", ", ".join(dataset.refers)),
    )
    row = 3
    for key, value in facts:
        if value:
            _put(sheet, row, 1, say(f"sheet.front-{key}", lang)).font = Font(bold=True)
            _put(sheet, row, 2, value)
            row += 1
    row += 1
    for key in ("start", "columns", "names", "several", "dates", "unknown", "example", "persons", "import"):
        _put(sheet, row, 1, say(f"sheet.tell-{key}", lang)).font = Font(bold=True)
        explanation = say(f"sheet.told-{key}", lang, name=dataset.name)
        _put(sheet, row, 2, explanation)
        sheet.row_dimensions[row].height = _LINE * (len(explanation) // _FRONT_LINE + 1)
        row += 1
    row += 1
    _put(sheet, row, 1, say("sheet.sheets", lang)).font = Font(bold=True)
    for one in made.sheets:
        row += 1
        way = _put(sheet, row, 1, one.title)
        way.hyperlink = f"#'{one.title}'!A1"
        way.font = Font(underline="single", color="0F5FA6")
        _put(sheet, row, 2, one.about)
        sheet.row_dimensions[row].height = _LINE * (len(one.about) // _FRONT_LINE + 1)


def _table(sheet: "Worksheet", one: SheetLayout, made: _Book) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    rows = sorted((row.cells for row in made.names.dataset.rows.get(one.table.name, [])), key=lambda c: c.get("id", ""))
    sheet.freeze_panes = f"B{FIRST_ROW}"
    for number, heading in enumerate(one.headings, start=1):
        head = _put(sheet, HEADING_ROW, number, heading.written)
        head.font = Font(bold=True, color="FFFFFF")
        colour = _NEEDED if heading.needed else _OPTIONAL
        head.fill = PatternFill("solid", start_color=colour, end_color=colour)
        quiet = Font(italic=True, color=_ASIDE_COLOUR)
        mark = f"{ASIDE} " if number == 1 else ""
        _put(sheet, HELP_ROW, number, mark + heading.help).font = quiet
        _put(sheet, EXAMPLE_ROW, number, mark + _example(heading, one.table, made)).font = quiet
        for place, cells in enumerate(rows, start=FIRST_ROW):
            if text := shown_cell(heading, one, cells, made.names):
                _put(sheet, place, number, text)
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        dimension.width = _WIDTHS.get(heading.kind, _USUAL_WIDTH)
        # what is typed later is text, too: a date stays as it is written
        dimension.number_format = _TEXT_FORMAT
        if heading.folded and not any(cells.get(heading.name) for cells in rows):
            dimension.outlineLevel, dimension.hidden = 1, True
    sheet.row_dimensions[HELP_ROW].height = 75
    _offer_choices(sheet, one, made)


def shown_cell(heading: Heading, one: SheetLayout, cells: Mapping[str, str], names: Names) -> str:
    """Return a row's cell as a curator reads it, several values on a line each."""
    cell = cells.get(heading.name, "")
    if heading.kind in ("id", "text", "date", "number", "flag", "uri", "string") and not heading.several:
        return cell
    scheme = scheme_of(heading, cells)
    values = [value.strip() for value in cell.split(";")] if heading.several else [cell]
    return "\n".join(names.shown(heading, one.table, scheme, value) for value in values if value)


def _example(heading: Heading, table: Table, made: _Book) -> str:
    """What a cell of the example row says."""
    lang, column = made.lang, heading.column
    if heading.kind == "id":
        return say("sheet.example", lang)
    if heading.folded:
        return ""
    if column is None:
        kinds = list(table.types)
        kind = next((name for name in kinds if table.types[name] == table.target), kinds[len(kinds) // 2])
        return made.names.shown(heading, table, "", kind)
    match heading.kind:
        case "date":
            return _EXAMPLE_DAY
        case "number":
            return _EXAMPLE_NUMBER
        case "uri":
            return _EXAMPLE_ADDRESS
        case "text" if column.language(heading.name) != lang:
            return ""
        case "text" | "string" if column.name in ("label", "title"):
            return say(f"sheet.example-{table.name}", lang)
        case "text":
            return say("sheet.example-text", lang)
        case "concept" if column.scheme:
            terms = list(made.names.index.vocabulary.schemes[column.scheme])
            term = next((term for term in _EXAMPLE_TERMS if term in terms), terms[0])
            return made.names.shown(heading, table, column.scheme, term)
        case "ref" if column.range:
            return next((say(f"sheet.example-{t.name}", lang) for t in _tables_of(column.range, made)), "")
    return ""


def _tables_of(range_: str, made: _Book) -> Iterator[Table]:
    """The tables whose rows a reference may point at."""
    above = made.names.index.vocabulary.superclasses
    for one in made.sheets:
        kinds = one.table.types.values() or (one.table.target,)
        if any(range_ in above.get(kind, {kind}) for kind in kinds):
            yield one.table


def _choices_of(heading: Heading, one: SheetLayout, made: _Book) -> str:
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
    tables = list(_tables_of(column.range, made)) if column.range else []
    if len(tables) != 1:
        return ""
    target = next(s for s in made.sheets if s.table is tables[0])
    wanted = [f"label_{made.lang}", *(f"label_{tag}" for tag in made.names.dataset.languages), "title", "id"]
    names = [h.name for h in target.headings]
    letter = get_column_letter(next(names.index(name) for name in wanted if name in names) + 1)
    return f"'{target.title}'!${letter}${FIRST_ROW}:${letter}${_LAST_ROW}"


def _offer_choices(sheet: "Worksheet", one: SheetLayout, made: _Book) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, heading in enumerate(one.headings, start=1):
        if not (choices := _choices_of(heading, one, made)):
            continue
        # a cell may have several values, or one from another dataset: what is not in the list is not refused
        offer = DataValidation(type="list", formula1=f"={choices}", allow_blank=True, showErrorMessage=False)
        offer.showInputMessage = False
        letter = get_column_letter(number)
        offer.add(f"{letter}{FIRST_ROW}:{letter}{_LAST_ROW}")
        sheet.add_data_validation(offer)
