"""The parts of a report in any form: headings, paragraphs, lists, tables, numbered sources."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from medskick.words import Foreign, Lang, say


@dataclass(frozen=True)
class Span:
    """A piece of text. ``thing`` is the IRI of what it names, ``lang`` its language if it is not the document's.

    ``sources`` are the IRIs of the sources of its statement, ``one_of`` groups of pages of which one carries it: they
    become numbered references after it. ``until`` is the day (ISO) after which a page's script shows the span, in words
    of the page's own.
    ``mark`` tells that it is about the whole row that it ends: a page shows a small sign, which opens to the words.
    ``quiet`` marks words for an empty cell, which are shown less prominently. ``value`` is the number in the
    text, for forms that calculate.
    """

    text: str
    thing: str = ""
    lang: str = ""
    strong: bool = False
    sources: tuple[str, ...] = ()
    quiet: bool = False
    value: int | float | None = None
    one_of: tuple[tuple[str, ...], ...] = ()
    until: str = ""
    mark: bool = False

    @property
    def cites(self) -> tuple[str, ...]:
        """All sources that it names."""
        return (*self.sources, *(source for group in self.one_of for source in group))


Line = tuple[Span, ...]
"""A line of text: spans one after the other, spaces included."""


def line(*parts: "str | Span | Line") -> Line:
    """Join strings, spans and lines into one line."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans += [Span(part, lang=part.lang if isinstance(part, Foreign) else "")] if part else []
        elif isinstance(part, Span):
            spans.append(part)
        else:
            spans += part
    return tuple(spans)


def number(value: int | float, text: str = "") -> Line:
    """Return a number as a line of its own, written as ``text`` if that is given."""
    return (Span(text or str(value), value=value),)


def joined(lines: Iterable[Line], by: str = "; ") -> Line:
    """Join lines with a mark between them."""
    spans: list[Span] = []
    for part in lines:
        if part:
            spans += ([Span(by)] if spans else []) + list(part)
    return tuple(spans)


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 is the first below the title. ``thing`` is the IRI of what it names, if it names a thing."""

    text: str
    level: int = 2
    thing: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. ``kind`` is empty for plain text, ``note`` for a limit, ``caveat`` for a sender's reservation."""

    line: Line
    kind: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list; with ``numbered`` one whose order matters.

    ``shown`` is how many items a page shows before the rest, which it folds; 0 for all. On paper all are shown.
    """

    items: tuple[Line, ...]
    numbered: bool = False
    shown: int = 0


@dataclass(frozen=True)
class Step:
    """A point of a checklist: what to do, when in words, and ``below`` it how others did it.

    ``key`` names it wherever it is ticked off. ``first`` and ``last`` are the days (ISO) between which it falls, empty
    where none are known.
    """

    key: str
    what: Line
    when: Line = ()
    below: tuple[Line, ...] = ()
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Checklist:
    """Points to tick off, under a caption. ``shown`` as in ``Bullets``.

    ``versions`` is how many of others' versions a page shows below each point before the rest, which it folds.
    """

    caption: str
    steps: tuple[Step, ...]
    shown: int = 0
    versions: int = 2


@dataclass(frozen=True)
class Table:
    """A table: its caption, headings and rows of cells. The first column names the row.

    ``side_by_side`` tells that the other columns are things that are compared: a row that some of them lack has one
    cell for all that it has (``joint_cell``), where a form can write one.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    side_by_side: bool = False

    def filled(self) -> "Table":
        """Return the same table without the columns that no row fills."""
        places = [at for at in range(len(self.columns)) if at == 0 or any(row[at] for row in self.rows)]
        rows = tuple(tuple(row[at] for at in places) for row in self.rows)
        return replace(self, columns=tuple(self.columns[at] for at in places), rows=rows)

    def joint_cell(self, row: Sequence[Line]) -> list[tuple[str, Line]]:
        """Return what a row has and its columns, where it stands in one cell; empty for a row with its usual cells."""
        if not self.side_by_side or all(row):
            return []
        return [(column, cell) for column, cell in zip(self.columns[1:], row[1:], strict=True) if cell]


Block = Heading | Paragraph | Bullets | Checklist | Table


@dataclass(frozen=True)
class Reference:
    """A source as a reference list gives it; ``read`` says in words how much of it was read, ``whole`` if all.

    ``lang`` is the language of its title, empty if that is not said.
    """

    iri: str
    title: str
    lang: str
    publisher: str
    date: str
    url: str
    read: str
    whole: bool


@dataclass(frozen=True)
class Document:
    """A report: title, what it is in one or two sentences, its blocks, and the sources that its spans may name.

    ``modified`` is the day (ISO) on which the data that it is made from last changed, where a form needs one.
    """

    title: str
    lang: Lang
    lead: Line
    blocks: tuple[Block, ...]
    sources: Mapping[str, Reference] = field(default_factory=dict)
    modified: str = ""

    @property
    def tables(self) -> list[tuple[str, Table]]:
        """The tables in order, each with the heading above it."""
        tables, above = [], ""
        for block in self.blocks:
            if isinstance(block, Heading):
                above = block.text
            elif isinstance(block, Table):
                tables.append((above, block))
        return tables


def sections_of(document: Document) -> list[tuple[int, int]]:
    """Return where each section (heading of level 2) begins and ends among the blocks of a document."""
    starts = [i for i, block in enumerate(document.blocks) if isinstance(block, Heading) and block.level == 2]
    return list(pairwise([*starts, len(document.blocks)]))


def steps_of(document: Document) -> list[Step]:
    """Return the points of all checklists of a document."""
    return [step for block in document.blocks if isinstance(block, Checklist) for step in block.steps]


def lines_of(block: Block) -> Iterator[Line]:
    """Yield all lines of a block, in the order they are read."""
    match block:
        case Paragraph(spans):
            yield spans
        case Bullets(items):
            yield from items
        case Checklist(_, steps):
            for step in steps:
                yield from (step.what, step.when, *step.below)
        case Table(_, _, rows):
            for row in rows:
                yield from row


def numbered(document: Document) -> dict[str, int]:
    """Return the number of each source that the document names, in order of first mention."""
    numbers: dict[str, int] = {}
    for spans in (document.lead, *(spans for block in document.blocks for spans in lines_of(block))):
        for span in spans:
            for source in span.cites:
                if source in document.sources:
                    numbers.setdefault(source, len(numbers) + 1)
    return numbers


def references(spans: Line, numbers: Mapping[str, int]) -> list[list[int]]:
    """Return the numbers of the sources of a line: each alone, then those of which one carries it together."""
    alone = {numbers[s] for span in spans for s in span.sources if s in numbers}
    groups = {tuple(sorted(numbers[s] for s in g if s in numbers)) for span in spans for g in span.one_of}
    return [[number] for number in sorted(alone)] + [list(group) for group in sorted(groups) if group]


def reference_mark(references: Iterable[Sequence[int]], lang: Lang) -> str:
    """Return the numbers of sources as they stand between brackets; empty without any."""
    references = list(references)
    alone = ", ".join(str(number) for group in references if len(group) == 1 for number in group)
    groups = (", ".join(map(str, group)) for group in references if len(group) > 1)
    return "; ".join(filter(None, (alone, *(say("report.one-of", lang, numbers=numbers) for numbers in groups))))


def has_groups(document: Document) -> bool:
    """Tell whether any statement of the document is on one of several pages, not known which."""
    lines = (document.lead, *(spans for block in document.blocks for spans in lines_of(block)))
    return any(span.one_of for spans in lines for span in spans)


def plain(spans: Line) -> str:
    """Return a line as plain text, without references; a foreign language is marked."""
    return "".join(f"{s.text} [{s.lang}]" if s.lang else s.text for s in spans)
