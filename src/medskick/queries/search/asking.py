"""Questions asked in plain words: which one of the catalogue is meant, by meaning as well as by word.

What means the same stands in ``queries/asked-as.toml``. A text is what it tells of: the meanings of its words, and the
beginnings of those that have none there. A question tells of what its own words tell of; a meaning that few
questions have counts for more (as in tf-idf). ``viz/search-index.js`` reckons likewise.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from medskick.queries.search.entries import Entry
from medskick.queries.search.spelling import folded_words
from medskick.rooms import room

_BEGINNING = 6
_OWN, _ASKED_AS, _ABOUT = 3, 3, 1
_LEAST_SHARE, _NEAR, _MOST = 0.3, 0.4, 5
_MOST_WORDS, _LONGEST = 200, 400


@dataclass(frozen=True)
class AskedAs:
    """How people ask: words that tell nothing, meanings by word, meanings by beginning, further words by question.

    Two words with a space between them mean something together that neither means alone.
    """

    small: frozenset[str]
    words: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, tuple[str, ...]]
    questions: Mapping[str, str]

    def meanings_of(self, text: str) -> dict[str, None]:
        """Return what a text tells of, in order: meanings (``=worry``) and beginnings of words."""
        words = folded_words(text)[:_MOST_WORDS]
        meanings, place = dict[str, None](), 0
        while place < len(words):
            pair = self.words.get(" ".join(words[place : place + 2])) if place + 1 < len(words) else None
            meanings |= dict.fromkeys(pair or self._of(words[place]))
            place += 2 if pair else 1
        return meanings

    def _of(self, word: str) -> Iterable[str]:
        begun = [m for n in range(2, len(word) + 1) for m in self.beginnings.get(word[:n], ())]
        if meanings := (*self.words.get(word, ()), *begun):
            return meanings
        return () if word in self.small or len(word) < 2 else (word[:_BEGINNING],)


@cache
def asked_as() -> AskedAs:
    """Return how people ask, as ``queries/asked-as.toml`` tells."""
    content = tomllib.loads((room("queries") / "asked-as.toml").read_text(encoding="utf-8"))
    words: dict[str, list[str]] = {}
    beginnings: dict[str, list[str]] = {}
    for meaning, written in content["same"].items():
        for word in written.split():
            holder = beginnings if word.endswith("*") else words
            parts = folded_words(word.replace("_", " "))
            for part in [" ".join(parts)] if "_" in word else parts:
                holder.setdefault(part, []).append(f"={meaning}")
    small = {part for word in content["small"].split() for part in folded_words(word)}
    return AskedAs(
        frozenset(small),
        {word: tuple(dict.fromkeys(meanings)) for word, meanings in words.items()},
        {word: tuple(dict.fromkeys(meanings)) for word, meanings in beginnings.items()},
        content["questions"],
    )


class Asking:
    """The questions of a catalogue, ready to be asked for in plain words."""

    def __init__(self, searched: Sequence[Entry]) -> None:
        self._known = asked_as()
        self.weights: dict[str, dict[str, float]] = {}
        by_question: dict[str, dict[str, int]] = {}
        for entry in searched:
            if entry.kind == "Question":
                by_question[entry.thing] = self._weights_of(entry)
        often = Counter(meaning for of_question in by_question.values() for meaning in of_question)
        self.rare = {m: round(math.log(1 + len(by_question) / n), 3) for m, n in sorted(often.items())}
        for slug, of_question in by_question.items():
            length = math.sqrt(sum((weight * self.rare[m]) ** 2 for m, weight in of_question.items())) ** 0.5
            self.weights[slug] = {m: round(w * self.rare[m] / (length or 1), 3) for m, w in of_question.items()}

    def _weights_of(self, entry: Entry) -> dict[str, int]:
        weights: dict[str, int] = {}
        parts = (
            (_ABOUT, [said.text for said in (*entry.texts, *entry.keywords)]),
            (_ASKED_AS, [self._known.questions.get(entry.thing, "")]),
            (_OWN, [said.text for said in entry.names]),
        )
        for weight, texts in parts:
            for text in texts:
                weights |= dict.fromkeys(self._known.meanings_of(text), weight)
        return weights

    def nearest(self, text: str) -> list[str]:
        """Return the slugs of the questions that a text may ask for, the likeliest first; none where none is near."""
        meanings = self._known.meanings_of(text[:_LONGEST])
        usual = max(self.rare.values(), default=1.0)
        rare = {meaning: self.rare.get(meaning, usual) for meaning in meanings}
        whole = sum(rare.values())
        scores: dict[str, float] = {}
        for slug, weights in self.weights.items():
            shared = [meaning for meaning in meanings if meaning in weights]
            if sum(rare[m] for m in shared) >= _LEAST_SHARE * whole and shared:
                scores[slug] = round(sum(rare[m] * weights[m] for m in shared), 3)
        best = max(scores.values(), default=0.0)
        near = [slug for slug, score in scores.items() if score >= _NEAR * best]
        return sorted(near, key=lambda slug: -scores[slug])[:_MOST]

    def as_data(self, address: Callable[[str], str | None]) -> dict[str, Any]:
        """Return all of it for a page without a server; questions that have no ``address`` there are left out."""
        known, slugs = self._known, [slug for slug in self.weights if address(slug)]
        return {
            "small": " ".join(sorted(known.small)),
            "words": {word: list(meanings) for word, meanings in sorted(known.words.items())},
            "beginnings": {word: list(meanings) for word, meanings in sorted(known.beginnings.items())},
            "rare": self.rare,
            "questions": [[address(slug), self.weights[slug]] for slug in slugs],
        }
