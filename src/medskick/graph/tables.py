"""Reading and writing a dataset's tables: CSV, forgiving of what Swedish Excel writes."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from medskick.graph.characters import unfit, without_unfit
from medskick.graph.dataset import LONGEST_ID, SLUG, Dataset, Row, dataset_name, slug_of
from medskick.graph.description import read_description
from medskick.graph.faults import Fault, closest, fault
from medskick.ontology import Table, Vocabulary
from medskick.words import SHIPPED, Lang

CELL_LIMIT = 100_000
FILE_LIMIT = 20_000_000


def read_dataset(folder: Path, vocabulary: Vocabulary) -> tuple[Dataset | None, list[Fault]]:
    """Read one dataset folder. Returns the dataset (``None`` if its description cannot be read) and all faults."""
    name = dataset_name(folder)
    faults: list[Fault] = []
    dataset = read_description(folder, name, faults)
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
            faults.extend(_check_characters(row, file))
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
