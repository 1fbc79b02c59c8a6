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


@pytest.mark.browser_all
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


@pytest.mark.browser_all
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


NEW = {"base": "https://data.ny.example/"}


@pytest.mark.browser_all
def test_what_was_never_built_is_left_out_and_the_others_are_built(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "stores"
    write(data, {("events", "date"): "hösten"}, NEW, "ny")
    _edit(data / "exempel" / "events.csv", "2024-11-12", "2024-11-13")
    built, assembled = build([data], alone=True, store=home)
    assert (built.held, list(assembled.held)) == (("ny",), [])
    assert [(one.file, one.column) for one in assembled.absent["ny"]] == [("ny/events.csv", "date")]
    assert not is_stale(built)
    kg = KnowledgeGraph(home)
    assert kg.datasets == ["annan", "exempel"]
    assert "2024-11-13" in "".join(str(quad) for quad in kg.store)
    assert TestClient(create_app(Settings(store=home, lang="en"))).get("/en/id/ny/samradsmote").status_code == 404
    _edit(data / "ny" / "events.csv", "hösten", "2024")
    assert build([data], alone=True, store=home)[0].held == ()
    assert KnowledgeGraph(home).datasets == ["annan", "exempel", "ny"]


def test_where_nothing_would_be_left_nothing_is_written(data: Path, tmp_path: Path) -> None:
    write(tmp_path / "new", {("events", "date"): "hösten"})
    with pytest.raises(Faulty):
        build([tmp_path / "new"], alone=True, store=tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()


@pytest.mark.browser_all
def test_of_two_with_one_base_the_one_that_changed_stays_as_last_built(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "stores"
    _edit(data / "annan" / "dataset.toml", OTHER["base"], "https://data.exempel.example/id/")
    built, assembled = build([data], alone=True, store=home)
    assert built.held == ("annan",) and {one.code for one in assembled.held["annan"]} == {"same-base"}
    # one that was never built gives way to both
    write(data, description={"base": "https://data.exempel.example/id/ny/"}, name="ny")
    built, assembled = build([data], alone=True, store=home)
    assert built.held == ("annan", "ny") and list(assembled.absent) == ["ny"]


def test_of_two_folders_with_one_name_the_second_is_left_out(data: Path, tmp_path: Path) -> None:
    second = write(tmp_path / "second", description=NEW)
    built, assembled = build([data, second], alone=True, store=tmp_path / "stores")
    assert list(assembled.absent) == [str(second)] and assembled.held == {}
    assert KnowledgeGraph(tmp_path / "stores").datasets == ["annan", "exempel"]
    assert built.held == (str(second),)


@pytest.mark.browser_all
def test_what_refers_to_one_that_is_left_out_is_built_all_the_same(data: Path, tmp_path: Path) -> None:
    write(data, {("events", "date"): "hösten"}, NEW, "ny")
    refers = f'\n[refers]\nny = "{NEW["base"]}"\n'
    toml = data / "annan" / "dataset.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + refers, encoding="utf-8")
    _edit(data / "annan" / "lessons.csv", "for-kort-tid", "ny:for-kort-tid")
    built, _ = build([data], alone=True, store=tmp_path / "stores")
    assert built.held == ("ny",)


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
