"""How each class looks in pictures, and what it is called: from ``viz/styles.toml`` and the ontology."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from medskick.graph.faults import Fault, closest, fault
from medskick.graph.toml_file import line_of, read_toml
from medskick.ontology import PREFIXES, vocabulary
from medskick.rooms import room

_FILE = "viz/styles.toml"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_PLAIN: Mapping[str, str] = {"colour": "#54585E", "shape": "triangle"}
"""The look of a concept if the file gives no valid one."""


@cache
def shapes() -> dict[str, tuple[tuple[float, float], ...]]:
    """Return the shapes of figures (``viz/shapes.toml``): their corners round a centre, none for a circle."""
    corners = tomllib.loads((room("viz") / "shapes.toml").read_text(encoding="utf-8"))
    return {shape: tuple((float(x), float(y)) for x, y in points) for shape, points in corners.items()}


def outline(shape: str, x: float, y: float, radius: float) -> str:
    """Return the corners of a figure of a radius round a point, as SVG writes them; empty for a circle."""
    return " ".join(
        f"{round(x + radius * dx, 1):g},{round(y + radius * dy, 1):g}" for dx, dy in shapes().get(shape, ())
    )


def styles() -> Mapping[str, Mapping[str, str]]:
    """Return colour and shape by class, from ``viz/styles.toml``; those with faults are left out (``style_faults``)."""
    return _read()[0]


def style_faults() -> list[Fault]:
    """Return what is wrong with ``viz/styles.toml``, each with its line."""
    return list(_read()[1])


def _read() -> tuple[Mapping[str, Mapping[str, str]], tuple[Fault, ...]]:
    path = room("viz") / "styles.toml"
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _read_once(path, changed)


@lru_cache(maxsize=8)
def _read_once(path: Path, _changed: int) -> tuple[Mapping[str, Mapping[str, str]], tuple[Fault, ...]]:
    content, faults = read_toml(path, _FILE)
    looks: dict[str, Mapping[str, str]] = {}
    for cls, look in content.items():
        wrong = _style_faults(path, cls, look)
        faults += wrong
        if not wrong:
            looks[cls] = look
    if content and "Concept" not in content:
        faults.append(fault("style-missing", _FILE))
    return {**looks, "Concept": looks.get("Concept", _PLAIN)}, tuple(faults)


def _style_faults(path: Path, cls: str, look: object) -> list[Fault]:
    """What is wrong with the look of one class."""
    row = line_of(path, cls)
    if cls not in _all_words():
        return [fault("style-class", _FILE, row=row, found=cls, fix=closest(cls, _all_words()))]
    if not isinstance(look, dict):
        return [fault("style-key", _FILE, row=row, found=cls)]
    keys = [key for key in ("colour", "shape") if not isinstance(look.get(key), str)]
    faults = [fault("style-key", _FILE, row=row, column=key) for key in keys]
    faults += [
        fault("style-key", _FILE, row=line_of(path, cls, key), column=key, fix=closest(key, ("colour", "shape")))
        for key in look.keys() - {"colour", "shape"}
    ]
    colour, shape = look.get("colour"), look.get("shape")
    if isinstance(colour, str) and not _COLOUR.fullmatch(colour):
        faults.append(fault("style-colour", _FILE, row=line_of(path, cls, "colour"), column="colour", found=colour))
    if isinstance(shape, str) and shape not in shapes():
        row, near = line_of(path, cls, "shape"), closest(shape, shapes())
        known = ", ".join(shapes())
        faults.append(fault("style-shape", _FILE, row=row, column="shape", found=shape, fix=near, known=known))
    return faults


def drawn_as(cls: str) -> str:
    """Return the class that a thing is drawn as: schemes, datasets and terms of the ontology look like concepts."""
    return cls if cls in styles() else "Concept"


def look_of(cls: str) -> Mapping[str, str]:
    """Return colour and shape of a class."""
    return styles()[drawn_as(cls)]


@cache
def _all_words() -> dict[str, dict[str, dict[str, str]]]:
    words: dict[str, dict[str, dict[str, str]]] = {}
    wanted = {PREFIXES["rdfs"] + "label": "label", PREFIXES["skos"] + "definition": "definition"}
    for quad in vocabulary().quads:
        if quad.predicate.value in wanted and (language := getattr(quad.object, "language", None)):
            subject = getattr(quad.subject, "value", "")
            if subject.startswith((PREFIXES["msk"], PREFIXES["skos"])) or subject == PREFIXES["void"] + "Linkset":
                words.setdefault(subject.rpartition("#")[2], {}).setdefault(wanted[quad.predicate.value], {})[
                    language
                ] = getattr(quad.object, "value", "")
    return words


def class_words(cls: str) -> dict[str, dict[str, str]]:
    """Return ``label`` and ``definition`` of a class by its local name, each in both languages."""
    return _all_words().get(cls, {})
