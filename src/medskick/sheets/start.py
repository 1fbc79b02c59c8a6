"""A dataset from nothing: its folder with the description, made from a few answers and held to what a build demands."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medskick.graph.dataset import Dataset
from medskick.graph.dataset_description import read_description
from medskick.graph.faults import Fault, Faulty
from medskick.graph.toml_file import quoted
from medskick.graph.whole_files import write_files
from medskick.words import SHIPPED, Lang, say

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_VERSION = "0.1.0"


@dataclass(frozen=True)
class Beginning:
    """What a new dataset is made from.

    ``place`` is what it is about, in the words of its title; ``refers`` gives the bases of the datasets that it refers
    to, by name; ``modified`` is the day on which it is made.
    """

    name: str
    place: str
    publisher: str
    base: str
    modified: str
    languages: Sequence[Lang] = SHIPPED
    refers: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return the description, ``dataset.toml``."""
        entries = {f"title_{lang}": self._said("new-title", lang) for lang in self.languages}
        entries |= {f"description_{lang}": self._said("new-description", lang) for lang in self.languages}
        entries |= {"publisher": self.publisher, "licence": LICENCE, "version": _VERSION, "modified": self.modified}
        entries["base"] = self.base
        lines = [f"{key} = {quoted(value)}" for key, value in entries.items()]
        lines.append(f"languages = [{', '.join(map(quoted, self.languages))}]")
        if self.refers:
            lines += ["", "[refers]", *(f"{name} = {quoted(base)}" for name, base in sorted(self.refers.items()))]
        return "\n".join(lines) + "\n"

    def _said(self, key: str, lang: Lang) -> str:
        # in a language that the program does not speak the place says enough
        return say(f"sheet.{key}", lang, place=self.place) if lang in SHIPPED else self.place


def begin(beginning: Beginning, place: Path) -> Dataset:
    """Make a folder for a new dataset in ``place``. Returns the dataset, which has no rows yet.

    Raises ``FileExistsError`` where there is a folder of that name, ``Faulty`` with all faults where an answer cannot
    be taken, and ``OSError``; then nothing is written.
    """
    folder = place / beginning.name
    if folder.exists():
        raise FileExistsError(str(folder))
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory() as elsewhere:
        trial = Path(elsewhere) / "trial"
        trial.mkdir()
        (trial / "dataset.toml").write_text(beginning.text(), encoding="utf-8", newline="")
        dataset, _ = read_description(trial, beginning.name, faults)
    if dataset is None or any(fault.level == "error" for fault in faults):
        raise Faulty(faults)
    folder.mkdir(parents=True)
    try:
        write_files({folder / "dataset.toml": beginning.text().encode()})
    except OSError:
        # the next attempt would find it there
        folder.rmdir()
        raise
    return dataset
