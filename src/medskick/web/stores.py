"""The folder of the stores, and which edition of it is the current one."""

import time
from collections.abc import Iterable
from pathlib import Path

from medskick.graph.lookups import forget_lookups
from medskick.graph.store import Built, store_home, usable
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.web.edition import Edition
from medskick.web.elsewhere import Elsewhere
from medskick.web.feedback.box import Box
from medskick.web.operator import operator

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
    ) -> None:
        """Look into a folder of stores and the folders of questions besides those that come along.

        With ``fixed`` the first edition stays the current one.
        Raises ``Faulty`` where the operator's configuration is wrong or a folder holds no questions.
        """
        self.folder, self.catalogue = store_home(folder), Catalogue.of(queries)
        self.box, self.operator, self._elsewhere = Box(self.folder), operator(self.folder), elsewhere
        self._edition: Edition | None = None
        self._fixed = fixed
        self._seen: tuple[tuple[int, int], Built] | None = None
        self._opened: tuple[int, int] | None = None
        self._catalogue_seen = (0.0, "")

    @property
    def edition(self) -> Edition:
        """The current edition, opened anew when a build has replaced or healed it or a question file has changed.

        Raises ``FileNotFoundError``.
        """
        if self._fixed and self._edition is not None:
            return self._edition
        version, _ = self.current()
        assert self._seen is not None
        mark = self._catalogue_mark() + ",".join(self._seen[1].held)
        if self._edition is None or self._edition.mark != version + mark or self._opened != self._seen[0]:
            self._opened = self._seen[0]
            kg = KnowledgeGraph(self.folder, self.catalogue.added)
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

    def current(self) -> tuple[str, Path]:
        """Return version and folder of the current store, for the workers. Raises as ``usable`` does."""
        # a build replaces the file: looked at on every request, read only when it is another
        status = (self.folder / "current").stat()
        mark = (status.st_ino, status.st_mtime_ns)
        if self._seen is None or self._seen[0] != mark:
            self._seen = (mark, usable(self.folder))
        version = self._seen[1].version
        return version, self.folder / f"store-{version}"

    @property
    def remarked(self) -> str:
        """Changes whenever the box of remarks does: a kept page is then made anew."""
        return "".join(str(path.stat().st_mtime_ns) for path in sorted(self.folder.glob("feedback.sqlite*")))
