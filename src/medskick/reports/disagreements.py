"""Where sources and people stand against each other, and who changed their mind: both sides shown, none resolved."""

from collections.abc import Sequence

from medskick.ontology import term_text
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.writer import Row, Writer


def disagreements(writer: Writer, names: Sequence[str] = ()) -> Document:
    """Report what contradicts what, whose stance changed, and which fields sources differ on.

    ``names`` are processes or datasets; without any, all count. Raises ``UnknownSubjectError``.
    """
    processes = [writer.process(name) for name in names]
    blocks: list[Block] = []
    for key, found in (
        ("contradict", _contradictions(writer, processes)),
        ("change", _changes_of_mind(writer, processes)),
        ("differ", _differing(writer, processes)),
    ):
        blocks += [Heading(writer.say(f"disagree.{key}")), Paragraph(line(writer.say(f"disagree.{key}.what")))]
        blocks += found or [Paragraph(line(writer.say("disagree.none")), "note")]
    title = writer.say("disagree.title")
    if processes:
        title += ": " + ", ".join(writer.name(p).text for p in processes)
    return writer.document(title, line(writer.say("disagree.lead")), blocks)


def _within(processes: Sequence[str], thing: str) -> str:
    """A pattern that holds a thing to the chosen processes."""
    if not processes:
        return ""
    values = " ".join(f"<{p}>" for p in processes)
    return f"VALUES ?process {{ {values} }} ?{thing} msk:inProcess|msk:process ?process ."


def _heads(writer: Writer, *keys: str) -> tuple[str, ...]:
    return tuple(writer.say(f"disagree.head.{key}") for key in keys)


def _side(writer: Writer, thing: str) -> tuple[Line, ...]:
    """One side: what is said, who holds it, who reports it, and when."""
    holders, reporters = (writer.values(thing, p) for p in ("msk:holder", "msk:accordingTo"))
    unknown = line(writer.say("disagree.unknown"))
    when = _date(writer, thing)
    if not when:
        # what is said has no day of its own: the day of the page it stands on says when at the latest it was said
        pages = [writer.cell(d) for s in writer.sources_of(thing) for d in writer.values(s, "msk:date")]
        when = line(writer.say("disagree.page"), " ", joined(pages, ", ")) if pages else unknown
    said = line(writer.thing(thing, strong=True), ". ", writer.texts(thing, "msk:text"))
    return (
        writer.cited(thing, said),
        joined(map(writer.thing, holders), ", ") or unknown,
        joined(map(writer.thing, reporters), ", ") or line("–"),
        when,
    )


def _contradictions(writer: Writer, processes: Sequence[str]) -> list[Block]:
    within = _within(processes, "one")
    rows = writer.select(f"SELECT DISTINCT ?one ?other {{ {within} ?one msk:contradicts ?other }} ORDER BY ?one ?other")
    pairs = list(dict.fromkeys(tuple(sorted((term_text(r["one"]), term_text(r["other"])))) for r in rows))
    heads = _heads(writer, "said", "holder", "according-to", "when")
    return [
        Table(
            " – ".join(writer.name(thing).text for thing in pair), heads, tuple(_side(writer, thing) for thing in pair)
        )
        for pair in pairs
    ]


def _changes_of_mind(writer: Writer, processes: Sequence[str]) -> list[Block]:
    rows = writer.select(
        f"SELECT DISTINCT ?one ?other {{ {_within(processes, 'one')} ?one msk:follows ?other }} ORDER BY ?one ?other"
    )
    told = []
    for row in rows:
        later, earlier = term_text(row["one"]), term_text(row["other"])
        holder = joined(map(writer.thing, writer.values(later, "msk:holder")), ", ")
        told.append((holder, _stance(writer, earlier), _stance(writer, later)))
    heads = _heads(writer, "holder", "before", "after")
    return [Table(writer.say("disagree.change"), heads, tuple(told))] if told else []


def _stance(writer: Writer, thing: str) -> Line:
    position = joined(map(writer.thing, writer.values(thing, "msk:stancePosition")), ", ")
    date = _date(writer, thing) or line(writer.say("disagree.unknown"))
    inferred = writer.values(thing, "msk:basis")
    basis = any(term_text(b).endswith("/inferred") for b in inferred)
    told = line(position, " (", date, "): ", writer.texts(thing, "msk:text"))
    return writer.cited(thing, line(told, " ", writer.say("disagree.inferred")) if basis else told)


def _differing(writer: Writer, processes: Sequence[str]) -> list[Block]:
    rows = writer.select(
        f"SELECT DISTINCT ?thing ?column ?value ?source {{ {_within(processes, 'thing')}"
        " ?citation msk:supports ?thing ; msk:supportsColumn ?column ; msk:givesValue ?value ; msk:citedSource ?source"
        " } ORDER BY ?thing ?column ?value ?source"
    )
    fields: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        fields.setdefault((term_text(row["thing"]), term_text(row["column"])), []).append(row)
    told = []
    for (thing, column), found in fields.items():
        values = list(dict.fromkeys(term_text(r["value"]) for r in found))
        if len(values) < 2:
            continue
        sides = [
            writer.with_sources(
                line(writer.date(value)), tuple(term_text(r["source"]) for r in found if term_text(r["value"]) == value)
            )
            for value in values
        ]
        told.append((writer.thing(thing), writer.thing(column), joined(sides)))
    heads = _heads(writer, "thing", "field", "values")
    return [Table(writer.say("disagree.differ"), heads, tuple(told))] if told else []


def _date(writer: Writer, thing: str) -> Line:
    """When, in words, with a word where the date is inferred; empty if unknown."""
    when = joined(map(writer.cell, writer.values(thing, "msk:date")))
    columns = map(term_text, writer.values(thing, "msk:inferredColumn"))
    if when and any(column.endswith("/date") for column in columns):
        return line(when, " ", writer.say("disagree.inferred-date"))
    return when
