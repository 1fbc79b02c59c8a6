"""What two things are compared by: names in any language, class, kind, places, code and what is beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.characters import is_address
from medskick.graph.faults import Faulty, fault
from medskick.graph.lookups import Store, named_quads
from medskick.ontology import GRAPHS, PREFIXES, is_iri, node, term_text
from medskick.queries.federated import held
from medskick.queries.kept import statements_of
from medskick.queries.remote import Rows, ask_endpoint
from medskick.queries.search.candidates import all_names, class_iri, classes_above, table_of
from medskick.queries.search.likeness import forms_of, words_of
from medskick.resources.description import bases, classes_and_datasets
from medskick.sheets.filled_table import filled_rows

COMPARED = ("actors", "processes", "documents", "inquiries", "concepts")
"""Tables whose rows others may describe too. What was said in one dialogue is nobody else's."""
_BESIDE = (
    "msk:partOf", "msk:memberOf", "msk:process", "msk:owner", "msk:madeBy", "msk:predecessor", "msk:body", "msk:actor",
    "msk:activity", "skos:broader", "msk:region",
)  # fmt: skip
"""Relations to what is beside a thing, read both ways."""
_MOST_BESIDE = 60
_IN_BRACKETS = 3
"""Fewer words in brackets only say more of a thing (document, county), as those of others do."""


@dataclass(frozen=True)
class Thing:
    """A thing as it is compared. ``classes`` are empty where the class is not known, texts and sets where nothing is.

    ``names`` are all names in all languages with their forms, the first is the one to show.
    """

    iri: str
    names: tuple[str, ...]
    classes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    code: str = ""
    beside: frozenset[str] = frozenset()


def _before_comma(name: str) -> list[str]:
    """The name before a comma: ``Boverket, the national board of planning``. Several words there are a body's."""
    first, comma, _ = name.partition(",")
    return [first] if comma and (len(words_of(first)) == 1 or first[-1:].isdigit()) else []


def _forms(names: list[str]) -> tuple[str, ...]:
    forms = [form for name in names for form in forms_of(name, _IN_BRACKETS)]
    return tuple(dict.fromkeys([*forms, *(first for form in forms for first in _before_comma(form))]))


def _pointed(store: Store, thing: str, prop: str) -> list[str]:
    return sorted({term_text(quad.object) for quad in named_quads(store, ox.NamedNode(thing), node(prop))})


def _folded_names(store: Store, things: list[str]) -> frozenset[str]:
    return frozenset(name.casefold() for thing in things for name in all_names(store, thing))


def things_at(endpoint: str, call: Callable[..., tuple[list[str], Rows]] = ask_endpoint) -> Iterator[Thing]:
    """Yield what an endpoint (its address) holds of things that others may describe too, in order of IRI.

    It is read whole, into a store of its own that is gone afterwards. Raises as ``statements_of``.
    """
    store, graph = ox.Store(), ox.NamedNode(GRAPHS + "endpoint")
    for triple in statements_of(endpoint, call):
        subject, value = triple.subject, triple.object
        if (
            isinstance(subject, ox.NamedNode)
            and is_address(subject.value)
            and isinstance(value, ox.NamedNode | ox.Literal)
        ):
            store.add(ox.Quad(subject, triple.predicate, held(value), graph))
    yield from things_of(store, "endpoint")


def things_of(store: Store, dataset: str) -> Iterator[Thing]:
    """Yield the things of a dataset that others may describe too, in order of IRI."""
    base = bases(store).get(dataset, "")
    for thing, (kind, owner) in classes_and_datasets(store).items():
        table = table_of(kind)
        if owner != dataset or table is None or table.name not in COMPARED or not thing.startswith(base):
            continue
        names = all_names(store, thing)
        if not names:
            continue
        wholes = [whole for part_of in _pointed(store, thing, "msk:partOf") for whole in all_names(store, part_of)]
        beside = [other for prop in _BESIDE for other in _pointed(store, thing, prop)]
        beside += [
            term_text(quad.subject) for p in _BESIDE for quad in named_quads(store, None, node(p), ox.NamedNode(thing))
        ]
        yield Thing(
            thing,
            # many regions have a board: its name with the region's tells which
            (*_forms(names), *(f"{name}, {whole}" for name in names for whole in wholes)),
            classes_above(class_iri(kind)),
            frozenset(_pointed(store, thing, "msk:kind")),
            _folded_names(store, _pointed(store, thing, "msk:territory")),
            next(iter(_pointed(store, thing, "msk:officialCode")), ""),
            _folded_names(store, sorted(set(beside))[:_MOST_BESIDE]),
        )


_NAMES = ("name", "label", "namn")
_ADDRESS = ("iri", "uri", "url", "id")


def things_in(path: Path) -> list[Thing]:
    """Return the things of a list as CSV: a column ``iri``, one or more of names (``name``, ``label_sv`` …).

    ``class``, ``place`` and ``code`` are compared where the list has them. Raises ``Faulty`` with all that is wrong.
    """
    headers, rows = filled_rows(path)
    named = [h for h in headers if h.casefold().partition("_")[0] in _NAMES]
    address = next((h for h in headers if h.casefold() in _ADDRESS), "")
    if not named or not address:
        raise Faulty([fault("link-list-columns", path.name, row=1, found=", ".join(headers))])
    things, faults = [], []
    for line, cells in rows:
        if not is_iri(cells[address]) or not cells[address].startswith(("http://", "https://")):
            faults.append(fault("link-list-iri", path.name, row=line, column=address, found=cells[address]))
            continue
        cls = PREFIXES["msk"] + cells["class"].removeprefix("msk:") if cells.get("class") else ""
        names = [cells[header] for header in named if cells[header]]
        if names:
            place = cells.get("place", "").casefold()
            above = classes_above(cls) if cls else frozenset[str]()
            things.append(
                Thing(
                    cells[address],
                    _forms(names),
                    above,
                    places=frozenset((place,)) - {""},
                    code=cells.get("code", ""),
                )
            )
    if faults:
        raise Faulty(faults)
    return things
