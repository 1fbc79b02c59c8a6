"""What the server knows of the graph: the current store, and which address is whose."""

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import (
    DATASETS,
    GRAPHS,
    PREFIXES,
    THINGS,
    VOCABULARY_GRAPH,
    node,
    term_text,
)
from medskick.queries.evaluate import datasets_in, drafts_in, linksets_in
from medskick.queries.federated import Endpoints, chosen_endpoints, endpoints_named
from medskick.queries.search.candidates import Candidates
from medskick.queries.search.search_index import Index
from medskick.reports.document import Document
from medskick.resources.description import bases, classes_and_datasets, datasets_speaking, is_a
from medskick.resources.names import NAMES, Label
from medskick.viz.charts.lanes import Lane
from medskick.viz.look import class_words
from medskick.viz.pictures.offline import neighbours
from medskick.web.elsewhere import Elsewhere
from medskick.web.feedback.box import Box
from medskick.web.feedback.remark import Remark
from medskick.web.http.problems import Problem
from medskick.web.operator import Operator
from medskick.web.page_cache import PageCache
from medskick.words import Lang, languages

HOME = "https://w3id.org/medskick/"
LOOKED_AT = 1.0
"""Seconds between two looks at whether a question file has changed."""
DOCUMENTS = 32
"""So many reports, asked for last, are kept."""
KINDS = ("id", "concept", "dataset")
"""The parts of our own names that have a page for each thing: ``https://w3id.org/medskick/<kind>/…``."""


def _counted(store: Store, text: str) -> dict[str, int]:
    """Numbers by graph; the one of a query that names no graph has no name."""
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    grouped = len(solutions.variables) > 1
    return {term_text(row["g"]) if grouped else "": int(term_text(row["n"])) for row in solutions}


class Edition:
    """One version of the store and the catalogue, opened read-only, with what is looked up again and again.

    ``mark`` is another one whenever either has changed.
    """

    def __init__(
        self,
        kg: KnowledgeGraph,
        box: Box,
        operator: Operator | None,
        catalogue_mark: str = "",
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self.kg, self.store, self.version = kg, kg.store, kg.version
        self.catalogue, self.mark = kg.catalogue, kg.version + catalogue_mark
        self.box, self.operator, self.elsewhere = box, operator, elsewhere or Elsewhere()
        self.page_cache = PageCache()
        self._about: dict[str, list[ox.Quad]] = {}
        # what many pages ask for again: names of things by language, what the forms offer
        self.labels: dict[Lang, dict[str, Label]] = {lang: {} for lang in languages()}
        self.classes_of_things: dict[str, str] = {}
        self.offered: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        self.lanes: dict[Lang, list[Lane]] = {}
        self._documents: dict[tuple[str, ...], Document] = {}
        self._lock = threading.Lock()
        self.search = Index(kg.store, kg.catalogue)

    @cached_property
    def named(self) -> list[str]:
        """The IRIs of all named graphs."""
        return sorted(term_text(g) for g in self.store.named_graphs())

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many statements each graph holds: the default graph (without a name) and the named ones."""
        # in one query each: to count what an endpoint holds by reading it would take minutes
        default = _counted(self.store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        named = _counted(self.store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return {"": default.get("", 0), **{name: named.get(name, 0) for name in self.named}}

    @cached_property
    def ontology_version(self) -> str:
        """The version of the ontology that the store was built with (``owl:versionInfo``)."""
        versions = self.store.quads_for_pattern(None, node("owl:versionInfo"), None, VOCABULARY_GRAPH)
        return next((term_text(q.object) for q in versions), "")

    @cached_property
    def candidates(self) -> Candidates:
        """What finds the things that a name may mean."""
        return Candidates(self.store, self.search.entries())

    @cached_property
    def neighbours(self) -> dict[str, Any]:
        """All things and relations in short: every picture that is taken away carries them."""
        return neighbours(self.store)

    @cached_property
    def bases(self) -> dict[str, str]:
        """The base of each dataset and linkset by name, the longest base first: theirs may be anywhere on the web."""
        return dict(sorted(bases(self.store).items(), key=lambda pair: -len(pair[1])))

    @cached_property
    def endpoints(self) -> dict[str, str]:
        """The addresses of the endpoints that may be asked, by name: the operator's, and those that datasets name."""
        return endpoints_named(self.store, self.elsewhere.services)

    def asked_too(self, wanted: Iterable[str]) -> Endpoints | None:
        """Return the endpoints that are wanted by name or address. Raises ``UnknownEndpointError``."""
        chosen = chosen_endpoints(self.endpoints, wanted)
        return self.elsewhere.asking(chosen) if chosen else None

    @cached_property
    def drafts(self) -> list[str]:
        """The names of the drafts (``drafts/exempel``), which only their owner's server has."""
        return drafts_in(self.store)

    def held_at(self, path: str) -> str:
        """Return the dataset that a page (``/id/skane/kick-off``) is of, if it stands as last built; else empty."""
        held = [name for name in self.kg.built.held if name in self.datasets]
        return next((n for n in held if path.startswith(f"/id/{n}/") or path == f"/dataset/{n}"), "")

    @cached_property
    def datasets(self) -> list[str]:
        """The names of the datasets, then of the linksets."""
        return [*datasets_in(self.store), *linksets_in(self.store)]

    @cached_property
    def _by_class(self) -> dict[str, list[str]]:
        members: dict[str, list[str]] = {}
        for thing, (cls, _) in classes_and_datasets(self.store).items():
            if class_words(cls) and not (self.address_of(thing) or "o").startswith("o"):
                members.setdefault(cls, []).append(thing)
        return dict(sorted(members.items()))

    @property
    def counted(self) -> dict[str, int]:
        """How many things there are of each class (local name), as they were written."""
        return {cls: len(things) for cls, things in self._by_class.items()}

    def document(self, key: tuple[str, ...], make: Callable[[], Document]) -> Document:
        """Return a report, made only where it is not one of the last: its page and its files are asked for together."""
        with self._lock:
            document = self._documents.pop(key, None)
        document = document or make()
        # pages are made in several threads
        with self._lock:
            self._documents[key] = document
            while len(self._documents) > DOCUMENTS:
                del self._documents[next(iter(self._documents))]
        return document

    def members(self, cls: str) -> list[str]:
        """Return the things that were given a class."""
        return self._by_class.get(cls, [])

    def thing_at(self, kind: str, path: str) -> str:
        """Return the IRI that an address of ours stands for: ``id`` and ``skane/kick-off``."""
        if kind == "id":
            for name, base in sorted(self.bases.items(), key=lambda pair: -len(pair[0])):
                if path.startswith(f"{name}/"):
                    return base + path.removeprefix(f"{name}/")
            return THINGS + path
        return f"{HOME}{kind}/{path}"

    def address_of(self, thing: str) -> str | None:
        """Return our own address of a thing (``id/skane/kick-off``), ``None`` for what is not ours."""
        for name, base in self.bases.items():
            if thing.startswith(base) and len(thing) > len(base):
                return f"id/{name}/{thing.removeprefix(base)}"
        if thing.startswith(PREFIXES["msk"]):
            return "ontology#" + thing.removeprefix(PREFIXES["msk"])
        for kind in KINDS:
            if thing.startswith(f"{HOME}{kind}/"):
                return thing.removeprefix(HOME)
        return None

    def exists(self, thing: str) -> bool:
        """Tell whether anything is said of a thing."""
        return next(named_quads(self.store, ox.NamedNode(thing)), None) is not None

    def gone(self, thing: str) -> bool:
        """Tell whether a thing's name was once given and has been withdrawn."""
        try:
            pattern = (ox.NamedNode(thing), node("owl:deprecated"), ox.Literal(True))
        except ValueError:  # no IRI
            return False
        return next(named_quads(self.store, *pattern), None) is not None

    def known(self, thing: str) -> None:
        """Raise ``Problem``: 410 for a name that was withdrawn, 404 for one that was never given."""
        try:
            ox.NamedNode(thing)
        except ValueError:
            raise Problem(404, "Nothing can have that name: it is no IRI.") from None
        if self.gone(thing):
            into = self.merged(thing)
            fate = f"This name was merged into {into}." if into else "This name stands for nothing any more."
            raise Problem(410, f"Withdrawn. {fate}", merged=into)
        if not self.exists(thing):
            raise Problem(404, "Nothing here has that name.")

    def merged(self, thing: str) -> str:
        """Return the thing that a withdrawn name was merged into, empty if there is none."""
        targets = named_quads(self.store, ox.NamedNode(thing), node("dcterms:isReplacedBy"))
        return next((term_text(q.object) for q in targets if isinstance(q.object, ox.NamedNode)), "")

    def said_by(self, graph: str, lang: Lang) -> str:
        """Return who says what a linkset's graph says."""
        linkset = ox.NamedNode(DATASETS + graph.removeprefix(GRAPHS))
        said = [q.object for q in named_quads(self.store, linkset, node("msk:saidBy"))]
        return next((o.value for o in said if isinstance(o, ox.Literal) and o.language == lang), "")

    def remarks(self, thing: str) -> list[Remark]:
        """Return what readers have remarked on a thing, as far as a curator has accepted it."""
        return self.box.published(thing)

    def about(self, thing: str) -> list[ox.Quad]:
        """Return what is said of a thing both ways, its neighbours' names, its citations, its dataset's licence."""
        if thing in self._about:
            return self._about[thing]
        subject = ox.NamedNode(thing)
        own = [
            *named_quads(self.store, subject),
            *named_quads(self.store, None, None, subject),
        ]
        quads = list(own)
        near = {t.value for q in own for t in (q.subject, q.predicate, q.object) if isinstance(t, ox.NamedNode)}
        for neighbour in sorted(near - {thing}):
            for name in NAMES:
                quads += named_quads(self.store, ox.NamedNode(neighbour), node(name))
            if is_a(self.store, neighbour, "msk:Citation"):
                quads += named_quads(self.store, ox.NamedNode(neighbour))
        speaking = datasets_speaking(own)
        for dataset in (name for name in self.datasets if name in speaking):
            for name in ("dcterms:license", "dcterms:title", "dcat:version"):
                quads += named_quads(self.store, ox.NamedNode(DATASETS + dataset), node(name))
        # the forms of one thing are often asked for one after the other
        self._about = {thing: sorted(set(quads), key=str)}
        return self._about[thing]
