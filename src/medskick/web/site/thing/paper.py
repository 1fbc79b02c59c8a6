"""The page of a thing as a report, for Word and Excel: what the page has, in its order, with nothing folded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Span, Table, joined, line
from medskick.web.page_request import PageRequest

Parts = Mapping[str, Any]
"""What the template of the page takes."""
_CELLS = ("name", "when", "how", "text")


def paper(request: PageRequest, title: str, parts: Parts) -> Document:
    """Return the page of a thing as a report: ``parts`` are what its template takes, by the same names.

    Each section is a table, as are the record and the sources; a column that no row fills is left out.
    """
    say = request.say
    blocks: list[Block] = [Paragraph(_line(text)) for text in parts["texts"]]
    blocks += [Paragraph(line(_bold(say("caveat")), _line(text)), "caveat") for text in parts["caveats"]]
    if parts["lesson"]:
        blocks += _lesson(request, parts["lesson"])
    if chart := parts["timeline"]:
        blocks += [Heading(chart.title), chart.table.filled()]
    for section in parts["sections"]:
        how = [Paragraph(_line(section["how"]))] if section["how"] else []
        blocks += [Heading(section["title"]), *how, _rows(request, section["title"], section["rows"] + section["rest"])]
    blocks += _stances(request, parts["stances"])
    if chart := parts["story"]:
        blocks += [Heading(say("story")), chart.table.filled()]
    if parts["gaps"]:
        known = (joined(map(_line, filter(None, (gap["line"], gap["note"]))), ". ") for gap in parts["gaps"])
        blocks += [Heading(say("not-known")), Bullets(tuple(known))]
    if parts["matches"]:
        same = (line(f"{one['words']}: {one['name']} ({one['why']})") for one in parts["matches"])
        blocks += [Heading(say("matches")), Bullets(tuple(same))]
    blocks += [*_record(request, parts), *_sources(request, parts["sources"])]
    return request.reader.document(title, _line(parts["summary"]), blocks)


def _line(spans: Iterable[Mapping[str, Any]]) -> Line:
    """A line of the page as a report has it."""
    return tuple(
        Span(span["text"], span["thing"] or "", span["lang"], span["strong"], quiet=span["quiet"]) for span in spans
    )


def _bold(text: str) -> Line:
    return (Span(text, strong=True), Span(" "))


def _lesson(request: PageRequest, lesson: Parts) -> Iterator[Block]:
    """What a lesson's page has of its own: how sure it is, for whom, what was done, the challenge, who met the same."""
    say = request.say
    if sure := lesson["sure"]:
        hedge = " " + say("lesson-hedge", hedge=sure["hedge"]) if sure["hedge"] else ""
        yield Paragraph(line(_bold(say("lesson-sure")), f"{sure['mark']} ", _line(sure["word"]), f".{hedge}"))
    if phases := lesson["phases"]:
        yield Paragraph(line(_bold(say("lesson-phases")), joined(((_line([phase])) for phase in phases), ", ")))
    yield from (Paragraph(_line(one)) for one in lesson["lines"])
    for text in lesson["texts"]:
        yield from (Heading(text["title"]), Paragraph(_line(text["line"])))
    for part in lesson["parts"]:
        yield from (Heading(part["title"]), _rows(request, part["title"], part["rows"]))
    if lesson["contexts"]:
        yield Heading(say("lesson-context"))
        yield from (Paragraph(_line(one)) for one in lesson["contexts"])
    if lesson["untold"]:
        yield Paragraph(line(lesson["untold"]), "note")


def _rows(request: PageRequest, caption: str, rows: Sequence[Parts]) -> Table:
    """The rows of a section: what, when, how it is connected, in what words."""
    cells = []
    for row in rows:
        by = line(request.say("linked-by", who=row["by"])) if row["by"] else ()
        how = joined((*map(_line, row["ties"]), by))
        mark = f"({row['inferred']})" if row["inferred"] else ""
        cells.append(
            (_line(row["line"]), line(row["date"]), line(how, " " if how and mark else "", mark), _line(row["text"]))
        )
    return Table(caption, tuple(request.say(f"paper-{name}") for name in _CELLS), tuple(cells)).filled()


def _stances(request: PageRequest, groups: Sequence[Parts]) -> Iterator[Block]:
    if groups:
        yield Heading(request.say("stances"))
    for group in groups:
        said = []
        for row in group["rows"]:
            who = _line(row["holder"]) or line(request.say("no-holder"))
            said.append(line(who, f" ({row['date']})" if row["date"] else "", ": ", _line(row["text"])))
        yield from (Heading(group["position"], 3), Bullets(tuple(said)))


def _record(request: PageRequest, parts: Parts) -> list[Block]:
    """All that was entered, a row for each field."""
    say, basis = request.say, parts["basis"]
    rows: list[tuple[str, Line]] = []
    for fact in parts["facts"]:
        more = " ".join(filter(None, (f"({fact['exact']})" if fact["exact"] else "", fact["inferred"])))
        values = joined(_line(value["line"]) for value in fact["values"])
        rows.append((fact["label"], line(values, f" {more}" if more else "")))
    rows += [
        (say("basis"), joined(map(_line, basis["basis"]), ", ")),
        (say("inferred-fields"), joined(map(_line, basis["inferred"]), ", ")),
        (say("fact-ids"), line(", ".join(basis["facts"]))),
        (say("dataset"), _line(basis["dataset"])),
        (say("permanent"), line(parts["iri"])),
    ]
    title = say("record")
    notes = [Paragraph(_line(note), "note") for note in parts["notes"]]
    entered = tuple((line(name), value) for name, value in rows if value)
    return [Heading(title), *notes, Table(title, (say("paper-field"), say("paper-value")), entered)]


def _sources(request: PageRequest, sources: Sequence[Parts]) -> list[Block]:
    """Where it was read: each source with how much of it was read, the places in it, its address."""
    say, title = request.say, request.say("read-in")
    if not sources:
        return [Heading(title), Paragraph(line(say("no-sources")), "note")]
    rows = []
    for source in sources:
        reference = source["reference"]
        places = "; ".join(filter(None, (source["among"], *source["places"])))
        texts = (reference.publisher, reference.date, reference.read, places, reference.url)
        rows.append((_line(source["line"]), *map(line, texts)))
    heads = tuple(say(f"paper-source-{name}") for name in ("title", "publisher", "date", "read", "place", "address"))
    among = [Paragraph(line(say("one-of-means")), "note")] if any(source["among"] for source in sources) else []
    return [Heading(title), Table(title, heads, tuple(rows)).filled(), *among]
