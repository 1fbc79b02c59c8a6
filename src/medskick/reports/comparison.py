"""Processes side by side: what differs most, then law, phases, dialogue, decisions, roles, themes and known gaps."""

from collections import defaultdict
from collections.abc import Sequence

from medskick.ontology import iri, term_text
from medskick.queries.binding import UnknownValueError
from medskick.queries.query import Param
from medskick.reports.compared_dialogue import dialogue_blocks
from medskick.reports.compared_processes import Cells, ComparedProcesses, by_column, in_common_order
from medskick.reports.compared_summary import summary_blocks
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Span, joined, line
from medskick.reports.graph_reader import GraphReader, Row
from medskick.reports.involved import Involved, involved, with_activities
from medskick.resources.sources import Cited
from medskick.words import every_language

SECTIONS = ("law", "context", "phases", "dialogue", "decisions", "roles", "themes", "links", "gaps")
"""The parts of a comparison, in their order."""
_OF_THE_WHOLE = ("law", "context")
"""The parts that are of a process as a whole, and are left out where one phase type is compared."""


def compare(reader: GraphReader, processes: Sequence[str], phase_type: str = "", rows: Sequence[str] = ()) -> Document:
    """Compare two or more processes, given by name or by dataset; only one phase type if ``phase_type`` is given.

    ``rows`` are the parts to show, of ``SECTIONS``, all if none are named. Raises ``UnknownThingError`` for a process,
    ``UnknownValueError`` for a phase type or a part that does not exist.
    """
    for name in rows:
        if name not in SECTIONS:
            known = {part: every_language(f"compare.{part}") for part in SECTIONS}
            raise UnknownValueError(Param("rows", {}), name, known)
    processes = list(dict.fromkeys(map(reader.process, processes)))
    wanted = reader.concept("phase-type", phase_type, "phase-type")
    if not processes:
        none = Paragraph(line(reader.say("compare.no-process")), "note")
        return reader.document(reader.say("compare.none-title"), line(reader.say("compare.lead")), [none])
    one = Comparison(reader, processes, wanted)
    blocks: list[Block] = []
    common = set.intersection(*(one.types_of(p) for p in processes))
    having = [p for p in processes if one.has(p)]
    if wanted and not having:
        blocks.append(Paragraph(line(reader.say("compare.no-such-phase", phase=reader.name(wanted).text)), "note"))
    elif wanted and len(having) < len(processes):
        lacking = [reader.name(p).text for p in processes if p not in having]
        message = reader.say("compare.phase-lacking", phase=reader.name(wanted).text, lacking=", ".join(lacking))
        blocks.append(Paragraph(line(message), "note"))
    elif not wanted and not common:
        blocks.append(Paragraph(line(reader.say("compare.nothing-common")), "note"))
    for name in SECTIONS:
        if (not rows or name in rows) and not (wanted and name in _OF_THE_WHOLE):
            blocks += getattr(one, name)()
    blocks = [*summary_blocks(one), *blocks]
    title = reader.say("compare.title", names=" – ".join(reader.name(p).text for p in processes))
    if wanted:
        title += f": {reader.name(wanted).text}"
    return reader.document(title, line(reader.say("compare.lead")), blocks)


class Comparison(ComparedProcesses):
    """The parts of a comparison by the names in ``SECTIONS``, most of them a table of what every process has."""

    def context(self) -> list[Block]:
        """Each process's context, factor by factor."""
        cells: Cells = defaultdict(lambda: defaultdict(list))
        for process in self.processes:
            rows = self.reader.select(
                f"SELECT ?context ?factor {{ ?context a msk:Context ; msk:process <{process}> ; msk:factor ?factor }}"
                " ORDER BY ?factor ?context"
            )
            for row in rows:
                context = term_text(row["context"])
                text = self.reader.texts(context, "msk:value")
                sourced = self.reader.marked_place(self.reader.cited(context, text), context, "msk:factor")
                cells[term_text(row["factor"])][process].append(sourced)
        return self.section("context", cells, self.scheme_order("context-factor", cells))

    def law(self) -> list[Block]:
        """Under which law each process stood, and whether its plan binds: by the plan itself, else by the law."""
        cells: Cells = defaultdict(lambda: defaultdict(list))
        details = ("msk:jurisdiction", "msk:legalRegime", "msk:legalEffect", "msk:level")
        for process in self.processes:
            regimes = self.reader.values(process, "msk:legalRegime")
            plans = [term_text(plan) for plan in self.reader.values(process, "msk:plan")]
            for detail, holders in zip(details, ([process], [process], plans, plans), strict=True):
                values = [self.reader.values_of(holder, detail) for holder in holders]
                if not any(values) and detail == "msk:legalEffect":
                    values = [self.reader.values_of(term_text(regime), detail) for regime in regimes]
                cells[iri(detail)][process] += [v for v in dict.fromkeys(values) if v]
        return self.section("law", cells, map(iri, details))

    def links(self) -> list[Block]:
        """What linksets say of two of the processes, or of something in them, with the reason they give."""
        say, items = self.reader.say, []
        if not self.reader.links:
            return []
        compared = " ".join(f"<{p}>" for p in self.processes)
        rows = self.reader.select(
            f"SELECT DISTINCT ?relation ?from ?type ?to {{ VALUES ?a {{ {compared} }} VALUES ?b {{ {compared} }}"
            " GRAPH ?linkset { ?relation msk:relationFrom ?from ; msk:relationType ?type ; msk:relationTo ?to }"
            " FILTER(CONTAINS(STR(?linkset), '/graph/links/') && ?a != ?b)"
            " ?from msk:inProcess? ?a . ?to msk:inProcess? ?b } ORDER BY ?relation"
        )
        for row in rows:
            note = self.reader.texts(term_text(row["relation"]), "skos:note")
            ends = [self.reader.thing(row[name]) for name in ("from", "type", "to")]
            items.append(line(joined(ends, " – "), ". ", note))
        listed: Block = Bullets(tuple(items)) if items else Paragraph(line(say("compare.no-links")), "note")
        return [Heading(say("compare.links")), Paragraph(line(say("compare.links-note")), "note"), listed]

    def phases(self) -> list[Block]:
        """The phases by type: name, dates as their source gives them, length if both dates are known well enough."""
        cells: Cells = defaultdict(lambda: defaultdict(list))
        for process, rows in self.phases_by_process.items():
            for phase, phase_rows in by_column(rows, "phase").items():
                described = self._phase(phase, phase_rows[0], inferred=any("inferred" in r for r in phase_rows))
                for kind in sorted(map(self.common, self.types_by_phase[phase])) or [""]:
                    cells[kind][process].append(described)
        return self.section("phases", cells, self.scheme_order("phase-type", cells), "compare.days-note")

    def _phase(self, phase: str, row: Row, inferred: bool) -> Line:
        reader, say = self.reader, self.reader.say
        start, end = (reader.cell(row.get(name)) for name in ("start", "end"))
        if start and end:
            when = line(start, " – ", end) if start != end else start
        elif start:
            when = line(say("compare.from"), start, ", ", say("compare.end-unknown"))
        elif end:
            when = line(say("compare.to"), end, ", ", say("compare.start-unknown"))
        else:
            bounds = (reader.values_of(phase, p) for p in ("msk:plannedStart", "msk:plannedEnd"))
            planned = joined(bounds, " – ")
            when = line(say("compare.planned"), planned) if planned else line(say("compare.dates-unknown"))
        own = joined((reader.thing(t) for t in sorted(self.types_by_phase[phase]) if self.common(t) != t), ", ")
        named = reader.marked_place(reader.thing(phase, cite=True), phase, "msk:phaseType")
        parts = [named, line(" (", own, ")") if own else (), line(": "), when, reader.awaited(phase)]
        days = [term_text(row[name]) for name in ("start", "end") if name in row]
        if len(days) == 2 and (length := reader.length(*days)):
            parts.append(line(", ", length))
        if inferred:
            parts.append(line(" ", say("compare.inferred")))
        for column, values in self._differing(phase):
            parts.append(line(" ", say("compare.differing", column=column), " ", joined(values)))
        return line(*parts)

    def _differing(self, thing: str) -> list[tuple[str, list[Line]]]:
        """The columns on which sources give different values, each value in words with its source."""
        rows = self.reader.select(
            f"SELECT ?column ?value ?source {{ ?citation msk:supports <{thing}> ; msk:supportsColumn ?column ;"
            " msk:givesValue ?value ; msk:citedSource ?source } ORDER BY ?column ?value ?source"
        )
        differing = []
        for column, citations in by_column(rows, "column").items():
            values = list(dict.fromkeys(term_text(r["value"]) for r in citations))
            if len(values) > 1:
                by_value = [
                    self.reader.with_sources(
                        line(self.reader.date(value)),
                        Cited(tuple(term_text(r["source"]) for r in citations if term_text(r["value"]) == value)),
                    )
                    for value in values
                ]
                differing.append((self.reader.name(column).text, by_value))
        return differing

    def dialogue(self) -> list[Block]:
        """The forms of dialogue and how many, a table for each phase type."""
        return dialogue_blocks(self)

    def decisions(self) -> list[Block]:
        """The decisions by kind, each with its day and body; the kinds as each first came in the processes."""
        cells: Cells = defaultdict(lambda: defaultdict(list))
        sequences: list[list[str]] = []
        self.bodies = {process: {} for process in self.processes}
        for process in self.processes:
            rows = self.reader.ask("decisions-in-order", process=process).rows
            sequences.append([])
            for decision, decision_rows in by_column(rows, "decision").items():
                if self.wanted and self.wanted not in self._types_around(decision):
                    continue
                [kind] = [term_text(v) for v in self.reader.values(decision, "msk:kind")][:1] or [""]
                deciders = list(dict.fromkeys(term_text(r["body"]) for r in decision_rows if "body" in r))
                self.bodies[process][decision] = deciders
                bodies = joined(map(self.reader.thing, deciders), ", ")
                bodies = self.reader.marked(bodies, decision, "msk:body")
                date = self.reader.marked(self.reader.cell(decision_rows[0].get("date")), decision, "msk:date")
                date = date or line(self.reader.say("compare.date-unknown"))
                named = self.reader.marked_place(self.reader.thing(decision, cite=True), decision, "msk:kind")
                body = bodies or line(self.reader.say("compare.body-unknown"))
                cells[kind][process].append(line(date, ": ", named, " (", body, ")"))
                sequences[-1].append(kind)
        return self.section("decisions", cells, in_common_order(sequences))

    def _types_around(self, decision: str) -> set[str]:
        """The types of the phases that a decision belongs to, starts or ends."""
        props = ("msk:phase", "msk:starts", "msk:ends", "msk:inPhase")
        phases = [term_text(v) for prop in props for v in self.reader.values(decision, prop)]
        return self.wider(term_text(t) for phase in phases for t in self.reader.values(phase, "msk:phaseType"))

    def roles(self) -> list[Block]:
        """Who had which role in what: those in most activities first, those in the process as a whole last."""
        cells: Cells = defaultdict(lambda: defaultdict(list))
        for process in self.processes:
            by_actor: dict[tuple[str, str], list[Involved]] = defaultdict(list)
            for one in involved(self.reader, self.wanted, [process], region="" if self.wanted else process):
                by_actor[one.how, one.actor].append(one)
            self.counted.setdefault("roles", {})[process] = (len({actor for _, actor in by_actor}),) * 2
            for (how, _), several in by_actor.items():
                cells[how][process].append(with_activities(self.reader, several))
        return self.section("roles", cells, self.scheme_order("role", cells))

    def themes(self) -> list[Block]:
        """Challenges and lessons, theme by theme."""
        cells: Cells = defaultdict(lambda: defaultdict(list))
        types = "(msk:inPhase/msk:phaseType)|msk:appliesToPhaseType|msk:metInPhaseType"
        phase = f"?thing ({types})/skos:broader* <{self.wanted}> ." if self.wanted else ""
        for process in self.processes:
            rows = self.reader.select(
                "SELECT DISTINCT ?kind ?thing ?theme {"
                f" {{ ?thing a msk:Challenge ; msk:process <{process}> BIND('challenge' AS ?kind) }}"
                f" UNION {{ ?thing a msk:Lesson ; msk:learnedIn <{process}> BIND('lesson' AS ?kind) }}"
                f" {phase} OPTIONAL {{ ?thing dcterms:subject ?theme }} }} ORDER BY ?kind ?theme ?thing"
            )
            things = {
                kind: {r["thing"] for r in rows if term_text(r["kind"]) == kind} for kind in ("lesson", "challenge")
            }
            self.counted.setdefault("themes", {})[process] = (len(things["lesson"]), len(things["challenge"]))
            for row in rows:
                kind = self.reader.say(f"compare.{term_text(row['kind'])}")
                entry = line(f"{kind}: ", self.reader.thing(row["thing"], cite=True))
                cells[term_text(row["theme"]) if "theme" in row else ""][process].append(entry)
        return self.section("themes", cells, self.scheme_order("theme", cells), "compare.themes-note")

    def gaps(self) -> list[Block]:
        """What is known to be unknown of each process."""
        known = {process: gaps for process in self.processes if (gaps := self._known_gaps(process))}
        listed = (
            line(Span(self.reader.name(process).text, process, strong=True), ": ", joined(gaps))
            for process, gaps in known.items()
        )
        return [Heading(self.reader.say("compare.gaps")), Bullets(tuple(listed))] if known else []

    def _known_gaps(self, process: str) -> list[Line]:
        phase = f"?thing msk:inPhase?/msk:phaseType/skos:broader* <{self.wanted}> ." if self.wanted else ""
        rows = self.reader.select(
            "SELECT DISTINCT ?gap { ?gap a msk:Gap ; msk:gapIn ?thing ."
            f" {{ ?thing msk:inProcess <{process}> }} UNION {{ FILTER(?thing = <{process}>) }} {phase} }} ORDER BY ?gap"
        )
        return [self.reader.thing(row["gap"]) for row in rows]
