"""The sections of a thing's page: lessons, people, decisions, documents, events and whatever else it hangs with."""

from collections.abc import Mapping, Sequence
from typing import Any

from medskick.ontology import iri, term_text
from medskick.reports.document import joined, line
from medskick.web.page_request import PageRequest
from medskick.web.site.page import shown
from medskick.web.site.relations import Group
from medskick.web.site.thing.neighbours import Neighbour, Neighbours, marks_of, rows_of, said_of_all
from medskick.web.site.thing.strip import phases_in_order
from medskick.web.site.thing.summary import place_of

SHOWN, MOST = 12, 100
"""So many rows of a section are seen at once, and so many are on the page; the others are on the relation's page."""
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "lessons": ("Lesson",),
    "reflections": ("Challenge", "Observation", "Reflection"),
    "people": ("Organisation", "ActorGroup", "Post", "Actor"),
    "phases": ("Phase",),
    "processes": ("PlanningProcess", "Process"),
    "decisions": ("Decision",),
    "documents": ("Document", "LegalAct", "Contribution", "Content"),
    "events": ("DialogueEvent",),
    "stances": ("Stance",),
}
_NAMED = 4
"""So many things that somebody was in, in one way, are named; the others are counted."""
_PART = ("msk:actor", "msk:activity", "msk:role")
_PROCESSES = ("Process", "PlanningProcess")
_SECTION = {cls: key for key, classes in _SECTIONS.items() for cls in classes}
_ANY = ("people", "phases", "processes", "decisions", "documents", "events", "lessons", "reflections", "stances")
_PROCESS = ("lessons", "phases", "people", "decisions", "events", "documents", "reflections", "stances", "processes")
_ACTOR = ("phases", "processes", "decisions", "events", "documents", "stances", "reflections", "lessons", "people")
_ORDER: Mapping[str, tuple[str, ...]] = {
    "Phase": (
        "lessons", "people", "people-of-process", "decisions", "documents", "events", "reflections", "stances",
        "phases", "processes",
    ),
    **dict.fromkeys(_PROCESSES, _PROCESS),
    **dict.fromkeys(_SECTIONS["people"], _ACTOR),
}  # fmt: skip
"""The sections of each kind of thing in order; what is in none of them comes last, under "others"."""
_FIRM = ("evaluation-conclusion", "advice", "framed-practice", "own-reading")
"""What lessons rest on, best founded first."""


def sections(request: PageRequest, thing: str, cls: str, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return the sections as the template takes them: ``key``, ``title``, ``count``, ``rows`` and the ``rest``.

    Each thing stands once, by its kind, with how it hangs together with this one.
    """
    neighbours = Neighbours(request, thing)
    if cls == "Phase":
        _add_phase(request, thing, neighbours)
    placing = place_of(request, thing)[0]
    neighbours.add((g for g in groups if g.inverse or g.predicate != placing), MOST)
    if cls in _PROCESSES:
        _add_acts(request, thing, "msk:inProcess", neighbours)
    by_key: dict[str, list[Neighbour]] = {}
    for one in neighbours:
        by_key.setdefault(_section(request, one.thing), []).append(one)
    request.reader.know(one.thing for one in neighbours)
    long = {_section(request, g.members[0]): g for g in groups if len(g.members) > MOST}
    if cls == "Phase":
        known = {one.thing for one in by_key.get("people", ())}
        by_key["people-of-process"] = [one for one in _of_process(request, thing) if one.thing not in known]
    first = phases_in_order(request.reader, thing) if cls in _PROCESSES else []
    made = []
    for key in (*_ORDER.get(cls, _ANY), "others"):
        if by_key.get(key):
            of_all = said_of_all(by_key[key])
            rows = _lessons(request, thing, by_key[key]) if key == "lessons" else []
            rows = rows or rows_of(request, thing, by_key[key], key.partition("-")[0], first)
            count = len(rows) + (len(long[key].members) - MOST if key in long else 0)
            more = request.page(request.path, relation=long[key].key) if key in long else ""
            made.append({
                "key": key, "title": _heading(request, cls, key), "count": count,
                "how": shown(request, of_all), "rows": rows[:SHOWN], "rest": rows[SHOWN:MOST], "more": more,
                **marks_of(rows[:MOST]),
            })  # fmt: skip
    return made


def _section(request: PageRequest, thing: str) -> str:
    return _SECTION.get(request.reader.class_of(thing), "others")


def _heading(request: PageRequest, cls: str, key: str) -> str:
    if _ORDER.get(cls) == _ACTOR and key in ("phases", "processes", "decisions", "events", "people"):
        return request.say(f"section-{key}-of-actor")
    return request.say(f"section-{key}")


def _add_phase(request: PageRequest, phase: str, neighbours: Neighbours) -> None:
    """What was in a phase, who was in what, and the lessons of its process that speak of its type."""
    reader = request.reader
    for row in reader.select(
        f"SELECT DISTINCT ?lesson {{ {{ <{phase}> msk:process ?process ; msk:phaseType ?type ."
        " ?lesson msk:learnedIn ?process ; msk:appliesToPhaseType ?type }"
        f" UNION {{ ?ground msk:inPhase <{phase}> . ?lesson msk:answers ?ground }}"
        f" UNION {{ ?ground msk:inPhase <{phase}> . ?lesson msk:derivedFrom ?ground }} }} ORDER BY ?lesson"
    ):
        neighbours.of(term_text(row["lesson"])).tie(())
    kinds = "msk:Decision msk:DialogueEvent msk:Document msk:Contribution msk:Reflection msk:Stance"
    rows = reader.select(
        f"SELECT DISTINCT ?thing {{ VALUES ?kind {{ {kinds} }} ?thing msk:inPhase <{phase}> ; a ?kind }}"
        " ORDER BY ?thing"
    )
    for row in rows:
        neighbours.of(term_text(row["thing"])).tie((), reader.is_inferred(term_text(row["thing"]), iri("msk:phase")))
    _add_acts(request, phase, "msk:inPhase", neighbours)


def _add_acts(request: PageRequest, whole: str, within: str, neighbours: Neighbours) -> None:
    """Who decided, organised, had a role and took part in what was in a phase or process, those of one kind together.

    ``within`` is the property that says of an act that it is in the ``whole``.
    """
    reader = request.reader
    # what somebody was in by a role, in what is in a process: its own row says so, where that is inferred too
    by_role = (
        " UNION { ?row a msk:Participation ; msk:activity ?act ; msk:role ?how ; msk:actor ?actor ."
        f" ?act {within} <{whole}> }}"
        if within == "msk:inProcess"
        else ""
    )
    rows = reader.select(
        f"SELECT DISTINCT ?act ?how ?actor ?row {{ {{ ?act {within} <{whole}> ; ?how ?actor"
        f" VALUES ?how {{ msk:body msk:organiser msk:participant msk:attended }} }}{by_role} }}"
        " ORDER BY ?act ?how ?actor ?row"
    )
    acts: dict[tuple[str, str], dict[str, bool]] = {}
    for row in rows:
        act, how = term_text(row["act"]), term_text(row["how"])
        said = [(act, how)] if "row" not in row else [(term_text(row["row"]), iri(p)) for p in _PART]
        acts.setdefault((term_text(row["actor"]), how), {})[act] = any(reader.is_inferred(*one) for one in said)
    for (actor, how), inferences in acts.items():
        which = reader.in_order(inferences)
        named = [reader.thing(act) for act in which[:_NAMED]]
        named += [line(request.say("acts-more", count=len(which) - _NAMED))] if len(which) > _NAMED else []
        words = line(reader.name(how).text, ": ", joined(named, ", "))
        marked = line(words, " ", reader.say("report.inferred"))
        neighbours.of(actor).tie(words, all(inferences.values()), marked)
        neighbours.of(actor).roles.append(how)


def _of_process(request: PageRequest, phase: str) -> list[Neighbour]:
    """Who took part in the whole process of a phase, by their participation in that."""
    rows = request.reader.select(
        f"SELECT DISTINCT ?process ?participation {{ <{phase}> msk:process ?process ."
        " ?participation a msk:Participation ; msk:activity ?process } ORDER BY ?participation"
    )
    people = Neighbours(request, term_text(rows[0]["process"]) if rows else "")
    for row in rows:
        people.add_participation(term_text(row["participation"]))
    return list(people)


def _lessons(request: PageRequest, thing: str, lessons: Sequence[Neighbour]) -> list[dict[str, Any]]:
    """Lessons, best founded first: each with its advice and what it rests on."""
    reader = request.reader

    def grounding(one: Neighbour) -> str:
        return next((term_text(v) for v in reader.values(one.thing, "msk:grounding")), "")

    for one in lessons:
        one.text = reader.texts(one.thing, "msk:recommendation")[:1]
        if rests := grounding(one):
            one.ties.append(line(reader.name(rests).text))
    places = {slug: n for n, slug in enumerate(_FIRM)}
    ordered = sorted(lessons, key=lambda one: (places.get(grounding(one).rpartition("/")[2], len(_FIRM)), one.thing))
    return [row for one in ordered for row in rows_of(request, thing, [one], "lessons")]
