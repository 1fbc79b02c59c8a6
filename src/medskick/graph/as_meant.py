"""Headings and cells as people's programs write them, in the form that a table has them."""

import re
from collections.abc import Iterable

_BREAKS = re.compile(r"\s*;?\s*[\r\n]+\s*")
_WITH_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(?:Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?", re.ASCII
)
_YEAR_AS_NUMBER = re.compile(r"(\d{4})[.,]0", re.ASCII)
_WHOLE = re.compile(r"(\d+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?:[.,]0{1,2})?", re.ASCII)


def heading(written: str, known: Iterable[str]) -> str:
    """Return the known heading that a written one is but for case, spaces and hyphens, else the written one."""
    plain = written.strip().strip("\ufeff")
    by_form = {re.sub(r"[\s_-]+", "_", name.casefold()): name for name in known}
    return by_form.get(re.sub(r"[\s_-]+", "_", plain.casefold()), plain)


def time_of_day(kind: str, cell: str) -> str:
    """Return the time of day that a date has besides, empty where it has none or midnight."""
    match = _WITH_TIME.fullmatch(cell) if kind == "date" else None
    return match[2] if match and re.search("[1-9]", match[2]) else ""


def as_meant(kind: str, several: bool, cell: str) -> str:
    """Return a cell of a kind of column as a table has it, what cannot be understood as it is.

    A date is without its time of day, and a year without the decimal that pandas gives it; a number is without
    decimals that are nought and without spaces; several values may be separated by line breaks.
    """
    if several and kind != "text":
        cell = _BREAKS.sub(";", cell)
    if kind == "date" and (dated := _WITH_TIME.fullmatch(cell)):
        return dated[1]
    if kind == "date" and (year := _YEAR_AS_NUMBER.fullmatch(cell)):
        return year[1]
    if kind == "number" and (number := _WHOLE.fullmatch(cell)):
        return re.sub(r"\D", "", number[1])
    return cell
