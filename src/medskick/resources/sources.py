"""What a row cites: pages that each carry it, and pages of which only one may.

The notes that rows were entered from name a source by its notation (``skos:notation``) and do not say which of several
pages with one notation carries a row. A row that cites two or more of them is on at least one of those. A row that
cites a single one was read there when it was entered, and so was one whose citation tells what a page gives.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import node, term_text
from medskick.resources.description import dataset_of


@dataclass(frozen=True)
class Cited:
    """The sources (IRIs) that rows cite: ``pages`` that carry them, and groups of pages of which at least one does."""

    pages: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, each once, in a fixed order."""
        return tuple(sorted({*self.pages, *(page for group in self.one_of for page in group)}))


def cited(store: Store, thing: str) -> Cited:
    """Return what a thing's row cites. A page that a citation of its own names is one that carries the row."""
    quads = named_quads(store, ox.NamedNode(thing), node("dcterms:source"))
    rest = {term_text(quad.object) for quad in quads}
    groups: list[tuple[str, ...]] = []
    named: set[str] | None = None
    for source in sorted(rest):
        pages = pages_with_notation_of(store, source) if source in rest else ()
        if len(rest.intersection(pages)) > 1:
            named = _named_in_citations(store, thing) if named is None else named
            if len(group := tuple(page for page in pages if page in rest and page not in named)) > 1:
                groups.append(group)
                rest -= set(group)
    return Cited(tuple(sorted(rest)), tuple(groups))


def together(several: Iterable[Cited]) -> Cited:
    """Return what several rows cite."""
    pages, groups = set[str](), set[tuple[str, ...]]()
    for one in several:
        pages |= set(one.pages)
        groups |= set(one.one_of)
    return Cited(tuple(sorted(pages)), tuple(sorted(groups)))


def pages_with_notation_of(store: Store, source: str) -> tuple[str, ...]:
    """Return the sources of a source's dataset that have its notation, itself included; none where it has none."""
    notations = {quad.object for quad in named_quads(store, ox.NamedNode(source), node("skos:notation"))}
    same = {term_text(q.subject) for n in notations for q in named_quads(store, None, node("skos:notation"), n)}
    home = dataset_of(store, source) if len(same) > 1 else ""
    return tuple(sorted(page for page in same if page == source or dataset_of(store, page) == home))


def _named_in_citations(store: Store, thing: str) -> set[str]:
    citations = named_quads(store, None, node("msk:supports"), ox.NamedNode(thing))
    return {
        term_text(quad.object)
        for citation in citations
        if isinstance(citation.subject, ox.NamedNode)
        for quad in named_quads(store, citation.subject, node("msk:citedSource"))
    }
