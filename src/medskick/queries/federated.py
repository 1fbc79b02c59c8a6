"""A question asked at other endpoints too: what each of them gives, what its things are called, which gave nothing.

What comes back stays apart from the store. It is held to what an answer can be before anything is shown of it: to the
question's own columns, to web addresses, to dates and numbers that are such, to texts without control characters.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from medskick.graph.characters import is_address, without_unfit
from medskick.graph.dates import bounds, words
from medskick.graph.lookups import Store, named_quads
from medskick.ontology import DATASETS, EDTF, PREFIXES, node, term_text
from medskick.queries.answer_language import has_texts, in_all_languages, one_language
from medskick.queries.binding import BoundQuery
from medskick.queries.kept import Copy, kept, store_of
from medskick.queries.remote import EndpointError, Patience, Rows, ask_endpoint
from medskick.resources.names import NAMES, Label, chosen
from medskick.words import SHIPPED, Lang, is_tag, say

ANSWERED_BY = "answered_by"
"""The column that tells who gives a row."""
Call = Callable[[str, str, Patience], tuple[list[str], Rows]]
"""Asks an endpoint (its address) a query, as ``ask_endpoint`` does."""
Term = ox.NamedNode | ox.Literal
_Given = tuple[Rows, dict[str, Label]]
"""What one endpoint gives: rows, and the names of their things."""

_AT_ONCE = 8
_NAMED_AT_ONCE = 500
_MOST_ROWS = 5_000
_MOST_LANGUAGES = 10
_LONGEST_TEXT, _LONGEST_IRI = 5_000, 1_000
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INTEGER = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True)
class Endpoints:
    """Endpoints that a question is asked at too: their addresses by the names that are shown, and how they are asked.

    ``patience`` is for all that one endpoint is asked for one question. ``copies`` is the folder of the copies that are
    asked instead of endpoints that do not answer.
    """

    addresses: Mapping[str, str]
    call: Call = ask_endpoint
    patience: Patience = field(default_factory=Patience)
    copies: Path | None = None


def endpoints_named(store: Store, given: Iterable[str] = ()) -> dict[str, str]:
    """Return by name the endpoints that datasets of a store tell of (``refers``) and those that are given.

    One that a dataset tells of is called as the dataset that it answers for, any other by its host, or by its whole
    address where several have one host.
    """
    by_address: dict[str, list[str]] = {address: [] for address in given}
    for quad in named_quads(store, None, node("void:sparqlEndpoint")):
        by_address.setdefault(term_text(quad.object), []).append(term_text(quad.subject).removeprefix(DATASETS))
    hosts = Counter(urlsplit(address).netloc for address in by_address)
    return {
        ", ".join(sorted(set(names))) or (host if hosts[host := urlsplit(address).netloc] == 1 else address): address
        for address, names in sorted(by_address.items())
    }


class UnknownEndpointError(ValueError):
    """Raised for an endpoint that may not be asked or is none; ``known`` names those that may."""

    def __init__(self, wanted: str, known: Iterable[str]) -> None:
        self.wanted, self.known = wanted, list(known)
        super().__init__(wanted)


def chosen_endpoints(known: Mapping[str, str], wanted: Iterable[str]) -> Endpoints | None:
    """Return those of some endpoints (``endpoints_named``) that are wanted by name or address; ``None`` for none.

    Raises ``UnknownEndpointError``: no other is ever asked.
    """
    names = {address: name for name, address in known.items()}
    chosen = {}
    for one in wanted:
        name = names.get(one, one)
        if name not in known:
            raise UnknownEndpointError(one, known)
        chosen[name] = known[name]
    return Endpoints(chosen) if chosen else None


@dataclass(frozen=True)
class Others:
    """What other endpoints answer: rows with their ``ANSWERED_BY``, names of things, and why some gave nothing.

    ``copied`` gives of those that gave nothing and have a copy, which is asked instead, the reason and the copy's day.
    """

    rows: Rows = field(default_factory=list)
    labels: Mapping[str, Label] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    copied: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def ask_others(
    bound: BoundQuery, endpoints: Endpoints, variables: Sequence[str], lang: Lang, further: Sequence[Lang] = ()
) -> Others:
    """Ask a question at other endpoints, all at the same time. Never raises for what an endpoint does.

    ``variables`` are the columns of the answer, ``further`` languages besides those of every question.
    """

    def asked(endpoint: str) -> tuple[_Given | None, str, str]:
        try:
            return _asked(bound, endpoint, variables, lang, further, _within(endpoints)), "", ""
        except EndpointError as error:
            copy = kept(endpoints.copies, endpoint) if endpoints.copies else None
            if copy is None:
                return None, error.reason, ""
            with suppress(EndpointError, OSError):
                return _asked(bound, endpoint, variables, lang, further, _of_copy(copy)), error.reason, copy.day
            return None, error.reason, ""

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        given = list(threads.map(asked, endpoints.addresses.values()))
    rows: Rows = []
    labels: dict[str, Label] = {}
    missing: dict[str, str] = {}
    copied: dict[str, tuple[str, str]] = {}
    for name, (answer, reason, day) in zip(endpoints.addresses, given, strict=True):
        if answer is None:
            missing[name] = reason
            continue
        whose = say("answer.copy-of", lang, endpoint=name, day=words(day, lang)) if day else name
        copied |= {name: (reason, day)} if day else {}
        rows += [{**row, ANSWERED_BY: ox.Literal(whose)} for row in answer[0]]
        labels = {**answer[1], **labels}
    return Others(rows, labels, missing, copied)


def _of_copy(copy: Copy) -> Callable[[str, str], tuple[list[str], Rows]]:
    """Calls that a copy answers."""
    store = store_of(copy)

    def answered(_endpoint: str, query: str) -> tuple[list[str], Rows]:
        solutions = store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return names, [
            {n: v for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode | ox.Literal)}
            for row in solutions
        ]

    return answered


def _within(endpoints: Endpoints) -> Callable[[str, str], tuple[list[str], Rows]]:
    """Calls that have the time of one endpoint together."""
    until = time.monotonic() + endpoints.patience.seconds

    def limited(endpoint: str, query: str) -> tuple[list[str], Rows]:
        left = until - time.monotonic()
        if left <= 0:
            raise EndpointError(endpoint, "late")
        return endpoints.call(endpoint, query, Patience(left, endpoints.patience.size))

    return limited


def _asked(
    bound: BoundQuery,
    endpoint: str,
    variables: Sequence[str],
    lang: Lang,
    further: Sequence[Lang],
    call: Callable[[str, str], tuple[list[str], Rows]],
) -> _Given:
    """The rows and names that one endpoint gives. Raises ``EndpointError``."""

    def rows_of(text: str) -> tuple[list[str], Rows]:
        names, rows = call(endpoint, text)
        if len(rows) > _MOST_ROWS:
            raise EndpointError(endpoint, "large")
        return names, rows

    _, spoken = call(endpoint, _LANGUAGES) if has_texts(bound.text) else ([], [])
    tags = {term_text(row["language"]) for row in spoken[:_MOST_LANGUAGES] if "language" in row}
    languages = sorted({*further, *filter(is_tag, tags)} - set(SHIPPED))
    columns, rows = one_language(*in_all_languages(rows_of, bound.text, languages), lang)
    if set(columns) != set(variables):
        raise EndpointError(endpoint, "broken")
    rows = [{name: held(term) for name, term in row.items()} for row in rows]
    things = sorted({term.value for row in rows for term in row.values() if isinstance(term, ox.NamedNode)})
    names: dict[str, dict[str, str]] = {}
    for start in range(0, len(things), _NAMED_AT_ONCE):
        for row in call(endpoint, _naming(things[start : start + _NAMED_AT_ONCE]))[1]:
            name = held(row.get("name", ox.Literal("")))
            if isinstance(name, ox.Literal) and name.value and "thing" in row:
                names.setdefault(term_text(row["thing"]), {}).setdefault(name.language or "", name.value)
    return rows, {thing: chosen(names[thing], lang) for thing in things if thing in names}


def held(term: Term) -> Term:
    """Return a term of another endpoint as it may be shown: what is none of its kind becomes a plain text."""
    if isinstance(term, ox.NamedNode):
        if len(term.value) <= _LONGEST_IRI and is_address(term.value):
            return term
        return ox.Literal(_text(term.value))
    text, datatype = _text(term.value), term.datatype.value
    if term.language:
        return ox.Literal(text, language=term.language)
    if datatype == EDTF:
        return ox.Literal(text, datatype=term.datatype) if _is_date(text) else ox.Literal(text)
    if datatype == f"{_XSD}integer" and _INTEGER.fullmatch(text):
        return ox.Literal(int(text))
    if datatype == f"{_XSD}boolean" and text in ("true", "false"):
        return ox.Literal(text == "true")
    if datatype.startswith(_XSD) and datatype not in (f"{_XSD}integer", f"{_XSD}boolean"):
        return ox.Literal(text, datatype=term.datatype)
    return ox.Literal(text)


def _text(text: str) -> str:
    """A text without what no form can carry or what turns the direction of those beside it, of bounded length."""
    kept = without_unfit(_TURNS.sub("", text[: _LONGEST_TEXT + 1]))
    return kept if len(kept) <= _LONGEST_TEXT else kept[:_LONGEST_TEXT] + "…"


def _is_date(text: str) -> bool:
    try:
        return len(text) <= 60 and bounds(text) is not None
    except ValueError:
        return False


_LANGUAGES = (
    f"SELECT DISTINCT ?language {{ ?dataset <{PREFIXES['dc']}language> ?language }} ORDER BY ?language LIMIT 50"
)
"""What languages an endpoint's datasets are in."""


def _naming(things: Sequence[str]) -> str:
    """The query for the names of things."""
    path = "|".join(f"<{PREFIXES[prefix]}{name}>" for prefix, _, name in (full.partition(":") for full in NAMES))
    values = " ".join(str(ox.NamedNode(thing)) for thing in things)
    return f"SELECT ?thing ?name {{ VALUES ?thing {{ {values} }} ?thing {path} ?name }} ORDER BY ?thing ?name"


def merged(own: Rows, others: Others, lang: Lang) -> tuple[Rows, frozenset[frozenset[tuple[str, Term]]]]:
    """Return own rows and those of others, each with who gives it, and which rows (their cells) are only others'.

    A row that several give stands once, with all of them.
    """
    by_cells: dict[frozenset[tuple[str, Term]], list[str]] = {}
    rows_of: dict[frozenset[tuple[str, Term]], dict[str, Term]] = {}
    here = say("answer.here", lang)
    for row in [*({**row, ANSWERED_BY: ox.Literal(here)} for row in own), *others.rows]:
        cells = frozenset((name, value) for name, value in row.items() if name != ANSWERED_BY)
        rows_of.setdefault(cells, row)
        by_cells.setdefault(cells, []).append(term_text(row[ANSWERED_BY]))
    ours = {frozenset(row.items()) for row in own}
    rows = {
        cells: {**row, ANSWERED_BY: ox.Literal(", ".join(dict.fromkeys(by_cells[cells])))}
        for cells, row in rows_of.items()
    }
    return list(rows.values()), frozenset(frozenset(row.items()) for cells, row in rows.items() if cells not in ours)
