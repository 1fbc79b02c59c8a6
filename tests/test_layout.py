"""Where things stand in pictures made by hand: every place is reckoned here from the measures that the modules name."""

import math
import statistics
from collections.abc import Mapping
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from medskick.resources.succession import NEVER
from medskick.viz.pictures.as_svg import network_svg, thumbnail_svg
from medskick.viz.pictures.layout import node_size, positions
from medskick.viz.pictures.picture import Edge, Node, Picture

SVG = "{http://www.w3.org/2000/svg}"
ROW, COLUMN = 92, 260


def node(iri: str, cls: str = "Decision", moment: str = NEVER, **extra: Any) -> Node:
    return Node(iri, cls, {"en": f"The {iri}", "sv": f"Det {iri}"}, extra, moment)


def picture(nodes: list[Node], ties: str, layout: str = "force", around: str = "", **options: Any) -> Picture:
    """``ties`` are like ``a made b``, with commas between."""
    edges = [
        Edge(start, tie.rstrip("*"), end, tie.endswith("*")) for start, tie, end in map(str.split, ties.split(","))
    ]
    relations = {e.relation: {"label": {"en": e.relation}, "inverse": {"en": f"{e.relation} by"}} for e in edges}
    title = {"en": "A picture", "sv": "En bild"}
    return Picture(title, title, tuple(nodes), tuple(edges), relations, (3, 1), layout, options, around)


def test_a_figure_grows_with_its_relations_up_to_a_size() -> None:
    """9 pixels, and 3.4 times the root of the number, at most 17."""
    assert [node_size(n) for n in (0, 1, 4, 25, 100)] == pytest.approx([9, 12.4, 15.8, 26, 26])


# Two sides


def test_groups_stand_on_two_sides_the_largest_to_the_right_in_order_of_time() -> None:
    nodes = [node("a", moment="2020"), node("b", moment="2019"), node("c"), node("d"), node("e"), node("m")]
    places, headings = positions(picture(nodes, "m made a,m made b,m made c,d led m,e led m", "sides", "m"))
    # right: heading 0.6 and three rows, 3.6 high in all; left: 0.6 and two, 2.6 high; on an arc 150 to 320 away
    assert places == {
        "m": (0, 0),
        "b": (311.9, -64.4), "a": (318.5, 27.6), "c": (290.2, 119.6),
        "d": (-318.9, -18.4), "e": (-302.3, 73.6),
    }  # fmt: skip
    assert [(h.label["en"], h.x, h.members) for h in headings] == [
        ("made", 311.9, ("b", "a", "c")), ("led by", -318.9, ("d", "e")),
    ]  # fmt: skip


def test_a_group_too_large_for_one_side_stands_on_both() -> None:
    """Seven in all, so four a side: six of one relation are four and two."""
    nodes = [node(name) for name in "abcdefmx"]
    ties = ",".join(f"m made {name}" for name in "abcdef") + ",x led m"
    places, headings = positions(picture(nodes, ties, "sides", "m"))
    assert {name for name, (x, _) in places.items() if x > 0} == set("abcd")
    assert {name for name, (x, _) in places.items() if x < 0} == set("efx")
    assert [(h.label["en"], h.members) for h in headings] == [
        ("made", tuple("abcd")), ("made", tuple("ef")), ("led by", ("x",)),
    ]  # fmt: skip


def test_each_thing_stands_in_one_group_and_what_hangs_on_none_comes_last_without_a_heading() -> None:
    nodes = [node(name) for name in "abm"]
    places, headings = positions(picture(nodes, "m made a,a led m", "sides", "m"))
    assert set(places) == set("abm")
    assert [h.members for h in headings] == [("a",)]


# Columns

HEADS: list[Mapping[str, Any]] = [
    {"en": "decisions", "classes": ["Decision"], "first": True},
    {"en": "actors", "classes": ["Organisation"]},
    {"en": "gaps", "classes": ["Gap"]},
]


def test_columns_are_in_time_and_beside_what_they_hang_on() -> None:
    """By their moments, in which what they presuppose counts; actors stand spread beside theirs."""
    nodes = [node("a1", "Organisation"), node("a2", "Organisation")]
    nodes += [node("d1", moment="2020"), node("d2", moment="2019"), node("d3", moment="2019+01")]
    drawing = picture(nodes, "d1 by a1,d2 by a2,d1 presupposes d3", "columns", columns=HEADS)
    places, headings = positions(drawing)
    # three rows: -92, 0, 92; two over the same height: rows of one and a half, their middles 0.75 above and below
    assert places == {
        "d2": (-130, -92), "d3": (-130, 0), "d1": (-130, 92), "a2": (130, -69), "a1": (130, 69),
    }  # fmt: skip
    assert [(h.label, h.x) for h in headings] == [({"en": "decisions"}, -130), ({"en": "actors"}, 130)]


def test_phases_head_columns_in_the_band_of_their_process() -> None:
    """Each second column half a row lower; what hangs on a phase under it, in time; the rest right of all."""
    nodes = [
        node("p", "PlanningProcess"), node("q", "PlanningProcess"),
        node("p2", "Phase", position=2), node("p1", "Phase", position=1), node("q1", "Phase", position=1),
        node("late", "DialogueEvent", "2020"), node("early", "DialogueEvent", "2019"), node("alone"),
    ]  # fmt: skip
    ties = "p1 of p,p2 of p,q1 of q,late in p1,p1 had early"
    places, headings = positions(picture(nodes, ties, "columns", columns="Phase", bands="PlanningProcess"))
    # the upper band is four and a half rows; all lies between -260 and 520 across, 0 and 414 down, then in the middle
    assert places == {
        "p": (-390, -207), "p1": (-130, -207), "p2": (130, -161), "early": (-130, -115), "late": (-130, -23),
        "q": (-390, 207), "q1": (-130, 207), "alone": (390, -207),
    }  # fmt: skip
    assert headings == []


# By forces


def test_of_thousands_each_stands_some_way_from_its_nearest() -> None:
    """The usual distance to the nearest (the median, of every tenth) is 70 before boxes are pushed apart."""
    nodes = [node(f"n{n:04}") for n in range(1001)]
    places, _ = positions(picture(nodes, ",".join(f"n{n:04} t n{(n - 1) // 3:04}" for n in range(1, 1001))))
    points = list(places.values())
    nearest = [min(math.dist(a, b) for b in points if b is not a) for a in points[::10]]
    assert 60 <= statistics.median(nearest) <= 120


def test_what_does_not_hang_together_is_set_apart_and_nothing_lies_on_another() -> None:
    nodes = [node(name) for name in "abcdefgh"]
    drawing = picture(nodes, "a t b,b t c,c t a,d t e,e t f,f t d,g t h")
    places, headings = positions(drawing)
    assert headings == [] and positions(drawing)[0] == places
    parts = [[places[name] for name in part] for part in ("abc", "def", "gh")]
    for one, other in combinations(parts, 2):
        (left, right), (left2, right2) = ((min(x for x, _ in p), max(x for x, _ in p)) for p in (one, other))
        (top, low), (top2, low2) = ((min(y for _, y in p), max(y for _, y in p)) for p in (one, other))
        assert right < left2 or right2 < left or low < top2 or low2 < top
    # each figure with its room: two radii and 32 across, 16 down
    for (a, (x1, y1)), (b, (x2, y2)) in combinations(places.items(), 2):
        size = node_size(1) if {a, b} == {"g", "h"} else node_size(2)
        assert abs(x1 - x2) >= 2 * size or abs(y1 - y2) >= 2 * size


def test_nothing_to_draw_is_no_fault() -> None:
    assert positions(Picture({}, {}, (), (), {}, (0, 0))) == ({}, [])


# Drawn


@pytest.fixture
def two() -> Picture:
    """Two things 300 apart, the first of which made the second; a tie with itself that is not drawn."""
    made = picture([node("a"), node("b", "Organisation")], "a made b,a t a")
    return Picture(
        made.title, made.summary, made.nodes, made.edges, made.relations, made.partly,
        places={"a": (0.0, 0.0), "b": (300.0, 0.0)},
    )  # fmt: skip


def test_a_line_leads_from_one_to_the_other_with_its_head_at_the_figure(two: Picture) -> None:
    """1100 wide, drawn 1.7 times as large: 510 apart in the middle of it, 46 from the top."""
    drawing = ET.fromstring(network_svg(two, "en", lambda thing: f"/{thing}"))
    assert (drawing.get("width"), drawing.get("height")) == ("1100", "92")
    line, heads = drawing.iter(f"{SVG}path")
    assert (line.get("d"), line.get("stroke-dasharray"), heads.get("class")) == ("M295 46L805 46", None, "heads")
    # b has one relation, so a radius of 12.4: the head's point 1 before it, its back 6 further and 2.4 to each side
    assert heads.get("d") == "M791.6 46L785.6 48.4L785.6 43.6Z"
    links = {e.get("href"): e for e in drawing.iter(f"{SVG}a")}
    assert list(links) == ["/a", "/b"]
    # a: one relation to b, two ends of the one to itself
    assert links["/a"].findtext(f"{SVG}title") == "The a. decision. 3 connections"
    assert links["/b"].findtext(f"{SVG}title") == "The b. organisation. 1 connection"
    # below its figure: 12.4 and 2, and the letters' foot 11.7 further
    [name] = links["/b"].iter(f"{SVG}text")
    assert [name.get(k) for k in ("x", "y", "text-anchor")] == ["805", "72.1", "middle"]
    assert name.text == "The b"


def test_what_follows_from_others_is_dashed(two: Picture) -> None:
    edges = tuple(Edge(e.start, e.relation, e.end, True) for e in two.edges)
    derived = Picture(two.title, two.summary, two.nodes, edges, two.relations, two.partly, places=two.places)
    [line, _] = ET.fromstring(network_svg(derived, "en")).iter(f"{SVG}path")
    assert line.get("stroke-dasharray") == "5 4"
    both = Picture(
        two.title, two.summary, two.nodes, (*two.edges, *edges), two.relations, two.partly, places=two.places
    )
    dashes = [p.get("stroke-dasharray") for p in ET.fromstring(network_svg(both, "en")).iter(f"{SVG}path")]
    assert dashes == [None, "5 4", None]


def test_a_file_of_its_own_says_what_it_shows_what_figures_mean_and_what_was_read(two: Picture) -> None:
    drawing = ET.fromstring(network_svg(two, "en", lambda thing: f"/{thing}", alone=True))
    texts = [(t.text, t.get("class")) for t in drawing.iter(f"{SVG}text")]
    assert texts[0] == ("A picture", "title")
    assert ("decision 1", "quiet") in texts and ("organisation 1", "quiet") in texts
    assert texts[-1] == ("Medskick, CC BY 4.0", "quiet")
    assert "is based on 3 sources, 1 of them read only in part" in " ".join(text or "" for text, _ in texts[-3:-1])
    assert not list(drawing.iter(f"{SVG}a")) and drawing.find(f"{SVG}style") is not None
    # each line of text under the one before, all of it inside
    feet = [float(t.get("y", "0")) for t in drawing.findall(f"{SVG}text")]
    assert feet == sorted(feet) and feet[-1] < float(drawing.get("height", "0"))


def test_a_miniature_fills_its_room_without_names(two: Picture) -> None:
    """480 by 270, 24 free at the sides: figures half as large as in the picture itself."""
    drawing = ET.fromstring(thumbnail_svg(two, "en"))
    assert (drawing.get("width"), drawing.get("height")) == ("480", "270")
    assert not list(drawing.iter(f"{SVG}text"))
    [line] = drawing.iter(f"{SVG}path")
    assert line.get("d") == "M24 20L456 20"
    assert len([e for e in drawing.iter() if e.get("class") == "figure"]) == 2
