"""Concepts in their schemes: their order (``sh:order``), those above and under them (``skos:broader``)."""

from collections.abc import Iterable

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import PREFIXES, node, term_text
from medskick.resources.description import value


def in_scheme_order(store: Store, concepts: Iterable[str], scheme: str = "") -> list[str]:
    """Return concepts (IRIs) in the order of their scheme, those without a place in it last.

    With ``scheme`` its own concepts come before those of others. Those of one place keep the order they come in.
    """
    start = f"{PREFIXES['concept']}{scheme}/" if scheme else ""

    def place(concept: str) -> tuple[bool, int]:
        order = value(store, concept, "sh:order")
        return not concept.startswith(start), int(order) if order else 999

    return sorted(concepts, key=place)


def concepts_of(store: Store, scheme: str) -> list[str]:
    """Return the IRIs of the concepts of a scheme (``phase-type``), those that datasets add to it too, in order."""
    members = named_quads(store, None, node("skos:inScheme"), ox.NamedNode(PREFIXES["concept"] + scheme))
    return sorted({term_text(quad.subject) for quad in members})


def with_narrower(store: Store, concept: str) -> list[str]:
    """Return a concept and all those under it, it first: whatever dataset adds a term of its own."""
    under, left = {concept}, [concept]
    while left:
        quads = named_quads(store, None, node("skos:broader"), ox.NamedNode(left.pop()))
        new = {term_text(quad.subject) for quad in quads} - under
        under |= new
        left += new
    return [concept, *sorted(under - {concept})]


def with_wider(store: Store, concepts: Iterable[str]) -> set[str]:
    """Return concepts (IRIs) and all those above them."""
    above = set(concepts)
    left = list(above)
    while left:
        quads = named_quads(store, ox.NamedNode(left.pop()), node("skos:broader"))
        new = {term_text(quad.object) for quad in quads} - above
        above |= new
        left += new
    return above


def broadest(store: Store, concept: str) -> str:
    """Return the top concept above one (the first by IRI of several), itself if it is the top."""
    return next((c for c in sorted(with_wider(store, [concept])) if not value(store, c, "skos:broader")), concept)


def common_term(store: Store, concept: str) -> str:
    """Return the nearest concept at or above a dataset's own one that all datasets share, else itself."""
    level = [concept]
    seen: set[str] = set()
    while level:
        if shared := sorted(c for c in level if c.startswith(PREFIXES["concept"])):
            return shared[0]
        seen.update(level)
        quads = (q for c in level for q in named_quads(store, ox.NamedNode(c), node("skos:broader")))
        level = sorted({term_text(q.object) for q in quads} - seen)
    return concept
