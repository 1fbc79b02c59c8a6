"""The network measures as a report: how to read each, its limits, and how many of the sources were read in full."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medskick.network import measures
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Table, joined, line, number
from medskick.reports.graph_reader import GraphReader

if TYPE_CHECKING:
    import networkx

_SHOWN = 10


def networks(reader: GraphReader, processes: Sequence[str] = ()) -> Document:
    """Report who connects, who brokers and which groups there are, for each process named and for all together.

    ``processes`` are names of processes or datasets; without any, all count together. Raises ``UnknownThingError``.
    """
    processes = list(dict.fromkeys(map(reader.process, processes)))
    parts: list[tuple[str, Sequence[str]]] = [(reader.name(p).text, [p]) for p in processes]
    if len(processes) != 1:
        parts.append((reader.say("network.together"), processes))
    blocks: list[Block] = [Heading(reader.say("network.reading"))]
    keys = ("reading.two-mode", "reading.connectors", "reading.brokers", "reading.communities", "reading.not")
    blocks.append(Bullets(tuple(line(reader.say(f"network.{key}")) for key in keys)))
    for title, chosen in parts:
        graph = measures.two_mode(reader.store, chosen, reader.lang, reader.datasets)
        blocks += [Heading(title), Paragraph(_size(reader, graph), "note")]
        blocks += [*_connectors(reader, graph), *_brokers(reader, graph), *_communities(reader, graph)]
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


def _brokers(reader: GraphReader, graph: "networkx.Graph[Any]") -> list[Block]:
    brokers = measures.brokers(graph)
    rows = [
        (
            reader.thing(b.actor),
            number(round(b.betweenness, 3), f"{b.betweenness:.3f}".replace(".", reader.say("network.decimal"))),
            number(b.pairs),
            joined((line(reader.thing(one), " – ", reader.thing(other)) for one, other in b.examples), "; "),
        )
        for b in brokers[:_SHOWN]
    ]
    return _table(reader, "brokers", ("actor", "betweenness", "pairs", "examples"), rows, len(brokers))


def _communities(reader: GraphReader, graph: "networkx.Graph[Any]") -> list[Block]:
    communities = measures.communities(graph)
    rows = [
        (number(place), number(len(group)), _names(reader, group)) for place, group in enumerate(communities, start=1)
    ]
    return _table(reader, "communities", ("group", "size", "members"), rows, len(communities))
