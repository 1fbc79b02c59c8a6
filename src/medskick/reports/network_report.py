"""The network measures put before a reader: what each says, what it does not say, and how much was read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medskick.network import measures
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.writer import Writer

if TYPE_CHECKING:
    import networkx

_SHOWN = 10


def networks(writer: Writer, names: Sequence[str] = ()) -> Document:
    """Report who connects, who brokers and which groups there are, for each process named and for all together.

    Names are processes or datasets; without any, all processes count together. Raises ``UnknownSubjectError``.
    """
    processes = list(dict.fromkeys(writer.process(name) for name in names))
    parts: list[tuple[str, Sequence[str]]] = [(writer.name(p).text, [p]) for p in processes]
    if len(processes) != 1:
        parts.append((writer.say("network.together"), processes))
    blocks: list[Block] = [Heading(writer.say("network.reading"))]
    told = ("reading.two-mode", "reading.connectors", "reading.brokers", "reading.communities", "reading.not")
    blocks.append(Bullets(tuple(line(writer.say(f"network.{key}")) for key in told)))
    for title, chosen in parts:
        graph = measures.two_mode(writer.store, chosen, writer.lang, writer.datasets, writer.links)
        blocks += [Heading(title), Paragraph(_size(writer, graph), "note")]
        blocks += [*_connectors(writer, graph), *_brokers(writer, graph), *_communities(writer, graph)]
    return writer.document(writer.say("network.title"), line(writer.say("network.lead")), blocks)


def _size(writer: Writer, graph: "networkx.Graph[Any]") -> Line:
    """How large the network is and how much of what it rests on was read in full."""
    activities = [n for n, data in graph.nodes(data=True) if data["bipartite"] == measures.ACTIVITIES]
    whole = sum(writer.read_whole([a]) for a in activities)
    counts = {"actors": len(measures.actors_in(graph)), "activities": len(activities), "ties": graph.number_of_edges()}
    return line(writer.say("network.size", whole=whole, **counts))


def _names(writer: Writer, things: Sequence[str]) -> Line:
    return joined(map(writer.thing, things), ", ")


def _table(
    writer: Writer, key: str, columns: Sequence[str], rows: Sequence[tuple[Line, ...]], count: int
) -> list[Block]:
    if not rows:
        return [Heading(writer.say(f"network.{key}"), 3), Paragraph(line(writer.say("network.none")), "note")]
    heads = tuple(writer.say(f"network.head.{c}") for c in columns)
    blocks: list[Block] = [
        Heading(writer.say(f"network.{key}"), 3),
        Table(writer.say(f"network.{key}"), heads, tuple(rows)),
    ]
    if count > len(rows):
        blocks.append(Paragraph(line(writer.say("network.first", shown=len(rows), count=count)), "note"))
    return blocks


def _connectors(writer: Writer, graph: "networkx.Graph[Any]") -> list[Block]:
    found = measures.connectors(writer.store, graph)
    rows = [
        (
            writer.thing(c.actor),
            line(str(c.phases)),
            line(str(c.activities)),
            line(str(c.processes)),
            _names(writer, c.regions),
            _names(writer, c.levels),
        )
        for c in found[:_SHOWN]
    ]
    return _table(
        writer, "connectors", ("actor", "phases", "activities", "processes", "regions", "levels"), rows, len(found)
    )


def _brokers(writer: Writer, graph: "networkx.Graph[Any]") -> list[Block]:
    found = measures.brokers(graph)
    rows = [
        (
            writer.thing(b.actor),
            line(f"{b.betweenness:.3f}".replace(".", writer.say("network.decimal"))),
            line(str(b.pairs)),
            joined((line(writer.thing(one), " – ", writer.thing(other)) for one, other in b.examples), "; "),
        )
        for b in found[:_SHOWN]
    ]
    return _table(writer, "brokers", ("actor", "betweenness", "pairs", "examples"), rows, len(found))


def _communities(writer: Writer, graph: "networkx.Graph[Any]") -> list[Block]:
    found = measures.communities(graph)
    rows = [
        (line(str(number)), line(str(len(group))), _names(writer, group)) for number, group in enumerate(found, start=1)
    ]
    return _table(writer, "communities", ("group", "size", "members"), rows, len(found))
