"""Finding a thing by what people call it: an id, ``dataset:id``, a name or an IRI."""

from collections.abc import Sequence

import pyoxigraph as ox

from medskick.graph.faults import closest
from medskick.graph.store import named_quads
from medskick.ontology import GRAPHS, PREFIXES, THINGS, iri, term_text


class UnknownThingError(LookupError):
    """Raised where no thing has that id, name or IRI; ``near`` is the nearest that exists, or ``None``."""

    def __init__(self, wanted: str, near: str | None) -> None:
        self.near = near
        super().__init__(wanted)


class AmbiguousThingError(LookupError):
    """Raised where an id stands in several datasets; ``found`` are the ways to say which is meant (``dataset:id``)."""

    def __init__(self, wanted: str, found: Sequence[str]) -> None:
        self.found = list(found)
        super().__init__(wanted)


def find_thing(store: ox.Store, wanted: str, classes: Sequence[str] = ()) -> str:
    """Return the IRI of a thing by IRI, ``dataset:id``, ``id`` or name; only of these classes if any are given.

    Raises ``UnknownThingError``, or ``AmbiguousThingError`` where two datasets have a row of that id.
    """
    kinds = {iri(c) for c in classes}
    if wanted.startswith(("http://", "https://")):
        candidates = {wanted: wanted}
    else:
        dataset, colon, local = wanted.partition(":")
        candidates = {
            term_text(q.subject): term_text(q.subject).rpartition("/")[2]
            for q in named_quads(store, None, ox.NamedNode(iri("rdf:type")))
            if (not colon or term_text(q.graph_name) == GRAPHS + dataset)
            and (not kinds or term_text(q.object) in kinds)
        }
        named = {
            term_text(q.subject)
            for p in ("rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title")
            for q in named_quads(store, None, ox.NamedNode(iri(p)))
            if isinstance(q.object, ox.Literal) and q.object.value.casefold() == wanted.casefold()
        }
        tail = local if colon else wanted
        # a thing comes before a concept or a term of the same name
        ranked = sorted(candidates, key=lambda full: (full.startswith((PREFIXES["concept"], PREFIXES["msk"])), full))
        exact = [full for full in ranked if tail and candidates[full] == tail]
        same = sorted(f"{_dataset(store, full)}:{tail}" for full in exact if full.startswith(THINGS))
        if len(same) > 1:
            raise AmbiguousThingError(wanted, same)
        exact += [full for full in ranked if full in named]
        if exact:
            return exact[0]
        raise UnknownThingError(wanted, closest(tail, {s for full, s in candidates.items() if full.startswith(THINGS)}))
    try:
        types = {term_text(q.object) for q in named_quads(store, ox.NamedNode(wanted), ox.NamedNode(iri("rdf:type")))}
        known = bool(types & kinds if kinds else types)
    except ValueError:  # no IRI at all
        known = False
    if not known:
        raise UnknownThingError(wanted, None)
    return wanted


def _dataset(store: ox.Store, thing: str) -> str:
    """The dataset in whose own statements a thing has its type."""
    graphs = {
        term_text(q.graph_name).removeprefix(GRAPHS)
        for q in named_quads(store, ox.NamedNode(thing), ox.NamedNode(iri("rdf:type")))
    }
    return min((g for g in graphs if not g.endswith("/derived")), default="")
