"""Bad input: all faults at once, each with file, row, column, found and expected; exit 2; nothing written."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.assemble import Assembled, assemble
from medskick.graph.faults import Fault
from medskick.graph.store import current
from medskick.ontology import node, term_text
from medskick.rooms import room
from medskick.words import SHIPPED

Broken = Callable[..., Path]
SMALL = ("scotland",)
"""A small dataset that refers to no other, for faults that are the same in every table."""
Edit = Callable[[str], str]


def cell(row_id: str, column: str, value: str) -> Edit:
    """An edit that sets one cell of one row."""

    def edit(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        place = rows[0].index(column)
        [row] = [r for r in rows if r[0] == row_id]
        row[place] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return edit


def without_column(column: str) -> Edit:
    def edit(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        place = rows[0].index(column)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([r[:place] + r[place + 1 :] for r in rows])
        return out.getvalue()

    return edit


def faults_of(folder: Path) -> list[Fault]:
    return assemble([folder], alone=True).errors


def only(folder: Path) -> Fault:
    faults = faults_of(folder)
    assert len(faults) == 1, [f.say("en") for f in faults]
    return faults[0]


CELLS = [
    # file, row id, column, bad value, fault code, the fix it offers
    ("skane/phases", "regionplan-skane-samrad", "process", "regionplan-skåne", "dangling", "regionplan-skane"),
    ("skane/phases", "regionplan-skane-samrad", "process", "", "missing-value", None),
    ("skane/events", "kick-off", "organiser", "region-skåne", "dangling", "region-skane"),
    ("skane/events", "kick-off", "organiser", "riksdagen", "dangling", "national:riksdagen"),
    ("skane/events", "kick-off", "organiser", "natinal:riksdagen", "unknown-dataset", "national:riksdagen"),
    ("skane/events", "kick-off", "organiser", "lardomsrapporten", "wrong-kind", None),
    ("skane/events", "kick-off", "form", "kickoff", "unknown-concept", "kick-off"),
    ("skane/events", "kick-off", "planned_date", "2019-hösten", "bad-date", "2019-23"),
    ("skane/events", "kick-off", "planned_date", "sep-19", "excel-date", "2019-09"),
    ("skane/events", "kick-off", "planned_date", "43733", "excel-date", None),
    ("skane/events", "kick-off", "occasions", "många", "bad-cell", None),
    ("skane/events", "kick-off", "basis", "", "missing-value", None),
    ("skane/phases", "regionplan-skane-granskning", "end", "2020-12-31", "end-before-start", None),
    ("skane/lessons", "beskriv-nyttan", "sources", "", "missing-value", None),
    ("skane/lessons", "beskriv-nyttan", "answers", "samradsforslag", "wrong-kind", None),
    ("skane/decisions", "beslut-om-granskning", "process", "", "missing-value", None),
    ("skane/reflections", "politiskt-motstand", "type", "PlanChallenge", "unknown-type", "Challenge"),
    ("skane/actors", "region-skane", "type", "foaf:Person", "person", None),
    ("skane/actors", "region-skane", "type", "schema:Person", "person", None),
    ("skane/actors", "region-skane", "kind", "person", "person", None),
    ("skane/actors", "region-skane", "members_complete", "kanske", "bad-cell", None),
    ("skane/actors", "region-skane", "note_sv", "Skriv till anna.andersson@exempel.se", "email", None),
    ("skane/actors", "region-skane", "note_sv", "Ring 044-309 30 00", "phone", None),
    ("skane/actors", "region-skane", "note_sv", "Ring +46 70 123 45 67", "phone", None),
    ("skane/actors", "region-skane", "note_sv", "Född 19811218-9876", "personnummer", None),
    ("skane/sources", "samradsnyhet", "url", "www.skane.se/nyhet", "bad-cell", "https://www.skane.se/nyhet"),
    ("skane/citations", None, "field", "phases/begin", "bad-cell", None),
]


def _batches() -> list[list[int]]:
    """Cases that can stand in one copy of the data together: no two in one cell, no two that hide each other."""
    batches: list[list[int]] = []
    for i, (file, row, *_) in enumerate(CELLS):
        for batch in batches:
            if all((CELLS[j][0], CELLS[j][1]) != (file, row) for j in batch):
                batch.append(i)
                break
        else:
            batches.append([i])
    return batches


@pytest.fixture(scope="module")
def cell_faults(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Fault]]:
    """The faults of every case, several cases broken in one copy: all faults come at once."""
    by_key: dict[int, list[Fault]] = {}
    for batch in _batches():
        folder = tmp_path_factory.mktemp("cells") / "data"
        for name in ("skane", "national"):
            shutil.copytree(room("graph") / name, folder / name)
        for i in batch:
            file, row, column, value, _, _ = CELLS[i]
            path = folder / f"{file}.csv"
            text = path.read_text(encoding="utf-8")
            path.write_text(cell(row or text.split("\n")[1].split(",")[0], column, value)(text), encoding="utf-8")
        faults = faults_of(folder)
        for i in batch:
            by_key[i] = [f for f in faults if f.file == f"{CELLS[i][0]}.csv" and f.column == CELLS[i][2]]
    return by_key


@pytest.mark.parametrize("case", range(len(CELLS)), ids=lambda i: f"{CELLS[i][0]}-{CELLS[i][2]}-{CELLS[i][4]}")
def test_one_bad_cell_is_one_clear_fault(cell_faults: dict[int, list[Fault]], case: int) -> None:
    file, _, column, value, code, fix = CELLS[case]
    mine = [f for f in cell_faults[case] if f.code == code]
    assert len(mine) == 1, [f.say("sv") for f in cell_faults[case]]
    [fault] = mine
    assert fault.row > 1
    if fix is not None:
        assert fault.fix == fix
    for lang in SHIPPED:
        said = fault.say(lang)
        assert f"{file}.csv" in said and str(fault.row) in said and column in said
        assert value in said or code in ("missing-value", "personnummer", "email", "phone", "wrong-kind")


def test_a_personnummer_is_not_repeated_in_the_message(broken: Broken) -> None:
    folder = broken({"scotland/actors.csv": cell("aberdeenshire-council", "note_en", "Born 19811218-9876")}, of=SMALL)
    assert "9876" not in only(folder).say("en")


def test_advice_whose_sender_we_inferred_is_a_fault(broken: Broken) -> None:
    fault = only(broken({"national/lessons.csv": cell("borja-i-platsen", "inferred", "by;phase_types")}))
    assert (fault.file, fault.column) == ("national/lessons.csv", "by") and fault.row > 1
    assert "avsändaren är härledd" in fault.say("sv") and "framed-practice" in fault.say("en")


def test_all_faults_come_at_once(broken: Broken) -> None:
    folder = broken(
        {
            "skane/phases.csv": cell("regionplan-skane-samrad", "end", "2021-vår"),
            "skane/events.csv": cell("kick-off", "form", "fest"),
            "skane/lessons.csv": cell("beskriv-nyttan", "sources", ""),
            "national/decisions.csv": cell("riksdagen-beslutar", "body", "riksdan"),
        }
    )
    assert {(f.file, f.code) for f in faults_of(folder)} == {
        ("skane/phases.csv", "bad-date"),
        ("skane/events.csv", "unknown-concept"),
        ("skane/lessons.csv", "missing-value"),
        ("national/decisions.csv", "dangling"),
    }


@pytest.mark.browser_all
def test_a_duplicate_id_names_both_places(broken: Broken) -> None:
    folder = broken({"skane/events.csv": cell("kick-off", "id", "region-skane")})
    said = [f.say("en") for f in faults_of(folder) if f.code == "duplicate-id"]
    assert len(said) == 1
    assert "skane/events.csv" in said[0] and "skane/actors.csv" in said[0]


def test_a_bad_id_gets_the_slug_it_should_have(broken: Broken) -> None:
    folder = broken({"scotland/contexts.csv": cell("clydeplan-atta-kommuner", "id", "Skånes Län!")}, of=SMALL)
    assert "skanes-lan" in {f.fix for f in faults_of(folder)}


@pytest.mark.browser_all
def test_circular_part_of(broken: Broken) -> None:
    folder = broken(
        {"skane/phases.csv": cell("regionplan-skane-processplanering", "part_of", "regionplan-skane-uppstart")}
    )
    said = [f for f in faults_of(folder) if f.code == "rule" and "part_of" in f.say("en")]
    assert {f.file for f in said} == {"skane/phases.csv"}
    assert len(said) == 2


def test_a_plans_own_challenge_is_no_challenge_of_the_process(broken: Broken) -> None:
    folder = broken({"skane/reflections.csv": cell("politiskt-motstand", "target", "regionplanen")})
    fault = only(folder)
    assert (fault.file, fault.column) == ("skane/reflections.csv", "target")
    assert "contents" in fault.say("sv")


@pytest.mark.browser_all
def test_a_stance_that_reaches_no_process(broken: Broken) -> None:
    def edit(text: str) -> str:
        first = text.split("\n")[1].split(",")[0]
        for column in ("process", "phase", "about", "expressed_in"):
            text = cell(first, column, "")(text)
        return text

    fault = only(broken({"skane/stances.csv": edit}))
    assert "process" in fault.say("en")


@pytest.mark.browser_all
def test_a_reflection_that_reaches_neither_process_nor_jurisdiction(broken: Broken) -> None:
    fault = only(broken({"skane/reflections.csv": cell("fragor-over-granser", "process", "")}))
    assert fault.column == "process" and "jurisdiction" in fault.say("en")


@pytest.mark.browser_all
def test_planned_is_not_done(broken: Broken) -> None:
    fault = only(broken({"skane/events.csv": cell("kick-off", "date", "2019-09-25")}))
    assert "planned_date" in fault.say("en")


def test_an_inferred_column_needs_its_reason(broken: Broken) -> None:
    def edit(text: str) -> str:
        for column in ("note_sv", "note_en"):
            text = cell("almedalsseminarium", column, "")(text)
        return text

    assert only(broken({"skane/events.csv": edit})).column == "note_sv"


def test_a_missing_column(broken: Broken) -> None:
    faults = [
        f
        for f in faults_of(broken({"scotland/phases.csv": without_column("process")}, of=SMALL))
        if f.code == "missing-column"
    ]
    assert [(f.file, f.row, f.column) for f in faults] == [("scotland/phases.csv", 1, "process")]


def test_an_unknown_column_suggests_the_nearest(broken: Broken) -> None:
    folder = broken({"scotland/phases.csv": lambda t: t.replace("phase_type", "phasetype", 1)}, of=SMALL)
    assert [(f.column, f.fix) for f in faults_of(folder) if f.code == "unknown-column"] == [("phasetype", "phase_type")]


def test_broken_csv_names_the_row(broken: Broken) -> None:
    folder = broken({"scotland/contexts.csv": lambda t: t + 'trasig,"ett citat" utan slut,x\n'}, of=SMALL)
    faults = [f for f in faults_of(folder) if f.code == "broken-csv"]
    assert len(faults) == 1 and faults[0].row > 1


def test_too_many_cells(broken: Broken) -> None:
    assert (
        only(broken({"scotland/contexts.csv": lambda t: t + "for-lang" + ",x" * 60 + "\n"}, of=SMALL)).code
        == "too-many-cells"
    )


def test_wrong_encoding_names_the_line(broken: Broken) -> None:
    folder = broken({}, of=SMALL)
    path = folder / "scotland" / "lessons.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1", "replace"))
    faults = [f for f in faults_of(folder) if f.code == "encoding"]
    assert [f.file for f in faults] == ["scotland/lessons.csv"]
    assert "UTF-8" in faults[0].say("sv") and faults[0].row > 1


def test_a_table_as_swedish_excel_writes_it_is_read(broken: Broken, tmp_path: Path) -> None:
    def edit(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(rows)
        return "\ufeff" + out.getvalue()

    assert faults_of(broken({"scotland/phases.csv": edit, "scotland/lessons.csv": edit}, of=SMALL)) == []


@pytest.mark.attack
def test_a_fifty_megabyte_cell(broken: Broken) -> None:
    folder = broken({"scotland/contexts.csv": lambda t: t + 'stor,"' + "x" * 50_000_000 + '"\n'}, of=SMALL)
    assert "file-too-large" in {f.code for f in faults_of(folder)}


def test_a_swollen_cell(broken: Broken) -> None:
    folder = broken({"scotland/contexts.csv": lambda t: t + 'stor,"' + "x" * 1_000_000 + '"\n'}, of=SMALL)
    assert "cell-too-large" in {f.code for f in faults_of(folder)}


def test_an_empty_dataset(tmp_path: Path, broken: Broken) -> None:
    folder = broken({}, of=SMALL)
    for path in (folder / "scotland").glob("*.csv"):
        path.unlink()
    assert only(folder).code == "empty-dataset"


def test_an_empty_file_says_which_columns_it_needs(broken: Broken) -> None:
    faults = [f for f in faults_of(broken({"scotland/contexts.csv": lambda _t: ""}, of=SMALL)) if f.code == "no-header"]
    assert len(faults) == 1 and "factor" in faults[0].say("en")


def test_a_missing_description(broken: Broken) -> None:
    folder = broken({}, of=SMALL)
    (folder / "scotland" / "dataset.toml").unlink()
    assert only(folder).file == "scotland/dataset.toml"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda t: t.replace("title_sv", "titel", 1), "description-key"),
        (lambda t: t + "\nnot toml at all", "broken-description"),
        (lambda t: t.replace("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0", 1), "description-licence"),
        (lambda t: re.sub(r'modified = "[^"]+"', 'modified = "i går"', t, count=1), "description-modified"),
        (lambda t: t.replace("https://w3id.org/medskick/id/scotland/", "scotland", 1), "description-base"),
        (
            lambda t: t.replace("https://w3id.org/medskick/id/scotland/", "https://w3id.org/medskick/id/national/", 1),
            "base-taken",
        ),
    ],
)
def test_a_broken_description(broken: Broken, edit: Edit, code: str) -> None:
    assert code in {f.code for f in faults_of(broken({"scotland/dataset.toml": edit}, of=SMALL))}


@pytest.mark.parametrize(
    ("line", "code", "fix"),
    [
        ('anpassa-styrformen = ""', "withdrawn-but-there", None),
        ('styrformen-2022 = "anpassa-styrforme"', "withdrawn-into-nothing", "anpassa-styrformen"),
        ('"Anpassa styrformen" = ""', "description-withdrawn", None),
        ("styrformen-2022 = 3", "description-withdrawn", None),
    ],
)
def test_a_name_badly_withdrawn(broken: Broken, line: str, code: str, fix: str | None) -> None:
    folder = broken({"scotland/dataset.toml": lambda t: f"{t}\n[withdrawn]\n{line}\n"}, of=SMALL)
    [faults] = [f for f in faults_of(folder) if f.code == code]
    assert (faults.file, faults.column, faults.fix) == ("scotland/dataset.toml", "withdrawn", fix)
    assert all(faults.say(lang).startswith("scotland/dataset.toml") for lang in SHIPPED)


def test_a_name_withdrawn_stays_in_the_graph_and_says_what_it_became(broken: Broken) -> None:
    lines = 'styrformen-2022 = "anpassa-styrformen"\nutgatt = ""'
    edit = {"scotland/dataset.toml": lambda t: f"{t}\n[withdrawn]\n{lines}\n"}
    built = assemble([broken(edit, of=SMALL)], alone=True)
    assert built.errors == []
    base, graph = "https://w3id.org/medskick/id/scotland/", ox.NamedNode("https://w3id.org/medskick/graph/scotland")
    deprecated, replaced = node("owl:deprecated"), node("dcterms:isReplacedBy")
    for name in ("styrformen-2022", "utgatt"):
        assert ox.Quad(ox.NamedNode(base + name), deprecated, ox.Literal(True), graph) in built.store
    became = list(built.store.quads_for_pattern(None, replaced, None, graph))
    assert (base + "styrformen-2022", base + "anpassa-styrformen") in [
        (term_text(q.subject), term_text(q.object)) for q in became
    ]
    assert base + "utgatt" not in [term_text(q.subject) for q in became]


def test_a_misnamed_table(broken: Broken) -> None:
    folder = broken({}, of=SMALL)
    shutil.move(folder / "scotland" / "contexts.csv", folder / "scotland" / "context.csv")
    assert ("unknown-table", "contexts.csv") in {(f.code, f.fix) for f in faults_of(folder)}


@pytest.mark.browser_all
def test_two_datasets_of_one_name(broken: Broken) -> None:
    assert "same-dataset" in {f.code for f in assemble([room("graph") / "skane", broken({})], alone=True).errors}


def test_a_folder_without_data(tmp_path: Path) -> None:
    assert only(tmp_path / "nowhere").code == "no-data"


@pytest.mark.browser_all
def test_a_possible_name_only_warns(broken: Broken) -> None:
    built = assemble([broken({"skane/actors.csv": cell("run-ordforande", "label_sv", "Anna Andersson")})], alone=True)
    assert [(f.code, f.level) for f in built.faults] == [("maybe-person", "warning")]


def test_a_formula_only_warns(broken: Broken) -> None:
    built = assemble(
        [broken({"scotland/actors.csv": cell("aberdeenshire-council", "note_sv", "=1+1")}, of=SMALL)], alone=True
    )
    assert ("formula", "warning") in {(f.code, f.level) for f in built.faults}


def test_the_shipped_tables_have_neither_faults_nor_warnings(whole: Assembled) -> None:
    assert [f.say("en") for f in whole.faults] == []


@pytest.mark.browser_all
def test_build_ends_with_two_and_what_was_built_stays(
    broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    folder = broken({})
    path = folder / "skane" / "phases.csv"
    good = path.read_text(encoding="utf-8")
    bad = cell("regionplan-skane-samrad", "end", "2021-vår")(good)
    for text, code, said in (
        # nothing built before: that dataset is left out
        (bad, 2, {"sv": "skane har fel och är inte med", "en": "skane has faults and is left out"}),
        (good, 0, {"sv": "", "en": ""}),
        # built before: that dataset stays as it was
        (bad, 2, {"sv": "står kvar som den senast byggdes", "en": "stays as last built"}),
    ):
        path.write_text(text, encoding="utf-8", newline="")
        before = current(store) if (store / "current").exists() else None
        first = before is None
        for lang, words in said.items():
            monkeypatch.setattr(cli.common, "LANG", lang)
            result = CliRunner().invoke(cli.app, ["build", "--alone", "--data", str(folder), "--store", str(store)])
            assert result.exit_code == code, result.output
            assert words in " ".join(result.output.split()) and "Traceback" not in result.output
            assert ("2021-21" in result.output) == (code == 2)
        after = current(store) if (store / "current").exists() else None
        if code == 2 and not first:
            assert (after and after.version) == (before and before.version)
