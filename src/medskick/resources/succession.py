"""The order of decisions, and of what hangs together with them: by what each presupposes, then by date.

A decision is at no earlier a moment than what it presupposes, whatever its own date leaves open: one dated to a year
comes after the adoption of that summer if it presupposes it. Phases of a process come in the order of their positions.
Softer relations (what a decision rests on, the phase that it starts, ends or was taken in, what came of it) count only
as far as the date leaves room for them. What has no date is just after what comes before it, else just before what
presupposes it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.graph.lookups import Store, named_quads
from medskick.ontology import is_iri, node, term_text
from medskick.resources.description import is_a, value
from medskick.resources.time import time_of
from medskick.words import Lang

if TYPE_CHECKING:
    import networkx

NEVER = "9999"
"""The moment of what has neither a date nor anything that tells what it comes after or before."""
_Moment = tuple[str, int]
"""A day (ISO), and after how many things of that same day."""
_Pair = tuple[str, str]


class Succession:
    """The order of the things of a store; what was once looked up is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moments: dict[str, str] = {}
        self._circles: set[tuple[str, ...]] = set()

    def moment(self, thing: str) -> str:
        """Return what a thing (IRI) is sorted by: a day (ISO), and a number where it comes after others of that day."""
        if thing not in self._moments:
            self.know([thing])
        return self._moments[thing]

    def in_order(self, things: Iterable[str], lang: Lang, name: Callable[[str], str]) -> list[str]:
        """Return things (IRIs) in order, those of one moment by their names in the reader's alphabet."""
        listed = alphabetical(sorted(set(things)), lang, name)
        self.know(listed)
        return sorted(listed, key=self.moment)

    def circles(self, things: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the groups of decisions that presuppose each other in a circle, of which some things are part.

        They are in order of date as if they did not.
        """
        wanted = set(things)
        self.know(wanted)
        return sorted(circle for circle in self._circles if wanted.intersection(circle))

    def know(self, things: Iterable[str]) -> None:
        """Look up the moments of many things at once."""
        firm, soft, days = set[_Pair](), set[_Pair](), dict[str, tuple[str, str, bool]]()
        unknown = set(things) - self._moments.keys()
        # a question may put texts and numbers in a column of things
        self._moments |= dict.fromkeys((text for text in unknown if not is_iri(text)), NEVER)
        waiting = sorted(unknown - self._moments.keys())
        while waiting:
            thing = waiting.pop()
            if thing in days:
                continue
            days[thing] = self._days(thing)
            known = {(before, thing) for before in self._presupposed(thing)}
            if not days[thing][2]:
                known |= {(thing, after) for after in self._subjects("msk:presupposes", thing)}
            supposed = {(before, thing) for before in self._softly_before(thing)}
            firm |= known
            soft |= supposed
            waiting += sorted({end for pair in known | supposed for end in pair} - days.keys())
        if not firm and not soft:
            self._moments |= {thing: first or last or NEVER for thing, (first, last, _) in days.items()}
            return
        graph, circles = _graph(days, firm, soft)
        self._circles |= circles
        self._moments |= _moments(graph, days)

    def _days(self, thing: str) -> tuple[str, str, bool]:
        """The first and the last possible day of a thing (ISO, empty if not known), and whether the first is known."""
        span = time_of(self._store, thing).main
        first, last = span.first_day, span.last_day
        if not first and not last and (ended := self._objects(thing, "msk:ends")):
            last = max(time_of(self._store, phase).main.last_day for phase in ended)
        return first, last, bool(first)

    def _presupposed(self, thing: str) -> Iterator[str]:
        """What certainly comes before a thing: what it presupposes, and of phases the one before in their process."""
        yield from self._objects(thing, "msk:presupposes")
        if not (position := value(self._store, thing, "msk:position")):
            return
        others: dict[float, list[str]] = {}
        for process in self._objects(thing, "msk:process"):
            for other in self._subjects("msk:process", process):
                if (place := value(self._store, other, "msk:position")) and float(place) < float(position):
                    others.setdefault(float(place), []).append(other)
        yield from others[max(others)] if others else ()

    def _softly_before(self, thing: str) -> Iterator[str]:
        yield from self._objects(thing, "msk:informedBy")
        yield from self._objects(thing, "msk:ends")
        yield from self._subjects("msk:starts", thing)
        yield from self._subjects("msk:generated", thing)
        if is_a(self._store, thing, "msk:Decision"):
            yield from set(self._objects(thing, "msk:phase")) - set(self._objects(thing, "msk:starts"))

    def _objects(self, thing: str, prop: str) -> list[str]:
        quads = named_quads(self._store, ox.NamedNode(thing), node(prop))
        return sorted({q.object.value for q in quads if isinstance(q.object, ox.NamedNode)})

    def _subjects(self, prop: str, thing: str) -> list[str]:
        return sorted({term_text(q.subject) for q in named_quads(self._store, None, node(prop), ox.NamedNode(thing))})


def _graph(
    things: Iterable[str], firm: Iterable[_Pair], soft: Iterable[_Pair]
) -> "tuple[networkx.DiGraph[Any], set[tuple[str, ...]]]":
    """A graph without circles, from what comes before to what comes after, and the circles that it would have."""
    import networkx  # only where something presupposes something

    graph: networkx.DiGraph[Any] = networkx.DiGraph()
    graph.add_nodes_from(sorted(things))
    graph.add_edges_from((*pair, {"firm": True}) for pair in sorted(firm))
    graph.remove_edges_from(list(networkx.selfloop_edges(graph)))
    circles = {tuple(sorted(part)) for part in networkx.strongly_connected_components(graph) if len(part) > 1}
    for circle in circles:
        graph.remove_edges_from(list(graph.subgraph(circle).edges))
    for before, after in sorted(soft):
        if not graph.has_edge(before, after) and not networkx.has_path(graph, after, before):
            graph.add_edge(before, after, firm=False)
    return graph, circles


def _moments(graph: "networkx.DiGraph[Any]", days: dict[str, tuple[str, str, bool]]) -> dict[str, str]:
    """The moment of each thing: its own day, or later where it comes after something later."""
    import networkx

    order = list(networkx.topological_sort(graph))
    own = {}
    for thing in reversed(order):
        first, last, dated = days[thing]
        own[thing] = first or last or NEVER
        if not dated:
            after = [own[later] for later in graph.successors(thing) if graph.edges[thing, later]["firm"]]
            own[thing] = min([own[thing], *after])
    moments: dict[str, _Moment] = {}
    for thing in order:
        first, last, dated = days[thing]
        # undated: just after what comes before it, if anything of that is dated
        moments[thing] = (own[thing], 0) if dated or last else ("", 0)
        for earlier in graph.predecessors(thing):
            day, number = moments[earlier]
            if graph.edges[earlier, thing]["firm"] or (day != NEVER and (not last or day <= last)):
                moments[thing] = max(moments[thing], (day, number + 1))
        if not moments[thing][0]:
            moments[thing] = own[thing], 0
    return {thing: f"{day}+{number:02d}" if number else day for thing, (day, number) in moments.items()}
