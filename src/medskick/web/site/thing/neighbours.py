"""What a thing hangs together with, thing by thing: how, when, and straight to it (no page of a participation between).

A participation or a relation is a statement with sources of its own. A reader wants what is at its other end; the
words for how it hangs together lead to the statement.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from medskick.alphabet import alphabetical
from medskick.ontology import iri, term_text
from medskick.reports.document import Line, Span, joined, line, plain
from medskick.reports.involved import rank, weights
from medskick.reports.titles import titled
from medskick.resources.time import Time
from medskick.web.page_request import PageRequest
from medskick.web.site.page import shown
from medskick.web.site.relations import Group

_PLAIN = frozenset(map(iri, ("msk:process", "msk:phase", "msk:learnedIn", "msk:inPhase", "msk:inProcess")))
"""Relations that the place of a row tells already: they need no words."""
_PLAIN_BACKWARDS = _PLAIN | frozenset(map(iri, ("msk:body", "msk:target", "msk:holder")))
"""The same, read from the thing that they lead to: what a body decided stands under what it decided."""

_INVOLVING = frozenset(map(iri, ("msk:body", "msk:organiser", "msk:participant", "msk:attended")))
"""Relations that name who was involved: a part in it, as a role is."""
_NO_PART = 9
"""Where those stand who had no part in it: after all that ``rank`` gives."""


@dataclass
class Neighbour:
    """A thing beside another: ``ties`` are the words for how.

    ``roles`` are the roles (IRIs) that it or the other has, and the properties that name it as involved;
    ``supposed`` the ties that are inferred as they stand with their mark, by their words.
    """

    thing: str
    ties: list[Line] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    when: str = ""
    inferences: list[bool] = field(default_factory=list)
    supposed: dict[str, Line] = field(default_factory=dict)
    text: Line = ()
    by: str = ""

    @property
    def inferred(self) -> bool:
        """Whether all that ties it is inferred."""
        return bool(self.inferences) and all(self.inferences)

    def tie(self, words: Line, inferred: bool = False, marked: Line = ()) -> None:
        """Add how it hangs together, whether that is inferred, and the words with a mark for where only some is."""
        self.inferences.append(inferred)
        if words and plain(words) not in map(plain, self.ties):
            self.ties.append(words)
            self.supposed |= {plain(words): marked} if inferred and marked else {}

    def marked_ties(self) -> list[Line]:
        """Return the ties, each inferred one with its mark; where all are, the row as a whole bears it."""
        return [tie if self.inferred else self.supposed.get(plain(tie), tie) for tie in self.ties]


class Neighbours:
    """The neighbours of one thing, each once, in the order in which they were met."""

    def __init__(self, request: PageRequest, thing: str) -> None:
        self._request, self._reader, self.thing = request, request.reader, thing
        self._by_thing: dict[str, Neighbour] = {}

    def __iter__(self) -> Iterator[Neighbour]:
        return iter(self._by_thing.values())

    def of(self, thing: str) -> Neighbour:
        """Return the neighbour of that name, a new one where there is none."""
        return self._by_thing.setdefault(thing, Neighbour(thing))

    def add(self, groups: Iterable[Group], most: int) -> None:
        """Add what the relations of the thing lead to, ``most`` of each at the most."""
        for group in groups:
            for member in group.members[:most]:
                cls = self._reader.class_of(member)
                if cls == "Participation":
                    self.add_participation(member)
                elif cls == "Relation":
                    self._add_relation(member)
                else:
                    subject = member if group.inverse else self.thing
                    inferred = self._reader.is_inferred(subject, group.predicate)
                    neighbour = self.of(member)
                    is_plain = group.predicate in (_PLAIN_BACKWARDS if group.inverse else _PLAIN)
                    words = () if is_plain else line(group.relation or group.label)
                    neighbour.tie(words, inferred, line(words, " ", self._reader.say("report.inferred")))
                    neighbour.by = neighbour.by or group.linked.get(member, "")
                    neighbour.roles += [group.predicate] if group.predicate in _INVOLVING else []

    def add_participation(self, participation: str) -> None:
        """Add the other end of a participation: the actor for an activity, the activity for an actor."""
        reader = self._reader
        ends = [term_text(v) for p in ("msk:actor", "msk:activity") for v in reader.values(participation, p)]
        roles = [term_text(v) for v in reader.values(participation, "msk:role")]
        text = reader.texts(participation, "dcterms:description")
        names = ", ".join(reader.name(role).text for role in roles)
        role, tail = Span(names, participation), line(": " if text and names else "", text)
        times = reader.times([participation])
        inferred = any(reader.is_inferred(participation, iri(p)) for p in ("msk:actor", "msk:activity", "msk:role"))
        for end in ends:
            if end != self.thing:
                neighbour = self.of(end)
                neighbour.tie(line(role, tail), inferred, line(role, " ", reader.say("report.inferred"), tail))
                neighbour.roles += roles
                if participation in times:
                    neighbour.when = times[participation].words(self._request.lang)

    def _add_relation(self, relation: str) -> None:
        reader = self._reader
        kinds = ", ".join(reader.name(term_text(v)).text for v in reader.values(relation, "msk:relationType"))
        start = [term_text(v) for v in reader.values(relation, "msk:relationFrom")]
        ends = [term_text(v) for v in reader.values(relation, "msk:relationTo")]
        if self.thing not in start:
            kinds = self._request.say("backwards", relation=kinds)
        for end in (*start, *ends):
            if end != self.thing:
                self.of(end).tie(line(Span(kinds, relation)), reader.is_inferred(relation, iri("msk:relationType")))


def rows_of(
    request: PageRequest, thing: str, neighbours: Sequence[Neighbour], key: str, first: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return neighbours as a page shows them: people by weight, all else by what it presupposes, then by time.

    Those named ``first`` come before the others, in that order.
    """
    reader = request.reader
    times = reader.times(one.thing for one in neighbours)
    # the thing itself stands between what it presupposes and what presupposes it
    in_order = reader.in_order([thing, *(one.thing for one in neighbours)])
    place_of = {named: place for place, named in enumerate(in_order)}
    if key == "people":
        weight = weights(reader, thing)
        ordered = alphabetical(
            sorted(neighbours, key=lambda one: one.thing), request.lang, lambda one: reader.name(one.thing).text
        )
        ordered.sort(
            key=lambda one: (-weight.get(one.thing, 0), min((rank(reader, how) for how in one.roles), default=_NO_PART))
        )
    else:
        ordered = sorted(neighbours, key=lambda one: place_of[one.thing])
    places = {named: place for place, named in enumerate(first)}
    ordered.sort(key=lambda one: places.get(one.thing, len(places)))
    return [_row(request, thing, one, times.get(one.thing, Time())) for one in ordered]


def _row(request: PageRequest, thing: str, one: Neighbour, time: Time) -> dict[str, Any]:
    """A row: ``inferred`` are the words of its one mark, empty without any."""
    say = request.say
    # a row whose time has passed bears the mark of that: there the words stand beside the time
    time_marked = time.inferred and not one.when and not time.expected_by
    ties, fields = one.marked_ties(), []
    supposed = [plain(tie).partition(":")[0] for tie in one.ties if plain(tie) in one.supposed]
    if not one.inferred and not time.expected_by and (time_marked or len(supposed) > 1):
        fields = [*([request.reader.say("chart.column-time")] if time_marked else ()), *supposed]
        ties = one.ties
    # a sentence before other words has no full stop before the semicolon
    ties = [(*tie[:-1], replace(tie[-1], text=tie[-1].text.removesuffix("."))) for tie in ties[:-1]] + ties[-1:]
    mark = say("mark-inferred") if one.inferred else ""
    return {
        "line": shown(request, titled(request.reader, one.thing, thing)),
        "cls": request.reader.class_of(one.thing),
        "date": one.when or time.words(request.lang, marked=not time_marked),
        "until": time.expected_by,
        "ties": [shown(request, tie) for tie in ties],
        "text": shown(request, one.text),
        "inferred": say("mark-inferred-fields", fields=", ".join(fields)) if fields else mark,
        "by": one.by,
    }


def marks_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return which marks some rows bear: ``inferred``, and ``until``, the first day on which one is shown."""
    return {
        "inferred": any(row["inferred"] and not row["until"] for row in rows),
        "until": min((row["until"] for row in rows if row["until"]), default=""),
    }


def said_of_all(neighbours: Sequence[Neighbour]) -> Line:
    """Take the words that all of several neighbours have off them, and return these: they are said once."""
    first, *others = neighbours
    common = [
        tie
        for tie in first.ties
        if others
        and not any(span.thing for span in tie)
        and all(plain(tie) in map(plain, other.ties) for other in others)
    ]
    for one in neighbours:
        one.ties = [tie for tie in one.ties if plain(tie) not in map(plain, common)]
    return joined(common, ", ")
