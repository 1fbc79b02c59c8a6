"""The options that all reports take in Python."""

from collections.abc import Sequence
from typing import TypedDict

from medskick.words import Lang


class Over(TypedDict, total=False):
    """Options of every report: its language (default English) and the datasets it is made from (default all)."""

    lang: Lang
    datasets: Sequence[str] | None


class OverLinks(Over, total=False):
    """The same options, and whether the linksets between the datasets count too."""

    links: bool
