"""Bar chart: the numbers of an answer, one bar for each, with the name of the thing counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from medskick.ontology import term_text
from medskick.queries.answer import heading, text_of
from medskick.queries.run import Answer
from medskick.reports.answer_document import table_of
from medskick.reports.graph_reader import GraphReader, Row
from medskick.viz.charts.chart import Chart, Link, drawn
from medskick.viz.legend import Block, Item, Parts, flow
from medskick.viz.look import look_of, styles
from medskick.viz.svg import TEXT, coloured, el, label, linked, text_width, wrapped
from medskick.words import pick

MOST = 30
"""The number of rows that are drawn; the table has all."""
_LABEL, _BAR, _BLOCK = 320.0, 14.0, 820.0
_LOOKS = ("solid", "pale", "hollow whole")


@dataclass(frozen=True)
class _Bar:
    """A row of the answer: its group, its name and thing, its figure's style, and its numbers."""

    group: str
    name: str
    thing: str
    style: Mapping[str, str]
    numbers: tuple[int, ...]


def _is_number(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value.endswith("#integer")


def bars(reader: GraphReader, answer: Answer, link: Link) -> Chart | None:
    """Draw the whole numbers of an answer as bars; ``None`` if it has none.

    The question's ``options`` may give the column with the bars' names (``label``; default: the first without numbers),
    the columns that form groups (``group``), the class whose colour the bars have (``class``), and the columns with
    the least and the most that a number may be (``range``): these are one bar, its uncertain part paler.
    """
    numeric = [v for v in answer.variables if any(v in r for r in answer.rows) and all(
        _is_number(r[v]) for r in answer.rows if v in r
    )]  # fmt: skip
    options = answer.query.options
    named = options.get("label") or next((v for v in answer.variables if v not in numeric), "")
    groups = [g for g in options.get("group", ()) if g in answer.variables]
    if not numeric or named not in answer.variables:
        return None
    rows = [_bar(reader, answer, row, named, groups, numeric, options.get("class", "")) for row in answer.rows]
    title = pick(answer.query.summary, answer.lang)
    notes = [reader.say("chart.bars-cut", most=MOST, count=len(rows))] if len(rows) > MOST else []
    table = table_of(reader, answer, cite=False)
    words = [heading(answer, v) for v in numeric]
    ranged = list(options.get("range", ())) == numeric
    return drawn(
        title, reader.say("chart.answer-described"), lambda width: _draw(rows[:MOST], words, link, width, ranged),
        table, notes, "bars",
    )  # fmt: skip


def _bar(
    reader: GraphReader, answer: Answer, row: Row, named: str, groups: Sequence[str], numeric: Sequence[str], cls: str
) -> _Bar:
    term = row.get(named)
    thing = term_text(term) if isinstance(term, ox.NamedNode) else ""
    kind = cls or (reader.class_of(thing) if thing else "")
    # if the thing is a class, the bar has that class's colour
    style = styles().get(thing.rpartition("#")[2]) or look_of(kind)
    group = " – ".join(text_of(answer, row[g]) for g in groups if g in row)
    name = text_of(answer, term) or reader.say("chart.none-given")
    return _Bar(group, name, thing, style, tuple(int(term_text(row[v])) if v in row else 0 for v in numeric))


def _draw(rows: Sequence[_Bar], words: Sequence[str], link: Link, width: float, ranged: bool) -> list[Block]:
    narrow = width < 600
    most = max((n for bar in rows for n in bar.numbers), default=0) or 1
    digits = text_width(f"{most}–{most}" if ranged else str(most)) + 12
    left = 6.0 if narrow else _LABEL
    # wider bars would not be easier to compare
    full = min(width - left - digits - 6, 520.0)
    blocks: list[Block] = [flow([_legend(w, i, rows[0].style) for i, w in enumerate(words)], 4.0, 0.0, width)]
    parts, y, group = Parts(), 4.0, ""
    for bar in rows:
        if y > _BLOCK:
            blocks.append((parts, y))
            parts, y = Parts(), 4.0
        if bar.group != group:
            group = bar.group
            heads = wrapped(group, width - 12, TEXT + 1, 2, bold=True)
            parts += [label(6, y + 22 + 20 * i, text, "head", TEXT + 1) for i, text in enumerate(heads)]
            y += 12 + 20.0 * len(heads)
        names = wrapped(bar.name, width - 12 if narrow else _LABEL - 22, TEXT, 3)
        inside: list[ET.Element] = []
        if narrow:
            inside += [label(6, y + 15 + 18 * i, text) for i, text in enumerate(names)]
            y += 18.0 * len(names) + 5
        else:
            inside += [label(left - 12, y + 15 + 18 * i, text, anchor="end") for i, text in enumerate(names)]
        below = y
        ends = [max(full * number / most, 1.0) for number in bar.numbers]
        whole = [_rect(place, left, y + 3 + (_BAR + 6) * place, end, _BAR) for place, end in enumerate(ends)]
        if ranged:
            whole = [_rect(0, left, y + 3, ends[0], _BAR), _rect(1, left + ends[0], y + 3, ends[1] - ends[0], _BAR)]
        inside.append(coloured(bar.style["colour"], whole))
        # where the least is the most, the number stands once
        texts = ["–".join(dict.fromkeys(map(str, bar.numbers)))] if ranged else [str(n) for n in bar.numbers]
        for text, end in zip(texts, ends[-len(texts) :], strict=True):
            inside.append(label(left + end + 7, y + 15, text))
            y += _BAR + 6
        y = max(y, below + (0 if narrow else 18.0 * len(names))) + (6 if narrow else 4)
        numbers = ", ".join(f"{word} {n}" for word, n in zip(words, bar.numbers, strict=True))
        parts.append(el("line", {"class": "grid", "x1": left, "x2": left, "y1": below - 1, "y2": y - 1}))
        parts.append(linked(link(bar.thing) if bar.thing else None, f"{bar.name}: {numbers}", inside, "dated"))
    return [*blocks, (parts, y)]


def _rect(place: int, x: float, y: float, width: float, height: float) -> ET.Element:
    """A bar in the look of a column of numbers."""
    look = _LOOKS[place % len(_LOOKS)]
    return el("rect", {"class": look, "x": x, "y": y, "width": width, "height": height})


def _legend(word: str, place: int, style: Mapping[str, str]) -> Item:
    def swatch(x: float, y: float) -> list[ET.Element]:
        return [coloured(style["colour"], [_rect(place, x, y - 5, 22.0, 10.0)])]

    return Item(word, swatch)
