"""Front-end parts, tools and clients that only work on the project needs: ``tests/package.json``, never shipped.

``uv run python -m tests.front_end check`` holds our own scripts to their format, the linter and their types;
``uv run python -m tests.front_end fix`` writes the format and what the linter can put right.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import hatch_build
from filelock import FileLock

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
_STAMP = MODULES / ".medskick-stamp"


@cache
def _fetched() -> str:
    """Fetch the parts where they are not here yet. Returns why that could not be done, empty if they are here."""
    # tests run in several processes: one fetches, the others wait
    with FileLock(HERE / ".front_end.lock"):
        return _fetch()


def _fetch() -> str:
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if _STAMP.is_file() and _STAMP.read_text(encoding="utf-8") == wanted:
        return ""
    npm = hatch_build.npm()
    if npm is None:
        return "there is no npm"
    # apart, then moved as a whole: a fetch that was broken off leaves nothing half done
    with tempfile.TemporaryDirectory(dir=HERE, prefix="node_modules.") as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, encoding="utf-8", timeout=300, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"npm: {error}"
        if done.returncode:
            return done.stderr.strip()[-300:] or "npm failed"
        shutil.rmtree(MODULES, ignore_errors=True)
        (Path(folder) / "node_modules").rename(MODULES)
    _STAMP.write_text(wanted, encoding="utf-8")
    return ""


def modules() -> Path:
    """Return the folder of the fetched packages; skips the test where npm cannot fetch (fails under CI=true)."""
    from conftest import need

    why = _fetched()
    need(not why, f"the test-only npm packages ({why})")
    return MODULES


def axe_script() -> Path:
    """Return the path of axe-core's script, to be run in a page by a browser test; skips as ``modules`` does."""
    return modules() / "axe-core" / "axe.min.js"


def node() -> str:
    """Return the Node to run clients with: the dev dependency's (others may be too old), else the one here."""
    from conftest import need

    chosen = _node()
    need(chosen is not None, "Node")
    assert chosen is not None
    return chosen


def _node() -> str | None:
    bundled = hatch_build.bundled_node()
    return str(bundled) if bundled else shutil.which("node")


# formatter and linter (biome.json), types (tsconfig.json)
_TOOLS = {
    "check": (["@biomejs/biome/bin/biome", "check", "--error-on-warnings"], ["typescript/bin/tsc"]),
    "fix": (["@biomejs/biome/bin/biome", "check", "--write", "--unsafe"],),
}


def main(arguments: list[str]) -> int:
    """Check our own scripts, or put right what can be; 2 where the tools cannot be had or the command is unknown."""
    tools = _TOOLS.get(" ".join(arguments))
    if tools is None:
        print("front_end: say check or fix", file=sys.stderr)
        return 2
    node = _node()
    if why := _fetched() or ("" if node else "there is no Node"):
        print(f"front_end: the tools for scripts are not here: {why}", file=sys.stderr)
        return 2
    assert node is not None
    results = [
        subprocess.run([node, MODULES / script, *rest], cwd=HERE.parent, check=False).returncode
        for script, *rest in tools
    ]
    return max(results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
