"""How a decision, a change or a lesson came about: in a few sentences, then as a timeline of what is tied to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from medskick.graph.dates import bounds
from medskick.ontology import term_text
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Span, joined, line
from medskick.reports.writer import Row, Term, Writer
from medskick.resources.finding import find_thing

Step = tuple[str, str, Line]
"""What is tied to the thing, its date (EDTF, empty if unknown) and in what way."""

_TOLD: Mapping[str, str] = {"msk:Decision": "decision", "msk:Change": "change", "msk:Lesson": "lesson"}


def story(writer: Writer, wanted: str) -> Document:
    """Tell how a decision, a change or a lesson came about.

    ``wanted`` is its id, ``dataset:id``, name or IRI. Raises ``UnknownThingError`` where no such thing is one of them.
    """
    thing = find_thing(writer.store, wanted, list(_TOLD))
    kind = next(word for cls, word in _TOLD.items() if writer.is_a(thing, cls))
    tell: Mapping[str, Callable[[Writer, str], list[Block]]] = {
        "decision": _decision,
        "change": _change,
        "lesson": _lesson,
    }
    title = writer.say(f"story.title-{kind}", thing=writer.name(thing).text)
    return writer.document(title, line(writer.say("story.lead")), tell[kind](writer, thing))


def steps(writer: Writer, thing: str) -> list[Step]:
    """Return what a thing (IRI) is tied to, itself included: the things of a story's timeline, in no order.

    For a decision, a change and a lesson it is what their story tells; for others what names them, or is named by them,
    and has a time, actors left out.
    """
    if writer.is_a(thing, "msk:Decision"):
        return _decision_steps(writer, thing, writer.ask("decision-trajectory", decision=thing).rows)
    if writer.is_a(thing, "msk:Change"):
        rows = writer.ask("comments-behind-change", change=thing).rows
        return _dated(writer, [thing, *_change_ties(writer, thing, rows)])
    if writer.is_a(thing, "msk:Lesson"):
        rows = writer.ask("lesson-chain", lesson=thing).rows
        return _dated(writer, [thing, *_lesson_ties(writer, thing, rows)])
    dates = "|".join(f"msk:{name}" for name in ("date", "start", "end", "plannedDate", "plannedStart", "plannedEnd"))
    rows = writer.select(
        f"SELECT DISTINCT ?other {{ {{ <{thing}> ?tie ?other }} UNION {{ ?other ?tie <{thing}> }} ?other {dates} ?date"
        " MINUS { ?other a msk:Process } MINUS { ?other a msk:Source }"
        " MINUS { ?other a msk:Actor } } ORDER BY ?other"
    )
    return _dated(writer, [thing, *(row["other"] for row in rows)])


def _decision(writer: Writer, thing: str) -> list[Block]:
    rows = writer.ask("decision-trajectory", decision=thing).rows
    date, body = writer.values(thing, "msk:date"), writer.values(thing, "msk:body")
    told = [
        _sentence(writer, "decided", what=writer.thing(thing, cite=True, strong=True)),
        writer.cited(thing, writer.texts(thing, "dcterms:description")),
        _sentence(writer, "when", date=joined(map(writer.cell, date))) if date else _words(writer, "no-date"),
        _sentence(writer, "body", body=_things(writer, body)) if body else _words(writer, "no-body"),
    ]
    for link in ("informedBy", "presupposes", "concerns", "generated", "starts", "ends", "presupposedBy"):
        named = [row["thing"] for row in rows if term_text(row["link"]).endswith(f"#{link}")]
        if named:
            told.append(_sentence(writer, link, things=_things(writer, named)))
        elif link == "informedBy":
            told.append(_words(writer, "no-informedBy"))
    return [Paragraph(joined(told, " ")), *_timeline(writer, _decision_steps(writer, thing, rows), thing)]


def _decision_steps(writer: Writer, thing: str, rows: list[Row]) -> list[Step]:
    return [(thing, _first(writer.values(thing, "msk:date")), ()), *_steps(writer, rows)]


def _change(writer: Writer, thing: str) -> list[Block]:
    rows = writer.ask("comments-behind-change", change=thing).rows
    told = [writer.cited(thing, writer.texts(thing, "msk:text"))]
    from_, to, after = (writer.values(thing, f"msk:{p}") for p in ("fromVersion", "toVersion", "afterPhase"))
    if from_ and to:
        told.append(_sentence(writer, "versions", earlier=_things(writer, from_), later=_things(writer, to)))
    if after:
        told.append(_sentence(writer, "after", phase=_things(writer, after)))
    comments = list(dict.fromkeys(row["contribution"] for row in rows if "contribution" in row))
    if comments:
        senders = list(dict.fromkeys(row["by"] for row in rows if "by" in row))
        told.append(_sentence(writer, "prompted", comments=_things(writer, comments, cite=True)))
        told.append(_sentence(writer, "sent", by=_things(writer, senders)) if senders else _words(writer, "no-sender"))
    else:
        told.append(_words(writer, "no-comments"))
    if accounts := list(dict.fromkeys(row["account"] for row in rows if "account" in row)):
        told.append(_sentence(writer, "account", account=_things(writer, accounts, cite=True)))
    return [Paragraph(joined(told, " ")), *_timeline(writer, _dated(writer, _change_ties(writer, thing, rows)), thing)]


def _change_ties(writer: Writer, thing: str, rows: list[Row]) -> list[Term]:
    from_, to, after = (writer.values(thing, f"msk:{p}") for p in ("fromVersion", "toVersion", "afterPhase"))
    comments, accounts = ([row[name] for row in rows if name in row] for name in ("contribution", "account"))
    return [*from_, *after, *comments, *to, *accounts]


def _lesson(writer: Writer, thing: str) -> list[Block]:
    rows = writer.ask("lesson-chain", lesson=thing).rows
    told = [writer.cited(thing, writer.texts(thing, "msk:recommendation"))]
    by_link: dict[str, list[Row]] = {}
    for row in rows:
        by_link.setdefault(term_text(row["link"]).replace("/", "#").rpartition("#")[2], []).append(row)
    challenges = list(dict.fromkeys(row["thing"] for row in by_link.get("answers", [])))
    for challenge in challenges:
        holders = _things(writer, writer.values(term_text(challenge), "msk:holder"))
        text = writer.cited(term_text(challenge), writer.texts(term_text(challenge), "msk:text"))
        who = line(" (", holders, ")") if holders else ()
        told.append(_sentence(writer, "answers", challenge=line(writer.thing(challenge), who)))
        told.append(text)
    if not challenges:
        told.append(_words(writer, "no-challenge"))
    grounds = [row["thing"] for row in by_link.get("derivedFrom", []) if row["thing"] not in challenges]
    if grounds:
        told.append(_sentence(writer, "grounds", things=_things(writer, grounds, cite=True)))
    if contexts := [row["thing"] for row in by_link.get("dependsOnContext", [])]:
        told.append(_sentence(writer, "context", things=_things(writer, contexts, cite=True)))
    applied = [row["thing"] for row in by_link.get("appliedIn", [])]
    told.append(
        _sentence(writer, "applied", things=_things(writer, applied)) if applied else _words(writer, "not-applied")
    )
    blocks: list[Block] = [Paragraph(joined(told, " "))]
    for caveat in writer.values(thing, "msk:caveat"):
        said = writer.cited(term_text(caveat), writer.texts(term_text(caveat), "msk:text"))
        blocks.append(Paragraph(line(writer.say("story.caveat"), " ", said), "caveat"))
    pages = [
        line(writer.thing(row["thing"], cite=True), f", {term_text(row['locator'])}" if "locator" in row else "")
        for row in by_link.get("source", [])
    ]
    blocks += [Heading(writer.say("story.pages")), Bullets(tuple(pages))]
    if nexts := by_link.get("appliesToPhaseType"):
        items = [line(writer.thing(row["thing"]), ": ", writer.thing(row["via"])) for row in nexts]
        note = Paragraph(line(writer.say("story.next-note")), "note")
        blocks += [Heading(writer.say("story.next")), Bullets(tuple(items)), note]
    return blocks + _timeline(writer, _dated(writer, _lesson_ties(writer, thing, rows)), thing)


def _lesson_ties(writer: Writer, thing: str, rows: list[Row]) -> list[Term]:
    def linked(name: str) -> list[Term]:
        return [row["thing"] for row in rows if term_text(row["link"]).endswith((f"#{name}", f"/{name}"))]

    learned = writer.values(thing, "msk:learnedIn")
    places = [(term_text(c), prop) for c in linked("answers") for prop in ("msk:inPhase", "msk:inquiry")]
    return [*learned, *(t for place in places for t in writer.values(*place)), *linked("source")]


def _words(writer: Writer, key: str) -> Line:
    return line(writer.say(f"story.{key}"))


def _sentence(writer: Writer, key: str, **parts: Line) -> Line:
    """Return a sentence of the wording with lines put in its places."""
    template = writer.say(f"story.{key}", **{name: f"\0{name}\0" for name in parts})
    return line(*(parts.get(piece, piece) for piece in template.split("\0")))


def _things(writer: Writer, things: Iterable[Term], cite: bool = False) -> Line:
    return joined((writer.thing(t, cite) for t in dict.fromkeys(things)), ", ")


def _first(dates: list[Term]) -> str:
    return term_text(dates[0]) if dates else ""


def _steps(writer: Writer, rows: list[Row]) -> list[Step]:
    steps: dict[tuple[str, str], list[Line]] = {}
    for row in rows:
        tie = writer.thing(row["link"])
        if "via" in row:
            tie = line(tie, " ", writer.thing(row["via"]))
        date = term_text(row["date"]) if "date" in row else ""
        ties = steps.setdefault((term_text(row["thing"]), date), [])
        if tie not in ties:
            ties.append(tie)
    return [(thing, date, joined(ties, ", ")) for (thing, date), ties in steps.items()]


def _dated(writer: Writer, things: Iterable[Term | str]) -> list[Step]:
    found: list[Step] = []
    for thing in dict.fromkeys(map(term_text, things)):
        start, end = _first(writer.values(thing, "msk:start")), _first(writer.values(thing, "msk:end"))
        span = f"{start}/{end}" if start and end and start != end else start or end
        found.append((thing, _first(writer.values(thing, "msk:date")) or span, ()))
    return found


def in_order(writer: Writer, timed: Sequence[tuple[str, str, str]]) -> list[int]:
    """Return the places of things in order of time, what presupposes or builds on another after that one.

    ``timed`` are things with their earliest and latest possible day (ISO), in order of time; a thing may have several
    times. Where all days of a thing lie before those of what it is said to build on, they stand: the sources disagree.
    """
    rows = writer.select(
        f"SELECT DISTINCT ?after ?before {{ VALUES ?after {{ {' '.join(f'<{t}>' for t, _, _ in timed)} }}"
        " ?after msk:presupposes|msk:informedBy ?before } ORDER BY ?after ?before"
    )
    pairs = {(term_text(row["after"]), term_text(row["before"])) for row in rows}
    order = list(range(len(timed)))
    for _ in timed:
        for at, after in enumerate(order):
            thing, _, latest = timed[after]
            later = [n for n in order[at + 1 :] if (thing, timed[n][0]) in pairs and latest >= timed[n][1]]
            if later:
                order.insert(order.index(later[-1]) + 1, after)
                del order[at]
                break
        else:
            return order
    return order


def _timeline(writer: Writer, steps: list[Step], middle: str) -> list[Block]:
    """The steps in order of time (by earliest, then latest possible day), those without a date after them."""

    def key(step: Step) -> tuple[str, str, str]:
        try:
            bound = bounds(step[1])
        except ValueError:  # two dates with an uncertain part do not always make an interval
            return step[1], step[1], step[0]
        return str(bound.earliest or bound.latest or ""), str(bound.latest or ""), step[0]

    def told(step: Step) -> Line:
        thing, _, tie = step
        # a process has nearly all sources of its dataset: citing them would say nothing
        named = writer.thing(thing, cite=not writer.is_a(thing, "msk:Process"), strong=thing == middle)
        return line(named, " (", tie, ")") if tie else named

    dated = sorted((s for s in steps if s[1]), key=key)
    dated = [dated[n] for n in in_order(writer, [(s[0], *key(s)[:2]) for s in dated])]
    items = [line(Span(writer.date(s[1]), strong=True), ": ", told(s)) for s in dated]
    undated = [told(s) for s in steps if not s[1]]
    blocks: list[Block] = []
    if items:
        blocks += [Heading(writer.say("story.timeline")), Bullets(tuple(items))]
        blocks.append(Paragraph(line(writer.say("story.timeline-note")), "note"))
    if undated:
        blocks += [Heading(writer.say("story.undated")), Bullets(tuple(undated))]
    return blocks
