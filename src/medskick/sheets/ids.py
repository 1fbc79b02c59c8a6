"""Ids for rows that have none yet, from their names: the same rows always get the same ids."""

from collections.abc import Iterable, Mapping, MutableMapping

from medskick.graph.dataset import LONGEST_ID, slug_of
from medskick.sheets.wording import plain, row_names

_OF_PARTS = {
    "participations": ("actor", "role", "activity"),
    "relations": ("from", "type", "to"),
    "citations": ("about", "source", "field"),
}
"""Tables whose rows have no name: what an id is put together from."""


def has_name(cells: Mapping[str, str]) -> bool:
    """Tell whether a row has a name to make an id from."""
    return bool(row_names(cells))


def id_of(table: str, cells: Mapping[str, str], processes: Mapping[str, str]) -> str:
    """Return the id of a row by its name, or by what it relates; a phase's begins with that of its process.

    ``processes`` are the ids of the processes by name. Empty where there is nothing to make one from.
    """
    names = row_names(cells)
    text = names.get("sv") or next((names[tag] for tag in sorted(names)), "")
    if not text:
        parts = [cells.get(column, "").partition(";")[0].rpartition(":")[2] for column in _OF_PARTS.get(table, ())]
        text = " ".join(part for part in parts if part)
    elif table == "phases" and (process := cells.get("process", "")):
        text = f"{processes.get(plain(process), process)} {text}"
    slug = slug_of(text)
    return slug if len(slug) <= LONGEST_ID else slug[:LONGEST_ID].rpartition("-")[0]


def name_rows(
    table: str, rows: Iterable[MutableMapping[str, str]], taken: MutableMapping[str, str], processes: Mapping[str, str]
) -> None:
    """Give an id to each row that has none. ``taken`` are the ids in use, each with its table; it gets the new ones."""
    here: set[str] = set()
    for cells in rows:
        if cells.get("id"):
            continue
        made = id_of(table, cells, processes)
        number = 1
        # an id of another table, or of a row met before, gets a number; a row of this table is the same row again
        numbered = made
        while made and (numbered in here or taken.get(numbered, table) != table):
            number += 1
            numbered = f"{made}-{number}"
        if numbered:
            cells["id"] = numbered
            here.add(numbered)
            taken.setdefault(numbered, table)
