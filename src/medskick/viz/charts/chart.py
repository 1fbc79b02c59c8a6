"""The form of every chart: a drawing for a wide page, one for a phone, and a table with the same content."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markupsafe import Markup

from medskick.reports.document import Table
from medskick.reports.html import Link
from medskick.rooms import room
from medskick.viz.legend import Block
from medskick.viz.svg import SVG, picture

__all__ = ["NARROW", "WIDE", "Chart", "Link", "drawn", "standalone"]

WIDE, NARROW = 880.0, 350.0
"""Widths of the two drawings in pixels: the column of a page, and that on a phone 390 px wide.

On A4 the wide one is 178 mm: the smallest text (12.5 px) is then 7.2 pt.
"""

Draw = Callable[[float], list[Block]]
"""Draws in a given width; returns blocks from top to bottom, between which a page may break."""


@dataclass(frozen=True)
class Chart:
    """A chart: its name, what it shows in words, the drawings (safe in HTML), the same as a table, its limits.

    A drawing is one SVG for each block. ``wide`` and ``narrow`` are empty if there is nothing to draw.
    """

    title: str
    description: str
    wide: Markup
    narrow: Markup
    table: Table
    notes: tuple[str, ...] = ()


def drawn(title: str, description: str, draw: Draw, table: Table, notes: Iterable[str] = (), kind: str = "") -> Chart:
    """Return a chart drawn for both widths; if its table has no rows, nothing is drawn."""
    wide, narrow = Markup(), Markup()
    if table.rows:
        wide, narrow = (
            Markup("\n").join(
                picture(width, height, title if number == 0 else "", description if number == 0 else "", parts, name)
                for number, (parts, height) in enumerate(b for b in draw(width) if b[0])
            )
            for width, name in ((WIDE, f"{kind} wide".strip()), (NARROW, f"{kind} narrow".strip()))
        )
    return Chart(title, description, wide, narrow, table, tuple(notes))


def standalone(chart: Chart) -> str:
    """Return the wide drawing as one SVG file that carries its own style sheet; empty if nothing is drawn."""
    if not chart.wide:
        return ""
    style = (room("viz") / "chart.css").read_text(encoding="utf-8")
    blocks = [ET.fromstring(block) for block in str(chart.wide).split("\n")]  # noqa: S314 - our own drawing
    y = 0.0
    for block in blocks:
        block.set("y", f"{y:g}")
        y += float(block.get("height", "0"))
    ET.register_namespace("", SVG)
    root = ET.Element(f"{{{SVG}}}svg", {"width": f"{WIDE:g}", "height": f"{y:g}", "viewBox": f"0 0 {WIDE:g} {y:g}"})
    ET.SubElement(root, f"{{{SVG}}}style").text = style
    root.extend(blocks)
    return ET.tostring(root, encoding="unicode") + "\n"
