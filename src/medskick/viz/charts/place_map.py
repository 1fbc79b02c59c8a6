"""A map of the places that plan, in tiles: each country where it lies from the others, and what is known of each place.

No source that the graph cites gives coordinates of the places; so the countries stand as ``viz/map.toml`` puts them,
and the places of a country by name.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree as ET

from medskick.ontology import term_text
from medskick.reports.document import Line, Table, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.places import STATES, Place, State, places
from medskick.resources.time import Span
from medskick.rooms import room
from medskick.viz.charts.chart import Chart, Link, drawn
from medskick.viz.legend import Block, Item, Parts, flow
from medskick.viz.look import look_of
from medskick.viz.svg import SMALL, TEXT, coloured, el, label, linked, wrapped

_GAP, _BAND, _LEFT, _MOST = 8.0, 8.0, 15.0, 200.0
"""Room between tiles, the width of a tile's band, where its words begin, and its greatest width, in pixels."""
_NAME, _KNOWN, _ROOM = 17.0, 15.0, 12.0
"""Heights of a line of a place's name, of one of what is known, and of the room round them."""
_FILLED: Mapping[State, float] = {"plan": 1.0, "proposal": 0.5, "work": 0.0, "ended": 0.0}
"""How far the band of a tile is filled; where no plan is known there is no band."""
_YEAR = re.compile(r"\b[0-9]{4}\b")

Column = tuple[int, list[tuple[str, list[Place]]]]
"""How many tiles stand side by side, and the countries with their places."""


@dataclass(frozen=True)
class _Caption:
    """What a tile says of its place: its name, what is known, and all of it as it is read out."""

    name: str
    known: str
    whole: str

    def lines(self, tile: float) -> tuple[list[str], list[str]]:
        """The name and what is known, broken for a tile of a width."""
        room_left = tile - _LEFT - 2
        return wrapped(self.name, room_left, TEXT, 2), wrapped(self.known, room_left, SMALL, 4)


def place_map(reader: GraphReader, link: Link) -> Chart:
    """Draw how far the plan of each place has come, and the phase in which it was last seen."""
    listed = places(reader)
    title, say = reader.say("chart.places"), reader.say
    columns = _columns(listed)
    rows = [_row(reader, place) for _, groups in columns for _, group in groups for place in group]
    heads = tuple(say(f"chart.column-{head}") for head in ("place", "country", "plan", "last-phase", "process"))
    described = say("chart.places-described", places=len(listed), planned=sum(p.state == "plan" for p in listed))
    captions = {place.thing: _caption(reader, place) for place in listed}
    names = {country: reader.name(country).text if country else say("chart.no-country") for country, _ in _all(columns)}
    used = [state for state in STATES if any(place.state == state for place in listed)]
    legend = [_legend(say(f"chart.state-{state}"), state) for state in used if state in _FILLED]
    picture = _Picture(columns, names, captions, legend, link)
    return drawn(title, described, picture.draw, Table(title, heads, tuple(rows)), [say("chart.places-note")], "places")


@cache
def columns_of() -> Sequence[tuple[int, tuple[str, ...]]]:
    """Return the columns of ``viz/map.toml``: how many tiles stand side by side, and the countries (slugs)."""
    content = tomllib.loads((room("viz") / "map.toml").read_text(encoding="utf-8"))
    return [(column.get("tiles", 1), tuple(column["countries"])) for column in content["column"]]


def _columns(listed: Sequence[Place]) -> list[Column]:
    """The columns that have places, from west to east."""
    by_country: dict[str, list[Place]] = defaultdict(list)
    for place in listed:
        by_country[place.country].append(place)
    slugs = {country.rpartition("/")[2]: country for country in by_country}
    known = [slug for _, column in columns_of() for slug in column]
    others = tuple(sorted(slug for slug in slugs if slug not in known))
    columns = [
        (tiles, [(slugs[slug], by_country[slugs[slug]]) for slug in column if slug in slugs])
        for tiles, column in (*columns_of(), (1, others))
    ]
    return [column for column in columns if column[1]]


def _all(columns: Sequence[Column]) -> list[tuple[str, list[Place]]]:
    return [group for _, groups in columns for group in groups]


def _caption(reader: GraphReader, place: Place) -> _Caption:
    name, state = reader.name(place.thing).text, reader.say(f"chart.state-{place.state}")
    known = _phase_words(reader, place)
    return _Caption(name, known, f"{name}, {known}: {state}" if place.state != "none" else f"{name}, {known}")


def _phase_words(reader: GraphReader, place: Place) -> str:
    """The phase by its type and its years; that none is known, or no plan."""
    if not place.phase:
        return reader.say("chart.state-none" if place.state == "none" else "chart.phase-unknown")
    types = [reader.name(term_text(one)).text for one in reader.values(place.phase, "msk:phaseType")]
    name = ", ".join(types) or reader.name(place.phase).text
    time = reader.times([place.phase]).get(place.phase)
    span = (time.planned if place.expected else time.actual) if time else None
    years = _years(reader, span) if span else ""
    key = ("expected" if place.expected else "begun") if years else ("expected-undated" if place.expected else "")
    return reader.say(f"chart.phase-{key}", phase=name, years=years) if key else name


def _years(reader: GraphReader, span: Span) -> str:
    """The years that the dates name: a winter is of the year that its source calls it by."""
    named = _YEAR.findall(f"{span.date} {span.start} {span.end}")
    if named and span.start and not span.end:
        return reader.say("chart.years-from", first=named[0])
    return "–".join(dict.fromkeys((named[0], named[-1]))) if named else ""


def _row(reader: GraphReader, place: Place) -> tuple[Line, ...]:
    processes = (reader.thing(process, cite=True) for process in (*place.processes, *place.others))
    return (
        reader.thing(place.thing),
        reader.thing(place.country) if place.country else (),
        _plan_cell(reader, place),
        _phase_cell(reader, place),
        joined(processes, "; "),
    )


def _plan_cell(reader: GraphReader, place: Place) -> Line:
    state = reader.say(f"chart.state-{place.state}")
    if not place.plan:
        return line(state)
    status = reader.values_of(place.plan, "msk:status")
    when = reader.times([place.plan]).get(place.plan)
    status_words = line(status, " ", when.main.words(reader.lang)) if status and when else status
    return reader.cited(place.plan, line(reader.thing(place.plan), ": ", status_words or state))


def _phase_cell(reader: GraphReader, place: Place) -> Line:
    if not place.phase:
        return line(reader.say("chart.phase-unknown"))
    when = reader.times([place.phase]).get(place.phase)
    when_words = f", {when.words(reader.lang)}" if when else ""
    return reader.cited(place.phase, line(reader.thing(place.phase), when_words))


@dataclass(frozen=True)
class _Picture:
    """The countries in their columns, what they are called, and what each of their tiles says."""

    columns: Sequence[Column]
    names: Mapping[str, str]
    captions: Mapping[str, _Caption]
    legend: Sequence[Item]
    link: Link

    def draw(self, width: float) -> list[Block]:
        """The columns side by side; on a phone the countries below each other, two places side by side."""
        blocks: list[Block] = [flow(self.legend, 4.0, 0.0, width)]
        if width < 600:
            tile = (width - _GAP) / 2
            return blocks + [self._country(country, group, tile, 2) for country, group in _all(self.columns)]
        across = sum(tiles for tiles, _ in self.columns)
        tile, x, parts, lowest = min((width + _GAP) / across - _GAP, _MOST), 0.0, Parts(), 0.0
        for tiles, groups in self.columns:
            y = 0.0
            for country, group in groups:
                inside, high = self._country(country, group, tile, tiles)
                parts.append(el("g", {"transform": f"translate({x:.1f} {y:.1f})"}, *inside))
                y += high
            x, lowest = x + tiles * (tile + _GAP), max(lowest, y)
        return [*blocks, (parts, lowest)]

    def _country(self, country: str, group: Sequence[Place], tile: float, across: int) -> Block:
        """The name of a country above its places, so many side by side."""
        heads = _heading(self.names[country], tile * across)
        top = 12 + 19.0 * len(heads)
        parts: Parts = [label(2, 21 + 19 * i, text, "head", TEXT + 1) for i, text in enumerate(heads)]
        lines = (caption.lines(tile) for caption in self.captions.values())
        high = max(_NAME * len(name) + _KNOWN * len(known) for name, known in lines) + _ROOM
        for number, place in enumerate(group):
            x, y = number % across * (tile + _GAP), top + number // across * (high + _GAP)
            caption = self.captions[place.thing]
            inside = linked(self.link(place.thing), caption.whole, _tile(caption, place.state, tile, high), "dated")
            parts.append(el("g", {"transform": f"translate({x:.1f} {y:.1f})"}, inside))
        return parts, top + -(-len(group) // across) * (high + _GAP)


def _heading(name: str, width: float) -> list[str]:
    """A country's name in two lines at most; a long one may be broken at its hyphen."""
    whole = wrapped(name, width, TEXT + 1, 2, bold=True)
    return wrapped(name.replace("-", "- "), width, TEXT + 1, 2, bold=True) if whole[-1].endswith("…") else whole


def _tile(caption: _Caption, state: State, width: float, high: float) -> list[ET.Element]:
    names, known = caption.lines(width)
    frame = el("rect", {"class": "tile", "x": 0.5, "y": 0.5, "width": width - 1, "height": high - 1})
    low = 2 + _NAME * (len(names) + 1)
    return [
        frame,
        *_band(state, 1.5, 1.5, high - 3),
        *(label(_LEFT, 2 + _NAME * (i + 1), text) for i, text in enumerate(names)),
        *(label(_LEFT, low + _KNOWN * i - 1, text, "quiet", SMALL) for i, text in enumerate(known)),
    ]


def _band(state: State, x: float, y: float, height: float) -> list[ET.Element]:
    """How far a plan has come: a band that is full, half full, empty or broken."""
    if state not in _FILLED:
        return []
    full = height * _FILLED[state]
    frame: dict[str, str | float | None] = {
        "class": "hollow" if state == "ended" else "hollow whole",
        "x": x,
        "y": y,
        "width": _BAND,
    }
    parts = [el("rect", {**frame, "height": height})]
    if full:
        parts.append(el("rect", {"class": "solid", "x": x, "y": y + height - full, "width": _BAND, "height": full}))
    return [coloured(look_of("PlanningProcess")["colour"], parts)]


def _legend(words: str, state: State) -> Item:
    return Item(words, lambda x, y: _band(state, x + 9, y - 7, 14.0))
