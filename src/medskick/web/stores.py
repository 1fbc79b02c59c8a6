"""The folder of the stores or the endpoint instead, and which edition of the graph is the current one."""

import time
from collections.abc import Iterable
from pathlib import Path

from medskick.graph.lookups import forget_lookups
from medskick.graph.store import Built, store_home, usable
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.queries.endpoint.watch import Watch
from medskick.web.edition import Edition
from medskick.web.elsewhere import Elsewhere
from medskick.web.feedback.box import Box
from medskick.web.operator import operator
from medskick.web.sparql.place import Place

LOOKED_AT = 1.0
"""Seconds between two looks at whether a question file has changed."""


class Stores:
    """The folder of the stores, the catalogue, the edition that is current now, the remarks, who answers for it."""

    def __init__(
        self,
        folder: Path | None = None,
        queries: Iterable[Path] = (),
        elsewhere: Elsewhere | None = None,
        fixed: bool = False,
        endpoint: str | None = None,
    ) -> None:
        """Look into a folder of stores and the folders of questions besides those that come along.

        With ``fixed`` the first edition stays the current one. With ``endpoint`` the graph is asked there, and the
        folder holds remarks and copies only.
        Raises ``Faulty`` where the operator's configuration is wrong or a folder holds no questions.
        """
        self.folder, self.catalogue = store_home(folder), Catalogue.of(queries)
        self.box, self.operator, self._elsewhere = Box(self.folder), operator(self.folder), elsewhere
        self._edition: Edition | None = None
        self._fixed, self._endpoint = fixed, endpoint
        self._watch = Watch(endpoint) if endpoint else None
        self._seen: tuple[tuple[int, int], Built] | None = None
        self._opened: tuple[int, int] | None = None
        self._catalogue_seen = (0.0, "")

    @property
    def edition(self) -> Edition:
        """The current edition, opened anew when a build has replaced or healed it or a question file has changed.

        Raises ``FileNotFoundError``, ``EndpointError``.
        """
        if self._fixed and self._edition is not None:
            return self._edition
        built = self.built
        assert self._seen is not None
        mark = self._catalogue_mark() + ",".join(built.held)
        if self._edition is None or self._edition.mark != built.version + mark or self._opened != self._seen[0]:
            self._opened = self._seen[0]
            kg = KnowledgeGraph(self.folder, self.catalogue.added, endpoint=self._endpoint or "")
            if self._edition is not None:
                forget_lookups(self._edition.store)
            self._edition = Edition(kg, self.box, self.operator, mark, self._elsewhere)
        return self._edition

    def _catalogue_mark(self) -> str:
        # ninety files: looked at once a second, not on every request
        now, (seen, mark) = time.monotonic(), self._catalogue_seen
        if not mark or now - seen >= LOOKED_AT:
            mark = self.catalogue.mark()
            self._catalogue_seen = (now, mark)
        return mark

    @property
    def built(self) -> Built:
        """What the current store is. Raises as ``usable`` does, or ``EndpointError``."""
        self._look()
        assert self._seen is not None
        return self._seen[1]

    def current(self) -> tuple[str, Place]:
        """Return version and place of the current store, for the workers. Raises as ``built`` does."""
        return self.built.version, Place(self.folder, self._endpoint)

    def _look(self) -> None:
        if self._watch is not None:
            self._seen = ((0, 0), self._watch.built())
            return
        # a build replaces the file: looked at on every request, read only when it is another
        status = (self.folder / "current").stat()
        mark = (status.st_ino, status.st_mtime_ns)
        if self._seen is None or self._seen[0] != mark:
            self._seen = (mark, usable(self.folder))

    @property
    def remarked(self) -> str:
        """Changes whenever the box of remarks does: a kept page is then made anew."""
        return "".join(str(path.stat().st_mtime_ns) for path in sorted(self.folder.glob("feedback.sqlite*")))
