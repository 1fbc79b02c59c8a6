"""What can be found by searching: each thing of a store, each question and view, with its names and texts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import PREFIXES, iri, node, term_text
from medskick.queries.catalogue import Catalogue
from medskick.queries.query import Query
from medskick.resources.description import classes_and_datasets, dataset_iri, inferred
from medskick.resources.names import NAMES, OTHER_NAMES
from medskick.resources.time import times
from medskick.words import Lang, fallback, languages, pick, say

GROUPS: Mapping[str, tuple[str, ...]] = {
    "phase-types": (),
    "lessons": ("Lesson",),
    "reflections": ("Challenge", "Observation", "Reflection"),
    "phases": ("Phase",),
    "events": ("DialogueEvent",),
    "decisions": ("Decision",),
    "documents": ("LegalAct", "Contribution", "Document"),
    "contents": ("Content",),
    "actors": ("Organisation", "ActorGroup", "Post", "Actor"),
    "processes": ("PlanningProcess", "Process"),
    "stances": ("Stance",),
    "changes": ("Change",),
    "contexts": ("Context",),
    "inquiries": ("Inquiry",),
    "gaps": ("Gap",),
    "concepts": ("Concept", "ConceptScheme"),
    "terms": ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"),
    "sources": ("Source",),
    "datasets": ("Linkset", "Dataset"),
    "questions": ("Question",),
    "views": ("View",),
    "others": (),
}
"""The groups of hits in a planner's order, each with its kinds, the narrower before the wider. Types of phases are
concepts that stand in a group of their own, before everything that belongs to a phase of that type."""

_IN_GROUP = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
# the books kept about the rest, whose names are put together from it
_LEFT_OUT = ("Participation", "Relation", "Match", "Citation")
_TEXTS = ("msk:recommendation", "msk:text", "msk:value", "skos:definition", "dcterms:description")
_MORE = ("skos:note", "msk:place", "dc:publisher", "dc:creator")
_KEYWORDS = ("msk:appliesToPhaseType", "msk:phaseType", "dcterms:subject", "msk:addressesRole")


@dataclass(frozen=True)
class Said:
    """A text and the language it is in (empty where it has none)."""

    text: str
    lang: str


@dataclass(frozen=True)
class Entry:
    """A thing that can be found: its IRI (a question's or view's slug), the local name of its class, what it says.

    ``names`` holds preferred names, ``others`` other and former ones, ``keywords`` the phases, roles and themes it is
    for; ``place`` is the process, list or publisher it belongs to, ``dataset`` the title of the dataset that says it,
    ``date`` its date in words; ``scheme`` the list of terms that it stands in (``theme``). ``inferred`` names which of
    ``place`` and ``texts`` are inferred, ``until`` is the last day (ISO) on which what was expected could come, if
    nothing shows whether it did.
    """

    thing: str
    kind: str
    names: tuple[Said, ...]
    others: tuple[Said, ...] = ()
    keywords: tuple[Said, ...] = ()
    texts: tuple[Said, ...] = ()
    more: tuple[Said, ...] = ()
    place: tuple[Said, ...] = ()
    dataset: tuple[Said, ...] = ()
    date: Mapping[str, str] | None = None
    scheme: str = ""
    inferred: tuple[str, ...] = ()
    until: str = ""

    @property
    def group(self) -> str:
        """The group of hits that the entry stands in."""
        return "phase-types" if self.scheme == "phase-type" else _IN_GROUP.get(self.kind, "others")


def chosen(said: Sequence[Said], lang: Lang) -> Said:
    """Return the text for a reader of a language: in it, else in none, else in their next; empty if there is none."""
    first, *others = fallback(lang, [s.lang for s in said])
    order = (first, "", *others)
    return min(said, key=lambda s: order.index(s.lang), default=Said("", ""))


def in_lang(said: Iterable[Said], lang: Lang) -> list[str]:
    """Return the texts to search in a language: its own, and those that are in none."""
    return [s.text for s in said if s.lang in (lang, "")]


class _Reader:
    """A store read once, property by property."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.said: dict[str, dict[str, list[Said]]] = {}
        for name in (*NAMES, *OTHER_NAMES, *_TEXTS, *_MORE, "dcterms:language"):
            texts: dict[str, set[tuple[str, str]]] = defaultdict(set)
            for quad in named_quads(store, None, node(name)):
                if isinstance(quad.object, ox.Literal):
                    texts[term_text(quad.subject)].add((quad.object.language or "", quad.object.value))
            self.said[name] = {thing: [Said(t, lang) for lang, t in sorted(pairs)] for thing, pairs in texts.items()}
        self.processes = self._pointed("msk:inProcess")
        self.schemes = self._pointed("skos:inScheme")
        self.keywords = [self._pointed(name) for name in _KEYWORDS]
        self.times = times(store)
        self.withdrawn = {
            term_text(q.subject) for q in named_quads(store, None, node("owl:deprecated"), ox.Literal(True))
        }

    def _pointed(self, name: str) -> dict[str, set[str]]:
        targets: dict[str, set[str]] = defaultdict(set)
        for quad in named_quads(self.store, None, node(name)):
            targets[term_text(quad.subject)].add(term_text(quad.object))
        return targets

    def _first(self, name: str, thing: str) -> str:
        return next((said.text for said in self.said[name].get(thing, ())), "")

    def texts(self, thing: str, names: Iterable[str]) -> tuple[Said, ...]:
        return tuple(dict.fromkeys(said for name in names for said in self.said[name].get(thing, ())))

    def entry(self, thing: str, kind: str, dataset: str) -> Entry | None:
        names = self.texts(thing, NAMES)
        if not names:
            return None
        # a source's title is in the language of the source
        own = self._first("dcterms:language", thing)
        names = tuple(Said(said.text, said.lang or own) for said in names)
        if kind == "Source":
            place = self.texts(thing, ("dc:publisher",))
        else:
            within = (self.schemes if kind == "Concept" else self.processes).get(thing, set()) - {thing}
            place = self.texts(next(iter(within)), NAMES) if len(within) == 1 else ()
        texts, more = self.texts(thing, _TEXTS), self.texts(thing, _MORE)
        ours = inferred(self.store, thing)
        concluded = {"place": iri("msk:process") in ours, "texts": not ours.isdisjoint(map(iri, _TEXTS))}
        time = self.times.get(thing)
        concepts = sorted({concept for pointed in self.keywords for concept in pointed.get(thing, ())})
        return Entry(
            thing,
            kind,
            names,
            others=self.texts(thing, OTHER_NAMES),
            keywords=tuple(said for concept in concepts for said in self.texts(concept, NAMES)),
            texts=texts or more,
            more=more if texts else (),
            place=place,
            dataset=self.texts(dataset_iri(dataset), ("dcterms:title",)) if dataset else (),
            date={lang: time.words(lang) for lang in languages()} if time else None,
            scheme=next(iter(sorted(self.schemes.get(thing, ()))), "").removeprefix(PREFIXES["concept"]),
            inferred=tuple(part for part, is_ours in concluded.items() if is_ours),
            until=time.expected_by if time else "",
        )


def _things(store: Store) -> dict[str, tuple[str, str]]:
    """The class of each thing that can be found, and the dataset it was entered in (empty: the ontology)."""
    described: dict[str, tuple[str, str]] = {}
    for thing, (cls, dataset) in classes_and_datasets(store).items():
        # borrowed terms are documented by their owners
        borrowed = cls in GROUPS["terms"] and not thing.startswith(PREFIXES["msk"])
        if cls in _LEFT_OUT or borrowed or not (cls in _IN_GROUP or dataset):
            continue
        described[thing] = (cls, "" if cls in GROUPS["datasets"] else dataset)
    return described


def _asked(query: Query) -> Entry:
    def said(text: Mapping[str, str]) -> tuple[Said, ...]:
        return tuple(Said(t, lang) for lang, t in sorted(text.items()))

    theme = () if query.is_view else said(query.heading)
    return Entry(
        query.slug,
        "View" if query.is_view else "Question",
        said(query.summary),
        texts=said(query.description) + said(query.wish),
        keywords=tuple(Said(tag, "") for tag in query.tags) + theme,
        place=theme,
    )


def entries(store: Store, catalogue: Catalogue) -> list[Entry]:
    """Return everything that can be found in a store and in a catalogue, things in order of IRI."""
    reader = _Reader(store)
    of_things = [
        reader.entry(thing, kind, dataset)
        for thing, (kind, dataset) in _things(store).items()
        if thing not in reader.withdrawn
    ]
    return [entry for entry in of_things if entry] + [
        _asked(query) for query in (*catalogue.questions(), *catalogue.views())
    ]


def place_of(entry: Entry, lang: Lang) -> str:
    """Return where an entry belongs in words, marked where that is inferred; empty where it belongs nowhere."""
    place = chosen(entry.place, lang).text
    return f"{place} {say('report.inferred', lang)}" if place and "place" in entry.inferred else place


def details(entry: Entry, lang: Lang) -> list[str]:
    """Return what tells namesakes apart: the process or list it belongs to, its date in words."""
    date = pick(entry.date, lang) if entry.date else ""
    return [text for text in (place_of(entry, lang), date) if text]
