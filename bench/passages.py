"""How well ``medskick read`` finds what a reader finds: the share found and the share wrong, beside plain words.

The gold set, ``passages-gold.csv``, was made by hand before the program had read the reports: for each paragraph (by
its first words) what it names, and for each sentence (by its first words) what it tells. ``plain words`` takes names
only as they are written in the lists, and a sentence for advice where it has *should* or *bör*, for a difficulty where
it has *difficult* or *svårt*, and so on.

    uv run python bench/passages.py [--wrong]

``--wrong`` lists what was wrongly proposed or missed. Region Skåne's page is read where ``MEDSKICK_SHARED`` has it.
"""

import csv
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from medskick.graph.dataset import Dataset, Row
from medskick.graph.index import Index
from medskick.graph.language_guess import language_of
from medskick.ontology import vocabulary
from medskick.passages.cues import KINDS
from medskick.passages.marks import ACTOR, DATE, PHASE, PROCESS, THEME, Marker
from medskick.passages.markup import read_text
from medskick.passages.proposed_rows import read_passages
from medskick.passages.report_text import Passage, passages_of
from medskick.passages.sentences import sentences
from medskick.rooms import room
from medskick.sheets.loading import index_of, whole_dataset
from medskick.sheets.wording import Names

HERE = Path(__file__).parent
PAGE = "publication-page.sv.txt"
MARKS = (ACTOR, PROCESS, PHASE, THEME, DATE)
PLAIN = {
    "advice": r"should|bör|recommend\w*|rekommendera\w*",
    "difficulty": r"difficult\w*|problem\w*|svår\w*",
    "decision": r"decided|decision|beslut|beslutade",
    "meeting": r"meeting|möte|mötet",
}
Item = tuple[str, str, str]
"""The first words of a paragraph, what is named or told, and its value: an id, or the first words of a sentence."""


def gold() -> dict[str, set[Item]]:
    """Return what was found by hand, by report."""
    items: dict[str, set[Item]] = defaultdict(set)
    for row in csv.DictReader((HERE / "passages-gold.csv").read_text(encoding="utf-8").splitlines()):
        items[row["report"]].add((row["paragraph"], row["what"], row["value"]))
    return items


def names_of(report: str) -> Names:
    """Return the names that are known to a report: Skåne's dataset, or those listed for an invented one."""
    if report == PAGE:
        dataset = whole_dataset(room("graph") / "skane")
        return Names(index_of(dataset), dataset, "sv")
    listed = csv.DictReader((HERE / "reports" / "names.csv").read_text(encoding="utf-8").splitlines())
    rows: dict[str, list[Row]] = defaultdict(list)
    for line, one in enumerate((one for one in listed if one["report"] == report), start=2):
        table = {"actor": "actors", "process": "processes"}[one["class"]]
        rows[table].append(Row("bench", table, line, {"id": one["id"], "label_sv": one["label"]}))
    dataset = Dataset("bench", HERE, {}, {}, "", "", "", "", "https://bench.example/", rows=dict(rows))
    return Names(Index(vocabulary(), {"bench": dataset}), dataset, "sv")


def start_of(text: str, known: set[str]) -> str:
    """Return the first words by which the gold set names a paragraph or a sentence, else three words."""
    return max((start for start in known if text.startswith(start)), key=len, default=" ".join(text.split()[:3]))


def proposed(passages: list[Passage], marker: Marker, known: set[str], marked: set[str]) -> Iterator[Item]:
    """Yield what the program finds."""
    for one in read_passages(passages, marker, "source"):
        start = start_of(one.passage.text, known)
        yield from ((start, mark.kind, mark.value) for mark in one.marks)
        for draft in one.drafts:
            yield from ((start, draft.kind, start_of(sentence, marked)) for sentence in draft.sentences)


def plainly(passages: list[Passage], marker: Marker, known: set[str], marked: set[str]) -> Iterator[Item]:
    """Yield what is found without inflections and lists of cues."""
    for passage in passages:
        start = start_of(passage.text, known)
        for name in marker.known():
            if re.search(rf"\b{re.escape(' '.join(name.words))}\b", passage.text, re.I):
                yield start, name.kind, name.value
        yield from ((start, DATE, day) for day in re.findall(r"\b(?:19|20)\d\d\b", passage.text))
        for sentence in sentences(passage.text, marker.lang):
            for kind, words in PLAIN.items():
                if re.search(rf"\b(?:{words})\b", sentence, re.I):
                    yield start, kind, start_of(sentence, marked)


def main() -> None:
    """Print the tables."""
    totals: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for report, items in gold().items():
        path = HERE / "reports" / report
        if report == PAGE:
            path = Path(os.environ.get("MEDSKICK_SHARED", "")) / "facts" / report
            if not path.is_file():
                print(f"{report}: not here")
                continue
        passages = list(passages_of(read_text(path.read_bytes())))
        marker = Marker(names_of(report).index, names_of(report), language_of([p.text for p in passages]) or "en")
        known = {start for start, _, _ in items}
        marked = {value for _, what, value in items if what in KINDS}
        for method, way in (("medskick read", proposed), ("plain words", plainly)):
            given = set(way(passages, marker, known, marked))
            for kinds in (KINDS, MARKS):
                for kind in kinds:
                    sought, there = ({i for i in some if i[1] == kind} for some in (items, given))
                    counts = (len(sought & there), len(sought), len(there))
                    group = "names and dates" if kind in MARKS else "sentences"
                    for key in ((report, group), ("all", kind), ("all", group)):
                        before = totals[(method, *key)]
                        totals[(method, *key)] = [a + b for a, b in zip(before, counts, strict=True)]
                    if "--wrong" in sys.argv and method == "medskick read":
                        for label, some in (("missed", sought - there), ("wrong", there - sought)):
                            print("".join(f"{report} {label} {item}\n" for item in sorted(some)), end="")
    for (method, report, kind), (right, wanted, offered) in sorted(totals.items()):
        share = f"{right / wanted:.0%}" if wanted else "–"
        wrong = f"{1 - right / offered:.0%}" if offered else "–"
        figures = f"{right:3} of {wanted:3} {share:>5}{offered - right:5} of {offered:3} {wrong:>5}"
        print(f"{method:14}{report:25}{kind:17}{figures}")


if __name__ == "__main__":
    main()
