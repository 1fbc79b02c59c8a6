"""What the graph is asked of: the current store of a folder, an earlier version of it, or an endpoint."""

from pathlib import Path

from medskick.graph.lookups import Store
from medskick.graph.store import Built, open_store, store_home
from medskick.graph.versions import open_version

Place = Path | str
"""A folder, as it may be given."""


def opened_store(store: Place | None = None, endpoint: str | None = None, version: str = "") -> tuple[Store, Built]:
    """Open a folder's store (see ``store_home``) read-only: the current one, or that of ``version``; or an endpoint.

    Raises as ``open_store``, ``open_version`` and ``open_endpoint`` do.
    """
    if version:
        return open_version(store_home(store), version)
    if not endpoint:
        return open_store(store_home(store))
    from medskick.queries.endpoint.open_endpoint import open_endpoint

    return open_endpoint(endpoint)
