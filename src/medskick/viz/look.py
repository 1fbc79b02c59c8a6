"""How each class looks in pictures, and what it is called: from ``viz/styles.toml`` and the ontology."""

import tomllib
from functools import cache

from medskick.ontology import PREFIXES, vocabulary
from medskick.rooms import room


@cache
def styles() -> dict[str, dict[str, str]]:
    """Return colour and shape by class, from ``viz/styles.toml``."""
    return tomllib.loads((room("viz") / "styles.toml").read_text(encoding="utf-8"))


def drawn_as(cls: str) -> str:
    """Return the class that a thing is drawn as: schemes, datasets and terms of the ontology look like concepts."""
    return cls if cls in styles() else "Concept"


def look_of(cls: str) -> dict[str, str]:
    """Return colour and shape of a class."""
    return styles()[drawn_as(cls)]


@cache
def _all_words() -> dict[str, dict[str, dict[str, str]]]:
    words: dict[str, dict[str, dict[str, str]]] = {}
    wanted = {PREFIXES["rdfs"] + "label": "label", PREFIXES["skos"] + "definition": "definition"}
    for quad in vocabulary().quads:
        if quad.predicate.value in wanted and (language := getattr(quad.object, "language", None)):
            subject = getattr(quad.subject, "value", "")
            if subject.startswith((PREFIXES["msk"], PREFIXES["skos"])) or subject == PREFIXES["void"] + "Linkset":
                words.setdefault(subject.rpartition("#")[2], {}).setdefault(wanted[quad.predicate.value], {})[
                    language
                ] = getattr(quad.object, "value", "")
    return words


def class_words(cls: str) -> dict[str, dict[str, str]]:
    """Return ``label`` and ``definition`` of a class by its local name, each in both languages."""
    return _all_words().get(cls, {})
