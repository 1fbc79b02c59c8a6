"""Matrices: challenges and lessons by theme and phase type, forms of dialogue by phase type and region."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.ontology import iri, term_text
from medskick.reports.document import Line, Table, joined, line, plain
from medskick.reports.graph_reader import GraphReader, Row, Term
from medskick.resources.schemes import broadest, common_term, concepts_of, in_scheme_order
from medskick.viz.charts.chart import Chart, Link, drawn
from medskick.viz.charts.grid import Count, Grid, GridRow, Sort, draw_grid
from medskick.viz.look import look_of

CellLink = Callable[[str, str, str], str | None]
"""Gives the address of the list of a cell's things, by the IRIs of row and column (empty for none) and by sort."""


@dataclass(frozen=True)
class Entry:
    """One thing in one cell: group, row and column (IRIs, empty for none), the sort it counts as, and itself.

    ``note`` is told after its name: that it stands in the cell by inference.
    """

    group: str
    row: str
    column: str
    sort: str
    thing: Term
    note: Line = ()


Cells = dict[tuple[str, str], dict[Term, Line]]
"""The things in a row with their notes, by column and sort."""


def no_list(_row: str, _column: str, _sort: str) -> str | None:
    """Return ``None``: no page lists the things of a cell."""
    return None


def theme_matrix(reader: GraphReader, link: Link, cell: CellLink = no_list, processes: Iterable[str] = ()) -> Chart:
    """Draw how many challenges and lessons there are for each theme and phase type; sorts: Challenge, Lesson.

    ``processes`` are IRIs (empty: all). Narrower themes count towards their broadest one, once each.
    """
    rows = reader.select(
        "SELECT DISTINCT ?sort ?thing ?theme ?type {"
        " { ?thing a msk:Challenge ; dcterms:subject ?theme BIND('Challenge' AS ?sort)"
        f" {_of('msk:process', processes)}"
        " OPTIONAL { ?thing (msk:inPhase/msk:phaseType)|msk:metInPhaseType ?type } } UNION"
        " { ?thing a msk:Lesson ; dcterms:subject ?theme BIND('Lesson' AS ?sort)"
        f" {_of('msk:learnedIn', processes)} OPTIONAL {{ ?thing msk:appliesToPhaseType ?type }} }}"
        " } ORDER BY ?sort ?thing ?theme ?type"
    )
    entries = [
        Entry(
            "",
            broadest(reader.store, term_text(r["theme"])),
            _column(reader, r),
            _one(r, "sort"),
            r["thing"],
            _note(reader, r),
        )
        for r in rows
    ]
    sorts = {cls: Sort(look_of(cls), reader.name(iri(f"msk:{cls}")).text) for cls in ("Challenge", "Lesson")}
    notes = [reader.say("chart.grid-empty"), reader.say("chart.themes-note")]
    return _chart(reader, link, cell, "themes", entries, sorts, notes)


def dialogue_matrix(reader: GraphReader, link: Link, cell: CellLink = no_list, processes: Iterable[str] = ()) -> Chart:
    """Draw how many dialogue events there are of each form in each phase type, region by region.

    Sorts: held, announced (no source shows that it took place). ``processes`` are IRIs (empty: all planning
    processes).
    """
    rows = reader.select(
        f"SELECT DISTINCT ?region ?form ?type ?thing ?status ?date {{ {_of('msk:inProcess', processes)}"
        " ?thing a msk:DialogueEvent ; msk:form ?form ; msk:inProcess ?process . ?process a msk:PlanningProcess"
        " OPTIONAL { ?process msk:inRegion ?region } OPTIONAL { ?thing msk:status ?status }"
        " OPTIONAL { ?thing msk:date ?date }"
        " OPTIONAL { ?thing msk:inPhase ?phase . ?phase msk:process ?process ; msk:phaseType ?type }"
        " } ORDER BY ?region ?form ?type ?thing"
    )
    entries = [
        Entry(_one(r, "region"), _one(r, "form"), _column(reader, r), _held(r), r["thing"], _note(reader, r))
        for r in rows
    ]
    style = look_of("DialogueEvent")
    sorts = {s: Sort(style, reader.say(f"chart.{s}"), s == "announced") for s in ("held", "announced")}
    notes = [reader.say("chart.grid-empty"), reader.say("chart.dialogue-note")]
    return _chart(reader, link, cell, "dialogue", entries, sorts, notes)


def _held(row: Row) -> str:
    status = _one(row, "status").rpartition("/")[2]
    return "announced" if status in ("announced", "planned") else "held"


def _one(row: Row, name: str) -> str:
    return term_text(row[name]) if name in row else ""


def _column(reader: GraphReader, row: Row) -> str:
    """The phase type that a row counts under: a dataset's own one under the common one above it."""
    return common_term(reader.store, term_text(row["type"])) if "type" in row else ""


_PLACING = ("msk:form", "dcterms:subject")
_PLACING_IN_TIME = ("msk:phase", "msk:metInPhaseType", "msk:appliesToPhaseType")
"""The properties by which a thing stands in its row, and in the column of a phase type."""


def _note(reader: GraphReader, row: Row) -> Line:
    """The properties by which a thing stands where it does that its row lists as inferred."""
    placing = (*_PLACING, *(_PLACING_IN_TIME if "type" in row else ()))
    return reader.place_note(term_text(row["thing"]), *placing)


def _of(prop: str, processes: Iterable[str]) -> str:
    wanted = " ".join(str(ox.NamedNode(p)) for p in dict.fromkeys(processes))
    return f"VALUES ?process {{ {wanted} }} ?thing {prop} ?process ." if wanted else ""


def phase_types(reader: GraphReader) -> list[str]:
    """Return all phase types in the order of the law, parallel tracks last."""
    concepts = concepts_of(reader.store, "phase-type")
    return in_scheme_order(reader.store, alphabetical(concepts, reader.lang, lambda t: reader.name(t).text))


def _chart(
    reader: GraphReader, link: Link, cell: CellLink, key: str, entries: Sequence[Entry], sorts: Mapping[str, Sort],
    notes: list[str],
) -> Chart:  # fmt: skip
    """A matrix whose columns are phase types."""
    known = phase_types(reader)
    used = {e.column for e in entries}
    columns = {t: reader.name(t).text for t in known if t in used}
    columns |= {t: reader.name(t).text for t in sorted(used - {"", *known})}
    columns |= {"": reader.say("chart.no-type")} if "" in used else {}
    # phase types without entries are named in a note: empty columns would take room
    happened = {
        term_text(r["t"]) for r in reader.select("SELECT DISTINCT ?t { ?phase a msk:Phase ; msk:phaseType ?t }")
    }
    if entries and (unread := [reader.name(t).text for t in known if t in happened - used]):
        notes.insert(1, reader.say("chart.grid-unread", names=listed(reader, unread)))
    row = {"themes": "theme", "dialogue": "form"}[key]
    heads = tuple(reader.say(f"chart.column-{c}") for c in (row, "phase-type", "kind", "count", "which"))
    return matrix(reader, link, cell, reader.say(f"chart.{key}"), entries, columns, sorts, heads, notes, key)


def listed(reader: GraphReader, names: Sequence[str]) -> str:
    """Return names as a list in a sentence: with commas, and a word before the last."""
    return reader.say("chart.and", first=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)


def matrix(
    reader: GraphReader, link: Link, cell: CellLink, title: str, entries: Iterable[Entry], columns: Mapping[str, str],
    sorts: Mapping[str, Sort], heads: tuple[str, ...], notes: Iterable[str], key: str = "answer", apart: bool = False,
) -> Chart:  # fmt: skip
    """Draw entries as a grid. ``columns`` are named in order; ``heads`` are the headings of the table's five columns.

    The rows of each group are in order of their number of things; the table has one row for each number in the grid.
    ``apart`` gives each group columns of its own; ``heads`` then has a sixth heading, for the groups, as the second.
    """
    by_group: dict[str, dict[str, Cells]] = {}
    for e in entries:
        things = by_group.setdefault(e.group, {}).setdefault(e.row, {}).setdefault((e.column, e.sort), {})
        things.setdefault(e.thing, e.note)
    none, twin = reader.say("chart.none-given"), list[tuple[Line, ...]]()
    groups: list[tuple[str, list[GridRow]]] = []
    regions = {g: _name(reader, g, reader.say("chart.no-region") if len(by_group) > 1 else "") for g in by_group}
    for group in sorted(alphabetical(by_group, reader.lang, lambda g: regions[g]), key=lambda g: not g):
        heading = regions[group]
        rows = []
        named = alphabetical(by_group[group], reader.lang, lambda r: _name(reader, r, ""))
        for row in sorted(named, key=lambda r: _rank(r, by_group[group][r])):
            name = _name(reader, row, none)
            cells: dict[str, list[Count]] = {}
            for column, sort in ((c, s) for c in columns for s in sorts):
                if things := by_group[group][row].get((column, sort), {}):
                    place = ", ".join(filter(None, (name, columns[column], heading)))
                    words = f"{len(things)} ({sorts[sort].words}): {place}"
                    cells.setdefault(column, []).append(Count(sort, len(things), words, cell(row, column, sort)))
                    twin.append(
                        (
                            reader.thing(row) if row else line(none), *([line(heading)] if heading else []),
                            line(columns[column]), line(sorts[sort].words), line(str(len(things))),
                            joined((line(reader.cell(thing), note) for thing, note in things.items()), ", "),
                        )
                    )  # fmt: skip
            rows.append(GridRow(row, name, cells))
        groups.append((heading, rows))
    every = [c for _, rows in groups for r in rows for counts in r.cells.values() for c in counts]
    used = {c.sort for c in every}
    most = max((c.number for c in every), default=1)
    grid = Grid(columns, groups, {s: sort for s, sort in sorts.items() if s in used}, most, apart)
    if any(heading for heading, _ in groups) and not apart:
        heads = (heads[0], reader.say("chart.column-region"), *heads[1:])
    described = reader.say(f"chart.{key}-described", rows=sum(len(r) for _, r in groups), columns=len(columns))
    return drawn(
        title, described, lambda width: draw_grid(grid, link, width), Table(title, heads, tuple(twin)), notes, "grid"
    )


def _rank(row: str, cells: Cells) -> tuple[bool, int]:
    return not row, -len({t for things in cells.values() for t in things})


def _name(reader: GraphReader, thing: str, none: str) -> str:
    return plain(reader.thing(thing)) if thing else none
