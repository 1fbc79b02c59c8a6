"""Where a worker finds the statements that it asks."""

import os
from dataclasses import dataclass
from pathlib import Path

from medskick.graph.store import identity


@dataclass(frozen=True)
class Place:
    """The folder of the stores, or the endpoint that holds the graph instead."""

    stores: Path
    endpoint: str | None = None

    def settings(self, version: str) -> dict[str, str | None]:
        """Return what a worker over a version is told."""
        return {"folder": os.fspath(self.stores / f"store-{version}"), "endpoint": self.endpoint}

    def identity(self, version: str) -> int:
        """Return a number that is another one once the store of a version was replaced; 0 where that is not known."""
        return 0 if self.endpoint else identity(self.stores / f"store-{version}")
