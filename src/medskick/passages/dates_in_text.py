"""Dates in running text, by the grammar that reads them in cells (``medskick.graph.date_prose``)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medskick.graph.date_prose import date_in_prose

_PART = re.compile(r"\S+")
_YEAR = re.compile(r"(?:(?<![\d.,])|(?<=\.\d\.)|(?<=\.\d\d\.))(?:19|20)\d\d(?!\d)")
_BARE = re.compile(r"\d{4}(?:\s?[-–/]\s?\d{2,4})?")
_MOST_BEFORE, _MOST_AFTER = 6, 3
_EDGE = '.,;:!?()[]”"“»«'


@dataclass(frozen=True)
class DateMark:
    """A date in a text: from where to where, and its EDTF."""

    start: int
    end: int
    edtf: str


def dates_in(text: str) -> Iterator[DateMark]:
    """Yield the dates that a text names, in order, each as long as it can be read.

    A year that only belongs to a name (*Regionplan för Skåne 2022–2040*, *RUFS 2050*) is none.
    """
    parts = list(_PART.finditer(text))
    done = 0
    for place, part in enumerate(parts):
        if part.start() < done or not _YEAR.search(part[0]):
            continue
        longest = _longest(text, parts, place, done)
        if longest is not None and not _of_a_name(text, longest):
            yield longest
            done = longest.end


def _longest(text: str, parts: Sequence[re.Match[str]], place: int, done: int) -> DateMark | None:
    """The date with most words around a part that has a year in it; a word that adds nothing is not part of it."""
    firsts = [n for n in range(max(0, place - _MOST_BEFORE), place + 1) if parts[n].start() >= done]
    spans = [(first, last) for first in firsts for last in range(place, min(len(parts), place + _MOST_AFTER + 1))]
    for first, last in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if (edtf := _read(text, parts, first, last)) is None:
            continue
        while first < place and _read(text, parts, first + 1, last) == edtf:
            first += 1
        while last > place and _read(text, parts, first, last - 1) == edtf:
            last -= 1
        start, end = _inner(text, parts[first].start(), parts[last].end())
        return DateMark(start, end, edtf)
    return None


def _read(text: str, parts: Sequence[re.Match[str]], first: int, last: int) -> str | None:
    start, end = _inner(text, parts[first].start(), parts[last].end())
    # what ends a sentence or a clause is between two dates, not in one
    if any(part[0][-1] in ";:!?)" for part in parts[first:last]):
        return None
    read = date_in_prose(text[start:end])
    return read.text if read else None


def _inner(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _of_a_name(text: str, mark: DateMark) -> bool:
    """Whether a bare year stands right after a word with a capital, as in the name of a plan."""
    if not _BARE.fullmatch(text[mark.start : mark.end]):
        return False
    before = text[: mark.start].rstrip(" \u00a0")
    words = before.split()
    if len(before) == mark.start or not words or not words[-1][:1].isupper() or words[-1][-1] in ".,;:!?)":
        return False
    # the first word of a sentence has a capital of its own
    return (len(words) > 1 and words[-2][-1] not in ".!?:") or words[-1].isupper()
