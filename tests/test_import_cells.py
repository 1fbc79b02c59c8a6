"""Cells as people and their programs write them, through ``import`` from the file to the table."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from medskick.sheets.read import read_book
from own_dataset import write
from test_import import files, run, table

SPELLINGS = [
    # as they were tried by somebody who joined; the rest in the other languages that are read
    ("2015?", "2015?", ""), ("hösten 2019", "2019-23", "sure"), ("22 mars 2016", "2016-03-22", "sure"),
    ("sommaren 2017", "2017-22", "sure"), ("2016–2017", "2016/2017", "sure"), ("ca 2015", "2015~", "sure"),
    ("1 jan 2019", "2019-01-01", "sure"), ("2019-W45", "2019-11-04/2019-11-10", "sure"),
    ("v. 45 2018", "2018-11-05/2018-11-11", "sure"), ("vecka 45 2018", "2018-11-05/2018-11-11", "sure"),
    ("22.3.2016", "2016-03-22", "sure"), ("22/3 2016", "2016-03-22", "sure"),
    ("2016-03-22 00:00:00", "2016-03-22", "sure"), ("2009-07-01 11:00:00", "2009-07-01", "sure"),
    ("mars-apr 2017", "2017-03/2017-04", "sure"), ("mars–april 2017", "2017-03/2017-04", "sure"),
    ("slutet av maj 2008", "2008-05", "likely"), ("före 2014", "../2013", "sure"),
    ("mandatperioden 2018–2022", "2018/2022", "likely"), ("Q3 2019", "2019-35", "sure"),
    ("22-mar-16", "2016-03-22", "likely"), ("vintern 2016/17", "2016-24", "likely"), ("kv 2 2019", "2019-34", "sure"),
    ("början av 2015", "2015", "likely"), ("2016-2017", "2016/2017", "sure"),
    ("hösten 2015 - våren 2016", "2015-23/2016-21", "sure"), ("okt. 2018", "2018-10", "sure"),
    ("kevät 2016", "2016-21", "sure"), ("syksy 2018", "2018-23", "sure"), ("ennen vuotta 2014", "../2013", "sure"),
    ("viikko 45 2018", "2018-11-05/2018-11-11", "sure"), ("høsten 2016", "2016-23", "sure"),
    ("slutten av 2018", "2018", "likely"), ("efteråret 2019", "2019-23", "sure"),
    ("uge 45 2018", "2018-11-05/2018-11-11", "sure"),
    ("Herbst 2019", "2019-23", "sure"), ("22. März 2016", "2016-03-22", "sure"), ("Ende 2018", "2018", "likely"),
    ("autumn 2019", "2019-23", "sure"), ("before 1 March 2020", "../2020-02-29", "sure"),
    ("early 2015", "2015", "likely"),
]  # fmt: skip
NO_DATE = ["43546", "vecka 45", "när allt är klart", "efter valet"]
COMMON = {"process": "regionplan", "basis": "stated", "sources": "redogorelse"}


def meetings(folder: Path, dates: list[str]) -> Path:
    """A table of meetings, each on one of the dates."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["id", "label_sv", "label_en", "date", *COMMON])
    for number, day in enumerate(dates):
        writer.writerow([f"mote-{number}", f"Möte {number}", f"Meeting {number}", day, *COMMON.values()])
    (folder / "events.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    return folder / "events.csv"


def test_each_spelling_of_a_date_is_shown_as_understood_and_written_so(tmp_path: Path) -> None:
    folder = write(tmp_path)
    file = meetings(tmp_path, [given for given, _, _ in SPELLINGS])
    code, output = run("import", file, "--into", folder, "--apply")
    assert code == 0, output
    lines = output.splitlines()
    for row, (given, understood, sure) in enumerate(SPELLINGS, start=2):
        [*reported] = [line for line in lines if f"rad {row}," in line and given in line]
        likely = " (troligen: se efter)" if sure == "likely" else ""
        assert [line.partition(", Datum: ")[2] for line in reported] == (
            [f"{given} → {understood}{likely}"] if sure else []
        )
    written = {row["id"]: row["date"] for row in table(folder, "events")}
    assert [written[f"mote-{number}"] for number in range(len(SPELLINGS))] == [edtf for _, edtf, _ in SPELLINGS]


def test_what_is_no_date_is_told_with_its_row_and_nothing_is_written(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = files(folder)
    code, output = run("import", meetings(tmp_path, NO_DATE), "--into", folder, "--apply")
    assert code == 2 and files(folder) == before
    for row, given in enumerate(NO_DATE, start=2):
        assert f"events, row {row}, column Datum: found “{given}”" in output


def test_a_language_may_be_called_by_its_name(tmp_path: Path) -> None:
    folder = write(tmp_path)
    lines = ["id,title,language,publisher,url,coverage"]
    for number, name in enumerate(("svenska", "English", "Norskt bokmål", "finska", "sv", "klingonska på vers")):
        lines.append(f"s{number},Rapport {number},{name},Region Exempel,https://region.exempel.example/{number},whole")
    (tmp_path / "sources.csv").write_text("\n".join(lines), encoding="utf-8")
    code, output = run("import", tmp_path / "sources.csv", "--into", folder)
    assert code == 2 and "klingonska på vers" in output and output.count("column Språk") == 1
    for given, tag in (("svenska", "sv"), ("English", "en"), ("finska", "fi")):
        assert f"{given} → {tag}" in output


def ods(cells: str) -> bytes:
    """A workbook of OpenDocument with one sheet of these rows."""
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{s}:1.0"' for n, s in names.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="events">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", content)
    return raw.getvalue()


def cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def test_merged_cells_are_filled_down_in_ods_too(tmp_path: Path) -> None:
    row = "<table:table-row>{}</table:table-row>"
    rows = [
        cell("label_sv") + cell("process"),
        cell("A") + cell("regionplan", 'table:number-rows-spanned="3"'),
        cell("B") + "<table:covered-table-cell/>",
        cell("C") + "<table:covered-table-cell/>",
        cell("D") + cell("annan"),
    ]
    (tmp_path / "book.ods").write_bytes(ods("".join(row.format(one) for one in rows)))
    [sheet] = read_book(tmp_path / "book.ods").sheets
    assert [list(one) for one in sheet.rows] == [
        ["label_sv", "process"], ["A", "regionplan"], ["B", "regionplan"], ["C", "regionplan"], ["D", "annan"],
    ]  # fmt: skip


def test_of_a_formula_its_result_is_taken_and_that_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "events"
    sheet.append(["id", "label_sv", "label_en", "date", *COMMON])
    sheet.append(["mote", "Möte", "Meeting", "=DATE(2024,3,5)", *COMMON.values()])
    book.save(tmp_path / "book.xlsx")
    code, output = run("import", tmp_path / "book.xlsx", "--into", folder)
    # openpyxl writes no result beside a formula, as a spreadsheet does
    assert "Celler med formler: 1" in output or "formulas: 1" in output
    assert "=DATE" not in output and code == 0


@pytest.mark.parametrize(("bad", "said"), [("Mö\u0000te", "events"), ("Mö\u000bte", "Mö te"), ("SkÃ¥ne", "Skåne")])
def test_a_letter_that_cannot_be_meant_is_told_by_import_too(tmp_path: Path, bad: str, said: str) -> None:
    folder = write(tmp_path)
    before = files(folder)
    text = f"id,label_sv,label_en,{','.join(COMMON)}\nmote,{bad},Meeting,{','.join(COMMON.values())}\n"
    (tmp_path / "events.csv").write_bytes(text.encode())
    code, output = run("import", tmp_path / "events.csv", "--into", folder, "--apply")
    assert code == 2 and said in output and "Traceback" not in output and files(folder) == before


def test_a_renamed_column_is_asked_about_once_and_the_order_does_not_matter(tmp_path: Path) -> None:
    folder = write(tmp_path)
    given = {"När": "våren 2024", **COMMON, "label_en": "Talk", "label_sv": "Samtal", "id": "samtal"}
    (tmp_path / "events.csv").write_text(",".join(given) + "\n" + ",".join(given.values()) + "\n", encoding="utf-8")
    code, output = run("import", tmp_path / "events.csv", "--into", folder, "--apply")
    assert code == 2 and '--as "events/När=' in output
    answer = ["--as", "events/När=date", "--as", "events+form=möte"]
    assert run("import", tmp_path / "events.csv", "--into", folder, "--apply", *answer)[0] == 0
    [row] = [row for row in table(folder, "events") if row["id"] == "samtal"]
    assert (row["date"], row["form"], row["label_sv"]) == ("2024-21", "meeting", "Samtal")
    code, output = run("import", tmp_path / "events.csv", "--into", folder)
    assert code == 0 and "0 rader tillkommer, 0 ändras" in output
