"""How alike two names are, from 0 to 100, told word by word.

Words are folded and compared by rapidfuzz, and each counts by how rare it is among the names there are: what two names
share in ``kommuner`` says little, what they share in ``Örkelljunga`` much. Numbers are alike only if they are equal.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from medskick.queries.search.spelling import folded_words

SAME = 100.0
_MOST_BUT_SAME = 95.0
_ONE_WORD = 78.0
"""Words at least so alike are one, in two forms or with a slip."""
_LONGEST = 300
_BRACKETS = re.compile(r"\(([^()]*)\)")
_SHORT_NAME = re.compile(r"\((\w*[A-ZÅÄÖ]\w*[A-ZÅÄÖ]\w*)\)$")
"""An abbreviation in brackets, last."""
_LEAST_FORMS, _TINY, _TINY_WEIGHT = 5, 2, 0.3
"""A shorter word has no other forms; words of two letters (AB, of, i) say little of what is meant."""


@lru_cache(maxsize=1 << 15)
def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a name, in order."""
    return tuple(folded_words(name[:_LONGEST]))


def forms_of(name: str, fewest: int = 1) -> list[str]:
    """Return a name as it stands, and without and as what it has in brackets: ``Tillväxtverket (TVV)``.

    ``fewest`` is how many words in brackets make a name, if they are not its abbreviation.
    """
    bare = " ".join(_BRACKETS.sub(" ", name).split())
    inside = [part for part in _BRACKETS.findall(name) if len(words_of(part)) >= fewest]
    forms = dict.fromkeys((name, bare, *_SHORT_NAME.findall(name), *inside))
    return [form for form in forms if words_of(form)]


class Likeness:
    """How alike names are, measured with what is common among some names."""

    def __init__(self, names: Iterable[str]) -> None:
        counted: Counter[str] = Counter()
        number = 0
        for name in names:
            counted.update(set(words_of(name)))
            number += 1
        self._counted, self._number = counted, number

    def _weight(self, word: str) -> float:
        rare = math.log(1 + (self._number + 1) / (self._counted[word] + 1))
        return rare * _TINY_WEIGHT if len(word) <= _TINY and not word.isdigit() else rare

    def of(self, one: str, other: str) -> float:
        """Return how alike two names are: 100 for the same words in any order, at most 95 for others, 0 for nothing."""
        own, its = words_of(one), words_of(other)
        if not own or not its:
            return 0.0
        if sorted(own) == sorted(its):
            return SAME
        shared, alone = 0.0, 0.0
        left = list(its)
        for word in own:
            nearest, alike = _nearest(word, left)
            if nearest is not None:
                left.remove(nearest)
                # a form of a word is as rare as the commoner of the two
                shared += alike * 2 * min(self._weight(word), self._weight(nearest))
            else:
                alone += self._weight(word)
        # words that stand in the place of each other tell two things apart; those that one name adds do not
        shared -= 2 * min(alone, sum(map(self._weight, left)))
        whole = sum(map(self._weight, own)) + sum(map(self._weight, its))
        return round(max(0.0, min(_MOST_BUT_SAME, 100 * shared / whole)), 1)

    def best(self, one: Sequence[str], other: Sequence[str]) -> tuple[float, str, str]:
        """Return how alike the likest two names of two lists are, and these names; 0 and empty names for none."""
        pairs = ((self.of(a, b), a, b) for a in one for b in other)
        return max(pairs, key=lambda pair: pair[0], default=(0.0, "", ""))


def _nearest(word: str, among: Sequence[str]) -> tuple[str | None, float]:
    """The word most like another, and how alike they are from 0 to 1; ``None`` where none is."""
    if word in among:
        return word, 1.0
    if len(word) < _LEAST_FORMS or any(letter.isdigit() for letter in word):
        return None, 0.0
    likest = max(among, key=lambda other: fuzz.ratio(word, other), default=None)
    alike = fuzz.ratio(word, likest) if likest is not None else 0.0
    # Boverket and Banverket are eighty per cent alike, and two authorities
    return (likest, (alike / 100) ** 2) if alike >= _ONE_WORD else (None, 0.0)
