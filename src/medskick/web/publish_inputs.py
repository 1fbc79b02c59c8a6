"""What a site of files is made from, in one digest: the graph, what the program is and says, who publishes it."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

import medskick
from medskick.rooms import room
from medskick.web.operator import configuration
from medskick.web.stores import Stores
from medskick.words import Lang, folders

_KEPT_OUT = ("__pycache__",)


def inputs(stores: Stores, base_url: str, langs: Sequence[Lang]) -> str:
    """Return a digest that is another one whenever a page of the site could be another one.

    Raises ``FileNotFoundError`` without a store, ``EndpointError``, ``OSError``.
    """
    built = stores.built
    whole = hashlib.blake2b(digest_size=16)
    for text in (built.version, *built.held, base_url, *langs, *_libraries()):
        whole.update(f"{text}\0".encode())
    read = (room("viz"), room("queries"), room("ontology"), *folders(), *stores.catalogue.added, *_package())
    for path in (*_files(read), configuration(stores.folder), *sorted(stores.folder.glob("feedback.sqlite*"))):
        if path.is_file():
            whole.update(f"{path.name}\0".encode() + hashlib.blake2b(path.read_bytes()).digest())
    return whole.hexdigest()


def _libraries() -> list[str]:
    """The packages that are installed, with their versions: pictures and files are drawn by them."""
    return sorted({f"{one.name}=={one.version}" for one in metadata.distributions()})


def _package() -> list[Path]:
    return [Path(medskick.__file__).parent]


def _files(of: Iterable[Path]) -> Iterator[Path]:
    """The files below some folders, in one order everywhere."""
    for folder in of:
        for path, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if name not in _KEPT_OUT)
            yield from (Path(path, name) for name in sorted(files))
