"""Contradictions between sources and people, and changed stances: both sides are shown, none is resolved."""

from collections.abc import Sequence

from medskick.ontology import term_text
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.graph_reader import GraphReader, Row
from medskick.resources.sources import Cited


def disagreements(reader: GraphReader, processes: Sequence[str] = ()) -> Document:
    """Report what contradicts what, whose stance changed, and which fields sources differ on.

    ``processes`` are names of processes or datasets; without any, all count. Raises ``UnknownThingError``.
    """
    processes = [*map(reader.process, processes)]
    blocks: list[Block] = []
    for key, tables in (
        ("contradict", _contradictions(reader, processes)),
        ("change", _changes_of_mind(reader, processes)),
        ("differ", _differing(reader, processes)),
    ):
        blocks += [Heading(reader.say(f"disagree.{key}")), Paragraph(line(reader.say(f"disagree.{key}.what")))]
        blocks += tables or [Paragraph(line(reader.say("disagree.none")), "note")]
    title = reader.say("disagree.title")
    if processes:
        title += ": " + ", ".join(reader.name(p).text for p in processes)
    return reader.document(title, line(reader.say("disagree.lead")), blocks)


def _within(processes: Sequence[str], thing: str) -> str:
    """A pattern that limits a thing to the chosen processes."""
    if not processes:
        return ""
    values = " ".join(f"<{p}>" for p in processes)
    return f"VALUES ?process {{ {values} }} ?{thing} msk:inProcess|msk:process ?process ."


def _heads(reader: GraphReader, *keys: str) -> tuple[str, ...]:
    return tuple(reader.say(f"disagree.head.{key}") for key in keys)


def side(reader: GraphReader, thing: str) -> tuple[Line, ...]:
    """Return one side of a disagreement: what is said, who holds it, who reports it, and when."""
    unknown, none = line(reader.say("disagree.unknown")), line("–")
    # a view has a holder, known or not; what a law demands has none, and the law says it
    held = any(reader.is_a(thing, cls) for cls in ("msk:Reflection", "msk:Stance"))
    when = _date(reader, thing)
    if not when:
        # the statement has no date of its own: the date of its page is the latest date at which it was made
        pages = [reader.cell(d) for s in reader.sources_of(thing) for d in reader.values(s, "msk:date")]
        when = line(reader.say("disagree.page"), " ", joined(pages, ", ")) if pages else unknown
    said = line(reader.thing(thing, strong=True), ". ", reader.texts(thing, "msk:text"))
    return (
        reader.cited(thing, said),
        reader.values_of(thing, "msk:holder") or (unknown if held else none),
        reader.values_of(thing, "msk:accordingTo") or reader.values_of(thing, "msk:statedIn") or none,
        when,
    )


def _contradictions(reader: GraphReader, processes: Sequence[str]) -> list[Block]:
    within = _within(processes, "one")
    rows = reader.select(f"SELECT DISTINCT ?one ?other {{ {within} ?one msk:contradicts ?other }} ORDER BY ?one ?other")
    pairs = list(dict.fromkeys(tuple(sorted((term_text(r["one"]), term_text(r["other"])))) for r in rows))
    heads = _heads(reader, "said", "holder", "according-to", "when")
    return [
        Table(
            " – ".join(reader.name(thing).text for thing in pair), heads, tuple(side(reader, thing) for thing in pair)
        )
        for pair in pairs
    ]


def _changes_of_mind(reader: GraphReader, processes: Sequence[str]) -> list[Block]:
    rows = reader.select(
        f"SELECT DISTINCT ?one ?other {{ {_within(processes, 'one')} ?one msk:follows ?other }} ORDER BY ?one ?other"
    )
    table_rows = []
    for row in rows:
        later, earlier = term_text(row["one"]), term_text(row["other"])
        holder = reader.values_of(later, "msk:holder")
        table_rows.append((holder, _stance(reader, earlier), _stance(reader, later)))
    heads = _heads(reader, "holder", "before", "after")
    return [Table(reader.say("disagree.change"), heads, tuple(table_rows))] if table_rows else []


def _stance(reader: GraphReader, thing: str) -> Line:
    position = reader.values_of(thing, "msk:stancePosition")
    date = _date(reader, thing) or line(reader.say("disagree.unknown"))
    inferred = reader.values(thing, "msk:basis")
    basis = any(term_text(b).endswith("/inferred") for b in inferred)
    sentence = line(position, " (", date, "): ", reader.texts(thing, "msk:text"))
    return reader.cited(thing, line(sentence, " ", reader.say("report.inferred")) if basis else sentence)


def _differing(reader: GraphReader, processes: Sequence[str]) -> list[Block]:
    rows = reader.select(
        f"SELECT DISTINCT ?thing ?column ?value ?source {{ {_within(processes, 'thing')}"
        " ?citation msk:supports ?thing ; msk:supportsColumn ?column ; msk:givesValue ?value ; msk:citedSource ?source"
        " } ORDER BY ?thing ?column ?value ?source"
    )
    fields: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        fields.setdefault((term_text(row["thing"]), term_text(row["column"])), []).append(row)
    table_rows = []
    for (thing, column), citations in fields.items():
        values = list(dict.fromkeys(term_text(r["value"]) for r in citations))
        if len(values) < 2:
            continue
        sides = [
            reader.with_sources(
                line(reader.date(value)),
                Cited(tuple(term_text(r["source"]) for r in citations if term_text(r["value"]) == value)),
            )
            for value in values
        ]
        table_rows.append((reader.thing(thing), reader.thing(column), joined(sides)))
    heads = _heads(reader, "thing", "field", "values")
    return [Table(reader.say("disagree.differ"), heads, tuple(table_rows))] if table_rows else []


def _date(reader: GraphReader, thing: str) -> Line:
    """The date in words, marked if it is inferred; empty if unknown."""
    time = reader.times([thing]).get(thing)
    return line(time.words(reader.lang)) if time else ()
