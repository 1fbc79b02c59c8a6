"""Drafts: datasets that their owners still work on. Their faults are a list of what is left to do, and stop nothing.

A draft is held to everything that a dataset is held to, beside the datasets that it refers to. What can be read of it
stands in graphs of its own, ``…/graph/drafts/<name>``, which no question asks unless it names them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.assemble import Assembled, Progress, assemble, dataset_folders, is_draft
from medskick.graph.build import statements
from medskick.graph.check import rule_faults, shape_faults
from medskick.graph.dataset import DRAFTS, SLUG, Dataset, Row
from medskick.graph.dataset_description import overlap
from medskick.graph.faults import Fault, fault, ordered
from medskick.graph.index import Index, dataset_graph
from medskick.graph.link import refers_faults
from medskick.graph.privacy import personal_data
from medskick.graph.rules import Derivation
from medskick.graph.tables import read_dataset


def assemble_with_drafts(
    data: Iterable[Path] = (), alone: bool = False, progress: Progress = lambda _step: None
) -> Assembled:
    """Assemble the datasets, then each draft beside them, with what is left to do in it. Never raises, see ``faults``.

    The faults of the datasets are those that they have without any draft.
    """
    given = list(data)
    assembled = assemble(given, alone, progress)
    left: dict[str, list[Fault]] = {}
    index, loaded = assembled.index, dict(assembled.index.datasets)
    for folder in (folder for folder in dataset_folders(given, alone)[0] if is_draft(folder)):
        dataset, faults = read_dataset(folder, index.vocabulary)
        name = folder.resolve().name
        left[name] = faults
        if dataset is None:
            continue
        draft = _as_draft(dataset)
        overlaps = [(code, d.name) for d in loaded.values() if (code := overlap(draft.base, d.base))]
        if overlaps:
            code, first = overlaps[0]
            faults.append(
                fault(code, f"{name}/dataset.toml", column="base", found=draft.base, first=first, second=name)
            )
            continue
        index = Index(index.vocabulary, {**index.datasets, draft.name: draft}, index.unreadable)
        left[name] = _added(draft, index, assembled.store, faults)
        loaded[draft.name] = draft
    return replace(assembled, index=index, drafts={name: _in_need(faults) for name, faults in sorted(left.items())})


def _as_draft(dataset: Dataset) -> Dataset:
    name = DRAFTS + dataset.name
    rows = {table: [Row(name, table, row.line, row.cells) for row in listed] for table, listed in dataset.rows.items()}
    title = dataset.title or dict.fromkeys(dataset.languages, dataset.name)
    return replace(dataset, name=name, title=title, rows=rows)


def _added(draft: Dataset, index: Index, store: ox.Store, faults: list[Fault]) -> list[Fault]:
    """Add a draft's statements and what follows to a store. Returns all its faults."""
    quads, of_cells = statements(draft, index)
    faults = [*faults, *refers_faults(draft, index), *of_cells]
    tables = index.vocabulary.tables
    private = {
        ox.NamedNode(draft.base + row.id)
        for row in draft.all_rows()
        for one in personal_data(draft.file(row.table), row, tables[row.table], index.vocabulary)
        if one.level == "error" and SLUG.fullmatch(row.id)
    }
    # what may be personal data does not enter the graph of a draft either
    quads = [quad for quad in quads if quad.subject not in private]
    store.extend(quads)
    Derivation(store, index).derive(draft.name)
    around = [q for n in draft.refers for q in store.quads_for_pattern(None, None, None, dataset_graph(n))]
    reported = {(f.file, f.row, f.column) for f in faults if f.level != "warning"}
    own = {draft.file(table) for table in draft.rows}
    of_shapes = (f for f in shape_faults([*around, *quads], index) if (f.file, f.row, f.column) not in reported)
    faults += [f for f in of_shapes if f.file in own]
    if not draft.unread:
        rows = {(f.file, f.row) for f in faults if f.level != "warning"}
        faults += [f for f in rule_faults(store, index) if f.file in own and (f.file, f.row) not in rows]
    return [f for f in faults if f.level != "follows"]


def _in_need(faults: Iterable[Fault]) -> list[Fault]:
    """The faults of a draft by file: first the files with most that is needed, in each what is needed first."""
    unique = ordered(faults)
    needed = Counter(one.file for one in unique if one.level == "error")
    return sorted(unique, key=lambda f: (-needed[f.file], f.file, f.level != "error", f.row, f.column, f.found))
