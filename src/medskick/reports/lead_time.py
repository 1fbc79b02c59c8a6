"""How long before or after a phase began something was in other processes, and the days to which that would lead here.

Only dates that are known to the month count: a year would give a range that is of no use to anybody.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from medskick.graph.date_prose import nearest
from medskick.graph.dates import bounds
from medskick.reports.graph_reader import GraphReader

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YEARS = range(2000, 2101)
_MONTH, _IN_MONTHS = 30.4375, 60


class NotADayError(ValueError):
    """Raised for a text that is no day to count from; ``fix`` is the day that it most likely means, if any."""

    def __init__(self, given: str, fix: str | None = None) -> None:
        self.given, self.fix = given, fix
        super().__init__(given)


def day_of(text: str) -> date | None:
    """Return the day that a text names (ISO 8601, 2000 to 2100), ``None`` for none. Raises ``NotADayError``."""
    wanted = text.strip()
    if not wanted:
        return None
    if (known := _read(wanted)) is not None:
        return known
    guess = nearest(wanted) or ""
    guess = f"{guess}-01" if re.fullmatch(r"\d{4}-\d\d", guess) else guess
    raise NotADayError(wanted, guess if _read(guess) else None)


def _read(text: str) -> date | None:
    try:
        known = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return known if known and known.year in _YEARS else None


@dataclass(frozen=True)
class Lead:
    """So many days after the start of a phase, at the least and at the most; below zero before it."""

    least: int
    most: int

    @staticmethod
    def between(start: str, date: str) -> "Lead | None":
        """Return how long after a start a date was (both EDTF); ``None`` if that is not known to the month."""
        began, when = _month_or_day(start), _month_or_day(date.partition("/")[0])
        if began is None or when is None:
            return None
        return Lead((when[0] - began[1]).days, (when[1] - began[0]).days)

    def words(self, reader: GraphReader) -> str:
        """Return it in words: ``17 days before the start``, ``about 15 months after the start``."""
        if self.least < 0 < self.most:
            return reader.say("handbook.lead-round", before=-self.least, after=self.most)
        if self.least == self.most == 0:
            return reader.say("handbook.lead-same")
        few, many = sorted((abs(self.least), abs(self.most)))
        unit = "days"
        if many >= _IN_MONTHS:
            unit, few, many = "months", round(few / _MONTH), round(many / _MONTH)
        side = "before" if self.most <= 0 else "after"
        return reader.say(f"handbook.lead-{unit}-{side}", n=many, number=str(many) if few == many else f"{few}–{many}")


def _month_or_day(edtf: str) -> tuple[date, date] | None:
    """The bounds of a date that is known to the month or the day and not qualified."""
    try:
        known = bounds(edtf)
    except ValueError:
        return None
    if known.uncertain or known.earliest is None or known.latest is None:
        return None
    return (known.earliest, known.latest) if (known.latest - known.earliest).days < 31 else None


def days_from(starts: date | None, leads: Iterable[Lead]) -> tuple[str, str]:
    """Return the first and the last day (ISO) to which lead times lead from a start; empty without any."""
    known = list(leads)
    if starts is None or not known:
        return "", ""
    first, last = (starts + timedelta(days) for days in (min(k.least for k in known), max(k.most for k in known)))
    return first.isoformat(), last.isoformat()


def months_after(starts: date, months: int) -> date:
    """Return the day of the same number so many months later, the last of the month where it has no such day."""
    year, month = divmod(starts.month - 1 + months, 12)
    last = monthrange(starts.year + year, month + 1)[1]
    return date(starts.year + year, month + 1, min(starts.day, last))
