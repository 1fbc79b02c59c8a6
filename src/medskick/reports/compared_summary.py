"""What differs most between compared processes: ten lines at most, each computed from the rows that are shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from medskick.ontology import PREFIXES, iri, term_text
from medskick.reports.compared_processes import ComparedProcesses, by_column
from medskick.reports.document import Block, Bullets, Heading, Line, Span, joined, line, plain
from medskick.words import capital

_MOST = 10
_LENGTHS = 3
_NAMED = 4
_FIRST = PREFIXES["concept"] + "phase-type/consultation"
_ADOPTION = PREFIXES["concept"] + "decision-kind/adoption"


def summary_blocks(compared: ComparedProcesses) -> list[Block]:
    """Return the heading and the lines, none where the processes do not differ in what is shown."""
    parts = (_law, _lengths, _decided, _counts, _only)
    lines = [entry for part in parts for entry in part(compared) if entry]
    if not lines:
        return []
    return [Heading(compared.reader.say("compare.summary")), Bullets(tuple(lines[:_MOST]))]


def _row(compared: ComparedProcesses, label: str, by_process: Mapping[str, Line]) -> Line:
    """A line of the summary: what it is about, then what each process has."""
    entries = (
        line(compared.reader.name(process).text, " – ", by_process[process])
        for process in compared.processes
        if by_process.get(process)
    )
    return line(Span(label, strong=True), ": ", joined(entries), ".")


def _different(compared: ComparedProcesses, label: str, by_process: Mapping[str, Line]) -> Line:
    """The same where two of the processes at least have something, and not all the same."""
    texts = [plain(entry) for entry in by_process.values() if entry]
    return _row(compared, label, by_process) if len(texts) > 1 and len(set(texts)) > 1 else ()


def _law(compared: ComparedProcesses) -> Iterator[Line]:
    cells = compared.cells.get("law", {})
    for detail in ("msk:jurisdiction", "msk:legalEffect"):
        by_process = {process: joined(values, ", ") for process, values in cells.get(iri(detail), {}).items()}
        yield _different(compared, capital(compared.reader.name(iri(detail)).text), by_process)


def _lengths(compared: ComparedProcesses) -> list[Line]:
    """The kinds of phase whose length differs most, the consultation first; each process with one such phase."""
    reader = compared.reader
    if "phases" not in compared.cells:
        return []
    spans: dict[str, dict[str, tuple[int, int, Line]]] = {}
    for process, rows in compared.phases_by_process.items():
        by_type: dict[str, list[str]] = {}
        by_phase = by_column(rows, "phase")
        for phase in by_phase:
            for kind in set(map(compared.common, compared.types_by_phase[phase])):
                by_type.setdefault(kind, []).append(phase)
        for kind, phases in by_type.items():
            first = by_phase[phases[0]][0]
            # several phases of a kind may overlap or lie in each other: no length of theirs can be compared
            if len(phases) > 1 or "start" not in first or "end" not in first:
                continue
            length = reader.length(term_text(first["start"]), term_text(first["end"]))
            if length and "leastDays" in first and "mostDays" in first:
                inferred = any("inferred" in row for row in by_phase[phases[0]])
                in_words = line(length, " ", reader.say("compare.inferred")) if inferred else line(length)
                days = (int(term_text(first[name])) for name in ("leastDays", "mostDays"))
                spans.setdefault(kind, {})[process] = (*days, in_words)  # type: ignore[assignment]

    def apart(kind: str) -> tuple[bool, float]:
        least = min(most for _, most, _ in spans[kind].values())
        longest = max(least for least, _, _ in spans[kind].values())
        return kind != _FIRST, -longest / max(least, 1)

    differing = [kind for kind in compared.scheme_order("phase-type", spans) if len(spans[kind]) > 1]
    lines = []
    for kind in sorted(differing, key=apart):
        label = reader.say("compare.length-of", phase=reader.name(kind).text)
        lines.append(_different(compared, label, {p: in_words for p, (_, _, in_words) in spans[kind].items()}))
    return lines[:_LENGTHS]


def _decided(compared: ComparedProcesses) -> Iterator[Line]:
    """Who adopted the plan, and who took most of the decisions."""
    reader, adopted, most = compared.reader, dict[str, Line](), dict[str, Line]()
    for process, decisions in compared.bodies.items():
        taken = Counter(body for bodies in decisions.values() for body in bodies)
        if taken:
            count = max(taken.values())
            first = [body for body in taken if taken[body] == count]
            many = reader.say("compare.of-decisions", count=count, all=len(decisions))
            ours = [d for d, bodies in decisions.items() if set(first) & set(bodies)]
            mark = reader.say("report.inferred") if any(reader.is_inferred(d, iri("msk:body")) for d in ours) else ""
            if count > 1:
                most[process] = line(joined(map(reader.thing, first), ", "), " ", many, f" {mark}" if mark else "")
        for decision, bodies in decisions.items():
            if bodies and _ADOPTION in (term_text(kind) for kind in reader.values(decision, "msk:kind")):
                adopted[process] = reader.marked(
                    joined(map(reader.thing, bodies), ", "), decision, "msk:body", "msk:kind"
                )
    yield _different(compared, reader.say("compare.adopted-by"), adopted)
    yield _different(compared, reader.say("compare.decides-most"), most)


def _counts(compared: ComparedProcesses) -> Iterator[Line]:
    """How much dialogue, how many with a role, how many challenges and lessons the material has of each."""
    reader = compared.reader
    for key, by_process in compared.counted.items():
        amounts = {}
        for process, (number, other) in by_process.items():
            words = "dialogue-held" if key == "dialogue" and not other else key
            amounts[process] = line(reader.say(f"compare.counted-{words}", n=number, m=other))
        yield _different(compared, reader.say(f"compare.number-of-{key}"), amounts)


def _only(compared: ComparedProcesses) -> Iterator[Line]:
    """The kinds of phase and the forms of dialogue that one process alone has."""
    for key in ("phases", "dialogue"):
        cells = compared.cells.get(key, {})
        alone: dict[str, list[str]] = {}
        for kind in cells:
            having = [process for process in compared.processes if cells[kind].get(process)]
            if kind and len(having) == 1:
                alone.setdefault(having[0], []).append(kind)
        kinds_alone = {process: _few(compared, kinds) for process, kinds in alone.items()}
        yield _row(compared, compared.reader.say(f"compare.only-{key}"), kinds_alone) if kinds_alone else ()


def _few(compared: ComparedProcesses, kinds: Iterable[str]) -> Line:
    ordered = compared.scheme_order("", kinds)
    named = joined(map(compared.reader.thing, ordered[:_NAMED]), ", ")
    more = len(ordered) - _NAMED
    return line(named, compared.reader.say("answer.and-more", count=more)) if more > 0 else named
