"""The W3C SPARQL 1.1 query tests (evaluation, result formats, syntax), walked from their manifests through our worker.

Entailment and federation are left out: there is none of either here.
"""

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF
from starlette.testclient import TestClient

from conftest import SHARED, need
from medskick.ontology import PREFIXES, WRITTEN
from medskick.queries.catalogue import Catalogue
from medskick.rdf_forms import RESULTS_BY_MEDIA
from medskick.web.app import Settings, create_app
from medskick.web.sparql.limits import Limits
from medskick.web.sparql.worker import answer
from medskick.words import listed

SUITE = SHARED / "suites" / "w3c-sparql11-query"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
FORMS = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".srx": XML, ".srj": JSON}
_CONCAT, _GRAPH = "GROUP_CONCAT keeps a language", "the variable of GRAPH is not seen by what it holds"
_ZERO = "a path of no length from or to what is in no statement"
KNOWN_FAILURES: dict[str, str] = {
    "aggregates/agg-groupconcat-04": _CONCAT,
    "aggregates/agg-groupconcat-06": _CONCAT,
    "aggregates/agg-empty-group-count-graph": _GRAPH,
    "bindings/graph": _GRAPH,
    "negation/graph-minus": _GRAPH,
    "property-path/zero_or_more_set_start": _ZERO,
    "property-path/zero_or_more_set_end": _ZERO,
    "property-path/zero_or_one_set_start": _ZERO,
    "property-path/zero_or_one_set_end": _ZERO,
    "functions/bnode01": "BNODE with a text is one node in all rows",
    "csv-tsv-res/tsv03": "numbers are written in one way",
}
"""By folder and id, with what the engine does instead; docs/reference/sparql.md tells each."""


class Case(NamedTuple):
    """A test: its folder and id, its type, the query, the data by graph (``None``: the default one), the answer."""

    name: str
    type: str
    query: Path
    data: list[tuple[Path, str | None]]
    result: Path | None


def _path(node: Any) -> Path:
    return Path(str(node).removeprefix("file://"))


def cases() -> Iterator[Case]:
    for file in sorted(SUITE.glob("*/manifest.ttl")):
        manifest = rdflib.Graph().parse(file, publicID=file.as_uri())
        [entries] = manifest.objects(None, MF.entries)
        for test in manifest.items(entries):
            kind = str(manifest.value(test, RDF.type)).rpartition("#")[2]
            action: Any = manifest.value(test, MF.action)
            query = manifest.value(action, QT.query) or action
            data: list[tuple[Path, str | None]] = [(_path(d), None) for d in manifest.objects(action, QT.data)]
            data += [(_path(d), str(d)) for d in manifest.objects(action, QT.graphData)]
            result = manifest.value(test, MF.result)
            name = f"{file.parent.name}/{str(test).rpartition('#')[2]}"
            yield Case(name, kind, _path(query), data, _path(result) if result else None)


CASES = {case.name: case for case in cases()}


def ask(case: Case, solutions: str) -> tuple[str, bytes]:
    """Ask a test's query through the worker. Returns the form of its answer (or ``error``) and the answer."""
    store = ox.Store()
    for path, graph in case.data:
        store.load(path=path, base_iri=path.as_uri(), to_graph=ox.NamedNode(graph) if graph else None)
    job = {
        "query": case.query.read_text(encoding="utf-8"), "rows": 10_000, "bytes": 10_000_000, "dataset": None,
        "media": {"solutions": solutions, "boolean": JSON, "triples": "application/n-triples"},
        "prefixes": PREFIXES, "written": WRITTEN, "base": case.query.as_uri(),
    }  # fmt: skip
    out = io.BytesIO()
    answer(store, job, out)
    frames, raw, form, body = [], out.getvalue(), "", b""
    while raw:
        size = int.from_bytes(raw[1:5], "big")
        frames.append((raw[:1], raw[5 : 5 + size]))
        raw = raw[5 + size :]
    for kind, payload in frames:
        if kind == b"E":
            return "error", payload
        if kind == b"F":
            # the end, and which endpoints gave nothing
            continue
        form, body = (payload.decode(), body) if kind == b"H" else (form, body + payload)
    return form, body


def number(text: str) -> Decimal | str:
    try:
        known = Decimal(text)
    except InvalidOperation:
        return text
    return text if known.is_nan() else known.normalize()


def value(term: Any) -> Any:
    """A term as it is compared: numbers and truth by value and type, however they are written."""
    if not isinstance(term, ox.Literal):
        return term
    kind = term.datatype.value.removeprefix(PREFIXES["xsd"])
    if kind in ("integer", "decimal", "double", "float"):
        return kind, number(term.value)
    if kind == "boolean":
        return kind, {"1": "true", "0": "false"}.get(term.value, term.value)
    return term


Row = dict[str, Any]


def solutions(form: str, body: bytes) -> tuple[list[str], list[Row]]:
    parsed = ox.parse_query_results(body, format=RESULTS_BY_MEDIA[form].format)
    assert isinstance(parsed, ox.QuerySolutions)
    names = [v.value for v in parsed.variables]
    return names, [{n: value(t) for n, t in zip(names, row, strict=True) if t is not None} for row in parsed]


def result_set(path: Path) -> list[Row]:
    """The rows of a result that is written as RDF (DAWG result set)."""
    graph = rdflib.Graph().parse(path)
    rows = []
    for solution in graph.objects(None, RS.solution):
        row = {}
        for binding in graph.objects(solution, RS.binding):
            [name], [term] = graph.objects(binding, RS.variable), graph.objects(binding, RS.value)
            [row[str(name)]] = [
                value(t.object) for t in ox.parse(f"<a:> <a:> {term.n3()} .", format=ox.RdfFormat.TURTLE)
            ]
        rows.append(row)
    return rows


def same_rows(ours: list[Row], theirs: list[Row], order: bool) -> bool:
    """Tell whether rows are the same: as often, in order if it matters, blank nodes matched one to one."""
    if len(ours) != len(theirs):
        return False

    def fits(one: Row, other: Row, known: dict[Any, Any]) -> dict[Any, Any] | None:
        if one.keys() != other.keys():
            return None
        known = dict(known)
        for name, term in one.items():
            if not isinstance(term, ox.BlankNode):
                if term != other[name]:
                    return None
            elif not isinstance(other[name], ox.BlankNode) or known.setdefault(term, other[name]) != other[name]:
                return None
        return known if len(set(known.values())) == len(known) else None

    def match(at: int, left: list[Row], known: dict[Any, Any]) -> bool:
        if at == len(ours):
            return True
        for place, row in enumerate(left[:1] if order else left):
            if (now := fits(ours[at], row, known)) is not None and match(at + 1, left[:place] + left[place + 1 :], now):
                return True
        return False

    if not any(isinstance(t, ox.BlankNode) for row in ours for t in row.values()) and not order:
        return Counter(frozenset(row.items()) for row in ours) == Counter(frozenset(row.items()) for row in theirs)
    return match(0, theirs, {})


def table(raw: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(raw.decode().splitlines())


def cells(row: dict[str, str]) -> frozenset[tuple[str, Any]]:
    return frozenset((name, "_:" if text.startswith("_:") else number(text)) for name, text in row.items())


def passes(case: Case) -> bool:
    if "Syntax" in case.type:
        form, body = ask(case, JSON)
        refused = form == "error" and json.loads(body)["error"] == "syntax"
        return refused is case.type.startswith("Negative")
    assert case.result is not None
    form, body = ask(case, FORMS.get(case.result.suffix, JSON))
    if form == "error":
        return False
    if case.result.suffix == ".csv":
        # a table of plain texts, the columns of SELECT * in any order
        return Counter(map(cells, table(body))) == Counter(map(cells, table(case.result.read_bytes())))
    if form == "application/n-triples":
        ours_graph, theirs_graph = (
            ox.Dataset(ox.parse(body, format=ox.RdfFormat.N_TRIPLES)),
            ox.Dataset(ox.parse(path=case.result, base_iri=case.result.as_uri())),
        )
        for graph in (ours_graph, theirs_graph):
            graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return set(ours_graph) == set(theirs_graph)
    if case.result.suffix in (".ttl", ".rdf"):
        return same_rows(solutions(form, body)[1], result_set(case.result), False)
    expected = case.result.read_bytes()
    parsed = ox.parse_query_results(expected, format=RESULTS_BY_MEDIA[FORMS[case.result.suffix]].format)
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed) == bool(json.loads(body)["boolean"])
    ordered = "ORDER BY" in case.query.read_text(encoding="utf-8").upper()
    return same_rows(solutions(form, body)[1], solutions(FORMS[case.result.suffix], expected)[1], ordered)


def test_the_manifests_hold_so_many_tests() -> None:
    need(SUITE.is_dir(), "the shared suites (MEDSKICK_SHARED)")
    assert Counter(case.type for case in CASES.values()) == {
        "QueryEvaluationTest": 232, "PositiveSyntaxTest11": 63, "NegativeSyntaxTest11": 40, "CSVResultFormatTest": 3,
    }  # fmt: skip
    assert KNOWN_FAILURES.keys() <= CASES.keys()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=KNOWN_FAILURES[name]))
        if name in KNOWN_FAILURES
        else name
        for name in CASES
    ],
)
def test_query(name: str) -> None:
    assert passes(CASES[name])


def test_each_known_failure_is_told_on_the_page_and_nothing_else() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "sparql.md").read_text(encoding="utf-8")
    matches = [
        name for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    ]
    assert sorted(matches) == sorted(KNOWN_FAILURES)
    assert f"Of its {len(CASES) or 338} tests" in page and f"{338 - len(KNOWN_FAILURES)} pass" in page


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_sparql_page_tells_them_and_what_a_query_may_take(store_folder: Path, lang: str) -> None:
    limits = Limits(rows=4321, size=7_000_000, seconds=11)
    with TestClient(create_app(Settings(store=store_folder, limits=limits))) as client:
        text = html.unescape(client.get(f"/{lang}/sparql").text).replace("\u00a0", " ")
    for number in ("4 321" if lang == "sv" else "4,321", "7 MB", "11 sek" if lang == "sv" else "11 sec"):
        assert number in text
    assert all(word in text for word in ("338", str(338 - len(KNOWN_FAILURES)), "GROUP_CONCAT(STR(?text))"))
    # one line for each cause, as on the page of the documentation
    assert len(listed("catalogue.differences", lang)) == len(set(KNOWN_FAILURES.values()))


def test_no_question_depends_on_what_the_engine_makes_of_language_tags() -> None:
    """``GROUP_CONCAT`` of tagged texts gives a tagged one (agg-groupconcat-04): a question writes ``STR`` inside."""
    catalogue = Catalogue()
    for query in (*catalogue.questions(), *catalogue.views()):
        assert re.findall(r"GROUP_CONCAT\s*\((?!\s*(?:DISTINCT\s+)?STR\s*\()", query.text, re.IGNORECASE) == [], (
            query.slug
        )


@pytest.mark.parametrize(
    ("query", "function"),
    [
        ('PREFIX bif: <bif:> SELECT ?s { ?s rdfs:label ?o FILTER(bif:contains(?o, "x")) }', "bif:contains"),
        ('PREFIX fn: <http://www.w3.org/2005/xpath-functions#> ASK { BIND(fn:lower-case("A") AS ?x) }',
         "http://www.w3.org/2005/xpath-functions#lower-case"),
        ('CONSTRUCT WHERE { ?s rdfs:label ?o } ORDER BY xsd:int("3")', f"{PREFIXES['xsd']}int"),
    ],
)  # fmt: skip
def test_an_unknown_function_is_the_querys_fault_and_is_named(tmp_path: Path, query: str, function: str) -> None:
    (tmp_path / "q.rq").write_text(query, encoding="utf-8")
    form, body = ask(Case("own", "", tmp_path / "q.rq", [], None), JSON)
    assert (form, json.loads(body)) == ("error", {"error": "unknown-function", "detail": function})
