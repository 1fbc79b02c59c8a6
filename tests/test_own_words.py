"""The texts of the datasets and the ontology are in our own words: none repeats the wording of a fact."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from medskick.rooms import room

LONGEST_RUN = 6
"""So many words in a row may be the same; the next one makes it a quotation."""
ALIKE = 0.8
"""Texts as alike as this (``difflib``) are the same text with a word exchanged."""
SHORTEST = 8
"""A text of fewer words has few ways to be put (“adopted the regional plan”); only a run is counted there."""
STATEMENTS = {"contents", "contexts", "lessons", "reflections", "rules", "stances"}
"""Tables whose label states something; elsewhere it is a name."""
SHARED_RUN = 3
"""Texts that are alike have a run of so many words in common."""
EXCEPTIONS = {"national/documents/prop-halland/description_sv": "the numbers of the provisions that are amended"}

FACT_ROW = re.compile(r"\| ([A-Z]{3}-[A-Z]\d+[a-z]?) \|(.*)\|")


@cache
def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


@cache
def runs(text: str, length: int = LONGEST_RUN + 1) -> frozenset[tuple[str, ...]]:
    """Every run of so many words; by default one longer than may be the same."""
    said = words(text)
    return frozenset(said[n : n + length] for n in range(len(said) - length + 1))


def alike(one: str, other: str) -> bool:
    pair = SequenceMatcher(None, one.lower(), other.lower(), autojunk=False)
    return pair.real_quick_ratio() >= ALIKE and pair.quick_ratio() >= ALIKE and pair.ratio() >= ALIKE


def near(text: str, fact: str, *, label: bool = False) -> bool:
    """Whether a text repeats the wording of a fact."""
    long_enough = not label and len(words(text)) >= SHORTEST
    return bool(runs(text) & runs(fact)) or (long_enough and alike(text, fact))


def facts(folder: Path) -> dict[str, list[str]]:
    """The cells of every fact row by its id; “Swedish / English” in one cell is two."""
    rows: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.md")):
        for fact, rest in FACT_ROW.findall(path.read_text(encoding="utf-8")):
            cells = rest.split(" | ")
            rows.setdefault(fact, []).extend(part.strip() for cell in cells for part in {cell, *cell.split(" / ")})
    return rows


def texts() -> Iterator[tuple[str, str, list[str], bool]]:
    """Each text of a dataset: where it stands, what it says, the facts of its row, and whether it is a label."""
    for path in sorted(room("graph").glob("*/*.csv")):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            for column, text in row.items():
                label = column.startswith("label_")
                match = re.search(r"_[a-z]{2}$", column) and not column.startswith("note_")
                if text and match and row.get("fact") and (not label or path.stem in STATEMENTS):
                    yield f"{path.parent.name}/{path.stem}/{row['id']}/{column}", text, row["fact"].split(";"), label


def ontology_texts() -> Iterator[tuple[str, str]]:
    """Each text and each comment in `ontology/`: where it stands and what it says."""
    for path in sorted(room("ontology").glob("**/*")):
        if path.suffix == ".ttl":
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                if isinstance(quad.object, ox.Literal):
                    yield f"{path.name}: {quad.subject}", quad.object.value
        if path.suffix in (".ttl", ".rq"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if line.lstrip().startswith("#"):
                    yield f"{path.name}:{number}", line


def test_the_measure_tells_a_near_text_from_one_of_our_own() -> None:
    fact = "Workshops are held in the evening, so that those who work can come."
    assert near("The workshops are held in the evening so that everybody can join.", fact)
    assert near("Workshops are held at evening, so that those who work may come.", fact)
    assert not near("Whoever works can come: the workshops are in the evening.", fact)
    assert not near("Workshops are held at evening, so that those who work may come.", fact, label=True)


def test_no_text_repeats_the_wording_of_its_fact(shared: Path) -> None:
    rows = facts(shared / "facts")
    assert len(rows) > 900
    nearest = {
        place: (text, fact)
        for place, text, ids, label in texts()
        for fact in (cell for fact_id in ids for cell in rows.get(fact_id, []))
        if near(text, fact, label=label)
    }
    assert {place: pair for place, pair in nearest.items() if place not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) <= set(nearest), "an exception that is needed no longer"


def test_no_text_of_the_ontology_repeats_the_wording_of_a_fact(shared: Path) -> None:
    by_run: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for cell in {cell for cells in facts(shared / "facts").values() for cell in cells}:
        for run in runs(cell, SHARED_RUN):
            by_run[run].add(cell)
    nearest = {
        place: (text, fact)
        for place, text in ontology_texts()
        for fact in {fact for run in runs(text, SHARED_RUN) for fact in by_run.get(run, ())}
        if near(text, fact)
    }
    assert nearest == {}


@pytest.mark.parametrize("place", EXCEPTIONS)
def test_every_exception_says_why(place: str) -> None:
    assert EXCEPTIONS[place].strip()
