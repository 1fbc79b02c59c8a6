"""Versions of the graph: kept by a build, listed, asked, compared, given as files; a cited answer asked again."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from click.testing import Result
from starlette.testclient import TestClient
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.lookups import named_quads
from medskick.graph.statements import nquads
from medskick.graph.store import open_store, save
from medskick.graph.versions import UnknownVersionError, keep, named_version, versions
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import CATALOGUE, EDTF, GRAPHS, PREFIXES, THINGS
from medskick.web.app import Settings, create_app

SKANE = ox.NamedNode(GRAPHS + "skane")
RESEARCH = ox.NamedNode(THINGS + "skane/regionplan-skane-foljeforskning")
END = ox.NamedNode(PREFIXES["msk"] + "end")
KICK_OFF = ox.NamedNode(THINGS + "skane/kick-off")
QUESTION = ("phase-durations", "--process", "skane:regionplan-skane")


def run(*command: str, store: Path) -> Result:
    return CliRunner().invoke(cli.app, [*command, "--store", str(store), "--lang", "en"])


def output(*command: str, store: Path) -> str:
    """What a command says, without the breaks that the terminal's width gives."""
    return " ".join(run(*command, store=store).output.split())


@pytest.fixture(scope="module")
def two(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with two versions: in the second the research ends in 2021 (SKA-F10: 2022) and the kick-off is gone."""
    folder = tmp_path_factory.mktemp("versions")
    before = list(named_quads(kg.store))
    after = [q for q in before if q.subject != KICK_OFF and (q.subject, q.predicate) != (RESEARCH, END)]
    changed = [ox.Quad(RESEARCH, END, ox.Literal("2021", datatype=ox.NamedNode(EDTF)), SKANE)]
    first = save(before, folder, inputs="first").version
    keep(folder, first)
    second = save([*after, *changed], folder, inputs="second").version
    return folder, first, second


@pytest.mark.browser_all
def test_a_kept_version_stays_and_an_earlier_one_goes(small_store: Path, tmp_path: Path) -> None:
    quads = list(named_quads(open_store(small_store)[0]))
    made = []
    for number in range(4):
        made.append(save(quads[number:], tmp_path, inputs=str(number)).version)
        if number == 0:
            keep(tmp_path, made[0])
    assert [(one.version, one.current, one.kept) for one in versions(tmp_path)] == [
        (made[3], True, False),
        (made[0], False, True),
        (made[2], False, False),
    ]


@pytest.mark.browser_all
def test_a_version_is_named_by_its_beginning(two: tuple[Path, str, str]) -> None:
    folder, first, second = two
    assert named_version(folder, first[:4]).version == first
    for wanted in ("", first[:3], "zzzz"):
        with pytest.raises(UnknownVersionError) as caught:
            named_version(folder, wanted)
        assert [one.version for one in caught.value.known] == [second, first]


def test_what_changed_is_told_by_dataset_thing_and_property(two: tuple[Path, str, str]) -> None:
    folder, first, _ = two
    result = run("diff", first[:8], "--format", "csv", store=folder)
    assert result.exit_code == 0, result.output
    rows = [row for row in csv.reader(io.StringIO(result.output)) if "Accompanying research (följeforskning)" in row]
    assert len(rows) == 1 and rows[0][-4:] == ["changed", "end", "2022", "2021"]
    text = output("diff", first[:8], "--format", "markdown", store=folder)
    assert "Regional plan for Skåne" in text and "Added: 0, changed: 1, removed: 1." in text
    assert "Kick-off of the regional plan mandate" in text
    assert "Stockholm" not in text


def test_the_same_version_has_no_changes(two: tuple[Path, str, str]) -> None:
    folder, first, _ = two
    assert "Both are the same version." in output("diff", first[:8], first[:8], store=folder)


@pytest.mark.browser_all
def test_an_export_is_compared_as_a_version_is(two: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, first, second = two
    for ending in ("nq", "trig"):
        export = tmp_path / f"now.{ending}"
        assert run("export", "-o", str(export), store=folder).exit_code == 0
        text = output("diff", first[:8], str(export), store=folder)
        assert f"to version {second[:12]}" in text and "Added: 0, changed: 1, removed: 1." in text


@pytest.mark.browser_all
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [("a.ttl", "", "a.ttl"), ("a.nq", "no quads", "a.nq"), ("", "zzzz", "zzzz"), ("", "abc", "At least 4")],
)
def test_what_is_no_version_is_refused(
    two: tuple[Path, str, str], tmp_path: Path, name: str, text: str, said: str
) -> None:
    wanted = text
    if name:
        (tmp_path / name).write_text(text, encoding="utf-8")
        wanted = str(tmp_path / name)
    result = run("diff", wanted, store=two[0])
    assert result.exit_code == 2 and said.casefold() in result.output.casefold(), result.output


def test_an_earlier_version_is_asked(two: tuple[Path, str, str]) -> None:
    folder, first, second = two
    ends = {}
    for version in (first, second):
        result = run("ask", *QUESTION, "--format", "json", "--version", version[:8], store=folder)
        answer = json.loads(result.stdout)
        assert answer["version"] == version
        [row] = [row for row in answer["rows"] if row["phase"]["iri"] == RESEARCH.value]
        ends[version] = row["end"]["edtf"]
    assert ends == {first: "2022", second: "2021"}
    assert run("ask", *QUESTION, "--version", "zzzz", store=folder).exit_code == 2


def test_a_citation_names_question_datasets_and_query(two: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, _, second = two
    text = run("cite", *QUESTION, "--dataset", "skane", store=folder).stdout
    assert 'medskick ask phase-durations --process "skane:regionplan-skane" --dataset skane --lang en' in text
    assert "Regional plan for Skåne (skane), version 0.1.0" in text and "Stockholm" not in text
    assert second in text and "SELECT" in text and "#+" not in text
    bib = run("cite", *QUESTION, "--format", "bib", store=folder).stdout
    [entry] = parse_string(bib).entries
    assert entry["version"] == second and "phase-durations" in entry["note"]
    [record] = rispy.loads(run("cite", *QUESTION, "--format", "ris", store=folder).stdout)
    assert record["edition"] == second


def test_a_cited_answer_is_the_same_or_it_is_told_what_changed(two: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, first, second = two
    cited = tmp_path / "cited.json"
    assert run("cite", *QUESTION, "-o", str(cited), store=folder).exit_code == 0
    [item] = json.loads(cited.read_text(encoding="utf-8"))
    assert item["type"] == "dataset" and item["version"] == second
    assert "The answer is the same" in (same := run("cite", "--again", str(cited), store=folder)).output
    assert same.exit_code == 0

    # cited from the first version: its answer has another end
    ours = item["custom"]["medskick"]
    answer = run("ask", *QUESTION, "--format", "csv", "--version", first[:8], store=folder).stdout
    ours["version"], ours["sha256"] = first, hashlib.sha256(answer.replace("\r\n", "\n").encode()).hexdigest()
    cited.write_text(json.dumps([item]), encoding="utf-8")
    changed = run("cite", "--again", str(cited), store=folder)
    assert changed.exit_code == 1
    assert "Rows that are new (1)" in changed.output and "Rows that are gone (1)" in changed.output

    # a version that is not here any more
    ours["version"] = "0" * 64
    cited.write_text(json.dumps([item]), encoding="utf-8")
    assert "Which rows differ cannot be said" in output("cite", "--again", str(cited), store=folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '[{"custom": {"medskick": {}}}]', '[{"custom": 1}]', "[" * 9000])
def test_what_is_no_citation_is_refused(two: tuple[Path, str, str], tmp_path: Path, text: str) -> None:
    path = tmp_path / "no.json"
    path.write_text(text, encoding="utf-8")
    result = run("cite", "--again", str(path), store=two[0])
    assert result.exit_code == 2 and "no.json" in result.output
    assert not isinstance(result.exception, RecursionError)


@pytest.mark.browser_all
def test_the_server_gives_versions_and_the_catalogue_describes_them(two: tuple[Path, str, str]) -> None:
    folder, first, second = two
    with TestClient(create_app(Settings(store=folder))) as client:
        for version in (first, second):
            answer = client.get(f"/data/version/{version}.nq")
            assert answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == version
            again = client.get(f"/data/version/{version}.nq", headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
        for missing in (f"{first[:12]}.nq", f"{first}.ttl", "../current.nq", first):
            assert client.get(f"/data/version/{missing}").status_code == 404
        catalogue = client.get("/data/catalogue.nt")
        dcat = PREFIXES["dcat"]
        quads = list(ox.parse(catalogue.content, format=ox.RdfFormat.N_TRIPLES))
        named = {q.object.value for q in quads if q.predicate.value == f"{dcat}hasVersion"}
        assert len(named) == 2
        [current] = [q for q in quads if q.predicate.value == f"{dcat}hasCurrentVersion"]
        assert current.subject.value == CATALOGUE and second in current.object.value
        sums = {q.object.value for q in quads if q.predicate.value.endswith("#checksumValue")}
        assert sums == {first, second}
        files = {q.object.value for q in quads if q.predicate.value == f"{dcat}downloadURL"}
        files = {file for file in files if "/data/version/" in file}
        assert len(files) == 2 and all(client.get(file).status_code == 200 for file in files)


@pytest.mark.browser_all
def test_data_says_which_version_it_is_from(two: tuple[Path, str, str]) -> None:
    folder, _, second = two
    with TestClient(create_app(Settings(store=folder))) as client:
        for path in (
            "/data/skane.ttl",
            "/data/id/skane/oro-planmonopol.jsonld",
            "/questions/phase-durations?format=csv",
        ):
            assert client.get(path).headers["Medskick-Version"] == second
        assert client.get("/sparql?query=ASK{}").headers["Medskick-Version"] == second
        assert second in client.get("/data/skane.ttl").text.splitlines()[0]
        assert second in client.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert client.get("/questions/phase-durations?format=json").json()["version"] == second


@pytest.mark.browser_all
def test_the_export_is_the_file_of_the_version(two: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, _, second = two
    export = tmp_path / "all.nq"
    assert run("export", "-o", str(export), store=folder).exit_code == 0
    assert hashlib.sha256(export.read_bytes()).hexdigest() == second
    assert export.read_bytes() == nquads(named_quads(open_store(folder)[0]))
