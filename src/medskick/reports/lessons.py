"""Which lessons fit a phase, a role and a theme, how well founded each is, and how its context differs."""

from copy import copy
from dataclasses import dataclass

from medskick.ontology import term_text
from medskick.reports.document import Line, line
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
class Naming:
    """A lesson and what its row names: where it was learned, and phase types, roles and themes with those above."""

    iri: str
    process: str
    phases: frozenset[str]
    roles: frozenset[str]
    themes: frozenset[str]

    def fits(self, phase_type: str, role: str, theme: str) -> bool:
        """Tell whether it is for these (IRIs, empty for all): what names no phase or role is for any."""
        if (phase_type and self.phases and phase_type not in self.phases) or (
            role and self.roles and role not in self.roles
        ):
            return False
        return not theme or theme in self.themes


@dataclass(frozen=True)
class Lesson:
    """A lesson and why it is shown: ``phase`` and ``role`` tell whether it names those asked for."""

    iri: str
    process: str
    phase: bool
    role: bool
    order: tuple[int | str, ...]


_NAMED = ("msk:appliesToPhaseType", "msk:addressesRole", "dcterms:subject")


def every(reader: GraphReader) -> list[Naming]:
    """Return all lessons in a fixed order, with what each names."""
    lessons = []
    for row in reader.select("SELECT DISTINCT ?lesson { ?lesson a msk:Lesson } ORDER BY ?lesson"):
        lesson = term_text(row["lesson"])
        named = ({term_text(v) for v in reader.values(lesson, prop)} for prop in _NAMED)
        [process] = [term_text(v) for v in reader.values(lesson, "msk:learnedIn")] or [""]
        lessons.append(Naming(lesson, process, *(frozenset(with_wider(reader.store, concepts)) for concepts in named)))
    return lessons


def chosen(reader: GraphReader, contexts: Contexts, phase_type: str, role: str, theme: str) -> list[Lesson]:
    """Return the lessons for a phase type, role and theme (IRIs, empty for all), best match first.

    A lesson that names another phase type or role is left out; one that names none comes after those that do. Then
    lessons whose context is alike on more factors, and differs on fewer, come first; then the best founded. Our own
    reading comes last.
    """
    matches = []
    for named in every(reader):
        if not named.fits(phase_type, role, theme):
            continue
        lesson, process = named.iri, named.process
        held = contexts.held(process) if contexts.like else Held((), (), ())
        own_reading = any(term_text(v).endswith("/own-reading") for v in reader.values(lesson, "msk:modality"))
        # what a source says comes before our own reading, from however near a context
        nearness = (own_reading, -len(held.alike), len(held.differ))
        founded = (*GROUNDINGS, "").index(grounding_of(reader, lesson))
        order = (
            phase_type not in named.phases,
            role not in named.roles,
            *nearness,
            founded,
            not process,
            process,
            lesson,
        )
        matches.append(Lesson(lesson, process, phase_type in named.phases, role in named.roles, order))
    return sorted(matches, key=lambda one: one.order)
