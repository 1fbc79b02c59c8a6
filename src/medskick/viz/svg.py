"""Drawing primitives of the pictures: elements, text and its width, figures of classes, links.

The pictures are inline in pages whose Content-Security-Policy forbids inline style. Their look comes from classes
(``viz/chart.css``) and presentation attributes (SVG 2, 6.6). Every text is escaped by ``xml.etree``.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal
from xml.etree import ElementTree as ET

from markupsafe import Markup

from medskick.viz.look import outline

Value = str | float | None
Part = ET.Element | str | None
"""A child of an element: an element, text, or nothing."""
Anchor = Literal["start", "middle", "end"]

SVG = "http://www.w3.org/2000/svg"
TEXT, SMALL = 14.0, 12.5
"""Sizes of text in pixels: names and numbers; axes, captions and notes."""

_MOST = 1000
# What XML 1.0 does not allow at all
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Widths in ems of DejaVu Sans, the widest common system-ui font; text in other fonts is narrower
_WIDTHS = {
    **dict.fromkeys("iIjl'|.,:; ", 0.34),
    **dict.fromkeys('ftr()[]/\\-–!"“”’`', 0.43),
    **dict.fromkeys("mMwW@%—", 0.99),
    **dict.fromkeys("ABCDEGHKNOQRUVXYÅÄÖ&", 0.76),
}


def clean(text: str) -> str:
    """Return a text without characters that XML forbids, on one line."""
    return " ".join(_FORBIDDEN.sub("\ufffd", text).split())


def el(tag: str, attributes: Mapping[str, Value] | None = None, *parts: Part) -> ET.Element:
    """Return an element; numbers are written with one decimal at most, attributes that are ``None`` left out."""
    element = ET.Element(tag)
    for name, value in (attributes or {}).items():
        if value is not None:
            element.set(name, clean(value) if isinstance(value, str) else f"{round(value, 1):g}")
    for part in parts:
        if isinstance(part, str):
            element.text = (element.text or "") + clean(part)
        elif part is not None:
            element.append(part)
    return element


def _ems(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.05 if unicodedata.east_asian_width(character) in "WF" else _WIDTHS.get(character, 0.64)


def text_width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """Return the greatest width of a text in pixels, in any common font (an estimate)."""
    return sum(map(_ems, text)) * size * (1.1 if bold else 1.0)


def shortened(text: str, width: float, size: float = TEXT, bold: bool = False) -> str:
    """Return as much of a text as fits in a width, with an ellipsis if something is left out."""
    left = width / (size * (1.1 if bold else 1.0))
    # the number of characters that fit together with the ellipsis
    fits, ems, dots = 0, 0.0, _ems("…")
    for place, character in enumerate(text, start=1):
        ems += _ems(character)
        if ems > left:
            return text[:fits].rstrip() + "…"
        if ems + dots <= left:
            fits = place
    return text


def wrapped(text: str, width: float, size: float = TEXT, lines: int = 3, bold: bool = False) -> list[str]:
    """Return a text broken into at most so many lines of a width; what does not fit ends in an ellipsis."""
    # no picture shows more than this
    rows, words = [""], clean(text[:_MOST]).split(" ")
    for place, word in enumerate(words):
        longer = f"{rows[-1]} {word}".strip()
        if text_width(longer, size, bold) <= width:
            rows[-1] = longer
        elif len(rows) == lines:
            rows[-1] = shortened(" ".join([rows[-1], *words[place:]]).strip(), width, size, bold)
            break
        elif rows[-1]:
            rows.append(shortened(word, width, size, bold))
        else:
            rows[-1] = shortened(word, width, size, bold)
    return rows


def label(
    x: float, y: float, text: str, kind: str = "", size: float = TEXT, anchor: Anchor = "start", lang: str = ""
) -> ET.Element:
    """Return a line of text whose base line starts (ends, has its middle) at a point. ``kind`` is its CSS class."""
    return el(
        "text",
        {
            "class": kind or None, "x": x, "y": y, "font-size": size,
            "text-anchor": anchor if anchor != "start" else None, "lang": lang or None,
        },
        text,
    )  # fmt: skip


def figure(shape: str, x: float, y: float, radius: float, kind: str = "solid") -> ET.Element:
    """Return the figure of a class (a shape of ``viz/styles.toml``) centred on a point."""
    if points := outline(shape, x, y, radius):
        return el("polygon", {"class": kind, "points": points})
    return el("circle", {"class": kind, "cx": x, "cy": y, "r": radius * 0.9})


def coloured(colour: str, parts: Iterable[Part]) -> ET.Element:
    """Return a group whose parts take a colour as ``currentcolor`` (``chart.css`` fits it to dark schemes)."""
    return el("g", {"class": "ink", "color": colour}, *parts)


def linked(href: str | None, name: str, parts: Iterable[Part], kind: str = "") -> ET.Element:
    """Return parts as one link (a group if ``href`` is empty); ``name`` is read out and shown as a tooltip.

    The name begins with the visible text (WCAG 2.1, 2.5.3).
    """
    title = el("title", {}, name)
    return el("a" if href else "g", {"class": kind or None, "href": href or None}, title, *parts)


def picture(width: float, height: float, name: str, described: str, parts: Iterable[Part], kind: str = "") -> Markup:
    """Return the whole picture as text that is safe in HTML and is a file of its own as well.

    Its role is group, not img, so that screen readers reach its links (SVG-AAM).
    """
    attributes: dict[str, Value] = {
        "xmlns": SVG, "class": f"chart {kind}".strip(), "role": "group", "aria-label": name or None,
        "width": width, "height": height, "viewBox": f"0 0 {round(width, 1):g} {round(height, 1):g}",
    }  # fmt: skip
    root = el("svg", attributes, el("desc", {}, described) if described else None, *parts)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - escaped by the serialiser
