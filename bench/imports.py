"""What reading a workbook into a dataset costs, and what is lost on the way out and back.

    uv run python bench/imports.py [--rows 10000]

Two workbooks: one of invented meetings, as many as are asked for, imported by the command; and each dataset that
ships, exported and read back in both languages, its cells compared.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import own_dataset
from medskick.graph.dataset_description import read_description
from medskick.rooms import room
from medskick.sheets.answers import Answers
from medskick.sheets.loading import index_of, whole_dataset
from medskick.sheets.propose import propose
from medskick.sheets.read import read_book
from medskick.sheets.write import workbook
from medskick.words import SHIPPED


def many_rows(folder: Path, count: int) -> Path:
    """Return a workbook with so many meetings, a date in prose in each."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("events")
    sheet.append(["id", "label_sv", "label_en", "form", "process", "date", "basis", "sources"])
    for n in range(count):
        day = f"{n % 28 + 1} mars {2015 + n % 10}"
        sheet.append(
            [f"mote-{n}", f"Möte {n}", f"Meeting {n}", "möte", "Regionplan", day, "stated", "Samrådsredogörelse"]
        )
    book.save(folder / "many.xlsx")
    return folder / "many.xlsx"


def timed(*arguments: object) -> tuple[float, float]:
    """Run the command; return its seconds and the most memory that it took, in MB."""
    start = time.monotonic()
    subprocess.run([Path(sys.executable).with_name("medskick"), *map(str, arguments)], check=True, capture_output=True)
    return time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def round_trip(folder: Path, lang: str) -> tuple[int, int]:
    """Export a dataset and read it back; return how many filled cells it has and how many differ."""
    dataset = whole_dataset(folder)
    index = index_of(dataset)
    raw = workbook(index, dataset, lang)
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "book.xlsx").write_bytes(raw)
        read = propose(read_book(Path(place) / "book.xlsx"), index, dataset, Answers(), lang, whole=True)
    cells = sum(len(row.cells) for row in dataset.all_rows())
    return cells, sum(max(len(change.cells), 1) for change in read.changes) + len(read.faults)


def main() -> None:
    """Print both as tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        dataset = own_dataset.write(Path(place))
        book = many_rows(Path(place), options.rows)
        for what, more in (("shown", []), ("written with --apply", ["--apply"])):
            seconds, memory = timed("import", book, "--into", dataset, *more)
            print(f"| {options.rows:,} rows, {what} | {seconds:.1f} s | {memory:.0f} MB |", flush=True)
    total = differing = 0
    for toml in sorted(room("graph").glob("*/dataset.toml")):
        if (read_description(toml.parent, toml.parent.name, [])[0]) is None:
            continue
        for lang in SHIPPED:
            cells, differences = round_trip(toml.parent, lang)
            total, differing = total + cells, differing + differences
            print(f"| {toml.parent.name}, {lang} | {cells:,} | {differences} |", flush=True)
    print(f"| all | {total:,} | {differing} |")


if __name__ == "__main__":
    main()
