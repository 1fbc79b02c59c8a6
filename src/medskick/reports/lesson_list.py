"""The list of lessons for a phase, a role and a theme: each in a line or two, as on the page of a phase."""

from collections.abc import Iterable, Sequence

from medskick.ontology import PREFIXES, term_text
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lessons import GROUNDINGS, Contexts, Lesson, chosen
from medskick.reports.phase_lessons import difficulties, lesson_line, mark_means, reflections
from medskick.resources.schemes import in_scheme_order
from medskick.words import capital

_SHOWN, _OF_MANY = 12, 5


def lessons(reader: GraphReader, phase_type: str = "", role: str = "", theme: str = "", like: str = "") -> Document:
    """Return the lessons for a phase type, role and theme, best match first.

    With a phase type those that name it stand before those that name none; without, they stand by phase type. ``like``
    is a process or dataset with whose context the lessons' own are compared. Raises ``UnknownThingError`` and
    ``UnknownValueError``.
    """
    say, wanted = reader.say, reader.concept("phase-type", phase_type, "for")
    person, about = reader.concept("role", role), reader.concept("theme", theme)
    contexts = Contexts(reader, reader.process(like) if like else "")
    matches = chosen(reader, contexts, wanted, person, about)
    blocks: list[Block] = []
    some = bool(person or about or like)
    blocks += _absent(reader, matches, wanted, person, about, contexts.like)
    listed: list[Block] = []
    items: list[Line] = []
    for heading, thing, group in _groups(reader, matches, wanted, some):
        shown = _SHOWN if wanted or some else _OF_MANY
        under = tuple(_item(reader, contexts, one, wanted or thing, person) for one in group)
        listed += [Heading(f"{heading} ({len(group)})", 2, thing), Bullets(under, shown=shown)]
        items += under
    if items:
        words = {mark: reader.name(f"{PREFIXES['concept']}grounding/{slug}").text for slug, mark in GROUNDINGS.items()}
        grades = ", ".join(f"{mark} {word}" for mark, word in words.items())
        once = "" if wanted or some else say("lessons.once")
        sentences = (f"{say('lessons.grades')} {grades}.", mark_means(reader, items), once)
        # below the first heading where something else stands above it
        listed.insert(1 if blocks else 0, Paragraph(line(" ".join(filter(None, sentences)))))
    blocks += [*listed, *_reservations(reader, matches)]
    if contexts.like:
        blocks += _compared(reader, contexts, [one.process for one in matches])
    asked = [reader.name(c).text for c in (wanted, person, about) if c]
    if contexts.like:
        asked.append(say("lessons.like", name=reader.name(contexts.like).text))
    title = say("lessons.title") + (f": {', '.join(asked)}" if asked else "")
    return reader.document(title, line(say("lessons.lead")), blocks)


def _item(reader: GraphReader, contexts: Contexts, lesson: Lesson, phase_type: str, role: str) -> Line:
    behind = joined((reader.thing(v) for v in reader.values(lesson.iri, "msk:answers")), ", ")
    advice = lesson_line(reader, contexts, lesson, phase_type, role)
    return line(advice, " · ", reader.say("lessons.behind"), " ", behind) if behind else advice


def _groups(
    reader: GraphReader, matches: Sequence[Lesson], phase_type: str, matched: bool
) -> list[tuple[str, str, list[Lesson]]]:
    """Lessons under headings: heading, what it names (IRI), lessons. Each lesson stands once.

    Where anything but a phase is chosen (``matched``), the best match comes first, of whatever phase.
    """
    if phase_type:
        named, rest = [one for one in matches if one.phase], [one for one in matches if not one.phase]
        parts = [
            (capital(reader.name(phase_type).text), phase_type, named),
            (reader.say("lessons.any-phase"), "", rest),
        ]
        return [part for part in parts if part[2]]
    if matched:
        return [(reader.say("lessons.matched"), "", list(matches))] if matches else []
    by_type: dict[str, list[Lesson]] = {}
    for one in matches:
        types = [term_text(v) for v in reader.values(one.iri, "msk:appliesToPhaseType")]
        by_type.setdefault(next(iter(in_scheme_order(reader.store, types)), ""), []).append(one)
    order = in_scheme_order(reader.store, sorted(by_type.keys() - {""}))
    parts = [(capital(reader.name(kind).text), kind, by_type[kind]) for kind in order]
    return [*parts, (reader.say("lessons.any-phase"), "", by_type[""])] if "" in by_type else parts


def _absent(
    reader: GraphReader, matches: Sequence[Lesson], phase_type: str, role: str, theme: str, own: str
) -> list[Block]:
    """What there is no lesson on, and the difficulties and observations that there are instead."""
    say, blocks = reader.say, list[Block]()
    if phase_type and not any(one.phase for one in matches):
        blocks.append(Paragraph(line(say("lessons.no-phase", phase=reader.name(phase_type).text)), "note"))
        blocks += difficulties(reader, phase_type, own, False)
    if role and matches and not any(one.role for one in matches):
        blocks.append(Paragraph(line(say("lessons.no-role", role=reader.name(role).text)), "note"))
    if theme and not matches:
        blocks.append(Paragraph(line(say("lessons.no-theme", theme=reader.name(theme).text)), "note"))
        rows = reader.select(
            "SELECT DISTINCT ?what ?process ?country ?lesson { VALUES ?kind { msk:Challenge msk:Observation }"
            f" ?what a ?kind ; dcterms:subject/skos:broader* <{theme}> OPTIONAL {{ ?what msk:process ?process }}"
            " OPTIONAL { ?what msk:jurisdiction ?country } OPTIONAL { ?lesson msk:answers ?what } }"
            " ORDER BY ?process ?what ?lesson"
        )
        if rows:
            blocks += [Heading(say("lessons.instead")), Bullets(tuple(reflections(reader, rows)), shown=_SHOWN)]
    if not blocks and not matches:
        blocks.append(Paragraph(line(say("lessons.none")), "note"))
    return blocks


def _reservations(reader: GraphReader, matches: Iterable[Lesson]) -> list[Block]:
    """The senders' reservations, each once with the lessons that it concerns."""
    concerned: dict[str, list[str]] = {}
    for one in matches:
        for caveat in map(term_text, reader.values(one.iri, "msk:caveat")):
            concerned.setdefault(caveat, []).append(one.iri)
    blocks: list[Block] = [Heading(reader.say("lessons.reservations"))]
    for caveat, of in concerned.items():
        text = reader.cited(caveat, reader.texts(caveat, "msk:text"))
        about = joined(map(reader.thing, of), ", ")
        blocks.append(Paragraph(line(text, " ", reader.say("lessons.concerns"), " ", about, "."), "caveat"))
    return blocks if concerned else []


def _compared(reader: GraphReader, contexts: Contexts, processes: Sequence[str]) -> list[Block]:
    """The context of each process beside that of ``like``: on what they are alike, and on what not."""
    say, items = reader.say, []
    for process in dict.fromkeys(p for p in processes if p and p != contexts.like):
        held = contexts.held(process)
        alike = (line(reader.thing(f), " (", contexts.short(f, process), ")") for f in held.alike)
        differ = (
            line(
                reader.thing(f), " (", contexts.short(f, process), say("lessons.against"),
                contexts.short(f, contexts.like), ")",
            )
            for f in held.differ
        )  # fmt: skip
        cases_in_words = (
            (say(f"handbook.{key}"), joined(cases, ", ")) for key, cases in (("alike", alike), ("differ", differ))
        )
        known = joined((line(word, " ", cases) for word, cases in cases_in_words if cases), "; ")
        if known:
            items.append(line(reader.thing(process, strong=True), " – ", known))
    if not items:
        return [Paragraph(line(say("lessons.nothing-comparable", name=reader.name(contexts.like).text)), "note")]
    heading = say("lessons.contexts", name=reader.name(contexts.like).text)
    return [
        Heading(heading),
        Bullets(tuple(items), shown=_SHOWN),
        Paragraph(line(say("lessons.contexts-note")), "note"),
    ]
