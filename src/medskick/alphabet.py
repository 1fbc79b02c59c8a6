"""Names in the order of the reader's alphabet: in Swedish å, ä and ö after z, *Håbo* before *Hällefors*.

The order is that of the Unicode Collation Algorithm (UTS 10, CLDR root), word by word. The letters that a language adds
to it stand in its own words (``viz/words/<language>/language.toml``, ``alphabet``).
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

from medskick.words import Lang, raw

T = TypeVar("T")

# the CLDR's own mark for this: it comes before all letters, so that shorter words come first
_BETWEEN_WORDS = "\ufffe"
_PRIVATE = 0xE000


@cache
def _letters(lang: Lang) -> dict[int, str]:
    """What stands for a language's own letters: the letter they come after, and a sign that follows all others."""
    try:
        after = raw("language.alphabet", lang)
    except KeyError:
        return {}
    return {
        ord(letter): before + chr(_PRIVATE + number)
        for before, places in (after.items() if isinstance(after, dict) else ())
        for number, alike in enumerate(places)
        for letter in alike
    }


def _spelt(name: str, lang: Lang) -> str:
    text = unicodedata.normalize("NFC", name.casefold()).translate(_letters(lang))
    return _BETWEEN_WORDS.join(text.split())


def placed(names: Iterable[str], lang: Lang) -> dict[str, tuple[int, int]]:
    """Return the place of each name in the reader's alphabet, to sort by; names that differ in case stand together."""
    from feruca import collate  # only where something is sorted

    spelt = {name: _spelt(name, lang) for name in dict.fromkeys(names)}
    first = {text: place for place, text in enumerate(collate(sorted(set(spelt.values())), "default"))}
    second = {name: place for place, name in enumerate(collate(sorted(spelt), "default"))}
    return {name: (first[text], second[name]) for name, text in spelt.items()}


def alphabetical(items: Iterable[T], lang: Lang, name: Callable[[T], str]) -> list[T]:
    """Return things by their names in the reader's alphabet; what has one name keeps its order."""
    listed = list(items)
    places = placed(map(name, listed), lang)
    return sorted(listed, key=lambda item: places[name(item)])
