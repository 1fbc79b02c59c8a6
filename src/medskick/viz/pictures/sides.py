"""A layout with a thing in the middle and its neighbours on both sides, in groups with the relation as heading."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from medskick.viz.look import drawn_as
from medskick.viz.pictures.picture import Heading, Node, Picture

ROW = 92.0
"""The distance between two things of one group, in pixels at zoom 1."""
_HEAD, _BETWEEN = 0.6, 0.35
"""Room for a heading and between two groups, in rows."""
_NEAR, _BULGE = 150.0, 170.0
"""The distance of a side's ends from the middle, and how much further its own middle is, in pixels at zoom 1."""


@dataclass(frozen=True)
class _Group:
    relation: str
    out: bool
    members: Sequence[Node]

    @property
    def rows(self) -> float:
        return _HEAD + len(self.members) + _BETWEEN


MEASURES = {"row": ROW, "head": _HEAD, "between": _BETWEEN, "near": _NEAR, "bulge": _BULGE}
"""The same for the page's script, which places things where there is no server (``viz/picture/offline.js``)."""


def sides(picture: Picture) -> tuple[dict[str, tuple[float, float]], list[Heading]]:
    """Return the places of all things of a picture around a thing (by IRI; the middle at 0, 0), and the headings.

    Each thing is in one group, by its relation with the thing in the middle; groups fill both sides evenly, and in
    a group things with a date come first, in order of time.
    """
    places = {picture.around: (0.0, 0.0)}
    headings = []
    for side, groups in zip((1, -1), _shared(_groups(picture)), strict=True):
        high = sum(group.rows for group in groups) - _BETWEEN
        row = -high / 2
        for group in groups:
            spots = [row + _HEAD + rank + 0.5 for rank in range(len(group.members))]
            for node, at in zip(group.members, spots, strict=True):
                places[node.iri] = (_across(side, at, high), round(at * ROW, 1))
            if group.relation:
                label = picture.relations[group.relation]["label" if group.out else "inverse"]
                members = tuple(node.iri for node in group.members)
                headings.append(Heading(label, _across(side, spots[0], high), members))
            row += group.rows
    return places, headings


def _across(side: int, row: float, high: float) -> float:
    """The distance of a side's row from the middle: on an arc, so that lines do not overlap."""
    share = min(1.0, abs(row) / (high / 2 + 0.5))
    return round(side * (_NEAR + _BULGE * math.sqrt(1 - share**2)), 1)


def _groups(picture: Picture) -> list[_Group]:
    """The neighbours of the middle, each in the first of its groups; the largest group first."""
    known = {node.iri: node for node in picture.nodes if node.iri != picture.around}
    by_relation: dict[tuple[str, bool], list[Node]] = {}
    for edge in picture.edges:
        out = edge.start == picture.around
        if (out or edge.end == picture.around) and (node := known.pop(edge.end if out else edge.start, None)):
            by_relation.setdefault((edge.relation, out), []).append(node)
    if known:
        by_relation["", True] = list(known.values())
    groups = [_Group(*key, sorted(nodes, key=_in_time)) for key, nodes in by_relation.items()]
    return sorted(groups, key=lambda g: (not g.relation, -len(g.members), g.relation, g.out))


def _in_time(node: Node) -> tuple[str, str, str]:
    return node.moment, drawn_as(node.cls), node.iri


def _shared(groups: Sequence[_Group]) -> tuple[list[_Group], list[_Group]]:
    """Groups for the right side and for the left, about as many rows on each; one too large for a side is on both."""
    half = math.ceil(sum(len(group.members) for group in groups) / 2)
    right: list[_Group] = []
    left: list[_Group] = []
    for group in groups:
        many = len(group.members)
        parts = [group]
        if many > half + 1:
            parts = [_Group(group.relation, group.out, group.members[:half])]
            parts.append(_Group(group.relation, group.out, group.members[half:]))
        for part in parts:
            shorter = min((right, left), key=lambda side: sum(g.rows for g in side))
            shorter.append(part)
    return right, left
