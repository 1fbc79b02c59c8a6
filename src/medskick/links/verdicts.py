"""Proposals as a table that a person fills in, and what they said of them as rows of the table ``matches``."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from medskick.graph.dataset import Dataset
from medskick.graph.faults import Fault, Faulty, fault
from medskick.graph.index import Index
from medskick.graph.tables import write_table
from medskick.graph.whole_files import write_files
from medskick.links.proposals import Proposal
from medskick.links.sssom import Cells, iri_of, match_row, settled
from medskick.ontology import vocabulary
from medskick.sheets.filled_table import filled_rows, yes_or_no
from medskick.words import Lang

_COLUMNS = ("accept", "score", "because", "thing", "thing_name", "match", "other", "other_name", "said_by")
_NEEDED = ("accept", "thing", "match", "other", "said_by")


def as_table(proposals: Iterable[Proposal], dataset: Dataset, index: Index, lang: Lang) -> str:
    """Return proposals as CSV: the column ``accept`` is for a person's yes or no."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in proposals:
        reference = index.reference(dataset.name, one.own.iri)
        writer.writerow(
            [
                "", f"{one.score:g}", one.because(lang), reference, one.own.names[0], "exact", one.other.iri,
                one.other.names[0], dataset.publisher,
            ]
        )  # fmt: skip
    return out.getvalue()


def from_table(path: Path, dataset: Dataset, index: Index) -> list[Cells]:
    """Return the rows that a filled-in table of proposals gives: a yes is a match, a no a denied one.

    Those without an answer are left out. Raises ``Faulty`` with all that is wrong.
    """
    _, table = filled_rows(path, _NEEDED)
    rows: list[Cells] = []
    faults: list[Fault] = []
    kinds = vocabulary().schemes["match-kind"]
    for line, cells in table:
        if not cells["accept"]:
            continue
        answer = yes_or_no(cells["accept"])
        if answer is None:
            faults.append(fault("link-accept", path.name, row=line, column="accept", found=cells["accept"]))
        elif cells["match"] not in kinds:
            known = ", ".join(kinds)
            faults.append(fault("link-kind", path.name, row=line, column="match", found=cells["match"], known=known))
        elif iri_of(cells["thing"], dataset, index) not in index.by_iri:
            faults.append(fault("link-thing", path.name, row=line, column="thing", found=cells["thing"]))
        else:
            rows.append(
                match_row(
                    cells["thing"], cells["match"], cells["other"],
                    other_name=cells.get("other_name", ""),
                    denied="" if answer else "yes",
                    justification="mapping-review",
                    said_by=cells["said_by"],
                )
            )  # fmt: skip
    if faults:
        raise Faulty(faults)
    return rows


def add(folder: Path, dataset: Dataset, index: Index, rows: Sequence[Cells]) -> int:
    """Add rows to a dataset's table ``matches``; a pair of which something is said there stays as it is.

    Returns how many were added. The file is replaced at once. Raises ``OSError``.
    """
    said = settled(dataset, index)
    taken = set(index.rows[dataset.name])
    added: list[Cells] = []
    for cells in rows:
        pair = (iri_of(cells["thing"], dataset, index), cells["other"])
        if pair in said:
            continue
        said.add(pair)
        row_id, number = cells["id"], 2
        while row_id in taken:
            row_id, number = f"{cells['id']}-{number}", number + 1
        taken.add(row_id)
        added.append({**cells, "id": row_id})
    if added:
        whole = [row.cells for row in dataset.rows.get("matches", [])] + added
        text = write_table(vocabulary().tables["matches"], whole, dataset.languages)
        write_files({folder / "matches.csv": text.encode()})
    return len(added)
