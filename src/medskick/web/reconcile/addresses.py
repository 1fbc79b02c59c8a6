"""The addresses of the reconciliation service, below each language and, by ``Accept-Language``, without one."""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from medskick.templates import environment
from medskick.web.http.headers import EMBEDDED_CSP
from medskick.web.http.problems import Problem
from medskick.web.http.requests import body_of, reader_language
from medskick.web.page_request import PageRequest
from medskick.web.reconcile import service
from medskick.web.reconcile.client_input import extension_of, queries_of
from medskick.web.stores import Stores
from medskick.words import Lang, languages, say

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20


class ReconcileAnswers:
    """The answers of the reconciliation service, over a folder of stores."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self._templates = environment(trim_blocks=True, lstrip_blocks=True)

    def routes(self) -> Iterator[Route]:
        """Yield the routes."""
        yield Route("/reconcile", self.service(None), methods=["GET", "POST"])
        for lang in languages():
            here = f"/{lang}/reconcile"
            yield Route(here, self.service(lang), methods=["GET", "POST"])
            yield Route(here + "/suggest/{what}", self.looked_up(lang, service.suggestions))
            yield Route(here + "/flyout/{what}", self.looked_up(lang, self._flyout))
            yield Route(here + "/properties", self.looked_up(lang, lambda page, _: service.properties(page)))
            yield Route(here + "/preview", self.preview(lang))
            yield Route(here + "/view", self.view(lang))

    def _page(self, request: Request, lang: Lang) -> PageRequest:
        return PageRequest.of(request, self.stores.edition, lang)

    def service(self, lang: Lang | None) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers with the manifest, with candidates for ``queries`` or with values for ``extend``."""

        async def answer(request: Request) -> Response:
            page = self._page(request, lang or reader_language(request))
            given = await _parameters(request)
            headers = {"Cache-Control": "no-cache", "Content-Language": page.lang}
            if lang is None:
                headers["Vary"] = "Accept-Language"
            return JSONResponse(await run_in_threadpool(_answered, page, given), headers=headers)

        return answer

    def looked_up(
        self, lang: Lang, answer_of: Callable[[PageRequest, str], dict[str, Any]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers with a look-up as JSON."""

        async def answer(request: Request) -> Response:
            page, what = self._page(request, lang), request.path_params.get("what", "")
            return JSONResponse(await run_in_threadpool(answer_of, page, what), headers={"Content-Language": lang})

        return answer

    def _flyout(self, page: PageRequest, what: str) -> dict[str, Any]:
        given = page.given("id")
        preview = service.preview_of(page, what, given)
        return {"id": given, "html": self._templates.get_template("preview.j2").render(shown=preview)}

    def preview(self, lang: Lang) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers with a thing in short, as a small page that others may show inside theirs."""

        async def answer(request: Request) -> Response:
            page = self._page(request, lang)
            preview = await run_in_threadpool(service.preview_of, page, "entity", page.given("id"))
            template = self._templates.get_template("preview.html.j2")
            sheets = [page.to(f"/assets/{name}.css") for name in ("report", "site")]
            html = template.render(shown=preview, lang=lang, sheets=sheets, onward=say("reconcile.onward", lang))
            headers = {"Content-Security-Policy": EMBEDDED_CSP, "Content-Language": lang}
            return HTMLResponse(html, headers=headers)

        return answer

    def view(self, lang: Lang) -> Callable[[Request], Awaitable[Response]]:
        """Return what leads from a thing's id to its page."""

        async def answer(request: Request) -> Response:
            page = self._page(request, lang)
            thing = page.given("id")
            page.edition.known(thing)
            address = page.thing(thing)
            if address is None or page.edition.address_of(thing) is None:
                raise Problem(404, "Nothing here has that name.")
            return RedirectResponse(address, 303)

        return answer


async def _parameters(request: Request) -> dict[str, str]:
    """The parameters of the address, and of a form that is sent. Raises ``Problem``."""
    given = dict(request.query_params)
    if request.method == "POST":
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != _FORM:
            raise Problem(415, f"Send {_FORM}.", {"Accept-Post": _FORM})
        try:
            body = (await body_of(request)).decode()
            given |= dict(parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise Problem(400, "The form is not in UTF-8, or has too many fields.") from None
    return given


def _answered(page: PageRequest, given: dict[str, str]) -> dict[str, Any]:
    if "query" in given and "queries" not in given:
        # one question outside a batch, as before version 0.2
        single = given["query"]
        alone = single if single.lstrip().startswith("{") else json.dumps({"query": single})
        return dict(service.answers(page, queries_of(f'{{"q0": {alone}}}'))["q0"])
    if "queries" in given:
        return service.answers(page, queries_of(given["queries"]))
    if "extend" in given:
        return service.extended(page, extension_of(given["extend"]))
    return service.manifest(page)
