"""The page that a reader gets for an address in vain, in their language and with ways on."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.site import choices
from medskick.web.site.page import render, shown
from medskick.words import capital, pick, say

_IN_ADDRESS, _LISTED = 6_000, 200
_KINDS = {400: "bad-request", 404: "not-found", 410: "gone", 429: "busy", 503: "busy"}


def problem_page(request: PageRequest, problem: Problem) -> Response:
    """Return a problem as a page; what could have been chosen is listed."""
    kind = _KINDS.get(problem.status, "failed" if problem.status >= 500 else "bad-request")
    known = problem.more.get("known")
    names = [str(name) for name in known] if isinstance(known, list | tuple) else []
    allowed = problem.more.get("allowed") or _labelled(request, names)
    ways = _ways(request, str(problem.more.get("found", "")), allowed) if isinstance(allowed, dict) else []
    names = [] if ways else names
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
    if ways and problem.status == 404:
        lead = request.say("bad-request-lead")
    if isinstance(faults := problem.more.get("faults"), dict):
        title, lead, names = request.say("left-out"), request.say("left-out-lead"), []
        left_out = faults[request.lang]
    # in an address only so much comes through
    editor = request.page("/sparql", query=problem.query) if 0 < len(problem.query) < _IN_ADDRESS else ""
    return render(
        request, "problem.html.j2", title, status=problem.status, headers={**problem.headers, "Vary": "Accept"},
        lead=lead, ways=ways[:_LISTED], allowed=names[:_LISTED], left_out=left_out, noindex=True, query=problem.query,
        editor=editor, near=shown(request, request.reader.thing(str(merged))) if merged else (),
    )  # fmt: skip


def _labelled(request: PageRequest, names: list[str]) -> dict[str, str]:
    """Datasets or questions that a problem lists, with what they are called; empty where it lists other things."""
    questions = ((query.slug, pick(query.summary, request.lang)) for query in request.edition.catalogue.questions())
    labels = {**dict(choices.datasets(request)), **dict(questions)}
    return {name: labels[name] for name in names} if labels.keys() >= set(names) else {}


def _ways(request: PageRequest, wanted: str, allowed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What could have been chosen, by name and with the page's address for it; phase types in their usual order."""
    places = {slug: place for place, (slug, _) in enumerate(choices.phase_types(request))}
    named = alphabetical(allowed.items(), request.lang, lambda pair: pair[1])
    return [
        (capital(name or slug), _address(request, wanted, slug))
        for slug, name in sorted(named, key=lambda pair: places.get(pair[0], len(places)))
    ]


def _address(request: PageRequest, wanted: str, slug: str) -> str:
    """The page's own address with another choice in place of the one that does not exist."""
    if wanted in (value for _, value in request.query):
        query = [(name, slug if value == wanted else value) for name, value in request.query]
        return request.to(replace(request, query=query).address)
    return request.to(replace(request, path=f"{request.path.rpartition('/')[0]}/{slug}").address)
