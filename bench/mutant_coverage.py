"""Which test executes which line, as one run under coverage told, and what each test costs."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutant_sites import Mutant

# seconds (of processor time) of tests for one mutant, at most; what is left out then is the slowest
MOST_SECONDS = 20.0


def processor_seconds() -> float:
    """Seconds of processor time so far, those of ended children too: what a busy machine does not change."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


@dataclass(frozen=True)
class Coverage:
    """Which tests execute which line, and what each test costs."""

    cost: Mapping[str, float]
    by_line: Mapping[str, Mapping[int, frozenset[str]]]

    def related(self, mutant: Mutant) -> list[str]:
        """Return the tests of a mutant, quickest first: those that execute its lines, then others of its module.

        The others are there for what is kept (an index, a cache): only the first test to need it executes its lines.
        """
        lines = self.by_line.get(mutant.module, {})
        whole = set().union(*lines.values())
        own = whole if mutant.at_import else set().union(*(lines.get(n, frozenset()) for n in mutant.lines))
        chosen: list[str] = []
        seconds = 0.0
        for tests in (own, whole - own):
            for test in sorted(tests, key=lambda t: (self.cost[t], t)):
                seconds += self.cost[test]
                if chosen and seconds > MOST_SECONDS:
                    break
                chosen.append(test)
        return chosen if own else []


class Measured:
    """A pytest plugin that names coverage contexts: by test, and by fixture where several tests share one."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.current: list[str] = []
        self.tests: dict[str, dict[str, Any]] = {}
        self.fixtures: dict[str, float] = {}

    @contextlib.contextmanager
    def _context(self, name: str) -> Iterator[None]:
        self.current.append(name)
        self.coverage.switch_context(name)
        try:
            yield
        finally:
            self.current.pop()
            self.coverage.switch_context(self.current[-1] if self.current else "")

    def pytest_runtest_protocol(self, item: Any) -> None:
        """Note which shared fixtures a test takes."""
        shared = [d[-1] for d in item._fixtureinfo.name2fixturedefs.values() if d[-1].scope != "function"]
        self.tests[item.nodeid] = {"cost": 0.0, "fixtures": sorted({_fixture(d) for d in shared}), "passed": False}


def _fixture(definition: Any) -> str:
    return f"fixture {definition.argname} of {definition.baseid}"


def measuring_plugin(coverage: Any) -> Measured:
    """Return the plugin that measures a run of pytest under a ``Coverage`` that has started."""
    import pytest

    class Plugin(Measured):
        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_call(self, item: Any) -> Iterator[None]:
            start = processor_seconds()
            with self._context(item.nodeid):
                yield
            self.tests[item.nodeid]["cost"] = processor_seconds() - start

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_setup(self, item: Any) -> Iterator[None]:
            with self._context(item.nodeid):
                yield

        @pytest.hookimpl(hookwrapper=True)
        def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
            if fixturedef.scope == "function":
                yield
                return
            start = processor_seconds()
            with self._context(_fixture(fixturedef)):
                yield
            self.fixtures[_fixture(fixturedef)] = processor_seconds() - start

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.when == "call":
                self.tests[report.nodeid]["passed"] = report.passed

    return Plugin(coverage)


def pooled(answers: Iterable[Path]) -> Coverage:
    """Return what the files of several measured runs say together; one that is not there says nothing."""
    cost: dict[str, float] = {}
    lines: dict[str, dict[int, set[str]]] = {}
    for place in filter(Path.exists, answers):
        measured = json.loads(place.read_text(encoding="utf-8"))
        users: dict[str, list[str]] = {}
        for test, about in measured["tests"].items():
            if not about["passed"]:
                continue
            ready = ("fixture assembled", "fixture store_folder", "fixture kg")
            extra = sum(measured["fixtures"].get(f, 0) for f in about["fixtures"] if not f.startswith(ready))
            cost[test] = about["cost"] + extra
            for key in (test, *about["fixtures"]):
                users.setdefault(key, []).append(test)
        for module, contexts in measured["lines"].items():
            for line, keys in contexts.items():
                tests = {t for key in keys for t in users.get(key, ())}
                lines.setdefault(module, {}).setdefault(int(line), set()).update(tests)
    return Coverage(cost, {m: {n: frozenset(t) for n, t in by.items()} for m, by in lines.items()})
