"""What a row lists as inferred is marked where a reader sees it, in the same way on every report and page."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import THINGS, iri, term_text
from medskick.reports.comparison import Comparison
from medskick.reports.disagreements import side
from medskick.reports.document import Bullets, Document, Heading, Span, Table, lines_of, plain
from medskick.reports.graph_reader import GraphReader
from medskick.resources.description import inferred, values
from medskick.resources.time import time_of
from medskick.viz.charts.answer_chart import answer_chart
from medskick.viz.charts.matrix import theme_matrix
from medskick.viz.pictures.as_page import record
from medskick.viz.pictures.offline import neighbours
from medskick.viz.pictures.picture import nodes_of
from medskick.web.app import Settings, create_app
from medskick.words import Lang

MARK = {"sv": "(härlett)", "en": "(inferred)"}


def every_line(document: Document) -> str:
    return "\n".join(plain(line) for block in document.blocks for line in lines_of(block))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_holder_and_date_of_a_disagreement_has_its_mark_where_it_is_inferred(
    whole_kg: KnowledgeGraph, lang: str
) -> None:
    sides = rules = 0
    for block in whole_kg.disagreements(lang=lang).blocks:
        if not isinstance(block, Table) or len(block.columns) != 4:
            continue
        for said, holder, reporter, when in block.rows:
            thing, sides = said[0].thing, sides + 1
            ours = inferred(whole_kg.store, thing)
            for cell, prop in ((holder, "msk:holder"), (reporter, "msk:accordingTo")):
                assert (MARK[lang] in plain(cell)) == (iri(prop) in ours), (thing, plain(cell))
            if (time := time_of(whole_kg.store, thing)).actual:
                assert plain(when) == time.words(lang)
            if thing == f"{THINGS}national/granskning-minst-tre-manader":
                # NAT-R88: nobody holds what the law demands; the Act says it
                act = {"sv": "Plan- och bygglagen (PBL)", "en": "Planning and Building Act (PBL)"}[lang]
                assert (plain(holder), plain(reporter)) == ("–", act)
                rules += 1
    assert sides >= 4 and rules == 1


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_inferred_holder_is_marked_in_a_side_of_a_disagreement(whole_kg: KnowledgeGraph, lang: str) -> None:
    # H13: that the municipalities held the worry about the planning monopoly is inferred
    reader = GraphReader(whole_kg.store, lang)
    rows = reader.select(
        "SELECT DISTINCT ?r { ?r msk:holder ?h ; msk:inferredColumn/<http://www.w3.org/ns/shacl#path> msk:holder }"
        " ORDER BY ?r"
    )
    things = [term_text(row["r"]) for row in rows]
    assert f"{THINGS}skane/oro-planmonopol" in things
    for thing in things:
        assert plain(side(reader, thing)[1]).endswith(f" {MARK[lang]}"), thing


@pytest.mark.parametrize("phase", ["", "consultation", "review"])
def test_a_lesson_in_the_list_has_a_mark_where_its_wording_or_its_phase_is_inferred(
    whole_kg: KnowledgeGraph, phase: str
) -> None:
    """A lesson stands under the phase type that it applies to; where that is inferred, no source says so."""
    kg, marked, unmarked = whole_kg, 0, 0
    heading = ""
    for block in kg.lessons(lang="en", phase_type=phase).blocks:
        if isinstance(block, Heading):
            heading = block.thing
        if not isinstance(block, Bullets):
            continue
        for item in block.items:
            thing = next((span.thing for span in item if span.strong), "")
            if not thing.startswith(THINGS) or not values(kg.store, thing, "msk:recommendation"):
                continue
            ours = inferred(kg.store, thing)
            expected = iri("msk:recommendation") in ours or (bool(heading) and iri("msk:appliesToPhaseType") in ours)
            assert plain(item).count("◇") == int(expected), plain(item)
            marked, unmarked = marked + expected, unmarked + (not expected)
    assert marked + unmarked


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_an_inferred_sender_of_a_lesson_has_its_mark(whole_kg: KnowledgeGraph, lang: Lang) -> None:
    reader = GraphReader(whole_kg.store, lang)
    rows = reader.select("SELECT DISTINCT ?lesson { ?lesson a msk:Lesson ; msk:madeBy ?sender } ORDER BY ?lesson")
    senders = {
        lesson: plain(reader.values_of(lesson, "msk:madeBy")) for lesson in (term_text(r["lesson"]) for r in rows)
    }
    ours = {lesson for lesson, named in senders.items() if MARK[lang] in named}
    assert ours == {one for one in senders if iri("msk:madeBy") in inferred(whole_kg.store, one)}
    assert len(senders) > 20 and ours


def test_an_inferred_phase_type_is_named_where_the_phase_stands_by_it(whole_kg: KnowledgeGraph) -> None:
    reader = GraphReader(whole_kg.store, "sv")
    phases = reader.select(
        "SELECT ?p ?process { ?p a msk:Phase ; msk:process ?process ; msk:phaseType ?t } ORDER BY ?p"
    )
    ours = [(term_text(r["p"]), term_text(r["process"])) for r in phases]
    ours = [pair for pair in ours if iri("msk:phaseType") in inferred(whole_kg.store, pair[0])]
    assert len(ours) > 20
    phase, process = ours[0]
    text = "\n".join(plain(line) for block in Comparison(reader, [process], "").phases() for line in lines_of(block))
    assert f"{reader.name(phase).text} (härlett: " in text


def test_an_answer_marks_a_value_that_a_thing_in_the_row_has_by_inference(kg: KnowledgeGraph) -> None:
    # SKA-D1: the year of the seminar in Almedalen is inferred
    seminar = f"{THINGS}skane/almedalsseminarium"
    assert iri("msk:plannedDate") in inferred(kg.store, seminar)
    answer = kg.ask("dialogues-by-phase", lang="sv", process="regionplan-skane")
    [table] = [block for block in kg.document(answer).blocks if isinstance(block, Table)]
    column = answer.variables.index("planned")
    [row] = [row for row in table.rows if row[0][0].thing == seminar]
    # it was announced, and nothing tells that it was held
    assert plain(row[column]) == "6 juli 2018 (härlett) (om det skedde framgår inte av det genomgångna materialet)"
    others = [r for r in table.rows if r[0][0].thing and not inferred(kg.store, r[0][0].thing)]
    assert others and not any("(härlett)" in plain(cell) for r in others for cell in r)


def test_occasions_counted_by_us_are_said_to_be_and_a_part_is_not_counted_twice(kg: KnowledgeGraph) -> None:
    # H12: the check-ins are counted by us; the starting meeting is part of the larger meetings of the consultation
    document = kg.compare("skane", "stockholm", lang="sv")
    text = every_line(document)
    assert "minst 3 tillfällen (antalet räknat av oss) (Samrådets större möten" in text
    # that the regional meetings were two is what the source says
    assert "minst 2 tillfällen (Två större regionmöten" in text
    assert "Uppstartsmöte" in text and re.search(r"Uppstartsmöte[^\n]* – räknas i ", text)
    assert not re.search(r"1 st \(Uppstartsmöte", text)


@pytest.mark.parametrize(
    ("lang", "about", "listed"),
    [
        ("sv", "Teman är vår sortering", "Teman väljs av dem som för in uppgifterna"),
        ("en", "Themes are our own sorting", "Themes are chosen by those who enter the statements"),
    ],
)
def test_that_themes_are_chosen_by_us_is_said_once_where_marks_and_themes_are_explained(
    store_folder: Path, lang: str, about: str, listed: str
) -> None:
    # S2: the facts name themes for reflections only, and none of the list's terms; no row marks its themes for that
    client = TestClient(create_app(Settings(store=store_folder)))
    assert about in client.get(f"/{lang}/about").text
    assert listed in client.get(f"/{lang}/concept/theme").text


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_tables_beside_charts_mark_what_is_inferred(whole_kg: KnowledgeGraph, lang: str) -> None:
    reader = GraphReader(whole_kg.store, lang)
    chart = theme_matrix(reader, lambda _: None)
    listed = [pair for row in chart.table.rows for pair in pairwise([*row[-1], Span("")])]
    marked = {here.thing for here, after in listed if here.thing and after.text == " "}
    # a lesson whose phase types are inferred stands under them so, one whose phase types a source gives does not
    lessons = {here.thing for here, _ in listed if here.thing}
    ours = {thing for thing in lessons if iri("msk:appliesToPhaseType") in inferred(whole_kg.store, thing)}
    assert len(ours) > 50 and ours <= marked
    others = {thing for thing in lessons if not inferred(whole_kg.store, thing)}
    assert len(others) > 20 and not others & marked


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_picture_of_an_answer_marks_the_dates_that_are_inferred(kg: KnowledgeGraph, lang: str) -> None:
    # SKA-D1: the year is inferred, and nothing shows that the seminar was held
    answer = kg.ask("dialogues-by-phase", lang=lang, process="regionplan-skane")
    chart = answer_chart(GraphReader(kg.store, lang), answer, lambda _: None)
    assert chart is not None
    [row] = [row for row in chart.table.rows if row[0][0].thing == f"{THINGS}skane/almedalsseminarium"]
    open_ = {"sv": "(om det skedde framgår inte", "en": "(the material reviewed does not show"}[lang]
    assert MARK[lang] in plain(row[-1]) and open_ in plain(row[-1])
    # who listens to the drawing or points at it is told the same
    titles = [title for title in re.findall(r"<title>([^<]*)</title>", chart.wide) if "Almedal" in title]
    assert titles and all(MARK[lang] in title and open_ in title for title in titles)


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_hit_marks_what_is_inferred_and_carries_the_day_after_which_a_page_notes_it(
    store_folder: Path, kg: KnowledgeGraph, lang: str
) -> None:
    client = TestClient(create_app(Settings(store=store_folder)))

    def hit(text: str, thing: str) -> dict[str, Any]:
        groups = client.get("/search.json", params={"q": text, "lang": lang}).json()["groups"]
        [hits] = [hit for group in groups for hit in group["hits"] if hit["href"].endswith(f"/id/{thing}")]
        return dict(hits)

    # SKA-D1: the year is inferred, and nothing shows that the seminar was held
    seminar = hit("Almedalen", "skane/almedalsseminarium")
    assert MARK[lang] in seminar["detail"] and seminar["until"] == "2018-07-06"
    # H3: the wording of the recommendation is ours (STO-R7)
    assert iri("msk:recommendation") in inferred(kg.store, f"{THINGS}stockholm/aktorernas-relevans")
    snippet = hit({"sv": "aktörernas relevans", "en": "actors relevance"}[lang], "stockholm/aktorernas-relevans")
    assert "".join(text for text, _ in snippet["snippet"]).endswith(MARK[lang]) and not snippet["until"]
    page = client.get(f"/{lang}/search", params={"q": "Almedalen"}).text
    assert 'data-until="2018-07-06" hidden>' in page


def test_the_panel_of_a_picture_marks_what_is_inferred_and_carries_the_day(kg: KnowledgeGraph) -> None:
    seminar, lesson = f"{THINGS}skane/almedalsseminarium", f"{THINGS}stockholm/aktorernas-relevans"
    panels = {node.iri: record(node) for node in nodes_of(kg.store, [seminar, lesson])}
    # SKA-D1: the year is inferred, and nothing shows that the seminar was held
    [planned] = panels[seminar]["dates"]
    assert planned["until"] == "2018-07-06"
    assert planned["value"] == {"sv": "6 juli 2018 (härlett)", "en": "6 July 2018 (inferred)"}
    assert "plannedDate" in panels[seminar]["inferred"]
    # H3: the wording of the recommendation is ours (STO-R7)
    assert all(panels[lesson]["text"][lang].endswith(MARK[lang]) for lang in MARK)
    assert "recommendation" in panels[lesson]["inferred"]


def test_a_picture_without_a_server_knows_which_ties_are_inferred(kg: KnowledgeGraph) -> None:
    # H13: that the municipalities held the worry about the planning monopoly is inferred; that it is Skåne's is not
    short = neighbours(kg.store)
    tails, keys = [thing[0] for thing in short["things"]], short["keys"]
    worry = tails.index("skane/oro-planmonopol")
    ties = [(keys[key], ours) for start, key, _, *ours in short["ties"] if start == worry]
    assert ("holder", [1]) in ties and ("process", []) in ties
