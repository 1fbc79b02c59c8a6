"""What stands on a timeline: processes with their phases, decisions and dialogue, each with what is known of when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from medskick.graph.dates import Bounds, bounds
from medskick.ontology import iri, term_text
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader, Row
from medskick.viz.pictures.panel import class_of

KINDS = ("Phase", "Decision", "DialogueEvent")
"""The classes on a timeline, in the order in which they stand under their process."""


LASTING = frozenset(("Phase", "DialogueEvent", "Inquiry", "Process", "PlanningProcess", "Participation"))
"""Classes whose date, where it is an interval, is the time they took; in others the day lies somewhere in it."""

_TIMES = ("start", "end", "date", "plannedStart", "plannedEnd", "plannedDate", "status")


@dataclass(frozen=True)
class Extent:
    """When something was: surely between ``sure_from`` and ``sure_to``, possibly from ``earliest`` to ``latest``.

    ``None`` is open or unknown. Both sure ends are empty where the whole lies somewhere within the outer ones.
    ``sharp_start`` and ``sharp_end`` tell that an end is known to the day; ``point`` that all is one known day.
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
    """A thing on a timeline: its words, and when it was (``actual``) or was meant to be (``planned``), if told.

    ``when`` and ``intended`` are the same in words. ``ongoing`` is what the source says, at the time it says it.
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

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day that it is drawn for; ``None`` where no time is known."""
        found = [e.days for e in (self.actual, self.planned) if e and e.days]
        return (min(d[0] for d in found if d), max(d[1] for d in found if d)) if found else None


@dataclass(frozen=True)
class Lane:
    """A band of a timeline: what heads it (a process, or nothing) and its marks in order of time."""

    thing: str
    label: str
    marks: tuple[Mark, ...]
    own: Mark | None = None


def _bounds(edtf: str) -> Bounds | None:
    try:
        return bounds(edtf) if edtf else None
    except ValueError:
        return None


def _sharp(found: Bounds | None) -> bool:
    return found is not None and not found.uncertain and found.earliest == found.latest


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

    An interval is the time it took; for what does not last (a decision) it is where the day lies.
    """
    found = _bounds(edtf)
    if found is None:
        return None
    if lasting and "/" in edtf:
        start, _, end = edtf.partition("/")
        return span(start.strip("."), end.strip("."))
    sharp = _sharp(found)
    return Extent(found.earliest, found.latest, point=sharp, sharp_start=sharp, sharp_end=sharp)


def _one(row: Row, name: str) -> str:
    return term_text(row[name]) if name in row else ""


def _mark(reader: GraphReader, row: Row, cls: str, lane: str) -> Mark:
    """A row's mark, of its columns ``thing`` and those named in ``_TIMES``."""
    thing, lasting = term_text(row["thing"]), cls in LASTING
    told = [(_one(row, "start"), _one(row, "end"), _one(row, "date"))]
    told.append((_one(row, "plannedStart"), _one(row, "plannedEnd"), _one(row, "plannedDate")))
    ongoing = _one(row, "status").endswith("/ongoing")
    (when, actual), (intended, planned) = (
        (in_words(reader, *times, ongoing=ongoing), span(*times[:2]) or moment(times[2], lasting)) for times in told
    )
    return Mark(thing, cls, plain(reader.thing(thing)), lane, when, intended, actual, planned, ongoing)


def mark_of(reader: GraphReader, thing: str) -> Mark:
    """Return the mark of one thing (IRI), whatever its class; its lane is empty."""
    row: Row = {"thing": ox.NamedNode(thing)}
    for name in _TIMES:
        if found := reader.values(thing, f"msk:{name}"):
            row[name] = found[0]
    return _mark(reader, row, class_of(reader.store, thing), "")


def in_words(reader: GraphReader, start: str, end: str, day: str = "", ongoing: bool = False) -> str:
    """Return a time as its source gives it, in words; empty if unknown."""
    if start and end:
        return reader.date(start) if start == end else f"{reader.date(start)} – {reader.date(end)}"
    if "/" in start + end or not (start or end):
        return reader.date(start or end or day) if start or end or day else ""
    return reader.date(f"{start}/{'..' if ongoing else ''}" if start else f"../{end}")


def key(mark: Mark) -> tuple[str, str, str, str]:
    """Order of time, things without one last."""
    days = mark.days
    return (str(days[0]), str(days[1]), mark.label, mark.thing) if days else ("~", "", mark.label, mark.thing)


def lanes(reader: GraphReader, kinds: Collection[str] = KINDS, processes: Iterable[str] = ()) -> list[Lane]:
    """Return a lane for each process (IRIs; all that have anything to show if none is named), in order of time.

    A thing in several processes stands in each of them.
    """
    wanted = list(dict.fromkeys(processes))
    times = " ".join(f"OPTIONAL {{ ?thing msk:{name} ?{name} }}" for name in _TIMES)
    only = f"VALUES ?process {{ {' '.join(str(ox.NamedNode(p)) for p in wanted)} }}" if wanted else ""
    found: dict[str, dict[str, Mark]] = {}
    for cls in kinds:
        text = f"SELECT * {{ {only} ?thing a msk:{cls} ; msk:inProcess ?process {times} }} ORDER BY ?process ?thing"
        rows = reader.select(text)
        reader.know(term_text(row["thing"]) for row in rows)
        for row in rows:
            process = term_text(row["process"])
            found.setdefault(process, {}).setdefault(term_text(row["thing"]), _mark(reader, row, cls, process))
    rows = reader.select(f"SELECT * {{ ?thing a msk:Process {times} }} ORDER BY ?thing")
    reader.know(term_text(row["thing"]) for row in rows)
    own = {m.thing: m for m in (_mark(reader, r, _process_class(reader, r), "") for r in rows)}
    drawn = wanted or [p for p in own if found.get(p) or own[p].days]
    made = [Lane(p, own[p].label, tuple(sorted(found.get(p, {}).values(), key=key)), own[p]) for p in drawn if p in own]
    return made if wanted else sorted(made, key=_lane_key)


def _process_class(reader: GraphReader, row: Row) -> str:
    return "PlanningProcess" if reader.is_a(term_text(row["thing"]), "msk:PlanningProcess") else "Process"


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
    return sorted(latest, key=lambda p: (reader.name(latest[p]).text.casefold() if latest[p] else "~", p))


def extreme_days(found: Iterable[Mark | None]) -> tuple[date, date] | None:
    """Return the first and the last day of some marks."""
    days = [m.days for m in found if m and m.days]
    return (min(d[0] for d in days if d), max(d[1] for d in days if d)) if days else None


def kind_word(reader: GraphReader, cls: str) -> str:
    """Return the name of a class as the ontology gives it."""
    return reader.name(iri(f"msk:{cls}")).text


def within(marks: Sequence[Mark], first: date, last: date) -> list[Mark]:
    """Return the marks that may lie in a window of days; what goes on without a known end lies in all that follow."""
    return [
        m for m in marks
        if m.days and m.days[0] <= last and (m.days[1] >= first or (m.ongoing and m.actual and not m.actual.latest))
    ]  # fmt: skip
