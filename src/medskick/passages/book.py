"""The workbook of proposed rows: a sheet for each table that has some, the source, and all passages in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from medskick.graph.dataset import LONGEST_ID, slug_of
from medskick.passages.proposed_rows import TABLES, Draft, Read, mentioned
from medskick.sheets.draft_rows import LOCATOR, MARK, MENTIONED, PASSAGE, SENTENCES, draft_headings
from medskick.sheets.wording import Names
from medskick.sheets.workbook_choices import Filling
from medskick.sheets.workbook_layout import Heading, SheetLayout, layout
from medskick.sheets.write import filled_book
from medskick.words import Lang, say

_FIRST = ("type", "process", "date", "themes", "phase_types", "basis", "sources")
"""Columns that are filled in or must be, before those that may stay folded."""
_LONGEST_CELL = 32_000
"""A cell of a workbook holds 32 767 characters."""


@dataclass(frozen=True)
class Report:
    """What was read: the file's name, the title, its language, the source's id, and whether the source is a new one."""

    file: str
    title: str
    language: Lang
    source: str
    is_new: bool


def source_id(title: str, file: str) -> str:
    """Return an id for a new source, from its title or else from its file's name."""
    slug = slug_of(title) or slug_of(file.rpartition(".")[0]) or "source"
    return slug if len(slug) <= LONGEST_ID else slug[:LONGEST_ID].rpartition("-")[0]


def draft_book(names: Names, report: Report, read: Sequence[Read], lang: Lang) -> bytes:
    """Return the workbook (.xlsx) with the rows that were proposed, for a curator who reads ``lang``."""
    drafts = [draft for one in read for draft in one.drafts]
    wanted = {draft.table for draft in drafts} | ({"sources"} if report.is_new else set())
    every = {one.table.name: one for one in layout(names.index.vocabulary, names.dataset.languages, lang)}
    sheets = [_with_drafts(one, lang) for name, one in every.items() if name in wanted]
    sheets.sort(key=lambda one: (*TABLES.values(), "sources").index(one.table.name))
    rows = {table: [_cells(draft, lang) for draft in drafts if draft.table == table] for table in sorted(wanted)}
    if report.is_new:
        rows["sources"] = [{"id": report.source, "title": report.title or report.file, "language": report.language}]
    passages = say("sheet.passages", lang)
    new = say("passage.new-source", lang, sheet=every["sources"].title)
    filling = Filling(
        say("passage.title", lang, title=report.title or report.file),
        sheets,
        rows,
        [
            (say("passage.for", lang), names.dataset.name),
            (say("passage.file", lang), report.file),
            (say("passage.source", lang), f"{report.source} ({new})" if report.is_new else report.source),
        ],
        [
            (
                say(f"passage.tell-{key}", lang),
                say(f"passage.told-{key}", lang, sheet=passages, name=names.dataset.name),
            )
            for key in ("what", "word", "own", "filled", "import")
        ],
        {passages: list(_passages(read, lang))},
    )
    return filled_book(names, filling, lang)


def _with_drafts(one: SheetLayout, lang: Lang) -> SheetLayout:
    """A sheet with the columns of proposed rows first, then what must be filled in, then the rest, folded."""
    if one.table.name == "sources":
        return one

    def place(heading: Heading) -> int:
        if heading.kind == "text" and heading.needed:
            return 0
        return 1 if heading.needed or heading.name in _FIRST or heading.kind == "text" else 2

    own = [replace(heading, folded=place(heading) == 2) for heading in one.headings]
    return replace(one, headings=(*draft_headings(lang), *sorted(own, key=place)))


def _cells(draft: Draft, lang: Lang) -> dict[str, str]:
    return {
        MARK: say(f"passage.{draft.kind}", lang),
        SENTENCES: " ".join(draft.sentences)[:_LONGEST_CELL],
        PASSAGE: draft.passage.text[:_LONGEST_CELL],
        LOCATOR: draft.passage.locator(lang),
        MENTIONED: "\n".join(mentioned(draft.marks, lang)),
        **draft.cells,
    }


def _passages(read: Iterable[Read], lang: Lang) -> Iterator[list[str]]:
    yield [say(f"passage.{key}", lang) for key in ("place", "passage", "mentioned", "proposed")]
    for one in read:
        kinds = ", ".join(say(f"passage.{draft.kind}", lang) for draft in one.drafts)
        text = one.passage.text[:_LONGEST_CELL]
        yield [one.passage.locator(lang), text, "\n".join(mentioned(one.marks, lang)), kinds]
