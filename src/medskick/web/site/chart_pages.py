"""Pictures drawn on the server: the timeline with its windows, the matrices, each with the table of the same below."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from medskick.queries.run import Answer
from medskick.reports.answer_document import reader_of
from medskick.reports.document import Block, Heading, line
from medskick.reports.html import parts
from medskick.resources.finding import AmbiguousThingError, UnknownThingError
from medskick.viz.charts.answer_chart import answer_chart
from medskick.viz.charts.chart import Chart
from medskick.viz.charts.lanes import Lane, lanes
from medskick.viz.charts.matrix import dialogue_matrix, theme_matrix
from medskick.viz.charts.place_map import place_map
from medskick.viz.charts.story_chart import story_timeline
from medskick.viz.charts.timeline import common_timeline, of_lanes, timeline
from medskick.viz.charts.windows import Window, Years, spans, years_of
from medskick.web.http.problems import Problem, ambiguous, not_offered
from medskick.web.page_request import PageRequest
from medskick.web.site import choices
from medskick.web.site.page import Field, Form, report
from medskick.words import pick

SHEETS = ("chart.css",)
TOLD = ("Decision", "Change", "Lesson")
"""The kinds of thing whose coming about is told as a story."""


def timeline_page(request: PageRequest) -> Response:
    """Processes, phases, dialogues and decisions in time: all years, or the window that the address names."""
    reader, process = request.reader, request.given("process")
    start, end = request.given("from"), request.given("to")
    if start and end:
        start, end = sorted((start, end))
    kept = request.edition.lanes
    every = kept[request.lang] = kept.get(request.lang) or lanes(reader)
    try:
        chosen = [reader.process(process)] if process else []
        drawn = [lane for lane in every if lane.thing in chosen] or lanes(reader, processes=chosen) if chosen else every
        chart = timeline(reader, request.thing, drawn, start, end)
    except AmbiguousThingError as error:
        raise ambiguous(error.wanted, error.choices) from None
    except UnknownThingError:
        raise not_offered("process", process, dict(choices.processes(request, False))) from None
    except ValueError:
        raise Problem(400, "from and to are years of four digits.") from None
    years = Years(drawn)
    offered = [(label, (first, last)) for label, first, last in spans(reader, years)]
    form = Form("/timeline", request.say("show"), [
        Field("process", request.say("field-process"), choices.processes(request, False), process,
              request.say("all-processes")),
        Field("from", request.say("field-from"), _years(every, start), start, request.say("first-year")),
        Field("to", request.say("field-to"), _years(every, end), end, request.say("last-year")),
    ])  # fmt: skip

    def address(first: str, last: str) -> str:
        return request.page("/timeline", **{"from": first, "to": last, "process": process})

    earlier = later = None
    single: list[Window] = []
    if years.ends and (start or end):
        window = int(start or min(years.ends[0], int(end))), int(end or max(years.ends[1], int(start)))
        earlier, later = years.beside(window)
        single = years.single(window)
    # the site of files has pages only for the windows of its lists and for single years
    listed = [pair for _, pair in offered]
    steps = [
        (request.say(word, years=years_of(window)), address(*_pair(window)))
        for word, window in (("earlier", earlier), ("later", later))
        if window and (not request.static or window[0] == window[1] or _pair(window) in listed)
    ]
    # all that is known is eleven screens: the phases of the regions' plans are seen first
    everything = not (process or start or end)
    charts = [common, chart] if everything and (common := common_timeline(reader, request.thing)).wide else [chart]
    return _page(
        request, request.say("nav-timeline"), request.say("timeline-lead"), charts, form=form, steps=steps,
        folded_charts=(1,) if len(charts) > 1 else (),
        windows=[(label, address(*pair), pair == (start, end)) for label, pair in offered],
        single=[(years_of(year), address(*_pair(year))) for year in single],
    )  # fmt: skip


def _pair(window: Window) -> tuple[str, str]:
    """A window's years as the address has them."""
    return f"{window[0]:04}", f"{window[1]:04}"


def _years(every: Sequence[Lane], chosen: str) -> list[tuple[str, str]]:
    """The years that a form offers: from the first to the last that anything is known of, and the one chosen."""
    first, last = Years(every).ends or (0, -1)
    return [(year, year) for year in sorted({f"{y:04}" for y in range(first, last + 1)} | {chosen} - {""})]


def charts_page(request: PageRequest) -> Response:
    """Challenges and lessons by phase and theme, dialogue forms by phase and region."""

    def lists(row: str, column: str, sort: str) -> str | None:
        # only lessons have a page that lists them; the other cells are told by the table below
        theme, phase_type = row.rpartition("/")[2], column.rpartition("/")[2]
        if sort != "Lesson" or not row:
            return None
        if request.static is not None:
            # the page's script combines the choices
            return request.page("/lessons") + "?" + urlencode({"phase-type": phase_type, "theme": theme})
        return request.page("/lessons", phase_type=phase_type, theme=theme)

    first = theme_matrix(request.reader, request.thing, lists)
    second = dialogue_matrix(request.reader, request.thing)
    # what holds for both is said at the first
    charts = [first, replace(second, notes=tuple(note for note in second.notes if note not in first.notes))]
    others = [
        (request.say("nav-timeline"), request.page("/timeline")),
        *(
            (pick(query.summary, request.lang), request.page(f"/views/{query.slug}"))
            for query in request.edition.catalogue.views()
            if query.slug == "decision-chain"
        ),
    ]
    return _page(request, request.say("nav-charts"), request.say("charts-lead"), charts, others=others)


def places_page(request: PageRequest) -> Response:
    """The places on a map: how far the plan of each has come, and in which phase."""
    return _page(
        request, request.say("nav-places"), request.say("places-lead"), [place_map(request.reader, request.thing)]
    )


def _page(request: PageRequest, title: str, lead: str, charts: list[Chart], **more: object) -> Response:
    blocks: list[Block] = []
    for chart in charts:
        # a table alone stands under the page's own heading for it
        blocks += [Heading(chart.table.caption), chart.table] if len(charts) > 1 else [chart.table]
    document = request.reader.document(title, line(lead), blocks)
    return report(request, document, template="chart-page.html.j2", charts=charts, sheets=SHEETS,
                  scripts=("sections.js",) if len(charts) > 1 else (),
                  **{"others": (), "windows": (), "steps": (), "single": (), "folded_charts": (), **more})  # fmt: skip


def twin(request: PageRequest, chart: Chart) -> dict[str, Any]:
    """Return what a template needs to show a chart's table: ``blocks`` and ``words``."""
    return parts(request.reader.document("", (), [chart.table.filled()]), request.thing, scripted=True)


def start_timeline(request: PageRequest) -> Chart:
    """The regions' processes on one axis, for the start page."""
    return common_timeline(request.reader, request.thing)


def phases_of(request: PageRequest, process: str) -> Chart | None:
    """A process's phases on a timeline; ``None`` where none of them has a known time."""
    mine = [replace(lane, label="") for lane in lanes(request.reader, ("Phase",), [process])]
    if not any(mark.days for lane in mine for mark in lane.marks):
        return None
    return of_lanes(request.reader, request.thing, mine, request.reader.say("chart.phases"))


def story_of(request: PageRequest, thing: str, cls: str) -> Chart | None:
    """How a thing came about, as a picture; ``None`` for kinds that have no story."""
    return story_timeline(request.reader, thing, request.thing) if cls in TOLD else None


def of_answer(request: PageRequest, answer: Answer) -> Chart | None:
    """The picture that a question's header names, if any."""
    return answer_chart(reader_of(request.reader, answer), answer, request.thing) if answer.rows else None
