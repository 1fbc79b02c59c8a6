"""The files of the interface's words: what is wrong with them."""

from collections.abc import Iterator

from medskick.graph.faults import Fault
from medskick.graph.toml_file import read_toml
from medskick.words import folders


def word_faults() -> Iterator[Fault]:
    """Yield a fault, with line and column, for each file of words that cannot be read; its texts come in English."""
    for folder in folders():
        for path in sorted(folder.glob("*/*.toml")):
            yield from read_toml(path, f"{folder.parent.name}/{folder.name}/{path.parent.name}/{path.name}")[1]
