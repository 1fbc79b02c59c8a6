"""The house in numbers: modules, their length, the longest functions, circles and imports against the order.

Run ``uv run python bench/house.py [REVISION …]``: each git revision beside the checkout as it stands. The order is that
of the first import contract in ``pyproject.toml`` (of each revision its own). Prints a table; asserts nothing.
"""

import ast
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONG = 300

_GRAPH = """
import json, sys
import grimp
graph = grimp.build_graph("medskick", include_external_packages=False, cache_dir=None)
print(json.dumps([[m, t] for m in sorted(graph.modules) for t in sorted(graph.find_modules_directly_imported_by(m))]))
"""


def imports(checkout: Path) -> list[tuple[str, str]]:
    """Return which module of a checkout imports which, those inside functions too."""
    ran = subprocess.run(
        [sys.executable, "-c", _GRAPH],
        cwd=checkout / "src", env={"PYTHONPATH": str(checkout / "src")}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [(module, target) for module, target in json.loads(ran.stdout)]


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """Yield length in lines and name of each function of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path.stem}.{node.name}"


def measured(checkout: Path) -> dict[str, str]:
    """Return the figures of one checkout by heading."""
    import networkx

    modules = sorted((checkout / "src" / "medskick").rglob("*.py"))
    lengths = {m.relative_to(checkout / "src"): len(m.read_text(encoding="utf-8").splitlines()) for m in modules}
    edges = imports(checkout)
    graph: networkx.DiGraph[str] = networkx.DiGraph(edges)
    circles = [circle for circle in networkx.strongly_connected_components(graph) if len(circle) > 1]
    contract = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    floors = {room: floor for floor, room in enumerate(reversed(contract["contracts"][0]["layers"]))}

    def floor_of(module: str) -> int:
        return max((floors[room] for room in floors if f"{module}.".startswith(f"{room}.")), default=-1)

    upward = [(m, t) for m, t in edges if -1 < floor_of(m) < floor_of(t)]
    names = [m.stem for m in modules if m.stem != "__init__"]
    length, name = max(pair for m in modules for pair in functions(m))
    return {
        "modules": str(len(modules)),
        "lines": f"{sum(lengths.values()):,}",
        f"over {LONG} lines": str(sum(n > LONG for n in lengths.values())),
        "longest module": f"{max(lengths.values())} ({max(lengths, key=lambda m: lengths[m]).as_posix()})",
        "longest function": f"{length} ({name})",
        "imports": str(len(edges)),
        "circles": str(len(circles)),
        "imports upward": str(len(upward)),
        "names used twice or more": str(len({n for n in names if names.count(n) > 1})),
    }


def main() -> None:
    """Measure the revisions named, then the checkout."""
    columns: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for revision in sys.argv[1:]:
            place = Path(folder) / revision.replace("/", "-")
            place.mkdir()
            archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True).stdout
            subprocess.run(["tar", "-x", "-C", str(place)], input=archive, check=True)
            columns[revision] = measured(place)
        columns["now"] = measured(ROOT)
    print("| | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for heading in columns["now"]:
        print(f"| {heading} | " + " | ".join(column[heading] for column in columns.values()) + " |")


if __name__ == "__main__":
    main()
