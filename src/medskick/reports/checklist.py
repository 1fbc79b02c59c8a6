"""What to do in a phase, as a checklist: what the law demands, what recurs elsewhere, when others did it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from medskick.ontology import term_text
from medskick.reports.document import Block, Checklist, Heading, Line, Paragraph, Step, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lead_time import Lead, days_from, months_after
from medskick.reports.nearness import countries_of, nearness
from medskick.reports.phase_law import rules_in_force
from medskick.resources.schemes import in_scheme_order

_SHOWN = 5
_NOT_TO_DO = ("appeal", "effect", "state-review")
"""Kinds of rule that ask nothing of whoever makes the plan."""
_TIES = {"start": (), "made": ("msk:madeIn",), "planned": ("msk:plannedIn",)}
"""The properties of a document by which it hangs together with a phase."""
_DATED = ("msk:date",)


@dataclass
class _Point:
    """A point in the making: ``processes`` had it, ``below`` are their versions (each with how far from the reader's
    own process it is), ``leads`` when these were.
    """

    processes: set[str] = field(default_factory=set)
    below: list[tuple[int, Line]] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    things: set[str] = field(default_factory=set)

    @property
    def versions(self) -> tuple[Line, ...]:
        """The versions of others, those near the reader first."""
        return tuple(version for _, version in sorted(self.below, key=lambda pair: pair[0]))


class _Phases:
    """The phases of a type in planning processes, with the day each began."""

    def __init__(self, reader: GraphReader, phase_type: str, own: str) -> None:
        self.reader, self.type, self.near = reader, phase_type, nearness(reader, own)
        self.of: dict[str, list[str]] = {}
        rows = reader.select(
            f"SELECT DISTINCT ?phase ?process {{ ?phase msk:phaseType/skos:broader* <{phase_type}> ;"
            " msk:process ?process . ?process a msk:PlanningProcess } ORDER BY ?process ?phase"
        )
        for row in rows:
            self.of.setdefault(term_text(row["process"]), []).append(term_text(row["phase"]))

    def lead(self, process: str, thing: str, prop: str = "msk:date", phase: str = "") -> Lead | None:
        """How long after the start of the phase a thing was; the phase may be left out where there is only one."""
        phases = [phase] if phase else self.of.get(process, [])
        dates = [term_text(v) for v in self.reader.values(thing, prop)]
        starts = [term_text(v) for v in self.reader.values(phases[0], "msk:start")] if len(phases) == 1 else []
        return Lead.between(starts[0], dates[0]) if starts and dates else None

    def version(
        self,
        point: _Point,
        thing: str,
        process: str,
        shown: Sequence[str],
        lead: Lead | None,
        tie: str = "",
    ) -> None:
        """Add how a process had what a point is about: the thing with its source, the process, what is told of it.

        ``shown`` are the properties whose values are told, ``tie`` how a document hangs together with the phase: one
        mark tells which of it is inferred.
        """
        if thing in point.things:
            return
        reader = self.reader
        tied = line(reader.say(f"handbook.tie-{tie}")) if tie else ()
        when = line(lead.words(reader)) if lead else ()
        tail = joined([tied, reader.values_of(thing, *shown, mark=False), when], ", ")
        named = line(reader.thing(thing, cite=True), " – ", reader.thing(process))
        mark = reader.row_mark({thing: (*_TIES.get(tie, ()), *shown)})
        point.below.append((self.near(process), line(named, " (", tail, ")", mark) if tail else line(named, mark)))
        point.processes.add(process)
        point.things.add(thing)
        point.leads += [lead] if lead else []


def checklist(reader: GraphReader, phase_type: str, own: str, starts: date | None) -> list[Block]:
    """Return the section with the points of a phase type, each with the versions of others below it.

    ``own`` is the process that the reader works in, ``starts`` the day on which the phase begins there: with it each
    point has the days to which the lead times of others lead.
    """
    say, phases = reader.say, _Phases(reader, phase_type, own)
    documents = _documents(phases)
    law = _by_law(phases, own, starts, documents)
    practice = _steps(phases, starts, [*documents.items(), *_recurring(phases)])
    times = _times(phases, starts)
    blocks: list[Block] = [Heading(say("handbook.ready"))]
    if starts is not None and (law or practice or times):
        blocks.append(Paragraph(line(say("handbook.check-from", date=reader.date(starts.isoformat()))), "note"))
    for key, steps in (("law", law), ("practice", practice), ("time", times)):
        if steps:
            blocks.append(Checklist(say(f"handbook.check-{key}"), tuple(steps), _SHOWN))
    return blocks if len(blocks) > 1 else [*blocks, Paragraph(line(say("handbook.no-ready")), "note")]


def _by_law(phases: _Phases, own: str, starts: date | None, documents: dict[str, _Point]) -> list[Step]:
    """What the law demands of whoever makes the plan; the documents that it demands stand below."""
    reader, steps = phases.reader, []
    for row in rules_in_force(reader, phases.type, countries_of(reader, own)):
        rule = term_text(row["rule"])
        kinds = [term_text(v).rpartition("/")[2] for v in reader.values(rule, "msk:kind")]
        if set(kinds) & set(_NOT_TO_DO):
            continue
        what = reader.thing(rule, cite=True)
        if "provision" in row:
            what = line(what, " (", reader.cell(row["provision"]), ")")
        point = _Point()
        for kind in map(term_text, reader.values(rule, "msk:demandsDocument")):
            demanded = documents.pop(kind, None) or _elsewhere(phases, kind)
            point.below += demanded.below
            point.leads += demanded.leads
        first, last = days_from(starts, point.leads)
        when = _when(reader, first, last)
        for months in (int(term_text(v)) for v in reader.values(rule, "msk:leastMonths")[:1]):
            if starts is not None:
                first = last = months_after(starts, months).isoformat()
                when = line(reader.say("handbook.check-earliest", date=reader.date(first)))
        steps.append(Step(f"{phases.type} {rule}", what, when, point.versions, first, last))
    return steps


def _when(reader: GraphReader, first: str, last: str) -> Line:
    """The days of a point in words; empty without any."""
    if not first:
        return ()
    if first == last:
        return line(reader.date(first))
    return line(reader.say("handbook.check-between", first=reader.date(first), last=reader.date(last)))


def _documents(phases: _Phases) -> dict[str, _Point]:
    """By kind of document: what others had when the phase began, and what they made or planned in it."""
    reader = phases.reader
    rows = reader.select(
        "SELECT DISTINCT ?tie ?document ?process ?phase ?kind {"
        f" ?phase msk:phaseType/skos:broader* <{phases.type}> ; msk:process ?process . ?process a msk:PlanningProcess ."
        " { ?decision msk:starts ?phase ; msk:concerns ?document . ?document a msk:Document"
        # the plan that a phase ends in was not there when it began
        "   MINUS { ?any msk:plan ?document } BIND('start' AS ?tie) }"
        " UNION { ?document a msk:Document ; msk:madeIn ?phase MINUS { ?document a msk:Contribution }"
        "         BIND('made' AS ?tie) }"
        " UNION { ?document a msk:Document ; msk:plannedIn ?phase MINUS { ?document msk:date ?date }"
        "         BIND('planned' AS ?tie) } ?document msk:kind ?kind } ORDER BY ?process ?document DESC(?tie) ?phase"
    )
    points: dict[str, _Point] = {}
    for row in rows:
        document, tie = term_text(row["document"]), term_text(row["tie"])
        process, phase = term_text(row["process"]), term_text(row["phase"])
        lead = phases.lead(process, document, phase=phase)
        phases.version(points.setdefault(term_text(row["kind"]), _Point()), document, process, _DATED, lead, tie)
    return points


def _elsewhere(phases: _Phases, kind: str) -> _Point:
    """Documents of a kind that processes with such a phase made in another of their phases."""
    reader, point = phases.reader, _Point()
    rows = reader.select(
        f"SELECT DISTINCT ?document ?process {{ ?document msk:kind <{kind}> ; msk:madeIn/msk:process ?process ."
        f" ?phase msk:phaseType/skos:broader* <{phases.type}> ; msk:process ?process . ?process a msk:PlanningProcess"
        " MINUS { ?document a msk:Contribution } } ORDER BY ?process ?document"
    )
    for row in rows:
        document, process = term_text(row["document"]), term_text(row["process"])
        phases.version(point, document, process, _DATED, phases.lead(process, document))
    return point


_RECUR = {
    "msk:Decision": ("msk:kind", "msk:phase|msk:starts|msk:ends|msk:inPhase"),
    "msk:DialogueEvent": ("msk:form", "msk:inPhase"),
}
"""What counts as a point where several processes had it: the class, what tells its kind, how it is in a phase."""


def _recurring(phases: _Phases) -> list[tuple[str, _Point]]:
    """Kinds of decision and forms of dialogue that more than one process had in such phases."""
    reader, points = phases.reader, dict[str, _Point]()
    for cls, (kind, within) in _RECUR.items():
        rows = reader.select(
            f"SELECT DISTINCT ?thing ?kind ?process ?phase {{ ?phase msk:phaseType/skos:broader* <{phases.type}> ;"
            f" msk:process ?process . ?process a msk:PlanningProcess . ?thing a {cls} ; {kind} ?kind ;"
            f" ({within}) ?phase }} ORDER BY ?process ?thing ?phase"
        )
        for row in rows:
            thing, process = term_text(row["thing"]), term_text(row["process"])
            shown = ("msk:body", *_DATED) if cls == "msk:Decision" else _DATED
            lead = phases.lead(process, thing, phase=term_text(row["phase"]))
            phases.version(points.setdefault(term_text(row["kind"]), _Point()), thing, process, shown, lead)
    return [(kind, point) for kind, point in points.items() if len(point.processes) > 1]


def _steps(phases: _Phases, starts: date | None, points: Iterable[tuple[str, _Point]]) -> list[Step]:
    """Points as steps: what most processes had comes first."""
    reader, steps = phases.reader, []
    for kind, point in sorted(points, key=lambda pair: -len(pair[1].processes)):
        what = _capital(reader.thing(kind))
        if len(point.processes) > 1:
            what = line(what, " – ", reader.say("handbook.check-in", count=len(point.processes)))
        steps.append(_step(phases, kind, what, point, starts))
    return steps


def _step(phases: _Phases, key: str, what: Line, point: _Point, starts: date | None) -> Step:
    first, last = days_from(starts, point.leads)
    return Step(f"{phases.type} {key}", what, _when(phases.reader, first, last), point.versions, first, last)


def _capital(spans: Line) -> Line:
    first, *rest = spans
    return (replace(first, text=first.text[:1].upper() + first.text[1:]), *rest)


def _times(phases: _Phases, starts: date | None) -> list[Step]:
    """When such phases ended, and when the other phases of the same processes began, by phase type in usual order."""
    reader = phases.reader
    ends, others = _Point(), dict[str, _Point]()
    for process, own in phases.of.items():
        for phase in own:
            if lead := phases.lead(process, phase, "msk:end", phase):
                phases.version(ends, phase, process, ("msk:end",), lead)
        for other in (term_text(v) for v in reader.values(process, "msk:hasPhase")):
            lead = phases.lead(process, other, "msk:start")
            if lead is None or other in own:
                continue
            for kind in (term_text(v) for v in reader.values(other, "msk:phaseType")):
                phases.version(others.setdefault(kind, _Point()), other, process, ("msk:start",), lead)
    steps = [_step(phases, "end", line(reader.say("handbook.check-ends")), ends, starts)] if ends.below else []
    for kind in in_scheme_order(reader.store, others):
        what = line(_capital(reader.thing(kind)), " ", reader.say("handbook.check-begins"))
        steps.append(_step(phases, f"{kind} start", what, others[kind], starts))
    return steps
