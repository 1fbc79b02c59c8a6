"""What the server answers at each address: pages, linked data, SPARQL, questions as an API, assets."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from medskick.web import linked_data
from medskick.web import question_api as api
from medskick.web.assets import SCRIPT, asset, robots
from medskick.web.edition import KINDS
from medskick.web.elsewhere import asks_elsewhere
from medskick.web.feedback.form import Gate
from medskick.web.graph_routes import GraphAnswers
from medskick.web.http import negotiate
from medskick.web.http.headers import EMBEDDED_CSP
from medskick.web.http.problems import Problem
from medskick.web.http.requests import etag, reader_language, root, unchanged
from medskick.web.page_request import PageRequest
from medskick.web.reconcile.addresses import ReconcileAnswers
from medskick.web.served_versions import served, version_file
from medskick.web.site.editor_page import sparql_page
from medskick.web.site.feedback_page import feedback_page, feedback_post
from medskick.web.site.lesson_order import order_script
from medskick.web.site.news_page import ATOM, feed
from medskick.web.site.pages import PAGES, Page
from medskick.web.site.question_pages import question_page
from medskick.web.site.search_page import hits, index_script
from medskick.web.sparql.pool import Pool
from medskick.web.sparql.protocol import asked, respond
from medskick.web.sparql.service_description import service_description
from medskick.web.static_site import leading_to
from medskick.web.stores import Stores
from medskick.words import Lang, languages

Handler = Callable[[Request], Awaitable[Response]]

_HTML = "text/html"
_TAKEN_AWAY = re.compile(r"/data/|/graph/picture|/\.well-known/|/(?:\w+/)?reconcile")
"""Addresses of what is downloaded or asked by other programs."""


def _named_language(request: Request) -> Lang:
    """The language that an address has in a file's name. Raises ``Problem`` (404)."""
    name: Lang = request.path_params["lang"]
    if name not in languages():
        raise Problem(404, "There is no such file.")
    return name


class Answers:
    """The server's answers over a folder of stores and a pool of workers."""

    def __init__(self, stores: Stores, pool: Pool) -> None:
        self.stores, self.pool, self.gate = stores, pool, Gate()

    def routes(self) -> Iterator[Route]:
        """Yield the routes, the narrower before the wider."""
        for route in self._routes():
            if _TAKEN_AWAY.match(route.path):
                yield Route(route.path, self.unless_drafts(route.endpoint), methods=sorted(route.methods or ()))
            else:
                yield route

    def unless_drafts(self, handler: Handler) -> Handler:
        """Return what answers as a handler does, but with a problem where a draft might be taken away."""

        async def answer(request: Request) -> Response:
            self._no_drafts()
            return await handler(request)

        return answer

    def _no_drafts(self) -> None:
        if self.stores.edition.drafts:
            raise Problem(403, "This server shows drafts. It gives no files and no data for others to use.")

    def _routes(self) -> Iterator[Route]:
        yield Route("/", self.start)
        for path in ("/sparql", "/sparql/"):
            yield Route(path, self.sparql, methods=["GET", "POST"])
        for kind in KINDS:
            yield Route(f"/{kind}/{{path:path}}", self.resource(kind))
            yield Route(f"/data/{kind}/{{path:path}}", self.resource_data(kind))
        # what else the graph names: its catalogue, its shapes, the file of others' terms; its graphs further down
        for path in ("/catalogue", "/catalogue/{path:path}", "/shape/{path:path}", "/external"):
            yield Route(path, self.name)
        yield Route("/ontology", self.ontology)
        yield Route("/ontology/{version}", self.ontology)
        yield Route("/data/", self.catalogue)
        yield Route("/.well-known/void", self.catalogue)
        yield Route("/data/search.{lang}.js", self.search_index)
        yield Route("/data/new.{lang}.atom", self.feed)
        yield Route("/data/lessons.js", self.lesson_order)
        yield from GraphAnswers(self.stores).routes()
        yield from ReconcileAnswers(self.stores).routes()
        yield Route("/graph/{path:path}", self.name)
        yield Route("/data/{path:path}", self.download)
        yield Route("/search.json", self.search)
        yield Route("/questions", self.questions)
        yield Route("/questions/{slug}", self.question)
        yield Route("/handbook", self.handbook)
        yield Route("/openapi.json", self.openapi)
        yield Route("/assets/{name:path}", self.asset)
        yield Route("/robots.txt", robots)
        pages: dict[str, Page] = {**PAGES, "/sparql": partial(sparql_page, limits=self.pool.limits)}
        for lang in languages():
            yield Route(f"/{lang}", self.opened(lang))
            yield Route(f"/{lang}/feedback", self.feedback(lang), methods=["GET", "POST"])
            for path, page in pages.items():
                yield Route(f"/{lang}{path}", self.page(page, lang))

    def opened(self, lang: Lang) -> Handler:
        """Return what leads from a language's bare address to its first page."""

        async def answer(request: Request) -> Response:
            return RedirectResponse(f"{root(request)}/{lang}/", 308)

        return answer

    def page(self, page: Page, lang: Lang) -> Handler:
        """Return what answers with a page: kept with the edition, since the same address always gives the same."""

        async def answer(request: Request) -> Response:
            edition = self.stores.edition
            page_request = PageRequest.of(request, edition, lang)
            if page_request.static is not None:
                if page_request.embedded:
                    return HTMLResponse(leading_to(page_request.embed(), lang))
                # nobody else waits: a thread of its own would only cost its start
                return page(page_request)
            if page is question_page and asks_elsewhere(page_request.query):
                # what others answer may be another answer the next time
                made = await edition.elsewhere.run(page, page_request)
                made.headers["Cache-Control"] = "no-store"
                return made
            tag = etag(edition.mark, self.stores.remarked, page_request.origin, page_request.address)
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            if page_request.embedded:
                headers["Content-Security-Policy"] = EMBEDDED_CSP
            if unchanged(request, tag):
                return Response(status_code=304, headers=headers)
            if page_request.given("format"):
                self._no_drafts()
                as_file = await run_in_threadpool(page, page_request)
                as_file.headers.update(headers)
                return as_file
            body = edition.page_cache.get(tag)
            if body is None:
                made = await run_in_threadpool(page, page_request)
                if made.status_code != 200:
                    return made
                body = bytes(made.body)
                edition.page_cache.put(tag, body)
            return HTMLResponse(body, 200, {**headers, "Content-Language": lang})

        return answer

    def feedback(self, lang: Lang) -> Handler:
        """Return what answers with the form for a remark and takes what is sent with it."""

        async def answer(request: Request) -> Response:
            page_request = PageRequest.of(request, self.stores.edition, lang)
            if request.method == "POST":
                return await feedback_post(request, page_request, self.gate)
            return await run_in_threadpool(feedback_page, page_request)

        return answer

    async def start(self, request: Request) -> Response:
        """Lead to the start page in the reader's language."""
        return RedirectResponse(f"{root(request)}/{reader_language(request)}/", 303, {"Vary": "Accept-Language"})

    async def sparql(self, request: Request) -> Response:
        """Answer a query; without one, lead a reader to the editor and give a program the Service Description."""
        question = await asked(request)
        edition = self.stores.edition
        if question is not None:
            return await respond(request, question, self.pool, edition.version)
        offers = (*negotiate.TRIPLES, _HTML)
        chosen = negotiate.best(request.headers.get("accept"), offers)
        if chosen is None:
            raise Problem(406, "This is given as " + ", ".join(offers) + ".", {"Vary": "Accept"})
        if chosen == _HTML:
            page = f"{root(request)}/{reader_language(request)}/sparql"
            return RedirectResponse(page, 303, {"Vary": "Accept, Accept-Language"})
        endpoint = str(request.url.replace(query="", fragment=""))
        triples = service_description(endpoint, edition.counts, self.pool.limits, edition.version)
        quads = [ox.Quad(t.subject, t.predicate, t.object, ox.DefaultGraph()) for t in triples]
        response = linked_data.rendered(request, quads, chosen, edition.version + endpoint, [])
        response.headers["Vary"] = "Accept"
        return response

    def resource(self, kind: str) -> Handler:
        """Return what leads from a thing's own address to its page or its data."""

        async def answer(request: Request) -> Response:
            path = request.path_params["path"]
            self.stores.edition.known(self.stores.edition.thing_at(kind, path))
            page = f"{root(request)}/{reader_language(request)}/{kind}/{path}"
            return linked_data.see_other(request, page, f"{root(request)}/data/{kind}/{path}")

        return answer

    async def name(self, request: Request) -> Response:
        """Lead from a name without a page of its own to where what it names is told of and given."""
        path = request.url.path.removeprefix(root(request))
        page, data = linked_data.page_and_data_of(self.stores.edition, path.removeprefix("/"))
        lang = reader_language(request)
        return linked_data.see_other(request, f"{root(request)}/{lang}/{page}", f"{root(request)}/data/{data}")

    def resource_data(self, kind: str) -> Handler:
        """Return what answers with a thing's data."""

        async def answer(request: Request) -> Response:
            path, _, ending = request.path_params["path"].rpartition(".")
            thing = self.stores.edition.thing_at(kind, path)
            page = f"{root(request)}/{reader_language(request)}/{kind}/{path}"
            return linked_data.thing_data(request, self.stores.edition, thing, ending, page)

        return answer

    async def ontology(self, request: Request) -> Response:
        """Lead to the ontology: the page with an anchor for each term, or its data; a version by its number."""
        wanted, home = request.path_params.get("version"), root(request)
        page = f"{home}/{reader_language(request)}/ontology"
        return linked_data.see_ontology(request, wanted, self.stores.edition.ontology_version, page, home)

    async def download(self, request: Request) -> Response:
        """A dataset, the catalogue or the ontology in one of its forms, or a version of the whole graph."""
        folder, (name, _, ending) = self.stores.folder, request.path_params["path"].rpartition(".")
        if name.startswith("version/"):
            return await run_in_threadpool(version_file, request, folder, name.removeprefix("version/"), ending)
        listed = served(folder) if name == "catalogue" else []
        return await run_in_threadpool(linked_data.dataset_data, request, self.stores.edition, name, ending, listed)

    async def catalogue(self, request: Request) -> Response:
        """Lead to the description of all datasets."""
        page = f"{root(request)}/{reader_language(request)}/datasets"
        return linked_data.see_other(request, page, f"{root(request)}/data/catalogue", prefer_data=True)

    async def questions(self, request: Request) -> Response:
        """The catalogue of questions for programs."""
        return await run_in_threadpool(api.catalogue, request, self.stores.edition.catalogue, root(request))

    async def question(self, request: Request) -> Response:
        """A question's answer for programs."""
        return await api.question_answer(request, self.stores.edition)

    async def handbook(self, request: Request) -> Response:
        """Lead to the handbook as a Word document, which once had this address."""
        chosen = {n: v for n in ("phase-type", "role", "region") if (v := request.query_params.get(n, ""))}
        if "phase-type" not in chosen:
            raise Problem(400, "phase-type is missing.")
        page = f"{root(request)}/{reader_language(request)}/handbook?{urlencode({**chosen, 'format': 'docx'})}"
        return RedirectResponse(page, 308, {"Vary": "Accept-Language"})

    async def search(self, request: Request) -> Response:
        """What the search box offers while one types."""
        page_request = PageRequest.of(request, self.stores.edition, reader_language(request))
        return JSONResponse(await run_in_threadpool(hits, page_request), headers={"Cache-Control": "no-cache"})

    async def search_index(self, request: Request) -> Response:
        """The index by which the site of files searches."""
        page_request = replace(PageRequest.of(request, self.stores.edition, _named_language(request)), path="/search")
        script = await run_in_threadpool(index_script, page_request)
        return Response(script, 200, {}, SCRIPT)

    async def feed(self, request: Request) -> Response:
        """The feed of what is new in the datasets."""
        asked_for = PageRequest.of(request, self.stores.edition, _named_language(request))
        if unchanged(request, tag := etag(self.stores.edition.mark, asked_for.origin, asked_for.lang)):
            return Response(status_code=304, headers={"ETag": tag})
        return Response(await run_in_threadpool(feed, asked_for), 200, {"ETag": tag}, ATOM)

    async def lesson_order(self, request: Request) -> Response:
        """What the site of files orders lessons by."""
        page_request = PageRequest.of(request, self.stores.edition, languages()[0])
        return Response(await run_in_threadpool(order_script, page_request), 200, {}, SCRIPT)

    async def openapi(self, request: Request) -> Response:
        """The OpenAPI description of the questions."""
        return JSONResponse(await run_in_threadpool(api.openapi, self.stores.edition, root(request)))

    async def asset(self, request: Request) -> Response:
        """A style, a script or a licence of the room ``viz``."""
        name = request.path_params["name"]
        body, media = await run_in_threadpool(asset, name)
        tag = etag(name, body)
        headers = {"ETag": tag, "Cache-Control": "max-age=600"}
        if unchanged(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, media)
