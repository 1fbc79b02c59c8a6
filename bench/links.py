"""How well ``medskick link`` proposes what is the same: precision and recall, beside equal names and string distance.

The gold set, ``links-gold.csv``, was made by hand: names as other registers and reports write them, each with the thing
of any dataset that it means, or none. All methods see the same names of the same things of the same class.

    uv run python bench/links.py [--wrong]

``--wrong`` lists what was wrongly proposed or missed.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz

import medskick
from medskick.links.proposals import PROPOSED, TOPS, propose
from medskick.links.things import Thing, things_in, things_of
from medskick.resources.description import bases

GOLD = Path(__file__).parent / "links-gold.csv"
Pairs = set[tuple[str, str]]


def nearest(listed: list[Thing], things: list[Thing], alike: Callable[[str, str], float], least: float) -> Pairs:
    """The likeliest things of each listed one by one measure of two names, equals all."""
    pairs: Pairs = set()
    for one in listed:
        scores = {
            thing.iri: max(alike(a.casefold(), b.casefold()) for a in one.names for b in thing.names)
            for thing in things
            if one.classes & thing.classes & TOPS
        }
        best = max(scores.values())
        pairs |= {(one.iri, iri) for iri, score in scores.items() if score == best and score >= least}
    return pairs


def main() -> None:
    """Print the table."""
    store = medskick.open().store
    base = bases(store)
    things = [thing for name in sorted(base) for thing in things_of(store, name)]
    listed = things_in(GOLD)
    meant: dict[str, set[str]] = {}
    for row in csv.DictReader(GOLD.read_text(encoding="utf-8").splitlines()):
        references = (name.partition(":") for name in row["meant"].split(";") if name)
        meant[row["iri"]] = {base[dataset] + local for dataset, _, local in references}
    sought = {iri for iri, known in meant.items() if known}
    methods: dict[str, Pairs] = {
        "equal names": nearest(listed, things, lambda a, b: 100.0 * (a == b), 100),
        **{f"fuzz.ratio, {least}": nearest(listed, things, fuzz.ratio, least) for least in (75, 85, 95)},
        **{f"fuzz.WRatio, {least}": nearest(listed, things, fuzz.WRatio, least) for least in (86, 95)},
    }
    for least in (50.0, PROPOSED, 70.0, 80.0, 90.0):
        proposals = propose(things, listed, least=least)
        mark = " (used)" if least == PROPOSED else ""
        methods[f"medskick link, {least:g}{mark}"] = {(p.other.iri, p.own.iri) for p in proposals}
    print(f"{len(listed)} names, {len(sought)} of them of {len(things)} things\n")
    print("| method | proposed | right | precision | recall |\n|---|---:|---:|---:|---:|")
    for name, pairs in methods.items():
        right = {pair for pair in pairs if pair[1] in meant[pair[0]]}
        recall = len({iri for iri, _ in right}) / len(sought)
        print(f"| {name} | {len(pairs)} | {len(right)} | {len(right) / len(pairs):.2f} | {recall:.2f} |")
        if "--wrong" in sys.argv and "used" in name:
            names = {thing.iri: thing.names[0] for thing in (*listed, *things)}
            for one, other in sorted(pairs - right):
                print("wrong:", names[one], "->", other, file=sys.stderr)
            for one in sorted(sought - {iri for iri, _ in right}):
                print("missed:", names[one], "->", *meant[one], file=sys.stderr)


if __name__ == "__main__":
    main()
