"""One date of EDTF without an interval: what of the standard is taken, its first and last day, its words.

Taken are days, months and years, seasons and the other parts of a year, marks of doubt anywhere (``~ ? %``), digits
left open at the end (``199X``, ``2004-06-XX``) and sets (``[2018,2020]``), from 1600 to 2199: a year outside those is
a slip or stands for *no end*. Refused is what has no plain words: years with exponents or significant digits, and open
digits before known ones. A time of day is left out, as the tables hold days.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from medskick.words import Lang, cldr, say

FIRST_YEAR, LAST_YEAR = 1600, 2199
_MARKS = re.compile(r"[~?%]")
_TIME = re.compile(r"T\d\d:\d\d:\d\d(?:Z|[+-]\d\d(?::\d\d)?)?", re.A)
_PLAIN = re.compile(r"(\d{4})(?:-(0[1-9]|[1-4]\d)(?:-(0[1-9]|[1-3]\d))?)?", re.A)
_OPEN = re.compile(r"(\d{4}(?=-XX)|\d{4}-[01]\d(?=-XX$))(?:-XX){1,2}|(\d{3}X|\d\dXX)(?:-XX){0,2}", re.A)
# the library knows some of these only
_MARKED_PART = re.compile(r"\d{4}-[2-4]\d[~?%]", re.A)
_FAR = re.compile(r"Y-?\d{5,}.*|Y-?\d+E\d+.*|-\d{4}.*", re.A)
_SET = re.compile(r"\[(.+)\]|\{(.+)\}")
SEASONS = ("spring", "summer", "autumn", "winter")
_SOUTHERN = range(29, 33)
_PARTS = {
    # by code: the words, the first month and the number of months. 25 to 28 say "in the north" of 21 to 24
    **{code: (SEASONS[(code - 21) % 4], (3, 6, 9, 12)[(code - 21) % 4], 3) for code in range(21, 29)},
    **{code: (SEASONS[code - 29], (9, 12, 3, 6)[code - 29], 3) for code in _SOUTHERN},
    **{code: ("quarter", (code - 33) * 3 + 1, 3) for code in range(33, 37)},
    **{code: (f"third-{code - 36}", (code - 37) * 4 + 1, 4) for code in range(37, 40)},
    **{code: (f"half-{code - 39}", (code - 40) * 6 + 1, 6) for code in range(40, 42)},
}


class YearError(ValueError):
    """Raised for a date outside the years that are taken."""


@dataclass(frozen=True)
class Moment:
    """A date read: ``text`` without its marks and time of day, first and last day, the ``marks`` on it.

    ``open`` is set where digits are left open or one of a set is meant.
    """

    text: str
    first: date
    last: date
    marks: str = ""
    open: bool = False

    @property
    def uncertain(self) -> bool:
        """Whether the source does not vouch for it as it stands."""
        return bool(self.marks) or self.open


@lru_cache(maxsize=1 << 14)
def moment(text: str) -> Moment:
    """Read one date. Raises ``ValueError`` for what is not EDTF or not taken, of years outside ``YearError``."""
    if match := _SET.fullmatch(text):
        members = [moment(half) for half in re.split(r",\s*|\.\.", match[1] or match[2])]
        one_of = bool(match[1]) or any(member.uncertain for member in members)
        return Moment(text, min(m.first for m in members), max(m.last for m in members), open=one_of)
    bare = _TIME.sub("", _MARKS.sub("", text))
    marks = "".join(sorted(set(_MARKS.findall(text))))
    if bare != text and not _MARKED_PART.fullmatch(text):
        _hold_to_standard(text)
    if plain := _PLAIN.fullmatch(bare):
        year, month, day = int(plain[1]), int(plain[2] or 0), int(plain[3] or 0)
        if month in _PARTS and not day:
            return Moment(bare, *_part(year, month), marks)
        first = date(_year(year), month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
        return Moment(bare, first, last, marks)
    if match := _OPEN.fullmatch(bare):
        start, decade = match[1], match[2]
        if start:
            whole = moment(start)
            return Moment(bare, whole.first, whole.last, marks, open=True)
        low, high = (int(decade.replace("X", digit)) for digit in "09")
        return Moment(bare, date(_year(low), 1, 1), date(_year(high), 12, 31), marks, open=True)
    raise YearError(text) if _FAR.fullmatch(bare) else ValueError(text)


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearError(str(year))
    return year


def _hold_to_standard(text: str) -> None:
    """Marks and times may stand only where the standard has them, which its grammar knows."""
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parse_edtf(text)
    except (EDTFParseException, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(text) from error


def _part(year: int, code: int) -> tuple[date, date]:
    """The days of a part of a year; winter spans a turn of it, and which one the sources do not say: both count."""
    _, month, months = _PARTS[code]
    _year(year)
    if month == 12:
        return date(year - 1, 12, 1), date(year + 1, 2, monthrange(year + 1, 2)[1])
    end = month + months - 1
    return date(year, month, 1), date(year, end, monthrange(year, end)[1])


@lru_cache(maxsize=1 << 12)
def moment_words(text: str, lang: Lang) -> str:
    """Return one date in plain words, never its bounds; what is no date that is taken stays as it is."""
    try:
        known = moment(text)
    except ValueError:
        return text
    words = _words(known, lang)
    if "~" in known.marks or "%" in known.marks:
        words = say("date.circa", lang, date=words)
    return say("date.uncertain", lang, date=words) if "?" in known.marks or "%" in known.marks else words


def _words(known: Moment, lang: Lang) -> str:
    from babel.dates import format_date, format_skeleton  # 30 ms: only where a date is written

    if match := _SET.fullmatch(known.text):
        return _set_words(match[1] or match[2], bool(match[1]), lang)
    year, _, rest = known.text.partition("-")
    if known.open:
        whole = year if "X" not in year else f"{known.first.year}–{known.last.year}"
        if rest and "X" not in year and rest[0] != "X":
            whole = format_skeleton("yMMMM", known.first, locale=cldr(lang))
        return say("date.sometime", lang, date=whole)
    if not rest:
        return year
    if "-" in rest:
        return format_date(known.first, "long", cldr(lang))
    if int(rest) <= 12:
        return format_skeleton("yMMMM", known.first, locale=cldr(lang))
    name = _PARTS[int(rest)][0]
    if name == "quarter":
        return format_skeleton("yQQQQ", known.first, locale=cldr(lang))
    words = say(f"date.{name}", lang, year=year)
    return say("date.southern", lang, date=words) if int(rest) in _SOUTHERN else words


def _set_words(members: str, one_of: bool, lang: Lang) -> str:
    from babel.lists import format_list

    spans = [span.partition("..") for span in re.split(r",\s*", members)]
    named = [
        f"{moment_words(low, lang)} – {moment_words(high, lang)}" if dots else moment_words(low, lang)
        for low, dots, high in spans
    ]
    return format_list(named, style="or" if one_of else "standard", locale=cldr(lang))
