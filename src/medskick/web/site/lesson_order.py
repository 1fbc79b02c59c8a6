"""What a page without a server needs to order lessons by the reader's phase, role, theme and region."""

import json
from typing import Any

from medskick.ontology import term_text
from medskick.reports.lessons import GROUNDINGS, Contexts, chosen, every, grounding_of
from medskick.web.page_request import PageRequest
from medskick.web.site import choices


def lesson_order(request: PageRequest) -> dict[str, Any]:
    """Return what ``viz/choices.js`` orders lessons by, as ``reports.lessons.chosen`` does.

    ``lessons``: by address, those in the order of no choice, the phase types, roles and themes that each names (with
    those above them), whether it is our own reading, how well founded it is and the number of its process. ``near``: by
    region, of each process the factors on which their contexts are alike, and those on which they differ.
    """
    reader = request.reader
    plain = Contexts(reader, "")
    lessons: dict[str, list[Any]] = {}
    processes: dict[str, int] = {}
    naming = {one.iri: one for one in every(reader)}
    for one in chosen(reader, plain, "", "", ""):
        names = naming[one.iri]
        named = [
            sorted(concept.rpartition("/")[2] for concept in concepts)
            for concepts in (names.phases, names.roles, names.themes)
        ]
        own = any(term_text(v).endswith("/own-reading") for v in reader.values(one.iri, "msk:modality"))
        founded = (*GROUNDINGS, "").index(grounding_of(reader, one.iri))
        place = processes.setdefault(one.process, len(processes))
        lessons[request.edition.address_of(one.iri) or one.iri] = [*named, int(own), founded, place]
    near = {}
    for slug, _ in choices.regions(request):
        seen = plain.seen_from(reader.process(slug))
        held = [seen.held(process) for process in processes]
        near[slug] = [[len(one.alike), len(one.differ)] for one in held]
    return {"lessons": lessons, "near": near}


def order_script(request: PageRequest) -> str:
    """Return the same as a script, which can be loaded where a page is opened from disk."""
    content = json.dumps(lesson_order(request), ensure_ascii=False, separators=(",", ":"))
    return f"window.medskickLessons = {content};\n"
