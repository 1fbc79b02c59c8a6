"""All questions of the catalogue over all datasets, in one process: ours beside the same queries in plain rdflib.

Run ``uv run python bench/questions.py``. Each question is asked once to warm up, then five times; medians, total,
slowest and ratios are printed. Ours includes labels and notes; rdflib's own evaluator only gives the rows.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import rdflib

from medskick.knowledge_graph import KnowledgeGraph, build
from medskick.queries.catalogue import Catalogue


def seconds(run: Callable[[], object], times: int) -> float:
    """Return the median seconds of a call, the first one not counted."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    """Measure everything in one run."""
    with tempfile.TemporaryDirectory() as folder:
        built, _ = build(store=Path(folder))
        kg = KnowledgeGraph(Path(folder))
        plain = rdflib.Dataset(default_union=True)
        raw = ox.serialize(kg.store, format=ox.RdfFormat.N_QUADS)
        assert raw is not None
        plain.parse(data=raw.decode(), format="nquads")
        print(f"{len(kg.store)} statements, version {built.version[:12]}")
        ours: dict[str, float] = {}
        theirs: dict[str, float] = {}
        for query in Catalogue().questions():
            ours[query.slug] = seconds(lambda slug=query.slug: kg.ask(slug), 5)  # type: ignore[misc]
            theirs[query.slug] = seconds(lambda text=query.text: list(plain.query(text)), 1)  # type: ignore[misc]
        for name, told in (("medskick", ours), ("plain rdflib", theirs)):
            slowest = max(told, key=lambda slug: told[slug])
            print(
                f"{name}: {len(told)} questions, total {sum(told.values()):.2f} s,"
                f" slowest {slowest} {told[slowest]:.3f} s"
            )
        ratios = sorted(theirs[slug] / ours[slug] for slug in ours)
        print(
            f"rdflib to ours: total {sum(theirs.values()) / sum(ours.values()):.1f},"
            f" median question {statistics.median(ratios):.1f}, least {ratios[0]:.1f}, most {ratios[-1]:.1f}"
        )
        for slug in sorted(ours, key=lambda slug: -ours[slug])[:5]:
            print(f"  {slug}: {ours[slug]:.3f} s, rdflib {theirs[slug]:.3f} s")


if __name__ == "__main__":
    main()
