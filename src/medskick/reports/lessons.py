"""Lessons for a phase, a role and a theme: why each is shown, its challenge, and how its context differs."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from medskick.ontology import term_text
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Span, Table, joined, line
from medskick.reports.graph_reader import GraphReader, Row
from medskick.resources.schemes import in_scheme_order, with_wider


@dataclass(frozen=True)
class Held:
    """Two contexts compared: the factors on which they are alike or differ, and those not known for both."""

    alike: tuple[str, ...]
    differ: tuple[str, ...]
    unknown: tuple[str, ...]


class Contexts:
    """The contexts of all processes, factor by factor, and their comparison with that of one process (``like``)."""

    def __init__(self, reader: GraphReader, like: str) -> None:
        self.reader, self.like = reader, like
        rows = reader.select(
            "SELECT ?process ?context ?factor ?category ?number { ?context a msk:Context ; msk:process ?process ;"
            " msk:factor ?factor OPTIONAL { ?context msk:category ?category }"
            " OPTIONAL { ?context msk:number ?number } } ORDER BY ?process ?factor ?context"
        )
        self._of: dict[str, dict[str, Row]] = {}
        for row in rows:
            self._of.setdefault(term_text(row["process"]), {}).setdefault(term_text(row["factor"]), row)

    def seen_from(self, process: str) -> "Contexts":
        """Return the same contexts, compared with that of another process."""
        other = copy(self)
        other.like = process
        return other

    def held(self, process: str) -> Held:
        """Compare a process's context with that of ``like``; factors that cannot be compared count as unknown."""
        ours, theirs = self._of.get(self.like, {}), self._of.get(process, {})
        alike: list[str] = []
        differ: list[str] = []
        unknown: list[str] = []
        for factor in in_scheme_order(self.reader.store, sorted(ours.keys() | theirs.keys())):
            same = _same(ours.get(factor), theirs.get(factor))
            (unknown if same is None else alike if same else differ).append(factor)
        return Held(tuple(alike), tuple(differ), tuple(unknown))

    def statement(self, factor: str, process: str) -> Line:
        """Return the text on a factor in a process, with its source; empty if there is none."""
        row = self._of.get(process, {}).get(factor)
        if row is None:
            return ()
        context = term_text(row["context"])
        text = self.reader.cited(context, self.reader.texts(context, "msk:value"))
        return self.reader.marked_place(text, context, "msk:factor", "msk:process")

    def short(self, factor: str, process: str) -> Line:
        """Return a factor's case in a process in a word or two: its category or number, else its text."""
        row = self._of.get(process, {}).get(factor, {})
        if "category" in row:
            return self.reader.marked(self.reader.thing(row["category"]), term_text(row["context"]), "msk:category")
        return line(term_text(row["number"])) if "number" in row else self.statement(factor, process)

    def table(self, processes: Iterable[str]) -> list[Block]:
        """Return the contexts side by side, that of ``like`` first."""
        say, others = self.reader.say, [p for p in dict.fromkeys(processes) if p != self.like]
        factors = {f for p in (self.like, *others) for f in self._of.get(p, {})}
        rows = []
        for factor in in_scheme_order(self.reader.store, sorted(factors)):
            cells = [
                self.statement(factor, p) or line(Span(say("compare.nothing"), quiet=True))
                for p in (self.like, *others)
            ]
            rows.append((self.reader.thing(factor), *cells))
        if not rows or not others:
            return []
        heads = (say("lessons.head.factor"), *(self.reader.name(p).text for p in (self.like, *others)))
        caption = say("lessons.contexts")
        return [
            Heading(caption),
            Table(caption, heads, tuple(rows)),
            Paragraph(line(say("lessons.contexts-note")), "note"),
        ]


def _same(ours: Row | None, theirs: Row | None) -> bool | None:
    """Tell whether two cases of a factor are the same; ``None`` if one is unknown or they cannot be compared."""
    if ours is None or theirs is None:
        return None
    for name in ("category", "number"):
        if name in ours and name in theirs:
            return ours[name] == theirs[name]
    return None


GROUNDINGS = {"evaluation-conclusion": "●●●●", "advice": "●●●○", "framed-practice": "●●○○", "own-reading": "●○○○"}
"""What a lesson can rest on (slugs of the scheme ``grounding``), the best founded first, each with its mark."""


def grounding_of(reader: GraphReader, lesson: str) -> str:
    """Return the slug of what a lesson rests on; empty if its row does not say."""
    stated = (term_text(v).rpartition("/")[2] for v in reader.values(lesson, "msk:grounding"))
    return next((slug for slug in stated if slug in GROUNDINGS), "")


@dataclass(frozen=True)
class Lesson:
    """A lesson and why it is shown: ``phase`` and ``role`` tell whether it names those asked for."""

    iri: str
    process: str
    phase: bool
    role: bool
    order: tuple[int | str, ...]


def chosen(reader: GraphReader, contexts: Contexts, phase_type: str, role: str, theme: str) -> list[Lesson]:
    """Return the lessons for a phase type, role and theme (IRIs, empty for all), best match first.

    A lesson that names another phase type or role is left out; one that names none comes after those that do. Then
    lessons whose context is alike on more factors, and differs on fewer, come first; then the best founded. Our own
    reading comes last.
    """
    rows = reader.select("SELECT DISTINCT ?lesson { ?lesson a msk:Lesson } ORDER BY ?lesson")
    matches = []
    for lesson in (term_text(r["lesson"]) for r in rows):
        phases, roles, themes = (
            {term_text(v) for v in reader.values(lesson, p)}
            for p in ("msk:appliesToPhaseType", "msk:addressesRole", "dcterms:subject")
        )
        phases, roles, themes = (with_wider(reader.store, concepts) for concepts in (phases, roles, themes))
        if (phase_type and phases and phase_type not in phases) or (role and roles and role not in roles):
            continue
        if theme and theme not in themes:
            continue
        [process] = [term_text(v) for v in reader.values(lesson, "msk:learnedIn")] or [""]
        held = contexts.held(process) if contexts.like else Held((), (), ())
        own_reading = any(term_text(v).endswith("/own-reading") for v in reader.values(lesson, "msk:modality"))
        # what a source says comes before our own reading, from however near a context
        nearness = (own_reading, -len(held.alike), len(held.differ))
        founded = (*GROUNDINGS, "").index(grounding_of(reader, lesson))
        order = (phase_type not in phases, role not in roles, *nearness, founded, not process, process, lesson)
        matches.append(Lesson(lesson, process, phase_type in phases, role in roles, order))
    return sorted(matches, key=lambda one: one.order)


def blocks_of(
    reader: GraphReader, contexts: Contexts, lesson: Lesson, phase_type: str, role: str, level: int
) -> list[Block]:
    """Return a lesson in blocks: advice, challenge, why it is shown, context, where it was applied, reservations."""
    say, iri = reader.say, lesson.iri
    blocks: list[Block] = [Heading(reader.name(iri).text, level, iri)]
    blocks.append(Paragraph(reader.cited(iri, reader.texts(iri, "msk:recommendation"))))
    blocks.append(Paragraph(joined([_behind(reader, iri), _why(reader, lesson, phase_type, role)], " ")))
    blocks.append(Paragraph(joined([_context(reader, contexts, lesson), _applied(reader, iri)], " ")))
    for caveat in reader.values(iri, "msk:caveat"):
        said = reader.cited(term_text(caveat), reader.texts(term_text(caveat), "msk:text"))
        blocks.append(Paragraph(line(say("lessons.caveat"), " ", said), "caveat"))
    return blocks


def _behind(reader: GraphReader, lesson: str) -> Line:
    say, sentences = reader.say, []
    for challenge in map(term_text, reader.values(lesson, "msk:answers")):
        text = reader.cited(challenge, reader.texts(challenge, "msk:text"))
        sentences.append(reader.marked(line(say("lessons.challenge"), " ", text), lesson, "msk:answers"))
    return joined(sentences, " ") or line(say("lessons.no-challenge"))


def _why(reader: GraphReader, lesson: Lesson, phase_type: str, role: str) -> Line:
    say, reasons = reader.say, []
    if phase_type:
        named = line(say("lessons.for-phase"), " ", reader.thing(phase_type))
        reasons.append(
            reader.marked(named, lesson.iri, "msk:appliesToPhaseType")
            if lesson.phase
            else line(say("lessons.no-phase"))
        )
    if role:
        named = line(say("lessons.for-role"), " ", reader.thing(role))
        reasons.append(
            reader.marked(named, lesson.iri, "msk:addressesRole") if lesson.role else line(say("lessons.no-role"))
        )
    why = line(say("lessons.why"), " ", joined(reasons, "; "), ".") if reasons else ()
    senders = reader.values_of(lesson.iri, "msk:madeBy")
    sender = line(say("lessons.sender"), " ", senders) if senders else line(say("lessons.no-sender"))
    hedges = [
        line("; ", say("lessons.modality"), " ", reader.thing(modality))
        for modality in reader.values(lesson.iri, "msk:modality")
        if not term_text(modality).endswith("/asserted")
    ]
    return joined([why, line(sender, *hedges, ".")], " ")


def _applied(reader: GraphReader, lesson: str) -> Line:
    """Where it has been applied, or a sentence that this is not known."""
    places = joined((reader.cited(term_text(v), reader.thing(v)) for v in reader.values(lesson, "msk:appliedIn")), ", ")
    return line(reader.say("lessons.applied"), " ", places, ".") if places else line(reader.say("lessons.not-applied"))


def _context(reader: GraphReader, contexts: Contexts, lesson: Lesson) -> Line:
    say = reader.say
    if not lesson.process:
        return line(say("lessons.national"))
    learned = line(say("lessons.learned"), " ", reader.values_of(lesson.iri, "msk:learnedIn"), ".")
    depends = [term_text(v) for v in reader.values(lesson.iri, "msk:dependsOnContext")]
    if depends:
        values = joined((reader.texts(d, "msk:value") for d in depends), " ")
        learned = line(learned, " ", say("lessons.depends"), " ", values)
    if not contexts.like:
        return learned
    if lesson.process == contexts.like:
        return line(learned, " ", say("lessons.own"))
    held, name = contexts.held(lesson.process), reader.name(contexts.like).text
    parts = []
    if held.alike:
        cases = [line(reader.thing(f), " (", contexts.short(f, lesson.process), ")") for f in held.alike]
        parts.append(line(say("lessons.alike", name=name), " ", joined(cases, ", "), "."))
    if held.differ:
        pairs = [(contexts.short(f, lesson.process), contexts.short(f, contexts.like)) for f in held.differ]
        cases = [
            line(reader.thing(f), " (", theirs, say("lessons.against"), ours, ")")
            for f, (theirs, ours) in zip(held.differ, pairs, strict=True)
        ]
        parts.append(line(say("lessons.differ", name=name), " ", joined(cases, ", "), "."))
    if not parts:
        parts.append(line(say("lessons.nothing-comparable", name=name)))
    return joined([learned, *parts], " ")


def lessons(reader: GraphReader, phase_type: str = "", role: str = "", theme: str = "", like: str = "") -> Document:
    """Return the lessons for a phase type, role and theme, each with why it is shown.

    ``like`` is a process or dataset with whose context the lessons' own are compared. Raises ``UnknownThingError``
    and ``UnknownValueError``.
    """
    wanted, person = reader.concept("phase-type", phase_type, "for"), reader.concept("role", role)
    about = reader.concept("theme", theme)
    contexts = Contexts(reader, reader.process(like) if like else "")
    matches = chosen(reader, contexts, wanted, person, about)
    blocks: list[Block] = []
    if not matches:
        blocks.append(Paragraph(line(reader.say("lessons.none")), "note"))
    for one in matches:
        blocks += blocks_of(reader, contexts, one, wanted, person, 2)
    if contexts.like:
        blocks += contexts.table(one.process for one in matches if one.process)
    asked = [reader.name(c).text for c in (wanted, person, about) if c]
    if contexts.like:
        asked.append(reader.say("lessons.like", name=reader.name(contexts.like).text))
    title = reader.say("lessons.title") + (f": {', '.join(asked)}" if asked else "")
    return reader.document(title, line(reader.say("lessons.lead")), blocks)
