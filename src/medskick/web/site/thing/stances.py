"""What was thought of a thing: stances on it, by position."""

from typing import Any

from medskick.ontology import term_text
from medskick.reports.document import plain
from medskick.web.page_request import PageRequest
from medskick.web.site.page import shown


def stances_on(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Stances on a thing, by position: who, what, when."""
    rows = request.reader.select(
        f"SELECT DISTINCT ?stance ?position ?holder ?date {{ ?stance a msk:Stance ; msk:about <{thing}> ."
        " OPTIONAL { ?stance msk:stancePosition ?position } OPTIONAL { ?stance msk:holder ?holder }"
        " OPTIONAL { ?stance msk:date ?date } } ORDER BY ?position ?date ?stance"
    )
    by_position: dict[str, dict[str, Any]] = {}
    for row in rows:
        position = term_text(row["position"]) if "position" in row else ""
        group = by_position.setdefault(
            position,
            {"position": request.reader.name(position).text if position else request.say("no-position"), "rows": []},
        )
        stance = term_text(row["stance"])
        group["rows"].append(
            {
                "holder": shown(
                    request, request.reader.marked(request.reader.thing(row.get("holder")), stance, "msk:holder")
                ),
                "text": shown(
                    request,
                    request.reader.marked_place(
                        request.reader.texts(stance, "msk:text") or request.reader.thing(stance),
                        stance,
                        "msk:stancePosition",
                        "msk:about",
                    ),
                ),
                "line": shown(request, request.reader.thing(stance)),
                "date": plain(request.reader.values_of(stance, "msk:date")),
            }
        )
    return list(by_position.values())
