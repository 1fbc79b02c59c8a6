"""Reading and writing a dataset: ``dataset.toml`` and its CSV tables, forgiving of what Swedish Excel writes."""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medskick.graph.faults import Fault, closest, fault
from medskick.ontology import THINGS, Table, Vocabulary
from medskick.words import SHIPPED, Lang, Text, is_tag

CELL_LIMIT = 100_000
FILE_LIMIT = 20_000_000
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


def read_dataset(folder: Path, vocabulary: Vocabulary) -> tuple[Dataset | None, list[Fault]]:
    """Read one dataset folder. Returns the dataset (``None`` if its description cannot be read) and all faults."""
    name = dataset_name(folder)
    faults: list[Fault] = []
    dataset = _read_description(folder, name, faults)
    known = vocabulary.tables
    for path in sorted(folder.iterdir()):
        if path.suffix != ".csv" or not path.is_file():
            continue
        table = known.get(path.stem)
        if table is None:
            near = closest(path.stem, known)
            faults.append(
                fault(
                    "unknown-table",
                    f"{name}/{path.name}",
                    fix=f"{near}.csv" if near else None,
                    tables=", ".join(known),
                )
            )
            continue
        rows = list(_read_table(path, name, table, dataset.languages if dataset else SHIPPED, faults))
        if dataset is not None:
            dataset.rows[table.name] = rows
    if dataset is not None:
        faults.extend(_duplicates(dataset))
        faults.extend(_withdrawn(dataset))
        if not faults and not any(dataset.rows.values()):
            faults.append(fault("empty-dataset", name))
    return dataset, faults


def _withdrawn(dataset: Dataset) -> Iterator[Fault]:
    """Faults of names taken out of use: one that a row still has, or that was merged into a row that is not there."""
    ids = {row.id for row in dataset.all_rows()}
    file = f"{dataset.name}/dataset.toml"
    for name, into in dataset.withdrawn.items():
        if name in ids:
            yield fault("withdrawn-but-there", file, column="withdrawn", found=name)
        if into and into not in ids:
            yield fault("withdrawn-into-nothing", file, column="withdrawn", found=into, fix=closest(into, ids))


def _read_description(folder: Path, name: str, faults: list[Fault]) -> Dataset | None:
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


def _decode(path: Path, file: str, faults: list[Fault]) -> str | None:
    if path.stat().st_size > FILE_LIMIT:
        faults.append(fault("file-too-large", file, found=f"{path.stat().st_size:,}", limit=f"{FILE_LIMIT:,}"))
        return None
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        around = raw[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        faults.append(fault("encoding", file, row=line, found=around))
        return None


def _read_table(path: Path, dataset: str, table: Table, langs: Sequence[Lang], faults: list[Fault]) -> Iterator[Row]:
    file = f"{dataset}/{path.name}"
    text = _decode(path, file, faults)
    if text is None:
        return
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    last = 0
    try:
        for cells in reader:
            # a quoted cell may span lines: the row is counted as a spreadsheet does
            last += 1
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _check_header(header, table, langs, file, faults):
                    return
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                faults.append(
                    fault(
                        "too-many-cells",
                        file,
                        row=last,
                        found=str(len(cells)),
                        count=len(header),
                        delimiter=delimiter,
                    )
                )
                continue
            if len(cells) < len(header):
                faults.append(fault("too-few-cells", file, row=last, found=str(len(cells)), count=len(header)))
                continue
            row = Row(
                dataset,
                table.name,
                last,
                {h: c.strip() for h, c in zip(header, cells, strict=False) if c.strip()},
            )
            faults.extend(_check_id(row, langs, file))
            yield row
    except csv.Error as error:
        if "field larger" in str(error):
            faults.append(fault("cell-too-large", file, row=last + 1, limit=f"{CELL_LIMIT:,}"))
        else:
            faults.append(fault("broken-csv", file, row=last + 1, found=str(error)))
    if header is None:
        faults.append(fault("no-header", file, columns=", ".join(table.header(langs))))


def _check_header(header: list[str], table: Table, langs: Sequence[Lang], file: str, faults: list[Fault]) -> bool:
    good = True
    known = table.header(langs)
    for name in header:
        if name not in known:
            good = False
            missing = [k for k in known if k not in header]
            column = table.column(name)
            if column is not None and (tag := column.language(name)):
                near = next((h for h in column.headers(langs) if h in missing), None)
                spoken = ", ".join(langs)
                faults.append(
                    fault("undeclared-language", file, row=1, column=name, fix=near, tag=tag, languages=spoken)
                )
                continue
            faults.append(
                fault(
                    "unknown-column",
                    file,
                    row=1,
                    column=name,
                    fix=closest(name, missing),
                    columns=", ".join(known),
                )
            )
        elif header.count(name) > 1:
            good = False
            faults.append(fault("double-column", file, row=1, column=name))
    required = ["id"] + (["type"] if table.typed else [])
    # of a text one language is enough
    required += [c.headers(langs)[0] for c in table.columns if c.required and not set(c.headers(langs)) & set(header)]
    for name in required:
        if name not in header:
            good = False
            faults.append(fault("missing-column", file, row=1, column=name))
    return good


def _check_id(row: Row, langs: Sequence[Lang], file: str) -> Iterable[Fault]:
    if not row.id:
        label = next((row.cells[f"label_{lang}"] for lang in langs if f"label_{lang}" in row.cells), "")
        yield fault("no-id", file, row=row.line, column="id", fix=slug_of(label) or None)
    elif not SLUG.fullmatch(row.id):
        yield fault("bad-id", file, row=row.line, column="id", found=row.id, fix=slug_of(row.id) or None)


def _duplicates(dataset: Dataset) -> Iterable[Fault]:
    seen: dict[str, Row] = {}
    for row in dataset.all_rows():
        if not row.id:
            continue
        if row.id in seen:
            other = seen[row.id]
            yield fault(
                "duplicate-id", dataset.file(row.table), row=row.line, column="id", found=row.id,
                other=dataset.file(other.table), line=other.line,
            )  # fmt: skip
        else:
            seen[row.id] = row


def write_table(table: Table, rows: Iterable[dict[str, str]], langs: Sequence[Lang] = SHIPPED) -> str:
    """Return a table as CSV text in its canonical form: all columns, rows in order of id, values in a cell sorted.

    ``langs`` are the dataset's languages.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    header = table.header(langs)
    writer.writerow(header)
    several = {c.name for c in table.columns if c.most is None and c.kind != "text"}
    for cells in sorted(rows, key=lambda cells: cells.get("id", "")):
        writer.writerow([";".join(split(cells.get(h, ""))) if h in several else cells.get(h, "") for h in header])
    return out.getvalue()


def split(cell: str) -> list[str]:
    """Return the values of a cell, sorted, each once, blanks left out."""
    return sorted({value.strip() for value in cell.split(";")} - {""})
