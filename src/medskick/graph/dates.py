"""Dates as the sources give them: EDTF (Library of Congress, ISO 8601-2), its bounds and its words.

The ``edtf`` library holds a text to the grammar. Bounds are our own: it reads winter (``2021-24``) as December only and
gives an unknown end (``2020/``) ten years; it has no words.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from medskick.graph.moment import moment, moment_words
from medskick.words import Lang, say

Before = Literal["yes", "no", "possibly"]


@dataclass(frozen=True)
class Bounds:
    """The earliest and latest day a date can mean (``None``: open or unknown), strictly read.

    ``uncertain`` is set where the date is qualified (``~ ? % X``), open or unknown at an end: such a date yields
    no duration and never a plain yes or no to *before*.
    """

    earliest: date | None
    latest: date | None
    uncertain: bool
    least_days: int | None = None
    most_days: int | None = None


def _end(text: str) -> Bounds:
    """The bounds of one end of an interval, which may be open or unknown."""
    if text in ("", ".."):
        return Bounds(None, None, uncertain=True)
    known = moment(text)
    return Bounds(known.first, known.last, known.uncertain)


def duration(start: Bounds, end: Bounds) -> tuple[int, int] | None:
    """Return the least and the most days from start to end, both ends counted; ``None`` if it cannot be known."""
    if start.uncertain or end.uncertain:
        return None
    if None in (start.earliest, start.latest, end.earliest, end.latest):
        return None
    assert start.earliest and start.latest and end.earliest and end.latest
    least = (end.earliest - start.latest).days + 1
    most = (end.latest - start.earliest).days + 1
    return (max(least, 1), most) if most >= 1 else None


def whole_months(start: Bounds, end: Bounds) -> tuple[int, int] | None:
    """Return the least and the most whole calendar months from start to end, the last day counted; ``None`` if unknown.

    From 23 September to 22 December are three months, to 21 December two.
    """
    if duration(start, end) is None:
        return None
    assert start.earliest and start.latest and end.earliest and end.latest
    least, most = ((start.latest, end.earliest), (start.earliest, end.latest))
    return _months(*least), _months(*most)


def _months(first: date, last: date) -> int:
    after = last + timedelta(days=1)
    return max(0, (after.year - first.year) * 12 + after.month - first.month - (after.day < first.day))


@cache
def bounds(text: str) -> Bounds:
    """Return the bounds of an EDTF text. Raises ``ValueError`` if it is not EDTF or not taken (see ``moment``)."""
    if "/" not in text:
        known = moment(text)
        return Bounds(known.first, known.last, known.uncertain)
    first, _, last = text.partition("/")
    if first in ("", "..") and last in ("", ".."):
        raise ValueError(text)
    start, end = _end(first), _end(last)
    if start.earliest and end.latest and start.earliest > end.latest:
        raise ValueError(text)
    days = duration(start, end)
    return Bounds(start.earliest, end.latest, start.uncertain or end.uncertain, *(days if days else (None, None)))


def before(a: str, b: str) -> Before:
    """Tell whether date ``a`` lies before date ``b`` (both EDTF): yes, no, or possibly.

    Yes if a's latest day lies before b's earliest; no if a's earliest is b's latest or later; a qualified, open or
    unknown date is never more than possibly.
    """
    first, second = bounds(a), bounds(b)
    if first.uncertain or second.uncertain or not (first.earliest and first.latest and second.earliest):
        return "possibly"
    if first.latest < second.earliest:
        return "yes"
    return "no" if second.latest is not None and first.earliest >= second.latest else "possibly"


def words(text: str, lang: Lang) -> str:
    """Return an EDTF text in plain words: ``2021-21`` is *våren 2021* or *spring 2021*. Never its bounds."""
    if "/" not in text:
        return moment_words(text, lang)
    first, _, last = text.partition("/")
    if last == "..":
        return say("date.ongoing", lang, start=moment_words(first, lang))
    if last == "":
        return say("date.from", lang, start=moment_words(first, lang))
    if first in ("", ".."):
        return say("date.until", lang, end=moment_words(last, lang))
    return f"{moment_words(first, lang)} – {moment_words(last, lang)}"
