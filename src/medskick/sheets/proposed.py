"""What a file of any kind would change in a dataset: a workbook, a table, RDF that follows the ontology."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.folder import MAPPING
from medskick.sheets.answers import Answers, read_answers
from medskick.sheets.loading import index_of, whole_dataset
from medskick.sheets.match import named_dataset
from medskick.sheets.propose import Proposal, propose
from medskick.sheets.rdf import dataset_of, derived_statements, is_rdf, rdf_book, read_rdf, table_titles
from medskick.sheets.read import Book, read_book
from medskick.words import Lang


@dataclass(frozen=True)
class Given:
    """A file as it was read: RDF as its statements, anything else as its sheets."""

    file: Path
    content: Book | list[ox.Quad]

    @property
    def dataset(self) -> str:
        """The name of the dataset that the file says it is of, empty where it says nothing."""
        return dataset_of(self.content) if isinstance(self.content, list) else named_dataset(self.content)


def given(file: Path) -> Given:
    """Read a file. Raises ``Faulty`` where it cannot be read."""
    return Given(file, read_rdf(file) if is_rdf(file) else read_book(file))


def proposed(
    source: Given,
    folder: Path,
    known: Mapping[str, Path],
    lang: Lang,
    meant: Iterable[str] = (),
    mapping: Answers | None = None,
) -> tuple[Book, Proposal, Answers]:
    """Return the sheets of a file, what they would change in the dataset of a folder, and the answers on its sheets.

    ``known`` are the folders of all datasets, that one included; ``meant`` answers on sheets and columns besides those
    that the folder keeps, ``mapping`` those that come after both. Raises ``Faulty``; faults of cells are in the sheets
    and in the proposal.
    """
    dataset = whole_dataset(folder)
    answers = read_answers(folder / MAPPING).with_answers(meant).before(mapping or Answers())
    index = index_of(dataset, known.values(), alone=True)
    if isinstance(source.content, list):
        book = rdf_book(source.file, source.content, index, dataset, derived_statements(dataset, index))
        return book, propose(book, index, dataset, table_titles(book), lang, whole=False), answers
    whole = source.dataset == dataset.name
    return source.content, propose(source.content, index, dataset, answers, lang, whole=whole), answers
