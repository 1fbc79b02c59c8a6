"""A process's phases in a row, one of them marked, with the way to the one before and the one after."""

from typing import Any

from medskick.ontology import term_text
from medskick.reports.titles import short_name
from medskick.web.page_request import PageRequest
from medskick.web.site.page import shown


def strip(request: PageRequest, phase: str) -> dict[str, Any] | None:
    """Return the strip for a phase's page: ``name`` of the process, ``steps``, ``before``, ``after``.

    Phases stand by position; those that run beside the others come after them, those that are part of one after it.
    A phase that is part of one has the neighbours of that one. ``None`` where the process has no other phase.
    """
    reader = request.reader
    processes = [term_text(v) for v in reader.values(phase, "msk:process")]
    if not processes:
        return None
    rows = reader.select(
        f"SELECT DISTINCT ?phase ?position ?whole {{ ?phase a msk:Phase ; msk:process <{processes[0]}>"
        " OPTIONAL { ?phase msk:position ?position } OPTIONAL { ?phase msk:partOf ?whole . ?whole a msk:Phase } }"
    )
    times = reader.times(term_text(row["phase"]) for row in rows)
    whole = {term_text(row["phase"]): term_text(row["whole"]) for row in rows if "whole" in row}
    position = {term_text(row["phase"]): float(term_text(row["position"])) for row in rows if "position" in row}

    def place(one: str) -> tuple[float, str, str]:
        time = times.get(one)
        return position.get(one, float("inf")), (time.main.first_day if time else "") or "9999", one

    every = sorted({term_text(row["phase"]) for row in rows}, key=place)
    if len(every) < 2:
        return None
    reader.know(every)
    order = [step for top in every if top not in whole for step in (top, *(p for p in every if whole.get(p) == top))]
    sequence = [step for step in order if step in position]
    here = phase if phase in sequence else whole.get(phase, "")
    at = sequence.index(here) if here in sequence else None

    def way(to: int) -> list[dict[str, Any]]:
        known = at is not None and 0 <= to < len(sequence)
        return shown(request, reader.thing(sequence[to])) if known else []

    return {
        "name": short_name(request.reader, processes[0]),
        "steps": [
            {
                "line": shown(request, reader.thing(step)),
                "here": step == phase,
                "beside": step not in position,
                "when": times[step].words(request.lang) if step in times else "",
            }
            for step in order
        ],
        "before": way(at - 1) if at is not None else [],
        "after": way(at + 1) if at is not None else [],
    }
