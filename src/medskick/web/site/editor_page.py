"""The SPARQL page: a plain form that works by itself, YASGUI's editor and table over it where they were fetched."""

from typing import Any

from starlette.responses import Response

from medskick.ontology import PREFIXES, term_text
from medskick.queries.query import Query
from medskick.rdf_forms import OF_ONE_GRAPH
from medskick.rooms import room, split_question
from medskick.web.edition import HOME, KINDS
from medskick.web.page_request import PageRequest
from medskick.web.site.page import render
from medskick.web.sparql.limits import Limits
from medskick.words import cldr, group, listed, pick, raw

SCRIPTS = ("vendor/yasgui.min.js", "editor-table.js", "editor.js")
SHEETS = ("vendor/yasgui.min.css", "editor.css")
TABLES = (("csv", "CSV"), ("json", "JSON"), ("xml", "XML"), ("tsv", "TSV"))
GRAPHS = tuple((form.ending, form.name) for form in OF_ONE_GRAPH)
_LIMITS = Limits()
_START = (
    'SELECT ?lesson ?label WHERE {{\n  ?lesson a msk:Lesson ; rdfs:label ?label .\n  FILTER(LANG(?label) = "{}")\n}}'
)


def is_rich() -> bool:
    """Tell whether the parts that make the form an editor are here (the build fetches them where it can)."""
    return all((room("viz") / name).is_file() for name in (*SCRIPTS, *SHEETS))


def sparql_page(request: PageRequest, limits: Limits = _LIMITS) -> Response:
    """A form for SPARQL with the catalogue's questions as examples: ``?query=`` and ``?example=`` fill it in.

    It tells the server's ``limits``, and where the engine differs from the standard.
    """
    prologue = "\n".join(f"PREFIX {p}: <{PREFIXES[p]}>" for p in ("msk", "rdfs"))
    questions = request.edition.catalogue.questions()
    asked = request.given("example")
    given = next((_as_example(q, request) for q in questions if q.slug == asked), request.given("query"))
    themes: dict[str, list[tuple[str, str]]] = {}
    for query in questions:
        themes.setdefault(pick(query.heading, request.lang), []).append((query.slug, pick(query.summary, request.lang)))
    rich = is_rich() and not request.static
    return render(
        request, "sparql.html.j2", request.say("nav-sparql"), lead=request.say("sparql-lead"),
        query=given or f"{prologue}\n\n{_START.format(request.lang)}", themes=themes, asked=asked,
        forms=((_word(request, "tables"), TABLES), (_word(request, "graphs"), GRAPHS)),
        ui={key: _word(request, key) for key in _keys()},
        editor_data=_editor_data(request, questions) if rich else None,
        scripts=SCRIPTS if rich else (), sheets=SHEETS if rich else (), caps=_caps(request, limits),
        differences=listed("catalogue.differences", request.lang),
    )  # fmt: skip


def _caps(request: PageRequest, limits: Limits) -> str:
    from babel.numbers import format_decimal

    locale = cldr(request.lang)
    numbers = {"rows": limits.rows, "size": limits.size / 1e6, "seconds": limits.seconds}
    return request.say("sparql-caps", **{key: format_decimal(n, locale=locale) for key, n in numbers.items()})


def _keys() -> list[str]:
    return list(group("editor"))


def _word(request: PageRequest, key: str) -> str:
    # the script fills the places in
    return str(raw(f"editor.{key}", request.lang))


def _as_example(query: Query, request: PageRequest) -> str:
    """A question as it stands in the editor: its words as a comment instead of the header, which has two languages."""
    _, text = split_question(query.text)
    return f"# {pick(query.summary, request.lang)}\n{text}\n"


def _editor_data(request: PageRequest, questions: list[Query]) -> dict[str, Any]:
    """What the script needs to know."""
    own = {base: request.page(f"/id/{name}/") for name, base in request.edition.bases.items()}
    kinds = {f"{HOME}{kind}/": request.page(f"/{kind}/") for kind in KINDS}
    return {
        "endpoint": request.to("/sparql"),
        "prefixes": PREFIXES,
        "examples": {query.slug: _as_example(query, request) for query in questions},
        "terms": _terms(request),
        "pages": {**own, **kinds, PREFIXES["msk"]: request.page("/ontology") + "#"},
        "words": {key: _word(request, key) for key in _keys()},
    }


def _terms(request: PageRequest) -> list[dict[str, str]]:
    """The classes and properties that a query may use, with their labels in the reader's language."""
    rows = request.reader.select(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> SELECT DISTINCT ?term ?type {"
        " VALUES ?type { owl:Class owl:ObjectProperty owl:DatatypeProperty } ?term a ?type } ORDER BY ?term ?type"
    )
    request.reader.know(term_text(row["term"]) for row in rows)
    return [
        {
            "iri": term_text(row["term"]),
            "kind": "class" if term_text(row["type"]).endswith("#Class") else "property",
            "label": request.reader.name(term_text(row["term"])).text,
        }
        for row in rows
    ]
