"""Items in a row, wrapped into lines: the legend of a chart or picture, or names with links."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from medskick.viz.svg import SMALL, label, linked, text_width, wrapped

Parts = list[ET.Element]
Block = tuple[Parts, float]
"""Parts and their height."""
Swatch = Callable[[float, float], Sequence[ET.Element]]
"""Draws a sample for a legend: 26 px wide from a point, vertically centred on the text."""


@dataclass(frozen=True)
class Item:
    """One item of a row: a sample and its meaning, or a name with an address."""

    text: str
    swatch: Swatch | None = None
    href: str | None = None
    name: str = ""


def flow(items: Sequence[Item], left: float, top: float, right: float, opening: str = "") -> Block:
    """Draw items in a row, wrapped into lines. Returns the parts and their lower edge."""
    step, parts, x, y = 21.0, Parts(), left, top + 15
    if opening:
        parts.append(label(x, y, opening, "quiet", SMALL))
        x += text_width(opening, SMALL) + 8
    for place, item in enumerate(items):
        text = item.text + ("," if item.swatch is None and place < len(items) - 1 else "")
        indent = 28.0 if item.swatch else 0.0
        room_needed = indent + text_width(text, SMALL)
        if x > left and x + room_needed > right:
            x, y = left, y + step
        inside: list[ET.Element] = [*item.swatch(x, y - 4.5)] if item.swatch else []
        pieces, at = _lines(text, x + indent, right), x
        for number, piece in enumerate(pieces):
            at = x if number == 0 else left
            inside.append(label(at + indent, y, piece, "quiet" if item.swatch else "", SMALL))
            if number < len(pieces) - 1:
                y += step
        parts += [linked(item.href, item.name or item.text, inside)] if item.href else inside
        x = at + indent + text_width(pieces[-1], SMALL) + (18 if item.swatch else 7)
    return parts, y + 8 if items or opening else top


def _lines(text: str, left: float, right: float) -> list[str]:
    return wrapped(text, max(right - left, 60.0), SMALL)
