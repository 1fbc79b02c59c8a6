"""What a dataset is: a folder with ``dataset.toml``, which tells its name, languages, publisher, base and licence."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from medskick.graph.faults import Fault, fault
from medskick.ontology import THINGS
from medskick.words import SHIPPED, Lang, Text, is_tag

LINKS = "links/"
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXT_META, _LINK_TEXT_META = ("title",), ("said_by",)
_REQUIRED_META = ("publisher", "licence", "version", "modified", "base")


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

    ``languages`` are those of its texts (BCP 47), in the order of its columns.
    A linkset stands in ``links/<a>-<b>``, is named so and ``joins`` two datasets; ``said_by`` tells whose word it is.
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
    languages: tuple[Lang, ...] = SHIPPED
    refers: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    joins: tuple[str, ...] = ()
    said_by: Text = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def file(self, table: str) -> str:
        """Return how a table's file is named in messages."""
        return f"{self.name}/{table}.csv"

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
    return folder.is_dir() and ((folder / "dataset.toml").is_file() or any(folder.glob("*.csv")))


def find_datasets(folder: Path) -> list[Path]:
    """Return the dataset folders in a folder, with the linksets in ``links/``, or the folder itself if it is one."""
    if _holds_dataset(folder):
        return [folder]
    links = folder / LINKS
    return sorted(f for f in (*folder.iterdir(), *(links.iterdir() if links.is_dir() else ())) if _holds_dataset(f))


def dataset_name(folder: Path) -> str:
    """Return the name of the dataset in a folder: the folder's own, for a linkset with ``links/`` before it."""
    place = folder.resolve()
    return f"{LINKS}{place.name}" if place.parent.name == LINKS.rstrip("/") else place.name


def read_description(folder: Path, name: str, faults: list[Fault]) -> Dataset | None:
    """Return a dataset without its rows, ``None`` where its description cannot be used; ``faults`` gets all faults."""
    path, file = folder / "dataset.toml", f"{name}/dataset.toml"
    own = name.removeprefix(LINKS)
    if not SLUG.fullmatch(own):
        faults.append(fault("dataset-name", name, found=own, fix=slug_of(own) or None))
    if not path.is_file():
        faults.append(fault("no-description", file))
        return None
    try:
        meta = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(fault("broken-description", file, found=str(error)))
        return None
    complete = True
    linkset = name.startswith(LINKS)
    langs = meta.get("languages", list(SHIPPED))
    if not isinstance(langs, list) or not langs or not all(isinstance(tag, str) and is_tag(tag) for tag in langs):
        complete = False
        faults.append(fault("description-languages", file, column="languages", found=str(langs)))
        langs = []
    texts = [f"{key}_{lang}" for key in (*_TEXT_META, *(_LINK_TEXT_META if linkset else ())) for lang in langs]
    for key in (*texts, *_REQUIRED_META):
        if not isinstance(meta.get(key), str) or not meta[key].strip():
            complete = False
            faults.append(
                fault("description-key", file, column=key, found=str(meta.get(key, "")), base=f"{THINGS}{name}/")
            )
    refers = meta.get("refers", {})
    if not isinstance(refers, dict) or not all(isinstance(v, str) for v in refers.values()):
        complete = False
        faults.append(fault("description-refers", file, column="refers", found=str(refers)))
    withdrawn = meta.get("withdrawn", {})
    if not isinstance(withdrawn, dict) or not all(
        SLUG.fullmatch(k) and isinstance(v, str) for k, v in withdrawn.items()
    ):
        complete = False
        faults.append(fault("description-withdrawn", file, column="withdrawn", found=str(withdrawn)))
    joins = meta.get("joins", [])
    if linkset and (not isinstance(joins, list) or len(joins) != 2 or not all(j in refers for j in joins)):
        complete = False
        faults.append(fault("link-joins", file, column="joins", found=str(joins) if joins else ""))
    if not complete:
        return None
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", meta["licence"]):
        faults.append(fault("description-licence", file, column="licence", found=meta["licence"]))
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", meta["modified"]):
        faults.append(fault("description-modified", file, column="modified", found=meta["modified"]))
        return None
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+[/#]", meta["base"]):
        faults.append(fault("description-base", file, column="base", found=meta["base"], fix=f"{THINGS}{name}/"))
        return None
    return Dataset(
        name=name,
        folder=folder,
        title={lang: meta[f"title_{lang}"] for lang in langs},
        description={lang: str(meta[f"description_{lang}"]) for lang in langs if meta.get(f"description_{lang}")},
        publisher=meta["publisher"],
        licence=meta["licence"],
        version=meta["version"],
        modified=meta["modified"],
        base=meta["base"],
        languages=tuple(dict.fromkeys(langs)),
        refers=dict(sorted(refers.items())),
        withdrawn=dict(sorted(withdrawn.items())),
        joins=tuple(joins),
        said_by={lang: meta[f"said_by_{lang}"] for lang in langs} if linkset else {},
    )
