"""What is missing, kind by kind, and whether it is absent, or unknown because sources were read in part."""

from medskick.alphabet import alphabetical
from medskick.ontology import DATASETS, term_text
from medskick.queries.answer import heading
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Table, joined, line, number
from medskick.reports.graph_reader import GraphReader, Row

KINDS = (
    "decisions-without-dialogue",
    "reflections-without-lessons",
    "phases-without-lessons",
    "actors-never-met",
    "contributions-without-answer",
    "comments-without-change",
    "claims-on-one-source",
    "missing-dates",
    "sources-read-in-part",
)
"""The kinds of gap: each is a question of the catalogue whose rows are the gaps."""


def gaps(reader: GraphReader) -> Document:
    """Report the gaps of the reader's datasets: those entered by curators, then those found by questions.

    Raises ``UnknownDatasetError``.
    """
    known = _known(reader)
    sections: list[Block] = []
    counts: list[tuple[Line, ...]] = []
    for kind in KINDS:
        title = reader.say(f"gap.{kind}")
        block, absent, unknown = _kind(reader, kind, known)
        sections += [Heading(title), Paragraph(line(reader.say(f"gap.{kind}.what"))), block]
        counts.append((line(title), number(absent + unknown), number(absent), number(unknown)))
    heads = tuple(reader.say(f"gap.head.{name}") for name in ("kind", "count", "absent", "unknown"))
    overview = Table(reader.say("gap.overview"), heads, tuple(counts))
    blocks: list[Block] = [
        Heading(reader.say("gap.overview")),
        overview,
        Paragraph(line(reader.say("gap.reading")), "note"),
        Heading(reader.say("gap.known")),
        Paragraph(line(reader.say("gap.known.what"))),
        _known_table(reader, known),
        *sections,
    ]
    title = reader.say("gap.title")
    if reader.datasets:
        title += ": " + ", ".join(reader.name(DATASETS + d).text for d in reader.datasets)
    return reader.document(title, line(reader.say("gap.lead")), blocks)


def _known(reader: GraphReader) -> dict[str, list[Row]]:
    """The gaps entered by curators, by the thing they concern (empty if they name none)."""
    by_thing: dict[str, list[Row]] = {}
    rows = reader.select(
        "SELECT DISTINCT ?gap ?about ?tell { ?gap a msk:Gap OPTIONAL { ?gap msk:gapIn ?about }"
        " OPTIONAL { ?gap msk:wouldTell ?tell } } ORDER BY ?gap ?about ?tell"
    )
    for row in rows:
        by_thing.setdefault(term_text(row["about"]) if "about" in row else "", []).append(row)
    return by_thing


def _known_table(reader: GraphReader, known: dict[str, list[Row]]) -> Block:
    by_gap: dict[str, list[Row]] = {}
    for rows in known.values():
        for row in rows:
            by_gap.setdefault(term_text(row["gap"]), []).append(row)
    if not by_gap:
        return Paragraph(line(reader.say("gap.none-known")), "note")
    table_rows: list[tuple[Line, ...]] = []
    for gap in alphabetical(by_gap, reader.lang, lambda g: reader.name(g).text):
        about = dict.fromkeys(r["about"] for r in by_gap[gap] if "about" in r)
        tell = dict.fromkeys(r["tell"] for r in by_gap[gap] if "tell" in r)
        note = reader.texts(gap, "skos:note")
        name = line(reader.thing(gap, strong=True), ". " if note else "", note)
        table_rows.append((name, joined(map(reader.thing, about), ", "), joined(map(reader.thing, tell), "; ")))
    heads = tuple(reader.say(f"gap.head.{name}") for name in ("unknown-what", "in", "would-tell"))
    return Table(reader.say("gap.known"), heads, tuple(table_rows))


def _kind(reader: GraphReader, kind: str, known: dict[str, list[Row]]) -> tuple[Block, int, int]:
    """One kind of gap as a table, with how many are really absent and how many only unknown."""
    answer = reader.ask(kind)
    name = answer.variables[0]
    by_thing: dict[str, list[Row]] = {}
    for row in answer.rows:
        by_thing.setdefault(term_text(row[name]), []).append(row)
    others = answer.variables[1:]
    absent, rows = 0, []
    for thing, gap_rows in by_thing.items():
        noted = joined((reader.thing(r["gap"]) for r in _once(known.get(thing, []))), "; ")
        elsewhere = _dialogue_of_process(reader, thing) if kind == "decisions-without-dialogue" else 0
        whole = kind != "sources-read-in-part" and not noted and not elsewhere and reader.read_whole([thing])
        absent += whole
        verdict = line(reader.say("gap.absent" if whole else "gap.unknown"))
        if elsewhere:
            verdict = line(reader.say("gap.dialogue-elsewhere", count=elsewhere))
        if noted:
            verdict = line(verdict, " ", reader.say("gap.noted"), " ", noted)
        cells = [
            joined((reader.cell(t) for t in dict.fromkeys(r[v] for r in gap_rows if v in r)), ", ") for v in others
        ]
        rows.append((reader.thing(thing, cite=kind != "sources-read-in-part"), *cells, verdict))
    if not rows:
        return Paragraph(line(reader.say("gap.none")), "note"), 0, 0
    heads = (heading(answer, name), *(heading(answer, v) for v in others), reader.say("gap.head.verdict"))
    return Table(reader.say(f"gap.{kind}"), heads, tuple(rows)), absent, len(rows) - absent


def _dialogue_of_process(reader: GraphReader, decision: str) -> int:
    """The number of dialogue events in a decision's processes; 0 if a phase is known for the decision."""
    if any(reader.values(decision, prop) for prop in ("msk:phase", "msk:starts", "msk:ends")):
        return 0
    rows = reader.select(
        f"SELECT DISTINCT ?event {{ <{decision}> msk:inProcess ?process . ?event a msk:DialogueEvent ;"
        " msk:inProcess ?process } ORDER BY ?event"
    )
    return len(rows)


def _once(rows: list[Row]) -> list[Row]:
    return list({term_text(r["gap"]): r for r in rows}.values())
