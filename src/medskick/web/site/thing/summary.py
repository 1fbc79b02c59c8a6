"""What a thing is, in one sentence: its kind, where it belongs, when it was."""

from typing import Any

from medskick.ontology import iri, term_text
from medskick.reports.document import Span, joined, line
from medskick.reports.titles import short_name, titled
from medskick.web.page_request import PageRequest
from medskick.web.site.page import kind_label, shown

_KINDS = ("msk:kind", "msk:form", "msk:role", "msk:factor", "msk:phaseType")
_PLACES = ("msk:phase", "msk:process", "msk:learnedIn", "msk:activity", "msk:partOf", "msk:territory")
"""Where a thing belongs, the nearest first."""
_TOLD = 3


def summary(request: PageRequest, thing: str, cls: str) -> list[dict[str, Any]]:
    """Return the sentence as the templates take it: "Phase (consultation) in RUFS 2050, 8 April – 30 September 2016."

    A date that has passed without anything known of it is noted after it (``GraphReader.awaited``).
    """
    reader = request.reader
    kind = kind_label(cls, request.lang)
    times = reader.times([thing])
    when = times[thing].words(request.lang) if thing in times else ""
    parts = [
        shown(request, line(kind[:1].upper() + kind[1:])),
        _kinds(request, thing),
        _place(request, thing),
        shown(request, line(f", {when}" if when else "", ".", reader.awaited(thing))),
    ]
    return [span for part in parts for span in part]


def _kinds(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Its kinds in brackets, each linked."""
    reader, spans = request.reader, list[dict[str, Any]]()
    for prop in _KINDS:
        for kind in map(term_text, reader.values(thing, prop)):
            [named] = shown(request, (Span(short_name(reader, kind), kind, reader.thing(kind)[0].lang),))
            spans += [*shown(request, line(", " if spans else " (")), named]
            if reader.is_inferred(thing, iri(prop)):
                spans += shown(request, line(f", {request.say('mark-inferred')}"))
    return [*spans, *shown(request, line(")"))] if spans else []


def _place(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Where it belongs, with the word before it; empty for what belongs nowhere."""
    prop, places = place_of(request, thing)
    if not places:
        return []
    reader = request.reader
    whole = prop in map(iri, ("msk:phase", "msk:activity"))
    named = (titled(reader, p) if whole else (Span(short_name(reader, p), p),) for p in places)
    word = request.say("thing-from" if prop == iri("msk:learnedIn") else "thing-in")
    return shown(request, line(f" {word} ", joined(named, ", ")))


def place_of(request: PageRequest, thing: str) -> tuple[str, list[str]]:
    """Return the property (IRI) that says where a thing belongs, and the places; empty where they are none or many."""
    for prop in _PLACES:
        places = [one for v in request.reader.values(thing, prop) if request.thing(one := term_text(v))]
        if 0 < len(places) <= _TOLD:
            return iri(prop), places
    return "", []
