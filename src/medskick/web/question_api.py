"""The catalogue as an API: a question by its slug, its parameters typed; described by OpenAPI."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from medskick.queries import answer as answers
from medskick.queries.catalogue import BrokenQueryError, Catalogue, UnknownQueryError
from medskick.queries.query import Query
from medskick.queries.run import (
    Answer,
    UnknownDatasetError,
    UnknownValueError,
    allowed_values,
    ask,
    bind,
    evaluate,
    resolve,
)
from medskick.rooms import version as release
from medskick.web.edition import Edition
from medskick.web.http import negotiate
from medskick.web.http.problems import Problem
from medskick.web.http.requests import etag, unchanged
from medskick.web.left_out import left_out
from medskick.words import Lang, pick

JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_FORMS = {"json": JSON, "csv": CSV, "xlsx": XLSX, **dict(zip(("srj", "srx"), RESULTS, strict=True))}
"""Forms by the name that ``format`` gives them; those of SPARQL results as their media types' own endings."""
_BARE = {"type": "object", "required": ["head", "results"]}
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_COMMON = frozenset(("lang", "dataset", "links", "format"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def find(catalogue: Catalogue, slug: str) -> Query:
    """Return a question. Raises ``Problem`` (404), which lists those there are, or says why it is left out."""
    try:
        return catalogue.question(slug)
    except UnknownQueryError as error:
        raise Problem(404, "The catalogue has no such question.", known=error.known) from None
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


def bound(edition: Edition, query: Query, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a question's SPARQL with the parameters of an address put in, to be run elsewhere."""
    values = {
        param.name: resolve(edition.store, param, value)
        for name, value in chosen_params(query, pairs).items()
        if (param := query.param(name)) is not None
    }
    return bind(query.text, values)


def chosen_datasets(pairs: Sequence[tuple[str, str]]) -> tuple[list[str] | None, bool]:
    """Return the datasets that an address names (``None``: all) and whether linksets count. Raises ``Problem``."""
    links = [value for name, value in pairs if name == "links"]
    if any(value not in ("", "0", "1", "true", "false") for value in links):
        raise Problem(400, "links is true or false.")
    chosen = [value for name, value in pairs if name == "dataset" and value] or None
    return chosen, any(value in ("1", "true") for value in links)


@contextlib.contextmanager
def _told(lang: Lang) -> Iterator[None]:
    """Turn what is wrong with an address into a problem that lists what is allowed."""
    try:
        yield
    except UnknownValueError as error:
        allowed = {slug: pick(label, lang) for slug, label in error.allowed.items()}
        told = f"{error.param.option} cannot be {error.value[:100]}."
        raise Problem(400, told, parameter=error.param.option, allowed=allowed) from None
    except UnknownDatasetError as error:
        raise Problem(400, f"There is no dataset {error.name[:100]}.", known=error.known) from None


def answered(edition: Edition, query: Query, pairs: Sequence[tuple[str, str]], lang: Lang) -> Answer:
    """Ask a question with the parameters of an address. Raises ``Problem`` (400), which lists what is allowed."""
    params, (datasets, links) = chosen_params(query, pairs), chosen_datasets(pairs)
    with _told(lang):
        return ask(edition.store, query, params, lang, datasets, links)


def results(edition: Edition, query: Query, pairs: Sequence[tuple[str, str]], lang: Lang, media: str) -> bytes:
    """Return a question's bare answer as SPARQL results: terms as the query gives them. Raises ``Problem`` (400)."""
    datasets, links = chosen_datasets(pairs)
    with _told(lang):
        found = evaluate(edition.store, bound(edition, query, pairs), datasets, links)
    assert isinstance(found, ox.QuerySolutions)
    body = found.serialize(format=RESULTS[media])
    assert body is not None
    return body


async def question_answer(request: Request, edition: Edition) -> Response:
    """Answer a question as JSON, CSV, XLSX or SPARQL results."""
    query = await run_in_threadpool(find, edition.catalogue, request.path_params["slug"])
    pairs = request.query_params.multi_items()
    named = request.query_params.get("format")
    if named is not None and named not in _FORMS:
        raise Problem(400, "format is one of: " + ", ".join(_FORMS) + ".")
    media = _FORMS[named] if named else negotiate.best(request.headers.get("accept"), tuple(_FORMS.values()))
    if media is None:
        raise Problem(406, "An answer is given as " + ", ".join(_FORMS.values()) + ".", {"Vary": "Accept"})
    chosen = request.query_params.get("lang")
    if chosen not in (None, "sv", "en"):
        raise Problem(400, "lang is sv or en.")
    lang = negotiate.language(request.headers.get("accept-language"), chosen)
    tag = etag(edition.mark, query.slug, pairs, media, lang)
    headers = {
        "ETag": tag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache", "Content-Language": lang,
    }  # fmt: skip
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    body = edition.page_cache.get(tag)
    if body is None:
        body = await run_in_threadpool(_written, edition, query, pairs, lang, media)
        edition.page_cache.put(tag, body)
    if media in (CSV, XLSX):
        headers["Content-Disposition"] = f'attachment; filename="{query.slug}.{"csv" if media == CSV else "xlsx"}"'
    return Response(body, 200, headers, f"{CSV}; charset=utf-8" if media == CSV else media)


def _written(edition: Edition, query: Query, pairs: list[tuple[str, str]], lang: Lang, media: str) -> bytes:
    if media in RESULTS:
        return results(edition, query, pairs, lang, media)
    found = answered(edition, query, pairs, lang)
    if media == XLSX:
        return as_xlsx(found)
    return (guarded(answers.as_csv(found)) if media == CSV else answers.as_json(found)).encode()


def guarded(text: str) -> str:
    """Return a CSV table whose cells no spreadsheet takes for formulas (an apostrophe before what begins like one)."""
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()


def as_xlsx(found: Answer) -> bytes:
    """Return an answer as a workbook of text cells: no cell is a formula."""
    import io
    import zipfile
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None
    sheet.title = found.query.slug[:31]
    rows = [[answers.heading(found, v) for v in found.variables], *answers.cells(found)]
    for i, row in enumerate(rows, start=1):
        for j, text in enumerate(row, start=1):
            cell = sheet.cell(i, j)
            cell.value = text
            cell.data_type = "s"
    book.properties.creator = "Medskick"
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    out, clean = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            # the library writes the time of saving, whatever it was told
            body = _SAVED.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return clean.getvalue()


def catalogue(request: Request, known: Catalogue, prefix: str) -> JSONResponse:
    """Return the questions with their texts and parameters, and which files are left out and why."""
    lang = negotiate.language(request.headers.get("accept-language"), request.query_params.get("lang"))
    told = [
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
    return JSONResponse({"lang": lang, "questions": told, "left_out": without}, headers={"Vary": "Accept-Language"})


def openapi(edition: Edition, prefix: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the questions, generated from the catalogue."""
    problem = {
        "description": "What was wrong, and what is allowed",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    common = [
        {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["sv", "en"]}},
        {"name": "format", "in": "query", "schema": {"type": "string", "enum": list(_FORMS)}},
        {"name": "links", "in": "query", "schema": {"type": "string", "enum": ["", "true", "false", "1", "0"]}},
        {
            "name": "dataset", "in": "query", "explode": True,
            "schema": {"type": "array", "items": {"type": "string", "enum": ["", *edition.kg.datasets]}},
        },
    ]  # fmt: skip
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
                    "description": param.label["en"],
                    "schema": {"type": "string", "enum": allowed},
                }
            )
        table = {"type": "array", "items": {"type": "object"}}
        paths[f"/questions/{query.slug}"] = {
            "get": {
                "operationId": query.slug,
                "summary": query.summary["en"],
                "description": query.description["en"],
                "tags": [query.theme],
                "parameters": [*params, *common],
                "responses": {
                    "200": {
                        "description": "The answer",
                        "content": {
                            JSON: {"schema": {"type": "object", "required": ["rows"], "properties": {"rows": table}}},
                            CSV: {"schema": {"type": "string"}},
                            XLSX: {"schema": {"type": "string", "format": "binary"}},
                            **{
                                # the JSON form is an object, the XML one is described by its own schema
                                media: {"schema": _BARE if media.endswith("json") else {}}
                                for media in RESULTS
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
