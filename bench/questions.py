"""All questions of the catalogue over ever more datasets: each graph named by itself, and the store's default graph.

Run ``uv run python bench/questions.py``. Stores of 3, 24 and 135 regional datasets are made by ``copies.py``. A process
of its own answers; the system ends it when a question has taken ``--limit`` seconds of the processor, with which that
question counts. After ``--total`` seconds in one form at one size no more questions are asked; they come in a random
order, the same every time. Printed are seconds of the processor (means over at least 0.2 s) and ratios. ``--more`` adds
the whole answer (rows with labels, sources and notes, as a reader waits for it) and, at the first size, plain rdflib.
"""

import argparse
import random
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pyoxigraph as ox
import rdflib

from copies import copied_store
from medskick.graph.lookups import named_quads
from medskick.graph.store import current
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import dataset_graphs, evaluate

_ENOUGH = 0.2
BEFORE, AFTER, WHOLE, PLAIN = "one by one", "default graph", "whole answer", "plain rdflib"
_SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Taken:
    """Seconds of the processor for one question and how many rows it gave (-1: none in time); how its process ended."""

    seconds: float
    rows: int
    end: str = ""


def asker(folder: Path, form: str) -> Callable[[str], int]:
    """Return what asks a question of a store in one of the forms and gives the number of its rows."""
    kg = KnowledgeGraph(folder)
    texts = {query.slug: query.text for query in Catalogue().questions()}
    if form == WHOLE:
        return lambda slug: len(kg.ask(slug).rows)
    if form == AFTER:
        return lambda slug: len(list(evaluate(kg.store, texts[slug])))  # type: ignore[arg-type]
    if form == BEFORE:
        graphs = dataset_graphs(kg.store)
        return lambda slug: len(
            list(kg.store.query(texts[slug], default_graph=[*graphs], named_graphs=[*graphs]))  # type: ignore[arg-type]
        )
    raw = ox.serialize(named_quads(kg.store), format=ox.RdfFormat.N_QUADS)
    assert raw is not None
    plain = rdflib.Dataset(default_union=True)
    plain.parse(data=raw.decode(), format="nquads")
    return lambda slug: len(list(plain.query(texts[slug])))


def work(folder: Path, form: str, limit: float, line: Connection) -> None:
    """Take questions from a line and give back what each took; the system ends the process at the limit."""
    ask = asker(folder, form)
    line.send(None)
    while True:
        slug, times, start, rows = line.recv(), 0, time.process_time(), 0
        while (seconds := time.process_time() - start) < _ENOUGH:
            # nobody catches this signal, so it ends the process in the middle of a query too
            signal.setitimer(signal.ITIMER_PROF, limit)
            rows = ask(slug)
            signal.setitimer(signal.ITIMER_PROF, 0)
            times += 1
        line.send(Taken(seconds / times, rows))


def measured(folder: Path, form: str, slugs: Sequence[str], limit: float, total: float) -> dict[str, Taken]:
    """Return what each question took in one form, until the total is used up."""
    taken: dict[str, Taken] = {}
    process = None
    for slug in slugs:
        if sum(t.seconds for t in taken.values()) >= total:
            break
        if process is None:
            line, far_end = _SPAWN.Pipe()
            process = _SPAWN.Process(target=work, args=(folder, form, limit, far_end), daemon=True)
            process.start()
            far_end.close()
            line.recv()
        try:
            line.send(slug)
            taken[slug] = line.recv()
        except EOFError:
            process.join()
            past = process.exitcode == -signal.SIGPROF
            taken[slug] = Taken(limit, -1, "past the limit" if past else f"ended with {process.exitcode}")
            process = None
    if process is not None:
        process.kill()
        process.join()
    return taken


def summed(taken: dict[str, Taken], asked: int, limit: float) -> str:
    """Return one form's figures in a line."""
    answered = [t.seconds for t in taken.values() if not t.end]
    past = sum(t.end == "past the limit" for t in taken.values())
    slowest = sorted(taken, key=lambda slug: -taken[slug].seconds)[:3]
    others = [f"{slug} {t.end}" for slug, t in taken.items() if t.end.startswith("ended")]
    return (
        f"{len(answered)} of {asked} answered in {sum(answered):.2f} s, median {statistics.median(answered):.3f} s,"
        f" {past} past {limit:g} s, {asked - len(taken)} not asked;"
        f" slowest {', '.join(f'{slug} {taken[slug].seconds:.2f}' for slug in slowest)}"
        + "".join(f"; {other}" for other in others)
    )


def beside(theirs: dict[str, Taken], ours: dict[str, Taken]) -> str:
    """Return the ratios over the questions asked in both forms; one past the limit gives the least it can be."""
    both = [slug for slug in theirs if slug in ours]
    ratios = sorted(theirs[slug].seconds / ours[slug].seconds for slug in both)
    total = sum(theirs[slug].seconds for slug in both) / sum(ours[slug].seconds for slug in both)
    answered = [slug for slug in both if not theirs[slug].end and not ours[slug].end]
    same = sum(theirs[slug].rows == ours[slug].rows for slug in answered)
    least = "at least " if any(theirs[slug].end for slug in both) else ""
    return (
        f"{len(both)} questions, total {least}{total:.1f}, median {statistics.median(ratios):.1f},"
        f" from {ratios[0]:.1f} to {least}{ratios[-1]:.1f}; as many rows in {same} of {len(answered)}"
    )


def compare(size: int, slugs: Sequence[str], forms: Sequence[str], limit: float, total: float) -> None:
    """Measure one size and print it."""
    with tempfile.TemporaryDirectory() as place:
        folder, start = Path(place), time.perf_counter()
        # in a child, whose memory is gone when the questions are asked
        maker = _SPAWN.Process(target=copied_store, args=(size, folder))
        maker.start()
        maker.join()
        built = current(folder)
        assert built is not None, f"no store of {size} datasets: the process ended with {maker.exitcode}"
        store = ox.Store.read_only(str(folder / f"store-{built.version}"))
        statements, disk = sum(1 for _ in named_quads(store)), sum(p.stat().st_size for p in folder.rglob("*"))
        print(
            f"{size} regional datasets: {statements} statements in named graphs, {len(store)} in all,"
            f" {disk / 1e6:.0f} MB on disk, made in {time.perf_counter() - start:.0f} s",
            flush=True,
        )
        del store
        taken: dict[str, dict[str, Taken]] = {}
        for form in forms:
            taken[form] = measured(folder, form, slugs, limit, total)
            print(f"  {form}: {summed(taken[form], len(slugs), limit)}", flush=True)
        for form in (form for form in forms if form not in (AFTER, WHOLE)):
            print(f"  {form} to {AFTER}: {beside(taken[form], taken[AFTER])}", flush=True)


def main() -> None:
    """Measure everything in one run."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--sizes", type=int, nargs="+", default=[3, 24, 135])
    reader.add_argument("--limit", type=float, default=10)
    reader.add_argument("--total", type=float, default=100)
    reader.add_argument("--more", action="store_true")
    asked = reader.parse_args()
    slugs = sorted(query.slug for query in Catalogue().questions())
    random.Random(12).shuffle(slugs)
    for place, size in enumerate(asked.sizes):
        more = (WHOLE, *((PLAIN,) if place == 0 else ())) if asked.more else ()
        compare(size, slugs, (AFTER, BEFORE, *more), asked.limit, asked.total)


if __name__ == "__main__":
    main()
