"""The page of one thing: what it is, what it hangs together with, and last the record with where that was read."""

from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from medskick.ontology import term_text
from medskick.rdf_forms import OF_ONE_GRAPH
from medskick.reports.titles import title
from medskick.viz.look import class_words
from medskick.web import explorer_api
from medskick.web.page_request import PageRequest
from medskick.web.site import chart_pages
from medskick.web.site.graph_page import around_address
from medskick.web.site.page import render, shown
from medskick.web.site.relations import TEXTS, Group, groups_of, relation_page
from medskick.web.site.schema_org import schema_org
from medskick.web.site.thing import record
from medskick.web.site.thing.lesson import LINKED, TOLD, lesson_parts
from medskick.web.site.thing.matches import matches
from medskick.web.site.thing.paper import paper
from medskick.web.site.thing.sections import MOST, sections
from medskick.web.site.thing.stances import stances_on
from medskick.web.site.thing.strip import strip
from medskick.web.site.thing.summary import summary
from medskick.web.site.tools import DOCUMENTS, report_file
from medskick.words import pick


def thing_page(request: PageRequest, kind: str) -> Response:
    """All that is said of a thing, both ways, with its sources; ``?relation=KEY&page=N`` shows a long relation."""
    thing = request.edition.thing_at(kind, request.params["path"])
    request.edition.known(thing)
    groups = groups_of(request, thing)
    if key := request.given("relation"):
        return relation_page(request, thing, next((g for g in groups if g.key == key), None))
    reader = request.reader
    reader.know([thing, *(m for g in groups for m in g.members[:MOST])])
    cls = reader.class_of(thing) or "Concept"
    label, heading = reader.name(thing), title(reader, thing)
    address = request.edition.address_of(thing) or ""
    texts = [shown(request, text) for p in TEXTS if (text := reader.texts(thing, p))]
    sources = record.sources(request, thing)
    note = reader.texts(thing, "skos:note")
    parts: dict[str, Any] = {
        "summary": summary(request, thing, cls),
        "iri": thing,
        "texts": texts,
        "caveats": [shown(request, reader.texts(term_text(c), "msk:text")) for c in reader.values(thing, "msk:caveat")],
        "lesson": lesson_parts(request, thing, groups) if cls == "Lesson" else None,
        "sections": sections(
            request, thing, cls, [g for g in groups if cls != "Lesson" or g.predicate not in TOLD | LINKED]
        ),
        "stances": stances_on(request, thing),
        "gaps": record.gaps(request, thing),
        "matches": matches(request, thing),
        "sources": sources,
        "notes": [shown(request, note)] if note else [],
        "facts": record.facts(request, thing),
        "basis": record.basis(request, thing),
        **_story(request, thing, cls, address),
        **_timeline(request, thing, cls, address),
    }
    if request.given("format") in DOCUMENTS and (file := report_file(request, paper(request, heading, parts))):
        return file
    # a site of files has no documents of each thing: they take minutes
    files = {} if request.static else {name: request.as_file(form) for form, name in DOCUMENTS.items()}
    picture, left_out = explorer_api.small_svg(request.edition.store, request.lang, thing, request.thing)
    return render(
        request,
        "thing.html.j2",
        heading,
        **parts,
        files=files,
        foreign=label.lang if label.lang not in ("", request.lang) else "",
        cls=cls,
        definition=pick(class_words(cls).get("definition", {}), request.lang),
        strip=strip(request, thing) if cls == "Phase" else None,
        relations=_relations(request, groups),
        picture=Markup(picture),  # noqa: S704 - drawn here
        left_out=left_out,
        cited=thing,
        explore=around_address(request, thing),
        feedback="" if request.static else request.page("/feedback", about=address),
        remarks=_remarks(request, thing),
        data={form.ending: request.to(f"/data/{address}.{form.ending}") for form in OF_ONE_GRAPH},
        ld=schema_org(request, thing, cls, label.text, texts, sources),
    )


def _relations(request: PageRequest, groups: list[Group]) -> list[dict[str, Any]]:
    """The relations as they were entered, each a page of its own; files show those that are too long for this page."""
    return [
        {"label": group.label, "count": len(group.members), "href": request.page(request.path, relation=group.key)}
        for group in groups
        if request.static is None or len(group.members) > MOST
    ]


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


def _timeline(request: PageRequest, thing: str, cls: str, address: str) -> dict[str, Any]:
    """A process's phases in time: the picture, the table of the same, the way to the whole timeline."""
    chart = chart_pages.phases_of(request, thing) if cls in ("Process", "PlanningProcess") else None
    if chart is None:
        return {"timeline": None}
    table = chart_pages.twin(request, chart)
    # files have no timeline of each process alone
    process = "" if request.static else address.removeprefix("id/").replace("/", ":")
    return {
        "timeline": chart,
        "timeline_table": table["blocks"],
        "report_words": table["words"],
        "timeline_address": request.page("/timeline", process=process),
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
