"""How a dataset lies in a workbook: a sheet for each table, a heading for each column, read from the shapes.

Both writing and reading go by it, so that what is written is read back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from medskick.ontology import PREFIXES, Column, Table, Vocabulary, iri
from medskick.reports.xlsx import sheet_title
from medskick.words import Lang, Text, capital, language_name, pick, say

HEADING_ROW, HELP_ROW, EXAMPLE_ROW, FIRST_ROW = 1, 2, 3, 4
"""The rows of a sheet, counted as a spreadsheet does; the dataset's own begin at the last."""
ASIDE = "#"
"""A row whose first cell begins so is for the reader's eye: the row of help and that of the example."""
_SHOWN_COLUMNS = 6
_USUAL = ("process", "date", "start", "end", "status")
_ORDER = (
    "sources", "actors", "processes", "phases", "events", "documents", "decisions", "contributions", "reflections",
    "lessons", "participations", "inquiries", "stances", "contents", "changes", "contexts", "relations", "citations",
    "rules", "concepts", "gaps",
)  # fmt: skip
"""The tables in the order in which a dataset is filled in: what others refer to stands before them."""


@dataclass(frozen=True)
class Heading:
    """A column of a sheet: its name in a table's file, how it is written here, what belongs in it.

    ``column`` is ``None`` for the columns that no shape tells of, ``id`` and ``type``. What is not ``needed`` and
    seldom used is ``folded`` where its cells are empty.
    """

    name: str
    written: str
    column: Column | None
    help: str
    needed: bool = False
    folded: bool = False

    @property
    def kind(self) -> str:
        """The kind of its cells, as of ``Column``; of the others its name."""
        return self.column.kind if self.column else self.name

    @property
    def several(self) -> bool:
        """Whether a cell may have several values."""
        return self.column is not None and self.column.most is None and self.column.kind != "text"


@dataclass(frozen=True)
class SheetLayout:
    """The sheet of a table: its title, what a row of it is, its columns in order."""

    table: Table
    title: str
    about: str
    headings: tuple[Heading, ...]


@cache
def _texts(predicate: str) -> Mapping[str, Text]:
    from medskick.ontology import vocabulary

    texts: dict[str, dict[str, str]] = {}
    for quad in vocabulary().quads:
        if quad.predicate.value == iri(predicate) and isinstance(quad.subject, ox.NamedNode):
            value = quad.object
            if isinstance(value, ox.Literal) and value.language:
                texts.setdefault(quad.subject.value, {})[value.language] = value.value
    return texts


def label_of(address: str) -> Text:
    """Return what a class, a shape or a list of terms is called, by language; nothing where it has no name."""
    return _texts("rdfs:label").get(address) or _texts("skos:prefLabel").get(address) or {}


def layout(vocabulary: Vocabulary, languages: Sequence[Lang], lang: Lang) -> list[SheetLayout]:
    """Return the sheets of a dataset in these ``languages``, in order, for a curator who reads ``lang``."""
    tables = sorted(
        vocabulary.tables.values(), key=lambda t: (_ORDER.index(t.name) if t.name in _ORDER else 99, t.name)
    )
    titles: set[str] = set()
    return [_sheet(table, languages, lang, titles) for table in tables]


def _sheet(table: Table, languages: Sequence[Lang], lang: Lang, titles: set[str]) -> SheetLayout:
    title = sheet_title(capital(pick(label_of(PREFIXES["shp"] + table.name), lang) or table.name), titles)
    about = pick(_texts("rdfs:comment").get(PREFIXES["shp"] + table.name, {}), lang)
    return SheetLayout(table, title, about, tuple(_in_order(_headings(table, languages, lang))))


def _in_order(headings: Iterator[Heading]) -> list[Heading]:
    """Those that are always filled in first, then the usual ones, the rest last; else as the shapes have them."""
    return sorted(headings, key=lambda heading: heading.folded)


def _headings(table: Table, languages: Sequence[Lang], lang: Lang) -> Iterator[Heading]:
    yield Heading("id", say("sheet.id", lang), None, say("sheet.help-id", lang))
    if table.typed:
        kinds = ", ".join(pick(label_of(address), lang) or name for name, address in table.types.items())
        yield Heading("type", say("sheet.type", lang), None, say("sheet.help-type", lang, known=kinds), needed=True)
    # two columns of a table may have one name
    taken = Counter(pick(column.label, lang).casefold() for column in table.columns)
    taken += Counter(say(f"sheet.{own}", lang).casefold() for own in ("id", "type"))
    for place, column in enumerate(table.columns):
        name = capital(pick(column.label, lang) or column.name)
        if taken[name.casefold()] > 1:
            name = f"{name} ({column.name})"
        folded = not column.required and place >= _SHOWN_COLUMNS and column.name not in _USUAL
        for header in column.headers(languages):
            tag = column.language(header)
            written = f"{name} ({language_name(tag).lower()})" if tag and len(languages) > 1 else name
            # of a text one language is enough
            needed = column.required and (not tag or tag == languages[0])
            yield Heading(header, written, column, _help(column, needed, lang), needed, folded)


def _help(column: Column, needed: bool, lang: Lang) -> str:
    parts = [say(f"sheet.kind-{column.kind}", lang)]
    if column.range and column.kind == "ref":
        parts = [say("sheet.kind-ref-of", lang, kind=pick(label_of(column.range), lang))]
    if needed:
        parts.append(say("sheet.is-needed", lang))
    if column.most is None and column.kind != "text":
        parts.append(say("sheet.one-per-line", lang))
    return " ".join(parts)
