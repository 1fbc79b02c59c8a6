"""The working document for someone about to enter a phase, from the experience of other processes."""

from collections.abc import Sequence

from medskick.ontology import GLOSSARY, term_text
from medskick.reports.comparison import Comparison
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lessons import Contexts, blocks_of, chosen


def handbook(reader: GraphReader, phase: str, role: str = "", region: str = "") -> Document:
    """Return the handbook for a phase type, made from all planning processes that have had such a phase.

    ``region`` is the process or dataset that the reader works in: its context is compared with the others'. Raises
    ``UnknownThingError`` and ``UnknownValueError``.
    """
    wanted, person = reader.concept("phase-type", phase, "phase"), reader.concept("role", role)
    own = reader.process(region) if region else ""
    say, name = reader.say, reader.name(wanted).text
    processes = _with_phase(reader, wanted)
    others = [p for p in processes if p != own]
    blocks: list[Block] = [Paragraph(line(say("handbook.notice")), "note")]
    if others:
        names = joined((reader.thing(p) for p in others), ", ")
        blocks.append(Paragraph(line(say("handbook.from"), " ", names, ".")))
    else:
        blocks.append(Paragraph(line(say("handbook.nothing", phase=name)), "note"))
    if own and own not in processes:
        blocks.append(Paragraph(line(say("handbook.own-nothing", name=reader.name(own).text)), "note"))
    blocks += _ready(reader, wanted)
    blocks += _lessons(reader, wanted, person, own)
    blocks += _challenges(reader, wanted)
    if processes:
        # the reader's own process comes last, because the handbook is about the experience of others
        compared = Comparison(reader, [*others, *(p for p in processes if p == own)], wanted)
        blocks += _retold(reader, "decisions", compared.decisions())
        blocks += _retold(reader, "roles", compared.roles())
        blocks += _retold(reader, "dialogue", [b for b in compared.dialogue() if not _repeats(b, name)])
        blocks += _retold(reader, "phases", compared.phases())
    blocks += [*_law(reader, wanted, own), *_open(reader, wanted, own)]
    blocks += _basis(reader)
    asked = [name, *(reader.name(c).text for c in (person, own) if c)]
    return reader.document(f"{say('handbook.title')}: {', '.join(asked)}", line(say("handbook.lead")), blocks)


def _repeats(block: Block, name: str) -> bool:
    return isinstance(block, Heading) and block.level == 3 and block.text == name


def _retold(reader: GraphReader, key: str, blocks: list[Block]) -> list[Block]:
    """Return a section of the comparison under the handbook's own heading."""
    return [Heading(reader.say(f"handbook.{key}")), *blocks[1:]]


def _with_phase(reader: GraphReader, phase_type: str) -> list[str]:
    rows = reader.select(
        f"SELECT DISTINCT ?process {{ ?phase msk:phaseType/skos:broader* <{phase_type}> ; msk:process ?process ."
        " ?process a msk:PlanningProcess } ORDER BY ?process"
    )
    return [term_text(row["process"]) for row in rows]


def _law(reader: GraphReader, phase_type: str, own: str) -> list[Block]:
    """What the law demands in such a phase where the reader works (anywhere, if no region is given), as far as read."""
    say = reader.say
    countries = [term_text(v) for v in reader.values(own, "msk:jurisdiction")] if own else []
    where = f"VALUES ?country {{ {' '.join(f'<{c}>' for c in countries)} }}" if countries else ""
    rows = reader.select(
        f"SELECT DISTINCT ?rule ?country ?provision ?wording {{ {where} ?rule a msk:Rule ; msk:jurisdiction ?country ;"
        f" msk:governsPhaseType/skos:broader* <{phase_type}> OPTIONAL {{ ?rule msk:provision ?provision }}"
        " OPTIONAL { ?rule msk:wording ?wording } MINUS { ?rule msk:validUntil ?past } } ORDER BY ?country ?rule"
    )
    items = []
    for row in rows:
        text = reader.cited(term_text(row["rule"]), reader.texts(term_text(row["rule"]), "msk:text"))
        stated = joined((reader.cell(row[name]) for name in ("provision", "wording") if name in row), ", ")
        items.append(line(text, " (", stated, ")") if stated else text)
    blocks: list[Block] = []
    if items:
        lands = ", ".join(reader.name(c).text for c in dict.fromkeys(term_text(r["country"]) for r in rows))
        blocks += [Paragraph(line(say("handbook.rules-of", country=lands))), Bullets(tuple(items))]
    for country in countries:
        if not reader.select(f"SELECT ?rule {{ ?rule a msk:Rule ; msk:jurisdiction <{country}> }} LIMIT 1"):
            message = say("handbook.law-not-read", country=reader.name(country).text)
            blocks.append(Paragraph(line(message), "note"))
    blocks += _unread(reader, countries)
    return [Heading(say("handbook.law")), *blocks] if blocks else []


def _unread(reader: GraphReader, countries: Sequence[str]) -> list[Block]:
    """The known gaps about the contents of Acts and guidance, of the countries given (all if none)."""
    of = " ".join(f"<{country}>" for country in countries)
    held = f"VALUES ?country {{ {of} }} GRAPH ?dataset {{ ?rule msk:jurisdiction ?country }}" if countries else ""
    rows = reader.select(
        f"SELECT DISTINCT ?gap {{ {held}"
        " GRAPH ?dataset { ?gap a msk:Gap ; msk:gapIn ?act ; msk:missingColumn ?column }"
        " FILTER(STRENDS(STR(?column), '/contents/text'))"
        " { ?act a msk:LegalAct } UNION { ?act msk:kind ?kind FILTER(STRENDS(STR(?kind), '/guidance')) } }"
        " ORDER BY ?gap"
    )
    gaps = [term_text(row["gap"]) for row in rows]
    items = tuple(line(reader.thing(gap, strong=True), ". ", reader.texts(gap, "skos:note")) for gap in gaps)
    return [Paragraph(line(reader.say("handbook.law-note")), "note"), Bullets(items)] if items else []


_TIES = {"start": (), "made": ("msk:madeIn",), "planned": ("msk:plannedIn",)}
"""The properties of a document by which it stands in a part of the checklist."""


def _ready(reader: GraphReader, phase_type: str) -> list[Block]:
    """Documents that others had when such a phase began, and those they made or planned in it, as a checklist."""
    rows = reader.select(
        "SELECT DISTINCT ?tie ?document ?process {"
        f" ?phase msk:phaseType/skos:broader* <{phase_type}> ; msk:process ?process . ?process a msk:PlanningProcess ."
        " { ?decision msk:starts ?phase ; msk:concerns ?document . ?document a msk:Document"
        # the plan that a phase ends in was not there when it began
        "   MINUS { ?any msk:plan ?document } BIND('start' AS ?tie) }"
        " UNION { ?document a msk:Document ; msk:madeIn ?phase MINUS { ?document a msk:Contribution }"
        "         BIND('made' AS ?tie) }"
        " UNION { ?document a msk:Document ; msk:plannedIn ?phase MINUS { ?document msk:date ?date }"
        "         BIND('planned' AS ?tie) } } ORDER BY ?process ?document DESC(?tie)"
    )
    ties: dict[str, dict[str, str]] = {}
    for row in rows:
        document = term_text(row["document"])
        # rows with the tie "start" come first: a document that existed at the start is not listed again as made later
        if not any(document in by_document for by_document in ties.values()):
            ties.setdefault(term_text(row["tie"]), {})[document] = term_text(row["process"])
    blocks: list[Block] = []
    for tie in ("start", "made", "planned"):
        items = tuple(
            line(
                reader.marked_place(reader.thing(document, cite=True), document, *_TIES[tie]),
                " – ",
                reader.thing(process),
                reader.awaited(document) if tie == "planned" else (),
            )
            for document, process in ties.get(tie, {}).items()
        )
        if items:
            blocks += [Paragraph(line(reader.say(f"handbook.ready-{tie}"))), Bullets(items, boxes=True)]
    empty = Paragraph(line(reader.say("handbook.no-ready")), "note")
    return [Heading(reader.say("handbook.ready")), *(blocks or [empty])]


def _lessons(reader: GraphReader, phase_type: str, role: str, own: str) -> list[Block]:
    contexts = Contexts(reader, own)
    matches = chosen(reader, contexts, phase_type, role, "")
    blocks: list[Block] = [Heading(reader.say("handbook.lessons"))]
    if not matches:
        blocks.append(Paragraph(line(reader.say("lessons.none")), "note"))
    for one in matches:
        blocks += blocks_of(reader, contexts, one, phase_type, role, 3)
    if own:
        blocks += [
            Heading(b.text, 3) if isinstance(b, Heading) else b
            for b in contexts.table(one.process for one in matches if one.process)
        ]
    return blocks


def _challenges(reader: GraphReader, phase_type: str) -> list[Block]:
    """Challenges met in such phases elsewhere that no lesson answers."""
    rows = reader.select(
        "SELECT DISTINCT ?challenge ?process ?country { ?challenge a msk:Challenge ;"
        f" ((msk:inPhase/msk:phaseType)|msk:metInPhaseType)/skos:broader* <{phase_type}> ."
        " OPTIONAL { ?challenge msk:process ?process } OPTIONAL { ?challenge msk:jurisdiction ?country }"
        " MINUS { ?lesson msk:answers ?challenge } } ORDER BY DESC(BOUND(?process)) ?process ?challenge"
    )
    items: list[Line] = []
    for row in rows:
        challenge = term_text(row["challenge"])
        text = reader.cited(challenge, reader.texts(challenge, "msk:text"))
        text = reader.marked_place(text, challenge, "msk:metInPhaseType", "msk:process", "msk:jurisdiction")
        place = row.get("process") or row.get("country")
        items.append(line(text, " – ", reader.thing(place)) if place else text)
    if not items:
        return []
    return [
        Heading(reader.say("handbook.challenges")),
        Paragraph(line(reader.say("handbook.challenges-note"))),
        Bullets(tuple(items)),
    ]


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
        return [*blocks, Paragraph(line(reader.say("handbook.open-note"))), Bullets(tuple(items))]
    return [*blocks, Paragraph(line(reader.say("handbook.no-open")), "note")]


def _basis(reader: GraphReader) -> list[Block]:
    """The datasets that the handbook is made from, with version and date of last change from their own description."""
    rows = reader.select("SELECT DISTINCT ?dataset { ?dataset a msk:Dataset } ORDER BY ?dataset")
    table_rows = []
    for dataset in (term_text(row["dataset"]) for row in rows):
        cells = [joined(map(reader.cell, reader.values(dataset, p))) for p in ("dcat:version", "dcterms:modified")]
        title = reader.thing(dataset)
        table_rows.append((title, *cells))
    heads = tuple(reader.say(f"handbook.head.{key}") for key in ("dataset", "version", "modified"))
    heading = reader.say("handbook.basis")
    words = Paragraph(line(reader.say("handbook.words"), " ", reader.thing(GLOSSARY), "."))
    return [Heading(heading), Table(heading, heads, tuple(table_rows)), words] if table_rows else []
