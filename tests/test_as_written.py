"""Tables as people's programs write them: understood, or one fault that names the cause; no file left out unsaid."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import own_dataset as own
from medskick import cli
from medskick.graph.as_meant import as_meant, heading
from medskick.graph.assemble import assemble
from medskick.graph.faults import Fault
from medskick.graph.tables import read_dataset
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import vocabulary

GOOD = {name: own.table(name, rows) for name, rows in own.rows().items()}
Change = Callable[[str], str]


def changed(folder: Path, table: str, change: Change, encoding: str = "utf-8") -> Path:
    """The dataset with one table's text changed."""
    place = own.write(folder)
    (place / f"{table}.csv").write_bytes(change(GOOD[table]).encode(encoding))
    return place


def faults(folder: Path) -> list[tuple[str, int, str, str | None]]:
    return [(f.file, f.row, f.column, f.fix) for f in assemble([folder], alone=True).errors]


def same_rows(place: Path) -> None:
    """What is read is what the dataset says, and nothing is told."""
    dataset, value = read_dataset(place, vocabulary())
    assert dataset is not None and value == []
    read = {name: [row.cells for row in rows] for name, rows in dataset.rows.items()}
    assert read == own.rows()


@pytest.mark.parametrize(
    "change",
    [
        lambda t: "sep=,\r\n" + t.replace("\n", "\r\n"),
        lambda t: '"SEP=,"\n' + t,
        lambda t: "sep=\t\n" + t.replace(",", "\t"),
        lambda t: "\ufeff\ufeff" + t,
        lambda t: "\ufeffsep=,\n\ufeff" + t,
        lambda t: t.replace("\n", ",,\n"),
        lambda t: t.replace("\n", ",,\n", 1),
        lambda t: t.replace("label_sv", "Label SV").replace("phase_type", " Phase-Type "),
        lambda t: t.upper().split("\n")[0] + "\n" + t.split("\n", 1)[1],
        lambda t: t.replace(",1,", ",1.0,"),
        lambda t: t.replace(",1,", ',"1,00",'),
        lambda t: t.rstrip("\n"),
    ],
)
def test_a_table_as_other_programs_write_it_says_the_same(tmp_path: Path, change: Change) -> None:
    same_rows(changed(tmp_path, "phases", change))


def test_a_separator_that_is_told_is_the_one(tmp_path: Path) -> None:
    # more commas than semicolons in the first line, and yet semicolons separate
    place = changed(tmp_path, "sources", lambda t: "sep=;\n" + t.replace(",", ";"))
    same_rows(place)


def test_cells_left_out_at_the_end_of_a_row_are_empty(tmp_path: Path) -> None:
    line = "region-norr,Organisation,Region Norr,Region North,region,stated,redogorelse"
    place = changed(tmp_path, "actors", lambda t: t.replace("\n", ",note_sv\n", 1) + line + "\n")
    dataset, value = read_dataset(place, vocabulary())
    assert dataset is not None and value == []
    assert dataset.rows["actors"][-1].cells["sources"] == "redogorelse"


@pytest.mark.parametrize("between", ["\n", "\r\n", ";\n", " \n ", "\n\n"])
def test_values_on_lines_of_their_own_are_several(tmp_path: Path, between: str) -> None:
    cell = f"exempel-kommun{between}region-exempel"
    dataset, _ = read_dataset(own.write(tmp_path, {("events", "participants"): cell}), vocabulary())
    assert dataset is not None
    assert dataset.rows["events"][0].cells["participants"] == "exempel-kommun;region-exempel"


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("date", "2024-11-12 00:00:00", "2024-11-12"),
        ("date", "2024-11-12T00:00:00.000Z", "2024-11-12"),
        ("date", "2023-05-04 21:40:11 UTC", "2023-05-04"),
        ("date", "2023-05-04 21:40:11 +0200", "2023-05-04"),
        ("date", "2023-05-04T08:15+02:00", "2023-05-04"),
        ("date", "2023-05-04/2023-05-06", "2023-05-04/2023-05-06"),
        ("number", "12.0", "12"),
        ("number", "12,00", "12"),
        ("number", "1\u202f200", "1200"),
        ("number", "12 000,0", "12000"),
        # a thousand in one country, one in another
        ("number", "1.000", "1.000"),
        ("date", "2024.0", "2024"),
        ("date", "2024.5", "2024.5"),
        ("number", "1,5", "1,5"),
        ("number", "1 20", "1 20"),
        ("text", "3.0", "3.0"),
        ("text", "a\nb", "a\nb"),
    ],
)
def test_a_cell_is_read_as_it_is_meant(kind: str, written: str, meant: str) -> None:
    assert as_meant(kind, False, written) == meant


def test_a_heading_is_known_in_any_case() -> None:
    known = ("id", "label_sv", "phase_type")
    assert [heading(name, known) for name in ("ID", "Label sv", "Phase-type ", "\ufeffid", "Label_EN")] == [
        "id", "label_sv", "phase_type", "id", "Label_EN",
    ]  # fmt: skip


def test_times_of_day_are_told_once_for_a_column(tmp_path: Path) -> None:
    rows = [{**own.rows()["events"][0], "id": f"mote-{n}", "date": f"2024-11-1{n} 0{n}:00:00 UTC"} for n in range(4)]
    place = changed(tmp_path, "events", lambda _t: own.table("events", rows))
    [fault_list] = assemble([place], alone=True).faults
    # the first of them is at midnight
    assert (fault_list.row, fault_list.column, fault_list.level, fault_list.found) == (
        3,
        "date",
        "warning",
        "2024-11-11 01:00:00 UTC",
    )
    assert "3" in fault_list.say("sv")


@pytest.mark.parametrize("number", ["1,5", "1.000", "ca 20"])
def test_a_number_that_may_mean_two_things_gets_no_guess(tmp_path: Path, number: str) -> None:
    own.write(tmp_path, {("events", "occasions"): number})
    assert faults(tmp_path) == [("exempel/events.csv", 2, "occasions", None)]


@pytest.mark.parametrize("word", ["SANT", "Falskt", "TRUE", "false", "Ja", "no"])
def test_a_spreadsheets_own_words_for_yes_and_no(tmp_path: Path, word: str) -> None:
    own.write(tmp_path, {("actors", "members_complete"): word})
    assert faults(tmp_path) == []


# What follows from a fault is not told beside it


@pytest.mark.parametrize(
    ("table", "change", "file", "row", "column", "fix"),
    [
        ("actors", lambda t: t.replace("label_sv", "labelsv1"), "actors.csv", 1, "labelsv1", "label_sv"),
        ("actors", lambda t: t.replace("basis", "grund"), "actors.csv", 1, "", None),
        ("actors", lambda t: t.replace("id,", "nr,", 1), "actors.csv", 1, "", None),
        ("actors", lambda t: t.replace("type", "slag", 1), "actors.csv", 1, "", None),
        ("processes", lambda t: t.replace("label_en", "label_fi"), "processes.csv", 1, "label_fi", "label_en"),
        ("actors", lambda t: t.replace("Organisation", "Organization"), "actors.csv", 2, "type", "Organisation"),
        (
            "actors",
            lambda t: t.replace("region-ex", "Region_ex", 1),
            "actors.csv",
            2,
            "id",
            "region-exempel",
        ),
        ("actors", lambda t: t.replace("redogorelse\n", "redogorelse,x\n", 1), "actors.csv", 2, "", None),
        ("actors", lambda t: t + 'x,"y" z\n', "actors.csv", 4, "", None),
        ("processes", lambda _t: "", "processes.csv", 0, "", None),
        ("processes", lambda t: "\n,,,\n" + t, "processes.csv", 0, "", None),
        ("processes", lambda t: t.replace(",2023,", ",45572,"), "processes.csv", 2, "start", None),
    ],
)
def test_one_slip_is_told_where_it_is(
    tmp_path: Path, table: str, change: Change, file: str, row: int, column: str, fix: str | None
) -> None:
    fault_list = faults(changed(tmp_path, table, change))
    assert {f[:2] for f in fault_list} <= {(f"exempel/{file}", row), (f"exempel/{file}", row + 1)}, fault_list
    assert not column or (f"exempel/{file}", row, column, fix) in fault_list


def test_a_table_in_another_encoding_is_one_fault(tmp_path: Path) -> None:
    change = lambda t: t.replace("Exempel kommun", "Ödeshögs kommun")  # noqa: E731
    built = assemble([changed(tmp_path, "actors", change, "cp1252")], alone=True).errors
    assert [(f.code, f.file, f.row) for f in built] == [("encoding", "exempel/actors.csv", 3)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_text_from_a_spreadsheet_is_one_fault(tmp_path: Path, encoding: str) -> None:
    built = assemble([changed(tmp_path, "actors", lambda t: t.replace(",", "\t"), encoding)], alone=True).errors
    assert [(f.code, f.file, f.row) for f in built] == [("encoding", "exempel/actors.csv", 1)]


def test_an_id_used_twice_puts_no_fault_on_the_right_row(tmp_path: Path) -> None:
    second = "exempel-kommun,Organisation,Håbo kommun,Håbo,municipality,stated,redogorelse\n"
    built = assemble([changed(tmp_path, "actors", lambda t: t + second)], alone=True).errors
    assert [(f.code, f.row) for f in built] == [("duplicate-id", 4)]


def test_a_dataset_that_cannot_be_read_is_told_itself_and_not_where_others_refer_to_it(tmp_path: Path) -> None:
    own.write(tmp_path, name="andra", description={"base": "andra", "title_sv": ""})
    own.write(tmp_path, {("events", "organiser"): "andra:region-exempel"})
    assert {f[0] for f in faults(tmp_path)} == {"andra/dataset.toml"}


def test_a_dataset_that_is_referred_to_by_another_base_than_its_own_is_told(tmp_path: Path) -> None:
    base = "https://andra.example/id/"
    own.write(tmp_path, name="andra", description={"base": base})
    place = own.write(tmp_path, more=f'[refers]\nandra = "{base}"\ntredje = "https://tredje.example/id/"\n')
    assert faults(tmp_path) == []
    description = place / "dataset.toml"
    description.write_text(description.read_text(encoding="utf-8").replace(base, f"{base}v2/"), encoding="utf-8")
    assert faults(tmp_path) == [("exempel/dataset.toml", 0, "refers.andra", base)]


def test_other_faults_are_still_told_beside_a_bad_heading(tmp_path: Path) -> None:
    place = changed(tmp_path, "actors", lambda t: t.replace("label_sv", "labell_sv").replace(",region,", ",regionen,"))
    own_events = own.rows()["events"]
    own_events[0]["organiser"] = "region-exempl"
    own_events[0]["date"] = "2024-13"
    (place / "events.csv").write_text(own.table("events", own_events), encoding="utf-8")
    assert faults(tmp_path) == [
        ("exempel/actors.csv", 1, "labell_sv", "label_sv"),
        ("exempel/actors.csv", 2, "kind", "region"),
        ("exempel/events.csv", 2, "date", None),
        ("exempel/events.csv", 2, "organiser", "region-exempel"),
    ]


# Files that are not read


@pytest.mark.parametrize(
    ("file", "code", "level", "fix"),
    [
        ("contexts.csv.txt", "unread-table", "error", "contexts.csv"),
        ("stances.tsv", "unread-table", "error", "stances.csv"),
        ("Changes.xlsx", "unread-table", "error", "changes.csv"),
        ("rules.CSV", "unread-table", "error", "rules.csv"),
        ("intervjuer 2025.xlsx", "unread-table", "error", None),
        ("contrbutions.csv", "unknown-table", "error", "contributions.csv"),
        ("dataset.toml.txt", "unread-table", "error", None),
        ("karta.png", "unread-file", "warning", None),
        ("README.md", "", "", None),
        (".DS_Store", "", "", None),
        ("~$events.xlsx", "", "", None),
        (".~lock.events.csv#", "", "", None),
        ("Thumbs.db", "", "", None),
    ],
)
def test_a_file_that_is_not_read_is_named(tmp_path: Path, file: str, code: str, level: str, fix: str | None) -> None:
    place = own.write(tmp_path)
    (place / file).write_text("x", encoding="utf-8")
    listed = [(f.file, f.code, f.level, f.fix) for f in read_dataset(place, vocabulary())[1]]
    assert listed == ([(f"exempel/{file}", code, level, fix)] if code else [])


def test_a_table_saved_under_another_ending_is_one_fault(tmp_path: Path) -> None:
    place = own.write(tmp_path)
    (place / "actors.csv").rename(place / "actors.tsv")
    assert faults(tmp_path) == [("exempel/actors.tsv", 0, "", "actors.csv")]


def test_a_folder_of_tables_within_a_dataset_and_one_without_a_description_are_named(tmp_path: Path) -> None:
    place = own.write(tmp_path)
    shutil.copytree(place, place / "kopia")
    (tmp_path / "utkast").mkdir()
    (tmp_path / "utkast" / "events.xlsx").write_bytes(b"")
    fault_list: dict[str, Fault] = {f.file: f for f in assemble([tmp_path], alone=True).faults}
    assert {file: f.code for file, f in fault_list.items()} == {
        "exempel/kopia": "unread-folder",
        "utkast/dataset.toml": "no-description",
        "utkast/events.xlsx": "unread-table",
    }


def test_fmt_writes_what_was_meant(tmp_path: Path) -> None:
    place = changed(tmp_path, "events", lambda t: "sep=,\n" + t.replace("2024-11-12", "2024-11-12 00:00:00"))
    result = CliRunner().invoke(cli.app, ["fmt", str(place)])
    assert result.exit_code == 0
    written = (place / "events.csv").read_text(encoding="utf-8")
    assert written.startswith("id,label_sv,") and ",2024-11-12," in written and "00:00" not in written


@pytest.mark.browser_all
def test_explore_builds_anew_from_the_datasets_that_the_store_was_built_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medskick.web.serve.serve", lambda *_args: None)
    place, store = own.write(tmp_path / "data"), tmp_path / "store"
    options = ["--store", str(store)]
    built = CliRunner().invoke(cli.app, ["build", "--alone", "--data", str(tmp_path / "data"), *options])
    assert built.exit_code == 0, built.output
    path = place / "actors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Exempel kommun", "Norra kommun"), encoding="utf-8")
    assert CliRunner().invoke(cli.app, ["explore", "--no-open", *options]).exit_code == 0
    kg = KnowledgeGraph(store)
    assert kg.datasets == ["exempel"]
    assert "Norra kommun" in {str(value) for value in kg.graph.objects()}
