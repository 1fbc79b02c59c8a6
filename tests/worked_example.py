"""Does what a page of ``docs/adding`` tells the reader to do, in a copy of the checkout.

What stands between fences is done in order: ``title="path"`` writes a file, ``title="at the end of path"`` adds to
one, ``diff`` changes files, ``sh`` runs commands, and ``text`` is what those commands show. A line of ``text`` may be
a part of the line shown; ``…`` stands for what is left out, in a line or between lines.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", re.M | re.S)
_AT_END = "at the end of "
_COPIED = ("ontology", "graph", "queries", "viz", "src", "tests", "docs")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules*", "*.png", "expected")


@dataclass(frozen=True)
class Step:
    """One block of a page: its language, the file it is for (``""``: none), its text."""

    language: str
    title: str
    body: str


def steps(page: Path) -> Iterator[Step]:
    """Yield the blocks of a page in order."""
    for match in _FENCE.finditer(page.read_text(encoding="utf-8")):
        yield Step(match["language"], match["title"] or "", match["body"])


def copy_of_checkout(folder: Path) -> Path:
    """Copy what a reader's checkout has into a folder, with a ``medskick`` that runs from there; return its place."""
    place = folder / "medskick"
    for name in _COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=_LEFT_OUT)
    for path in ROOT.iterdir():
        if path.is_file() and path.suffix in (".toml", ".md", ".json", ".py"):
            shutil.copy(path, place)
    script = folder / "bin" / "medskick"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from medskick.cli import main; main()" "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    return place


def environment(place: Path) -> dict[str, str]:
    """Return an environment in which commands run from the copy, in English, over the store beside it."""
    path = os.pathsep.join([str(place.parent / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEDSKICK_", "PYTEST_"))}
    return {
        **kept, "PATH": path, "PYTHONPATH": str(place / "src"), "MEDSKICK_LANG": "en", "COLUMNS": "200",
        "MEDSKICK_STORE": str(place.parent / "store"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def not_shown(expected: str, output: str) -> list[str]:
    """Return the lines that a page shows and the commands did not, in that order."""
    left = [" ".join(line.split()) for line in output.splitlines()]
    missing = []
    for line in (" ".join(line.split()) for line in expected.splitlines()):
        if line in ("", "…"):
            continue
        pattern = ".*".join(map(re.escape, line.split("…")))
        place = next((n for n, one in enumerate(left) if re.search(pattern, one)), None)
        if place is None:
            missing.append(line)
        else:
            del left[: place + 1]
    return missing


def run(command: str, place: Path) -> str:
    """Run a block of commands in the copy; return all that they show, whatever their exit codes."""
    # a server would wait for its reader, and tests/test_readme.py starts one
    tried = "".join(line for line in command.splitlines(keepends=True) if "medskick explore" not in line)
    ours = tried.replace("uv run medskick", "medskick").replace("uv run pytest", "python -m pytest -n 0")
    done = subprocess.run(
        ["sh", "-c", ours], cwd=place, env=environment(place), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    return done.stdout


def do(page: Path, place: Path) -> int:
    """Do all that a page says, in a copy of the checkout; return how many outputs were compared.

    Raises ``AssertionError`` where a command shows something else than the page does, or a stack trace.
    """
    output, compared = "", 0
    for step in steps(page):
        if step.language == "diff":
            subprocess.run(
                ["git", "apply", "--recount", "-"], cwd=place, input=step.body, encoding="utf-8", check=True,
                env={**os.environ, "GIT_CEILING_DIRECTORIES": str(place.parent)},
            )  # fmt: skip
        elif step.title.startswith(_AT_END):
            with (place / step.title.removeprefix(_AT_END)).open("a", encoding="utf-8", newline="") as file:
                file.write("\n" + step.body)
        elif step.title:
            path = place / step.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.body, encoding="utf-8", newline="")
        elif step.language == "sh":
            output = run(step.body, place)
            assert "Traceback" not in output, output
        elif step.language == "text":
            missing = not_shown(step.body, output)
            assert missing == [], f"not shown: {missing}\n--- but:\n{output}"
            compared += 1
    return compared
