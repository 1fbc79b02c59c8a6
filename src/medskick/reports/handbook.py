"""The working document for someone about to enter a phase, from the experience of other processes."""

from collections.abc import Sequence
from dataclasses import replace

from medskick.ontology import GLOSSARY, term_text
from medskick.reports.checklist import checklist
from medskick.reports.document import Block, Bullets, Document, Heading, Paragraph, Table, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lead_time import day_of
from medskick.reports.nearness import nearness
from medskick.reports.others_involved import others_involved
from medskick.reports.phase_law import demands, involved_by_law, unread
from medskick.reports.phase_lessons import difficulties, learned
from medskick.reports.phase_practice import decided, dialogue, how_long


def handbook(reader: GraphReader, phase: str, role: str = "", region: str = "", starts: str = "") -> Document:
    """Return what a phase type is and what others did and learned in it: the page of the phase, and its handbook.

    ``region`` is the process or dataset that the reader works in: its law, and the context that others' are compared
    with. ``starts`` is the day (ISO 8601) on which the phase begins there: the checklist counts from it. Raises
    ``UnknownThingError``, ``UnknownValueError`` and ``NotADayError``.
    """
    wanted, person = reader.concept("phase-type", phase, "phase"), reader.concept("role", role)
    own = reader.process(region) if region else ""
    say, name = reader.say, reader.name(wanted).text
    processes = _with_phase(reader, wanted)
    # the reader's own process comes last, because the handbook is about the experience of others: its country's first
    near = nearness(reader, own)
    in_turn = sorted(processes, key=lambda process: (process == own, near(process)))
    lessons = learned(reader, wanted, person, own)
    blocks: list[Block] = []
    if own and own not in processes:
        blocks.append(Paragraph(line(say("handbook.own-nothing", name=reader.name(own).text)), "note"))
    blocks += [*demands(reader, wanted, own), *lessons]
    blocks += [Heading(say("handbook.roles")), *involved_by_law(reader, wanted, own)]
    blocks += others_involved(reader, wanted, person, own)
    blocks += [
        *decided(reader, wanted, in_turn),
        *dialogue(reader, wanted, own),
        *checklist(reader, wanted, own, day_of(starts)),
    ]
    blocks += difficulties(reader, wanted, own, any(isinstance(block, Bullets) for block in lessons))
    blocks += [
        *how_long(reader, wanted, own),
        *_open(reader, wanted, own),
        *_basis(reader, wanted, [p for p in processes if p != own]),
    ]
    asked = [name, *(reader.name(c).text for c in (person, own) if c)]
    lead = reader.texts(wanted, "skos:definition") or line(say("handbook.lead"))
    document = reader.document(f"{say('handbook.title')}: {', '.join(asked)}", lead, blocks)
    return replace(document, modified=_modified(reader))


def _modified(reader: GraphReader) -> str:
    """The day (ISO) of the last change of any dataset; empty where none says."""
    rows = reader.select("SELECT (MAX(?day) AS ?last) { ?dataset a msk:Dataset ; dcterms:modified ?day }")
    return next((term_text(row["last"])[:10] for row in rows if "last" in row), "")


def _with_phase(reader: GraphReader, phase_type: str) -> list[str]:
    rows = reader.select(
        f"SELECT DISTINCT ?process {{ ?phase msk:phaseType/skos:broader* <{phase_type}> ; msk:process ?process ."
        " ?process a msk:PlanningProcess } ORDER BY ?process"
    )
    return [term_text(row["process"]) for row in rows]


def _open(reader: GraphReader, phase_type: str, own: str) -> list[Block]:
    """The known gaps about such phases, and about the reader's own process."""
    place = f"{{ ?thing msk:inPhase?/msk:phaseType/skos:broader* <{phase_type}> }}"
    if own:
        place += f" UNION {{ ?thing msk:inProcess? <{own}> FILTER(?thing = <{own}>) }}"
    rows = reader.select(f"SELECT DISTINCT ?gap {{ ?gap a msk:Gap ; msk:gapIn ?thing . {place} }} ORDER BY ?gap")
    items = []
    for gap in (term_text(row["gap"]) for row in rows):
        note, tell = reader.texts(gap, "skos:note"), reader.values(gap, "msk:wouldTell")
        would = (
            line(" ", reader.say("handbook.would-tell"), " ", joined(map(reader.thing, tell), "; "), ".")
            if tell
            else ()
        )
        items.append(line(reader.thing(gap, strong=True), ". ", note, would))
    blocks: list[Block] = [Heading(reader.say("handbook.open"))]
    if items:
        blocks += [Paragraph(line(reader.say("handbook.open-note"))), Bullets(tuple(items), shown=3)]
    else:
        blocks.append(Paragraph(line(reader.say("handbook.no-open")), "note"))
    return [*blocks, *unread(reader, own)]


def _basis(reader: GraphReader, phase_type: str, processes: Sequence[str]) -> list[Block]:
    """What the document rests on: whose experience, what it is not, and the datasets with version and last change."""
    say = reader.say
    rows = reader.select("SELECT DISTINCT ?dataset { ?dataset a msk:Dataset } ORDER BY ?dataset")
    table_rows = []
    for dataset in (term_text(row["dataset"]) for row in rows):
        cells = [joined(map(reader.cell, reader.values(dataset, p))) for p in ("dcat:version", "dcterms:modified")]
        title = reader.thing(dataset)
        table_rows.append((title, *cells))
    if not table_rows:
        return []
    heads = tuple(say(f"handbook.head.{key}") for key in ("dataset", "version", "modified"))
    heading = say("handbook.basis")
    whose = (
        line(say("handbook.from"), " ", joined(map(reader.thing, processes), ", "), ". ")
        if processes
        else line(say("handbook.nothing", phase=reader.name(phase_type).text), " ")
    )
    notice = Paragraph(line(whose, say("handbook.notice")), "note")
    words = Paragraph(line(say("handbook.words"), " ", reader.thing(GLOSSARY), "."))
    return [Heading(heading), notice, Table(heading, heads, tuple(table_rows)), words]
