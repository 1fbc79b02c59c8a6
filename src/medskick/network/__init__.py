"""Networks for ``networkx``: projections (each a view of the catalogue) and measures on them."""

from medskick.network.projection import network

__all__ = ["network"]
