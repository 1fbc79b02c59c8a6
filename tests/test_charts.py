"""Charts drawn on the server: what the facts say of when, counted and placed by hand; hostile texts; a real browser."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from browser import chromium, present
from conftest import need
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader
from medskick.rooms import room
from medskick.templates import environment
from medskick.viz.charts.answer_chart import answer_chart
from medskick.viz.charts.chart import NARROW, WIDE, Chart, Link, standalone
from medskick.viz.charts.lanes import Extent, Lane, Mark, lanes, moment, span
from medskick.viz.charts.matrix import dialogue_matrix, theme_matrix
from medskick.viz.charts.place_map import place_map
from medskick.viz.charts.story_chart import story_timeline
from medskick.viz.charts.timeline import common_timeline, of_lanes
from medskick.viz.charts.timeline import timeline as of_all
from medskick.viz.charts.windows import Years, spans
from medskick.viz.svg import wrapped
from medskick.words import SHIPPED, Lang

SVG = "{http://www.w3.org/2000/svg}"
SKANE = "https://w3id.org/medskick/id/skane/"
HALLAND = "https://w3id.org/medskick/id/halland/"


def link(thing: str) -> str:
    return f"/id/{thing.rpartition('/')[2]}"


@pytest.fixture(scope="module")
def readers(kg: KnowledgeGraph) -> dict[str, GraphReader]:
    return {lang: GraphReader(kg.store, lang, links=True) for lang in SHIPPED}


@pytest.fixture
def sv(readers: dict[str, GraphReader]) -> GraphReader:
    return readers["sv"]


def drawings(chart: Chart) -> list[ET.Element]:
    """Every block of both drawings as XML: that it parses is half the test."""
    return [ET.fromstring(block) for block in f"{chart.wide}\n{chart.narrow}".split("\n") if block]


def marks(chart: Chart) -> list[ET.Element]:
    """The marks of the wide drawing."""
    blocks = [ET.fromstring(block) for block in str(chart.wide).split("\n")]
    return [e for block in blocks for e in block.iter() if e.get("class") == "dated"]


def marked(chart: Chart, name: str) -> ET.Element:
    """The one mark whose words begin with a name."""
    [text] = [m for m in marks(chart) if (m.findtext(f"{SVG}title") or "").startswith(name)]
    return text


def kinds(mark: ET.Element) -> set[str]:
    """The ways in which a mark is drawn."""
    return {(e.get("class") or "").split()[0] for g in mark.iter(f"{SVG}g") for e in g} - {""}


def bars_of(mark: ET.Element, kind: str) -> list[tuple[float, float]]:
    return [
        (float(e.get("x", "0")), float(e.get("width", "0")))
        for e in mark.iter(f"{SVG}rect")
        if e.get("class") == kind and float(e.get("height", "0")) == 12
    ]


def timeline(reader: GraphReader, link: Link, start: str = "", end: str = "", processes: Sequence[str] = ()) -> Chart:
    """The timeline of some processes (all if none is named), as its page draws it."""
    return of_all(reader, link, lanes(reader, processes=processes), start, end)


def skane(reader: GraphReader, start: str = "", end: str = "") -> Chart:
    return timeline(reader, link, start, end, [f"{SKANE}regionplan-skane"])


def test_a_review_known_to_the_day_is_an_exact_bar(sv: GraphReader) -> None:
    # SKA-F5: 23 September to 31 December 2021, the days 266 to 365 of the 365 that lie on 768 pixels
    review = marked(skane(sv, "2021", "2021"), "Granskning (")
    assert kinds(review) == {"solid"}
    [(left, width)] = bars_of(review, "solid")
    assert left == pytest.approx(102 + 768 * 265 / 365, abs=0.1)
    assert left + width == pytest.approx(870, abs=0.1)


def test_only_a_season_known_stays_a_pale_span(sv: GraphReader) -> None:
    # SKA-D6: a referral round in spring 2021, March to May: days 60 to 151
    referral = marked(skane(sv, "2021", "2021"), "Remissrundan om regionplanen")
    [(left, width)] = bars_of(referral, "pale")
    assert left == pytest.approx(102 + 768 * 59 / 365, abs=0.1)
    assert left + width == pytest.approx(102 + 768 * 151 / 365, abs=0.1)
    assert not bars_of(referral, "solid") and not list(referral.iter(f"{SVG}polygon"))


def test_never_a_point_where_only_a_year_is_known(sv: GraphReader) -> None:
    # SKA-B9: consultation starts, 2020; SKA-B: the plan is adopted on 14 June 2022
    chart = skane(sv)
    assert not list(marked(chart, "Samrådet startar").iter(f"{SVG}polygon"))
    assert len(list(marked(chart, "Regionplanen antas").iter(f"{SVG}polygon"))) == 1


def test_what_was_planned_but_not_shown_done_is_hollow(sv: GraphReader) -> None:
    # SKA-D: a kick-off announced for 25 September 2019; HAL: adoption expected in 2026
    assert kinds(marked(skane(sv), "Kick-off för regionplaneuppdraget")) == {"hollow"}
    halland = timeline(sv, link, processes=[f"{HALLAND}regionplan-halland"])
    assert kinds(marked(halland, "Antagande, väntat 2026")) == {"hollow"}


def test_the_legend_explains_a_hollow_figure_where_one_is_drawn(sv: GraphReader) -> None:
    # SKA-D3: the kick-off was announced for a day in 2019; all that is told of 2014 was held
    words = [t.text for t in ET.fromstring(str(skane(sv, "2019", "2019").wide).split("\n")[0]).iter(f"{SVG}text")]
    assert "dialogtillfälle, planerad dag" in words
    assert "dialogtillfälle, planerad dag" not in timeline(sv, link, "2014", "2014").wide


def test_an_unknown_start_fades_and_a_known_end_is_an_edge(sv: GraphReader) -> None:
    # SKA-F6: adoption ends on 14 June 2022, when it began is not known
    assert kinds(marked(skane(sv), "Antagande (")) == {"fade", "solid"}
    assert not bars_of(marked(skane(sv), "Antagande ("), "solid")


def test_extents() -> None:
    from datetime import date

    # SKA-F3: consultation from 2020 to spring 2021: sure only between the last possible start and first possible end
    value = span("2020", "2021-21")
    assert value and (value.earliest, value.sure_from, value.sure_to, value.latest) == (
        date(2020, 1, 1), date(2020, 12, 31), date(2021, 3, 1), date(2021, 5, 31),
    )  # fmt: skip
    # a decision taken between two days lies somewhere between them; a meeting lasted
    between = moment("2018-10-11/2018-11-06", lasting=False)
    assert between and between.sure_from is None and not between.point
    lasted = moment("2014-03-04/2014-03-23")
    assert lasted and (lasted.sure_from, lasted.sure_to) == (date(2014, 3, 4), date(2014, 3, 23))
    assert (no_later := moment("../2020-09-02")) and no_later.earliest is None and not no_later.point
    assert (doubted := moment("2019-09-25?")) and not doubted.point
    # ends that may overlap leave nothing sure
    assert (vague := span("2021", "2021-09")) and vague.sure_from is None and vague.sure_to is None
    assert span("", "") is None and moment("") is None and moment("no date") is None


@pytest.mark.parametrize("lang", SHIPPED)
def test_every_row_of_the_twin_is_drawn_or_named_as_without_time(readers: dict[str, GraphReader], lang: Lang) -> None:
    for chart in (timeline(readers[lang], link), common_timeline(readers[lang], link), skane(readers[lang], "2016")):
        blocks = [ET.fromstring(b) for b in str(chart.wide).split("\n")]
        undated = [a for b in blocks for g in b.iter() if g.get("class") == "undated" for a in g.iter(f"{SVG}a")]
        unknown = {"sv": "okänt", "en": "unknown"}[lang]
        without = [row for row in chart.table.rows if plain(row[-1]) == unknown]
        # a process that has no time of its own is a row only where it is drawn
        assert len(undated) == len(without)
        assert len(marks(chart)) == len(chart.table.rows) - len(without)


def test_the_common_timeline_has_the_three_processes_and_no_earlier_ones(sv: GraphReader) -> None:
    heads = [e.text for b in drawings(common_timeline(sv, link)) for e in b.iter() if e.get("class") == "head"]
    assert list(dict.fromkeys(heads)) == ["Regionplan för Halland", "Regionplan för Skåne", "RUFS 2050"]


def test_a_window_of_years_keeps_what_may_lie_in_it(sv: GraphReader) -> None:
    chart = skane(sv, "2019", "2020")
    named = {plain(row[0]) for row in chart.table.rows}
    # 2020 is the earliest start of the consultation; the review came in 2021
    assert "Samråd" in named and "Granskning" not in named
    assert chart.notes and re.search(r"\d+ poster ligger helt utanför", chart.notes[0])
    # under way since June 2022, so also in 2024
    assert skane(sv, "2024", "2024").description.startswith("Tidslinje för 2024 med")
    assert "Genomförande och uppföljning" in {plain(row[0]) for row in skane(sv, "2024", "2024").table.rows}
    for start, end in (("2020", "2019"), ("x", ""), ("", "20201"), ("0000", ""), ("٢٠٢٠", "")):
        with pytest.raises(ValueError):
            timeline(sv, link, start, end)


def test_windows_worth_looking_into(sv: GraphReader) -> None:
    by_lane = spans(sv, Years(lanes(sv)))
    assert by_lane[0] == ("Alla år", "", "")
    assert ("RUFS 2050", "2013", "2026") in by_lane and ("2015–2019", "2015", "2019") in by_lane
    for _, start, end in by_lane[::4]:
        assert timeline(sv, link, start, end).wide
    # Halland's inquiry of 2020 is the first that is dated; one process alone has no other's windows
    halland = Years(lanes(sv, processes=[f"{HALLAND}regionplan-halland"]))
    assert spans(sv, halland) == [("Alla år", "", ""), ("2020–2024", "2020", "2024"), ("2025–2029", "2025", "2029")]


def test_from_a_window_one_gets_only_to_where_there_is_something() -> None:
    def mark(day: str) -> Mark:
        return Mark(f"https://example.org/{day}", "Decision", day, "", day, "", moment(day))

    # years with something: 2002, 2011, 2012, 2014
    days = ("2002-05-01", "2011-02-02", "2012-03-03", "2014-04-04")
    years = Years([Lane("https://example.org/", "", tuple(map(mark, days)))])
    assert years.ends == (2002, 2014)
    assert years.blocks() == [(2000, 2004), (2010, 2014)]
    assert years.single((2010, 2014)) == [(2011, 2011), (2012, 2012), (2014, 2014)]
    assert years.single((2011, 2011)) == []
    # 2005–2009 is passed over; after 2014 nothing comes
    assert years.beside((2010, 2014)) == ((2000, 2004), None)
    assert years.beside((2012, 2012)) == ((2011, 2011), (2014, 2014))
    # from far outside one comes straight to the nearest
    assert years.beside((9990, 9999)) == ((2010, 2019), None)
    assert years.beside((1, 1)) == (None, (2002, 2002))
    assert years.beside((1, 9999)) == (None, None)
    assert Years([]).ends is None and Years([]).beside((2000, 2001)) == (None, None)


def cells(chart: Chart) -> dict[tuple[str, ...], str]:
    """The twin's rows: all columns but the number and the names, to the number."""
    return {tuple(plain(cell) for cell in row[:-2]): plain(row[-2]) for row in chart.table.rows}


def test_the_matrix_counts_what_the_facts_give(sv: GraphReader) -> None:
    chart = theme_matrix(sv, link, lambda row, column, sort: f"/lessons?{sort}")
    row_cells = cells(chart)
    # SKA-R1 to R5 and R8: six challenges of the start, in the first phase; STO-R2 to R6: five of relevance
    assert row_cells["uppstart", "processplanering", "utmaning"] == "6"
    assert row_cells["aktualitet", "aktualitetsbedömning", "utmaning"] == "5"
    # political anchoring (R1, R3, R4) counts as anchoring, each once
    assert row_cells["förankring", "processplanering", "utmaning"] == "3"
    assert not any("politisk förankring" in key for key in row_cells)
    # no challenge and no lesson of these four names review
    assert not any("granskning" in key for key in row_cells) and any("granskning" in note for note in chart.notes)
    assert len(marks(chart)) == len(chart.table.rows)
    assert {m.get("href") for m in marks(chart)} == {"/lessons?Challenge", "/lessons?Lesson"}


def test_columns_stand_in_legal_order(readers: dict[str, GraphReader]) -> None:
    # a telephone gets the columns in groups, each with blocks of rows: every head where it first stands
    blocks = [ET.fromstring(block) for block in str(theme_matrix(readers["en"], link).narrow).split("\n")]
    heads = [e.text or "" for b in blocks for e in b.iter(f"{SVG}text") if "rotate" in e.get("transform", "")]
    order = ["mandate", "start-up", "process planning", "programme", "consultation", "adoption", "no phase given"]
    at = [next(i for i, head in enumerate(heads) if head.startswith(name)) for name in order]
    assert at == sorted(at)


def test_forms_of_dialogue_by_phase_and_region(sv: GraphReader) -> None:
    row_cells = cells(dialogue_matrix(sv, link))
    announced = "aviserat eller planerat dialogtillfälle; inga uppgifter om att det blev av"
    # the kick-off was announced, nothing shows that it took place; four check-ins with politicians in Stockholm in 2016
    assert row_cells["kick-off", "Skåne län", "processplanering", announced] == "1"
    assert row_cells["politisk avstämning", "Stockholms län", "samråd", "dialogtillfälle"] == "4"


def test_bars_are_as_long_as_their_numbers(readers: dict[str, GraphReader]) -> None:
    reader = readers["en"]
    chart = answer_chart(reader, reader.ask("actors-across-phases"), link)
    assert chart
    width = {}
    for mark in marks(chart):
        [number] = [t.text or "" for t in mark.iter(f"{SVG}text")][-1:]
        [bar] = [float(e.get("width", "0")) for e in mark.iter(f"{SVG}rect")]
        width[int(number)] = bar
    assert width[4] == pytest.approx(width[2] * 2, abs=0.2)
    assert marks(chart)[0].get("href") == "/id/region-skane"


PICTURED = [q.slug for q in Catalogue().questions() if q.view in ("bar", "timeline", "matrix")]


def test_least_and_most_are_one_bar_whose_uncertain_part_is_paler(sv: GraphReader) -> None:
    chart = answer_chart(sv, sv.ask("phase-length-by-regime", phase_type="consultation"), link)
    assert chart
    bars = {(mark.findtext(f"{SVG}title") or "").partition(":")[0]: mark for mark in marks(chart)}
    # STO-F3: 8 April to 30 September 2016, both days counted
    looks = {
        name: [(rect.get("class"), float(rect.get("width", "0"))) for rect in bars[name].iter(f"{SVG}rect")]
        for name in ("RUFS 2050", "Regionplan för Skåne")
    }
    assert [text.text for text in bars["RUFS 2050"].iter(f"{SVG}text")] == ["RUFS 2050", "176"]
    assert [width > 0 for _, width in looks["RUFS 2050"]] == [True, False]
    # SKA-F2: from some time in 2020 to spring 2021
    least, most = 61, 517
    assert [text.text for text in bars["Regionplan för Skåne"].iter(f"{SVG}text")][-1] == f"{least}–{most}"
    [(solid, sure), (pale, unsure)] = looks["Regionplan för Skåne"]
    assert (solid, pale) == ("solid", "pale") and abs(sure / (sure + unsure) - least / most) < 0.01


@pytest.mark.parametrize("slug", PICTURED)
def test_every_question_whose_header_names_a_chart_has_one(readers: dict[str, GraphReader], slug: str) -> None:
    reader = readers["sv"]
    chart = answer_chart(reader, reader.ask(slug), link)
    assert chart and chart.wide and chart.narrow
    for block in drawings(chart):
        assert 0 < float(block.get("width", "0")) <= WIDE
    assert standalone(chart) and ET.fromstring(standalone(chart)) is not None


def test_other_questions_have_none(sv: GraphReader) -> None:
    assert answer_chart(sv, sv.ask("lesson-owners"), link) is None


def test_the_story_of_a_decision(sv: GraphReader) -> None:
    chart = story_timeline(sv, f"{SKANE}regionplanen-antas", link)
    names = [plain(row[0]) for row in chart.table.rows]
    # the review went before; the housing forum of 2023 came after
    assert names.index("Granskning") < names.index("Regionplanen antas") < names.index("Skånskt bostadsforum")
    [own] = [e for e in marks(chart) if any(t.get("class") == "head" for t in e)]
    assert own.get("href") == "/id/regionplanen-antas"


def test_a_thing_tied_to_nothing_dated_has_no_story(sv: GraphReader) -> None:
    # halland/actors.csv: Hylte is tied to a territory, a group and a state of things without a date
    assert story_timeline(sv, f"{HALLAND}hylte", link).wide == ""
    assert story_timeline(sv, "https://w3id.org/medskick/id/nowhere/nothing", link).wide == ""


@pytest.mark.parametrize("lang", SHIPPED)
def test_an_empty_store_draws_nothing_and_says_why(lang: Lang) -> None:
    empty = GraphReader(ox.Store(), lang)
    for chart in (
        timeline(empty, link), common_timeline(empty, link), theme_matrix(empty, link), dialogue_matrix(empty, link),
    ):  # fmt: skip
        assert not chart.wide and not chart.narrow and not chart.table.rows and standalone(chart) == ""
    assert spans(empty, Years(lanes(empty))) == []


HOSTILE = [
    '"><script>alert(1)</script>',
    "]]></style><img src=x onerror=alert(1)>",
    "&lt;b&gt; & ' \" `",
    "\x00\x08\ud7ff\ufffe NUL",
    "مرحبا بالعالم \u202e RTL",
    "långt" * 400,
    "ord " * 400,
    "漢字" * 90,
    "",
]


def hostile(reader: GraphReader) -> Chart:
    days = [span("2020", "2021-21"), moment("2020-02-02"), moment("2021-23"), span("", "2021-01-01"), None]
    mark_list = [
        Mark(f"https://example.org/{i}", "Phase", text, "", "2020", "", days[i % len(days)])
        for i, text in enumerate(HOSTILE)
    ]
    lanes = [Lane(f"https://example.org/{i}", text, tuple(mark_list)) for i, text in enumerate(HOSTILE)]
    return of_lanes(reader, lambda thing: thing + '"><script>', lanes, HOSTILE[0])


def test_hostile_labels_are_text(sv: GraphReader) -> None:
    chart = hostile(sv)
    allowed = {"svg", "desc", "title", "text", "g", "a", "rect", "line", "path", "polygon", "circle"}
    for block in drawings(chart):
        assert {e.tag.removeprefix(SVG) for e in block.iter()} <= allowed
        assert not any(name == "style" or name.startswith("on") for e in block.iter() for name in e.attrib)
    assert "<script" not in chart.wide and "<img" not in chart.wide


def test_words_are_broken_to_the_width_and_cut_with_a_mark() -> None:
    lines = wrapped("ord " * 100, 120.0, lines=3)
    assert len(lines) == 3 and lines[-1].endswith("…") and not lines[0].endswith("…")
    assert wrapped("kort", 120.0) == ["kort"]


def test_no_inline_style_and_no_text_below_twelve_pixels(sv: GraphReader) -> None:
    for chart in (timeline(sv, link), theme_matrix(sv, link), story_timeline(sv, f"{SKANE}regionplanen-antas", link)):
        for block in drawings(chart):
            assert not any("style" in e.attrib for e in block.iter())
            assert min((float(t.get("font-size", "0")) for t in block.iter(f"{SVG}text")), default=12) >= 12


def test_the_same_input_gives_the_same_bytes(kg: KnowledgeGraph) -> None:
    assert timeline(GraphReader(kg.store, "sv"), link) == timeline(GraphReader(kg.store, "sv"), link)


# In a real browser


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    need(present(), "Chromium with its driver")
    with chromium() as browser:
        yield browser


def show(driver: Any, folder: Path, width: int, *charts: Chart) -> None:
    css = "".join((room("viz") / name).read_text(encoding="utf-8") for name in ("report.css", "chart.css"))
    figure = environment().get_template("chart.j2")
    page = (
        '<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>x</title><style>{css}</style><main><h1>x</h1>{''.join(map(figure.module.figure, charts))}</main>"  # type: ignore[attr-defined]
    )
    path = folder / "chart.html"
    path.write_text(page, encoding="utf-8")
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.get(path.as_uri())


BOXES = """
return [...document.querySelectorAll('svg.chart')].filter(s => s.getClientRects().length).map(svg => {
  const edge = svg.getBoundingClientRect();
  return {edge: [edge.left, edge.top, edge.right, edge.bottom], texts: [...svg.querySelectorAll('text')].filter(
    t => !(t.getAttribute('transform') || '').includes('rotate')).map(t => {
      const b = t.getBoundingClientRect(); return [t.textContent, b.left, b.top + 3, b.right, b.bottom - 4]; })};
});
"""


def charts(reader: GraphReader) -> list[Chart]:
    asked = [answer_chart(reader, reader.ask(slug), link) for slug in ("what-hangs-on-a-process", "stances-over-time")]
    return [
        timeline(reader, link),
        skane(reader, "2019", "2021"),
        common_timeline(reader, link),
        theme_matrix(reader, link),
        dialogue_matrix(reader, link),
        place_map(reader, link),
        story_timeline(reader, f"{SKANE}regionplanen-antas", link),
        *(chart for chart in asked if chart),
        hostile(reader),
    ]


@pytest.mark.browser_all
@pytest.mark.parametrize(
    ("lang", "width"),
    [
        ("sv", 390),
        ("en", 1280),
        pytest.param("sv", 1280, marks=pytest.mark.browser_all),
        pytest.param("en", 390, marks=pytest.mark.browser_all),
    ],
)
def test_no_text_lies_on_another_or_outside(
    driver: Any, readers: dict[str, GraphReader], tmp_path: Path, lang: Lang, width: int
) -> None:
    show(driver, tmp_path, width, *charts(readers[lang]))
    blocks = driver.execute_script(BOXES)
    assert sum(len(block["texts"]) for block in blocks) > 400
    for block in blocks:
        left, top, right, bottom = block["edge"]
        assert right <= width
        for text, x0, y0, x1, y1 in block["texts"]:
            assert x0 >= left - 1 and x1 <= right + 1 and y0 >= top - 1 and y1 <= bottom + 1, text
        for a, b in combinations(block["texts"], 2):
            assert a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2], (a, b)


def test_the_drawing_fits_the_room_and_paper_gets_the_wide_one(driver: Any, sv: GraphReader, tmp_path: Path) -> None:
    shown = "return ['wide', 'narrow'].map(k => document.querySelector(`svg.${k}`).getBoundingClientRect().width)"
    chart = common_timeline(sv, link)
    show(driver, tmp_path, 1280, chart)
    assert driver.execute_script(shown) == [WIDE, 0]
    show(driver, tmp_path, 390, chart)
    wide, narrow = driver.execute_script(shown)
    assert wide == 0 and NARROW <= narrow <= 390
    show(driver, tmp_path, 672, chart)
    try:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        wide, narrow = driver.execute_script(shown)
        assert narrow == 0 and 600 < wide <= 672
        # A4 within its margins is 178 mm, which are 672 px: nothing on it is smaller than 7 pt
        assert min(smallest(chart), smallest(theme_matrix(sv, link))) * wide / WIDE * 0.75 >= 7
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def smallest(chart: Chart) -> float:
    """The size in px of the smallest text of the wide drawing."""
    blocks = [ET.fromstring(block) for block in str(chart.wide).split("\n")]
    return min(float(t.get("font-size", "0")) for block in blocks for t in block.iter(f"{SVG}text"))


def test_figures_stand_out_from_a_dark_ground(driver: Any, sv: GraphReader, tmp_path: Path) -> None:
    show(driver, tmp_path, 1280, timeline(sv, link))
    fill = (
        "const c = document.createElement('canvas').getContext('2d');"
        "return [...document.querySelectorAll('svg.wide .ink .solid')].map(e => {"
        "c.fillStyle = getComputedStyle(e).fill; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]})"
    )
    try:
        dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
        colours = {tuple(c[:3]) for c in driver.execute_script(fill)}
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert len(colours) > 1
    ground = luminance((0x14, 0x17, 0x1A))
    # WCAG 2.1, 1.4.11: three to one
    assert all((luminance(c) + 0.05) / (ground + 0.05) >= 3 for c in colours)


def luminance(colour: tuple[int, ...]) -> float:
    linear = [v / 12.92 if (v := part / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_mark_is_reached_by_keyboard_and_named(driver: Any, sv: GraphReader, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    show(driver, tmp_path, 1280, common_timeline(sv, link))
    body, seen = driver.find_element(By.TAG_NAME, "body"), []
    for _ in range(6):
        body.send_keys(Keys.TAB)
        seen.append(driver.execute_script("return document.activeElement.getAttribute('href')"))
    # the picture's own frame (it scrolls where it must), then the process, its phases in order of time, those without
    assert seen[1:] == [
        "/id/regionplan-halland", "/id/regionplan-halland-hemstallan", "/id/regionplan-halland-oenighet",
        "/id/regionplan-halland-antagande", "/id/regionplan-halland-forarbete",
    ]  # fmt: skip


def test_extent_of_nothing_has_no_days() -> None:
    assert Extent(None, None).days is None
