"""Evaluating a query over chosen datasets: which there are, which graphs they have, what the query gives."""

from collections.abc import Sequence

import pyoxigraph as ox

from medskick.graph.dataset import DRAFTS
from medskick.graph.lookups import Store, kept_with_store, named_quads
from medskick.ontology import DATASETS, GRAPHS, VOCABULARY_GRAPH, node, term_text
from medskick.queries.query_text import names_dataset, names_graphs

Rows = list[dict[str, ox.NamedNode | ox.Literal]]
_KEPT, _KEPT_ROWS = 256, 500
"""Of so many answers, of at most so many rows, the rows are kept: the same page in another language asks again."""


class UnknownDatasetError(ValueError):
    """Raised for a dataset that the store does not hold; ``known`` holds those it does."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, list(known)
        super().__init__(name)


def datasets_in(store: Store) -> list[str]:
    """Return the names of the datasets a store holds."""
    return list(_datasets_in(store))


@kept_with_store(most=1)
def _datasets_in(store: Store) -> list[str]:
    names = {term_text(g).removeprefix(GRAPHS) for g in store.named_graphs() if term_text(g).startswith(GRAPHS)}
    return sorted(name for name in names if "/" not in name and name not in ("ontology", "catalogue"))


def drafts_in(store: Store) -> list[str]:
    """Return the names of the drafts a store holds (``drafts/exempel``): asked only where they are named."""
    names = {term_text(g).removeprefix(GRAPHS) for g in store.named_graphs()}
    return sorted(name for name in names if name.startswith(DRAFTS) and not name.endswith("/derived"))


def linksets_in(store: Store) -> dict[str, list[str]]:
    """Return the linksets a store holds: by name (``links/skane-stockholm``), the datasets that each one joins."""
    return dict(_linksets_in(store))


@kept_with_store(most=1)
def _linksets_in(store: Store) -> dict[str, list[str]]:
    joined: dict[str, list[str]] = {}
    for quad in named_quads(store, None, node("void:target")):
        name = term_text(quad.subject).removeprefix(DATASETS)
        if name.startswith("links/"):
            joined.setdefault(name, []).append(term_text(quad.object).removeprefix(DATASETS))
    return {name: sorted(ends) for name, ends in sorted(joined.items())}


def dataset_graphs(store: Store, datasets: Sequence[str] | None = None, links: bool = False) -> list[ox.NamedNode]:
    """Return the graphs of the chosen datasets (all if ``None``), what follows from them, and the vocabulary.

    With ``links`` also the linksets whose datasets are all among the chosen. Raises ``UnknownDatasetError``.
    """
    known = datasets_in(store)
    for name in datasets or ():
        if name not in known and name not in drafts_in(store):
            raise UnknownDatasetError(name, known)
    # each once, or the engine would count its statements as often as it is named
    chosen = [*dict.fromkeys(known if datasets is None else datasets)]
    if links:
        chosen += [name for name, ends in linksets_in(store).items() if set(ends) <= set(chosen)]
    return [VOCABULARY_GRAPH, *(ox.NamedNode(f"{GRAPHS}{n}{end}") for n in chosen for end in ("", "/derived"))]


def evaluate(
    store: Store, text: str, datasets: Sequence[str] | None = None, links: bool = False
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run a query over the union of the chosen datasets. Raises ``SyntaxError`` or ``UnknownDatasetError``.

    Over all datasets it asks the store's default graph: each graph that is named multiplies the engine's look-ups.
    ``GRAPH`` sees the graphs of the chosen datasets; a query with ``FROM`` is left its own dataset.
    """
    if names_dataset(text):
        return store.query(text)
    if datasets is None and not links and not names_graphs(text):
        return store.query(text)
    graphs = dataset_graphs(store, datasets, links)
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*graphs]
    if datasets is None:
        default = [ox.DefaultGraph(), *(graph for graph in graphs if graph.value.startswith(f"{GRAPHS}links/"))]
    return store.query(text, default_graph=default, named_graphs=[*graphs])


def select(store: Store, text: str, datasets: Sequence[str] | None = None, links: bool = False) -> Rows:
    """Run a SELECT query. Returns one dictionary a row, unbound variables left out.

    Raises ``TypeError`` for another query, and as ``evaluate`` does.
    """
    return columns_and_rows(store, text, datasets, links)[1]


def columns_and_rows(
    store: Store, text: str, datasets: Sequence[str] | None = None, links: bool = False
) -> tuple[list[str], Rows]:
    """Run a SELECT query. Returns the names of its columns, and the rows as ``select`` does, raises as it does."""
    chosen = None if datasets is None else tuple(datasets)
    if "service" in text.casefold():
        # what another endpoint answers may be something else the next time
        return _answered(store, text, chosen, links)
    names, rows = _kept_answer(store, text, chosen, links)
    # whoever asks may change theirs
    return list(names), [dict(row) for row in rows]


def _answered(store: Store, text: str, datasets: tuple[str, ...] | None, links: bool) -> tuple[list[str], Rows]:
    solutions = evaluate(store, text, datasets, links)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("not a SELECT query")
    names = [v.value for v in solutions.variables]
    return names, [
        {n: v for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode | ox.Literal)} for row in solutions
    ]


_kept_answer = kept_with_store(most=_KEPT, worth=lambda answer: len(answer[1]) <= _KEPT_ROWS)(_answered)
