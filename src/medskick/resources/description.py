"""What a thing is: its class, the dataset it was entered in, what is said of it.

A store holds what was entered in a dataset's own graph, and what follows from it in the graph ``…/derived`` beside it.
"""

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import DATASETS, GRAPHS, PREFIXES, iri, node, term_text, vocabulary

Term = ox.NamedNode | ox.Literal
Statements = Mapping[str, Sequence[Term]]
"""What is said of one thing: values by property (IRI), each once, in order."""

_LINKS = GRAPHS + "links/"
_DERIVED = "/derived"
_OUR_OWN = ("ontology", "catalogue")
"""Graphs of the store that are no dataset's."""
_TERMS = tuple(map(iri, ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")))
_ANY_DATASET = iri("void:Dataset")
_OURS = (PREFIXES["msk"], PREFIXES["skos"])


def _graph(quad: ox.Quad) -> str:
    """The name of a statement's graph, empty for the default graph."""
    return quad.graph_name.value.removeprefix(GRAPHS) if isinstance(quad.graph_name, ox.NamedNode) else ""


def _types(store: Store, thing: str) -> list[ox.Quad]:
    try:
        return list(named_quads(store, ox.NamedNode(thing), node("rdf:type")))
    except ValueError:  # no IRI
        return []


def exists(store: Store, thing: str) -> bool:
    """Tell whether a thing has a class, by what was entered or what follows."""
    return bool(_types(store, thing))


def is_a(store: Store, thing: str, *classes: str) -> bool:
    """Tell whether a thing is of any of these classes (prefixed names), by what was entered or what follows."""
    matches = (named_quads(store, ox.NamedNode(thing), node("rdf:type"), node(c)) for c in classes)
    return any(next(quads, None) is not None for quads in matches)


def local_name(full: str) -> str:
    """Return the last part of an IRI, after ``#`` or ``/``."""
    return full.rpartition("#")[2].rpartition("/")[2]


def _class_among(quads: Iterable[ox.Quad]) -> str:
    """The narrowest class that some statements of a thing's types give it, by local name."""
    quads = [quad for quad in quads if _graph(quad)]
    entered = {term_text(q.object) for q in quads if not _graph(q).endswith(_DERIVED)}
    classes = entered or {term_text(q.object) for q in quads}
    if len(classes) > 1:
        above = vocabulary().superclasses
        classes = {c for c in classes if not any(c in above.get(other, ()) for other in classes - {c})} or classes
    # ours before others'; of a property its sort before what else OWL says of it; a catalogue is a dataset, too
    ranked = sorted(
        classes, key=lambda c: (not c.startswith(_OURS), _TERMS.index(c) if c in _TERMS else 9, c == _ANY_DATASET, c)
    )
    return local_name(ranked[0]) if ranked else ""


def class_of(store: Store, thing: str) -> str:
    """Return the local name of the class that a thing was given in its dataset; empty where it has none.

    What was given none (a dataset's files) has the class that follows.
    """
    return _class_among(_types(store, thing))


def _dataset_among(quads: Iterable[ox.Quad]) -> str:
    graphs = {name for quad in quads if (name := _graph(quad)) and name not in _OUR_OWN}
    if entered := sorted(name for name in graphs if not name.endswith(_DERIVED)):
        return entered[0]
    # what several speak of without any having entered it (a licence, a file format) is nobody's
    return graphs.pop().removesuffix(_DERIVED) if len(graphs) == 1 else ""


def dataset_of(store: Store, thing: str) -> str:
    """Return the name of the dataset or linkset (``links/skane-stockholm``) that a thing was entered in.

    Empty for what is in none: terms of the ontology, and what several datasets speak of without having entered it.
    """
    return _dataset_among(_types(store, thing))


def classes_and_datasets(store: Store) -> dict[str, tuple[str, str]]:
    """Return ``class_of`` and ``dataset_of`` of every thing of a store, read in one pass, in order of IRI."""
    by_thing: dict[str, list[ox.Quad]] = {}
    for quad in named_quads(store, None, node("rdf:type")):
        by_thing.setdefault(term_text(quad.subject), []).append(quad)
    return {thing: (_class_among(quads), _dataset_among(quads)) for thing, quads in sorted(by_thing.items())}


def datasets_speaking(quads: Iterable[ox.Quad]) -> set[str]:
    """Return the names of the datasets and linksets whose graphs, derived ones included, some statements stand in."""
    return {name.removesuffix(_DERIVED) for quad in quads if (name := _graph(quad)) and name not in _OUR_OWN}


def bases(store: Store) -> dict[str, str]:
    """Return the base of the IRIs of each dataset and linkset by name: theirs may be anywhere on the web."""
    spaces = named_quads(store, None, node("void:uriSpace"))
    return {term_text(q.subject).removeprefix(DATASETS): term_text(q.object) for q in spaces}


def dataset_iri(name: str) -> str:
    """Return the IRI of the dataset or linkset of a name."""
    return DATASETS + name


def values(store: Store, thing: str, prop: str) -> list[Term]:
    """Return the values of a property (prefixed name) of a thing, entered or derived, each once, in a fixed order."""
    quads = named_quads(store, ox.NamedNode(thing), node(prop))
    return sorted({q.object for q in quads if isinstance(q.object, ox.NamedNode | ox.Literal)}, key=str)


def value(store: Store, thing: str, prop: str) -> str:
    """Return the text of a property's first value, empty where it has none."""
    quads = named_quads(store, ox.NamedNode(thing), node(prop))
    return min((term_text(q.object) for q in quads), default="")


def texts(store: Store, thing: str, *properties: str) -> dict[str, str]:
    """Return the texts of a thing by language tag: those of the first property that has one in that language."""
    by_lang: dict[str, str] = {}
    for prop in properties:
        quads = named_quads(store, ox.NamedNode(thing), node(prop))
        literals = [q.object for q in quads if isinstance(q.object, ox.Literal)]
        for lang, text in sorted((literal.language or "", literal.value) for literal in literals):
            by_lang.setdefault(lang, text)
    return by_lang


def texts_among(statements: Statements, *properties: str) -> dict[str, str]:
    """Return the texts of some properties (prefixed names) among statements of a thing, as ``texts`` does."""
    by_lang: dict[str, str] = {}
    for prop in properties:
        for term in statements.get(iri(prop), ()):
            if isinstance(term, ox.Literal):
                by_lang.setdefault(term.language or "", term.value)
    return by_lang


def statements_of(store: Store, thing: str) -> Statements:
    """Return what is said of a thing in all graphs but the linksets; of a linkset's own relation, what that says."""
    by_property: dict[str, dict[tuple[str, str], Term]] = {}
    quads = list(named_quads(store, ox.NamedNode(thing)))
    for quad in [q for q in quads if not term_text(q.graph_name).startswith(_LINKS)] or quads:
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            key = (quad.object.value, getattr(quad.object, "language", None) or "")
            by_property.setdefault(quad.predicate.value, {})[key] = quad.object
    return {path: [term for _, term in sorted(terms.items())] for path, terms in sorted(by_property.items())}


def inferred(store: Store, thing: str) -> frozenset[str]:
    """Return the properties (IRIs) whose values a thing's row lists as inferred."""
    columns = named_quads(store, ox.NamedNode(thing), node("msk:inferredColumn"))
    return frozenset(
        term_text(path.object)
        for column in columns
        if isinstance(column.object, ox.NamedNode)
        for path in named_quads(store, column.object, node("sh:path"))
    )
