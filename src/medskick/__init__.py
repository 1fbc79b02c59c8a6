"""Medskick: what one regional planning process sends along to the next, as a knowledge graph.

>>> import medskick
>>> kg = medskick.open()  # doctest: +SKIP
>>> kg.ask("lessons-about-the-start", lang="en")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING

from medskick.knowledge_graph import KnowledgeGraph
from medskick.knowledge_graph import open_graph as open

__all__ = ["KnowledgeGraph", "open"]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name):
        # looked up only when asked for: it costs every start a tenth of its time
        if name == "__version__":
            from medskick.rooms import version

            return version()
        raise AttributeError(name)
