"""A timeline of processes with their phases, decisions and dialogue: certain, uncertain and planned times."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from medskick.reports.document import Line, Span, Table, line, plain
from medskick.reports.graph_reader import GraphReader
from medskick.viz.charts.axis import Axis, whole_years
from medskick.viz.charts.chart import Chart, Link, drawn
from medskick.viz.charts.lanes import KINDS, Lane, Mark, current_processes, extreme_days, kind_word, lanes, within
from medskick.viz.charts.mark import HALF, Drawn, draw, swatch
from medskick.viz.legend import Block, Item, Parts, Swatch, flow
from medskick.viz.look import look_of, styles
from medskick.viz.svg import SMALL, TEXT, Anchor, el, label, linked, text_width, wrapped
from medskick.words import say

_ROW, _LINE, _GAP, _GUTTER = 23.0, 18.0, 9.0, 92.0
_WAYS = ("solid", "pale", "fade", "ongoing", "planned", "own")
_BLOCK = 560.0
"""A block of lanes is no higher than this, in pixels, unless one lane alone is: a printed page holds one and a half."""


@dataclass
class _Rows:
    """Rows for bars and names, each placed in the first row with room for it."""

    taken: list[list[tuple[float, float]]] = field(default_factory=list)

    def place(self, left: float, right: float, height: int) -> int:
        """Reserve room for a bar and its name; returns the first row."""
        row = 0
        while not all(self._free(row + i, left, right) for i in range(height)):
            row += 1
        for i in range(height):
            while len(self.taken) <= row + i:
                self.taken.append([])
            self.taken[row + i].append((left, right))
        return row

    def _free(self, row: int, left: float, right: float) -> bool:
        return row >= len(self.taken) or all(right + _GAP <= a or b + _GAP <= left for a, b in self.taken[row])


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text) or text == "0000":
        raise ValueError(text)
    return int(text)


def timeline(reader: GraphReader, link: Link, all_lanes: Sequence[Lane], start: str = "", end: str = "") -> Chart:
    """Draw processes (``lanes``) with all that is dated in them, from the first day of one year to the last of another.

    ``start`` and ``end`` are years (``2015``; empty: from the first, to the last).
    Raises ``ValueError`` if one is not a year or the end is before the start.
    """
    return of_lanes(reader, link, all_lanes, reader.say("chart.timeline"), start, end)


def common_timeline(reader: GraphReader, link: Link) -> Chart:
    """Draw the phases of each region's latest planning process on one axis, for the start page."""
    current = current_processes(reader)
    # a process without phases has nothing to show here
    phase_lanes = [lane for lane in lanes(reader, ("Phase",), current) if lane.marks] if current else []
    return of_lanes(
        reader, link, phase_lanes, reader.say("chart.common" if len(phase_lanes) > 1 else "chart.common-one")
    )


def of_lanes(
    reader: GraphReader,
    link: Link,
    all_lanes: Sequence[Lane],
    title: str,
    start: str = "",
    end: str = "",
    band: str = "",
) -> Chart:
    """Draw any lanes of marks; ``band`` is their heading in the table (empty: processes). Raises as ``timeline``."""
    first, last = _year(start), _year(end)
    days = extreme_days(m for lane in all_lanes for m in (*lane.marks, lane.own))
    low, high = days or (date(2000, 1, 1), date(2000, 12, 31))
    low, high = date(first, 1, 1) if first else low, date(last, 12, 31) if last else high
    if first and last and last < first:
        raise ValueError(f"{start}–{end}")
    low, high = whole_years(min(low, high), high)
    shown = [
        replace(
            lane,
            marks=(*within(lane.marks, low, high), *(m for m in lane.marks if not m.days)),
            own=next(iter(within([lane.own], low, high)), None) if lane.own else None,
        )
        for lane in all_lanes
    ]
    shown = [lane for lane in shown if lane.own or any(m.days for m in lane.marks) or not (first or last)]
    outside = sum(len(lane.marks) for lane in all_lanes) - sum(len(lane.marks) for lane in shown)
    notes = [reader.say("chart.outside", count=outside)] if outside else []
    count = sum(len(lane.marks) for lane in shown)
    key = "chart.timeline-described" if low.year < high.year else "chart.timeline-year"
    described = reader.say(key, count=count, first=low.year, last=high.year)
    picture = _Picture(reader, link, shown, low, high)
    return drawn(
        title,
        described,
        picture.draw,
        _twin(reader, title, shown, band or reader.say("chart.column-process")),
        notes,
        "timeline",
    )


def _twin(reader: GraphReader, title: str, shown: Sequence[Lane], band: str) -> Table:
    say = reader.say
    # a lane alone that has a row of its own is named there
    banded = len(shown) != 1 or not shown[0].own
    heads = ("what", "kind", *(("band",) if banded else ()), "time")
    columns = tuple(band if c == "band" else say(f"chart.column-{c}") for c in heads)
    rows: list[tuple[Line, ...]] = []
    for lane in shown:
        for mark in (*([lane.own] if lane.own else []), *lane.marks):
            heading = reader.thing(lane.thing) if lane.thing else line(lane.label)
            heading = reader.marked(heading, mark.thing, "msk:process")
            ours = (Span(" " + say("report.inferred"), mark=True),) if mark.inferred else ()
            when = line(mark.unmarked or say("chart.unknown"), ours, mark.note)
            kind = line(kind_word(reader, mark.cls))
            rows.append((reader.thing(mark.thing), kind, *((heading,) if banded else ()), when))
    return Table(title, columns, tuple(rows))


@dataclass(frozen=True)
class _Name:
    """A name's lines, their place, and the room that they and their bar take."""

    lines: list[str]
    x: float
    anchor: Anchor
    low: float
    high: float
    above: bool = False


@dataclass
class _Picture:
    """One drawing of lanes between two days."""

    reader: GraphReader
    link: Link
    lanes: Sequence[Lane]
    first: date
    last: date

    def draw(self, width: float) -> list[Block]:
        """Draw in a width: the legend, then blocks of a few lanes, each with the years above."""
        self.gutter = _GUTTER if width > 600 else 0.0
        self.axis = Axis(self.first, self.last, self.gutter + 10.0, width - 10.0)
        self.width, self.ways = width, dict[tuple[str, str], None]()
        blocks: list[Block] = []
        grid, parts, y = Parts(), Parts(), 0.0
        for number, lane in enumerate(self.lanes):
            band, height = self._band(lane)
            if parts and y + height > _BLOCK:
                blocks.append(([*grid, *parts], y))
                grid, parts, y = Parts(), Parts(), 0.0
            if not parts:
                parts, y = self._years(14), 22.0
            shade = {"class": "lane" if number % 2 == 0 else "lane odd", "x": 0.0, "y": y, "width": width}
            grid.append(el("rect", {**shade, "height": height}))
            grid += [
                el("line", {"class": "grid", "x1": x, "x2": x, "y1": y, "y2": y + height})
                for x, _ in self.axis.ticks(self.reader.lang)
            ]
            kind = None if number % 2 == 0 else "on-odd"
            parts.append(el("g", {"class": kind, "transform": f"translate(0 {y:.1f})"}, *band))
            y += height
        return [flow(self._legend(), 6.0, 0.0, width), *blocks, ([*grid, *parts], y)]

    def _years(self, y: float) -> Parts:
        named, end = Parts(), -1.0
        for x, name in self.axis.ticks(self.reader.lang):
            half = text_width(name, SMALL) / 2
            at = min(max(x, half), self.width - half)
            if at - half > end:
                named.append(label(at, y, name, "quiet", SMALL, "middle"))
                end = at + half + 4
        return named

    def _band(self, lane: Lane) -> Block:
        """A lane: its name, its own time, then its marks kind by kind, and those without a time."""
        parts, y = Parts(), 6.0
        if lane.label:
            heads = wrapped(lane.label, self.width - 20, TEXT + 1, 3, bold=True)
            lines = [label(8, y + 16 + 20 * i, text, "head", TEXT + 1) for i, text in enumerate(heads)]
            parts.append(linked(self.link(lane.thing), lane.label, lines))
            y += 20.0 * len(heads) + 4
        if lane.own and lane.own.days:
            own = self._draw(lane.own, y + 6, 3.0)
            self.ways["own", lane.own.cls] = None
            parts.append(linked(None, _in_words(self.reader, lane.own), own.parts, "dated"))
            y += 16
        by_kind: dict[str, list[Mark]] = {cls: [] for cls in KINDS}
        for mark in lane.marks:
            by_kind.setdefault(mark.cls, []).append(mark)
        by_kind = {cls: marks for cls, marks in by_kind.items() if marks}
        for cls, marks in by_kind.items():
            if dated := [m for m in marks if m.days]:
                tier, height = self._tier(cls, dated, captioned=len(by_kind) > 1 or cls != "Phase")
                parts.append(el("g", {"transform": f"translate(0 {y:.1f})"}, *tier))
                y += height
        undated = [Item(m.label, href=self.link(m.thing)) for m in lane.marks if not m.days]
        if undated:
            opening = self.reader.say("chart.undated")
            names, y = flow(undated, self.axis.left, y, self.width - 10, opening)
            parts.append(el("g", {"class": "undated"}, *names))
        return parts, y + 6

    def _tier(self, cls: str, marks: Sequence[Mark], captioned: bool) -> Block:
        """The marks of one kind, packed in rows; the kind's name is left of them or above."""
        parts, top, rows = Parts(), 0.0, _Rows()
        if captioned:
            if self.gutter:
                words = wrapped(_tier_word(self.reader, cls), self.gutter - 10, SMALL, 2)
                parts += [label(8, 16 + 15 * i, word, "quiet", SMALL) for i, word in enumerate(words)]
            else:
                parts.append(label(8, 14, _tier_word(self.reader, cls), "quiet", SMALL))
                top = 19.0
        for mark in marks:
            sketch = self._draw(mark, 0.0)
            name = self._name(mark.label, sketch)
            over = len(name.lines) if name.above else 0
            y = top + _ROW * (rows.place(name.low, name.high, over + 1) + over) + _ROW / 2
            # names above their bar are closer to it than to the row over them
            first = y - _LINE * over + 3 if name.above else y + 5
            names = [label(name.x, first + _LINE * i, text, anchor=name.anchor) for i, text in enumerate(name.lines)]
            parts.append(
                linked(
                    self.link(mark.thing), _in_words(self.reader, mark), [*self._draw(mark, y).parts, *names], "dated"
                )
            )
        return parts, top + _ROW * max(len(rows.taken), 1) + 4

    def _name(self, text: str, sketch: Drawn) -> _Name:
        """The place of a name: right of its bar, left of it, or above."""
        wide = text_width(text)
        if sketch.right + 6 + wide <= self.width:
            return _Name([text], sketch.right + 6, "start", sketch.left, sketch.right + 6 + wide)
        if sketch.left - 6 - wide >= self.gutter:
            return _Name([text], sketch.left - 6, "end", sketch.left - 6 - wide, sketch.right)
        lines = wrapped(text, self.width - self.gutter - 16)
        wide = max(text_width(row) for row in lines)
        low = max(self.gutter + 8, min(sketch.left, self.width - 8 - wide))
        return _Name(lines, low, "start", low, max(low + wide, sketch.right), above=True)

    def _draw(self, mark: Mark, y: float, half: float = HALF) -> Drawn:
        style = look_of(mark.cls)
        drawing = draw(mark, self.axis, y, style, half)
        for way in drawing.ways:
            self.ways[way, mark.cls] = None
        return drawing

    def _legend(self) -> list[Item]:
        used = {way for way, _ in self.ways}
        phase = look_of("Phase")
        items = [
            Item(self.reader.say(f"chart.way-{way}", kind=kind_word(self.reader, cls)), _sample(way, look_of(cls)))
            for way in ("day", "planned-day")
            for cls in styles()
            if (way, cls) in self.ways
        ]
        return items + [Item(self.reader.say(f"chart.way-{w}"), _sample(w, phase)) for w in _WAYS if w in used]


def _sample(way: str, style: Mapping[str, str]) -> Swatch:
    return lambda x, y: swatch(way, x, y, style)


def _tier_word(reader: GraphReader, cls: str) -> str:
    try:
        return say(f"chart.tier-{cls}", reader.lang)
    except KeyError:
        return kind_word(reader, cls)


def _in_words(reader: GraphReader, mark: Mark) -> str:
    """A mark in words: name, kind, its actual or planned time, and whether nothing shows what came of it."""
    return (
        f"{mark.label} ({kind_word(reader, mark.cls)}): {mark.words or reader.say('chart.unknown')}{plain(mark.note)}"
    )
