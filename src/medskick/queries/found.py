"""What a search found, as a reader sees it: hits by group, the words that fitted, how the search was understood."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from medskick.graph.faults import shown
from medskick.queries.entries import Entry, Said, chosen
from medskick.queries.spelling import WORD, Meaning, fold_word
from medskick.words import Lang, say

Part = tuple[str, bool]
"""A piece of text, and whether it is what was searched for."""
Rank = tuple[int, float]
"""How well a thing fits: its class (0 the name itself … 6 only inside compounds), then BM25; the least is the best."""

_BEFORE, _SHOWN = 60, 180


@dataclass(frozen=True)
class Hit:
    """A thing that was found. ``thing`` is its IRI, for kinds Question and View their slug; ``kind`` the class's name.

    ``lang`` and ``snippet_lang`` are empty where a text is in the reader's language (or in none), else the language it
    is in. ``place``, ``date`` and ``dataset`` are words for a reader, empty where there are none. Least ``rank`` first.
    """

    thing: str
    kind: str
    label: str
    lang: str
    snippet: tuple[Part, ...]
    snippet_lang: str
    place: str
    date: str
    dataset: str
    rank: Rank


@dataclass(frozen=True)
class Group:
    """The hits of one kind: the key of ``entries.GROUPS``, the first hits and how many there are."""

    key: str
    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True)
class Found:
    """What a search found: groups with a hit by name first, then those by text only, each in a planner's order.

    ``meant`` is the search as it was understood where a spelling was forgiven; ``some`` that nothing has all words.
    """

    text: str
    lang: Lang
    groups: tuple[Group, ...] = ()
    total: int = 0
    meant: str | None = None
    some: bool = False


def hit_of(entry: Entry, rank: Rank, meanings: Sequence[Meaning], lang: Lang) -> Hit:
    """Return an entry as a hit for a reader of a language."""
    label, passage = chosen(entry.names, lang), _passage(entry, meanings, lang)
    return Hit(
        entry.thing,
        entry.kind,
        label.text,
        label.lang if label.lang != lang else "",
        snippet(passage.text, meanings),
        passage.lang if passage.lang != lang else "",
        chosen(entry.place, lang).text,
        entry.date[lang] if entry.date else "",
        chosen(entry.dataset, lang).text,
        rank,
    )


def _passage(entry: Entry, meanings: Sequence[Meaning], lang: Lang) -> Said:
    """The text that best shows why a thing was found, the reader's language first."""

    def fitting(said: Said) -> int:
        words = {fold_word(word) for word in WORD.findall(said.text)}
        return sum(any(map(meaning.fits, words)) for meaning in meanings)

    name, readable = chosen(entry.names, lang), (lang, "")
    told = [said for said in (*entry.texts, *entry.others, *entry.names, *entry.more) if said != name]
    own = [(fitting(said), said) for said in told if said.lang in readable]
    most = max([fitting(name), *(fits for fits, _ in own)])
    if most < len(meanings):
        # a text in the other language is shown only where it fits better, or there is no other
        foreign = [(fitting(said), said) for said in told if said.lang not in readable]
        own = [pair for pair in foreign if pair[0] > most] or own
    own = own or [(0, said) for said in entry.texts]
    return max(own, key=lambda pair: pair[0], default=(0, Said("", "")))[1]


def snippet(text: str, meanings: Sequence[Meaning]) -> tuple[Part, ...]:
    """Return the part of a text round its first fitting word, in pieces; what is cut off is marked by an ellipsis."""
    text = unicodedata.normalize("NFC", text)
    spots = [m.span() for m in WORD.finditer(text) if any(x.fits(fold_word(m[0])) for x in meanings)]
    start, end = 0, len(text)
    if len(text) > _SHOWN:
        first = spots[0][0] if spots else 0
        if first > _BEFORE:
            # from a word's beginning, if one is near
            start = max(text.find(" ", first - _BEFORE, first), first - _BEFORE) + 1
        end = start + _SHOWN
        if end < len(text):
            end = max(text.rfind(" ", start + _SHOWN // 2, end), 0) or end
    parts: list[Part] = [("…", False)] if start else []
    place = start
    for left, right in spots:
        if left >= place and right <= end:
            parts += [(text[place:left], False), (text[left:right], True)]
            place = right
    parts += [(text[place:end], False), ("…" if end < len(text) else "", False)]
    return tuple(part for part in parts if part[0])


def status(found: Found) -> str:
    """Return in words how much was found, and how the search was understood."""
    lang, here = found.lang, sum(len(group.hits) for group in found.groups)
    asked = shown(" ".join(found.text.split()))
    if not found.total:
        return say("search.none", lang, text=asked) if asked else say("search.empty", lang)
    count = say("search.one" if found.total == 1 else "search.many", lang, count=found.total)
    told = [count if here == found.total else say("search.of", lang, shown=here, count=found.total)]
    if found.some:
        told.insert(0, say("search.some", lang))
    if found.meant:
        told.insert(0, say("search.meant", lang, text=found.meant))
    return " ".join(told)


def as_json(found: Found, href: Callable[[str, str], str | None]) -> dict[str, Any]:
    """Return hits as the search box takes them. ``href`` gives the address of a thing (or slug) of a kind, if any."""
    groups = []
    for group in found.groups:
        hits = [
            {
                "label": hit.label,
                "lang": hit.lang,
                "href": address,
                "detail": " · ".join(text for text in (hit.place, hit.date) if text),
                "snippet": [list(part) for part in hit.snippet],
                "snippetLang": hit.snippet_lang,
            }
            for hit in group.hits
            if (address := href(hit.thing, hit.kind))
        ]
        if hits:
            heading = say(f"search.{group.key}", found.lang)
            groups.append({"kind": group.key, "label": heading, "total": group.total, "hits": hits})
    return {"groups": groups, "meant": found.meant, "status": status(found)}
