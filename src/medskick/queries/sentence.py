"""The sentence that a question's answer begins with: what its header may write in it, and what is wrong with it.

A sentence is a text with places in braces: ``{rows}`` or ``{count:event|meeting|meetings}``. Square brackets go round
what is left out where a place in them has nothing to show. ``medskick.queries.answer_sentence`` fills it in.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from medskick.graph.faults import closest
from medskick.words import Lang, cldr

KINDS = ("rows", "count", "first", "list", "least", "most", "span", "tally")
"""What a place may show: a number of rows; of a column the number of its different values, its first value, the first
few, the lowest, the highest, from the lowest to the highest, or each with how many rows have it."""
_COUNTED = ("rows", "count")
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")

_PLACE = re.compile(
    r"\{(?P<kind>\w+)(?::(?P<column>\w+))?(?: (?P<kept>\w+))?(?: (?P<by>\w+)=(?P<value>[\w-]+|\*))?"
    r"(?P<forms>(?:\|[^{}|\[\]]*)*)\}"
)
_PIECE = re.compile(rf"(?P<place>{_PLACE.pattern})|(?P<text>[^{{}}\[\]]+)|(?P<other>\{{[^{{}}]*\}}|[{{}}\[\]])")


@dataclass(frozen=True)
class Place:
    """A place of a sentence: its kind and column, and what else it names.

    ``kept`` is a column that tells how exact the value is (*about*), which is written before it. Only rows count whose
    column ``by`` has ``value``, the last part of an identifier, or any value where that is ``*``. ``forms`` are the
    noun after the number, by plural form.
    """

    text: str
    kind: str
    column: str = ""
    kept: str = ""
    by: str = ""
    value: str = ""
    forms: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return tuple(filter(None, (self.column, self.kept, self.by)))


Part = str | Place
Parts = tuple[tuple[bool, tuple[Part, ...]], ...]
"""Runs of text and places, each with whether it is left out where a place in it has nothing to show."""


@dataclass(frozen=True)
class Slip:
    """Something wrong with a sentence: the code of its fault, the piece of text, the nearest fix, what is known."""

    code: str
    found: str
    fix: str | None = None
    known: str = ""


def plural_forms(lang: Lang) -> tuple[str, ...]:
    """Return the plural categories of a language (CLDR) in their order: ``one``, ``other`` in Swedish and English."""
    return tuple(name for name in _CATEGORIES if name in {*cldr(lang).plural_form.tags, "other"})


def read(text: str) -> Parts:
    """Return a sentence as runs of its parts. What is wrong with it is told by ``slips``."""
    runs: list[tuple[bool, list[Part]]] = [(False, [])]
    for piece in _PIECE.finditer(text):
        if piece["other"] in ("[", "]"):
            runs.append((piece["other"] == "[", []))
        else:
            runs[-1][1].append(_place(piece) if piece["place"] else piece[0])
    return tuple((may_go, tuple(parts)) for may_go, parts in runs if parts)


def _place(match: re.Match[str]) -> Place:
    named = {name: match[name] or "" for name in ("kind", "column", "kept", "by", "value")}
    return Place(match["place"], **named, forms=tuple((match["forms"] or "").split("|")[1:]))


def slips(text: str, columns: Collection[str] | None, lang: Lang, rows: bool = True) -> Iterator[Slip]:
    """Yield what is wrong with a sentence in a language, over an answer's ``columns`` (``None``: not known).

    Without ``rows`` it is the sentence for an answer that has none, in which no place has anything to show.
    """
    depth = 0
    for piece in _PIECE.finditer(text):
        if piece["other"] in ("[", "]"):
            depth += 1 if piece["other"] == "[" else -1
            if depth not in (0, 1):
                break
        elif piece["other"]:
            yield Slip("sentence-place", piece["other"], known=", ".join(KINDS))
        elif piece["place"]:
            yield from _slips_of(_place(piece), columns, lang) if rows else (Slip("sentence-rows", piece["place"]),)
    if depth:
        yield Slip("sentence-brackets", text)


def _slips_of(place: Place, columns: Collection[str] | None, lang: Lang) -> Iterator[Slip]:
    if place.kind not in KINDS:
        yield Slip("sentence-kind", place.text, closest(place.kind, KINDS), ", ".join(KINDS))
    elif (place.kind == "rows") == bool(place.column):
        yield Slip("sentence-place", place.text, known=", ".join(KINDS))
    for column in place.columns:
        if columns is not None and column not in columns:
            yield Slip("query-column", column, closest(column, columns), ", ".join(sorted(columns)))
    wanted = plural_forms(lang)
    if place.forms and len(place.forms) != len(wanted):
        yield Slip("sentence-forms", place.text, known=", ".join(wanted))
