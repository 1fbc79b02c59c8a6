"""The sentence that an answer begins with: written by hand from the real data, uncertainty kept, faults with line."""

import dataclasses
import json
from typing import Any

import pyoxigraph as ox
import pytest

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import EDTF
from medskick.queries.answer import as_json
from medskick.queries.answer_sentence import plainly, sentence_of
from medskick.queries.catalogue import Catalogue
from medskick.queries.row_marks import RowMarks
from medskick.queries.sentence import slips
from medskick.reports.html import as_html
from medskick.reports.render import as_markdown
from medskick.resources.names import Label
from test_words_and_answers import QUERY, THING, answer

RUFS, SKANE, HALLAND = "stockholm:rufs-2050", "skane:regionplan-skane", "halland:regionplan-halland"
EXPECTED: list[tuple[str, dict[str, Any], str, str]] = [
    # STO-A19, STO-H15
    ("referral-bodies-and-answers", {"process": RUFS},
     "The most asked in one round: about 600; the most answers: 160.",
     "Flest tillfrågade i en omgång: omkring 600; flest svar: 160."),
    # STO-B1 to B7, B8, B9, B15; one of the bodies and some of the dates are inferred
    ("decisions-in-order", {"process": RUFS},
     "10 decisions in 1 process, by 5 bodies; dates: 19 September 2013 – 2018 (partly inferred).",
     "10 beslut i 1 process, av 5 instanser; datum: 19 september 2013 – 2018 (delvis härlett)."),
    # SKA-B1: in a week; SKA-B9
    ("decisions-in-order", {"process": SKANE},
     "6 decisions in 1 process, by 3 bodies; dates: 5 November 2018 – 14 June 2022 (partly inferred).",
     "6 beslut i 1 process, av 3 instanser; datum: 5 november 2018 – 14 juni 2022 (delvis härlett)."),
    # STO-D25; HAL-D1 names nobody
    ("residents-involved", {"process": RUFS},
     "Residents took part in Dialogue on social media.", "Invånare deltog i Dialog på sociala medier."),
    ("residents-involved", {"process": "halland:rus-halland"},
     "No source reviewed mentions residents taking part.", "Ingen genomgången källa berättar om invånare som deltog."),
    # SKA-F5, NAT-R88: the wording read is later than the review
    ("least-time-kept", {"process": SKANE},
     "Possibly: Review (granskning) in Regional plan for Skåne took at least 3 whole months, and the law demands 3.",
     "Möjligen: Granskning i Regionplan för Skåne tog minst 3 hela månader, och lagen kräver 3."),
    ("demanded-documents-missing", {"process": SKANE},
     "3 kinds of document that the law demands cannot be seen in 1 process: statement (yttrande), consultation report"
     " (samrådsredogörelse) and statement after exhibition or review.",
     "3 typer av handlingar som lagen kräver syns inte i 1 process: yttrande, utlåtande efter utställning eller"
     " granskning och samrådsredogörelse."),
    # NAT-R88 to R91, R107
    ("what-the-law-demands", {"phase_type": "consultation"},
     "6 rules have been read, from 1 country, most often of the kind duty to consult (3), demand on content (1), demand"
     " for a document (1) and notice (1).",
     "6 regler är lästa, från 1 land, oftast av typen samrådskrav (3), krav på innehåll (1), krav på handling (1) och"
     " underrättelse (1)."),
    # STO-R11 has no comments behind it; which comments led to what is inferred
    ("changes-after-comments", {"process": RUFS},
     "9 changes are known in 1 plan version; for 8 of them the comments behind are known (partly inferred).",
     "9 ändringar är kända i 1 planversion; för 8 av dem är synpunkterna bakom kända (delvis härlett)."),
    # SKA-F5 100 days, STO-F5 130, STO-F11 1 to 303
    ("phase-length-by-regime", {"phase_type": "review"},
     "3 phases in 1 country can be timed: the shortest took at most 100 days, the longest at least 130 days.",
     "3 skeden i 1 land går att tidsbestämma: det kortaste tog högst 100 dagar, det längsta minst 130 dagar."),
    # HAL-F1, F2, F3, F6: none has two dates
    ("phase-durations", {"process": HALLAND}, "4 phases in 1 process.", "4 skeden i 1 process."),
    # STO-A11
    ("county-board-roles", {"process": RUFS},
     "1 county administrative board had a role in 1 activity, most often co-host (1) and network member (1).",
     "1 länsstyrelse hade en roll i 1 aktivitet, oftast medvärd (1) och nätverksmedlem (1)."),
    # the municipalities have two roles
    ("roles-by-phase", {"process": RUFS, "phase_type": "review"},
     "12 actors have a named role in 1 process, most often consultee (remissinstans) (2), contributor (2),"
     " decision-maker (1) and 8 more.",
     "12 aktörer har en namngiven roll i 1 process, oftast remissinstans (2), medverkande (2), beslutsfattare (1) och"
     " 8 till."),
    # NAT-R21, R43 (Boverket), R122, HAL-R5, R16, R18
    ("lessons-by-phase-and-role", {"phase_type": "mandate"},
     "6 lessons for 1 type of phase, learned in 1 process; for 1 of them it is known who gives the advice (partly"
     " inferred).",
     "6 medskick för 1 skedestyp, från 1 process; för 1 av dem är det känt vem som ger rådet (delvis härlett)."),
    ("lessons-about-the-start", {"process": RUFS},
     "There is no lesson about the start here yet.", "Här finns inget medskick om starten ännu."),
    # HAL-R2, R15
    ("unanswered-challenges", {"process": HALLAND},
     "2 challenges have no lesson yet, in 1 process or country.",
     "2 utmaningar saknar medskick, i 1 process eller land."),
    # STO-D24
    ("dialogues-by-phase", {"process": RUFS, "phase_type": "review"},
     "There is one dialogue event: Municipal contact meeting in September 2017 (meeting).",
     "Det finns ett dialogtillfälle: Kommunkontaktmöte i september 2017 (möte)."),
    # SKA-D4: two rows, for two gaps, of one event
    ("municipalities-before-consultation", {"process": SKANE},
     "Before the formal consultation 1 dialogue event is known with: The 33 municipalities of Skåne.",
     "Före det formella samrådet är 1 dialogtillfälle känt med: De 33 skånska kommunerna."),
    # HAL-F6
    ("announced-but-outcome-unknown", {"process": HALLAND},
     "2 announced items have no known outcome, 1 phase, 1 document.",
     "2 aviserade poster saknar känt utfall, 1 skede, 1 dokument."),
    # SKA-F3
    ("where-sources-disagree", {"process": SKANE},
     "The sources disagree on Consultation (samråd).", "Källorna är oense om Samråd."),
    ("dropped-and-paused", {"process": RUFS},
     "Nothing here is known to have been dropped or paused.", "Inget här är känt som struket eller pausat."),
    # STO-F8: the phase and the plan end at one time
    ("what-comes-next", {"process": RUFS},
     "2 steps and plans have no known end, in 1 process; planned: autumn 2026.",
     "2 steg och planer i 1 process har inget känt slut; planerat: hösten 2026."),
    # SKA-R34; that one plan gave way to the other is inferred
    ("clashes-with-sub-regional-plans", {"process": SKANE},
     "Structure plan for north-east Skåne gave way to Regional plan for Skåne (partly inferred).",
     "Strukturplan Skåne Nordost fick stå tillbaka för Regionplan för Skåne (delvis härlett)."),
    ("clashes-with-sub-regional-plans", {"process": RUFS},
     "No regional plan here is known to have displaced another plan.",
     "Ingen regionplan här är känd för att ha trängt undan en annan plan."),
    # HAL-B1, HAL-B3
    ("stances-over-time", {"process": HALLAND},
     "3 parties have followed up an earlier position: Falkenberg Municipality, Halmstad Municipality and Varberg"
     " Municipality.",
     "3 parter har följt upp en tidigare ståndpunkt: Falkenbergs kommun, Halmstads kommun och Varbergs kommun."),
    # none of the eight of RUFS 2050 is known to be used
    ("lessons-acted-upon", {"process": RUFS},
     "Known to have been applied: 0 of 8 lessons.", "Känt som tillämpade: 0 av 8 medskick."),
    # SKA-H1a to H1f are parts; the implementation annex was dropped
    ("process-plan-and-outcome", {"process": SKANE},
     "10 documents, of which 6 are parts of a process plan; 1 was dropped.",
     "10 handlingar, varav 6 är delar av en processplan; 1 har utgått."),
    # STO-B7, B8, B9: the council after the committee, the Government after the council
    ("preparatory-bodies", {"process": RUFS},
     "2 decisions presuppose earlier ones, taken by 2 bodies.",
     "2 beslut förutsätter tidigare beslut, av 2 organ."),
]  # fmt: skip
"""By question and choice (each has its rows, with facts, in ``tests/expected``): the sentence in both languages."""


@pytest.mark.parametrize(
    ("slug", "chosen", "en", "sv"), EXPECTED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_answer_begins_with_its_sentence(
    kg: KnowledgeGraph, slug: str, chosen: dict[str, Any], en: str, sv: str
) -> None:
    assert plainly(kg.ask(slug, lang="en", **chosen)) == en
    assert plainly(kg.ask(slug, lang="sv", **chosen)) == sv


def test_every_question_that_ships_has_a_sentence_and_one_for_no_rows() -> None:
    questions = list(Catalogue().questions())
    assert len(questions) >= 80
    assert [query.slug for query in questions if not (query.sentence and query.sentence_of_none)] == []


def test_the_sentence_stands_first_in_every_form(kg: KnowledgeGraph) -> None:
    asked = kg.ask("referral-bodies-and-answers", process=RUFS)
    sentence = "The most asked in one round: about 600; the most answers: 160."
    document = kg.document(asked)
    assert document.lead[0].text == "The most asked in one round: "
    assert as_markdown(document).split("\n\n")[1] == sentence
    assert f'<p class="lead">{sentence}</p>' in as_html(document)
    assert json.loads(as_json(asked))["sentence"] == sentence
    # what a row is and what an empty cell means is still said
    assert "An empty number is unknown" in as_markdown(document).split("\n\n")[2]


# Filling in


def filled(text: str, lang: str = "en", **other: object) -> str:
    sentences = {"sentence": {"en": text, "sv": text}, "sentence_of_one": {}, "sentence_of_none": {}}
    return plainly(answer(query=dataclasses.replace(QUERY, **sentences), lang=lang, **other))  # type: ignore[arg-type]


def number(value: int) -> ox.Literal:
    return ox.Literal(value)


def concept(slug: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/medskick/concept/count-kind/{slug}")


def test_a_place_shows_numbers_as_the_language_writes_them_with_the_noun_in_its_form() -> None:
    rows = [{"thing": ox.NamedNode(THING), "number": number(n)} for n in (1200, 3, 1200)]
    assert filled("{rows|row|rows}: {count:thing|thing|things}", rows=rows) == "3 rows: 1 thing"
    assert filled("{least:number}, {most:number}, {span:number}", rows=rows) == "3, 1,200, 3 – 1,200"
    assert filled("{most:number}", "sv", rows=rows) == "1\u00a0200"
    assert filled("{first:thing}, {tally:number}", rows=rows) == "Sak [sv], 1,200 (2) and 3 (1)"


def test_a_date_is_lowest_by_its_first_day_and_highest_by_its_last_and_stays_as_its_source_has_it() -> None:
    dates = [ox.Literal(text, datatype=ox.NamedNode(EDTF)) for text in ("2018-06-12", "2018", "2013~")]
    rows = [{"date": date} for date in dates]
    assert filled("{least:date} to {most:date}", rows=rows) == "About 2013 to 2018"


def test_how_exact_a_number_is_stands_before_it_unless_it_is_exact() -> None:
    rows = [{"number": number(n), "kind": concept(kind)} for n, kind in ((600, "about"), (160, "exact"))]
    labels = {concept("about").value: Label("about", "en")}
    given = filled("{most:number kind|answer|answers} and {least:number kind|answer|answers}", rows=rows, labels=labels)
    assert given == "About 600 answers and 160 answers"


def test_only_rows_with_a_value_count_where_that_is_asked() -> None:
    rows = [{"number": number(n), "kind": concept(kind)} for n, kind in ((600, "about"), (700, "exact"), (5, "about"))]
    rows.append({"number": number(9)})
    assert filled("{most:number kind=about}, {count:number kind=*}, {rows kind=about}", rows=rows) == "600, 3, 2"


def test_what_has_nothing_to_show_is_left_out_and_a_sentence_of_nothing_is_none() -> None:
    rows = [{"number": number(4)}]
    assert filled("{rows|row|rows}[, from {first:date}][; {count:date} dated].", rows=rows) == "1 row."
    assert filled("[, from {first:date}][; {count:number|number|numbers}].", rows=rows) == "1 number."
    assert filled("From {first:date}.", rows=rows) == ""
    assert filled("[From {first:date}].", rows=rows) == ""
    # none is a number like others outside brackets
    assert filled("{count:date|date|dates}.", rows=rows) == "0 dates."


def test_what_is_inferred_or_without_known_outcome_is_said_once() -> None:
    rows = [{"number": number(n), "date": ox.Literal("2021", datatype=ox.NamedNode(EDTF))} for n in (1, 2)]
    marks = (RowMarks(frozenset({"number"})), RowMarks(awaited={"date": "2021-12-31"}))
    assert filled("{list:number}.", rows=rows, marks=marks) == "1 and 2 (partly inferred)."
    assert filled("{most:number}.", rows=rows, marks=marks) == "2."
    # another row has the same value without the mark
    assert filled("{first:date}.", rows=rows, marks=marks) == "2021."
    value = filled("{most:date}: {least:number}", rows=rows[1:], marks=marks[1:])
    assert value == "2021: 2 (for some of it no source shows whether it happened)"


def test_the_first_few_are_named_and_the_others_counted() -> None:
    def rows(count: int) -> list[dict[str, ox.Literal]]:
        return [{"number": number(n)} for n in range(1, count + 1)]

    assert filled("{list:number}", rows=rows(3)) == "1, 2 and 3"
    # one alone is named rather than counted
    assert filled("{list:number}", rows=rows(4)) == "1, 2, 3 and 4"
    assert filled("{list:number}", "sv", rows=rows(5)) == "1, 2, 3 och 2 till"


def test_a_sentence_in_another_language_is_marked_as_such() -> None:
    pieces = sentence_of(answer(query=dataclasses.replace(QUERY, sentence={"fi": "Rivejä {rows}."})))
    assert [(piece.text, piece.lang) for piece in pieces] == [("Rivejä ", "fi"), ("2", "fi"), (".", "fi")]


# What may be wrong with it

COLUMNS = ("event", "form")


@pytest.mark.parametrize(
    ("text", "code", "piece", "fix"),
    [
        ("{count:evnt}", "query-column", "evnt", "event"),
        ("{most:event kind}", "query-column", "kind", None),
        ("{list:event frm=x}", "query-column", "frm", "form"),
        ("{cuont:event}", "sentence-kind", "{cuont:event}", "count"),
        ("{count}", "sentence-place", "{count}", None),
        ("{rows:event}", "sentence-place", "{rows:event}", None),
        ("{count event}", "sentence-place", "{count event}", None),
        ("{count:event|events}", "sentence-forms", "{count:event|events}", None),
        ("{count:event", "sentence-place", "{", None),
        ("[{rows}", "sentence-brackets", "[{rows}", None),
        ("{rows}]", "sentence-brackets", "{rows}]", None),
        ("[a [{rows}]]", "sentence-brackets", "[a [{rows}]]", None),
    ],
)
def test_a_slip_in_a_sentence_is_told(text: str, code: str, piece: str, fix: str | None) -> None:
    [slip] = slips(text, COLUMNS, "en")
    assert (slip.code, slip.found, slip.fix) == (code, piece, fix)


def test_a_language_has_as_many_forms_as_its_plural() -> None:
    assert list(slips("{rows|řada|řady|řady|řad}", COLUMNS, "cs")) == []
    assert [slip.known for slip in slips("{rows|řada|řad}", COLUMNS, "cs")] == ["one, few, many, other"]
    assert [slip.code for slip in slips("{rows} in all", COLUMNS, "en", rows=False)] == ["sentence-rows"]
