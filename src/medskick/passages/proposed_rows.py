"""Rows proposed from passages: where one advises, reports a difficulty, tells a decision or a meeting.

Nothing of a passage becomes the text of a row. What is marked is proposed for the cells that hold names and dates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from medskick.passages.cues import told_by, told_under
from medskick.passages.marks import ACTOR, DATE, PHASE, PROCESS, THEME, Mark, Marker, of_kind
from medskick.passages.report_text import Passage
from medskick.passages.sentences import sentences
from medskick.words import Lang, say

_SENTENCE_ENDS = (".", "!", "?", "”", '"', ")")
TABLES = {"advice": "lessons", "difficulty": "reflections", "decision": "decisions", "meeting": "events"}
"""The table in which a row is proposed, by what the sentence tells."""


@dataclass(frozen=True)
class Draft:
    """A proposed row: what its ``sentences`` tell, the passage that they stand in, what is marked, the cells."""

    kind: str
    sentences: tuple[str, ...]
    passage: Passage
    marks: tuple[Mark, ...]
    cells: dict[str, str]

    @property
    def table(self) -> str:
        """The table of the row."""
        return TABLES[self.kind]


@dataclass(frozen=True)
class Read:
    """A passage with its marks and the rows that it proposes."""

    passage: Passage
    marks: tuple[Mark, ...]
    drafts: tuple[Draft, ...]


def read_passages(passages: Iterable[Passage], marker: Marker, source: str) -> Iterator[Read]:
    """Yield the passages with what is marked in them and proposed; ``source`` is how a cell names the source."""
    for passage in passages:
        by_kind: dict[str, list[str]] = {}
        under = told_under(passage.heading, marker.lang)
        for sentence in sentences(passage.text, marker.lang):
            kinds = told_by(sentence, marker.lang)
            for kind in dict.fromkeys([*kinds, under] if under and sentence.endswith(_SENTENCE_ENDS) else kinds):
                by_kind.setdefault(kind, []).append(sentence)
        marks = tuple(marker.marks(passage.text))
        drafts = tuple(_draft(kind, there, passage, marker, source) for kind, there in sorted(by_kind.items()))
        yield Read(passage, marks, drafts)


def _draft(kind: str, there: Sequence[str], passage: Passage, marker: Marker, source: str) -> Draft:
    marks = tuple(mark for sentence in there for mark in marker.marks(sentence))
    cells = {"basis": "stated", "sources": source, "themes": ";".join(sorted(of_kind(marks, THEME)))}
    if kind in ("advice", "difficulty"):
        cells["phase_types"] = ";".join(sorted(of_kind(marks, PHASE)))
    if kind == "difficulty":
        cells["type"] = "Challenge"
    if kind in ("decision", "meeting"):
        # which of several it is, nobody can tell from the words alone
        cells |= {"date": _only(of_kind(marks, DATE)), "process": _only(of_kind(marks, PROCESS))}
    if kind == "decision":
        del cells["themes"]
    return Draft(kind, tuple(there), passage, marks, {name: cell for name, cell in cells.items() if cell})


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""


def mentioned(marks: Iterable[Mark], lang: Lang) -> list[str]:
    """Return what is marked as lines: what kind, what it is called, and its id where it has one."""
    lines = []
    for kind in (ACTOR, PROCESS, PHASE, THEME, DATE):
        for mark in {mark.value: mark for mark in marks if mark.kind == kind}.values():
            id_too = f"{mark.label} ({mark.value})" if kind in (ACTOR, PROCESS) else mark.label
            shown = f"{mark.label} → {mark.value}" if kind == DATE and mark.label != mark.value else id_too
            lines.append(f"{say(f'passage.{kind}', lang)}: {shown}")
    return lines


def lines(drafts: Iterable[Draft], lang: Lang) -> Iterator[str]:
    """Yield the proposed rows as lines: what each may be, where it stands, its sentences, what is marked in them."""
    for draft in drafts:
        place = draft.passage.locator(lang)
        yield f"{say(f'passage.{draft.kind}', lang)} [{place}] {' '.join(draft.sentences)}"
        yield from (f"    {line}" for line in mentioned(draft.marks, lang))
