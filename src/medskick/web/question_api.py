"""The catalogue as an API: a question by its slug, its parameters typed; described by OpenAPI."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from medskick.queries import answer as answers
from medskick.queries.binding import BoundQuery, UnknownValueError, allowed_values
from medskick.queries.catalogue import BrokenQueryError, Catalogue, UnknownQueryError
from medskick.queries.evaluate import UnknownDatasetError, evaluate
from medskick.queries.federated import UnknownEndpointError
from medskick.queries.query import Query
from medskick.queries.run import Answer, ask_bound
from medskick.rdf_forms import RESULT_FORMS
from medskick.reports.answer_document import document_of
from medskick.reports.csv_guard import guarded
from medskick.reports.graph_reader import GraphReader
from medskick.reports.html import as_html
from medskick.reports.xlsx import as_xlsx
from medskick.resources.finding import AmbiguousThingError
from medskick.rooms import version as release
from medskick.web.edition import Edition
from medskick.web.elsewhere import asks_elsewhere
from medskick.web.http import negotiate
from medskick.web.http.headers import VERSION_HEADER
from medskick.web.http.problems import Problem, ambiguous, not_offered
from medskick.web.http.requests import etag, unchanged
from medskick.web.left_out import left_out
from medskick.words import COMMON, Lang, is_lang, languages, pick

JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
# a table of bare terms is no use where the answer itself comes as CSV
_RESULTS = {form.media: form for form in RESULT_FORMS if form.name in ("JSON", "XML")}
_NEGOTIATED = {
    "json": JSON, "csv": CSV, "xlsx": XLSX, "docx": DOCX, **{form.ending: form.media for form in _RESULTS.values()},
}  # fmt: skip
_FORMS = {**_NEGOTIATED, "html": HTML}
"""Forms by the name that ``format`` gives them; those of SPARQL results as their media types' own endings.

HTML is given only by that name: it is a file to take along, and who goes by ``Accept`` is a program.
"""
_SAVED = ("csv", "xlsx", "docx", "html")
"""Forms that a browser saves as a file."""
_BARE = {"type": "object", "required": ["head", "results"]}
_COMMON = frozenset(("lang", "dataset", "links", "service", "format"))


def find(catalogue: Catalogue, slug: str) -> Query:
    """Return a question. Raises ``Problem`` (404), which lists those there are, or says why it is left out."""
    try:
        return catalogue.question(slug)
    except UnknownQueryError as error:
        raise Problem(404, "The catalogue has no such question.", found=slug[:100], known=error.known) from None
    except BrokenQueryError as error:
        raise left_out(error) from None


def chosen_params(query: Query, pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return a question's parameters out of an address, by name. Raises ``Problem`` (400)."""
    known = {p.option for p in query.params}
    params: dict[str, str] = {}
    for name, value in pairs:
        if name in _COMMON or not value:
            continue
        param = query.param(name)
        if param is None:
            raise Problem(400, f"The question has no parameter {name[:100]}.", known=sorted(known | _COMMON))
        if param.name in params:
            raise Problem(400, f"The parameter {name[:100]} is given twice.")
        params[param.name] = value
    return params


def chosen_datasets(pairs: Sequence[tuple[str, str]]) -> tuple[list[str] | None, bool]:
    """Return the datasets that an address names (``None``: all) and whether linksets count. Raises ``Problem``."""
    links = [value for name, value in pairs if name == "links"]
    if any(value not in ("", "0", "1", "true", "false") for value in links):
        raise Problem(400, "links is true or false.")
    chosen = [value for name, value in pairs if name == "dataset" and value] or None
    return chosen, any(value in ("1", "true") for value in links)


@contextlib.contextmanager
def _refused_plainly(lang: Lang) -> Iterator[None]:
    """Turn what is wrong with an address into a problem that lists what is allowed."""
    try:
        yield
    except UnknownValueError as error:
        allowed = {slug: pick(label, lang) for slug, label in error.allowed.items()}
        raise not_offered(error.param.option, error.value, allowed) from None
    except AmbiguousThingError as error:
        raise ambiguous(error.wanted, error.choices) from None
    except UnknownDatasetError as error:
        name = error.name[:100]
        raise Problem(400, f"There is no dataset {name}.", found=name, known=error.known) from None
    except UnknownEndpointError as error:
        raise Problem(400, "No such endpoint is asked.", found=error.wanted[:100], known=error.known) from None


def bound(edition: Edition, query: Query, pairs: Sequence[tuple[str, str]], lang: Lang) -> BoundQuery:
    """Return a question with the parameters of an address put in. Raises ``Problem`` (400): what is allowed."""
    with _refused_plainly(lang):
        return BoundQuery(edition.store, query, chosen_params(query, pairs))


def answered(edition: Edition, question: BoundQuery, pairs: Sequence[tuple[str, str]], lang: Lang) -> Answer:
    """Ask a question over the datasets and endpoints of an address. Raises ``Problem`` (400), which lists them."""
    datasets, links = chosen_datasets(pairs)
    with _refused_plainly(lang):
        endpoints = edition.asked_too(asks_elsewhere(pairs))
        return ask_bound(edition.store, question, lang, datasets, links, endpoints=endpoints)


def results(edition: Edition, question: BoundQuery, pairs: Sequence[tuple[str, str]], lang: Lang, media: str) -> bytes:
    """Return a question's bare answer as SPARQL results: terms as the query gives them. Raises ``Problem`` (400)."""
    if asks_elsewhere(pairs):
        raise Problem(400, "Bare SPARQL results are given of what is here only; service goes with the other forms.")
    datasets, links = chosen_datasets(pairs)
    with _refused_plainly(lang):
        solutions = evaluate(edition.store, question.text, datasets, links)
    assert isinstance(solutions, ox.QuerySolutions)
    body = solutions.serialize(format=_RESULTS[media].format)
    assert body is not None
    return body


async def question_answer(request: Request, edition: Edition) -> Response:
    """Answer a question as JSON, CSV, XLSX, DOCX, one HTML file or SPARQL results."""
    query = await run_in_threadpool(find, edition.catalogue, request.path_params["slug"])
    pairs = request.query_params.multi_items()
    named = request.query_params.get("format")
    if named is not None and named not in _FORMS:
        raise Problem(400, "format is one of: " + ", ".join(_FORMS) + ".")
    media = _FORMS[named] if named else negotiate.best(request.headers.get("accept"), tuple(_NEGOTIATED.values()))
    if media is None:
        raise Problem(406, "An answer is given as " + ", ".join(_NEGOTIATED.values()) + ".", {"Vary": "Accept"})
    chosen = request.query_params.get("lang")
    if chosen is not None and not is_lang(chosen):
        raise Problem(400, f"lang is {' or '.join(languages())}.")
    lang = negotiate.language(request.headers.get("accept-language"), chosen)
    tag = etag(edition.mark, query.slug, pairs, media, lang)
    headers = {
        "ETag": tag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache", "Content-Language": lang,
        VERSION_HEADER: edition.version,
    }  # fmt: skip
    body: bytes | None
    if asks_elsewhere(pairs):
        # what others answer may be another answer the next time
        body = await edition.elsewhere.run(_written, edition, query, pairs, lang, media)
        del headers["ETag"]
        headers["Cache-Control"] = "no-store"
    elif unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    else:
        body = edition.page_cache.get(tag)
    if body is None:
        body = await run_in_threadpool(_written, edition, query, pairs, lang, media)
        edition.page_cache.put(tag, body)
    form = next(name for name, its in _FORMS.items() if its == media)
    if form in _SAVED:
        headers["Content-Disposition"] = f'attachment; filename="{query.slug}.{form}"'
    return Response(body, 200, headers, f"{media}; charset=utf-8" if media in (CSV, HTML) else media)


def _written(edition: Edition, query: Query, pairs: list[tuple[str, str]], lang: Lang, media: str) -> bytes:
    question = bound(edition, query, pairs, lang)
    if media in _RESULTS:
        return results(edition, question, pairs, lang, media)
    answer = answered(edition, question, pairs, lang)
    if media == CSV:
        return guarded(answers.as_csv(answer)).encode()
    if media == JSON:
        return answers.as_json(answer, edition.version).encode()
    document = document_of(GraphReader(edition.store, lang, labels=edition.labels[lang]), answer)
    if media == XLSX:
        return as_xlsx(document)
    if media == HTML:
        return as_html(document).encode()
    from medskick.reports.docx import as_docx  # a library that only this needs

    return as_docx(document)


def catalogue(request: Request, known: Catalogue, prefix: str) -> JSONResponse:
    """Return the questions with their texts and parameters, and which files are left out and why."""
    lang = negotiate.language(request.headers.get("accept-language"), request.query_params.get("lang"))
    questions = [
        {
            "slug": q.slug,
            "theme": q.theme,
            "question": pick(q.summary, lang),
            "description": pick(q.description, lang),
            "answers": q.answers,
            "parameters": [p.option for p in q.params],
            "href": f"{prefix}/questions/{q.slug}",
        }
        for q in known.questions()
    ]
    without = [{"file": f.file, "reason": f.say(lang)} for f in known.left_out()]
    return JSONResponse(
        {"lang": lang, "questions": questions, "left_out": without}, headers={"Vary": "Accept-Language"}
    )


def openapi(edition: Edition, prefix: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the questions, generated from the catalogue."""
    problem = {
        "description": "What was wrong, and what is allowed",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    common: list[dict[str, Any]] = [
        {"name": "lang", "in": "query", "schema": {"type": "string", "enum": list(languages())}},
        {"name": "format", "in": "query", "schema": {"type": "string", "enum": list(_FORMS)}},
        {"name": "links", "in": "query", "schema": {"type": "string", "enum": ["", "true", "false", "1", "0"]}},
        {
            "name": "dataset", "in": "query", "explode": True,
            "schema": {"type": "array", "items": {"type": "string", "enum": ["", *edition.kg.datasets]}},
        },
    ]  # fmt: skip
    if edition.endpoints:
        names = {"type": "string", "enum": ["", *edition.endpoints]}
        common.append({"name": "service", "in": "query", "explode": True, "schema": {"type": "array", "items": names}})
    paths: dict[str, Any] = {}
    for query in edition.catalogue.questions():
        params = []
        for param in query.params:
            # empty is how a form says *all*
            allowed = ["", *sorted(allowed_values(edition.store, param))]
            params.append(
                {
                    "name": param.option,
                    "in": "query",
                    "description": pick(param.label, COMMON),
                    "schema": {"type": "string", "enum": allowed},
                }
            )
        table = {"type": "array", "items": {"type": "object"}}
        paths[f"/questions/{query.slug}"] = {
            "get": {
                "operationId": query.slug,
                "summary": pick(query.summary, COMMON),
                "description": pick(query.description, COMMON),
                "tags": [query.theme],
                "parameters": [*params, *common],
                "responses": {
                    "200": {
                        "description": "The answer",
                        "content": {
                            JSON: {"schema": {"type": "object", "required": ["rows"], "properties": {"rows": table}}},
                            CSV: {"schema": {"type": "string"}},
                            XLSX: {"schema": {"type": "string", "format": "binary"}},
                            DOCX: {"schema": {"type": "string", "format": "binary"}},
                            HTML: {"schema": {"type": "string"}},
                            **{
                                # the JSON form is an object, the XML one is described by its own schema
                                media: {"schema": _BARE if media.endswith("json") else {}}
                                for media in _RESULTS
                            },
                        },
                    },
                    "304": {"description": "Not changed"},
                    "400": problem,
                    "406": problem,
                },
            }
        }
    schema = {
        "type": "object",
        "required": ["title", "status", "detail"],
        "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Medskick: questions to the graph",
            "version": release(),
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": prefix or "/"}],
        "paths": paths,
        "components": {"schemas": {"Problem": schema}},
    }
