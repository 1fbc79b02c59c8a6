"""The statements of the whole graph: as text in a fixed order, their version, those that the default graph has."""

import hashlib
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from medskick.graph.dataset import DRAFTS, LINKS
from medskick.ontology import GRAPHS, PREFIXES, term_text

_ASIDE = (GRAPHS + LINKS, GRAPHS + DRAFTS)


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return quads as sorted N-Quads: the same statements always give the same bytes."""
    raw = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert raw is not None
    return b"\n".join(sorted(raw.splitlines())) + b"\n"


def version_of(quads: Iterable[ox.Quad]) -> str:
    """Return the version of a graph: the SHA-256 of its sorted N-Quads, the default graph left out."""
    return hashlib.sha256(nquads(quads)).hexdigest()


def default_quads(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield what the default graph holds: the statements of all graphs but linksets and drafts, as often as said."""
    graphs: dict[object, bool] = {}
    for quad in quads:
        graph = quad.graph_name
        if graph not in graphs:
            graphs[graph] = not term_text(graph).startswith(_ASIDE)
        if graphs[graph]:
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.DefaultGraph())


def trig(quads: Iterable[ox.Quad]) -> bytes:
    """Return quads as TriG in a fixed order, which gives the same bytes for the same statements too."""
    raw = ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    assert raw is not None
    return raw
