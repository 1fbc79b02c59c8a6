"""The hard cases of the material (model notes 3.3), each shown on real data."""

import pytest

from medskick.graph.assemble import Assembled
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import PREFIXES, term_text
from medskick.queries.evaluate import select

PROLOGUE = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items())
SKANE = "PREFIX ska: <https://w3id.org/medskick/id/skane/> PREFIX nat: <https://w3id.org/medskick/id/national/> "


def ask(kg: KnowledgeGraph, pattern: str) -> list[tuple[str, ...]]:
    rows = select(kg.store, f"{PROLOGUE} {SKANE} SELECT DISTINCT * {{ {pattern} }}")
    return sorted(tuple(term_text(v) for _, v in sorted(row.items())) for row in rows)


def test_a_phase_that_was_renamed(kg: KnowledgeGraph) -> None:
    # SKA-F1, SKA-R10: project planning became process planning; one phase, a former label
    answer = ask(kg, 'ska:regionplan-skane-processplanering msk:formerLabel ?x FILTER(LANG(?x) = "sv")')
    assert answer == [("Projektplanering",)]


def test_an_annex_that_was_dropped(kg: KnowledgeGraph) -> None:
    # SKA-H3, SKA-B12: planned in phase 1, dropped; no date, no body
    status = ask(
        kg, "ska:genomforandebilaga msk:status ?s ; msk:plannedIn ?p MINUS { ska:genomforandebilaga msk:date ?d }"
    )
    assert [s.rpartition("/")[2] for _, s in status] == ["dropped"]
    assert ask(kg, "ska:genomforandebilagan-utgar msk:concerns ska:genomforandebilaga ; msk:outcome ?o") == [
        (PREFIXES["concept"] + "decision-outcome/dropped",)
    ]
    assert ask(kg, "ska:genomforandebilagan-utgar msk:body ?b") == []


def test_a_season_as_a_date(kg: KnowledgeGraph) -> None:
    # SKA-F3 ended in spring 2021: stays a season, spans 1 March to 31 May, yields no false number of days
    answer = ask(kg, "ska:regionplan-skane-samrad msk:end ?a ; msk:endEarliest ?b ; msk:endLatest ?c")
    assert answer == [("2021-21", "2021-03-01", "2021-05-31")]
    [(least, most)] = ask(kg, "ska:regionplan-skane-samrad msk:durationLeastDays ?a ; msk:durationMostDays ?b")
    assert int(least) < int(most)


def test_the_review_took_a_hundred_days(kg: KnowledgeGraph) -> None:
    # SKA-F5: 23 September to 31 December 2021, both ends counted
    answer = ask(kg, "ska:regionplan-skane-granskning msk:durationLeastDays ?a ; msk:durationMostDays ?b")
    assert answer == [("100", "100")]


def test_a_group_with_a_count_and_no_members(kg: KnowledgeGraph) -> None:
    # SKA-A9: seven municipalities, names missing
    answer = ask(kg, "ska:sju-kommuner a msk:ActorGroup ; msk:count ?n ; msk:membersComplete ?c")
    assert answer == [("false", "7")]
    assert ask(kg, "?member msk:memberOf ska:sju-kommuner") == []


def test_an_approximate_count(kg: KnowledgeGraph) -> None:
    # SKA-R70: about 120 formal bodies
    assert ask(kg, "ska:rus-remissinstanser msk:count ?n ; msk:countKind ?k") == [
        (PREFIXES["concept"] + "count-kind/about", "120")
    ]


@pytest.mark.parametrize(("reflection", "modality"), [("trog-start", "possible"), ("svag-forankring", "mostly")])
def test_a_hedged_explanation_keeps_its_hedge(kg: KnowledgeGraph, reflection: str, modality: str) -> None:
    # SKA-R3 "may have affected", SKA-R4 "largely explained"
    assert ask(kg, f"ska:{reflection} msk:modality ?m") == [(f"{PREFIXES['concept']}modality/{modality}",)]


def test_a_hedged_relation_has_no_plain_shortcut(kg: KnowledgeGraph) -> None:
    # SKA-R3: the resistance may have affected the start; no triple joins the two directly
    assert ask(kg, "?r msk:relationFrom ska:politiskt-motstand ; msk:relationTo ska:trog-start ; msk:modality ?m") != []
    assert ask(kg, "ska:politiskt-motstand ?p ska:trog-start") == []


def test_an_expected_date_is_no_actual_date(kg: KnowledgeGraph) -> None:
    # SKA-H27: reports due by 2022-12-31; nothing shows that they came
    answer = ask(kg, "nat:slutredovisning-lansstyrelserna msk:plannedDate ?d")
    assert answer and "2022-12-31" in answer[0][0]
    assert ask(kg, "nat:slutredovisning-lansstyrelserna msk:date ?d") == []


def test_an_announced_event_is_not_a_held_one(kg: KnowledgeGraph) -> None:
    # SKA-D3: the kick-off was announced for 25 September 2019; its outcome is not described
    assert ask(kg, "ska:kick-off msk:plannedDate ?d ; msk:status ?s") == [
        ("2019-09-25", PREFIXES["concept"] + "event-status/announced")
    ]
    assert ask(kg, "ska:kick-off msk:date|msk:attended ?x") == []
    # those it was meant for are not counted as involved through it
    assert ask(kg, "ska:kick-off msk:involves ?a MINUS { ska:kick-off msk:organiser ?a }") == []


def test_a_source_read_only_in_part(kg: KnowledgeGraph) -> None:
    # S2: about 2 000 characters of chapter 4
    assert ask(kg, "ska:lardomar-processfaserna msk:coverage ?c ; msk:charactersRead ?n") == [
        (PREFIXES["concept"] + "coverage/cut", "2000")
    ]


def test_an_inferred_field_is_named_with_its_reason(kg: KnowledgeGraph) -> None:
    # SKA-D1: the year is inferred from the weekday
    answer = ask(kg, 'ska:almedalsseminarium msk:inferredColumn ?c ; skos:note ?n FILTER(LANG(?n) = "en")')
    assert PREFIXES["shp"] + "events/planned_date" in [c for c, _ in answer]
    assert "2018" in answer[0][1]


def test_a_role_belongs_to_a_phase(kg: KnowledgeGraph) -> None:
    # SKA-A7: the chair of RUN spoke at consultation, review and adoption, each a participation of its own
    answer = ask(
        kg,
        f"?p msk:actor ska:run-ordforande ; msk:activity ?a ; msk:role <{PREFIXES['concept']}role/spokesperson>",
    )
    assert {a.rpartition("/")[2] for a, _ in answer} == {
        "regionplan-skane-samrad",
        "regionplan-skane-granskning",
        "regionplan-skane-antagande",
    }


def test_sources_that_differ_each_keep_their_value(kg: KnowledgeGraph) -> None:
    # SKA-F3: one source puts the consultation's start in 2020, another in spring 2021
    answer = ask(
        kg,
        "?c msk:supports ska:regionplan-skane-samrad ; msk:supportsColumn shp:phases\\/start ;"
        " msk:givesValue ?v ; msk:citedSource ?s",
    )
    assert {v for _, _, v in answer} == {"2020", "2021-21"}
    assert len({s for _, s, _ in answer}) == 2


def test_what_a_plan_says_is_never_an_experience(kg: KnowledgeGraph) -> None:
    # SKA-R55 to R57 are the plan's own challenges
    kind = PREFIXES["concept"] + "content-kind/plan-challenge"
    answer = ask(kg, f"?x msk:kind <{kind}> ; msk:fact ?f")
    assert {f for f, _ in answer} == {"SKA-R55", "SKA-R56", "SKA-R57"}
    assert ask(kg, f"?x msk:kind <{kind}> ; a msk:Challenge") == []


def test_a_parallel_track_is_not_in_the_sequence(kg: KnowledgeGraph) -> None:
    # SKA-F9, SKA-F10
    for phase in ("regionplan-skane-larande", "regionplan-skane-foljeforskning"):
        assert ask(kg, f"ska:{phase} a msk:Phase MINUS {{ ska:{phase} msk:position ?n }}") == [()]


def test_one_thing_is_one_row(assembled: Assembled) -> None:
    # SKA-B2 is NAT-B1, SKA-B4 is NAT-B3
    rows = [r for d in assembled.index.datasets.values() for r in d.rows.get("decisions", [])]
    for ours, theirs in (("SKA-B2", "NAT-B1"), ("SKA-B4", "NAT-B3")):
        assert len([r for r in rows if {ours, theirs} <= set(r.cells["fact"].split(";"))]) == 1
        assert len([r for r in rows if ours in r.cells["fact"].split(";")]) == 1


def test_what_follows_can_be_told_from_what_was_written(kg: KnowledgeGraph) -> None:
    pattern = "GRAPH ?g { ska:kick-off msk:inProcess ska:regionplan-skane }"
    assert [g for (g,) in ask(kg, pattern)] == ["https://w3id.org/medskick/graph/skane/derived"]
    written = ask(kg, "GRAPH <https://w3id.org/medskick/graph/skane> { ?s msk:involves|msk:inPhase|msk:inProcess ?o }")
    assert written == []


def test_a_reflection_without_a_target_is_about_its_process(assembled: Assembled, kg: KnowledgeGraph) -> None:
    rows = [r for r in assembled.index.datasets["skane"].rows["reflections"] if not r.cells.get("target")]
    assert rows
    for row in rows:
        assert ask(kg, f"ska:{row.id} msk:target ?t") == ask(kg, f"ska:{row.id} msk:process ?t")


def test_the_senders_reservation_goes_with_its_lessons_only(kg: KnowledgeGraph) -> None:
    # SKA-R12 concerns the report; SKA-R6 and R7 were read in it, SKA-R32 and R47 were not
    assert {lesson for _, lesson in ask(kg, "?lesson msk:caveat ?caveat")} == {
        "https://w3id.org/medskick/id/skane/beskriv-nyttan",
        "https://w3id.org/medskick/id/skane/avdramatisera",
    }
