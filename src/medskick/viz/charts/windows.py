"""Windows of years on a timeline: those that are offered, and the next ones from each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from medskick.reports.graph_reader import GraphReader
from medskick.viz.charts.lanes import Lane, Mark, extreme_days, within

Window = tuple[int, int]
"""The first and the last year of a window."""


@dataclass(frozen=True)
class Years:
    """The years in which lanes have marks; every window it returns has something to draw."""

    lanes: Sequence[Lane]

    @cached_property
    def _marks(self) -> list[Mark]:
        return [m for lane in self.lanes for m in (*lane.marks, lane.own) if m]

    @cached_property
    def ends(self) -> Window | None:
        """The first and the last year of all; ``None`` if nothing has a time."""
        days = extreme_days(self._marks)
        return (days[0].year, days[1].year) if days else None

    def has(self, window: Window) -> bool:
        """Tell whether anything may lie in a window."""
        return bool(within(self._marks, date(window[0], 1, 1), date(window[1], 12, 31)))

    def blocks(self) -> list[Window]:
        """Return the windows of five years."""
        first, last = self.ends or (0, -1)
        windows = [(max(year, 1), year + 4) for year in range(first // 5 * 5, last + 1, 5)]
        return [window for window in windows if self.has(window)]

    def single(self, window: Window) -> list[Window]:
        """Return the single years of a window that is longer than one."""
        first, last = self.ends or (0, -1)
        years = range(max(first, window[0]), min(last, window[1]) + 1) if window[0] < window[1] else ()
        return [(year, year) for year in years if self.has((year, year))]

    def beside(self, window: Window) -> tuple[Window | None, Window | None]:
        """Return the nearest windows of the same length before and after one; empty windows are skipped."""
        return self._moved(window, -1), self._moved(window, 1)

    def _moved(self, window: Window, way: int) -> Window | None:
        if self.ends is None:
            return None
        (start, end), (first, last) = window, self.ends
        length = end - start + 1
        near, far = (start - last, end - first) if way < 0 else (first - end, last - start)
        for steps in range(max(1, -(-near // length)), far // length + 1):
            moved = max(start + way * steps * length, 1), end + way * steps * length
            if self.has(moved):
                return moved
        return None


def years_of(window: Window) -> str:
    """Return a window in words: ``2015–2019``, or one year."""
    first, last = window
    return f"{first:04}" if first == last else f"{first:04}–{last:04}"


def spans(reader: GraphReader, years: Years) -> list[tuple[str, str, str]]:
    """Return the windows to offer, as (label, first year, last year): all, each planning process, five years."""
    if years.ends is None:
        return []
    windows = [(reader.say("chart.all-years"), "", "")]
    # the window of a single process would be the same as all years
    for lane in years.lanes if len(years.lanes) > 1 else ():
        days = extreme_days((*lane.marks, lane.own))
        if days and lane.own and lane.own.cls == "PlanningProcess" and lane.marks:
            windows.append((lane.label, f"{days[0].year:04}", f"{days[1].year:04}"))
    return windows + [(years_of(window), f"{window[0]:04}", f"{window[1]:04}") for window in years.blocks()]
