"""The sentence that an answer begins with, made from its question's header: numbers and names of what was found.

What is uncertain stays so: *about* stands before a number, and what is inferred or has no known outcome is said once,
at the end.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.dates import bounds, words
from medskick.ontology import EDTF, shorten, term_text
from medskick.queries.run import Answer, is_date
from medskick.queries.sentence import Place, plural_forms, read
from medskick.resources.description import local_name
from medskick.words import Foreign, Lang, cldr, pick, say

Term = ox.NamedNode | ox.Literal
_SHOWN = 3
"""So many values are named; the others are counted."""
_EXACT = "/exact"


@dataclass(frozen=True)
class Piece:
    """A piece of the sentence. ``thing`` is the IRI of what it names, ``lang`` its language if not the answer's."""

    text: str
    thing: str = ""
    lang: str = ""


def piece_of(answer: Answer, term: Term) -> Piece:
    """Return a term of an answer as a reader sees it: a thing's name, a date in words, a text, a number."""
    if isinstance(term, ox.NamedNode):
        label = answer.labels.get(term.value)
        if label is None:
            return Piece(shorten(term.value), term.value)
        return Piece(label.text, term.value, "" if label.lang == answer.lang else label.lang)
    if is_date(term):
        return Piece(words(term.value, answer.lang))
    if term.value in ("true", "false"):
        return Piece(say(f"answer.{term.value}", answer.lang))
    return Piece(term.value, lang="" if term.language in (None, answer.lang) else term.language)


def sentence_of(answer: Answer) -> tuple[Piece, ...]:
    """Return the sentence in pieces; none where the header has no sentence or a place of it has nothing to show."""
    query = answer.query
    texts = query.sentence_of_none if not answer.rows else query.sentence
    if len(answer.rows) == 1:
        texts = query.sentence_of_one or texts
    text = pick(texts, answer.lang)
    return _Filling(answer, text.lang if isinstance(text, Foreign) else answer.lang).filled(text) if text else ()


def plainly(answer: Answer) -> str:
    """Return the sentence as plain text, a foreign language marked as in the rows; empty where there is none."""
    return "".join(f"{piece.text} [{piece.lang}]" if piece.lang else piece.text for piece in sentence_of(answer))


class _Filling:
    """A sentence being filled in from the rows of an answer."""

    def __init__(self, answer: Answer, lang: Lang) -> None:
        self.answer, self.lang = answer, lang
        self.inferred = self.awaited = False

    def filled(self, text: str) -> tuple[Piece, ...]:
        """The text with its places filled in, a capital letter at its beginning, its marks at its end."""
        pieces: list[Piece] = []
        runs = read(text)
        has_values = not any(isinstance(part, Place) for _, parts in runs for part in parts)
        for may_go, parts in runs:
            run = [[Piece(part)] if isinstance(part, str) else self.place(part, may_go) for part in parts]
            if all(run):
                pieces += (piece for shown in run for piece in shown)
                has_values |= any(isinstance(part, Place) for part in parts)
            elif not may_go:
                return ()
        if not has_values:
            return ()
        own = "" if self.lang == self.answer.lang else self.lang
        first, *rest = (Piece(p.text, p.thing, p.lang or ("" if p.thing else own)) for p in pieces)
        begun = first.text.lstrip(" ,;:")
        return self.marked([Piece(begun[:1].upper() + begun[1:], first.thing, first.lang), *rest])

    def marked(self, pieces: list[Piece]) -> tuple[Piece, ...]:
        """The sentence with what is told once of all of it, before its full stop."""
        keys = [key for key, holds in (("inferred", self.inferred), ("awaited", self.awaited)) if holds]
        marks = "".join(f" {say(f'answer.sentence-{key}', self.lang)}" for key in keys)
        *begun, last = pieces
        stop = "." if last.text.endswith(".") and marks else ""
        return (*begun, Piece(last.text.removesuffix(stop) + marks + stop, last.thing, last.lang))

    def place(self, place: Place, may_go: bool) -> list[Piece]:
        """What a place shows: nothing where the rows have nothing for it, nor for a count of none that may go."""
        rows = [n for n, row in enumerate(self.answer.rows) if self.counts(place, row)]
        if place.kind == "rows":
            return self.number(len(rows), place) if rows or not may_go else []
        values: dict[Term, list[int]] = {}
        for n in rows:
            if (term := self.answer.rows[n].get(place.column)) is not None:
                values.setdefault(term, []).append(n)
        if place.kind == "count":
            self.mark(values.values(), place)
            return self.number(len(values), place) if values or not may_go else []
        if not values:
            return []
        if place.kind in ("list", "tally"):
            return self.several(values, place)
        ends = {"span": ("least", "most"), "first": ()}.get(place.kind, (place.kind,))
        chosen = [(self.extreme(values, end), end) for end in ends] or [(next(iter(values)), "")]
        shown: list[list[Piece]] = []
        for term, end in chosen:
            if term is None:
                continue
            self.mark([values[term]], place)
            bound = _bound(term, end) if place.kind == "span" else term
            if (value := self.value(bound, values[term][0], place)) not in shown:
                shown.append(value)
        return [piece for value in shown for piece in ([Piece(" – ")] if value is not shown[0] else []) + value]

    def counts(self, place: Place, row: Mapping[str, Term]) -> bool:
        """Whether a row counts for a place."""
        if not place.by:
            return True
        return place.by in row and place.value in ("*", local_name(term_text(row[place.by])))

    def mark(self, rows_of: Iterable[list[int]], place: Place) -> None:
        """Note where a value has only rows in which a column of the place is inferred, or no known outcome."""
        if not self.answer.marks:
            return
        marks = self.answer.marks
        for rows in rows_of:
            self.inferred |= all(marks[n].inferred.intersection(place.columns) for n in rows)
            self.awaited |= all(set(place.columns).intersection(marks[n].awaited) for n in rows)

    def several(self, values: dict[Term, list[int]], place: Place) -> list[Piece]:
        """The first few values, of a tally those with most rows; the others counted."""
        if place.kind == "tally":
            # terms of two schemes may have one name
            by_name: dict[str, list[Term]] = {}
            for term in values:
                by_name.setdefault(piece_of(self.answer, term).text, []).append(term)
            values = {alike[0]: [n for term in alike for n in values[term]] for alike in by_name.values()}
        order = sorted(values, key=lambda term: -len(values[term])) if place.kind == "tally" else list(values)
        named = order if len(order) == _SHOWN + 1 else order[:_SHOWN]
        self.mark([values[term] for term in named], place)
        shown = []
        for term in named:
            count = f" ({self.written(len(values[term]))})" if place.kind == "tally" else ""
            shown.append([*self.value(term, values[term][0], place), *([Piece(count)] if count else [])])
        if more := len(order) - len(named):
            shown.append([Piece(say("answer.more-values", self.lang, n=more))])
        parted = zip(self.between(len(shown)), shown, strict=True)
        return [piece for text, run in parted for piece in (Piece(text), *run) if piece.text]

    def between(self, count: int) -> list[str]:
        """What stands before each of some items of a list, as the language writes lists."""
        from babel.lists import format_list  # as in words: only where something is written by it

        return format_list(["\0"] * count, locale=cldr(self.lang)).split("\0")[:count]

    def extreme(self, values: dict[Term, list[int]], kind: str) -> Term | None:
        """The lowest or the highest of some numbers or dates; ``None`` where they are neither."""
        sizes = {term: size for term in values if (size := _size(term, kind)) is not None}
        choose: Callable[..., Term] = min if kind == "least" else max
        return choose(sizes, key=sizes.__getitem__) if sizes else None

    def value(self, term: Term, row: int, place: Place) -> list[Piece]:
        """A value; a number with the noun after it, and with how exact it is before it."""
        kept = self.answer.rows[row].get(place.kept)
        number = _number(term)
        shown = [piece_of(self.answer, term)] if number is None else self.number(number, place)
        if kept is None or term_text(kept).endswith(_EXACT):
            return shown
        exactness = piece_of(self.answer, kept)
        return [Piece(exactness.text, lang=exactness.lang), Piece(" "), *shown]

    def number(self, number: int, place: Place) -> list[Piece]:
        """A number as the language writes it, and the noun after it."""
        if not place.forms:
            return [Piece(self.written(number))]
        form = place.forms[plural_forms(self.lang).index(cldr(self.lang).plural_form(number))]
        return [Piece(f"{self.written(number)} {form}")]

    def written(self, number: int) -> str:
        from babel.numbers import format_decimal

        return str(format_decimal(number, locale=cldr(self.lang)))


def _number(term: Term) -> int | None:
    if isinstance(term, ox.Literal) and term.datatype.value.endswith("#integer"):
        return int(term.value)
    return None


def _bound(term: Term, end: str) -> Term:
    """The start or the end of an interval, which bounds a span of dates; any other term as it is."""
    if not is_date(term):
        return term
    first, _, last = term_text(term).partition("/")
    day = first if end == "least" else last
    return term if day in ("", "..") else ox.Literal(day, datatype=ox.NamedNode(EDTF))


def _size(term: Term, kind: str) -> tuple[int, str] | None:
    """What a number or a date is compared by: of a date the first day it can be, or for the highest its last."""
    number = _number(term)
    if number is not None:
        return number, ""
    if not is_date(term):
        return None
    known = bounds(term_text(term))
    day = known.earliest if kind == "least" else known.latest
    return (0, day.isoformat()) if day else None
