"""A reader's remark: the form, what comes of sending it, and the accessibility statement that names who answers."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from medskick.web.edition import KINDS
from medskick.web.feedback.box import BoxError
from medskick.web.feedback.form import Draft, Gate, Result, form, post, thanks, there
from medskick.web.feedback.remark import Statement
from medskick.web.http.problems import Problem
from medskick.web.operator import statement as accessibility
from medskick.web.page_request import PageRequest
from medskick.web.site.page import render, report
from medskick.words import say

# a browser that is told to send no referrer sends no origin either, and the form is checked by its origin
_HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def _about(request: PageRequest) -> tuple[str, Statement | None]:
    """The thing and the statement that the address names. Raises ``Problem`` (404)."""
    kind, _, path = request.given("about").partition("/")
    thing = request.edition.thing_at(kind, path) if kind in KINDS and path else ""
    prop = request.given("property")
    statement: Statement | None = (prop, request.given("value")) if prop else None
    if not thing or not there(request.edition.store, thing, statement):
        raise Problem(404, "Nothing here has that name, or nothing of the kind is said of it.")
    return thing, statement


def feedback_page(request: PageRequest) -> Response:
    """The form for a remark on a thing or on one statement of it; what is said when one has been received."""
    thing, statement = _about(request)
    if number := request.given("received"):
        back = request.thing(thing) or request.page("/")
        received = thanks(request.lang, int(number) if number.isdecimal() and len(number) < 12 else 0, back)
        title = say("feedback.thanks", request.lang)
        return render(request, "feedback-page.html.j2", title, form_parts=None, thanks=received, action="",
                      sheets=("feedback.css",), headers=_HEADERS, noindex=True)  # fmt: skip
    return _form(request, Draft(thing, statement, page=request.thing(thing) or ""), None)


def _form(request: PageRequest, draft: Draft, result: Result | None) -> Response:
    label = request.reader.name(draft.about).text if draft.about else ""
    statement = ""
    if draft.statement:
        prop, value = draft.statement
        named = request.reader.name(value).text if value.startswith(("http://", "https://")) else value
        statement = f"{request.reader.name(prop).text}: {named}"
    try:
        parts = form(
            request.edition.box, request.lang, draft, label, request.edition.operator, result, statement_label=statement
        )
    except BoxError:
        raise Problem(503, "No remark can be taken just now.", {"Retry-After": "600"}) from None
    status = result.status if result else 200
    return render(request, "feedback-page.html.j2", request.say("wrong"), form_parts=parts, thanks=None, status=status,
                  action=request.page("/feedback"), sheets=("feedback.css",), headers=_HEADERS,
                  noindex=True)  # fmt: skip


async def feedback_post(sent: Request, request: PageRequest, gate: Gate) -> Response:
    """Take a remark: lead to the thanks, or show the form again with what was entered and what is wrong."""
    edition = request.edition
    result = await post(sent, edition.box, gate, edition.store, request.lang)
    if result.number is None and not result.draft.about:
        raise Problem(404, next(iter(result.faults.values()), ""))
    if result.number is None:
        return await run_in_threadpool(_form, request, result.draft, result)
    address = edition.address_of(result.draft.about) or ""
    return RedirectResponse(request.page("/feedback", about=address, received=str(result.number)), 303)


def accessibility_page(request: PageRequest) -> Response:
    """The accessibility statement of whoever publishes this copy."""
    return report(request, accessibility(request.lang, request.edition.operator), template="accessibility.html.j2")
