"""The texts of an answer in one language, whatever languages the datasets are in.

A question gives a text as two columns, ``x_sv`` and ``x_en``, each bound by ``FILTER(LANG(?x_sv) = "sv")``. Where
datasets have other languages it is asked again for each of them, and its rows get further columns (``x_fi``).
"""

import re
from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import DATASETS, node, term_text
from medskick.words import COMMON, SHIPPED, Lang, fallback, is_tag

Term = ox.NamedNode | ox.Literal
Rows = list[dict[str, Term]]
Evaluate = Callable[[str], tuple[list[str], Rows]]
"""Evaluates the text of a question: the names of its columns and its rows."""

_OWN = SHIPPED[0]
_FILTER = re.compile(rf'LANG\(\?(\w+)_{_OWN}\) = "{_OWN}"')


def further_languages(store: Store, datasets: Iterable[str]) -> list[Lang]:
    """Return the languages of datasets that questions do not ask for by themselves, in order of tag."""
    quads = (
        quad for name in datasets for quad in named_quads(store, ox.NamedNode(DATASETS + name), node("dc:language"))
    )
    return sorted({term_text(quad.object) for quad in quads} - set(SHIPPED))


def has_texts(text: str) -> bool:
    """Tell whether a question has columns that are asked for by language."""
    return _FILTER.search(text) is not None


def in_all_languages(evaluate: Evaluate, text: str, further: Iterable[Lang]) -> tuple[list[str], Rows]:
    """Evaluate a question; its texts come in the further languages too, as columns of their own."""
    names, rows = evaluate(text)
    stems = set(_FILTER.findall(text))
    columns = {f"{stem}_{lang}" for stem in stems for lang in SHIPPED}

    def key(row: dict[str, Term]) -> frozenset[tuple[str, Term]]:
        return frozenset((name, value) for name, value in row.items() if name not in columns)

    for lang in further if stems else ():
        by_key: dict[frozenset[tuple[str, Term]], dict[str, Term]] = {}
        for row in evaluate(_FILTER.sub(rf'LANG(?\1_{_OWN}) = "{lang}"', text))[1]:
            by_key.setdefault(key(row), row)
        names = [*names, *(f"{stem}_{lang}" for stem in sorted(stems) if f"{stem}_{_OWN}" in names)]
        for row in rows:
            other = by_key.get(key(row), {})
            row |= {f"{stem}_{lang}": other[f"{stem}_{_OWN}"] for stem in stems if f"{stem}_{_OWN}" in other}
    return names, rows


def one_language(names: Sequence[str], rows: Rows, lang: Lang) -> tuple[tuple[str, ...], Rows]:
    """Of columns ``x_sv``, ``x_en`` (and of any further language) keep one as ``x``: the reader's, else their next."""
    spoken: dict[str, dict[Lang, str]] = {}
    for name in names:
        stem, _, tag = name.rpartition("_")
        if stem and is_tag(tag):
            spoken.setdefault(stem, {})[tag] = name
    paired = {stem: columns for stem, columns in spoken.items() if len(columns) > 1 and COMMON in columns}
    single = {column: stem for stem, columns in paired.items() for column in columns.values()}
    variables = tuple(dict.fromkeys(single.get(name, name) for name in names))
    kept = []
    for row in rows:
        new = {}
        for name in variables:
            columns = paired.get(name, {lang: name})
            order = (columns[tag] for tag in fallback(lang, columns) if tag in columns)
            if (value := next((row[column] for column in order if column in row), None)) is not None:
                new[name] = value
        kept.append(new)
    return variables, kept
