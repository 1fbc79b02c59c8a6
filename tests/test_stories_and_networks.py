"""Stories sentence by sentence and networks number by number, as the tables have them."""

import doctest
import importlib
import io
import itertools
import re
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
from lxml import etree

import medskick
from conftest import SHARED, need, rows_of
from medskick.knowledge_graph import KnowledgeGraph
from medskick.network import measures
from medskick.ontology import THINGS, node, term_text
from medskick.queries.catalogue import Catalogue
from medskick.reports.document import Bullets, Document, Heading, Paragraph, Table, plain
from medskick.reports.graph_reader import GraphReader


def opening(document: Document) -> str:
    """The first paragraph: the story in a few sentences."""
    return next(plain(b.line) for b in document.blocks if isinstance(b, Paragraph))


def items(document: Document, heading: str) -> list[str]:
    """The list under a heading."""
    at = next(n for n, b in enumerate(document.blocks) if isinstance(b, Heading) and b.text == heading)
    listed = document.blocks[at + 1]
    assert isinstance(listed, Bullets)
    return [plain(item) for item in listed.items]


# Stories


def test_a_decision_is_told_by_what_it_presupposed_concerned_and_led_to(kg: KnowledgeGraph) -> None:
    # STO-B8: decisions.csv, rufs-2050-antas, and what names it
    document = kg.story("stockholm:rufs-2050-antas")
    assert opening(document) == (
        "RUFS 2050 is adopted. The county council assembly adopted the plan. When: 12 June 2018. Decided by: County"
        " Council assembly (landstingsfullmäktige). The sources give no basis for the decision. The"
        " decision required The final proposal in committee. The decision concerned RUFS 2050 with plan map. The"
        " decision produced RUFS 2050 with plan map. The decision started Possible review by the Government (inferred)."
        " The decision ended Adoption (antagande). The decision was required for The Government does not review."
    )
    # 22 February opens both; the adoption began the review and made the plan, and the Government's no ended the review
    assert items(document, "Timeline") == [
        "22 February 2018: The final proposal in committee (presupposes)",
        "22 February 2018 – 12 June 2018: Adoption (antagande) (ends)",
        "12 June 2018: RUFS 2050 is adopted",
        "12 June 2018 – October 2018 (inferred): Possible review by the Government (starts)",
        "12 June 2018: RUFS 2050 with plan map (concerns, generated, in force from)",
        "2018: The Government does not review (presupposed by)",
    ]
    # changes.csv: nine to this version
    assert len(items(document, "Without a known time")) == 9


def test_a_decision_without_day_or_body_says_so(kg: KnowledgeGraph) -> None:
    # SKA-B9: 2020, by a body that no source names
    text = opening(kg.story("skane:samradet-startar"))
    assert "When: 2020 (inferred). The sources do not say which body decided. The sources give no basis for" in text
    # STO-B1: an assignment in a budget whose day is not known
    assert "When:" not in opening(kg.story("stockholm:budgetuppdrag-aktualitet"))


def test_a_change_is_told_by_its_versions_and_the_comments_behind_it(kg: KnowledgeGraph) -> None:
    # STO-R17: sixteen sub-goals after the exhibition
    document = kg.story("stockholm:farre-delmal")
    assert opening(document) == (
        "The number of sub-goals was cut to sixteen, four for each goal. The change lies between Exhibition proposal"
        " for RUFS 2050 and RUFS 2050 with plan map. It was made after Public exhibition (utställning). It followed"
        " comments in 160 answers to the exhibition proposal (inferred). Submitted by: Those who answered on the"
        " exhibition proposal. It may not be known which of them led to this particular change. The comments are"
        " reported in Account of changes, Exhibition statement."
    )
    assert [item.partition(": ")[2] for item in items(document, "Timeline")] == [
        "160 answers to the exhibition proposal", "Exhibition proposal for RUFS 2050",
        "Public exhibition (utställning)", "Account of changes", "RUFS 2050 with plan map",
    ]  # fmt: skip
    assert items(document, "Without a known time") == ["Exhibition statement"]


def test_a_lesson_without_a_challenge_is_told_by_what_it_comes_out_of(kg: KnowledgeGraph) -> None:
    # SKA-R47: read out of the municipalities' basis for their statement
    document = kg.story("skane:gemensamt-yttrande")
    assert opening(document) == (
        "Let a sub-regional group write a joint statement that each municipality can add to or sharpen. The"
        " sources name no challenge that the lesson answers. The lesson is based on Basis for the municipalities'"
        " consultation statement. It is not known whether anyone has applied the lesson."
    )
    assert items(document, "Processes that could use the lesson") == [
        "Regional plan for Halland: consultation (samråd)"
    ]


def test_a_lesson_is_told_by_its_challenge_and_those_who_hold_it(kg: KnowledgeGraph) -> None:
    # STO-R24, STO-R25: what it answers is not told again as what it comes out of
    document = kg.story("stockholm:konsekvensbedom-fran-borjan")
    assert opening(document) == (
        "Run the impact assessment as part of planning from an early stage, not only as a check afterwards. (inferred)"
        " The lesson answers the challenge Methods for integrated assessment were lacking (inferred) (Region Stockholm,"
        " WSP Sverige AB): There were no established methods for assessing the impacts of a plan together. It is not"
        " known whether anyone has applied the lesson."
    )
    # STO-R24 and R25 name no phase
    assert items(document, "Processes that could use the lesson") == [
        "Regional plan for Halland: consultation (samråd) (inferred)",
        "Regional plan for Halland: programme (inferred)",
        "Regional plan for Skåne: programme (inferred)",
    ]  # fmt: skip
    # SKA-R6 comes out of the challenge that it answers
    assert "The lesson is based on" not in opening(kg.story("skane:beskriv-nyttan"))


# Sources


def test_a_reference_says_how_much_of_its_source_was_read(kg: KnowledgeGraph) -> None:
    """``sources.csv``: the coverage of each, in words."""
    sources = kg.compare("skane", "stockholm").sources.values()
    words = {"whole": "Read in full", "nearly-whole": "Nearly all read", "cut": "Only the beginning read"}
    seen = set()
    for source in sources:
        [coverage] = GraphReader(kg.store, "en").values(source.iri, "msk:coverage")
        key = term_text(coverage).rpartition("/")[2]
        assert (source.read, source.whole) == (words[key], key == "whole")
        seen.add(key)
    assert seen == set(words)
    only = kg.story("stockholm:konsekvensbedom-fran-borjan").sources.values()
    assert {source.lang for source in only} == {"sv"} and all(source.publisher and source.url for source in only)


# Networks


@pytest.fixture(scope="module")
def skane(kg: KnowledgeGraph) -> Document:
    return kg.network_report("skane")


def table(document: Document, heading: str) -> Table:
    return next(t for above, t in document.tables if above == heading)


def test_the_network_says_how_large_it_is_and_how_much_was_read(kg: KnowledgeGraph, skane: Document) -> None:
    graph = kg.two_mode("skane")
    actors = [n for n, data in graph.nodes(data=True) if data["bipartite"] == measures.ACTORS]
    activities = [n for n, data in graph.nodes(data=True) if data["bipartite"] == measures.ACTIVITIES]
    reader = GraphReader(kg.store, "en")
    cut = {term_text(q.subject) for coverage in ("cut", "nearly-whole") for q in kg.store.quads_for_pattern(
        None, node("msk:coverage"), ox.NamedNode(f"https://w3id.org/medskick/concept/coverage/{coverage}"), None
    )}  # fmt: skip
    whole = sum(not cut & {term_text(s) for s in reader.values(a, "dcterms:source")} for a in activities)
    size = next(plain(b.line) for b in skane.blocks if isinstance(b, Paragraph) and b.kind == "note")
    assert list(map(int, re.findall(r"\d+", size))) == [
        len(actors), len(activities), graph.number_of_edges(), whole, len(activities),
    ]  # fmt: skip


def test_connectors_are_in_order_and_their_numbers_are_those_of_the_network(
    kg: KnowledgeGraph, skane: Document
) -> None:
    rows = [[plain(cell) for cell in row] for row in table(skane, "Who connects").rows]
    graph = kg.two_mode("skane")
    reader = GraphReader(kg.store, "en")
    involved = {reader.name(n).text: graph.degree(n) for n in measures.actors_in(graph)}
    assert len(rows) == 10 and rows[0][0] == "Region Skåne"
    assert [int(row[2]) for row in rows] == [involved[row[0]] for row in rows]
    keys = [tuple(-int(number) for number in (row[1], row[3])) for row in rows]
    assert keys == sorted(keys)
    # an actor's own level is not one that it meets
    assert "regional level" not in rows[0][5] and "municipal level" in rows[0][5]
    notes = [plain(b.line) for b in skane.blocks if isinstance(b, Paragraph)]
    assert f"The first 10 of {len(involved)}." in notes


def test_brokers_name_pairs_that_share_no_other_contact_no_actor_twice(kg: KnowledgeGraph, skane: Document) -> None:
    graph = kg.two_mode("skane")
    reader = GraphReader(kg.store, "en")
    met = {
        reader.name(a).text: {reader.name(b).text for e in graph[a] for b in graph[e]}
        for a in measures.actors_in(graph)
    }
    rows = [[plain(cell) for cell in row] for row in table(skane, "Who brokers between others").rows]
    shares = [float(row[1]) for row in rows]
    assert shares == sorted(shares, reverse=True) and 0 < shares[-1] <= shares[0] < 1
    for name, _, _, _, pairs, examples in rows:
        named = [tuple(pair.split(" – ")) for pair in examples.split("; ") if pair]
        assert len(named) == min(2, int(pairs)) or (len(named) == 1 and int(pairs) > 0)
        assert len({one for pair in named for one in pair}) == 2 * len(named)
        for one, other in named:
            assert other not in met[one] and met[one] & met[other] - {one, other} == {name}


def test_groups_are_numbered_from_the_largest(skane: Document) -> None:
    rows = [[plain(cell) for cell in row] for row in table(skane, "Groups").rows]
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    sizes = [int(row[1]) for row in rows]
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] > 1


@pytest.mark.browser_all
def test_several_processes_have_a_part_each_and_one_together(kg: KnowledgeGraph) -> None:
    def parts(*names: str) -> list[str]:
        words = [b.text for b in kg.network_report(*names).blocks if isinstance(b, Heading) and b.level == 2]
        return words[:-1]

    assert parts("skane")[:3] == ["Regional plan for Skåne", "Who connects", "Who brokers between others"]
    assert parts("skane", "halland")[:2] == ["Regional plan for Skåne", "Regional plan for Halland"]
    assert parts("skane", "halland")[2:] == ["All together", "Can the processes be compared?"]
    assert parts()[0] == "All together"


def bipartite(meetings: dict[str, str]) -> "networkx.Graph[str]":
    """A network of actors (letters) and meetings."""
    graph: networkx.Graph[str] = networkx.Graph()
    for meeting, present in meetings.items():
        graph.add_node(meeting, bipartite=measures.ACTIVITIES, kind="DialogueEvent")
        for actor in present:
            graph.add_node(actor, bipartite=measures.ACTORS, kind="Organisation")
            graph.add_edge(actor, meeting)
    return graph


@pytest.mark.parametrize("size", list(itertools.product(range(1, 5), range(1, 5))), ids=str)
def test_nobody_is_between_others_who_have_all_met(size: tuple[int, int]) -> None:
    actors, meetings = size
    measured = measures.brokers(bipartite({str(m): "abcd"[:actors] for m in range(meetings)}))
    assert [b.pairs for b in measured if b.pairs] == []
    assert measured == [] or min(size) > 1


def test_an_actor_between_others_has_every_pair_counted_and_two_told() -> None:
    """b meets a, c, d and e in pairs: six pairs that only b brings together; two of them share nobody."""
    [broker] = measures.brokers(bipartite({"1": "ab", "2": "bc", "3": "bd", "4": "be"}))
    assert (broker.actor, broker.pairs, broker.examples) == ("b", 6, (("a", "c"), ("d", "e")))


def test_a_pair_with_another_go_between_is_nobodys_own() -> None:
    """By hand: a and d never meet, but both b and c meet both; e shares c alone with a and with d."""
    measured = measures.brokers(bipartite({"1": "ab", "2": "ac", "3": "bd", "4": "cd", "5": "ce"}))
    pairs = {broker.actor: (broker.pairs, broker.examples) for broker in measured}
    assert pairs["b"] == (0, ()) and pairs["c"] == (2, (("a", "e"),))


def test_a_network_reads_back_from_its_files_which_tell_no_day() -> None:
    two = bipartite({"1": "ab"})
    graphml, gexf = measures.as_graphml(two), measures.as_gexf(two)
    assert set(map(frozenset, networkx.parse_graphml(graphml).edges)) == {frozenset("a1"), frozenset("b1")}
    assert networkx.parse_graphml(graphml).nodes["a"] == {"bipartite": measures.ACTORS, "kind": "Organisation"}
    assert graphml.endswith("</graphml>\n") and gexf.endswith("</gexf>\n")
    assert "lastmodifieddate" not in gexf and gexf.count("<edge ") == 2


def test_a_network_file_is_valid_gexf(kg: KnowledgeGraph) -> None:
    """By the format's own schema; every node and edge has what programs sort and colour by."""
    schema = SHARED / "suites" / "gexf-1.2" / "gexf.xsd"
    need(schema.is_file(), "the shared suites (MEDSKICK_SHARED)")
    xsd = etree.XMLSchema(etree.parse(schema))
    text = kg.network_file("halland", form="gexf")
    assert xsd.validate(etree.fromstring(text.encode())), xsd.error_log
    for network in (networkx.read_gexf(io.BytesIO(text.encode())), networkx.parse_graphml(kg.network_file("halland"))):
        assert network.number_of_edges() > 10
        for _, described in network.nodes(data=True):
            assert {
                "label",
                "kind",
                "level",
                "region",
                "first_day",
                "last_day",
                "source",
                "bipartite",
            } <= described.keys()
        for *_, edge in network.edges(data=True):
            assert edge["relation"] == "msk:involves" and {"first_day", "last_day"} <= edge.keys()


@pytest.mark.parametrize("view", [v.slug for v in Catalogue().views()])
def test_every_node_and_edge_of_a_view_is_described(kg: KnowledgeGraph, view: str) -> None:
    graph = kg.network(view)
    assert graph.number_of_edges() > 0
    for thing, described in graph.nodes(data=True):
        assert described["label"] and described["kind"], thing
        assert {"level", "region", "first_day", "last_day"} <= described.keys(), thing
    for start, end, edge in graph.edges(data=True):
        assert edge["relation"] and {"first_day", "last_day"} <= edge.keys(), (start, end)


def test_a_node_and_an_edge_have_what_the_tables_say(kg: KnowledgeGraph) -> None:
    """By hand from the tables of Stockholm: decisions.csv, rufs-2050-antas; actors.csv, landstingsfullmaktige."""
    graph = kg.network("decision-chain", lang="sv")
    decision = f"{THINGS}stockholm/rufs-2050-antas"
    [row] = [row for row in rows_of("decisions", ["stockholm"]) if row["id"] == "rufs-2050-antas"]
    cited = sorted(f"{THINGS}stockholm/{source}" for source in row["sources"].split(";"))
    assert graph.nodes[decision] | {"label": ""} == {
        "label": "", "kind": "Decision", "level": "", "region": "Stockholms län",
        "first_day": "2018-06-12", "last_day": "2018-06-12", "source": "; ".join(cited),
    }  # fmt: skip
    [(body, edge)] = [
        (b, data) for _, b, data in graph.out_edges(decision, data=True) if data["relation"] == "msk:body"
    ]
    days = {"first_day": "2018-06-12", "last_day": "2018-06-12"}
    assert edge == {"relation": "msk:body", **days, "source": "; ".join(cited)}
    assert (graph.nodes[body]["kind"], graph.nodes[body]["level"]) == ("Organisation", "regional nivå")


def test_the_examples_of_docstrings_run(
    kg: KnowledgeGraph, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDSKICK_STORE", str(store_folder))
    source = Path(medskick.__file__).parent
    written = [path for path in source.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")]
    names = [
        ".".join(path.relative_to(source.parent).with_suffix("").parts).removesuffix(".__init__") for path in written
    ]
    assert {"medskick", "medskick.knowledge_graph"} <= set(names)
    for name in names:
        done = doctest.testmod(importlib.import_module(name), extraglobs={"kg": kg})
        assert done.attempted > 1 and done.failed == 0, name


def test_connectors_count_phases_and_processes_of_their_activities() -> None:
    """By hand: a was at a meeting in a phase of p, b in that phase itself; levels are those of the others' kinds."""
    store, graph = ox.Store(), ox.NamedNode(f"{THINGS}g")

    def say(thing: str, prop: str, to: str) -> None:
        store.add(ox.Quad(ox.NamedNode(THINGS + thing), node(prop), ox.NamedNode(THINGS + to), graph))

    say("meeting", "msk:inPhase", "phase")
    say("meeting", "msk:inProcess", "p")
    say("phase", "msk:process", "p")
    say("meeting", "msk:inRegion", "region")
    say("a", "msk:kind", "municipality")
    say("municipality", "skos:broader", "municipal")
    say("b", "msk:kind", "state")
    two: networkx.Graph[str] = networkx.Graph()
    for name in ("a", "b"):
        two.add_node(THINGS + name, bipartite=measures.ACTORS, kind="Organisation")
    two.add_node(f"{THINGS}meeting", bipartite=measures.ACTIVITIES, kind="DialogueEvent")
    two.add_node(f"{THINGS}phase", bipartite=measures.ACTIVITIES, kind="Phase")
    two.add_edges_from(
        [(f"{THINGS}{x}", f"{THINGS}{y}") for x, y in (("a", "meeting"), ("b", "meeting"), ("b", "phase"))]
    )
    b, a = measures.connectors(store, two)
    assert (a.actor, a.activities, a.phases, a.processes) == (f"{THINGS}a", 1, 1, 1)
    assert (b.actor, b.activities, b.phases, b.processes) == (f"{THINGS}b", 2, 1, 1)
    assert a.regions == b.regions == (f"{THINGS}region",)
    # the top of a kind; for b the level above the municipality's
    assert (a.levels, b.levels) == ((f"{THINGS}state",), (f"{THINGS}municipal",))
