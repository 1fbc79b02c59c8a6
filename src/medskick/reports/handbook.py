"""The working document for someone about to enter a phase: what others had ready, learned, decided, asked and took."""

from medskick.ontology import term_text
from medskick.reports.comparison import Comparison
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.lessons import Contexts, blocks_of, chosen
from medskick.reports.writer import Writer


def handbook(writer: Writer, phase: str, role: str = "", region: str = "") -> Document:
    """Return the handbook for a phase type, told from all planning processes that have had such a phase.

    ``region`` is the process or dataset that the reader works in: its context is held against the others'. Raises
    ``UnknownSubjectError`` and ``UnknownValueError``.
    """
    wanted, person = writer.concept("phase-type", phase, "phase"), writer.concept("role", role)
    own = writer.process(region) if region else ""
    say, name = writer.say, writer.name(wanted).text
    processes = _with_phase(writer, wanted)
    others = [p for p in processes if p != own]
    blocks: list[Block] = [Paragraph(line(say("handbook.notice")), "note")]
    if others:
        names = joined((writer.thing(p) for p in others), ", ")
        blocks.append(Paragraph(line(say("handbook.from"), " ", names, ".")))
    else:
        blocks.append(Paragraph(line(say("handbook.nothing", phase=name)), "note"))
    if own and own not in processes:
        blocks.append(Paragraph(line(say("handbook.own-nothing", name=writer.name(own).text)), "note"))
    blocks += _ready(writer, wanted)
    blocks += _lessons(writer, wanted, person, own)
    blocks += _challenges(writer, wanted)
    if processes:
        # the reader's own process last: the others' experience is what they came for
        compared = Comparison(writer, [*others, *(p for p in processes if p == own)], wanted)
        blocks += _retold(writer, "decisions", compared.decisions())
        blocks += _retold(writer, "roles", compared.roles())
        blocks += _retold(writer, "dialogue", [b for b in compared.dialogue() if not _repeats(b, name)])
        blocks += _retold(writer, "phases", compared.phases())
    blocks += [*_law(writer), *_open(writer, wanted, own)]
    blocks += _basis(writer)
    asked = [name, *(writer.name(c).text for c in (person, own) if c)]
    return writer.document(f"{say('handbook.title')}: {', '.join(asked)}", line(say("handbook.lead")), blocks)


def _repeats(block: Block, name: str) -> bool:
    return isinstance(block, Heading) and block.level == 3 and block.text == name


def _retold(writer: Writer, key: str, blocks: list[Block]) -> list[Block]:
    """A section of the comparison under the handbook's own heading."""
    return [Heading(writer.say(f"handbook.{key}")), *blocks[1:]]


def _with_phase(writer: Writer, phase_type: str) -> list[str]:
    rows = writer.select(
        f"SELECT DISTINCT ?process {{ ?phase msk:phaseType <{phase_type}> ; msk:process ?process ."
        " ?process a msk:PlanningProcess } ORDER BY ?process"
    )
    return [term_text(row["process"]) for row in rows]


def _law(writer: Writer) -> list[Block]:
    """What nobody has read of the law and the guidance: the gaps known of the Acts and guidance documents."""
    rows = writer.select(
        "SELECT DISTINCT ?gap { ?gap a msk:Gap ; msk:gapIn ?act ; msk:missingColumn ?column"
        " FILTER(STRENDS(STR(?column), '/contents/text'))"
        " { ?act a msk:LegalAct } UNION { ?act msk:kind ?kind FILTER(STRENDS(STR(?kind), '/guidance')) } }"
        " ORDER BY ?gap"
    )
    items = []
    for row in rows:
        gap = term_text(row["gap"])
        items.append(line(writer.thing(gap, strong=True), ". ", writer.texts(gap, "skos:note")))
    if not items:
        return []
    heading = writer.say("handbook.law")
    return [Heading(heading), Paragraph(line(writer.say("handbook.law-note")), "note"), Bullets(tuple(items))]


def _ready(writer: Writer, phase_type: str) -> list[Block]:
    """What others had on the table when such a phase began, and what they made or planned in it, to tick off."""
    rows = writer.select(
        "SELECT DISTINCT ?tie ?document ?process {"
        f" ?phase msk:phaseType <{phase_type}> ; msk:process ?process . ?process a msk:PlanningProcess ."
        " { ?decision msk:starts ?phase ; msk:concerns ?document . ?document a msk:Document BIND('start' AS ?tie) }"
        " UNION { ?document a msk:Document ; msk:madeIn ?phase MINUS { ?document a msk:Contribution }"
        "         BIND('made' AS ?tie) }"
        " UNION { ?document a msk:Document ; msk:plannedIn ?phase MINUS { ?document msk:date ?date }"
        "         BIND('planned' AS ?tie) } } ORDER BY ?process ?document DESC(?tie)"
    )
    ties: dict[str, dict[str, str]] = {}
    for row in rows:
        document = term_text(row["document"])
        # rows with the tie "start" come first: what lay on the table is not told again as made later
        if not any(document in found for found in ties.values()):
            ties.setdefault(term_text(row["tie"]), {})[document] = term_text(row["process"])
    told: list[Block] = []
    for tie in ("start", "made", "planned"):
        items = tuple(
            line(writer.thing(document, cite=True), " – ", writer.thing(process))
            for document, process in ties.get(tie, {}).items()
        )
        if items:
            told += [Paragraph(line(writer.say(f"handbook.ready-{tie}"))), Bullets(items, boxes=True)]
    empty = Paragraph(line(writer.say("handbook.no-ready")), "note")
    return [Heading(writer.say("handbook.ready")), *(told or [empty])]


def _lessons(writer: Writer, phase_type: str, role: str, own: str) -> list[Block]:
    contexts = Contexts(writer, own)
    found = chosen(writer, contexts, phase_type, role, "")
    blocks: list[Block] = [Heading(writer.say("handbook.lessons"))]
    if not found:
        blocks.append(Paragraph(line(writer.say("lessons.none")), "note"))
    for one in found:
        blocks += blocks_of(writer, contexts, one, phase_type, role, 3)
    if own:
        blocks += [
            Heading(b.text, 3) if isinstance(b, Heading) else b
            for b in contexts.table(one.process for one in found if one.process)
        ]
    return blocks


def _challenges(writer: Writer, phase_type: str) -> list[Block]:
    """Challenges met in such phases elsewhere that no lesson answers."""
    rows = writer.select(
        f"SELECT DISTINCT ?challenge ?process {{ ?phase msk:phaseType <{phase_type}> ."
        " ?challenge a msk:Challenge ; msk:inPhase ?phase ; msk:process ?process"
        " MINUS { ?lesson msk:answers ?challenge } } ORDER BY ?process ?challenge"
    )
    items: list[Line] = []
    for row in rows:
        challenge = term_text(row["challenge"])
        text = writer.cited(challenge, writer.texts(challenge, "msk:text"))
        items.append(line(text, " – ", writer.thing(row["process"])))
    if not items:
        return []
    return [
        Heading(writer.say("handbook.challenges")),
        Paragraph(line(writer.say("handbook.challenges-note"))),
        Bullets(tuple(items)),
    ]


def _open(writer: Writer, phase_type: str, own: str) -> list[Block]:
    """What is known to be unknown about such phases, and about the reader's own process."""
    place = f"{{ ?thing msk:inPhase?/msk:phaseType <{phase_type}> }}"
    if own:
        place += f" UNION {{ ?thing msk:inProcess? <{own}> FILTER(?thing = <{own}>) }}"
    rows = writer.select(f"SELECT DISTINCT ?gap {{ ?gap a msk:Gap ; msk:gapIn ?thing . {place} }} ORDER BY ?gap")
    items = []
    for gap in (term_text(row["gap"]) for row in rows):
        note, tell = writer.texts(gap, "skos:note"), writer.values(gap, "msk:wouldTell")
        would = (
            line(" ", writer.say("handbook.would-tell"), " ", joined(map(writer.thing, tell), "; "), ".")
            if tell
            else ()
        )
        items.append(line(writer.thing(gap, strong=True), ". ", note, would))
    blocks: list[Block] = [Heading(writer.say("handbook.open"))]
    if items:
        return [*blocks, Paragraph(line(writer.say("handbook.open-note"))), Bullets(tuple(items))]
    return [*blocks, Paragraph(line(writer.say("handbook.no-open")), "note")]


def _basis(writer: Writer) -> list[Block]:
    """The datasets it is told from, with version and the day they were last changed, from their own description."""
    rows = writer.select("SELECT DISTINCT ?dataset { ?dataset a msk:Dataset } ORDER BY ?dataset")
    told = []
    for dataset in (term_text(row["dataset"]) for row in rows):
        cells = [joined(map(writer.cell, writer.values(dataset, p))) for p in ("dcat:version", "dcterms:modified")]
        title = writer.thing(dataset)
        told.append((title, *cells))
    heads = tuple(writer.say(f"handbook.head.{key}") for key in ("dataset", "version", "modified"))
    heading = writer.say("handbook.basis")
    return [Heading(heading), Table(heading, heads, tuple(told))] if told else []
