"""Whom others involved in phases of a type, and in what: one line for those that had the same part."""

from collections.abc import Sequence

from medskick.reports.document import Block, Bullets, Line, Paragraph, Span, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.involved import Involved, involved, rank
from medskick.reports.nearness import nearness
from medskick.resources.sources import together

_SHOWN = 5


def others_involved(reader: GraphReader, phase_type: str, role: str, own: str) -> list[Block]:
    """Return whom others involved: those of the reader's own process and country first, then those in most.

    ``phase_type`` and ``role`` are concepts' IRIs (``role`` may be empty), ``own`` the process that the reader works
    in. An actor has one line in a process, shared with those that had exactly the same part in it.
    """
    say, near = reader.say, nearness(reader, own)
    by_actor: dict[tuple[str, str], list[Involved]] = {}
    for one in involved(reader, phase_type, role=role, region=own):
        by_actor.setdefault((one.process, one.actor), []).append(one)
    alike: dict[tuple[str, frozenset[tuple[str, str]]], list[list[Involved]]] = {}
    for (process, _), several in by_actor.items():
        part = frozenset((one.how, one.activity) for one in several)
        alike.setdefault((process, part), []).append(several)
    groups = sorted(
        alike.values(),
        key=lambda group: (
            near(group[0][0].process),
            -group[0][0].weight,
            min(rank(reader, one.how) for one in group[0]),
        ),
    )
    if not groups:
        return [Paragraph(line(say("handbook.no-involved")), "note")]
    items = tuple(_line(reader, group) for group in groups)
    introduced = say("handbook.others-involved-near" if own else "handbook.others-involved")
    return [Paragraph(line(introduced)), Bullets(items, shown=_SHOWN)]


def _line(reader: GraphReader, group: Sequence[Sequence[Involved]]) -> Line:
    """Actors with all that they were in, way by way, with its sources, process and one mark for what is inferred."""
    by_way: dict[str, dict[str, Line]] = {}
    for one in group[0]:
        place = line(reader.say("report.whole-process")) if one.whole_process else reader.thing(one.activity)
        by_way.setdefault(one.how, {})[one.activity] = place
    ways = (line(joined(places.values(), ", "), " (", reader.thing(how), ")") for how, places in by_way.items())
    actors = joined((reader.thing(several[0].actor, strong=True) for several in group), ", ")
    every = [one for several in group for one in several]
    part = reader.with_sources(
        line(actors, ": ", joined(ways, "; ")), together(reader.cited_by(one.row) for one in every)
    )
    return line(part, " – ", reader.thing(every[0].process), _mark(reader, every))


def _mark(reader: GraphReader, every: Sequence[Involved]) -> Line:
    """The one mark of a line: what the actors were in that is inferred."""
    names = {
        one.activity: reader.say("report.whole-process") if one.whole_process else reader.name(one.activity).text
        for one in every
        if one.inferred
    }
    fields = ", ".join(names.values())
    return (Span(" " + reader.say("report.inferred-place", fields=fields), mark=True),) if names else ()
