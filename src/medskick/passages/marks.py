"""What a text names of what is known: actors, processes, phases, themes, and dates."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from medskick.graph.index import Index
from medskick.ontology import iri
from medskick.passages.cues import all_cues
from medskick.passages.dates_in_text import dates_in
from medskick.passages.word_forms import WORD, Forms
from medskick.queries.search.spelling import fold
from medskick.sheets.wording import Names, row_names
from medskick.words import Lang, pick

ACTOR, PROCESS, PHASE, THEME, DATE = "actor", "process", "phase", "theme", "date"
_SCHEMES = {"phase-type": PHASE, "theme": THEME}
_LONGEST_SHORT, _LEAST_KEPT = 6, 3
_SHORT = re.compile(rf"\(([A-ZÅÄÖÆØ]{{2,{_LONGEST_SHORT}}})\)")


@dataclass(frozen=True)
class Mark:
    """A name or a date in a text: from where to where, what it is of, its value in a table, and what it is called."""

    start: int
    end: int
    kind: str
    value: str
    label: str


@dataclass(frozen=True)
class Name:
    """What something is called: the words of the name, the kind of mark, the value in a table, how it is shown."""

    words: tuple[str, ...]
    kind: str
    value: str
    label: str


@dataclass
class Marker:
    """Marks texts of one language by the names in an index. ``names`` are those that one dataset may refer to."""

    index: Index
    names: Names
    lang: Lang
    forms: Forms = field(init=False)

    def __post_init__(self) -> None:
        self.forms = Forms(self.lang)

    def marks(self, text: str) -> list[Mark]:
        """Return the marks of a text in order. Of names that overlap the longest is taken; dates stand beside names."""
        words = list(WORD.finditer(text))
        keys = [self.forms.keys(word[0]) for word in words]
        marks, place = list[Mark](), 0
        while place < len(words):
            best = self._longest([word[0] for word in words], keys, place)
            if best:
                length = len(best[0].words)
                start, end = words[place].start(), words[place + length - 1].end()
                marks += [Mark(start, end, name.kind, name.value, name.label) for name in best]
                place += length
            else:
                place += 1
        named = [(mark.start, mark.end) for mark in marks]
        for date in dates_in(text):
            if not any(start <= date.start and date.end <= end for start, end in named):
                marks.append(Mark(date.start, date.end, DATE, date.edtf, text[date.start : date.end]))
        return sorted(marks, key=lambda mark: (mark.start, mark.end, mark.kind, mark.value))

    def _longest(self, words: Sequence[str], keys: Sequence[frozenset[str]], place: int) -> list[Name]:
        """The longest name that begins at a word; one of each kind. A name of several things of a kind is none."""
        near = {name for key in keys[place] for name in self._by_first.get(key, ())}
        fitting = [name for name in near if self._fits(name, words, keys, place)]
        if not fitting:
            fitting = [name for name in self._single if self.forms.begins(words[place], name.words[0])]
        length = max((sum(map(len, name.words)) for name in fitting), default=0)
        longest = [name for name in fitting if sum(map(len, name.words)) == length]
        meant: dict[str, list[Name]] = defaultdict(list)
        for name in sorted(longest, key=lambda name: (name.kind, name.value)):
            if name.value not in [other.value for other in meant[name.kind]]:
                meant[name.kind].append(name)
        kinds = [names[0] for names in meant.values() if len(names) == 1]
        count = min((len(name.words) for name in kinds), default=0)
        return [name for name in kinds if len(name.words) == count]

    def _fits(self, name: Name, words: Sequence[str], keys: Sequence[frozenset[str]], place: int) -> bool:
        there = words[place : place + len(name.words)]
        if len(there) < len(name.words):
            return False
        pairs = zip(name.words, there, keys[place:], strict=False)
        if not all(self.forms.keys(word) & key for word, _, key in pairs):
            return False
        if name.kind in (PHASE, THEME):
            # a verb has the stem of its noun (genomföra, genomförande), and is not what the list is of
            return self.forms.has_lemmas or all(map(_keeps, name.words, there))
        if len(name.words) > 1:
            return True
        return _as_written(name.words[0], there[0])

    def known(self) -> list[Name]:
        """Return all names that are marked."""
        return self._names

    @cached_property
    def _names(self) -> list[Name]:
        return [name for name in self._all() if name.words]

    def _all(self) -> Iterator[Name]:
        for kind, cls in ((ACTOR, "msk:Actor"), (PROCESS, "msk:Process")):
            meant: dict[str, dict[str, str]] = {}
            for reference, row in self.names.rows_of(iri(cls)):
                label = pick(row_names(row.cells), self.names.lang)
                for name in _called(row.cells):
                    meant.setdefault(name, {})[reference] = label
            for name, labels in meant.items():
                if len(labels) == 1:
                    [(reference, label)] = labels.items()
                    yield Name(tuple(WORD.findall(name)), kind, reference, label)
        for scheme, kind in _SCHEMES.items():
            cues = all_cues().get(self.lang)
            own = cues.terms.get(scheme, {}) if cues is not None else {}
            for concept in self.index.vocabulary.schemes[scheme].values():
                label = pick(concept.label, self.names.lang)
                for name in sorted(concept.names.union(own.get(concept.slug, ()))):
                    yield Name(tuple(WORD.findall(_bare(name))), kind, concept.slug, label)

    @cached_property
    def _by_first(self) -> dict[str, list[Name]]:
        first = defaultdict(list)
        for name in self._names:
            for key in self.forms.keys(name.words[0]):
                first[key].append(name)
        return dict(first)

    @cached_property
    def _single(self) -> list[Name]:
        """The names of one word that a compound may begin with."""
        return [name for name in self._names if len(name.words) == 1 and name.kind in (PHASE, THEME)]


def _bare(name: str) -> str:
    """A name without what explains it in parentheses."""
    return name.partition(" (")[0]


def _called(cells: Mapping[str, str]) -> Iterator[str]:
    """What a row is called and was called, and a short name that stands in parentheses after it."""
    for head, cell in sorted(cells.items()):
        if head.startswith(("label_", "former_label_")) and cell:
            yield _bare(cell)
            if (short := _SHORT.search(cell)) is not None:
                yield short[1]


def _keeps(name: str, word: str) -> bool:
    """Whether a word has all of a name but for an ending of two letters."""
    return fold(word).startswith(fold(name)[: max(_LEAST_KEPT, len(name) - 2)])


def _as_written(name: str, word: str) -> bool:
    """Whether a word of a text is a name of one word: a short name in capitals is, another one with its capital."""
    if name.isupper() and len(name) <= _LONGEST_SHORT:
        return word.startswith(name)
    return word[0].isupper() or word.lower().removesuffix("s") == name.lower().removesuffix("s")


def of_kind(marks: Iterable[Mark], kind: str) -> list[str]:
    """Return the values of a kind among some marks, each once, in order."""
    return list(dict.fromkeys(mark.value for mark in marks if mark.kind == kind))
