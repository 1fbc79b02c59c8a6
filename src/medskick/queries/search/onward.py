"""Where a reader can go on from a search that found little or nothing: questions, phases and themes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from medskick.alphabet import alphabetical
from medskick.queries.search.entries import Entry, chosen
from medskick.words import Lang

FEW = 3
"""With so many hits at most a search leads on besides."""
_SCHEMES: Mapping[str, str] = {"ways-phases": "phase-type", "ways-themes": "theme"}


def ways_on(searched: Iterable[Entry], lang: Lang) -> dict[str, list[Entry]]:
    """Return the ways on by group: the first question of each theme, the types of phases, the themes by name."""
    entries = list(searched)
    questions = [entry for entry in entries if entry.kind == "Question"]
    firsts = [next(of_theme) for _, of_theme in groupby(questions, key=lambda entry: entry.place)]
    ways: dict[str, list[Entry]] = {"ways-questions": firsts}
    for group, scheme in _SCHEMES.items():
        of_scheme = [entry for entry in entries if entry.scheme == scheme and entry.kind == "Concept"]
        ways[group] = _in_order(of_scheme, lang)
    return {group: group_entries for group, group_entries in ways.items() if group_entries}


def _in_order(concepts: Sequence[Entry], lang: Lang) -> list[Entry]:
    return alphabetical(concepts, lang, lambda entry: chosen(entry.names, lang).text)
