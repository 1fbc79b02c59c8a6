"""What things are called: names by language, and the one that a reader of a language gets.

Names are read straight from the store's indexes, a fiftieth of the time that a query takes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import node, term_text
from medskick.resources.description import texts, value
from medskick.words import everywhere, fallback

NAMES = ("skos:prefLabel", "rdfs:label", "dcterms:title", "sh:name")
"""The properties that name a thing (the last: columns of the tables); the first that has a language counts in it."""
OTHER_NAMES = ("skos:altLabel", "skos:hiddenLabel", "msk:formerLabel")
"""The properties that give a thing's other and former names."""


@dataclass(frozen=True)
class Label:
    """A thing's name in the asked language, and the language it really is in (empty where it has none)."""

    text: str
    lang: str


def chosen(by_lang: Mapping[str, str], lang: str) -> Label:
    """Return the text for a reader: in their language, else in none, else in their next one (``words.fallback``).

    ``by_lang`` holds texts by language tag, the empty tag for a text without language. Without any text both parts of
    the label are empty.
    """
    own = next((tag for tag in (lang, "", *fallback(lang, by_lang)) if tag in by_lang), "")
    return Label(by_lang.get(own, ""), own)


def names_of(store: Store, thing: str) -> dict[str, str]:
    """Return a thing's names by language tag; empty if it has none.

    A title without a language is in the language that its thing is in (``dcterms:language``), and under the empty tag
    where that is not told. A citation, which has no name, is called by its source and the place in it.
    """
    names = texts(store, thing, *NAMES)
    if "" in names and (own := value(store, thing, "dcterms:language")):
        names.setdefault(own, names.pop(""))
    if not names and (cited := value(store, thing, "msk:citedSource")):
        place = value(store, thing, "msk:locator")
        source = names_of(store, cited) or {"": cited}
        return {lang: ", ".join(filter(None, (text, place))) for lang, text in source.items()}
    return names


def labels(store: Store, things: Iterable[str], lang: str) -> dict[str, Label]:
    """Return what things are called for a reader of a language; those without any name are left out."""
    return {thing: chosen(names, lang) for thing in set(things) if (names := names_of(store, thing))}


def in_every_language(names: Mapping[str, str]) -> dict[str, str]:
    """Return a text by the languages it is in, as pictures take it; one without a language counts in all of them."""
    plain = names.get("", "")
    return {**(everywhere(plain) if plain else {}), **{tag: text for tag, text in names.items() if tag}}


def things_called(
    store: Store, text: str, properties: Iterable[str] = NAMES, among: Collection[str] | None = None
) -> set[str]:
    """Return the things that have a name, in any language, whatever its case, by one of some properties.

    ``among`` limits them to some (IRIs).
    """
    wanted = text.casefold()
    subjects = [None] if among is None else [ox.NamedNode(thing) for thing in among]
    return {
        term_text(quad.subject)
        for name in properties
        for subject in subjects
        for quad in named_quads(store, subject, node(name))
        if isinstance(quad.object, ox.Literal) and quad.object.value.casefold() == wanted
    }
