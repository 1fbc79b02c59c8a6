"""The first page: a way in from the reader's own situation, what the graph holds, and what nobody knows yet."""

from starlette.responses import Response

from medskick.ontology import term_text
from medskick.viz.charts.matrix import listed
from medskick.web.page_request import PageRequest
from medskick.web.site import chart_pages, choices
from medskick.web.site.news_page import feed_address
from medskick.web.site.page import Form, kind_label, render, shown
from medskick.web.site.schema_org import site

_COUNTED = (
    "PlanningProcess", "Phase", "DialogueEvent", "Decision", "Document", "Organisation", "Challenge", "Observation",
    "Lesson", "Stance",
)  # fmt: skip
_ROOMS = ("lessons", "questions", "graph", "timeline", "compare", "handbook", "gaps", "charts", "places", "new")
NAMED = 5
"""How many regions the start names."""


def lead_of(request: PageRequest, regions: list[str]) -> str:
    """What the site is, and whose experience it holds: the regions by name while they are few, else their number."""
    if not regions:
        return request.say("start-lead-none")
    if len(regions) <= NAMED:
        return request.say("start-lead", regions=listed(request.reader, regions))
    return request.say("start-lead-many", count=len(regions))


def start_page(request: PageRequest) -> Response:
    """The start: my situation, a search, the processes on a common timeline, what is held and what is unknown."""
    counts = request.edition.counted
    regions = list(dict.fromkeys(name for _, name in choices.regions(request)))
    timeline = chart_pages.start_timeline(request)
    table = chart_pages.twin(request, timeline)
    return render(
        request,
        "start.html.j2",
        "Medskick",
        lead=lead_of(request, regions),
        form=Form(
            "/phase",
            request.say("show-phase"),
            choices.situation(request),
            ordering=choices.ordering_of(request),
            leads="/phase/{}",
        ),
        phases=choices.phase_types(request),
        rooms=[(name, request.page(f"/{name}")) for name in _ROOMS],
        timeline=timeline,
        timeline_table=table["blocks"],
        report_words=table["words"],
        sheets=chart_pages.SHEETS,
        counts=[
            (cls, kind_label(cls, request.lang), counts[cls], request.page("/things", kind=cls))
            for cls in _COUNTED
            if counts.get(cls)
        ],
        known=_known(request),
        caveats=_caveats(request),
        datasets=[
            shown(request, request.reader.thing(f"https://w3id.org/medskick/dataset/{n}"))
            for n in request.edition.kg.datasets
        ],
        data={"DCAT": request.to("/data/catalogue.ttl")},
        feed=feed_address(request),
        ld=site(request),
    )


def _known(request: PageRequest) -> dict[str, int]:
    """How many sources there are, how many of them were read in part only, how many gaps are noted."""
    rows = request.reader.select(
        "SELECT ?coverage (COUNT(DISTINCT ?source) AS ?n) { ?source a msk:Source ; msk:coverage ?coverage }"
        " GROUP BY ?coverage ORDER BY ?coverage"
    )
    by = {term_text(r["coverage"]).rpartition("/")[2]: int(term_text(r["n"])) for r in rows if "coverage" in r}
    sources = sum(by.values())
    return {"sources": sources, "partly": sources - by.get("whole", 0), "gaps": request.edition.counted.get("Gap", 0)}


def _caveats(request: PageRequest) -> list[dict[str, object]]:
    """The senders' own reservations, as the graph holds them, each with who made it."""
    rows = request.reader.select("SELECT DISTINCT ?caveat { ?lesson msk:caveat ?caveat } ORDER BY ?caveat")
    return [
        {
            "text": shown(request, request.reader.texts(term_text(r["caveat"]), "msk:text")),
            "thing": request.thing(term_text(r["caveat"])),
        }
        for r in rows
    ]
