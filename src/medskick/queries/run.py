"""Running a question: parameters checked and put in, datasets chosen, labels and honest notes added."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pyoxigraph as ox

from medskick.graph.store import named_quads
from medskick.ontology import DATASETS, EDTF, GRAPHS, PREFIXES, VOCABULARY_GRAPH, node, term_text
from medskick.queries.answer_language import further_languages, in_all_languages, one_language
from medskick.queries.query import TOKEN, Param, Query
from medskick.queries.query_text import names_dataset, names_graphs
from medskick.queries.row_order import by_name
from medskick.resources.description import dataset_of, is_a, local_name
from medskick.resources.finding import UnknownThingError, find_thing
from medskick.resources.names import Label, labels
from medskick.words import COMMON, Lang, Text, is_tag, pick


class UnknownValueError(ValueError):
    """Raised for a parameter's value that is not allowed; ``allowed`` holds slug and label of those that are."""

    def __init__(self, param: Param, value: str, allowed: Mapping[str, Text]) -> None:
        self.param, self.value, self.allowed = param, value, dict(allowed)
        super().__init__(f"{param.option}: {value}")


class UnknownDatasetError(ValueError):
    """Raised for a dataset that the store does not hold; ``known`` holds those it does."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, list(known)
        super().__init__(name)


@dataclass(frozen=True)
class PartlyRead:
    """A source that an answer rests on and that was not read in full."""

    iri: str
    notation: str
    title: str
    coverage: str


@dataclass(frozen=True)
class Answer:
    """An answer: variables, rows of RDF terms, labels of all things in it, and what a reader must know besides.

    ``partly`` are the sources read only in part; ``sources`` counts all; ``caveats`` the senders' own
    reservations, each with the things (IRIs) that it goes with; ``linksets`` those that were asked too, by title, with
    who says what they say.
    """

    query: Query
    lang: Lang
    variables: tuple[str, ...]
    rows: list[dict[str, ox.NamedNode | ox.Literal]]
    labels: dict[str, Label] = field(default_factory=dict)
    sources: int = 0
    partly: tuple[PartlyRead, ...] = ()
    caveats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    linksets: Mapping[str, str] = field(default_factory=dict)


def datasets_in(store: ox.Store) -> list[str]:
    """Return the names of the datasets a store holds."""
    names = {term_text(g).removeprefix(GRAPHS) for g in store.named_graphs() if term_text(g).startswith(GRAPHS)}
    return sorted(name for name in names if "/" not in name and name not in ("ontology", "catalogue"))


def linksets_in(store: ox.Store) -> dict[str, list[str]]:
    """Return the linksets a store holds: by name (``links/skane-stockholm``), the datasets that each one joins."""
    joined: dict[str, list[str]] = {}
    for quad in named_quads(store, None, node("void:target")):
        name = term_text(quad.subject).removeprefix(DATASETS)
        if name.startswith("links/"):
            joined.setdefault(name, []).append(term_text(quad.object).removeprefix(DATASETS))
    return {name: sorted(ends) for name, ends in sorted(joined.items())}


def dataset_graphs(store: ox.Store, datasets: Sequence[str] | None = None, links: bool = False) -> list[ox.NamedNode]:
    """Return the graphs of the chosen datasets (all if ``None``), what follows from them, and the vocabulary.

    With ``links`` also the linksets whose datasets are all among the chosen. Raises ``UnknownDatasetError``.
    """
    known = datasets_in(store)
    for name in datasets or ():
        if name not in known:
            raise UnknownDatasetError(name, known)
    # each once, or the engine would count its statements as often as it is named
    chosen = [*dict.fromkeys(known if datasets is None else datasets)]
    if links:
        chosen += [name for name, ends in linksets_in(store).items() if set(ends) <= set(chosen)]
    return [VOCABULARY_GRAPH, *(ox.NamedNode(f"{GRAPHS}{n}{end}") for n in chosen for end in ("", "/derived"))]


def evaluate(
    store: ox.Store, text: str, datasets: Sequence[str] | None = None, links: bool = False
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run a query over the union of the chosen datasets. Raises ``SyntaxError`` or ``UnknownDatasetError``.

    Over all datasets it asks the store's default graph: each graph that is named multiplies the engine's look-ups.
    ``GRAPH`` sees the graphs of the chosen datasets; a query with ``FROM`` is left its own dataset.
    """
    if names_dataset(text):
        return store.query(text)
    if datasets is None and not links and not names_graphs(text):
        return store.query(text)
    graphs = dataset_graphs(store, datasets, links)
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*graphs]
    if datasets is None:
        default = [ox.DefaultGraph(), *(graph for graph in graphs if graph.value.startswith(f"{GRAPHS}links/"))]
    return store.query(text, default_graph=default, named_graphs=[*graphs])


def select(
    store: ox.Store, text: str, datasets: Sequence[str] | None = None, links: bool = False
) -> list[dict[str, ox.NamedNode | ox.Literal]]:
    """Run a SELECT query. Returns one dictionary a row, unbound variables left out."""
    solutions = evaluate(store, text, datasets, links)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("not a SELECT query")
    names = [v.value for v in solutions.variables]
    return [
        {n: v for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode | ox.Literal)} for row in solutions
    ]


Allowed = dict[str, tuple[str, dict[str, str]]]
"""What a parameter may be: by short name, the IRI and the labels by language."""


def allowed_values(store: ox.Store, param: Param, datasets: Sequence[str] | None = None) -> Allowed:
    """Return what a parameter may be: by short name, the IRI and the labels by language (other labels as ``sv+``…)."""
    graphs = {graph.value for graph in dataset_graphs(store, datasets)}

    def said(subject: ox.NamedNode | None, name: str, value: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        # straight from the index: each page that has a form asks for several of these
        return (q for q in named_quads(store, subject, node(name), value) if term_text(q.graph_name) in graphs)

    if param.scheme:
        members = said(None, "skos:inScheme", ox.NamedNode(PREFIXES["concept"] + param.scheme))
    else:
        members = said(None, "rdf:type", node(param.cls or ""))
    names = ("skos:prefLabel", "skos:altLabel") if param.scheme else ("rdfs:label",)
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


def resolve(store: ox.Store, param: Param, value: str, datasets: Sequence[str] | None = None) -> str:
    """Return the IRI that a value of a parameter means: a slug, any label, or the IRI.

    Raises ``UnknownValueError``, or ``AmbiguousThingError`` for an id or a label of several things.
    """
    return _meant(store, param, value, allowed_values(store, param, datasets))


def _meant(store: ox.Store, param: Param, value: str, allowed: Allowed) -> str:
    if param.cls:
        with suppress(UnknownThingError):
            return find_thing(store, value, [param.cls])
    wanted = _folded(value)
    for slug, (full, texts) in allowed.items():
        if value == full or wanted in {_folded(slug), *map(_folded, texts.values())}:
            return full
    preferred = {s: {k: v for k, v in texts.items() if is_tag(k)} for s, (_, texts) in allowed.items()}
    raise UnknownValueError(param, value, preferred)


def bind(text: str, values: Mapping[str, str]) -> str:
    """Put checked IRIs in place of a query's parameter tokens; a token without a value stays and means *all*."""

    def put(match: re.Match[str]) -> str:
        full = values.get(match["name"])
        return match[0] if full is None else str(ox.NamedNode(full))

    return TOKEN.sub(put, text)


def _rests_on(
    store: ox.Store, things: Iterable[str], lang: Lang
) -> tuple[int, tuple[PartlyRead, ...], dict[str, tuple[str, ...]]]:
    values = " ".join(str(ox.NamedNode(thing)) for thing in sorted(set(things)))
    prologue = "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in ("dcterms", "msk", "skos"))
    rows = select(
        store,
        f"""{prologue} SELECT DISTINCT ?source ?title ?notation ?coverage {{
          VALUES ?thing {{ {values} }} ?thing dcterms:source ?source .
          ?source dcterms:title ?title ; msk:coverage ?coverage OPTIONAL {{ ?source skos:notation ?notation }}
        }} ORDER BY ?notation ?source""",
    )
    partly = tuple(
        PartlyRead(
            term_text(r["source"]),
            term_text(r.get("notation", "")),
            term_text(r["title"]),
            term_text(r["coverage"]).rpartition("/")[2],
        )
        for r in rows
        if not term_text(r["coverage"]).endswith("/whole")
    )
    said: dict[tuple[str, str], dict[str, str]] = {}
    for row in select(
        store,
        f"""{prologue} SELECT DISTINCT ?thing ?caveat ?text {{ VALUES ?thing {{ {values} }}
          ?thing msk:caveat ?caveat . ?caveat msk:text ?text }} ORDER BY ?text ?thing""",
    ):
        text = row["text"]
        language = text.language if isinstance(text, ox.Literal) else None
        said.setdefault((term_text(row["caveat"]), term_text(row["thing"])), {})[language or ""] = term_text(text)
    caveats: dict[str, list[str]] = {}
    for words, thing in sorted((pick(texts, lang), thing) for (_, thing), texts in said.items()):
        caveats.setdefault(words, []).append(thing)
    return len(rows), partly, {text: tuple(things) for text, things in caveats.items()}


class BoundQuery:
    """A question or view with values put in for its parameters: ``text`` is the SPARQL to run.

    What a parameter may be is looked up once, however often it is asked for.
    """

    def __init__(self, store: ox.Store, query: Query, params: Mapping[str, str] | None = None) -> None:
        """Put in values by parameter name or option. Raises ``KeyError`` for no such one, ``UnknownValueError``."""
        self.query, self._store = query, store
        self._allowed: dict[str, Allowed] = {}
        values = {}
        for name, value in (params or {}).items():
            if (param := query.param(name)) is None:
                raise KeyError(name)
            values[param.name] = _meant(store, param, value, self.allowed(param))
        self.text = bind(query.text, values)

    def allowed(self, param: Param) -> Allowed:
        """Return what a parameter may be, as ``allowed_values`` does."""
        if param.name not in self._allowed:
            self._allowed[param.name] = allowed_values(self._store, param)
        return self._allowed[param.name]


def construct(
    store: ox.Store,
    query: Query,
    params: Mapping[str, str] | None = None,
    datasets: Sequence[str] | None = None,
    links: bool = False,
) -> list[ox.Triple]:
    """Return a view's statements, sorted, each once. Raises as ``ask`` does."""
    triples = evaluate(store, BoundQuery(store, query, params).text, datasets, links)
    assert isinstance(triples, ox.QueryTriples)
    # what has no name cannot be shown, linked or found again
    named = {t for t in triples if isinstance(t.subject, ox.NamedNode) and not isinstance(t.object, ox.BlankNode)}
    return sorted(named, key=str)


def ask(
    store: ox.Store,
    query: Query,
    params: Mapping[str, str] | None = None,
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
    links: bool = False,
    rests: bool = True,
) -> Answer:
    """Answer a question. ``params`` maps parameter names (or options) to slugs, labels or IRIs.

    With ``links`` the linksets between the datasets count too. Without ``rests`` the answer does not tell what sources
    it rests on: a report cites each of its lines itself. Raises ``KeyError`` for a parameter the question does
    not have, ``UnknownValueError``, ``UnknownDatasetError``.
    """
    return ask_bound(store, BoundQuery(store, query, params), lang, datasets, links, rests)


def ask_bound(
    store: ox.Store,
    bound: BoundQuery,
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
    links: bool = False,
    rests: bool = True,
) -> Answer:
    """Answer a question whose parameters have their values, as ``ask`` does. Raises ``UnknownDatasetError``."""

    def rows_of(text: str) -> tuple[list[str], list[dict[str, ox.NamedNode | ox.Literal]]]:
        solutions = evaluate(store, text, datasets, links)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [v.value for v in solutions.variables]
        return names, [
            {n: v for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode | ox.Literal)}
            for row in solutions
        ]

    known = datasets_in(store)
    # one that is unknown is refused when the question is asked; its name may be no part of an IRI
    further = further_languages(store, known if datasets is None else [name for name in datasets if name in known])
    variables, rows = one_language(*in_all_languages(rows_of, bound.text, further), lang)
    things = {v.value for row in rows for v in row.values() if isinstance(v, ox.NamedNode)}
    # a process has nearly all sources of its dataset: it counts only where it is itself the answer
    carrying = {t for t in things if not is_a(store, t, "msk:Process")} or things
    sources, partly, caveats = _rests_on(store, carrying, lang) if carrying and rests else (0, (), {})
    asked = _linksets(store, lang, datasets) if links else {}
    names = labels(store, things, lang)
    rows = by_name(bound.text, rows, lang, lambda thing: names[thing].text if thing in names else thing)
    return Answer(bound.query, lang, variables, rows, names, sources, partly, caveats, asked)


def _linksets(store: ox.Store, lang: Lang, datasets: Sequence[str] | None) -> dict[str, str]:
    """Return the linksets that count for the chosen datasets, by title, with who says what they say."""
    chosen = set(datasets_in(store) if datasets is None else datasets)

    def text(subject: ox.NamedNode, prop: str) -> str:
        values = [q.object for q in named_quads(store, subject, node(prop))]
        return pick({o.language or "": o.value for o in values if isinstance(o, ox.Literal)}, lang)

    named = [ox.NamedNode(DATASETS + name) for name, ends in linksets_in(store).items() if set(ends) <= chosen]
    return {text(linkset, "dcterms:title"): text(linkset, "msk:saidBy") for linkset in named}


def is_date(term: object) -> bool:
    """Tell whether a term is an EDTF date."""
    return isinstance(term, ox.Literal) and term.datatype.value == EDTF
