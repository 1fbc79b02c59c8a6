"""The files of a dataset's folder that are not read: each is named, so that nothing is dropped in silence."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from medskick.graph.faults import Fault, closest, fault

MAPPING = "import.toml"
"""The file that keeps which sheets and columns of a file were said to be which."""
METADATA = "csv-metadata.json"
"""The name under which validators of CSV on the Web look for a description beside a table."""
REVIEWED = "review.csv"
"""The file in a dataset's folder that keeps what was decided on changes of its rows."""
TABLE_LIKE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".numbers")
# what programs leave behind, and what explains a folder to its readers
_OTHER = re.compile(r"\..*|~.*|thumbs\.db|desktop\.ini|(?:readme|licen[cs]e|changelog|contributing)(?:\..*)?", re.I)


def other_files(folder: Path, name: str, known: Collection[str]) -> Iterator[tuple[Fault, str]]:
    """Yield a fault for each file in a dataset's folder that is not read, and the table that it seems to be, or ``""``.

    ``known`` are the names of the tables. What looks like a table is an error, anything else a warning.
    """
    read = {"dataset.toml", MAPPING, METADATA, REVIEWED, *(f"{table}.csv" for table in known)}
    for path in sorted(folder.iterdir()):
        if path.name in read or _OTHER.fullmatch(path.name):
            continue
        file = f"{name}/{path.name}"
        stem = path.name.partition(".")[0].casefold()
        if path.is_dir():
            if any(inside.suffix.lower() in TABLE_LIKE for inside in path.iterdir()):
                yield fault("unread-folder", file, level="warning"), ""
        elif path.suffix == ".csv" and stem not in known:
            near = closest(stem, known)
            yield fault("unknown-table", file, fix=f"{near}.csv" if near else None, tables=", ".join(known)), near or ""
        elif stem in known:
            yield fault("unread-table", file, fix=f"{stem}.csv"), stem
        elif path.suffix.lower() in TABLE_LIKE:
            yield fault("unread-table", file), ""
        else:
            yield fault("unread-file", file, level="warning"), ""
