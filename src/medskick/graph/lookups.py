"""Statements of a store looked up by their parts, in all its named graphs; what was looked up once is kept."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pyoxigraph as ox

P = ParamSpec("P")
T = TypeVar("T")
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_DEFAULT = ox.DefaultGraph()
_OPENED = 4
"""Of so many stores, opened last, what was looked up is kept."""
_MOST_LOOKUPS = 60_000


class Store(Protocol):
    """What all answers are made from: a store opened read-only, or an endpoint that holds the same graphs."""

    def query(
        self,
        query: str,
        /,
        *,
        base_iri: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graph: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None,
        named_graphs: list[ox.NamedNode | ox.BlankNode] | None = None,
        use_default_graph_as_union: bool = False,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return what a query gives, over the default graph and the named ones where none are given."""

    def quads_for_pattern(
        self,
        subject: _Subject | None,
        predicate: ox.NamedNode | None,
        object: _Subject | ox.Literal | None,
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the statements of a pattern; ``None`` is any."""

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """Yield the names of the named graphs."""

    def __iter__(self) -> Iterator[ox.Quad]: ...

    def __len__(self) -> int: ...


@dataclass
class _Lookups:
    """What has been looked up in a store that nobody changes: a page asks for hundreds of things, the next one again.

    All statements of a subject by predicate; the statements of a predicate, of a value or of both; what was made of
    them (``kept_with_store``), by function and arguments.
    """

    by_subject: dict[_Subject, dict[ox.NamedNode, list[ox.Quad]]] = field(default_factory=dict)
    by_value: dict[tuple[ox.NamedNode | None, _Subject | ox.Literal | None], list[ox.Quad]] = field(
        default_factory=dict
    )
    made: dict[Callable[..., Any], dict[Any, Any]] = field(default_factory=dict)

    def of_subject(self, store: Store, subject: _Subject) -> dict[ox.NamedNode, list[ox.Quad]]:
        """Return all statements of a subject by predicate."""
        own = self.by_subject.get(subject)
        if own is None:
            own = {}
            for quad in _named(store, subject):
                own.setdefault(quad.predicate, []).append(quad)
            _room_in(self.by_subject)[subject] = own
        return own

    def of_value(
        self, store: Store, predicate: ox.NamedNode | None, value: _Subject | ox.Literal | None
    ) -> list[ox.Quad]:
        """Return the statements of a predicate and a value; ``None`` is any."""
        quads = self.by_value.get((predicate, value))
        if quads is None:
            quads = list(_named(store, None, predicate, value))
            _room_in(self.by_value)[predicate, value] = quads
        return quads


def _room_in(kept: dict[Any, Any]) -> dict[Any, Any]:
    """Begin anew where too much is kept: which of it will be asked for again is not known."""
    if len(kept) >= _MOST_LOOKUPS:
        kept.clear()
    return kept


_lookups: dict[Store, _Lookups] = {}


def keep_lookups(store: Store) -> None:
    """Keep from now on what is looked up in a store. Only for a store that is open read-only."""
    for earlier in list(_lookups)[: 1 - _OPENED]:
        _lookups.pop(earlier, None)
    _lookups[store] = _Lookups()


def forget_lookups(store: Store) -> None:
    """Keep nothing of a store any more, so that its memory and files are let go with the last who reads it."""
    _lookups.pop(store, None)


def kept_with_store(
    most: int, worth: Callable[[Any], bool] = lambda _result: True
) -> Callable[[Callable[Concatenate[Store, P], T]], Callable[Concatenate[Store, P], T]]:
    """Return what makes a function keep its last results of a store, as long as anything of that store is kept.

    Nothing is kept of a store that may change, nor what is not ``worth`` it. Arguments can be hashed.
    """

    def decorate(make: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
        @wraps(make)
        def kept(store: Store, /, *args: P.args, **kwargs: P.kwargs) -> T:
            lookups = _lookups.get(store)
            if lookups is None:
                return make(store, *args, **kwargs)
            results: dict[object, T] = lookups.made.setdefault(make, {})
            key = (*args, *sorted(kwargs.items()))
            if key in results:
                return results[key]
            result = make(store, *args, **kwargs)
            if not worth(result):
                return result
            for earliest in list(results)[: max(0, len(results) + 1 - most)]:
                results.pop(earliest, None)
            results[key] = result
            return result

        return kept

    return decorate


def named_quads(
    store: Store,
    subject: _Subject | None = None,
    predicate: ox.NamedNode | None = None,
    value: _Subject | ox.Literal | None = None,
) -> Iterator[ox.Quad]:
    """Yield the statements of a pattern in all named graphs, linksets too, each with the graph it stands in.

    ``Store.quads_for_pattern`` with no graph, and iterating over a store, would yield the default graph's as well,
    which says again what the datasets say.
    """
    lookups = _lookups.get(store)
    if lookups is None or (subject is None and predicate is None and value is None):
        return _named(store, subject, predicate, value)
    if subject is None:
        return iter(lookups.of_value(store, predicate, value))
    own = lookups.of_subject(store, subject)
    quads = itertools.chain.from_iterable(own.values()) if predicate is None else iter(own.get(predicate, ()))
    return quads if value is None else (quad for quad in quads if quad.object == value)


def _named(
    store: Store,
    subject: _Subject | None = None,
    predicate: ox.NamedNode | None = None,
    value: _Subject | ox.Literal | None = None,
) -> Iterator[ox.Quad]:
    return (q for q in store.quads_for_pattern(subject, predicate, value, None) if q.graph_name != _DEFAULT)
