"""What a dataset is: a folder with its description, ``dataset.toml``, and its tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from medskick.words import SHIPPED, Lang, Text

LINKS = "links/"
DRAFTS = "drafts/"
"""Before a draft's name: its graph is apart from those of the datasets, as a linkset's is."""
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
LONGEST_ID = 120
"""The longest id, in characters: it becomes a part of file names, which may have 255 bytes on most systems."""


@dataclass(frozen=True)
class Row:
    """One row of a table: its line in the file and its cells by header name (missing cells are empty)."""

    dataset: str
    table: str
    line: int
    cells: dict[str, str]

    @property
    def id(self) -> str:
        """The row's id within its dataset."""
        return self.cells.get("id", "")


@dataclass(frozen=True)
class Dataset:
    """A dataset as written: its name (the folder's), description, base IRI, datasets referred to, rows by table.

    ``issued`` is the day on which it was first published (empty: not told), ``modified`` that of its last change.
    ``languages`` are those of its texts (BCP 47), in the order of its columns.
    ``refers`` are the bases of the datasets it refers to, ``endpoints`` the SPARQL endpoints that are told of some.
    A ``draft`` (``state = "draft"``) is one that its owner still works on.
    A linkset stands in ``links/<a>-<b>``, is named so and ``joins`` two datasets; ``said_by`` tells whose word it is.
    ``unread`` are the tables that were not read whole, ``unread_ids`` the ids known to stand in rows that were not.
    """

    name: str
    folder: Path
    title: Text
    description: Text
    publisher: str
    licence: str
    version: str
    modified: str
    base: str
    issued: str = ""
    languages: tuple[Lang, ...] = SHIPPED
    refers: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    draft: bool = False
    joins: tuple[str, ...] = ()
    said_by: Text = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    unread_ids: set[str] = field(default_factory=set)

    def file(self, table: str) -> str:
        """Return how a table's file is named in messages."""
        return f"{self.name.removeprefix(DRAFTS)}/{table}.csv"

    @property
    def is_linkset(self) -> bool:
        """Tell whether it joins two datasets instead of telling of things of its own."""
        return self.name.startswith(LINKS)

    def all_rows(self) -> Iterator[Row]:
        """Yield the rows of all tables, tables in order of name."""
        for table in sorted(self.rows):
            yield from self.rows[table]


def slug_of(text: str) -> str:
    """Return a text as the ids write it: lower case, no diacritics, hyphens between words."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _holds_dataset(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    files = {path.suffix.lower() for path in folder.iterdir() if path.is_file()}
    return (folder / "dataset.toml").is_file() or not files.isdisjoint(_TABLES)


def find_datasets(folder: Path) -> list[Path]:
    """Return the dataset folders in a folder, with the linksets in ``links/``, or the folder itself if it is one."""
    if (folder / "dataset.toml").is_file():
        return [folder]
    links = folder / LINKS
    inside = sorted(f for f in (*folder.iterdir(), *(links.iterdir() if links.is_dir() else ())) if _holds_dataset(f))
    # a workbook beside the folder it is for makes no dataset of the folder around both
    if _holds_dataset(folder) and not any((one / "dataset.toml").is_file() for one in inside):
        return [folder]
    return inside


def dataset_name(folder: Path) -> str:
    """Return the name of the dataset in a folder: the folder's own, for a linkset with ``links/`` before it."""
    place = folder.resolve()
    return f"{LINKS}{place.name}" if place.parent.name == LINKS.rstrip("/") else place.name
