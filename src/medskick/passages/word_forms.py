"""The forms of words: a word is met in each of its inflections, and as the beginning of a compound."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from medskick.passages.cues import all_cues
from medskick.queries.search.spelling import fold, stemmer
from medskick.words import Lang

WORD = re.compile(r"[^\W_]+")
_LEAST_COMPOUND, _LEAST_REST = 6, 3


@dataclass(frozen=True)
class Forms:
    """What the words of a language are called by, whatever their inflection."""

    lang: Lang

    @cached_property
    def _stem(self) -> Callable[[str], str] | None:
        return stemmer(self.lang)

    @cached_property
    def _lemma(self) -> Callable[[str], str] | None:
        if not self.has_lemmas:
            return None
        import simplemma  # its word lists take seconds to read

        return lambda word: str(simplemma.lemmatize(word, lang=self.lang))

    @property
    def has_lemmas(self) -> bool:
        """Whether words are met by their lemma, as they change inside."""
        return self._has("lemmas")

    def _has(self, key: str) -> bool:
        cues = all_cues().get(self.lang)
        return cues is not None and bool(getattr(cues, key))

    @cached_property
    def keys(self) -> Callable[[str], frozenset[str]]:
        """Return what a word is known by: folded, by its stem, by its lemma. Two words are one if they share any."""

        @lru_cache(maxsize=1 << 16)
        def keys_of(word: str) -> frozenset[str]:
            known = {word.lower()}
            if self._lemma is not None:
                known.add(self._lemma(word).lower())
            if self._stem is not None:
                known |= {self._stem(one) for one in list(known) if len(one) > 3}
            return frozenset(map(fold, known))

        return keys_of

    def begins(self, word: str, name: str) -> bool:
        """Tell whether a word is a compound that begins with a name (*samrådsförslag* with *samråd*)."""
        rest = len(word) - len(name)
        return (
            len(name) >= _LEAST_COMPOUND
            and rest >= _LEAST_REST
            and self._has("compounds")
            and fold(word).startswith(fold(name))
        )
