"""The time axis: conversion of days to pixels, and the places of its lines and their names."""

from dataclasses import dataclass
from datetime import date

from medskick.graph.dates import words
from medskick.viz.svg import SMALL, text_width
from medskick.words import Lang

_YEARS, _MONTHS = (1, 2, 5, 10, 20, 50, 100), (1, 2, 3, 6)
_AIR = 14.0


@dataclass(frozen=True)
class Axis:
    """Time from the first day of a year to the last day of another, between two x coordinates in pixels."""

    first: date
    last: date
    left: float
    right: float

    @property
    def pixels_a_day(self) -> float:
        """How wide a day is."""
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def start(self, day: date) -> float:
        """Where a day begins."""
        return self.left + (day - self.first).days * self.pixels_a_day

    def end(self, day: date) -> float:
        """Where a day ends."""
        return self.start(day) + self.pixels_a_day

    def ticks(self, lang: Lang) -> list[tuple[float, str]]:
        """Return places of lines with their names: years, or months if there is room for their names."""
        for step in _MONTHS:
            named = [(d, words(f"{d:%Y-%m}", lang)) for d in self._months(step)]
            if named and max(text_width(n, SMALL) for _, n in named) + _AIR < step * 30.4 * self.pixels_a_day:
                return [(self.start(d), name) for d, name in named]
        for step in _YEARS:
            if text_width("0000", SMALL) + _AIR < step * 365.25 * self.pixels_a_day:
                break
        years = range(-(-self.first.year // step) * step, self.last.year + 1, step)
        return [(self.start(date(y, 1, 1)), f"{y:04}") for y in years]

    def _months(self, step: int) -> list[date]:
        days = []
        for year in range(self.first.year, self.last.year + 1):
            # over many years there is no room for names of months
            if self.last.year - self.first.year > 12:
                return []
            days += [date(year, month, 1) for month in range(1, 13, step)]
        return days


def whole_years(first: date, last: date) -> tuple[date, date]:
    """Return the first day of the first and the last day of the last year."""
    return date(first.year, 1, 1), date(last.year, 12, 31)
