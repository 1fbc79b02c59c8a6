"""What the server knows of the graph: the current store, and which address is whose."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from medskick.graph.store import current, store_home
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import CATALOGUE_GRAPH, DATASETS, GRAPHS, PREFIXES, THINGS, iri, node, term_text
from medskick.queries.run import dataset_graphs, datasets_in, linksets_in

HOME = "https://w3id.org/medskick/"
KINDS = ("id", "concept", "dataset")
"""The parts of our own names that have a page for each thing: ``https://w3id.org/medskick/<kind>/…``."""


class Edition:
    """One version of the store, opened read-only, with what is looked up in it again and again."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg, self.store, self.version = kg, kg.store, kg.version

    @cached_property
    def named(self) -> list[str]:
        """The IRIs of all named graphs."""
        return sorted(term_text(g) for g in self.store.named_graphs())

    @cached_property
    def default(self) -> list[str]:
        """The graphs that a query without a dataset of its own is asked over: all but the linksets."""
        return [g.value for g in (*dataset_graphs(self.store), CATALOGUE_GRAPH)]

    def standing(self) -> tuple[list[str], list[str]]:
        """Return the graphs of the standing dataset: default and named."""
        return self.default, self.named

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many statements each named graph holds."""
        return {
            graph: sum(1 for _ in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
            for graph in self.named
        }

    @cached_property
    def bases(self) -> dict[str, str]:
        """The base of each dataset and linkset by name: theirs may be anywhere on the web."""
        found = self.store.quads_for_pattern(None, node("void:uriSpace"), None, None)
        return {term_text(q.subject).removeprefix(DATASETS): term_text(q.object) for q in found}

    @cached_property
    def datasets(self) -> list[str]:
        """The names of the datasets, then of the linksets."""
        return [*datasets_in(self.store), *linksets_in(self.store)]

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
        for name, base in sorted(self.bases.items(), key=lambda pair: -len(pair[1])):
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
        return next(self.store.quads_for_pattern(ox.NamedNode(thing), None, None, None), None) is not None

    def gone(self, thing: str) -> bool:
        """Tell whether a thing's name was once given and has been withdrawn."""
        pattern = (ox.NamedNode(thing), node("owl:deprecated"), ox.Literal(True), None)
        return next(self.store.quads_for_pattern(*pattern), None) is not None

    def about(self, thing: str) -> list[ox.Quad]:
        """Return what is said of a thing both ways, its neighbours' names, its citations, its dataset's licence."""
        subject = ox.NamedNode(thing)
        own = [
            *self.store.quads_for_pattern(subject, None, None, None),
            *self.store.quads_for_pattern(None, None, subject, None),
        ]
        found = list(own)
        near = {t.value for q in own for t in (q.subject, q.predicate, q.object) if isinstance(t, ox.NamedNode)}
        citation = ox.NamedNode(iri("msk:Citation"))
        for neighbour in sorted(near - {thing}):
            for name in ("rdfs:label", "skos:prefLabel", "dcterms:title"):
                found += self.store.quads_for_pattern(ox.NamedNode(neighbour), node(name), None, None)
            if next(self.store.quads_for_pattern(ox.NamedNode(neighbour), node("rdf:type"), citation, None), None):
                found += self.store.quads_for_pattern(ox.NamedNode(neighbour), None, None, None)
        for dataset in self.homes(own):
            for name in ("dcterms:license", "dcterms:title", "dcat:version"):
                found += self.store.quads_for_pattern(ox.NamedNode(DATASETS + dataset), node(name), None, None)
        return sorted(set(found), key=str)

    def homes(self, quads: Sequence[ox.Quad]) -> list[str]:
        """Return the datasets whose graphs some statements stand in."""
        graphs = {term_text(q.graph_name).removeprefix(GRAPHS).removesuffix("/derived") for q in quads}
        return [name for name in self.datasets if name in graphs]


class House:
    """The folder of the stores, and the edition that is current now."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = store_home(folder)
        self._edition: Edition | None = None

    @property
    def edition(self) -> Edition:
        """The current edition, opened anew when a build has replaced it."""
        built = current(self.folder)
        if built is None:
            raise FileNotFoundError(self.folder / "current")
        if self._edition is None or self._edition.version != built.version:
            self._edition = Edition(KnowledgeGraph(self.folder))
        return self._edition

    def current(self) -> tuple[str, Path]:
        """Return version and folder of the current store, for the workers."""
        built = current(self.folder)
        if built is None:
            raise FileNotFoundError(os.fspath(self.folder))
        return built.version, self.folder / f"store-{built.version}"
