"""Measures on the two-mode network of actors and what they were involved in: connectors, brokers and communities.

The network stays two-mode: an actor is connected to activities, never directly to another actor. Brokerage is
betweenness in the two-mode network itself, normalised for two modes (Borgatti & Everett 1997). Communities need ties
among actors; they are computed on Newman's collaboration-weighted projection (2001), where sharing an activity with
many counts for less than sharing it with few.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medskick.graph.lookups import Store
from medskick.network.projection import levels, network, objects
from medskick.queries.catalogue import Catalogue
from medskick.words import COMMON, Lang

if TYPE_CHECKING:
    import networkx

ACTORS, ACTIVITIES = 0, 1


@dataclass(frozen=True)
class Connector:
    """An actor and what it connects: numbers of activities, phases and processes, regions, levels of government."""

    actor: str
    activities: int
    phases: int
    processes: int
    regions: tuple[str, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Broker:
    """An actor on shortest paths between others: its betweenness, and the pairs whose only go-between it is."""

    actor: str
    betweenness: float
    pairs: int
    examples: tuple[tuple[str, str], ...]


def two_mode(
    store: Store,
    processes: Sequence[str] = (),
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
) -> networkx.Graph[Any]:
    """Return the undirected two-mode network of the processes (all if none).

    Nodes have ``bipartite`` (0 for actors and 1 for activities, as ``networkx.bipartite`` writes it) and, as edges,
    what ``network`` gives them. Raises as ``ask`` does.
    """
    import networkx

    graph: networkx.Graph[Any] = networkx.Graph()
    view = Catalogue().view("actors-and-activities")
    for process in processes or [""]:
        view_graph = network(store, view, {"process": process} if process else {}, lang, datasets)
        for node, data in sorted(view_graph.nodes(data=True)):
            mode = ACTORS if data.get("kind") in ("Organisation", "ActorGroup", "Post") else ACTIVITIES
            graph.add_node(node, bipartite=mode, **data)
        graph.add_edges_from(sorted(view_graph.edges(data=True), key=lambda edge: edge[:2]))
    # the view gives kinds also for actors without any activity
    graph.remove_nodes_from([n for n, degree in list(graph.degree()) if degree == 0])
    return graph


def actors_in(graph: networkx.Graph[Any]) -> list[str]:
    """Return the actors of a two-mode network, in order of IRI."""
    return sorted(n for n, data in graph.nodes(data=True) if data["bipartite"] == ACTORS)


def connectors(store: Store, graph: networkx.Graph[Any]) -> list[Connector]:
    """Return all actors in order of the number of phases, processes and activities they connect, highest first.

    ``levels`` are the levels of government of the actors they share an activity with, except their own.
    """
    measured = []
    for actor in actors_in(graph):
        activities = sorted(graph[actor])
        phases = {a for a in activities if graph.nodes[a].get("kind") == "Phase"}
        phases |= {p for a in activities for p in objects(store, a, "msk:inPhase")}
        processes = {
            p for a in activities for p in objects(store, a, "msk:inProcess") | objects(store, a, "msk:process")
        }
        regions = {r for a in activities for r in objects(store, a, "msk:inRegion")}
        others = {other for a in activities for other in graph[a]} - {actor}
        met_levels = {level for other in others for level in levels(store, other)} - levels(store, actor)
        measured.append(
            Connector(
                actor, len(activities), len(phases), len(processes), tuple(sorted(regions)), tuple(sorted(met_levels))
            )
        )
    return sorted(measured, key=lambda c: (-c.phases, -c.processes, -len(c.regions), -c.activities, c.actor))


def brokers(graph: networkx.Graph[Any]) -> list[Broker]:
    """Return the actors with any betweenness, highest first, with the pairs that would lose their only go-between.

    Both actors of such a pair share an activity with the broker, none with each other, and no third actor shares one
    with both. The measure is computed on the two-mode network, where a large meeting is one node, not an edge between
    each two of its participants.
    """
    import networkx

    actors = actors_in(graph)
    # with a single activity all actors have met, a single actor has met nobody: nobody is between others, and the
    # measure cannot be normalised
    if len(actors) < 2 or len(graph) - len(actors) < 2 or graph.number_of_edges() == 0:
        return []
    between = networkx.bipartite.betweenness_centrality(graph, actors)
    met: dict[str, set[str]] = {a: {o for e in graph[a] for o in graph[e]} - {a} for a in actors}
    measured = []
    for actor in actors:
        if between[actor] <= 0:
            continue
        pairs = [
            (a, b)
            for a, b in itertools.combinations(sorted(met[actor]), 2)
            if b not in met[a] and met[a] & met[b] == {actor}
        ]
        measured.append(Broker(actor, round(between[actor], 4), len(pairs), tuple(_spread(pairs))))
    return sorted(measured, key=lambda b: (-b.betweenness, b.actor))


def _spread(pairs: Iterable[tuple[str, str]], most: int = 2) -> list[tuple[str, str]]:
    """A few pairs in which no actor occurs twice."""
    chosen: list[tuple[str, str]] = []
    for pair in pairs:
        if len(chosen) < most and not any(set(pair) & set(other) for other in chosen):
            chosen.append(pair)
    return chosen


def communities(graph: networkx.Graph[Any]) -> list[list[str]]:
    """Return groups of actors that share activities more with each other than with the rest, largest first.

    Greedy modularity on Newman's collaboration-weighted projection; single actors are left out.
    """
    import networkx

    projected: networkx.Graph[Any] = networkx.Graph()
    projected.add_nodes_from(actors_in(graph))
    for activity in sorted(n for n, data in graph.nodes(data=True) if data["bipartite"] == ACTIVITIES):
        present = sorted(graph[activity])
        for i, a in enumerate(present):
            for b in present[i + 1 :]:
                weight = 1 / (len(present) - 1)
                before = projected.get_edge_data(a, b, {"weight": 0.0})["weight"]
                projected.add_edge(a, b, weight=before + weight)
    if projected.number_of_edges() == 0:
        return []
    groups = networkx.community.greedy_modularity_communities(projected, weight="weight")
    return sorted((sorted(c) for c in groups if len(c) > 1), key=lambda c: (-len(c), c))


def _of_plain_texts(graph: networkx.Graph[Any]) -> networkx.Graph[Any]:
    """A copy whose texts are of no class of ours, such as those in another language: networkx refuses these."""
    plain = graph.copy()
    for _, data in plain.nodes(data=True):
        data.update({key: str(value) for key, value in data.items() if isinstance(value, str)})
    for *_, data in plain.edges(data=True):
        data.update({key: str(value) for key, value in data.items() if isinstance(value, str)})
    return plain


def as_graphml(graph: networkx.Graph[Any]) -> str:
    """Return a network as GraphML."""
    import networkx

    return "\n".join(networkx.generate_graphml(_of_plain_texts(graph))) + "\n"


def as_gexf(graph: networkx.Graph[Any]) -> str:
    """Return a network as GEXF 1.2 (https://gexf.net/1.2draft).

    Of what networkx writes, the day on which it was written is left out, so that the same network gives the same text,
    and the name of the graph, which the format has no place for.
    """
    import networkx

    text = re.sub(r' lastmodifieddate="[^"]*"', "", "\n".join(networkx.generate_gexf(_of_plain_texts(graph))), count=1)
    return re.sub(r'(<graph\b[^>]*?) name="[^"]*"', r"\1", text, count=1) + "\n"
