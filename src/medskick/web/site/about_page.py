"""The page about the site: what it is, for whom, how it was made, how to cite and reuse it."""

import tomllib

from starlette.responses import Response

from medskick.rooms import room
from medskick.web.address import Place
from medskick.web.site.page import render
from medskick.words import pick


def about_page(place: Place) -> Response:
    """What this is, for whom, how it was made, what it is not; how to cite it and how to reuse it."""
    told = tomllib.loads((room("viz") / "about.toml").read_text(encoding="utf-8"))
    parts = [
        {
            "title": pick(part["title"], place.lang),
            "paragraphs": [pick(p, place.lang) for p in part["text"]],
            "links": [
                (pick(link["label"], place.lang), place.page(link["page"]) if "page" in link else link["address"])
                for link in part.get("links", ())
            ],
        }
        for part in told["part"]
    ]
    return render(place, "about.html.j2", place.say("nav-about"), lead=pick(told["lead"], place.lang), parts=parts)
