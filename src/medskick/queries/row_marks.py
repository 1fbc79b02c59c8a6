"""What a reader must know of an answer's cells: that a value is inferred, that nothing shows what came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.resources.description import inferred
from medskick.resources.time import PLANNED, time_of

Term = ox.NamedNode | ox.Literal


@dataclass(frozen=True)
class RowMarks:
    """Of one row the variables whose values are ``inferred``, and those with an expected date and no outcome.

    ``awaited`` gives for each of the latter the last day (ISO) on which it could come. ``elsewhere`` is set for a row
    that only other endpoints give: what is known here of its things says nothing of it.
    """

    inferred: frozenset[str] = frozenset()
    awaited: Mapping[str, str] = field(default_factory=dict)
    elsewhere: bool = False


def marks_of(
    store: Store,
    rows: Sequence[Mapping[str, Term]],
    elsewhere: Collection[frozenset[tuple[str, Term]]] = frozenset(),
) -> tuple[RowMarks, ...]:
    """Return the marks of each row: a value counts as inferred where a thing of the row has it by inference.

    ``elsewhere`` are the rows (their cells) that only other endpoints give.
    """
    ours: dict[str, frozenset[object]] = {}
    expected: dict[str, tuple[str, frozenset[object]]] = {}

    def values(thing: str, *properties: str) -> frozenset[object]:
        quads = (q for p in properties for q in named_quads(store, ox.NamedNode(thing), ox.NamedNode(p)))
        return frozenset(quad.object for quad in quads)

    def of_row(row: Mapping[str, Term]) -> RowMarks:
        if elsewhere and frozenset(row.items()) in elsewhere:
            return RowMarks(elsewhere=True)
        things = list(dict.fromkeys(term.value for term in row.values() if isinstance(term, ox.NamedNode)))
        for thing in things:
            if thing not in ours:
                ours[thing] = values(thing, *inferred(store, thing))
                day = time_of(store, thing).expected_by
                expected[thing] = (day, values(thing, *PLANNED) if day else frozenset())
        concluded = frozenset(v for v, term in row.items() if any(term in ours[thing] for thing in things))
        awaited: dict[str, str] = {}
        for day, intended in (expected[thing] for thing in things):
            # a date that two things of the row share is noted once, for the first of them
            awaited |= {v: day for v, term in row.items() if term in intended and v not in awaited}
        return RowMarks(concluded, awaited)

    return tuple(map(of_row, rows))
