"""Search over all names and texts in all languages: SQLite's FTS5 in memory, folded, stemmed, forgiving.

A hit must have all words of the search, each as a beginning of a word, an inflected form or inside a compound. What
has them as words comes before what has them inside compounds, names before texts, the reader's language before the
other one, and then by BM25. Where nothing has all words, what has some of them is found, and said to be so.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from threading import Lock

from medskick.graph.lookups import Store
from medskick.queries.catalogue import Catalogue
from medskick.queries.search.asking import Asking
from medskick.queries.search.entries import GROUPS, Entry, entries, in_lang
from medskick.queries.search.hits import Group, Rank, SearchResult, hit_of
from medskick.queries.search.onward import FEW, ways_on
from medskick.queries.search.spelling import Meaning, Vocabulary, asked_words, fold, folded_words, joined_words
from medskick.words import SHIPPED, Lang, languages

_FIELDS = {"name": 10.0, "other": 6.0, "text": 2.0, "more": 0.5, "place": 0.1}
_OTHER_LANG = 0.4
_BY_NAME, _TELLING = 3, 4
# so many words are taken for a question in plain words; the questions it may be come first, or before other texts
_A_QUESTION, _ASKED, _TEXT, _BEFORE_ALL = 3, -1, 4, 1000.0
# no word has a blank in it
_NOTHING = '"\x1f"'


class Index:
    """The names and texts of a store and a catalogue, ready to be searched. Built when first used; safe for threads."""

    def __init__(self, store: Store, catalogue: Catalogue | None = None) -> None:
        self._store, self._catalogue, self._lock = store, catalogue or Catalogue(), Lock()
        self._ready: tuple[list[Entry], Vocabulary, sqlite3.Connection] | None = None
        self._langs: tuple[Lang, ...] = ()
        self._asking: Asking | None = None

    def entries(self) -> list[Entry]:
        """Return everything that can be found."""
        with self._lock:
            return self._open()[0]

    def alike(self) -> list[str]:
        """Return the words of all texts that share a stem, in order: ``samrad samraden samradet``."""
        with self._lock:
            return [" ".join(words) for words in self._open()[1].alike()]

    def marked(self) -> list[str]:
        """Return the words of all texts with å, ä or ö, folded but for these, in order."""
        with self._lock:
            return self._open()[1].marked()

    def called(self) -> list[str]:
        """Return the words that are names, folded and in order, a hyphen wherever another word may begin in them."""
        with self._lock:
            return self._open()[1].names()

    def find(self, text: str, lang: Lang, limit: int = 30) -> SearchResult:
        """Search. Any text will do; only its first 10 words count. Of each kind the best hits are kept, in turn."""
        words = asked_words(text)
        if not words:
            return SearchResult(text, lang)
        with self._lock:
            _, vocabulary, _ = self._open()
            meanings = [vocabulary.meaning(word, typed) for word, typed in words.items()]
            doubted = any(m.offered for m in meanings)
            offered = " ".join(m.offered or vocabulary.written(m.word) for m in meanings) if doubted else None
            ranked = self._ranked(meanings, lang, " AND ")
            some = not ranked and len(words) > 1
            if some:
                # the small words of a whole sentence would find everything
                meanings = [m for m in meanings if len(m.word) >= _TELLING] or meanings
                ranked = self._ranked(meanings, lang, " OR ")
            forgiven = ranked and any(m.meant for m in meanings)
            meant = " ".join(vocabulary.written(m.word) for m in meanings) if forgiven else None
            few = len(ranked) <= FEW
            if len(words) >= _A_QUESTION or some or few:
                ranked = self._with_questions(ranked, text, len(words) >= _A_QUESTION)
        groups = _grouped(ranked, meanings, lang, limit)
        onward = self.ways_on(lang) if few else ()
        return SearchResult(text, lang, groups, len(ranked), meant, some, offered, onward)

    def _with_questions(self, ranked: Sequence[tuple[Rank, Entry]], text: str, first: bool) -> list[tuple[Rank, Entry]]:
        """Put the questions that a text may ask for before the other questions, and (``first``) before all else."""
        near = {slug: n for n, slug in enumerate(self._questions().nearest(text))}
        asked = [entry for entry in self._open()[0] if entry.kind == "Question" and entry.thing in near]
        rank = _ASKED if first else _TEXT
        placed: list[tuple[Rank, Entry]] = [((rank, near[entry.thing] - _BEFORE_ALL), entry) for entry in asked]
        others = [pair for pair in ranked if not (pair[1].kind == "Question" and pair[1].thing in near)]
        return sorted([*placed, *others], key=lambda pair: pair[0])

    def _questions(self) -> Asking:
        if self._asking is None:
            self._asking = Asking(self._open()[0])
        return self._asking

    def asking(self) -> Asking:
        """Return the questions, ready to be asked for in plain words."""
        with self._lock:
            return self._questions()

    def ways_on(self, lang: Lang) -> tuple[Group, ...]:
        """Return where a reader can go on who found little: questions, phases and themes, as groups of hits."""
        return tuple(
            Group(key, tuple(hit_of(entry, (0, 0.0), (), lang) for entry in members), len(members))
            for key, members in ways_on(self.entries(), lang).items()
        )

    def _open(self) -> tuple[list[Entry], Vocabulary, sqlite3.Connection]:
        if self._ready is None:
            searched = entries(self._store, self._catalogue)
            self._langs = _spoken(searched)
            columns = self._columns()
            rows = [[" ".join(_field(e, field, lang)) for lang in self._langs for field in _FIELDS] for e in searched]
            cells = {cell for row in rows for cell in row}  # many of them alike: which process, which dataset
            folded = {cell: " ".join((*folded_words(cell), *map(fold, joined_words(cell)))) for cell in cells}
            database = sqlite3.connect(":memory:", check_same_thread=False)
            database.execute(
                f"CREATE VIRTUAL TABLE entry USING fts5({', '.join(columns)}, content='', prefix='2 3',"
                " tokenize='unicode61 remove_diacritics 2')"
            )
            places = ", ".join("?" * (len(columns) + 1))
            database.executemany(
                f"INSERT INTO entry(rowid, {', '.join(columns)}) VALUES ({places})",  # noqa: S608
                ([n, *(folded[cell] for cell in row)] for n, row in enumerate(rows)),
            )
            width = len(_FIELDS)
            others = {
                lang: sorted({cell for row in rows for cell in row[n * width : (n + 1) * width]})
                for n, lang in enumerate(self._langs)
                if lang not in SHIPPED
            }
            self._ready = searched, Vocabulary(sorted(cells), others), database
        return self._ready

    def _columns(self, langs: Sequence[Lang] = (), fields: Iterable[str] = _FIELDS) -> list[str]:
        """The columns of some languages (all where none is named), named by the language's number."""
        return [f"{field}_{self._langs.index(lang)}" for lang in langs or self._langs for field in fields]

    def _ranked(self, meanings: Sequence[Meaning], lang: Lang, joined: str) -> list[tuple[Rank, Entry]]:
        searched, _, database = self._open()
        if any(m.nowhere for m in meanings) and joined == " AND ":
            return []
        meanings = [m for m in meanings if not m.nowhere]
        if not meanings:
            return []
        weights = [w if column == lang else w * _OTHER_LANG for column in self._langs for w in _FIELDS.values()]
        wanted = " ".join(m.word for m in meanings)
        plain = [_group(m) for m in meanings]
        asked, within = joined.join(plain), joined.join(_group(m, inside=True) for m in meanings)

        def rows(match: str, columns: Sequence[str] = ()) -> set[int]:
            match = f"{{{' '.join(columns)}}}: ({match})" if columns else match
            return {row for (row,) in database.execute("SELECT rowid FROM entry WHERE entry MATCH ?", [match])}

        def by_name(column: str) -> set[int]:
            names = self._columns([column], ("name", "other"))
            return rows(asked, [*names, *self._columns([column], ("place",))]) & rows(" OR ".join(plain), names)

        others = [column for column in self._langs if column != lang]
        named, elsewhere = by_name(lang), set().union(*(by_name(other) for other in others))
        read = rows(asked, self._columns([lang]))
        scores: dict[int, float] = dict(
            database.execute(
                f"SELECT rowid, bm25(entry, {', '.join('?' * len(weights))}) FROM entry WHERE entry MATCH ?",  # noqa: S608
                [*weights, asked],
            )
        )
        # where a thing belongs helps to narrow a search, but finds nothing by itself
        own_columns = self._columns(fields=[field for field in _FIELDS if field != "place"])
        own = rows(" OR ".join(_group(m, inside=True) for m in meanings), own_columns)
        ranked = []
        for row in sorted((scores.keys() | rows(within)) & own):
            entry = searched[row]
            if row in named:
                rank = 0 if _called(entry, wanted, lang) else 2
            elif row in elsewhere:
                rank = 1 if any(_called(entry, wanted, other) for other in others) else 3
            else:
                rank = 4 if row in read else 5 if row in scores else 6
            ranked.append(((rank, scores.get(row, 0.0)), entry))
        # a sort keeps the order of IRIs among equals
        return sorted(ranked, key=lambda pair: pair[0])


def _spoken(searched: Sequence[Entry]) -> tuple[Lang, ...]:
    """The languages that are searched: those of the interface, and what else the entries are in."""
    fields = (f for e in searched for f in (e.names, e.others, e.keywords, e.texts, e.more, e.place, e.dataset))
    there = {said.lang for field in fields for said in field} - {""}
    return tuple(dict.fromkeys((*languages(), *sorted(there))))


def _field(entry: Entry, field: str, lang: Lang) -> Iterator[str]:
    """The texts of an entry that are searched as one field of one language."""
    fields = {
        "name": entry.names,
        "other": entry.others + entry.keywords,
        "text": entry.texts,
        "more": entry.more,
        "place": entry.place + entry.dataset,
    }
    yield from in_lang(fields[field], lang)
    if field == "more" and entry.date:
        yield entry.date.get(lang, "")


def _group(meaning: Meaning, inside: bool = False) -> str:
    """A word's meanings in the language of FTS5: only folded letters and digits ever stand between its quotes."""
    forms = meaning.forms | meaning.inside if inside else meaning.forms
    if meaning.closed:
        return "(" + (" OR ".join(f'"{word}"' for word in sorted(forms)) or _NOTHING) + ")"
    quoted = [f'"{word}"' for word in [meaning.word, *sorted(forms - {meaning.word})]]
    return f"({quoted[0]} * {''.join(f'OR {word} ' for word in quoted[1:])})"


@lru_cache(maxsize=1 << 14)
def whole(text: str) -> str:
    """Return a text as it is compared with others: its folded words, a blank between them."""
    return " ".join(folded_words(text))


def _called(entry: Entry, wanted: str, lang: Lang) -> bool:
    """Tell whether a name of an entry in a language is just what was searched for."""
    return any(whole(text) == wanted for text in in_lang(entry.names + entry.others, lang))


def _grouped(
    ranked: Sequence[tuple[Rank, Entry]], meanings: Sequence[Meaning], lang: Lang, limit: int
) -> tuple[Group, ...]:
    groups: dict[str, list[tuple[Rank, Entry]]] = {key: [] for key in GROUPS}
    for rank, entry in ranked:
        groups[entry.group].append((rank, entry))
    # a name that has the words outweighs any text; a sort keeps the planner's order among equals
    best = {key: members[0][0][0] for key, members in groups.items() if members}
    order = sorted(best, key=lambda key: (best[key] > _ASKED, best[key] > _BY_NAME))
    kept = dict.fromkeys(order, 0)
    left = min(limit, len(ranked))
    while left > 0:
        for key in order:
            if left > 0 and kept[key] < len(groups[key]):
                kept[key], left = kept[key] + 1, left - 1
    return tuple(
        Group(key, tuple(hit_of(e, r, meanings, lang) for r, e in groups[key][: kept[key]]), len(groups[key]))
        for key in order
        if kept[key]
    )
