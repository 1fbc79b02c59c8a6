"""The network measures as a report: how to read each, its limits, and how many of the sources were read in full."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from medskick.network import measures
from medskick.network.chance import RUNS, WHOLE, Chance, Judged, judged
from medskick.network.projection import levels
from medskick.network.roles import ROLES
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Table, joined, line, number
from medskick.reports.graph_reader import GraphReader

if TYPE_CHECKING:
    import networkx

_SHOWN = 10
_READING = ("two-mode", "connectors", "brokers", "chance", "stays", "roles", "whole", "communities", "not")
_LEAST, _TIMES = 10, 2
"""Actors and activities that a network needs, and how many times denser than another it may be, to be compared."""


def networks(reader: GraphReader, processes: Sequence[str] = ()) -> Document:
    """Report who connects, who brokers and which groups there are, for each process named and for all together.

    ``processes`` are names of processes or datasets; without any, all count together. Raises ``UnknownThingError``.
    """
    processes = list(dict.fromkeys(map(reader.process, processes)))
    parts: list[tuple[str, Sequence[str]]] = [(reader.name(p).text, [p]) for p in processes]
    if len(processes) != 1:
        parts.append((reader.say("network.together"), processes))
    blocks: list[Block] = []
    compared: list[tuple[str, networkx.Graph[Any]]] = []
    for title, chosen in parts:
        graph = measures.two_mode(reader.store, chosen, reader.lang, reader.datasets)
        compared += [(title, graph)] if len(chosen) == 1 else []
        brokers = measures.brokers(graph)
        verdict = judged(graph, brokers[:_SHOWN], lambda actor: _only_level(reader, actor))
        blocks += [Heading(title), Paragraph(_size(reader, graph), "note")]
        blocks += [*_connectors(reader, graph), *_brokers(reader, brokers, verdict), *_roles(reader, verdict)]
        blocks += [*_whole(reader, verdict), *_communities(reader, graph)]
    if len(parts) == 1:
        # the one part is the report: its tables are its sections
        blocks = [replace(block, level=2) if isinstance(block, Heading) else block for block in blocks]
    blocks += [*_comparison(reader, compared), Heading(reader.say("network.reading"))]
    blocks.append(Bullets(tuple(line(reader.say(f"network.reading.{key}", runs=RUNS)) for key in _READING)))
    return reader.document(reader.say("network.title"), line(reader.say("network.lead")), blocks)


def _size(reader: GraphReader, graph: "networkx.Graph[Any]") -> Line:
    """The size of the network, and for how many activities all sources were read in full."""
    activities = [n for n, data in graph.nodes(data=True) if data["bipartite"] == measures.ACTIVITIES]
    whole = sum(reader.read_whole([a]) for a in activities)
    counts = {"actors": len(measures.actors_in(graph)), "activities": len(activities), "ties": graph.number_of_edges()}
    return line(reader.say("network.size", whole=whole, **counts))


def _names(reader: GraphReader, things: Sequence[str]) -> Line:
    return joined(map(reader.thing, things), ", ")


def _table(
    reader: GraphReader, key: str, columns: Sequence[str], rows: Sequence[tuple[Line, ...]], count: int
) -> list[Block]:
    if not rows:
        return [Heading(reader.say(f"network.{key}"), 3), Paragraph(line(reader.say("network.none")), "note")]
    heads = tuple(reader.say(f"network.head.{c}") for c in columns)
    blocks: list[Block] = [
        Heading(reader.say(f"network.{key}"), 3),
        Table(reader.say(f"network.{key}"), heads, tuple(rows)),
    ]
    if count > len(rows):
        blocks.append(Paragraph(line(reader.say("network.first", shown=len(rows), count=count)), "note"))
    return blocks


def _connectors(reader: GraphReader, graph: "networkx.Graph[Any]") -> list[Block]:
    connectors = measures.connectors(reader.store, graph)
    rows = [
        (
            reader.thing(c.actor),
            number(c.phases),
            number(c.activities),
            number(c.processes),
            _names(reader, c.regions),
            _names(reader, c.levels),
        )
        for c in connectors[:_SHOWN]
    ]
    return _table(
        reader, "connectors", ("actor", "phases", "activities", "processes", "regions", "levels"), rows, len(connectors)
    )


def _only_level(reader: GraphReader, actor: str) -> str:
    """An actor's level of government where it has one only, else empty."""
    its_levels = levels(reader.store, actor)
    return next(iter(its_levels)) if len(its_levels) == 1 else ""


def _decimal(reader: GraphReader, value: float, places: int) -> str:
    return f"{value:.{places}f}".replace(".", reader.say("network.decimal"))


def _chance(reader: GraphReader, chance: Chance, places: int) -> Line:
    """What chance gives in place of a value."""
    mean, spread = (_decimal(reader, value, places) for value in (chance.mean, chance.spread))
    said = reader.say("network.chance", mean=mean, spread=spread, reached=chance.reached, runs=chance.runs)
    return line(said)


def _brokers(reader: GraphReader, brokers: Sequence[measures.Broker], verdict: Judged | None) -> list[Block]:
    rows = [
        (
            reader.thing(b.actor),
            number(round(b.betweenness, 3), _decimal(reader, b.betweenness, 3)),
            _chance(reader, verdict.betweenness[b.actor], 3),
            line(reader.say("network.stays", count=verdict.stays[b.actor], runs=verdict.runs)),
            number(b.pairs),
            joined((line(reader.thing(one), " – ", reader.thing(other)) for one, other in b.examples), "; "),
        )
        for b in brokers[:_SHOWN]
        if verdict
    ]
    columns = ("actor", "betweenness", "chance", "stays", "pairs", "examples")
    return _table(reader, "brokers", columns, rows, len(brokers))


def _roles(reader: GraphReader, verdict: Judged | None) -> list[Block]:
    """The first brokers' roles between levels of government, each number beside the mean that chance gives."""
    by_actor = verdict.roles if verdict else {}
    rows = [
        (
            reader.thing(actor),
            *(
                number(int(chance.value), f"{chance.value:.0f} ({_decimal(reader, chance.mean, 1)})")
                for chance in (roles[role] for role in ROLES)
            ),
        )
        for actor, roles in by_actor.items()
        if any(chance.value for chance in roles.values())
    ]
    return _table(reader, "roles", ("actor", *(f"role-{role}" for role in ROLES)), rows, len(rows))


def _whole(reader: GraphReader, verdict: Judged | None) -> list[Block]:
    rows = []
    for key in WHOLE if verdict else ():
        assert verdict is not None
        chance, places = verdict.whole[key], 0 if key == "met" else 2
        value = number(round(chance.value, places), _decimal(reader, chance.value, places))
        rows.append((line(reader.say(f"network.whole-{key}")), value, _chance(reader, chance, places)))
    return _table(reader, "whole", ("measure", "value", "chance"), rows, len(rows))


def _comparison(reader: GraphReader, parts: "Sequence[tuple[str, networkx.Graph[Any]]]") -> list[Block]:
    """Whether the measures of several processes may be set beside each other, and by what that is decided."""
    if len(parts) < 2:
        return []
    sizes = [(title, len(measures.actors_in(graph)), graph) for title, graph in parts]
    densities = [
        graph.number_of_edges() / (actors * (len(graph) - actors)) if actors and len(graph) > actors else 0.0
        for _, actors, graph in sizes
    ]
    large = all(min(actors, len(graph) - actors) >= _LEAST for _, actors, graph in sizes)
    alike = min(densities) > 0 and max(densities) <= _TIMES * min(densities)
    rows = [
        (
            line(title), number(actors), number(len(graph) - actors), number(graph.number_of_edges()),
            number(round(density, 3), _decimal(reader, density, 3)),
        )
        for (title, actors, graph), density in zip(sizes, densities, strict=True)
    ]  # fmt: skip
    key = "comparable" if large and alike else "not-comparable"
    blocks = _table(reader, "compared", ("process", "actors", "activities-only", "ties", "density"), rows, len(rows))
    verdict = Paragraph(line(reader.say(f"network.{key}", least=_LEAST, times=_TIMES)))
    return [Heading(reader.say("network.compared")), verdict, *blocks[1:]]


def _communities(reader: GraphReader, graph: "networkx.Graph[Any]") -> list[Block]:
    communities = measures.communities(graph)
    rows = [
        (number(place), number(len(group)), _names(reader, group)) for place, group in enumerate(communities, start=1)
    ]
    return _table(reader, "communities", ("group", "size", "members"), rows, len(communities))
