"""The index by which a page without a server searches (``viz/search-index.js``)."""

from collections.abc import Callable
from typing import Any

from medskick.queries.search.entries import GROUPS, Entry, Said, chosen, details
from medskick.queries.search.search_index import Index, whole
from medskick.queries.search.spelling import WORD, fold, folded_words, joined_words
from medskick.words import Lang, raw, say

_PAGE_WORDS = ("empty", "none", "total", "of", "onward")


def _names_and_keywords(entry: Entry, wanted: Callable[[Said], bool]) -> str:
    """The folded names of an entry and its keywords, those that are wanted: ``name|other name||keywords``."""
    called = [said.text for said in entry.names + entry.others if wanted(said)]
    names = [whole(text) for text in called]
    keywords = [whole(said.text) for said in entry.keywords if wanted(said)]
    keywords += [fold(word) for text in called for word in joined_words(text)]
    return "|".join(dict.fromkeys(names)) + (f"||{' '.join(dict.fromkeys(keywords))}" if keywords else "")


def static_index(index: Index, lang: Lang, address: Callable[[str, str], str | None], search: str = "") -> list[Any]:
    """Return what a page without a server searches by: the groups' headings, the words it needs, one list a thing.

    A thing is label, label's language (empty: the reader's), number of its group, address, detail; its folded names in
    the reader's language and in the others (``name|other name||keywords``); the folded words of its texts, each once;
    the number of where it belongs; the day after which nothing shows what came of it (empty for most). Last come the
    words of places (``own|others``), the words that share a stem, those with å, ä or ö, what leads on where little is
    found (``search`` is the address of the page of hits), how questions are asked for in plain words,
    and the words that are names, with a hyphen wherever another word may begin in them.
    ``address`` gives the address of a thing (or slug) of a kind, from the folder above the one that the script lies in;
    ``None`` leaves it out.
    """
    order = list(GROUPS)
    things = []
    places: dict[str, int] = {}
    sides: tuple[Callable[[Said], bool], ...] = (
        lambda said: said.lang in (lang, ""),
        lambda said: said.lang != lang,
    )
    for entry in index.entries():
        if (to := address(entry.thing, entry.kind)) is None:
            continue
        label = chosen(entry.names, lang)
        foreign = label.lang if label.lang != lang else ""
        own, others = (_names_and_keywords(entry, wanted) for wanted in sides)
        texts = [said.text for said in entry.texts + entry.more] + list((entry.date or {}).values())
        # what is a name's word already need not be a text's
        read = {word for text in texts for word in (*folded_words(text), *map(fold, joined_words(text)))} - set(
            WORD.findall(f"{own} {others}")
        )
        belongs = entry.place + entry.dataset
        place = "|".join(whole(" ".join(said.text for said in belongs if wanted(said))) for wanted in sides)
        at = places.setdefault(place, len(places))
        detail = " · ".join(details(entry, lang))
        words = " ".join(sorted(read))
        things.append([label.text, foreign, order.index(entry.group), to, detail, own, others, words, at, entry.until])
    # places that the page fills in stay as they are
    page_words = {key: raw(f"search.{key}", lang) for key in _PAGE_WORDS}
    headings = [say(f"search.{key}", lang) for key in order]
    onward = [
        [
            say(f"search.{group.key}", lang),
            [[hit.label, to] for hit in group.hits if (to := address(hit.thing, hit.kind))],
        ]
        for group in index.ways_on(lang)
    ]
    ways = {"search": search, "offered": say("search.offered", lang), "groups": [pair for pair in onward if pair[1]]}
    asking = index.asking().as_data(lambda slug: address(slug, "Question"))
    return [headings, page_words, things, list(places), index.alike(), " ".join(index.marked()), ways, asking,
            " ".join(index.called())]  # fmt: skip
