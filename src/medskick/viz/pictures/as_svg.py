"""A laid out network as SVG: the picture without a script, on paper, and as a file.

Its look comes from presentation attributes, because its pages forbid inline style. Names are as large as the text
around the picture (see ``name_places`` for which of them are shown).
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup

from medskick.viz import svg
from medskick.viz.legend import Item, Swatch, flow
from medskick.viz.look import class_words, look_of
from medskick.viz.pictures.layout import degrees, node_size, positions
from medskick.viz.pictures.name_places import LABEL, LEADING, SIZE, Box, names_placed
from medskick.viz.pictures.picture import Edge, Node, Picture
from medskick.viz.pictures.sides import ROW
from medskick.words import Lang, pick, say

Link = Callable[[str], str | None]
"""Gives the address of a thing's page, ``None`` if it has none."""

_EDGE = "#868e97"
_LARGER = 1.7
_ROWS = 0.52
"""The factor for the height of a row of columns: from the 92 pixels of the page to those of a name on three lines."""
_SIDE, _SIDE_ROWS, _SIDE_FIGURES = 230.0, 0.42, 0.7
"""For a picture with two sides: the margin for names, the factor for rows, the factor for figures."""
_STYLE = (
    "text{font-family:system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;paint-order:stroke;"
    "stroke:#fff;stroke-width:3px;stroke-linejoin:round}.title,.heading{font-weight:600}.quiet{fill:#5b6570}svg{background:#fff}"
)


def _scaled(picture: Picture, width: float) -> tuple[dict[str, tuple[float, float]], dict[str, float], float]:
    """Places and radii in a drawing of a width, and the drawing's height."""
    (places, headings), degree = positions(picture), degrees(picture)
    if not places:
        return {}, {}, 0.0
    sides = picture.layout == "sides"
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    top, bottom = min(y for _, y in places.values()), max(y for _, y in places.values())
    margin = min(_SIDE, width * 0.36) if sides else min(LABEL, width * 0.2)
    # a small picture is drawn larger; its names keep their size and have more room
    scale = min(_LARGER, (width - 2 * margin) / ((right - left) or 1.0))
    # columns keep only the room that names need below each other, so that they fit on a printed page
    down = {"columns": _ROWS, "sides": _SIDE_ROWS}.get(picture.layout, scale)
    above = 70.0 if headings else 46.0
    # a drawing narrower than its room is centred
    shift = (width - (right - left) * scale) / 2
    spots = {thing: ((x - left) * scale + shift, (y - top) * down + above) for thing, (x, y) in places.items()}
    smaller = _SIDE_FIGURES if sides else min(1.0, scale * 1.3)
    radii = {thing: max(3.0, node_size(degree[thing]) * smaller) for thing in places}
    return spots, radii, (bottom - top) * down + above + 46.0


def _lines(picture: Picture, spots: dict[str, tuple[float, float]]) -> Iterator[ET.Element]:
    """A line between each two related things, all of one look in one path; those among neighbours are faint."""
    pairs = {(min(e.start, e.end), max(e.start, e.end), e.derived): e for e in picture.edges if e.start != e.end}
    edges = sorted(pairs.values(), key=lambda e: (e.start, e.end, e.relation))
    sides = picture.layout == "sides"
    thin = 1.0 if len(edges) < 500 and not sides else 0.6
    for faint in (True, False):
        drawn = [e for e in edges if faint == (sides and picture.around not in (e.start, e.end))]
        if drawn:
            look: dict[str, svg.Value] = {
                "class": "lines",
                "stroke": _EDGE,
                "stroke-width": thin,
                "opacity": 0.35 if faint else 0.75,
            }
            yield svg.el("g", look, *_paths(drawn, spots))


def _paths(edges: Sequence[Edge], spots: dict[str, tuple[float, float]]) -> Iterator[ET.Element]:
    """The lines of some relations as one path, those that follow from others dashed."""
    for dashes in (None, "5 4"):
        lines = [f"M{_spot(spots[e.start])}L{_spot(spots[e.end])}" for e in edges if e.derived == bool(dashes)]
        if lines:
            yield svg.el("path", {"d": "".join(lines), "stroke-dasharray": dashes})


def _spot(spot: tuple[float, float]) -> str:
    return " ".join(f"{round(part, 1):g}" for part in spot)


def _heads(edges: Sequence[Edge], spots: dict[str, tuple[float, float]], radii: dict[str, float]) -> ET.Element:
    """The arrow heads of all relations, at the edges of the figures, in one path."""
    path = []
    for start, end in sorted({(e.start, e.end) for e in edges if e.start != e.end}):
        (x1, y1), (x2, y2) = spots[start], spots[end]
        far = math.dist((x1, y1), (x2, y2))
        if far <= radii[end] + radii[start] + 4:
            continue
        across, down = (x2 - x1) / far, (y2 - y1) / far
        # from the middle of the figure back along the line, and half the head's width aside
        corners = [(radii[end] + 1, 0.0), (radii[end] + 7, 2.4), (radii[end] + 7, -2.4)]
        points = [(x2 - across * back - down * aside, y2 - down * back + across * aside) for back, aside in corners]
        path.append("M" + "L".join(map(_spot, points)) + "Z")
    return svg.el("path", {"class": "heads", "fill": _EDGE, "d": "".join(path)})


def _kind(cls: str, lang: Lang) -> str:
    return pick(class_words(cls).get("label", {}), lang) or cls


def _sample(cls: str) -> Swatch:
    look = look_of(cls)

    def drawn(x: float, y: float) -> list[ET.Element]:
        sample = svg.figure(look["shape"], x + 11, y, 7.0, "figure")
        sample.set("fill", look["colour"])
        return [sample]

    return drawn


def _description(node: Node, degree: int, lang: Lang) -> str:
    name = pick(node.label, lang)[:300]
    ties = say("graph.connections", lang, n=degree)
    return f"{name}. {_kind(node.cls, lang)}. {ties}"


def thumbnail_svg(picture: Picture, lang: Lang, width: float = 480.0, height: float = 270.0) -> Markup:
    """Return a picture in miniature, a file of its own: figures and lines stretched into the room, without names."""
    places, degree = positions(picture)[0], degrees(picture)
    left, right = min((x for x, _ in places.values()), default=0), max((x for x, _ in places.values()), default=1)
    top, bottom = min((y for _, y in places.values()), default=0), max((y for _, y in places.values()), default=1)
    across, down = (width - 48) / ((right - left) or 1.0), (height - 40) / ((bottom - top) or 1.0)
    spots = {thing: ((x - left) * across + 24, (y - top) * down + 20) for thing, (x, y) in places.items()}
    # the fewer figures, the larger they are
    size = max(1.4, min(6.0, 40 / (len(places) or 1) ** 0.5)) / 12
    pairs = {(min(e.start, e.end), max(e.start, e.end)): e for e in picture.edges if e.start != e.end}
    lines = _paths([pairs[pair] for pair in sorted(pairs)], spots)
    parts: list[svg.Part] = [svg.el("style", {}, _STYLE)]
    parts.append(svg.el("g", {"stroke": _EDGE, "stroke-width": 0.6, "opacity": 0.45}, *lines))
    for node in sorted(picture.nodes, key=lambda n: (-degree[n.iri], n.iri)):
        style, (x, y) = look_of(node.cls), spots[node.iri]
        figure = svg.figure(style["shape"], x, y, node_size(degree[node.iri]) * size, "figure")
        figure.set("fill", style["colour"])
        parts.append(figure)
    return svg.picture(width, height, pick(picture.title, lang), pick(picture.summary, lang), parts, "network")


def network_svg(
    picture: Picture, lang: Lang, link: Link = lambda _thing: None, width: float = 1100.0, alone: bool = False
) -> Markup:
    """Return a picture as SVG, in the same layout, shapes and colours as in its page.

    ``width`` in pixels; ``alone`` makes a file of its own, with a style sheet and without links to pages.
    """
    spots, radii, height = _scaled(picture, width)
    degree = degrees(picture)
    parts: list[svg.Part] = [svg.el("style", {}, _STYLE)] if alone else []
    parts += _lines(picture, spots)
    parts.append(_heads(picture.edges, spots, radii))
    headings = list(_headings(picture, lang, spots, width))
    standing = names_placed(picture, lang, spots, radii, (width, height), [box for _, box in headings])
    names = {name.node.iri: name for name in standing}
    for node in sorted(picture.nodes, key=lambda n: (-degree[n.iri], n.iri)):
        style, (x, y) = look_of(node.cls), spots[node.iri]
        # in a page the style sheet lightens colours in the dark scheme; not every program knows currentcolor in a file
        own = style["colour"] if alone else "currentcolor"
        figure = svg.figure(style["shape"], x, y, radii[node.iri], "figure")
        figure.attrib.update({"fill": own, "color": style["colour"]})
        drawn: list[svg.Part] = [figure]
        if node.iri == picture.around:
            ring = {"cx": x, "cy": y, "r": radii[node.iri] + 5, "stroke-width": 2.0}
            around = {"class": "ring", "fill": "none", "stroke": own, "color": style["colour"]}
            drawn.insert(0, svg.el("circle", {**ring, **around}))
        if name := names.get(node.iri):
            kind = "name heading" if node.iri == picture.around else "name"
            for row, text in enumerate(name.rows):
                base = name.box.top + 1 + LEADING * (row + 0.78)
                drawn.append(svg.label(name.x, base, text, kind, SIZE, name.anchor, _foreign(node, lang)))
        description = _description(node, degree[node.iri], lang)
        parts.append(svg.linked(None if alone else link(node.iri), description, drawn))
    parts += [heading for heading, _ in headings]
    title, summary = pick(picture.title, lang), pick(picture.summary, lang)
    if alone:
        parts, height = _framed(picture, lang, parts, width, max(height, 60.0))
    return svg.picture(width, max(height, 60.0), title, summary, parts, "network")


def _framed(
    picture: Picture, lang: Lang, parts: list[svg.Part], width: float, height: float
) -> tuple[list[svg.Part], float]:
    """Add to a file of its own a title above, and below it a legend and a note on its sources."""
    style, *drawn = parts
    framed = [style, svg.label(16.0, 30.0, pick(picture.title, lang), "title", 20.0)]
    framed.append(svg.el("g", {"transform": "translate(0 44)"}, *drawn))
    kinds = Counter(node.cls for node in picture.nodes).most_common()
    items = [Item(f"{_kind(cls, lang)} {count}", _sample(cls)) for cls, count in kinds]
    legend, y = flow(items, 16.0, height + 44, width - 16)
    framed += legend
    notes = ["Medskick, CC BY 4.0"]
    count, partly = picture.partly
    if count:
        notes.insert(0, say("picture.partly" if partly else "picture.whole", lang, count=count, partly=partly))
    for row in (row for note in notes for row in svg.wrapped(note, width - 32, SIZE, 3)):
        y += 22
        framed.append(svg.label(16.0, y, row, "quiet", SIZE))
    return framed, y + 16


def _foreign(node: Node, lang: Lang) -> str:
    return "" if lang in node.label else next(iter(node.label), "")


def _headings(
    picture: Picture, lang: Lang, spots: dict[str, tuple[float, float]], width: float
) -> Iterator[tuple[ET.Element, Box]]:
    """Column headings where their columns are drawn, those of a side's groups above the first that is shown."""
    places, headings = positions(picture)
    for heading in headings:
        near = heading.members or [thing for thing, (x, _) in places.items() if abs(x - heading.x) < 1]
        spot = next((spots[thing] for thing in near if thing in spots), None)
        if spot is None:
            continue
        x, text = spot[0], pick(heading.label, lang)
        if not heading.members:
            half = svg.text_width(text, SIZE, bold=True) / 2
            yield svg.label(x, 18.0, text, "heading", SIZE, "middle"), Box(x - half, 4, x + half, 22)
            continue
        shown = svg.shortened(text, min(width - x, x), svg.SMALL)
        base, long = spot[1] - 0.72 * ROW * _SIDE_ROWS, svg.text_width(shown, svg.SMALL)
        left = x - 6 if heading.x > 0 else x + 6 - long
        anchor: svg.Anchor = "start" if heading.x > 0 else "end"
        start = left if heading.x > 0 else x + 6
        yield (
            svg.label(start, base, shown, "quiet", svg.SMALL, anchor),
            Box(left, base - svg.SMALL, left + long, base + 3),
        )
