"""Which things a name may mean: candidates with a score that tells what it is made of.

Read from the search index: preferred, other and former names in all languages. What a thing leaves empty is unknown and
counts neither for nor against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import PREFIXES, Column, Table, iri, term_text, vocabulary
from medskick.queries.search.entries import Entry
from medskick.queries.search.likeness import SAME, Likeness, forms_of, words_of
from medskick.resources.description import local_name
from medskick.resources.names import NAMES, OTHER_NAMES, names_of

NAME, KIND = "name", "type"
"""Parts of a score; the others are columns."""
_NAME_SHARE = 0.7
"""Of a score where values of columns are compared too; these share the rest."""
_OTHER_KIND = 10.0
_LEAST, _CUT, _LOOKED_AT = 30.0, 45.0, 60


@dataclass(frozen=True)
class Wanted:
    """What a thing is looked for by: its name, the classes it may have (IRIs; none: any), values by column name.

    ``strict`` says that another class is no candidate, otherwise it only counts against it.
    """

    text: str
    classes: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strict: bool = True


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant, its score (0 to 100) and what that is made of: ``parts`` by name, each 0 to 100.

    ``by`` is the name of it that was most alike; ``match`` says that nothing else comes into question.
    """

    entry: Entry
    score: float
    parts: Mapping[str, float]
    by: str
    match: bool = False


def classes_above(cls: str) -> frozenset[str]:
    """Return a class (IRI) with all that stand above it."""
    return vocabulary().superclasses.get(cls, frozenset((cls,)))


def class_iri(kind: str) -> str:
    """Return the IRI of a class by its local name: ours, else SKOS's."""
    return iri("skos:Concept") if kind == "Concept" else PREFIXES["msk"] + kind


def table_of(kind: str) -> Table | None:
    """Return the table whose rows are of a class (local name), ``None`` where no table holds such rows."""
    tables = vocabulary().tables.values()
    return next((t for t in tables if kind in t.types or class_iri(kind) == t.target), None)


class Candidates:
    """Finds candidates among the entries of a store."""

    def __init__(self, store: Store, searched: Sequence[Entry]) -> None:
        """Take all entries whose rows stand in tables, and the terms."""
        self._store = store
        self.entries = [entry for entry in searched if table_of(entry.kind) is not None]
        self._names: list[str] = []
        self._owners: list[int] = []
        for number, entry in enumerate(self.entries):
            for said in (*entry.names, *entry.others):
                for form in forms_of(said.text):
                    self._names.append(form)
                    self._owners.append(number)
        self._folded = [" ".join(words_of(name)) for name in self._names]
        self.likeness = Likeness(self._names)

    def find(self, wanted: Wanted, most: int = 10) -> list[Candidate]:
        """Return the likeliest things, the best first; of equals, in order of IRI."""
        by_number = self._by_name(wanted) if wanted.text.strip() else self._all_of(wanted)
        scored = [self._scored(self.entries[n], wanted, alike, name) for n, (alike, name) in by_number.items()]
        kept = sorted((c for c in scored if c.score >= _LEAST), key=lambda c: (-c.score, c.entry.thing))
        certain = [c for c in kept if self._certain(c)]
        only = certain[0].entry.thing if len(certain) == 1 else ""
        return [
            Candidate(c.entry, c.score, c.parts, c.by, match=c.entry.thing == only) if only else c for c in kept[:most]
        ]

    @staticmethod
    def _certain(candidate: Candidate) -> bool:
        """Whether it has the very name, and nothing that is known speaks against it."""
        return NAME in candidate.parts and all(part >= SAME for part in candidate.parts.values())

    @staticmethod
    def fits(entry: Entry, classes: Sequence[str]) -> bool:
        """Tell whether an entry is of one of some classes (IRIs); of none: any."""
        return not classes or not classes_above(class_iri(entry.kind)).isdisjoint(classes)

    def _all_of(self, wanted: Wanted) -> dict[int, tuple[float, str]]:
        return {n: (0.0, "") for n, entry in enumerate(self.entries) if self.fits(entry, wanted.classes)}

    def _by_name(self, wanted: Wanted) -> dict[int, tuple[float, str]]:
        """The entries whose names resemble the wanted one, how much, and by which name."""
        likest: dict[int, tuple[float, str]] = {}
        classes = wanted.classes if wanted.strict else ()
        allowed = {n for n, entry in enumerate(self.entries) if self.fits(entry, classes)}
        pool = {place: name for place, name in enumerate(self._folded) if self._owners[place] in allowed}
        for form in forms_of(wanted.text):
            folded = " ".join(words_of(form))
            near = process.extract(folded, pool, scorer=fuzz.token_set_ratio, score_cutoff=_CUT, limit=_LOOKED_AT)
            for _, _, place in near:
                alike, owner = self.likeness.of(form, self._names[place]), self._owners[place]
                if alike > likest.get(owner, (0.0, ""))[0]:
                    likest[owner] = alike, self._names[place]
        return likest

    def _scored(self, entry: Entry, wanted: Wanted, alike: float, name: str) -> Candidate:
        compared = {
            column: part
            for column, values in wanted.values.items()
            if (part := self.value_part(entry, column, values)) is not None
        }
        score = alike
        if compared:
            mean = sum(compared.values()) / len(compared)
            score = _NAME_SHARE * alike + (1 - _NAME_SHARE) * mean if wanted.text.strip() else mean
        parts = {NAME: alike} if wanted.text.strip() else {}
        if wanted.classes:
            fits = self.fits(entry, wanted.classes)
            parts[KIND] = SAME if fits else 0.0
            score -= 0.0 if fits else _OTHER_KIND
        return Candidate(entry, round(max(score, 0.0), 1), {**parts, **compared}, name)

    def value_part(self, entry: Entry, column: str, values: Sequence[str]) -> float | None:
        """Return how alike the likest of some values and of a thing's in a column are; ``None`` if either has none."""
        table = table_of(entry.kind)
        of_table = table.column(column) if table else None
        texts = self.texts(entry.thing, of_table) if of_table else []
        if not texts or not any(value.strip() for value in values):
            return None
        if not set(values).isdisjoint(texts):
            return SAME
        return self.likeness.best([f for v in values for f in forms_of(v)], texts)[0]

    def texts(self, thing: str, column: Column) -> list[str]:
        """Return what a thing's cell in a column can be met by: texts, and of things their IRI, id and all names."""
        texts: list[str] = []
        for quad in named_quads(self._store, ox.NamedNode(thing), ox.NamedNode(column.path)):
            texts.append(term_text(quad.object))
            if isinstance(quad.object, ox.NamedNode):
                texts += [local_name(quad.object.value), *all_names(self._store, quad.object.value)]
        return sorted(set(texts))


def all_names(store: Store, thing: str) -> list[str]:
    """Return a thing's names in all languages, the preferred ones first."""
    others = (
        term_text(quad.object)
        for name in (*NAMES, *OTHER_NAMES)
        for quad in named_quads(store, ox.NamedNode(thing), ox.NamedNode(iri(name)))
    )
    return list(dict.fromkeys((*names_of(store, thing).values(), *sorted(others))))
