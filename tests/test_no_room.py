"""A full disk: a message, an exit code, nothing half written, and what was there before as it was.

A limit on the size of files stands for the full disk: what is written past it fails, at another place for each limit.
"""

import contextlib
import errno
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result
from typer.testing import CliRunner

import own_dataset as own
from medskick.cli import app, main
from medskick.graph.store import current, open_store, save
from medskick.graph.whole_files import no_room, write_files
from medskick.ontology import term_text
from medskick.queries.kept import keep
from medskick.queries.remote import Rows
from medskick.sheets.start import Beginning, begin
from medskick.web.feedback.box import Box, BoxError
from medskick.words import say

REASONS = [say(f"cli.{key}", lang) for key in ("disk-full", "no-room") for lang in ("sv", "en")]
THING = "https://w3id.org/medskick/id/skane/kick-off"


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can grow past so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def lying(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, but the engine's own notes and locks."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (".lock", "LOG", "LOCK"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def run(size: int, *words: str) -> Result:
    with room_for(size):
        return CliRunner().invoke(app, [*words])


def told(result: Result) -> None:
    """It ended as for other input that cannot be used, and said why without a word of the system's."""
    assert result.exit_code == 2, result.output + repr(result.exception)
    assert any(reason in result.stderr for reason in REASONS), result.output
    assert not any(os.strerror(code) in result.output for code in (errno.ENOSPC, errno.EFBIG))


def quad(text: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(THING), ox.NamedNode(THING), ox.Literal(text), ox.NamedNode(THING))


@pytest.mark.parametrize("size", [0, 40, 200, 5_000, 9_000])
def test_a_store_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, size: int) -> None:
    save([quad("old")], tmp_path, inputs="old")
    before, files = current(tmp_path), lying(tmp_path)
    with pytest.raises(OSError) as raised, room_for(size):
        save([quad(f"new {n} " + "x" * 200) for n in range(2_000)], tmp_path, inputs="new")
    assert no_room(raised.value)
    assert current(tmp_path) == before and lying(tmp_path) == files
    assert [term_text(quad.object) for quad in open_store(tmp_path)[0].quads_for_pattern(None, None, None)] == [
        "old"
    ] * 2


def test_a_build_says_that_the_disk_is_full(tmp_path: Path) -> None:
    own.write(tmp_path / "data")
    save([quad("old")], tmp_path / "store", inputs="old")
    files = lying(tmp_path)
    told(run(20_000, "build", "--alone", "--data", str(tmp_path / "data"), "--store", str(tmp_path / "store")))
    assert lying(tmp_path) == files


# openpyxl's writer is closed when it is swept up
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("words", "name", "size"),
    [
        (["export"], "graph.nq", 500),
        (["ask", "lessons-about-the-start"], "lessons.csv", 0),
        (["ask", "lessons-about-the-start"], "lessons.xlsx", 0),
    ],
)
def test_an_earlier_file_stays(store_folder: Path, tmp_path: Path, words: list[str], name: str, size: int) -> None:
    target = tmp_path / name
    told(run(size, *words, "-o", str(target), "--store", str(store_folder)))
    assert lying(tmp_path) == {}
    target.write_text("earlier", encoding="utf-8")
    told(run(size, *words, "-o", str(target), "--store", str(store_folder)))
    assert lying(tmp_path) == {name: b"earlier"}


def test_the_tables_of_a_dataset_stay(tmp_path: Path) -> None:
    data = tmp_path / "data"
    place = own.write(data)
    table = tmp_path / "decisions.csv"
    more = own.rows()["decisions"][0] | {"id": "beslut-om-mer"}
    table.write_text(own.table("decisions", [*own.rows()["decisions"], more]), encoding="utf-8")
    actors = place / "actors.csv"
    actors.write_text(actors.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    files = lying(data)
    for size in (0, 300):
        told(run(size, "import", str(table), "--into", own.NAME, "--apply", "--data", str(data), "--alone"))
        told(run(size, "fmt", str(data)))
        assert lying(data) == files
    base = "https://data.grannen.example/id/"
    with pytest.raises(OSError), room_for(0):
        begin(Beginning("grannen", "Grannen", "Region Grannen", base, "2026-11-29", ("sv",), {}), data)
    assert lying(data) == files and not (data / "grannen").exists()


def test_a_site_stays(store_folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    told(run(0, "publish", str(site), "--store", str(store_folder)))
    assert lying(tmp_path) == {}


def test_remarks_and_copies_stay(tmp_path: Path) -> None:
    box = Box(tmp_path)
    number = box.receive(THING, None, "wrong", "Datumet är fel", "sv")
    with pytest.raises(BoxError), room_for(0):
        box.receive(THING, None, "wrong", "Platsen är fel", "sv")
    assert [remark.number for remark in box.remarks()] == [number]
    box.receive(THING, None, "wrong", "Platsen är fel", "sv")


def test_a_copy_stays(tmp_path: Path) -> None:
    iri = ox.NamedNode(THING)

    def call(*_given: object) -> tuple[list[str], Rows]:
        return ["s", "p", "o", "n"], [{"s": iri, "p": iri, "o": iri, "n": ox.Literal("1")}]

    keep(tmp_path, "https://data.exempel.example/sparql", "2026-11-27", call)
    files = lying(tmp_path)
    with pytest.raises(OSError), room_for(10):
        keep(tmp_path, "https://data.exempel.example/sparql", "2026-11-28", call)
    assert len(files) == 1 and lying(tmp_path) == files


def test_an_answer_that_its_file_does_not_take(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["medskick", "ask", "lessons-about-the-start", "--format", "csv", "--store", str(store_folder)]
    monkeypatch.setattr(sys, "argv", words)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 2
    error = capfd.readouterr().err
    assert any(reason in error for reason in REASONS)


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, new = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    first.write_text("old", encoding="utf-8")
    second.write_text("old", encoding="utf-8")
    first.chmod(0o640)
    files = lying(tmp_path)
    with pytest.raises(OSError), room_for(10):
        write_files({first: b"new", second: b"new" * 10})
    assert lying(tmp_path) == files
    replace = os.replace

    def failing(source: Path, place: Path) -> None:
        if place == second:
            raise OSError(errno.EIO, "")
        replace(source, place)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError):
        write_files({new: b"new", first: b"new", second: b"new"})
    assert lying(tmp_path) == files
    monkeypatch.undo()
    write_files({first: b"new", second: b"newer", new: b"newest"})
    assert lying(tmp_path) == {"a.csv": b"new", "b.csv": b"newer", "c.csv": b"newest"}
    assert first.stat().st_mode & 0o777 == 0o640
    link = tmp_path / "link"
    link.symlink_to(first)
    write_files({link: b"through"}, private=True)
    assert link.is_symlink() and first.read_bytes() == b"through"
    write_files({tmp_path / "own": b"x"}, private=True)
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(tmp_path: Path) -> None:
    place = tmp_path / "ingen" / "graf.nq"
    with pytest.raises(FileNotFoundError) as error:
        write_files({place: b"x"})
    assert error.value.filename == str(place.resolve())
