"""How a time is drawn on an axis: filled if sure, pale if somewhere within, hollow if planned."""

from collections.abc import Mapping
from dataclasses import dataclass

from medskick.viz.charts.axis import Axis
from medskick.viz.charts.lanes import Extent, Mark
from medskick.viz.legend import Parts
from medskick.viz.svg import coloured, el, figure

HALF = 6.0
"""Half the height of a bar, and the radius of a figure."""
_OPEN, _LEAST = 36.0, 5.0


@dataclass(frozen=True)
class Drawn:
    """A drawing: its parts, left and right edge, and the ways of drawing that a legend must explain."""

    parts: Parts
    left: float
    right: float
    ways: frozenset[str]


def draw(mark: Mark, axis: Axis, y: float, style: Mapping[str, str], half: float = HALF) -> Drawn:
    """Draw a mark whose time is known or planned, centred on ``y``. ``style`` holds colour and shape."""
    pieces: list[Drawn] = []
    actual, planned = mark.actual, mark.planned
    # an event that took place is drawn without its plan, except for an end that is still to come
    rest = planned.latest if actual and planned and actual.latest is None else None
    if actual:
        until = axis.end(rest) if rest else axis.right if mark.ongoing else None
        pieces.append(_held(actual, axis, y, style["shape"], half, until, mark.ongoing))
    if rest and actual and actual.days:
        pieces.append(_hollow(Extent(actual.days[0], rest), axis, y, style["shape"], half))
    elif planned and not actual:
        pieces.append(_hollow(planned, axis, y, style["shape"], half))
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    parts = [part for piece in pieces for part in piece.parts]
    return Drawn([coloured(style["colour"], parts)], left, right, frozenset().union(*(piece.ways for piece in pieces)))


def _clipped(axis: Axis, *places: float) -> list[float]:
    return [min(max(x, axis.left), axis.right) for x in places]


def _known(extent: Extent, axis: Axis) -> tuple[float, float]:
    """The left and right edge of all known days, never too narrow to be visible."""
    days = extent.days
    assert days, "only what has a time is drawn"
    left, right = axis.start(days[0]), axis.end(days[1])
    if right - left < _LEAST:
        middle = (left + right) / 2
        left, right = middle - _LEAST / 2, middle + _LEAST / 2
    left, right = _clipped(axis, left, right)
    # at the edge of the window a minimum stays visible
    left = min(left, axis.right - _LEAST)
    return left, max(right, left + _LEAST)


def _rect(kind: str, left: float, right: float, y: float, half: float) -> Parts:
    if right <= left:
        return []
    return [el("rect", {"class": kind, "x": left, "y": y - half, "width": right - left, "height": 2 * half})]


def _pale(left: float, right: float, y: float, half: float) -> Parts:
    """A pale bar with a solid line at its base, so that it is visible on any background."""
    base = el("rect", {"class": "solid", "x": left, "y": y + half - 2, "width": right - left, "height": 2})
    return [*_rect("pale", left, right, y, half), base]


def _fading(start: float, end: float, y: float, half: float) -> Parts:
    """A bar that fades towards an unknown end."""
    steps = max(6, round(abs(end - start) / 16))
    step = (end - start) / steps
    parts: Parts = []
    for number in range(steps):
        left, right = sorted((start + number * step, start + (number + 1) * step))
        for part in _rect("fade", left, right, y, half):
            part.set("fill-opacity", f"{0.42 * (1 - number / steps):.2f}")
            parts.append(part)
    return parts


def _edge(x: float, y: float, half: float) -> Parts:
    return [el("rect", {"class": "solid", "x": x - 1, "y": y - half - 1.5, "width": 2, "height": 2 * half + 3})]


def _point(extent: Extent, axis: Axis) -> float:
    assert extent.earliest
    return (axis.start(extent.earliest) + axis.end(extent.earliest)) / 2


def _held(extent: Extent, axis: Axis, y: float, shape: str, half: float, until: float | None, ongoing: bool) -> Drawn:
    if extent.point:
        x = _point(extent, axis)
        return Drawn([figure(shape, x, y, half + 1)], x - half - 1, x + half + 1, frozenset(("day",)))
    left, right = _known(extent, axis)
    parts, ways = Parts(), set[str]()
    known = extent.days
    sure = extent.sure_from is not None and extent.sure_to is not None
    # a single known day at one end is an edge, not a body
    body = sure or not (extent.sharp_start or extent.sharp_end) or (known is not None and known[0] != known[1])
    if sure:
        assert extent.sure_from and extent.sure_to
        inner = _clipped(axis, axis.start(extent.sure_from), axis.end(extent.sure_to))
        if inner[1] - inner[0] < _LEAST and extent.sharp_start and extent.sharp_end:
            inner = [left, right]
        for one, two in ((left, inner[0]), (inner[1], right)):
            if two - one > 0.5:
                parts += _pale(one, two, y, half)
                ways.add("pale")
        parts += _rect("solid", inner[0], inner[1], y, half)
        ways.add("solid")
    elif body:
        parts += _pale(left, right, y, half)
        ways.add("pale")
    low, high = left, right
    if extent.earliest is None:
        low = max(left - _OPEN, axis.left)
        parts += _fading(left if body else right, low, y, half)
        ways.add("fade")
    if extent.latest is None:
        high = max(right, min(until if until is not None else right + _OPEN, axis.right))
        parts += _fading(right if body else left, high, y, half)
        ways.add("ongoing" if ongoing else "fade")
        if ongoing:
            parts.append(el("path", {"class": "arrow", "d": f"M{high - 6:.1f} {y - 4:g}l5 4l-5 4"}))
    if not sure or extent.earliest is None or extent.latest is None:
        parts += [
            part for sharp, x in ((extent.sharp_start, left), (extent.sharp_end, right)) if sharp
            for part in _edge(x, y, half)
        ]  # fmt: skip
    return Drawn(parts, low, high, frozenset(ways))


def _hollow(extent: Extent, axis: Axis, y: float, shape: str, half: float) -> Drawn:
    if extent.point:
        x = _point(extent, axis)
        ways = frozenset(("planned", "planned-day"))
        return Drawn([figure(shape, x, y, half + 0.5, "hollow whole")], x - half - 1, x + half + 1, ways)
    left, right = _known(extent, axis)
    low = max(left - _OPEN, axis.left) if extent.earliest is None else left
    high = min(right + _OPEN, axis.right) if extent.latest is None else right
    lines = f"M{low:.1f} {y - half:.1f}H{high:.1f}M{low:.1f} {y + half:.1f}H{high:.1f}"
    for closed, x in ((extent.earliest is not None, left), (extent.latest is not None, right)):
        lines += f"M{x:.1f} {y - half:.1f}V{y + half:.1f}" if closed else ""
    return Drawn([el("path", {"class": "hollow", "d": lines})], low, high, frozenset(("planned",)))


def swatch(way: str, x: float, y: float, style: Mapping[str, str]) -> Parts:
    """Draw the sample of a way of drawing for a legend, 24 px wide from a point."""
    colour, half = style["colour"], HALF - 0.5
    if way == "planned":
        path = f"M{x:.1f} {y - half:.1f}h22v{2 * half:g}h-22z"
        return [coloured(colour, [el("path", {"class": "hollow", "d": path})])]
    if way == "own":
        return [coloured(colour, _rect("solid", x, x + 22, y, 2))]
    if way == "solid":
        return [coloured(colour, _rect("solid", x, x + 22, y, half))]
    if way == "pale":
        return [coloured(colour, _pale(x, x + 22, y, half))]
    if way in ("fade", "ongoing"):
        arrow = [el("path", {"class": "arrow", "d": f"M{x + 16:.1f} {y - 4:g}l5 4l-5 4"})] if way == "ongoing" else []
        return [coloured(colour, [*_edge(x + 1, y, half), *_fading(x + 1, x + 22, y, half), *arrow])]
    kind = "hollow whole" if way == "planned-day" else "solid"
    return [coloured(colour, [figure(style["shape"], x + 11, y, half + 1, kind)])]
