"""The datasets that a workbook is about: the one in it, and those that it refers to."""

from collections.abc import Iterable
from pathlib import Path

from medskick.graph.assemble import dataset_folders
from medskick.graph.dataset import Dataset, dataset_name
from medskick.graph.dataset_description import read_description
from medskick.graph.faults import Fault, Faulty
from medskick.graph.index import Index
from medskick.graph.tables import read_dataset
from medskick.ontology import vocabulary


def places(data: Iterable[Path] = (), alone: bool = False) -> dict[str, Path]:
    """Return the folders of the datasets by name: the shipped ones (unless ``alone``) and those in ``data``.

    Raises ``Faulty`` where a folder has no dataset or two have one name.
    """
    folders, faults = dataset_folders(data, alone)
    if faults:
        raise Faulty(faults)
    return {dataset_name(folder): folder for folder in folders}


def described(data: Iterable[Path] = (), alone: bool = False) -> dict[str, Dataset]:
    """Return the datasets that can be referred to, by name, without their rows; linksets are left out."""
    by_name = {}
    for name, folder in sorted(places(data, alone).items()):
        unread: list[Fault] = []
        dataset, _ = read_description(folder, name, unread)
        if dataset is not None and not dataset.is_linkset:
            by_name[name] = dataset
    return by_name


def index_of(dataset: Dataset, data: Iterable[Path] = (), alone: bool = False) -> Index:
    """Return an index of a dataset and of those that it refers to, as far as they are there and can be read."""
    known, words = places(data, alone), vocabulary()
    datasets = {dataset.name: dataset}
    for name in dataset.refers:
        if name in known and name not in datasets:
            other, _ = read_dataset(known[name], words)
            if other is not None:
                datasets[name] = other
    return Index(words, datasets)


def whole_dataset(folder: Path) -> Dataset:
    """Return the dataset in a folder. Raises ``Faulty`` with all faults if it cannot be read whole."""
    dataset, faults = read_dataset(folder, vocabulary())
    errors = [fault for fault in faults if fault.level == "error" and fault.code != "empty-dataset"]
    if dataset is None or errors:
        raise Faulty(errors)
    return dataset
