"""The order of an answer's rows: a question sorts things by their IRI, a reader expects them by name.

The question's own ``ORDER BY`` decides. Where a thing of a column is the next to sort by, the rows are put in the order
of its name in the reader's alphabet; what is sorted by a date, a number or a position keeps that order.
"""

import re
from collections.abc import Callable, Sequence

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.words import Lang

Row = dict[str, ox.NamedNode | ox.Literal]

_ORDER = re.compile(r"^\s*ORDER\s+BY\s+([^\n]*)", re.M)
_KEY = re.compile(
    r"(?P<bound>DESC\(\s*BOUND\(\s*\?(?P<of>\w+)\s*\)\s*\))|(?P<other>(?:ASC|DESC)\([^)]*\))|\?(?P<name>\w+)"
)


def by_name(text: str, rows: Sequence[Row], lang: Lang, name: Callable[[str], str]) -> list[Row]:
    """Return the rows of a question (its ``text``) with things in the order of their names.

    ``name`` gives the name of a thing by its IRI. Rows keep their order from the first key on that the answer does not
    show, or that no name can stand for.
    """
    *_, order = ["", *_ORDER.findall(text)]
    return _sorted(list(_KEY.finditer(order)), list(rows), lang, name)


def _sorted(keys: list[re.Match[str]], rows: list[Row], lang: Lang, name: Callable[[str], str]) -> list[Row]:
    if not keys or len(rows) < 2 or keys[0]["other"]:
        return rows
    column = keys[0]["of"] or keys[0]["name"]
    if not any(column in row for row in rows):
        # sorted by what the answer does not show: where one value ends and the next begins is not known
        return rows
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault((column in row) if keys[0]["of"] else row.get(column), []).append(row)
    order = list(groups)
    things = [value for value in order if isinstance(value, ox.NamedNode)]
    if len(things) == len(order) - (None in groups):
        order = [*([None] if None in groups else []), *alphabetical(things, lang, lambda thing: name(thing.value))]
    return [row for value in order for row in _sorted(keys[1:], groups[value], lang, name)]
