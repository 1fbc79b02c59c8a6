"""Which sheet of a file is which table, and which column which: by name, by an earlier answer, else asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from medskick.graph.dataset import Dataset
from medskick.graph.faults import Fault, closest, fault
from medskick.ontology import Table, Vocabulary
from medskick.sheets.answers import LEFT_OUT, Answers, Form
from medskick.sheets.draft_rows import draft_headings
from medskick.sheets.read import Book, Sheet
from medskick.sheets.wording import plain
from medskick.sheets.workbook_layout import ASIDE, Heading, SheetLayout, layout
from medskick.words import languages, say


@dataclass(frozen=True)
class Matched:
    """A sheet with its table: which heading each of its columns is (``None``: not read), and where its rows begin.

    ``forms`` are what becomes of the cells of each column; where there are fewer, of the others nothing. ``constants``
    are cells that all its rows have.
    """

    sheet: Sheet
    layout: SheetLayout
    headings: Sequence[Heading | None]
    forms: Sequence[Form | None] = field(default_factory=tuple)
    constants: Mapping[str, str] = field(default_factory=dict)
    first: int = 1


def named_dataset(book: Book) -> str:
    """Return which dataset a workbook says that it is of, empty where it is none of ours."""
    for sheet in book.sheets[:1]:
        labels = {plain(say("sheet.front-dataset", lang)) for lang in languages()}
        for row in sheet.rows[:10]:
            if len(row) > 1 and plain(row[0]) in labels:
                return row[1].strip()
    return ""


class Matcher:
    """Finds the table of each sheet and the column of each heading, collecting ``faults`` for what nobody can tell."""

    def __init__(self, vocabulary: Vocabulary, dataset: Dataset, answers: Answers, lang: str) -> None:
        self.answers, self.langs, self.vocabulary = answers, dataset.languages, vocabulary
        self.faults: list[Fault] = []
        self._lang = lang
        self._layouts = {tag: layout(vocabulary, dataset.languages, tag) for tag in (lang, *languages())}
        self._own = {one.table.name: one for one in self._layouts[lang]}

    def matched(self, book: Book) -> list[Matched]:
        """Return the sheets that are tables, in order."""
        tables = []
        for sheet in book.sheets:
            if sheet.hidden or not any(any(row) for row in sheet.rows) or self._is_front(sheet):
                continue
            if (table := self._table(sheet)) is not None:
                tables.append(self._columns(sheet, table))
        return tables

    def layout_of(self, table: str) -> SheetLayout:
        """Return how a table lies in a workbook of the reader's language."""
        return self._own[table]

    def _is_front(self, sheet: Sheet) -> bool:
        return plain(sheet.title) in {
            plain(say(f"sheet.{k}", lang)) for lang in languages() for k in ("front", "lists", "passages")
        }

    def _titles(self) -> dict[str, str]:
        titles = {plain(one.title): one.table.name for sheets in self._layouts.values() for one in sheets}
        return titles | {name: name for name in self.vocabulary.tables}

    def _table(self, sheet: Sheet) -> Table | None:
        titles = self._titles()
        said = self.answers.table(sheet.title)
        name = said or titles.get(plain(sheet.title), "")
        if said == LEFT_OUT:
            return None
        if name not in self.vocabulary.tables:
            near = closest(plain(sheet.title), titles)
            guess = titles[near] if near else self._by_headings(sheet)
            fix = f'--as "{sheet.title}={guess or LEFT_OUT}"'
            self.faults.append(
                fault("book-which-table", sheet.title, fix=fix, tables=", ".join(sorted(self.vocabulary.tables)))
            )
            return None
        return self.vocabulary.tables[name]

    def _by_headings(self, sheet: Sheet) -> str:
        """The table that most of a sheet's headings are of, empty where less than half of them are."""
        written = {plain(cell) for cell in sheet.rows[0] if cell}
        shares = {name: len(written & set(self._known(table))) for name, table in self.vocabulary.tables.items()}
        best = max(sorted(shares), key=lambda name: shares[name])
        return best if shares[best] * 2 > len(written) else ""

    def _known(self, table: Table) -> dict[str, str]:
        """The names that a table's columns may have in a heading, each with the column it means."""
        known = {plain(heading.written): heading.name for tag in languages() for heading in draft_headings(tag)}
        for sheets in reversed(self._layouts.values()):
            for heading in next(one for one in sheets if one.table is table).headings:
                if heading.column and heading.column.kind == "text":
                    # without its language the first is meant
                    bare = heading.written.rpartition(" (")[0] or heading.written
                    if heading.name == heading.column.headers(self.langs)[0]:
                        known[plain(bare)] = heading.name
                        known[plain(heading.column.name)] = heading.name
                known[plain(heading.written)] = heading.name
        return known | {plain(name): name for name in table.header(self.langs)}

    def _columns(self, sheet: Sheet, table: Table) -> Matched:
        own, known = self._own[table.name], self._known(table)
        by_name = {heading.name: heading for heading in (*draft_headings(self._lang), *own.headings)}
        headings: list[Heading | None] = []
        names: list[str] = []
        for written in sheet.rows[0]:
            said = self._said(sheet, table, written, self.answers.column(sheet.title, written))
            name = said or known.get(plain(written)) or known.get(plain(written).replace(" ", "_"), "")
            if name and name in names and name != LEFT_OUT:
                self.faults.append(fault("double-column", sheet.title, row=1, column=written))
                name = ""
            elif written and not name:
                near = closest(plain(written), (k for k, meant in known.items() if meant not in names))
                fix = f'--as "{sheet.title}/{written}={known[near] if near else LEFT_OUT}"'
                columns = ", ".join(heading.written for heading in own.headings)
                self.faults.append(
                    fault("book-which-column", sheet.title, row=1, column=written, fix=fix, columns=columns)
                )
            names.append(name)
            headings.append(by_name.get(name))
        forms = [self.answers.form(sheet.title, written) for written in sheet.rows[0]]
        given = self.answers.constants_of(sheet.title)
        meant = {name: self._said(sheet, table, "", name) for name in given}
        constants = {name: given[name] for name, column in meant.items() if column and column != LEFT_OUT}
        return Matched(sheet, own, headings, forms, constants)

    def _said(self, sheet: Sheet, table: Table, written: str, said: str) -> str:
        """The column that an answer names; ``-`` for a text in a language that the dataset does not have."""
        if said in ("", LEFT_OUT, *table.header(self.langs)) or said.startswith("draft:"):
            return said
        if any(column.language(said) for column in table.columns):
            return LEFT_OUT
        if (column := table.column(said)) is not None:
            # of a text, its first language
            return column.headers(self.langs)[0]
        near = closest(said, table.header(self.langs))
        self.faults.append(fault("unknown-column", sheet.title, row=1, column=written, found=said, fix=near,
                                 table=table.name, columns=", ".join(table.header(self.langs))))  # fmt: skip
        return LEFT_OUT


def own_rows(matched: Matched) -> Iterable[tuple[int, dict[str, str]]]:
    """Yield the rows of a sheet that are the dataset's own: the number of each, and its cells by column name."""
    for number, row in enumerate(matched.sheet.rows[matched.first :], start=matched.first + 1):
        first = next((cell for cell in row if cell), "")
        if not first or first.startswith(ASIDE):
            continue
        cells = {}
        for heading, form, cell in zip_longest(matched.headings, matched.forms, row[: len(matched.headings)]):
            given = (form.of(cell.strip()) if form and cell else cell or "").strip()
            if heading is not None and given:
                cells[heading.name] = given
        if cells:
            yield number, {**matched.constants, **cells}
