"""What others learned in a phase, best founded first; what was difficult there, and where people disagree."""

from collections import Counter
from collections.abc import Iterable

from medskick.ontology import iri as full
from medskick.ontology import term_text
from medskick.reports.document import Block, Bullets, Heading, Line, Paragraph, joined, line, plain
from medskick.reports.graph_reader import GraphReader, Row
from medskick.reports.lessons import GROUNDINGS, Contexts, Lesson, chosen, grounding_of
from medskick.reports.nearness import nearness

_SHOWN = 5


def learned(reader: GraphReader, phase_type: str, role: str, own: str) -> list[Block]:
    """Return the section with the lessons that name a phase type, each in one sentence.

    A role puts the lessons addressed to it first, a process (``own``) those from the context most like its own.
    """
    say, contexts = reader.say, Contexts(reader, own)
    matches = [one for one in chosen(reader, contexts, phase_type, role, "") if one.phase]
    blocks: list[Block] = [Heading(say("handbook.lessons"))]
    if not matches:
        return [*blocks, Paragraph(line(say("handbook.no-lessons", phase=reader.name(phase_type).text)), "note")]
    groundings = Counter(grounding_of(reader, one.iri) for one in matches)
    counted = [say("handbook.lesson-count", n=len(matches))]
    if best := groundings["evaluation-conclusion"]:
        counted.append(say(f"handbook.{'all-evaluated' if best == len(matches) else 'evaluated'}", n=best))
    addressed = role if any(one.role for one in matches) else ""
    choice = "-".join(key for key, value in (("role", addressed), ("region", own)) if value)
    items = tuple(lesson_line(reader, contexts, one, phase_type, role) for one in matches)
    none = say("lessons.no-role", role=reader.name(role).text) if role and not addressed else ""
    first = say(f"handbook.first-{choice}") if choice else ""
    blocks += [Paragraph(line(" ".join(filter(None, (*counted, none, first))))), Bullets(items, shown=_SHOWN)]
    means = mark_means(reader, items)
    return [*blocks, Paragraph(line(means))] if means else blocks


def mark_means(reader: GraphReader, items: Iterable[Line]) -> str:
    """Return what the mark in some lines of lessons means, in a sentence; empty where none has it."""
    mark = reader.say("handbook.mark")
    return reader.say("handbook.mark-means") if any(mark in plain(one) for one in items) else ""


_PLAINLY = ("asserted", "own-reading")
"""Degrees of certainty that need no word: said plainly, and what the word on what it rests on says already."""


def lesson_line(reader: GraphReader, contexts: Contexts, lesson: Lesson, phase_type: str, role: str) -> Line:
    """Return a lesson in a line or two: name, advice, place, how well founded, how near its context is.

    One mark tells that the advice, or why it stands here, is inferred; its words stand once below the list.
    """
    say, iri = reader.say, lesson.iri
    advice = reader.cited(iri, reader.texts(iri, "msk:recommendation")[:1])
    because = (("msk:appliesToPhaseType", phase_type), ("msk:addressesRole", role))
    ours = ["msk:recommendation", *(prop for prop, asked in because if asked)]
    if any(reader.is_inferred(iri, full(prop)) for prop in ours):
        advice = line(advice, " ", say("handbook.mark"))
    grounding = grounding_of(reader, iri)
    place = lesson.process or next(iter(reader.values(iri, "msk:jurisdiction")), None)
    word = next((reader.thing(g) for g in reader.values(iri, "msk:grounding")), ())
    degrees = [term_text(v) for v in reader.values(iri, "msk:modality")]
    hedges = (reader.thing(one) for one in degrees if one.rpartition("/")[2] not in _PLAINLY)
    sure = joined([line(f"{GROUNDINGS[grounding]} ", word) if grounding else (), *hedges], ", ")
    why = []
    if role and lesson.role:
        why.append(line(say("handbook.to-role")))
    if contexts.like and lesson.process and lesson.process != contexts.like:
        held = contexts.held(lesson.process)
        for key, factors in (("alike", held.alike), ("differ", held.differ)):
            if factors:
                names = ", ".join(reader.name(f).text for f in factors)
                why.append(line(say(f"handbook.{key}"), " ", names))
    tail = joined([reader.thing(place), sure, *why], " · ")
    return line(reader.thing(iri, strong=True), ". ", advice, line(" – ", tail) if tail else ())


def difficulties(reader: GraphReader, phase_type: str, own: str, lessons_there: bool) -> list[Block]:
    """Return the section on challenges met in such phases, those without an answer first, and on disagreements.

    Of those, what was met in the country of the process ``own`` comes first. Where there are no lessons, what others
    observed in the phase is listed too.
    """
    say = reader.say
    challenges = reader.select(
        "SELECT DISTINCT ?what ?process ?country ?lesson { ?what a msk:Challenge ;"
        f" ((msk:inPhase/msk:phaseType)|msk:metInPhaseType)/skos:broader* <{phase_type}> ."
        " OPTIONAL { ?what msk:process ?process } OPTIONAL { ?what msk:jurisdiction ?country }"
        " OPTIONAL { ?lesson msk:answers ?what } }"
        " ORDER BY BOUND(?lesson) DESC(BOUND(?process)) ?process ?what ?lesson"
    )
    blocks: list[Block] = []
    if challenges:
        near = nearness(reader, own)
        challenges.sort(key=lambda row: ("lesson" in row, near(_place(row))))
        blocks.append(Bullets(tuple(reflections(reader, challenges)), shown=_SHOWN))
    if not lessons_there:
        observed = reader.select(
            "SELECT DISTINCT ?what ?process ?country { ?what a msk:Observation ;"
            f" ((msk:inPhase/msk:phaseType)|msk:metInPhaseType)/skos:broader* <{phase_type}> ."
            " OPTIONAL { ?what msk:process ?process } OPTIONAL { ?what msk:jurisdiction ?country } }"
            " ORDER BY ?process ?what"
        )
        if observed:
            blocks += [
                Paragraph(line(say("handbook.observed"))),
                Bullets(tuple(reflections(reader, observed)), shown=_SHOWN),
            ]
    blocks += _disagreements(reader, phase_type)
    return [Heading(say("handbook.difficulties")), *blocks] if blocks else []


def reflections(reader: GraphReader, rows: Iterable[Row]) -> list[Line]:
    """Return reflections with their place, and the lessons that answer them; one line each."""
    places: dict[str, Row] = {}
    answers: dict[str, list[str]] = {}
    for row in rows:
        what = term_text(row["what"])
        places.setdefault(what, row)
        if "lesson" in row:
            answers.setdefault(what, []).append(term_text(row["lesson"]))
    items = []
    for what, row in places.items():
        text = reader.cited(what, reader.texts(what, "msk:text", mark=False))
        place = _place(row)
        answered = joined((reader.thing(lesson) for lesson in dict.fromkeys(answers.get(what, []))), "; ")
        items.append(
            line(
                text,
                line(" – ", reader.thing(place)) if place else (),
                line(" → ", reader.say("handbook.answered"), " ", answered) if answered else (),
                reader.row_mark({what: ("msk:text", "msk:metInPhaseType", "msk:process", "msk:jurisdiction")}),
            )
        )
    return items


def _place(row: Row) -> str:
    """The process that something was met in, else its country; empty where neither is said."""
    return next((term_text(row[key]) for key in ("process", "country") if key in row), "")


def _disagreements(reader: GraphReader, phase_type: str) -> list[Block]:
    """Pairs of statements about such phases that contradict each other or pull in different directions."""
    rows = reader.select(
        "SELECT DISTINCT ?one ?other ?relation { VALUES ?relation { msk:contradicts msk:inTensionWith }"
        " ?one ?relation ?other . { ?one msk:inPhase/msk:phaseType|msk:metInPhaseType ?type }"
        " UNION { ?other msk:inPhase/msk:phaseType|msk:metInPhaseType ?type }"
        f" ?type skos:broader* <{phase_type}> }} ORDER BY ?relation ?one ?other"
    )
    pairs = dict.fromkeys(tuple(sorted((term_text(r["one"]), term_text(r["other"])))) for r in rows)
    items = [line(joined((_side(reader, one) for one in pair), " ↔ ")) for pair in pairs]
    return [Paragraph(line(reader.say("handbook.disagree"))), Bullets(tuple(items), shown=3)] if items else []


def _side(reader: GraphReader, thing: str) -> Line:
    holder = reader.values_of(thing, "msk:holder")
    named = reader.cited(thing, reader.thing(thing))
    return line(named, " (", holder, ")") if holder else named
