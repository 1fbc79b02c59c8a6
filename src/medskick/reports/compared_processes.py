"""Processes that are compared: their phases by type, and the table of a section with a column for each process."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from medskick.alphabet import alphabetical
from medskick.ontology import term_text
from medskick.reports.document import Block, Heading, Line, Paragraph, Span, Table, joined, line
from medskick.reports.graph_reader import GraphReader, Row
from medskick.resources.schemes import common_term, in_scheme_order, with_wider

Cells = dict[str, dict[str, list[Line]]]
"""The contents of each cell, by row key (an IRI, or empty for none) and process."""


class ComparedProcesses:
    """Processes to compare; the phases of each, by type, are read once."""

    def __init__(self, reader: GraphReader, processes: Sequence[str], wanted: str) -> None:
        self.reader, self.processes, self.wanted = reader, processes, wanted
        self.phases_by_process = {
            p: reader.ask("phase-durations", process=p, phase_type=wanted).rows for p in processes
        }
        self.types_by_phase: dict[str, set[str]] = defaultdict(set)
        for row in (row for rows in self.phases_by_process.values() for row in rows):
            if "type" in row:
                self.types_by_phase[term_text(row["phase"])].add(term_text(row["type"]))
        self.cells: dict[str, Cells] = {}
        # what the summary counts, by process: the bodies of each decision; of dialogue, roles and themes two numbers
        self.bodies: dict[str, dict[str, list[str]]] = {}
        self.counted: dict[str, dict[str, tuple[int, int]]] = {}

    def types_of(self, process: str) -> set[str]:
        """The phase types that a process has, a dataset's own one as the common one that it lies under."""
        return {self.common(term_text(row["type"])) for row in self.phases_by_process[process] if "type" in row}

    def has(self, process: str) -> bool:
        """Whether a process has a phase of the type that is wanted."""
        return self.wanted in self.wider(
            term_text(row["type"]) for row in self.phases_by_process[process] if "type" in row
        )

    def common(self, concept: str) -> str:
        """The common term that a dataset's own one lies under, else the term itself."""
        return common_term(self.reader.store, concept)

    def wider(self, concepts: Iterable[str]) -> set[str]:
        """Terms with all that they lie under."""
        return with_wider(self.reader.store, concepts)

    def table(self, key: str, cells: Cells, order: Iterable[str], part: str = "") -> Block:
        """A table with a row for each key with any content, a column for each process."""
        say, caption = self.reader.say, self.reader.say(f"compare.{key}")
        self.cells[key] = cells
        rows = []
        for row in order:
            row_cells = [joined(cells[row].get(p, [])) for p in self.processes]
            if any(row_cells):
                rows.append((self.reader.thing(row) if row else line(say("compare.no-type")), *row_cells))
        heads = (say(f"compare.head.{key}"), *(self.reader.name(p).text for p in self.processes))
        if not rows:
            return Paragraph(line(say("compare.empty")), "note")
        return Table(f"{caption}: {part}" if part else caption, heads, tuple(rows), side_by_side=True)

    def section(self, key: str, cells: Cells, order: Iterable[str], *notes: str) -> list[Block]:
        """A heading, its table and the notes below it (by the keys of their texts)."""
        say = self.reader.say
        paragraphs: list[Block] = [Paragraph(line(say(note)), "note") for note in notes]
        return [Heading(say(f"compare.{key}")), self.table(key, cells, order), *self.untold(key), *paragraphs]

    def untold(self, key: str) -> list[Block]:
        """One line on what the others have in a section and the material reviewed does not tell of each process."""
        cells, lacking_lines = self.cells[key], list[Line]()
        for process in self.processes:
            lacking = [k for k in cells if k and any(cells[k].values()) and not cells[k].get(process)]
            if lacking:
                names = joined((self.reader.thing(k) for k in self.scheme_order("", lacking)), ", ")
                lacking_lines.append(line(Span(self.reader.name(process).text, process, strong=True), " – ", names))
        if not lacking_lines:
            return []
        return [Paragraph(line(self.reader.say("compare.untold"), " ", joined(lacking_lines), "."), "note")]

    def scheme_order(self, scheme: str, keys: Iterable[str]) -> list[str]:
        """Concepts in the order of their scheme, those that have no position in it by name, the empty key last."""
        concepts = alphabetical((k for k in keys if k), self.reader.lang, lambda k: self.reader.name(k).text)
        own = in_scheme_order(self.reader.store, concepts, scheme)
        return own + [k for k in keys if not k]


def by_column(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    """Group rows by the value of one column, in order of first mention."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(term_text(row[name]), []).append(row)
    return grouped


def in_common_order(sequences: Iterable[Sequence[str]]) -> list[str]:
    """Return what several processes have, each once, so that what came first in one of them stands first.

    What no process orders stands by how far into its process it came. Where two processes had things the other way
    round, that decides too. What comes twice in a sequence counts where it comes first.
    """
    before: dict[str, set[str]] = {}
    place: dict[str, float] = {}
    for sequence in map(list, map(dict.fromkeys, sequences)):
        for number, one in enumerate(sequence):
            before.setdefault(one, set()).update(sequence[:number])
            place[one] = min(place.get(one, 1), number / len(sequence))
    order: list[str] = []
    while left := [one for one in place if one not in order]:
        free = [one for one in left if before[one] <= set(order)]
        order.append(min(free or left, key=place.__getitem__))
    return order
