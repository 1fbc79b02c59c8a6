"""Going on from a thing: counted neighbours, hubs, paths, changed pictures, and the picture as SVG and GraphML."""

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx
import pyoxigraph as ox
import pytest
from lxml import etree
from starlette.testclient import TestClient

from conftest import SHARED, need
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import DATASETS, GRAPHS, THINGS, iri, node
from medskick.queries.catalogue import Catalogue
from medskick.viz.pictures import as_network
from medskick.viz.pictures.as_svg import network_svg
from medskick.viz.pictures.layout import laid, positions
from medskick.viz.pictures.neighbourhood import Group, Tie, between, evenly, groups, paths, ties
from medskick.viz.pictures.offline import key_of, neighbours, neighbours_script
from medskick.viz.pictures.picture import around_thing, changed, from_view
from medskick.web import explorer_api, picture_address
from medskick.web.app import Settings, create_app
from medskick.web.http.problems import Problem
from medskick.words import pick
from test_picture import hostile_picture

SVG = "{http://www.w3.org/2000/svg}"
KICK_OFF = THINGS + "skane/kick-off"


def ids(things: list[str]) -> list[str]:
    return [thing.removeprefix(THINGS) for thing in things]


def a_store(*triples: tuple[str, str, str]) -> ox.Store:
    """A store of relations between things of one dataset; every thing is a document."""
    store, graph = ox.Store(), ox.NamedNode(GRAPHS + "x")
    for start, relation, end in triples:
        for thing in (start, end):
            kind = ox.Quad(
                ox.NamedNode(THINGS + thing), ox.NamedNode(iri("rdf:type")), ox.NamedNode(iri("msk:Document")), graph
            )
            store.add(kind)
        store.add(ox.Quad(ox.NamedNode(THINGS + start), node(relation), ox.NamedNode(THINGS + end), graph))
    return store


def test_relations_are_counted_before_anything_is_drawn(kg: KnowledgeGraph) -> None:
    # SKA-D3: organised by Region Skåne, phase 1 of its process, others were to speak, two sources; what is not known
    relations = {
        (g.relation.rpartition("#")[2].rpartition("/")[2], g.out): g.total for g in groups(ties(kg.store, KICK_OFF))
    }
    assert relations == {
        ("organiser", True): 1, ("phase", True): 1, ("process", True): 1, ("participant", True): 1, ("source", True): 2,
        ("gapIn", False): 1,
    }  # fmt: skip


def test_of_a_hub_with_thousands_every_relation_is_seen_and_the_rest_counted() -> None:
    hub = a_store(*[("x/hub", "msk:about", f"x/t{i}") for i in range(5000)], ("x/one", "msk:replaces", "x/hub"))
    relations = ties(hub, THINGS + "x/hub")
    assert groups(relations) == [Group(iri("msk:about"), True, 5000), Group(iri("msk:replaces"), False, 1)]
    assert Tie(iri("msk:replaces"), False, THINGS + "x/one") in evenly(relations, 20, lambda _: "")
    picture = around_thing(hub, THINGS + "x/hub", most=20)
    assert len(picture.nodes) == 21 and picture.left_out == 4981
    value = explorer_api.ties_of(hub, "x/hub")["groups"]
    assert [(g["total"], len(g["members"])) for g in value] == [(5000, 500), (1, 1)]


def test_paths_are_the_shortest_and_the_least_trodden_first() -> None:
    store = a_store(
        ("x/a", "msk:about", "x/busy"), ("x/busy", "msk:about", "x/b"),
        ("x/a", "msk:about", "x/quiet"), ("x/quiet", "msk:about", "x/b"),
        ("x/a", "msk:about", "x/far1"), ("x/far1", "msk:about", "x/far2"), ("x/far2", "msk:about", "x/b"),
        *[("x/busy", "msk:about", f"x/other{i}") for i in range(9)],
        ("x/alone", "msk:about", "x/too"),
    )  # fmt: skip
    relations = [ids(path) for path in paths(store, THINGS + "x/a", THINGS + "x/b")]
    assert relations == [["x/a", "x/quiet", "x/b"], ["x/a", "x/busy", "x/b"], ["x/a", "x/far1", "x/far2", "x/b"]]
    assert len(paths(store, THINGS + "x/a", THINGS + "x/b", most=1)) == 1
    assert len(paths(store, THINGS + "x/a", THINGS + "x/b", longest=2)) == 2
    assert paths(store, THINGS + "x/a", THINGS + "x/alone") == paths(store, THINGS + "x/a", THINGS + "x/nothing") == []
    steps = between(store, [THINGS + "x/b", THINGS + "x/quiet", THINGS + "x/a"])
    assert [[(t.relation, t.out) for t in step] for step in steps] == [[(iri("msk:about"), False)]] * 2


def test_no_path_leads_through_a_source_or_a_gap(kg: KnowledgeGraph) -> None:
    # the kick-off and the review dialogues share a gap (how many came); they meet by their organiser and their process
    relations = [ids(path) for path in paths(kg.store, KICK_OFF, THINGS + "skane/granskningsdialoger")]
    assert {p[1] for p in relations if len(p) == 3} == {"skane/region-skane", "skane/regionplan-skane"}
    assert not any("lucka" in step for path in relations for step in path)


@pytest.mark.browser_all
def test_what_pages_without_a_server_get_says_the_same(kg: KnowledgeGraph) -> None:
    around = neighbours(kg.store)
    number = {row[0]: i for i, row in enumerate(around["things"])}
    for tail in ("skane/kick-off", "stockholm/rufs-2050", "national/regeringen"):
        here = {(around["keys"][k], s == number[tail], around["things"][e if s == number[tail] else s][0])
                for s, k, e, *_ in around["ties"] if number[tail] in (s, e)}  # fmt: skip
        store = {(key_of(t.relation), t.out, t.other.removeprefix(THINGS))
                 for t in ties(kg.store, THINGS + tail)}  # fmt: skip
        assert here == store
    assert around["things"][number["skane/kick-off"]][3:] == [
        [2019, 2019], "2019-09-25", "Kick-off för regionplaneuppdraget", "Kick-off of the regional plan mandate",
    ]  # fmt: skip
    assert neighbours_script(neighbours(kg.store)) == neighbours_script(neighbours(kg.store))


def test_a_changed_picture_moves_nothing_else(kg: KnowledgeGraph) -> None:
    begun = laid(around_thing(kg.store, "skane:kick-off"))
    added = THINGS + "skane/granskningsdialoger"
    grown = changed(kg.store, begun, {added: (500.0, 40.0)}, [THINGS + "skane/regionplan-skane"])
    places, before = positions(grown)[0], positions(begun)[0]
    assert places[added] == (500.0, 40.0)
    assert all(places[n.iri] == before[n.iri] for n in begun.nodes if n.iri in places)
    assert THINGS + "skane/regionplan-skane" not in places
    # SKA-D9: Region Skåne invited to the review dialogues
    assert (added, iri("msk:organiser"), THINGS + "skane/region-skane") in {
        (e.start, e.relation, e.end) for e in grown.edges
    }


# As SVG


@pytest.mark.browser_all
@pytest.mark.parametrize("slug", [v.slug for v in Catalogue().views()])
def test_every_view_is_drawn_without_a_script(kg: KnowledgeGraph, slug: str) -> None:
    picture = laid(from_view(kg.store, Catalogue().view(slug)))
    root = ET.fromstring(network_svg(picture, "en", lambda thing: "/en/" + thing.removeprefix(THINGS)))
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag in (SVG + "style", SVG + "script")]
    links = {e.get("href") for e in root.iter(SVG + "a")}
    assert links == {"/en/" + node.iri.removeprefix(THINGS) for node in picture.nodes}
    said = [e.text or "" for e in root.iter(SVG + "title")]
    assert all(any(text.startswith(pick(node.label, "en")[:200]) for text in said) for node in picture.nodes)
    assert len([e for e in root.iter(SVG + "text") if e.get("class") == "name"]) >= min(12, len(picture.nodes))
    assert network_svg(picture, "sv") == network_svg(picture, "sv")


def test_hostile_labels_are_text_in_an_svg() -> None:
    root = ET.fromstring(network_svg(hostile_picture(), "sv", alone=True))
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        "svg", "desc", "style", "g", "line", "title", "text", "circle", "polygon", "path",
    }  # fmt: skip
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on") or name.endswith("href")]


# What the server answers


def test_an_address_tells_how_a_picture_was_changed(kg: KnowledgeGraph) -> None:
    pairs = [
        ("around", "skane/kick-off"), ("more", "skane/granskningsdialoger@500,40"), ("pin", "skane/kick-off@7,8"),
        ("less", "skane/region-skane"), ("off", "Source;Gap"),
    ]  # fmt: skip
    picture = picture_address.pictured(kg.store, pairs)
    assert ids([n.iri for n in picture.nodes]) == [
        "skane/andra-regionala-aktorer", "skane/granskningsdialoger", "skane/kick-off", "skane/regionplan-skane",
        "skane/regionplan-skane-processplanering",
    ]  # fmt: skip
    assert positions(picture)[0][KICK_OFF] == (7.0, 8.0)
    # the dialogues were in 2021 (SKA-D9), the kick-off in 2019; a group without a date stays
    later = ids([n.iri for n in picture_address.pictured(kg.store, [*pairs, ("years", "2021-")]).nodes])
    assert "skane/granskningsdialoger" in later and "skane/andra-regionala-aktorer" in later
    assert "skane/kick-off" not in later


def test_a_picture_as_graphml_reads_back(kg: KnowledgeGraph) -> None:
    text = explorer_api.graphml_file(kg.store, "en", [("around", "skane/kick-off")])
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(networkx.parse_graphml(text))
    assert graph.nodes[KICK_OFF]["label"] == "Kick-off of the regional plan mandate"
    assert graph.nodes[KICK_OFF]["dataset"] == "skane" and graph.nodes[KICK_OFF]["from_year"] == 2019
    assert graph.nodes[KICK_OFF]["kind_label"] == "dialogue event"
    outcomes = {data["relation"]: data["label"] for _, _, data in graph.out_edges(KICK_OFF, data=True)}
    assert outcomes["msk:organiser"] == "organiser"
    named = re.findall(r'<edge [^>]*\bid="([^"]+)"', text)
    assert len(named) == len(set(named)) == graph.number_of_edges(), "an edge's id stands once in the file"


def test_a_picture_says_the_same_as_gexf_and_as_a_table(kg: KnowledgeGraph) -> None:
    """By hand from the tables of Skåne: events.csv, kick-off, is organised by Region Skåne."""
    picture = laid(around_thing(kg.store, "skane:kick-off"))
    graphml, gexf = (write(kg.store, picture, "sv") for write in (as_network.as_graphml, as_network.as_gexf))
    schema = SHARED / "suites" / "gexf-1.2" / "gexf.xsd"
    need(schema.is_file(), "the shared suites (MEDSKICK_SHARED)")
    xsd = etree.XMLSchema(etree.parse(schema))
    assert xsd.validate(etree.fromstring(gexf.encode())), xsd.error_log
    from_graphml, from_gexf = networkx.parse_graphml(graphml), networkx.read_gexf(io.BytesIO(gexf.encode()))
    assert dict(from_graphml.nodes(data=True)) == dict(from_gexf.nodes(data=True))
    rows = list(csv.DictReader(io.StringIO(as_network.as_csv(kg.store, picture, "sv"))))
    assert {(row["start_iri"], row["end_iri"]) for row in rows} == set(from_graphml.edges()) == set(from_gexf.edges())
    [organised] = [row for row in rows if row["relation_iri"] == iri("msk:organiser")]
    assert (organised["start_iri"], organised["end"], organised["derived"]) == (KICK_OFF, "Region Skåne", "false")


def test_a_licence_is_no_thing_to_go_to(kg: KnowledgeGraph) -> None:
    value = ids([n.iri for n in picture_address.begun(kg.store, [("around", DATASETS + "skane")]).nodes])
    assert not any("creativecommons" in tail for tail in value) and len(value) > 1


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ([("view", "no-such")], 404),
        ([("around", "skane/no-such")], 404),
        ([("around", "https://e.org/a b")], 404),
        ([("around", "skane/kick-off"), ("depth", "9")], 400),
        ([("view", "process-at-a-glance"), ("process", "no-such")], 400),
        ([("around", "skane/kick-off"), ("more", ";".join(f"x/{i}@1,1" for i in range(900)))], 400),
    ],
)
def test_nonsense_is_refused(kg: KnowledgeGraph, pairs: list[tuple[str, str]], status: int) -> None:
    with pytest.raises(Problem) as caught:
        picture_address.pictured(kg.store, pairs)
    assert caught.value.status == status


def test_nonsense_in_a_change_changes_nothing(kg: KnowledgeGraph) -> None:
    pairs = [("around", "skane/kick-off")]
    odd = [("more", "x@nan;@1,1;<script>@1,2;skane/x@inf,1"), ("less", "%%%;;"), ("years", "a-b"), ("off", ";")]
    assert picture_address.pictured(kg.store, [*pairs, *odd]).nodes == picture_address.pictured(kg.store, pairs).nodes


@pytest.mark.parametrize("tail", ["", "x/none", "https://e.org/a b", "\u0000"])
def test_unknown_things_are_not_found(kg: KnowledgeGraph, tail: str) -> None:
    for asked in ("ties", "things"):
        with pytest.raises(Problem) as caught:
            explorer_api.ASKED[asked](kg.store, [("thing", tail)], None)
        assert caught.value.status == 404


def test_what_a_linkset_says_of_two_regions_is_met_on_the_way_and_says_who_says_it(kg: KnowledgeGraph) -> None:
    # links/skane-stockholm: the two adoptions correspond to each other, by Medskick's own reading
    here, there = THINGS + "skane/regionplan-skane-antagande", THINGS + "stockholm/rufs-2050-antagande"
    link = THINGS + "links/skane-stockholm/antagande-motsvarar-antagande"
    assert Tie(iri("msk:relationFrom"), False, link) in ties(kg.store, here)
    assert link not in {tie.other for tie in ties(kg.store, here, links=False)}
    assert [here, link, there] in paths(kg.store, here, there)
    [drawn] = [n for n in around_thing(kg.store, here).nodes if n.iri == link]
    assert (drawn.cls, drawn.dataset) == ("Relation", "links/skane-stockholm")
    assert drawn.label == {
        "sv": "Antagande – motsvarar – Antagande",
        "en": "Adoption (antagande) – corresponds to – Adoption (antagande)",
    }
    by = next(line["value"] for line in drawn.extra["lines"] if line["label"]["en"] == "said by")
    assert (
        set(by) == {"sv", "en"}
        and "Medskick" in by["sv"]
        and drawn.extra["note"]["sv"].startswith("I båda antas planen")
    )
    # the picture that is asked for without links has none
    assert link not in {n.iri for n in around_thing(kg.store, here, links=False).nodes}


def test_sources_are_round_a_thing_only_where_asked_for(kg: KnowledgeGraph, store_folder: Path) -> None:
    # SKA-D3: the kick-off is known from its invitation
    source = THINGS + "skane/kick-off-inbjudan"
    for sources in (False, True):
        picture = around_thing(kg.store, KICK_OFF, sources=sources)
        assert (source in {node.iri for node in picture.nodes}) is sources
        assert THINGS + "skane/region-skane" in {node.iri for node in picture.nodes}
    client = TestClient(create_app(Settings(store=store_folder)))
    without, within = (client.get(f"/sv/graph?around=skane/kick-off{more}").text for more in ("", "&sources=1"))
    assert 'id="row-' in without and "kick-off-inbjudan" not in without and "kick-off-inbjudan" in within
    # the choice stands in the page's form, keeps the thing, and goes along to the files
    assert '<input type="hidden" name="around" value="skane/kick-off">' in without
    assert '<option value="1" selected>visas i bilden</option>' in within
    assert "sources=1" in within.partition('id="save-svg"')[2][:300]
    # the small picture on the thing's own page has none either
    small = client.get("/sv/id/skane/kick-off").text.partition("<aside")[2].partition("</svg>")[0]
    assert "region-skane" in small and "kick-off-inbjudan" not in small
