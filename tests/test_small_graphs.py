"""Names, sources, reports and pictures of small graphs written by hand: what the real graph has no case of."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from medskick.ontology import GRAPHS, PREFIXES, THINGS, iri, node, term_text
from medskick.queries.answer import listing
from medskick.queries.answer_language import one_language
from medskick.queries.binding import allowed_values
from medskick.queries.catalogue import Catalogue
from medskick.queries.query import Param, Query
from medskick.queries.question_file import read_file
from medskick.queries.run import ask
from medskick.queries.search.entries import Entry, Said, entries
from medskick.queries.sparql_slip import slip_of
from medskick.reports.chains import story
from medskick.reports.citation import Citation
from medskick.reports.disagreements import disagreements
from medskick.reports.document import Block, Bullets, Document, Heading, Paragraph, Span, line, plain
from medskick.reports.docx import as_docx
from medskick.reports.gaps import gaps
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lesson_list import lessons
from medskick.reports.phase_practice import how_long
from medskick.reports.titles import title
from medskick.resources.description import class_of, statements_of
from medskick.resources.finding import UnknownThingError, find_thing
from medskick.resources.schemes import common_term
from medskick.resources.sources import Cited
from medskick.viz.charts.story_chart import story_timeline
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.neighbourhood import paths, ties
from medskick.viz.pictures.picture import around_thing, changed
from medskick.viz.svg import el, picture
from medskick.words import SHIPPED, Lang, say
from small_graph import dated, demo, undated

WHICH = {"en": "Which?", "sv": "Vilka?"}
SVG = "{http://www.w3.org/2000/svg}"
A = f"{THINGS}demo/a"
IN_P = ("msk:process ex:p", "msk:inProcess ex:p")
P = 'ex:p a msk:PlanningProcess , msk:Process ; rdfs:label "p"@en .'
TYPE = "https://w3id.org/medskick/concept/phase-type/x"


# Names and what is found


@pytest.mark.parametrize(("wanted", "classes", "slug"), [
    ("zz-1", ("skos:Concept",), "zz-1"), ("zz-1", (), "zz-1"), ("Another", ("skos:Concept",), "zz-1"),
])  # fmt: skip
def test_a_term_is_found_by_its_id_and_by_its_name(wanted: str, classes: tuple[str, ...], slug: str) -> None:
    store = demo(
        "<https://w3id.org/medskick/concept/list/zz-1> a skos:Concept ; skos:inScheme"
        ' <https://w3id.org/medskick/concept/list> ; skos:prefLabel "Another"@en .'
    )
    assert find_thing(store, wanted, classes) == f"https://w3id.org/medskick/concept/list/{slug}"
    with pytest.raises(UnknownThingError):
        find_thing(store, wanted, ("msk:Decision",))


def test_a_former_name_is_one_of_the_names_searched() -> None:
    store = demo('ex:a a msk:Decision ; rdfs:label "Now"@en ; skos:altLabel "Before"@en , "Förut"@sv .')
    [entry] = [e for e in entries(store, Catalogue(())) if e.thing == A]
    assert (entry.names, entry.others) == ((Said("Now", "en"),), (Said("Before", "en"), Said("Förut", "sv")))
    assert entry.keywords == ()


@pytest.mark.parametrize("kind", ["owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"])
def test_a_property_is_of_its_sort_before_what_else_owl_says_of_it(kind: str) -> None:
    store = demo(f"<https://other.example/p> a {kind} , owl:AAA , owl:ZZZ .")
    assert class_of(store, "https://other.example/p") == kind.partition(":")[2]


@pytest.mark.parametrize("relation", [
    "msk:inferredColumn", "msk:uncertainColumn", "msk:supportsColumn", "msk:missingColumn", "foaf:page",
    "dcterms:license",
])  # fmt: skip
def test_what_is_kept_about_a_thing_is_no_neighbour(relation: str) -> None:
    store = demo(undated("a", f"{relation} ex:b", "msk:presupposes ex:c"), undated("b"), undated("c"))
    assert [tie.other for tie in ties(store, A)] == [f"{THINGS}demo/c"]


@pytest.mark.parametrize(("message", "text", "slip"), [
    ("error at 2:1: expected OPTIONAL", "SELECT * {\nOPTINAL { } }",
     ("sparql-here", (2, 1), "OPTINAL { } }", "OPTIONAL", "")),
    ("error at 1:8: expected one of ?x, $x", "SELECT x", ("sparql-syntax", (1, 8), "x", None, "?x, $x")),
    ("error at 1:19: expected one of Prefix not found, ['%']", "SELECT * { ?s mskk:a ?o }",
     ("sparql-prefix", (1, 15), "mskk", f"PREFIX msk: <{PREFIXES['msk']}>", "")),
    ("something  else", "SELECT x", ("sparql-other", (0, 0), "", None, "something else")),
])  # fmt: skip
def test_what_the_engine_says_of_a_slip_is_put_in_its_parts(message: str, text: str, slip: tuple[object, ...]) -> None:
    got = slip_of(message, text)
    assert (got.code, got.at, got.found, got.fix, got.reason) == slip


def test_names_of_a_value_in_one_language_are_all_kept() -> None:
    scheme, x = "https://w3id.org/medskick/concept/list", "https://w3id.org/medskick/concept/list/x"
    store = demo(
        f'<{x}> a skos:Concept ; skos:inScheme <{scheme}> ; skos:prefLabel "C"@en ; skos:altLabel "A"@en , "B"@en .'
    )
    param = Param("list", {"en": "list"}, "list", None)
    assert allowed_values(store, param) == {"x": (x, {"en": "A", "en+": "B", "en++": "C"})}


def test_a_datasets_own_term_stands_for_the_common_one_above_it() -> None:
    """Over as many levels as there are; one that lies under none is itself."""
    own, common = f"{THINGS}demo/concept/{{}}", "https://w3id.org/medskick/concept/phase-type/review"
    store = demo(
        f'<{common}> a skos:Concept ; skos:inScheme <{TYPE[:-2]}> ; skos:prefLabel "Review"@en .',
        f"<{own.format('a')}> a skos:Concept ; skos:broader <{own.format('b')}> .",
        f"<{own.format('b')}> a skos:Concept ; skos:broader <{common}> .",
        f"<{own.format('c')}> a skos:Concept .",
    )
    assert [common_term(store, own.format(x)) for x in "abc"] == [common, common, own.format("c")]
    assert common_term(store, common) == common


def test_what_is_said_of_a_thing_leaves_linksets_out() -> None:
    store = demo(undated("a", 'skos:note "own"@en'))
    other = ox.NamedNode(GRAPHS + "links/a-b")
    store.add(ox.Quad(ox.NamedNode(A), node("skos:note"), ox.Literal("a linkset's", language="en"), other))
    assert [term_text(value) for value in statements_of(store, A)[iri("skos:note")]] == ["own"]
    store.add(ox.Quad(ox.NamedNode(A + "x"), node("skos:note"), ox.Literal("its relation", language="en"), other))
    assert [term_text(value) for value in statements_of(store, A + "x")[iri("skos:note")]] == ["its relation"]


def test_a_thing_without_a_name_has_its_address_for_one_in_no_language() -> None:
    reader = GraphReader(demo(undated("a")), "en")
    assert (reader.name(f"{THINGS}demo/none").text, reader.name(f"{THINGS}demo/none").lang) == ("none", "")
    assert (reader.name("two words").text, reader.name("two words").lang) == ("two words", "")


@pytest.mark.parametrize(("longest", "ways"), [(2, ["abc"]), (3, ["abc", "aefc"]), (1, [])])
def test_paths_are_no_longer_than_asked(longest: int, ways: list[str]) -> None:
    store = demo(
        undated("a", "msk:presupposes ex:b , ex:e"), undated("b", "msk:presupposes ex:c"), undated("c"),
        undated("e", "msk:presupposes ex:f"), undated("f", "msk:presupposes ex:c"),
    )  # fmt: skip
    walked = paths(store, A, f"{THINGS}demo/c", longest=longest)
    assert ["".join(thing[-1] for thing in way) for way in walked] == ways


def test_disagreements_of_some_processes_are_headed_by_them() -> None:
    store = demo(P, P.replace("ex:p", "ex:q").replace('"p"', '"q"'))
    title_of_both = disagreements(GraphReader(store, "en"), ["p", "q"]).title
    assert title_of_both == f"{say('disagree.title', 'en')}: p, q"
    assert disagreements(GraphReader(store, "en")).title == say("disagree.title", "en")


@pytest.mark.parametrize(("kind", "group"), [
    ("LegalAct", "documents"), ("Contribution", "documents"), ("Lesson", "lessons"), ("Challenge", "reflections"),
    ("ActorGroup", "actors"), ("Linkset", "datasets"), ("Question", "questions"), ("Unheard", "others"),
])  # fmt: skip
def test_a_hit_stands_in_the_group_of_its_kind(kind: str, group: str) -> None:
    assert Entry("x", kind, (Said("X", "en"),)).group == group


# Texts of answers


def test_a_column_in_one_language_alone_keeps_its_name() -> None:
    word = ox.Literal
    rows: list[dict[str, ox.NamedNode | ox.Literal]] = [
        {"n_sv": word("ett"), "n_en": word("one"), "only_en": word("x")}
    ]
    names = ("n_sv", "n_en", "only_en", "more_sv")
    assert one_language(names, rows, "sv") == (("n", "only_en", "more_sv"), [{"n": word("ett"), "only_en": word("x")}])
    assert one_language(names, rows, "en")[1] == [{"n": word("one"), "only_en": word("x")}]


def test_rows_stand_by_the_names_of_their_things() -> None:
    """By IRI it would be a, b, c."""
    store = demo(
        *(
            f'ex:{one} a msk:Challenge ; rdfs:label "{name}"@en ; msk:text "T"@en .'
            for one, name in zip("abc", "zyx", strict=True)
        )
    )
    asked = f"SELECT ?thing WHERE {{ ?thing a <{iri('msk:Challenge')}> }}\nORDER BY ?thing"
    query = Query("q", "t", Path("q.rq"), asked, WHICH, WHICH)
    assert [term_text(row["thing"])[-1] for row in ask(store, query, lang="en").rows] == ["c", "b", "a"]


def test_a_list_of_questions_has_each_theme_once_and_each_question_with_its_options() -> None:
    catalogue = Catalogue()
    lines = listing(
        [catalogue.question("decisions-in-order"), catalogue.question("routes-to-the-mandate")], "en"
    ).splitlines()
    heads = [text for text in lines if text and not text.startswith(" ")]
    assert len(heads) == len(set(heads)) == 1
    at = next(n for n, text in enumerate(lines) if text.startswith("  decisions-in-order"))
    assert "[--process]" in lines[at]
    assert lines[at + 1].strip() == catalogue.question("decisions-in-order").summary["en"]


def test_a_file_that_cannot_be_read_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    [fault] = read_file(tmp_path, "queries/x.rq").faults
    assert fault.file == "queries/x.rq" and "folder" in fault.expected["en"]


# Reports


def paragraphs(blocks: Iterable[Block]) -> list[str]:
    return [plain(block.line) for block in blocks if isinstance(block, Paragraph)]


def test_a_change_without_comments_says_so() -> None:
    store = demo('ex:a a msk:Change ; rdfs:label "The cut"@en ; msk:text "Cut."@en ; msk:process ex:p .')
    document = story(GraphReader(store, "en"), A)
    assert paragraphs(document.blocks)[0] == f"Cut. {say('story.no-comments', 'en')}"


def test_no_gap_entered_is_said() -> None:
    store = demo(undated("a"))
    assert say("gap.none-known", "en") in paragraphs(gaps(GraphReader(store, "en")).blocks)


def test_a_gap_that_a_curator_entered_stands_beside_what_it_is_of() -> None:
    """The decision without dialogue is noted as a gap of its own, and so no absence."""
    gap = 'ex:g a msk:Gap ; rdfs:label "No notes"@en ; msk:gapIn ex:a .'
    document = gaps(GraphReader(demo(dated("a", "2018-01-01", "", *IN_P), gap, P), "en"))
    said = [plain(cell) for _, table in document.tables for cells in table.rows for cell in cells]
    assert any(f"{say('gap.noted', 'en')} No notes" in text for text in said)


def test_a_lesson_is_told_with_its_reservation() -> None:
    concept = "<https://w3id.org/medskick/concept/modality/possible>"
    store = demo(
        f'ex:a a msk:Lesson ; rdfs:label "L"@en ; msk:recommendation "Do."@en ; msk:modality {concept} .',
        f'{concept} a skos:Concept ; skos:prefLabel "possible"@en .',
    )
    [row] = [item for b in lessons(GraphReader(store, "en")).blocks if isinstance(b, Bullets) for item in b.items]
    assert plain(row) == "L. Do. – possible"


def test_a_source_that_is_one_of_several_pages_is_cited_as_such() -> None:
    reader = GraphReader(demo(undated("a")), "en")
    either = Cited((), (("https://x.example/1", "https://x.example/2"),))
    assert reader.with_sources(line("Said."), either)[-1] == Span("", one_of=either.one_of)
    assert reader.with_sources(line("Said."), Cited(())) == line("Said.")
    assert reader.with_sources((), either) == ()


def test_the_thing_itself_stands_out_in_its_timeline() -> None:
    store = demo(dated("a", "2018-01-01", "", "msk:presupposes ex:b", *IN_P), dated("b", "2017-01-01", "", *IN_P), P)
    document = story(GraphReader(store, "en"), A)
    [listed] = [b for b in document.blocks if isinstance(b, Bullets)][:1]
    strong = [[span.text for span in item if span.strong and span.thing] for item in listed.items]
    assert strong == [[], ["a"]]


@pytest.mark.parametrize(("coverage", "read"), [
    ("whole", "Read in full"), ("nearly-whole", "Nearly all read"), ("cut", "Only the beginning read"),
    ("as-told", "Read as others told it"),
])  # fmt: skip
def test_a_reference_says_how_much_was_read_in_whatever_words_the_list_has(coverage: str, read: str) -> None:
    concept = f"<https://w3id.org/medskick/concept/coverage/{coverage}>"
    store = demo(
        f'ex:a a msk:Source ; dcterms:title "T"@en ; msk:coverage {concept} .',
        f'{concept} a skos:Concept ; skos:prefLabel "Read as others told it"@en .',
    )
    reference = GraphReader(store, "en").reference(A)
    assert (reference.read, reference.whole) == (read, coverage == "whole")


@pytest.mark.parametrize("lang", SHIPPED)
def test_no_time_known_is_a_note(lang: Lang) -> None:
    [heading, note] = how_long(
        GraphReader(demo(f'<{TYPE}> a skos:Concept ; skos:inScheme <{TYPE[:-2]}> ; skos:prefLabel "X"@en .'), lang),
        TYPE,
    )
    assert heading == Heading(say("handbook.time", lang))
    assert note == Paragraph(line(say("handbook.no-time", lang)), "note")


def test_a_citation_as_bibtex_and_ris() -> None:
    cited = Citation("A & B", ["Region X"], "Data X", "1.2", "2026-11-28", "https://x.example/en/a", "", "en")
    assert cited.as_bibtex().startswith("@misc{medskick-a-b,\n")
    assert "title = {{A \\& B}}" in cited.as_bibtex() and "note" not in cited.as_bibtex()
    assert cited.as_ris().splitlines()[0] == "TY  - ELEC"
    assert cited.as_text().startswith("Region X (2026). A & B.")


def test_headings_of_a_word_document_have_bookmarks_that_word_takes() -> None:
    """ECMA-376 says a name; Word itself takes letters, digits and the underscore, a letter or underscore first."""
    blocks = [block for n in range(5) for block in (Heading(f"Part {n}"), Paragraph(line("Text.")))]
    with zipfile.ZipFile(io.BytesIO(as_docx(Document("T", "en", line("Lead."), tuple(blocks), {})))) as archive:
        text = archive.read("word/document.xml").decode()
    names = re.findall(r'bookmarkStart [^>]*w:name="([^"]*)"', text)
    assert len(set(names)) == len(names) == 5 and all(re.fullmatch(r"[A-Za-z_]\w{0,39}", name) for name in names)
    assert re.findall(r'w:anchor="([^"]*)"', text) == names


@pytest.mark.parametrize(("other", "title_of_a"), [
    (dated("b", "2017-01-01", "", *IN_P).replace('"b"', '"a"'), "a, Plan p"),
    ('ex:b a msk:Document ; rdfs:label "a"@en .', "a"), ("", "a"),
])  # fmt: skip
def test_a_namesake_of_the_same_class_is_told_apart_by_its_process(other: str, title_of_a: str) -> None:
    plan = 'ex:p a msk:PlanningProcess , msk:Process ; rdfs:label "Plan p"@en .'
    assert title(GraphReader(demo(dated("a", "2018-01-01", "", *IN_P), other, plan), "en"), A) == title_of_a


@pytest.mark.parametrize(("more", "count"), [
    ((), 2), (("msk:phase ex:x",), 0), (("msk:starts ex:x",), 0), (("msk:ends ex:x",), 0),
])  # fmt: skip
def test_dialogue_elsewhere_in_the_process_counts_where_no_phase_is_known(more: tuple[str, ...], count: int) -> None:
    """A decision without dialogue is no gap of the process where its phase is not known and the process has two."""
    events = (f'ex:{e} a msk:DialogueEvent ; rdfs:label "{e}"@en ; {" ; ".join(IN_P)} .' for e in "ef")
    phase = f'ex:x a msk:Phase ; rdfs:label "x"@en ; {" ; ".join(IN_P)} .'
    document = gaps(GraphReader(demo(dated("a", "2018-01-01", "", *IN_P, *more), *events, phase, P), "en"))
    said = [plain(cell) for _, table in document.tables for cells in table.rows for cell in cells]
    assert (say("gap.dialogue-elsewhere", "en", count=2) in said) == bool(count)
    assert say("gap.dialogue-elsewhere", "en", count=1) not in said


# Pictures


def test_a_picture_says_how_many_sources_were_read_in_part() -> None:
    source = (
        'ex:{0} a msk:Source ; dcterms:title "T {0}"@en ; dcterms:language "en" ; dc:publisher "P" ;'
        " foaf:page <https://x.example/{0}> ; msk:coverage <https://w3id.org/medskick/concept/coverage/{1}> ."
    )
    kinds = {"r": "whole", "s": "cut", "t": "cut"}
    concepts = (
        f'<https://w3id.org/medskick/concept/coverage/{c}> a skos:Concept ; skos:prefLabel "{c}"@en .'
        for c in set(kinds.values())
    )
    store = demo(
        undated("a", "dcterms:source ex:r , ex:s , ex:t"),
        *(source.format(*pair) for pair in kinds.items()),
        *sorted(concepts),
    )
    assert around_thing(store, A).partly == (3, 2)


def test_a_picture_that_is_changed_keeps_the_relations_of_what_stays() -> None:
    store = demo(undated("a", "msk:presupposes ex:b"), undated("b", "msk:presupposes ex:c"), undated("c"))
    around = laid(around_thing(store, f"{THINGS}demo/b"))
    kept = changed(store, around, {}, [f"{THINGS}demo/c"])
    assert [(e.start[-1], e.end[-1]) for e in kept.edges] == [("a", "b")]
    assert [n.iri[-1] for n in kept.nodes] == ["a", "b"]


def test_a_picture_says_in_itself_what_it_shows() -> None:
    root = ET.fromstring(picture(10, 20, "Name", "What it shows.", [el("g")]))
    assert [child.tag.removeprefix(SVG) for child in root] == ["desc", "g"]
    assert root.findtext(f"{SVG}desc") == "What it shows."
    assert ET.fromstring(picture(10, 20, "Name", "", [])).find(f"{SVG}desc") is None


def test_steps_of_a_story_stand_under_each_other_with_their_time_to_the_left() -> None:
    """Names 14 below the top of a step and 19 a line, the kind 13 below them; 16 a line and 11 between the steps."""
    store = demo(dated("a", "2018-01-01", "", "msk:presupposes ex:b", *IN_P), dated("b", "2017-01-01", "", *IN_P), P)
    chart = story_timeline(GraphReader(store, "en"), A, lambda thing: thing.removeprefix(THINGS))
    drawing = ET.fromstring(str(chart.wide).split("\n")[1])
    texts = [[(t.text, t.get("y")) for t in step.iter(f"{SVG}text")] for step in drawing.iter(f"{SVG}a")]
    assert [[y for _, y in step] for step in texts] == [["22", "22", "40"], ["68", "68", "86"]]
    assert [step[1][0] for step in texts] == ["b", "a"]


@pytest.mark.parametrize(("said", "classes"), [
    ('msk:date "2017-01-01"', ["solid"]), ('msk:date "2017"', ["ground", "pale", "thin whole"]),
    ('msk:plannedDate "2017-01-01"', ["ground", "hollow whole"]),
])  # fmt: skip
def test_how_a_time_is_known_is_seen_in_its_figure(said: str, classes: list[str]) -> None:
    """On the ground of the page, so that the line behind does not shine through what is not solid."""
    [prop, text] = said.split(" ")
    first, last = ("2017-01-01", "2017-12-31") if text == '"2017"' else ("2017-01-01", "2017-01-01")
    whole = f'{said} ; {prop}Earliest "{first}"^^xsd:date ; {prop}Latest "{last}"^^xsd:date'
    store = demo(dated("a", "2018-01-01", "", "msk:presupposes ex:b", *IN_P), undated("b", whole, *IN_P), P)
    chart = story_timeline(GraphReader(store, "en"), A, lambda thing: thing.removeprefix(THINGS))
    drawing = ET.fromstring(str(chart.wide).split("\n")[1])
    [step] = [s for s in drawing.iter(f"{SVG}a") if s.get("href") == "demo/b"]
    figures = [e.get("class") for e in step.iter() if e.tag.removeprefix(SVG) not in ("text", "title", "g", "a")]
    assert figures == classes
