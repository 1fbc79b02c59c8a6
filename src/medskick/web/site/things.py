"""The page of one thing: what it is, what is said of it, what it hangs together with, where that was read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup
from starlette.responses import Response

from medskick.graph.dates import words as date_words
from medskick.ontology import EDTF, GRAPHS, LANGS, PREFIXES, iri, shorten, term_text
from medskick.reports.document import Line, Span, joined, line
from medskick.reports.html import parts
from medskick.web import graphs
from medskick.web.place import Place
from medskick.web.site import charts
from medskick.web.site.described import schema_org
from medskick.web.site.frame import class_words, kind_label, render, shown, when_words
from medskick.web.site.graph import around_address
from medskick.words import pick

SHOWN = 15
"""So many of a relation are shown at once; the rest are a page of their own, ``PAGE`` at a time."""
PAGE = 100
_MOST_VALUE = 500
"""A longer value does not go into an address: a remark on it is one on the thing."""
_MIXED = 8
"""A relation with more things than this is told kind by kind."""

_TEXTS = ("msk:recommendation", "msk:text", "msk:value", "dcterms:description", "skos:definition")
_ELSEWHERE = frozenset(
    map(
        iri,
        (
            "rdf:type", "rdfs:label", "skos:prefLabel", "dcterms:title", "dcterms:source", "skos:note", "msk:basis",
            "msk:fact", "msk:inferredColumn", "msk:uncertainColumn", "msk:supportsColumn", "msk:supports", "msk:gapIn",
            "msk:caveat", "skos:topConceptOf", "skos:hasTopConcept", *_TEXTS,
        ),
    )
)  # fmt: skip
"""Properties that have a place of their own on the page, or none."""
_DATES = ("msk:date", "msk:start", "msk:plannedDate", "msk:plannedStart", "msk:inForce", "msk:end")


@dataclass
class Group:
    """All that a thing is tied to by one relation in one direction: ``key`` stands for it in the address."""

    key: str
    label: str
    predicate: str = ""
    inverse: bool = False
    members: list[str] = field(default_factory=list)
    linked: dict[str, str] = field(default_factory=dict)
    """By member, who says so where it stands in a linkset."""


def thing_page(place: Place, kind: str) -> Response:
    """All that is said of a thing, both ways, with its sources; ``?relation=KEY&page=N`` shows a long relation."""
    thing = place.edition.thing_at(kind, place.params["path"])
    place.edition.known(thing)
    groups = _groups(place, thing)
    if key := place.given("relation"):
        return _relation(place, thing, next((g for g in groups if g.key == key), None))
    writer = place.writer
    writer.know([thing, *(m for g in groups for m in g.members[:SHOWN])])
    cls, kinds = _kind(place, thing)
    label = writer.name(thing)
    ties = [_tied(place, thing, g, g.members[:SHOWN]) for g in groups]
    address = place.edition.address_of(thing) or ""
    data = {end: place.to(f"/data/{address}.{end}") for end in ("ttl", "jsonld", "rdf", "nt")}
    texts = [shown(place, found) for p in _TEXTS if (found := writer.texts(thing, p))]
    sources = _sources(place, thing)
    facts = _facts(place, thing)
    return render(
        place,
        "thing.html.j2",
        label.text,
        foreign=label.lang if label.lang not in ("", place.lang) else "",
        cls=cls,
        kind=kind_label(cls, place.lang),
        kinds=kinds,
        definition=pick(class_words(cls)["definition"], place.lang),
        iri=thing,
        texts=texts,
        facts=facts,
        notes=[shown(place, found) for found in _all_texts(place, thing, "skos:note")],
        caveats=[shown(place, writer.texts(term_text(c), "msk:text")) for c in writer.values(thing, "msk:caveat")],
        groups=ties,
        stances=_stances(place, thing),
        gaps=_gaps(place, thing),
        sources=sources,
        basis=_basis(place, thing),
        **_story(place, thing, cls, address),
        picture=Markup(graphs.small_svg(place.edition.store, place.lang, thing, place.thing)),  # noqa: S704 - drawn here
        cite=_cite(place, thing, label.text),
        explore=around_address(place, thing),
        feedback="" if place.static else place.page("/feedback", about=address),
        remarks=place.edition.remarks(thing),
        data=data,
        ld=schema_org(place, thing, cls, label.text, texts, sources),
    )


def _kind(place: Place, thing: str) -> tuple[str, Line | list[Any]]:
    """The class a thing was given (local name), and its kind, form or type where it has one."""
    cls = place.edition.class_of(thing) or "Concept"
    kinds = [
        place.writer.thing(value)
        for p in ("msk:kind", "msk:form", "msk:phaseType", "msk:role", "msk:factor")
        for value in place.writer.values(thing, p)
    ]
    return cls, shown(place, joined(kinds, ", "))


def _is_concept(thing: str) -> bool:
    return thing.startswith((PREFIXES["concept"], PREFIXES["msk"], PREFIXES["skos"]))


def _groups(place: Place, thing: str) -> list[Group]:
    """Relations to other things, both ways, as they were written (what follows from them says the same again)."""
    subject, store = ox.NamedNode(thing), place.edition.store
    found: dict[str, Group] = {}
    own_concept = _is_concept(thing)
    for inverse, quads in (
        (False, store.quads_for_pattern(subject, None, None, None)),
        (True, store.quads_for_pattern(None, None, subject, None)),
    ):
        for quad in quads:
            graph = term_text(quad.graph_name)
            other = quad.subject if inverse else quad.object
            if graph.endswith("/derived") or quad.predicate.value in _ELSEWHERE or not isinstance(other, ox.NamedNode):
                continue
            if graph == f"{GRAPHS}ontology" and not own_concept:
                continue
            if not inverse and not own_concept and _is_concept(other.value):
                continue  # a term is a fact of the thing, not a neighbour
            if place.edition.address_of(other.value) is None:
                continue
            key = ("-" if inverse else "") + shorten(quad.predicate.value).replace(":", ".")
            if key not in found:
                label = _relation_label(place, quad.predicate.value, inverse)
                found[key] = Group(key, label, quad.predicate.value, inverse)
            found[key].members.append(other.value)
            if graph.startswith(f"{GRAPHS}links/"):
                found[key].linked[other.value] = place.edition.said_by(graph, place.lang)
    for group in list(found.values()):
        group.members = sorted(dict.fromkeys(group.members))
        if len(group.members) > _MIXED:
            found |= {part.key: part for part in _by_kind(place, group)}
            del found[group.key]
    order = {p: i for i, p in enumerate(("msk.process", "msk.phase", "msk.partOf"))}
    return sorted(found.values(), key=lambda g: (order.get(g.key, 9), g.key.startswith("-"), g.label.casefold(), g.key))


def _by_kind(place: Place, group: Group) -> list[Group]:
    """A long relation in parts, one for each kind of thing: a process comprises phases, dialogues, decisions."""
    parts: dict[str, Group] = {}
    for member in group.members:
        cls = place.edition.class_of(member) or "Concept"
        key = f"{group.key}.{cls}"
        label = f"{group.label}: {kind_label(cls, place.lang)}"
        parts.setdefault(key, Group(key, label, group.predicate, group.inverse, linked=group.linked)).members.append(
            member
        )
    return list(parts.values())


def _relation_label(place: Place, predicate: str, inverse: bool) -> str:
    """A relation's name in the reader's language; read backwards, its inverse name."""
    told = place.writer.texts(predicate, "msk:inverseLabel") if inverse else ()
    if told:
        return told[0].text
    name = place.writer.name(predicate).text
    return place.say("backwards", relation=name) if inverse else name


def _tied(place: Place, thing: str, group: Group, members: list[str]) -> dict[str, Any]:
    """A relation as the template takes it: its things with kind and date, in order of time."""
    dates = place.edition.dates(members)
    rows: list[dict[str, Any]] = []
    for member in members:
        when = dates.get(member)
        said = (member, group.predicate, thing) if group.inverse else (thing, group.predicate, member)
        rows.append(
            {
                "line": shown(place, _named(place, member, thing)),
                "cls": place.edition.class_of(member),
                "date": when_words(place, when) if when else "",
                "planned": bool(when and when.planned),
                "by": group.linked.get(member, ""),
                "flag": _flag(place, *said),
                "order": (when.day if when else "9999", place.writer.name(member).text.casefold(), member),
            }
        )
    rows.sort(key=lambda row: row["order"])
    return {
        "key": group.key,
        "label": group.label,
        "count": len(group.members),
        "rows": rows,
        "more": place.page(place.path, relation=group.key) if len(group.members) > len(members) else "",
    }


def _named(place: Place, member: str, thing: str) -> Line:
    """What a thing is tied to, by name; a relation of its own has none, and is told by its type and its other end."""
    if not place.writer.is_a(member, "msk:Relation"):
        return place.writer.thing(member)
    kinds = joined(map(place.writer.thing, place.writer.values(member, "msk:relationType")), ", ")
    ends = [v for p in ("msk:relationFrom", "msk:relationTo") for v in place.writer.values(member, p)]
    others = joined((place.writer.thing(end) for end in ends if term_text(end) != thing), ", ")
    return line(kinds, ": ", others, " ", Span(place.say("as-relation"), member))


def _relation(place: Place, thing: str, group: Group | None) -> Response:
    """One relation of a thing, a hundred at a time."""
    from medskick.web.problems import Problem

    if group is None:
        raise Problem(404, "The thing has no such relation.")
    given = place.given("page")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    pages = -(-len(group.members) // PAGE)
    members = group.members[(number - 1) * PAGE : number * PAGE]
    place.writer.know([thing, *members])

    def turned(to: int) -> str:
        known = 1 <= to <= pages
        return place.page(place.path, relation=group.key, page=str(to) if to > 1 else "") if known else ""

    return render(
        place,
        "relation.html.j2",
        f"{place.writer.name(thing).text}: {group.label}",
        thing=shown(place, place.writer.thing(thing)),
        group=_tied(place, thing, group, members),
        number=number,
        pages=pages,
        before=turned(number - 1),
        after=turned(number + 1),
        noindex=True,
    )


def _facts(place: Place, thing: str) -> list[dict[str, Any]]:
    """Dates with how exact they are, terms, numbers: all that is not a text and not another thing."""
    writer, found = place.writer, dict[str, dict[str, Line]]()
    inferred = {term_text(v).rpartition("/")[2] for v in writer.values(thing, "msk:inferredColumn")}
    for quad in place.edition.store.quads_for_pattern(ox.NamedNode(thing), None, None, None):
        predicate, value = quad.predicate.value, quad.object
        if predicate in _ELSEWHERE or term_text(quad.graph_name).endswith("/derived"):
            continue
        told = found.setdefault(predicate, {})
        if isinstance(value, ox.NamedNode):
            if _is_concept(value.value) and not _is_concept(thing):
                told[value.value] = writer.thing(value)
            elif place.edition.address_of(value.value) is None and value.value.startswith("http"):
                told[value.value] = (Span(value.value, value.value),)
        elif isinstance(value, ox.Literal) and not (
            value.language in LANGS and value.language != place.lang and _has(place, quad, place.lang)
        ):
            told[value.value] = writer.cell(value)
    facts = []
    for predicate, values in ((p, v) for p, v in found.items() if v):
        name = writer.name(predicate)
        exact = [e for e in (_exactness(place, v) for v in writer.values(thing, shorten(predicate))) if e]
        facts.append(
            {
                "label": name.text[:1].upper() + name.text[1:],
                "values": [
                    {"line": shown(place, said), "flag": _flag(place, thing, predicate, value)}
                    for value, said in sorted(values.items())
                ],
                "exact": "; ".join(exact),
                "inferred": shorten(predicate).partition(":")[2] in inferred,
                "date": any(predicate == iri(d) for d in _DATES),
            }
        )
    return sorted(facts, key=lambda fact: (not fact["date"], fact["label"].casefold()))


def _flag(place: Place, thing: str, predicate: str, value: str) -> str:
    """The address of the form for a remark on one statement; empty where no remark is taken."""
    if place.static is not None or len(value) > _MOST_VALUE:
        return ""
    return place.page("/feedback", about=place.edition.address_of(thing) or "", property=predicate, value=value)


def _has(place: Place, quad: ox.Quad, lang: str) -> bool:
    same = place.edition.store.quads_for_pattern(quad.subject, quad.predicate, None, None)
    return any(isinstance(q.object, ox.Literal) and q.object.language == lang for q in same)


def _exactness(place: Place, term: object) -> str:
    """How exact a date is, in words: empty for one that is known to the day."""
    from medskick.graph.dates import bounds

    if not isinstance(term, ox.Literal) or term.datatype.value != EDTF:
        return ""
    limits = bounds(term.value)
    if limits.earliest is None or limits.latest is None:
        return place.say("date-open")
    if limits.earliest == limits.latest:
        return ""
    if "/" in term.value:
        return ""
    return place.say(
        "date-between",
        least=date_words(str(limits.earliest), place.lang),
        most=date_words(str(limits.latest), place.lang),
    )


def _all_texts(place: Place, thing: str, prop: str) -> Iterable[Line]:
    found = place.writer.texts(thing, prop)
    return [found] if found else []


def _stances(place: Place, thing: str) -> list[dict[str, Any]]:
    """Stances on a thing, by position: who, what, when."""
    rows = place.writer.select(
        f"SELECT DISTINCT ?stance ?position ?holder ?date {{ ?stance a msk:Stance ; msk:about <{thing}> ."
        " OPTIONAL { ?stance msk:stancePosition ?position } OPTIONAL { ?stance msk:holder ?holder }"
        " OPTIONAL { ?stance msk:date ?date } } ORDER BY ?position ?date ?stance"
    )
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        position = term_text(row["position"]) if "position" in row else ""
        group = told.setdefault(
            position,
            {"position": place.writer.name(position).text if position else place.say("no-position"), "rows": []},
        )
        stance = term_text(row["stance"])
        group["rows"].append(
            {
                "holder": shown(place, place.writer.thing(row.get("holder"))),
                "text": shown(place, place.writer.texts(stance, "msk:text") or place.writer.thing(stance)),
                "line": shown(place, place.writer.thing(stance)),
                "date": date_words(term_text(row["date"]), place.lang) if "date" in row else "",
            }
        )
    return list(told.values())


def _gaps(place: Place, thing: str) -> list[dict[str, Any]]:
    rows = place.writer.select(f"SELECT DISTINCT ?gap {{ ?gap a msk:Gap ; msk:gapIn <{thing}> }} ORDER BY ?gap")
    return [
        {
            "line": shown(place, place.writer.thing(row["gap"])),
            "note": shown(place, place.writer.texts(term_text(row["gap"]), "skos:note")),
        }
        for row in rows
    ]


def _sources(place: Place, thing: str) -> list[dict[str, Any]]:
    """Where it was read: each source with how much of it was read, the place in it, and a value it gives otherwise."""
    writer = place.writer
    rows = writer.select(
        f"SELECT ?source ?locator ?column ?value {{ ?citation msk:supports <{thing}> ; msk:citedSource ?source"
        " OPTIONAL { ?citation msk:locator ?locator } OPTIONAL { ?citation msk:supportsColumn ?column }"
        " OPTIONAL { ?citation msk:givesValue ?value } } ORDER BY ?source ?locator ?column ?value"
    )
    places: dict[str, list[str]] = {}
    for row in rows:
        told = places.setdefault(term_text(row["source"]), [])
        if "locator" in row:
            told.append(term_text(row["locator"]))
        if "value" in row:
            field_ = writer.name(term_text(row["column"])).text if "column" in row else place.say("a-value")
            value = term_text(row["value"])
            told.append(place.say("gives-value", field=field_, value=value))
    return [
        {
            "line": shown(place, writer.thing(source)),
            "reference": writer.reference(source),
            "places": list(dict.fromkeys(places.get(source, []))),
        }
        for source in dict.fromkeys((*writer.sources_of(thing), *places))
    ]


def _basis(place: Place, thing: str) -> dict[str, Any]:
    """How we know: stated or inferred, which columns were, the rows of the fact files."""
    writer = place.writer
    return {
        "basis": [shown(place, writer.thing(b)) for b in writer.values(thing, "msk:basis")],
        "inferred": [shown(place, writer.thing(c)) for c in writer.values(thing, "msk:inferredColumn")],
        "facts": sorted(term_text(f) for f in writer.values(thing, "msk:fact")),
        "dataset": shown(place, writer.thing(f"https://w3id.org/medskick/dataset/{name}"))
        if (name := writer.dataset_of(thing))
        else [],
    }


def _story(place: Place, thing: str, cls: str, address: str) -> dict[str, Any]:
    """How the thing came about: a picture in order of time, the table of the same, the address of the whole story."""
    chart = charts.story_of(place, thing, cls)
    if chart is None:
        return {"story": None}
    told = parts(place.writer.document("", (), [chart.table]), place.thing)
    return {
        "story": chart,
        "story_table": told["blocks"],
        "report_words": told["words"],
        "story_address": place.page(f"/story/{address.removeprefix('id/')}"),
        "sheets": charts.SHEETS,
    }


def _cite(place: Place, thing: str, label: str) -> str:
    """How to cite the page: what, in which version, where."""
    return place.say("cite-as", label=label, version=place.edition.version[:12], iri=thing)
