"""What is missing, kind by kind: and whether it is really absent, or only unknown because sources were read in part."""

from medskick.ontology import DATASETS, term_text
from medskick.queries.answer import heading
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.writer import Row, Writer

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


def gaps(writer: Writer) -> Document:
    """Report the gaps of the writer's datasets: those the curators know of, then those the questions find.

    Raises ``UnknownDatasetError``.
    """
    known = _known(writer)
    told: list[Block] = []
    counts: list[tuple[Line, ...]] = []
    for kind in KINDS:
        title = writer.say(f"gap.{kind}")
        block, absent, unknown = _kind(writer, kind, known)
        told += [Heading(title), Paragraph(line(writer.say(f"gap.{kind}.what"))), block]
        counts.append((line(title), line(str(absent + unknown)), line(str(absent)), line(str(unknown))))
    heads = tuple(writer.say(f"gap.head.{name}") for name in ("kind", "count", "absent", "unknown"))
    overview = Table(writer.say("gap.overview"), heads, tuple(counts))
    blocks: list[Block] = [
        Heading(writer.say("gap.overview")),
        overview,
        Paragraph(line(writer.say("gap.reading")), "note"),
        Heading(writer.say("gap.known")),
        Paragraph(line(writer.say("gap.known.what"))),
        _known_table(writer, known),
        *told,
    ]
    title = writer.say("gap.title")
    if writer.datasets:
        title += ": " + ", ".join(writer.name(DATASETS + d).text for d in writer.datasets)
    return writer.document(title, line(writer.say("gap.lead")), blocks)


def _known(writer: Writer) -> dict[str, list[Row]]:
    """The gaps that curators have entered, by the thing they lie in (empty where they name none)."""
    found: dict[str, list[Row]] = {}
    rows = writer.select(
        "SELECT DISTINCT ?gap ?about ?tell { ?gap a msk:Gap OPTIONAL { ?gap msk:gapIn ?about }"
        " OPTIONAL { ?gap msk:wouldTell ?tell } } ORDER BY ?gap ?about ?tell"
    )
    for row in rows:
        found.setdefault(term_text(row["about"]) if "about" in row else "", []).append(row)
    return found


def _known_table(writer: Writer, known: dict[str, list[Row]]) -> Block:
    by_gap: dict[str, list[Row]] = {}
    for rows in known.values():
        for row in rows:
            by_gap.setdefault(term_text(row["gap"]), []).append(row)
    if not by_gap:
        return Paragraph(line(writer.say("gap.none-known")), "note")
    told: list[tuple[Line, ...]] = []
    for gap in sorted(by_gap, key=lambda g: writer.name(g).text.casefold()):
        about = dict.fromkeys(r["about"] for r in by_gap[gap] if "about" in r)
        tell = dict.fromkeys(r["tell"] for r in by_gap[gap] if "tell" in r)
        note = writer.texts(gap, "skos:note")
        name = line(writer.thing(gap, strong=True), ". " if note else "", note)
        told.append((name, joined(map(writer.thing, about), ", "), joined(map(writer.thing, tell), "; ")))
    heads = tuple(writer.say(f"gap.head.{name}") for name in ("unknown-what", "in", "would-tell"))
    return Table(writer.say("gap.known"), heads, tuple(told))


def _kind(writer: Writer, kind: str, known: dict[str, list[Row]]) -> tuple[Block, int, int]:
    """One kind of gap as a table, with how many are really absent and how many only unknown."""
    answer = writer.ask(kind)
    name = answer.variables[0]
    by_thing: dict[str, list[Row]] = {}
    for row in answer.rows:
        by_thing.setdefault(term_text(row[name]), []).append(row)
    others = answer.variables[1:]
    absent, rows = 0, []
    for thing, found in by_thing.items():
        noted = joined((writer.thing(r["gap"]) for r in _once(known.get(thing, []))), "; ")
        elsewhere = _dialogue_of_process(writer, thing) if kind == "decisions-without-dialogue" else 0
        whole = kind != "sources-read-in-part" and not noted and not elsewhere and writer.read_whole([thing])
        absent += whole
        verdict = line(writer.say("gap.absent" if whole else "gap.unknown"))
        if elsewhere:
            verdict = line(writer.say("gap.dialogue-elsewhere", count=elsewhere))
        if noted:
            verdict = line(verdict, " ", writer.say("gap.noted"), " ", noted)
        cells = [joined((writer.cell(t) for t in dict.fromkeys(r[v] for r in found if v in r)), ", ") for v in others]
        rows.append((writer.thing(thing, cite=kind != "sources-read-in-part"), *cells, verdict))
    if not rows:
        return Paragraph(line(writer.say("gap.none")), "note"), 0, 0
    heads = (heading(answer, name), *(heading(answer, v) for v in others), writer.say("gap.head.verdict"))
    return Table(writer.say(f"gap.{kind}"), heads, tuple(rows)), absent, len(rows) - absent


def _dialogue_of_process(writer: Writer, decision: str) -> int:
    """How many dialogue events a decision's processes have, where no phase ties it to some of them: then who knows."""
    if any(writer.values(decision, prop) for prop in ("msk:phase", "msk:starts", "msk:ends")):
        return 0
    rows = writer.select(
        f"SELECT DISTINCT ?event {{ <{decision}> msk:inProcess ?process . ?event a msk:DialogueEvent ;"
        " msk:inProcess ?process } ORDER BY ?event"
    )
    return len(rows)


def _once(rows: list[Row]) -> list[Row]:
    return list({term_text(r["gap"]): r for r in rows}.values())
