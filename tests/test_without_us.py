"""Without Medskick: one file of shapes for any SHACL engine, a description of the tables for validators of CSV."""

import csv
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import own_dataset
from medskick.graph.assemble import assemble
from medskick.graph.index import dataset_graph
from medskick.graph.tables import read_dataset
from medskick.ontology import PREFIXES, THINGS, vocabulary
from medskick.rooms import room
from medskick.web import Settings, create_app
from test_import import run


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """The invented region's dataset with a description of its tables beside them."""
    folder = own_dataset.write(tmp_path)
    file = folder / "csv-metadata.json"
    code, output = run("export", "--csvw", file, "--dataset", own_dataset.NAME, "--data", tmp_path)
    assert code == 0, output
    return file


def verdict(file: Path) -> str:
    """What the validator says of the tables that a description names, nothing where they are valid."""
    from csvw import CSVW

    try:
        checked = CSVW(str(file), validate=True)
        return "" if checked.is_valid else " ".join(str(warning.message) for warning in checked.warnings) or "not valid"
    except ValueError as error:
        return str(error)


def spoil(folder: Path, table: str, column: str, value: str) -> None:
    path = folder / f"{table}.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_a_validator_of_csv_takes_the_tables_by_their_description(described: Path) -> None:
    assert verdict(described) == ""
    # check knows the file: it is no table that was forgotten
    assert read_dataset(described.parent, vocabulary())[1] == []


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("phases", "phase_type", "consultatoin", "phases.csv:2:"),
        ("phases", "start", "2024-13", "phases.csv:2:"),
        ("events", "occasions", "two", "events.csv:2:"),
        ("events", "sources", "redogorelsen", "redogorelsen"),
        ("actors", "type", "Organization", "actors.csv:2:"),
        ("actors", "basis", "", "actors.csv:2:"),
        ("lessons", "id", "Skicka kartan", "lessons.csv:2:"),
    ],
)
def test_a_validator_of_csv_finds_a_planted_fault(
    described: Path, table: str, column: str, value: str, said: str
) -> None:
    spoil(described.parent, table, column, value)
    assert said in verdict(described)


OWN, MSK, TERMS = own_dataset.BASE, PREFIXES["msk"], PREFIXES["concept"]
NATIONAL = f"{THINGS}national/"
FAULTS = [
    # what is written in place of what, of which thing, and the property that is then wrong
    (f"<{TERMS}phase-type/consultation>", f"<{TERMS}phase-type/consultatoin>", "regionplan-samrad", "phaseType"),
    (f"<{TERMS}event-form/seminar>", f"<{TERMS}phase-type/consultation>", "samradsmote", "form"),
    (f"<{OWN}exempel-kommun>", f"<{OWN}regionplan>", "samradsmote", "participant"),
    (f"<{OWN}for-kort-tid>", f"<{OWN}for-kort-tidd>", "skicka-kartan-tidigt", "answers"),
    (f"<{NATIONAL}boverket>", f"<{NATIONAL}boverkett>", "regionplan", "owner"),
    ('"2024-09-30"', '"2024-13"', "beslut-om-samrad", "date"),
    ('"2"^^<http://www.w3.org/2001/XMLSchema#integer>', '"two"', "samradsmote", "occasions"),
    (f"<{TERMS}basis/stated>", f"<{TERMS}basis/inferred>", "exempel-kommun", ""),
    (
        f"<{TERMS}process-kind/regional-plan>",
        f"<{TERMS}process-kind/regional-plan> , <{TERMS}process-kind/project>",
        "regionplan",
        "kind",
    ),
]


@pytest.fixture
def turtle(tmp_path: Path) -> dict[str, str]:
    """The invented region's statements as it would write them itself, by thing; its process is one of the nation's."""
    more = f'[refers]\nnational = "{NATIONAL}"\n'
    folder = own_dataset.write(tmp_path, {("processes", "owner"): "national:boverket"}, more=more)
    assembled = assemble([folder, room("graph") / "national"], alone=True)
    assert assembled.errors == []
    said: dict[str, str] = {}
    for quad in assembled.store.quads_for_pattern(None, None, None, dataset_graph(own_dataset.NAME)):
        said.setdefault(str(quad.subject), "")
        said[str(quad.subject)] += f"{quad.subject} {quad.predicate} {quad.object} .\n"
    return said


def shacl_results(data: str, shapes: Path) -> set[tuple[str, str]]:
    """The things that a SHACL engine finds fault with, each with the property."""
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(data=data, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes))
    assert isinstance(report, rdflib.Graph)
    sh = rdflib.Namespace(PREFIXES["sh"])
    return {
        (str(report.value(one, sh.focusNode)), str(report.value(one, sh.resultPath) or "").rpartition("#")[2])
        for one in report.objects(None, sh.result)
    }


def imported(data: str, folder: Path) -> tuple[int, str]:
    (folder / "data.nt").write_text(data, encoding="utf-8")
    data_folders = ["--data", folder, "--data", room("graph") / "national"]
    return run("import", folder / "data.nt", "--into", own_dataset.NAME, "--alone", *data_folders)


@pytest.mark.browser_all
def test_any_shacl_engine_finds_planted_faults_with_the_file_alone(turtle: dict[str, str], tmp_path: Path) -> None:
    own, any_ = tmp_path / "own.ttl", tmp_path / "any.ttl"
    assert run("export", "--shapes", own, "--dataset", own_dataset.NAME, "--data", tmp_path)[0] == 0
    assert run("export", "--shapes", any_)[0] == 0
    good = "".join(turtle.values())
    assert shacl_results(good, own) == shacl_results(good, any_) == set()
    assert imported(good, tmp_path)[0] == 0
    for given, wrong, thing, _ in FAULTS:
        # Medskick's own verdict on each
        one = {**turtle, f"<{OWN}{thing}>": turtle[f"<{OWN}{thing}>"].replace(given, wrong)}
        code, output = imported("".join(one.values()), tmp_path)
        assert code == 2, (given, output)
        said = turtle[f"<{OWN}{thing}>"]
        assert given in said, given
        turtle[f"<{OWN}{thing}>"] = said.replace(given, wrong)
    bad = "".join(turtle.values())
    expected = {(OWN + thing, path) for _, _, thing, path in FAULTS}
    assert shacl_results(bad, own) == expected
    # a file for no dataset follows no reference to what the data does not describe
    assert shacl_results(bad, any_) == expected - {
        (f"{OWN}skicka-kartan-tidigt", "answers"),
        (f"{OWN}regionplan", "owner"),
    }


def test_the_site_gives_the_shapes_that_the_command_writes(store_folder: Path, tmp_path: Path) -> None:
    web = TestClient(create_app(Settings(store=store_folder)))
    assert run("export", "--shapes", tmp_path / "shapes.ttl")[0] == 0
    answer = web.get("/data/shapes.ttl")
    assert answer.headers["content-type"].startswith("text/turtle")
    assert answer.content == (tmp_path / "shapes.ttl").read_bytes()
    assert "/data/shapes.ttl" in web.get("/en/ontology").text
    assert web.get("/data/shapes.nt").status_code == 404
