"""Pages that show a report, made from the registry of reports: form, document, and what one page has besides."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import zip_longest
from typing import Any

import pyoxigraph as ox
from starlette.responses import Response

from medskick.graph.lookups import named_quads
from medskick.ontology import node
from medskick.queries.binding import UnknownValueError
from medskick.queries.evaluate import UnknownDatasetError
from medskick.reports.document import Bullets, Document, Table, sections_of
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lead_time import NotADayError
from medskick.reports.registry import REPORTS, Report
from medskick.resources.finding import AmbiguousThingError, UnknownThingError, reference_of
from medskick.web.http.problems import Problem, ambiguous, no_day, not_offered
from medskick.web.page_request import PageRequest
from medskick.web.site import choice_counts, choices
from medskick.web.site.page import Field, Form, render
from medskick.web.site.page import report as shown
from medskick.web.site.phase_types import phase_list
from medskick.words import pick


def made(request: PageRequest, report: Report, reader: GraphReader, **given: object) -> Document:
    """Return a report. Raises ``Problem``: 400 for a value that is not allowed (which are is told), 404 for a thing."""
    chosen = (f"{name}={value}" for name, value in sorted(given.items()) if value)
    try:
        document = request.edition.document(
            (report.slug, reader.lang, repr(reader.datasets), *chosen), lambda: _made(report, reader, given)
        )
    except UnknownValueError as error:
        allowed = {slug: pick(label, request.lang) for slug, label in error.allowed.items()}
        raise not_offered(error.param.option, error.value, allowed) from None
    except UnknownDatasetError as error:
        raise not_offered("dataset", error.name, dict(choices.datasets(request))) from None
    except UnknownThingError as error:
        if error.known:
            by_region = any(parameter.kind == "region" for parameter in report.parameters)
            offered = choices.regions(request) if by_region else choices.processes(request)
            raise not_offered("process", error.wanted, dict(offered)) from None
        raise Problem(404, "Nothing here has that name.") from None
    except AmbiguousThingError as error:
        raise ambiguous(error.wanted, error.choices) from None
    except NotADayError as error:
        raise no_day(error.given, error.fix) from None
    return document


def _made(report: Report, reader: GraphReader, given: Mapping[str, object]) -> Document:
    document = report.function()(reader, **given)
    assert isinstance(document, Document)
    return document


def _given(request: PageRequest, report: Report) -> dict[str, object]:
    """What an address says of a report's parameters, by their names in Python; the datasets are the reader's."""
    given: dict[str, object] = {}
    for parameter in report.parameters:
        value = request.given(parameter.field)
        if parameter.kind == "section":
            given[parameter.name] = request.all_given(parameter.field)
        elif parameter.field and parameter.kind != "dataset":
            given[parameter.name] = ([value] if value else []) if parameter.many else value
    return given


def _reader(request: PageRequest, report: Report) -> GraphReader:
    """What reads the graph for a report: the page's own reader unless the report is of one dataset."""
    if not report.by_dataset:
        return request.reader
    name = request.given("dataset")
    return GraphReader(request.edition.store, request.lang, [name] if name else None)


def _page(request: PageRequest, report: Report, **more: Any) -> Response:
    """The page of a report: its form, and the report for what the address chooses."""
    form = Form(report.path, request.say("show"), choices.fields(request, report))
    return shown(
        request, made(request, report, _reader(request, report), **_given(request, report)), **{"form": form, **more}
    )


def _lessons(request: PageRequest, report: Report) -> Response:
    """Lessons for the reader's phase, role, theme and region; with a phase, the way to all else about it."""
    document = made(request, report, request.reader, **_given(request, report))
    onward = []
    if phase := request.given("phase-type"):
        rest = {name: request.given(name) for name in ("role", "region")}
        onward.append((request.say("lessons-to-phase"), request.page(f"/phase/{phase}", **rest)))
    form = Form(
        report.path,
        request.say("show-lessons"),
        choices.counted_for_lessons(request),
        ordering=choices.ordering_of(request),
    )
    return shown(request, document, form=form, onward=onward)


def _handbook(request: PageRequest, report: Report) -> Response:
    """The handbook for a phase, to read, to print, or as .docx; without a phase, the form alone."""
    if not request.given("phase-type"):
        return render(
            request,
            "handbooks.html.j2",
            request.say("nav-handbook"),
            form=Form(
                report.path,
                request.say("show-handbook"),
                [*choices.situation(request), choices.day_field(request)],
            ),
            phases=phase_list(request, lambda slug: request.page("/handbook", phase_type=slug)),
            lead=request.say("handbook-choose"),
        )
    rest = {name: request.given(name) for name in ("role", "region", "starts")}
    phase = request.page(f"/phase/{request.given('phase-type')}", **rest)
    more: dict[str, Any] = {"onward": [(request.say("phase-on-a-page"), phase)], "scripts": ("ticks.js", "sections.js")}
    if request.static:
        # here alone has the site of files the documents themselves
        more["files"] = {"Word": request.as_file("docx"), "Excel": request.as_file("xlsx")}
    document = made(request, report, request.reader, **_given(request, report))
    # made first: that refuses a phase type that there is not
    wanted = request.reader.concept("phase-type", request.given("phase-type"))
    phases = [one for one in choices.fields(request, report) if one.name == "phase-type"]
    form = Form(
        report.path, request.say("show-handbook"), [*phases, *choices.counted_for_phase(request, wanted)],
        ordering=choices.ordering_of(request), leads=report.path, fold=request.say("phase-mine"),
    )  # fmt: skip
    return shown(request, document, form=form, **more)


def _size(request: PageRequest, process: str) -> int:
    """How much the material holds of a process."""
    return sum(1 for _ in named_quads(request.edition.store, None, node("msk:inProcess"), ox.NamedNode(process)))


def _compare(request: PageRequest, report: Report) -> Response:
    """Two or more processes side by side; three regions where none are chosen."""
    offered = choices.processes(request)
    names = ("first", "second", "third")
    # an address written by hand, or for the program, names them all ``process``
    chosen = [value for key, value in request.query if key in (*names, "process") and value]
    if not chosen:
        store = request.edition.store
        latest = [request.reader.process(name) for name, _ in choices.regions(request)]
        # three columns can be read side by side: those of which there is most to compare
        fullest = sorted(latest, key=lambda process: -_size(request, process))[: len(names)]
        chosen = [reference_of(store, process) for process in latest if process in fullest]
    sides = [
        Field(
            n, request.say(f"field-{n}"), choice_counts.counted(request, report.slug, "process", offered, value), value,
            request.say("no-process"),
        )
        for n, value in zip_longest(names, chosen[: len(names)], fillvalue="")
    ]  # fmt: skip
    fields = [*([] if request.static else sides), *choices.fields(request, report)]
    document = made(request, report, request.reader, processes=chosen, **_given(request, report))
    form = Form(report.path, request.say("show-compare"), fields, fold=request.say("fold-compare"))
    # what differs most is read at once, what was asked for by name stands open
    parts = _parts(document, 1, opened=bool(request.given("rows")))
    return shown(request, document, form=form, parts=parts, scripts=("sections.js",))


def _gaps(request: PageRequest, report: Report) -> Response:
    """What is missing: how much of each kind, and each kind to open."""
    document = made(request, report, _reader(request, report), **_given(request, report))
    parts = _parts(document, 1)
    form = Form(report.path, request.say("show"), choices.fields(request, report))
    return shown(request, document, form=form, parts=parts, scripts=("sections.js",))


def _network(request: PageRequest, report: Report) -> Response:
    """Who connects whom: the size and the first table at once, the others and how to read them to open."""
    document = made(request, report, _reader(request, report), **_given(request, report))
    form = Form(report.path, request.say("show"), choices.fields(request, report))
    return shown(request, document, form=form, parts=_parts(document, 2), scripts=("sections.js",))


def _parts(document: Document, shown_first: int, opened: bool = False) -> list[dict[str, Any]]:
    """The sections of a long report that a page folds, all but so many of the first: where, how many rows.

    They are as long as the material, which would be fifty screens of a telephone.
    """
    parts = []
    for start, end in sections_of(document)[shown_first:]:
        inside = document.blocks[start:end]
        count = sum(len(block.rows) for block in inside if isinstance(block, Table))
        count += sum(len(block.items) for block in inside if isinstance(block, Bullets))
        parts.append({"start": start, "end": end, "count": count, "open": opened})
    return parts


def _story(request: PageRequest, report: Report) -> Response:
    """How a decision, a change or a lesson came about."""
    return shown(
        request, made(request, report, request.reader, thing=request.edition.thing_at("id", request.params["path"]))
    )


_OWN: Mapping[str, Callable[[PageRequest, Report], Response]] = {
    "lessons": _lessons,
    "handbook": _handbook,
    "compare": _compare,
    "story": _story,
    "gaps": _gaps,
    "network": _network,
}
"""The pages that have more than a form and a report."""

PAGES: Mapping[str, Callable[[PageRequest], Response]] = {
    report.path: partial(_OWN.get(report.slug, _page), report=report) for report in REPORTS.values()
}
"""The page of each report, by its address below the language."""
