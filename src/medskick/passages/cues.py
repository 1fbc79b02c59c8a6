"""By which words a sentence tells what it is, and a text its language: data, one file for each language.

The files are in ``ontology/cues``, and ``cues.toml`` beside the words of a language that is added.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from medskick.graph.toml_file import read_toml
from medskick.rooms import room
from medskick.words import Lang, folders

KINDS = ("advice", "difficulty", "decision", "meeting")
"""What a sentence may tell, each a list of cues."""
_START = "^"
"""Before the first word of a sentence, and of a cue that must stand there."""
_LISTS = {"phase-type": "phases", "theme": "themes"}
_NUMBER = re.compile(r"^(?:kap\.|chapter)?\s*[\dIVX]+(?:\.\d+)*[.)]?\s+", re.I)
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


@dataclass(frozen=True)
class Cues:
    """The cues of a language, each as the patterns of its words in a row; its ``small`` words; how it inflects.

    ``under`` are headings, each with what every sentence under it tells; ``terms`` what the terms of a list are called.
    """

    cues: dict[str, tuple[tuple[re.Pattern[str], ...], ...]] = field(default_factory=dict)
    unless: tuple[tuple[re.Pattern[str], ...], ...] = ()
    under: dict[str, str] = field(default_factory=dict)
    terms: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    small: frozenset[str] = frozenset()
    lemmas: bool = False
    compounds: bool = False


def cue_paths() -> dict[Lang, Path]:
    """Return the files with cues by language; one of a language that is added goes before one that ships."""
    there = {path.stem: path for path in sorted((room("ontology") / "cues").glob("*.toml"))}
    _, *added = folders()
    return there | {path.parent.name: path for folder in added for path in sorted(folder.glob("*/cues.toml"))}


@cache
def all_cues() -> dict[Lang, Cues]:
    """Return the cues of all languages. What is wrong with a file is told by the check."""
    return {lang: _read(path) for lang, path in cue_paths().items()}


def forget() -> None:
    """Read the files anew when next asked: the folders have changed."""
    all_cues.cache_clear()


def _read(path: Path) -> Cues:
    entries, _ = read_toml(path, path.name)
    listed = {key: [str(w) for w in words] for key, words in entries.items() if isinstance(words, list)}
    return Cues(
        {kind: tuple(map(_pattern, listed.get(kind, []))) for kind in KINDS},
        tuple(map(_pattern, listed.get("unless", []))),
        {heading.casefold(): kind for kind in KINDS for heading in listed.get(f"{kind}_under", [])},
        {scheme: dict(map(_term, listed.get(key, []))) for scheme, key in _LISTS.items()},
        frozenset(listed.get("small", [])),
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
    return frozenset(word for cues in all_cues().values() for word in cues.small)


def language_of(texts: Sequence[str]) -> Lang | None:
    """Return the language that most of the small words in some texts are of, ``None`` where there are none."""
    words = [word for text in texts for word in _WORD.findall(text.casefold())]
    counts = {lang: sum(word in cues.small for word in words) for lang, cues in all_cues().items()}
    best = max(sorted(counts), key=lambda lang: counts[lang], default=None)
    return best if best is not None and counts[best] else None


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
