"""Shared fixtures: datasets assembled once, a store built once, a dataset folder to break.

Most tests hold four datasets and the linksets between them (``FIRST``), about which their expectations were written
by hand; ``whole`` and ``whole_kg`` hold all that ship.
"""

import csv
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from filelock import FileLock
from starlette.testclient import TestClient

from medskick.graph.assemble import Assembled, assemble, dataset_folders, inputs_digest
from medskick.graph.store import current, save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import GRAPHS, term_text
from medskick.rooms import room
from running import Server, running

SHARED = Path(os.environ.get("MEDSKICK_SHARED", Path(__file__).parents[1] / ".." / "shared"))
FIRST = ("halland", "national", "skane", "stockholm")
SEVERAL_COUNTRIES = {"same-challenge-in-several-countries"}
"""Questions that have no answer over the first four, which are of one country."""
IN_CI = os.environ.get("CI") == "true"


LONGEST = ("bad_input", "site", "readme", "cli", "questions", "content", "facts", "links", "web")
"""The files of tests that take longest: they go first, so that no process works alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem.removeprefix("test_") not in LONGEST)


# the server answers for its own hosts alone, and this client would ask another one
TestClient.__init__.__defaults__ = ("http://localhost", *(TestClient.__init__.__defaults__ or ())[1:])


def need(present: bool, what: str) -> None:
    """Skip with a reason where a thing is missing; under CI=true its absence is a failure."""
    if not present:
        if IN_CI:
            pytest.fail(f"{what} must be present under CI=true")
        pytest.skip(f"{what} is not here")


@pytest.fixture(scope="session")
def shared() -> Path:
    need((SHARED / "facts").is_dir(), "the shared facts (MEDSKICK_SHARED)")
    return SHARED


def rows_of(table: str, datasets: Iterable[str] = FIRST) -> list[dict[str, str]]:
    """The rows of a table in datasets that ship, read as plain CSV: what counts are held to."""
    paths = [room("graph") / name / f"{table}.csv" for name in datasets]
    return [row for p in paths if p.is_file() for row in csv.DictReader(p.read_text(encoding="utf-8").splitlines())]


LESSON_COUNT = len(rows_of("lessons"))


def first_folders() -> list[Path]:
    """The folders of the first four datasets, and of the linksets between them."""
    links = [p for p in sorted((room("graph") / "links").iterdir()) if set(p.name.split("-")) <= set(FIRST)]
    return [*(room("graph") / name for name in FIRST), *links]


def built_once(request: pytest.FixtureRequest, name: str, assembled: str, inputs: Callable[[], str]) -> Path:
    """Return a store of what a fixture has assembled: built by the first process of tests, copied by the others."""
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    base = factory.getbasetemp()
    shared_base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    built = shared_base / f"built-{name}"
    with FileLock(shared_base / f"{name}.lock"):
        if not built.exists():
            graph: Assembled = request.getfixturevalue(assembled)
            assert graph.errors == []
            save(graph.store, shared_base / f"half-{name}", inputs=inputs())
            (shared_base / f"half-{name}").rename(built)
    own = factory.mktemp(name) / "store"
    shutil.copytree(built, own)
    return own


@pytest.fixture(scope="session")
def assembled() -> Assembled:
    return assemble(first_folders(), alone=True)


@pytest.fixture(scope="session")
def whole() -> Assembled:
    """All datasets that ship."""
    return assemble()


@pytest.fixture(scope="session")
def whole_store(request: pytest.FixtureRequest) -> Path:
    """The store that ``medskick build`` makes: no command finds it out of date and builds it anew."""
    return built_once(request, "whole", "whole", lambda: inputs_digest(dataset_folders()[0]))


@pytest.fixture(scope="session")
def whole_kg(whole_store: Path) -> KnowledgeGraph:
    return KnowledgeGraph(whole_store)


@pytest.fixture(scope="session")
def store_folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The store of the first four; ``bench/mutants.py`` names one that it has built once for all mutants."""
    if ready := os.environ.get("MEDSKICK_TEST_STORE"):
        yield Path(ready)
        return
    folder = built_once(request, "first", "assembled", lambda: "test")
    built = current(folder)
    yield folder
    # its inputs are no tables: a command that builds what is out of date must be given a copy
    assert current(folder) == built, "a test has replaced the store that all tests share"


@pytest.fixture(scope="session")
def kg(store_folder: Path) -> KnowledgeGraph:
    return KnowledgeGraph(store_folder)


@pytest.fixture(scope="session")
def server(store_folder: Path) -> Iterator[Server]:
    """A server of that store that all tests share: to start one, and to make each page anew, takes seconds."""
    with running(store_folder, "seconds=60.0") as running_server:
        yield running_server


@pytest.fixture(scope="session")
def small_store(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The national level alone: what all regions have in common, and small enough to write out again and again."""
    kept = ("ontology", "catalogue", "national", "national/derived")
    folder = tmp_path_factory.mktemp("small")
    save([q for q in kg.store if term_text(q.graph_name).removeprefix(GRAPHS) in kept], folder, inputs="small")
    return folder


@pytest.fixture(scope="session")
def in_memory(assembled: Assembled) -> rdflib.Dataset:
    """The same graph in rdflib's own store, for its own evaluator (never through oxrdflib, which is Oxigraph again)."""
    dataset = rdflib.Dataset(default_union=True)
    raw = ox.serialize(assembled.store, format=ox.RdfFormat.N_QUADS)
    assert raw is not None
    dataset.parse(data=raw.decode(), format="nquads")
    return dataset


@pytest.fixture(scope="session")
def flat(in_memory: rdflib.Dataset) -> rdflib.Graph:
    """All its statements without their graphs: where a query names none, that is the same, in half the time."""
    graph = rdflib.Graph()
    graph += in_memory.triples((None, None, None))
    return graph


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., Path]:
    """Copy datasets, apply edits ``{"skane/phases.csv": edit}`` (text → text), return the folder.

    Skåne and the national level suffice for most faults, and take half the time; ``also`` names others, and ``of``
    what is copied in place of them: one small dataset, where it makes no difference whose table is broken.
    """

    def make(
        edits: dict[str, Callable[[str], str]], also: tuple[str, ...] = (), of: tuple[str, ...] = ("skane", "national")
    ) -> Path:
        folder = tmp_path / "data"
        for name in (*of, *also):
            shutil.copytree(room("graph") / name, folder / name)
        for name, edit in edits.items():
            path = folder / name
            path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
        return folder

    return make
