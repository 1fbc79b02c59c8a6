"""What is drawn where in charts made by hand: places reckoned here from the measures that the modules name."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from medskick.queries.query import Query
from medskick.queries.run import Answer
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader
from medskick.viz.charts.axis import Axis
from medskick.viz.charts.bar_chart import bars
from medskick.viz.charts.grid import Count, Grid, GridRow, Sort, draw_grid
from medskick.viz.charts.lanes import Extent, Lane, Mark, moment, span
from medskick.viz.charts.mark import Drawn, draw
from medskick.viz.charts.matrix import listed
from medskick.viz.charts.timeline import of_lanes
from medskick.viz.legend import Item, Parts, flow
from medskick.viz.svg import text_width

SVG = "{http://www.w3.org/2000/svg}"
STYLE: Mapping[str, str] = {"colour": "#123456", "shape": "dot"}
# the days of 2021, two pixels each
YEAR = Axis(date(2021, 1, 1), date(2021, 12, 31), 0.0, 730.0)


def drawn(
    actual: Extent | None = None, planned: Extent | None = None, ongoing: bool = False, axis: Axis = YEAR
) -> Drawn:
    """A mark drawn with its middle at 50."""
    mark = Mark("t", "Phase", "A phase", "", "", "", actual, planned, ongoing)
    return draw(mark, axis, 50.0, STYLE)


def shapes(drawing: Drawn) -> list[tuple[str, ...]]:
    """Tag, class and place of every part, as it is written."""
    names = ("class", "x", "y", "width", "height", "cx", "cy", "r", "d", "fill-opacity")
    [group] = drawing.parts
    assert (group.get("class"), group.get("color")) == ("ink", "#123456")
    return [(e.tag, *(value for name in names if (value := e.get(name)))) for e in group]


def reach(drawing: Drawn) -> tuple[float, float, set[str]]:
    """From where to where it is drawn, and the ways that the legend explains."""
    return drawing.left, drawing.right, set(drawing.ways)


# Marks


def test_a_time_known_to_the_day_is_filled() -> None:
    # 1 February is day 32: 62 pixels before it; ten days
    drawing = drawn(span("2021-02-01", "2021-02-10"))
    assert shapes(drawing) == [("rect", "solid", "62", "44", "20", "12")]
    assert reach(drawing) == (62, 82, {"solid"})


def test_a_start_known_to_the_month_is_pale_for_that_month_less_its_last_day() -> None:
    drawing = drawn(span("2021-01", "2021-03-31"))
    assert shapes(drawing) == [
        ("rect", "pale", "0", "44", "60", "12"), ("rect", "solid", "0", "54", "60", "2"),
        ("rect", "solid", "60", "44", "120", "12"),
    ]  # fmt: skip
    assert reach(drawing) == (0, 180, {"pale", "solid"})


def test_an_end_known_to_the_month_is_pale_after_its_first_day() -> None:
    drawing = drawn(span("2021-01-01", "2021-03"))
    # to the end of 1 March: 60 days; to the end of March: 30 more
    assert shapes(drawing) == [
        ("rect", "pale", "120", "44", "60", "12"), ("rect", "solid", "120", "54", "60", "2"),
        ("rect", "solid", "0", "44", "120", "12"),
    ]  # fmt: skip


def test_one_date_known_to_the_month_is_pale() -> None:
    drawing = drawn(moment("2021-04"))
    assert shapes(drawing) == [("rect", "pale", "180", "44", "60", "12"), ("rect", "solid", "180", "54", "60", "2")]
    assert drawing.ways == {"pale"}


def test_an_unknown_start_fades_away_from_the_edge_that_is_known() -> None:
    # 30 June is day 181: 360 to 362, drawn five wide; 36 more fade away, in six steps
    drawing = drawn(span("", "2021-06-30"))
    fading, edge = shapes(drawing)[:-1], shapes(drawing)[-1]
    assert edge == ("rect", "solid", "362.5", "42.5", "2", "15")
    assert [f[:2] for f in fading] == [("rect", "fade")] * 6
    assert [f[-1] for f in fading] == ["0.42", "0.35", "0.28", "0.21", "0.14", "0.07"]
    assert [float(f[2]) for f in fading] == pytest.approx([363.5 - 41 / 6 * n for n in range(1, 7)], abs=0.1)
    assert reach(drawing) == (322.5, 363.5, {"fade"})


def test_an_unknown_end_fades_a_little_and_what_goes_on_fades_to_the_edge_with_an_arrow() -> None:
    # 1 July is day 182: 362 to 364, drawn five wide
    unknown = drawn(span("2021-07-01", ""))
    assert reach(unknown) == (360.5, 401.5, {"fade"})
    assert not [s for s in shapes(unknown) if s[0] == "path"]
    going = drawn(span("2021-07-01", ""), ongoing=True)
    assert reach(going) == (360.5, 730, {"ongoing"})
    assert ("path", "arrow", "M724.0 46l5 4l-5 4") in shapes(going)
    assert ("rect", "solid", "359.5", "42.5", "2", "15") in shapes(going)
    # a step for every sixteen of the 369.5 pixels
    assert len([s for s in shapes(going) if s[1] == "fade"]) == 23


def test_what_goes_on_to_a_planned_end_fades_to_it_inside_a_hollow_bar() -> None:
    drawing = drawn(span("2021-07-01", ""), span("", "2021-09-30"), ongoing=True)
    # 30 September ends 273 days
    assert drawing.right == 546 and drawing.ways == {"ongoing", "planned"}
    assert ("path", "hollow", "M362.0 44.0H546.0M362.0 56.0H546.0M362.0 44.0V56.0M546.0 44.0V56.0") in shapes(drawing)


def test_a_plan_is_not_drawn_beside_what_has_been() -> None:
    assert shapes(drawn(moment("2021-03-01"), moment("2021-05-01"))) == shapes(drawn(moment("2021-03-01")))


def test_one_day_is_a_figure_in_the_middle_of_it_hollow_where_only_planned() -> None:
    # 1 March: 118 to 120; a circle is nine tenths of its radius
    held, meant = drawn(moment("2021-03-01")), drawn(planned=moment("2021-03-01"))
    assert shapes(held) == [("circle", "solid", "119", "50", "6.3")]
    assert reach(held) == (112, 126, {"day"})
    assert shapes(meant) == [("circle", "hollow whole", "119", "50", "5.9")]
    assert reach(meant) == (112, 126, {"planned", "planned-day"})


def test_a_planned_time_is_hollow_and_open_where_its_end_is_not_told() -> None:
    assert shapes(drawn(planned=span("2021-03-01", "2021-03-31"))) == [
        ("path", "hollow", "M118.0 44.0H180.0M118.0 56.0H180.0M118.0 44.0V56.0M180.0 44.0V56.0")
    ]
    until = drawn(planned=span("2021-03-01", ""))
    assert shapes(until) == [("path", "hollow", "M116.5 44.0H157.5M116.5 56.0H157.5M116.5 44.0V56.0")]
    since = drawn(planned=span("", "2021-03-01"))
    assert shapes(since) == [("path", "hollow", "M80.5 44.0H121.5M80.5 56.0H121.5M121.5 44.0V56.0")]


def test_what_reaches_out_of_the_window_is_cut_at_its_edge() -> None:
    assert shapes(drawn(span("2020-01-01", "2021-01-31"))) == [("rect", "solid", "0", "44", "62", "12")]
    late = drawn(span("2021-12-30", "2022-06-30"))
    # two days are four pixels: widened to five, inwards
    assert (late.left, late.right) == (725, 730)


# The axis and the legend


def test_months_are_named_as_often_as_there_is_room() -> None:
    """September's name is 107.4 pixels wide, with 14 between: too much for a month of 60.8, enough for two."""
    assert YEAR.ticks("en") == [
        (0, "January 2021"), (118, "March 2021"), (240, "May 2021"), (362, "July 2021"), (486, "September 2021"),
        (608, "November 2021"),
    ]  # fmt: skip


def test_years_are_named_as_often_as_there_is_room() -> None:
    """A year is 36.5 pixels and its name 32, with 14 between: every other year, those that two divides."""
    axis = Axis(date(2001, 1, 1), date(2020, 12, 31), 10.0, 740.5)
    named = axis.ticks("sv")
    assert [name for _, name in named] == [str(year) for year in range(2002, 2021, 2)]
    assert [x for x, _ in named[:3]] == pytest.approx([46.5, 119.5, 192.6])


def placed(parts: Parts) -> list[tuple[str | None, float, float]]:
    """Texts and where they stand."""
    texts = [t for part in parts for t in part.iter("text")]
    return [(t.text, float(t.get("x", "0")), float(t.get("y", "0"))) for t in texts]


def test_items_follow_each_other_and_go_on_in_the_next_line() -> None:
    """Two letters are 16 wide; a sample takes 28 before its words, 18 lie between."""

    def swatch(x: float, y: float) -> Sequence[ET.Element]:
        return [ET.Element("sample", x=f"{x:g}", y=f"{y:g}")]

    items = [Item("ab", swatch), Item("de", swatch), Item("gh", swatch)]
    parts, low = flow(items, 4.0, 10.0, 130.0)
    assert placed(parts) == [("ab", 32, 25), ("de", 94, 25), ("gh", 32, 46)]
    assert [(p.get("x"), p.get("y")) for p in parts if p.tag == "sample"] == [
        ("4", "20.5"),
        ("66", "20.5"),
        ("4", "41.5"),
    ]
    assert low == 54


def test_names_in_a_row_have_commas_between_and_their_own_links() -> None:
    """The opening is 16 wide and 8 away, a name with its comma 20.25 and 7 away."""
    parts, low = flow([Item("de", href="/d"), Item("gh", href="/g", name="Go")], 4.0, 0.0, 200.0, "ab")
    assert placed(parts) == [("ab", 4, 15), ("de,", 28, 15), ("gh", pytest.approx(55.2, abs=0.1), 15)]
    assert [(p.get("href"), p.findtext("title")) for p in parts if p.tag == "a"] == [("/d", "de"), ("/g", "Go")]
    assert low == 23
    assert flow([], 4.0, 7.0, 200.0) == ([], 7.0)


def test_names_are_listed_as_a_sentence_has_them(reader: GraphReader) -> None:
    assert [listed(reader, ["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


# The grid


def test_a_grid_has_its_names_level_and_numbers_beside_figures_that_grow() -> None:
    """Wide: 204 for the rows' names, 170 a column; 27 for the columns' names and for a row."""
    cells = {"a": [Count("s", 4, "four", "/four")], "b": [Count("s", 1, "one")]}
    rows = [GridRow("r", "row", cells), GridRow("", "other", {"b": [Count("s", 1, "one")]})]
    grid = Grid({"a": "ab", "b": "de"}, [("", rows)], {"s": Sort(STYLE, "sort")}, most=4)
    legend, (parts, height) = draw_grid(grid, lambda thing: f"/{thing}", 880.0)
    assert placed(legend[0]) == [("sort", 32, 15)]
    assert height == 27 + 2 * 27 + 2
    names, groups = [p for p in parts if p.tag == "text"], [p for p in parts if p.tag == "g"]
    # in the middle of a column, 8 above the rows
    assert placed(names) == [("ab", 289, 19), ("de", 459, 19)]
    assert [g.get("transform") for g in groups] == ["translate(0 27.0)", "translate(0 54.0)"]
    shades = [next(g.iter("rect")) for g in groups]
    assert [(s.get("class"), s.get("width"), s.get("height")) for s in shades] == [
        ("lane", "548", "27"), ("lane odd", "548", "27"),
    ]  # fmt: skip
    assert [line.get("x1") for line in groups[0].iter("line")] == ["204", "374", "544"]
    # a number is 8 wide, 3 from its figure, both in the middle: 9 as radius for the most, 4.5 + 2.25 for a quarter
    assert placed([groups[0]]) == [("row", 6, 18.5), ("4", 295.5, 18), ("1", 463.2, 18)]
    circles = [(c.get("cx"), c.get("cy"), c.get("r")) for c in groups[0].iter("circle")]
    assert circles == [("283.5", "13.5", "8.1"), ("453.5", "13.5", "6.1")]
    links = [(a.get("href"), a.findtext("title")) for a in groups[0].iter("a")]
    assert links == [("/r", "row"), ("/four", "four")]
    assert [g.findtext("title") for g in groups[1].iter("g") if g.find("title") is not None] == ["other", "one"]


def test_a_heading_breaks_by_its_own_bold_width() -> None:
    """In 320 pixels less 16; bold letters are a tenth wider. Each line is 20, the second below the first."""
    text = "Regional plan of one name and others"
    assert text_width(text, 15) < 304 < text_width(text, 15, bold=True)
    grid = Grid({"a": "ab"}, [(text, [GridRow("r", "row", {"a": [Count("s", 1, "one")]})])], {"s": Sort(STYLE, "sort")})
    _, (parts, _) = draw_grid(grid, lambda thing: f"/{thing}", 320.0)
    [group] = [p for p in parts if p.tag == "g"]
    assert [(left, down) for _, left, down in placed([group])[:2]] == [(6, 24), (6, 44)]
    assert {t.get("font-size") for t in group.iter("text") if t.get("class") == "head"} == {"15"}


def test_a_grid_on_a_telephone_has_rows_named_above_their_cells() -> None:
    rows = [GridRow("r", "row", {"a": [Count("s", 1, "one")]})]
    grid = Grid({"a": "ab"}, [("group", rows)], {"s": Sort(STYLE, "sort")})
    _, (parts, height) = draw_grid(grid, lambda thing: f"/{thing}", 350.0)
    [group] = [p for p in parts if p.tag == "g"]
    # the group's heading 32 high, the row's name 23 above a cell of 27
    assert height == 27 + 32 + 50 + 2
    texts = placed([group])
    assert texts[0] == ("group", 6, 24) and texts[1] == ("row", 6, 17)


# Bars


def test_bars_are_as_long_as_their_numbers_with_the_number_behind(reader: GraphReader) -> None:
    """320 for the names, 520 for the most; a row of 14 and 10 between; the most has its number 7 behind its bar."""
    rows: list[dict[str, ox.NamedNode | ox.Literal]] = [
        {"name": ox.Literal("one"), "n": ox.Literal(4)}, {"name": ox.Literal("two"), "n": ox.Literal(1)},
        {"name": ox.NamedNode("https://example.org/three"), "n": ox.Literal(0)},
    ]  # fmt: skip
    which = {"en": "Which?"}
    query = Query("q", "t", Path("q.rq"), "", which, which, columns={"n": {"en": "many"}}, view="bar")
    chart = bars(
        reader, Answer(query, "en", ("name", "n"), rows), lambda thing: thing.removeprefix("https://example.org")
    )
    assert chart
    legend, drawing = map(ET.fromstring, str(chart.wide).split("\n"))
    assert [t.text for t in legend.iter(f"{SVG}text")] == ["many"]
    chosen = [e for e in drawing if e.get("class") == "dated"]
    boxes = [[next(e.iter(f"{SVG}rect")).get(k) for k in ("x", "y", "width", "height")] for e in chosen]
    assert boxes == [["320", "7", "520", "14"], ["320", "31", "130", "14"], ["320", "55", "1", "14"]]
    texts = [[(t.text, t.get("x"), t.get("y"), t.get("text-anchor")) for t in e.iter(f"{SVG}text")] for e in chosen]
    assert texts[:2] == [
        [("one", "308", "19", "end"), ("4", "847", "19", None)],
        [("two", "308", "43", "end"), ("1", "457", "43", None)],
    ]  # fmt: skip
    # nothing is a stroke of one pixel with its number 7 behind
    assert texts[2][1:] == [("0", "328", "67", None)]
    assert [e.findtext(f"{SVG}title") for e in chosen][:2] == ["one: many 4", "two: many 1"]
    assert [e.get("href") for e in chosen] == [None, None, "/three"]
    lines = [[e.get(k) for k in ("x1", "x2", "y1", "y2")] for e in drawing.iter(f"{SVG}line")]
    assert lines == [["320", "320", "3", "27"], ["320", "320", "27", "51"], ["320", "320", "51", "75"]]
    assert drawing.get("height") == "76"
    # a name has 298 to the left of the line, then it goes on in the next row of 18
    long: list[dict[str, ox.NamedNode | ox.Literal]] = [
        {"name": ox.Literal("a name that is far too long for the room beside its bar"), "n": ox.Literal(1)}
    ]
    wide = bars(reader, Answer(query, "en", ("name", "n"), long), lambda thing: thing)
    assert wide
    rows_of_name = list(ET.fromstring(str(wide.wide).split("\n")[1]).iter(f"{SVG}text"))[:-1]
    assert [t.get("y") for t in rows_of_name] == ["19", "37"]
    assert all(text_width(t.text or "") <= 298 for t in rows_of_name)
    # on a telephone the name stands above its bar: 23 lower, 18 and 5 more a row
    narrow = ET.fromstring(str(chart.narrow).split("\n")[1])
    tops = [e.get("y") for e in narrow.iter(f"{SVG}rect")]
    assert tops == ["30", "79", "128"]
    assert [e.get("x") for e in narrow.iter(f"{SVG}rect")] == ["6", "6", "6"]


def test_groups_of_bars_have_their_name_above_in_the_size_of_headings(reader: GraphReader) -> None:
    rows: list[dict[str, ox.NamedNode | ox.Literal]] = [
        {"of": ox.Literal(of), "name": ox.Literal(name), "n": ox.Literal(1)} for of, name in ("Aa", "Ab", "Bc")
    ]
    query = Query(
        "q", "t", Path("q.rq"), "", {"en": "Which?"}, {"en": ""}, view="bar", options={"group": ["of"], "label": "name"}
    )
    chart = bars(reader, Answer(query, "en", ("of", "name", "n"), rows), lambda thing: thing)
    assert chart
    drawing = ET.fromstring(str(chart.wide).split("\n")[1])
    heads = [t for t in drawing.iter(f"{SVG}text") if t.get("class") == "head"]
    assert [(t.text, t.get("font-size"), t.get("y")) for t in heads] == [("A", "15", "26"), ("B", "15", "106")]


def test_more_rows_than_thirty_are_cut_and_said_and_no_numbers_are_no_chart(reader: GraphReader) -> None:
    many: list[dict[str, ox.NamedNode | ox.Literal]] = [
        {"name": ox.Literal(f"row {n}"), "n": ox.Literal(n)} for n in range(31)
    ]
    query = Query("q", "t", Path("q.rq"), "", {"en": "Which?"}, {"en": ""}, view="bar")
    chart = bars(reader, Answer(query, "en", ("name", "n"), many), lambda thing: thing)
    assert chart and len(chart.table.rows) == 31 and len(chart.notes) == 1
    assert "30" in chart.notes[0] and "31" in chart.notes[0]
    # the legend, then one block: thirty rows of 24 are lower than 820
    assert [block.count('class="dated"') for block in str(chart.wide).split("\n")] == [0, 30]
    assert bars(reader, Answer(query, "en", ("name",), many), lambda thing: thing) is None


# The timeline


@pytest.fixture
def reader() -> GraphReader:
    return GraphReader(ox.Store(), "en")


def decision(name: str, day: str) -> Mark:
    return Mark(f"https://example.org/{name}", "Decision", name, "p", day, "", moment(day, lasting=False))


def marked(reader: GraphReader, *marks: Mark) -> ET.Element:
    """The drawing of 2021 with a lane of marks, 880 wide, without its legend."""
    lane = Lane("https://example.org/plan", "Plan", marks)
    chart = of_lanes(reader, lambda thing: thing.removeprefix("https://example.org"), [lane], "title", "2021", "2021")
    return ET.fromstring(str(chart.wide).split("\n")[1])


def test_marks_of_one_day_stand_in_rows_with_their_names_beside(reader: GraphReader) -> None:
    """2 July is the 183rd of 365 days on the 768 pixels after the first 102: its middle at 486."""
    drawing = marked(reader, decision("one", "2021-07-02"), decision("two", "2021-07-02"))
    # years 22, space 6, the heading 24, two rows of 23 and 4, space 6
    assert drawing.get("height") == "108"
    dated = [e for e in drawing.iter(f"{SVG}a") if e.get("class") == "dated"]
    names = [next(e.iter(f"{SVG}text")) for e in dated]
    assert [(n.text, n.get("x"), n.get("y"), n.get("text-anchor")) for n in names] == [
        ("one", "499", "16.5", None), ("two", "499", "39.5", None),
    ]  # fmt: skip
    assert [e.get("href") for e in dated] == ["/one", "/two"]
    assert any(g.get("transform") == "translate(0 30.0)" for g in drawing.iter(f"{SVG}g"))
    [head] = [t for t in drawing.iter(f"{SVG}text") if t.get("class") == "head"]
    assert (head.text, head.get("x"), head.get("y"), head.get("font-size")) == ("Plan", "8", "22", "15")


def test_lanes_have_stripes_and_a_line_for_each_month() -> None:
    """880 wide: months at 102 + 768 of a year; a band is 63 with one row; months are named at 14."""
    reader = GraphReader(ox.Store(), "en")
    three = [Lane(f"https://example.org/{n}", f"Plan {n}", (decision(f"d{n}", "2021-07-02"),)) for n in range(3)]
    chart = of_lanes(reader, lambda thing: None, three, "title", "2021", "2021")
    drawing = ET.fromstring(str(chart.wide).split("\n")[1])
    stripes = [(r.get("class"), r.get("y"), r.get("height")) for r in drawing.iter(f"{SVG}rect") if r.get("x") == "0"]
    assert stripes[:3] == [("lane", "22", "63"), ("lane odd", "85", "63"), ("lane", "148", "63")]
    bands = [g.get("class") for g in drawing if (g.get("transform") or "").startswith("translate(0 ")]
    assert bands == [None, "on-odd", None]
    lines = [[e.get(k) for k in ("x1", "x2", "y1", "y2")] for e in drawing if e.get("class") == "grid"]
    assert lines[0] == ["102", "102", "22", "85"] and {tuple(e[2:]) for e in lines} == {
        ("22", "85"), ("85", "148"), ("148", "211"),
    }  # fmt: skip
    named = [(t.get("y"), t.get("text-anchor")) for t in drawing if t.tag == f"{SVG}text"]
    assert set(named) == {("14", "middle")}


def test_a_name_left_of_its_bar_takes_its_room_there(reader: GraphReader) -> None:
    """A name that would reach out to the right stands left of its figure, and no other mark's row goes through it."""
    long = "a name of which the right half would be cut off here"
    drawing = marked(reader, decision("one", "2021-11-20"), decision(long, "2021-12-20"))
    names = [next(e.iter(f"{SVG}text")) for e in drawing.iter(f"{SVG}a") if e.get("class") == "dated"]
    assert [(n.text, n.get("text-anchor"), n.get("y")) for n in names] == [
        ("one", None, "16.5"), (long, "end", "39.5"),
    ]  # fmt: skip


def test_marks_far_apart_share_a_row_and_the_last_has_its_name_to_the_left(reader: GraphReader) -> None:
    drawing = marked(reader, decision("one", "2021-02-01"), decision("two", "2021-12-31"))
    assert drawing.get("height") == "85"
    one, two = [next(e.iter(f"{SVG}text")) for e in drawing.iter(f"{SVG}a") if e.get("class") == "dated"]
    # the last day's middle is at 868.9, its figure 7 to each side, 6 between
    assert (two.get("x"), two.get("y"), two.get("text-anchor")) == ("855.9", "16.5", "end")
    assert (one.get("y"), one.get("text-anchor")) == ("16.5", None)
    assert float(one.get("x", "0")) == pytest.approx(102 + 31.5 * 768 / 365 + 13, abs=0.1)


def test_a_lane_without_a_thing_has_its_words_in_the_table(reader: GraphReader) -> None:
    """Marks of no process stand in a lane that is only named."""
    lane = Lane("", "None given", (decision("one", "2021-02-01"),))
    chart = of_lanes(reader, lambda thing: thing, [lane], "title", "2021", "2021")
    assert [plain(cells[2]) for cells in chart.table.rows] == ["None given"]


def test_what_has_no_time_is_named_below(reader: GraphReader) -> None:
    undated = Mark("https://example.org/three", "Decision", "three", "p")
    drawing = marked(reader, decision("one", "2021-02-01"), undated)
    [group] = [g for g in drawing.iter(f"{SVG}g") if g.get("class") == "undated"]
    assert [a.get("href") for a in group.iter(f"{SVG}a")] == ["/three"]
    assert drawing.get("height") == "108"
