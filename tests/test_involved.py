"""Who was involved, in what, and how much. Expected by hand from participations.csv, events.csv and decisions.csv."""

import re

import pytest

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import PREFIXES, THINGS
from medskick.reports.document import Bullets, Document, Heading, Line, Table, plain
from medskick.reports.graph_reader import GraphReader
from medskick.reports.involved import Involved, involved
from medskick.words import Lang

CONSULTATION = f"{PREFIXES['concept']}phase-type/consultation"


def short(iri: str) -> str:
    return iri.removeprefix(THINGS).removeprefix(PREFIXES["msk"]).removeprefix(f"{PREFIXES['concept']}role/")


def row_of(one: Involved) -> tuple[int, str, str, str]:
    return one.weight, short(one.actor), short(one.how), short(one.activity)


def listing(kg: KnowledgeGraph, region: str, **choice: str) -> list[Involved]:
    reader = GraphReader(kg.store, "sv")
    process = reader.process(region)
    return involved(reader, CONSULTATION, [process], region=process, **choice)


def test_who_weighs_most_in_a_consultation_comes_first(kg: KnowledgeGraph) -> None:
    """Skåne: the region organised the referral, the panel, the dialogues and the meetings; residents were in three."""
    rows = [row_of(one) for one in listing(kg, "skane")]
    assert {row[3] for row in rows[:4]} == {f"skane/{s}" for s in ("remissrunda", "skanepanelen-enkat",
                                                                   "samradsdialoger", "samradsmoten")}  # fmt: skip
    assert {row[:3] for row in rows[:4]} == {(4, "skane/region-skane", "organiser")}
    assert rows[4:8] == [
        (4, "skane/region-skane", "planning-body", "skane/regionplan-skane"),
        (3, "skane/skaningarna", "consulted-party", "skane/regionplan-skane-samrad"),
        (3, "skane/skaningarna", "participant", "skane/samradsmoten"),
        (3, "skane/skaningarna", "respondent", "skane/skanepanelen-enkat"),
    ]
    # Stockholm: six events of the region's; the presidium's four rounds of talks, and host of the phase
    rows = [row_of(one) for one in listing(kg, "stockholm")]
    assert [row[:3] for row in rows[:12]] == [
        *[(6, "stockholm/region-stockholm", "organiser")] * 6,
        (6, "stockholm/region-stockholm", "planning-body"),
        *[(5, "stockholm/trn-presidium", "organiser")] * 4,
        (5, "stockholm/trn-presidium", "dialogue-host"),
    ]
    # of two in two each the committee that decided comes first
    assert [row for row in rows if row[0] == 2][:2] == [
        (2, "stockholm/trn", "decision-maker", "stockholm/samradshandlingen-skickas-ut"),
        (2, "stockholm/trn", "decision-maker", "stockholm/rufs-2050-samrad"),
    ]


def test_a_region_that_has_had_no_such_phase_is_told_by_its_whole_process(kg: KnowledgeGraph) -> None:
    rows = listing(kg, "halland")
    assert [row_of(one) for one in rows] == [
        (0, "national/lansstyrelsen-halland", "dialogue-party", "halland/regionplan-halland"),
        (0, "halland/region-halland", "planning-body", "halland/regionplan-halland"),
        (0, "halland/regionstyrelsens-ordforande", "spokesperson", "halland/regionplan-halland"),
        (0, "national/tillvaxtverket", "co-funder", "halland/regionplan-halland"),
    ]
    assert all(one.whole_process and one.inferred for one in rows)


def test_the_county_board_and_the_municipalities_are_there(kg: KnowledgeGraph) -> None:
    skane = {row_of(one)[1:]: one for one in listing(kg, "skane")}
    board = skane["national/lansstyrelsen-skane", "commenter", "skane/regionplan-skane"]
    assert board.whole_process and not board.inferred
    assert skane["skane/skanes-kommuner", "dialogue-party", "skane/regionplan-skane"].whole_process
    assert not skane["skane/skanes-kommuner", "participant", "skane/samradsdialoger"].whole_process
    # the sub-regional board decided its own joint statement, in the group's work
    assert ("skane/skane-nordost-styrelse", "decision-maker", "skane/regionplanegruppens-arbete") in skane


def test_a_role_narrows_and_a_region_comes_first(kg: KnowledgeGraph) -> None:
    reader = GraphReader(kg.store, "sv")
    decider = reader.concept("role", "decision-maker")
    rows = involved(reader, CONSULTATION, role=decider, region=reader.process("stockholm"))
    assert {one.how for one in rows} == {decider}
    assert [row_of(one)[1] for one in rows][:2] == ["stockholm/trn"] * 2
    assert {short(one.process) for one in rows[2:]} >= {"skane/regionplan-skane"}


@pytest.mark.parametrize("make", ["handbook", "compare"])
def test_roles_are_told_with_what_they_were_in(kg: KnowledgeGraph, make: str) -> None:
    document = (
        kg.handbook("consultation")
        if make == "handbook"
        else kg.compare("skane", "stockholm", phase_type="consultation")
    )
    above, text = "", ""
    for block in document.blocks:
        if isinstance(block, Heading):
            above = block.text
        elif above == "Whom to involve" and isinstance(block, Bullets):
            text += " ".join(map(plain, block.items))
        elif isinstance(block, Table) and "roles" in above.casefold():
            text += " ".join(plain(cell) for row in block.rows for cell in row)
    assert "County Administrative Board of Skåne: the process as a whole" in text
    assert re.search(r"The 33 municipalities of Skåne: [^–]*the process as a whole", text)
    assert "Skåne Nordost" in text and "work of the regional plan group" in text.casefold()


def test_a_readers_own_country_comes_first_in_whom_others_involved(whole_kg: KnowledgeGraph) -> None:
    """Uusimaa is read in Finland, of which the graph has Birkaland's meetings (PIR); Halland in Sweden."""
    wanted = {"nylandsplanen-2050": "Pirkanmaa", "halland": "Stockholm"}
    for region, first in wanted.items():
        document = whole_kg.handbook("consultation", region=region, lang="en")
        places = [plain(i).partition(" – ")[2] for i in _involved_items(document)]
        reader = GraphReader(whole_kg.store, "en")
        own = reader.process(region)
        assert any(first in plain(i) for i in _involved_items(document)[:8]), (region, places[:8], own)


def test_an_actor_has_one_line_with_all_its_parts_in_a_process(kg: KnowledgeGraph) -> None:
    """Skåne: the region organised four events, and is the planning body of the whole process (SKA-A)."""
    items = [plain(i) for i in _involved_items(kg.handbook("consultation", lang="en"))]
    [region] = [i for i in items if i.startswith("Region Skåne: ")]
    assert "(organiser); the process as a whole (planning body)" in region
    # those of most weight first, whatever the process is called: six events of Stockholm's region before the four
    assert items.index(region) > next(n for n, i in enumerate(items) if i.startswith("Region Stockholm: "))
    # the municipalities that met in the same talks share a line
    [talks] = [i for i in items if "Solna" in i and "Vaxholm" in i]
    assert "Ekerö" in talks
    # a caveat once: one mark in a line, at its end
    assert all(i.count("(inferred") <= 1 for i in items)


@pytest.mark.parametrize(
    ("lang", "heading", "words"),
    [
        ("sv", "Vilka ska vara med", "Sverige: ska vara med: länsstyrelse, kommun, statlig myndighet"),
        (
            "en",
            "Whom to involve",
            "Sweden: must be involved: county administrative board (länsstyrelse), municipality, ",
        ),
    ],
)
def test_the_law_comes_first_and_in_it_whom_the_region_itself_must_consult(
    kg: KnowledgeGraph, lang: Lang, heading: str, words: str
) -> None:
    """PBL 3:8 (NAT-R): the region consults the county board and the municipalities; agencies are told by the board."""
    blocks = kg.handbook("consultation", lang=lang).blocks
    start = next(n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.text == heading)
    law, others = [block for block in blocks[start : start + 5] if isinstance(block, Bullets)]
    assert plain(law.items[0]).startswith(words)
    # its statement belongs to the review (NAT-R86, R94), which agencies are told of (NAT-R107)
    review = kg.handbook("review", lang=lang).blocks
    start = next(n for n, block in enumerate(review) if isinstance(block, Heading) and block.text == heading)
    [duty] = [plain(item) for block in review[start : start + 3] if isinstance(block, Bullets) for item in block.items][
        :1
    ]
    assert duty.startswith(words.partition("länsstyrelse")[0] + "länsstyrelse") and duty.count(", ") >= 1
    # whom others involved comes after that, those in most first (test_who_weighs_most_in_a_consultation_comes_first)
    assert any("Länsstyrelsen" in plain(item) or "County Administrative Board" in plain(item) for item in others.items)


def _involved_items(document: Document) -> list[Line]:
    start = next(n for n, b in enumerate(document.blocks) if isinstance(b, Heading) and b.text == "Whom to involve")
    lists = [b for b in document.blocks[start : start + 5] if isinstance(b, Bullets)]
    return list(lists[-1].items)
