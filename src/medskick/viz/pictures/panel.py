"""The contents of a picture's panel for each thing, from the store: names, kinds, dates, texts, citations.

Statements are read directly from the store's indexes: one pattern per thing is ten times as fast as one query per
field, and the server makes a picture anew for each request.
"""

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.graph.dates import words
from medskick.graph.lookups import Store, named_quads
from medskick.ontology import PREFIXES, iri, node, term_text
from medskick.resources.description import (
    Statements,
    dataset_iri,
    dataset_of,
    inferred,
    local_name,
    statements_of,
    texts,
    texts_among,
)
from medskick.resources.names import NAMES, in_every_language, names_of
from medskick.resources.sources import cited
from medskick.resources.time import time_of
from medskick.words import Text, every_language, everywhere, languages, pick

_TEXTS = ("msk:recommendation", "msk:text", "msk:value", "dcterms:description", "skos:definition")
_KINDS = frozenset(map(iri, ("msk:kind", "msk:form", "msk:phaseType", "msk:role", "msk:factor", "msk:relationType")))
_NOT_LINES = _KINDS | frozenset(map(iri, ("msk:basis", "msk:coverage", "skos:inScheme", "skos:broader")))


def relation_words(store: Store, relations: Iterable[str]) -> dict[str, dict[str, Text]]:
    """Return what relations are called: ``label``, and ``inverse`` for reading them backwards."""
    wanted = sorted(set(relations))
    names = {r: in_every_language(names_of(store, r)) or everywhere(local_name(r)) for r in wanted}
    return {r: {"label": names[r], "inverse": texts(store, r, "msk:inverseLabel") or names[r]} for r in wanted}


def dataset_words(store: Store, datasets: Iterable[str]) -> dict[str, Text]:
    """Return the titles of the datasets by name."""
    wanted = sorted(set(datasets) - {""})
    return {n: in_every_language(names_of(store, dataset_iri(n))) or everywhere(n) for n in wanted}


def _marked(text: Text) -> Text:
    """A text in its languages, marked as inferred in each."""
    mark = every_language("report.inferred")
    return {lang: f"{said} {pick(mark, lang)}" for lang, said in text.items()}


class Panels:
    """Makes the panels of things; what many of them share (terms, properties, sources) is looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._said: dict[str, Statements] = {}
        self._terms: dict[str, bool] = {}
        self._sources: dict[str, dict[str, Any] | None] = {}

    def _shared(self, thing: str) -> Statements:
        if thing not in self._said:
            self._said[thing] = statements_of(self._store, thing)
        return self._said[thing]

    def _label(self, prop: str) -> Text:
        return in_every_language(texts_among(self._shared(prop), *NAMES))

    def content_of(self, said: Statements, thing: str) -> dict[str, Any]:
        """Return the panel of a thing: kind, dates, texts, concept lines, note, basis, citations.

        ``inferred`` are the properties (IRIs) whose values its row lists as such; where they are words they are marked.
        """
        content: dict[str, Any] = {"dates": self._dates(thing), "lines": [], "citations": self._citations(thing)}
        ours = inferred(self._store, thing)
        if ours:
            content["inferred"] = sorted(ours)
        for path in _TEXTS:
            if text := texts_among(said, path):
                content["text"] = _marked(text) if iri(path) in ours else text
                break
        if note := texts_among(said, "skos:note"):
            content["note"] = note
        for basis in said.get(iri("msk:basis"), ()):
            content["basis"] = texts_among(self._shared(term_text(basis)), "skos:prefLabel")
        for position in said.get(iri("msk:position"), ()):
            content["position"] = int(term_text(position))
        self._concepts(said, content, ours)
        if (home := dataset_of(self._store, thing)).startswith("links/"):
            by = texts(self._store, dataset_iri(home), "msk:saidBy")
            content["lines"].append({"label": every_language("picture.said-by"), "value": by})
        for caveat in said.get(iri("msk:caveat"), ()):
            text = texts_among(self._shared(term_text(caveat)), "msk:text")
            if text:
                content["lines"].append({"label": every_language("picture.caveat"), "value": text})
        return content

    def _dates(self, thing: str) -> list[dict[str, Any]]:
        time = time_of(self._store, thing)
        spans = (("time", time.actual, ""), ("planned-time", time.planned, time.expected_by))
        return [
            {
                "label": every_language(f"date.{key}"),
                "value": {lang: span.words(lang) for lang in languages()},
                # the page's script says on the reader's day that the time has passed
                **({"until": until} if until else {}),
            }
            for key, span, until in (*spans, ("validity", time.in_force, ""))
            if span
        ]

    def _concepts(self, said: Statements, content: dict[str, Any], ours: frozenset[str]) -> None:
        for path, values in said.items():
            terms = [self._shared(v.value) for v in values if isinstance(v, ox.NamedNode) and self._is_concept(v.value)]
            labels = [texts_among(term, "skos:prefLabel") for term in terms if iri("skos:inScheme") in term]
            labels = [label for label in labels if label]
            if not labels:
                continue
            spoken = sorted({lang for label in labels for lang in label})
            value = {
                lang: ", ".join(alphabetical((pick(label, lang) for label in labels), lang, str)) for lang in spoken
            }
            shown = _marked(value) if path in ours else value
            if path in _KINDS:
                content.setdefault("kind", shown)
            elif path not in _NOT_LINES and path.startswith((PREFIXES["msk"], PREFIXES["dcterms"])):
                content["lines"].append({"label": self._label(path), "value": shown})

    def _is_concept(self, value: str) -> bool:
        # only things in a scheme are read whole; a process with hundreds of relations is not
        if value not in self._terms:
            scheme = named_quads(self._store, ox.NamedNode(value), node("skos:inScheme"))
            self._terms[value] = next(scheme, None) is not None
        return self._terms[value]

    def _source(self, source: str) -> dict[str, Any] | None:
        if source not in self._sources:
            said = self._shared(source)
            keys = ("dcterms:title", "dcterms:language", "dc:publisher", "foaf:page", "msk:coverage")
            values = [next((term_text(v) for v in said.get(iri(key), ())), "") for key in keys]
            date = next((term_text(v) for v in said.get(iri("msk:date"), ())), "")
            self._sources[source] = None if not all(values) else {
                "title": values[0],
                "lang": values[1],
                "publisher": values[2],
                "date": {lang: words(date, lang) for lang in languages()} if date else None,
                "url": values[3],
                "coverage": texts_among(self._shared(values[4]), "skos:prefLabel"),
                "whole": values[4].endswith("/whole"),
                "notation": next((term_text(v) for v in said.get(iri("skos:notation"), ())), ""),
            }  # fmt: skip
        return self._sources[source]

    def _citations(self, thing: str) -> list[dict[str, Any]]:
        places: dict[str, set[str]] = {}
        for quad in named_quads(self._store, None, node("msk:supports"), ox.NamedNode(thing)):
            citation = self._shared(term_text(quad.subject))
            for source in citation.get(iri("msk:citedSource"), ()):
                places.setdefault(term_text(source), set()).update(
                    term_text(v) for v in citation.get(iri("msk:locator"), ())
                )
        citations = []
        sources = cited(self._store, thing)
        for page, among in [(p, 1) for p in sources.pages] + [(p, len(g)) for g in sources.one_of for p in g]:
            if reference := self._source(page):
                among_words = {"among": every_language("picture.one-of", n=among)} if among > 1 else {}
                citations += [
                    {**reference, **among_words, "locator": at} for at in sorted(places.get(page, ())) or [""]
                ]
        return citations
