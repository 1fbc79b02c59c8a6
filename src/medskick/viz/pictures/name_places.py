"""Which names of a drawing are shown, and where: those of the best connected things first, none over another.

Those for which there is no room are left out (the table has them all).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medskick.viz import svg
from medskick.viz.pictures.layout import degrees
from medskick.viz.pictures.picture import Node, Picture
from medskick.words import Lang, pick

SIZE, LEADING = 13.0, 15.0
"""The size of a name's letters and the height of its lines, in pixels."""
LABEL = 168.0
"""Room for a name beside its figure, in pixels; also the margin of a drawing that is not small."""
_LINES, _SIDE_LINES = 3, 2
"""The lines of a name, and those of one in a picture with two sides."""
_FIRST = 10
"""The number of best connected things (at most a quarter of all) whose names may cover figures."""


@dataclass(frozen=True)
class Box:
    """A rectangle in a drawing, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def cells(self, size: float = 48.0) -> Iterator[tuple[int, int]]:
        """Yield the cells of a grid that the box touches."""
        for column in range(int(self.left // size), int(self.right // size) + 1):
            for row in range(int(self.top // size), int(self.bottom // size) + 1):
                yield column, row

    def meets(self, other: "Box") -> bool:
        """Tell whether two boxes overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class _Taken:
    """Boxes that are taken; a look-up reads the cells nearby only."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def add(self, box: Box) -> None:
        for cell in box.cells():
            self._cells.setdefault(cell, []).append(box)

    def free(self, box: Box) -> bool:
        return not self.met(box)

    def met(self, box: Box) -> int:
        """The number of taken boxes that a box overlaps."""
        return len({other for cell in box.cells() for other in self._cells.get(cell, ()) if box.meets(other)})


@dataclass(frozen=True)
class Name:
    """A name that is shown: the thing, its lines, where they stand, which end of a line is fixed."""

    node: Node
    rows: Sequence[str]
    box: Box
    anchor: svg.Anchor = "middle"

    @property
    def x(self) -> float:
        """Where the fixed end of the lines is."""
        return {"start": self.box.left + 2, "middle": (self.box.left + self.box.right) / 2, "end": self.box.right - 2}[
            self.anchor
        ]


def names_placed(
    picture: Picture,
    lang: Lang,
    spots: dict[str, tuple[float, float]],
    radii: dict[str, float],
    size: tuple[float, float],
    headings: Sequence[Box],
) -> list[Name]:
    """The names for which there is room beside the headings, those of the best connected things first."""
    degree, taken, figures, names = degrees(picture), _Taken(), _Taken(), []
    for thing, (x, y) in spots.items():
        radius = radii[thing]
        figures.add(Box(x - radius, y - radius, x + radius, y + radius))
    for heading in headings:
        taken.add(heading)
    sides = picture.layout == "sides"
    order = sorted(picture.nodes, key=lambda n: ((n.iri == picture.around) == sides, -degree[n.iri], n.iri))
    # in a picture around a thing only its own name must be shown: the page lists the others. With two sides not even
    # that, because the names around it have no other place and the page's title is its name
    first = 0 if sides else 1 if picture.around else min(_FIRST, 1 + len(order) // 4)
    for rank, node in enumerate(order):
        (x, y), radius = spots[node.iri], radii[node.iri]
        side = _side_of(picture, node, spots)
        # a name on a side takes the room from its figure to the edge
        room, lines = (min(size[0] - x, x) - radius - 8, _SIDE_LINES) if side else (LABEL - 12, _LINES)
        rows = svg.wrapped(pick(node.label, lang), room, SIZE, lines)
        wide, high = max(svg.text_width(row, SIZE) for row in rows), LEADING * len(rows)
        beside_first = side or (1 if picture.layout == "columns" else 0)
        corners = _corners(beside_first, x, y, radius, wide, high)
        boxes = [Box(left - 2, top - 1, left + wide + 2, top + high + 2) for left, top in corners]
        inside = [b for b in boxes if b.left >= 0 and b.top >= 0 and b.right <= size[0] and b.bottom <= size[1]]
        free = [box for box in inside if taken.free(box)]
        # the most important names may cover figures, as few as possible; others may cover none
        fewest = min(free, key=figures.met, default=None)
        box = fewest if fewest and (rank < first or figures.free(fewest)) else None
        if box is not None:
            taken.add(box)
            beside: svg.Anchor = "start" if box.left > x else "end" if box.right < x else "middle"
            names.append(Name(node, rows, box, beside if beside_first else "middle"))
    return names


def _side_of(picture: Picture, node: Node, spots: dict[str, tuple[float, float]]) -> int:
    """The side of the middle on which a thing is: 1 for the right, -1 for the left, 0 without sides."""
    if picture.layout != "sides" or picture.around not in spots or node.iri == picture.around:
        return 0
    return 1 if spots[node.iri][0] >= spots[picture.around][0] else -1


def _corners(side: int, x: float, y: float, radius: float, wide: float, high: float) -> Iterator[tuple[float, float]]:
    """Top left corners to try for a name, the best first: right (1) or left (-1) of its figure, or (0) below it."""
    under = [(x - wide / 2, y + radius + 2), (x - wide / 2, y - radius - 2 - high)]
    right = [(x + radius + 4, top) for top in (y - high / 2, y - 4, y + 4 - high)]
    left = [(x - radius - 4 - wide, top) for top in (y - high / 2, y - 4, y + 4 - high)]
    # in a row a name anywhere else would look like another figure's
    yield from {1: right, -1: left, 0: [*under, *right, left[0]]}[side]
    if side:
        return
    for shift in (0.25, 0.75):
        yield x - wide * shift, y + radius + 2
        yield x - wide * shift, y - radius - 2 - high
