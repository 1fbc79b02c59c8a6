"""What pages must bear: a lesson without a phase, names in one language alone, decisions in a circle."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import DATASETS, GRAPHS, THINGS
from medskick.web.app import Settings, create_app
from medskick.words import SHIPPED
from small_graph import demo

DATASET = f'''<{DATASETS}demo> a msk:Dataset ; dcterms:title "Demo"@fi ;
    <http://rdfs.org/ns/void#uriSpace> "{THINGS}demo/" .'''
LONELY = """ex:lone a msk:Lesson ; rdfs:label "Aloita ajoissa"@fi ; msk:recommendation "Varaa aikaa."@fi ;
    msk:learnedIn ex:p ."""
PROCESS = """ex:p a msk:PlanningProcess , msk:Process ; rdfs:label "Kaava"@fi ; msk:hasPhase ex:f .
    ex:f a msk:Phase ; rdfs:label "Kuuleminen"@fi ; msk:process ex:p ; msk:inProcess ex:p ;
    msk:phaseType <https://w3id.org/medskick/concept/phase-type/legal-force> ."""
CIRCLE = """ex:d a msk:Decision ; rdfs:label "D"@fi ; msk:process ex:p ; msk:inProcess ex:p ; msk:phase ex:f ;
    msk:presupposes ex:e .
    ex:e a msk:Decision ; rdfs:label "E"@fi ; msk:process ex:p ; msk:inProcess ex:p ; msk:phase ex:f ;
    msk:presupposes ex:d ."""


@pytest.fixture(scope="module")
def client(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("scanty")
    entered = demo(DATASET, LONELY, PROCESS, CIRCLE).quads_for_pattern(None, None, None, ox.NamedNode(f"{GRAPHS}demo"))
    save([*KnowledgeGraph(small_store).store, *entered], folder, inputs="scanty")
    with TestClient(create_app(Settings(store=folder)), raise_server_exceptions=False) as one:
        yield one


@pytest.mark.parametrize("lang", SHIPPED)
def test_every_page_of_a_planner_bears_it(client: TestClient, lang: str) -> None:
    for path in ("", "phase", "phase/legal-force", "phase/legal-force?starts=2027-03-01", "handbook", "lessons",
                 "handbook?phase-type=legal-force", "lessons?phase-type=legal-force", "timeline", "id/demo/lone",
                 "id/demo/p", "id/demo/f", "id/demo/d", "story/demo/d", "compare", "gaps", "charts", "places",
                 "questions/decisions-in-order", "id/demo/lone?format=docx", "id/demo/p?format=xlsx"):  # fmt: skip
        page = client.get(f"/{lang}/{path}", headers={"accept": "text/html"})
        assert page.status_code == 200, (path, page.status_code)


@pytest.mark.parametrize("lang", SHIPPED)
def test_what_is_in_one_language_is_shown_and_marked_with_it(client: TestClient, lang: str) -> None:
    text = client.get(f"/{lang}/lessons").text
    assert '<bdi lang="fi"><a href="' in text and "Varaa aikaa." in text
    word = docx.Document(io.BytesIO(client.get(f"/{lang}/lessons?format=docx").content))
    assert any("Varaa aikaa." in paragraph.text for paragraph in word.paragraphs)


@pytest.mark.parametrize("lang", SHIPPED)
def test_decisions_in_a_circle_are_all_shown_each_once(client: TestClient, lang: str) -> None:
    page = client.get(f"/{lang}/phase/legal-force").text
    assert page.count(f'href="/{lang}/id/demo/d"') == page.count(f'href="/{lang}/id/demo/e"') == 1
