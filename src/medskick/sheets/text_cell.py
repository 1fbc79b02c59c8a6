"""A cell of a workbook that holds text, whatever it begins with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

TEXT_FORMAT = "@"


def put(sheet: "Worksheet", row: int, column: int, text: str) -> "Cell":
    """Write a cell as text, whatever it begins with."""
    from openpyxl.cell.cell import Cell
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value, cell.data_type, cell.number_format = text, "s", TEXT_FORMAT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
