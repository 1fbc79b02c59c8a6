"""A workbook read back into a dataset: what would change, what is understood, what is refused; then written whole."""

import csv
import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from conftest import need
from medskick.cli import app
from medskick.rooms import room
from medskick.sheets.answers import Answers
from medskick.sheets.loading import index_of, whole_dataset
from medskick.sheets.propose import propose
from medskick.sheets.read import read_book
from medskick.sheets.workbook_layout import FIRST_ROW, HEADING_ROW
from medskick.sheets.write import workbook

NAME = "nyland"
# rows O2, OVR-F1 and OVR-F2 of the facts, typed as a planner would: names and dates as one writes them
PLAN, COUNCIL, PAGE = "Landskapsplan Nyland 2050", "Nylands förbund", "Landskapsplanen Nyland 2050"
ADDRESS = "https://uudenmaanliitto.fi/en/development-and-planning/"
BASIS = "uttryckligen angiven"
STAGE = {"Process": PLAN, "Status": "planerad", "Källor": PAGE, "Grund": BASIS}
TYPED = {
    "Källor": [
        {
            "Titel": PAGE,
            "Språk": "en",
            "Utgivare": COUNCIL,
            "Webbadress": ADDRESS,
            "Läst omfattning": "läst i sin helhet",
        }
    ],
    "Aktörer": [{"Posttyp": "Organisation", "Namn": COUNCIL, "Slag": "regional nivå", "Källor": PAGE, "Grund": BASIS}],
    "Processer": [
        {
            "Posttyp": "Regionplaneprocess",
            "Namn": PLAN,
            "Slag": "regionplan",
            "Ansvarig": COUNCIL,
            "Källor": PAGE,
            "Grund": BASIS,
        }
    ],
    "Skeden": [
        STAGE
        | {
            "Namn": "Start och mål",
            "Skedestyp": "Uppstart",
            "Planerad start": "våren 2016",
            "Planerat slut": "våren 2017",
        },
        STAGE
        | {"Namn": "Utkast", "Skedestyp": "Samråd", "Planerad start": "våren 2017", "Planerat slut": "hösten 2018"},
    ],
}


def run(*args: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, [*map(str, args), "--lang", "sv"])
    return outcome.exit_code, outcome.output


def headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value or "") for cell in sheet[HEADING_ROW]]


def type_in(file: Path, typed: dict[str, list[dict[str, str]]]) -> None:
    book = openpyxl.load_workbook(file)
    for title, rows in typed.items():
        sheet = book[title]
        known = headings(sheet)
        for number, row in enumerate(rows, start=FIRST_ROW):
            for heading, text in row.items():
                sheet.cell(number, known.index(heading) + 1, text)
    book.save(file)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A folder with a new dataset and its workbook, which rows are typed into."""
    answers = ["--place", "Nyland", "--publisher", "Nyland", "--base", "https://data.nyland.example/id/"]
    spoken = ["--language", "sv", "--refers", "national"]
    code, output = run("new", NAME, *answers, *spoken, "--folder", tmp_path, "--xlsx", tmp_path / "book.xlsx")
    assert code == 0, output
    return tmp_path


def imported(begun: Path, *more: object) -> tuple[int, str]:
    return run("import", begun / "book.xlsx", "--into", begun / NAME, *more)


@pytest.mark.browser_all
def test_what_a_planner_types_becomes_a_dataset_that_passes_the_check(begun: Path) -> None:
    type_in(begun / "book.xlsx", TYPED)
    before = files(begun / NAME)
    code, output = imported(begun)
    assert code == 0, output
    assert "5 rader tillkommer" in output and "våren 2016 → 2016-21" in output
    assert files(begun / NAME) == before
    code, output = imported(begun, "--apply")
    assert code == 0, output
    first, second = table(begun / NAME, "phases")
    assert [first["id"], second["id"]] == [
        "landskapsplan-nyland-2050-start-och-mal",
        "landskapsplan-nyland-2050-utkast",
    ]
    assert first["process"] == "landskapsplan-nyland-2050" and first["phase_type"] == "start-up"
    # EDTF: spring is 21, autumn 23
    assert (second["planned_start"], second["planned_end"]) == ("2017-21", "2018-23")
    assert second["sources"] == "landskapsplanen-nyland-2050"
    assert sorted(path.name for path in begun.iterdir()) == ["book.xlsx", NAME]
    assert run("check", "--alone", "--data", begun, "--data", room("graph") / "national")[0] == 0
    assert "5 är som förut" in imported(begun)[1]


def test_one_fault_stops_the_whole_import_and_is_named_by_sheet_row_and_heading(begun: Path) -> None:
    wrong = {title: [dict(row) for row in rows] for title, rows in TYPED.items()}
    wrong["Skeden"][1] |= {"Skedestyp": "Samrådd", "Planerat slut": "i höstas"}
    type_in(begun / "book.xlsx", wrong)
    before = files(begun / NAME)
    code, output = imported(begun, "--apply", "--marked", begun / "marked.xlsx")
    assert code == 2
    assert "Skeden, row 5, column Skedestyp" in output and "Samråd" in output
    assert files(begun / NAME) == before
    marked = openpyxl.load_workbook(begun / "marked.xlsx")
    assert marked.sheetnames[0] == "Fel"
    number = headings(marked["Skeden"]).index("Skedestyp") + 1
    assert marked["Skeden"].cell(5, number).fill.fgColor.rgb.endswith("F8CBAD")
    assert not marked["Skeden"].cell(4, number).fill.fgColor.rgb.endswith("F8CBAD")


def test_what_the_check_says_is_said_of_the_sheet(begun: Path) -> None:
    wrong = {title: [dict(row) for row in rows] for title, rows in TYPED.items()}
    wrong["Skeden"][0]["Planerat slut"] = "när allt är klart"
    type_in(begun / "book.xlsx", wrong)
    before = files(begun / NAME)
    code, output = imported(begun, "--apply")
    assert code == 2 and "Skeden, row 4, column Planerat slut" in output
    assert files(begun / NAME) == before


@pytest.mark.browser_all
def test_a_renamed_sheet_is_asked_about_once(begun: Path) -> None:
    type_in(begun / "book.xlsx", TYPED)
    book = openpyxl.load_workbook(begun / "book.xlsx")
    book["Skeden"].title = "Tidplan"
    book.save(begun / "book.xlsx")
    code, output = imported(begun, "--apply")
    assert code == 2 and '--as "Tidplan=phases"' in output
    assert imported(begun, "--apply", "--as", "Tidplan=phases")[0] == 0
    assert len(table(begun / NAME, "phases")) == 2
    assert "5 är som förut" in imported(begun)[1]
    assert run("check", "--alone", "--data", begun / NAME, "--data", room("graph") / "national")[0] == 0


@pytest.mark.browser_all
def test_a_row_that_is_taken_away_is_shown_before_it_goes(begun: Path) -> None:
    type_in(begun / "book.xlsx", TYPED)
    imported(begun, "--apply")
    book = openpyxl.load_workbook(begun / "book.xlsx")
    book["Skeden"].delete_rows(FIRST_ROW + 1)
    book.save(begun / "book.xlsx")
    code, output = imported(begun)
    assert code == 0 and "- phases landskapsplan-nyland-2050-utkast" in output
    imported(begun, "--apply")
    assert [row["label_sv"] for row in table(begun / NAME, "phases")] == ["Start och mål"]


@pytest.mark.browser_all
def test_a_table_as_text_adds_and_takes_nothing_away(begun: Path) -> None:
    type_in(begun / "book.xlsx", TYPED)
    imported(begun, "--apply")
    row = ["Granskning", PLAN, "granskning", "planerad", BASIS, PAGE]
    lines = ["sep=;", "Namn;Process;Skedestyp;Status;Grund;Källor;;", ";".join(row) + ";;"]
    (begun / "Skeden.CSV").write_bytes("\r\n".join(lines).encode("cp1252"))
    code, output = run("import", begun / "Skeden.CSV", "--into", begun / NAME, "--apply")
    assert code == 0 and "Windows-1252" in output
    assert [row["label_sv"] for row in table(begun / NAME, "phases")] == ["Granskning", "Start och mål", "Utkast"]


@pytest.mark.browser_all
def test_merged_cells_and_real_dates_are_read_as_they_are_meant(begun: Path) -> None:
    type_in(begun / "book.xlsx", TYPED)
    book = openpyxl.load_workbook(begun / "book.xlsx")
    sheet = book["Skeden"]
    number = headings(sheet).index("Process") + 1
    # the process stands once, for both phases
    sheet.cell(FIRST_ROW + 1, number).value = None
    sheet.merge_cells(start_row=FIRST_ROW, end_row=FIRST_ROW + 1, start_column=number, end_column=number)
    day = book["Källor"].cell(FIRST_ROW, headings(book["Källor"]).index("Datum") + 1)
    day.value, day.number_format = date(2019, 10, 7), "yyyy-mm-dd"
    book.save(begun / "book.xlsx")
    code, output = imported(begun, "--apply")
    assert code == 0, output
    assert [row["process"] for row in table(begun / NAME, "phases")] == ["landskapsplan-nyland-2050"] * 2
    assert table(begun / NAME, "sources")[0]["date"] == "2019-10-07"


@pytest.mark.browser_all
def test_a_workbook_saved_by_libreoffice_is_read_alike(begun: Path) -> None:
    office = shutil.which("soffice")
    need(bool(office), "LibreOffice")
    type_in(begun / "book.xlsx", TYPED)
    home = f"-env:UserInstallation={(begun / 'home').as_uri()}"
    subprocess.run(
        [str(office), home, "--headless", "--convert-to", "ods", "--outdir", begun, begun / "book.xlsx"],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    code, output = run("import", begun / "book.ods", "--into", begun / NAME, "--apply")
    assert code == 0, output
    assert "5 är som förut" in imported(begun)[1]


ALL = sorted(path.parent.name for path in room("graph").glob("*/dataset.toml"))
CASES = [
    pytest.param(name, lang, marks=() if (name, lang) == ("skane", "sv") else pytest.mark.browser_all)
    for name in ALL
    for lang in ("sv", "en")
]


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_an_export_read_back_changes_nothing(tmp_path: Path, name: str, lang: str) -> None:
    dataset = whole_dataset(room("graph") / name)
    index = index_of(dataset)
    (tmp_path / "book.xlsx").write_bytes(workbook(index, dataset, lang))
    read = propose(read_book(tmp_path / "book.xlsx"), index, dataset, Answers(), lang, whole=True)
    assert (read.changes, read.faults, read.likely) == ([], [], [])


def refused(tmp_path: Path, name: str, raw: bytes, *said: str) -> None:
    (tmp_path / name).write_bytes(raw)
    code, output = run("import", tmp_path / name, "--into", "halland")
    assert code == 2, output
    for words in said:
        assert words in output


def zipped(**members: bytes) -> bytes:
    import zipfile

    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return raw.getvalue()


def spoilt(raw: bytes) -> bytes:
    """An archive in which the packed bytes of the first part are no longer any."""
    start = 30 + raw[26] + raw[28]
    return raw[:start] + b"\xff" * 8 + raw[start + 8 :]


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>'


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("tables.xlsx", b"%PDF-1.7\n", "PDF"),
        ("page.xlsx", b"<!DOCTYPE html><html></html>", "HTML"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xlsx"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("spoilt.xlsx", spoilt(zipped(xl__workbook_xml=b"<workbook/>" * 99)), "damaged"),
        ("macro.xlsx", zipped(xl__workbook_xml=b"<workbook/>", xl__vbaProject_bin=b"x"), "macros"),
        ("entity.xlsx", zipped(xl__workbook_xml=ENTITY), "outside itself"),
        ("text.doc", b"anything", ".xlsx"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_by_what_it_is(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    refused(tmp_path, name, raw, name, said)


@pytest.mark.browser_all
def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    refused(tmp_path, "bomb.xlsx", zipped(xl__workbook_xml=b" " * 310_000_000), "300 MB")


def test_more_rows_than_are_read_are_refused(tmp_path: Path) -> None:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    sheet = b"<worksheet><sheetData>" + b"".join(row % (n, n) for n in (1, 200_000)) + b"</sheetData></worksheet>"
    refused(tmp_path, "long.xlsx", zipped(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=sheet), "100")
