"""All loaded rows, by dataset and id and by IRI, and the named graphs of the datasets."""

from dataclasses import dataclass, field

import pyoxigraph as ox

from medskick.graph.dataset import SLUG, Dataset, Row
from medskick.ontology import GRAPHS, Vocabulary


def dataset_graph(name: str) -> ox.NamedNode:
    """Return the named graph of a dataset's own statements."""
    return ox.NamedNode(GRAPHS + name)


def derived_graph(name: str) -> ox.NamedNode:
    """Return the named graph of what follows from a dataset's statements."""
    return ox.NamedNode(f"{GRAPHS}{name}/derived")


@dataclass
class Index:
    """All rows of all loaded datasets, found by dataset and id, and by IRI.

    ``unreadable`` are the names of datasets whose description cannot be used.
    """

    vocabulary: Vocabulary
    datasets: dict[str, Dataset]
    unreadable: frozenset[str] = frozenset()
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    by_iri: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dataset in self.datasets.values():
            by_id = self.rows.setdefault(dataset.name, {})
            for row in dataset.all_rows():
                if SLUG.fullmatch(row.id):
                    by_id.setdefault(row.id, row)
                    self.by_iri.setdefault(dataset.base + row.id, row)

    def base(self, dataset: str, name: str) -> str | None:
        """Return the base of a dataset that another one refers to by name."""
        if name in self.datasets:
            return self.datasets[name].base
        return self.datasets[dataset].refers.get(name)

    def external(self, dataset: str, reference: str) -> str | None:
        """Return the IRI of ``name:id`` where the named dataset is referred to but not loaded; ``None`` for all else.

        What it stands for is elsewhere and cannot be checked.
        """
        name, colon, local = reference.partition(":")
        if not colon or name in self.datasets or name in self.unreadable:
            return None
        base = self.datasets[dataset].refers.get(name)
        return None if base is None else base + local

    def reference(self, dataset: str, iri: str) -> str:
        """Return an IRI as a cell of a dataset writes it: ``id`` or ``dataset:id``."""
        own = self.datasets[dataset]
        if iri.startswith(own.base):
            return iri.removeprefix(own.base)
        bases = {**own.refers, **{d.name: d.base for d in self.datasets.values()}}
        for name, base in sorted(bases.items(), key=lambda pair: -len(pair[1])):
            if iri.startswith(base):
                return f"{name}:{iri.removeprefix(base)}"
        return iri

    def own_concepts(self, dataset: str, scheme: str) -> dict[str, Row]:
        """Return a dataset's own terms in a scheme, and those of the datasets it refers to as ``dataset:id``."""
        return {
            (row.id if name == dataset else f"{name}:{row.id}"): row
            for name, owner in self.datasets.items()
            for row in owner.rows.get("concepts", [])
            if row.cells.get("scheme") == scheme
        }
