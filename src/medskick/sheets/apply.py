"""A proposal held to the check of a build, and written: the whole dataset at once or nothing of it."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from medskick.graph.dataset import Dataset, dataset_name
from medskick.graph.dataset_description import read_description
from medskick.graph.drafts import assemble_with_drafts
from medskick.graph.faults import Fault
from medskick.graph.folder import MAPPING
from medskick.graph.tables import write_table
from medskick.ontology import vocabulary
from medskick.sheets.answers import Answers
from medskick.sheets.propose import Proposal


def faults_of(proposal: Proposal, folder: Path, places: Mapping[str, Path]) -> list[Fault]:
    """Return what the check says of a dataset as it would be, each fault with the sheet and row that it comes from.

    ``folder`` is the dataset's, ``places`` the folders of all datasets by name. Checked with it are those that it
    refers to and those that refer to it, as they may refer to a row that goes.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        trial = Path(elsewhere) / folder.resolve().name
        trial.mkdir()
        _write_tables(proposal.after, trial)
        shutil.copyfile(folder / "dataset.toml", trial / "dataset.toml")
        assembled = assemble_with_drafts([trial, *_around(proposal.after, places)], alone=True)
    # what a draft lacks or has wrong stops nothing
    left = [replace(one, level="warning") for faults in assembled.drafts.values() for one in faults]
    return [_as_given(one, proposal) for one in (*assembled.faults, *left)]


def write_proposal(
    proposal: Proposal, folder: Path, answers: Answers, more: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Write a dataset as it would be, with the answers on its sheets and columns. Raises ``OSError``.

    ``more`` are the texts of further files by name.

    The new folder is made whole beside the old one and takes its place; until then the old one is untouched.
    """
    place = folder.resolve()
    draft, old = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
    for left_over in (draft, old):
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        shutil.copytree(place, draft)
        _write_tables(proposal.after, draft)
        if answers != Answers():
            (draft / MAPPING).write_text(answers.text(), encoding="utf-8", newline="")
        for name, text in more.items():
            (draft / name).write_text(text, encoding="utf-8", newline="")
        place.rename(old)
        try:
            draft.rename(place)
        except OSError:
            old.rename(place)
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _write_tables(dataset: Dataset, folder: Path) -> None:
    tables = vocabulary().tables
    for name, rows in dataset.rows.items():
        path = folder / f"{name}.csv"
        if rows or path.exists():
            text = write_table(tables[name], (dict(row.cells) for row in rows), dataset.languages)
            path.write_text(text, encoding="utf-8", newline="")


def _around(dataset: Dataset, places: Mapping[str, Path]) -> Iterator[Path]:
    """The folders of the datasets that a dataset refers to and that refer to it, with all that those refer to."""
    refers: dict[str, Iterable[str]] = {dataset.name: dataset.refers}
    for name, folder in places.items():
        if name != dataset.name:
            other, _ = read_description(folder, name, [])
            refers[name] = other.refers if other is not None else ()
    wanted = [name for name, named in refers.items() if dataset.name in named] + [*dataset.refers]
    needed: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in refers and name not in needed:
            needed.add(name)
            wanted += refers[name]
    yield from (places[name] for name in sorted(needed - {dataset.name}))


def _as_given(fault: Fault, proposal: Proposal) -> Fault:
    """A fault of a table's line, told of the sheet, row and heading that the line was read from."""
    name, _, file = fault.file.rpartition("/")
    table = file.removesuffix(".csv")
    place = proposal.places.get((table, fault.row))
    if name != proposal.after.name or place is None:
        return fault
    sheet, row = place
    heading = proposal.headings.get(table, {}).get(fault.column, fault.column)
    return replace(fault, file=sheet, row=row, column=heading)


def folder_of(into: str, places: Mapping[str, Path]) -> Path | None:
    """Return the folder of the dataset that is meant by a name or by a path to its folder, ``None`` for neither."""
    if into in places:
        return places[into]
    folder = Path(into)
    return folder if (folder / "dataset.toml").is_file() else None


def with_folder(places: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Return the folders of the datasets with one more, which takes the place of another of its name."""
    return {**places, dataset_name(folder): folder}
