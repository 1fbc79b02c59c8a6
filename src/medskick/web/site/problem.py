"""The page that a reader gets for an address in vain, in their language and with ways on."""

from starlette.responses import Response

from medskick.web.place import Place
from medskick.web.problems import Problem
from medskick.web.site.frame import render, shown

_KINDS = {400: "bad-request", 404: "not-found", 410: "gone", 429: "busy", 503: "busy"}


def problem_page(place: Place, problem: Problem) -> Response:
    """Return a problem as a page; what could have been chosen is listed."""
    kind = _KINDS.get(problem.status, "failed" if problem.status >= 500 else "bad-request")
    allowed = problem.more.get("allowed") or problem.more.get("known") or ()
    names = [f"{k} – {v}" for k, v in allowed.items()] if isinstance(allowed, dict) else [str(n) for n in allowed]  # type: ignore[attr-defined]
    merged = problem.more.get("merged")
    return render(
        place, "problem.html.j2", place.say(kind), status=problem.status, headers=problem.headers,
        lead=place.say(f"{kind}-lead"), allowed=names[:200], noindex=True,
        near=shown(place, place.writer.thing(str(merged))) if merged else (),
    )  # fmt: skip
