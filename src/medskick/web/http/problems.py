"""Errors as ``application/problem+json`` (RFC 9457): a status, a title, a sentence; never a stack trace."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import JSONResponse


class Problem(Exception):
    """Raised wherever a request cannot be answered; the app turns it into a response.

    ``query`` is the SPARQL that could not be answered, for a page that gives it back.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> None:
        self.status, self.detail, self.headers, self.more = status, detail, dict(headers or {}), more
        self.query = ""
        super().__init__(detail)

    def response(self) -> JSONResponse:
        """Return the problem as a response."""
        title = HTTPStatus(self.status).phrase
        body = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.more}
        return JSONResponse(body, self.status, self.headers, "application/problem+json")


def ambiguous(wanted: str, choices: Sequence[str]) -> Problem:
    """Return the problem of a name that several things have: which are meant by what is told."""
    return Problem(400, f"{wanted[:100]} is in several datasets.", ambiguous=wanted[:100], known=list(choices))


def not_offered(name: str, wanted: str, allowed: Mapping[str, str], status: int = 400) -> Problem:
    """Return the problem of a choice that does not exist; ``allowed`` are those that do, with their labels.

    ``name`` is what is chosen, ``wanted`` the value that was given for it.
    """
    detail = f"{name} cannot be {wanted[:100]}."
    return Problem(status, detail, parameter=name, found=wanted[:100], allowed=dict(allowed))


def no_day(given: str, fix: str | None) -> Problem:
    """Return the problem of a text that is no day to count from; ``fix`` is what it means. Empty: none was given."""
    detail = f"{given[:100]} is not a day (ISO 8601)." if given else "Give the day to count from as starts=YYYY-MM-DD."
    return Problem(400, detail, no_day=given[:100], fix=fix)
