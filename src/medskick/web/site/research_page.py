"""What researchers use, in one place: questions, graph, charts, networks, data, SPARQL."""

from starlette.responses import Response

from medskick.web.page_request import PageRequest
from medskick.web.site.page import RESEARCH, render


def research_page(request: PageRequest) -> Response:
    """The pages for research, each with a sentence on what it gives."""
    rooms = [(name, request.page(f"/{name}")) for name in RESEARCH]
    return render(request, "research.html.j2", request.say("nav-research"), lead=request.say("research-lead"),
                  rooms=rooms, data={"DCAT": request.to("/data/catalogue.ttl")})  # fmt: skip
