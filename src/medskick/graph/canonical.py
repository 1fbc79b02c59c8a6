"""The canonical form of tables, as ``medskick fmt`` writes it."""

from collections.abc import Iterable
from pathlib import Path

from medskick.graph.assemble import dataset_folders
from medskick.graph.faults import Faulty
from medskick.graph.tables import read_dataset, write_table
from medskick.graph.whole_files import write_files
from medskick.ontology import vocabulary


def canonical_tables(folders: Iterable[Path] = (), write: bool = True) -> list[Path]:
    """Bring the tables of dataset folders (the shipped ones by default) into canonical form.

    Returns the files that differed. Raises ``Faulty`` if a table cannot be read whole, ``OSError``; then nothing is
    written.
    """
    chosen = list(folders)
    places, faults = dataset_folders(chosen, alone=bool(chosen))
    words = vocabulary()
    wanted: dict[Path, str] = {}
    for place in places:
        dataset, table_faults = read_dataset(place, words)
        faults += [f for f in table_faults if f.level == "error"]
        if dataset is None:
            continue
        for name, rows in dataset.rows.items():
            wanted[place / f"{name}.csv"] = write_table(words.tables[name], (r.cells for r in rows), dataset.languages)
    if faults:
        raise Faulty(faults)
    changed = [path for path, text in wanted.items() if path.read_bytes() != text.encode()]
    if write:
        write_files({path: wanted[path].encode() for path in changed})
    return sorted(changed)
