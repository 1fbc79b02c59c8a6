"""A report as it was read: its blocks of text in order, and the passages they make, each with where it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medskick.words import Lang, say

_LONGEST_HEADING = 80


@dataclass(frozen=True)
class Block:
    """A heading (its ``level`` from 1 on) or a paragraph (0), on a ``page`` (0: the report has none)."""

    text: str
    level: int = 0
    page: int = 0


@dataclass(frozen=True)
class Document:
    """What was read: the title that it gives itself, its blocks, how many of its pages have no text."""

    title: str
    blocks: Sequence[Block]
    bare_pages: int = 0


@dataclass(frozen=True)
class Passage:
    """A paragraph: its page (0: none), the heading above it, and which paragraph under that it is on the page."""

    text: str
    page: int
    heading: str
    number: int

    def locator(self, lang: Lang) -> str:
        """Return where it stands, as a citation says it: ``p. 12, Consultation, paragraph 3``."""
        parts = [say("passage.page", lang, page=self.page)] if self.page else []
        if self.heading:
            long = len(self.heading) > _LONGEST_HEADING
            parts.append(f"{self.heading[:_LONGEST_HEADING].strip()}…" if long else self.heading)
        parts.append(say("passage.paragraph", lang, number=self.number))
        return ", ".join(parts)


def passages_of(document: Document) -> Iterator[Passage]:
    """Yield the passages of a document in order: its paragraphs, each under the last heading before it."""
    heading, page, number = "", 0, 0
    for block in document.blocks:
        if block.level:
            heading, number = block.text, 0
            continue
        if block.page != page:
            page, number = block.page, 0
        number += 1
        yield Passage(block.text, block.page, heading, number)
