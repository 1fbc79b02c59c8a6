"""RDF that follows the ontology (Turtle, JSON-LD, N-Triples, TriG, N-Quads) read to sheets, as a workbook is.

A thing of the dataset is a row of the table of its class; what only follows from other statements is left out.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.build import cells_of, statements
from medskick.graph.dataset import Dataset
from medskick.graph.faults import Fault, Faulty, closest, fault
from medskick.graph.index import Index, dataset_graph, derived_graph
from medskick.graph.input_file import read_file
from medskick.graph.rules import Derivation
from medskick.ontology import DATASETS, PREFIXES, Table, iri, shorten, term_text
from medskick.rdf_forms import BY_ENDING
from medskick.sheets.answers import Answers
from medskick.sheets.read import Book, Sheet

ENDINGS = (".ttl", ".jsonld", ".nt", ".trig", ".nq")
_OURS = (PREFIXES["msk"],)


def is_rdf(path: Path) -> bool:
    """Tell whether a file's ending is one of RDF that is read here."""
    return path.suffix.lower() in ENDINGS


def read_rdf(path: Path) -> list[ox.Quad]:
    """Return a file's statements. Raises ``Faulty``: where it cannot be read, or is no RDF, with the line."""
    raw, unread = read_file(path, path.name)
    if unread is not None:
        raise Faulty([unread])
    form = BY_ENDING[path.suffix.lower().removeprefix(".")]
    try:
        # no base: what is written relative to the file has no address
        return list(ox.parse(raw, format=form.format))
    except SyntaxError as error:
        message = re.sub(r"^Parser error (?:at|between) line .*?: ", "", str(error.msg))
        raise Faulty([fault("rdf-syntax", path.name, row=error.lineno or 0, found=message, form=form.name)]) from error
    except (ValueError, OSError) as error:
        raise Faulty([fault("rdf-syntax", path.name, found=str(error), form=form.name)]) from error


def dataset_of(quads: Iterable[ox.Quad]) -> str:
    """Return the name of the one dataset that statements describe, empty where they describe none or several."""
    names = {
        quad.subject.value.removeprefix(DATASETS)
        for quad in quads
        if quad.predicate.value == iri("rdf:type")
        and term_text(quad.object) == iri("msk:Dataset")
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(DATASETS)
    }
    return names.pop() if len(names) == 1 else ""


def derived_statements(dataset: Dataset, index: Index) -> set[ox.Triple]:
    """Return what follows from a dataset's own statements and is not among them: a download holds both."""
    store = ox.Store()
    store.extend(index.vocabulary.quads)
    for one in index.datasets.values():
        store.extend(statements(one, index)[0])
    derivation = Derivation(store, index)
    for name in sorted(index.datasets, key=lambda name: name == dataset.name):
        derivation.derive(name)
    graphs = derived_graph(dataset.name), dataset_graph(dataset.name)
    derived, own = ({q.triple for q in store.quads_for_pattern(None, None, None, graph)} for graph in graphs)
    return derived - own


def table_titles(book: Book) -> Answers:
    """Return which table each sheet of a book from RDF is."""
    return Answers({sheet.title: sheet.title.rpartition("(")[2].removesuffix(")") for sheet in book.sheets})


def rdf_book(path: Path, quads: Iterable[ox.Quad], index: Index, dataset: Dataset, derived: set[ox.Triple]) -> Book:
    """Return a dataset's things in a file as a book: a sheet for each table, titled by the file and the table.

    ``derived`` are the statements that follow from others of the dataset. A row stands at the line of the file where
    its thing first occurs, as far as that can be told, so that faults name it.
    """
    own = {ox.DefaultGraph(), dataset_graph(dataset.name)}
    triples = [quad.triple for quad in quads if quad.graph_name in own]
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal) and triple not in derived:
            said.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
    things = {address: said[address] for address in sorted(said) if address.startswith(dataset.base)}
    lines = _Lines(path)
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    faults = list(_foreign(path.name, triples, index, dataset))
    for address, properties in things.items():
        slug = address.removeprefix(dataset.base)
        line = lines.of(address, slug)
        if iri("owl:deprecated") in properties:  # withdrawn: told in the dataset's description
            continue
        kinds = _kinds(properties, index)
        if not kinds:
            types = ", ".join(shorten(term_text(value)) for value in properties.get(iri("rdf:type"), ()))
            classes = [name for table in index.vocabulary.tables.values() for name in table.types]
            near = closest(types.rpartition(":")[2], classes)
            faults.append(fault("rdf-class", path.name, row=line, found=types or slug, fix=near, thing=slug))
        for table, name in kinds:
            cells = {"id": slug} | ({"type": name} if table.typed else {})
            cells |= cells_of(properties, table, index, dataset)
            rows.setdefault(table.name, []).append((line, cells))
    if any(one.level == "error" for one in faults):
        raise Faulty(faults)
    return Book(
        path.name, b"", [_sheet(path, index.vocabulary.tables[name], rows[name]) for name in sorted(rows)], faults
    )


def _kinds(properties: dict[str, list[ox.NamedNode | ox.Literal]], index: Index) -> list[tuple[Table, str]]:
    """The tables that a thing is a row of, each with its type there, by its narrowest classes."""
    above = index.vocabulary.superclasses
    types = {term_text(value) for value in properties.get(iri("rdf:type"), ())}
    known = {address: (t, name) for t in index.vocabulary.tables.values() for name, address in t.types.items()}
    narrow = [one for one in types if one in known and not any(one != o and one in above.get(o, ()) for o in types)]
    return [known[one] for one in sorted(narrow)]


def _foreign(file: str, triples: Iterable[ox.Triple], index: Index, dataset: Dataset) -> Iterator[Fault]:
    """Warnings of what has the form of the ontology and is not in it, and of things that are another dataset's."""
    known = {term_text(quad.subject) for quad in index.vocabulary.quads}
    triples = list(triples)
    terms = {triple.predicate.value for triple in triples}
    for address in sorted(term for term in terms if term.startswith(_OURS) and term not in known):
        near = closest(shorten(address), (shorten(one) for one in known if one.startswith(_OURS)))
        yield fault("rdf-property", file, found=shorten(address), fix=near)
    ours = {address for table in index.vocabulary.tables.values() for address in (*table.types.values(), table.target)}
    others = {
        term_text(triple.subject)
        for triple in triples
        if triple.predicate.value == iri("rdf:type")
        and term_text(triple.object) in ours
        and not term_text(triple.subject).startswith(dataset.base)
    }
    if others:
        yield fault("rdf-elsewhere", file, found=min(others), count=len(others), base=dataset.base, level="warning")


def _sheet(path: Path, table: Table, rows: list[tuple[int, dict[str, str]]]) -> Sheet:
    header = list(dict.fromkeys(name for _, cells in rows for name in cells))
    lines: list[list[str]] = [header]
    for line, cells in sorted(rows, key=lambda row: row[0]):
        lines += [[] for _ in range(line - len(lines) - 1)]
        lines.append([cells.get(name, "") for name in header])
    return Sheet(f"{path.name} ({table.name})", lines)


class _Lines:
    """Finds the line of a text on which a thing is first named as what is described."""

    def __init__(self, path: Path) -> None:
        self._first: dict[str, int] = {}
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            # at the beginning of a statement, or as the identifier of an object
            if match := re.match(r'\s*(?:"@id"\s*:\s*"|<|\w*:)([^\s>"]+)', line):
                self._first.setdefault(re.split("[/#:]", match[1])[-1], number)

    def of(self, address: str, slug: str) -> int:
        return self._first.get(slug, self._first.get(re.split("[/#]", address)[-1], 0))
