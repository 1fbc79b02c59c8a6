"""The page of a lesson: how sure it is, what was done, what it is about, who else met the same, is it like here."""

from collections.abc import Sequence
from typing import Any

from medskick.ontology import iri, term_text
from medskick.reports.document import Line, Span, joined, line
from medskick.reports.lessons import GROUNDINGS, Contexts
from medskick.reports.same_challenge import Elsewhere, same_challenge
from medskick.resources.finding import AmbiguousThingError, UnknownThingError
from medskick.web.http.problems import ambiguous, not_offered
from medskick.web.page_request import PageRequest
from medskick.web.site import choices
from medskick.web.site.page import Field, Form, shown
from medskick.web.site.relations import Group
from medskick.web.site.thing.neighbours import Neighbour, Neighbours, marks_of, rows_of

TOLD = frozenset(
    map(
        iri,
        ("msk:answers", "msk:derivedFrom", "msk:madeBy", "msk:dependsOnContext", "msk:learnedIn", "msk:appliedIn"),
    )
)
"""The relations of a lesson that have a place of their own on its page."""
LINKED = frozenset(map(iri, ("msk:relationFrom", "msk:relationTo")))
"""Relations between datasets: they stand first among others with the same challenge."""
_LEARNED = ("msk:process", "msk:learnedIn")
_GROUNDS = ("msk:answers", "msk:derivedFrom")
_NAMES_ITS_MATTER = ("msk:target", "msk:madeIn", "msk:expressedIn", "msk:concerns", "msk:phase")
"""How what a lesson rests on names the document, event, decision or phase that it is about."""
_MOST = 6
_PLAINLY = ("asserted", "own-reading")
"""Degrees of certainty that need no word: said plainly, and what the word on what it rests on says already."""


def lesson_parts(request: PageRequest, lesson: str, groups: Sequence[Group]) -> dict[str, Any]:
    """Return the parts as the template takes them: ``sure``, ``lines``, ``parts`` (headings with rows) and ``region``.

    Raises ``Problem`` (400) for a region that is not there.
    """
    texts = [
        (key, shown(request, text))
        for key, prop in (("done", "msk:whatWasDone"), ("outcome", "msk:whatCameOfIt"))
        if (text := request.reader.texts(lesson, prop))
    ]
    others = same_challenge(request.reader, lesson, _MOST)
    parts = [
        ("about", "lesson-about", _about(request, lesson)),
        ("challenge", "lesson-challenge", _challenges(request, lesson)),
        ("elsewhere", "lesson-elsewhere", _linked(request, lesson, groups) + _elsewhere(request, lesson, others)),
    ]
    return {
        "sure": _sure(request, lesson),
        "lines": [shown(request, one) for one in _lines(request, lesson)],
        "texts": [{"key": key, "title": request.say(f"lesson-{key}"), "line": text} for key, text in texts],
        "parts": [{"key": key, "title": request.say(word), "rows": rows} for key, word, rows in parts if rows],
        "marked": [marks_of(rows) for _, _, rows in parts],
        "countries": len({one.country for one in others}),
        "phases": _phase_types(request, lesson),
        "untold": _untold(request, lesson),
        **_region(request, lesson),
    }


def _sure(request: PageRequest, lesson: str) -> dict[str, Any] | None:
    reader = request.reader
    rests = next((term_text(v) for v in reader.values(lesson, "msk:grounding")), "")
    if not rests:
        return None
    hedges = [
        reader.name(term_text(v)).text
        for v in reader.values(lesson, "msk:modality")
        if term_text(v).rpartition("/")[2] not in _PLAINLY
    ]
    return {
        "mark": GROUNDINGS.get(rests.rpartition("/")[2], ""),
        "word": shown(request, reader.thing(rests)),
        "hedge": ", ".join(hedges),
    }


def _lines(request: PageRequest, lesson: str) -> list[Line]:
    """Who gives the advice, to whom, on what it depends and where it was applied: those that are told."""
    reader, say = request.reader, request.say
    depends = [
        reader.texts(context, "msk:value")[:1] or reader.thing(context)
        for context in map(term_text, reader.values(lesson, "msk:dependsOnContext"))
    ]
    inferred = reader.is_inferred(lesson, iri("msk:dependsOnContext"))
    concluded = any(term_text(v).endswith("/evaluation-conclusion") for v in reader.values(lesson, "msk:grounding"))
    rows = [
        ("lesson-concluded" if concluded else "lesson-sender", reader.values_of(lesson, "msk:madeBy")),
        ("lesson-roles", reader.values_of(lesson, "msk:addressesRole")),
        ("lesson-applied", reader.values_of(lesson, "msk:appliedIn")),
        ("lesson-depends", line(joined(depends, " "), f" ({say('mark-inferred')})" if inferred and depends else "")),
    ]
    return [line(Span(say(key), strong=True), " ", value) for key, value in rows if value]


def _phase_types(request: PageRequest, lesson: str) -> list[dict[str, Any]]:
    kinds = map(term_text, request.reader.values(lesson, "msk:appliesToPhaseType"))
    return [shown(request, request.reader.thing(t))[0] for t in kinds]


def _rows(request: PageRequest, lesson: str, neighbours: Sequence[Neighbour]) -> list[dict[str, Any]]:
    request.reader.know(one.thing for one in neighbours)
    return rows_of(request, lesson, neighbours, "", [one.thing for one in neighbours])


def _about(request: PageRequest, lesson: str) -> list[dict[str, Any]]:
    """The documents, events and decisions that it is about: what it derives from, and what its challenges are about."""
    reader, about = request.reader, dict[str, Neighbour]()
    for ground in map(term_text, reader.values(lesson, "msk:derivedFrom")):
        if not reader.is_a(ground, "msk:Challenge"):
            neighbour = about.setdefault(ground, Neighbour(ground))
            neighbour.tie(line(request.say("lesson-from")), reader.is_inferred(lesson, iri("msk:derivedFrom")))
    grounds = [term_text(v) for p in _GROUNDS for v in reader.values(lesson, p)]
    named = {term_text(v) for ground in grounds for p in _NAMES_ITS_MATTER for v in reader.values(ground, p)}
    for one in sorted(named):
        if any(reader.is_a(one, cls) for cls in ("msk:Phase", "msk:Document", "msk:DialogueEvent", "msk:Decision")):
            about.setdefault(one, Neighbour(one)).tie(())
    rows = reader.select(
        f"SELECT DISTINCT ?event {{ <{lesson}> msk:learnedIn ?process ; msk:appliesToPhaseType ?type ; dcterms:subject"
        " ?theme . ?event a msk:DialogueEvent ; msk:process ?process ; dcterms:subject ?theme ;"
        " msk:inPhase/msk:phaseType ?type } ORDER BY ?event"
    )
    for row in rows:
        event = term_text(row["event"])
        about.setdefault(event, Neighbour(event)).tie(line(request.say("lesson-same-theme")))
    return _rows(request, lesson, list(about.values())[:_MOST])


def _challenges(request: PageRequest, lesson: str) -> list[dict[str, Any]]:
    reader, behind = request.reader, []
    for challenge in map(term_text, reader.values(lesson, "msk:answers")):
        neighbour = Neighbour(challenge)
        holders = reader.values_of(challenge, "msk:holder", "msk:accordingTo")
        neighbour.tie(holders, reader.is_inferred(lesson, iri("msk:answers")))
        neighbour.text = reader.texts(challenge, "msk:text")[:1]
        behind.append(neighbour)
    return _rows(request, lesson, behind)


def _elsewhere(request: PageRequest, lesson: str, others: Sequence[Elsewhere]) -> list[dict[str, Any]]:
    """Challenges of others: in which country and process, and what came of it there in the form of a lesson."""
    reader = request.reader
    rows: list[Neighbour] = []
    seen: set[str] = set()
    for other in others:
        neighbour = Neighbour(other.challenge)
        places = [reader.thing(place) for place in (other.country, other.process) if place]
        neighbour.tie(joined(places, ", "))
        neighbour.tie(joined(map(reader.thing, other.themes), ", "))
        # what was done is told where it is first met
        for learned in [one for one in other.lessons if one not in seen][:1] or other.lessons[:1]:
            word = request.say("lesson-answer" if other.answered else "lesson-there")
            neighbour.text = line(word, " ", reader.thing(learned))
            if learned not in seen:
                neighbour.text = line(neighbour.text, ". ", _what_was_done(request, learned))
            seen.add(learned)
        rows.append(neighbour)
    return _rows(request, lesson, rows)


def _what_was_done(request: PageRequest, lesson: str) -> Line:
    """What was done according to a lesson, else what it advises."""
    texts = (request.reader.texts(lesson, prop)[:1] for prop in ("msk:whatWasDone", "msk:recommendation"))
    return next(filter(None, texts), ())


def _linked(request: PageRequest, lesson: str, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """What somebody has linked the lesson to: a challenge elsewhere that it may answer, a lesson on the same matter."""
    linked = Neighbours(request, lesson)
    linked.add((group for group in groups if group.predicate in LINKED), _MOST)
    for one in linked:
        places = [request.reader.thing(v) for p in _LEARNED for v in request.reader.values(one.thing, p)]
        one.ties.append(joined(places, ", "))
        if request.reader.is_a(one.thing, "msk:Lesson"):
            one.text = _what_was_done(request, one.thing)
    return _rows(request, lesson, list(linked))


def _untold(request: PageRequest, lesson: str) -> str:
    """What nobody tells of the lesson, in one sentence; empty where all is told."""
    missing = [
        request.say(f"lesson-untold-{key}")
        for key, prop in (
            ("done", "msk:whatWasDone"), ("outcome", "msk:whatCameOfIt"), ("challenge", "msk:answers"),
            ("applied", "msk:appliedIn"),
        )
        if not request.reader.values(lesson, prop)
    ]  # fmt: skip
    return request.say("lesson-untold", what=", ".join(missing)) if missing else ""


def _region(request: PageRequest, lesson: str) -> dict[str, Any]:
    """The choice of a region, and for the chosen one where its context is like that of the lesson and where not."""
    reader, chosen = request.reader, request.given("region")
    learned = next((term_text(v) for v in reader.values(lesson, "msk:learnedIn")), "")
    form = None
    if learned and request.static is None:
        field = Field(
            "region",
            request.say("lesson-region"),
            choices.regions(request),
            choices.region_of(request, chosen),
            request.say("any-region"),
        )
        form = Form(request.path, request.say("lesson-compare"), [field], follow=True)
    if not (chosen and learned):
        return {"region_form": form, "contexts": []}
    try:
        like = reader.process(chosen)
    except AmbiguousThingError as error:
        raise ambiguous(error.wanted, error.choices) from None
    except UnknownThingError:
        raise not_offered("region", chosen, dict(choices.regions(request))) from None
    contexts = Contexts(reader, like)
    if learned == like:
        return {"region_form": form, "contexts": [shown(request, line(reader.say("lessons.own")))]}
    held, name = contexts.held(learned), reader.name(like).text
    rows = []
    if held.alike:
        rows.append(line(reader.say("lessons.alike", name=name), " ", joined(map(reader.thing, held.alike), ", "), "."))
    if held.differ:
        rows.append(
            line(reader.say("lessons.differ", name=name), " ", joined(map(reader.thing, held.differ), ", "), ".")
        )
    if not rows:
        rows.append(line(reader.say("lessons.nothing-comparable", name=name)))
    return {"region_form": form, "contexts": [shown(request, one) for one in rows]}
