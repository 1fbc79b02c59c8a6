"""Which page answers which address below the language, for the server and for the site of files alike."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from medskick.web.place import Place
from medskick.web.site import about, charts, editor, feedback, graph, lists, questions, reports, search, start, things

Page = Callable[[Place], Response]

PAGES: Mapping[str, Page] = {
    "/": start.start_page,
    "/lessons": reports.lessons_page,
    "/handbook": reports.handbook_page,
    "/compare": reports.compare_page,
    "/gaps": reports.gaps_page,
    "/disagreements": reports.disagreements_page,
    "/network": reports.network_page,
    "/story/{path:path}": reports.story_page,
    "/questions": questions.questions_page,
    "/questions/{slug}": questions.question_page,
    "/search": search.search_page,
    "/timeline": charts.timeline_page,
    "/charts": charts.charts_page,
    "/things": lists.things_page,
    "/names": lists.names_page,
    "/datasets": lists.datasets_page,
    "/graph": graph.graph_page,
    "/views/{slug}": graph.view_page,
    "/ontology": lists.ontology_page,
    "/about": about.about_page,
    "/accessibility": feedback.accessibility_page,
    "/sparql": editor.sparql_page,
    "/id/{path:path}": lambda place: things.thing_page(place, "id"),
    "/concept/{path:path}": lambda place: things.thing_page(place, "concept"),
    "/dataset/{path:path}": lambda place: things.thing_page(place, "dataset"),
}
