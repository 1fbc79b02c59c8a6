"""What is new: when each dataset and linkset was first published and last changed, and what it holds."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from medskick.ontology import DATASETS, term_text
from medskick.reports.graph_reader import GraphReader
from medskick.resources.description import classes_and_datasets

TOLD = (
    "Lesson", "PlanningProcess", "Process", "Phase", "DialogueEvent", "Decision", "Document", "Challenge",
    "Observation", "Stance", "Relation",
)  # fmt: skip
"""The kinds of thing whose number tells what a dataset holds, in the order in which they are named."""


@dataclass(frozen=True)
class Published:
    """A dataset or linkset (IRI) as it is now, with its version.

    ``issued`` and ``modified`` are days (ISO; ``issued`` is empty where the dataset does not say). ``counts`` are the
    numbers of its things by class (``TOLD``), ``lessons`` are its lessons by name.
    """

    dataset: str
    version: str
    issued: str
    modified: str
    counts: tuple[tuple[str, int], ...]
    lessons: tuple[str, ...]

    def is_new(self, since: str) -> bool:
        """Tell whether it was first published after a day (ISO; empty: before any)."""
        return self.issued > since

    def is_changed(self, since: str) -> bool:
        """Tell whether it was there on a day and has been changed after it."""
        return not self.is_new(since) and self.modified > since


def published(reader: GraphReader, names: Sequence[str]) -> list[Published]:
    """Return datasets and linksets (names) as they are now, the last changed first, then by title."""
    things: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for thing, (cls, dataset) in classes_and_datasets(reader.store).items():
        if cls in TOLD:
            things[dataset].append((cls, thing))
    listed = []
    for name in names:
        dataset, held = DATASETS + name, things[name]
        number = Counter(cls for cls, _ in held)
        listed.append(
            Published(
                dataset,
                version=_value(reader, dataset, "dcat:version"),
                issued=_value(reader, dataset, "dcterms:issued"),
                modified=_value(reader, dataset, "dcterms:modified"),
                counts=tuple((cls, number[cls]) for cls in TOLD if number[cls]),
                lessons=tuple(reader.by_name(thing for cls, thing in held if cls == "Lesson")),
            )
        )
    place = {dataset: number for number, dataset in enumerate(reader.by_name(one.dataset for one in listed))}
    listed.sort(key=lambda one: place[one.dataset])
    return sorted(listed, key=lambda one: one.modified, reverse=True)


def days(listed: Sequence[Published]) -> list[str]:
    """Return the days on which anything was published or changed (ISO), the last first."""
    return sorted({day for one in listed for day in (one.issued, one.modified) if day}, reverse=True)


def _value(reader: GraphReader, dataset: str, prop: str) -> str:
    return next((term_text(value) for value in reader.values(dataset, prop)), "")
