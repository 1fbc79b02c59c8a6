"""What a thing is called where its name alone would not tell it from others: "Samråd, RUFS 2050"."""

import pyoxigraph as ox

from medskick.graph.lookups import named_quads
from medskick.ontology import node, term_text
from medskick.reports.document import Line, Span, line, plain
from medskick.reports.graph_reader import GraphReader
from medskick.resources.description import dataset_iri
from medskick.resources.names import NAMES

_APART = ("msk:process", "msk:inProcess", "msk:learnedIn", "msk:partOf", "msk:territory")
"""What tells things of one name apart, the nearest first."""


def titled(reader: GraphReader, thing: str, within: str = "") -> Line:
    """Return a thing's name, linked, and after it what tells it apart from others of the same name, if need be.

    A phase is told with its process, a participation with its activity, another thing only where one of its class has
    the same name. ``within`` is a thing (IRI) on whose page the name stands: it is not named again.
    """
    return tuple(
        Span(span.text, thing, span.lang) if span.thing == thing else Span(span.text, lang=span.lang)
        for span in line(reader.thing(thing), _apart(reader, thing, within))
    )


def title(reader: GraphReader, thing: str) -> str:
    """Return the same as text, for the head of a page."""
    return "".join(span.text for span in titled(reader, thing))


def short_name(reader: GraphReader, thing: str) -> str:
    """Return a thing's name without what stands in brackets after it: "RUFS 2050 (regional plan …)" is "RUFS 2050"."""
    name = reader.name(thing).text
    return name.partition(" (")[0] or name


def _apart(reader: GraphReader, thing: str, within: str) -> Line:
    cls, name = reader.class_of(thing), reader.name(thing).text
    if cls == "Phase":
        others = [term_text(v) for v in reader.values(thing, "msk:process")]
    elif cls == "Participation":
        activities = [term_text(v) for v in reader.values(thing, "msk:activity") if term_text(v) != within]
        return line(*(part for a in activities for part in (", ", plain(titled(reader, a)))))
    elif _has_namesake(reader, thing, cls):
        others = next(filter(None, ([term_text(v) for v in reader.values(thing, p)] for p in _APART)), [])
        others = others or [dataset_iri(dataset) for dataset in [reader.dataset_of(thing)] if dataset]
    else:
        others = []
    names = [short_name(reader, other) for other in others[:1] if other != within]
    return line(*(f", {said}" for said in names if said.casefold() not in name.casefold()))


def _has_namesake(reader: GraphReader, thing: str, cls: str) -> bool:
    """Tell whether another thing of the class has this thing's name in the reader's language."""
    name = reader.name(thing)
    literal = ox.Literal(name.text, language=name.lang) if name.lang else ox.Literal(name.text)
    return any(
        term_text(quad.subject) != thing and reader.class_of(term_text(quad.subject)) == cls
        for prop in NAMES
        for quad in named_quads(reader.store, None, node(prop), literal)
        if isinstance(quad.subject, ox.NamedNode)
    )
