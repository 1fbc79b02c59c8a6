"""A dataset as a workbook: what a curator finds in it, and a dataset made from nothing."""

import io
import shutil
import subprocess
import tomllib
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from conftest import need
from medskick.cli import app
from medskick.graph.assemble import Assembled
from medskick.sheets.workbook_layout import ASIDE, EXAMPLE_ROW, FIRST_ROW, HEADING_ROW, HELP_ROW
from medskick.sheets.write import workbook

ANSWERS = ["--place", "Region Exempel", "--publisher", "Region Exempel", "--base", "https://data.exempel.example/id/"]


@pytest.fixture(scope="module")
def halland(assembled: Assembled) -> bytes:
    return workbook(assembled.index, assembled.index.datasets["halland"], "sv")


@pytest.fixture(scope="module")
def book(halland: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(halland))


def column(sheet: Worksheet, heading: str) -> list[str]:
    """What is written below a heading, from the first row of the dataset's own."""
    number = [cell.value for cell in sheet[HEADING_ROW]].index(heading) + 1
    return [str(sheet.cell(row, number).value or "") for row in range(FIRST_ROW, sheet.max_row + 1)]


@pytest.mark.browser_all
def test_the_same_dataset_gives_the_same_workbook(halland: bytes, assembled: Assembled) -> None:
    assert workbook(assembled.index, assembled.index.datasets["halland"], "sv") == halland


def test_a_sheet_explains_and_each_table_has_one_in_the_curators_language(book: openpyxl.Workbook) -> None:
    assert book.sheetnames[:4] == ["Läs detta först", "Källor", "Aktörer", "Processer"]
    assert len(book.sheetnames) == 1 + 22 + 1
    assert book["Listor"].sheet_state == "hidden"
    front = [str(cell.value) for row in book["Läs detta först"] for cell in row if cell.value]
    assert "halland" in front and "Svenska (sv), English (en)" in front


def test_names_stand_instead_of_ids_and_several_on_a_line_each(book: openpyxl.Workbook) -> None:
    events = book["Dialogtillfällen"]
    assert column(events, "Form")[column(events, "Id").index("forum-avstamning")] == "politisk avstämning"
    kinds = column(book["Aktörer"], "Slag")
    assert "kommun" in kinds and "municipality" not in kinds
    listed = [cell for cell in column(book["Aktörer"], "Källor") if "\n" in cell]
    assert listed and not any(";" in cell for cell in listed)


def test_every_cell_is_text(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_help_and_example_are_marked_as_not_the_datasets_own(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:-1]:
        assert str(sheet.cell(HELP_ROW, 1).value).startswith(ASIDE)
        assert str(sheet.cell(EXAMPLE_ROW, 1).value).startswith(ASIDE)
        assert not str(sheet.cell(FIRST_ROW, 1).value).startswith(ASIDE)


def test_terms_and_names_on_other_sheets_can_be_picked(book: openpyxl.Workbook) -> None:
    sheet = book["Skeden"]
    offered = {str(v.sqref).partition("4")[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    letters = {cell.value: get_column_letter(n) for n, cell in enumerate(sheet[HEADING_ROW], start=1)}
    # the Swedish names of the processes stand in the third column, after id and type
    assert offered[letters["Process"]] == "='Processer'!$C$4:$C$2000"
    place = offered[letters["Status"]].partition("!")[2].replace("$", "")
    assert {cell.value for (cell,) in book["Listor"][place]} >= {"genomförd", "planerad"}


def test_what_is_seldom_needed_is_folded_unless_it_is_filled_in(book: openpyxl.Workbook) -> None:
    sheet = book["Aktörer"]
    numbered = enumerate(sheet[HEADING_ROW], start=1)
    folded = {cell.value for n, cell in numbered if sheet.column_dimensions[get_column_letter(n)].hidden}
    assert "Upphörde" not in folded
    for heading in folded:
        assert not any(column(sheet, str(heading)))
    assert not folded & {"Namn (svenska)", "Slag", "Grund", "Källor"}


def run(*args: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(args))
    return outcome.exit_code, outcome.output


def test_a_dataset_is_begun_with_a_workbook(tmp_path: Path) -> None:
    code, output = run(
        "new", "exempel", *ANSWERS, "--language", "sv", "--language", "fi", "--refers", "national",
        "--folder", str(tmp_path), "--xlsx", str(tmp_path / "exempel.xlsx"),
    )  # fmt: skip
    assert code == 0, output
    text = (tmp_path / "exempel" / "dataset.toml").read_text(encoding="utf-8")
    meta = tomllib.loads(text)
    assert meta["languages"] == ["sv", "fi"]
    assert meta["refers"] == {"national": "https://w3id.org/medskick/id/national/"}
    assert meta["title_sv"] == "Regionplanering: Region Exempel" and meta["title_fi"] == "Region Exempel"
    headings = [c.value for c in openpyxl.load_workbook(tmp_path / "exempel.xlsx").worksheets[2][HEADING_ROW]]
    assert len([h for h in headings if "suomi" in str(h)]) == len([h for h in headings if "svenska" in str(h).lower()])


@pytest.mark.parametrize(
    ("name", "change", "named"),
    [
        ("ontology", {}, "ontology"),
        ("Min region", {}, "min-region"),
        ("exempel", {"--base": "https://w3id.org/medskick/ontology#"}, "ontology#"),
        ("exempel", {"--language": "svenska"}, "svenska"),
        ("exempel", {"--refers": "natoinal"}, "natoinal"),
    ],
)
def test_what_cannot_be_a_dataset_is_told_and_nothing_written(
    tmp_path: Path, name: str, change: dict[str, str], named: str
) -> None:
    options = dict(zip(ANSWERS[::2], ANSWERS[1::2], strict=True)) | change
    listed = [part for option in options.items() for part in option]
    code, output = run("new", name, *listed, "--folder", str(tmp_path))
    assert code == 2 and named in output
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_left(tmp_path: Path) -> None:
    (tmp_path / "exempel").mkdir()
    assert run("new", "exempel", *ANSWERS, "--folder", str(tmp_path))[0] == 2
    assert list((tmp_path / "exempel").iterdir()) == []


def test_nobody_to_ask_is_told_what_to_give(tmp_path: Path) -> None:
    code, output = run("new", "exempel", "--place", "Exempel", "--folder", str(tmp_path))
    assert code == 2 and "--publisher" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dataset", "halland", "-o", "halland.nq"), "--xlsx"),
        (("--xlsx", "halland.xlsx", "--dataset", "halland", "-o", "halland.nq"), "-o"),
        (("--xlsx", "halland.xlsx"), "--dataset"),
        (("--xlsx", "halland.xlsx", "--dataset", "haland"), "halland"),
    ],
)
def test_an_export_passes_over_nothing_that_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """A dataset named without a workbook would be written with all others, unnoticed."""
    monkeypatch.chdir(tmp_path)
    code, output = run("export", *arguments)
    assert code == 2 and words in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser_all
def test_libreoffice_opens_the_workbook_and_keeps_its_cells(halland: bytes, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    need(bool(office), "LibreOffice Calc")
    (tmp_path / "halland.xlsx").write_bytes(halland)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office or "", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(tmp_path / "halland.xlsx")],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    before = openpyxl.load_workbook(tmp_path / "halland.xlsx")
    after = openpyxl.load_workbook(tmp_path / "out" / "halland.xlsx")
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        assert _beginning(after[sheet.title]) == _beginning(sheet), sheet.title


def _beginning(sheet: Worksheet) -> list[object]:
    return list(sheet.iter_rows(values_only=True, max_row=40, max_col=12))
