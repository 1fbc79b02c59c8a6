"""Pictures of the ontology, made from its files: which classes a class is related to, and by which properties."""

from collections.abc import Iterable

from medskick.graph.lookups import Store
from medskick.resources.names import in_every_language, names_of
from medskick.resources.terms import Term, classes, relations_of
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.panel import relation_words
from medskick.viz.pictures.picture import Edge, Node, Picture
from medskick.words import every_language


def _picture(store: Store, names: Iterable[str], edges: Iterable[tuple[str, str, str]], around: str) -> Picture:
    shown = sorted(set(names))
    own = classes()
    nodes = tuple(Node(name, own[name].name, in_every_language(names_of(store, name))) for name in shown)
    drawn = tuple(sorted({Edge(*edge, derived=False) for edge in edges}, key=lambda e: (e.start, e.relation, e.end)))
    label = in_every_language(names_of(store, around)) if around else every_language("web.class-picture-all")
    title = every_language("web.class-picture", thing=label) if around else label
    words = relation_words(store, {edge.relation for edge in drawn})
    return laid(Picture(title, title, nodes, drawn, words, (0, 0), "sides" if around else "force", around=around))


def around_class(store: Store, term: Term) -> Picture | None:
    """Return a picture of a class in the middle of those that it is related to; none where it is related to none."""
    edges = [edge for edge in relations_of(term.iri) if edge[0] != edge[2]]
    return _picture(store, {n for e in edges for n in (e[0], e[2])}, edges, term.iri) if edges else None


def all_classes(store: Store) -> Picture:
    """Return a picture of all classes that a property relates to another one."""
    edges = {edge for name in classes() for edge in relations_of(name) if edge[0] != edge[2]}
    return _picture(store, {n for e in edges for n in (e[0], e[2])}, edges, "")
