"""Which language a text is in, by its small words: data, one list for each language in ``ontology/cues``.

``cues.toml`` beside the words of a language that is added has them too.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from medskick.graph.toml_file import read_toml
from medskick.rooms import room
from medskick.words import Lang, folders

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


def cue_paths() -> dict[Lang, Path]:
    """Return the files with cues by language; one of a language that is added goes before one that ships."""
    there = {path.stem: path for path in sorted((room("ontology") / "cues").glob("*.toml"))}
    _, *added = folders()
    return there | {path.parent.name: path for folder in added for path in sorted(folder.glob("*/cues.toml"))}


@cache
def small_words() -> Mapping[Lang, frozenset[str]]:
    """Return the small words of each language. What is wrong with a file is told by the check."""
    entries = {lang: read_toml(path, path.name)[0].get("small") for lang, path in cue_paths().items()}
    return {lang: frozenset(map(str, small)) for lang, small in entries.items() if isinstance(small, list)}


def counts(texts: Sequence[str]) -> dict[Lang, int]:
    """Return how many of the words in some texts are small words of each language."""
    words = [word for text in texts for word in _WORD.findall(text.casefold())]
    return {lang: sum(word in small for word in words) for lang, small in sorted(small_words().items())}


def language_of(texts: Sequence[str]) -> Lang | None:
    """Return the language that most of the small words in some texts are of, ``None`` where there are none."""
    by_language = counts(texts)
    best = max(by_language, key=lambda lang: by_language[lang], default=None)
    return best if best is not None and by_language[best] else None
