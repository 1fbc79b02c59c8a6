"""What the ontology's files say of its classes and properties: relations between them, and the columns that use them.

Domain and range are those of OWL 2 (``rdfs:domain``, ``rdfs:range``, and ``dcam:rangeIncludes`` for datatypes that a
property may have among others). Most properties are of several classes; the tables then tell of which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from medskick.ontology import PREFIXES, shorten, term_text, vocabulary

CLASS = "owl:Class"
PROPERTIES = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
_FORWARD = {
    "rdfs:subClassOf": "superclasses", "rdfs:subPropertyOf": "superproperties", "rdfs:domain": "domain",
    "rdfs:range": "range", "http://purl.org/dc/dcam/rangeIncludes": "range", "owl:disjointWith": "disjoint",
    "owl:inverseOf": "inverse",
}  # fmt: skip
_BACKWARD = {
    "rdfs:subClassOf": "subclasses", "rdfs:subPropertyOf": "subproperties", "owl:disjointWith": "disjoint",
    "owl:inverseOf": "inverse",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A column that writes a property: its table, its name, the table's class, what its cells point at (or empty)."""

    table: str
    column: str
    cls: str
    points_at: str = ""


@dataclass(frozen=True)
class Term:
    """A class or property: ``related`` are IRIs by how they are related (``superclasses``, ``domain`` …).

    ``kinds`` are its types as prefixed names, ``uses`` the columns that write it, ``tables`` those with its rows.
    """

    iri: str
    kinds: frozenset[str]
    related: Mapping[str, Sequence[str]]
    uses: Sequence[Use] = ()
    tables: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The local name, which is its anchor on the ontology's page."""
        return self.iri.removeprefix(PREFIXES["msk"])


@dataclass
class _Parts:
    kinds: set[str] = field(default_factory=set)
    related: dict[str, dict[str, None]] = field(default_factory=dict)


@cache
def terms() -> dict[str, Term]:
    """Return the ontology's own classes and properties by IRI, in order of IRI."""
    parts: dict[str, _Parts] = {}
    for quad in vocabulary().quads:
        subject, key, value = term_text(quad.subject), shorten(quad.predicate.value), term_text(quad.object)
        if key == "rdf:type":
            parts.setdefault(subject, _Parts()).kinds.add(shorten(value))
        if key in _FORWARD:
            parts.setdefault(subject, _Parts()).related.setdefault(_FORWARD[key], {})[value] = None
        if key in _BACKWARD:
            parts.setdefault(value, _Parts()).related.setdefault(_BACKWARD[key], {})[subject] = None
    uses, tables = _uses(), _tables()
    return {
        term: Term(
            term,
            frozenset(said.kinds),
            {key: sorted(values) for key, values in said.related.items()},
            uses.get(term, ()),
            tables.get(term, ()),
        )
        for term, said in sorted(parts.items())
        if term.startswith(PREFIXES["msk"]) and said.kinds & {CLASS, *PROPERTIES}
    }


def _uses() -> dict[str, list[Use]]:
    uses: dict[str, list[Use]] = {}
    for table in vocabulary().tables.values():
        for column in table.columns:
            points_at = column.range or (PREFIXES["concept"] + column.scheme if column.scheme else "")
            uses.setdefault(column.path, []).append(Use(table.name, column.name, table.target, points_at))
    return uses


def _tables() -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for table in vocabulary().tables.values():
        for cls in dict.fromkeys([table.target, *table.types.values()]):
            tables.setdefault(cls, []).append(table.name)
    return tables


def classes() -> dict[str, Term]:
    """Return the classes alone."""
    return {name: term for name, term in terms().items() if CLASS in term.kinds}


def relations_of(cls: str) -> list[tuple[str, str, str]]:
    """Return what relates a class to others: (class, property, class), as domain and range or a table's columns say."""
    own = classes()
    pairs: set[tuple[str, str, str]] = set()
    for term in terms().values():
        if "owl:ObjectProperty" not in term.kinds:
            continue
        ends = {(use.cls, use.points_at) for use in term.uses}
        ends |= {(start, end) for start in term.related.get("domain", ()) for end in term.related.get("range", ())}
        pairs |= {(start, term.iri, end) for start, end in ends if start in own and end in own and cls in (start, end)}
    return sorted(pairs)


def written_by(term: Term) -> Sequence[str]:
    """Return the classes that have a property: its domain; where none is given, those of its tables."""
    return term.related.get("domain") or list(dict.fromkeys(use.cls for use in term.uses))


def leads_to(term: Term) -> Sequence[str]:
    """Return what a property leads to: its range, and the classes and lists that its columns narrow that to."""
    narrower = dict.fromkeys(use.points_at for use in term.uses if use.points_at)
    return list(dict.fromkeys([*narrower, *(end for end in term.related.get("range", ()) if end not in narrower)]))
