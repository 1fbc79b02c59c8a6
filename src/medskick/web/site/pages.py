"""Which page answers which address below the language, for the server and for the site of files alike."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from medskick.web.page_request import PageRequest
from medskick.web.site import (
    about_page,
    chart_pages,
    editor_page,
    feedback_page,
    graph_page,
    list_pages,
    news_page,
    ontology_page,
    phase_page,
    question_pages,
    report_pages,
    research_page,
    resource_pages,
    search_page,
    start_page,
)

Page = Callable[[PageRequest], Response]

PAGES: Mapping[str, Page] = {
    "/": start_page.start_page,
    **report_pages.PAGES,
    "/phase": phase_page.phases_page,
    "/phase/{type}": phase_page.phase_page,
    "/questions": question_pages.questions_page,
    "/questions/{slug}": question_pages.question_page,
    "/research": research_page.research_page,
    "/search": search_page.search_page,
    "/timeline": chart_pages.timeline_page,
    "/charts": chart_pages.charts_page,
    "/places": chart_pages.places_page,
    "/new": news_page.news_page,
    "/things": list_pages.things_page,
    "/names": list_pages.names_page,
    "/datasets": list_pages.datasets_page,
    "/graph": graph_page.graph_page,
    "/views/{slug}": graph_page.view_page,
    "/ontology": ontology_page.ontology_page,
    "/about": about_page.about_page,
    "/accessibility": feedback_page.accessibility_page,
    "/sparql": editor_page.sparql_page,
    "/id/{path:path}": lambda request: resource_pages.thing_page(request, "id"),
    "/concept/{path:path}": lambda request: resource_pages.thing_page(request, "concept"),
    "/dataset/{path:path}": lambda request: resource_pages.thing_page(request, "dataset"),
}
