"""Workbooks as curators might fill them in, well and badly, for tests by random input and a bench."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from hypothesis import strategies as st

import own_dataset
from medskick.graph.assemble import assemble
from medskick.graph.faults import Fault, Faulty
from medskick.ontology import vocabulary
from medskick.sheets.apply import faults_of, write_proposal
from medskick.sheets.proposed import given, proposed
from medskick.sheets.workbook_layout import SheetLayout, layout
from medskick.words import SHIPPED

LAYOUTS = layout(vocabulary(), SHIPPED, "sv")

_USUAL = (
    "", "x",
    "Region Exempel", "Regionplan", "Samråd", "samråd", "region-exempel", "redogorelse", "uttryckligen angiven",
    "hösten 2019", "v. 45 2018", "2019-13-40", "43546", "3.0", "ja", "nej", "planerad",
    "Organisation", "Regionplaneprocess",
    "SkÃ¥ne", "=1+1", "a;b", "a\nb", "national:riksdagen", "anna@exempel.example", "19811218-9876", "🌊", "\u202e", "#",
)  # fmt: skip
_TITLES = ("Skeden", "phases", "Tidplan", "", "ontology", "Läs detta först", "A" * 31)


@dataclass(frozen=True)
class Filled:
    """A workbook: its sheets by title, each with its rows of cells, the headings first."""

    sheets: dict[str, list[list[str]]]

    def raw(self) -> bytes:
        """Return the workbook as a file."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in self.sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _text(given: str) -> str:
    """Without what no workbook can hold."""
    return openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", given)


_ANYTHING = st.text(st.characters(codec="utf-8"), max_size=12).map(_text)
_CELL = st.one_of(st.sampled_from(_USUAL), _ANYTHING)


@st.composite
def filled(draw: st.DrawFn) -> Filled:
    """A workbook of some of the tables: the small dataset's own rows with a few other cells, or a few of any."""
    sheets: dict[str, list[list[str]]] = {}
    for one in draw(st.lists(st.sampled_from(LAYOUTS), min_size=1, max_size=3, unique_by=lambda s: s.title)):
        title = draw(st.one_of(st.just(one.title), st.just(one.title), st.sampled_from(_TITLES))) or "Blad"
        rows = own_dataset.rows().get(one.table.name)
        sheets[title] = draw(_changed(rows)) if rows and draw(st.booleans()) else draw(_any(one))
    return Filled(sheets)


@st.composite
def _changed(draw: st.DrawFn, rows: list[dict[str, str]]) -> list[list[str]]:
    """Rows of a table, of which a cell may be another, now and then with another id."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name, "") for name in headings] for row in rows]
    if draw(st.booleans()):
        cells[0][headings.index("id")] = draw(st.from_regex(r"[a-z]{3,9}(-[a-z]{2,5})?", fullmatch=True))
    for _ in range(draw(st.integers(0, 1))):
        draw(st.sampled_from(cells))[draw(st.integers(0, len(headings) - 1))] = draw(_CELL)
    return [headings, *cells]


@st.composite
def _any(draw: st.DrawFn, one: SheetLayout) -> list[list[str]]:
    """A few columns of a table with any cells below; now and then a heading that it does not have."""
    known = [heading.written for heading in one.headings]
    headings = draw(st.lists(st.sampled_from(known), min_size=1, max_size=8, unique=True))
    if draw(st.integers(0, 9)) == 0:
        headings.append(draw(_ANYTHING))
    return [headings, *draw(st.lists(st.lists(_CELL, min_size=1, max_size=len(headings)), max_size=4))]


def tried(folder: Path, book: Filled) -> str:
    """Import a workbook into a small dataset as the command does, and hold what happens to what must be.

    Nothing crashes; each fault is told in all languages and names a sheet of the workbook, with a row and column that
    are there, or a row of the dataset's own; what has faults leaves the dataset as it was; what is written passes the
    check. Returns what became of it: ``refused``, ``written`` or ``same``.
    """
    dataset = own_dataset.write(folder)
    before = {path.name: path.read_bytes() for path in dataset.iterdir()}
    file = folder / "book.xlsx"
    file.write_bytes(book.raw())
    places = {dataset.name: dataset}
    try:
        read, proposal, answers = proposed(given(file), dataset, places, "sv")
    except Faulty as error:
        _hold(error.faults, book)
        assert {path.name: path.read_bytes() for path in dataset.iterdir()} == before
        return "refused"
    faults = [*read.faults, *proposal.faults]
    if not any(one.level == "error" for one in faults):
        faults += faults_of(proposal, dataset, places)
    _hold(faults, book)
    assert {path.name: path.read_bytes() for path in dataset.iterdir()} == before
    if any(one.level == "error" for one in faults):
        return "refused"
    write_proposal(proposal, dataset, answers)
    assert [one.say("en") for one in assemble([dataset], alone=True).errors] == []
    return "written" if proposal.changes else "same"


def _hold(faults: Sequence[Fault], book: Filled) -> None:
    own = {f"{own_dataset.NAME}/{one.table.name}.csv" for one in LAYOUTS} | {f"{own_dataset.NAME}/dataset.toml"}
    for one in faults:
        assert all(one.say(lang) for lang in SHIPPED)
        assert one.file in {"book.xlsx", *book.sheets, *own}, one.say("en")
        if one.file in book.sheets:
            rows = book.sheets[one.file]
            assert 0 <= one.row <= len(rows), one.say("en")
            headings = {
                cell for sheet in LAYOUTS for heading in sheet.headings for cell in (heading.written, heading.name)
            }
            assert one.column in {"", *rows[0], *(cell.strip() for cell in rows[0]), *headings}, one.say("en")
