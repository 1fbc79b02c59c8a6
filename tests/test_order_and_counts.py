"""Order, weight and counts: what readers trust and cannot check for themselves. Expected by hand from the tables."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx
import pyoxigraph as ox
import pytest

from conftest import rows_of
from medskick.graph.assemble import Assembled
from medskick.graph.statements import default_quads
from medskick.graph.store import open_store, save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.network import measures
from medskick.ontology import GRAPHS, THINGS, node, term_text
from medskick.queries.catalogue import Catalogue
from medskick.queries.search.search_index import Index
from medskick.reports.compared_processes import in_common_order
from medskick.reports.document import Bullets, Document, Table, plain
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lesson_list import lessons
from medskick.viz.charts.lanes import lanes
from medskick.viz.charts.timeline import timeline
from medskick.viz.pictures.as_svg import network_svg
from medskick.viz.pictures.picture import from_view
from medskick.viz.svg import text_width

SVG = "{http://www.w3.org/2000/svg}"


def table(document: Document, heading: str) -> Table:
    """The table under a heading."""
    return next(t for above, t in document.tables if above == heading)


def titles(document: Document) -> list[str]:
    """The lessons that a list names, in its order."""
    return [item[0].text for b in document.blocks if isinstance(b, Bullets) for item in b.items]


# What an answer rests on


def test_a_process_beside_the_answer_does_not_bring_all_its_sources(kg: KnowledgeGraph) -> None:
    """SKA-B8: what was set aside rests on two pages, its owner on three; the two processes have twelve between them."""
    answer = kg.ask("clashes-with-sub-regional-plans", datasets=["skane"])
    assert len(answer.rows) == 1 and answer.sources == 5


def test_where_processes_are_the_answer_it_rests_on_their_sources(kg: KnowledgeGraph) -> None:
    """``processes.csv``: the sources that the rows of the processes cite, each once."""
    datasets = ["skane", "stockholm", "halland"]
    answer = kg.ask("lessons-fed-and-used", datasets=datasets)
    shown = {str(row["process"]).rpartition("/")[2].rstrip(">") for row in answer.rows}
    cited = {
        (name, source)
        for name in datasets
        for row in rows_of("processes", [name])
        if row["id"] in shown
        for source in row["sources"].split(";")
    }
    assert {"regionplan-skane", "rufs-2050", "regionplan-halland"} <= shown and answer.sources == len(cited)


# Order


def test_phases_are_compared_in_the_order_of_the_scheme(kg: KnowledgeGraph) -> None:
    """``phase-type.ttl``: sh:order 2 to 15, then those that run alongside, by name."""
    rows = table(kg.compare("stockholm", "skane"), "Phases").rows
    assert [cells[0][0].thing.rpartition("/")[2] for cells in rows] == [
        "relevance-assessment", "start-up", "process-planning", "programme", "drafting", "consultation",
        "revision-after-consultation", "review", "adoption", "government-review", "implementation", "plan-revision",
        "following-research", "evaluation-and-learning",
    ]  # fmt: skip


@pytest.mark.parametrize("pair", [("skane", "stockholm"), ("stockholm", "skane")])
def test_kinds_of_decision_are_compared_in_the_order_of_each_process(kg: KnowledgeGraph, pair: tuple[str, str]) -> None:
    """``decisions.csv``: Skåne's consultation began in 2020, two years after Stockholm adopted, and before its own."""
    rows = table(kg.compare(*pair), "Decisions").rows
    kinds = [cells[0][0].thing.rpartition("/")[2] for cells in rows]
    skane = ["funding", "appointment", "start-of-phase", "to-review", "adoption"]
    stockholm = ["commissioning", "referral", "programme-approval", "to-review", "forwarding", "adoption", "no-action"]
    assert [kind for kind in kinds if kind in skane] == skane
    assert [kind for kind in kinds if kind in stockholm] == stockholm


def test_who_weighs_most_comes_first_and_parties_of_the_whole_process_last(kg: KnowledgeGraph) -> None:
    """Of one activity each the commenter comes last in the phase; the county board is there, marked."""
    rows = kg.ask("roles-by-phase", phase_type="review", process="rufs-2050", lang="en").rows
    actors = [term_text(row["actor"]).rpartition("/")[2] for row in rows]
    assert (actors[0], actors[4:6]) == ("trn", ["klys", "region-stockholm"])
    rows = kg.ask("roles-by-phase", phase_type="review", process="regionplan-skane", lang="sv").rows
    levels = {term_text(row["actor"]).rpartition("/")[2]: term_text(row["level"]) for row in rows}
    assert (levels["lansstyrelsen-skane"], levels["sju-kommuner"]) == ("hela processen", "skedet")


def test_what_two_processes_had_the_other_way_round_stands_once() -> None:
    assert in_common_order([["a", "b", "c"], ["b", "a", "d", "a"], []]) == ["a", "b", "c", "d"]


def test_lessons_from_the_most_alike_context_come_first(kg: KnowledgeGraph) -> None:
    """``contexts.csv``: with Halland five factors are its own, three alike in Skåne, none in Stockholm.

    In Stockholm three differ. Advice by a source comes before practice that we framed; national advice has no context
    that differs. The joint statement is our own reading, and stands after all that a source gives as advice.
    """
    wanted = [
        "Keep describing the benefit to society",
        "Play it down and bring everyone along", "Be clearer about the benefit",
        "Dialogue decides the support for the plan", "Bring the stakeholders in step by step",
        "Start early and widen the circle",
        "Keep the plan relevant to the actors", "Give feedback to those who answered", "Assess impacts from the start",
        "Assure quality with a municipal group", "Close dialogue with those who will implement",
        "Write a joint statement to build on",
    ]  # fmt: skip
    # the national dataset may tell of more
    assert [title for title in titles(kg.lessons(like="halland")) if title in wanted] == wanted


def test_of_contexts_as_much_alike_the_one_with_fewer_differences_comes_first(assembled: Assembled) -> None:
    """Held against Stockholm (named in law, rules before 2019, a later plan), with two factors changed for the test."""
    category = node("msk:category")
    # Halland as if named in law: alike on one factor, different on two; Skåne's rules unknown: one of each
    halland, skane = (ox.NamedNode(THINGS + slug) for slug in ("halland/halland-sokte-sjalv", "skane/nya-lagregler"))
    named = ox.NamedNode("https://w3id.org/medskick/concept/context-category/named-in-law")
    quads = [q for q in assembled.store if q.predicate != category or q.subject not in (halland, skane)]
    quads.append(ox.Quad(halland, category, named, ox.NamedNode(f"{GRAPHS}halland")))
    store = ox.Store()
    store.bulk_extend([*quads, *default_quads(quads)])
    shown = titles(lessons(GraphReader(store, "en"), like="stockholm"))
    assert shown.index("Dialogue decides the support for the plan") < shown.index(
        "Keep describing the benefit to society"
    )


def test_more_hits_in_the_readers_language_come_before_more_in_the_other() -> None:
    """In the reader's own twice, against once there and twice in the other: texts of as many words, one rank."""
    store, graph = ox.Store(), ox.NamedNode(GRAPHS + "demo")
    texts = {
        "own": ("plan plan gul röd", "white blue green black"),
        "other": ("plan gul röd blå", "plan plan white blue"),
    }
    for slug, (swedish, english) in texts.items():
        thing = ox.NamedNode(THINGS + f"demo/{slug}")
        store.add(ox.Quad(thing, node("rdf:type"), node("msk:Decision"), graph))
        for prop, sv, en in (("rdfs:label", "beslut", "decision"), ("dcterms:description", swedish, english)):
            for text, lang in ((sv, "sv"), (en, "en")):
                store.add(ox.Quad(thing, node(prop), ox.Literal(text, language=lang), graph))
    (group,) = [g for g in Index(store).find("plan", "sv").groups if g.key == "decisions"]
    assert [hit.thing for hit in group.hits] == [THINGS + "demo/own", THINGS + "demo/other"]


# Weight


def test_large_meetings_make_no_community_of_those_who_meet_in_pairs() -> None:
    """Two fours that meet two and two, and all eight at five large meetings, which tie each pair by 1/7 a meeting."""
    graph: networkx.Graph[str] = networkx.Graph()
    meetings = [a + b for four in ("abcd", "efgh") for a in four for b in four if a < b] + ["abcdefgh"] * 5
    for number, present in enumerate(meetings):
        graph.add_node(f"meeting {number}", bipartite=measures.ACTIVITIES, kind="DialogueEvent")
        for actor in present:
            graph.add_node(actor, bipartite=measures.ACTORS, kind="Organisation")
            graph.add_edge(actor, f"meeting {number}")
    assert measures.communities(graph) == [list("abcd"), list("efgh")]


# Counts


@pytest.mark.parametrize("datasets", [None, ["skane"], ["stockholm"]])
def test_the_overview_of_gaps_counts_as_absent_what_its_rows_call_absent(
    kg: KnowledgeGraph, datasets: list[str] | None
) -> None:
    document = kg.gaps(datasets=datasets)
    absent = {
        above: sum(plain(cells[-1]).startswith("absent") for cells in t.rows)
        for above, t in document.tables
        if t.columns[-1] != "of which unknown"
    }
    for cells in table(document, "Overview").rows:
        assert int(plain(cells[2])) == absent.get(plain(cells[0]), 0), plain(cells[0])


# Time


def test_the_planned_end_of_what_goes_on_is_drawn(kg: KnowledgeGraph) -> None:
    """STO-F: the plan is carried out since October 2018, until autumn 2026: to the last day of November."""
    reader = GraphReader(kg.store, "en")
    stockholm = lanes(reader, processes=[f"{THINGS}stockholm/rufs-2050"])
    chart = timeline(reader, lambda thing: thing, stockholm, "2026", "2026")
    blocks = [ET.fromstring(block) for block in str(chart.wide).split("\n")]
    [mark] = [
        e for b in blocks for e in b.iter()
        if e.get("class") == "dated" and (e.findtext(f"{SVG}title") or "").startswith("Validity and implementation")
    ]  # fmt: skip
    [hollow] = [e for e in mark.iter(f"{SVG}path") if e.get("class") == "hollow"]
    ends = [float(x) for x in re.findall(r"H([\d.]+)", hollow.get("d") or "")]
    # 2026 lies on the 768 pixels after the first 102; its first 334 days end with November
    assert ends == pytest.approx([102 + 768 * 334 / 365] * 2, abs=0.2)


# Names and figures


def _extent(figure: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a circle or polygon."""
    if figure.tag == f"{SVG}circle":
        x, y, r = (float(figure.get(name, "0")) for name in ("cx", "cy", "r"))
        return x - r, y - r, x + r, y + r
    points = [tuple(map(float, p.split(","))) for p in figure.get("points", "").split()]
    return min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)


@pytest.mark.browser_all
@pytest.mark.parametrize("slug", ["actors-and-activities", "everything", "who-met-whom"])
def test_only_the_ten_best_connected_may_have_their_name_over_figures(kg: KnowledgeGraph, slug: str) -> None:
    drawing = ET.fromstring(network_svg(from_view(kg.store, Catalogue().view(slug)), "en"))
    # figures stand in order of ties, the best connected first
    things = [g for g in drawing if g.find(f"{SVG}title") is not None]
    extents = [_extent(next(e for e in g if e.tag in (f"{SVG}circle", f"{SVG}polygon"))) for g in things]
    assert len(things) > 40
    named = 0
    for rank, thing in enumerate(things[10:], start=10):
        for row in thing.iter(f"{SVG}text"):
            named += 1
            # without what lies above small letters and below them: there a figure may come close
            size, wide, base = 13.0, text_width(row.text or "", 13.0), float(row.get("y", "0"))
            left = float(row.get("x", "0")) - {"middle": wide / 2, "end": wide}.get(row.get("text-anchor", ""), 0)
            for other, (x1, y1, x2, y2) in enumerate(extents):
                over = left < x2 - 1 and x1 + 1 < left + wide and base - 0.5 * size < y2 - 1 and y1 + 1 < base
                assert not over, (row.text, things[other].findtext(f"{SVG}title"), rank)
    assert named > 0


# The store


def test_the_version_before_stays_for_those_who_are_just_opening_it(tmp_path: Path) -> None:
    """One version is kept beside the current one, an older one goes."""

    def built(label: str) -> str:
        quad = ox.Quad(ox.NamedNode(THINGS + "demo/a"), node("rdfs:label"), ox.Literal(label), ox.NamedNode(GRAPHS))
        return save([quad], tmp_path, inputs=label).version

    def kept() -> set[str]:
        return {p.name.removeprefix("store-") for p in tmp_path.glob("store-*") if p.is_dir()}

    first, second = built("first"), built("second")
    assert kept() == {first, second} and open_store(tmp_path)[1].version == second
    third = built("third")
    assert kept() == {second, third} and open_store(tmp_path)[1].version == third
