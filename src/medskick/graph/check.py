"""The gate: SHACL shapes, then the rules of ``ontology/checks`` (any row is a defect)."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from medskick.graph.dataset import Row
from medskick.graph.faults import Fault, Level, fault
from medskick.graph.index import Index
from medskick.ontology import PREFIXES, Column, iri, term_text
from medskick.rooms import room
from medskick.words import Lang

_CONSTRAINT_FAULTS = {
    "MinCountConstraintComponent": "missing-value",
    "MaxCountConstraintComponent": "too-many-values",
    "ClassConstraintComponent": "wrong-kind",
}


def _column_of(index: Index, row: Row, shape: str) -> Column | None:
    return next((c for c in index.vocabulary.tables[row.table].columns if c.iri == shape), None)


def _missing_header(row: Row, column: Column, langs: Sequence[Lang]) -> str:
    headers = column.headers(langs)
    return next((header for header in headers if header not in row.cells), headers[0])


def shape_faults(quads: Iterable[ox.Quad], index: Index) -> list[Fault]:
    """Hold the datasets' own statements against the shapes, without inference. Returns faults by row and column."""
    import pyshacl
    import rdflib.collection

    terms: dict[object, Any] = {}

    def term(value: object) -> Any:
        if value not in terms:
            if isinstance(value, ox.Literal):
                kind = None if value.language else rdflib.URIRef(value.datatype.value)
                # not normalised: the gate sees what was written
                terms[value] = rdflib.Literal(value.value, lang=value.language, datatype=kind, normalize=False)
            else:
                terms[value] = rdflib.URIRef(term_text(value))
        return terms[value]

    data, shapes = rdflib.Graph(), rdflib.Graph()
    for quad in quads:
        data.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    hierarchy = {iri(p) for p in ("rdfs:subClassOf", "skos:inScheme")}
    # words for people: faults take them from the columns, and the validator goes through them for every cell
    prose = {iri(p) for p in ("sh:name", "sh:message", "sh:order", "rdfs:label", "rdfs:comment")}
    for quad in index.vocabulary.quads:
        triple = (term(quad.subject), term(quad.predicate), term(quad.object))
        if term_text(quad.subject).startswith(PREFIXES["shp"]):
            if quad.predicate.value not in prose and not quad.predicate.value.startswith(PREFIXES["msk"]):
                shapes.add(triple)
        elif quad.predicate.value in hierarchy:
            data.add(triple)
    sh = rdflib.Namespace(PREFIXES["sh"])
    # a column's shape is given the rows of its table itself: the validator then takes all of them at once, not row by
    # row and column by column, and finds the same in half the time
    for table in set(shapes.subjects(sh.targetClass)):
        kinds = list(shapes.objects(table, sh.targetClass))
        for cells in list(shapes.objects(table, sh.property)):
            for kind in kinds:
                shapes.add((cells, sh.targetClass, kind))
        shapes.remove((table, sh.property, None))
    # likewise a scheme is given as the list of its terms: the validator need not follow each cell to its scheme
    for scheme in set(shapes.objects(None, sh.node)):
        (rule,) = shapes.objects(scheme, sh.property)
        terms_of = data.subjects(shapes.value(rule, sh.path), shapes.value(rule, sh.hasValue))
        listed = rdflib.collection.Collection(shapes, rdflib.BNode(), sorted(terms_of, key=str)).uri
        for cells in list(shapes.subjects(sh.node, scheme)):
            shapes.remove((cells, sh.node, scheme))
            shapes.add((cells, sh["in"], listed))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, rdflib.Graph)
    faults = []
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        row = index.by_iri.get(str(report.value(result, sh.focusNode)))
        if row is None:
            continue
        column = _column_of(index, row, str(report.value(result, sh.sourceShape)))
        if column is None:  # a superclass's table: the row is held against its own
            continue
        component = str(report.value(result, sh.sourceConstraintComponent)).rpartition("#")[2]
        value = report.value(result, sh.value)
        given = "" if value is None else index.reference(row.dataset, str(value))
        code = _CONSTRAINT_FAULTS.get(component, "shape")
        if code == "wrong-kind" and (value, rdflib.RDF.type, None) not in data:
            continue  # a thing whose own row has no type that is known: told there
        dataset = index.datasets[row.dataset]
        header = _missing_header(row, column, dataset.languages) if code == "missing-value" else column.name
        file = dataset.file(row.table)
        faults.append(fault(code, file, row=row.line, column=header, found=given, expected=column.message))
    return faults


def checks() -> list[Path]:
    """Return the check queries of the ontology room, in order of name."""
    return sorted(room("ontology").glob("checks/*.rq"))


def run_check(path: Path, store: ox.Store) -> list[dict[str, str]]:
    """Run one check over a store (all graphs together). Returns its rows: any row is a defect."""
    solutions = store.query(path.read_text(encoding="utf-8"), use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [v.value for v in solutions.variables]
    return [{n: term_text(v) for n, v in zip(names, solution, strict=True) if v is not None} for solution in solutions]


def rule_faults(store: ox.Store, index: Index) -> list[Fault]:
    """Run all checks: rows give ``?thing``, ``?error_sv ?error_en`` … and, if need be, ``?column ?found ?level``."""
    faults = []
    for path in checks():
        for defect in run_check(path, store):
            thing = defect.get("thing", "")
            row = index.by_iri.get(thing)
            level: Level = "warning" if defect.get("level") == "warning" else "error"
            expected = {k.removeprefix("error_"): text for k, text in defect.items() if k.startswith("error_")}
            file = index.datasets[row.dataset].file(row.table) if row else thing
            shown = defect.get("found", "")
            faults.append(
                fault(
                    "rule",
                    file,
                    row=row.line if row else 0,
                    column=defect.get("column", "").rpartition("/")[2],
                    found=index.reference(row.dataset, shown) if row else shown,
                    level=level,
                    expected=expected,
                )
            )
    return faults
