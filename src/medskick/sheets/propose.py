"""What a file would change in a dataset: its rows understood, set beside those that are there. Nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from medskick.graph.dataset import Dataset, Row
from medskick.graph.faults import Fault
from medskick.graph.index import Index
from medskick.graph.tables import split
from medskick.ontology import Table
from medskick.sheets.answers import Answers
from medskick.sheets.draft_rows import DraftRow, citation, copied, is_worded, parted
from medskick.sheets.ids import has_name, name_rows
from medskick.sheets.match import Matched, Matcher, own_rows
from medskick.sheets.read import Book
from medskick.sheets.understand import Reader, Reading
from medskick.sheets.wording import Names, plain, row_names
from medskick.sheets.workbook_layout import Heading
from medskick.words import Lang

Kind = Literal["added", "changed", "removed"]
_BEFORE = ("type", "scheme")
"""Columns that others are understood by."""


@dataclass(frozen=True)
class Change:
    """A row that comes, goes or differs: its table, id and name; each cell's column, what it was, what it becomes."""

    kind: Kind
    table: str
    id: str
    name: str
    cells: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Proposal:
    """A dataset as it is and as it would be, and how that was understood.

    ``unworded`` counts the rows that were proposed from a source and have no text of their own: they are not read.
    ``places`` are the sheet and row that a line of a table was read from, ``headings`` how its columns are written.
    """

    before: Dataset
    after: Dataset
    changes: list[Change]
    readings: list[Reading]
    faults: list[Fault]
    kept: int = 0
    unworded: int = 0
    places: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    headings: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def likely(self) -> list[Reading]:
        """The readings that somebody should look at."""
        return [reading for reading in self.readings if reading.sure == "likely"]


@dataclass
class _Rows:
    """A sheet's rows as given, by their numbers."""

    matched: Matched
    rows: list[tuple[int, dict[str, str]]]
    drafts: dict[int, DraftRow] = field(default_factory=dict)
    unworded: int = 0

    @property
    def table(self) -> Table:
        return self.matched.layout.table

    @property
    def headings(self) -> list[Heading]:
        return list(self.matched.layout.headings)

    @property
    def columns(self) -> set[str]:
        """The columns that the sheet has: others are left as they are."""
        return {heading.name for heading in self.matched.headings if heading is not None}

    def copied(self, number: int, cells: Mapping[str, str]) -> Iterable[Fault]:
        """What a row that was proposed from a source repeats of it."""
        draft = self.drafts.get(number)
        return copied(self.matched.sheet.title, number, cells, self.headings, draft) if draft else ()


@dataclass(frozen=True)
class _Read:
    """A row's cells, and the sheet and row that they were read from (``None``: the dataset had it)."""

    cells: dict[str, str]
    place: tuple[str, int] | None = None


def propose(book: Book, index: Index, dataset: Dataset, answers: Answers, lang: Lang, whole: bool) -> Proposal:
    """Return what a file would change in a dataset of the index. Never raises for what the file says.

    ``whole`` tells that the file is the dataset: a row that is not on its sheet any more is taken away. A sheet or
    column that the file does not have is left as it is.
    """
    matcher = Matcher(index.vocabulary, dataset, answers, lang)
    sheets = [_given(matched) for matched in matcher.matched(book)]
    faults, readings = list(matcher.faults), list[Reading]()
    unworded = sum(sheet.unworded for sheet in sheets)
    _make_ids(sheets, dataset)
    for sheet in list(sheets):
        faults += [one for number, cells in sheet.rows for one in sheet.copied(number, cells)]
        sheets += _citations(sheet, matcher)
    there = {sheet.table.name for sheet in sheets}
    others = {table: rows for table, rows in dataset.rows.items() if not (whole and table in there)}
    draft = _draft(index, sheets, dataset, others)
    names = Names(Index(index.vocabulary, {**index.datasets, dataset.name: draft}), draft, lang)
    proposal = Proposal(dataset, dataset, [], readings, faults, unworded=unworded)
    read: dict[str, list[_Read]] = {}
    taken = {row.id: row.table for row in draft.all_rows()}
    for sheet in sheets:
        reader = Reader(sheet.matched.layout, sheet.matched.sheet.title, names)
        meant = [(number, reader.row(number, cells, sheet.headings)) for number, cells in sheet.rows]
        name_rows(sheet.table.name, [cells for _, cells in meant], taken, {})
        table = sheet.table.name
        proposal.headings[table] = {heading.name: heading.written for heading in sheet.headings}
        old = {row.id: row.cells for row in dataset.rows.get(table, [])}
        for number, cells in meant:
            row_id = cells.get("id", "")
            left = {head: cell for head, cell in old.get(row_id, {}).items() if head not in sheet.columns}
            read.setdefault(table, []).append(_Read({**left, **cells}, (sheet.matched.sheet.title, number)))
        readings += reader.readings
        faults += reader.faults
    rows: dict[str, list[Row]] = dict(dataset.rows)
    for table, given in read.items():
        given_ids = {one.cells.get("id") for one in given}
        stay = [] if whole else [row for row in dataset.rows.get(table, []) if row.id not in given_ids]
        proposal.kept += len(stay)
        entries = sorted([*(_Read(row.cells) for row in stay), *given], key=lambda one: one.cells.get("id", ""))
        rows[table] = [Row(dataset.name, table, line, one.cells) for line, one in enumerate(entries, start=2)]
        proposal.places |= {(table, line): one.place for line, one in enumerate(entries, start=2) if one.place}
    proposal.after = replace(dataset, rows=rows)
    proposal.changes = list(changes(proposal.before, proposal.after, index.vocabulary.tables, lang))
    return proposal


def _given(matched: Matched) -> _Rows:
    given = _Rows(matched, [])
    for number, cells in own_rows(matched):
        own, draft = parted(cells)
        if draft is not None and not is_worded(own, matched.layout.headings):
            given.unworded += 1
            continue
        if draft is not None:
            given.drafts[number] = draft
        given.rows.append((number, own))
    return given


def _citations(sheet: _Rows, matcher: Matcher) -> list[_Rows]:
    """The citations of the rows that were proposed from a source, as rows of a sheet of their own."""
    cited = [(n, citation(cells, sheet.drafts[n])) for n, cells in sheet.rows if n in sheet.drafts]
    rows = [(number, cells) for number, cells in cited if cells]
    if not rows:
        return []
    own = matcher.layout_of("citations")
    headings = [heading for heading in own.headings if heading.name in ("about", "source", "locator")]
    return [_Rows(Matched(sheet.matched.sheet, own, headings), rows)]


def _make_ids(sheets: Iterable[_Rows], dataset: Dataset) -> None:
    """Give ids to the rows that have a name, so that others can refer to them."""
    listed = list(sheets)
    taken = {row.id: row.table for row in dataset.all_rows()}
    for sheet in listed:
        taken |= {cells["id"]: sheet.table.name for _, cells in sheet.rows if "id" in cells}
    processes = {
        plain(name): row.id for row in dataset.rows.get("processes", []) for name in row_names(row.cells).values()
    }
    for sheet in sorted(listed, key=lambda sheet: sheet.table.name == "phases"):
        name_rows(sheet.table.name, [cells for _, cells in sheet.rows if has_name(cells)], taken, processes)
        if sheet.table.name == "processes":
            named = [
                (name, cells["id"]) for _, cells in sheet.rows if "id" in cells for name in row_names(cells).values()
            ]
            processes |= {plain(name): row_id for name, row_id in named}


def _draft(index: Index, sheets: Iterable[_Rows], dataset: Dataset, others: Mapping[str, list[Row]]) -> Dataset:
    """The dataset with the rows as given, as far as others are understood by them: their ids, names and types."""
    empty = replace(dataset, rows={})
    rows = {table: list(kept) for table, kept in others.items()}
    for sheet in sheets:
        names = Names(Index(index.vocabulary, {dataset.name: empty}), empty, "")
        reader = Reader(sheet.matched.layout, "", names)
        columns = [heading for heading in sheet.headings if heading.name in _BEFORE]
        here = rows.setdefault(sheet.table.name, [])
        given = {cells.get("id") for _, cells in sheet.rows}
        here[:] = [row for row in here if row.id not in given]
        for number, cells in sheet.rows:
            first = {name: cell for name, cell in cells.items() if name in _BEFORE}
            here.append(Row(dataset.name, sheet.table.name, number, {**cells, **reader.row(number, first, columns)}))
    return replace(dataset, rows=rows)


def changes(before: Dataset, after: Dataset, tables: Mapping[str, Table], lang: Lang) -> Iterable[Change]:
    """Yield the rows that differ between two states of a dataset, by table and id."""
    for name, table in sorted(tables.items()):
        old = {row.id: row.cells for row in before.rows.get(name, [])}
        new = {row.id: row.cells for row in after.rows.get(name, [])}
        several = {column.name for column in table.columns if column.most is None and column.kind != "text"}
        for row_id in sorted(old.keys() | new.keys()):
            was, becomes = old.get(row_id, {}), new.get(row_id, {})
            cells = tuple(
                (head, was.get(head, ""), becomes.get(head, ""))
                for head in table.header(after.languages)
                if _plain_cell(head, was, several) != _plain_cell(head, becomes, several)
            )
            kind: Kind = "added" if row_id not in old else "removed" if row_id not in new else "changed"
            if cells or kind != "changed":
                called = row_names(becomes) or row_names(was)
                label = called.get(lang) or next(iter(called.values()), "")
                yield Change(kind, name, row_id, label, cells)


def _plain_cell(head: str, cells: Mapping[str, str], several: set[str]) -> str:
    cell = cells.get(head, "")
    return ";".join(split(cell)) if head in several else cell
