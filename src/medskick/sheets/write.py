"""A dataset written as a workbook: names instead of ids, choices to pick from, what is seldom used folded away."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from medskick.graph.dataset import Dataset
from medskick.graph.index import Index
from medskick.ontology import Table
from medskick.reports.archive import EPOCH, without_clock
from medskick.sheets.text_cell import TEXT_FORMAT, put
from medskick.sheets.wording import Names, scheme_of
from medskick.sheets.workbook_choices import Filling, MadeBook, offer_choices, tables_of, write_lists
from medskick.sheets.workbook_layout import (
    ASIDE,
    EXAMPLE_ROW,
    FIRST_ROW,
    HEADING_ROW,
    HELP_ROW,
    Heading,
    SheetLayout,
    layout,
)
from medskick.words import Lang, language_name, pick, say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_TOLD = ("start", "columns", "names", "several", "dates", "unknown", "example", "persons", "import")
"""What the front sheet of a dataset explains."""
_WIDTHS = {"text": 42, "string": 24, "ref": 30, "concept": 24, "uri": 36, "id": 28}
_WIDTHS |= {"draft:sentences": 50, "draft:passage": 50, "draft:locator": 26, "draft:mentioned": 32}
_USUAL_WIDTH = 16
_LINE, _FRONT_LINE = 16, 85
"""The height of a line in points, and how many characters of the front sheet's text are on one."""
_NEEDED, _OPTIONAL, _ASIDE_COLOUR = "1F4E79", "5B7083", "595959"
_EXAMPLE_TERMS = ("stated", "region", "regional-plan", "consultation", "held", "start-up-meeting", "whole")
_EXAMPLE_DAY, _EXAMPLE_NUMBER, _EXAMPLE_ADDRESS = "2025-06-12", "2", "https://region.exempel.example/"


def workbook(index: Index, dataset: Dataset, lang: Lang) -> bytes:
    """Return a dataset as a workbook (.xlsx) for a curator who reads ``lang``; the same input gives the same bytes.

    A front sheet explains the rest, then comes a sheet for each table, a hidden one for the lists of terms. Every cell
    is text, so that no spreadsheet turns it into a date or a formula.
    """
    facts = (
        ("dataset", dataset.name),
        ("languages", ", ".join(f"{language_name(tag)} ({tag})" for tag in dataset.languages)),
        ("refers", ", ".join(dataset.refers)),
    )
    filling = Filling(
        pick(dataset.title, lang),
        layout(index.vocabulary, dataset.languages, lang),
        {
            table: sorted((row.cells for row in rows), key=lambda cells: cells.get("id", ""))
            for table, rows in dataset.rows.items()
        },
        [(say(f"sheet.front-{key}", lang), value) for key, value in facts if value],
        [(say(f"sheet.tell-{key}", lang), say(f"sheet.told-{key}", lang, name=dataset.name)) for key in _TOLD],
    )
    return filled_book(Names(index, dataset, lang), filling, lang)


def filled_book(names: Names, filling: Filling, lang: Lang) -> bytes:
    """Return a workbook of one dataset's names with a filling, as ``workbook`` does."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = book.properties.modified = EPOCH
    book.properties.creator = names.dataset.publisher
    book.properties.title = filling.title
    made = MadeBook(book, names, filling, lang, {})
    front = book.create_sheet(say("sheet.front", lang))
    for sheet in made.sheets:
        book.create_sheet(sheet.title)
    write_lists(made)
    _front(front, made)
    for sheet in made.sheets:
        _table(book[sheet.title], sheet, made)
    for title, rows in filling.more.items():
        _more(book.create_sheet(title), rows)
    out = BytesIO()
    book.save(out)
    return without_clock(out.getvalue())


def _front(sheet: "Worksheet", made: MadeBook) -> None:
    """One page that explains the workbook, with a way to each sheet."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.properties import PageSetupProperties

    lang = made.lang
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 90
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    put(sheet, 1, 1, made.filling.title).font = Font(bold=True, size=16)
    sheet.merge_cells("A1:B1")
    row = 3
    for label, value in made.filling.facts:
        put(sheet, row, 1, label).font = Font(bold=True)
        put(sheet, row, 2, value)
        row += 1
    row += 1
    for heading, explanation in made.filling.explained:
        put(sheet, row, 1, heading).font = Font(bold=True)
        put(sheet, row, 2, explanation)
        sheet.row_dimensions[row].height = _LINE * (len(explanation) // _FRONT_LINE + 1)
        row += 1
    row += 1
    put(sheet, row, 1, say("sheet.sheets", lang)).font = Font(bold=True)
    for one in made.sheets:
        row += 1
        way = put(sheet, row, 1, one.title)
        way.hyperlink = f"#'{one.title}'!A1"
        way.font = Font(underline="single", color="0F5FA6")
        put(sheet, row, 2, one.about)
        sheet.row_dimensions[row].height = _LINE * (len(one.about) // _FRONT_LINE + 1)


def _table(sheet: "Worksheet", one: SheetLayout, made: MadeBook) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    rows = made.filling.rows.get(one.table.name, [])
    sheet.freeze_panes = f"B{FIRST_ROW}"
    for number, heading in enumerate(one.headings, start=1):
        head = put(sheet, HEADING_ROW, number, heading.written)
        head.font = Font(bold=True, color="FFFFFF")
        colour = _NEEDED if heading.needed else _OPTIONAL
        head.fill = PatternFill("solid", start_color=colour, end_color=colour)
        quiet = Font(italic=True, color=_ASIDE_COLOUR)
        mark = f"{ASIDE} " if number == 1 else ""
        put(sheet, HELP_ROW, number, mark + heading.help).font = quiet
        put(sheet, EXAMPLE_ROW, number, mark + _example(heading, one.table, made)).font = quiet
        for place, cells in enumerate(rows, start=FIRST_ROW):
            if text := shown_cell(heading, one, cells, made.names):
                put(sheet, place, number, text)
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        dimension.width = _WIDTHS.get(heading.kind, _USUAL_WIDTH)
        # what is typed later is text, too: a date stays as it is written
        dimension.number_format = TEXT_FORMAT
        if heading.folded and not any(cells.get(heading.name) for cells in rows):
            dimension.outlineLevel, dimension.hidden = 1, True
    sheet.row_dimensions[HELP_ROW].height = 75
    offer_choices(sheet, one, made)


def _more(sheet: "Worksheet", rows: Sequence[Sequence[str]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            cell = put(sheet, number, place, text)
            if number == 1:
                cell.font = Font(bold=True)
                sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS["text"]


def shown_cell(heading: Heading, one: SheetLayout, cells: Mapping[str, str], names: Names) -> str:
    """Return a row's cell as a curator reads it, several values on a line each."""
    cell = cells.get(heading.name, "")
    if heading.kind in ("id", "text", "date", "number", "flag", "uri", "string") and not heading.several:
        return cell
    scheme = scheme_of(heading, cells)
    values = [value.strip() for value in cell.split(";")] if heading.several else [cell]
    return "\n".join(names.shown(heading, one.table, scheme, value) for value in values if value)


def _example(heading: Heading, table: Table, made: MadeBook) -> str:
    """What a cell of the example row says."""
    lang, column = made.lang, heading.column
    if heading.kind == "id":
        return say("sheet.example", lang)
    if heading.folded or (column is None and heading.kind != "type"):
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
            return next((say(f"sheet.example-{t.name}", lang) for t in tables_of(column.range, made)), "")
    return ""
