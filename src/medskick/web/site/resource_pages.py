"""The page of one thing: what it is, what is said of it, what it hangs together with, where that was read."""

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup
from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.graph.dates import words as date_words
from medskick.graph.store import named_quads
from medskick.ontology import EDTF, iri, shorten, term_text
from medskick.rdf_forms import OF_ONE_GRAPH
from medskick.reports.document import Line, Span, joined, plain
from medskick.viz.look import class_words
from medskick.web import explorer_api
from medskick.web.page_request import PageRequest
from medskick.web.site import chart_pages
from medskick.web.site.graph_page import around_address
from medskick.web.site.page import kind_label, render, shown
from medskick.web.site.relations import ELSEWHERE, SHOWN, TEXTS, flag, groups_of, is_concept, relation_page, tied
from medskick.web.site.schema_org import schema_org
from medskick.words import fallback, pick, say

_DATES = ("msk:date", "msk:start", "msk:plannedDate", "msk:plannedStart", "msk:inForce", "msk:end")
_INTENDED = tuple(map(iri, ("msk:plannedDate", "msk:plannedEnd", "msk:plannedStart")))


def thing_page(request: PageRequest, kind: str) -> Response:
    """All that is said of a thing, both ways, with its sources; ``?relation=KEY&page=N`` shows a long relation."""
    thing = request.edition.thing_at(kind, request.params["path"])
    request.edition.known(thing)
    groups = groups_of(request, thing)
    if key := request.given("relation"):
        return relation_page(request, thing, next((g for g in groups if g.key == key), None))
    reader = request.reader
    reader.know([thing, *(m for g in groups for m in g.members[:SHOWN])])
    cls, kinds = _kind(request, thing)
    label = reader.name(thing)
    ties = [tied(request, thing, g, g.members[:SHOWN]) for g in groups]
    address = request.edition.address_of(thing) or ""
    data = {form.ending: request.to(f"/data/{address}.{form.ending}") for form in OF_ONE_GRAPH}
    texts = [shown(request, text) for p in TEXTS if (text := reader.texts(thing, p))]
    sources = _sources(request, thing)
    facts = _facts(request, thing)
    picture, left_out = explorer_api.small_svg(request.edition.store, request.lang, thing, request.thing)
    return render(
        request,
        "thing.html.j2",
        label.text,
        foreign=label.lang if label.lang not in ("", request.lang) else "",
        cls=cls,
        kind=kind_label(cls, request.lang),
        kinds=kinds,
        definition=pick(class_words(cls).get("definition", {}), request.lang),
        iri=thing,
        texts=texts,
        facts=facts,
        notes=[shown(request, note) for note in _all_texts(request, thing, "skos:note")],
        caveats=[shown(request, reader.texts(term_text(c), "msk:text")) for c in reader.values(thing, "msk:caveat")],
        groups=ties,
        unapplied=say("lessons.not-applied", request.lang)
        if cls == "Lesson" and not reader.values(thing, "msk:appliedIn")
        else "",
        stances=_stances(request, thing),
        gaps=_gaps(request, thing),
        sources=sources,
        basis=_basis(request, thing),
        **_story(request, thing, cls, address),
        picture=Markup(picture),  # noqa: S704 - drawn here
        left_out=left_out,
        cite=_cite(request, thing, label.text),
        explore=around_address(request, thing),
        feedback="" if request.static else request.page("/feedback", about=address),
        remarks=_remarks(request, thing),
        data=data,
        ld=schema_org(request, thing, cls, label.text, texts, sources),
    )


def _kind(request: PageRequest, thing: str) -> tuple[str, Line | list[Any]]:
    """The class a thing was given (local name), and its kind, form or type where it has one."""
    cls = request.reader.class_of(thing) or "Concept"
    kinds = [
        request.reader.values_of(thing, p) for p in ("msk:kind", "msk:form", "msk:phaseType", "msk:role", "msk:factor")
    ]
    return cls, shown(request, joined(kinds, ", "))


def _facts(request: PageRequest, thing: str) -> list[dict[str, Any]]:
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
    intended = next((p for p in _INTENDED if by_property.get(p)), "")
    facts = []
    for predicate, values in ((p, v) for p, v in by_property.items() if v):
        name = reader.name(predicate)
        exact = [e for e in (_exactness(request, v) for v in reader.values(thing, shorten(predicate))) if e]
        facts.append(
            {
                "label": name.text[:1].upper() + name.text[1:],
                "values": [
                    {"line": shown(request, said), "flag": flag(request, thing, predicate, value)}
                    for value, said in sorted(values.items())
                ],
                "exact": "; ".join(exact),
                "inferred": say("report.inferred", request.lang) if reader.is_inferred(thing, predicate) else "",
                "passed": shown(request, reader.awaited(thing)) if predicate == intended else [],
                "date": any(predicate == iri(d) for d in _DATES),
            }
        )
    return sorted(alphabetical(facts, request.lang, lambda fact: str(fact["label"])), key=lambda fact: not fact["date"])


def _is_better_said(request: PageRequest, quad: ox.Quad, lang: str) -> bool:
    """Tell whether the same is said in a language that the reader takes before this one."""
    same = named_quads(request.edition.store, quad.subject, quad.predicate)
    there = {q.object.language for q in same if isinstance(q.object, ox.Literal) and q.object.language}
    return next(other for other in fallback(request.lang, there) if other in there) != lang


def _exactness(request: PageRequest, term: object) -> str:
    """How exact a date is, in words: empty for one that is known to the day."""
    from medskick.graph.dates import bounds

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


def _all_texts(request: PageRequest, thing: str, prop: str) -> Iterable[Line]:
    texts = request.reader.texts(thing, prop)
    return [texts] if texts else []


def _stances(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Stances on a thing, by position: who, what, when."""
    rows = request.reader.select(
        f"SELECT DISTINCT ?stance ?position ?holder ?date {{ ?stance a msk:Stance ; msk:about <{thing}> ."
        " OPTIONAL { ?stance msk:stancePosition ?position } OPTIONAL { ?stance msk:holder ?holder }"
        " OPTIONAL { ?stance msk:date ?date } } ORDER BY ?position ?date ?stance"
    )
    by_position: dict[str, dict[str, Any]] = {}
    for row in rows:
        position = term_text(row["position"]) if "position" in row else ""
        group = by_position.setdefault(
            position,
            {"position": request.reader.name(position).text if position else request.say("no-position"), "rows": []},
        )
        stance = term_text(row["stance"])
        group["rows"].append(
            {
                "holder": shown(
                    request, request.reader.marked(request.reader.thing(row.get("holder")), stance, "msk:holder")
                ),
                "text": shown(
                    request,
                    request.reader.marked_place(
                        request.reader.texts(stance, "msk:text") or request.reader.thing(stance),
                        stance,
                        "msk:stancePosition",
                        "msk:about",
                    ),
                ),
                "line": shown(request, request.reader.thing(stance)),
                "date": plain(request.reader.values_of(stance, "msk:date")),
            }
        )
    return list(by_position.values())


def _gaps(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    rows = request.reader.select(f"SELECT DISTINCT ?gap {{ ?gap a msk:Gap ; msk:gapIn <{thing}> }} ORDER BY ?gap")
    return [
        {
            "line": shown(request, request.reader.thing(row["gap"])),
            "note": shown(request, request.reader.texts(term_text(row["gap"]), "skos:note")),
        }
        for row in rows
    ]


def _sources(request: PageRequest, thing: str) -> list[dict[str, Any]]:
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
    sources = reader.cited_by(thing)
    listed = dict.fromkeys((*sources.pages, *places), "")
    for group in sources.one_of:
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


def _basis(request: PageRequest, thing: str) -> dict[str, Any]:
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


def _story(request: PageRequest, thing: str, cls: str, address: str) -> dict[str, Any]:
    """How the thing came about: a picture in order of time, the table of the same, the address of the whole story."""
    chart = chart_pages.story_of(request, thing, cls)
    if chart is None:
        return {"story": None}
    table = chart_pages.twin(request, chart)
    return {
        "story": chart,
        "story_table": table["blocks"],
        "report_words": table["words"],
        "story_address": request.page(f"/story/{address.removeprefix('id/')}"),
        "sheets": chart_pages.SHEETS,
    }


def _remarks(request: PageRequest, thing: str) -> list[dict[str, str]]:
    """What readers have remarked, as far as it is accepted, each with the statement that it is about, if it is one."""
    reader = request.reader
    return [
        {
            "text": remark.text,
            "lang": remark.lang,
            "date": remark.received[:10],
            "about": " – ".join(reader.name(part).text if "://" in part else part for part in remark.statement or ()),
        }
        for remark in request.edition.remarks(thing)
    ]


def _cite(request: PageRequest, thing: str, label: str) -> str:
    """How to cite the page: what, in which version, where."""
    return request.say("cite-as", label=label, version=request.edition.version[:12], iri=thing)
