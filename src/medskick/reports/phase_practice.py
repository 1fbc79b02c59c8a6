"""What others did in a phase: forms of dialogue with how often and how many, decisions in order, how long it took."""

from collections.abc import Callable, Sequence

from medskick.ontology import term_text
from medskick.reports.document import Block, Bullets, Heading, Line, Paragraph, Span, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.nearness import nearness
from medskick.resources.schemes import in_scheme_order
from medskick.resources.succession import Succession

_SHOWN = 6


def dialogue(reader: GraphReader, phase_type: str, own: str) -> list[Block]:
    """Return the section on forms of dialogue: where each was used (in the country of the process ``own`` first), how
    many occasions, how many people.
    """
    say, near = reader.say, nearness(reader, own)
    rows = reader.select(
        "SELECT DISTINCT ?event ?form ?process { ?event a msk:DialogueEvent ; msk:form ?form ; msk:process ?process ;"
        f" msk:inPhase/msk:phaseType/skos:broader* <{phase_type}> }} ORDER BY ?process ?event"
    )
    events: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        by_process = events.setdefault(term_text(row["form"]), {})
        by_process.setdefault(term_text(row["process"]), []).append(term_text(row["event"]))
    # the form that most processes used comes first
    forms = sorted(in_scheme_order(reader.store, events), key=lambda form: -len(events[form]))
    items = []
    for form in forms:
        places = [
            line(reader.thing(process), ": ", joined((_event(reader, event) for event in used), ", "))
            for process, used in sorted(events[form].items(), key=lambda pair: near(pair[0]))
        ]
        used_in = (event for used in events[form].values() for event in used)
        mark = reader.row_mark(dict.fromkeys(used_in, ("msk:form", "msk:phase", "msk:occasions")))
        items.append(line(reader.thing(form, strong=True), " – ", joined(places, "; "), mark))
    blocks: list[Block] = [Heading(say("handbook.dialogue"))]
    if items:
        return [*blocks, Bullets(tuple(items), shown=_SHOWN), Paragraph(line(say("handbook.dialogue-note")), "note")]
    return [*blocks, Paragraph(line(say("handbook.no-dialogue")), "note")]


def _event(reader: GraphReader, event: str) -> Line:
    """An event with what is known in numbers: occasions, and the size of the groups that took part."""
    say = reader.say
    figures: list[Line] = []
    status = [term_text(s).rpartition("/")[2] for s in reader.values(event, "msk:status")]
    if {"announced", "planned"}.intersection(status):
        figures.append(line(say("handbook.announced"), reader.awaited(event)))
    for occasions in reader.values(event, "msk:occasions"):
        figures.append(line(say("handbook.occasions", count=int(term_text(occasions)))))
    groups = dict.fromkeys(term_text(g) for p in ("msk:participant", "msk:attended") for g in reader.values(event, p))
    for group in groups:
        for count in reader.values(group, "msk:count"):
            figures.append(line(reader.thing(group), " ", Span(term_text(count), value=int(term_text(count)))))
    named = reader.thing(event, cite=True)
    return line(named, " (", joined(figures, ", "), ")") if figures else named


def how_long(reader: GraphReader, phase_type: str, own: str = "") -> list[Block]:
    """Return the section on how long such phases took, by country and law, that of the process ``own`` first; those
    whose dates are not known are left out.
    """
    say, near = reader.say, nearness(reader, own)
    rows = reader.ask("phase-length-by-regime", phase_type=phase_type).rows
    laws: dict[str, dict[str, None]] = {}
    for row in rows:
        stated = (term_text(row[key]) for key in ("jurisdiction", "regime") if key in row)
        laws.setdefault(term_text(row["phase"]), {}).update(dict.fromkeys(stated))
    items: list[Line] = []
    vague: list[Line] = []
    for phase in sorted(laws, key=lambda phase: min(map(near, map(term_text, reader.values(phase, "msk:process"))))):
        days = ["".join(map(term_text, reader.values(phase, p)[:1])) for p in ("msk:start", "msk:end")]
        length = reader.length(days[0], days[1])
        start, end = (joined(map(reader.cell, reader.values(phase, p)), ", ") for p in ("msk:start", "msk:end"))
        when = line(length, " (", start, " – ", end, ")") if length else line(start, " – ", end)
        process = next(iter(reader.values(phase, "msk:process")), None)
        named, mark = (
            reader.thing(process, strong=True),
            reader.row_mark({phase: ("msk:phaseType", "msk:start", "msk:end")}),
        )
        item = line(named, ": ", reader.cited(phase, when), " · ", joined(map(reader.thing, laws[phase]), ", "), mark)
        (items if length else vague).append(item)
    # what is dated to a year gives no length worth reading
    items += vague
    blocks: list[Block] = [Heading(say("handbook.time"))]
    return [*blocks, Bullets(tuple(items), shown=_SHOWN) if items else Paragraph(line(say("handbook.no-time")), "note")]


def decided(reader: GraphReader, phase_type: str, processes: Sequence[str]) -> list[Block]:
    """Return the section on decisions in such phases, process by process, each after what it presupposes."""
    say, order = reader.say, Succession(reader.store)
    blocks: list[Block] = [Heading(say("handbook.decisions"))]
    for process in processes:
        rows = reader.select(
            f"SELECT DISTINCT ?decision {{ ?decision a msk:Decision ; msk:inProcess <{process}> ;"
            f" (msk:phase|msk:starts|msk:ends|msk:inPhase)/msk:phaseType/skos:broader* <{phase_type}> }}"
        )
        decisions = order.in_order((term_text(row["decision"]) for row in rows), reader.lang, _name_by(reader))
        if decisions:
            items = tuple(_decision(reader, decision) for decision in decisions)
            blocks += [Heading(reader.name(process).text, 3, process), Bullets(items, numbered=True, shown=_SHOWN)]
    return blocks if len(blocks) > 1 else [*blocks, Paragraph(line(say("handbook.no-decisions")), "note")]


def _name_by(reader: GraphReader) -> Callable[[str], str]:
    return lambda thing: reader.name(thing).text


def _decision(reader: GraphReader, decision: str) -> Line:
    """A decision with its body and day, and whether that day was only expected."""
    named = reader.thing(decision, cite=True)
    body, date, planned = (
        joined(map(reader.cell, reader.values(decision, p)), ", ") for p in ("msk:body", "msk:date", "msk:plannedDate")
    )
    expected = line(reader.say("handbook.announced"), " ", planned, reader.awaited(decision)) if planned else ()
    shown = ("msk:kind", "msk:body", "msk:date" if date else "msk:plannedDate")
    return line(joined([named, body, date or expected], ", "), reader.row_mark({decision: shown}))
