"""A process's phases in a row, one of them marked, with the way to the one before and the one after."""

from typing import Any

from medskick.ontology import term_text
from medskick.reports.graph_reader import GraphReader
from medskick.reports.titles import short_name
from medskick.web.page_request import PageRequest
from medskick.web.site.page import shown


def strip(request: PageRequest, phase: str) -> dict[str, Any] | None:
    """Return the strip for a phase's page: ``name`` of the process, ``steps``, ``before``, ``after``.

    A phase that is part of one has the neighbours of that one. ``None`` where the process has no other phase.
    """
    reader = request.reader
    processes = [term_text(v) for v in reader.values(phase, "msk:process")]
    if not processes:
        return None
    order, sequence, whole = _order(reader, processes[0])
    if len(order) < 2:
        return None
    reader.know(order)
    here = phase if phase in sequence else whole.get(phase, "")
    at = sequence.index(here) if here in sequence else None

    def way(to: int) -> list[dict[str, Any]]:
        known = at is not None and 0 <= to < len(sequence)
        return shown(request, reader.thing(sequence[to])) if known else []

    return {
        "name": short_name(reader, processes[0]),
        "steps": [
            {"line": shown(request, reader.thing(step)), "here": step == phase, "beside": step not in sequence}
            for step in order
        ],
        "before": way(at - 1) if at is not None else [],
        "after": way(at + 1) if at is not None else [],
    }


def phases_in_order(reader: GraphReader, process: str) -> list[str]:
    """Return the phases of a process by position, those that run beside the others last, parts after their whole."""
    return _order(reader, process)[0]


def _order(reader: GraphReader, process: str) -> tuple[list[str], list[str], dict[str, str]]:
    """A process's phases in order, those of them in the sequence, and the whole of each that is part of one."""
    rows = reader.select(
        f"SELECT DISTINCT ?phase ?position ?whole {{ ?phase a msk:Phase ; msk:process <{process}>"
        " OPTIONAL { ?phase msk:position ?position } OPTIONAL { ?phase msk:partOf ?whole . ?whole a msk:Phase } }"
    )
    phases = {term_text(row["phase"]) for row in rows}
    times = reader.times(sorted(phases))
    whole = {term_text(row["phase"]): term_text(row["whole"]) for row in rows if "whole" in row}
    position = {term_text(row["phase"]): float(term_text(row["position"])) for row in rows if "position" in row}

    def place(phase: str) -> tuple[float, str, str]:
        day = times[phase].main.first_day if phase in times else ""
        return position.get(phase, float("inf")), day or "9999", phase

    every = sorted(phases, key=place)
    # what says that it is part of a phase that is not here stands for itself
    tops = [phase for phase in every if whole.get(phase) not in phases]
    order = [step for top in tops for step in (top, *(phase for phase in every if whole.get(phase) == top))]
    return order, [step for step in order if step in position], whole
