"""Rows to statements and back. The shapes say how; nothing is lost either way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from medskick.graph import dates
from medskick.graph.cells import Cells
from medskick.graph.dataset import SLUG, Dataset, Row
from medskick.graph.faults import Fault, fault
from medskick.graph.index import Index, dataset_graph
from medskick.graph.privacy import personal_data, personal_description
from medskick.ontology import DATASETS, PREFIXES, Column, Table, node, term_text


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
    graph, cells = dataset_graph(dataset.name), Cells(dataset, index)
    quads = list(_description(dataset, graph))
    said = {"publisher": {"": dataset.publisher}, "title": dataset.title, "description": dataset.description}
    texts = {f"{key}_{lang}".rstrip("_"): text for key, by_lang in said.items() for lang, text in by_lang.items()}
    cells.faults.extend(personal_description(f"{dataset.name}/dataset.toml", texts))
    for row in dataset.all_rows():
        table = index.vocabulary.tables[row.table]
        cells.faults.extend(personal_data(dataset.file(row.table), row, table, index.vocabulary))
        for first, last in (("start", "end"), ("planned_start", "planned_end"), ("in_force", "valid_until")):
            if (late := _order_fault(dataset, row, first, last)) is not None:
                cells.faults.append(late)
        if not SLUG.fullmatch(row.id):  # told when the table was read
            continue
        # of two rows with one id, told there too, the second says nothing; faults of its cells are still told
        counts = index.rows[dataset.name][row.id] is row
        subject = ox.NamedNode(dataset.base + row.id)
        if (cls := cells.type(row, table)) is not None and counts:
            quads.append(ox.Quad(subject, node("rdf:type"), cls, graph))
        for column in table.columns:
            path = ox.NamedNode(column.path)
            cells.faults.extend(_unspoken(dataset, row, column))
            terms = list(cells.terms(row, column))
            quads.extend(ox.Quad(subject, path, term, graph) for term in terms if counts)
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
    # of a draft some may not be told yet
    if dataset.publisher:
        yield quad("dc:publisher", ox.Literal(dataset.publisher))
    if dataset.licence:
        yield quad("dcterms:license", ox.NamedNode(dataset.licence))
    if dataset.version:
        yield quad("dcat:version", ox.Literal(dataset.version))
    for name, day in (("dcterms:issued", dataset.issued), ("dcterms:modified", dataset.modified)):
        if day:
            yield quad(name, ox.Literal(day, datatype=node("xsd:date")))
    for name, endpoint in dataset.endpoints.items():
        yield ox.Quad(ox.NamedNode(DATASETS + name), node("void:sparqlEndpoint"), ox.NamedNode(endpoint), graph)
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


def cells_of(
    properties: Mapping[str, Sequence[ox.NamedNode | ox.Literal]], table: Table, index: Index, dataset: Dataset
) -> dict[str, str]:
    """Return what is said of a thing, by property, as the cells of its row in a table, by header name."""
    cells: dict[str, str] = {}
    for column in table.columns:
        terms = properties.get(column.path, ())
        if column.kind == "text":
            literals = [t for t in terms if isinstance(t, ox.Literal)]
            cells |= {f"{column.name}_{t.language}" if t.language else column.name: t.value for t in literals}
        elif terms:
            cells[column.name] = ";".join(sorted(_cell(t, column, table.name, index, dataset.name) for t in terms))
    return cells


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
            cells |= cells_of(properties, table, index, dataset)
            rows.setdefault(table.name, []).append(cells)
    return rows
