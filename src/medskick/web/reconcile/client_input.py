"""What a client of the reconciliation service sends: JSON held to the API's shape, what is wrong told plainly."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from medskick.ontology import PREFIXES, Column, shorten, vocabulary
from medskick.queries.search.candidates import Wanted, class_iri, classes_above
from medskick.web.http.problems import Problem

MOST_QUERIES, MOST_CANDIDATES, MOST_THINGS, MOST_COLUMNS = 50, 50, 500, 40
"""So many questions, candidates of each, things and columns are taken at once."""
_USUAL = 10
_LONGEST = 500
_STRICT = ("any", "should", "all")


@dataclass(frozen=True)
class Asked:
    """One question of a batch: what is wanted, and how many candidates."""

    wanted: Wanted
    most: int


@dataclass(frozen=True)
class Extension:
    """Which columns of which things are asked for."""

    things: tuple[str, ...]
    columns: tuple[str, ...]


def _object(text: str, name: str) -> Mapping[str, Any]:
    """A parameter as a JSON object. Raises ``Problem`` (400)."""
    try:
        given = json.loads(text)
        # half a letter, which JSON can name, can be in no answer
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Problem(400, f"{name} is not JSON.") from None
    if not isinstance(given, dict):
        raise Problem(400, f"{name} must be a JSON object.")
    return given


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise Problem(400, f"{place} must be a text.")
    if len(value) > _LONGEST:
        raise Problem(400, f"{place} is longer than {_LONGEST} characters.")
    return value


def _list(value: object, place: str, most: int) -> Sequence[Any]:
    if not isinstance(value, list):
        raise Problem(400, f"{place} must be a list.")
    if len(value) > most:
        raise Problem(400, f"{place} has more than {most} entries.")
    return value


@cache
def classes() -> tuple[str, ...]:
    """Return the classes (IRIs) that a row of a table can have, with those above them in our ontology and SKOS."""
    own = {cls for t in vocabulary().tables.values() for cls in (t.target, *t.types.values())}
    ours = (PREFIXES["msk"], PREFIXES["skos"])
    return tuple(sorted(own | {above for cls in own for above in classes_above(cls) if above.startswith(ours)}))


def class_of(given: str) -> str:
    """Return the class (IRI) that a type's id names: by IRI, prefixed or local name. Raises ``Problem`` (400)."""
    known = classes()
    wanted = given.strip()
    for cls in (wanted, PREFIXES["msk"] + wanted.removeprefix("msk:"), class_iri(wanted.removeprefix("skos:"))):
        if cls in known:
            return cls
    raise Problem(400, f"There is no type {given[:100]}.", known=[shorten(cls) for cls in known])


@cache
def columns() -> Mapping[str, Column]:
    """Return the columns of all tables, each name once, in order of name."""
    return dict(sorted({c.name: c for table in vocabulary().tables.values() for c in table.columns}.items()))


def _column(given: object, place: str) -> str:
    name = _text(given, place)
    if name not in columns():
        raise Problem(400, f"{place}: there is no column {name[:100]}.", known=list(columns()))
    return name


def _value(value: object, place: str) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else _text(value, place)


def queries_of(text: str) -> dict[str, Asked]:
    """Return the questions of a batch by key. Raises ``Problem`` (400)."""
    batch = _object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise Problem(400, f"More than {MOST_QUERIES} queries at once.", most=MOST_QUERIES)
    return {key: _asked(query, key[:100]) for key, query in batch.items()}


def _asked(query: object, key: str) -> Asked:
    if not isinstance(query, dict):
        raise Problem(400, f"{key} must be a JSON object.")
    types = query.get("type")
    named = [types] if isinstance(types, str) else _list(types or [], f"{key}.type", MOST_COLUMNS)
    strict = query.get("type_strict", "any")
    if strict not in _STRICT:
        raise Problem(400, f"{key}.type_strict is one of: {', '.join(_STRICT)}.")
    most = query.get("limit", _USUAL)
    if isinstance(most, bool) or not isinstance(most, int | float) or not 1 <= most <= MOST_CANDIDATES:
        raise Problem(400, f"{key}.limit is a number from 1 to {MOST_CANDIDATES}.")
    values: dict[str, tuple[str, ...]] = {}
    for place, given in enumerate(_list(query.get("properties") or [], f"{key}.properties", MOST_COLUMNS)):
        where = f"{key}.properties[{place}]"
        if not isinstance(given, dict) or "pid" not in given or "v" not in given:
            raise Problem(400, f"{where} needs pid and v.")
        some = given["v"] if isinstance(given["v"], list) else [given["v"]]
        several = tuple(_value(value, f"{where}.v") for value in _list(some, f"{where}.v", MOST_COLUMNS))
        values[_column(given["pid"], f"{where}.pid")] = several
    text = _text(query.get("query", ""), f"{key}.query")
    if not text.strip() and not values:
        raise Problem(400, f"{key} needs query or properties.")
    wanted = tuple(class_of(_text(cls, f"{key}.type")) for cls in named if cls)
    if strict == "all" and len(wanted) > 1:
        # a thing has one class of a table: it is of all only if one of them is below the others
        wanted = tuple(cls for cls in wanted if classes_above(cls).issuperset(wanted)) or ("",)
    return Asked(Wanted(text, wanted, values, strict != "should"), int(most))


def extension_of(text: str) -> Extension:
    """Return which columns of which things are asked for. Raises ``Problem`` (400)."""
    given = _object(text, "extend")
    things = _list(given.get("ids"), "extend.ids", MOST_THINGS)
    named = _list(given.get("properties"), "extend.properties", MOST_COLUMNS)
    if not all(isinstance(entry, dict) and "id" in entry for entry in named):
        raise Problem(400, "Each of extend.properties needs an id.")
    return Extension(
        tuple(dict.fromkeys(_text(thing, "extend.ids") for thing in things)),
        tuple(dict.fromkeys(_column(entry["id"], "extend.properties") for entry in named)),
    )
