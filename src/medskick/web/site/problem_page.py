"""The page that a reader gets for an address in vain, in their language and with ways on."""

from starlette.responses import Response

from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.site.page import render, shown
from medskick.words import say

_IN_ADDRESS = 6_000
_KINDS = {400: "bad-request", 404: "not-found", 410: "gone", 429: "busy", 503: "busy"}


def problem_page(request: PageRequest, problem: Problem) -> Response:
    """Return a problem as a page; what could have been chosen is listed."""
    kind = _KINDS.get(problem.status, "failed" if problem.status >= 500 else "bad-request")
    allowed = problem.more.get("allowed") or problem.more.get("known") or ()
    names = [f"{k} – {v}" for k, v in allowed.items()] if isinstance(allowed, dict) else [str(n) for n in allowed]  # type: ignore[attr-defined]
    merged = problem.more.get("merged")
    title, lead = request.say(kind), request.say(f"{kind}-lead")
    left_out: list[str] = []
    if "ambiguous" in problem.more:
        lead = say("cli.ambiguous-thing", request.lang, found=problem.more["ambiguous"], known=", ".join(names))
        names = []
    if "no_day" in problem.more:
        given, fix = problem.more["no_day"], problem.more.get("fix")
        lead = request.say("no-day", found=given) if given else request.say("no-day-given")
        lead += " " + say("fault.fix", request.lang, fix=fix) if fix else ""
    if problem.query:
        title = request.say("query-large" if problem.status == 413 else "query-fault")
        lead = request.say("query-large-lead" if problem.status == 413 else "query-fault-lead")
        if "line" in problem.more:
            lead = say("editor.unread", request.lang, line=problem.more["line"], column=problem.more["column"])
        if "function" in problem.more:
            lead = say("editor.unknown-function", request.lang, function=problem.more["function"])
    if isinstance(faults := problem.more.get("faults"), dict):
        title, lead, names = request.say("left-out"), request.say("left-out-lead"), []
        left_out = faults[request.lang]
    # in an address only so much comes through
    editor = request.page("/sparql", query=problem.query) if 0 < len(problem.query) < _IN_ADDRESS else ""
    return render(
        request, "problem.html.j2", title, status=problem.status, headers={**problem.headers, "Vary": "Accept"},
        lead=lead, allowed=names[:200], left_out=left_out, noindex=True, query=problem.query, editor=editor,
        near=shown(request, request.reader.thing(str(merged))) if merged else (),
    )  # fmt: skip
