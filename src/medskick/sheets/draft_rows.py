"""Rows that were proposed from a source, for a curator to word: which columns they have, and what becomes of them.

Beside the columns of its table such a row has the passage that it comes from and where that stands. A row that has no
text of its own is not read; of one that has, the passage becomes a citation and is not kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from medskick.graph.faults import Fault, fault
from medskick.sheets.workbook_layout import Heading
from medskick.words import Lang, say

MARK, SENTENCES, PASSAGE, LOCATOR, MENTIONED = (
    f"draft:{name}" for name in ("mark", "sentences", "passage", "locator", "mentioned")
)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[^.!?]+[.!?]+[”\"’')]*|[^.!?]+$")
RUN = 8
"""So many words in a row are not by chance the same as in the source."""


def draft_headings(lang: Lang) -> tuple[Heading, ...]:
    """Return the columns that a proposed row has before those of its table, as a curator reads them."""
    names = (MARK, SENTENCES, PASSAGE, LOCATOR, MENTIONED)
    keys = [name.partition(":")[2] for name in names]
    return tuple(
        Heading(name, say(f"sheet.draft-{key}", lang), None, say(f"sheet.help-draft-{key}", lang))
        for name, key in zip(names, keys, strict=True)
    )


@dataclass(frozen=True)
class DraftRow:
    """What a proposed row has beside the columns of its table: the passage and where it stands."""

    passage: str
    locator: str


def parted(cells: Mapping[str, str]) -> tuple[dict[str, str], DraftRow | None]:
    """Return the cells of a row's own table, and what it was proposed from (``None``: it was not proposed)."""
    own = {name: cell for name, cell in cells.items() if not name.startswith("draft:")}
    draft = DraftRow(cells.get(PASSAGE, ""), cells.get(LOCATOR, "")) if len(own) < len(cells) else None
    return own, draft


def is_worded(cells: Mapping[str, str], headings: Sequence[Heading]) -> bool:
    """Tell whether a row has a text of its own."""
    return any(cells.get(heading.name) for heading in headings if heading.kind == "text")


def citation(cells: Mapping[str, str], draft: DraftRow) -> dict[str, str]:
    """Return the row of the table of citations that says where the passage stands; nothing where that is not known."""
    source = cells.get("sources", "")
    one_source = source and not re.search(r"[;\n]", source)
    if not draft.locator or not one_source or not cells.get("id"):
        return {}
    return {"about": cells["id"], "source": source, "locator": draft.locator}


def copied(
    sheet: str, row: int, cells: Mapping[str, str], headings: Sequence[Heading], draft: DraftRow
) -> Iterator[Fault]:
    """Yield a fault for each text that repeats its source: a warning for eight words in a row, more for a sentence."""
    for heading in headings:
        text = cells.get(heading.name, "")
        if heading.kind == "text" and text and (run := common_run(text, draft.passage)):
            words = _words(run)
            whole = any(
                len(sentence) >= RUN and _contains(words, sentence)
                for sentence in map(_words, _SENTENCE.findall(draft.passage))
            )
            code = "copied-sentence" if whole else "copied-words"
            yield fault(
                code, sheet, row=row, column=heading.written, found=run, level="error" if whole else "warning",
                count=len(words),
            )  # fmt: skip


def common_run(text: str, source: str) -> str:
    """Return the longest run of at least eight words that a text has in common with its source, as the text has it.

    Capitals and what stands between words do not count.
    """
    own, other = _words(text), _words(source)
    places: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(other) - RUN + 1):
        places.setdefault(tuple(other[place : place + RUN]), []).append(place)
    best = (0, 0)
    for start in range(len(own) - RUN + 1):
        for place in places.get(tuple(own[start : start + RUN]), ()):
            length = RUN
            while own[start + length : start + length + 1] == other[place + length : place + length + 1] != []:
                length += 1
            best = max(best, (length, -start))
    length, start = best[0], -best[1]
    if not length:
        return ""
    spans = [match.span() for match in _WORD.finditer(text)]
    return text[spans[start][0] : spans[start + length - 1][1]]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _contains(words: Sequence[str], part: Sequence[str]) -> bool:
    return any(words[start : start + len(part)] == part for start in range(len(words) - len(part) + 1))
