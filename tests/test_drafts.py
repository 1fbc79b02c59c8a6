"""A draft: faults are what is left to do, its owner sees it, and nothing of it comes out in any other way."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.assemble import assemble, inputs_digest
from medskick.graph.drafts import assemble_with_drafts
from medskick.graph.faults import Faulty
from medskick.graph.from_tables import build, drafts_home, is_stale
from medskick.graph.statements import nquads
from medskick.knowledge_graph import KnowledgeGraph
from medskick.resources.finding import UnknownThingError
from medskick.web.app import Settings, create_app
from own_dataset import DESCRIPTION, toml, write

BASE = "https://data.utkast.example/id/"
DRAFT_PAGES = (
    "regionplan", "regionplan-samrad", "samradsmote", "exempel-kommun", "beslut-om-samrad", "for-kort-tid",
    "skicka-kartan-tidigt", "redogorelse",
)  # fmt: skip


def _draft(folder: Path) -> Path:
    """A draft that begins where a curator would: no English name, a wrong date, a phase without its process."""
    place = write(folder, {("events", "date"): "hösten 2024", ("phases", "process"): ""}, name="utkast")
    entries = {"title_sv": "Utkast till plan", "base": BASE, "modified": "2026-11-28", "state": "draft"}
    (place / "dataset.toml").write_text(toml(entries), encoding="utf-8")
    actors = (place / "actors.csv").read_text(encoding="utf-8")
    (place / "actors.csv").write_text(actors.replace("kommun,Exempel kommun", "kommun,"), encoding="utf-8", newline="")
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset and a draft beside it."""
    folder = tmp_path_factory.mktemp("drafts") / "data"
    write(folder)
    _draft(folder)
    return folder


@pytest.fixture(scope="module")
def home(folder: Path) -> Path:
    """A folder of stores: the one for everybody, and the one for the draft's owner."""
    home = folder.parent / "stores"
    build([folder], alone=True, store=home)
    build([folder], alone=True, store=drafts_home(home), drafts=True)
    return home


@pytest.fixture(scope="module")
def owner(home: Path) -> TestClient:
    return TestClient(create_app(Settings(store=drafts_home(home), lang="en")))


def test_a_drafts_faults_are_what_is_left_to_do_the_most_needed_first(folder: Path) -> None:
    assembled = assemble_with_drafts([folder], alone=True)
    assert assembled.errors == []
    left = [(one.file.removeprefix("utkast/"), one.column, one.level) for one in assembled.drafts["utkast"]]
    needed = [(file, column) for file, column, level in left if level == "error"]
    # the description lacks five entries; then a table each with one cell
    assert needed[0][0] == "dataset.toml"
    assert needed[-2:] == [("events.csv", "date"), ("phases.csv", "process")]
    assert {column for file, column in needed if file == "dataset.toml"} == {
        "title_en", "description_sv", "publisher", "licence", "version",
    }  # fmt: skip
    assert ("actors.csv", "label_en", "warning") in left


@pytest.mark.browser_all
def test_everybodys_store_is_as_if_the_draft_were_not_there(folder: Path, home: Path) -> None:
    kg = KnowledgeGraph(home)
    assert kg.datasets == ["exempel"]
    assert b"data.utkast.example" not in nquads(kg.store)
    assert b"drafts/" not in nquads(kg.store)
    assert kg.version == build([folder / "exempel"], alone=True, store=folder.parent / "without")[0].version
    assert not is_stale(kg.built)


def test_work_on_a_draft_makes_no_store_out_of_date(folder: Path, home: Path) -> None:
    built = KnowledgeGraph(home).built
    table = folder / "utkast" / "lessons.csv"
    before = table.read_bytes()
    table.write_bytes(before + b"\n")
    assert inputs_digest([folder / "utkast"]) != ""
    assert not is_stale(built)
    table.write_bytes(before)


def test_a_build_of_drafts_alone_says_how_to_see_them(folder: Path) -> None:
    with pytest.raises(Faulty, match="--drafts"):
        build([folder / "utkast"], alone=True, store=folder.parent / "alone")
    assert not (folder.parent / "alone").exists()


def test_the_owner_sees_each_thing_and_every_page_says_so(owner: TestClient) -> None:
    for name in DRAFT_PAGES:
        page = owner.get(f"/en/id/drafts/utkast/{name}")
        assert page.status_code == 200, name
        assert "<strong>Draft.</strong>" in page.text
        # it has no English title
        assert '<span lang="sv">Utkast till plan</span></a>' in page.text
    for path in ("/sv/", "/sv/lessons", "/sv/dataset/drafts/utkast", "/sv/id/exempel/regionplan", "/sv/search?q=plan"):
        page = owner.get(path)
        assert page.status_code == 200, path
        assert "Utkast till plan" in page.text
        assert "note draft" in page.text


def test_everybodys_pages_have_no_mark(home: Path) -> None:
    client = TestClient(create_app(Settings(store=home, lang="en")))
    page = client.get("/en/id/exempel/regionplan")
    assert page.status_code == 200
    assert "note draft" not in page.text
    assert client.get("/en/id/drafts/utkast/regionplan").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/data/drafts/utkast.ttl", "/data/exempel.ttl", "/data/catalogue.ttl", "/data/id/drafts/utkast/regionplan.ttl",
        "/data/search.sv.js", "/data/neighbours.js", "/data/new.sv.atom", "/graph/picture.html", "/graph/picture.svg",
        "/.well-known/void", "/reconcile", "/sv/reconcile", "/sv/lessons?format=csv", "/sv/handbook?format=docx",
        "/sv/id/drafts/utkast/regionplan?format=ris",
    ],
)  # fmt: skip
def test_nothing_is_downloaded_where_a_draft_is_shown(owner: TestClient, path: str) -> None:
    response = owner.get(path)
    assert response.status_code == 403
    assert "skicka" not in response.text.casefold()


def test_pages_with_a_draft_lead_to_no_download(owner: TestClient) -> None:
    for path in (
        "/en/",
        "/en/datasets",
        "/en/lessons",
        "/en/compare?process=exempel",
        "/en/id/exempel/regionplan",
        "/en/dataset/drafts/utkast",
    ):
        assert re.findall(r'href="[^"]*(?:/data/|format=)[^"]*"', owner.get(path).text) == [], path


def test_no_answer_counts_a_draft_that_it_does_not_name(home: Path) -> None:
    kg = KnowledgeGraph(drafts_home(home))
    assert kg.datasets == ["exempel"]
    count = f'SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'
    solutions = kg.store.query(count)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [int(row["n"].value) for row in solutions] == [0]
    # both have a lesson of the same name
    assert len(kg.ask("lessons-by-phase-and-role").rows) == 1
    assert len(kg.ask("lessons-by-phase-and-role", datasets=["exempel", "drafts/utkast"]).rows) == 2


def test_no_comparison_takes_a_draft_for_a_process(home: Path, owner: TestClient) -> None:
    kg = KnowledgeGraph(drafts_home(home))
    for name in (f"{BASE}regionplan", "drafts/utkast", "drafts/utkast:regionplan"):
        with pytest.raises(UnknownThingError) as caught:
            kg.compare("exempel", name)
        assert not any("utkast" in known for known in caught.value.known)
    # the same id in a draft makes nobody's ambiguous
    assert kg.compare("regionplan").title
    assert BASE not in owner.get("/en/compare").text


def test_a_reference_to_a_draft_is_to_nothing(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, {("lessons", "answers"): "utkast:for-kort-tid"})
    faults = assemble([tmp_path, folder / "utkast"], alone=True).errors
    assert [(one.column, one.code) for one in faults] == [("answers", "unknown-dataset")]


def test_a_draft_breaks_no_dataset_beside_it(folder: Path, tmp_path: Path) -> None:
    place = write(tmp_path, name="utkast", description={"base": DESCRIPTION["base"]}, more='state = "draft"\n')
    assembled = assemble_with_drafts([folder / "exempel", place], alone=True)
    assert assembled.errors == []
    assert [one.code for one in assembled.drafts["utkast"]] == ["same-base"]


def test_personal_data_does_not_enter_a_drafts_graph(tmp_path: Path) -> None:
    write(tmp_path, {("lessons", "label_sv"): "Fråga anna@exempel.example"}, more='state = "draft"\n')
    assembled = assemble_with_drafts([tmp_path], alone=True)
    assert "email" in [one.code for one in assembled.drafts["exempel"]]
    assert b"anna@" not in nquads(assembled.store)


def test_no_other_state_is_taken(tmp_path: Path) -> None:
    write(tmp_path, more='state = "utkast"\n')
    (fault,) = assemble([tmp_path], alone=True).errors
    assert (fault.column, fault.fix) == ("state", "draft")


@pytest.mark.browser_all
def test_the_check_lists_what_is_left_and_is_content(folder: Path) -> None:
    result = CliRunner().invoke(cli.app, ["check", "--lang", "en", "--alone", "--data", str(folder)])
    assert result.exit_code == 0
    assert "Draft utkast, left to do: 7 needed before it can be built for others, 1 more." in result.stderr
    assert "No faults." in result.stderr


@pytest.mark.parametrize("command", [["ask", "phase-durations"], ["export"], ["publish", "SITE"], ["gaps"]])
def test_no_command_makes_an_answer_or_a_file_of_the_owners_store(
    home: Path, tmp_path: Path, command: list[str]
) -> None:
    given = [str(tmp_path / "site") if one == "SITE" else one for one in command]
    result = CliRunner().invoke(cli.app, [*given, "--store", str(drafts_home(home)), "--lang", "en"])
    assert result.exit_code == 2 and "utkast" in result.stderr and "explore --drafts" in result.stderr
    assert result.stdout == "" and not (tmp_path / "site").exists()
