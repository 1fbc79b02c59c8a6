"""One faulty dataset does not stop the others: it stays as last built, and its pages say since when."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.faults import Faulty
from medskick.graph.from_tables import build, is_stale
from medskick.knowledge_graph import KnowledgeGraph
from medskick.web.app import Settings, create_app
from own_dataset import write

OTHER = {"base": "https://data.annan.example/id/", "version": "2.1", "modified": "2026-05-17", "title_en": "The other"}


def _edit(table: Path, before: str, after: str) -> None:
    text = table.read_text(encoding="utf-8")
    assert before in text
    table.write_text(text.replace(before, after), encoding="utf-8", newline="")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two datasets, built once."""
    data = tmp_path / "data"
    write(data)
    write(data, name="annan", description=OTHER)
    build([data], alone=True, store=tmp_path / "stores")
    return data


def _break(data: Path) -> None:
    """One dataset gets a fault, a changed meeting and a newer version; the other a changed meeting."""
    _edit(data / "annan" / "events.csv", "2024-11-12", "hösten 2024")
    _edit(data / "annan" / "events.csv", "Samrådsmöte", "Nytt möte")
    _edit(data / "annan" / "dataset.toml", "2026-05-17", "2026-11-20")
    _edit(data / "exempel" / "events.csv", "2024-11-12", "2024-11-13")


def test_the_faulty_one_stays_and_the_others_are_built(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "stores"
    server = TestClient(create_app(Settings(store=home, lang="en")))
    meeting = "/en/id/annan/samradsmote"
    assert "newest version" not in server.get(meeting).text
    _break(data)
    built, assembled = build([data], alone=True, store=home)
    assert built.held == ("annan",)
    assert [(one.file, one.column) for one in assembled.held["annan"]] == [("annan/events.csv", "date")]
    assert not is_stale(built)

    # a server that runs tells it at once: on each page of the dataset, with the version that stands
    note = "This is version 2.1, last changed 17 May 2026."
    for page in (meeting, "/en/id/annan/regionplan", "/en/dataset/annan"):
        assert note in server.get(page).text, page
    assert "12 November 2024" in server.get(meeting).text
    other = server.get("/en/id/exempel/samradsmote").text
    assert "newest version" not in other
    assert "13 November 2024" in other

    # nobody's version and no statement tells of the faulty one
    assert "Nytt" not in "".join(str(quad) for quad in KnowledgeGraph(home).store)

    _edit(data / "annan" / "events.csv", "hösten 2024", "2024-11-14")
    built, _ = build([data], alone=True, store=home)
    assert built.held == ()
    page = server.get(meeting).text
    assert "newest version" not in page
    assert "14 November 2024" in page


def test_the_same_graph_with_a_held_dataset_is_told_too(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "stores"
    server = TestClient(create_app(Settings(store=home, lang="sv")))
    first = server.get("/sv/id/annan/regionplan")
    _edit(data / "annan" / "events.csv", "2024-11-12", "hösten 2024")
    before = KnowledgeGraph(home).version
    assert build([data], alone=True, store=home)[0].version == before
    # also to who has the page from before
    again = server.get("/sv/id/annan/regionplan", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "senast ändrad 17 maj 2026" in again.text


def test_what_was_never_built_stops_the_build(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "stores"
    before = KnowledgeGraph(home).built
    write(data, {("events", "date"): "hösten"}, {"base": "https://data.ny.example/"}, "ny")
    with pytest.raises(Faulty):
        build([data], alone=True, store=home)
    assert KnowledgeGraph(home).built == before


def test_what_cannot_stand_beside_the_others_stops_the_build(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "stores"
    before = KnowledgeGraph(home).built
    # two datasets of one base: as last built the one that is told of has the same base
    _edit(data / "annan" / "dataset.toml", OTHER["base"], "https://data.exempel.example/id/")
    with pytest.raises(Faulty, match="same base"):
        build([data], alone=True, store=home)
    assert KnowledgeGraph(home).built == before


@pytest.mark.browser_all
def test_the_commands_say_what_is_wrong_and_what_stands(data: Path, tmp_path: Path) -> None:
    _break(data)
    options = ["--lang", "en", "--alone", "--data", str(data), "--store", str(tmp_path / "stores")]
    result = CliRunner().invoke(cli.app, ["build", *options])
    assert result.exit_code == 2
    assert "annan/events.csv, row 2, column date: found “hösten 2024”" in result.stderr
    assert "annan has faults and stays as last built: version 2.1, last changed 2026-05-17." in result.stderr
    asked = ["ask", "phase-durations", "--lang", "en", "--store", str(tmp_path / "stores")]
    result = CliRunner().invoke(cli.app, asked)
    assert result.exit_code == 0
    assert "annan has faults in its newest version" in result.stderr
