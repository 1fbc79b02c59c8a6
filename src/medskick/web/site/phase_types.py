"""The phase types as a list of ways onward, each with how much there is of it."""

from collections.abc import Callable

from medskick.ontology import PREFIXES, term_text
from medskick.web.page_request import PageRequest
from medskick.web.site import choices


def phase_list(request: PageRequest, address: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """Return the phase types in order: name, address (made from the slug), and in words how much there is of it."""
    rows = request.reader.select(
        "SELECT ?type (COUNT(DISTINCT ?p) AS ?processes) (COUNT(DISTINCT ?l) AS ?lessons)"
        f" {{ ?type skos:inScheme <{PREFIXES['concept']}phase-type> . ?under skos:broader* ?type ."
        " OPTIONAL { ?phase msk:phaseType ?under ; msk:process ?p } OPTIONAL { ?l msk:appliesToPhaseType ?under } }"
        " GROUP BY ?type ORDER BY ?type"
    )
    counted = {
        term_text(row["type"]).rpartition("/")[2]: {k: int(term_text(row[k])) for k in ("processes", "lessons")}
        for row in rows
    }

    def holds(slug: str) -> str:
        number = counted.get(slug, {"processes": 0, "lessons": 0})
        parts = [request.say(f"phase-{key}", n=n) for key, n in number.items() if n]
        return ", ".join(parts if number["lessons"] else [*parts, request.say("phase-no-lessons")])

    return [(name, address(slug), holds(slug)) for slug, name in choices.phase_types(request)]
