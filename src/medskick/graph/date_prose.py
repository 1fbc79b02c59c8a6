"""A date as people write it, read into EDTF: words of several languages, week and quarter numbers, days with dots.

The words are data, one file for each language (``ontology/dates``, and ``dates.toml`` beside the words of a language
that is added); the grammar is here. No month and no day is ever
added to what was written: what does not say enough is not read. The ``edtf`` library judges every result.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from medskick.graph.dates import bounds
from medskick.graph.toml_file import read_toml
from medskick.rooms import room
from medskick.words import folders

EXCEL_DATE = re.compile(r"([^\W\d_]{3})[^\W\d_]*\.?[-\s](\d\d)|\d{5}|\d{1,2}/\d{1,2}/\d{2,4}")
_LONGEST = 80
# by the letter that a token has in the patterns below
_LETTERS = {
    "spring": "S", "summer": "S", "autumn": "S", "winter": "S", "week": "W", "quarter": "Q", "half": "H",
    "first": "O", "second": "O", "third": "O", "fourth": "O", "before": "B", "until": "-", "about": "A", "part": "P",
    "period": "T", "unsaid": "",
}  # fmt: skip
_NUMBERS = {
    "spring": 21, "summer": 22, "autumn": 23, "winter": 24, "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})|(\d{1,2})[/-](\d{1,2})[/\s-](\d{4})")
_BACKWARDS = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d\d)(\d\d)")
_SHORT_YEAR = re.compile(r"(?:(\d{1,2})[-\s])?([^\W\d_]+)\.?[-\s'’](\d\d)")
_TWO_YEARS = re.compile(r"(\d{4})\s?[-–/]\s?(\d{2})")
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d\d(?:-\d\d)?)(?!\d)|(?P<year>\d{4})(?!\d)|(?P<isoweek>(?<=[-\s])w(?=\d))|(?P<quarter>q(?=\d))|(?P<number>\d{1,2})(?!\d)(?:(?:st|nd|rd|th|:a|:e)\b)?"
    r"|(?P<until>–|—|→|->|--|-)|(?P<slash>/)|(?P<word>c:a|[^\W\d_]+(?:[’'][^\W\d_]+)?)|(?P<skip>[\s.,:]+)|(?P<other>.)"
)


@dataclass(frozen=True)
class Prose:
    """A date read: its EDTF, and whether nothing else can have been meant."""

    text: str
    sure: bool


@dataclass(frozen=True)
class _Token:
    letter: str
    number: int
    text: str = ""


def word_paths() -> list[Path]:
    """Return the files with the words of dates: those that ship, then those of the languages that are added."""
    _, *added = folders()
    there = [path for folder in added for path in sorted(folder.glob("*/dates.toml"))]
    return [*sorted((room("ontology") / "dates").glob("*.toml")), *there]


@cache
def _words() -> tuple[dict[str, _Token], dict[str, _Token]]:
    """What each word means, in all languages together: whole words, and beginnings of words."""
    whole: dict[str, _Token] = {}
    beginnings: dict[str, _Token] = {}
    for path in word_paths():
        # what is wrong with a file is told by the check
        entries, _ = read_toml(path, path.name)
        listed = {key: list(map(str, words)) for key, words in entries.items() if isinstance(words, list)}
        months = enumerate(listed.get("months", []), 1)
        named = [("M", number, word) for number, names in months for word in names.split("|")]
        named += [
            (letter, _NUMBERS.get(key, 0), word) for key, letter in _LETTERS.items() for word in listed.get(key, [])
        ]
        for letter, number, word in named:
            into = beginnings if word.endswith("*") else whole
            into.setdefault(word.rstrip("*"), _Token(letter, number))
    return whole, beginnings


def forget() -> None:
    """Read the words anew when next asked: the folders have changed."""
    _words.cache_clear()


def _word(text: str) -> _Token | None:
    whole, beginnings = _words()
    return whole.get(text) or next((token for start, token in beginnings.items() if text.startswith(start)), None)


def nearest(text: str) -> str | None:
    """Return how EDTF writes what a text most likely means, or ``None`` if no guess is safe."""
    prose = date_in_prose(text)
    return prose.text if prose else None


def date_in_prose(text: str) -> Prose | None:
    """Return the date that a text says, ``None`` where it says none or not enough."""
    plain = " ".join(text.casefold().split())
    if not plain or len(plain) > _LONGEST:
        return None
    for reading in _readings(plain):
        if _is_date(reading.text):
            return reading
    return None


def _is_date(text: str) -> bool:
    try:
        bounds(text)
    except ValueError:
        return False
    return True


def _readings(text: str) -> Iterable[Prose]:
    """What a text may say, what is most certain first; whether it is a date at all is not yet asked."""
    if match := _DAY.fullmatch(text):
        day, month, year = match.groups()[:3] if match[1] else match.groups()[3:]
        # with dots the day comes first everywhere; with a slash it does so where it cannot be a month
        sure = bool(match[1]) or int(day) > 12 or day == month
        yield Prose(f"{year}-{int(month):02}-{int(day):02}", sure)
        return
    if match := _BACKWARDS.fullmatch(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        yield Prose(f"{year}-{int(month):02}-{int(day):02}", True)
        return
    if (match := _SHORT_YEAR.fullmatch(text)) and (month_word := _word(match[2])) and month_word.letter == "M":
        # which century is not said
        day_text = f"-{int(match[1]):02}" if match[1] else ""
        yield Prose(f"20{match[3]}-{month_word.number:02}{day_text}", False)
        return
    if (match := _TWO_YEARS.fullmatch(text)) and int(match[2]) == (int(match[1]) + 1) % 100:
        yield Prose(f"{match[1]}/{int(match[1]) + 1}", False)
        return
    tokens = _tokens(text)
    if tokens is not None and (reading := _said(tokens)):
        yield reading


def _tokens(text: str) -> list[_Token] | None:
    """The text as tokens, ``None`` where something in it is not known."""
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        match match.lastgroup:
            case "iso":
                tokens.append(_Token("D", 0, match[0]))
            case "year":
                tokens.append(_Token("Y", int(match[0])))
            case "number":
                tokens.append(_Token("N", int(re.sub(r"\D", "", match[0]))))
            case "isoweek":
                tokens.append(_Token("W", 0))
            case "quarter":
                tokens.append(_Token("Q", 0))
            case "until":
                tokens.append(_Token("-", 0))
            case "slash":
                tokens.append(_Token("/", 0))
            case "word":
                if (known := _word(match[0])) is None:
                    return None
                if known.letter:
                    tokens.append(known)
            case "other":
                return None
    return tokens


def _said(tokens: Sequence[_Token]) -> Prose | None:
    letters = "".join(token.letter for token in tokens)
    if letters[:1] == "T":
        # what period it was is not what its years are called
        inner = _said(tokens[1:])
        return Prose(inner.text, False) if inner else None
    if letters[:1] == "A":
        inner = _single(tokens[1:])
        return Prose(f"{inner.text}~", inner.sure) if inner else None
    if letters[:1] == "B":
        inner = _single(tokens[1:])
        return Prose(f"../{_day_before(inner.text)}", inner.sure) if inner and _day_before(inner.text) else None
    if single := _single(tokens):
        return single
    for place, letter in enumerate(letters):
        if letter == "-" and (spanned := _span(tokens[:place], tokens[place + 1 :])):
            return spanned
    return None


def _span(first: Sequence[_Token], last: Sequence[_Token]) -> Prose | None:
    """An interval; what its first half leaves out is said in the second."""
    end = _single(last)
    # until a day, without a word on since when, is no interval: nothing is added to what was written
    if end is None or not first:
        return None
    letters = "".join(token.letter for token in first)
    year = next((token for token in last if token.letter == "Y"), None)
    if year is None or "D" in letters:
        pass  # both say their own
    elif letters == "N" and (month := next((token for token in last if token.letter == "M"), None)):
        first = [*first, month, year]
    elif "Y" not in letters:
        first = [*first, year]
    start = _single(first)
    # a season to a month, a week to a day: the kinds may differ, both are said
    return (
        Prose(f"{start.text.partition('/')[0]}/{end.text.rpartition('/')[2]}", start.sure and end.sure)
        if start
        else None
    )


def _single(tokens: Sequence[_Token]) -> Prose | None:
    """One date, or a week."""
    letters = "".join(token.letter for token in tokens)
    if letters[:1] == "P" or (letters[-1:] == "P" and len(letters) > 1):
        # how early or late in it is not said
        inner = _single(tokens[1:] if letters[0] == "P" else tokens[:-1])
        return Prose(inner.text, False) if inner else None
    if re.search(r"S.*Y/N$", letters):
        # a winter is of one year and the next; which part of them is meant is said of both
        season, next_year = _single(tokens[:-2]), (tokens[-3].number + 1) % 100
        return Prose(season.text, False) if season and tokens[-1].number == next_year else None
    if "".join(sorted(letters)) == "-WY" or letters in ("Y-WN", "Y-M", "Y-S"):
        tokens = [token for token in tokens if token.letter != "-"]
        letters = letters.replace("-", "")
    by = {token.letter: token.number for token in tokens}
    year = by.get("Y", 0)
    match letters:
        case "D":
            return Prose(tokens[0].text, True)
        case "Y":
            return Prose(f"{year}", True)
        case "MY" | "YM":
            return Prose(f"{year}-{by['M']:02}", True)
        case "NMY" | "MNY" | "YMN":
            return Prose(f"{year}-{by['M']:02}-{by['N']:02}", True)
        case "SY" | "YS":
            return Prose(f"{year}-{by['S']}", True)
        case "QNY" | "NQY" | "YQN" | "OQY" | "YNQ" | "OQNY":
            return _numbered(year, by.get("N") or by.get("O") or 0, 32, 4)
        case "NHY" | "OHY" | "YOH" | "HNY":
            return _numbered(year, by.get("N") or by.get("O") or 0, 39, 2)
        case "WNY" | "NWY" | "YWN":
            return _week(year, by["N"])
    return None


def _numbered(year: int, number: int, base: int, most: int) -> Prose | None:
    return Prose(f"{year}-{base + number}", True) if 1 <= number <= most else None


def _week(year: int, number: int) -> Prose | None:
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    return Prose(f"{monday}/{monday + timedelta(days=6)}", True)


def _day_before(text: str) -> str:
    """The last year, month or day before a date, as precise as it; empty where it is not that plain."""
    parts = [int(part) for part in text.split("-")] if re.fullmatch(r"[\d-]+", text) else []
    if len(parts) == 1:
        return f"{parts[0] - 1}"
    if len(parts) == 2 and parts[1] <= 12:
        last = date(parts[0], parts[1], 1) - timedelta(days=1)
        return f"{last.year}-{last.month:02}"
    return str(date(*parts) - timedelta(days=1)) if len(parts) == 3 else ""
