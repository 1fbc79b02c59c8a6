"""Tests run in forked processes: which test executes which line, and what a mutant's own tests say of it.

The parent imports what never changes (third parties and the rooms below those under mutation), assembles the shipped
datasets and builds their store once; every child is forked from it, so that a mutant costs its tests and little more.
A mutant lives only in the child's memory: no file is written.
"""

import contextlib
import functools
import importlib
import importlib.machinery
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutant_coverage import MOST_SECONDS, Coverage, measuring_plugin, pooled, processor_seconds
from mutant_sites import SOURCE, Mutant

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
# rooms below those under mutation: children take them over from the parent
BELOW = ("medskick.graph", "medskick.ontology", "medskick.words", "medskick.rooms")
PYTEST = ["-q", "-x", "-o", "addopts=", "-m", "not (attack or fuzz or browser_all)", "--tb=no"]
# rdflib's evaluator says what the questions are worth, little of what is mutated here, and takes a third of the time
PYTEST += ["-k", "not both_engines"]
PYTEST += [f"-pno:{name}" for name in ("xdist", "cacheprovider", "schemathesis", "anyio")]


@dataclass(frozen=True)
class Verdict:
    """What a mutant's tests said: killed, timed out, survived or uncovered; by which test, how many ran, seconds."""

    id: str
    outcome: str
    by: str
    tests: int
    seconds: float


def _quiet() -> None:
    """Give the child a group of its own and nothing to write on."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


class Runner:
    """The parent of all test runs; ``work`` holds the store and what coverage said."""

    def __init__(self, work: Path, packages: Sequence[str], processes: int) -> None:
        """Import what never changes and build the store."""
        self.work, self.packages, self.processes = work, tuple(packages), processes
        sys.path[:0] = [str(TESTS), str(ROOT)]
        self._prepare()

    def _prepare(self) -> None:
        ((_, answer),) = self.each([("names", self._asked)], 300)
        names, folders = json.loads(answer)
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        for name in BELOW:
            importlib.import_module(name)
        early = [n for n in sys.modules if n.startswith(tuple(f"medskick.{p}" for p in self.packages))]
        assert not early, f"imported before the fork: {early}"
        self._build([Path(folder) for folder in folders])

    @staticmethod
    def _asked() -> str:
        """In a child: import everything; return the names of what is not ours, and the folders that tests assemble."""
        import pytest

        pytest.main(["--collect-only", *PYTEST, str(TESTS)])
        import conftest

        own = tuple(str(ROOT / name) for name in ("src", "tests", "bench", "hatch_build"))
        names = [n for n, module in sys.modules.items() if not str(getattr(module, "__file__", "")).startswith(own)]
        # what is private comes along with its package
        names = [n for n in names if not n.startswith(("_", "medskick"))]
        return json.dumps([names, list(map(str, conftest.first_folders()))])

    def _build(self, folders: list[Path]) -> None:
        """Assemble once what the tests' fixture assembles, and build its store."""
        from medskick.graph import assemble as room
        from medskick.graph import store

        original = room.assemble
        ready = original(folders, alone=True)

        def assemble(data: Any = (), alone: bool = False, *args: Any, **kwargs: Any) -> Any:
            return ready if alone and list(data) == folders else original(data, alone, *args, **kwargs)

        room.assemble = assemble
        folder = self.work / "store"

        def save() -> str:
            return store.save(ready.store, folder, inputs="test").version

        # in a child: the store's loader starts threads, which a process forked afterwards would wait for in vain
        assert [version for _, version in self.each([("store", save)], 300) if version], "the store was not built"
        os.environ["MEDSKICK_TEST_STORE"] = str(folder)

    def each(self, jobs: Iterable[tuple[str, Callable[[], str]]], seconds: float) -> Iterator[tuple[str, str]]:
        """Run each job in a child, a few at a time, and yield its name and what it returned.

        That is ``""`` where it ended by itself or used up its seconds of processor time. Whoever waits ten times as
        long (a machine may stand still in between) is ended, and nothing is yielded.
        """
        waiting = iter(list(jobs))
        running: dict[int, tuple[str, int, float, bytearray]] = {}
        done = False
        while running or not done:
            while not done and len(running) < self.processes:
                job = next(waiting, None)
                if job is None:
                    done = True
                    break
                reader, writer = os.pipe()
                child = os.fork()
                if not child:
                    _child(writer, job[1], int(seconds))
                os.close(writer)
                running[reader] = (job[0], child, time.monotonic() + 10 * seconds, bytearray())
            ready, _, _ = select.select(list(running), [], [], 0.2)
            for reader, (name, child, end, received) in list(running.items()):
                piece = os.read(reader, 1 << 20) if reader in ready else None
                if piece:
                    received += piece
                    continue
                if piece is None and time.monotonic() < end:
                    continue
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                os.close(reader)
                del running[reader]
                if piece is not None:
                    yield name, received.decode()

    def measure(self, kept: Mapping[Path, Path]) -> Coverage:
        """Run test files under coverage, those that have no answer kept in a file yet, and return what all say."""
        missing = [
            (file.name, functools.partial(self._measured, file)) for file, answer in kept.items() if not answer.exists()
        ]
        places = {file.name: answer for file, answer in kept.items()}
        for name, answer in self.each(missing, 900):
            if answer:
                places[name].write_text(answer, encoding="utf-8")
            print(f"{name}: {'measured' if answer else 'did not end in time'}", flush=True)
        return pooled(kept.values())

    def _measured(self, file: Path) -> str:
        import coverage
        import pytest

        measuring = coverage.Coverage(data_file=None, include=[f"{SOURCE / p}/**" for p in self.packages])
        plugin = measuring_plugin(measuring)
        measuring.start()
        pytest.main([a for a in PYTEST if a != "-x"] + [str(file)], plugins=[plugin])
        measuring.stop()
        data = measuring.get_data()
        lines = {
            Path(f).relative_to(SOURCE).as_posix(): {
                n: [c for c in contexts if c] for n, contexts in data.contexts_by_lineno(f).items() if any(contexts)
            }
            for f in data.measured_files()
        }
        return json.dumps({"tests": plugin.tests, "fixtures": plugin.fixtures, "lines": lines})

    def verdicts(self, mutants: Sequence[Mutant], coverage: Coverage) -> Iterator[Verdict]:
        """Run every mutant with its tests and yield what they said."""
        jobs = []
        for mutant in mutants:
            tests = coverage.related(mutant)
            if not tests:
                yield Verdict(mutant.id, "uncovered", "", 0, 0.0)
                continue
            jobs.append((mutant.id, functools.partial(self._verdict, mutant, tests)))
        for name, answer in self.each(jobs, 3 * MOST_SECONDS + 30):
            yield Verdict(**json.loads(answer)) if answer else Verdict(name, "timed out", "", 0, 3 * MOST_SECONDS + 30)

    @staticmethod
    def _verdict(mutant: Mutant, tests: list[str]) -> str:
        import pytest

        name = "medskick." + mutant.module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        get_code = importlib.machinery.SourceFileLoader.get_code

        def changed(loader: Any, fullname: str) -> Any:
            if fullname == name:
                return compile(mutant.code, str(SOURCE / mutant.module), "exec", dont_inherit=True)
            return get_code(loader, fullname)

        importlib.machinery.SourceFileLoader.get_code = changed  # type: ignore[assignment,method-assign]

        class Failed:
            by = ""

            def pytest_runtest_logreport(self, report: Any) -> None:
                if report.failed and not self.by:
                    self.by = report.nodeid

        failed, start = Failed(), processor_seconds()
        code = pytest.main([*PYTEST, *tests], plugins=[failed])
        outcome = "survived" if code == pytest.ExitCode.OK else "killed"
        by = failed.by or ("" if outcome == "survived" else f"pytest: {code!r}")
        return json.dumps(Verdict(mutant.id, outcome, by, len(tests), round(processor_seconds() - start, 1)).__dict__)


def _child(writer: int, work: Callable[[], str], seconds: int) -> None:
    try:
        _quiet()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        os.chdir(ROOT)
        answer = work().encode()
        while answer:
            answer = answer[os.write(writer, answer) :]
    finally:
        os._exit(0)
