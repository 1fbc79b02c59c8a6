"""Reading is bounded: what has no end, no bottom or no sense is a fault of its file, told at once."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import own_dataset as own
from medskick.graph.assemble import assemble
from medskick.graph.faults import fault, folded
from medskick.graph.tables import read_dataset
from medskick.ontology import vocabulary
from medskick.queries.question_file import read_file
from medskick.words import Lang


@pytest.fixture
def not_for_ever() -> Iterator[None]:
    """Fail where something waits, or reads, without an end."""

    def fail(_number: int, _frame: object) -> None:
        pytest.fail("not done after two minutes")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _link(target: str) -> Callable[[Path], None]:
    def link(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return link


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


ENDLESS: list[tuple[str, Callable[[Path], object], str]] = [
    ("lessons.csv", _pipe, "no-plain-file"),
    ("lessons.csv", _link("/dev/zero"), "no-plain-file"),
    ("lessons.csv", _folder, "no-plain-file"),
    ("lessons.csv", lambda path: os.truncate(path, 30_000_000), "file-too-large"),
    ("dataset.toml", lambda path: os.truncate(path, 30_000_000), "file-too-large"),
    ("dataset.toml", lambda path: path.write_text("x = " + "[" * 5_000 + "]" * 5_000, "utf-8"), "too-deep"),
]


@pytest.mark.parametrize(
    ("name", "harm", "code"),
    ENDLESS,
    ids=["a pipe", "a device", "a folder", "a large table", "a large description", "brackets"],
)
def test_what_has_no_end_is_a_fault_of_its_file(
    tmp_path: Path, not_for_ever: None, name: str, harm: Callable[[Path], object], code: str
) -> None:
    folder = own.write(tmp_path)
    harm(folder / name)
    errors = read_dataset(folder, vocabulary())[1]
    assert (f"{own.NAME}/{name}", code) in {(error.file, error.code) for error in errors}


def test_a_question_that_is_a_pipe_is_a_fault(tmp_path: Path, not_for_ever: None) -> None:
    path = tmp_path / "x.rq"
    path.touch()
    _pipe(path)
    assert [fault.code for fault in read_file(path, "x.rq").faults] == ["no-plain-file"]


@pytest.mark.parametrize("value", ["Y17E999999999", "Y1E9999", "Y-17E9S3", "9" * 90_000, "1" * 5_000 + "-01"])
def test_a_date_of_any_length_is_read_at_once(tmp_path: Path, not_for_ever: None, value: str) -> None:
    folder = own.write(tmp_path, {("sources", "date"): value, ("processes", "start"): value})
    assert {error.column for error in assemble([folder], alone=True).errors} >= {"start"}


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_faults_alike_are_told_a_hundred_times_and_then_counted(lang: Lang) -> None:
    many = [
        fault("bad-cell", "a/events.csv", row=row, column="date", found=str(row), expected={}) for row in range(2, 502)
    ]
    other = fault("bad-cell", "a/events.csv", row=7, column="form", found="x", expected={})
    [*listed, other_listed, rest] = folded([*many, other])
    assert listed == many[:100] and other_listed == other
    assert (rest.row, rest.column, rest.level) == (102, "date", "error")
    assert "400" in rest.say(lang)
    assert list(folded(many[:100])) == many[:100]


def test_as_many_different_slips_as_rows_are_read_at_once(tmp_path: Path, not_for_ever: None) -> None:
    """Each would be held beside every row that it can mean: nine million comparisons, had each its own."""
    [event] = own.rows()["events"]
    rows = [
        {**event, "id": f"mote-{n}", "part_of": f"moote-{n}", "occasions": "ett", "form": "fel"} for n in range(4000)
    ]
    own.write(tmp_path, tables={**own.rows(), "events": rows})
    assembled = assemble([tmp_path], alone=True)
    counts = Counter((f.code, f.column, f.level) for f in assembled.faults)
    assert counts == {
        ("dangling", "part_of", "error"): 4000, ("bad-cell", "occasions", "error"): 4000,
        ("unknown-concept", "form", "error"): 4000, ("checked-in-part", "", "warning"): 1,
    }  # fmt: skip
    fixes = [f.fix for f in assembled.faults if f.column == "part_of"]
    assert fixes[0] == "mote-0" and fixes[-1] is None
