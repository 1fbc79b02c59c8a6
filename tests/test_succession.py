"""Decisions stand by what they presuppose, then by date, everywhere. Expected by hand from the tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest

from conftest import rows_of
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import THINGS, term_text
from medskick.queries.answer import notes
from medskick.queries.catalogue import Catalogue
from medskick.queries.run import Answer, ask
from medskick.reports.chains import story
from medskick.reports.document import Bullets, Heading, Paragraph, plain
from medskick.reports.graph_reader import GraphReader
from medskick.resources.succession import Succession
from medskick.rooms import room
from medskick.viz.charts.lanes import lanes
from medskick.viz.charts.story_chart import story_timeline
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.picture import from_view
from small_graph import dated, demo, undated

DATASETS = sorted(path.parent.name for path in room("graph").glob("*/decisions.csv"))


def full(name: str, home: str) -> str:
    owner, _, slug = name.rpartition(":")
    return f"{owner or home}/{slug}"


def presupposed() -> dict[str, set[str]]:
    """What each decision presupposes, over any number of steps, by ``dataset/id``."""
    direct = {
        full(row["id"], home): {full(name, home) for name in row["presupposes"].split(";") if name}
        for home in DATASETS
        for row in rows_of("decisions", [home])
    }

    def closed(decision: str) -> set[str]:
        return direct[decision] | {far for near in direct[decision] for far in closed(near)}

    return {decision: closed(decision) for decision in direct}


PRESUPPOSED = presupposed()
PHASE_PLACES = {
    f"{home}/{row['id']}": (full(row["process"], home), float(row["position"]))
    for home in DATASETS
    for row in rows_of("phases", [home])
    if row["position"]
}


def short(iris: Iterable[str]) -> list[str]:
    return [iri.removeprefix(THINGS) for iri in iris]


def wrong(things: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of a list in which a decision precedes what it presupposes, or a phase an earlier one."""
    pairs = [(things[i], later) for i in range(len(things)) for later in things[i + 1 :]]
    return [
        (one, later)
        for one, later in pairs
        if later in PRESUPPOSED.get(one, ())
        or (
            one in PHASE_PLACES
            and later in PHASE_PLACES
            and PHASE_PLACES[one][0] == PHASE_PLACES[later][0]
            and PHASE_PLACES[one][1] > PHASE_PLACES[later][1]
        )
    ]


def decisions_of(answer: Answer, column: str = "decision") -> list[str]:
    return short(dict.fromkeys(term_text(row[column]) for row in answer.rows if column in row))


# The order itself


def test_the_decisions_of_rufs_2050_stand_as_they_were_needed(kg: KnowledgeGraph) -> None:
    """STO-B1 to B9, B15: the budget of 2014 began it; the Government's of 2018 presupposes the adoption of 12 June."""
    assert decisions_of(kg.ask("decisions-in-order", process="rufs-2050")) == [
        f"stockholm/{slug}"
        for slug in (
            "budgetuppdrag-aktualitet", "budgetuppdrag-handlingsprogram", "aktualitetsunderlaget-remitteras",
            "programmet-godkanns", "samradshandlingen-skickas-ut", "inriktning-utstallningsforslag",
            "utstallning-beslutas", "slutforslag-i-namnden", "rufs-2050-antas", "ingen-overprovning",
        )
    ]  # fmt: skip


def test_the_petition_stands_before_its_remiss_and_a_later_answer_after_what_it_answers(
    whole_kg: KnowledgeGraph,
) -> None:
    """HAL-B1, B2, B9: by February 2021, and sent out that month; ENG-B3, B4: the new task has no date."""
    answer = decisions_of(whole_kg.ask("decisions-in-order", process="regionplan-halland"))
    assert answer == [
        f"halland/{s}" for s in ("avsiktsforklaringen-beslutas", "hemstallan-lamnas", "hemstallan-remitteras")
    ]
    answer = decisions_of(whole_kg.ask("decisions-in-order", process="oxfordshire-plan-2050"))
    assert answer == ["england/oxfordshire-plan-avbryts", "england/gruppen-far-ny-uppgift"]


IN_SEQUENCE = [q for q in Catalogue().questions() if q.in_sequence]
APART = ("process", "theme", "level")
"""Columns that a question groups its rows by first."""


@pytest.mark.parametrize("slug", [q.slug for q in IN_SEQUENCE])
def test_no_decision_or_phase_precedes_what_it_presupposes(whole_kg: KnowledgeGraph, slug: str) -> None:
    query = Catalogue().question(slug)
    by_group: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in ask(whole_kg.store, query, rests=False).rows:
        if query.in_sequence[0] in row:
            group = tuple(term_text(row[column]) for column in APART if column in row)
            by_group[group].append(term_text(row[query.in_sequence[0]]))
    assert {group: bad for group, things in by_group.items() if (bad := wrong(short(dict.fromkeys(things))))} == {}


def test_the_questions_on_decisions_and_phases_are_among_them() -> None:
    wanted = {"decisions-in-order", "decision-trajectory", "dialogue-around-decisions", "preparatory-bodies",
              "decisions-without-dialogue", "participation-to-implementation", "topic-across-bodies",
              "phase-durations", "phases-without-lessons", "known-and-unknown-by-phase"}  # fmt: skip
    assert wanted <= {query.slug for query in IN_SEQUENCE}


def test_no_timeline_of_a_process_has_a_decision_or_phase_before_what_it_presupposes(whole_kg: KnowledgeGraph) -> None:
    by_lane = {lane.label: lane.marks for lane in lanes(GraphReader(whole_kg.store, "sv"))}
    assert "RUFS 2050" in by_lane and len(by_lane) > 20
    for label, marks in by_lane.items():
        for is_dated in (True, False):
            assert wrong(short(mark.thing for mark in marks if (mark.days is not None) is is_dated)) == [], label


def test_no_prepared_decision_precedes_what_it_presupposes(whole_kg: KnowledgeGraph) -> None:
    answer = whole_kg.ask("preparatory-bodies")
    by_decision: dict[str, list[str]] = defaultdict(list)
    for row in answer.rows:
        by_decision[term_text(row["decision"])].append(term_text(row["prepared"]))
    assert any(len(set(prepared)) > 2 for prepared in by_decision.values())
    assert [bad for prepared in by_decision.values() for bad in wrong(short(dict.fromkeys(prepared)))] == []


@pytest.mark.parametrize("decision", sorted(d for d, before in PRESUPPOSED.items() if before))
def test_a_story_and_its_picture_tell_first_what_was_presupposed(whole_kg: KnowledgeGraph, decision: str) -> None:
    reader = GraphReader(whole_kg.store, "sv")
    blocks = story(reader, THINGS + decision).blocks
    for at, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level == 2:
            items = blocks[at + 1]
            assert isinstance(items, Bullets)
            named = [span.thing for item in items.items for span in item[:4] if span.thing]
            assert wrong(short(named)) == []
    table = story_timeline(reader, THINGS + decision, lambda thing: thing).table
    rows = [row for row in table.rows if plain(row[2]) != reader.say("chart.unknown")]
    assert wrong(short(row[0][0].thing for row in rows)) == []


def test_the_story_of_the_adoption_ends_with_the_governments_decision(kg: KnowledgeGraph) -> None:
    """The review by the Government was a phase from 12 June to October 2018, which that decision ended."""
    reader = GraphReader(kg.store, "sv")
    table = story_timeline(reader, f"{THINGS}stockholm/rufs-2050-antas", lambda thing: thing).table
    decisions = short(row[0][0].thing for row in table.rows)
    tail = [
        thing for thing in decisions
        if thing.endswith(("/rufs-2050-antas", "/rufs-2050-overprovning", "/ingen-overprovning"))
    ]  # fmt: skip
    assert tail == ["stockholm/rufs-2050-antas", "stockholm/rufs-2050-overprovning", "stockholm/ingen-overprovning"]


def test_the_picture_of_the_decision_chain_has_each_after_what_it_presupposes(whole_kg: KnowledgeGraph) -> None:
    picture = laid(from_view(whole_kg.store, Catalogue().view("decision-chain")))
    places = picture.places or {}
    decisions = sorted((n.iri for n in picture.nodes if n.cls == "Decision"), key=lambda iri: places[iri][1])
    assert wrong(short(decisions)) == [] and f"{THINGS}stockholm/budgetuppdrag-aktualitet" in decisions


# The rule, on things made for it


def order_of(*said: str, things: Iterable[str] = "abcd") -> str:
    named = [THINGS + f"demo/{name}" for name in things]
    return "".join(iri[-1] for iri in Succession(demo(*said)).in_order(named, "en", lambda iri: iri[-1]))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # a year comes after the day that it presupposes, and only just; what is presupposed may not be in the list
        ([dated("a", "2018-01-01", "2018-12-31", "msk:presupposes ex:b"), dated("b", "2018-06-12"),
          dated("c", "2018-06-13"), dated("d", "2018-02-01")], "dbac"),
        ([dated("a", "2018-01-01", "2018-12-31", "msk:presupposes ex:x"), undated("x", "msk:presupposes ex:y"),
          dated("y", "2018-06-12"), dated("b", "2018-03-01"), dated("c", "2018-07-01"), dated("d", "2018-02-01")],
         "dbac"),
        # whatever the dates say
        ([dated("a", "2018-01-01", "", "msk:presupposes ex:b"), dated("b", "2019-01-01"), dated("c", "2018-05-01"),
          dated("d", "2020-01-01")], "cbad"),
        # without a date: just after what comes before it, else just before what presupposes it, else last
        ([undated("a"), dated("b", "2018-01-01"), undated("c", "msk:presupposes ex:b"), dated("d", "2018-02-01")],
         "bcda"),
        ([undated("a"), dated("b", "2018-01-01"), undated("c"), dated("d", "2019-01-01", "", "msk:presupposes ex:c")],
         "bcda"),
        # what it rests on counts only as far as its date leaves room
        ([dated("a", "2018-01-01", "2018-12-31", "msk:informedBy ex:b"), dated("b", "2018-06-12"),
          dated("c", "2018-05-01", "", "msk:informedBy ex:d"), dated("d", "2018-09-01")], "cbad"),
        # of one moment: by name
        ([dated(name, "2018-01-01") for name in "dcba"], "abcd"),
        # in a circle: by date
        ([dated("a", "2018-03-01", "", "msk:presupposes ex:b"), dated("b", "2018-02-01", "", "msk:presupposes ex:c"),
          dated("c", "2018-01-01", "", "msk:presupposes ex:a"), dated("d", "2017-01-01", "", "msk:presupposes ex:a")],
         "cbad"),
        ([dated("a", "2018-03-01", "", "msk:presupposes ex:a"), dated("b", "2018-02-01"), undated("c"), undated("d")],
         "bacd"),
    ],
)  # fmt: skip
def test_order_by_presupposition_then_date(said: list[str], expected: str) -> None:
    assert order_of(*said) == expected
    assert order_of(*reversed(said)) == expected


def test_phases_come_by_position_and_an_undated_decision_in_its_phase() -> None:
    phases = [
        f'ex:{name} a msk:Phase ; msk:process ex:p ; msk:position {place} ; rdfs:label "{name}"@en .'
        for name, place in (("x", 1), ("y", 2), ("z", 3))
    ]
    first = (
        'ex:x msk:start "2018" ; msk:startEarliest "2018-01-01"^^xsd:date ; msk:startLatest "2018-12-31"^^xsd:date .'
    )
    said = [*phases, first, undated("a", "msk:phase ex:y"), dated("b", "2018-06-01"), undated("c", "msk:phase ex:z")]
    assert order_of(*said, things="zyxcba") == "xyazcb"


def test_a_circle_is_said_and_breaks_no_answer_story_or_picture() -> None:
    store = demo(
        dated("a", "2018-03-01", "", "msk:presupposes ex:b", "msk:process ex:p", "msk:inProcess ex:p"),
        dated("b", "2018-02-01", "", "msk:presupposes ex:a", "msk:process ex:p", "msk:inProcess ex:p"),
        'ex:p a msk:PlanningProcess , msk:Process ; rdfs:label "p"@en .',
    )
    answer = ask(store, Catalogue().question("decisions-in-order"), lang="en")
    assert decisions_of(answer) == ["demo/b", "demo/a"]
    said = "As entered, these decisions presuppose one another. They therefore stand by date: a, b."
    assert said in notes(answer)
    reader = GraphReader(store, "en")
    document = story(reader, f"{THINGS}demo/a")
    assert said in [plain(block.line) for block in document.blocks if isinstance(block, Paragraph)]
    assert len(story_timeline(reader, f"{THINGS}demo/a", lambda thing: thing).table.rows) == 2
    picture = laid(from_view(store, Catalogue().view("decision-chain")))
    assert {node.iri for node in picture.nodes if node.cls == "Decision"} == {f"{THINGS}demo/{n}" for n in "ab"}
