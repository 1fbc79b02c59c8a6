"""Tables → graph → tables loses nothing; the same input gives the same bytes."""

import concurrent.futures
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from conftest import first_folders
from medskick import cli
from medskick.graph import store as store_module
from medskick.graph.assemble import Assembled, assemble
from medskick.graph.build import table_rows
from medskick.graph.canonical import canonical_tables
from medskick.graph.index import dataset_graph
from medskick.graph.lookups import named_quads
from medskick.graph.statements import nquads
from medskick.graph.store import Built, current, open_store, save
from medskick.graph.tables import write_table
from medskick.rooms import room

DATASETS = sorted(p.parent.name for p in room("graph").glob("*/dataset.toml"))


@pytest.mark.parametrize("name", DATASETS)
def test_tables_to_graph_to_tables_gives_the_same_files(whole: Assembled, name: str) -> None:
    dataset = whole.index.datasets[name]
    quads = whole.store.quads_for_pattern(None, None, None, dataset_graph(name))
    back = table_rows(quads, dataset, whole.index)
    tables = whole.index.vocabulary.tables
    assert set(back) == {t for t, rows in dataset.rows.items() if rows}
    for table, rows in back.items():
        written = (dataset.folder / f"{table}.csv").read_text(encoding="utf-8")
        assert write_table(tables[table], rows) == written, table


def test_the_shipped_tables_are_in_canonical_form() -> None:
    assert canonical_tables(write=False) == []


def test_fmt_puts_rows_in_order_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "skane"
    shutil.copytree(room("graph") / "skane", folder)
    path = folder / "lessons.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    good = path.read_bytes()
    path.write_text(head + "".join(reversed(rows)), encoding="utf-8", newline="")
    result = CliRunner().invoke(cli.app, ["fmt", str(folder)])
    assert result.exit_code == 0
    assert path.read_bytes() == good


@pytest.mark.browser_all
def test_unchanged_input_gives_identical_bytes(assembled: Assembled) -> None:
    assert nquads(assemble(first_folders(), alone=True).store) == nquads(assembled.store)


def test_what_is_saved_is_what_was_assembled(assembled: Assembled, tmp_path: Path) -> None:
    built = save(assembled.store, tmp_path, inputs="x")
    store, opened = open_store(tmp_path)
    assert opened == built
    # the default graph is the store's own: what is saved is the named graphs
    assert nquads(named_quads(store)) == nquads(assembled.store)


def test_the_export_is_sorted_nquads(store_folder: Path) -> None:
    result = CliRunner().invoke(cli.app, ["export", "--store", str(store_folder)])
    lines = result.stdout.splitlines()
    assert lines == sorted(lines) and lines[0].endswith(" .")


def test_readers_cannot_write(store_folder: Path) -> None:
    store, _ = open_store(store_folder)
    node = ox.NamedNode("https://example.org/x")
    with pytest.raises(RuntimeError, match="read-write"):
        store.add(ox.Quad(node, node, node))


@pytest.mark.browser_all
def test_an_open_reader_survives_a_swap(assembled: Assembled, tmp_path: Path) -> None:
    save(assembled.store, tmp_path, inputs="one")
    reader, first = open_store(tmp_path)
    count = len(reader)
    node = ox.NamedNode("https://example.org/x")
    second = save([*assembled.store, ox.Quad(node, node, node, node)], tmp_path, inputs="two")
    assert len(reader) == count
    assert open_store(tmp_path)[1] == second != first
    # an old version goes once it is two behind
    save([*assembled.store, ox.Quad(node, node, ox.Literal("x"), node)], tmp_path, inputs="three")
    assert not (tmp_path / f"store-{first.version}").exists()


def few(value: str) -> list[ox.Quad]:
    node = ox.NamedNode("https://example.org/x")
    return [ox.Quad(node, node, ox.Literal(value), node)]


def test_saving_a_version_again_takes_no_store_from_a_reader(tmp_path: Path) -> None:
    first = save(few("one"), tmp_path, inputs="one")
    second = save(few("two"), tmp_path, inputs="two")
    reader, _ = open_store(tmp_path)
    again = save(few("two"), tmp_path, inputs="two, from other tables")
    assert (again.version, open_store(tmp_path)[1].inputs) == (second.version, "two, from other tables")
    assert [quad.object for quad in named_quads(reader)] == [ox.Literal("two")]
    # the version before is kept as long as this one is current
    assert (tmp_path / f"store-{first.version}").is_dir()


@pytest.mark.browser_all
def test_builds_of_one_version_at_the_same_moment_all_succeed(tmp_path: Path) -> None:
    start = threading.Barrier(4)

    def build(place: Path) -> str:
        start.wait()
        return save(few("one"), place, inputs="one").version

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for place in (tmp_path / str(n) for n in range(5)):
            versions = {one.result() for one in [pool.submit(build, place) for _ in range(4)]}
            store, built = open_store(place)
            assert versions == {built.version}
            assert [quad.object for quad in named_quads(store)] == [ox.Literal("one")]
            assert sorted(path.name for path in place.iterdir() if path.name != ".lock") == [
                "current", f"store-{built.version}", f"store-{built.version}.json",
            ]  # fmt: skip


@pytest.mark.browser_all
def test_a_build_between_the_steps_of_another_takes_no_store_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one has put its store in place and not yet named it, another, from other tables, must not sweep it away."""
    save(few("before"), tmp_path, inputs="before")
    pool = concurrent.futures.ThreadPoolExecutor(1)
    other: list[concurrent.futures.Future[object]] = []
    plain = store_module._make_current

    def between(folder: Path, built: Built, put: bool) -> None:
        if not other:
            other.append(pool.submit(save, few("other"), tmp_path, "other"))
            concurrent.futures.wait(other, timeout=2)
        plain(folder, built, put)

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "_make_current", between)
        save(few("one"), tmp_path, inputs="one")
        other[0].result(10)
    pool.shutdown()
    store, built = open_store(tmp_path)
    assert built.inputs in ("one", "other")
    assert [quad.object for quad in named_quads(store)] == [ox.Literal(built.inputs)]


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _emptied(store: Path) -> None:
    for path in store.iterdir():
        path.unlink()


def _flipped(store: Path) -> None:
    for path in store.glob("*.sst"):
        text = bytearray(path.read_bytes())
        text[len(text) // 3] ^= 0xFF
        path.write_bytes(text)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a file is missing": lambda store: max(store.glob("*.sst")).unlink(),
    "a file is cut off": lambda store: _cut(max(store.glob("*.sst"))),
    "the list of files is cut off": lambda store: _cut(next(store.glob("MANIFEST-*"))),
    "the folder is empty": _emptied,
    "the folder is gone": shutil.rmtree,
    "a bit fell over": _flipped,
    "its description says nothing": lambda store: store.with_name(store.name + ".json").write_text("{}", "utf-8"),
    "its description is a list": lambda store: store.with_name(store.name + ".json").write_text("[]", "utf-8"),
    "its description is cut off": lambda store: _cut(store.with_name(store.name + ".json")),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_build_heals_a_damaged_store(tmp_path: Path, damage: str) -> None:
    built = save(few("one"), tmp_path, inputs="one")
    DAMAGE[damage](tmp_path / f"store-{built.version}")
    if damage != "a bit fell over":
        with pytest.raises(FileNotFoundError):
            open_store(tmp_path)
    assert save(few("one"), tmp_path, inputs="one") == built
    store, opened = open_store(tmp_path)
    assert opened == built
    assert [quad.object for quad in named_quads(store)] == [ox.Literal("one")]


@pytest.mark.browser_all
def test_a_damaged_store_is_built_again_from_its_own_data_when_asked(
    broken: Callable[..., Path], tmp_path: Path
) -> None:
    options = ["--store", str(tmp_path / "stores")]
    data = ["--data", str(broken({})), "--alone"]
    assert CliRunner().invoke(cli.app, ["build", *options, *data]).exit_code == 0
    built = current(tmp_path / "stores")
    assert built is not None
    _emptied(tmp_path / "stores" / f"store-{built.version}")
    asked = CliRunner().invoke(cli.app, ["ask", "lessons-about-the-start", *options])
    assert asked.exit_code == 0, asked.output
    assert "damaged" in asked.stderr or "skadade" in asked.stderr
    assert current(tmp_path / "stores") == built


def test_a_process_that_ends_while_it_sweeps_leaves_no_half_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = save(few("one"), tmp_path, inputs="one")
    save(few("two"), tmp_path, inputs="two")

    def half(store: Path, **_options: object) -> None:
        if files := sorted(Path(store).glob("*.sst")):
            files[0].unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", half)
        save(few("three"), tmp_path, inputs="three")
    assert not (tmp_path / f"store-{first.version}").exists()
    save(few("one"), tmp_path, inputs="one again")
    assert [quad.object for quad in named_quads(open_store(tmp_path)[0])] == [ox.Literal("one")]


def test_a_crash_while_saving_leaves_the_old_store(
    assembled: Assembled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = save(assembled.store, tmp_path, inputs="one")

    def crash(_self: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    node = ox.NamedNode("https://example.org/x")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", crash)
        save([ox.Quad(node, node, node, node)], tmp_path, inputs="two")
    assert open_store(tmp_path)[1] == built
    assert list(tmp_path.glob(".draft-*")) == []
