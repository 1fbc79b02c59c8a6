"""A larger graph to measure with: three regions again and again, each copy a dataset of its own.

Run ``uv run python bench/copies.py 135 -o graph.nq`` for an export with 135 regional datasets. A copy says what the
region says, and the same follows from it, under a name, graphs and IRIs of its own: a region refers to itself and the
national level only, so this is what a build of copied tables gives. The same number gives the same bytes.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.assemble import assemble_good
from medskick.graph.statements import nquads
from medskick.graph.store import save
from medskick.ontology import DATASETS, GRAPHS, THINGS, term_text
from medskick.rooms import room

REGIONS = ("skane", "stockholm", "halland")


def regions() -> ox.Store:
    """Return the statements of the three regions and the national level."""
    return assemble_good([room("graph") / name for name in (*REGIONS, "national")], alone=True).store


def named_after(number: int) -> dict[str, str]:
    """Return the names of the three regions in a copy: the first are themselves (``skane``, then ``skane-2`` …)."""
    return {region: f"{region}-{number}" if number > 1 else region for region in REGIONS}


def copies(quads: Iterable[ox.Quad], count: int) -> Iterator[ox.Quad]:
    """Yield the statements of a graph of ``count`` regional datasets, made from those of the three; no linksets."""
    kept: list[ox.Quad] = []
    of_region: dict[str, list[ox.Quad]] = {region: [] for region in REGIONS}
    for quad in quads:
        name = term_text(quad.graph_name).removeprefix(GRAPHS).removesuffix("/derived")
        if not name.startswith("links/"):
            of_region.get(name, kept).append(quad)
    yield from kept
    for place in range(count):
        region = REGIONS[place % len(REGIONS)]
        name = named_after(place // len(REGIONS) + 1)[region]
        own = re.compile(rf"<({re.escape(THINGS)}|{re.escape(DATASETS)}|{re.escape(GRAPHS)}){region}(?=[/>])")
        raw = ox.serialize(of_region[region], format=ox.RdfFormat.N_QUADS)
        assert raw is not None
        yield from ox.parse(own.sub(rf"<\g<1>{name}", raw.decode()), format=ox.RdfFormat.N_QUADS)


def copied_store(count: int, folder: Path) -> None:
    """Write a store of ``count`` regional datasets into a folder of stores and make it the current one."""
    save(copies(regions(), count), folder, inputs=f"{count} copies", alone=True)


def main() -> None:
    """Write the export of such a graph."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("count", type=int)
    reader.add_argument("-o", "--output", type=Path, required=True)
    asked = reader.parse_args()
    asked.output.write_bytes(nquads(copies(regions(), asked.count)))


if __name__ == "__main__":
    main()
