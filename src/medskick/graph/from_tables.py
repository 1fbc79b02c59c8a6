"""From the tables to a store: assembled, checked, saved, and what was built kept for a dataset that has faults."""

from collections.abc import Sequence
from pathlib import Path

from medskick.graph.assemble import (
    Assembled,
    Progress,
    assemble,
    dataset_folders,
    inputs_digest,
    without_drafts,
)
from medskick.graph.dataset import dataset_name
from medskick.graph.drafts import assemble_with_drafts
from medskick.graph.faults import Faulty, fault
from medskick.graph.last_good import hold, keep
from medskick.graph.store import Built, save, store_home


def build(
    data: Sequence[Path] = (),
    alone: bool = False,
    store: Path | None = None,
    progress: Progress = lambda _step: None,
    drafts: bool = False,
) -> tuple[Built, Assembled]:
    """Build the store from the shipped datasets and those in ``data`` (``alone``: only those).

    With ``drafts`` the store has the drafts among them too; it belongs in a folder of its own, ``drafts_home``.
    A dataset that has faults stays as it was last built there (``held`` of what is returned), or is left out where it
    was not (``absent``). Returns what was built, and the assembled datasets with their warnings. Raises ``Faulty`` with
    every fault where nothing would be left; then nothing is written and the old store stays.
    """
    folders, _ = dataset_folders(data, alone)
    whole = without_drafts(folders)
    inputs = inputs_digest(folders if drafts else whole)
    step = assemble_with_drafts if drafts else assemble
    assembled = step(data, alone, progress)
    if folders and not whole and not drafts:
        raise Faulty([fault("only-drafts", str(folders[0]))])
    home = store_home(store)
    assembled = hold(assembled, folders, home, lambda places: step(places, True, progress))
    progress("save")
    data_folders = [str(Path(d).resolve()) for d in data]
    built = save(assembled.store, home, inputs, data_folders, alone, {*assembled.held, *assembled.absent})
    # a dataset that has become a draft again is still compared with what was built of it
    names = {dataset_name(folder) for folder in folders if folder not in whole}
    keep(folders, home, {*built.held, *names})
    return built, assembled


def is_stale(built: Built) -> bool:
    """Tell whether tables or ontology have changed since a store was built; drafts do not count."""
    folders, _ = dataset_folders([Path(d) for d in built.data], built.alone)
    return inputs_digest(without_drafts(folders)) != built.inputs


def drafts_home(store: Path | None = None) -> Path:
    """Return the folder of the store that has the drafts too, in the folder of the stores."""
    return store_home(store) / "drafts"
