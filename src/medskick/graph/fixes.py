"""The fixes that the check proposes, made in a copy of the tables until none is left; written only when asked to."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from medskick.graph.as_meant import as_meant, heading
from medskick.graph.assemble import Assembled, dataset_folders
from medskick.graph.csv_file import read_cells, with_cells
from medskick.graph.dataset import DRAFTS, Dataset, dataset_name
from medskick.graph.drafts import assemble_with_drafts
from medskick.graph.faults import Fault
from medskick.graph.index import Index
from medskick.graph.input_file import plain_bytes
from medskick.graph.tables import TableReader
from medskick.words import Lang

_ROUNDS = 6
"""What is mended may show the next fault in the same cell, or who refers to a mended id."""
_CHOICE = ("undeclared-language",)
"""Faults that tell of two ways out: which one is meant is for the curator."""
_OF_ID = ("no-id", "bad-id", "long-id")


@dataclass(frozen=True)
class Fix:
    """One cell mended: the ``fault`` for its place, the text that stood there and the one that takes its place."""

    fault: Fault
    before: str
    after: str

    def place(self, lang: Lang) -> str:
        """Return file, row and column in words."""
        return self.fault.place(lang)


@dataclass(frozen=True)
class Mended:
    """What the fixes give: each in order of place, the files as they would be, and what the check says of those."""

    fixes: list[Fix]
    files: Mapping[Path, bytes]
    after: Assembled


@dataclass
class _Trial:
    """A dataset's folder and the copy that is mended; ``renamed`` are its ids that were."""

    folder: Path
    copy: Path
    renamed: dict[str, str]


def mended(assembled: Assembled, data: Iterable[Path] = (), alone: bool = False) -> Mended:
    """Return what the fixes make of the datasets that were assembled from the same folders. Nothing there changes.

    Made is the fix of an error in a cell of a table or in a heading, where there is exactly one for that value.
    """
    folders = {dataset_name(folder): folder for folder in dataset_folders(data, alone)[0]}
    made: dict[tuple[str, int, str], Fix] = {}
    with tempfile.TemporaryDirectory() as elsewhere:
        trials: dict[str, _Trial] = {}
        for _ in range(_ROUNDS):
            new = _round(assembled, folders, trials, Path(elsewhere))
            if not new:
                break
            for fix in new:
                place = (fix.fault.file, fix.fault.row, fix.fault.column)
                made[place] = replace(fix, before=made[place].before) if place in made else fix
            copies = [trials[name].copy if name in trials else folder for name, folder in folders.items()]
            assembled = assemble_with_drafts(copies, alone=True)
        files = {
            trial.folder / path.name: path.read_bytes()
            for trial in trials.values()
            for path in sorted(trial.copy.glob("*.csv"))
            if path.read_bytes() != plain_bytes(trial.folder / path.name)
        }
    return Mended([made[place] for place in sorted(made)], files, assembled)


def _round(assembled: Assembled, folders: Mapping[str, Path], trials: dict[str, _Trial], elsewhere: Path) -> list[Fix]:
    """Mend what can be mended of what the check says now. Returns the fixes that were made."""
    by_file: dict[str, list[Fault]] = {}
    needed = [one for faults in assembled.drafts.values() for one in faults if one.level == "error"]
    for one in (*assembled.errors, *needed):
        if one.row and one.file.endswith(".csv") and one.code not in _CHOICE:
            by_file.setdefault(one.file, []).append(one)
    fixes: list[Fix] = []
    for file, faults in sorted(by_file.items()):
        name, _, table = file.removesuffix(".csv").rpartition("/")
        datasets = assembled.index.datasets
        dataset = datasets.get(name) or datasets.get(DRAFTS + name)
        if dataset is None or table not in assembled.index.vocabulary.tables or name not in folders:
            continue
        if name not in trials:
            copy = elsewhere / name
            shutil.copytree(folders[name], copy)
            trials[name] = _Trial(folders[name], copy, {})
        fixes += _in_table(dataset, table, faults, trials[name], assembled.index)
    return fixes


def _in_table(dataset: Dataset, table_name: str, faults: Iterable[Fault], trial: _Trial, index: Index) -> list[Fix]:
    table, path, unread = index.vocabulary.tables[table_name], trial.copy / f"{table_name}.csv", list[Fault]()
    rows, _, whole = read_cells(path, path.name, unread)
    if unread or not whole or not rows:
        return []
    written = [heading(name, table.header(dataset.languages)) for name in rows[0]]
    header = TableReader(dataset.name, table, dataset.languages).header(rows[0])
    taken = {row.id for row in dataset.all_rows()}
    texts: dict[tuple[int, int], str] = {}
    fixes: dict[tuple[int, int], Fix] = {}
    ambiguous = _ambiguous(faults)
    for one in faults:
        wanted = trial.renamed.get(one.found, one.fix) if one.code == "dangling" else one.fix
        columns = written if one.row == 1 else header
        if wanted is None or one in ambiguous or one.column not in columns or one.row > len(rows):
            continue
        at = (one.row, columns.index(one.column))
        before = texts.get(at, rows[at[0] - 1][at[1]] if at[1] < len(rows[at[0] - 1]) else "")
        column = None if one.row == 1 else table.column(one.column)
        several = column is not None and column.most is None
        meant = as_meant(column.kind, several, before.strip()) if column else before.strip()
        after = _with_fix(meant, one, wanted, several)
        if after is None or after == before or at[1] >= len(rows[at[0] - 1]):
            continue
        if one.code in _OF_ID:
            if after in taken:
                continue
            taken.add(after)
            trial.renamed[before.strip()] = after
        texts[at] = after
        fixes[at] = Fix(one, fixes[at].before if at in fixes else before, after)
    path.write_bytes(with_cells(path.read_bytes(), texts))
    return list(fixes.values())


def _ambiguous(faults: Iterable[Fault]) -> list[Fault]:
    """Those that propose different things for one value."""
    proposed: dict[tuple[int, str, str], set[str]] = {}
    listed = [one for one in faults if one.fix is not None]
    for one in listed:
        proposed.setdefault((one.row, one.column, one.found), set()).add(one.fix or "")
    return [one for one in listed if len(proposed[one.row, one.column, one.found]) > 1]


def _with_fix(meant: str, one: Fault, wanted: str, several: bool) -> str | None:
    """A cell with the fix in place of what was found, ``None`` where that does not stand there."""
    if one.code == "unfit-character" or one.row == 1 or meant == one.found:
        return wanted
    values = [value.strip() for value in meant.split(";")] if several else []
    if one.found not in values:
        return None
    return ";".join(wanted if value == one.found else value for value in values)
