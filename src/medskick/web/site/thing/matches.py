"""What a thing is the same as elsewhere, according to whom: never merged, only told."""

from typing import Any

import pyoxigraph as ox

from medskick.graph.lookups import named_quads
from medskick.ontology import node, term_text
from medskick.web.page_request import PageRequest

_BACKWARDS = {"broad": "narrow", "narrow": "broad"}
_ORDER = ("exact", "close", "broad", "narrow", "related")


def matches(request: PageRequest, thing: str) -> list[dict[str, Any]]:
    """Return the matches of a thing, read from either end: how it relates to what, who says so and on what ground.

    What somebody denies is left out.
    """
    store, reader = request.edition.store, request.reader
    subject = ox.NamedNode(thing)
    rows: list[dict[str, Any]] = []
    for prop, far, backwards in (("msk:matchOf", "msk:matchesWith", False), ("msk:matchesWith", "msk:matchOf", True)):
        for match in sorted({term_text(q.subject) for q in named_quads(store, None, node(prop), subject)}):

            def first(name: str, match: str = match) -> str:
                return next((term_text(value) for value in reader.values(match, name)), "")

            kind = first("msk:matchKind").rpartition("/")[2]
            if first("msk:matchDenied") == "true" or kind not in _ORDER:
                continue
            other, kind = first(far), _BACKWARDS.get(kind, kind) if backwards else kind
            ours = request.edition.address_of(other) is not None and request.edition.exists(other)
            rows.append(
                {
                    "words": request.say(f"match-{kind}", by=first("msk:matchSaidBy")),
                    "name": reader.name(other).text if ours else first("msk:matchedName") or other,
                    "href": request.thing(other) or "",
                    "why": reader.name(first("msk:matchJustification")).text,
                    "order": _ORDER.index(kind),
                }
            )
    return sorted(rows, key=lambda one: (one["order"], one["name"], one["href"]))
