"""Pages for readers: plain, in one language each, every one an address that can be shared."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from medskick.ontology import DATASETS, LANGS, PREFIXES, iri, term_text
from medskick.queries import answer as answers
from medskick.queries.catalogue import Query, questions, views
from medskick.queries.run import Answer, allowed_values
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Span, Table, joined, line
from medskick.reports.html import parts
from medskick.reports.writer import Writer
from medskick.rooms import room
from medskick.web.house import Edition
from medskick.words import Lang, pick, say


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(loader=jinja2.FileSystemLoader(room("viz")), autoescape=True, keep_trailing_newline=True)


def _page(
    request: Request, edition: Edition, lang: Lang, document: Document, data: Mapping[str, str], **more: Any
) -> HTMLResponse:
    """A page in the common frame; ``data`` are addresses of the same in other forms, by what they are called."""
    root = request.scope.get("root_path", "")

    def link(thing: str) -> str | None:
        if thing.startswith(f"{root}/"):  # an address of the server itself
            return thing
        address = edition.address_of(thing)
        if address is None:
            return thing if thing.startswith(("http://", "https://")) else None
        kind, _, rest = address.partition("/")
        return f"{root}/{address}" if kind.startswith("ontology") else f"{root}/{lang}/{kind}/{rest}"

    other: Lang = "en" if lang == "sv" else "sv"
    path = request.url.path.removeprefix(root)
    twin = f"{root}/{other}{path.removeprefix(f'/{lang}')}" + (f"?{request.url.query}" if request.url.query else "")
    words = {
        key: say(f"web.{key}", lang)
        for key in ("home", "sparql", "data", "skip", "other-language", "ask", "all", "run", "example", "query", "form")
    }
    told = parts(document, link)
    told["words"] = {**told["words"], **words}
    html = (
        _environment()
        .get_template("web.html.j2")
        .render(**told, root=root, twin=twin, other=other, data=data, version=edition.version[:12], **more)
    )
    return HTMLResponse(html, headers={"Content-Language": lang, "Vary": "Accept-Encoding"})


def home(request: Request, edition: Edition, lang: Lang) -> HTMLResponse:
    """The first page: what it is, the questions by theme, the pictures, the datasets."""
    root = request.scope.get("root_path", "")
    blocks: list[Block] = []
    themes: dict[str, list[Query]] = {}
    for query in questions():
        themes.setdefault(query.theme, []).append(query)
    blocks.append(Heading(say("web.questions", lang)))
    for theme, inside in themes.items():
        blocks.append(Heading(say(f"theme.{theme}", lang), 3))
        blocks.append(
            Bullets(tuple((Span(pick(q.summary, lang), f"{root}/{lang}/questions/{q.slug}"),) for q in inside))
        )
    blocks.append(Heading(say("web.views", lang)))
    blocks.append(Bullets(tuple((Span(pick(v.summary, lang), f"{root}/{lang}/views/{v.slug}"),) for v in views())))
    blocks.append(Heading(say("web.datasets", lang)))
    writer = Writer(edition.store, lang)
    blocks.append(Bullets(tuple(writer.thing(DATASETS + name) for name in edition.datasets)))
    document = Document("Medskick", lang, line(say("web.lead", lang)), tuple(blocks))
    return _page(request, edition, lang, document, {"DCAT": f"{root}/data/catalogue.ttl"})


def question_page(
    request: Request, edition: Edition, lang: Lang, query: Query, found: Answer, chosen: Mapping[str, str]
) -> HTMLResponse:
    """A question: its parameters as a form, its answer as a table, its SPARQL."""
    root = request.scope.get("root_path", "")
    rows: list[tuple[Line, ...]] = []
    for row in found.rows:
        cells: list[Line] = []
        for variable in found.variables:
            term = row.get(variable)
            text = answers.text_of(found, term) if term is not None else ""
            thing = term_text(term) if term is not None and type(term).__name__ == "NamedNode" else ""
            cells.append((Span(text, thing),) if text else ())
        rows.append(tuple(cells))
    blocks: list[Block] = []
    if rows:
        heads = tuple(answers.heading(found, v) for v in found.variables)
        blocks.append(Table(pick(query.summary, lang), heads, tuple(rows)))
    blocks += [Paragraph(line(note), "note") for note in answers.notes(found)]
    document = Document(pick(query.summary, lang), lang, line(pick(query.description, lang)), tuple(blocks))
    fields = []
    for param in query.params:
        allowed = allowed_values(edition.store, param)
        options = sorted(
            ((slug, pick(names, lang)) for slug, (_, names) in allowed.items()), key=lambda pair: pair[1].casefold()
        )
        fields.append(
            {
                "name": param.option,
                "label": pick(param.label, lang),
                "options": options,
                "value": chosen.get(param.option, ""),
            }
        )
    address = f"{root}/questions/{query.slug}"
    search = f"&{request.url.query}" if request.url.query else ""
    data = {form: f"{address}?format={form}&lang={lang}{search}" for form in ("csv", "xlsx", "json")}
    return _page(request, edition, lang, document, data, fields=fields, sparql=query.text)


def thing_page(request: Request, edition: Edition, lang: Lang, thing: str) -> HTMLResponse:
    """All that is said of a thing, both ways, with its sources."""
    root = request.scope.get("root_path", "")
    writer = Writer(edition.store, lang)
    label = writer.name(thing)
    types = [t for t in writer.values(thing, "rdf:type") if term_text(t).startswith(PREFIXES["msk"])]
    said: dict[str, list[Line]] = {}
    inverse: dict[str, list[Line]] = {}
    for quad in edition.about(thing):
        predicate = quad.predicate.value
        derived = term_text(quad.graph_name).endswith("/derived")
        if predicate in (iri("rdf:type"), iri("rdfs:label")) or derived:
            continue
        if term_text(quad.subject) == thing:
            term = quad.object
            language = getattr(term, "language", None)
            if language in LANGS and language != lang:
                continue
            if not isinstance(term, type(quad.graph_name)) or term_text(term) != thing:
                said.setdefault(predicate, []).append(writer.cell(term))  # type: ignore[arg-type]
        elif term_text(quad.object) == thing:
            inverse.setdefault(predicate, []).append(writer.thing(term_text(quad.subject)))
    blocks: list[Block] = []
    for heading, found in (("web.said", said), ("web.said-of", inverse)):
        rows = [
            (writer.thing(predicate), joined(dict.fromkeys(lines), "; "))
            for predicate, lines in sorted(found.items(), key=lambda pair: writer.name(pair[0]).text.casefold())
        ]
        if rows:
            heads = (say("web.property", lang), say("web.value", lang))
            blocks += [Heading(say(heading, lang)), Table(say(heading, lang), heads, tuple(rows))]
    blocks.append(Heading(say("web.sources", lang)))
    sources = writer.sources_of(thing)
    none = Paragraph(line(say("web.no-sources", lang)), "note")
    blocks.append(Bullets(tuple(writer.thing(s) for s in sources)) if sources else none)
    kinds = ", ".join(writer.name(term_text(t)).text for t in types)
    lead = line(kinds + ". " if kinds else "", Span(thing, thing))
    address = edition.address_of(thing) or ""
    data = {end: f"{root}/data/{address}.{end}" for end in ("ttl", "jsonld", "rdf", "nt")}
    return _page(request, edition, lang, Document(label.text, lang, lead, tuple(blocks)), data)


def sparql_page(request: Request, edition: Edition, lang: Lang) -> HTMLResponse:
    """A plain form for SPARQL, with the catalogue's questions as examples."""
    prologue = "\n".join(f"PREFIX {p}: <{full}>" for p, full in PREFIXES.items() if p in ("msk", "rdfs", "skos"))
    start = f"{prologue}\n\nSELECT ?lesson ?label WHERE {{\n  ?lesson a msk:Lesson ; rdfs:label ?label .\n}}"
    examples = [(q.slug, pick(q.summary, lang), q.text) for q in questions()]
    asked = request.query_params.get("example")
    query = next((text for slug, _, text in examples if slug == asked), request.query_params.get("query") or start)
    document = Document(say("web.sparql", lang), lang, line(say("web.sparql-lead", lang)), ())
    editor: dict[str, Any] = {"query": query, "examples": [e[:2] for e in examples], "asked": asked}
    if all((room("viz") / "vendor" / name).is_file() for name in ("yasgui.min.js", "yasgui.min.css")):
        editor["rich"] = {
            "endpoint": f"{str(request.base_url).rstrip('/')}/sparql",
            "query": query,
            "prefixes": PREFIXES,
            "examples": [{"slug": slug, "query": f"# {label}\n{text}"} for slug, label, text in examples],
            "terms": _terms(edition, lang),
        }
    return _page(request, edition, lang, document, {}, editor=editor)


def _terms(edition: Edition, lang: Lang) -> list[dict[str, str]]:
    """The classes and properties that a query may use, with their labels in the reader's language."""
    writer = Writer(edition.store, lang)
    rows = writer.select(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> SELECT DISTINCT ?term ?type {"
        " VALUES ?type { owl:Class owl:ObjectProperty owl:DatatypeProperty } ?term a ?type } ORDER BY ?term ?type"
    )
    return [
        {
            "iri": term_text(row["term"]),
            "kind": "class" if term_text(row["type"]).endswith("#Class") else "property",
            "label": writer.name(term_text(row["term"])).text,
        }
        for row in rows
    ]


def ontology_page(request: Request, edition: Edition, lang: Lang) -> HTMLResponse:
    """The ontology as one document: an anchor for each class and property, with definition and example."""
    root = request.scope.get("root_path", "")
    writer = Writer(edition.store, lang)
    terms: dict[str, list[dict[str, str]]] = {"classes": [], "properties": []}
    for kind, types in (("classes", ("owl:Class",)), ("properties", ("owl:ObjectProperty", "owl:DatatypeProperty"))):
        rows = writer.select(
            "PREFIX owl: <http://www.w3.org/2002/07/owl#> SELECT DISTINCT ?term { VALUES ?type { "
            + " ".join(types)
            + f" }} ?term a ?type FILTER(STRSTARTS(STR(?term), '{PREFIXES['msk']}')) }} ORDER BY ?term"
        )
        for row in rows:
            term = term_text(row["term"])
            terms[kind].append(
                {
                    "id": term.removeprefix(PREFIXES["msk"]),
                    "label": writer.name(term).text,
                    "definition": "".join(s.text for s in writer.texts(term, "skos:definition")),
                    "example": "".join(s.text for s in writer.texts(term, "skos:example")),
                }
            )
    document = Document(say("web.ontology", lang), lang, line(say("web.ontology-lead", lang)), ())
    data = {end: f"{root}/data/ontology.{end}" for end in ("ttl", "jsonld", "rdf", "nt")}
    headings = {kind: say(f"web.{kind}", lang) for kind in terms}
    return _page(request, edition, lang, document, data, terms=terms, headings=headings)
