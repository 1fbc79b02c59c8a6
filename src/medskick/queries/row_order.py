"""The order of an answer's rows: a question sorts things by their IRI, a reader expects them by name.

The question's own ``ORDER BY`` decides. Where a thing of a column is the next to sort by, the rows are put in the order
of its name in the reader's alphabet; what is sorted by a date, a number or a position keeps that order. Things of a
column that the header's ``in_sequence`` names stand by what they presuppose, then by date, then by name: what the query
sorts by just before them, but does not show, is how an engine on its own comes near to that.
"""

import re
from collections.abc import Callable, Sequence

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.words import Lang

Row = dict[str, ox.NamedNode | ox.Literal]

_ORDER = re.compile(r"^[^\S\n]*ORDER\s+BY\s+([^\n]*)", re.M)
_KEY = re.compile(
    r"(?P<bound>DESC\(\s*BOUND\(\s*\?(?P<of>\w+)\s*\)\s*\))|(?:ASC|DESC)\(\s*\?(?P<ranked>\w+)\s*\)|(?P<other>(?:ASC|DESC)\([^)]*\))|\?(?P<name>\w+)"
)


def by_name(
    text: str,
    rows: Sequence[Row],
    lang: Lang,
    name: Callable[[str], str],
    in_sequence: Sequence[str] = (),
    moment: Callable[[str], str] = str,
) -> list[Row]:
    """Return the rows of a question (its ``text``) with things in the order of their names.

    ``name`` gives the name of a thing by its IRI, ``moment`` what things of the columns ``in_sequence`` are sorted by
    before their name. Rows keep their order from the first key on that the answer does not show, or that no name can
    stand for.
    """
    *_, order = ["", *_ORDER.findall(text)]
    shown = {column for row in rows for column in row}
    keys: list[re.Match[str]] = []
    for key in _KEY.finditer(order):
        if key["name"] in in_sequence:
            keys = [k for k in keys if k["other"] or _column(k) in shown]
        keys.append(key)

    def sorted_rows(keys: list[re.Match[str]], rows: list[Row]) -> list[Row]:
        if not keys or len(rows) < 2 or keys[0]["other"]:
            return rows
        column = _column(keys[0])
        if not any(column in row for row in rows):
            # sorted by what the answer does not show: where one value ends and the next begins is not known
            return rows
        groups: dict[object, list[Row]] = {}
        for row in rows:
            groups.setdefault((column in row) if keys[0]["of"] else row.get(column), []).append(row)
        order = list(groups)
        things = [value for value in order if isinstance(value, ox.NamedNode)]
        if keys[0]["name"] and len(things) == len(order) - (None in groups):
            things = alphabetical(things, lang, lambda thing: name(thing.value))
            if column in in_sequence:
                things.sort(key=lambda thing: moment(thing.value))
            order = [*([None] if None in groups else []), *things]
        numbers = [value for value in order if isinstance(value, ox.Literal) and _is_number(value)]
        if keys[0]["ranked"] and len(numbers) == len(order):
            # rows of several endpoints: each of them has given its own in this order
            numbers.sort(key=lambda number: int(number.value), reverse=keys[0][0].startswith("DESC"))
            order = [*numbers]
        return [row for value in order for row in sorted_rows(keys[1:], groups[value])]

    return sorted_rows(keys, list(rows))


def _is_number(term: ox.Literal) -> bool:
    return term.datatype.value == "http://www.w3.org/2001/XMLSchema#integer"


def _column(key: re.Match[str]) -> str:
    return key["of"] or key["ranked"] or key["name"] or ""
