"""The application: its settings, its routes, and what becomes of errors. ``create_app`` makes it."""

import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response

from medskick.graph.characters import is_address
from medskick.graph.faults import Fault, Faulty
from medskick.graph.store import endpoint_chosen, store_home
from medskick.queries.catalogue import BrokenQueryError
from medskick.queries.kept import FOLDER
from medskick.queries.remote import EndpointError
from medskick.viz.look import style_faults
from medskick.viz.word_files import word_faults
from medskick.web.elsewhere import Elsewhere
from medskick.web.http.access_log import AccessLog
from medskick.web.http.headers import Headers, is_service
from medskick.web.http.negotiate import best, language
from medskick.web.http.problems import Problem
from medskick.web.http.requests import Fresh, root
from medskick.web.http.stopping import Stopping
from medskick.web.left_out import out_of_order
from medskick.web.linked_data import HTML
from medskick.web.page_request import PageRequest
from medskick.web.routes import Answers
from medskick.web.site.problem_page import problem_page
from medskick.web.sparql.limits import Limits
from medskick.web.sparql.pool import Pool
from medskick.web.sparql.protocol import unanswered_by
from medskick.web.stores import Stores
from medskick.words import Lang, every_language, languages, preferred_lang, say

_THREADS = 4
_GZIP = 5


@dataclass(frozen=True)
class Settings:
    """What a server is told: the stores' folder, the hosts it answers for, the caps, what endpoints may be asked.

    ``endpoint`` is asked instead of the store, where one is named (see ``medskick.queries.endpoint``).
    ``queries`` are folders of questions and views besides those that come along; ``lang`` the language of what is said
    on stderr. With ``fixed`` the first version of graph and questions that is answered from is the only one.
    """

    store: Path | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    limits: Limits = field(default_factory=Limits)
    services: tuple[str, ...] = ()
    access_log: bool = False
    queries: tuple[Path, ...] = ()
    fixed: bool = False
    endpoint: str | None = None
    lang: Lang = field(default_factory=preferred_lang)

    @staticmethod
    def from_environment() -> "Settings":
        """Read ``MEDSKICK_HOSTS`` (names, with commas), ``MEDSKICK_ACCESS_LOG`` (``1``: lines on stderr).

        ``MEDSKICK_SERVICES`` (URLs, with commas) names the endpoints that may be asked; without it none. The
        stores' folder (``MEDSKICK_STORE``) or the endpoint in its place (``MEDSKICK_ENDPOINT``), and the folders of
        questions (``MEDSKICK_QUERIES``) are read as the command line does. Raises ``Faulty`` for an endpoint that is no
        web address.
        """
        hosts, services = _listed("MEDSKICK_HOSTS"), _listed("MEDSKICK_SERVICES")
        if wrong := [service for service in services if not is_address(service)]:
            raise Faulty(
                Fault("MEDSKICK_SERVICES", 0, "", service, every_language("operator.bad-service")) for service in wrong
            )
        endpoint = endpoint_chosen()
        if endpoint and not is_address(endpoint):
            raise Faulty([Fault("MEDSKICK_ENDPOINT", 0, "", endpoint, every_language("operator.bad-endpoint"))])
        access_log = os.environ.get("MEDSKICK_ACCESS_LOG") == "1"
        return Settings(hosts=(*Settings.hosts, *hosts), services=services, access_log=access_log, endpoint=endpoint)


def _listed(variable: str) -> tuple[str, ...]:
    """The values of an environment variable, which stand with commas between them."""
    return tuple(value.strip() for value in os.environ.get(variable, "").split(",") if value.strip())


def create_app(settings: Settings | None = None) -> Starlette:
    """Make the ASGI application. Without settings they are read from the environment (see ``Settings``).

    Raises ``Faulty`` for a folder without questions and where the operator's configuration is wrong.
    """
    configured = settings or Settings.from_environment()
    elsewhere = Elsewhere(configured.services, configured.limits.service, store_home(configured.store) / FOLDER)
    stores = Stores(configured.store, configured.queries, elsewhere, configured.fixed, configured.endpoint)

    def services() -> list[str]:
        # an engine elsewhere cannot call the place on this machine by which a worker limits what it is given
        return [] if configured.endpoint else [*stores.edition.endpoints.values()]

    pool = Pool(stores.current, configured.limits, services)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # uvicorn's own names who asked and what
        logging.getLogger("uvicorn.access").disabled = True
        # forty threads that make pages keep the loop waiting for the interpreter, a second for the smallest answer
        current_default_thread_limiter().total_tokens = _THREADS
        for fault in await run_in_threadpool(stores.catalogue.left_out):
            print(say("cli.left-out", configured.lang, text=fault.say(configured.lang)), file=sys.stderr)
        for fault in (*style_faults(), *word_faults()):
            print(fault.say(configured.lang), file=sys.stderr)
        await pool.warm()
        yield
        await pool.close()

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

    app = Starlette(
        routes=list(Answers(stores, pool).routes()),
        middleware=[
            *([Middleware(AccessLog)] if configured.access_log else []),
            Middleware(Headers),
            Middleware(Fresh),
            Middleware(Stopping),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(configured.hosts), www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=_GZIP),
        ],
        exception_handlers={
            Problem: problem,
            BrokenQueryError: broken,
            EndpointError: unanswered,
            HTTPException: refused,
            Exception: failed,
        },
        lifespan=lifespan,
    )
    # an address with a slash too many is another address: nothing is echoed back into a redirect
    app.router.redirect_slashes = False
    return app
