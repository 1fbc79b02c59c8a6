"""What becomes of errors: a page in the reader's language for a browser, a problem by RFC 9457 for a program."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from medskick.queries.catalogue import BrokenQueryError
from medskick.queries.remote import EndpointError
from medskick.web.http.headers import is_service
from medskick.web.http.negotiate import best, language
from medskick.web.http.problems import Problem
from medskick.web.http.requests import root
from medskick.web.left_out import out_of_order
from medskick.web.linked_data import HTML
from medskick.web.page_request import PageRequest
from medskick.web.site.problem_page import problem_page
from medskick.web.sparql.protocol import unanswered_by
from medskick.web.stores import Stores
from medskick.words import languages


def error_handlers(stores: Stores) -> Mapping[Any, Callable[[Request, Any], Awaitable[Response]]]:
    """Return what answers for each kind of error, for the application."""

    async def explained(request: Request, problem: Problem) -> Response:
        # a reader gets a page in their language, a program a problem by RFC 9457
        path = request.url.path.removeprefix(root(request))
        accept = request.headers.get("accept")
        lang = next((lang for lang in languages() if path == f"/{lang}" or path.startswith(f"/{lang}/")), None)
        # a permanent name or an endpoint too is opened by browsers, and some show no problem+json of an error
        lang = None if is_service(path) else lang
        if lang is None and accept and best(accept, ("application/problem+json", "application/json", HTML)) == HTML:
            lang = language(request.headers.get("accept-language"))
        if lang is not None:
            with contextlib.suppress(OSError, EndpointError):
                return await run_in_threadpool(problem_page, PageRequest.of(request, stores.edition, lang), problem)
        response = problem.response()
        response.headers.add_vary_header("Accept")
        return response

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return await explained(request, error)

    async def broken(request: Request, error: Exception) -> Response:
        assert isinstance(error, BrokenQueryError)
        return await explained(request, out_of_order(error))

    async def unanswered(request: Request, error: Exception) -> Response:
        assert isinstance(error, EndpointError)
        return await explained(request, Problem(*unanswered_by(error.reason, error.detail)))

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return await explained(request, Problem(error.status_code, str(error.detail), error.headers))

    async def failed(_request: Request, _error: Exception) -> Response:
        # what went wrong is for the log, never for the one who asked
        return Problem(500, "Something went wrong in the server.").response()

    return {
        Problem: problem,
        BrokenQueryError: broken,
        EndpointError: unanswered,
        HTTPException: refused,
        Exception: failed,
    }
