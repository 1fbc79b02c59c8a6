"""What the server answers for the graph that a reader explores: what it loads as they go on, the picture as a file."""

from collections.abc import Awaitable, Callable, Iterator
from html import unescape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from medskick.viz.pictures.offline import neighbours_script
from medskick.web import explorer_api, picture_address
from medskick.web.assets import SCRIPT
from medskick.web.http.problems import Problem
from medskick.web.http.requests import reader_language
from medskick.web.page_request import PageRequest
from medskick.web.stores import Stores

_GRAPHML = "application/graphml+xml"
# a picture that is a file of its own carries its styles, and nothing else
_SVG_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


class GraphAnswers:
    """The answers about the graph as a picture, over a folder of stores."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores

    def routes(self) -> Iterator[Route]:
        """Yield the routes, the narrower before the wider."""
        yield Route("/data/neighbours.js", self.neighbours)
        yield Route("/graph/picture.{kind}", self.picture)
        for what in explorer_api.ASKED:
            yield Route(f"/graph/{what}", self.around(what))

    def around(self, what: str) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers the graph's page as the reader goes on: ties, things, paths."""

        async def answer(request: Request) -> Response:
            page_request = PageRequest.of(request, self.stores.edition, reader_language(request))
            pairs, store = request.query_params.multi_items(), page_request.edition.store
            return JSONResponse(await run_in_threadpool(explorer_api.ASKED[what], store, pairs, page_request.thing))

        return answer

    async def picture(self, request: Request) -> Response:
        """A picture as the reader has it, as SVG, GraphML or one HTML file."""
        edition, lang, kind = self.stores.edition, reader_language(request), request.path_params["kind"]
        pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
        name = f"medskick-{picture_address.stem(pairs)}"
        if kind == "svg":
            body = await run_in_threadpool(explorer_api.svg_file, edition.store, lang, pairs, edition.catalogue)
            headers = {
                "Content-Security-Policy": _SVG_CSP,
                "Content-Disposition": f'inline; filename="{name}.svg"',
            }
            return Response(body, 200, headers, "image/svg+xml")
        if kind == "graphml":
            body = await run_in_threadpool(explorer_api.graphml_file, edition.store, lang, pairs, edition.catalogue)
            return Response(body, 200, {"Content-Disposition": f'attachment; filename="{name}.graphml"'}, _GRAPHML)
        if kind != "html":
            raise Problem(404, "A picture is given as svg, graphml or html.")
        version = edition.version[:12]
        html = await run_in_threadpool(
            lambda: explorer_api.html_file(edition.store, edition.neighbours, version, lang, pairs, edition.catalogue)
        )
        # one file that may be saved: its own policy, by hashes, is the stricter one
        policy = unescape(html.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0])
        headers = {
            "Content-Security-Policy": policy + "; frame-ancestors 'none'",
            "Content-Disposition": f'attachment; filename="{name}.html"',
        }
        return HTMLResponse(html, 200, headers)

    async def neighbours(self, _request: Request) -> Response:
        """What hangs together with what, for a graph without a server."""
        edition = self.stores.edition
        script = await run_in_threadpool(lambda: neighbours_script(edition.neighbours))
        return Response(script, 200, {}, SCRIPT)
