"""From facts to a published page: what it takes a planner, in commands, refused attempts and seconds.

    uv run python bench/joining.py

The facts of ``others.md`` are typed into a new workbook as a planner writes them (``joining.toml``), as a dataset
beside ``national`` alone. ``CORRECTIONS`` are what the messages of an attempt led to; each refused attempt is counted,
and what it said is printed.
"""

import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import openpyxl

from medskick.rooms import room

TYPED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CORRECTIONS: list[dict[tuple[str, int, str], str]] = [
    {
        ("Dialogtillfällen", 1, "Arrangör"): "Göteborgsregionen (GR)",
        ("Källor", 3, "Läst omfattning"): "avklippt",
        ("Källor", 4, "Läst omfattning"): "avklippt",
        ("Sammanhang", 3, "Faktor"): "rättsläge",
    },
]
"""For each attempt after the first: sheet, row of the dataset's own (from 1), heading, and what is typed there."""
_FIRST_ROW = 4


def fill_in(file: Path, changes: dict[tuple[str, int, str], str]) -> None:
    """Type cells into a workbook."""
    book = openpyxl.load_workbook(file)
    for (title, row, heading), text in changes.items():
        sheet = book[title]
        column = [cell.value for cell in sheet[1]].index(heading) + 1
        sheet.cell(_FIRST_ROW + row - 1, column, text)
    book.save(file)


def main() -> None:
    """Follow the page on joining with these facts; print what each command took."""
    commands = refused = 0
    start = time.monotonic()

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        nonlocal commands, refused
        commands += 1
        before = time.monotonic()
        program = Path(sys.executable).with_name("medskick")
        outcome = subprocess.run([program, *map(str, arguments), "--lang", "sv"], capture_output=True, text=True)
        refused += outcome.returncode != 0
        print(
            f"{time.monotonic() - before:5.1f} s  {outcome.returncode}  {' '.join(map(str, arguments[:1]))}", flush=True
        )
        if outcome.returncode:
            print(outcome.stderr)
        return outcome

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        book, mine, store = folder / "andra.xlsx", folder / "data" / "andra", folder / "store"
        run("new", "andra", "--place", "Andra regioner", "--publisher", "Region Exempel", "--base",
            "https://data.exempel.example/id/", "--refers", "national", "--language", "sv",
            "--folder", folder / "data", "--xlsx", book)  # fmt: skip
        typed = {
            (title, number, heading): text
            for title, rows in TYPED.items()
            for number, row in enumerate(rows, start=1)
            for heading, text in row.items()
        }
        for changes in (typed, *CORRECTIONS):
            fill_in(book, changes)
            if run("import", book, "--into", mine, "--apply").returncode == 0:
                break
        else:
            sys.exit("The last attempt was refused too.")
        there = ["--alone", "--data", folder / "data", "--data", room("graph") / "national"]
        run("check", *there)
        run("build", *there, "--store", store)
        run("publish", folder / "site", "--store", store)
        pages = list((folder / "site" / "sv" / "id" / "andra").glob("*.html"))
    seconds = time.monotonic() - start
    print(f"{len(typed)} cells, {commands} commands, {refused} refused, {seconds:.0f} s, {len(pages)} pages")


if __name__ == "__main__":
    main()
