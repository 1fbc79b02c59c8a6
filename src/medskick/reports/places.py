"""The places that plan: how far the plan of each has come, and in which phase its work was last seen."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from medskick.ontology import term_text
from medskick.reports.graph_reader import GraphReader
from medskick.resources.schemes import with_wider

State = Literal["plan", "proposal", "work", "ended", "none"]
STATES: tuple[State, ...] = ("plan", "proposal", "work", "ended", "none")
"""How far a plan has come, furthest first.

There is one, adopted, in force or published; a proposal or draft; work on one, which nothing shows to be adopted; work
that was given up or put on hold; no planning process that the graph knows of.
"""
_BY_STATUS: dict[str, State] = {
    "adopted": "plan", "in-force": "plan", "published": "plan",
    "proposal": "proposal", "draft": "proposal", "submitted": "proposal",
    "dropped": "ended", "paused": "ended", "repealed": "ended",
}  # fmt: skip
"""What the status of a plan, or of the process that makes it, says of that."""
_BEGUN, _CALLED = ("held", "ongoing"), "announced"


@dataclass(frozen=True)
class Place:
    """A place (a territory's IRI), its country or state, and what is known of its plan.

    ``plan`` is the document that ``state`` is of, ``phase`` the last one that had begun, or with ``expected`` one that
    was called and may not have come about; both are empty where none is known. ``processes`` are those that plan there,
    ``others`` the other work there.
    """

    thing: str
    country: str
    state: State
    plan: str = ""
    phase: str = ""
    expected: bool = False
    processes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def places(reader: GraphReader) -> list[Place]:
    """Return the places that processes are about, by name; a country that holds other places is none itself."""
    rows = reader.select(
        "SELECT DISTINCT ?place ?process ?country { ?process a msk:Process ; msk:territory ?place"
        " OPTIONAL { ?process msk:jurisdiction ?country } } ORDER BY ?place ?process ?country"
    )
    processes: dict[str, list[str]] = defaultdict(list)
    countries: dict[str, str] = {}
    for row in rows:
        place = term_text(row["place"])
        processes[place].append(term_text(row["process"]))
        if "country" in row:
            countries.setdefault(place, term_text(row["country"]))
    holding = {above for place in processes for above in with_wider(reader.store, [place]) - {place}}
    named = reader.by_name(place for place in processes if place not in holding)
    return [_place(reader, place, countries.get(place, ""), processes[place]) for place in named]


def _place(reader: GraphReader, place: str, country: str, processes: Sequence[str]) -> Place:
    every = reader.in_order(processes)
    planning = [process for process in every if reader.is_a(process, "msk:PlanningProcess")]
    others = tuple(process for process in every if process not in planning)
    if not planning:
        return Place(place, country, "none", others=others)
    states = (_state(reader, process) for process in reversed(planning))
    # of several that have come as far the last one counts whose plan is known
    state, plan = min(states, key=lambda one: (STATES.index(one[0]), not one[1]))
    seen = [(phase, expected) for process in planning for phase, expected in _last_phase(reader, process)]
    phase, expected = max(seen, key=lambda one: (not one[1], _moment(reader, one[0])), default=("", False))
    return Place(place, country, state, plan, phase, expected, tuple(planning), others)


def _moment(reader: GraphReader, thing: str) -> str:
    """When something was, or was to be, so that the unknown comes first."""
    time = reader.times([thing]).get(thing)
    return time.main.first_day if time else ""


def _state(reader: GraphReader, process: str) -> tuple[State, str]:
    """How far the plan of a process has come, and the plan."""
    own = _status(reader, process)
    plans = [term_text(plan) for plan in reader.values(process, "msk:plan")]
    states = [(_BY_STATUS.get(_status(reader, plan), "work"), plan) for plan in plans]
    state, plan = min(states, key=lambda one: STATES.index(one[0]), default=("work", ""))
    return ("ended" if state == "work" and _BY_STATUS.get(own) == "ended" else state), plan


def _status(reader: GraphReader, thing: str) -> str:
    return next((term_text(status).rpartition("/")[2] for status in reader.values(thing, "msk:status")), "")


def _last_phase(reader: GraphReader, process: str) -> list[tuple[str, bool]]:
    """The last phase of a process that had begun, else the last that was called; none that runs beside the others.

    What was only meant for a time says nothing of how far the work came. Where no phase has a place in the sequence,
    all of them count.
    """
    rows = reader.select(
        f"SELECT DISTINCT ?phase ?position {{ ?phase a msk:Phase ; msk:process <{process}>"
        " OPTIONAL { ?phase msk:position ?position } }"
    )
    position = {term_text(row["phase"]): float(term_text(row["position"])) for row in rows if "position" in row}
    phases = sorted(
        position or {term_text(row["phase"]) for row in rows},
        key=lambda phase: (position.get(phase, 0.0), _moment(reader, phase), phase),
    )
    times = reader.times(phases)
    begun = [
        phase
        for phase in phases
        if _status(reader, phase) in _BEGUN or (phase in times and times[phase].actual is not None)
    ]
    called = [phase for phase in phases if _status(reader, phase) == _CALLED]
    return [(begun[-1], False)] if begun else [(phase, True) for phase in called[-1:]]
