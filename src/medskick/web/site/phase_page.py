"""The page of a phase type: what it is, and what others learned, decided and did in it; and the list of all."""

from dataclasses import replace
from typing import Any

from starlette.responses import RedirectResponse, Response

from medskick.reports.document import Checklist, Document, Heading, sections_of
from medskick.reports.lessons import every
from medskick.reports.registry import REPORTS
from medskick.web.page_request import PageRequest
from medskick.web.site import chart_pages, choices
from medskick.web.site.page import Form, render, report
from medskick.web.site.phase_types import phase_list
from medskick.web.site.report_pages import made

REPORT = REPORTS["handbook"]
MINE = ("role", "region", "starts")
"""What a reader says of their own situation besides the phase."""


def phases_page(request: PageRequest) -> Response:
    """All phase types in order, with how much there is of each; one that the address names leads to its page."""
    if slug := request.given("phase-type"):
        if request.static is None:
            rest = {name: request.given(name) for name in MINE}
            return RedirectResponse(request.page(f"/phase/{slug}", **rest), 303)
        return _page(request, slug)
    return render(
        request,
        "phases.html.j2",
        request.say("nav-phases"),
        phases=phase_list(request, lambda slug: request.page(f"/phase/{slug}")),
        lead=request.say("phase-lead"),
    )


def phase_page(request: PageRequest) -> Response:
    """The page of the phase type that the address names, for a region and a role if it names those."""
    return _page(request, request.params["type"])


def _page(request: PageRequest, slug: str) -> Response:
    given = {name: request.given(name) for name in MINE}
    document = made(request, REPORT, request.reader, phase=slug, **given)
    wanted = request.reader.concept("phase-type", slug)
    name = request.reader.name(wanted).text
    lessons_at, open_at, basis_at = (
        _place(document, request.reader.say(f"handbook.{key}")) for key in ("lessons", "open", "basis")
    )
    # the handbook is the same at length: here others' versions are one step away
    blocks = tuple(replace(one, versions=0) if isinstance(one, Checklist) else one for one in document.blocks)
    answer = request.reader.ask("phase-length-by-regime", phase_type=wanted)
    chart = chart_pages.of_answer(request, answer) if len(answer.rows) > 1 else None
    more: dict[str, Any] = {}
    if request.static:
        # the documents of the handbook are the same at length
        more["files"] = {
            name: request.page("/handbook", phase_type=slug, format=form)
            for name, form in (("Word", "docx"), ("Excel", "xlsx"))
        }
    return report(
        request,
        replace(document, title=name[:1].upper() + name[1:], blocks=blocks),
        template="phase-page.html.j2",
        form=Form(
            f"/phase/{slug}",
            request.say("show"),
            choices.counted_for_phase(request, wanted),
            ordering=choices.ordering_of(request),
        ),
        places=(lessons_at, open_at, basis_at),
        sections=_sections(document, lessons_at, basis_at),
        unphased=_unphased(request, slug),
        chart=chart,
        beside=_beside(request, slug),
        handbook=request.page("/handbook", phase_type=slug, **given),
        # a dataset's own term has its page among the dataset's things
        concept=request.page(f"/{request.edition.address_of(wanted)}"),
        sheets=chart_pages.SHEETS,
        scripts=("ticks.js", "sections.js"),
        **more,
    )


def _place(document: Document, heading: str) -> int:
    """Where a section begins among the blocks of a document; their number if it has none."""
    places = (i for i, block in enumerate(document.blocks) if isinstance(block, Heading) and block.text == heading)
    return next(places, len(document.blocks))


def _sections(document: Document, lessons_at: int, basis_at: int) -> list[tuple[int, int]]:
    """Where each section after the lessons begins and ends among the blocks of a document."""
    return [(start, end) for start, end in sections_of(document) if lessons_at < start < basis_at]


def _unphased(request: PageRequest, slug: str) -> list[tuple[str, str]]:
    """The ways to what no phase is known for, which no page of a phase holds: how much there is, and the address."""
    lessons = sum(not lesson.phases for lesson in every(request.reader))
    challenges = request.reader.select(
        "SELECT DISTINCT ?what { ?what a msk:Challenge"
        " MINUS { ?what (msk:inPhase/msk:phaseType)|msk:metInPhaseType ?type } }"
    )
    ways = (
        ("phase-lessons", lessons, "/lessons", {"phase_type": slug}),
        ("phase-challenges", len(challenges), "/things", {"kind": "Challenge"}),
    )
    # an address that is made is written in the site of files: only where there is something
    return [(request.say(words, n=count), request.page(path, **query)) for words, count, path, query in ways if count]


def _beside(request: PageRequest, slug: str) -> list[tuple[str, str, bool]]:
    """The phase types before and after one: name, address, whether it comes after."""
    types = choices.phase_types(request)
    place = next((place for place, (one, _) in enumerate(types) if one == slug), len(types) + 1)
    return [
        (name, request.page(f"/phase/{one}"), later)
        for later, (one, name) in (
            (later, types[i]) for later, i in ((False, place - 1), (True, place + 1)) if 0 <= i < len(types)
        )
    ]
