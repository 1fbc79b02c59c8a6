"""What changed between two versions of the graph: by dataset, thing and property, as it was entered.

What follows from the tables by rules, and days worked out from dates, are left out: they change with what was entered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.lookups import Store
from medskick.ontology import DATASETS, GRAPHS, PREFIXES, term_text
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Table, joined, line
from medskick.reports.graph_reader import GraphReader

_DERIVED = "/derived"
Objects = frozenset[ox.NamedNode | ox.Literal]
Things = Mapping[str, Mapping[str, Objects]]
"""For each thing (IRI) the objects of each of its properties (IRI)."""


@dataclass(frozen=True)
class Side:
    """One of the two versions: what reads it, and its name (SHA-256)."""

    reader: GraphReader
    version: str


def _entered(store: Store) -> dict[str, Things]:
    """What was entered in each graph (its name: ``skane``, ``links/skane-halland``, ``ontology``)."""
    graphs: dict[str, dict[str, dict[str, set[ox.NamedNode | ox.Literal]]]] = {}
    for graph in store.named_graphs():
        name = term_text(graph).removeprefix(GRAPHS)
        if not name.endswith(_DERIVED):
            things: dict[str, dict[str, set[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(set))
            for quad in store.quads_for_pattern(None, None, None, graph):
                if isinstance(quad.object, ox.NamedNode | ox.Literal):
                    things[term_text(quad.subject)][quad.predicate.value].add(quad.object)
            graphs[name] = things
    return {
        name: {thing: {p: frozenset(objects) for p, objects in said.items()} for thing, said in things.items()}
        for name, things in graphs.items()
    }


def version_changes(before: Side, after: Side) -> Document:
    """Return what was added, changed and removed between two versions, a heading and a table for each dataset.

    Each row has a thing, its kind, a property and its values in both versions; a thing that is only in one of them has
    one row.
    """
    reader = after.reader
    said = reader.say
    old, new = _entered(before.reader.store), _entered(reader.store)
    blocks: list[Block] = []
    for name in sorted(old.keys() | new.keys()):
        blocks += _of_dataset(before.reader, reader, name, old.get(name, {}), new.get(name, {}))
    lead = said("versions.lead", old=before.version[:12], new=after.version[:12])
    if not blocks:
        blocks = [
            Paragraph(line(said("versions.same" if before.version == after.version else "versions.only-derived")))
        ]
    return reader.document(said("versions.title"), line(lead), blocks)


def _of_dataset(old: GraphReader, new: GraphReader, name: str, before: Things, after: Things) -> list[Block]:
    said = new.say
    added = sorted(after.keys() - before.keys())
    removed = sorted(before.keys() - after.keys())
    changed = sorted(thing for thing in before.keys() & after.keys() if before[thing] != after[thing])
    if not (added or removed or changed):
        return []
    old.know(removed)
    new.know([*added, *changed])
    rows = [
        *(_row(new, thing, said("versions.added")) for thing in new.by_name(added)),
        *(row for thing in new.by_name(changed) for row in _changes(old, new, thing, before[thing], after[thing])),
        *(_row(old, thing, said("versions.removed")) for thing in old.by_name(removed)),
    ]
    dataset = DATASETS + name
    counts = said("versions.counts", added=len(added), changed=len(changed), removed=len(removed))
    columns = ("thing", "kind", "change", *(("property", "before", "after") if changed else ()))
    rows = [row[: len(columns)] for row in rows]
    return [
        Heading(_title(old if dataset in removed else new, name), thing=dataset if dataset in after else ""),
        Paragraph(line(_dataset_versions(old, new, dataset), counts)),
        Table(said("versions.table"), tuple(said(f"versions.column-{column}") for column in columns), tuple(rows)),
    ]


def _title(reader: GraphReader, name: str) -> str:
    if name in ("ontology", "catalogue"):
        return reader.say(f"versions.{name}")
    return reader.name(DATASETS + name).text


def _dataset_versions(old: GraphReader, new: GraphReader, dataset: str) -> str:
    """The dataset's own version and day before and after; empty where it says none, or where they are the same."""
    sides = []
    for reader in (old, new):
        version, day = (
            term_text(values[0]) if (values := reader.values(dataset, prop)) else ""
            for prop in ("dcat:version", "dcterms:modified")
        )
        sides.append(" ".join(filter(None, (version, f"({reader.date(day)})" if day else ""))))
    if sides[0] == sides[1] or not any(sides):
        return ""
    return new.say("versions.dataset", old=sides[0] or "–", new=sides[1] or "–") + " "


def _row(reader: GraphReader, thing: str, change: str) -> tuple[Line, ...]:
    return (reader.thing(thing), _kind(reader, thing), line(change), (), (), ())


def _kind(reader: GraphReader, thing: str) -> Line:
    """The name of a thing's class; empty for one of another vocabulary that the graph has no name for."""
    cls = PREFIXES["msk"] + reader.class_of(thing)
    return line(reader.name(cls).text) if reader.values(cls, "rdfs:label") else ()


def _changes(
    old: GraphReader, new: GraphReader, thing: str, before: Mapping[str, Objects], after: Mapping[str, Objects]
) -> Iterable[tuple[Line, ...]]:
    for prop in sorted(before.keys() | after.keys()):
        old_objects, new_objects = before.get(prop, frozenset()), after.get(prop, frozenset())
        if old_objects != new_objects:
            yield (
                new.thing(thing), _kind(new, thing), line(new.say("versions.changed")), line(new.name(prop).text),
                _values(old, old_objects - new_objects), _values(new, new_objects - old_objects),
            )  # fmt: skip


def _values(reader: GraphReader, objects: Objects) -> Line:
    return joined((reader.cell(term) for term in sorted(objects, key=str)), "; ")
