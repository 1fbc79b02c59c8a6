"""Running a question: datasets chosen, labels and honest notes added to the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import DATASETS, EDTF, PREFIXES, node, term_text
from medskick.queries.answer_language import further_languages, in_all_languages, one_language
from medskick.queries.binding import BoundQuery
from medskick.queries.evaluate import Rows, columns_and_rows, datasets_in, evaluate, linksets_in, select
from medskick.queries.federated import ANSWERED_BY, Endpoints, Others, ask_others, merged
from medskick.queries.query import Query
from medskick.queries.row_marks import RowMarks, marks_of
from medskick.queries.row_order import by_name
from medskick.resources.description import is_a
from medskick.resources.names import Label, labels
from medskick.resources.sources import cited, together
from medskick.resources.succession import Succession
from medskick.words import COMMON, Lang, every_language, pick


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
    who says what they say; ``one_of`` groups of sources (IRIs) of which one carries a row, not known which; ``marks``
    what is inferred and what has no known outcome, row by row; ``circles`` groups of things (IRIs) that presuppose each
    other, where the rows are in order of that. Where other endpoints were asked too, the second column
    (``answered_by``) tells who gives a row, and ``missing`` names those that gave nothing, each with the reason
    (``EndpointError``); of ``copied`` a copy was asked instead, for which reason and of which day (ISO).
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
    one_of: tuple[tuple[str, ...], ...] = ()
    marks: tuple[RowMarks, ...] = ()
    circles: tuple[tuple[str, ...], ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    copied: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _rests_on(
    store: Store, things: Iterable[str], lang: Lang
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


def construct(
    store: Store,
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
    store: Store,
    query: Query,
    params: Mapping[str, str] | None = None,
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
    links: bool = False,
    rests: bool = True,
    succession: Succession | None = None,
    endpoints: Endpoints | None = None,
) -> Answer:
    """Answer a question. ``params`` maps parameter names (or options) to slugs, labels or IRIs.

    With ``links`` the linksets between the datasets count too. Without ``rests`` the answer does not tell what sources
    it rests on, nor what is to be marked: a report does that for each of its lines itself. ``succession`` is what
    already knows the order of things. ``endpoints`` are asked too, all of what they hold. Raises ``KeyError`` for a
    parameter the question does not have, ``UnknownValueError``, ``UnknownDatasetError``.
    """
    return ask_bound(store, BoundQuery(store, query, params), lang, datasets, links, rests, succession, endpoints)


def ask_bound(
    store: Store,
    bound: BoundQuery,
    lang: Lang = COMMON,
    datasets: Sequence[str] | None = None,
    links: bool = False,
    rests: bool = True,
    succession: Succession | None = None,
    endpoints: Endpoints | None = None,
) -> Answer:
    """Answer a question whose parameters have their values, as ``ask`` does. Raises ``UnknownDatasetError``."""

    def rows_of(text: str) -> tuple[list[str], Rows]:
        return columns_and_rows(store, text, datasets, links)

    known = datasets_in(store)
    # one that is unknown is refused when the question is asked; its name may be no part of an IRI
    further = further_languages(store, known if datasets is None else [name for name in datasets if name in known])
    variables, rows = one_language(*in_all_languages(rows_of, bound.text, further), lang)
    things = {v.value for row in rows for v in row.values() if isinstance(v, ox.NamedNode)}
    # a process has nearly all sources of its dataset: it counts only where it is itself the answer
    carrying = {t for t in things if not is_a(store, t, "msk:Process")} or things
    sources, partly, caveats = _rests_on(store, carrying, lang) if carrying and rests else (0, (), {})
    asked = _linksets(store, lang, datasets) if links else {}
    query, others, elsewhere = bound.query, Others(), frozenset[frozenset[tuple[str, ox.NamedNode | ox.Literal]]]()
    if endpoints is not None:
        others = ask_others(bound, endpoints, variables, lang, further)
        rows, elsewhere = merged(rows, others, lang)
        # beside what the row is about: the last columns of a wide table are out of sight
        variables = (*variables[:1], ANSWERED_BY, *variables[1:])
        query = replace(query, columns={**query.columns, ANSWERED_BY: every_language("answer.answered-by")})
        things |= {v.value for row in rows for v in row.values() if isinstance(v, ox.NamedNode)}
    # what a thing is called here goes before what others call it
    names = {**others.labels, **labels(store, things, lang)}
    columns, order = query.in_sequence, succession or Succession(store)
    circles = order.circles(term_text(row[name]) for row in rows for name in columns if name in row)
    names |= labels(store, {thing for circle in circles for thing in circle} - names.keys(), lang)
    rows = by_name(
        bound.text, rows, lang, lambda thing: names[thing].text if thing in names else thing, columns, order.moment
    )
    pages = together(cited(store, thing) for thing in carrying).one_of if rests else ()
    marks = marks_of(store, rows, elsewhere) if rests else ()
    about = (sources, partly, caveats, asked, pages, marks, tuple(circles), others.missing, others.copied)
    return Answer(query, lang, variables, rows, names, *about)


def _linksets(store: Store, lang: Lang, datasets: Sequence[str] | None) -> dict[str, str]:
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
