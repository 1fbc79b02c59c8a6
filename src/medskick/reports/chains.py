"""How a decision, a change or a lesson came about: a few sentences, then a timeline of what is related to it."""

from collections.abc import Callable, Iterable, Mapping

from medskick.ontology import term_text
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Span, joined, line
from medskick.reports.graph_reader import GraphReader, Row, Term
from medskick.resources.time import PROPERTIES

Step = tuple[str, Line]
"""A thing (IRI) that is related to the story's thing, and the relations in words."""

_KINDS: Mapping[str, str] = {"msk:Decision": "decision", "msk:Change": "change", "msk:Lesson": "lesson"}


def story(reader: GraphReader, thing: str) -> Document:
    """Return the story of how a decision, a change or a lesson came about.

    ``thing`` is its id, ``dataset:id``, name or IRI. Raises ``UnknownThingError`` where no such thing is one of them.
    """
    thing = reader.find(thing, list(_KINDS))
    kind = next(word for cls, word in _KINDS.items() if reader.is_a(thing, cls))
    tell: Mapping[str, Callable[[GraphReader, str], list[Block]]] = {
        "decision": _decision,
        "change": _change,
        "lesson": _lesson,
    }
    title = reader.say(f"story.title-{kind}", thing=reader.name(thing).text)
    return reader.document(title, line(reader.say("story.lead")), tell[kind](reader, thing))


def steps(reader: GraphReader, thing: str) -> list[Step]:
    """Return what a thing (IRI) is related to, itself included: the things of a story's timeline, in no order.

    For a decision, a change and a lesson these are the things of their story. For other things they are those with a
    date that have a relation to or from them, without processes, sources and actors.
    """
    if reader.is_a(thing, "msk:Decision"):
        return _decision_steps(reader, thing, reader.ask("decision-trajectory", decision=thing).rows)
    if reader.is_a(thing, "msk:Change"):
        rows = reader.ask("comments-behind-change", change=thing).rows
        return _untied([thing, *_change_ties(reader, thing, rows)])
    if reader.is_a(thing, "msk:Lesson"):
        rows = reader.ask("lesson-chain", lesson=thing).rows
        return _untied([thing, *_lesson_ties(reader, thing, rows)])
    dates = "|".join(PROPERTIES)
    rows = reader.select(
        f"SELECT DISTINCT ?other {{ {{ <{thing}> ?tie ?other }} UNION {{ ?other ?tie <{thing}> }} ?other {dates} ?date"
        " MINUS { ?other a msk:Process } MINUS { ?other a msk:Source }"
        " MINUS { ?other a msk:Actor } } ORDER BY ?other"
    )
    return _untied([thing, *(row["other"] for row in rows)])


def _decision(reader: GraphReader, thing: str) -> list[Block]:
    rows = reader.ask("decision-trajectory", decision=thing).rows
    date, body = reader.values(thing, "msk:date"), reader.values(thing, "msk:body")
    sentences = [
        _sentence(reader, "decided", what=reader.thing(thing, cite=True, strong=True)),
        reader.cited(thing, reader.texts(thing, "dcterms:description")),
        _sentence(reader, "when", date=reader.values_of(thing, "msk:date")) if date else _words(reader, "no-date"),
        _sentence(reader, "body", body=reader.values_of(thing, "msk:body")) if body else _words(reader, "no-body"),
    ]
    for link in ("informedBy", "presupposes", "concerns", "generated", "starts", "ends", "presupposedBy"):
        named = [row["thing"] for row in rows if term_text(row["link"]).endswith(f"#{link}")]
        if named:
            things = reader.marked(_things(reader, named), thing, f"msk:{link}")
            sentences.append(_sentence(reader, link, things=things))
        elif link == "informedBy":
            sentences.append(_words(reader, "no-informedBy"))
    return [Paragraph(joined(sentences, " ")), *_timeline(reader, _decision_steps(reader, thing, rows), thing)]


def _decision_steps(reader: GraphReader, thing: str, rows: list[Row]) -> list[Step]:
    return [(thing, ()), *_steps(reader, rows)]


def _change(reader: GraphReader, thing: str) -> list[Block]:
    rows = reader.ask("comments-behind-change", change=thing).rows
    sentences = [reader.cited(thing, reader.texts(thing, "msk:text"))]
    from_, to, after = (reader.values(thing, f"msk:{p}") for p in ("fromVersion", "toVersion", "afterPhase"))
    if from_ and to:
        earlier, later = (reader.values_of(thing, p) for p in ("msk:fromVersion", "msk:toVersion"))
        sentences.append(_sentence(reader, "versions", earlier=earlier, later=later))
    if after:
        sentences.append(_sentence(reader, "after", phase=_things(reader, after)))
    comments = list(dict.fromkeys(row["contribution"] for row in rows if "contribution" in row))
    if comments:
        senders = list(dict.fromkeys(row["by"] for row in rows if "by" in row))
        prompting = reader.marked(_things(reader, comments, cite=True), thing, "msk:promptedBy")
        sentences.append(_sentence(reader, "prompted", comments=prompting))
        sentences.append(
            _sentence(reader, "sent", by=_things(reader, senders)) if senders else _words(reader, "no-sender")
        )
    else:
        sentences.append(_words(reader, "no-comments"))
    if accounts := list(dict.fromkeys(row["account"] for row in rows if "account" in row)):
        sentences.append(_sentence(reader, "account", account=_things(reader, accounts, cite=True)))
    return [Paragraph(joined(sentences, " ")), *_timeline(reader, _untied(_change_ties(reader, thing, rows)), thing)]


def _change_ties(reader: GraphReader, thing: str, rows: list[Row]) -> list[Term]:
    from_, to, after = (reader.values(thing, f"msk:{p}") for p in ("fromVersion", "toVersion", "afterPhase"))
    comments, accounts = ([row[name] for row in rows if name in row] for name in ("contribution", "account"))
    return [*from_, *after, *comments, *to, *accounts]


def _lesson(reader: GraphReader, thing: str) -> list[Block]:
    rows = reader.ask("lesson-chain", lesson=thing).rows
    sentences = [reader.cited(thing, reader.texts(thing, "msk:recommendation"))]
    by_link: dict[str, list[Row]] = {}
    for row in rows:
        by_link.setdefault(term_text(row["link"]).replace("/", "#").rpartition("#")[2], []).append(row)
    challenges = list(dict.fromkeys(row["thing"] for row in by_link.get("answers", [])))
    for challenge in challenges:
        holders = reader.values_of(term_text(challenge), "msk:holder")
        text = reader.cited(term_text(challenge), reader.texts(term_text(challenge), "msk:text"))
        who = line(" (", holders, ")") if holders else ()
        answered = reader.marked(reader.thing(challenge), thing, "msk:answers")
        sentences.append(_sentence(reader, "answers", challenge=line(answered, who)))
        sentences.append(text)
    if not challenges:
        sentences.append(_words(reader, "no-challenge"))
    grounds = [row["thing"] for row in by_link.get("derivedFrom", []) if row["thing"] not in challenges]
    if grounds:
        named = reader.marked(_things(reader, grounds, cite=True), thing, "msk:derivedFrom", "prov:wasDerivedFrom")
        sentences.append(_sentence(reader, "grounds", things=named))
    if contexts := [row["thing"] for row in by_link.get("dependsOnContext", [])]:
        named = reader.marked(_things(reader, contexts, cite=True), thing, "msk:dependsOnContext")
        sentences.append(_sentence(reader, "context", things=named))
    applied = [row["thing"] for row in by_link.get("appliedIn", [])]
    sentences.append(
        _sentence(reader, "applied", things=_things(reader, applied)) if applied else _words(reader, "not-applied")
    )
    blocks: list[Block] = [Paragraph(joined(sentences, " "))]
    for caveat in reader.values(thing, "msk:caveat"):
        said = reader.cited(term_text(caveat), reader.texts(term_text(caveat), "msk:text"))
        blocks.append(Paragraph(line(reader.say("story.caveat"), " ", said), "caveat"))
    pages = [
        line(reader.thing(row["thing"], cite=True), f", {term_text(row['locator'])}" if "locator" in row else "")
        for row in by_link.get("source", [])
    ]
    blocks += [Heading(reader.say("story.pages")), Bullets(tuple(pages))]
    if nexts := by_link.get("appliesToPhaseType"):
        types = (reader.marked(reader.thing(row["via"]), thing, "msk:appliesToPhaseType") for row in nexts)
        items = [line(reader.thing(row["thing"]), ": ", kind) for row, kind in zip(nexts, types, strict=True)]
        note = Paragraph(line(reader.say("story.next-note")), "note")
        blocks += [Heading(reader.say("story.next")), Bullets(tuple(items)), note]
    return blocks + _timeline(reader, _untied(_lesson_ties(reader, thing, rows)), thing)


def _lesson_ties(reader: GraphReader, thing: str, rows: list[Row]) -> list[Term]:
    def linked(name: str) -> list[Term]:
        return [row["thing"] for row in rows if term_text(row["link"]).endswith((f"#{name}", f"/{name}"))]

    learned = reader.values(thing, "msk:learnedIn")
    places = [(term_text(c), prop) for c in linked("answers") for prop in ("msk:inPhase", "msk:inquiry")]
    return [*learned, *(t for place in places for t in reader.values(*place)), *linked("source")]


def _words(reader: GraphReader, key: str) -> Line:
    return line(reader.say(f"story.{key}"))


def _sentence(reader: GraphReader, key: str, **parts: Line) -> Line:
    """Return a sentence of the interface's words with its placeholders filled by lines."""
    template = reader.say(f"story.{key}", **{name: f"\0{name}\0" for name in parts})
    return line(*(parts.get(piece, piece) for piece in template.split("\0")))


def _things(reader: GraphReader, things: Iterable[Term], cite: bool = False) -> Line:
    return joined((reader.thing(t, cite) for t in dict.fromkeys(things)), ", ")


def _steps(reader: GraphReader, rows: list[Row]) -> list[Step]:
    steps: dict[str, list[Line]] = {}
    for row in rows:
        tie = reader.thing(row["link"])
        if "via" in row:
            tie = line(tie, " ", reader.thing(row["via"]))
        ties = steps.setdefault(term_text(row["thing"]), [])
        if tie not in ties:
            ties.append(tie)
    return [(thing, joined(ties, ", ")) for thing, ties in steps.items()]


def _untied(things: Iterable[Term | str]) -> list[Step]:
    return [(thing, ()) for thing in dict.fromkeys(map(term_text, things))]


def _timeline(reader: GraphReader, steps: list[Step], middle: str) -> list[Block]:
    """The steps by what they presuppose, then by date; those without a date after them."""
    times = reader.times(thing for thing, _ in steps)
    place = {thing: number for number, thing in enumerate(reader.in_order(thing for thing, _ in steps))}

    def entry(step: Step) -> Line:
        thing, tie = step
        # a process has nearly all sources of its dataset: a list of them would not help
        named = reader.thing(thing, cite=not reader.is_a(thing, "msk:Process"), strong=thing == middle)
        return line(named, " (", tie, ")") if tie else named

    dated = sorted((s for s in steps if s[0] in times), key=lambda step: place[step[0]])
    items = [
        line(Span(times[s[0]].words(reader.lang), strong=True), ": ", entry(s), reader.awaited(s[0])) for s in dated
    ]
    undated = [entry(s) for s in steps if s[0] not in times]
    blocks: list[Block] = []
    if items:
        blocks += [Heading(reader.say("story.timeline")), Bullets(tuple(items))]
        blocks.append(Paragraph(line(reader.say("story.timeline-note")), "note"))
        blocks += reader.circle_notes(step[0] for step in dated)
    if undated:
        blocks += [Heading(reader.say("story.undated")), Bullets(tuple(undated))]
    return blocks
