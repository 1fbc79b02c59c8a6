"""Reading and writing a dataset's tables: CSV, forgiving of what people's programs write."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from medskick.graph.as_meant import as_meant, heading, time_of_day
from medskick.graph.characters import unfit, without_unfit
from medskick.graph.csv_file import read_cells
from medskick.graph.dataset import LONGEST_ID, SLUG, Dataset, Row, dataset_name, slug_of
from medskick.graph.dataset_description import read_description
from medskick.graph.faults import Fault, closest, fault
from medskick.graph.folder import other_files
from medskick.graph.plausible import implausible
from medskick.ontology import Table, Vocabulary
from medskick.words import SHIPPED, Lang


def read_dataset(folder: Path, vocabulary: Vocabulary) -> tuple[Dataset | None, list[Fault]]:
    """Read one dataset folder. Returns the dataset (``None`` if its description cannot be read) and all faults."""
    name = dataset_name(folder)
    faults: list[Fault] = []
    dataset, langs = read_description(folder, name, faults)
    known = vocabulary.tables
    for fault_of_file, meant in other_files(folder, name, known):
        faults.append(fault_of_file)
        if dataset is not None and meant:
            dataset.unread.add(meant)
    for table_name, table in sorted(known.items()):
        path = folder / f"{table_name}.csv"
        if not (path.exists() or path.is_symlink()):
            continue
        reader = TableReader(name, table, langs)
        rows = reader.read(path)
        faults += reader.faults
        if dataset is not None:
            dataset.rows[table_name] = rows
            dataset.unread_ids.update(reader.unread_ids)
            if not reader.whole:
                dataset.unread.add(table_name)
    if dataset is not None:
        faults.extend(_duplicates(dataset))
        faults.extend(_withdrawn(dataset))
        faults.extend(implausible(dataset, known))
        if not any(f.level == "error" for f in faults) and not any(dataset.rows.values()):
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


class TableReader:
    """Reads one table, collecting its ``faults``.

    A fault does not hide the others: the rest is read as if it were mended. ``whole`` tells whether all rows were read;
    of those that were not, ``unread_ids`` are the ids that are known.
    """

    def __init__(self, dataset: str, table: Table, langs: Sequence[Lang]) -> None:
        self.dataset, self.table, self.langs = dataset, table, langs
        self.file = f"{dataset}/{table.name}.csv"
        self.faults: list[Fault] = []
        self.whole = True
        self.unread_ids: set[str] = set()
        # by column: its first cell with a time of day, and how many there are
        self._times: dict[str, tuple[int, str, int]] = {}

    def _fault(self, code: str, row: int = 0, column: str = "", **values: Any) -> None:
        self.faults.append(fault(code, self.file, row=row, column=column, **values))

    def read(self, path: Path) -> list[Row]:
        """Return the rows of the table's file."""
        lines, delimiter, self.whole = read_cells(path, self.file, self.faults)
        if not lines or not any(cell.strip() for cell in lines[0]):
            if self.whole:
                self._fault("no-header", columns=", ".join(self.table.header(self.langs)))
            self.whole = False
            return []
        header = self.header(lines[0])
        rows = []
        for number, cells in enumerate(lines[1:], start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(header) :]):
                self._fault("too-many-cells", number, found=str(len(cells)), count=len(header), delimiter=delimiter)
                self.unread_ids |= {cell for head, cell in zip(header, cells, strict=False) if head == "id"}
                continue
            # a row may end before its last cells: spreadsheets leave out what is empty
            rows.append(self._row(number, dict(zip(header, cells, strict=False))))
        needed = {"id", *(["type"] if self.table.typed else [])}
        if not needed <= set(header):
            self.whole = False
            self.unread_ids |= {row.id for row in rows}
            return []
        for row in rows:
            self.faults.extend(_check_id(row, self.langs, self.file))
            self.faults.extend(_check_characters(row, self.file))
            if not SLUG.fullmatch(row.id):
                self.unread_ids |= {row.id, slug_of(row.id)}
        for column, (number, cell, count) in self._times.items():
            self._fault("time-of-day", number, column, found=cell, count=count, level="warning")
        return rows

    def _row(self, number: int, cells: dict[str, str]) -> Row:
        meant = {}
        for head, cell in cells.items():
            column, text = self.table.column(head), cell.strip()
            if head and text and column:
                first, shown, count = self._times.get(head, (number, text, 0))
                if time_of_day(column.kind, text):
                    self._times[head] = (first, shown, count + 1)
                text = as_meant(column.kind, column.most is None, text)
            if head and text:
                meant[head] = text
        return Row(self.dataset, self.table.name, number, meant)

    def header(self, written: list[str]) -> list[str]:
        """Check the headings. Returns them as they are meant; empty where a column is left out."""
        known = self.table.header(self.langs)
        header = [heading(name, known) for name in written]
        while header and not header[-1]:
            header.pop()
        meant: list[str] = []
        for name in header:
            if name in known and name in meant:
                self._fault("double-column", 1, name)
                meant.append("")
            elif name in known:
                meant.append(name)
            else:
                meant.append(self._unknown(name, [k for k in known if k not in header and k not in meant]))
        required = ["id"] + (["type"] if self.table.typed else [])
        # of a text one language is enough
        for column in self.table.columns:
            if column.required and not set(column.headers(self.langs)) & set(meant):
                required.append(column.headers(self.langs)[0])
        for name in required:
            if name not in meant:
                self._fault("missing-column", 1, name)
        return meant

    def _unknown(self, name: str, missing: list[str]) -> str:
        """Tell of a heading that is not known. Returns the one that it most likely is, empty if none is near."""
        column = self.table.column(name)
        if column is not None and (tag := column.language(name)):
            near = next((h for h in column.headers(self.langs) if h in missing), None)
            spoken = ", ".join(self.langs)
            self._fault("undeclared-language", 1, name, fix=near, tag=tag, languages=spoken)
        else:
            near = closest(name, missing)
            self._fault("unknown-column", 1, name, fix=near, columns=", ".join(self.table.header(self.langs)))
        return near or ""


def _check_id(row: Row, langs: Sequence[Lang], file: str) -> Iterable[Fault]:
    if not row.id:
        label = next((row.cells[f"label_{lang}"] for lang in langs if f"label_{lang}" in row.cells), "")
        yield fault("no-id", file, row=row.line, column="id", fix=slug_of(label) or None)
    elif not SLUG.fullmatch(row.id):
        yield fault("bad-id", file, row=row.line, column="id", found=row.id, fix=slug_of(row.id) or None)
    elif len(row.id) > LONGEST_ID:
        short = row.id[:LONGEST_ID].rpartition("-")[0] or row.id[:LONGEST_ID]
        yield fault("long-id", file, row=row.line, column="id", found=row.id, fix=short, limit=LONGEST_ID)


def _check_characters(row: Row, file: str) -> Iterable[Fault]:
    for column, cell in row.cells.items():
        if bad := unfit(cell):
            yield fault("unfit-character", file, row=row.line, column=column, found=bad, fix=without_unfit(cell))


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
