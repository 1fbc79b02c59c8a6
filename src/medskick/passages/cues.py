"""By which words a sentence tells what it is: data, one file for each language.

The files are in ``ontology/cues``, and ``cues.toml`` beside the words of a language that is added.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from medskick.graph.language_guess import cue_paths, small_words
from medskick.graph.toml_file import read_toml
from medskick.words import Lang

KINDS = ("advice", "difficulty", "decision", "meeting")
"""What a sentence may tell, each a list of cues."""
_START = "^"
"""Before the first word of a sentence, and of a cue that must stand there."""
_LISTS = {"phase-type": "phases", "theme": "themes"}
_NUMBER = re.compile(r"^(?:kap\.|chapter)?\s*[\dIVX]+(?:\.\d+)*[.)]?\s+", re.I)
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


@dataclass(frozen=True)
class Cues:
    """The cues of a language, each as the patterns of its words in a row; how it inflects.

    ``under`` are headings, each with what every sentence under it tells; ``terms`` what the terms of a list are called.
    """

    cues: dict[str, tuple[tuple[re.Pattern[str], ...], ...]] = field(default_factory=dict)
    unless: tuple[tuple[re.Pattern[str], ...], ...] = ()
    under: dict[str, str] = field(default_factory=dict)
    terms: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    lemmas: bool = False
    compounds: bool = False


@cache
def all_cues() -> dict[Lang, Cues]:
    """Return the cues of all languages. What is wrong with a file is told by the check."""
    return {lang: _read(path) for lang, path in cue_paths().items()}


def forget() -> None:
    """Read the files anew when next asked: the folders have changed."""
    all_cues.cache_clear()
    small_words.cache_clear()


def _read(path: Path) -> Cues:
    entries, _ = read_toml(path, path.name)
    listed = {key: [str(w) for w in words] for key, words in entries.items() if isinstance(words, list)}
    return Cues(
        {kind: tuple(map(_pattern, listed.get(kind, []))) for kind in KINDS},
        tuple(map(_pattern, listed.get("unless", []))),
        {heading.casefold(): kind for kind in KINDS for heading in listed.get(f"{kind}_under", [])},
        {scheme: dict(map(_term, listed.get(key, []))) for scheme, key in _LISTS.items()},
        entries.get("lemmas") is True,
        entries.get("compounds") is True,
    )


def _term(entry: str) -> tuple[str, tuple[str, ...]]:
    """The slug of a term and what it is called: ``consultation: høring, offentlig ettersyn``."""
    slug, _, names = entry.partition(":")
    return slug.strip(), tuple(name.strip() for name in names.split(",") if name.strip())


def _pattern(cue: str) -> tuple[re.Pattern[str], ...]:
    at_start = cue.startswith(_START)
    words = cue.removeprefix(_START).casefold().replace(",", " ").split()
    patterns = (re.compile(re.escape(word).replace(r"\*", ".*")) for word in words)
    return (re.compile(re.escape(_START)), *patterns) if at_start else tuple(patterns)


def little_words() -> frozenset[str]:
    """Return the small words of all languages."""
    return frozenset(word for small in small_words().values() for word in small)


def told_by(sentence: str, lang: Lang) -> list[str]:
    """Return what a sentence tells by its cues, in the order of ``KINDS``."""
    cues = all_cues().get(lang)
    if cues is None:
        return []
    words = [_START, *_WORD.findall(sentence.casefold())]
    taken = {place for cue in cues.unless for start in _starts(cue, words) for place in range(start, start + len(cue))}
    return [
        kind
        for kind in KINDS
        if any(
            not taken & set(range(start, start + len(cue))) for cue in cues.cues[kind] for start in _starts(cue, words)
        )
    ]


def told_under(heading: str, lang: Lang) -> str | None:
    """Return what the sentences under a heading tell (*Recommendations*), ``None`` where the heading does not say."""
    cues = all_cues().get(lang)
    return cues.under.get(_NUMBER.sub("", heading).strip(" .:").casefold()) if cues is not None else None


def _starts(cue: Sequence[re.Pattern[str]], words: Sequence[str]) -> list[int]:
    last = len(words) - len(cue)
    return [s for s in range(last + 1) if all(one.fullmatch(words[s + n]) for n, one in enumerate(cue))]
