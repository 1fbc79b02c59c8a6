"""The picture of an answer, as its question's header names it: ``view: bar``, ``timeline`` or ``matrix``.

The header's ``options`` say which columns are drawn: for a timeline ``lane`` and ``marks`` (each with
``what`` and ``date``, ``start``, ``end`` or ``planned``), for a matrix ``rows``, ``columns``,
``count`` and ``group`` (whose groups have columns of their own).
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyoxigraph as ox

from medskick.ontology import term_text
from medskick.queries.answer import heading, text_of
from medskick.queries.row_marks import RowMarks
from medskick.queries.run import Answer
from medskick.reports.answer_document import rows_with_marks
from medskick.reports.document import line, plain
from medskick.reports.graph_reader import GraphReader, Row
from medskick.resources.time import Span, Time
from medskick.viz.charts.bar_chart import bars
from medskick.viz.charts.chart import Chart, Link
from medskick.viz.charts.grid import Sort
from medskick.viz.charts.lanes import Lane, Mark, in_order, mark
from medskick.viz.charts.matrix import Entry, matrix, no_list, phase_types
from medskick.viz.charts.timeline import of_lanes
from medskick.viz.look import look_of
from medskick.words import pick


def answer_chart(reader: GraphReader, answer: Answer, link: Link) -> Chart | None:
    """Draw an answer as its question's header says; ``None`` if the header names none of these pictures."""
    ways: Mapping[str, Callable[[GraphReader, Answer, Link], Chart | None]] = {
        "bar": bars,
        "timeline": _timeline,
        "matrix": _matrix,
    }
    way = ways.get(answer.query.view)
    return way(reader, answer, link) if way else None


def _timeline(reader: GraphReader, answer: Answer, link: Link) -> Chart | None:
    options = answer.query.options
    if not options.get("marks"):
        return None
    by_lane: dict[str, dict[tuple[str, str], Mark]] = {}
    for row, marked in rows_with_marks(answer):
        lane = row.get(options.get("lane", ""))
        marks = by_lane.setdefault(term_text(lane) if lane is not None else "", {})
        for columns in options["marks"]:
            if columns["what"] in row:
                drawn = _mark(reader, row, marked, columns)
                marks.setdefault((drawn.thing, drawn.when), drawn)
    nothing = reader.say("chart.none-given") if "lane" in options else ""
    lanes = [
        Lane(lane, reader.name(lane).text if lane else nothing, tuple(in_order(reader, marks.values())))
        for lane, marks in by_lane.items()
    ]
    band = heading(answer, options["lane"]) if "lane" in options else ""
    return of_lanes(reader, link, lanes, pick(answer.query.summary, answer.lang), band=band)


def _mark(reader: GraphReader, row: Row, marked: RowMarks, columns: Mapping[str, str]) -> Mark:
    def text(name: str) -> str:
        term = row.get(columns.get(name, ""))
        return term_text(term) if term is not None else ""

    thing = text("what")

    def inferred(*names: str) -> bool:
        return any(columns.get(name) in marked.inferred for name in names)

    dates, planned = (text("date"), text("start"), text("end")), text("planned")
    actual = Span(*dates, inferred=inferred("date", "start", "end")) if any(dates) else None
    meant = Span(planned, inferred=inferred("planned")) if planned else None
    time = Time(actual, meant, expected_by=marked.awaited.get(columns.get("planned", ""), ""))
    return mark(reader, thing, reader.class_of(thing), time, plain(reader.cell(row[columns["what"]])))


def _matrix(reader: GraphReader, answer: Answer, link: Link) -> Chart | None:
    options: Mapping[str, Any] = answer.query.options
    if not {"rows", "columns", "count"} <= options.keys():
        return None
    counted = [options["count"]] if isinstance(options["count"], str) else list(options["count"])
    entries, columns, sorts = list[Entry](), dict[str, str](), dict[str, Sort]()
    for row, marked in rows_with_marks(answer):
        concluded = marked.inferred.intersection((options["rows"], options["columns"]))
        note = line(" ", reader.say("report.inferred")) if concluded else ()
        where = [term_text(row[options[n]]) if options[n] in row else "" for n in ("rows", "columns")]
        for name in (n for n in counted if n in row):
            term = row[name]
            cls = reader.class_of(term.value) if isinstance(term, ox.NamedNode) else ""
            sorts.setdefault(name, Sort(look_of(cls), heading(answer, name)))
            group = row.get(options.get("group", ""))
            entries.append(Entry(term_text(group) if group is not None else "", where[0], where[1], name, term, note))
            columns.setdefault(where[1], text_of(answer, row.get(options["columns"])) or reader.say("chart.none-given"))
    order = {t: n for n, t in enumerate(phase_types(reader))}
    columns = dict(sorted(columns.items(), key=lambda pair: (not pair[0], order.get(pair[0], 0))))
    kinds = [reader.say(f"chart.column-{c}") for c in ("kind", "count", "which")]
    named = [options[n] for n in ("rows", "group", "columns") if n in options]
    heads = (*(heading(answer, n) for n in named), *kinds)
    notes = [reader.say("chart.grid-empty")]
    title = pick(answer.query.summary, answer.lang)
    return matrix(reader, link, no_list, title, entries, columns, sorts, heads, notes, apart="group" in options)
