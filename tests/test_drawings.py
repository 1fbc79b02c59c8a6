"""What every drawing holds to: only what SVG knows, all that it needs, nothing outside, nothing without a style."""

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import THINGS
from medskick.reports.graph_reader import GraphReader
from medskick.rooms import room
from medskick.viz.charts.answer_chart import answer_chart
from medskick.viz.charts.chart import Chart, standalone
from medskick.viz.charts.lanes import lanes
from medskick.viz.charts.matrix import dialogue_matrix, theme_matrix
from medskick.viz.charts.story_chart import story_timeline
from medskick.viz.charts.timeline import common_timeline, timeline
from medskick.viz.pictures.as_svg import network_svg, thumbnail_svg
from medskick.viz.pictures.picture import around_thing, from_view

SVG = "{http://www.w3.org/2000/svg}"
# SVG 2: what an element must have to be seen, and what else it may have here
NEEDS = {
    "svg": "class role width height viewBox", "g": "", "title": "", "desc": "", "style": "", "a": "href",
    "rect": "x y width height", "line": "x1 x2 y1 y2", "circle": "cx cy r", "polygon": "points", "path": "d",
    "text": "x y font-size",
}  # fmt: skip
MAY = {
    "svg": "aria-label y", "g": "class color transform stroke stroke-width opacity", "a": "class",
    "rect": "class fill-opacity", "line": "class stroke-dasharray", "circle": "class fill color stroke stroke-width",
    "polygon": "class fill color", "path": "class fill stroke-dasharray", "text": "class text-anchor transform lang",
}  # fmt: skip
# names that scripts and tests go by, which no style sheet needs
HOOKS = {"timeline", "story", "bars", "dated", "undated", "lines", "heads", "name", "thumbnail"}
SHAPES = ("rect", "line", "circle", "polygon")


@pytest.fixture(scope="module")
def charts(kg: KnowledgeGraph) -> dict[str, Chart]:
    reader = GraphReader(kg.store, "en", links=True)

    def link(thing: str) -> str:
        return f"/id/{thing.rpartition('/')[2]}"

    made = {
        "timeline": timeline(reader, link, lanes(reader, processes=[f"{THINGS}skane/regionplan-skane"])),
        "year": timeline(reader, link, lanes(reader, processes=[f"{THINGS}skane/regionplan-skane"]), "2021", "2021"),
        "common": common_timeline(reader, link),
        "dialogue": dialogue_matrix(reader, link),
        "themes": theme_matrix(reader, link),
        "story": story_timeline(reader, f"{THINGS}skane/regionplanen-antas", link),
    }
    for slug in ("actors-across-phases", "what-hangs-on-a-process", "stances-over-time"):
        chart = answer_chart(reader, reader.ask(slug), link)
        assert chart
        made[slug] = chart
    return made


@pytest.fixture(scope="module")
def drawings(kg: KnowledgeGraph, charts: dict[str, Chart]) -> dict[str, ET.Element]:
    """Every block of every chart, and some pictures, by name."""
    made = {
        f"{name} {width} {n}": ET.fromstring(block)
        for name, chart in charts.items()
        for width, drawing in (("wide", chart.wide), ("narrow", chart.narrow))
        for n, block in enumerate(str(drawing).split("\n"))
    }
    for slug in ("decision-chain", "process-at-a-glance", "who-met-whom"):
        picture = from_view(kg.store, kg.catalogue.view(slug))
        made[slug] = ET.fromstring(network_svg(picture, "en", lambda thing: thing))
        made[f"{slug} small"] = ET.fromstring(thumbnail_svg(picture, "en"))
    around = around_thing(kg.store, f"{THINGS}skane/kick-off")
    for width in (360.0, 1100.0):
        made[f"round the kick-off {width:g}"] = ET.fromstring(network_svg(around, "en", lambda t: t, width))
    return made


def placed(element: ET.Element, x: float = 0.0, y: float = 0.0) -> Iterator[tuple[ET.Element, float, float]]:
    """Every element with how far the groups round it move it; what is turned is left out."""
    moved = re.fullmatch(r"translate\((-?[\d.]+) (-?[\d.]+)\)", element.get("transform", "translate(0 0)"))
    if moved is None:
        return
    x, y = x + float(moved[1]), y + float(moved[2])
    yield element, x, y
    for child in element:
        yield from placed(child, x, y)


def corners(shape: ET.Element) -> list[tuple[float, float]]:
    """Left top and right bottom of a shape, in its own group."""
    value = {name: float(shape.get(name, "0")) for name in ("x", "y", "width", "height", "cx", "cy", "r")}
    match shape.tag.removeprefix(SVG):
        case "rect":
            x, y = value["x"], value["y"]
            return [(x, y), (x + value["width"], y + value["height"])]
        case "circle":
            x, y, r = value["cx"], value["cy"], value["r"]
            return [(x - r, y - r), (x + r, y + r)]
        case "line":
            return [(float(shape.get(f"x{n}", "0")), float(shape.get(f"y{n}", "0"))) for n in (1, 2)]
        case _:
            points = [p.split(",") for p in shape.get("points", "").split()]
            return [(float(x), float(y)) for x, y in points]


@pytest.mark.browser_all
def test_a_drawing_holds_only_what_svg_knows_and_all_that_it_needs(drawings: dict[str, ET.Element]) -> None:
    for name, drawing in drawings.items():
        for element in drawing.iter():
            tag = element.tag.removeprefix(SVG)
            needed = set(NEEDS[tag].split())
            assert needed <= set(element.attrib) <= needed | set(MAY.get(tag, "").split()), (name, tag, element.attrib)
            assert all(element.attrib.values()), (name, tag, element.attrib)


@pytest.mark.browser_all
def test_every_class_of_a_drawing_has_its_style(drawings: dict[str, ET.Element]) -> None:
    sheets = "".join((room("viz") / f"{sheet}.css").read_text(encoding="utf-8") for sheet in ("chart", "graph", "site"))
    styled = set(re.findall(r"\.([a-z][a-z-]*)", sheets))
    used = {c for drawing in drawings.values() for e in drawing.iter() for c in e.get("class", "").split()}
    assert used - styled - HOOKS == set()
    # both widths, marks filled, pale, fading and hollow, bands in turn: each is there
    assert {
        "wide",
        "narrow",
        "solid",
        "pale",
        "fade",
        "hollow",
        "whole",
        "arrow",
        "lane",
        "odd",
        "on-odd",
        "grid",
    } <= used
    assert {"quiet", "head", "dated", "undated", "ink", "lines", "heads", "figure", "name", "heading", "ring"} <= used


def test_nothing_is_drawn_outside(drawings: dict[str, ET.Element]) -> None:
    for name, drawing in drawings.items():
        wide, high = float(drawing.get("width", "0")), float(drawing.get("height", "0"))
        assert drawing.get("viewBox") == f"0 0 {wide:g} {high:g}"
        shapes = [(e, x, y) for e, x, y in placed(drawing) if e.tag.removeprefix(SVG) in SHAPES]
        assert shapes or "legend" in name or any(True for _ in drawing.iter(f"{SVG}text")), name
        for shape, x, y in shapes:
            for across, down in corners(shape):
                assert -1 <= across + x <= wide + 1, (name, shape.tag, shape.attrib)
                assert -1 <= down + y <= high + 1, (name, shape.tag, shape.attrib)


def test_bands_lie_under_each_other_without_a_gap(charts: dict[str, Chart]) -> None:
    """A block of a timeline: each band begins where the one above ends, in turns of two shades, across the drawing."""
    for name in ("timeline", "common", "story"):
        for block in map(ET.fromstring, f"{charts[name].wide}\n{charts[name].narrow}".split("\n")):
            bands = [e for e in block if "lane" in e.get("class", "").split()]
            assert {e.get("width") for e in bands} <= {block.get("width")}
            ends = [(float(e.get("y", "0")), float(e.get("height", "0"))) for e in bands]
            for (top, high), (below, _) in pairwise(ends):
                assert below == pytest.approx(top + high, abs=0.2), name


def test_the_file_of_a_chart_stacks_its_blocks(charts: dict[str, Chart]) -> None:
    for name, chart in charts.items():
        whole = ET.fromstring(standalone(chart))
        blocks = whole.findall(f"{SVG}svg")
        heights = [float(b.get("height", "0")) for b in blocks]
        assert [float(b.get("y", "0")) for b in blocks] == pytest.approx([sum(heights[:n]) for n in range(len(blocks))])
        assert float(whole.get("height", "0")) == pytest.approx(sum(heights)), name
        assert ".solid" in (whole.findtext(f"{SVG}style") or "")
