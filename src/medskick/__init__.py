"""Medskick: what one regional planning process sends along to the next, as a knowledge graph.

>>> import medskick
>>> kg = medskick.open()
>>> "skane" in kg.datasets
True
"""

from typing import TYPE_CHECKING

__all__ = ["KnowledgeGraph", "open"]

if TYPE_CHECKING:
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.knowledge_graph import open_graph as open

    __version__: str
else:

    def __getattr__(name):
        # looked up only when asked for: a worker of the server starts three times as fast
        if name in __all__:
            from medskick import knowledge_graph

            return getattr(knowledge_graph, "open_graph" if name == "open" else name)
        if name == "__version__":
            from medskick.rooms import version

            return version()
        raise AttributeError(name)
