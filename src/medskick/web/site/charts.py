"""Pictures drawn on the server: the timeline with its windows, the matrices, each with the table of the same below."""

from starlette.responses import Response

from medskick.queries.run import Answer
from medskick.reports.document import Block, Heading, line
from medskick.viz.answers import answer_chart
from medskick.viz.chart import Chart
from medskick.viz.matrix import dialogue_matrix, theme_matrix
from medskick.viz.story import story_timeline
from medskick.viz.timeline import common_timeline, spans, timeline
from medskick.web.place import Place
from medskick.web.problems import Problem
from medskick.web.site import choices
from medskick.web.site.frame import Field, Form, report

SHEETS = ("chart.css",)
TOLD = ("Decision", "Change", "Lesson")
"""The kinds of thing whose coming about is told as a story."""


def timeline_page(place: Place) -> Response:
    """Processes, phases, dialogues and decisions in time: all years, or the window that the address names."""
    writer, start, end, process = place.writer, place.given("from"), place.given("to"), place.given("process")
    try:
        chosen = [writer.process(process)] if process else []
        found = timeline(writer, place.thing, start, end, chosen)
    except LookupError:
        raise Problem(400, "There is no such process.", known=[n for n, _ in choices.processes(place, False)]) from None
    except ValueError:
        raise Problem(400, "from and to are years, from not after to.") from None
    windows = [
        (
            label,
            place.page("/timeline", **{"from": first, "to": last, "process": process}),
            (first, last) == (start, end),
        )
        for label, first, last in spans(writer)
    ]
    field = Field(
        "process", place.say("field-process"), choices.processes(place, False), process, place.say("all-processes")
    )
    form = Form("/timeline", place.say("show"), [field], [(k, v) for k, v in (("from", start), ("to", end)) if v])
    return _page(place, place.say("nav-timeline"), place.say("timeline-lead"), [found], form=form, windows=windows)


def charts_page(place: Place) -> Response:
    """Challenges and lessons by phase and theme, dialogue forms by phase and region."""

    def lists(row: str, column: str, sort: str) -> str | None:
        # only lessons have a page that lists them; the other cells are told by the table below
        theme, phase_type = row.rpartition("/")[2], column.rpartition("/")[2]
        return place.page("/lessons", phase_type=phase_type, theme=theme) if sort == "Lesson" and row else None

    found = [theme_matrix(place.writer, place.thing, lists), dialogue_matrix(place.writer, place.thing)]
    return _page(place, place.say("nav-charts"), place.say("charts-lead"), found)


def _page(place: Place, title: str, lead: str, charts: list[Chart], **more: object) -> Response:
    blocks: list[Block] = []
    for chart in charts:
        blocks += [Heading(chart.table.caption), chart.table]
    document = place.writer.document(title, line(lead), blocks)
    return report(place, document, template="chart-page.html.j2", charts=charts, sheets=SHEETS,
                  **{"windows": (), **more})  # fmt: skip


def start_timeline(place: Place) -> Chart:
    """The regions' processes on one axis, for the start page."""
    return common_timeline(place.writer, place.thing)


def story_of(place: Place, thing: str, cls: str) -> Chart | None:
    """How a thing came about, as a picture; ``None`` for kinds that have no story."""
    return story_timeline(place.writer, thing, place.thing) if cls in TOLD else None


def of_answer(place: Place, answer: Answer) -> Chart | None:
    """The picture that a question's header names, if any."""
    return answer_chart(place.writer, answer, place.thing) if answer.rows else None
