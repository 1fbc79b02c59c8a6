"""The explorer's page and data on a server of their own, under the site's Content-Security-Policy."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from medskick.graph.lookups import Store
from medskick.ontology import THINGS
from medskick.rooms import room
from medskick.templates import environment
from medskick.viz.pictures.as_page import SCRIPTS, Onward, vis_script
from medskick.viz.pictures.offline import neighbours
from medskick.web import explorer_api
from medskick.web.http.headers import Headers
from medskick.words import Lang

PAGE = """{% import "graph.j2" as graph %}<!doctype html><html lang="{{ lang }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>x</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/report.css">
<link rel="stylesheet" href="/assets/site.css"><link rel="stylesheet" href="/assets/graph.css"></head>
<body><main><h1>{{ shown.data.title[lang] }}</h1>{{ graph.explorer(lang, shown) }}</main>{{ graph.parts(shown) }}
<script src="/assets/vis-network.js" defer></script>
{% for name in scripts %}<script src="/assets/{{ name }}" defer></script>
{% endfor %}</body></html>"""


def link(thing: str) -> str | None:
    """Return where the site has the page of a thing."""
    return "/sv/id/" + thing.removeprefix(THINGS) if thing.startswith(THINGS) else None


def app(store: Store) -> Starlette:
    """Make the application."""

    async def page(request: Request) -> Response:
        lang: Lang = "en" if request.path_params["lang"] == "en" else "sv"
        pairs = request.query_params.multi_items()
        query = request.url.query
        files = {kind: f"/graph/picture.{kind}?lang={lang}&{query}" for kind in ("svg", "graphml", "html")}
        value = explorer_api.explorer_parts(store, "test", lang, pairs, link, Onward("/graph", files=files, live=True))
        return HTMLResponse(environment().from_string(PAGE).render(lang=lang, shown=value, scripts=SCRIPTS))

    async def asked(request: Request) -> Response:
        pairs = request.query_params.multi_items()
        return JSONResponse(explorer_api.ASKED[request.path_params["what"]](store, pairs, link))

    async def file(request: Request) -> Response:
        pairs = request.query_params.multi_items()
        lang: Lang = "en" if request.query_params.get("lang") == "en" else "sv"
        kind = request.path_params["kind"]
        if kind == "svg":
            return Response(explorer_api.svg_file(store, lang, pairs), media_type="image/svg+xml")
        if kind == "graphml":
            return Response(explorer_api.graphml_file(store, lang, pairs), media_type="application/xml")
        return HTMLResponse(explorer_api.html_file(store, neighbours(store), "test", lang, pairs))

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        text = vis_script() if name == "vis-network.js" else (room("viz") / name).read_text(encoding="utf-8")
        return PlainTextResponse(text, media_type="text/css" if name.endswith(".css") else "text/javascript")

    return Starlette(
        routes=[
            Route("/{lang}/graph", page),
            Route("/graph/picture.{kind}", file),
            Route("/graph/{what}", asked),
            Route("/assets/{name:path}", asset),
        ],
        middleware=[Middleware(Headers)],
    )


@contextmanager
def serving(store: Store) -> Iterator[str]:
    """Serve a store's explorer; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app(store), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
