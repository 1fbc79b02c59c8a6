"""Trees of classes: each class with its figure and name under the one that it is a kind of, as an indented list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from medskick.viz import svg
from medskick.viz.look import look_of

_ROW, _STEP, _TOP, _FIGURE = 28.0, 22.0, 18.0, 6.5
WIDTH = 340.0
"""The width of a tree in pixels: the column of a phone 390 px wide."""


@dataclass(frozen=True)
class Branch:
    """A class in a tree: its local name, what it is called, what stands after its name, its address, its subclasses."""

    name: str
    label: str
    aside: str
    href: str | None
    below: Sequence["Branch"] = ()


def class_tree(root: Branch, described: Callable[[Branch], str]) -> Markup:
    """Return a tree as SVG. ``described`` says of a class what is read out: it begins with its label."""
    rows = list(_rows(root, 0))
    at = {id(branch): (12 + depth * _STEP, _TOP + number * _ROW) for number, (branch, depth) in enumerate(rows)}
    lines = "".join(
        f"M{at[id(branch)][0]:g} {at[id(branch)][1] + 9:g}V{at[id(below)][1]:g}H{at[id(below)][0] - 9:g}"
        for branch, _ in rows
        for below in branch.below
    )
    parts: list[svg.Part] = [svg.el("path", {"class": "lines", "d": lines, "fill": "none", "stroke": "#868e97"})]
    for branch, _ in rows:
        x, y = at[id(branch)]
        look = look_of(branch.name)
        figure = svg.coloured(look["colour"], [svg.figure(look["shape"], x, y, _FIGURE)])
        drawn = [figure, svg.label(x + 14, y + 5, branch.label, "head" if branch is root else "")]
        parts.append(svg.linked(branch.href, described(branch), drawn))
        after = x + 22 + svg.text_width(branch.label, bold=branch is root)
        if branch.aside and after < WIDTH - 60:
            aside = svg.shortened(branch.aside, WIDTH - after, svg.SMALL)
            parts.append(svg.label(after, y + 5, aside, "quiet", svg.SMALL))
    height = _TOP * 2 + (len(rows) - 1) * _ROW
    return svg.picture(WIDTH, height, root.label, "", parts, "tree")


def _rows(branch: Branch, depth: int) -> Iterator[tuple[Branch, int]]:
    yield branch, depth
    for below in branch.below:
        yield from _rows(below, depth + 1)
