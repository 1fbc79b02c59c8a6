"""The ontology's page: what it tells of each term, and the pictures made from the files."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from medskick.resources.terms import classes, relations_of, terms
from medskick.web import linked_data
from medskick.web.app import Settings, create_app
from running import Server

MSK = "https://w3id.org/medskick/ontology#"
KEPT = f"<{MSK}Lesson> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> .\n"


def page(server: Server, path: str) -> str:
    answer = server.ask("GET", path)
    assert answer.status == 200
    return answer.body.decode()


def entry(text: str, term: str) -> dict[str, str]:
    """What the page tells of a term: each fact in plain text, by the word for it."""
    after = text.partition(f'<div id="{term}">')[2].partition("</details>")[0]
    facts = re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", after, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", value).strip() for name, value in facts}


def test_a_class_tells_what_its_files_say(server: Server) -> None:
    facts = entry(page(server, "/en/ontology"), "Document")
    assert facts["Type of (superclass)"] == "foaf:Document, prov:Entity"
    assert facts["Types (subclasses)"] == "contribution, legal act"
    assert facts["Identifier"] == f"{MSK}Document (class)"
    # said of a document, said of the other class: it holds both ways
    disjoint = facts["Never also (disjoint)"].split(", ")
    assert {"lesson", "reflection", "change"} <= set(disjoint)
    assert facts["Table and column"] == "documents.csv"
    assert facts["Since version"] == "0.1.0" and facts["Why it is needed"] and facts["From the graph"]


def test_a_property_tells_what_its_files_say(server: Server) -> None:
    text = page(server, "/sv/ontology")
    facts = entry(text, "answers")
    assert facts["Hör till (domän)"] == "medskick" and facts["Leder till (räckvidd)"] == "utmaning"
    assert facts["Tabell och kolumn"] == "lessons.csv: answers"
    # no domain is given, because several classes have it: the tables tell which
    assert entry(text, "owner")["Hör till (domän)"] == "process"
    assert entry(text, "round")["Kännetecken"] == "högst ett värde"
    assert entry(text, "partOf")["Läst baklänges (invers)"]
    # its columns narrow the range to a list of terms
    assert "skedestyp" in entry(text, "phaseType")["Leder till (räckvidd)"]


def test_every_term_has_an_example_from_the_graph_or_is_not_used_there(server: Server) -> None:
    text = page(server, "/en/ontology")
    without = {term.name for term in terms().values() if "From the graph" not in entry(text, term.name)}
    # what shapes and the ontology itself are written with, and what a dataset may say but these four do not
    assert {"column", "columnKind", "reason", "table"} <= without
    assert without.isdisjoint({"Lesson", "date", "answers", "inProcess"})


def test_the_pictures_are_made_from_the_files(server: Server) -> None:
    text = page(server, "/en/ontology")
    trees = text.partition('class="trees"')[2].partition("</div>\n</div>")[0]
    for term in classes().values():
        assert f"#{term.name}" in trees, term.name
    assert (f"{MSK}Lesson", f"{MSK}answers", f"{MSK}Challenge") in relations_of(f"{MSK}Lesson")
    lesson = text.partition('<div id="Lesson">')[2].partition("</details>")[0]
    assert "<svg" in lesson and 'href="/en/ontology#Challenge"' in lesson


def test_a_term_tells_since_which_version_it_is_there(
    store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0.0.9.nt").write_text(KEPT, encoding="utf-8")
    monkeypatch.setattr(linked_data, "room", lambda name: {"ontology": tmp_path}[name])
    with TestClient(create_app(Settings(store=store_folder))) as client:
        text = client.get("/en/ontology").text
    assert entry(text, "Lesson")["Since version"] == "0.0.9"
    assert entry(text, "Phase")["Since version"] == "0.1.0"
