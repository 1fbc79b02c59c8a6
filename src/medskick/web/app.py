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
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from medskick.graph.characters import is_address
from medskick.graph.faults import Fault, Faulty
from medskick.graph.store import endpoint_chosen, store_home
from medskick.queries.kept import FOLDER
from medskick.viz.look import style_faults
from medskick.viz.word_files import word_faults
from medskick.web.elsewhere import Elsewhere
from medskick.web.error_answers import error_handlers
from medskick.web.http.access_log import AccessLog
from medskick.web.http.headers import Headers
from medskick.web.http.requests import Fresh
from medskick.web.http.stopping import Stopping
from medskick.web.routes import Answers
from medskick.web.sparql.limits import Limits
from medskick.web.sparql.pool import Pool
from medskick.web.stores import Stores
from medskick.words import Lang, every_language, preferred_lang, say

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
        exception_handlers=error_handlers(stores),
        lifespan=lifespan,
    )
    # an address with a slash too many is another address: nothing is echoed back into a redirect
    app.router.redirect_slashes = False
    return app
