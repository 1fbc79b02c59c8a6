"""Lessons for a phase, a role and a theme: why each is shown, what stands behind it, where its context differs."""

from collections.abc import Iterable
from dataclasses import dataclass

from medskick.ontology import term_text
from medskick.reports.document import Block, Document, Heading, Line, Paragraph, Span, Table, joined, line
from medskick.reports.writer import Row, Writer


@dataclass(frozen=True)
class Held:
    """Two contexts held against each other: the factors on which they are alike, differ, or one is not known."""

    alike: tuple[str, ...]
    differ: tuple[str, ...]
    unknown: tuple[str, ...]


class Contexts:
    """The contexts of all processes, factor by factor, and how they stand to that of one of them."""

    def __init__(self, writer: Writer, like: str) -> None:
        self.writer, self.like = writer, like
        rows = writer.select(
            "SELECT ?process ?context ?factor ?category ?number { ?context a msk:Context ; msk:process ?process ;"
            " msk:factor ?factor OPTIONAL { ?context msk:category ?category }"
            " OPTIONAL { ?context msk:number ?number } } ORDER BY ?process ?factor ?context"
        )
        self._of: dict[str, dict[str, Row]] = {}
        for row in rows:
            self._of.setdefault(term_text(row["process"]), {}).setdefault(term_text(row["factor"]), row)

    def held(self, process: str) -> Held:
        """Return how a process's context stands to the other's: only what both can be compared on is told apart."""
        ours, theirs = self._of.get(self.like, {}), self._of.get(process, {})
        alike: list[str] = []
        differ: list[str] = []
        unknown: list[str] = []
        for factor in sorted(ours.keys() | theirs.keys(), key=self._rank):
            same = _same(ours.get(factor), theirs.get(factor))
            (unknown if same is None else alike if same else differ).append(factor)
        return Held(tuple(alike), tuple(differ), tuple(unknown))

    def _rank(self, factor: str) -> tuple[int, str]:
        order = self.writer.values(factor, "sh:order")
        return (int(term_text(order[0])) if order else 999, factor)

    def told(self, factor: str, process: str) -> Line:
        """Return what is said of a factor in a process, with its source; empty where nothing is."""
        row = self._of.get(process, {}).get(factor)
        if row is None:
            return ()
        context = term_text(row["context"])
        return self.writer.cited(context, self.writer.texts(context, "msk:value"))

    def short(self, factor: str, process: str) -> Line:
        """Return a factor's case in a process in a word or two: its category or number, else what is said of it."""
        row = self._of.get(process, {}).get(factor, {})
        if "category" in row:
            return self.writer.thing(row["category"])
        return line(term_text(row["number"])) if "number" in row else self.told(factor, process)

    def table(self, processes: Iterable[str]) -> list[Block]:
        """Return the contexts side by side, the one they are held against first."""
        say, others = self.writer.say, [p for p in dict.fromkeys(processes) if p != self.like]
        factors = {f for p in (self.like, *others) for f in self._of.get(p, {})}
        rows = []
        for factor in sorted(factors, key=self._rank):
            cells = [
                self.told(factor, p) or line(Span(say("compare.nothing"), quiet=True)) for p in (self.like, *others)
            ]
            rows.append((self.writer.thing(factor), *cells))
        if not rows or not others:
            return []
        heads = (say("lessons.head.factor"), *(self.writer.name(p).text for p in (self.like, *others)))
        caption = say("lessons.contexts")
        return [
            Heading(caption),
            Table(caption, heads, tuple(rows)),
            Paragraph(line(say("lessons.contexts-note")), "note"),
        ]


def _same(ours: Row | None, theirs: Row | None) -> bool | None:
    """Tell whether two cases of a factor are the same; ``None`` where one is unknown or neither can be compared."""
    if ours is None or theirs is None:
        return None
    for name in ("category", "number"):
        if name in ours and name in theirs:
            return ours[name] == theirs[name]
    return None


@dataclass(frozen=True)
class Lesson:
    """A lesson and why it is shown: ``phase`` and ``role`` tell whether it names what was asked for."""

    iri: str
    process: str
    phase: bool
    role: bool
    order: tuple[int | str, ...]


def chosen(writer: Writer, contexts: Contexts, phase_type: str, role: str, theme: str) -> list[Lesson]:
    """Return the lessons that concern what is asked for (IRIs, empty for all), nearest first.

    A lesson that names another phase type or role is left out; one that names none stands after those that do. Then
    those whose context is alike on more factors, and differs on fewer, come first.
    """
    rows = writer.select("SELECT DISTINCT ?lesson { ?lesson a msk:Lesson } ORDER BY ?lesson")
    found = []
    for lesson in (term_text(r["lesson"]) for r in rows):
        phases, roles, themes = (
            {term_text(v) for v in writer.values(lesson, p)}
            for p in ("msk:appliesToPhaseType", "msk:addressesRole", "dcterms:subject")
        )
        if (phase_type and phases and phase_type not in phases) or (role and roles and role not in roles):
            continue
        if theme and theme not in _with_broader(writer, themes):
            continue
        [process] = [term_text(v) for v in writer.values(lesson, "msk:learnedIn")] or [""]
        held = contexts.held(process) if contexts.like else Held((), (), ())
        own_reading = any(term_text(v).endswith("/own-reading") for v in writer.values(lesson, "msk:modality"))
        # of equals, what a source gives as advice stands before our own reading
        nearness = (own_reading, not process, -len(held.alike), len(held.differ))
        order = (phase_type not in phases, role not in roles, *nearness, process, lesson)
        found.append(Lesson(lesson, process, phase_type in phases, role in roles, order))
    return sorted(found, key=lambda one: one.order)


def _with_broader(writer: Writer, themes: set[str]) -> set[str]:
    """Themes and all that they belong under: who asks for a theme asks for its narrower ones too."""
    found, left = set(themes), list(themes)
    while left:
        broader = {term_text(v) for v in writer.values(left.pop(), "skos:broader")} - found
        found |= broader
        left += broader
    return found


def blocks_of(
    writer: Writer, contexts: Contexts, lesson: Lesson, phase_type: str, role: str, level: int
) -> list[Block]:
    """Return a lesson as a reader needs it: advice, why it is shown, the challenge behind it, context, reservation."""
    say, iri = writer.say, lesson.iri
    blocks: list[Block] = [Heading(writer.name(iri).text, level, iri)]
    blocks.append(Paragraph(writer.cited(iri, writer.texts(iri, "msk:recommendation"))))
    blocks.append(Paragraph(joined([_behind(writer, iri), _why(writer, lesson, phase_type, role)], " ")))
    blocks.append(Paragraph(joined([_context(writer, contexts, lesson), _applied(writer, iri)], " ")))
    for caveat in writer.values(iri, "msk:caveat"):
        said = writer.cited(term_text(caveat), writer.texts(term_text(caveat), "msk:text"))
        blocks.append(Paragraph(line(say("lessons.caveat"), " ", said), "caveat"))
    return blocks


def _behind(writer: Writer, lesson: str) -> Line:
    say, told = writer.say, []
    for challenge in map(term_text, writer.values(lesson, "msk:answers")):
        text = writer.cited(challenge, writer.texts(challenge, "msk:text"))
        told.append(line(say("lessons.challenge"), " ", text))
    return joined(told, " ") or line(say("lessons.no-challenge"))


def _why(writer: Writer, lesson: Lesson, phase_type: str, role: str) -> Line:
    say, inferred = writer.say, {term_text(v) for v in writer.values(lesson.iri, "msk:inferredColumn")}

    def marked(column: str, found: Line) -> Line:
        return line(found, " ", say("lessons.inferred")) if any(i.endswith(f"/{column}") for i in inferred) else found

    told = []
    if phase_type:
        named = line(say("lessons.for-phase"), " ", writer.thing(phase_type))
        told.append(marked("phase_types", named) if lesson.phase else line(say("lessons.no-phase")))
    if role:
        named = line(say("lessons.for-role"), " ", writer.thing(role))
        told.append(marked("roles", named) if lesson.role else line(say("lessons.no-role")))
    why = line(say("lessons.why"), " ", joined(told, "; "), ".") if told else ()
    senders = joined((writer.thing(v) for v in writer.values(lesson.iri, "msk:madeBy")), ", ")
    sender = marked("by", line(say("lessons.sender"), " ", senders)) if senders else line(say("lessons.no-sender"))
    hedges = [
        line("; ", say("lessons.modality"), " ", writer.thing(modality))
        for modality in writer.values(lesson.iri, "msk:modality")
        if not term_text(modality).endswith("/asserted")
    ]
    return joined([why, line(sender, *hedges, ".")], " ")


def _applied(writer: Writer, lesson: str) -> Line:
    """Where it has been applied; most often nobody knows, and that is said too."""
    found = joined((writer.cited(term_text(v), writer.thing(v)) for v in writer.values(lesson, "msk:appliedIn")), ", ")
    return line(writer.say("lessons.applied"), " ", found, ".") if found else line(writer.say("lessons.not-applied"))


def _context(writer: Writer, contexts: Contexts, lesson: Lesson) -> Line:
    say = writer.say
    if not lesson.process:
        return line(say("lessons.national"))
    learned = line(say("lessons.learned"), " ", writer.thing(lesson.process), ".")
    depends = [term_text(v) for v in writer.values(lesson.iri, "msk:dependsOnContext")]
    if depends:
        values = joined((writer.texts(d, "msk:value") for d in depends), " ")
        learned = line(learned, " ", say("lessons.depends"), " ", values)
    if not contexts.like:
        return learned
    if lesson.process == contexts.like:
        return line(learned, " ", say("lessons.own"))
    held, name = contexts.held(lesson.process), writer.name(contexts.like).text
    parts = []
    if held.alike:
        cases = [line(writer.thing(f), " (", contexts.short(f, lesson.process), ")") for f in held.alike]
        parts.append(line(say("lessons.alike", name=name), " ", joined(cases, ", "), "."))
    if held.differ:
        pairs = [(contexts.short(f, lesson.process), contexts.short(f, contexts.like)) for f in held.differ]
        cases = [
            line(writer.thing(f), " (", theirs, say("lessons.against"), ours, ")")
            for f, (theirs, ours) in zip(held.differ, pairs, strict=True)
        ]
        parts.append(line(say("lessons.differ", name=name), " ", joined(cases, ", "), "."))
    if not parts:
        parts.append(line(say("lessons.nothing-comparable", name=name)))
    return joined([learned, *parts], " ")


def lessons(writer: Writer, phase_type: str = "", role: str = "", theme: str = "", like: str = "") -> Document:
    """Return the lessons for a phase type, role and theme, each with why it is shown.

    ``like`` is a process or dataset whose context the lessons' own are held against. Raises ``UnknownSubjectError``
    and ``UnknownValueError``.
    """
    wanted, person = writer.concept("phase-type", phase_type, "for"), writer.concept("role", role)
    about = writer.concept("theme", theme)
    contexts = Contexts(writer, writer.process(like) if like else "")
    found = chosen(writer, contexts, wanted, person, about)
    blocks: list[Block] = []
    if not found:
        blocks.append(Paragraph(line(writer.say("lessons.none")), "note"))
    for one in found:
        blocks += blocks_of(writer, contexts, one, wanted, person, 2)
    if contexts.like:
        blocks += contexts.table(one.process for one in found if one.process)
    asked = [writer.name(c).text for c in (wanted, person, about) if c]
    if contexts.like:
        asked.append(writer.say("lessons.like", name=writer.name(contexts.like).text))
    title = writer.say("lessons.title") + (f": {', '.join(asked)}" if asked else "")
    return writer.document(title, line(writer.say("lessons.lead")), blocks)
