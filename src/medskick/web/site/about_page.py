"""The page about the site: what it is, for whom, how it was made, how to cite and reuse it."""

import tomllib

from starlette.responses import Response

from medskick.rooms import room
from medskick.web.page_request import PageRequest
from medskick.web.site.page import render
from medskick.words import pick


def about_page(request: PageRequest) -> Response:
    """What this is, for whom, how it was made, what it is not; how to cite it and how to reuse it."""
    content = tomllib.loads((room("viz") / "about.toml").read_text(encoding="utf-8"))
    parts = [
        {
            "title": pick(part["title"], request.lang),
            "paragraphs": [pick(p, request.lang) for p in part["text"]],
            "links": [
                (pick(link["label"], request.lang), request.page(link["page"]) if "page" in link else link["address"])
                for link in part.get("links", ())
            ],
        }
        for part in content["part"]
    ]
    return render(
        request, "about.html.j2", request.say("nav-about"), lead=pick(content["lead"], request.lang), parts=parts
    )
