"""Reviewing what would change in a dataset, row by row: a table of changes that a person decides on, with reasons.

What was decided is kept in the dataset's folder. A change that was rejected says so when it is proposed again.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medskick.graph.dataset import Dataset, Row
from medskick.graph.faults import Fault, Faulty, fault
from medskick.graph.folder import REVIEWED
from medskick.sheets.filled_table import filled_rows, yes_or_no
from medskick.sheets.propose import Change
from medskick.words import Lang, say

_COLUMNS = ("accept", "reason", "earlier", "change", "table", "id", "name", "what", "mark")
_KEPT = ("decision", "reason", "change", "table", "id", "mark")
_NEEDED = ("accept", "reason", "mark")


@dataclass(frozen=True)
class Decision:
    """What was decided on a change, by its mark: whether it is accepted, and why."""

    accepted: bool
    reason: str
    change: str
    table: str
    id: str
    mark: str


def mark_of(change: Change) -> str:
    """Return what names a change: another one of the same row has another mark."""
    said = json.dumps([change.kind, change.table, change.id, change.cells], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def earlier(folder: Path) -> dict[str, Decision]:
    """Return the decisions kept in a dataset's folder, by mark. Raises ``Faulty`` where they cannot be read."""
    path = folder / REVIEWED
    if not path.is_file():
        return {}
    kept = (cells for _, cells in filled_rows(path, _KEPT)[1])
    decisions = (
        Decision(c["decision"] == "yes", c["reason"], c["change"], c["table"], c["id"], c["mark"]) for c in kept
    )
    return {one.mark: one for one in decisions}


def rejected(change: Change, decided: Mapping[str, Decision], lang: Lang) -> str:
    """Return in words that a change was rejected earlier, and why; empty where it was not."""
    before = decided.get(mark_of(change))
    return "" if before is None or before.accepted else say("sheet.review-rejected", lang, reason=before.reason)


def as_table(changes: Iterable[Change], decided: Mapping[str, Decision], lang: Lang) -> str:
    """Return changes as CSV, a row each: ``accept`` and ``reason`` are for a person."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in changes:
        cells = [f"{column}: {was or '–'} → {becomes or '–'}" for column, was, becomes in one.cells]
        writer.writerow(
            [
                "",
                "",
                rejected(one, decided, lang),
                one.kind,
                one.table,
                one.id,
                one.name,
                "\n".join(cells),
                mark_of(one),
            ]
        )
    return out.getvalue()


def decisions(path: Path, changes: Iterable[Change]) -> list[Decision]:
    """Return what a filled-in table decides; changes without an answer are left out.

    Raises ``Faulty`` with all that is wrong: an answer that is neither yes nor no, a no without a reason, a change
    that is not proposed (any more).
    """
    proposed = {mark_of(one): one for one in changes}
    faults: list[Fault] = []
    made: list[Decision] = []
    for line, cells in filled_rows(path, _NEEDED)[1]:
        answer, change = yes_or_no(cells["accept"]), proposed.get(cells["mark"])
        if not cells["accept"]:
            continue
        if answer is None:
            faults.append(fault("link-accept", path.name, row=line, column="accept", found=cells["accept"]))
        elif change is None:
            faults.append(fault("review-gone", path.name, row=line, column="mark", found=cells["mark"]))
        elif not answer and not cells["reason"]:
            faults.append(fault("review-reason", path.name, row=line, column="reason"))
        else:
            mine = Decision(answer, cells["reason"], change.kind, change.table, change.id, cells["mark"])
            made.append(mine)
    if faults:
        raise Faulty(faults)
    return made


def kept_text(before: Mapping[str, Decision], new: Sequence[Decision]) -> str:
    """Return the decisions as the file in a dataset's folder has them: a later one on a change replaces the earlier."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_KEPT)
    together = {**before, **{one.mark: one for one in new}}
    for one in sorted(together.values(), key=lambda one: (one.table, one.id, one.mark)):
        decision = "yes" if one.accepted else "no"
        writer.writerow([decision, one.reason, one.change, one.table, one.id, one.mark])
    return out.getvalue()


def without(before: Dataset, after: Dataset, changes: Iterable[Change]) -> Dataset:
    """Return a dataset as it would be after all but these changes: their rows are as they were before."""
    undone: dict[str, set[str]] = {}
    for one in changes:
        undone.setdefault(one.table, set()).add(one.id)
    rows = dict(after.rows)
    for table, ids in undone.items():
        old = [row for row in before.rows.get(table, []) if row.id in ids]
        cells = [row.cells for row in (*(r for r in after.rows.get(table, []) if r.id not in ids), *old)]
        cells.sort(key=lambda one: one.get("id", ""))
        rows[table] = [Row(after.name, table, line, one) for line, one in enumerate(cells, start=2)]
    return replace(after, rows=rows)
