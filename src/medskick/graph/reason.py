"""Logic: ontology and data before HermiT (through owlready2). Consistent? Which classes can have no member?"""

import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.graph.assemble import Assembled
from medskick.graph.dataset import Row
from medskick.graph.index import dataset_graph
from medskick.ontology import EDTF, PREFIXES, shorten, term_text
from medskick.words import Lang, say


class JavaMissingError(RuntimeError):
    """Raised where there is no Java to run the reasoner."""


@dataclass(frozen=True)
class Verdict:
    """What the reasoner found: consistent or not, classes without possible members, the rows that contradict."""

    consistent: bool
    empty_classes: tuple[str, ...]
    rows: tuple[tuple[str, Row], ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing contradicts and every class can have members."""
        return self.consistent and not self.empty_classes

    def say(self, lang: Lang) -> list[str]:
        """Return the verdict as lines of plain words."""
        lines = [say("logic.consistent" if self.consistent else "logic.contradiction", lang)]
        lines += [say("logic.row", lang, file=file, row=row.line, id=row.id) for file, row in self.rows]
        if self.empty_classes:
            lines.append(say("logic.empty", lang, classes=", ".join(map(shorten, self.empty_classes))))
        elif self.consistent:
            lines.append(say("logic.none-empty", lang))
        return lines


def _ntriples(quads: Sequence[ox.Quad]) -> bytes:
    """N-Triples made by rdflib; the vocabulary imports nothing, so the reasoner fetches nothing."""
    import rdflib

    graph = rdflib.Graph()
    for quad in quads:
        value: rdflib.term.Node
        if isinstance(quad.object, ox.Literal):
            language = quad.object.language
            value = rdflib.Literal(
                quad.object.value, lang=language, datatype=None if language else quad.object.datatype.value
            )
        else:
            value = rdflib.URIRef(term_text(quad.object))
        graph.add((rdflib.URIRef(term_text(quad.subject)), rdflib.URIRef(quad.predicate.value), value))
    return graph.serialize(format="nt", encoding="utf-8")


def _reason(quads: Sequence[ox.Quad]) -> tuple[bool, tuple[str, ...]]:
    """Run HermiT in a world of its own. Returns consistency and the unsatisfiable classes."""
    import owlready2

    world = owlready2.World()
    world.get_ontology("https://w3id.org/medskick/").load(fileobj=io.BytesIO(_ntriples(quads)), only_local=True)
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False, ()
    nothing = owlready2.Nothing
    return True, tuple(sorted(c.iri for c in world.inconsistent_classes() if c is not nothing))


def _smallest(rows: Sequence[Row], clashes: Callable[[Sequence[Row]], bool]) -> list[Row]:
    """Return a smallest set of rows that still clash (QuickXplain, Junker 2004): few runs for few culprits."""

    def narrow(background: list[Row], delta: bool, rest: list[Row]) -> list[Row]:
        if delta and clashes(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        left, right = rest[:half], rest[half:]
        clashing = narrow(background + left, True, right)
        return narrow(background + clashing, bool(clashing), left) + clashing

    return narrow([], False, list(rows))


def check_logic(assembled: Assembled) -> Verdict:
    """Put ontology and data before HermiT. Raises ``JavaMissingError`` where there is no Java."""
    if shutil.which("java") is None:
        raise JavaMissingError
    index = assembled.index
    # shapes and schemes' prose carry no logic: leaving them out keeps the reasoner fast
    terms = [q for q in index.vocabulary.quads if not term_text(q.subject).startswith(PREFIXES["shp"])]
    about: dict[str, list[ox.Quad]] = {}
    for name in index.datasets:
        for quad in assembled.store.quads_for_pattern(None, None, None, dataset_graph(name)):
            if not (isinstance(quad.object, ox.Literal) and quad.object.datatype.value == EDTF):
                about.setdefault(term_text(quad.subject), []).append(quad)
    everything = [*terms, *(q for quads in about.values() for q in quads)]
    consistent, empty = _reason(everything)
    if consistent:
        return Verdict(True, empty)
    bases = {name: dataset.base for name, dataset in index.datasets.items()}
    rows = [row for row in index.by_iri.values() if bases[row.dataset] + row.id in about]

    def clashes(some: Sequence[Row]) -> bool:
        return not _reason([*terms, *(q for r in some for q in about[bases[r.dataset] + r.id])])[0]

    if clashes([]):  # the ontology contradicts itself: no row is to blame
        return Verdict(False, ())
    guilty = _smallest(rows, clashes)
    return Verdict(False, (), tuple((index.datasets[r.dataset].file(r.table), r) for r in guilty))
