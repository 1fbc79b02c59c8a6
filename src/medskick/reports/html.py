"""A report as one self-contained HTML page, made for reading on a screen and for printing on A4."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from medskick.reports.document import (
    Bullets,
    Checklist,
    Document,
    Heading,
    Line,
    Paragraph,
    Step,
    Table,
    has_groups,
    numbered,
    references,
)
from medskick.reports.render import reference_parts
from medskick.rooms import room
from medskick.templates import environment
from medskick.words import say

_MANY, _TELLING = 5, 70

Link = Callable[[str], str | None]
"""Gives the address of a thing's page by its IRI, ``None`` if it has none."""


def spans(line: Line, numbers: Mapping[str, int], link: Link) -> list[dict[str, Any]]:
    """Return a line as the templates take it: pieces of text with language, link and the numbers of their sources."""
    return [
        {
            "text": span.text,
            "lang": span.lang,
            "strong": span.strong,
            "thing": span.thing,
            "quiet": span.quiet,
            "until": span.until,
            "mark": span.mark,
            "href": link(span.thing) if span.thing else None,
            "refs": references((span,), numbers),
        }
        for span in line
    ]


def parts(document: Document, link: Link = lambda _thing: None, scripted: bool = False) -> dict[str, Any]:
    """Return what the templates need of a report: title, lead, blocks, contents, numbered sources, words.

    ``scripted`` is for a page whose script shows on the reader's day what has passed.
    """
    numbers = numbered(document)

    def shown(line: Line) -> list[dict[str, Any]]:
        return spans(line, numbers, link)

    blocks: list[dict[str, Any]] = []
    for block in document.blocks:
        match block:
            case Heading(text, level, thing):
                href = link(thing) if thing else None
                heading = {"kind": "heading", "text": text, "level": level, "id": f"s{len(blocks)}", "href": href}
                blocks.append(heading)
            case Paragraph(line, kind):
                blocks.append({"kind": "paragraph", "line": shown(line), "role": kind})
            case Bullets(items, ordered, first):
                listed = {"kind": "list", "items": [shown(i) for i in items], "ordered": ordered}
                blocks.append({**listed, **_fold(document, len(items), first)})
            case Checklist(caption, steps, first, versions):
                points = [
                    {
                        "key": step.key,
                        "what": shown(step.what),
                        "when": shown(step.when),
                        "below": [shown(other) for other in step.below],
                        **(_fold(document, len(step.below), versions) if versions else _all(document, step)),
                    }
                    for step in steps
                ]
                checklist = {"kind": "checklist", "caption": caption, "steps": points}
                blocks.append({**checklist, **_fold(document, len(steps), first)})
            case Table(caption, columns, rows):
                cells = [[shown(cell) for cell in row] for row in rows]
                joint = [[(column, shown(cell)) for column, cell in block.joint_cell(row)] for row in rows]
                table = {"kind": "table", "caption": caption, "columns": columns, "rows": cells, "joint": joint}
                blocks.append({**table, "look": _look(len(columns), rows)})
    return {
        "lang": document.lang,
        "title": document.title,
        "lead": shown(document.lead),
        "blocks": blocks,
        "sources": [
            _source(document, number, source) for source, number in sorted(numbers.items(), key=lambda pair: pair[1])
        ],
        "words": {
            **{
                key: say(f"report.{key}", document.lang)
                for key in ("sources", "contents", "to-source", "one-of-note", "mark")
            },
            "passed": say("date.passed", document.lang) if scripted else "",
            # what stands before and after the numbers
            "one-of": say("report.one-of", document.lang, numbers="\0").split("\0"),
        },
        "one_of": has_groups(document),
        # a short report needs no list of contents
        "contents": [b for b in blocks if b["kind"] == "heading" and b["level"] == 2]
        if sum(b["kind"] == "heading" for b in blocks) > 3
        else [],
    }


def _fold(document: Document, count: int, first: int) -> dict[str, Any]:
    """How many of a list are shown, and the words for the rest: one item alone is not worth a fold."""
    first = first if count > first + 1 else 0
    return {"first": first or count, "more": say("report.more", document.lang, count=count - first) if first else ""}


def _all(document: Document, step: Step) -> dict[str, Any]:
    """The fold of all others' versions of a point of a checklist."""
    return {"first": 0, "more": say("report.versions", document.lang, count=len(step.below))}


def _source(document: Document, number: int, source: str) -> dict[str, Any]:
    """A source of the list, its title separate because it may be in another language than the page."""
    reference = document.sources[source]
    before, title, after = reference_parts(reference, document)
    lang = reference.lang if reference.lang != document.lang else ""
    return {"number": number, "before": before, "title": title, "after": after, "lang": lang, "url": reference.url}


def _look(columns: int, rows: Sequence[Sequence[Line]]) -> str:
    """The class for a table's column widths: many columns by their contents; a first column of long texts gets more."""
    if columns > _MANY:
        return "many"
    telling = any(sum(len(span.text) for span in row[0]) > _TELLING for row in rows if row)
    return "telling" if telling else ""


def as_html(document: Document) -> str:
    """Return the report as one HTML page that loads nothing from any host, with numbered references."""
    css = (room("viz") / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    csp = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return (
        environment(keep_trailing_newline=True)
        .get_template("report.html.j2")
        .render(**parts(document), css=css, csp=csp)
    )
