"""The layout of pictures: positions computed in advance (igraph), pushed apart, the same for the same input."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medskick.network.seeded import seeded
from medskick.viz.pictures.picture import Heading, Picture
from medskick.viz.pictures.sides import ROW, sides
from medskick.words import is_tag

_GAP = 16.0
_COLUMN = 260.0
_HUB = 40
_NAMED = 30
_EXACT, _STANDING = 1000, 70.0
_WINDOW, _NAME = (640.0, 450.0), (94.0, 36.0)
"""In pixels: the picture's window on a screen 1280 wide, margins taken off, and the room a name gets there."""


@dataclass
class Box:
    """A thing's place and the room it needs: centre and size in the picture's units (pixels at zoom 1)."""

    x: float
    y: float
    width: float
    height: float


def node_size(degree: int) -> float:
    """Return a thing's radius by its number of relations: between 9 and 26."""
    return 9 + min(17.0, 3.4 * math.sqrt(degree))


def _box(x: float, y: float, degree: int) -> Box:
    """Room for a thing and some of its label: the page itself prevents overlapping labels."""
    side = 2 * node_size(degree) + _GAP
    return Box(x, y, side + _GAP, side)


def degrees(picture: Picture) -> dict[str, int]:
    """Return the number of relations of each thing in the picture."""
    counts = {node.iri: 0 for node in picture.nodes}
    for edge in picture.edges:
        counts[edge.start] += 1
        counts[edge.end] += 1
    return counts


def _force(picture: Picture) -> list[tuple[float, float]]:
    """Forces between related things; parts without relations between them are set side by side in rows."""
    import igraph

    with seeded(1):
        return _forced(picture, igraph)


def _forced(picture: Picture, igraph: Any) -> list[tuple[float, float]]:
    number = {node.iri: i for i, node in enumerate(picture.nodes)}
    degree = degrees(picture)
    # a hub with very many relations says little about the place of each: it pulls weakly
    pull = {
        (min(ends), max(ends)): 1.0 if max(degree[e.start], degree[e.end]) <= _HUB else 0.15
        for e in picture.edges
        if len(set(ends := (number[e.start], number[e.end]))) == 2
    }
    graph = igraph.Graph(n=len(picture.nodes), edges=sorted(pull))
    graph.es["weight"] = [pull[pair] for pair in sorted(pull)]
    parts = []
    for part in sorted(graph.connected_components(), key=lambda members: (-len(members), members)):
        inner = graph.induced_subgraph(part)
        # beyond a thousand things the exact forces take minutes; on a grid a second
        drawn = inner.layout_fruchterman_reingold(niter=600, weights="weight", grid=len(part) > _EXACT)
        spread = 75.0 if len(part) <= _EXACT else _STANDING / _nearest(list(drawn))
        points = [(x * spread, y * spread) for x, y in drawn]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        parts.append((part, [(x - left, y - top) for x, y in points]))
    return _on_shelves(parts, len(picture.nodes))


def _nearest(points: Sequence[tuple[float, float]]) -> float:
    """The usual distance to the nearest neighbour (the median of every tenth point's); a grid sets points dense."""
    distances = [min(math.dist(a, b) for b in points if b is not a) for a in points[::10]]
    return statistics.median(distances) or 1.0


def _on_shelves(parts: list[tuple[list[int], list[tuple[float, float]]]], count: int) -> list[tuple[float, float]]:
    """Set parts side by side in rows, the largest first; their width gives the whole the shape of a window."""
    placed = [(0.0, 0.0)] * count
    rooms = [(max(x for x, _ in points) + _COLUMN, max(y for _, y in points) + 2 * ROW) for _, points in parts]
    area = sum(width * height for width, height in rooms)
    widest = max(*(width for width, _ in rooms), math.sqrt(area * _WINDOW[0] / _WINDOW[1]), 0.0)
    across = down = shelf = 0.0
    for (part, points), (width, height) in zip(parts, rooms, strict=True):
        if across and across + width > widest:
            across, down, shelf = 0.0, down + shelf, 0.0
        for vertex, (x, y) in zip(part, points, strict=True):
            placed[vertex] = (x + across, y + down)
        across, shelf = across + width, max(shelf, height)
    return placed


def _headed(picture: Picture, head: str, band: str | None) -> list[tuple[float, float]]:
    """A column for each thing of the class ``head`` (phases, in their order); below it the things related to it.

    With a class ``band`` (processes) each of its things has a band of its own, one below the other.
    """
    key = {node.iri: node.iri for node in picture.nodes if node.cls == head}
    bands = [node.iri for node in picture.nodes if node.cls == band]
    band_of = {e.start: e.end for e in picture.edges if e.start in key and e.end in bands}
    for _ in range(3):
        for edge in picture.edges:
            if edge.start not in key and edge.end in key and edge.start not in bands:
                key[edge.start] = key[edge.end]
            elif edge.end not in key and edge.start in key and edge.end not in bands:
                key[edge.end] = key[edge.start]
    heads = sorted(
        (n for n in picture.nodes if n.cls == head),
        key=lambda n: (float(n.extra.get("position", 99)), n.moment, n.iri),
    )
    places: dict[str, tuple[float, float]] = {}
    top = right = 0.0
    for row in [*bands, ""]:
        tops = [n for n in heads if band_of.get(n.iri, "") == row]
        tallest = 0
        if row:
            places[row] = (-_COLUMN, top)
        for column, phase in enumerate(tops):
            # every other column half a row lower, so that names beside figures have room
            low = top + (column % 2) * ROW / 2
            under = [n for n in picture.nodes if key.get(n.iri) == phase.iri and n is not phase]
            under.sort(key=lambda n: (n.moment, n.cls, n.iri))
            places[phase.iri] = (column * _COLUMN, low)
            places |= {node.iri: (column * _COLUMN, rank * ROW + low) for rank, node in enumerate(under, start=1)}
            tallest, right = max(tallest, len(under) + 2), max(right, (column + 1) * _COLUMN)
        top += (tallest + 0.5) * ROW if tops else 0.0
    for rank, node in enumerate(n for n in picture.nodes if n.iri not in places):
        places[node.iri] = (right, rank * ROW)
    return [places[n.iri] for n in picture.nodes]


def _columns(picture: Picture, heads: Sequence[Mapping[str, Any]]) -> tuple[list[tuple[float, float]], list[Heading]]:
    """A column for each group of classes; things are beside those they relate to, the first column in order of date.

    ``heads`` are mappings ``{sv, en, classes}``; the one marked ``first`` is ordered first.
    """
    members = [[n for n in picture.nodes if n.cls in head["classes"]] for head in heads]
    used = [i for i, inside in enumerate(members) if inside]
    tallest = max((len(members[i]) for i in used), default=1)
    height: dict[str, float] = {}
    for i in sorted(used, key=lambda i: (not heads[i].get("first"), -len(members[i]), i)):
        inside = members[i]
        pulls = {n.iri: _beside(picture, n.iri, height) for n in inside}
        if height:
            inside.sort(key=lambda n: (pulls[n.iri], n.moment, n.iri))
        else:
            inside.sort(key=lambda n: (n.moment, n.iri))
        step = tallest / len(inside)
        height |= {n.iri: (rank + 0.5) * step for rank, n in enumerate(inside)}
    place = {n.iri: column for column, i in enumerate(used) for n in members[i]}
    labels = [{tag: text for tag, text in head.items() if is_tag(tag) and isinstance(text, str)} for head in heads]
    columns = [Heading(labels[i], column * _COLUMN) for column, i in enumerate(used)]
    points = [(place.get(n.iri, len(used)) * _COLUMN, height.get(n.iri, 0.0) * ROW) for n in picture.nodes]
    return points, columns


def _beside(picture: Picture, iri: str, height: Mapping[str, float]) -> float:
    """The mean height of a thing's neighbours that are already placed."""
    near = [height[e.end if e.start == iri else e.start] for e in picture.edges if iri in (e.start, e.end)
            and (e.end if e.start == iri else e.start) in height]  # fmt: skip
    return sum(near) / len(near) if near else 0.0


def _centred(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    if not points:
        return []
    middle_x = (min(x for x, _ in points) + max(x for x, _ in points)) / 2
    middle_y = (min(y for _, y in points) + max(y for _, y in points)) / 2
    return [(x - middle_x, y - middle_y) for x, y in points]


def push_apart(boxes: list[Box], rounds: int = 300) -> None:
    """Move boxes until none overlap (or the rounds are used up), each pair along its smaller overlap.

    A grid gives the boxes nearby; after the first round only boxes that moved are checked again.
    """
    cell = max((max(box.width, box.height) for box in boxes), default=1.0)
    stirred = set(range(len(boxes)))
    for _ in range(rounds):
        grid: dict[tuple[int, int], list[int]] = {}
        for i, box in enumerate(boxes):
            grid.setdefault((int(box.x // cell), int(box.y // cell)), []).append(i)
        moved: set[int] = set()
        for i in sorted(stirred):
            column, row = int(boxes[i].x // cell), int(boxes[i].y // cell)
            near = [(column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
            for j in (other for place in near for other in grid.get(place, ())):
                if j != i and not (j < i and j in stirred) and _part(boxes[i], boxes[j]):
                    moved |= {i, j}
        if not moved:
            return
        stirred = moved


def _part(a: Box, b: Box) -> bool:
    """Move two boxes apart, half the way each; return whether they overlapped."""
    across = (a.width + b.width) / 2 - abs(a.x - b.x)
    down = (a.height + b.height) / 2 - abs(a.y - b.y)
    if across <= 0.01 or down <= 0.01:
        return False
    if across < down:
        shift = across / 2 + 0.5
        a.x, b.x = (a.x - shift, b.x + shift) if a.x <= b.x else (a.x + shift, b.x - shift)
    else:
        shift = down / 2 + 0.5
        a.y, b.y = (a.y - shift, b.y + shift) if a.y <= b.y else (a.y + shift, b.y - shift)
    return True


def _roomy(picture: Picture, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Push figures apart; those with most relations far enough for their names when all is in view."""
    degree = degrees(picture)
    boxes = [_box(x, y, degree[n.iri]) for n, (x, y) in zip(picture.nodes, points, strict=True)]
    push_apart(boxes)
    named = sorted(range(len(boxes)), key=lambda i: (-degree[picture.nodes[i].iri], i))[:_NAMED]
    across = max(b.x for b in boxes) - min(b.x for b in boxes) or 1.0
    down = max(b.y for b in boxes) - min(b.y for b in boxes) or 1.0
    pixel = max(across / _WINDOW[0], down / _WINDOW[1])
    names = [Box(boxes[i].x, boxes[i].y, _NAME[0] * pixel, _NAME[1] * pixel) for i in named]
    push_apart(names)
    for i, name in zip(named, names, strict=True):
        boxes[i].x, boxes[i].y = name.x, name.y
    return [(box.x, box.y) for box in boxes]


def positions(picture: Picture) -> tuple[dict[str, tuple[float, float]], list[Heading]]:
    """Return the place of each thing (by IRI; pixels at zoom 1, the middle at 0, 0) and the headings, if any."""
    if picture.places is not None:
        return {n.iri: picture.places[n.iri] for n in picture.nodes}, list(picture.headings)
    if not picture.nodes:
        return {}, []
    if picture.layout == "sides":
        return sides(picture)
    columns: list[Heading] = []
    heads = picture.options.get("columns")
    if picture.layout == "columns":
        points, columns = (
            (_headed(picture, heads, picture.options.get("bands")), [])
            if isinstance(heads, str)
            else _columns(picture, heads or [])
        )
    else:
        points = _force(picture)
    shift = points[0][0] if points else 0.0
    points = _centred(points)
    shift -= points[0][0] if points else 0.0
    columns = [replace(column, x=column.x - shift) for column in columns]
    if picture.layout != "columns":
        points = _roomy(picture, points)
    return {n.iri: (round(x, 1), round(y, 1)) for n, (x, y) in zip(picture.nodes, points, strict=True)}, columns


def laid(picture: Picture) -> Picture:
    """Return a picture that holds its layout, so that it is computed once and is the same in every form."""
    places, headings = positions(picture)
    return replace(picture, places=places, headings=tuple(headings))
