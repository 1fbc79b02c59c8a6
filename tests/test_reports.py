"""Comparison, stories, gaps and networks: what the facts say, in both languages and every form."""

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

import docx
import networkx
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.assemble import Assembled
from medskick.knowledge_graph import KnowledgeGraph
from medskick.network import measures
from medskick.ontology import THINGS
from medskick.queries.binding import UnknownValueError
from medskick.reports.document import (
    Bullets,
    Document,
    Heading,
    Paragraph,
    Reference,
    Span,
    Table,
    line,
    lines_of,
    number,
    numbered,
    plain,
)
from medskick.reports.docx import as_docx
from medskick.reports.graph_reader import GraphReader
from medskick.reports.html import as_html
from medskick.reports.render import as_csv, as_markdown, as_text
from medskick.reports.xlsx import as_xlsx
from medskick.resources.finding import AmbiguousThingError, UnknownThingError
from medskick.words import Lang


def texts(document: Document) -> list[str]:
    """Every line of a report as plain text, headings and captions included."""
    listed = [document.title, plain(document.lead)]
    for block in document.blocks:
        if isinstance(block, Heading):
            listed.append(block.text)
        if isinstance(block, Table):
            listed += [block.caption, *block.columns]
        if not isinstance(block, Heading):
            listed += [plain(x) for x in lines_of(block)]
    return listed


def table(document: Document, heading: str) -> Table:
    """The table under a heading."""
    return next(t for above, t in document.tables if above == heading)


def row(value: Table, first: str) -> list[str]:
    """The cells of the row with this first cell."""
    return next([plain(c) for c in cells] for cells in value.rows if plain(cells[0]) == first)


# Comparison: STO-F3, F5, F6 and SKA-F3, F5, F6; both ends of a phase count


def test_reviews_meet_across_law_versions(kg: KnowledgeGraph) -> None:
    cells_read = row(table(kg.compare("skane", "stockholm"), "Phases"), "review (granskning)")
    assert "23 September 2021 – 31 December 2021, 100 days" in cells_read[1]
    assert "27 June 2017 – 3 November 2017, 130 days" in cells_read[2]


def test_a_season_gives_no_number_of_days(kg: KnowledgeGraph) -> None:
    cells_read = row(table(kg.compare("skane", "stockholm", phase_type="samråd"), "Phases"), "consultation (samråd)")
    assert "spring 2021" in cells_read[1] and "days" not in cells_read[1]
    assert "8 April 2016 – 30 September 2016, 176 days" in cells_read[2]


def test_sources_that_disagree_on_a_date_both_stand_in_the_comparison(kg: KnowledgeGraph) -> None:
    cells_read = row(table(kg.compare("skane", "stockholm"), "Phases"), "consultation (samråd)")
    assert "the sources differ on start: 2020; spring 2021" in cells_read[1]


def test_the_decision_chain_of_stockholm_is_in_order(kg: KnowledgeGraph) -> None:
    # STO-F1a, B3, B6, B7, B8: each kind of decision where the first of its kind was taken
    counted = table(kg.compare("stockholm", "skane"), "Decisions")
    text = " | ".join(plain(cells[1]) for cells in counted.rows)
    days = ["19 September 2013", "20 August 2015", "8 June 2017", "22 February 2018", "12 June 2018"]
    places = [text.index(day) for day in days]
    assert places == sorted(places)


def test_dialogue_forms_are_counted(kg: KnowledgeGraph) -> None:
    # STO-D10, D12, D14, D15: political alignment meetings on four days
    document = kg.compare("stockholm", "skane", phase_type="consultation")
    cells_read = row(table(document, "consultation (samråd)"), "political alignment meeting (politisk avstämning)")
    assert cells_read[1].startswith("4")
    assert cells_read[2] == ""


def test_what_each_lacks_is_named_once_below_its_table_as_untold_not_as_absent(kg: KnowledgeGraph) -> None:
    document = kg.compare("skane", "stockholm")
    at = next(i for i, b in enumerate(document.blocks) if isinstance(b, Heading) and b.text == "Phases")
    untold = document.blocks[at + 2]
    assert isinstance(untold, Paragraph) and untold.kind == "note"
    # Stockholm had a programme phase (STO-F2), Skåne none in what was read, and the other way round a start (SKA-F1)
    skane, stockholm = plain(untold.line).removeprefix("Not in the material reviewed: ").split("; ")
    assert skane.startswith("Regional plan for Skåne – ") and "programme" in skane and "start-up" not in skane
    assert stockholm.startswith("RUFS 2050") and "start-up" in stockholm and "programme" not in stockholm


def test_a_row_shows_what_there_is_and_has_no_empty_cell(kg: KnowledgeGraph) -> None:
    """STO-D12: political check-ins; none are told of Skåne's consultation."""
    document = kg.compare("skane", "stockholm", phase_type="consultation", rows=["dialogue"])
    assert 'colspan="2"><div><strong>RUFS 2050 (regional plan for Stockholm):</strong> 4' in as_html(document)
    assert not re.search(r"<td[^>]*>(<div>)?(</div>)?</td>", as_html(document))
    # a file of cells has those that there are
    two = as_csv(kg.compare("skane", "stockholm", rows=["dialogue", "decisions"]))
    assert all(cells[3] for cells in csv.reader(io.StringIO(two)))
    word = docx.Document(io.BytesIO(as_docx(document)))
    assert all(cell.text for counted in word.tables for cells in counted.rows for cell in cells.cells)


# What differs most: SKA-F5 and STO-F5, 100 and 130 days; SKA-B6 and STO-B8 on who adopted


def summary(document: Document) -> list[str]:
    heading, block = document.blocks[:2]
    assert isinstance(heading, Heading) and heading.text == "What differs most" and isinstance(block, Bullets)
    return [plain(item) for item in block.items]


def test_a_comparison_begins_with_what_differs_most(kg: KnowledgeGraph) -> None:
    value = summary(kg.compare("skane", "stockholm"))
    assert value[:2] == [
        "Length of the phase review (granskning): Regional plan for Skåne – 100 days; RUFS 2050 (regional plan for"
        " Stockholm) – 130 days.",
        "The plan was adopted by: Regional plan for Skåne – Regional Council of Region Skåne; RUFS 2050 (regional plan"
        " for Stockholm) – County Council assembly (landstingsfullmäktige).",
    ]
    assert len(value) <= 10
    # both are of Sweden and both plans guide: that does not differ
    assert not any(text.startswith(("Jurisdiction", "Legal effect")) for text in value)
    only = next(text for text in value if text.startswith("Kinds of phase that only one is known to have"))
    assert only.index("start-up") < only.index("RUFS 2050") < only.index("programme")


def test_the_summary_is_of_the_rows_that_are_shown(kg: KnowledgeGraph) -> None:
    document = kg.compare("skane", "stockholm", rows=["phases", "themes"])
    assert [b.text for b in document.blocks if isinstance(b, Heading)] == [
        "What differs most", "Phases", "Challenges and lessons by theme",
    ]  # fmt: skip
    assert not any("adopted" in text or "dialogue" in text.casefold() for text in summary(document))
    with pytest.raises(UnknownValueError) as caught:
        kg.compare("skane", "stockholm", rows=["fases"])
    assert "phases" in caught.value.allowed


def test_three_processes_stand_side_by_side(kg: KnowledgeGraph) -> None:
    counted = table(kg.compare("skane", "stockholm", "halland"), "Context")
    # HAL-R8: Halland sought the mandate itself; SKA-A8 and HAL-A5: 33 and six municipalities
    assert "33" in row(counted, "number of municipalities")[1]
    assert "6" in row(counted, "number of municipalities")[3] or "six" in row(counted, "number of municipalities")[3]
    assert all(row(counted, "route to the mandate")[1:])


def test_processes_without_a_common_phase_type_say_so(kg: KnowledgeGraph) -> None:
    document = kg.compare("skane:regionplan-skane".partition(":")[2], "rus-det-oppna-skane")
    assert any("no phase type in common" in text for text in texts(document))
    lacking = kg.compare("skane", "rus-det-oppna-skane", phase_type="review")
    assert any("is not common to all" in text for text in texts(lacking))
    neither = kg.compare("strukturbild-skane", "rus-det-oppna-skane", phase_type="review")
    assert any("None of the processes has a phase" in text for text in texts(neither))


def test_an_unknown_process_lists_what_there_is(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownThingError) as caught:
        kg.compare("skane", "gotland")
    assert {"skane", "stockholm", "halland"} <= set(caught.value.known)


# Stories


def test_the_story_of_a_decision(kg: KnowledgeGraph) -> None:
    # STO-B7 to B9: committee, council, the Government's no; legal force in October 2018
    text = " ".join(texts(kg.story("stockholm:rufs-2050-antas")))
    for part in ("12 June 2018", "The decision required", "The decision was required for", "October 2018"):
        assert part in text


def test_the_story_of_a_change_does_not_name_a_sender_that_is_unknown(kg: KnowledgeGraph) -> None:
    # STO-R16 and gaps.md 16: the change is known, not who asked for it
    text = " ".join(texts(kg.story("stockholm:prioritering-folkhalsa")))
    assert "public health" in text
    assert "Submitted by: Those who answered on the exhibition proposal. It may not be known which of them led" in text
    assert "to this particular change." in text


def test_the_story_of_a_lesson(kg: KnowledgeGraph) -> None:
    # SKA-R6 answers SKA-R5, read in chapter 4; Halland's plan lies ahead
    document = kg.story("skane:beskriv-nyttan")
    words = " ".join(texts(document))
    for part in (
        "Worry about the planning monopoly",
        "It is not known whether anyone has applied the lesson",
        "own reservation",
    ):
        assert part in words
    at = next(
        i
        for i, b in enumerate(document.blocks)
        if isinstance(b, Heading) and b.text.startswith("Processes that could use")
    )
    serves = document.blocks[at + 1]
    assert isinstance(serves, Bullets)
    assert "Regional plan for Halland: start-up (inferred)" in [plain(item) for item in serves.items]


def test_a_timeline_is_in_order_of_time(kg: KnowledgeGraph) -> None:
    document = kg.story("stockholm:utstallning-beslutas")
    at = next(i for i, b in enumerate(document.blocks) if isinstance(b, Heading) and b.text == "Timeline")
    items = document.blocks[at + 1]
    assert isinstance(items, Bullets)
    years = [plain(item).partition(":")[0] for item in items.items]
    # each by the year it began in
    begun = [next(int(word) for word in text.split() if word.isdigit() and len(word) == 4) for text in years]
    assert begun == sorted(begun) and len(begun) > 1


def test_a_story_of_what_is_no_decision_is_refused(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownThingError):
        kg.story("skane:region-skane")


# Disagreement


def test_hallands_consensus_stands_against_the_press(kg: KnowledgeGraph) -> None:
    # HAL-R1 from H2, HAL-R2 from H6: each with its own source, none resolved
    document = kg.disagreements("halland")
    [both] = [
        t
        for above, t in document.tables
        if above == "Conflicting statements" and any("Region Halland" in plain(c[1]) + plain(c[2]) for c in t.rows)
    ]
    sources = [{s for span in cells[0] for s in span.sources} for cells in both.rows]
    assert len(both.rows) == 2 and sources[0] and sources[1] and not sources[0] & sources[1]


def test_three_municipalities_changed_their_mind(kg: KnowledgeGraph) -> None:
    # HAL-B3: Varberg, Falkenberg, Halmstad; that they were for it before is inferred
    counted = table(kg.disagreements("halland"), "Changed positions")
    assert {plain(cells[0]).split()[0].rstrip("s") for cells in counted.rows} == {"Varberg", "Falkenberg", "Halmstad"}
    for cells in counted.rows:
        assert plain(cells[1]).startswith("for") and "(inferred)" in plain(cells[1])
        assert plain(cells[2]).startswith("against")


# The gap report


def test_a_gap_is_absent_only_where_all_was_read(kg: KnowledgeGraph) -> None:
    blocks = kg.gaps(datasets=["skane"])
    counted = table(blocks, "Decisions without dialogue")
    # SKA-B3 rests on S12 alone, read whole, but no phase says which of the process's dialogues is its own
    assert row(counted, "Funds for the regional plan work")[-1].startswith("unknown (no phase links")
    # SKA-B12 rests on S2, cut
    assert row(counted, "The implementation annex is dropped")[-1].startswith("unknown")
    counted = table(blocks, "Reflections without lessons")
    # SKA-R31: the planning monopoly remains, on two pages both read whole
    assert row(counted, "The planning monopoly remains")[-1].startswith("absent")


def test_stockholms_contributions_have_an_answer(kg: KnowledgeGraph) -> None:
    # STO-H8 and H10: consultation report and exhibition statement of RUFS 2050
    blocks = kg.gaps(datasets=["stockholm"])
    without = [t for above, t in blocks.tables if above == "Statements without a response"]
    assert not any("RUFS 2050" in plain(cells[1]) for t in without for cells in t.rows)


def test_known_gaps_stand_in_the_report(kg: KnowledgeGraph) -> None:
    # gaps.md 18: the date of Halland's petition, which an older page of the region would tell
    known = table(kg.gaps(datasets=["halland"]), "Known gaps")
    [(_, where, telling)] = [
        [plain(cell) for cell in cells] for cells in known.rows if plain(cells[0]).startswith("The day of the petition")
    ]
    assert "The petition" in where.split(", ") and telling.startswith("Regional fysisk planering i Halland")


def test_the_counts_of_the_overview_are_those_of_the_tables(kg: KnowledgeGraph) -> None:
    document = kg.gaps()
    overview = table(document, "Overview")
    for cells in overview.rows:
        name, count, absent, unknown = (plain(c) for c in cells)
        counted = [t for above, t in document.tables if above == name]
        assert int(count) == int(absent) + int(unknown) == sum(len(t.rows) for t in counted)


# Networks


def test_the_network_is_two_mode(kg: KnowledgeGraph) -> None:
    graph = kg.two_mode("skane")
    assert networkx.is_bipartite(graph)
    assert all(graph.nodes[a]["bipartite"] != graph.nodes[b]["bipartite"] for a, b in graph.edges)


def test_the_planning_body_connects_most_phases(kg: KnowledgeGraph) -> None:
    assert measures.connectors(kg.store, kg.two_mode("skane"))[0].actor == f"{THINGS}skane/region-skane"


def test_a_broker_brings_together_those_who_do_not_meet() -> None:
    """By hand: a and c meet only through b; at the large meeting d, e and f meet each other, so d brokers nothing."""
    graph: networkx.Graph[str] = networkx.Graph()
    for activity, present in {"x": "ab", "y": "bc", "z": "def"}.items():
        graph.add_node(activity, bipartite=measures.ACTIVITIES, kind="DialogueEvent")
        for actor in present:
            graph.add_node(actor, bipartite=measures.ACTORS, kind="Organisation")
            graph.add_edge(actor, activity)
    [broker] = measures.brokers(graph)
    assert (broker.actor, broker.pairs, broker.examples) == ("b", 1, (("a", "c"),))
    assert ["d", "e", "f"] in measures.communities(graph)


def test_an_empty_network_says_so() -> None:
    empty: networkx.Graph[str] = networkx.Graph()
    assert measures.brokers(empty) == [] == measures.communities(empty)


def test_state_bodies_occur_in_several_regions(kg: KnowledgeGraph) -> None:
    # national:regeringen decides on Halland's bill, and in 2018 on RUFS 2050
    government = next(
        c for c in measures.connectors(kg.store, kg.two_mode()) if c.actor == f"{THINGS}national/regeringen"
    )
    assert government.processes >= 2


# Every report, in both languages and every form


@pytest.fixture(scope="module")
def reports(kg: KnowledgeGraph) -> dict[Lang, dict[str, Document]]:
    def made(lang: Lang) -> dict[str, Document]:
        return {
            "compare": kg.compare("skane", "stockholm", "halland", lang=lang),
            "decision": kg.story("stockholm:rufs-2050-antas", lang=lang),
            "change": kg.story("stockholm:farre-delmal", lang=lang),
            "lesson": kg.story("skane:beskriv-nyttan", lang=lang),
            "gaps": kg.gaps(lang=lang),
            "disagreements": kg.disagreements(lang=lang),
            "network": kg.network_report("skane", "stockholm", lang=lang),
        }

    return {"sv": made("sv"), "en": made("en")}


NAMES = ("compare", "decision", "change", "lesson", "gaps", "disagreements", "network")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_no_report_mixes_languages(
    kg: KnowledgeGraph, reports: dict[Lang, dict[str, Document]], lang: Lang, name: str
) -> None:
    """Only titles of sources stay in their own language, and are marked with it."""
    document = reports[lang][name]
    spans = [s for value in (document.lead, *(x for b in document.blocks for x in lines_of(b))) for s in value]
    foreign = {s.thing for s in spans if s.lang}
    assert {t for t in foreign if not GraphReader(kg.store, lang).values(t, "dcterms:language")} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_says_how_much_was_read(reports: dict[Lang, dict[str, Document]], name: str) -> None:
    document = reports["en"][name]
    for source in numbered(document):
        reference = document.sources[source]
        assert reference.title and reference.url and reference.read
    if name not in ("network",):
        assert numbered(document)


@pytest.mark.parametrize("name", NAMES)
def test_every_form_carries_the_tables(reports: dict[Lang, dict[str, Document]], name: str) -> None:
    document = reports["sv"][name]
    markdown, text = as_markdown(document), as_text(document)
    assert markdown.startswith(f"# {document.title}\n")
    assert document.title in text
    rows = list(csv.reader(io.StringIO(as_csv(document))))
    cells = {cell for r in rows for cell in r}
    for _, counted in document.tables:
        assert plain(counted.rows[0][0]) in cells
        assert len({len(r) for r in counted.rows}) == 1 == len({len(counted.columns), len(counted.rows[0])})


def test_a_workbook_holds_numbers_texts_and_no_formula() -> None:
    table = Table("a", ("=1+1", "n"), (((Span("=cmd|' /C calc'!A0", sources=("x:s",)),), number(0.5, "0,5")),))
    reference = Reference("x:s", "Title", "en", "", "", "https://e.org/", "read in full", True)
    blocks = (Heading("Räkna [2]: a/b"), Paragraph(line("-1 \x07")), table, Heading("Räkna [2]: a/b"), table)
    document = Document("+1", "sv", line("@x"), blocks, {"x:s": reference})
    book = load_workbook(io.BytesIO(as_xlsx(document)))
    assert book.sheetnames == ["Räkna 2 a b", "Räkna 2 a b 2", "Text", "Källor"]
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows == [["=1+1", "n", "Källor"], ["=cmd|' /C calc'!A0", 0.5, "1"]]
    assert [row[0].value for row in book["Text"].iter_rows()] == ["+1", "@x", "Räkna [2]: a/b", "-1 ", "Räkna [2]: a/b"]
    assert [cell.value for cell in book["Källor"][1]] == [1, "”Title”. read in full.", "https://e.org/"]
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


@pytest.mark.browser_all
def test_the_same_graph_gives_the_same_report(kg: KnowledgeGraph) -> None:
    assert as_markdown(kg.compare("skane", "stockholm")) == as_markdown(kg.compare("skane", "stockholm"))


def test_an_inferred_year_is_said_to_be_inferred(kg: KnowledgeGraph) -> None:
    # HAL-B3: that it was in 2021 is inferred
    text = " ".join(texts(kg.disagreements("halland")))
    assert "2021 (inferred)" in text


# The commands, as their user types them


def run(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli.app, list(args))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def at_store(monkeypatch: pytest.MonkeyPatch, store_folder: Path) -> None:
    monkeypatch.setenv("MEDSKICK_STORE", str(store_folder))


@pytest.mark.usefixtures("at_store")
@pytest.mark.parametrize(
    "args",
    [
        ("compare", "skane", "gotland"),
        ("compare", "skane"),
        ("compare", "skane", "stockholm", "--phase-type", "fika"),
        ("compare", "skane", "stockholm", "--format", "papyrus"),
        ("compare", "skane", "stockholm", "-o", "x.papyrus"),
        ("story", "nothing-of-the-kind"),
        ("story", "skane:region-skane"),
        ("gaps", "gotland"),
        ("network", "gotland"),
    ],
)
def test_a_mistake_is_told_and_nothing_written(args: tuple[str, ...], tmp_path: Path) -> None:
    code, out, result = run(*args)
    assert code == 2
    assert result.strip() and "Traceback" not in result
    assert out == "" and list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("at_store")
@pytest.mark.parametrize("ending", ["md", "csv", "html", "docx"])
def test_the_ending_decides_the_form(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"report.{ending}"
    code, _, result = run("compare", "skane", "stockholm", "-o", str(target))
    assert code == 0, result
    assert target.stat().st_size > 1000


@pytest.mark.usefixtures("at_store")
@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_the_network_opens_in_other_programs(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"network.{ending}"
    assert run("network", "skane", "-o", str(target))[0] == 0
    graph = networkx.read_graphml(target) if ending == "graphml" else networkx.read_gexf(target)
    assert networkx.is_bipartite(graph)
    assert all("label" in data for _, data in graph.nodes(data=True))
    assert "lastmodifieddate" not in target.read_text(encoding="utf-8")


def test_an_id_in_two_datasets_must_be_told_apart(kg: KnowledgeGraph, assembled: Assembled) -> None:
    ids: dict[str, list[str]] = {}
    for name, rows in assembled.index.rows.items():
        for slug in rows:
            ids.setdefault(slug, []).append(name)
    twice = {slug for slug, names in ids.items() if len(names) > 1}
    from medskick.resources.finding import find_thing

    for slug in sorted(twice):
        with pytest.raises(AmbiguousThingError) as caught:
            find_thing(kg.store, slug)
        assert caught.value.choices == sorted(f"{name}:{slug}" for name in ids[slug])


def test_a_story_never_puts_what_builds_on_a_decision_before_it(kg: KnowledgeGraph) -> None:
    """STO-B8 and B9: adopted on 12 June 2018; that the Government let it stand is known only as 2018."""
    document = kg.story("stockholm:rufs-2050-antas", lang="en")
    (items,) = (block.items for block, head in pairwise_blocks(document) if head == "Timeline")
    listed = [plain(item) for item in items]
    adopted = next(n for n, text in enumerate(listed) if "RUFS 2050 is adopted" in text)
    review = next(n for n, text in enumerate(listed) if "The Government does not review" in text)
    assert adopted < review


def pairwise_blocks(document: Document) -> list[tuple[Bullets, str]]:
    """Each list with the heading it stands under."""
    return [(b, a.text) for a, b in pairwise(document.blocks) if isinstance(a, Heading) and isinstance(b, Bullets)]


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_a_table_of_many_columns_keeps_them_all_in_a_terminal(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    # eight columns, the last for what is inferred: of the consultation its start (SKA-F3)
    text = as_text(kg.document(kg.ask("phase-durations", process="regionplan-skane")))
    above, rule, below = text.partition(next(line for line in text.splitlines() if "───" in line))
    assert len(rule.rstrip()) <= columns
    assert "inferre" in above.splitlines()[-2] + above.splitlines()[-1]
    assert any(re.search(r"\bstart$", line.rstrip()) for line in below.splitlines())
