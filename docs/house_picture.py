"""Draw ``docs/house.svg``, the rooms and what each imports: ``uv run python docs/house_picture.py``.

The rooms and their order are the first contract of ``[tool.importlinter]`` in ``pyproject.toml``; what a room imports
is read from the sources by ``grimp``, the library that import-linter itself uses. The same sources give the same file.
"""

import ast
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import grimp

from medskick.viz.svg import SVG, el

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "house.svg"
_PACKAGE = "medskick"
_ROW, _HEAD, _LEFT, _BOX, _LANE = 58, 64, 16, 420, 34
_INK, _QUIET, _FILL, _LINE = "#1b1b1b", "#595959", "#eef4fb", "#0f5fa6"
_FONT = "system-ui, sans-serif"


def rooms() -> list[str]:
    """Return the rooms of the house in the order of the contract, the highest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    # rooms of one floor stand with a bar between them
    return [name.strip().removeprefix(f"{_PACKAGE}.") for layer in layers for name in re.split(r"[|:]", layer)]


def imports(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """Return for each room the other rooms that any of its modules imports."""
    known = rooms()
    imported_rooms: dict[str, set[str]] = {name: set() for name in known}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            above, below = (f"{name}.".split(".")[1] for name in (module, imported))
            if above != below and above in imported_rooms and below in imported_rooms:
                imported_rooms[above].add(below)
    return imported_rooms


def wings(graph: grimp.ImportGraph, room: str) -> list[str]:
    """Return the packages inside a room."""
    inside = graph.find_children(f"{_PACKAGE}.{room}")
    return sorted(name.rpartition(".")[2] for name in inside if graph.find_children(name))


def purpose(room: str) -> str:
    """Return what a room is for: the beginning of its docstring, up to the first mark."""
    place = ROOT / "src" / _PACKAGE / room
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"[.:;]", text, maxsplit=1)[0].replace("``", "")


def _text(x: float, y: float, words: str, size: float = 14, bold: bool = False, colour: str = _INK) -> ET.Element:
    weight = "600" if bold else None
    return el("text", {"x": x, "y": y, "font-size": size, "font-weight": weight, "fill": colour}, words)


def drawing() -> str:
    """Return the picture as SVG: a box for each room, and a line down to every room that it imports."""
    graph = grimp.build_graph(_PACKAGE, cache_dir=None)
    names, edges = rooms(), imports(graph)
    lanes = _LEFT + _BOX + 36
    width, height = lanes + _LANE * len(names), _HEAD + _ROW * len(names) + 8
    middle = {name: _HEAD + _ROW * place + _ROW / 2 - 4 for place, name in enumerate(names)}
    description = "; ".join(
        f"{name} imports {', '.join(n for n in names if n in edges[name]) or 'nothing'}" for name in names
    )
    root = el(
        "svg",
        {"xmlns": SVG, "viewBox": f"0 0 {width} {height}", "width": width, "height": height, "role": "img",
         "font-family": _FONT},
        el("title", None, "The rooms of the house, and what each imports"),
        el("desc", None, f"{description}."),
        el("rect", {"width": width, "height": height, "fill": "#ffffff"}),
        _text(_LEFT, 24, "A line begins with a ring at its room. Each dot on it is a room that it imports."),
        _text(_LEFT, 44, "Every line goes down: a room imports only what stands below it.", colour=_QUIET),
    )  # fmt: skip
    for name in names:
        y = middle[name]
        inside = wings(graph, name)
        title = f"{name}  ({' · '.join(inside)})" if inside else name
        box: dict[str, str | float | None] = {
            "x": _LEFT,
            "y": y - 24,
            "width": _BOX,
            "height": 48,
            "rx": 4,
            "fill": _FILL,
            "stroke": _LINE,
        }
        root.extend(
            [
                el("path", {"d": f"M{_LEFT + _BOX} {y}H{width - 12}", "stroke": "#d5d5d5"}),
                el("rect", box),
                _text(_LEFT + 12, y - 4, title, 15, bold=True),
                _text(_LEFT + 12, y + 15, purpose(name), 13, colour=_QUIET),
            ]
        )
    for place, name in enumerate(names):
        x, y = lanes + _LANE * place, middle[name]
        ends = [middle[other] for other in names if other in edges[name]]
        if ends:
            root.append(el("path", {"d": f"M{x} {y}V{max(ends)}", "stroke": _LINE, "stroke-width": 2}))
        root.extend(el("circle", {"cx": x, "cy": end, "r": 5, "fill": _LINE}) for end in ends)
        root.append(el("circle", {"cx": x, "cy": y, "r": 6, "fill": "#ffffff", "stroke": _LINE, "stroke-width": 2}))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8", newline="\n")
