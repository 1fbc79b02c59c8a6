"""``check --fix``: what the check proposes, shown, and written only with ``--apply``; all else in the file stays."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.assemble import assemble
from medskick.graph.csv_file import read_cells, with_cells
from medskick.graph.fixes import Mended, mended
from own_dataset import write


def _as_excel_writes(text: str) -> str:
    """Semicolons between cells, line ends of Windows, a byte order mark: no cell of this table has a semicolon."""
    lines = text.splitlines()
    assert not any(";" in line or '"' in line for line in lines)
    return "\ufeff" + "".join(line.replace(",", ";") + "\r\n" for line in lines)


TABLE = (
    "id,label_sv,label_en,form,proces,date,organiser,basis,sources\n"
    "Möte 1,Ett möte,A meeting,wrkshop,regionplan,hösten 2019,region-exempl,stated,redogorelse\n"
    "mote-2,Ett till,Another,workshop,regionplan,2019,region-exempel,stated,redogorelse\n"
)


def _events(folder: Path, text: str) -> Path:
    """The small dataset with a table of two meetings, the first of which has five faults. Returns the table's file."""
    table = write(folder) / "events.csv"
    table.write_text(text, encoding="utf-8", newline="")
    return table


def _mended(folder: Path) -> Mended:
    return mended(assemble([folder], alone=True), [folder], alone=True)


def _check(*given: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, ["check", "--lang", "en", *given])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_file_stays_as_its_program_wrote_it_but_for_what_is_mended(tmp_path: Path) -> None:
    table = _events(tmp_path, _as_excel_writes(TABLE))
    text = _as_excel_writes(TABLE).replace("proces;", "process;").replace("Möte 1", "mote-1")
    text = text.replace("hösten 2019", "2019-23").replace("wrkshop", "workshop").replace("exempl;", "exempel;")
    result = _mended(tmp_path)
    assert result.after.errors == []
    assert result.files == {table: text.encode()}
    assert table.read_bytes() == _as_excel_writes(TABLE).encode()


@pytest.mark.browser_all
def test_fixes_are_shown_and_written_only_when_asked(tmp_path: Path) -> None:
    table = _events(tmp_path, _as_excel_writes(TABLE))
    before = table.read_bytes()
    code, shown, said = _check("--fix", "--alone", "--data", str(tmp_path))
    assert code == 2
    place = "exempel/events.csv, row "
    assert shown.splitlines() == [
        f"{place}1, column proces: proces → process",
        f"{place}2, column date: hösten 2019 → 2019-23",
        f"{place}2, column form: wrkshop → workshop",
        f"{place}2, column id: Möte 1 → mote-1",
        f"{place}2, column organiser: region-exempl → region-exempel",
    ]
    assert "Nothing is written" in said
    assert table.read_bytes() == before

    code, _shown, _said = _check("--fix", "--apply", "--alone", "--data", str(tmp_path))
    assert code == 0
    assert "hösten 2019" not in table.read_text(encoding="utf-8")
    assert not list(table.parent.glob("*.new"))


def test_what_has_no_single_fix_stays_and_is_told(tmp_path: Path) -> None:
    table = _events(tmp_path, TABLE.replace("wrkshop", "zzzz"))
    result = _mended(tmp_path)
    assert [one.found for one in result.after.errors] == ["zzzz"]
    assert "zzzz" in result.files[table].decode()
    assert "region-exempl," not in result.files[table].decode()


def test_an_id_that_is_taken_is_not_given_again(tmp_path: Path) -> None:
    _events(tmp_path, TABLE.replace("Möte 1", "Mote 2"))
    result = _mended(tmp_path)
    assert "Mote 2" not in [one.before for one in result.fixes]
    assert [one.found for one in result.after.errors] == ["Mote 2"]


def test_who_refers_to_an_id_that_is_mended_is_mended_too(tmp_path: Path) -> None:
    table = _events(tmp_path, TABLE)
    people = table.with_name("actors.csv")
    text = people.read_text(encoding="utf-8").replace("\nregion-exempel,", "\nRE 1,")
    people.write_text(text, encoding="utf-8", newline="")
    for path in table.parent.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("region-exempel", "RE 1"), encoding="utf-8")
    table.write_text(TABLE.replace("region-exempl,", "RE 1;exempel-kommun,").replace("region-exempel", "RE 1"), "utf-8")
    result = _mended(tmp_path)
    assert result.after.errors == []
    # one of several values is replaced, the others stay in their order
    assert "re-1;exempel-kommun" in result.files[table].decode()


def test_apply_alone_is_refused() -> None:
    code, _shown, said = _check("--apply")
    assert code == 2
    assert "--fix" in said


@pytest.mark.parametrize(
    ("written", "place", "text", "after"),
    [
        ('a,b\n"x, y",z\n', (2, 0), "w", 'a,b\n"w",z\n'),
        ("a;b\r\nx;z\r\n", (2, 1), "p;q", 'a;b\r\nx;"p;q"\r\n'),
        ("\ufeffsep=;\r\na;b\r\n1;\r\n", (2, 1), "2", "\ufeffsep=;\r\na;b\r\n1;2\r\n"),
        ('a\tb\rsaid "no"\ty', (2, 0), 'said "yes"', 'a\tb\r"said ""yes"""\ty'),
        ('a,b\n"two\nlines",z\n\nlast,cell', (4, 1), "c", 'a,b\n"two\nlines",z\n\nlast,c'),
    ],
)
def test_one_cell_changes_and_no_other_byte(
    written: str, place: tuple[int, int], text: str, after: str, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(with_cells(written.encode(), {place: text}))
    assert path.read_bytes().decode() == after
    rows, _, whole = read_cells(path, "t.csv", [])
    assert whole
    assert rows[place[0] - 1][place[1]] == text
