"""What a search found, as a reader sees it: hits by group, the words that fitted, how the search was understood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from medskick.graph.faults import shown
from medskick.queries.search.entries import Entry, Said, chosen, place_of
from medskick.queries.search.spelling import WORD, Meaning, fold_word, visible
from medskick.words import Lang, pick, say

Part = tuple[str, bool]
"""A piece of text, and whether it is what was searched for."""
Rank = tuple[int, float]
"""How well a thing fits: its class (-1 a question that was asked for, 0 the name itself … 6 only inside compounds),
then BM25; the least is the best."""

_BEFORE, _SHOWN = 60, 180


@dataclass(frozen=True)
class Hit:
    """A thing that was found. ``thing`` is its IRI, for kinds Question and View their slug; ``kind`` the class's name.

    ``lang`` and ``snippet_lang`` are empty where a text is in the reader's language (or in none), else the language it
    is in. ``elsewhere`` is the word that fitted where only a text of the other language, ``elsewhere_lang``, has it.
    ``place``, ``date`` and ``dataset`` are words for a reader, empty where there are none, ``until`` the day (ISO)
    after which a page says that nothing shows what came of what was expected. Least ``rank`` first.
    """

    thing: str
    kind: str
    label: str
    lang: str
    snippet: tuple[Part, ...]
    snippet_lang: str
    elsewhere: str
    elsewhere_lang: str
    place: str
    date: str
    dataset: str
    rank: Rank
    until: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind: the key of ``entries.GROUPS``, the first hits and how many there are."""

    key: str
    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True)
class SearchResult:
    """What a search found: groups with a hit by name first, then those by text only, each in a planner's order.

    ``meant`` is the search as it was understood where a spelling was forgiven; ``some`` that nothing has all words;
    ``offered`` the search as it may have been meant; ``onward`` where to go on from little or nothing.
    """

    text: str
    lang: Lang
    groups: tuple[Group, ...] = ()
    total: int = 0
    meant: str | None = None
    some: bool = False
    offered: str | None = None
    onward: tuple[Group, ...] = ()


def hit_of(entry: Entry, rank: Rank, meanings: Sequence[Meaning], lang: Lang) -> Hit:
    """Return an entry as a hit for a reader of a language."""
    label, (passage, elsewhere) = chosen(entry.names, lang), _passage(entry, meanings, lang)
    ours = "texts" in entry.inferred and passage in entry.texts
    mark: tuple[Part, ...] = ((f" {say('report.inferred', lang)}", False),) if ours else ()
    return Hit(
        entry.thing,
        entry.kind,
        label.text,
        label.lang if label.lang != lang else "",
        snippet(passage.text, meanings) + mark,
        passage.lang if passage.lang != lang else "",
        elsewhere.text,
        elsewhere.lang,
        place_of(entry, lang),
        pick(entry.date, lang) if entry.date else "",
        chosen(entry.dataset, lang).text,
        rank,
        entry.until,
    )


def _passage(entry: Entry, meanings: Sequence[Meaning], lang: Lang) -> tuple[Said, Said]:
    """The text in the reader's language that best shows why a thing was found, and a word that only the other has."""

    def fitting(said: Said) -> list[str]:
        """The first word that fits each meaning."""
        words = [(word, fold_word(word)) for word in WORD.findall(said.text)]
        return [fit for m in meanings if (fit := next((w for w, folded in words if m.fits(folded)), ""))]

    name, none = chosen(entry.names, lang), Said("", "")
    candidates = [
        (fitting(said), said) for said in (*entry.texts, *entry.others, *entry.names, *entry.more) if said != name
    ]
    own = [pair for pair in candidates if pair[1].lang in (lang, "")]
    foreign = [pair for pair in candidates if pair[1].lang not in (lang, "")]
    # a text that is in one language only is shown in that, and marked
    own = own or [(fitting(said), said) for said in entry.texts]
    words, passage = max(own, key=lambda pair: len(pair[0]), default=([], none))
    most = max(len(words), len(fitting(name)))
    better = max(foreign, key=lambda pair: len(pair[0]), default=([], none))
    if most == len(meanings) or len(better[0]) <= most or better[1] == passage:
        return passage, none
    return passage, Said(next((word for word in better[0] if word not in words), better[0][0]), better[1].lang)


def snippet(text: str, meanings: Sequence[Meaning]) -> tuple[Part, ...]:
    """Return the part of a text round its first fitting word, in pieces; what is cut off is marked by an ellipsis."""
    text = visible(text)
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


def status(result: SearchResult) -> str:
    """Return in words how much was found, and how the search was understood."""
    lang, here = result.lang, sum(len(group.hits) for group in result.groups)
    asked = shown(" ".join(result.text.split()))
    if not result.total:
        if not asked:
            return say("search.empty", lang)
        none = say("search.none", lang, text=asked)
        return f"{none} {say('search.onward', lang)}" if result.onward else none
    count = say("search.total", lang, n=result.total)
    sentences = [count if here == result.total else say("search.of", lang, shown=here, count=result.total)]
    if result.some:
        sentences.insert(0, say("search.some", lang))
    if result.meant:
        sentences.insert(0, say("search.meant", lang, text=result.meant))
    return " ".join(sentences)


def as_json(
    result: SearchResult, href: Callable[[str, str], str | None], most_ways: int | None = None
) -> dict[str, Any]:
    """Return hits as the search box takes them. ``href`` gives the address of a thing (or slug) of a kind, if any.

    For the kind ``Search`` it gives the address of the search for a text. Of what leads on from little or nothing,
    ``most_ways`` of each group are told (all where it is ``None``).
    """
    groups = [_as_json(group, result.lang, href) for group in result.groups]
    groups += [_as_json(group, result.lang, href, most_ways) for group in result.onward]
    if result.offered and (address := href(result.offered, "Search")):
        again = {"label": result.offered, "lang": "", "href": address, "detail": ""}
        heading = say("search.offered", result.lang)
        groups.insert(0, {"kind": "offered", "label": heading, "total": 1, "hits": [again]})
    kept = [group for group in groups if group["hits"]]
    return {"groups": kept, "meant": result.meant, "status": status(result)}


def _as_json(
    group: Group, lang: Lang, href: Callable[[str, str], str | None], most: int | None = None
) -> dict[str, Any]:
    hits = [
        {
            "label": hit.label,
            "lang": hit.lang,
            "href": address,
            "detail": " · ".join(text for text in (hit.place, hit.date) if text),
            "until": hit.until,
            "snippet": [list(part) for part in hit.snippet],
            "snippetLang": hit.snippet_lang,
            "elsewhere": hit.elsewhere,
            "elsewhereLang": hit.elsewhere_lang,
        }
        for hit in group.hits[:most]
        if (address := href(hit.thing, hit.kind))
    ]
    return {"kind": group.key, "label": say(f"search.{group.key}", lang), "total": group.total, "hits": hits}
