"""The record of a thing: every fact as it was entered, how we know, what is not known, where it was read."""

from typing import Any

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.graph.dates import bounds
from medskick.graph.dates import words as date_words
from medskick.graph.lookups import named_quads
from medskick.ontology import EDTF, iri, shorten, term_text
from medskick.reports.document import Line, Span
from medskick.web.page_request import PageRequest
from medskick.web.site.page import shown
from medskick.web.site.relations import ELSEWHERE, flag, is_concept
from medskick.words import fallback, say

_DATES = (
    "msk:start", "msk:end", "msk:date", "msk:plannedStart", "msk:plannedEnd", "msk:plannedDate", "msk:inForce",
    "msk:validUntil",
)  # fmt: skip
"""Dates come first, in this order."""


def facts(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Dates with how exact they are, terms, numbers: all that is not a text and not another thing."""
    reader, by_property = request.reader, dict[str, dict[str, Line]]()
    for quad in named_quads(request.edition.store, ox.NamedNode(thing)):
        predicate, value = quad.predicate.value, quad.object
        if predicate in ELSEWHERE or term_text(quad.graph_name).endswith("/derived"):
            continue
        lines = by_property.setdefault(predicate, {})
        if isinstance(value, ox.NamedNode):
            if is_concept(value.value) and not is_concept(thing):
                lines[value.value] = reader.thing(value)
            elif request.edition.address_of(value.value) is None and value.value.startswith("http"):
                lines[value.value] = (Span(value.value, value.value),)
        elif isinstance(value, ox.Literal) and not (value.language and _is_better_said(request, quad, value.language)):
            lines[value.value] = reader.cell(value)
    entered: list[dict[str, Any]] = []
    order = {iri(name): place for place, name in enumerate(_DATES)}
    for predicate, values in ((p, v) for p, v in by_property.items() if v):
        name = reader.name(predicate)
        exact = [e for e in (_exactness(request, v) for v in reader.values(thing, shorten(predicate))) if e]
        entered.append(
            {
                "label": name.text[:1].upper() + name.text[1:],
                "values": [
                    {"line": shown(request, said), "flag": flag(request, thing, predicate, value)}
                    for value, said in sorted(values.items())
                ],
                "exact": "; ".join(exact),
                "inferred": say("report.inferred", request.lang) if reader.is_inferred(thing, predicate) else "",
                "place": order.get(predicate, len(order)),
            }
        )
    named = alphabetical(entered, request.lang, lambda fact: str(fact["label"]))
    return sorted(named, key=lambda fact: int(fact["place"]))


def _is_better_said(request: PageRequest, quad: ox.Quad, lang: str) -> bool:
    """Tell whether the same is said in a language that the reader takes before this one."""
    same = named_quads(request.edition.store, quad.subject, quad.predicate)
    there = {q.object.language for q in same if isinstance(q.object, ox.Literal) and q.object.language}
    return next(other for other in fallback(request.lang, there) if other in there) != lang


def _exactness(request: PageRequest, term: object) -> str:
    """How exact a date is, in words: empty for one that is known to the day."""
    if not isinstance(term, ox.Literal) or term.datatype.value != EDTF:
        return ""
    limits = bounds(term.value)
    if limits.earliest is None or limits.latest is None:
        return request.say("date-open")
    if limits.earliest == limits.latest:
        return ""
    if "/" in term.value:
        return ""
    return request.say(
        "date-between",
        least=date_words(str(limits.earliest), request.lang),
        most=date_words(str(limits.latest), request.lang),
    )


def gaps(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """What is known to be unknown of a thing."""
    rows = request.reader.select(f"SELECT DISTINCT ?gap {{ ?gap a msk:Gap ; msk:gapIn <{thing}> }} ORDER BY ?gap")
    return [
        {
            "line": shown(request, request.reader.thing(row["gap"])),
            "note": shown(request, request.reader.texts(term_text(row["gap"]), "skos:note")),
        }
        for row in rows
    ]


def sources(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Where it was read: each source with how much of it was read, the place in it, and a value it gives otherwise."""
    reader = request.reader
    rows = reader.select(
        f"SELECT ?source ?locator ?column ?value {{ ?citation msk:supports <{thing}> ; msk:citedSource ?source"
        " OPTIONAL { ?citation msk:locator ?locator } OPTIONAL { ?citation msk:supportsColumn ?column }"
        " OPTIONAL { ?citation msk:givesValue ?value } } ORDER BY ?source ?locator ?column ?value"
    )
    places: dict[str, list[str]] = {}
    for row in rows:
        where = places.setdefault(term_text(row["source"]), [])
        if "locator" in row:
            where.append(term_text(row["locator"]))
        if "value" in row:
            field_ = reader.name(term_text(row["column"])).text if "column" in row else request.say("a-value")
            value = term_text(row["value"])
            where.append(request.say("gives-value", field=field_, value=value))
    cited = reader.cited_by(thing)
    listed = dict.fromkeys((*cited.pages, *places), "")
    for group in cited.one_of:
        # the pages of a group one after the other, each saying that it is one of so many
        listed |= {page: request.say("one-of", n=len(group)) for page in group}
    return [
        {
            "line": shown(request, reader.thing(source)),
            "reference": reader.reference(source),
            "places": list(dict.fromkeys(places.get(source, []))),
            "among": among,
        }
        for source, among in listed.items()
    ]


def basis(request: PageRequest, thing: str) -> dict[str, Any]:
    """How we know: stated or inferred, which columns were, the rows of the fact files."""
    reader = request.reader
    return {
        "basis": [shown(request, reader.thing(b)) for b in reader.values(thing, "msk:basis")],
        "inferred": [shown(request, reader.thing(c)) for c in reader.values(thing, "msk:inferredColumn")],
        "facts": sorted(term_text(f) for f in reader.values(thing, "msk:fact")),
        "dataset": shown(request, reader.thing(f"https://w3id.org/medskick/dataset/{name}"))
        if (name := reader.dataset_of(thing))
        else [],
    }
