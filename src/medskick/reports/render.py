"""A report in its plain forms: on a terminal, as Markdown, as CSV."""

import csv
import io
import os
import re
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from medskick.reports.document import (
    Bullets,
    Checklist,
    Document,
    Heading,
    Line,
    Paragraph,
    Reference,
    Span,
    Step,
    Table,
    has_groups,
    line,
    numbered,
    plain,
    reference_mark,
    references,
)
from medskick.words import Lang, quotes, say

if TYPE_CHECKING:
    from rich.text import Text

_WORD = 22
"""The length of the longest word for which a column of a terminal's table is widened."""


def reference_parts(reference: Reference, document: Document) -> tuple[str, str, str]:
    """Return a source as a reference list gives it: the text before its title, the title, the text after it."""
    opening, closing = quotes(document.lang)
    before = f"{reference.publisher}, {opening}" if reference.publisher else opening
    return before, reference.title, closing + (f", {reference.date}" if reference.date else "") + f". {reference.read}."


def reference_text(reference: Reference, document: Document) -> str:
    """Return a source as one line of a reference list, with how much of it was read."""
    return "".join(reference_parts(reference, document))


def marked(line: Line, numbers: dict[str, int], lang: Lang, fence: str = "") -> str:
    """Return a line as text with its sources' numbers; ``fence`` is what Markdown puts round strong text."""
    out = []
    for span in line:
        text = f"{span.text} [{span.lang}]" if span.lang else span.text
        text = re.sub(r"([\\`*_|<>\[\]])", r"\\\1", text) if fence else text
        if span.strong and fence and text:
            text = f"{fence}{text}{fence}"
        mark = reference_mark(references((span,), numbers), lang)
        out.append(text + (f" \\[{mark}\\]" if mark and fence else f" [{mark}]" if mark else ""))
    return "".join(out)


def one_line(step: Step) -> Line:
    """Return a point of a checklist as one line: what to do, and when."""
    return line(step.what, " – " if step.when else "", step.when)


def none(table: Table) -> str:
    """Return what stands in a cell that has nothing, in a form where no cell goes over several columns."""
    return "–" if table.side_by_side else ""


def as_markdown(document: Document) -> str:
    """Return the report as Markdown with numbered references."""
    numbers = numbered(document)

    def text(line: Line) -> str:
        return marked(line, numbers, document.lang, "**")

    parts, above = [f"# {document.title}"], document.title
    if document.lead:
        parts.append(text(document.lead))
    for block in document.blocks:
        match block:
            case Heading(title, level):
                above = title
                parts.append(f"{'#' * level} {title}")
            case Paragraph(line, kind):
                parts.append(("> " if kind else "") + text(line))
            case Bullets(items, ordered):
                marks = [f"{i}." if ordered else "-" for i in range(1, len(items) + 1)]
                parts.append("\n".join(f"{m} {text(i)}" for m, i in zip(marks, items, strict=True)))
            case Checklist(caption, steps):
                lines = [f"- [ ] {text(one_line(s))}" + "".join(f"\n  - {text(one)}" for one in s.below) for s in steps]
                parts += [text((Span(caption),)), "\n".join(lines)]
            case Table(caption, columns, rows):
                heads = [text((Span(c),)) for c in columns]
                lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(columns)]
                texts = [[(text(cell) or none(block)).replace("\n", " ") for cell in row] for row in rows]
                lines += ["| " + " | ".join(row) + " |" for row in texts]
                if caption and caption != above:
                    parts.append(f"*{caption}*")
                parts.append("\n".join(lines))
    if numbers:
        parts.append(f"## {say('report.sources', document.lang)}")
        if has_groups(document):
            parts.append(say("report.one-of-note", document.lang))
        by_number = sorted(numbers.items(), key=lambda pair: pair[1])
        listed = [
            f"{n}. {text((Span(reference_text(document.sources[s], document)),))} <{document.sources[s].url}>"
            for s, n in by_number
        ]
        parts.append("\n".join(listed))
    return "\n\n".join(parts) + "\n"


def as_csv(document: Document) -> str:
    """Return the report's tables as one CSV table: the heading above each as first column, texts verbatim.

    Where the tables do not have the same columns, each cell has a row of its own: section, row, column, value.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    tables = document.tables
    section = say("report.section", document.lang)
    if len({table.columns for _, table in tables}) == 1:
        writer.writerow([section, *tables[0][1].columns])
        for above, table in tables:
            writer.writerows([table.caption or above, *map(plain, row)] for row in table.rows)
        return out.getvalue()
    writer.writerow([section, *(say(f"report.{word}", document.lang) for word in ("row", "column", "value"))])
    for above, table in tables:
        for row in table.rows:
            for column, cell in table.joint_cell(row) or zip(table.columns[1:], row[1:], strict=True):
                writer.writerow([table.caption or above, plain(row[0]), column, plain(cell)])
    return out.getvalue()


def width() -> int:
    """Return the width to write in without a terminal: ``COLUMNS``, else 120."""
    return int(os.environ.get("COLUMNS", "120"))


def as_text(document: Document) -> str:
    """Return the report as plain text, as a terminal shows it."""
    out = io.StringIO()
    print_report(document, width(), out)
    return out.getvalue()


def _widths(heads: Sequence[str], cells: Sequence[Sequence["Text"]], room: int) -> list[int]:
    """The widths of a table's columns, which together fit the window: the library cuts off those that do not.

    Each has room for its longest word up to ``_WORD`` letters, as long as all have some; the rest goes to those whose
    texts are long for their width.
    """
    texts = [[head, *(row[place].plain for row in cells)] for place, head in enumerate(heads)]
    words = [max((len(word) for text in column for word in text.split()), default=1) for column in texts]
    whole = [max(1, *map(len, column)) for column in texts]
    # two spaces within each column, one between columns, one at each end
    room, most = room - 3 * len(heads) - 1, _WORD
    while most > 1 and sum(min(length, most) for length in words) > room:
        most -= 1
    widths = [min(length, most) for length in words]
    for _ in range(room - sum(widths)):
        neediest = max(range(len(widths)), key=lambda place: whole[place] / widths[place])
        if whole[neediest] <= widths[neediest]:
            break
        widths[neediest] += 1
    return widths


def print_report(document: Document, columns: int | None = None, file: IO[str] | None = None) -> None:
    """Print the report for a terminal (or to a text file), in the given width."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text as Rich

    console = Console(width=columns, highlight=False, file=file)
    numbers = numbered(document)

    def text(line: Line) -> Rich:
        # Rich text objects, so that square brackets in labels are not read as markup
        return Rich(marked(line, numbers, document.lang))

    console.print(Rich(document.title, style="bold"))
    if document.lead:
        console.print(text(document.lead))
    above = document.title
    for block in document.blocks:
        match block:
            case Heading(title, _):
                above = title
                console.print()
                console.print(Rich(title, style="bold"))
            case Paragraph(line, _):
                console.print(text(line))
            case Bullets(items, ordered):
                for place, item in enumerate(items, start=1):
                    console.print(Rich(f"{place}. " if ordered else "– ") + text(item))
            case Checklist(caption, steps):
                console.print(Rich(caption))
                for step in steps:
                    console.print(Rich("☐ ") + text(one_line(step)))
                    for one in step.below:
                        console.print(Rich("    – ") + text(one))
            case Table(caption, heads, rows):
                shown = RichTable(
                    title=Rich(caption) if caption and caption != above else None,
                    box=box.SIMPLE_HEAD,
                    title_justify="left",
                    show_lines=False,
                )
                cells = [[text(cell) if cell else Rich(none(block)) for cell in row] for row in rows]
                for column, room in zip(heads, _widths(heads, cells, console.width), strict=True):
                    shown.add_column(Rich(column), overflow="fold", width=room)
                for row_ in cells:
                    shown.add_row(*row_)
                console.print(shown)
    if numbers:
        console.print()
        console.print(Rich(say("report.sources", document.lang), style="bold"))
        if has_groups(document):
            console.print(Rich(say("report.one-of-note", document.lang)))
        for source, number in sorted(numbers.items(), key=lambda pair: pair[1]):
            console.print(Rich(f"{number}. {reference_text(document.sources[source], document)}"))
