"""A question's parameters: what each may be, what a reader's value means, the query with the values put in."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import PREFIXES, node, term_text
from medskick.queries.evaluate import dataset_graphs
from medskick.queries.query import TOKEN_IN_PLACE, Param, Query
from medskick.resources.description import dataset_of, local_name
from medskick.resources.finding import UnknownThingError, find_thing
from medskick.resources.schemes import with_narrower
from medskick.words import Text, is_tag


class UnknownValueError(ValueError):
    """Raised for a parameter's value that is not allowed; ``allowed`` holds slug and label of those that are."""

    def __init__(self, param: Param, value: str, allowed: Mapping[str, Text]) -> None:
        self.param, self.value, self.allowed = param, value, dict(allowed)
        super().__init__(f"{param.option}: {value}")


Allowed = dict[str, tuple[str, dict[str, str]]]
"""What a parameter may be: by short name, the IRI and the labels by language."""


def allowed_values(store: Store, param: Param, datasets: Sequence[str] | None = None) -> Allowed:
    """Return what a parameter may be: by short name, the IRI and the labels by language (other labels as ``sv+``…)."""
    graphs = {graph.value for graph in dataset_graphs(store, datasets)}

    def said(subject: ox.NamedNode | None, name: str, value: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        # straight from the index: each page that has a form asks for several of these
        return (q for q in named_quads(store, subject, node(name), value) if term_text(q.graph_name) in graphs)

    if param.scheme:
        members = said(None, "skos:inScheme", ox.NamedNode(PREFIXES["concept"] + param.scheme))
    else:
        members = said(None, "rdf:type", node(param.cls or ""))
    names = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel") if param.scheme else ("rdfs:label",)
    by_thing: dict[str, dict[str, str]] = {}
    for full in sorted({term_text(q.subject) for q in members}):
        texts: dict[str, str] = {}
        literals = {q.object for name in names for q in said(ox.NamedNode(full), name)}
        for text, key in sorted((t.value, t.language or "") for t in literals if isinstance(t, ox.Literal)):
            while key in texts:
                key += "+"
            texts[key] = text
        if texts:
            by_thing[full] = texts
    often = Counter(map(local_name, by_thing))
    # an id that several datasets use is told apart by its dataset
    return {
        local_name(full) if often[local_name(full)] == 1 else f"{dataset_of(store, full)}:{local_name(full)}": (
            full,
            texts,
        )
        for full, texts in by_thing.items()
    }


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


def resolve(store: Store, param: Param, value: str, datasets: Sequence[str] | None = None) -> str:
    """Return the IRI that a value of a parameter means: a slug, any label, or the IRI.

    Raises ``UnknownValueError``, or ``AmbiguousThingError`` for an id or a label of several things.
    """
    return _meant(store, param, value, allowed_values(store, param, datasets))


def _meant(store: Store, param: Param, value: str, allowed: Allowed) -> str:
    if param.cls:
        with suppress(UnknownThingError):
            return find_thing(store, value, [param.cls])
    wanted = _folded(value)
    for slug, (full, texts) in allowed.items():
        if value == full or wanted in {_folded(slug), *map(_folded, texts.values())}:
            return full
    # a dataset's own term, by its prefixed id
    with suppress(UnknownThingError):
        full = find_thing(store, value, ["skos:Concept"]) if ":" in value else ""
        if full in {allowed_iri for allowed_iri, _ in allowed.values()}:
            return full
    preferred = {s: {k: v for k, v in texts.items() if is_tag(k)} for s, (_, texts) in allowed.items()}
    raise UnknownValueError(param, value, preferred)


def bind(text: str, values: Mapping[str, Sequence[str]]) -> str:
    """Put checked IRIs in place of a query's parameter tokens; a token without a value stays and means *all*.

    Several IRIs (a term and those under it) make ``BIND(?_x_iri AS ?x)`` into ``VALUES ?x { … }``.
    """

    def put(match: re.Match[str]) -> str:
        name = match["name"] or match["bare"]
        chosen = [str(ox.NamedNode(full)) for full in values.get(name, ())]
        if not chosen:
            return match[0]
        if match["name"] is None:
            return chosen[0]
        return f"BIND({chosen[0]} AS ?{name})" if len(chosen) == 1 else f"VALUES ?{name} {{ {' '.join(chosen)} }}"

    return TOKEN_IN_PLACE.sub(put, text)


class BoundQuery:
    """A question or view with values put in for its parameters: ``text`` is the SPARQL to run.

    What a parameter may be is looked up once, however often it is asked for.
    """

    def __init__(self, store: Store, query: Query, params: Mapping[str, str] | None = None) -> None:
        """Put in values by parameter name or option. Raises ``KeyError`` for no such one, ``UnknownValueError``."""
        self.query, self._store = query, store
        self._allowed: dict[str, Allowed] = {}
        values = {}
        for name, value in (params or {}).items():
            if (param := query.param(name)) is None:
                raise KeyError(name)
            meant = _meant(store, param, value, self.allowed(param))
            values[param.name] = with_narrower(store, meant) if param.scheme else [meant]
        self.text = bind(query.text, values)

    def allowed(self, param: Param) -> Allowed:
        """Return what a parameter may be, as ``allowed_values`` does."""
        if param.name not in self._allowed:
            self._allowed[param.name] = allowed_values(self._store, param)
        return self._allowed[param.name]
