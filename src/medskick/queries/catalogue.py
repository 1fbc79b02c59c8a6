"""The catalogue: the questions and views that come along, and those of a region's own folders.

A folder holds themes (``<theme>/<slug>.rq``, the theme's title in ``<theme>/theme.toml``) and ``views/<slug>.rq``.
A file with faults is left out of every list, and ``Catalogue.faults`` says why.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from medskick.graph.faults import Fault, Faulty, fault, ordered
from medskick.graph.toml_file import read_toml
from medskick.queries.query import VIEWS_FOLDER, Query
from medskick.queries.question_file import Reading, read_file
from medskick.rooms import room
from medskick.words import SHIPPED, Text, everywhere

VARIABLE = "MEDSKICK_QUERIES"
"""Names folders of questions for whoever gives none; several are parted as in ``PATH``."""
THEME_FILE = "theme.toml"
_LAST = 1_000


class UnknownQueryError(LookupError):
    """Raised for a slug that is not in the catalogue; ``known`` holds those that are."""

    def __init__(self, slug: str, known: Iterable[str]) -> None:
        self.slug, self.known = slug, sorted(known)
        super().__init__(slug)


class BrokenQueryError(Faulty):
    """Raised for a question or view whose file has faults; ``faults`` holds them."""

    def __init__(self, slug: str, faults: Iterable[Fault]) -> None:
        super().__init__(faults)
        self.slug = slug


@dataclass(frozen=True)
class Theme:
    """A theme of questions: its folder's name, its title, its place among the themes, what is wrong with its file."""

    name: str
    title: Text
    order: int = _LAST
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class QuestionFile:
    """Where a file of the catalogue lies, and what it is called in faults: ``queries/lessons/x.rq``."""

    path: Path
    label: str

    @property
    def theme(self) -> str:
        """The name of the file's theme."""
        return self.path.parent.name


@dataclass(frozen=True)
class Catalogue:
    """The shipped questions and views and those of ``added`` folders. It holds no state: files are read when asked for.

    A file is read again only when it has changed.
    """

    added: tuple[Path, ...] = ()

    @staticmethod
    def of(folders: Iterable[Path | str] | None = None) -> "Catalogue":
        """Return the catalogue with some folders, or those that ``MEDSKICK_QUERIES`` names where none are given.

        Raises ``Faulty`` where one of them holds no question and no view.
        """
        catalogue = Catalogue.tolerant(folders)
        if faults := catalogue._folder_faults():
            raise Faulty(faults)
        return catalogue

    @staticmethod
    def tolerant(folders: Iterable[Path | str] | None = None) -> "Catalogue":
        """Return the catalogue as ``of`` does; a folder without questions is left to ``faults``."""
        given = list(folders or ()) or [name for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
        own = dict.fromkeys(Path(folder).resolve() for folder in given)
        return Catalogue(tuple(folder for folder in own if folder != room("queries").resolve()))

    def questions(self) -> list[Query]:
        """Return the questions that have no faults, by theme and slug."""
        themes = self._themes()
        queries = [q for file in self._by_slug(views=False).values() if (q := _read(file).query) is not None]
        return sorted(
            (replace(q, heading=themes[q.theme].title) for q in queries),
            key=lambda q: (themes[q.theme].order, q.theme, q.slug),
        )

    def views(self) -> list[Query]:
        """Return the views that have no faults, by slug."""
        readings = [_read(file) for _, file in sorted(self._by_slug(views=True).items())]
        return [reading.query for reading in readings if reading.query is not None]

    def question(self, slug: str) -> Query:
        """Return one question. Raises ``UnknownQueryError``, ``BrokenQueryError``."""
        return self._find(slug, views=False)

    def view(self, slug: str) -> Query:
        """Return one view. Raises ``UnknownQueryError``, ``BrokenQueryError``."""
        return self._find(slug, views=True)

    def faults(self) -> list[Fault]:
        """Return everything that is wrong with the files: errors leave a question out, warnings do not."""
        faults = self._folder_faults() + self.doubles()
        faults += [f for file in self._all() for f in _read(file).faults]
        for theme in self._themes().values():
            faults += theme.faults
        return ordered(faults)

    def left_out(self) -> list[Fault]:
        """Return the faults for which a file is left out."""
        return [f for f in self.faults() if f.level == "error"]

    def doubles(self) -> list[Fault]:
        """Return a fault for each file whose slug another one has, naming both: the first one counts."""
        first: dict[str, QuestionFile] = {}
        faults = []
        for file in self._all():
            other = first.setdefault(file.path.stem, file)
            if other is not file:
                faults.append(fault("same-slug", file.label, found=file.path.stem, other=other.label))
        return faults

    def mark(self) -> str:
        """Return a text that is another one whenever a file of the catalogue has changed."""
        paths = [file.path for file in self._all()]
        paths += [path for _, folder in self._folders() for path in sorted(folder.glob(f"*/{THEME_FILE}"))]
        states = [f"{path}\0{_changed(path)}" for path in paths]
        return hashlib.sha256("\0".join(states).encode(errors="surrogateescape")).hexdigest()[:12]

    def _find(self, slug: str, views: bool) -> Query:
        files = self._by_slug(views)
        if slug not in files:
            raise UnknownQueryError(slug, files)
        reading = _read(files[slug])
        if reading.query is None:
            raise BrokenQueryError(slug, reading.faults)
        return replace(reading.query, heading=self._theme(files[slug].theme).title)

    def _folders(self) -> list[tuple[str, Path]]:
        """The folders, each with the name that it has in faults: the shortest end of its path that no other has."""
        folders = [room("queries"), *self.added]
        labels: list[tuple[str, Path]] = []
        for folder in folders:
            lengths = range(1, len(folder.parts) + 1)
            ends = ("/".join(folder.parts[-length:]).replace("//", "/") for length in lengths)
            labels.append((next((end for end in ends if end not in dict(labels)), str(folder)), folder))
        return labels

    def _all(self) -> list[QuestionFile]:
        """The question files of all folders, the shipped ones first."""
        return [
            QuestionFile(folder / theme / name, f"{label}/{theme}/{name}")
            for label, folder in self._folders()
            for theme, name in _listed(folder, _stamps(folder))
        ]

    def _by_slug(self, views: bool) -> Mapping[str, QuestionFile]:
        files: dict[str, QuestionFile] = {}
        taken: set[str] = set()
        for file in self._all():
            slug = file.path.stem
            if slug not in taken and (file.theme == VIEWS_FOLDER) == views:
                files[slug] = file
            taken.add(slug)
        return files

    def _themes(self) -> dict[str, Theme]:
        return {name: self._theme(name) for name in {file.theme for file in self._all()} - {VIEWS_FOLDER}}

    def _theme(self, name: str) -> Theme:
        """A theme by the first folder that gives it a title; by its folder's name where none does."""
        files = [(f"{label}/{name}/{THEME_FILE}", folder / name / THEME_FILE) for label, folder in self._folders()]
        given = [(file, path) for file, path in files if path.is_file()]
        plain: Text = everywhere(name)
        if not given:
            if name == VIEWS_FOLDER:
                return Theme(name, plain)
            holder = next((file for file, path in files if path.parent.is_dir()), files[0][0])
            return Theme(name, plain, faults=(fault("theme-title", holder, found=name, level="warning"),))
        theme = _read_theme(given[0][1], given[0][0], _changed(given[0][1]))
        again = [fault("same-theme", file, found=name, other=given[0][0]) for file, _ in given[1:]]
        return replace(theme, faults=(*theme.faults, *again))

    def _folder_faults(self) -> list[Fault]:
        faults = []
        for label, folder in self._folders()[1:]:
            loose = sorted(folder.glob("*.rq")) if folder.is_dir() else []
            faults += [fault("loose-query", f"{label}/{path.name}") for path in loose]
            if not loose and not _listed(folder, _stamps(folder)):
                faults.append(fault("no-queries", str(folder)))
        return faults


def _changed(path: Path) -> tuple[int, int]:
    """Time and size of a file; zeros where it has gone."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _stamps(folder: Path) -> tuple[tuple[str, int], ...]:
    """The theme folders of a folder by name, each with the time of its last change."""
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted((e.name, e.stat().st_mtime_ns) for e in entries if e.is_dir()))
    except OSError:
        return ()


@lru_cache(maxsize=64)
def _listed(folder: Path, stamps: Sequence[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
    """Theme and name of each question file of a folder, in order; read again when one of its themes has changed."""
    return tuple((name, path.name) for name, _ in stamps for path in sorted((folder / name).glob("*.rq")))


def _read(file: QuestionFile) -> Reading:
    """Read a file if it has changed since: a server asks for the same ones all day."""
    return _read_once(file.path, file.label, _changed(file.path))


@lru_cache(maxsize=2_048)
def _read_once(path: Path, file: str, _changed: tuple[int, int]) -> Reading:
    return read_file(path, file)


@lru_cache(maxsize=256)
def _read_theme(path: Path, file: str, _changed: tuple[int, int]) -> Theme:
    """Read a theme's title and place: ``title_sv``, ``title_en`` (or other languages) and, if need be, ``order``."""
    name = path.parent.name
    content, faults = read_toml(path, file)
    given = {key.removeprefix("title_"): text for key, text in content.items() if key.startswith("title_")}
    title = {lang: text.strip() for lang, text in given.items() if isinstance(text, str) and text.strip()}
    order = content.get("order", _LAST)
    if not faults:
        # a region's own theme is in the languages that it chooses
        own = () if path.is_relative_to(room("queries")) else given
        needed = sorted(own) or SHIPPED
        faults += [fault("theme-key", file, column=f"title_{lang}") for lang in needed if lang not in title]
    if not isinstance(order, int):
        faults.append(fault("theme-order", file, column="order", found=str(order)))
        order = _LAST
    return Theme(name, title or everywhere(name), order, tuple(faults))
