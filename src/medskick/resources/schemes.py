"""The order of concepts that their scheme gives them (``sh:order``)."""

from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox

from medskick.ontology import PREFIXES, node, term_text
from medskick.resources.description import value


def in_scheme_order(
    store: ox.Store, concepts: Iterable[str], scheme: str = "", then: Callable[[str], Any] = str
) -> list[str]:
    """Return concepts (IRIs) in the order of their scheme, those without a place in it last.

    With ``scheme`` its own concepts come before those of others. ``then`` gives what orders those of one place: a name
    in the reader's language, for example; without it their IRI.
    """
    start = f"{PREFIXES['concept']}{scheme}/" if scheme else ""

    def place(concept: str) -> tuple[bool, int, Any]:
        order = value(store, concept, "sh:order")
        return not concept.startswith(start), int(order) if order else 999, then(concept)

    return sorted(concepts, key=place)


def concepts_of(store: ox.Store, scheme: str) -> list[str]:
    """Return the IRIs of the concepts of a scheme (``phase-type``), those that datasets add to it too, in order."""
    members = store.quads_for_pattern(None, node("skos:inScheme"), ox.NamedNode(PREFIXES["concept"] + scheme), None)
    return sorted({term_text(quad.subject) for quad in members})
