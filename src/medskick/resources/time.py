"""When things were: which of their dates tell it, in words and in order.

A thing may have three times: when it was, when it was meant to be, and from when until when it is in force. Each is
one date or a start and an end, as the source gives them (EDTF); words are never the bounds of a date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.dates import words
from medskick.graph.lookups import Store, named_quads
from medskick.ontology import iri, node, term_text
from medskick.resources.description import inferred, is_a, local_name, value
from medskick.words import Lang, say

_PROPERTIES: Mapping[str, tuple[str, str, str]] = {
    "actual": ("date", "start", "end"),
    "planned": ("plannedDate", "plannedStart", "plannedEnd"),
    "in_force": ("", "inForce", "validUntil"),
}
PROPERTIES = tuple(f"msk:{name}" for names in _PROPERTIES.values() for name in names if name)
"""The properties that tell when a thing was, was to be, or is in force."""
PLANNED = tuple(iri(f"msk:{name}") for name in _PROPERTIES["planned"])
"""The properties (IRIs) that tell when a thing was meant to be."""

_OPEN = ("", "announced", "ongoing", "planned")
"""The statuses that do not say what came of a plan."""
_WITHIN = ("msk:partOf", "msk:phase", "msk:madeIn", "msk:learnedIn")
"""Relations from what shows that something took place: its parts, what was made in it, lessons learned in it."""


@dataclass(frozen=True)
class Span:
    """One time: a ``date``, or a ``start`` and an ``end`` (EDTF, empty where unknown).

    ``ongoing`` is what the source says, at the time it says it; ``inferred`` that the source says it only indirectly.
    ``first_day`` and ``last_day`` are the earliest and the latest day that is known of it (ISO, empty if none is):
    of an end that is unknown or open, those of the other.
    """

    date: str = ""
    start: str = ""
    end: str = ""
    ongoing: bool = False
    inferred: bool = False
    first_day: str = ""
    last_day: str = ""

    def words(self, lang: Lang, marked: bool = True) -> str:
        """Return the time as its source gives it, in words; not ``marked``: the caller says what is inferred."""
        text = self._words(lang)
        return say("date.inferred", lang, date=text) if self.inferred and marked else text

    def _words(self, lang: Lang) -> str:
        first, last = self.start, self.end
        if self.date or first == last:
            return words(self.date or first, lang)
        if first and last:
            return f"{words(first, lang)} – {words(last, lang)}"
        if "/" in first + last:
            return words(first or last, lang)
        if first and not self.ongoing:
            return say("date.start", lang, start=words(first, lang))
        return words(f"{first}/.." if first else f"../{last}", lang)


@dataclass(frozen=True)
class Time:
    """When a thing was, when it was meant to be, from when until when it is in force; ``None`` where untold.

    ``expected_by`` is the last day on which what was meant to be could come, where no date and no status says what came
    of it (ISO, else empty).
    """

    actual: Span | None = None
    planned: Span | None = None
    in_force: Span | None = None
    expected_by: str = ""

    @property
    def main(self) -> Span:
        """The time that orders a thing: when it was, else when it was meant to be, else when it came into force."""
        return self.actual or self.planned or self.in_force or Span()

    @property
    def inferred(self) -> bool:
        """Whether any of what ``words`` tells is inferred."""
        spans = (self.actual, self.planned) if self.actual or self.planned else (self.in_force,)
        return any(span.inferred for span in spans if span)

    def words(self, lang: Lang, marked: bool = True) -> str:
        """Return the time in words, with what is planned beside what was; being in force only where nothing else is.

        What is inferred is ``marked`` as that unless the caller says so itself.
        """
        parts = [self.actual.words(lang, marked)] if self.actual else []
        if self.planned:
            parts.append(say("date.planned", lang, date=self.planned.words(lang, marked)))
        if self.in_force and not parts:
            parts.append(say("date.in-force", lang, date=self.in_force.words(lang, marked)))
        return "; ".join(parts)


def _first_values(store: Store, name: str, things: Iterable[str] | None) -> dict[str, str]:
    """The first value of a property by thing; of all things if ``None``."""
    subjects = [None] if things is None else [ox.NamedNode(thing) for thing in things]
    by_thing: dict[str, str] = {}
    for subject in subjects:
        for quad in named_quads(store, subject, node(name)):
            thing, text = term_text(quad.subject), term_text(quad.object)
            by_thing[thing] = min(text, by_thing.get(thing, text))
    return by_thing


def times(store: Store, things: Iterable[str] | None = None) -> dict[str, Time]:
    """Return when things (IRIs; all of the store if ``None``) were; those without any date are left out."""
    wanted = None if things is None else list(dict.fromkeys(things))
    values = {name: _first_values(store, name, wanted) for name in PROPERTIES}
    dated = sorted({thing for by_thing in values.values() for thing in by_thing})
    status = _first_values(store, "msk:status", dated)
    return {thing: _time(store, thing, values, status.get(thing, "")) for thing in dated}


def time_of(store: Store, thing: str) -> Time:
    """Return when a thing (IRI) was; of one without any date all three times are ``None``."""
    return times(store, [thing]).get(thing, Time())


def _time(store: Store, thing: str, values: Mapping[str, Mapping[str, str]], status: str) -> Time:
    ours = inferred(store, thing)

    def day(names: Iterable[str], bound: str) -> str:
        """The bound of the first of some dates that has one: computed once, when the store was built."""
        known = (value(store, thing, f"msk:{name}{bound}") for name in names if name)
        return next(filter(None, known), "")

    def span(key: str) -> Span | None:
        names = _PROPERTIES[key]
        date, start, end = (values[f"msk:{name}"].get(thing, "") if name else "" for name in names)
        if not (date or start or end):
            return None
        return Span(
            date,
            start,
            end,
            ongoing=key == "actual" and status.endswith("/ongoing"),
            inferred=any(name and iri(f"msk:{name}") in ours for name in names),
            first_day=day(names, "Earliest"),
            last_day=day((names[0], names[2], names[1]), "Latest"),
        )

    actual, planned = span("actual"), span("planned")
    # what began but was to end later is still expected to end
    awaited = planned and (actual is None or (planned.end and not actual.date and not actual.end))
    expected_by = planned.last_day if planned and awaited and local_name(status) in _OPEN else ""
    if expected_by and planned and not actual and _took_place(store, thing, planned):
        expected_by = ""
    return Time(actual, planned, span("in_force"), expected_by)


def _took_place(store: Store, thing: str, planned: Span) -> bool:
    """Whether something held or made in it shows that a thing came about, though its own row has no date of that.

    A phase or a process that has begun is still expected to end, if an end was planned.
    """
    if (planned.end or "/" in planned.start) and is_a(store, thing, "msk:Phase", "msk:Process"):
        return False
    if value(store, thing, "msk:attended"):
        return True
    inside = ((p, q.subject) for p in _WITHIN for q in named_quads(store, None, node(p), ox.NamedNode(thing)))
    return any(
        prop == "msk:learnedIn" or _was(store, term_text(part), planned.first_day)
        for prop, part in inside
        if isinstance(part, ox.NamedNode)
    )


def _was(store: Store, thing: str, since: str) -> bool:
    """Whether a thing has a date of its own that is not before a day: a decision to hold a meeting is no meeting."""
    names = (name for name in ("date", "end", "start") if value(store, thing, f"msk:{name}"))
    known = next(names, "")
    return bool(known) and not "" < value(store, thing, f"msk:{known}Latest") < since


def years_of(time: Time) -> list[int]:
    """Return the first and the last year of all that is known of a thing's times; empty where nothing is."""
    spans = [span for span in (time.actual, time.planned, time.in_force) if span]
    years = sorted(int(day[:4]) for span in spans for day in (span.first_day, span.last_day) if day[:4].isdigit())
    return [years[0], years[-1]] if years else []
