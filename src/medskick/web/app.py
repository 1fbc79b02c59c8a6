"""The application: routes, and what holds for every answer (hosts, security headers, errors, compression)."""

import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medskick.queries.catalogue import UnknownQueryError, view
from medskick.queries.run import UnknownDatasetError, UnknownValueError
from medskick.rooms import room, version
from medskick.web import data, negotiate, pages
from medskick.web import questions as api
from medskick.web.house import House
from medskick.web.pool import Limits, Pool
from medskick.web.problems import Problem
from medskick.web.sparql import asked, respond, service_description
from medskick.words import Lang

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SCRIPT = "text/javascript; charset=utf-8"
_ASSETS = {
    "report.css": "text/css; charset=utf-8",
    "web.css": "text/css; charset=utf-8",
    "editor.js": _SCRIPT,
    "vendor/yasgui.min.js": _SCRIPT,
    "vendor/yasgui.min.css": "text/css; charset=utf-8",
    "vendor/LICENSES.txt": "text/plain; charset=utf-8",
}
_OPEN = (
    "/sparql",
    "/id/",
    "/concept/",
    "/dataset/",
    "/ontology",
    "/data/",
    "/questions",
    "/openapi.json",
    "/.well-known/",
)
"""Paths whose answers any page on the web may read: public data, read-only."""


@dataclass(frozen=True)
class Settings:
    """What a server is told: the stores' folder, the hosts it answers for, the caps, what ``SERVICE`` may name."""

    store: Path | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]", "testserver")
    limits: Limits = field(default_factory=Limits)
    services: tuple[str, ...] = ()

    @staticmethod
    def from_environment() -> "Settings":
        """Read ``MEDSKICK_HOSTS`` (names, with commas) and the stores' folder as the command line does."""
        hosts = tuple(h.strip() for h in os.environ.get("MEDSKICK_HOSTS", "").split(",") if h.strip())
        return Settings(hosts=(*Settings.hosts, *hosts))


class _Guard:
    """Every answer carries the security headers; public data may be read from other sites."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        public = path.startswith(_OPEN)

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                extra = {**_HEADERS, "content-security-policy": CSP}
                if public:
                    extra |= {"access-control-allow-origin": "*", "access-control-expose-headers": "ETag, Link"}
                message["headers"] = [
                    *message["headers"],
                    *((k.encode(), v.encode()) for k, v in extra.items() if k.encode() not in own),
                ]
            await send(message)

        if scope["method"] == "OPTIONS" and public:
            allowed = {"Allow": "GET, HEAD, POST, OPTIONS" if path == "/sparql" else "GET, HEAD, OPTIONS"}
            asking = {
                "Access-Control-Allow-Methods": allowed["Allow"],
                "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
                "Access-Control-Max-Age": "86400",
            }
            await Response(status_code=204, headers={**allowed, **asking})(scope, receive, headed)
            return
        await self.app(scope, receive, headed)


Handler = Callable[[Request], Awaitable[Response]]


def _lang(request: Request) -> Lang:
    return "en" if request.path_params["lang"] == "en" else "sv"


def create_app(settings: Settings | None = None) -> Starlette:
    """Make the ASGI application. Without settings they are read from the environment (see ``Settings``)."""
    told = settings or Settings.from_environment()
    house = House(told.store)
    pool = Pool(house.current, told.limits)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await pool.warm()
        yield
        await pool.close()

    def root(request: Request) -> str:
        return str(request.scope.get("root_path", ""))

    async def start(request: Request) -> Response:
        lang = negotiate.language(request.headers.get("accept-language"))
        return RedirectResponse(f"{root(request)}/{lang}/", 303, {"Vary": "Accept-Language"})

    async def home(request: Request) -> Response:
        return pages.home(request, house.edition, _lang(request))

    async def sparql(request: Request) -> Response:
        question = await asked(request)
        edition = house.edition
        if question is not None:
            return await respond(request, question, pool, edition.standing, edition.version, told.services)
        # a GET without a query: the page for a reader, the Service Description for a program
        offers = (*negotiate.TRIPLES, "text/html")
        chosen = negotiate.best(request.headers.get("accept"), offers)
        if chosen is None:
            raise Problem(406, "This is given as " + ", ".join(offers) + ".", {"Vary": "Accept"})
        if chosen == "text/html":
            lang = negotiate.language(request.headers.get("accept-language"))
            return RedirectResponse(f"{root(request)}/{lang}/sparql", 303, {"Vary": "Accept, Accept-Language"})
        import pyoxigraph as ox

        endpoint = str(request.url.replace(query="", fragment=""))
        triples = service_description(endpoint, edition.standing, edition.counts)
        graph = ox.DefaultGraph()
        quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
        response = data.rendered(request, quads, chosen, edition.version + endpoint, [])
        response.headers["Vary"] = "Accept"
        return response

    async def sparql_page(request: Request) -> Response:
        return pages.sparql_page(request, house.edition, _lang(request))

    def resource(kind: str) -> Handler:
        async def answer(request: Request) -> Response:
            path = request.path_params["path"]
            data.known(house.edition, house.edition.thing_at(kind, path))
            lang = negotiate.language(request.headers.get("accept-language"))
            page = f"{root(request)}/{lang}/{kind}/{path}"
            return data.see_other(request, page, f"{root(request)}/data/{kind}/{path}")

        return answer

    def resource_page(kind: str) -> Handler:
        async def answer(request: Request) -> Response:
            thing = house.edition.thing_at(kind, request.path_params["path"])
            data.known(house.edition, thing)
            return await run_in_threadpool(pages.thing_page, request, house.edition, _lang(request), thing)

        return answer

    def resource_data(kind: str) -> Handler:
        async def answer(request: Request) -> Response:
            path, _, ending = request.path_params["path"].rpartition(".")
            thing = house.edition.thing_at(kind, path)
            lang = negotiate.language(request.headers.get("accept-language"))
            page = f"{root(request)}/{lang}/{kind}/{path}"
            return data.thing_data(request, house.edition, thing, ending, page)

        return answer

    async def ontology(request: Request) -> Response:
        lang = negotiate.language(request.headers.get("accept-language"))
        asked_for = request.path_params.get("version")
        if asked_for not in (None, version()):
            raise Problem(404, f"This server keeps version {version()} of the ontology.")
        return data.see_other(request, f"{root(request)}/{lang}/ontology", f"{root(request)}/data/ontology")

    async def ontology_page(request: Request) -> Response:
        return await run_in_threadpool(pages.ontology_page, request, house.edition, _lang(request))

    async def download(request: Request) -> Response:
        name, _, ending = request.path_params["path"].rpartition(".")
        return await run_in_threadpool(data.dataset_data, request, house.edition, name, ending)

    async def catalogue(request: Request) -> Response:
        offers = negotiate.TRIPLES
        chosen = negotiate.best(request.headers.get("accept"), (*offers, "text/html")) or "text/turtle"
        ending = "ttl" if chosen == "text/html" else data._ENDINGS[chosen]
        return RedirectResponse(f"{root(request)}/data/catalogue.{ending}", 303, {"Vary": "Accept"})

    async def questions(request: Request) -> Response:
        return api.catalogue(request, root(request))

    async def question(request: Request) -> Response:
        return await api.question_answer(request, house.edition)

    async def question_page(request: Request) -> Response:
        query, lang = api.find(request.path_params["slug"]), _lang(request)
        pairs = request.query_params.multi_items()
        found = await run_in_threadpool(api.answered, house.edition, query, pairs, lang)
        return pages.question_page(request, house.edition, lang, query, found, dict(pairs))

    async def view_page(request: Request) -> Response:
        from medskick.viz.graph import from_view
        from medskick.viz.page import page

        try:
            query = view(request.path_params["slug"])
        except UnknownQueryError as error:
            raise Problem(404, "There is no such view.", known=error.known) from None
        known = {p.option: p.name for p in query.params}
        params = {known[k]: v for k, v in request.query_params.items() if k in known and v}
        edition, lang = house.edition, _lang(request)
        try:
            html = await run_in_threadpool(lambda: page(from_view(edition.store, query, params), lang, edition.version))
        except (UnknownValueError, UnknownDatasetError) as error:
            raise Problem(400, f"There is no {error.args[0]}.") from None
        # the picture is one file that may be saved: its own policy, by hashes, is the stricter one
        policy = html.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
        headers = {"Content-Security-Policy": policy.replace("&#39;", "'") + "; frame-ancestors 'none'"}
        return Response(html, 200, headers, "text/html; charset=utf-8")

    async def openapi(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(api.openapi, house.edition, root(request)))

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        path = room("viz") / name
        if name not in _ASSETS or not path.is_file():
            raise Problem(404, "There is no such file.")
        kept = {"Cache-Control": "max-age=3600"}
        return Response(await run_in_threadpool(path.read_bytes), 200, kept, _ASSETS[name])

    async def robots(_request: Request) -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /sparql\n")

    kinds = ("id", "concept", "dataset")
    routes = [
        Route("/", start),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/sparql/", sparql, methods=["GET", "POST"]),
        *(Route(f"/{kind}/{{path:path}}", resource(kind)) for kind in kinds),
        Route("/ontology", ontology),
        Route("/ontology/{version}", ontology),
        *(Route(f"/data/{kind}/{{path:path}}", resource_data(kind)) for kind in kinds),
        Route("/data/", catalogue),
        Route("/.well-known/void", catalogue),
        Route("/data/{path:path}", download),
        Route("/questions", questions),
        Route("/questions/{slug}", question),
        Route("/openapi.json", openapi),
        Route("/assets/{name:path}", asset),
        Route("/robots.txt", robots),
    ]
    for lang in ("sv", "en"):

        def localised(path: str, handler: Handler, lang: str = lang) -> Route:
            async def answer(request: Request) -> Response:
                request.scope["path_params"]["lang"] = lang
                return await handler(request)

            return Route(f"/{lang}{path}", answer)

        routes += [
            localised("/", home),
            localised("/sparql", sparql_page),
            localised("/ontology", ontology_page),
            localised("/questions/{slug}", question_page),
            localised("/views/{slug}", view_page),
            *(localised(f"/{kind}/{{path:path}}", resource_page(kind)) for kind in kinds),
        ]

    async def problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.response()

    async def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return Problem(error.status_code, str(error.detail), error.headers).response()

    async def failed(_request: Request, _error: Exception) -> Response:
        # what went wrong is for the log, never for the one who asked
        return Problem(500, "Something went wrong in the server.").response()

    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(_Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(told.hosts), www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={Problem: problem, HTTPException: refused, Exception: failed},
        lifespan=lifespan,
    )
    # an address with a slash too many is another address: nothing is echoed back into a redirect
    app.router.redirect_slashes = False
    return app
