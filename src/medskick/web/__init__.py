"""The graph on the web: pages, SPARQL endpoint, linked data. ``create_app`` makes it for any ASGI server."""

from typing import TYPE_CHECKING

__all__ = ["Settings", "create_app"]

if TYPE_CHECKING:
    from medskick.web.app import Settings, create_app
else:

    def __getattr__(name):
        # looked up only when asked for: the workers live in this package and need none of it
        if name in __all__:
            from medskick.web import app

            return getattr(app, name)
        raise AttributeError(name)
