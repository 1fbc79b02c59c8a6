"""What the reconciliation service answers, as JSON objects: who it is, candidates, suggestions, values of columns."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox

from medskick.graph.lookups import named_quads
from medskick.ontology import PREFIXES, Column, node, shorten, term_text, vocabulary
from medskick.queries.search.candidates import KIND, NAME, Candidate, Wanted, class_iri, table_of
from medskick.queries.search.entries import Entry, chosen, details
from medskick.reports.document import plain
from medskick.resources.description import class_of as class_name
from medskick.rooms import version
from medskick.viz.look import class_words
from medskick.web.edition import HOME
from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.reconcile.client_input import Asked, Extension, class_of, classes, columns
from medskick.web.site.page import kind_label
from medskick.words import Lang, pick, say

_SUGGESTED = 20
_WIDTH, _HEIGHT = 420, 240


def manifest(request: PageRequest) -> dict[str, Any]:
    """Return what the service can do, and where."""
    here = request.absolute(f"/{request.lang}/reconcile")
    flyouts = {
        what: {
            "service_url": here,
            "service_path": f"/suggest/{what}",
            "flyout_service_url": here,
            "flyout_service_path": f"/flyout/{what}?id=${{id}}",
        }
        for what in ("entity", "type", "property")
    }
    return {
        "versions": ["0.2"],
        "name": say("reconcile.name", request.lang),
        "identifierSpace": HOME + "id/",
        "schemaSpace": PREFIXES["msk"],
        "documentation": request.absolute(f"/{request.lang}/about"),
        "serviceVersion": version(),
        "defaultTypes": [_type(cls, request.lang) for cls in classes()],
        "view": {"url": f"{here}/view?id={{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": flyouts,
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
    }


def _type(cls: str, lang: Lang) -> dict[str, Any]:
    name = cls.rpartition("#")[2]
    return {"id": shorten(cls), "name": kind_label(name, lang)}


def answers(request: PageRequest, batch: Mapping[str, Asked]) -> dict[str, Any]:
    """Return the candidates for each question of a batch."""
    known = request.edition.candidates
    return {
        key: {"result": [_result(one, request.lang) for one in known.find(asked.wanted, asked.most)]}
        for key, asked in batch.items()
    }


def _result(candidate: Candidate, lang: Lang) -> dict[str, Any]:
    return {
        "id": candidate.entry.thing,
        "name": chosen(candidate.entry.names, lang).text,
        "description": " · ".join([*_told(candidate.entry, lang), because(candidate, lang)]),
        "score": candidate.score,
        "features": [{"id": name, "value": part} for name, part in candidate.parts.items()],
        "match": candidate.match,
        "type": [_type(class_iri(candidate.entry.kind), lang)],
    }


def _told(entry: Entry, lang: Lang) -> list[str]:
    """What tells namesakes apart: where it belongs, when it was, which dataset says it."""
    place = (*details(entry, lang), chosen(entry.dataset, lang).text)
    return [text for text in dict.fromkeys(place) if text]


def because(candidate: Candidate, lang: Lang) -> str:
    """Return in words what a score is made of: the name that was most alike, and each value that was compared."""
    parts = []
    if NAME in candidate.parts:
        parts.append(say("reconcile.name-part", lang, name=candidate.by, part=round(candidate.parts[NAME])))
    table = table_of(candidate.entry.kind)
    for name, part in candidate.parts.items():
        if name == KIND and part == 0:
            parts.append(say("reconcile.other-type", lang))
        elif name not in (NAME, KIND) and table and (column := table.column(name)):
            parts.append(say("reconcile.value-part", lang, column=pick(column.label, lang), part=round(part)))
    return ", ".join(parts)


def suggestions(request: PageRequest, what: str) -> dict[str, Any]:
    """Return what may be meant by the beginning of a name. Raises ``Problem`` (400, 404)."""
    prefix, lang = request.given("prefix").strip()[:200], request.lang
    start = request.given("cursor") or "0"
    if not start.isdecimal() or len(start) > 6:
        raise Problem(400, "cursor is a number.")
    if what == "entity":
        wanted = tuple(class_of(cls) for cls in request.all_given("type")[:20])
        offered = [_suggested(one, lang) for one in _beginning(request, prefix, wanted)]
    elif what == "type":
        offered = [_described(cls, lang) for cls in classes()]
        offered = [one for one in offered if prefix.casefold() in f"{one['id']} {one['name']}".casefold()]
    elif what == "property":
        offered = [_property(column, lang) for column in columns().values()]
        offered = [one for one in offered if prefix.casefold() in f"{one['id']} {one['name']}".casefold()]
    else:
        raise Problem(404, "Suggested are entity, type and property.")
    return {"result": offered[int(start) : int(start) + _SUGGESTED]}


def _beginning(request: PageRequest, prefix: str, classes_: tuple[str, ...]) -> list[Entry]:
    """The things with a name that begins so, then those whose names resemble it."""
    known = request.edition.candidates
    if not prefix:
        return []
    folded = prefix.casefold()
    named = [
        entry
        for entry in known.entries
        if known.fits(entry, classes_) and any(s.text.casefold().startswith(folded) for s in entry.names + entry.others)
    ]
    named.sort(key=lambda entry: (len(chosen(entry.names, request.lang).text), entry.thing))
    alike = [one.entry for one in known.find(Wanted(prefix, classes_), _SUGGESTED)]
    return list({entry.thing: entry for entry in (*named, *alike)}.values())


def _suggested(entry: Entry, lang: Lang) -> dict[str, Any]:
    return {
        "id": entry.thing,
        "name": chosen(entry.names, lang).text,
        "description": " · ".join(_told(entry, lang)),
        "notable": [_type(class_iri(entry.kind), lang)],
    }


def _described(cls: str, lang: Lang) -> dict[str, Any]:
    above = sorted(_parents(cls).intersection(classes()))
    definition = pick(class_words(cls.rpartition("#")[2]).get("definition", {}), lang)
    return {**_type(cls, lang), "description": definition, "broader": [_type(parent, lang) for parent in above]}


@cache
def _parents(cls: str) -> frozenset[str]:
    """The classes straight above a class."""
    return frozenset(
        term_text(quad.object)
        for quad in vocabulary().quads
        if quad.subject == ox.NamedNode(cls) and quad.predicate == node("rdfs:subClassOf")
    )


def _property(column: Column, lang: Lang) -> dict[str, Any]:
    return {"id": column.name, "name": pick(column.label, lang), "description": pick(column.message, lang)}


def properties(request: PageRequest) -> dict[str, Any]:
    """Return the columns of the table of a type (of all tables without one), ``limit`` of them at the most."""
    given, limit = request.given("type"), request.given("limit")
    if limit and not (limit.isdecimal() and int(limit[:9]) > 0):
        raise Problem(400, "limit is a number from 1.")
    if given:
        cls = class_of(given)
        tables = [t for t in vocabulary().tables.values() if cls in (t.target, *t.types.values())]
        named: dict[str, Column] = {c.name: c for table in tables for c in table.columns}
    else:
        named = dict(columns())
    offered = [_property(column, request.lang) for column in named.values()]
    answer: dict[str, Any] = {"properties": offered[: int(limit[:9])] if limit else offered}
    return {**answer, **({"type": given} if given else {}), **({"limit": int(limit[:9])} if limit else {})}


def extended(request: PageRequest, extension: Extension) -> dict[str, Any]:
    """Return the cells of some columns for some things; an unknown thing has empty ones."""
    named = columns()
    return {
        "meta": [{"id": name, "name": pick(named[name].label, request.lang)} for name in extension.columns],
        "rows": {
            thing: {name: _cells(request, thing, name) for name in extension.columns} for thing in extension.things
        },
    }


def _cells(request: PageRequest, thing: str, name: str) -> list[dict[str, Any]]:
    store = request.edition.store
    try:
        table = table_of(class_name(store, thing))
        column = table.column(name) if table else None
        values = (
            {q.object for q in named_quads(store, ox.NamedNode(thing), ox.NamedNode(column.path))} if column else {}
        )
    except ValueError:  # no IRI
        return []
    if column and column.kind == "text":
        text = plain(request.reader.texts(thing, shorten(column.path)))
        return [{"str": text}] if text else []
    return [_cell(request, value) for value in sorted(values, key=str)]


def _cell(request: PageRequest, value: object) -> dict[str, Any]:
    if isinstance(value, ox.NamedNode):
        name = request.reader.name(value.value).text
        return {"id": value.value, "name": name} if request.edition.address_of(value.value) else {"str": value.value}
    if isinstance(value, ox.Literal) and value.datatype == node("xsd:integer"):
        return {"int": int(value.value)}
    # a date is EDTF: a season or a year is no point in time, and is not made one
    return {"str": term_text(value)}


def preview_of(request: PageRequest, what: str, given: str) -> dict[str, Any]:
    """Return what a preview shows of an id: its name, its kind, what is said of it. Raises ``Problem`` (400, 404)."""
    lang = request.lang
    if what == "type":
        described = _described(class_of(given), lang)
        return {"name": described["name"], "kind": described["id"], "texts": [described["description"]], "href": ""}
    if what == "property":
        column = columns().get(given)
        if column is None:
            raise Problem(404, "There is no such column.")
        return {"name": pick(column.label, lang), "kind": given, "texts": [pick(column.message, lang)], "href": ""}
    if what != "entity":
        raise Problem(404, "Previews are of entity, type and property.")
    request.edition.known(given)
    entry = next((e for e in request.edition.candidates.entries if e.thing == given), None)
    if entry is None:
        raise Problem(404, "Nothing here has that name.")
    return {
        "name": chosen(entry.names, lang).text,
        "kind": " · ".join([kind_label(entry.kind, lang), *_told(entry, lang)]),
        "texts": [text for text in [chosen(entry.texts, lang).text] if text],
        "href": request.absolute(f"/{lang}/{request.edition.address_of(given)}"),
    }
