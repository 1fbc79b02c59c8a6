"""The catalogue: one file per question or view, its header in YAML behind ``#+`` (the grlc convention)."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from medskick.rooms import room
from medskick.words import Text

TOKEN = re.compile(r"\?_(?P<name>[A-Za-z][A-Za-z0-9]*)_iri\b")


@dataclass(frozen=True)
class Param:
    """A question's parameter: a term of a concept scheme, or a thing of a class (exactly one of the two is set)."""

    name: str
    label: Text
    scheme: str | None = None
    cls: str | None = None

    @property
    def option(self) -> str:
        """The parameter as an option of the command line: ``phaseType`` is ``phase-type``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", self.name).lower()


@dataclass(frozen=True)
class Query:
    """A question (SELECT) or a view (CONSTRUCT) of the catalogue, with its header.

    ``needs`` tells what would answer a question that cannot be answered yet; ``wish`` what users of other systems asked
    for in vain, and ``wished_in`` where.
    """

    slug: str
    theme: str
    path: Path
    text: str
    summary: Text
    description: Text
    tags: tuple[str, ...]
    asked_by: tuple[str, ...]
    answers: str
    number: str
    view: str
    layout: str
    params: tuple[Param, ...]
    columns: dict[str, Text]
    needs: Text
    wish: Text
    wished_in: tuple[str, ...]
    options: dict[str, Any]

    @property
    def is_view(self) -> bool:
        """Whether this is a view: a picture rather than an answer."""
        return self.theme == "views"

    def param(self, name: str) -> Param | None:
        """Return a parameter by its name or its option."""
        return next((p for p in self.params if name in (p.name, p.option)), None)


class UnknownQueryError(LookupError):
    """Raised for a slug that is not in the catalogue; ``known`` holds those that are."""

    def __init__(self, slug: str, known: Iterable[str]) -> None:
        self.slug, self.known = slug, sorted(known)
        super().__init__(slug)


def _pair(header: dict[str, Any], key: str) -> dict[str, str]:
    found = {"sv": header.get(f"{key}_sv"), "en": header.get(key)}
    return {lang: str(text).strip() for lang, text in found.items() if text}


def read_query(path: Path) -> Query:
    """Read one query file. Raises ``ValueError`` naming the file if its header is broken or incomplete."""
    import yaml

    text = path.read_text(encoding="utf-8")
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.load("\n".join(lines), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if not isinstance(header, dict) or not {"summary", "summary_sv"} <= header.keys():
        raise ValueError(f"{path.name}: summary, summary_sv")
    params = tuple(
        Param(name, {"sv": p["sv"], "en": p["en"]}, p.get("scheme"), p.get("class"))
        for name, p in (header.get("params") or {}).items()
    )
    if {p.name for p in params} != {m["name"] for m in TOKEN.finditer(text)}:
        raise ValueError(f"{path.name}: params")
    return Query(
        slug=path.stem,
        theme=path.parent.name,
        path=path,
        text=text,
        summary=_pair(header, "summary"),
        description=_pair(header, "description"),
        tags=tuple(header.get("tags") or ()),
        asked_by=tuple(header.get("asked_by") or ()),
        answers=str(header.get("answers", "")),
        number=str(header.get("number", "")),
        view=str(header.get("view", "table")),
        layout=str(header.get("layout", "force")),
        params=params,
        columns=dict(header.get("columns") or {}),
        needs=_pair(header, "needs"),
        wish=_pair(header, "wish"),
        wished_in=tuple(header.get("wished_in") or ()),
        options=dict(header.get("options") or {}),
    )


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int) -> Query:
    return read_query(path)


def _read_again(path: Path) -> Query:
    """Read a query file if it has changed since: a server asks for the same ones all day."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _listed(folders: tuple[tuple[str, int], ...], views: bool) -> Mapping[str, Path]:
    found = sorted(path for folder, _ in folders for path in Path(folder).glob("*.rq"))
    return MappingProxyType({p.stem: p for p in found if (p.parent.name == "views") == views})


def _paths(views: bool) -> Mapping[str, Path]:
    with os.scandir(room("queries")) as entries:
        folders = sorted((e.path, e.stat().st_mtime_ns) for e in entries if e.is_dir())
    return _listed(tuple(folders), views)


def _find(slug: str, views: bool) -> Query:
    paths = _paths(views)
    if slug not in paths:
        raise UnknownQueryError(slug, paths)
    return _read_again(paths[slug])


def questions() -> list[Query]:
    """Return all questions, by theme and slug."""
    return [_read_again(p) for p in sorted(_paths(views=False).values())]


def question(slug: str) -> Query:
    """Return one question. Raises ``UnknownQueryError``."""
    return _find(slug, views=False)


def views() -> list[Query]:
    """Return all views, by slug."""
    return [_read_again(p) for p in _paths(views=True).values()]


def view(slug: str) -> Query:
    """Return one view. Raises ``UnknownQueryError``."""
    return _find(slug, views=True)
