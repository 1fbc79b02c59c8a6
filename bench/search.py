"""Search as you type over the shipped datasets, beside a naive SPARQL search of the same store, in one process.

Run ``uv run python bench/search.py``. Each word is typed letter by letter from the second on; each beginning is
searched once to warm up, then five times. The naive search is what a store alone offers: ``CONTAINS(LCASE(…))`` over
all literals, which finds neither *samråd* for *samrad* nor an inflected or misspelt word, and ranks nothing.
"""

import statistics
import time
from collections.abc import Callable

import pyoxigraph as ox

from medskick.graph.assemble import assemble
from medskick.queries.search.search_index import Index

TYPED = (
    "samråd",
    "samrad",
    "hemstälan",
    "kommunernas",
    "planmonopol",
    "regionplan skåne",
    "consultation",
    "kulturmiljö",
)
TIMES = 5


def milliseconds(run: Callable[[], object]) -> float:
    """Return the median milliseconds of a call, the first one not counted."""
    run()
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def naive(store: ox.Store, text: str) -> int:
    """Search as SPARQL alone can, and return how many things were found."""
    literal = ox.Literal(text.lower())
    query = (
        f"SELECT DISTINCT ?s {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(ISLITERAL(?o) && CONTAINS(LCASE(STR(?o)), {literal})) }}"
    )
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return sum(1 for _ in solutions)


def main() -> None:
    """Measure everything in one run."""
    store = assemble().store
    start = time.perf_counter()
    index = Index(store)
    count = len(index.entries())
    print(f"{len(store)} statements, {count} things to find, index built in {time.perf_counter() - start:.2f} s")
    ours: list[float] = []
    theirs: list[float] = []
    for word in TYPED:
        beginnings = [word[:end] for end in range(2, len(word) + 1)]
        mine = [milliseconds(lambda text=text: index.find(text, "sv", 16)) for text in beginnings]  # type: ignore[misc]
        plain = [milliseconds(lambda text=text: naive(store, text)) for text in beginnings]  # type: ignore[misc]
        ours += mine
        theirs += plain
        print(
            f"  {word}: {statistics.median(mine):.1f} ms, {index.find(word, 'sv').total} hits;"
            f" SPARQL {statistics.median(plain):.1f} ms, {naive(store, word)} subjects"
        )
    for name, times in (("medskick", ours), ("naive SPARQL", theirs)):
        times.sort()
        print(f"{name}: {len(times)} searches, median {statistics.median(times):.1f} ms, slowest {times[-1]:.1f} ms")
    print(f"naive SPARQL to ours, medians: {statistics.median(theirs) / statistics.median(ours):.1f}")


if __name__ == "__main__":
    main()
