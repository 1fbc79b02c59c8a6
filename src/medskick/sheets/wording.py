"""What a curator calls things, terms, classes and columns, and what a name means: one place for both ways."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from medskick.graph.dataset import Dataset, Row
from medskick.graph.index import Index
from medskick.ontology import PREFIXES, Table
from medskick.sheets.workbook_layout import Heading, label_of
from medskick.words import Lang, Text, capital, pick

Meanings = Mapping[str, frozenset[str]]
"""What each name means, by the name in lower case: one value, or several among which somebody must choose."""


def plain(name: str) -> str:
    """Return a name as it is compared: in lower case, with single spaces."""
    return " ".join(name.split()).casefold()


def _meanings(pairs: Iterable[tuple[str, str]]) -> Meanings:
    meanings: dict[str, set[str]] = {}
    for name, value in pairs:
        if name:
            meanings.setdefault(plain(name), set()).add(value)
    return {name: frozenset(values) for name, values in meanings.items()}


def row_names(cells: Mapping[str, str]) -> dict[str, str]:
    """Return what a row is called, by language; of a source, whose title has none of its own, by the empty tag."""
    names = {head.removeprefix("label_"): cell for head, cell in cells.items() if head.startswith("label_")}
    if title := cells.get("title"):
        names[""] = title
    return names


@dataclass
class Names:
    """The names of one dataset's workbook, among the datasets of an index that it may refer to."""

    index: Index
    dataset: Dataset
    lang: Lang
    _things: dict[str | None, Meanings] = field(default_factory=dict)
    _concepts: dict[str, Meanings] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> list[tuple[str, Row]]:
        """All rows that a cell may refer to, each with how it writes it."""
        own = self.dataset.name
        others = [name for name in self.dataset.refers if name in self.index.datasets and name != own]
        return [(row.id, row) for row in self.dataset.all_rows() if row.id] + [
            (f"{name}:{row.id}", row) for name in others for row in self.index.datasets[name].all_rows() if row.id
        ]

    @cached_property
    def _row_of(self) -> dict[str, Row]:
        return dict(self._rows)

    def written(self) -> Iterator[str]:
        """Yield the names of all rows as they are written."""
        for _, row in self._rows:
            yield from row_names(row.cells).values()

    def class_of(self, row: Row) -> str:
        """Return the class of a row, its table's where its own is not known."""
        table = self.index.vocabulary.tables[row.table]
        return table.types.get(row.cells.get("type", ""), table.target)

    def rows_of(self, range_: str | None) -> list[tuple[str, Row]]:
        """Return the rows of a class (``None``: all rows) that a cell may refer to, each with how it writes it."""
        above = self.index.vocabulary.superclasses
        return [
            (reference, row)
            for reference, row in self._rows
            if range_ is None or range_ in above.get(self.class_of(row), {self.class_of(row)})
        ]

    def things(self, range_: str | None) -> Meanings:
        """Return what the names of rows of a class mean (``None``: of any row)."""
        if range_ not in self._things:
            fitting = self.rows_of(range_)
            pairs = [(name, reference) for reference, row in fitting for name in row_names(row.cells).values()]
            self._things[range_] = _meanings(pairs)
        return self._things[range_]

    def concepts(self, scheme: str) -> Meanings:
        """Return what the names of a list's terms mean, the dataset's own terms among them."""
        if scheme not in self._concepts:
            shared = self.index.vocabulary.schemes.get(scheme, {}).values()
            own = self.index.own_concepts(self.dataset.name, scheme)
            pairs = [(name, term.slug) for term in shared for name in term.names]
            pairs += [(name, value) for value, row in own.items() for name in row_names(row.cells).values()]
            self._concepts[scheme] = _meanings(pairs)
        return self._concepts[scheme]

    def is_value(self, heading: Heading, scheme: str, value: str) -> bool:
        """Tell whether a text is a value of a column as a table writes it."""
        if heading.kind == "ref":
            return value in self._row_of
        if heading.kind == "concept":
            return value in self.index.vocabulary.schemes.get(scheme, {}) or value in self.index.own_concepts(
                self.dataset.name, scheme
            )
        return heading.kind == "scheme" and value in self.index.vocabulary.schemes

    def meanings(self, heading: Heading, table: Table, scheme: str) -> Meanings:
        """Return what names mean in a column; ``scheme`` is the list that its terms come from, if it holds terms."""
        match heading.kind:
            case "ref":
                assert heading.column is not None
                return self.things(heading.column.range)
            case "concept":
                return self.concepts(scheme)
            case "scheme":
                known = self.index.vocabulary.schemes
                return _meanings((n, s) for s in known for n in label_of(PREFIXES["concept"] + s).values())
            case "type":
                return _meanings((n, t) for t, address in table.types.items() for n in label_of(address).values())
            case "columns":
                labels = ((label, c.name) for c in table.columns for label in c.label.values())
                return _meanings(
                    pair for label, name in labels for pair in ((label, name), (f"{label} ({name})", name))
                )
        return {}

    def _label(self, heading: Heading, table: Table, scheme: str, value: str) -> str:
        known = self.index.vocabulary
        match heading.kind:
            case "ref" if value in self._row_of:
                return self._in_lang(row_names(self._row_of[value].cells))
            case "concept" if value in known.schemes.get(scheme, {}):
                return self._in_lang(known.schemes[scheme][value].label)
            case "concept":
                row = self.index.own_concepts(self.dataset.name, scheme).get(value)
                return self._in_lang(row_names(row.cells)) if row else ""
            case "scheme":
                return self._in_lang(label_of(PREFIXES["concept"] + value))
            case "type" if value in table.types:
                return self._in_lang(label_of(table.types[value]))
            case "columns":
                return next((capital(pick(c.label, self.lang)) for c in table.columns if c.name == value), "")
        return ""

    def _in_lang(self, names: Text) -> str:
        return names.get("") or pick(names, self.lang)

    def shown(self, heading: Heading, table: Table, scheme: str, value: str) -> str:
        """Return a value as a curator reads it: its name where that means nothing else, else the value itself."""
        label = self._label(heading, table, scheme, value)
        if not label or label.splitlines() != [label.strip()] or self.is_value(heading, scheme, label):
            return value
        meant = self.meanings(heading, table, scheme).get(plain(label), frozenset())
        return label if meant == frozenset({value}) else value


def scheme_of(heading: Heading, cells: Mapping[str, str]) -> str:
    """Return the list that a column's terms come from; where the column names none, the row does."""
    return (heading.column.scheme if heading.column else None) or cells.get("scheme", "")
