"""What a thing is tied to, both ways, relation by relation; a long relation has a page of its own."""

from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.graph.lookups import named_quads
from medskick.ontology import GRAPHS, PREFIXES, iri, shorten, term_text
from medskick.reports.document import Line, Span, joined, line
from medskick.reports.titles import title, titled
from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.site.page import kind_label, render, shown

SHOWN = 15
"""So many of a relation are shown at once; the rest are a page of their own, ``PAGE`` at a time."""
PAGE = 100
_MOST_VALUE = 500
"""A longer value does not go into an address: a remark on it is one on the thing."""
_MIXED = 8
"""A relation with more things than this is told kind by kind."""

TEXTS = ("msk:recommendation", "msk:text", "msk:value", "dcterms:description", "skos:definition")
ELSEWHERE = frozenset(
    map(
        iri,
        (
            "rdf:type", "rdfs:label", "skos:prefLabel", "dcterms:title", "dcterms:source", "skos:note", "msk:basis",
            "msk:fact", "msk:inferredColumn", "msk:uncertainColumn", "msk:supportsColumn", "msk:supports", "msk:gapIn",
            "msk:caveat", "msk:matchOf", "msk:matchesWith", "skos:topConceptOf", "skos:hasTopConcept",
            "rdfs:isDefinedBy", "msk:whatWasDone", "msk:whatCameOfIt", *TEXTS,
        ),
    )
)  # fmt: skip
"""Properties that have a place of their own on the page, or none."""


@dataclass
class Group:
    """All that a thing is tied to by one relation in one direction: ``key`` stands for it in the address."""

    key: str
    label: str
    predicate: str = ""
    inverse: bool = False
    relation: str = ""
    """The relation's name where ``label`` tells the kind of things too."""
    members: list[str] = field(default_factory=list)
    linked: dict[str, str] = field(default_factory=dict)
    """By member, who says so where it stands in a linkset."""


def is_concept(thing: str) -> bool:
    """Tell whether an IRI names a term of a list or of a vocabulary, not something that was or happened."""
    return thing.startswith((PREFIXES["concept"], PREFIXES["msk"], PREFIXES["skos"]))


def groups_of(request: PageRequest, thing: str) -> list[Group]:
    """Relations to other things, both ways, as they were written (what follows from them says the same again)."""
    subject, store = ox.NamedNode(thing), request.edition.store
    groups: dict[str, Group] = {}
    own_concept = is_concept(thing)
    for inverse, quads in (
        (False, named_quads(store, subject)),
        (True, named_quads(store, None, None, subject)),
    ):
        for quad in quads:
            graph = term_text(quad.graph_name)
            other = quad.subject if inverse else quad.object
            if graph.endswith("/derived") or quad.predicate.value in ELSEWHERE or not isinstance(other, ox.NamedNode):
                continue
            if graph == f"{GRAPHS}ontology" and not own_concept:
                continue
            if not inverse and not own_concept and is_concept(other.value):
                continue  # a term is a fact of the thing, not a neighbour
            if request.edition.address_of(other.value) is None:
                continue
            key = ("-" if inverse else "") + shorten(quad.predicate.value).replace(":", ".")
            if key not in groups:
                label = _relation_label(request, quad.predicate.value, inverse)
                groups[key] = Group(key, label, quad.predicate.value, inverse)
            groups[key].members.append(other.value)
            if graph.startswith(f"{GRAPHS}links/"):
                groups[key].linked[other.value] = request.edition.said_by(graph, request.lang)
    for group in _merged(groups):
        group.members = sorted(dict.fromkeys(group.members))
        if len(group.members) > _MIXED:
            groups |= {part.key: part for part in _by_kind(request, group)}
            del groups[group.key]
    order = {p: i for i, p in enumerate(("msk.process", "msk.phase", "msk.partOf"))}
    named = alphabetical(sorted(groups.values(), key=lambda g: g.key), request.lang, lambda g: g.label)
    return sorted(named, key=lambda g: (order.get(g.key, 9), g.key.startswith("-")))


def _merged(groups: dict[str, Group]) -> list[Group]:
    """Groups, those of one name as one: what is written both ways (broader, narrower) is one relation to a reader."""
    named: dict[str, Group] = {}
    for key, group in list(groups.items()):
        first = named.setdefault(group.label, group)
        if first is not group:
            first.members += group.members
            first.linked |= group.linked
            del groups[key]
    return list(groups.values())


def _by_kind(request: PageRequest, group: Group) -> list[Group]:
    """A long relation in parts, one for each kind of thing: a process comprises phases, dialogues, decisions."""
    parts: dict[str, Group] = {}
    for member in group.members:
        cls = request.reader.class_of(member) or "Concept"
        key = f"{group.key}.{cls}"
        label = f"{group.label}: {kind_label(cls, request.lang)}"
        part = Group(key, label, group.predicate, group.inverse, group.label, linked=group.linked)
        parts.setdefault(key, part).members.append(member)
    return list(parts.values())


def _relation_label(request: PageRequest, predicate: str, inverse: bool) -> str:
    """A relation's name in the reader's language; read backwards, its inverse name."""
    backwards = request.reader.texts(predicate, "msk:inverseLabel") if inverse else ()
    if backwards:
        return backwards[0].text
    name = request.reader.name(predicate).text
    return request.say("backwards", relation=name) if inverse else name


def tied(request: PageRequest, thing: str, group: Group, members: list[str]) -> dict[str, Any]:
    """A relation as the template takes it: its things with kind and date, by what they presuppose, then by date."""
    times = request.reader.times(members)
    rows: list[dict[str, Any]] = []
    for member in request.reader.in_order(members):
        time = times.get(member)
        said = (member, group.predicate, thing) if group.inverse else (thing, group.predicate, member)
        rows.append(
            {
                "line": shown(
                    request,
                    request.reader.marked(_named(request, member, thing), said[0], shorten(group.predicate)),
                ),
                "cls": request.reader.class_of(member),
                "date": time.words(request.lang) if time else "",
                "passed": shown(request, request.reader.awaited(member)) if time and time.expected_by else [],
                "by": group.linked.get(member, ""),
                "flag": flag(request, *said),
            }
        )
    return {
        "key": group.key,
        "label": group.label,
        "count": len(group.members),
        "rows": rows,
        "more": request.page(request.path, relation=group.key) if len(group.members) > len(members) else "",
    }


def _named(request: PageRequest, member: str, thing: str) -> Line:
    """What a thing is tied to, by name; a relation of its own has none, and is told by its type and its other end."""
    if not request.reader.is_a(member, "msk:Relation"):
        return titled(request.reader, member, thing)
    kinds = joined(map(request.reader.thing, request.reader.values(member, "msk:relationType")), ", ")
    ends = [v for p in ("msk:relationFrom", "msk:relationTo") for v in request.reader.values(member, p)]
    others = joined((request.reader.thing(end) for end in ends if term_text(end) != thing), ", ")
    return line(kinds, ": ", others, " ", Span(request.say("as-relation"), member))


def relation_page(request: PageRequest, thing: str, group: Group | None) -> Response:
    """One relation of a thing, a hundred at a time."""
    if group is None:
        raise Problem(404, "The thing has no such relation.")
    given = request.given("page")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    pages = -(-len(group.members) // PAGE)
    members = group.members[(number - 1) * PAGE : number * PAGE]
    request.reader.know([thing, *members])

    def turned(to: int) -> str:
        known = 1 <= to <= pages
        return request.page(request.path, relation=group.key, page=str(to) if to > 1 else "") if known else ""

    return render(
        request,
        "relation.html.j2",
        f"{title(request.reader, thing)}: {group.label}",
        thing=shown(request, titled(request.reader, thing)),
        group=tied(request, thing, group, members),
        number=number,
        pages=pages,
        before=turned(number - 1),
        after=turned(number + 1),
        noindex=True,
    )


def flag(request: PageRequest, thing: str, predicate: str, value: str) -> str:
    """The address of the form for a remark on one statement; empty where no remark is taken."""
    if request.static is not None or len(value) > _MOST_VALUE:
        return ""
    return request.page("/feedback", about=request.edition.address_of(thing) or "", property=predicate, value=value)
