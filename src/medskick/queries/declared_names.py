"""The names that the ontology declares: what a question or view may use, and which is nearest to a misspelt one."""

from functools import cache

import pyoxigraph as ox

from medskick.graph.faults import closest
from medskick.ontology import PREFIXES, iri
from medskick.rooms import room


@cache
def known_terms() -> frozenset[str]:
    """Return the local names of all terms of ours that the ontology declares."""
    return frozenset(
        quad.subject.value.removeprefix(PREFIXES["msk"])
        for quad in ox.parse(path=room("ontology") / "medskick.ttl")
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(PREFIXES["msk"])
    )


@cache
def known_classes() -> frozenset[str]:
    """Return the IRIs of the classes that the ontology declares."""
    kind = iri("rdf:type")
    return frozenset(
        quad.subject.value
        for path in sorted(room("ontology").glob("*.ttl"))
        for quad in ox.parse(path=path)
        if isinstance(quad.subject, ox.NamedNode)
        and quad.predicate.value == kind
        and getattr(quad.object, "value", "") in (iri("owl:Class"), iri("rdfs:Class"))
    )


@cache
def known_schemes() -> frozenset[str]:
    """Return the names of the ontology's concept schemes: each is a file of its own."""
    return frozenset(path.stem for path in room("ontology").glob("schemes/*.ttl"))


def full(name: str) -> str:
    """Return the IRI of a prefixed name, empty where its prefix is not known."""
    return iri(name) if name.partition(":")[0] in PREFIXES and ":" in name else ""


def near_class(name: str, prefix: str = "") -> str | None:
    """Return our own class that is nearest in spelling, with a prefix where one is written."""
    own = [cls.removeprefix(PREFIXES["msk"]) for cls in known_classes() if cls.startswith(PREFIXES["msk"])]
    near = closest(name.rpartition(":")[2], own)
    return f"{prefix}{near}" if near else None
