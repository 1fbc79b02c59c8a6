"""The small timeline of a thing's story: related things in order of time, from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from medskick.reports.chains import steps
from medskick.reports.document import Table, line, plain
from medskick.reports.graph_reader import GraphReader
from medskick.viz.charts.chart import Chart, Link, drawn
from medskick.viz.charts.lanes import Mark, in_order, kind_word, marks_of
from medskick.viz.legend import Block, Item, Parts, Swatch, flow
from medskick.viz.look import look_of
from medskick.viz.svg import SMALL, TEXT, coloured, el, figure, label, linked, text_width, wrapped

_LINE, _GAP = 19.0, 11.0


@dataclass(frozen=True)
class _Step:
    """A thing of the story: its mark, its relation to the thing in the middle, and whether it is that thing."""

    mark: Mark
    tie: str
    middle: bool

    @property
    def way(self) -> str:
        """How its time is drawn: planned, pale if not known to the day, else day."""
        extent = self.mark.actual
        if extent is None:
            return "planned"
        return "day" if extent.sharp_start and extent.sharp_end else "pale"


def story_timeline(reader: GraphReader, thing: str, link: Link) -> Chart:
    """Draw the things that a thing (IRI) is related to, from first to last; those without a known time are named below.

    The order is by what they presuppose, then by date. Distances do not show how much time lies between.
    """
    ties: dict[str, list[str]] = {thing: []}
    for step, tie in steps(reader, thing):
        ties.setdefault(step, [])
        if (words := plain(tie)) and words not in ties[step]:
            ties[step].append(words)
    marks = in_order(reader, marks_of(reader, ties))
    story = [_Step(m, ", ".join(ties[m.thing]), m.thing == thing) for m in marks]
    name = plain(reader.thing(thing))
    heads = tuple(reader.say(f"chart.column-{c}") for c in ("what", "kind", "time", "planned", "tie"))
    rows = tuple(
        (
            reader.thing(s.mark.thing, strong=s.middle), line(kind_word(reader, s.mark.cls)),
            line(s.mark.when or reader.say("chart.unknown")), line(s.mark.intended, s.mark.note), line(s.tie),
        )
        for s in story
    )  # fmt: skip
    title = reader.say("chart.story", thing=name)
    dated = [s for s in story if s.mark.days]
    # a single thing is no story
    table = Table(title, heads, rows if len(dated) > 1 else ())
    described = reader.say("chart.story-described", count=len(dated))
    picture = _Story(reader, link, dated, [s for s in story if not s.mark.days])
    return drawn(title, described, picture.draw, table, [reader.say("story.timeline-note")], "story")


@dataclass(frozen=True)
class _Story:
    reader: GraphReader
    link: Link
    dated: Sequence[_Step]
    undated: Sequence[_Step]

    def draw(self, width: float) -> list[Block]:
        """Draw in a width: times are left of the line if there is room, else above the names."""
        narrow = width < 600
        when_width = max((text_width(self._when(s), SMALL) for s in self.dated), default=0.0)
        at = 14.0 if narrow else min(when_width + 26, 300.0)
        parts, y, tops = Parts(), 8.0, list[float]()
        for step in self.dated:
            pieces, height = self._step(step, at, min(width, 760.0), y, narrow)
            tops.append(y + 9)
            named = f"{step.mark.label}: {self._when(step)}{plain(step.mark.note)}"
            parts.append(linked(self.link(step.mark.thing), named, pieces, "dated"))
            y += height + _GAP
        rail = el("line", {"class": "grid", "x1": at, "x2": at, "y1": tops[0], "y2": tops[-1]})
        legend = flow(self._legend(), 4.0, 0.0, width)
        blocks = [legend, ([rail, *parts], y)]
        if self.undated:
            items = [Item(s.mark.label, href=self.link(s.mark.thing)) for s in self.undated]
            blocks.append(flow(items, 4.0, 0.0, width, self.reader.say("chart.undated")))
        return blocks

    def _step(self, step: _Step, at: float, width: float, y: float, narrow: bool) -> tuple[list[ET.Element], float]:
        left, top = at + 18, y
        when: list[ET.Element] = []
        if narrow:
            lines = wrapped(self._when(step), width - left - 4, SMALL, 2)
            when = [label(left, y + 13 + 16 * i, text, "quiet", SMALL) for i, text in enumerate(lines)]
            top += 17.0 * len(lines)
        else:
            lines = wrapped(self._when(step), at - 26, SMALL, 2)
            when = [label(at - 18, y + 14 + 16 * i, text, "quiet", SMALL, "end") for i, text in enumerate(lines)]
        names = wrapped(step.mark.label, width - left - 4, TEXT, 3, bold=step.middle)
        kind = "head" if step.middle else ""
        texts = [label(left, top + 14 + _LINE * i, text, kind) for i, text in enumerate(names)]
        low = top + _LINE * len(names)
        words = kind_word(self.reader, step.mark.cls) + (f" – {step.tie}" if step.tie else "")
        more = wrapped(words, width - left - 4, SMALL, 2)
        texts += [label(left, low + 13 + 16 * i, text, "quiet", SMALL) for i, text in enumerate(more)]
        drawing = _glyph(step.way, step.mark.cls, at, y + 9, 8.5 if step.middle else 7.0)
        return [drawing, *when, *texts], low + 16.0 * len(more) - y

    def _when(self, step: _Step) -> str:
        return step.mark.words

    def _legend(self) -> list[Item]:
        classes = [step.mark.cls for step in self.dated]
        items = []
        for way in ("day", "pale", "planned"):
            if any(step.way == way for step in self.dated):
                items.append(Item(self.reader.say(f"chart.story-{way}"), _sample(way, classes[0])))
        return items


def _glyph(way: str, cls: str, x: float, y: float, radius: float) -> ET.Element:
    look = look_of(cls)
    kinds = {"day": ["solid"], "pale": ["ground", "pale", "thin whole"], "planned": ["ground", "hollow whole"]}[way]
    return coloured(look["colour"], [figure(look["shape"], x, y, radius, kind) for kind in kinds])


def _sample(way: str, cls: str) -> Swatch:
    return lambda x, y: [_glyph(way, cls, x + 11, y, 6.5)]
