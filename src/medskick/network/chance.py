"""Measures of a two-mode network beside what chance gives, and how much they rest on single activities.

Chance is a random network in which every actor has as many activities, and every activity as many actors, as in the
real one: its ties are swapped two by two, ten times as often as there are ties (Maslov & Sneppen 2002; igraph's
``rewire`` on ties that lead from actors to activities).
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from medskick.network.measures import ACTIVITIES, Broker, actors_in
from medskick.network.roles import ROLES, roles_of
from medskick.network.seeded import seeded

if TYPE_CHECKING:
    import networkx

RUNS, SEED = 100, 20260101
"""Random networks, and the seed that they are drawn with."""
TENTH = 0.1
WHOLE = ("met", "closure", "modularity")
"""The measures of the network as a whole: see ``whole_measures``."""

Involved = Sequence[Sequence[int]]
"""For each activity the numbers of its actors."""


@dataclass(frozen=True)
class Chance:
    """A measure's value, and that of so many random networks: mean, standard deviation, in how many it was reached."""

    value: float
    mean: float
    spread: float
    reached: int
    runs: int


@dataclass(frozen=True)
class Judged:
    """A network's measures beside chance: of the whole, and for its first brokers betweenness and roles.

    ``stays`` tells for each of them in how many of so many networks without a tenth of the activities it is still one
    of as many first brokers.
    """

    whole: Mapping[str, Chance]
    betweenness: Mapping[str, Chance]
    roles: Mapping[str, Mapping[str, Chance]]
    stays: Mapping[str, int]
    runs: int


def whole_measures(activities: Involved, actors: int) -> dict[str, float]:
    """Return the measures of a network as a whole.

    ``met`` is the number of pairs of actors that share an activity. ``closure`` is the share of paths of three ties
    that are closed to four: whether those who meet meet again (Robins & Alexander 2004). ``modularity`` is that of the
    best groups found on Newman's weighted projection, by igraph's greedy algorithm.
    """
    import igraph

    shared: Counter[tuple[int, int]] = Counter()
    weights: Counter[tuple[int, int]] = Counter()
    degree = Counter(actor for present in activities for actor in present)
    paths = 0
    for present in activities:
        for pair in combinations(sorted(present), 2):
            shared[pair] += 1
            weights[pair] += 1 / (len(present) - 1)  # type: ignore[assignment]
        paths += sum((degree[actor] - 1) * (len(present) - 1) for actor in present)
    closed = sum(times * (times - 1) // 2 for times in shared.values())
    projected = igraph.Graph(n=actors, edges=list(weights))
    weighted = list(weights.values())
    groups = projected.community_fastgreedy(weights=weighted).as_clustering() if weights else None
    return {
        "met": float(len(shared)),
        "closure": 4 * closed / paths if paths else 0.0,
        "modularity": projected.modularity(groups, weights=weighted) if groups is not None else 0.0,
    }


def _directed(graph: networkx.Graph[Any], actors: Sequence[str], activities: Sequence[str]) -> Any:
    """The network in igraph, its ties led from actors (the first vertices) to activities: swaps keep to the modes."""
    import igraph

    number = {name: place for place, name in enumerate((*actors, *activities))}
    ties = sorted((number[actor], number[activity]) for actor in actors for activity in graph[actor])
    return igraph.Graph(n=len(number), edges=ties, directed=True)


def _involved(directed: Any, actors: int) -> list[list[int]]:
    return [sorted(directed.predecessors(place)) for place in range(actors, directed.vcount())]


def judged(
    graph: networkx.Graph[Any],
    first: Sequence[Broker],
    level: Callable[[str], str],
    runs: int = RUNS,
    seed: int = SEED,
) -> Judged | None:
    """Return the measures of a two-mode network beside chance, for the first of its brokers.

    ``level`` gives an actor's only level, empty where it has none or several. ``None`` for a network in which nobody is
    between others (``first`` is empty): there is nothing to judge.
    """
    if not first:
        return None
    actors = actors_in(graph)
    activities = sorted(name for name, data in graph.nodes(data=True) if data["bipartite"] == ACTIVITIES)
    number = {actor: place for place, actor in enumerate(actors)}
    chosen = [number[one.actor] for one in first]
    levels = [level(actor) for actor in actors]
    real = _directed(graph, actors, activities)
    # networkx normalises for two modes, igraph not at all: the same network gives the factor
    raw = real.as_undirected().betweenness(vertices=chosen)
    factor = next(raw_value / one.betweenness for raw_value, one in zip(raw, first, strict=True) if one.betweenness)
    whole = whole_measures(_involved(real, len(actors)), len(actors))
    roles = roles_of(_involved(real, len(actors)), levels, chosen)
    drawn: list[tuple[dict[str, float], list[float], list[Mapping[str, int]]]] = []
    with seeded(seed) as generator:
        for _ in range(runs):
            random_network = real.copy()
            random_network.rewire(10 * real.ecount())
            present = _involved(random_network, len(actors))
            between = random_network.as_undirected().betweenness(vertices=chosen)
            drawn.append((whole_measures(present, len(actors)), between, roles_of(present, levels, chosen)))
        stays: Counter[str] = Counter()
        for _ in range(runs):
            gone = set(generator.sample(activities, max(1, round(TENTH * len(activities)))))
            rest = real.copy()
            rest.delete_vertices([len(actors) + place for place, name in enumerate(activities) if name in gone])
            left = rest.as_undirected().betweenness(vertices=range(len(actors)))
            ranked = sorted(range(len(actors)), key=lambda place: (-left[place], place))[: len(first)]
            stays.update(actors[place] for place in ranked if left[place] > 0)
    return Judged(
        {key: _chance(whole[key], [one[0][key] for one in drawn]) for key in WHOLE},
        {
            one.actor: _chance(raw[place] / factor, [run[1][place] / factor for run in drawn])
            for place, one in enumerate(first)
        },
        {
            one.actor: {role: _chance(roles[place][role], [run[2][place][role] for run in drawn]) for role in ROLES}
            for place, one in enumerate(first)
        },
        {one.actor: stays[one.actor] for one in first},
        runs,
    )


def _chance(value: float, random_values: Sequence[float]) -> Chance:
    reached = sum(one >= value - 1e-9 for one in random_values)
    return Chance(value, statistics.fmean(random_values), statistics.pstdev(random_values), reached, len(random_values))
