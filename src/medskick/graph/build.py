"""Rows to statements and back. The shapes say how; nothing is lost either way."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from medskick.graph import dates
from medskick.graph.faults import Fault, closest, fault
from medskick.graph.privacy import personal_data
from medskick.graph.tables import SLUG, Dataset, Row, split
from medskick.ontology import (
    DATASETS,
    EDTF,
    GRAPHS,
    PREFIXES,
    Column,
    Table,
    Vocabulary,
    node,
    term_text,
)
from medskick.words import languages, listed


@cache
def _typed(name: str) -> frozenset[str]:
    """What people type for something, in all languages of the interface."""
    return frozenset(word for lang in languages() for word in listed(f"reading.{name}", lang))


def dataset_graph(name: str) -> ox.NamedNode:
    """Return the named graph of a dataset's own statements."""
    return ox.NamedNode(GRAPHS + name)


def derived_graph(name: str) -> ox.NamedNode:
    """Return the named graph of what follows from a dataset's statements."""
    return ox.NamedNode(f"{GRAPHS}{name}/derived")


@dataclass
class Index:
    """All rows of all loaded datasets, found by dataset and id, and by IRI."""

    vocabulary: Vocabulary
    datasets: dict[str, Dataset]
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    by_iri: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dataset in self.datasets.values():
            by_id = self.rows.setdefault(dataset.name, {})
            for row in dataset.all_rows():
                if SLUG.fullmatch(row.id):
                    by_id.setdefault(row.id, row)
                    self.by_iri.setdefault(dataset.base + row.id, row)

    def base(self, dataset: str, name: str) -> str | None:
        """Return the base of a dataset that another one refers to by name."""
        if name in self.datasets:
            return self.datasets[name].base
        return self.datasets[dataset].refers.get(name)

    def reference(self, dataset: str, iri: str) -> str:
        """Return an IRI as a cell of a dataset writes it: ``id`` or ``dataset:id``."""
        own = self.datasets[dataset]
        if iri.startswith(own.base):
            return iri.removeprefix(own.base)
        bases = {**own.refers, **{d.name: d.base for d in self.datasets.values()}}
        for name, base in sorted(bases.items(), key=lambda pair: -len(pair[1])):
            if iri.startswith(base):
                return f"{name}:{iri.removeprefix(base)}"
        return iri

    def own_concepts(self, dataset: str, scheme: str) -> dict[str, Row]:
        """Return a dataset's own terms in a scheme, and those of the datasets it refers to as ``dataset:id``."""
        return {
            (row.id if name == dataset else f"{name}:{row.id}"): row
            for name, owner in self.datasets.items()
            for row in owner.rows.get("concepts", [])
            if row.cells.get("scheme") == scheme
        }


class _Cells:
    """Turns the cells of one dataset's rows into terms, collecting faults."""

    def __init__(self, dataset: Dataset, index: Index) -> None:
        self.dataset, self.index, self.vocabulary = dataset, index, index.vocabulary
        self.faults: list[Fault] = []
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

    def _fault(self, code: str, row: Row, column: str, found: str, fix: str | None = None, **values: object) -> None:
        file = self.dataset.file(row.table)
        self.faults.append(
            fault(code, file, row=row.line, column=column, found=found, fix=fix, level="error", **values)
        )

    def terms(self, row: Row, column: Column) -> Iterator[ox.NamedNode | ox.Literal]:
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
        base = self.index.base(own, owner)
        if base is None or owner not in self.index.datasets:
            self._fault(
                "unknown-dataset",
                row,
                name,
                value,
                closest(owner, self.index.datasets),
                known=", ".join(n for n, d in sorted(self.index.datasets.items()) if not d.is_linkset),
            )
            return None
        if target not in self.index.rows[owner]:
            candidates = {
                i if owner == own else f"{owner}:{i}": r
                for i, r in self.index.rows[owner].items()
                if column.range is None or self._fits(r, column.range)
            }
            elsewhere = [f"{d}:{target}" for d, rows in self.index.rows.items() if target in rows and d != own]
            near = elsewhere[0] if elsewhere else closest(value, candidates)
            self._fault("dangling", row, name, value, near, expected=column.message)
            return None
        return ox.NamedNode(base + target)

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
        except ValueError:
            code = "excel-date" if dates.EXCEL_DATE.fullmatch(value) else "bad-date"
            self._fault(code, row, name, value, dates.nearest(value), expected=column.message)
            return None
        return ox.Literal(value, datatype=ox.NamedNode(EDTF))

    def _number(self, row: Row, column: Column, name: str, value: str) -> ox.Literal | None:
        if re.fullmatch(r"\d{1,9}", value):
            return ox.Literal(str(int(value)), datatype=node("xsd:integer"))
        digits = re.sub(r"[\s\u00a0.,]", "", value)
        self._fault("bad-cell", row, name, value, digits if digits.isdecimal() else None, expected=column.message)
        return None

    def _flag(self, row: Row, column: Column, name: str, value: str) -> ox.Literal | None:
        word = value.casefold()
        if word in _typed("yes") | _typed("no"):
            return ox.Literal(word in _typed("yes"))
        self._fault("bad-cell", row, name, value, expected=column.message)
        return None

    def _uri(self, row: Row, column: Column, name: str, value: str) -> ox.NamedNode | None:
        if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", value):
            return ox.NamedNode(value)
        fix = f"https://{value}" if re.fullmatch(r"www\.[^\s<>\"{}|\\^`]+", value) else None
        self._fault("bad-cell", row, name, value, fix, expected=column.message)
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


def _order_fault(dataset: Dataset, row: Row, first: str, last: str) -> Fault | None:
    start, end = row.cells.get(first), row.cells.get(last)
    if not start or not end:
        return None
    try:
        low, high = dates.bounds(start), dates.bounds(end)
    except ValueError:
        return None
    if low.earliest and high.latest and low.earliest > high.latest:
        return fault("end-before-start", dataset.file(row.table), row=row.line, column=last, found=end, start=start)
    return None


def _unspoken(dataset: Dataset, row: Row, column: Column) -> Iterator[Fault]:
    """Warnings of a required text that is there in one of the dataset's languages and not in another."""
    headers = column.headers(dataset.languages)
    if column.kind == "text" and column.required and any(header in row.cells for header in headers):
        for header in (header for header in headers if header not in row.cells):
            yield fault("missing-language", dataset.file(row.table), row=row.line, column=header, level="warning")


def statements(dataset: Dataset, index: Index) -> tuple[list[ox.Quad], list[Fault]]:
    """Turn a dataset into statements in its named graph. Returns them with all faults of its cells."""
    graph, cells = dataset_graph(dataset.name), _Cells(dataset, index)
    quads = list(_description(dataset, graph))
    for row in dataset.all_rows():
        table = index.vocabulary.tables[row.table]
        cells.faults.extend(personal_data(dataset.file(row.table), row, table, index.vocabulary))
        for first, last in (("start", "end"), ("planned_start", "planned_end"), ("in_force", "valid_until")):
            if (late := _order_fault(dataset, row, first, last)) is not None:
                cells.faults.append(late)
        if not SLUG.fullmatch(row.id):  # told when the table was read
            continue
        subject = ox.NamedNode(dataset.base + row.id)
        if (cls := cells.type(row, table)) is not None:
            quads.append(ox.Quad(subject, node("rdf:type"), cls, graph))
        for column in table.columns:
            path = ox.NamedNode(column.path)
            cells.faults.extend(_unspoken(dataset, row, column))
            quads.extend(ox.Quad(subject, path, term, graph) for term in cells.terms(row, column))
    return quads, cells.faults


def _description(dataset: Dataset, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    subject = ox.NamedNode(DATASETS + dataset.name)

    def quad(predicate: str, term: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, node(predicate), term, graph)

    yield quad("rdf:type", node("void:Linkset" if dataset.is_linkset else "msk:Dataset"))
    for lang, text in dataset.title.items():
        yield quad("rdfs:label", ox.Literal(text, language=lang))
        yield quad("dcterms:title", ox.Literal(text, language=lang))
    for lang, text in dataset.description.items():
        yield quad("dcterms:description", ox.Literal(text, language=lang))
    for lang, text in dataset.said_by.items():
        yield quad("msk:saidBy", ox.Literal(text, language=lang))
    for name in dataset.joins:
        yield quad("void:target", ox.NamedNode(DATASETS + name))
    for lang in dataset.languages:
        yield quad("dc:language", ox.Literal(lang))
    yield quad("void:uriSpace", ox.Literal(dataset.base))
    yield quad("dc:publisher", ox.Literal(dataset.publisher))
    yield quad("dcterms:license", ox.NamedNode(dataset.licence))
    yield quad("dcat:version", ox.Literal(dataset.version))
    yield quad("dcterms:modified", ox.Literal(dataset.modified, datatype=node("xsd:date")))
    for name, into in dataset.withdrawn.items():
        gone = ox.NamedNode(dataset.base + name)
        yield ox.Quad(gone, node("owl:deprecated"), ox.Literal(True), graph)
        if into:
            yield ox.Quad(gone, node("dcterms:isReplacedBy"), ox.NamedNode(dataset.base + into), graph)


def _cell(term: ox.NamedNode | ox.Literal, column: Column, table: str, index: Index, dataset: str) -> str:
    text = term_text(term)
    match column.kind:
        case "ref":
            return index.reference(dataset, text)
        case "concept":
            start = f"{PREFIXES['concept']}{column.scheme or ''}"
            return text.rpartition("/")[2] if text.startswith(start) else index.reference(dataset, text)
        case "scheme":
            return text.removeprefix(PREFIXES["concept"])
        case "columns":
            owner, _, name = text.removeprefix(PREFIXES["shp"]).partition("/")
            return name if owner in (table, "common") else f"{owner}/{name}"
        case "flag":
            return "yes" if text == "true" else "no"
    return text


def table_rows(quads: Iterable[ox.Quad], dataset: Dataset, index: Index) -> dict[str, list[dict[str, str]]]:
    """Turn a dataset's statements back into rows: for each table that has any, its cells by header name."""
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            said.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    by_type = {iri: (t, name) for t in index.vocabulary.tables.values() for name, iri in t.types.items()}
    rows: dict[str, list[dict[str, str]]] = {}
    for subject, properties in sorted(said.items()):
        for cls in properties.get(PREFIXES["rdf"] + "type", []):
            if term_text(cls) not in by_type or not subject.startswith(dataset.base):
                continue
            table, type_name = by_type[term_text(cls)]
            cells = {"id": subject.removeprefix(dataset.base)} | ({"type": type_name} if table.typed else {})
            for column in table.columns:
                terms = properties.get(column.path, [])
                if column.kind == "text":
                    cells |= {
                        f"{column.name}_{t.language}": t.value
                        for t in terms
                        if isinstance(t, ox.Literal) and t.language
                    }
                elif terms:
                    cells[column.name] = ";".join(
                        sorted(_cell(t, column, table.name, index, dataset.name) for t in terms)
                    )
            rows.setdefault(table.name, []).append(cells)
    return rows
