"""The map of the places: how far the plan of each has come and in which phase, by hand from the facts."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from medskick.knowledge_graph import KnowledgeGraph
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader
from medskick.reports.places import Place, places
from medskick.resources.schemes import concepts_of
from medskick.viz.charts.chart import Chart
from medskick.viz.charts.place_map import columns_of, place_map
from medskick.web.app import Settings, create_app
from medskick.words import SHIPPED, Lang

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def sv(whole_kg: KnowledgeGraph) -> GraphReader:
    return GraphReader(whole_kg.store, "sv", links=True)


@pytest.fixture(scope="module")
def by_name(sv: GraphReader) -> dict[str, Place]:
    return {sv.name(place.thing).text: place for place in places(sv)}


def slug(thing: str) -> str:
    return thing.rpartition("/")[2]


def link(thing: str) -> str:
    return f"/{slug(thing)}"


def map_of(reader: GraphReader) -> Chart:
    return place_map(reader, link)


@pytest.mark.parametrize(
    ("name", "country", "state", "plan", "phase"),
    [
        # SKA-B11, SKA-F7: adopted 14 June 2022 and carried out since
        ("Skåne län", "sweden", "plan", "regionplanen", "regionplan-skane-genomforande"),
        # STO-B8, STO-F8: RUFS 2050, not the two before it
        ("Stockholms län", "sweden", "plan", "rufs-2050-planen", "rufs-2050-genomforande"),
        # HAL-F2, HAL-F6: the request for the mandate is what was done; adoption is only expected
        ("Hallands län", "sweden", "work", "hallands-regionplan", "regionplan-halland-hemstallan"),
        ("Oxfordshire", "england", "ended", "oxfordshire-planen", "ox-efter-samradet"),
        ("Ruhrområdet", "north-rhine-westphalia", "proposal", "regionalplanen", "tredje-utstallningen"),
        ("Oslo och Akershus", "norway", "plan", "regional-plan-2015", "oslo-akershus-horing"),
        # the phases of the Uusimaa plan are known only as they were planned
        ("Nyland", "finland", "work", "nylandsplanen", ""),
        # work of another kind is no plan
        ("Gävleborgs län", "sweden", "none", "", ""),
    ],
)
def test_a_place_has_its_plan_and_its_last_known_phase(
    by_name: dict[str, Place], name: str, country: str, state: str, plan: str, phase: str
) -> None:
    place = by_name[name]
    assert (slug(place.country), place.state, slug(place.plan), slug(place.phase)) == (country, state, plan, phase)


def test_what_was_called_without_known_outcome_is_marked_as_planned(by_name: dict[str, Place], sv: GraphReader) -> None:
    place = by_name["Östergötlands län"]
    assert place.expected and slug(place.phase) == "rumslig-strategi-granskning"
    [row] = [row for row in map_of(sv).table.rows if plain(row[0]) == "Östergötlands län"]
    assert "planerat" in plain(row[3])


def test_a_country_that_holds_places_is_none_itself(by_name: dict[str, Place]) -> None:
    assert not {"Sverige", "Danmark", "Skottland", "England", "Finland"} & by_name.keys()
    assert {"Köpenhamns huvudstadsområde", "Clydeplans område", "Birkaland"} <= by_name.keys()


@pytest.mark.parametrize("lang", SHIPPED)
def test_every_place_is_a_tile_with_a_link_and_a_row(whole_kg: KnowledgeGraph, lang: Lang) -> None:
    reader = GraphReader(whole_kg.store, lang, links=True)
    chart, listed = map_of(reader), places(reader)
    for drawing in (chart.wide, chart.narrow):
        blocks = [ET.fromstring(block) for block in str(drawing).split("\n")]
        tiles = [e for block in blocks for e in block.iter(f"{SVG}a")]
        assert sorted(tile.get("href", "") for tile in tiles) == sorted(link(place.thing) for place in listed)
        # what is seen is what is read out first, and nothing of it is cut
        for tile in tiles:
            seen = [text.text or "" for text in tile.iter(f"{SVG}text")]
            read = tile.findtext(f"{SVG}title") or ""
            assert not any(text.endswith("…") for text in seen), seen
            assert read.replace(" ", "").startswith("".join(seen[:1]).replace(" ", ""))
    names = [plain(row[0]) for row in chart.table.rows]
    assert sorted(names) == sorted(reader.name(place.thing).text for place in listed)
    # no empty cells; a place without a known plan says so, in its tile too
    assert all(plain(cell) for row in chart.table.rows for cell in row)
    none = {"sv": "ingen plan känd", "en": "no plan known"}[lang]
    without = [place for place in listed if place.state == "none"]
    assert len(without) == 4 and str(chart.wide).count(f">{none}</text>") == 4
    assert [plain(row[2]) for row in chart.table.rows].count(none) == 4


def test_every_country_has_its_place_on_the_map_and_no_other_is_named(sv: GraphReader) -> None:
    shipped = {slug(concept) for concept in concepts_of(sv.store, "jurisdiction")}
    named = [country for _, column in columns_of() for country in column]
    assert len(named) == len(set(named)) and set(named) <= shipped
    assert {slug(place.country) for place in places(sv)} <= set(named)


def test_the_page_shows_map_and_table_and_the_start_leads_to_it(whole_store: Path) -> None:
    client = TestClient(create_app(Settings(store=whole_store)))
    page = client.get("/sv/places").text
    assert 'class="chart places wide"' in page and 'class="chart places narrow"' in page
    # the tile leads to the place's own page, which is there
    [tile] = re.findall(r'<a class="dated" href="(/sv/concept/territory/skane-county)">', page)[:1]
    assert client.get(tile).status_code == 200
    assert page.count("<table") == 1
    assert 'href="/sv/places"' in client.get("/sv/").text


def test_each_region_of_a_country_is_offered_by_its_own_name(whole_store: Path) -> None:
    client = TestClient(create_app(Settings(store=whole_store)))
    page = client.get("/en/lessons?region=west-of-england-plan").text
    offered = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<(]+)', page.partition('name="region"')[2]))
    # four plans of Scotland in the dataset of that name, three of England: none stands for the others
    assert {"Aberdeenshire", "Scottish Borders", "South of Scotland", "Oxfordshire", "West of England"} <= {
        name.strip() for name in offered.values()
    }
    # the plan that an older address names, and the dataset that meant the latest of them
    assert re.search(r'<option value="[^"]+" selected>West of England', page)
    scotland = client.get("/en/lessons?region=scotland").text
    assert re.search(r'<option value="scotland" selected>South of Scotland', scotland)


def test_a_process_that_is_not_there_leads_to_those_that_are(whole_store: Path) -> None:
    answer = TestClient(create_app(Settings(store=whole_store))).get("/sv/compare?process=zz")
    assert answer.status_code == 400 and "Det går att välja" in answer.text and "RUFS 2050" in answer.text
