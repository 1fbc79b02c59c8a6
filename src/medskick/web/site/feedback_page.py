"""A reader's remark: the form, what comes of sending it, and the accessibility statement that names who answers."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from medskick.web.address import Place
from medskick.web.edition import KINDS
from medskick.web.feedback.box import BoxError
from medskick.web.feedback.form import Draft, Gate, Result, form, post, thanks, there
from medskick.web.feedback.remark import Statement
from medskick.web.http.problems import Problem
from medskick.web.operator import statement as accessibility
from medskick.web.site.page import render, report
from medskick.words import say

# a browser that is told to send no referrer sends no origin either, and the form is checked by its origin
_HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def _about(place: Place) -> tuple[str, Statement | None]:
    """The thing and the statement that the address names. Raises ``Problem`` (404)."""
    kind, _, path = place.given("about").partition("/")
    thing = place.edition.thing_at(kind, path) if kind in KINDS and path else ""
    prop = place.given("property")
    told: Statement | None = (prop, place.given("value")) if prop else None
    if not thing or not there(place.edition.store, thing, told):
        raise Problem(404, "Nothing here has that name, or nothing of the kind is said of it.")
    return thing, told


def feedback_page(place: Place) -> Response:
    """The form for a remark on a thing or on one statement of it; what is said when one has been received."""
    thing, told = _about(place)
    if number := place.given("received"):
        back = place.thing(thing) or place.page("/")
        received = thanks(place.lang, int(number) if number.isdecimal() and len(number) < 12 else 0, back)
        title = say("feedback.thanks", place.lang)
        return render(place, "feedback-page.html.j2", title, told=None, thanks=received, action="",
                      sheets=("feedback.css",), headers=_HEADERS, noindex=True)  # fmt: skip
    return _form(place, Draft(thing, told, page=place.thing(thing) or ""), None)


def _form(place: Place, draft: Draft, result: Result | None) -> Response:
    label = place.reader.name(draft.about).text if draft.about else ""
    statement = ""
    if draft.statement:
        prop, value = draft.statement
        named = place.reader.name(value).text if value.startswith(("http://", "https://")) else value
        statement = f"{place.reader.name(prop).text}: {named}"
    try:
        told = form(
            place.edition.box, place.lang, draft, label, place.edition.operator, result, statement_label=statement
        )
    except BoxError:
        raise Problem(503, "No remark can be taken just now.", {"Retry-After": "600"}) from None
    status = result.status if result else 200
    return render(place, "feedback-page.html.j2", place.say("wrong"), told=told, thanks=None, status=status,
                  action=place.page("/feedback"), sheets=("feedback.css",), headers=_HEADERS, noindex=True)  # fmt: skip


async def feedback_post(request: Request, place: Place, gate: Gate) -> Response:
    """Take a remark: lead to the thanks, or show the form again with what was entered and what is wrong."""
    edition = place.edition
    result = await post(request, edition.box, gate, edition.store, place.lang)
    if result.number is None and not result.draft.about:
        raise Problem(404, next(iter(result.faults.values()), ""))
    if result.number is None:
        return await run_in_threadpool(_form, place, result.draft, result)
    address = edition.address_of(result.draft.about) or ""
    return RedirectResponse(place.page("/feedback", about=address, received=str(result.number)), 303)


def accessibility_page(place: Place) -> Response:
    """The accessibility statement of whoever publishes this copy."""
    return report(place, accessibility(place.lang, place.edition.operator), template="accessibility.html.j2")
