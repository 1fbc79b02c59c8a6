"""Words as readers type them: folded, met by stem, found inside compounds, forgiven where misspelt.

Folding is Unicode case folding and NFKD without combining marks (``Samråd`` is ``samrad``), letters with a stroke and
joined ones as they are typed without them (``Østfold`` is ``ostfold``); ``viz/folding.js`` folds likewise. Who types å,
ä or ö means that letter: ``tåg`` is not in ``företag``. Stems are Snowball's, Swedish and English for all words and
another language's for the words of its own texts; nearness is optimal string alignment distance (a swap of two letters
is one slip). A word of the language is never taken for a slip.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import snowballstemmer

from medskick.words import COMMON, SHIPPED, Lang, cldr, macrolanguage

WORD = re.compile(r"[^\W_]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
# written in two parts by some, in one by others: kick-off, RUFS 2050
_PARTS = re.compile(r"\b[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+\b|\b[A-ZÅÄÖ]{2,}[ \u00a0-]\d+\b")
_OWN_LETTERS = "åäö"
MOST_WORDS, _LONGEST_WORD, _LONGEST_TEXT = 10, 40, 400
_LEAST_INSIDE, _LEAST_FORGIVEN, _MOST_FORMS = 3, 4, 256
_LEAST_BEFORE = 2
# a shorter word is not taken for another one; a word this long may have two slips
_LEAST_TAKEN, _TWO_SLIPS = 5, 9
# a stem keeps the first three letters, so only words that share them are compared
_STEM_KEEPS = 3


# letters that are no other letter with a mark on it
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th"}
)


class _Unmarked(dict[int, int | str | None]):
    """A table for ``str.translate`` that drops combining marks and learns each letter as it meets it."""

    def __missing__(self, letter: int) -> int | str | None:
        dropped = unicodedata.combining(chr(letter)) or letter in _INVISIBLE
        self[letter] = None if dropped else _LETTERS.get(letter, letter)
        return self[letter]


_UNMARKED = _Unmarked()


def fold(text: str) -> str:
    """Return a text without case and diacritics."""
    return unicodedata.normalize("NFKD", text.casefold()).translate(_UNMARKED)


# the words of texts come again and again
fold_word = lru_cache(maxsize=1 << 15)(fold)


@lru_cache(maxsize=1 << 15)
def marked(word: str) -> str:
    """Return a word folded but for å, ä and ö; an ø counts as ö."""
    letters = unicodedata.normalize("NFC", word).casefold().replace("ø", "ö")
    return "".join(letter if letter in _OWN_LETTERS else fold(letter) for letter in letters)


def visible(text: str) -> str:
    """Return a text composed (NFC) and without what nobody sees, such as soft hyphens."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE)


def joined_words(text: str) -> list[str]:
    """Return what a text writes in two parts and others in one, in one: ``kick-off`` and ``RUFS 2050``."""
    return ["".join(WORD.findall(parts)).lower() for parts in _PARTS.findall(visible(text))]


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text in order; everything between words is left out."""
    return WORD.findall(fold(text))


def asked_words(text: str) -> dict[str, str]:
    """Return the words of what a reader typed, folded, each with its spelling; bounded in number and length."""
    text = visible(text[:_LONGEST_TEXT].lower())
    typed = {fold_word(word): word for word in WORD.findall(text)}
    asked = [word[:_LONGEST_WORD] for word in folded_words(text)]
    return {word: typed.get(word, word) for word in dict.fromkeys(asked[:MOST_WORDS])}


@lru_cache(maxsize=1 << 12)
def is_general_word(word: str) -> bool:
    """Tell whether a word, as typed, is one of the Swedish or English language."""
    from simplemma import is_known

    return any(is_known(word, lang=lang) for lang in SHIPPED)


def _agree(typed: str, spelling: str) -> bool:
    """Tell whether two words have the same marks as far as their letters are the same."""
    for letter, other in zip(typed, spelling, strict=False):
        if letter != other:
            return fold(letter) != fold(other)
    return True


@dataclass(frozen=True)
class Meaning:
    """What a typed word can stand for: words that begin with ``word``, its ``forms``, compounds with it ``inside``.

    ``meant`` is the word as written in the texts, where a spelling was forgiven, else ``None``; ``offered`` one that is
    so little like the word typed that only the reader can tell. A word that is ``closed`` has all that it stands for
    among ``forms`` and ``inside``.
    """

    word: str
    forms: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    meant: str | None = None
    offered: str | None = None
    closed: bool = False

    def fits(self, word: str) -> bool:
        """Tell whether a folded word of a text is what was meant."""
        return (not self.closed and word.startswith(self.word)) or word in self.forms or word in self.inside

    @property
    def nowhere(self) -> bool:
        """Whether no text has anything that the word can stand for."""
        return self.closed and not self.forms and not self.inside


def stemmer(lang: Lang) -> Callable[[str], str] | None:
    """Return the stemmer of a language, which has the language's English name; ``None`` where Snowball has none."""
    name = cldr(COMMON).languages.get(macrolanguage(lang.partition("-")[0]), "").lower()
    return snowballstemmer.stemmer(name).stemWord if name in snowballstemmer.algorithms() else None


class Vocabulary:
    """All words of some texts. Not safe for threads: the index locks around it.

    ``texts_by_lang`` are those of the texts that are in other languages than the shipped ones.
    """

    def __init__(self, texts: Iterable[str], texts_by_lang: Mapping[Lang, Iterable[str]] | None = None) -> None:
        written = Counter(word for text in texts for word in (*WORD.findall(visible(text)), *joined_words(text)))
        self._count: Counter[str] = Counter()
        self._written: dict[str, str] = {}
        self._spellings: dict[str, set[str]] = defaultdict(set)
        # the most usual spelling is met first, and is the one shown; a capital only where it is never without
        for spelling, count in sorted(written.items(), key=lambda pair: (-pair[1], pair[0])):
            for word in folded_words(spelling):
                self._count[word] += count
                self._spellings[word].add(spelling.lower())
                if word not in self._written or (spelling.islower() and not self._written[word].islower()):
                    self._written[word] = spelling
        self._words = sorted(self._count)
        # stemmers keep state while they work: each vocabulary has its own
        others = texts_by_lang or {}
        stemmers = {lang: stemmer(lang) for lang in (*SHIPPED, *others)}
        self._stemmers = {lang: stem for lang, stem in stemmers.items() if stem}
        self._words_by_lang = {
            lang: {word for text in others[lang] for word in folded_words(text)}
            for lang in self._stemmers
            if lang in others
        }
        self._stems: dict[str, frozenset[tuple[Lang, str]]] = {}

    def meaning(self, word: str, typed: str) -> Meaning:
        """Return what a word can stand for, given folded and as typed.

        A word that no other begins with or contains, and that is none of the language, is forgiven a few slips: it is
        taken for a word that is near for its length, and another one is offered.
        """
        plain = self._known(word, typed)
        if plain.forms or plain.inside or (not plain.closed and self._beginning(word)):
            return plain
        slips, near = self._nearest(word)
        if near is None or is_general_word(typed):
            return plain
        if len(word) < _LEAST_TAKEN or slips > 1 + (len(word) >= _TWO_SLIPS):
            return replace(plain, offered=self.written(near))
        meant = self._known(near, near)
        return Meaning(near, meant.forms, meant.inside, self.written(near))

    def marked(self) -> list[str]:
        """Return the words with å, ä or ö, folded but for these, in order."""
        return sorted({spelling for word in self._words for spelling in self._marks(word) if spelling != word})

    def alike(self) -> list[tuple[str, ...]]:
        """Return the words that share a stem, folded and in order; those that no other word shares a stem with not."""
        stems: dict[tuple[Lang, str], set[str]] = defaultdict(set)
        for word in self._words:
            for stem in self._stems_of(word):
                if word[:_STEM_KEEPS] == stem[1][:_STEM_KEEPS]:
                    stems[stem].add(word)
        return sorted({tuple(sorted(words)) for words in stems.values() if len(words) > 1})

    def names(self) -> list[str]:
        """Return the words that are names, folded and in order, a hyphen wherever another word may begin in them."""
        names = [word for word in self._words if self._is_name(word)]
        return ["".join(f"-{x}" if self._begins(w, n) else x for n, x in enumerate(w)) for w in names]

    def written(self, word: str) -> str:
        """Return a folded word as the texts usually write it."""
        return self._written.get(word, word)

    def _known(self, word: str, typed: str) -> Meaning:
        stems = self._stems_of(word) if word in self._count else self._stemmed({typed}, self._stemmers)
        alike = self._beginning(word[:_STEM_KEEPS]) if len(word) >= _STEM_KEEPS else []
        forms = [w for w in alike if stems & self._stems_of(w)]
        inside = [w for w in self._words if word in w and self._is_part(word, w)] if len(word) >= _LEAST_INSIDE else []
        letters = marked(typed)[: len(word)]
        if letters == word:
            return Meaning(word, self._commonest(forms), self._commonest(inside))
        begun = [w for w in {*forms, *self._beginning(word)} if any(_agree(letters, s) for s in self._marks(w))]
        within = [w for w in inside if any(letters in s[2:] for s in self._marks(w))]
        return Meaning(word, self._commonest(begun), self._commonest(within), closed=True)

    def _is_part(self, part: str, word: str) -> bool:
        """Tell whether a word has another inside: in a name only where a word may begin: Örkelljunga has no *unga*."""
        places = (n for n in range(_LEAST_BEFORE, len(word)) if word.startswith(part, n))
        return any(not self._is_name(word) or self._begins(word, n) for n in places)

    def _is_name(self, word: str) -> bool:
        """Tell whether a word always has a capital. Other languages than ours may write all nouns with one."""
        return self._written[word].istitle() and not any(word in words for words in self._words_by_lang.values())

    def _begins(self, word: str, place: int) -> bool:
        """Tell whether what stands before a place in a word is itself made of words."""
        spelling = self._written[word].lower()
        # where folding changes the length, nothing tells which letters are which
        return place >= _LEAST_BEFORE and (len(spelling) != len(word) or self._is_made_of_words(spelling[:place]))

    def _is_made_of_words(self, text: str) -> bool:
        whole = {text, text.removesuffix("s")}
        if any(len(w) >= _LEAST_BEFORE and (fold_word(w) in self._count or is_general_word(w)) for w in whole):
            return True
        ends = range(_LEAST_INSIDE, len(text) - _LEAST_INSIDE + 1)
        return any(self._is_made_of_words(text[:n]) and self._is_made_of_words(text[n:]) for n in ends)

    def _marks(self, word: str) -> set[str]:
        """The spellings of a folded word that have å, ä or ö; itself where there is none."""
        return {s for spelling in self._spellings[word] if (s := marked(spelling)) != word} or {word}

    def _beginning(self, start: str) -> list[str]:
        return self._words[bisect_left(self._words, start) : bisect_left(self._words, start + "\U0010ffff")]

    def _commonest(self, words: list[str]) -> frozenset[str]:
        return frozenset(sorted(words, key=lambda w: (-self._count[w], w))[:_MOST_FORMS])

    def _stems_of(self, word: str) -> frozenset[tuple[Lang, str]]:
        if word not in self._stems:
            langs = (*SHIPPED, *(lang for lang, words in self._words_by_lang.items() if word in words))
            self._stems[word] = self._stemmed(self._spellings[word], langs)
        return self._stems[word]

    def _stemmed(self, spellings: Iterable[str], langs: Iterable[Lang]) -> frozenset[tuple[Lang, str]]:
        """The stems by language, folded only then: a stemmer would take the end of *samrad* for an ending."""
        return frozenset((lang, fold(self._stemmers[lang](w))) for lang in langs for w in spellings)

    def _nearest(self, word: str) -> tuple[float, str | None]:
        """The nearest word, or the nearest beginning of one, as what is typed may not be finished; and how far off."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        if len(word) < _LEAST_FORGIVEN or not word.isalpha():
            return 0, None
        slips = min(3, max(1, (len(word) - 1) // 4))
        # hardly anyone slips on the first letter
        likely = [w for w in self._beginning(word[0]) if len(w) >= _LEAST_FORGIVEN and w.isalpha()]
        ranked = []
        for penalty, choices in ((0.0, likely), (0.5, [w[: len(word)] for w in likely])):
            for _, distance, place in extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=None):
                near = likely[place]
                ranked.append((distance + penalty, -self._count[near], near, distance))
        return (min(ranked)[3], min(ranked)[2]) if ranked else (0, None)
