"""What is well formed and cannot be meant: told with its fix, by every way in, and nothing is written."""

from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from medskick.graph.check import checks, run_check
from medskick.graph.plausible import as_utf8
from medskick.graph.tables import read_dataset
from medskick.ontology import PREFIXES, vocabulary
from own_dataset import BASE, write
from test_import import files, run


@pytest.mark.parametrize(
    ("misread", "meant"),
    [
        ("SkÃ¥ne", "Skåne"),
        ("Ã…land och Ã„lvsborg", "Åland och Älvsborg"),
        ("fÃ¶rslag â€“ och Skåne", "förslag – och Skåne"),
        ("SkÃƒÂ¥ne", "Skåne"),
    ],
)
def test_letters_read_wrongly_are_put_right(misread: str, meant: str) -> None:
    assert as_utf8(misread) == meant


@pytest.mark.parametrize("text", ["Skåne", "Ångström à la carte", "½ § 5", "Ærø, Örebro, Ø", "Île-de-France", "naïve"])
def test_letters_read_rightly_stay(text: str) -> None:
    assert as_utf8(text) == text


CELLS = [
    # table, column, what is written, fault, fix
    ("actors", "label_sv", "Region SkÃ¥ne", "misread-letters", "Region Skåne"),
    (
        "lessons",
        "recommendation_en",
        "Skicka kartan till kommunerna, och vänta på att de svarar.",
        "other-language",
        None,
    ),
    ("lessons", "recommendation_sv", "Send the map to the municipalities and wait.", "other-language", None),
    ("lessons", "label_sv", "Skicka kartan till alla kommuner en månad innan samrådet börjar.", "changed-places", None),
    ("phases", "start", "2199-02-01", "far-year", "2019-02-01"),
    ("processes", "start", "2199", "far-year", None),
    ("actors", "id", "a" * 300, "long-id", "a" * 120),
]


@pytest.mark.parametrize(("table", "column", "cell", "code", "fix"), CELLS, ids=[f"{c[3]}-{c[1]}" for c in CELLS])
def test_what_cannot_be_meant_is_a_fault_with_its_place(
    tmp_path: Path, table: str, column: str, cell: str, code: str, fix: str | None
) -> None:
    cells = {(table, column): cell, ("lessons", "recommendation_sv"): "Skicka den", ("phases", "end"): "2019-06"}
    folder = write(tmp_path, {**cells, (table, column): cell})
    _, faults = read_dataset(folder, vocabulary())
    [one] = [fault for fault in faults if fault.code == code]
    assert (one.file, one.row, one.column) == (f"exempel/{table}.csv", 2, column)
    if fix:
        assert one.fix == fix


def test_a_year_before_all_others_has_the_nearest_as_its_fix(tmp_path: Path) -> None:
    folder = write(tmp_path, {("phases", "start"): "1202-03", ("phases", "end"): "2021-06"})
    code, output = run("check", "--alone", "--data", folder)
    assert code == 2 and "“1202-03”" in output and "2021-03" in output


WEST = "University of the West and of England"


@pytest.mark.parametrize(
    "cells",
    [
        {("lessons", "label_sv"): WEST, ("lessons", "label_en"): WEST},
        {("lessons", "label_en"): "Regionplan Exempel"},
        {("phases", "planned_end"): "2050"},
        {("phases", "end"): "2027-06"},
    ],
)
def test_what_can_be_meant_is_no_fault(tmp_path: Path, cells: dict[tuple[str, str], str]) -> None:
    assert [one.code for one in read_dataset(write(tmp_path, cells), vocabulary())[1] if one.level == "error"] == []


CIRCLES = sorted(
    {
        (column.name, column.path)
        for table in vocabulary().tables.values()
        for column in table.columns
        if column.kind == "ref"
        and (
            column.range is None
            or any(
                column.range in vocabulary().superclasses.get(kind, {kind})
                for kind in {*table.types.values(), table.target}
            )
        )
    }
)
"""The columns through which a row could point at one of its own kind, or at itself."""


@pytest.mark.parametrize(("column", "path"), CIRCLES, ids=[name for name, _ in CIRCLES])
def test_no_relation_leads_back_to_its_own_row(column: str, path: str) -> None:
    row = ox.NamedNode(f"{BASE}a")
    # a relation of a thing with itself is a row whose two ends are one
    pair = column in ("from", "to")
    predicates = [PREFIXES["msk"] + end for end in ("relationFrom", "relationTo")] if pair else [path]
    store = ox.Store()
    store.extend(ox.Quad(row, ox.NamedNode(p), ox.NamedNode(f"{BASE}b") if pair else row) for p in predicates)
    [circular] = [one for one in checks() if one.stem == "circular"]
    assert [one["thing"] for one in run_check(circular, store)] == [row.value]


STEPS = (
    "part_of", "annex_to", "format_of", "presupposes", "informed_by", "revises", "replaces", "predecessor",
    "preceded_by", "builds_on", "displaces", "follows", "member_of", "amends", "derived_from",
)  # fmt: skip


@pytest.mark.parametrize("column", STEPS)
def test_nor_by_two_steps(column: str) -> None:
    path = dict(CIRCLES)[column]
    a, b = (ox.NamedNode(BASE + name) for name in "ab")
    store = ox.Store()
    store.extend([ox.Quad(a, ox.NamedNode(path), b), ox.Quad(b, ox.NamedNode(path), a)])
    [circular] = [one for one in checks() if one.stem == "circular"]
    assert {one["thing"] for one in run_check(circular, store)} == {a.value, b.value}
    assert {one["column"] for one in run_check(circular, store)} == {column}


def test_a_document_that_replaces_itself_does_not_come_in(tmp_path: Path) -> None:
    folder = write(tmp_path)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Dokument"
    sheet.append(["Id", "Posttyp", "Namn (svenska)", "Namn (english)", "Ersätter", "Grund", "Källor"])
    sheet.append(["plan", "Dokument", "Plan", "Plan", "plan", "uttryckligen angiven", "redogorelse"])
    book.save(tmp_path / "book.xlsx")
    before = files(folder)
    code, output = run("import", tmp_path / "book.xlsx", "--into", folder, "--apply")
    assert code == 2 and "Dokument, row 2, column Ersätter" in output and "itself" in output
    assert files(folder) == before


MORE = [pytest.param(name, marks=pytest.mark.browser_all) for name in ("min region", "min’s region", "region<b>")]


@pytest.mark.browser_all
@pytest.mark.parametrize("name", ['min "region"', *MORE])
def test_a_folder_with_a_space_or_quote_in_its_name_is_told_by_every_command(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, name=name)
    (tmp_path / "actors.csv").write_text("Id;Namn\nx;Y\n", encoding="utf-8")
    before = files(folder)
    for command in (
        ("check", "--alone", "--data", folder),
        ("build", "--alone", "--data", folder, "--store", tmp_path / "store"),
        ("import", tmp_path / "actors.csv", "--into", folder, "--apply"),
        ("export", "--xlsx", tmp_path / "out.xlsx", "--dataset", name, "--data", folder),
    ):
        code, output = run(*command)
        assert code == 2 and "Traceback" not in output and name in output, (command, output)
    assert files(folder) == before and not (tmp_path / "out.xlsx").exists()
    assert not list((tmp_path / "store").glob("current*"))
    # a folder around the dataset may be called anything
    around = tmp_path / f"around {name}"
    assert run("import", tmp_path / "actors.csv", "--into", write(around), "--as", "actors=-")[0] in (0, 2)
    assert run("check", "--alone", "--data", around)[0] == 0
