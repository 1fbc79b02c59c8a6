"""What can be said: classes, properties, concept schemes and shapes of the ontology room, looked up by name.

The shapes (SHACL) are the one definition of a table; ``Table`` and ``Column`` are read from them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from medskick.rooms import room
from medskick.words import SHIPPED, Lang, Text, is_tag

PREFIXES = {
    "concept": "https://w3id.org/medskick/concept/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "msk": "https://w3id.org/medskick/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "shp": "https://w3id.org/medskick/shape/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
WRITTEN = {prefix: start for prefix, start in PREFIXES.items() if prefix not in ("concept", "shp")}
"""The prefixes that statements are written with. Names behind the others have a slash, which Turtle must escape
(``concept:role\\/official``): parsers from before its recommendation in 2014, OWL API's among them, stop there."""
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
GRAPHS = "https://w3id.org/medskick/graph/"
DATASETS = "https://w3id.org/medskick/dataset/"
THINGS = "https://w3id.org/medskick/id/"
GLOSSARY = PREFIXES["concept"] + "glossary"
"""The words that texts are held to, with the words that they do not use."""


def iri(curie: str) -> str:
    """Return the full IRI of a prefixed name such as ``msk:Phase``, or the IRI itself, as ``shorten`` may leave it.

    Raises ``KeyError`` for an unknown prefix.
    """
    if "://" in curie:
        return curie
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def node(curie: str) -> ox.NamedNode:
    """Return the IRI of a prefixed name as a term of the store."""
    return ox.NamedNode(iri(curie))


def shorten(full: str) -> str:
    """Return the prefixed name of an IRI where one of our prefixes fits, else the IRI itself."""
    for prefix, start in PREFIXES.items():
        if full.startswith(start) and "/" not in full[len(start) :]:
            return f"{prefix}:{full[len(start) :]}"
    return full


def term_text(term: object) -> str:
    """Return the text of an RDF term: an IRI's address or a literal's lexical form."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


VOCABULARY_GRAPH = ox.NamedNode(GRAPHS + "ontology")
CATALOGUE_GRAPH = ox.NamedNode(GRAPHS + "catalogue")
CATALOGUE = "https://w3id.org/medskick/catalogue"


@dataclass(frozen=True)
class Column:
    """One column of a table, from its SHACL property shape.

    ``kind`` is text, string, ref, concept, scheme, date, number, flag, uri or columns; ``range`` the class a
    reference must point at (``None``: any row), ``scheme`` the scheme a concept must come from.
    ``most`` is ``None`` where several values may stand in a cell.
    """

    name: str
    iri: str
    path: str
    kind: str
    label: Text
    message: Text
    range: str | None = None
    scheme: str | None = None
    least: int = 0
    most: int | None = None

    def headers(self, langs: Sequence[Lang] = SHIPPED) -> tuple[str, ...]:
        """Return the column's names in the header row of a dataset: of a text one for each of its languages."""
        return tuple(f"{self.name}_{lang}" for lang in langs) if self.kind == "text" else (self.name,)

    def language(self, header: str) -> Lang:
        """Return the language that a header of this text column is in, empty where it is no header of it."""
        tag = header.removeprefix(f"{self.name}_")
        return tag if self.kind == "text" and tag != header and is_tag(tag) else ""

    @property
    def required(self) -> bool:
        """Whether an empty cell is a fault."""
        return self.least > 0


@dataclass(frozen=True)
class Table:
    """One table: its file name without ending, its class, the types a row can have, its columns in order."""

    name: str
    target: str
    types: dict[str, str]
    columns: tuple[Column, ...]

    @property
    def typed(self) -> bool:
        """Whether the table has a ``type`` column, because several classes share it."""
        return len(self.types) > 1

    def header(self, langs: Sequence[Lang] = SHIPPED) -> tuple[str, ...]:
        """Return the header row of a dataset in these languages, in its canonical order."""
        first = ("id", "type") if self.typed else ("id",)
        return first + tuple(name for column in self.columns for name in column.headers(langs))

    def column(self, name: str) -> Column | None:
        """Return a column by its name or by one of its header names, in any language."""
        return next((c for c in self.columns if name == c.name or c.language(name)), None)


@dataclass(frozen=True)
class Concept:
    """One term of a concept scheme: IRI, slug, preferred labels and all labels in any language."""

    iri: str
    slug: str
    label: Text
    names: frozenset[str]


@dataclass(frozen=True)
class Vocabulary:
    """The whole ontology room: its statements, tables and schemes."""

    quads: tuple[ox.Quad, ...]
    tables: dict[str, Table]
    schemes: dict[str, dict[str, Concept]]
    superclasses: dict[str, frozenset[str]]


def _texts(store: ox.Store, subject: ox.NamedNode, predicate: str) -> dict[str, str]:
    by_lang = {}
    for quad in store.quads_for_pattern(subject, node(predicate), None, None):
        if isinstance(quad.object, ox.Literal) and quad.object.language:
            by_lang[quad.object.language] = quad.object.value
    return dict(sorted(by_lang.items(), reverse=True))


def _values(store: ox.Store, subject: ox.NamedNode, predicate: str) -> list[str]:
    return sorted(term_text(q.object) for q in store.quads_for_pattern(subject, node(predicate), None, None))


def _one(store: ox.Store, subject: ox.NamedNode, predicate: str) -> str | None:
    return next(iter(_values(store, subject, predicate)), None)


def _subjects(store: ox.Store, cls: str) -> Iterator[ox.NamedNode]:
    for quad in store.quads_for_pattern(None, node("rdf:type"), node(cls), None):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject


def _column(store: ox.Store, shape: ox.NamedNode) -> tuple[int, Column]:
    kind = _one(store, shape, "msk:columnKind") or "string"
    scheme = _one(store, shape, "msk:scheme")
    most = _one(store, shape, "sh:maxCount")
    return int(_one(store, shape, "sh:order") or 0), Column(
        name=_one(store, shape, "msk:column") or "",
        iri=shape.value,
        path=_one(store, shape, "sh:path") or "",
        kind=kind,
        label=_texts(store, shape, "sh:name"),
        message=_texts(store, shape, "sh:message"),
        range=_one(store, shape, "sh:class"),
        scheme=scheme.removeprefix(PREFIXES["concept"]) if scheme else None,
        least=int(_one(store, shape, "sh:minCount") or 0),
        most=int(most) if most else None,
    )


def _tables(store: ox.Store) -> dict[str, Table]:
    tables = {}
    for shape in _subjects(store, "sh:NodeShape"):
        name = _one(store, shape, "msk:table")
        if name is None:
            continue
        columns = sorted(
            (_column(store, ox.NamedNode(p)) for p in _values(store, shape, "sh:property")),
            key=lambda pair: (pair[0], pair[1].name),
        )
        types = {t.rpartition("#")[2]: t for t in _values(store, shape, "msk:rowType")}
        target = _one(store, shape, "sh:targetClass") or next(iter(types.values()))
        tables[name] = Table(name, target, types, tuple(column for _, column in columns))
    return dict(sorted(tables.items()))


def _schemes(store: ox.Store) -> dict[str, dict[str, Concept]]:
    schemes: dict[str, dict[str, Concept]] = {
        s.value.removeprefix(PREFIXES["concept"]): {} for s in _subjects(store, "skos:ConceptScheme")
    }
    for concept in _subjects(store, "skos:Concept"):
        scheme, _, slug = concept.value.removeprefix(PREFIXES["concept"]).partition("/")
        label = _texts(store, concept, "skos:prefLabel")
        others = (*_values(store, concept, "skos:altLabel"), *_values(store, concept, "skos:hiddenLabel"))
        names = {*label.values(), *others}
        schemes[scheme][slug] = Concept(concept.value, slug, label, frozenset(n.casefold() for n in names))
    return {name: dict(sorted(concepts.items())) for name, concepts in sorted(schemes.items())}


def _superclasses(store: ox.Store) -> dict[str, frozenset[str]]:
    parents: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, node("rdfs:subClassOf"), None, None):
        parents.setdefault(term_text(quad.subject), set()).add(term_text(quad.object))

    def above(cls: str) -> set[str]:
        ancestors = {cls}
        for parent in parents.get(cls, ()):
            ancestors |= above(parent)
        return ancestors

    return {cls: frozenset(above(cls)) for cls in sorted(parents)}


def _merge_imports(store: ox.Store) -> None:
    """Make the files one ontology: what they import of each other is in it, so nobody need fetch it.

    The header of an imported one goes with its import, as one ontology has one header (OWL 2, section 3).
    """
    for imports in list(store.quads_for_pattern(None, node("owl:imports"), None, None)):
        imported = imports.object
        header = ox.Quad(imported, node("rdf:type"), node("owl:Ontology"), VOCABULARY_GRAPH)  # type: ignore[arg-type]
        if header in store:
            store.remove(imports)
            for quad in list(store.quads_for_pattern(imported, None, None, None)):  # type: ignore[arg-type]
                store.remove(quad)


@cache
def vocabulary() -> Vocabulary:
    """Load the ontology room once: ``*.ttl``, ``schemes/*.ttl`` and ``shapes/*.ttl``.

    Raises ``SyntaxError`` (from the Turtle parser, with line and column) if a file is not valid Turtle.
    """
    store = ox.Store()
    base = room("ontology")
    for path in sorted([*base.glob("*.ttl"), *base.glob("schemes/*.ttl"), *base.glob("shapes/*.ttl")]):
        store.load(path=path, to_graph=VOCABULARY_GRAPH)
    _merge_imports(store)
    return Vocabulary(
        quads=tuple(sorted(store, key=str)),
        tables=_tables(store),
        schemes=_schemes(store),
        superclasses=_superclasses(store),
    )


def is_iri(text: str) -> bool:
    """Tell whether a text can be an IRI."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
