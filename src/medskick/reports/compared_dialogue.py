"""The dialogue of compared processes: which forms of event and how many, a table for each phase type."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from medskick.ontology import iri, term_text
from medskick.reports.compared_processes import Cells, ComparedProcesses, by_column
from medskick.reports.document import Block, Heading, Line, Paragraph, joined, line
from medskick.reports.graph_reader import GraphReader, Row

_AHEAD = ("/announced", "/planned")


def dialogue_blocks(compared: ComparedProcesses) -> list[Block]:
    """The forms of dialogue and how many, a table for each phase type."""
    cells: dict[str, Cells] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for process in compared.processes:
        answer = compared.reader.ask("dialogues-by-phase", process=process, phase_type=compared.wanted)
        counted: dict[tuple[str, str], list[Row]] = defaultdict(list)
        events = {term_text(r["event"]): "status" in r and term_text(r["status"]).endswith(_AHEAD) for r in answer.rows}
        compared.counted.setdefault("dialogue", {})[process] = (len(events), sum(events.values()))
        for rows in by_column(answer.rows, "event").values():
            kinds = {t for r in rows if "phase" in r for t in compared.types_by_phase.get(term_text(r["phase"]), ())}
            for kind in sorted(set(map(compared.common, kinds))) or [""]:
                counted[kind, term_text(rows[0]["form"])].append(rows[0])
        for (kind, form), rows in counted.items():
            cells[kind][form][process].append(_count(compared.reader, rows))
    say, blocks = compared.reader.say, list[Block]()
    for kind in compared.scheme_order("phase-type", cells):
        name = compared.reader.name(kind).text if kind else say("compare.no-phase")
        table = compared.table("dialogue", cells[kind], compared.scheme_order("event-form", cells[kind]), name)
        blocks += [Heading(name, 3), table]
    compared.cells["dialogue"] = _merged(cells.values())
    notes: list[Block] = [*compared.untold("dialogue"), Paragraph(line(say("compare.dialogue-note")), "note")]
    return [Heading(say("compare.dialogue")), *(blocks or [Paragraph(line(say("compare.empty")), "note")]), *notes]


def _count(reader: GraphReader, rows: list[Row]) -> Line:
    say = reader.say
    wholes = {term_text(r["event"]): _counted_in(reader, term_text(r["event"]), rows) for r in rows}
    counted = [r for r in rows if not wholes[term_text(r["event"])]]
    held = [r for r in counted if "status" not in r or not term_text(r["status"]).endswith(_AHEAD)]
    counts = []
    if held:
        counts.append(say("compare.count", count=len(held)))
        if many := [r for r in held if "occasions" in r]:
            ours = any(reader.is_inferred(term_text(r["event"]), iri("msk:occasions")) for r in many)
            total = sum(int(term_text(r["occasions"])) for r in many)
            counts.append(say("compare.occasions-ours" if ours else "compare.occasions", count=total))
    if len(counted) > len(held):
        counts.append(say("compare.announced", count=len(counted) - len(held)))
    things = joined((_event(reader, event, whole) for event, whole in wholes.items()), ", ")
    sources = reader.cited_by(*(term_text(r["event"]) for r in rows))
    text = line(", ".join(counts), " (", things, ")") if counts else things
    return reader.with_sources(text, sources)


def _counted_in(reader: GraphReader, event: str, rows: list[Row]) -> str:
    """The event that an event is part of, where it is one of its occasions or stands in the same cell."""
    beside = {term_text(r["event"]) for r in rows}
    wholes = [term_text(v) for v in reader.values(event, "msk:partOf")]
    return next((w for w in wholes if w in beside or reader.values(w, "msk:occasions")), "")


def _event(reader: GraphReader, event: str, whole: str) -> Line:
    named = reader.marked_place(reader.thing(event), event, "msk:form", "msk:phase")
    if not whole:
        return named
    within = reader.marked(reader.thing(whole), event, "msk:partOf")
    return line(named, " – ", reader.say("compare.counted-in"), " ", within)


def _merged(tables: Iterable[Mapping[str, Mapping[str, list[Line]]]]) -> Cells:
    merged: Cells = defaultdict(lambda: defaultdict(list))
    for cells in tables:
        for key, by_process in cells.items():
            for process, lines in by_process.items():
                merged[key][process] += lines
    return merged
