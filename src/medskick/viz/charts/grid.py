"""Drawing of a grid: rows and columns, with the count in each cell as a number and as a figure of matching size."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from medskick.viz.charts.chart import Link
from medskick.viz.legend import Block, Item, Parts, flow
from medskick.viz.svg import SMALL, TEXT, coloured, el, figure, label, linked, text_width, wrapped

_LABEL, _LEAST, _ROW, _ENTRY = 204.0, 31.0, 27.0, 21.0
_BLOCK = 860.0
_SLANT = math.sin(math.pi / 4)


@dataclass(frozen=True)
class Sort:
    """A kind of thing counted: its figure (colour and shape of a class), whether hollow, its words in the legend."""

    style: Mapping[str, str]
    words: str
    hollow: bool = False


@dataclass(frozen=True)
class Count:
    """How many of a sort a cell has, the cell in words, and the address of a list of them, if any."""

    sort: str
    number: int
    words: str
    href: str | None = None


@dataclass(frozen=True)
class GridRow:
    """A row: its thing (IRI), its name, and its cells by column."""

    thing: str
    name: str
    cells: Mapping[str, Sequence[Count]]


@dataclass(frozen=True)
class Grid:
    """Columns by key with their names, groups of rows with their headings (empty: none), and the sorts counted.

    ``most`` is the highest number in it. ``apart``: each group has only the columns that it uses.
    """

    columns: Mapping[str, str]
    groups: Sequence[tuple[str, Sequence[GridRow]]]
    sorts: Mapping[str, Sort]
    most: int = 1
    apart: bool = False


def draw_grid(grid: Grid, link: Link, width: float) -> list[Block]:
    """Draw a grid in a width: a legend, then blocks of rows, each headed by the columns' names.

    In a narrow drawing a row's name is above its cells. Columns for which there is no room follow in a further part
    below, with the rows that use them.
    """
    blocks: list[Block] = [flow([_legend(sort) for sort in grid.sorts.values()], 4.0, 0.0, width)]
    if grid.apart:
        for group in grid.groups:
            used = {column for row in group[1] for column in row.cells}
            columns = {key: name for key, name in grid.columns.items() if key in used}
            headed = _Sheet(grid, link, width).heading(group[0]) if group[0] else ([], 0.0)
            first, *more = draw_grid(Grid(columns, [("", group[1])], grid.sorts, grid.most), link, width)[1:]
            below = el("g", {"transform": f"translate(0 {headed[1]:.1f})"}, *first[0])
            blocks += [([*headed[0], below], headed[1] + first[1]), *more]
        return blocks
    room = width - 8 if width < 600 else width - _LABEL - 100
    count = max(math.ceil(len(grid.columns) * _LEAST / room), 1)
    size, keys = math.ceil(len(grid.columns) / count) or 1, list(grid.columns)
    for start in range(0, len(keys), size):
        columns = {key: grid.columns[key] for key in keys[start : start + size]}
        groups = [(h, [r for r in rows if r.cells.keys() & columns.keys()]) for h, rows in grid.groups]
        blocks += _part(Grid(columns, [g for g in groups if g[1]], grid.sorts, grid.most), link, width)
    return blocks


def _part(grid: Grid, link: Link, width: float) -> list[Block]:
    sheet = _Sheet(grid, link, width)
    stacks: list[list[Block]] = []
    for heading, rows in grid.groups:
        pieces = [sheet.row(row, number % 2 == 1) for number, row in enumerate(rows)]
        if heading:
            # a heading stays with the first of its rows
            (parts, high), (first, more) = sheet.heading(heading), pieces[0]
            pieces[0] = ([*parts, el("g", {"transform": f"translate(0 {high:.1f})"}, *first)], high + more)
        stacks += _even(pieces)
    blocks: list[Block] = []
    parts, y = Parts(), 0.0
    for stack in stacks:
        # a region, or an even share of its rows, is not split
        if parts and y + sum(high for _, high in stack) > _BLOCK:
            blocks.append((parts, y + 2))
            parts, y = Parts(), 0.0
        if not parts:
            parts, y = sheet.head()
        for inner, high in stack:
            parts.append(el("g", {"transform": f"translate(0 {y:.1f})"}, *inner))
            y += high
    return [*blocks, (parts, y + 2)]


def _even(pieces: list[Block]) -> list[list[Block]]:
    """Split rows into as few even shares as fit a block each."""
    total = sum(high for _, high in pieces)
    share = total / max(math.ceil(total / (_BLOCK - 150)), 1)
    stacks: list[list[Block]] = [[]]
    for piece in pieces:
        if sum(high for _, high in stacks[-1]) >= share:
            stacks.append([])
        stacks[-1].append(piece)
    return stacks


def _legend(sort: Sort) -> Item:
    def swatch(x: float, y: float) -> list[ET.Element]:
        return [_figure(sort, x + 13, y, 7.5)]

    return Item(sort.words, swatch)


def _figure(sort: Sort, x: float, y: float, radius: float) -> ET.Element:
    kind = "hollow whole" if sort.hollow else "solid"
    return coloured(sort.style["colour"], [figure(sort.style["shape"], x, y, radius, kind)])


class _Sheet:
    """The measures of one drawing, and its pieces."""

    def __init__(self, grid: Grid, link: Link, width: float) -> None:
        self.grid, self.link, self.width = grid, link, width
        self.names = grid.columns
        self.narrow = width < 600
        self.left = 4.0 if self.narrow else _LABEL
        self.step = min((width - self.left - 6) / max(len(self.names), 1), 170.0)
        words = [text_width(word, SMALL) for name in self.names.values() for word in name.split()]
        self.level = max(words, default=0.0) <= self.step - 8
        if not self.level:
            longest = max((text_width(n) for n in self.names.values()), default=0.0)
            slack = 0.0 if self.narrow else min(longest, 190.0) * _SLANT
            self.step = max(min((width - self.left - slack) / max(len(self.names), 1), 110.0), _LEAST)
        # entries of a cell are side by side if a column is wide enough for all of them
        self.abreast = self.step >= 34.0 * len(grid.sorts)

    def head(self) -> Block:
        """The columns' names: level if every word has room, else slanted and larger; upright in a narrow drawing."""
        names, parts = list(self.names.values()), Parts()
        if self.level:
            level = [wrapped(n, self.step - 8, SMALL, 4) for n in names]
            height = 15.0 * max(map(len, level), default=0) + 12
            for number, name_lines in enumerate(level):
                x, low = self.left + self.step * (number + 0.5), height - 8 - 15 * (len(name_lines) - 1)
                parts += [label(x, low + 15 * i, text, "quiet", SMALL, "middle") for i, text in enumerate(name_lines)]
            return parts, height
        angle, longest = 90 if self.narrow else 45, 190.0
        apart = 16.0 if self.narrow else 16.0 / _SLANT
        lines = [wrapped(n, longest, TEXT, 2 if self.step > apart * 2 + 4 else 1) for n in names]
        high = max((text_width(line) for name_lines in lines for line in name_lines), default=0.0)
        height = high * (1.0 if self.narrow else _SLANT) + 22
        for number, name_lines in enumerate(lines):
            x = self.left + self.step * (number + 0.5) + 4
            for place, text in enumerate(name_lines):
                at = x + (place - (len(name_lines) - 1) / 2) * apart
                name = label(0, 0, text, "quiet")
                name.set("transform", f"translate({at:.1f} {height - 8:.1f}) rotate(-{angle})")
                parts.append(name)
        return parts, height

    def heading(self, text: str) -> Block:
        """The name of a group of rows."""
        lines = wrapped(text, self.width - 16, TEXT + 1, 2, bold=True)
        parts = [label(6, 24 + 20 * i, line, "head", TEXT + 1) for i, line in enumerate(lines)]
        return parts, 12.0 + 20 * len(lines)

    def row(self, row: GridRow, odd: bool) -> Block:
        """A row of cells with its name left of them or above."""
        deep = max((1 if self.abreast else len(counts) for counts in row.cells.values()), default=1)
        name_width = self.width - 12 if self.narrow else _LABEL - 16
        names = wrapped(row.name, name_width, TEXT, 2)
        top = 20.0 * len(names) + 3 if self.narrow else 0.0
        height = max(top + _ENTRY * deep + 6, 6 + 19.0 * len(names), _ROW)
        shade = {"class": "lane odd" if odd else "lane", "x": 0.0, "y": 0.0, "height": height}
        right = min(self.left + self.step * len(self.names) + 4, self.width)
        parts: Parts = [el("rect", {**shade, "width": right})]
        parts += [
            el("line", {"class": "grid", "x1": x, "x2": x, "y1": top, "y2": height})
            for x in (self.left + self.step * i for i in range(len(self.names) + 1))
        ]
        first = 17.0 if self.narrow or len(names) > 1 else height / 2 + 5
        lines = [label(6, first + 18 * i, text) for i, text in enumerate(names)]
        inside = [linked(self.link(row.thing) if row.thing else None, row.name, lines)]
        for number, column in enumerate(self.names):
            inside += self._cell(row.cells.get(column, ()), self.left + self.step * number, top, height)
        parts.append(el("g", {"class": "on-odd" if odd else None}, *inside))
        return parts, height

    def _cell(self, counts: Sequence[Count], left: float, top: float, height: float) -> Parts:
        parts = Parts()
        slots = list(self.grid.sorts)
        for place, count in enumerate(counts):
            sort = self.grid.sorts[count.sort]
            radius = 4.5 + 4.5 * math.sqrt(count.number / max(self.grid.most, 1))
            digits = text_width(str(count.number), SMALL)
            if self.abreast:
                # each sort has its own place, so that a column is read downwards
                slot = self.step / len(slots)
                x, y = left + slot * (slots.index(count.sort) + 0.5), top + (height - top) / 2
            else:
                x, y = left + self.step / 2, top + _ENTRY * (place + 0.5) + 2
            x -= (digits + 3) / 2
            number = label(x + radius + 3, y + 4.5, str(count.number), "", SMALL)
            parts.append(linked(count.href, count.words, [_figure(sort, x, y, radius), number], "dated"))
        return parts
