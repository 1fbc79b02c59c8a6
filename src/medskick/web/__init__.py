"""The graph on the web: pages, SPARQL endpoint, linked data. ``create_app`` makes it for any ASGI server."""

from medskick.web.app import Settings, create_app

__all__ = ["Settings", "create_app"]
