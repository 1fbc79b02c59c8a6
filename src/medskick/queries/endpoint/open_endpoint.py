"""Opening an endpoint in place of the store on disk, once it is certain that all of the graph is there."""

from medskick.graph.lookups import keep_lookups
from medskick.graph.store import Built
from medskick.queries.endpoint.endpoint_record import MERGED, Pushed, pushed
from medskick.queries.endpoint.endpoint_store import EndpointStore
from medskick.queries.endpoint.exchange import Exchange
from medskick.queries.remote import EndpointError


def built_at(exchange: Exchange) -> tuple[Built, Pushed]:
    """Return which version of the graph an endpoint holds. Raises ``EndpointError`` where it holds none to be asked."""
    there = pushed(exchange)
    if there.built is None:
        raise EndpointError(exchange.address, "half" if there.digests else "empty")
    if there.built.outdated:
        raise EndpointError(exchange.address, "other")
    return there.built, there


def open_endpoint(address: str) -> tuple[EndpointStore, Built]:
    """Open an endpoint that ``medskick push`` has filled. Raises ``EndpointError``.

    Its reasons are those of every endpoint, and ``empty`` (nothing was pushed), ``half`` (a push was broken off),
    ``other`` (another version of this program pushed), ``unmerged`` (the merged graph is gone).
    """
    exchange = Exchange(address)
    built, there = built_at(exchange)
    store = EndpointStore(exchange, there)
    if MERGED not in there.digests or not store.query("ASK { ?s ?p ?o }"):
        raise EndpointError(address, "unmerged")
    keep_lookups(store)
    return store, built
