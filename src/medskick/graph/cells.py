"""A table's cells as terms: references, concepts, dates, numbers; what cannot be read is a fault with its fix."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pyoxigraph as ox

from medskick.graph import date_prose, dates
from medskick.graph.characters import is_address, nearest_address
from medskick.graph.dataset import SLUG, Dataset, Row, slug_of
from medskick.graph.faults import Fault, Level, closest, fault
from medskick.graph.index import Index
from medskick.graph.moment import FIRST_YEAR, LAST_YEAR, YearError
from medskick.graph.plausible import near_year
from medskick.graph.tables import split
from medskick.ontology import EDTF, PREFIXES, Column, Table, node
from medskick.words import languages, listed

_SOUGHT = 200
"""For so many different slips in a column the row that was meant is sought: each is held beside all that there are."""


@cache
def _typed(name: str) -> frozenset[str]:
    """What people type for something, in all languages of the interface."""
    return frozenset(word for lang in languages() for word in listed(f"reading.{name}", lang))


class Cells:
    """Turns the cells of one dataset's rows into terms, collecting faults."""

    def __init__(self, dataset: Dataset, index: Index) -> None:
        self.dataset, self.index, self.vocabulary = dataset, index, index.vocabulary
        self.faults: list[Fault] = []
        self._worded: dict[tuple[object, ...], Fault] = {}
        self._sought: dict[tuple[str, str], dict[str, str | None]] = {}
        self._meant: dict[tuple[str, str | None], list[str]] = {}
        self._readers: dict[str, Callable[[Row, Column, str, str], ox.NamedNode | ox.Literal | None]] = {
            "ref": self._reference,
            "concept": self._concept,
            "scheme": self._scheme,
            "date": self._date,
            "number": self._number,
            "flag": self._flag,
            "uri": self._uri,
            "columns": self._columns,
        }

    def _fault(
        self,
        code: str,
        row: Row,
        column: str,
        given: str,
        fix: str | None = None,
        level: Level = "error",
        **values: object,
    ) -> None:
        kind = (code, row.table, column, values.get("scheme"))
        if kind not in self._worded:
            file = self.dataset.file(row.table)
            self._worded[kind] = fault(code, file, row=0, column=column, found="", fix=None, level=level, **values)
        # the words are those of the first: they list all that is known, and may be needed for every cell of a column
        self.faults.append(replace(self._worded[kind], row=row.line, found=given, fix=fix, level=level))

    def terms(self, row: Row, column: Column) -> Iterator[ox.NamedNode | ox.Literal]:
        """Yield the terms of a row's cell in a column; what cannot be read becomes a fault."""
        if column.kind == "text":
            for lang in self.dataset.languages:
                if text := row.cells.get(f"{column.name}_{lang}"):
                    yield ox.Literal(text, language=lang)
            return
        cell = row.cells.get(column.name, "")
        if not cell:
            return
        if column.kind == "string" and column.most == 1:
            yield ox.Literal(cell)
            return
        read = self._readers.get(column.kind, self._string)
        for value in split(cell) if column.most is None else [cell]:
            if (term := read(row, column, column.name, value)) is not None:
                yield term

    def _string(self, _row: Row, _column: Column, _name: str, value: str) -> ox.Literal:
        return ox.Literal(value)

    def _reference(self, row: Row, column: Column, name: str, value: str) -> ox.NamedNode | None:
        own = self.dataset.name
        prefix, colon, local = value.partition(":")
        owner, target = (prefix, local) if colon else (own, value)
        if (elsewhere := self.index.external(own, value)) is not None:
            if is_address(elsewhere) and SLUG.fullmatch(local):
                return ox.NamedNode(elsewhere)
            self._fault("bad-id", row, name, value, f"{owner}:{slug_of(local)}")
            return None
        base = self.index.base(own, owner)
        if base is None or owner not in self.index.datasets:
            near = closest(owner, self.index.datasets)
            self._fault(
                "unknown-dataset",
                row,
                name,
                value,
                f"{near}:{local}" if near else None,
                level="follows" if owner in self.index.unreadable else "error",
                known=", ".join(n for n, d in sorted(self.index.datasets.items()) if not d.is_linkset),
            )
            return None
        if target not in self.index.rows[owner]:
            near = self._nearest_row(row.table, column, owner, value)
            level: Level = "follows" if self._may_be_unread(owner, target, column) else "error"
            self._fault("dangling", row, name, value, near, level, expected=column.message)
            return None
        return ox.NamedNode(base + target)

    def _nearest_row(self, table: str, column: Column, owner: str, value: str) -> str | None:
        """What a reference may mean: the same id elsewhere, else the nearest; sought for so many a column only."""
        sought = self._sought.setdefault((table, column.name), {})
        if value not in sought and len(sought) < _SOUGHT:
            own, target = self.dataset.name, value.rpartition(":")[2]
            in_others = [f"{d}:{target}" for d, rows in self.index.rows.items() if target in rows and d != own]
            sought[value] = in_others[0] if in_others else closest(value, self._candidates(owner, column.range))
        return sought.get(value)

    def _candidates(self, owner: str, range_: str | None) -> list[str]:
        """What a reference into a dataset can be, in order."""
        if (owner, range_) not in self._meant:
            start = "" if owner == self.dataset.name else f"{owner}:"
            rows = self.index.rows[owner].items()
            fit = [f"{start}{i}" for i, row in rows if range_ is None or self._fits(row, range_)]
            self._meant[owner, range_] = sorted(fit)
        return self._meant[owner, range_]

    def _may_be_unread(self, owner: str, target: str, column: Column) -> bool:
        """Whether a row may stand in what could not be read of a dataset."""
        dataset = self.index.datasets[owner]
        if target in dataset.unread_ids:
            return True
        tables = (self.vocabulary.tables[name] for name in dataset.unread)
        kinds = {cls for table in tables for cls in (table.target, *table.types.values())}
        return any(
            column.range is None or column.range in self.vocabulary.superclasses.get(cls, {cls}) for cls in kinds
        )

    def _fits(self, row: Row, range_: str) -> bool:
        table = self.vocabulary.tables[row.table]
        cls = table.types.get(row.cells.get("type", ""), table.target)
        return range_ in self.vocabulary.superclasses.get(cls, {cls})

    def _concept(self, row: Row, column: Column, name: str, value: str) -> ox.NamedNode | None:
        scheme = column.scheme or row.cells.get("scheme", "")
        terms = self.vocabulary.schemes.get(scheme, {})
        if value in terms:
            return ox.NamedNode(terms[value].iri)
        own = self.index.own_concepts(self.dataset.name, scheme)
        if value in own:
            concept = own[value]
            return ox.NamedNode(self.index.datasets[concept.dataset].base + concept.id)
        if (elsewhere := self.index.external(self.dataset.name, value)) is not None and is_address(elsewhere):
            return ox.NamedNode(elsewhere)
        if value.casefold() in _typed("person"):
            self._fault("person", row, name, value)
            return None
        by_name = {n: c.slug for c in terms.values() for n in c.names} | {slug: slug for slug in {*terms, *own}}
        near = closest(value.casefold(), by_name)
        self._fault(
            "unknown-concept", row, name, value, by_name[near] if near else None,
            scheme=scheme, known=", ".join([*terms, *sorted(own)]),
        )  # fmt: skip
        return None

    def _scheme(self, row: Row, _column: Column, name: str, value: str) -> ox.NamedNode | None:
        if value in self.vocabulary.schemes:
            return ox.NamedNode(PREFIXES["concept"] + value)
        known = self.vocabulary.schemes
        self._fault("unknown-scheme", row, name, value, closest(value, known), known=", ".join(known))
        return None

    def _date(self, row: Row, column: Column, name: str, value: str) -> ox.Literal | None:
        try:
            dates.bounds(value)
        except YearError:
            fix = near_year(self.dataset, row, value)
            self._fault("date-year", row, name, value, fix, first=FIRST_YEAR, last=LAST_YEAR)
            return None
        except ValueError:
            code = "excel-date" if date_prose.EXCEL_DATE.fullmatch(value) else "bad-date"
            self._fault(code, row, name, value, date_prose.nearest(value), expected=column.message)
            return None
        return ox.Literal(value, datatype=ox.NamedNode(EDTF))

    def _number(self, row: Row, column: Column, name: str, value: str) -> ox.Literal | None:
        if re.fullmatch(r"\d{1,9}", value):
            return ox.Literal(str(int(value)), datatype=node("xsd:integer"))
        self._fault("bad-cell", row, name, value, expected=column.message)
        return None

    def _flag(self, row: Row, column: Column, name: str, value: str) -> ox.Literal | None:
        word = value.casefold()
        if word in _typed("yes") | _typed("no"):
            return ox.Literal(word in _typed("yes"))
        self._fault("bad-cell", row, name, value, expected=column.message)
        return None

    def _uri(self, row: Row, column: Column, name: str, value: str) -> ox.NamedNode | None:
        if is_address(value):
            return ox.NamedNode(value)
        self._fault("bad-cell", row, name, value, nearest_address(value), expected=column.message)
        return None

    def _columns(self, row: Row, column: Column, name: str, value: str) -> ox.NamedNode | None:
        tables = self.vocabulary.tables
        table_name, slash, column_name = value.partition("/")
        table = tables.get(table_name) if slash else tables[row.table]
        meant = table.column(column_name if slash else value) if table else None
        if meant is not None:
            return ox.NamedNode(meant.iri)
        known = (
            [c.name for c in table.columns]
            if table
            else [f"{t.name}/{c.name}" for t in tables.values() for c in t.columns]
        )
        self._fault("bad-cell", row, name, value, closest(value, known), expected=column.message)
        return None

    def type(self, row: Row, table: Table) -> ox.NamedNode | None:
        """Return the class of a row; an unknown one becomes a fault."""
        if not table.typed:
            return ox.NamedNode(table.target if table.name != "concepts" else next(iter(table.types.values())))
        value = row.cells.get("type", "")
        if value in table.types:
            return ox.NamedNode(table.types[value])
        if value.rpartition(":")[2].casefold() == "person":
            self._fault("person", row, "type", value)
        else:
            self._fault("unknown-type", row, "type", value, closest(value, table.types), known=", ".join(table.types))
        return None
