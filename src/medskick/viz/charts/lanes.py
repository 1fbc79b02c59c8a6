"""The contents of a timeline: processes with their phases, decisions and dialogue, and their known times."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.graph.dates import Bounds, bounds
from medskick.ontology import iri, term_text
from medskick.reports.document import Line, plain
from medskick.reports.graph_reader import GraphReader, Row
from medskick.resources.time import Span, Time

KINDS = ("Phase", "Decision", "DialogueEvent")
"""The classes on a timeline, in their order below their process."""


LASTING = frozenset(("Phase", "DialogueEvent", "Inquiry", "Process", "PlanningProcess", "Participation"))
"""Classes for which an interval as date is the whole time they took; for others it contains the day."""


@dataclass(frozen=True)
class Extent:
    """When something was: surely between ``sure_from`` and ``sure_to``, possibly from ``earliest`` to ``latest``.

    ``None`` is open or unknown. Both sure ends are ``None`` if it was at some time between the outer ones.
    ``sharp_start`` and ``sharp_end`` are true if that end is known to the day, ``point`` if it is one known day.
    """

    earliest: date | None
    latest: date | None
    sure_from: date | None = None
    sure_to: date | None = None
    sharp_start: bool = False
    sharp_end: bool = False
    point: bool = False

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that is known at all."""
        known = [d for d in (self.earliest, self.sure_from, self.sure_to, self.latest) if d]
        return (min(known), max(known)) if known else None


@dataclass(frozen=True)
class Mark:
    """A thing on a timeline: its words, and when it was (``actual``) or was planned (``planned``), if known.

    ``when`` and ``intended`` are the same in words, ``words`` both together; ``unmarked`` is that without the word for
    what is ``inferred``. ``ongoing`` is true if the source said so at its date. ``note`` says that nothing shows what
    came of what was planned, if so.
    """

    thing: str
    cls: str
    label: str
    lane: str
    when: str = ""
    intended: str = ""
    actual: Extent | None = None
    planned: Extent | None = None
    ongoing: bool = False
    words: str = ""
    unmarked: str = ""
    inferred: bool = False
    note: Line = ()

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day that it is drawn for; ``None`` if no time is known."""
        known = [e.days for e in (self.actual, self.planned) if e and e.days]
        return (min(d[0] for d in known if d), max(d[1] for d in known if d)) if known else None


@dataclass(frozen=True)
class Lane:
    """A band of a timeline: its heading (a process, or nothing) and its marks in order of time."""

    thing: str
    label: str
    marks: tuple[Mark, ...]
    own: Mark | None = None


def _bounds(edtf: str) -> Bounds | None:
    try:
        return bounds(edtf) if edtf else None
    except ValueError:
        return None


def _sharp(limits: Bounds | None) -> bool:
    return limits is not None and not limits.uncertain and limits.earliest == limits.latest


def span(start: str, end: str) -> Extent | None:
    """Return when something lasted that has a start and an end (EDTF, empty if unknown); ``None`` without either."""
    first, last = _bounds(start), _bounds(end)
    if not (first or last):
        return None
    sure_from = first.latest if first and not first.uncertain else None
    sure_to = last.earliest if last and not last.uncertain else None
    both = sure_from is not None and sure_to is not None and sure_from <= sure_to
    return Extent(
        first.earliest if first else None,
        last.latest if last else None,
        sure_from if both or not last else None,
        sure_to if both or not first else None,
        _sharp(first),
        _sharp(last),
    )


def moment(edtf: str, lasting: bool = True) -> Extent | None:
    """Return when something was that has one date (EDTF): a day, or somewhere within a month, season, year.

    An interval is the time it took; for things without duration (a decision) it contains the day.
    """
    limits = _bounds(edtf)
    if limits is None:
        return None
    if lasting and "/" in edtf:
        start, _, end = edtf.partition("/")
        return span(start.strip("."), end.strip("."))
    sharp = _sharp(limits)
    return Extent(limits.earliest, limits.latest, point=sharp, sharp_start=sharp, sharp_end=sharp)


def _one(row: Row, name: str) -> str:
    return term_text(row[name]) if name in row else ""


def extent_of(time: Span | None, lasting: bool) -> Extent | None:
    """Return when something was whose time is a start and an end, or one date; ``None`` if nothing is known."""
    return (span(time.start, time.end) or moment(time.date, lasting)) if time else None


def mark(
    reader: GraphReader, thing: str, cls: str, time: Time, label: str, lane: str = "", ongoing: bool = False
) -> Mark:
    """Return a thing's mark; a thing that has only a validity is placed at its entry into force."""
    lasting = cls in LASTING
    actual = time.actual or (time.in_force if time.planned is None else None)
    when = (time if time.actual is None else Time(time.actual)).words(reader.lang) if actual else ""
    intended = time.planned.words(reader.lang) if time.planned else ""
    drawn = extent_of(actual, lasting), extent_of(time.planned, lasting)
    note = reader.outcome_unknown(time.expected_by)
    words, unmarked = time.words(reader.lang), time.words(reader.lang, marked=False)
    return Mark(thing, cls, label, lane, when, intended, *drawn, ongoing, words, unmarked, time.inferred, note)


def _named(reader: GraphReader, thing: str, cls: str, times: Mapping[str, Time], lane: str = "") -> Mark:
    time = times.get(thing, Time())
    # something ongoing may have no known start
    ongoing = any(term_text(status).endswith("/ongoing") for status in reader.values(thing, "msk:status"))
    return mark(reader, thing, cls, time, plain(reader.thing(thing)), lane, ongoing)


def marks_of(reader: GraphReader, things: Iterable[str]) -> list[Mark]:
    """Return the marks of things (IRIs), whatever their classes; their lanes are empty."""
    wanted = list(things)
    times = reader.times(wanted)
    return [_named(reader, thing, reader.class_of(thing), times) for thing in wanted]


def in_order(reader: GraphReader, marks: Iterable[Mark]) -> list[Mark]:
    """Return marks by what their things presuppose, then by date, then by name; those without a time last.

    Where a thing has several marks, each with a time of its own, none stands before its own day.
    """
    listed = list(marks)
    often = Counter(mark.thing for mark in listed)
    place = {thing: number for number, thing in enumerate(reader.in_order(mark.thing for mark in listed))}

    def key(mark: Mark) -> tuple[bool, str, int]:
        day = str(mark.days[0]) if mark.days and often[mark.thing] > 1 else ""
        return mark.days is None, max(day, reader.succession.moment(mark.thing)), place[mark.thing]

    return sorted(listed, key=key)


def lanes(reader: GraphReader, kinds: Collection[str] = KINDS, processes: Iterable[str] = ()) -> list[Lane]:
    """Return a lane for each process (IRIs; if none is given, all with content), in order of time.

    A thing in several processes is in each of their lanes.
    """
    wanted = list(dict.fromkeys(processes))
    only = f"VALUES ?process {{ {' '.join(str(ox.NamedNode(p)) for p in wanted)} }}" if wanted else ""
    by_process: dict[str, dict[str, Mark]] = {}
    for cls in kinds:
        rows = reader.select(
            f"SELECT * {{ {only} ?thing a msk:{cls} ; msk:inProcess ?process }} ORDER BY ?process ?thing"
        )
        pairs = [(term_text(row["process"]), term_text(row["thing"])) for row in rows]
        reader.know(thing for _, thing in pairs)
        times = reader.times(thing for _, thing in pairs)
        for process, thing in pairs:
            by_process.setdefault(process, {})[thing] = _named(reader, thing, cls, times, process)
    every = [term_text(row["thing"]) for row in reader.select("SELECT ?thing { ?thing a msk:Process } ORDER BY ?thing")]
    reader.know(every)
    own = {m.thing: m for m in marks_of(reader, every)}
    drawn = wanted or [p for p in own if by_process.get(p) or own[p].days]
    made = [
        Lane(p, own[p].label, tuple(in_order(reader, by_process.get(p, {}).values())), own[p])
        for p in drawn
        if p in own
    ]
    return made if wanted else sorted(made, key=_lane_key)


def _lane_key(lane: Lane) -> tuple[bool, str, str]:
    """The planning processes first, each group by when it began."""
    assert lane.own
    days = [m.days for m in (lane.own, *lane.marks) if m.days]
    return lane.own.cls != "PlanningProcess", str(min(d[0] for d in days if d)) if days else "~", lane.thing


def current_processes(reader: GraphReader) -> list[str]:
    """Return the planning processes that no later one follows (IRIs), by name of their region."""
    rows = reader.select(
        "SELECT DISTINCT ?process ?later ?region { ?process a msk:PlanningProcess"
        " OPTIONAL { ?later msk:predecessor ?process } OPTIONAL { ?process msk:inRegion ?region } } ORDER BY ?process"
    )
    latest = {term_text(r["process"]): _one(r, "region") for r in rows if "later" not in r}
    named = alphabetical(latest, reader.lang, lambda p: reader.name(latest[p]).text if latest[p] else "")
    return sorted(named, key=lambda p: not latest[p])


def extreme_days(marks: Iterable[Mark | None]) -> tuple[date, date] | None:
    """Return the first and the last day of some marks."""
    days = [m.days for m in marks if m and m.days]
    return (min(d[0] for d in days if d), max(d[1] for d in days if d)) if days else None


def kind_word(reader: GraphReader, cls: str) -> str:
    """Return the name of a class as the ontology gives it; of what is known elsewhere only, that it is elsewhere."""
    return reader.name(iri(f"msk:{cls}")).text if cls else reader.say("chart.elsewhere")


def within(marks: Sequence[Mark], first: date, last: date) -> list[Mark]:
    """Return the marks that may lie in a window of days; ongoing marks without a known end are in all later windows."""
    return [
        m for m in marks
        if m.days and m.days[0] <= last and (m.days[1] >= first or (m.ongoing and m.actual and not m.actual.latest))
    ]  # fmt: skip
