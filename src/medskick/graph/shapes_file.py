"""The shapes as one file that stands by itself: with it any SHACL engine says of a dataset what the gate says.

The shapes of the ontology room (https://www.w3.org/TR/shacl/) need the ontology, the lists of terms and the datasets
referred to beside the data. Here these are written into the shapes: terms and things as lists, subclasses as choices.
"""

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from medskick.graph.dataset import Dataset
from medskick.graph.index import Index
from medskick.ontology import PREFIXES, Vocabulary, iri, node, term_text
from medskick.rooms import room

_KEPT = frozenset(
    iri(name)
    for name in (
        "rdf:type", "rdfs:label", "rdfs:comment", "sh:datatype", "sh:maxCount", "sh:message", "sh:minCount",
        "sh:minInclusive", "sh:name", "sh:node", "sh:nodeKind", "sh:order", "sh:path", "sh:property", "sh:uniqueLang",
    )
)  # fmt: skip
"""What is written as it stands. What tells of tables is ours; classes and lists of terms are written otherwise."""
_YEAR = r"(?:1[6-9]|2[01])(?:\d\d|\dX|XX)"
_MARK = "[~?%]?"
_IN_YEAR = rf"{_MARK}(?:2[1-9]|3\d|4[01]|(?:0[1-9]|1[0-2]|XX){_MARK}(?:-{_MARK}(?:0[1-9]|[12]\d|3[01]|XX))?)"
_ONE = rf"{_MARK}{_YEAR}{_MARK}(?:-{_IN_YEAR}{_MARK})?(?:T[0-9:Z+-]+)?"
_SET = r"[\[{][0-9X., -]+[\]}]"
DATE_FORM = rf"^(?:{_ONE}|{_SET}|{_ONE}/(?:{_ONE}|\.\.)?|(?:\.\.)?/{_ONE})$"
"""The form of a date (EDTF) that is taken: whether the day is in the calendar, no expression of this kind tells."""

_TYPED = "sh:property [ sh:path rdf:type ; sh:minCount 1 ]"
"""Of what the data describes."""


def shapes_file(vocabulary: Vocabulary, dataset: Dataset | None = None, index: Index | None = None) -> str:
    """Return the shapes as one file in Turtle; the same input gives the same text.

    With a ``dataset`` in its ``index`` they are for that dataset: references to its own things and to those of the
    datasets that it refers to are followed. Without one, a reference to what the data does not describe passes.
    """
    shapes = [q for q in vocabulary.quads if term_text(q.subject).startswith(PREFIXES["shp"])]
    in_scheme = f"{PREFIXES['shp']}in-scheme/"
    triples = [
        q.triple for q in shapes if q.predicate.value in _KEPT and not term_text(q.subject).startswith(in_scheme)
    ]
    ranges = set()
    for quad in shapes:
        if quad.predicate.value == iri("sh:class"):
            ranges.add(term_text(quad.object))
            triples.append(ox.Triple(quad.subject, node("sh:node"), ox.NamedNode(_of_class(term_text(quad.object)))))
    for table in vocabulary.tables.values():
        shape = ox.NamedNode(PREFIXES["shp"] + table.name)
        for class_ in table.types.values() or (table.target,):
            triples.append(ox.Triple(shape, node("sh:targetClass"), ox.NamedNode(class_)))
    columns = {column.iri: column for table in vocabulary.tables.values() for column in table.columns}
    for address, column in columns.items():
        if column.kind == "date":
            triples.append(ox.Triple(ox.NamedNode(address), node("sh:pattern"), ox.Literal(DATE_FORM)))
    prefixes = {name: PREFIXES[name] for name in sorted(PREFIXES.keys() - {"concept", "shp"})}
    written = ox.serialize(sorted(set(triples), key=str), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None
    parts = [written.decode()]
    parts += [_class_shape(class_, vocabulary, dataset, index) for class_ in sorted(ranges)]
    schemes = sorted({column.scheme for column in columns.values() if column.scheme})
    parts += [_scheme_shape(scheme, vocabulary, dataset, index) for scheme in schemes]
    if dataset is not None:
        tags = " ".join(f'"{tag}"' for tag in dataset.languages)
        parts += [f"<{c.iri}> sh:languageIn ( {tags} ) ." for c in columns.values() if c.kind == "text"]
    parts += [path.read_text(encoding="utf-8") for path in sorted(room("ontology").glob("outside/*.ttl"))]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _of_class(class_: str) -> str:
    return f"{PREFIXES['shp']}of-class/{re.split('[#/]', class_)[-1]}"


def _shape(address: str, choices: Iterable[str]) -> str:
    lines = "\n".join(f"    [ {choice} ]" for choice in choices)
    return f"<{address}> a sh:NodeShape ; sh:or (\n{lines}\n) ."


def _listed(addresses: Iterable[str]) -> str:
    return "sh:in ( " + " ".join(f"<{address}>" for address in addresses) + " )"


def _class_shape(class_: str, vocabulary: Vocabulary, dataset: Dataset | None, index: Index | None) -> str:
    """What a reference may point at: a thing of the class or of one below it, or one that is described elsewhere."""
    below = {class_, *(sub for sub, above in vocabulary.superclasses.items() if class_ in above)}
    choices = [f"sh:class <{one}>" for one in sorted(below)]
    fitting = []
    if class_ == iri("skos:Concept"):
        fitting = sorted(concept.iri for terms in vocabulary.schemes.values() for concept in terms.values())
    if dataset is None or index is None:
        named = [_listed(fitting)] if fitting else []
        return _shape(_of_class(class_), [*choices, *named, f"sh:not [ {_TYPED} ]"])
    for address, row in sorted(index.by_iri.items()):
        table = vocabulary.tables[row.table]
        if row.dataset != dataset.name and table.types.get(row.cells.get("type", ""), table.target) in below:
            fitting.append(address)
    if fitting:
        choices.append(_listed(fitting))
    return _shape(_of_class(class_), [*choices, *_elsewhere(dataset, index)])


def _scheme_shape(scheme: str, vocabulary: Vocabulary, dataset: Dataset | None, index: Index | None) -> str:
    """What a cell with terms may hold: a term of the list, or one that the data itself puts in it."""
    terms = {concept.iri for concept in vocabulary.schemes[scheme].values()}
    if dataset is not None and index is not None:
        others = [row for row in index.own_concepts(dataset.name, scheme).values() if row.dataset != dataset.name]
        terms |= {index.datasets[row.dataset].base + row.id for row in others}
    choices = [
        _listed(sorted(terms)),
        f"sh:property [ sh:path skos:inScheme ; sh:hasValue <{PREFIXES['concept']}{scheme}> ]",
    ]
    if dataset is None or index is None:
        # another dataset's own term, but none that the lists themselves would have
        choices.append(f"""sh:not [ sh:or ( [ {_TYPED} ] [ sh:pattern "^{PREFIXES["concept"]}" ] ) ]""")
    return _shape(f"{PREFIXES['shp']}in-scheme/{scheme}", choices)


def _elsewhere(dataset: Dataset, index: Index) -> Iterator[str]:
    """Things of datasets that are referred to and not at hand: they cannot be checked."""
    for name, base in sorted(dataset.refers.items()):
        if name not in index.datasets:
            pattern = ("^" + re.escape(base)).replace("\\", "\\\\").replace('"', '\\"')
            yield f'sh:pattern "{pattern}"'
