"""Text of a PDF (ISO 32000) by its place and size: paragraphs and headings, without what every page repeats."""

import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from medskick.passages.markup import one_line
from medskick.passages.report_text import Block, Document

MOST_PAGES = 1_000
_LARGER, _LONGEST_HEADING, _LEVELS = 1.12, 140, 4
_REPEATED, _FEW_PAGES = 0.4, 4
"""A line that stands on this share of the pages, of at least so many, is the head or foot of each."""
_ENDS = re.compile(r"[.!?:;”\"»)]\s*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad]$")


class TooManyPages(Exception):
    """Raised where more pages are to be read than are; carries how many."""


class Locked(Exception):
    """Raised where a password is needed."""


@dataclass
class _Box:
    page: int
    lines: list[str]
    size: float
    bold: bool


def read_pdf(raw: bytes, pages: tuple[int, int] | None, little_words: Collection[str]) -> Document:
    """Read a PDF, or its ``pages`` from the first to the last that is given (from 1).

    A word cut at the end of a line is joined, but not before one of the ``little_words`` (*mark- och vatten*). Raises
    ``TooManyPages``, ``Locked``, and what the library raises for a damaged file.
    """
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTTextContainer
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    try:
        opened = PDFDocument(PDFParser(io.BytesIO(raw)))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise Locked from error
    first, last = pages or (1, MOST_PAGES + 1)
    count = sum(1 for _ in zip(range(last), PDFPage.create_pages(opened), strict=False))
    if min(last, count) - first + 1 > MOST_PAGES:
        raise TooManyPages
    boxes: list[_Box] = []
    bare = 0
    wanted = range(first - 1, min(last, count))
    laid_out_pages = extract_pages(io.BytesIO(raw), page_numbers=wanted, laparams=LAParams())
    for number, laid_out in zip(wanted, laid_out_pages, strict=False):
        here = [box for part in laid_out if isinstance(part, LTTextContainer) if (box := _box(part, number + 1))]
        boxes += here
        bare += not here
    title = next((_text(info["Title"]) for info in opened.info if info.get("Title")), "")
    return Document(one_line(title), list(_blocks(_own(boxes, len(wanted)), little_words)), bare)


def _text(value: object) -> str:
    from pdfminer.utils import decode_text

    return decode_text(value) if isinstance(value, bytes) else ""


def _box(part: object, page: int) -> _Box | None:
    from pdfminer.layout import LTChar, LTTextContainer, LTTextLine

    assert isinstance(part, LTTextContainer)
    lines = [line for line in part if isinstance(line, LTTextLine)]
    letters = [letter for line in lines for letter in line if isinstance(letter, LTChar) and letter.get_text().strip()]
    if not letters:
        return None
    bold = sum("bold" in letter.fontname.lower() or "black" in letter.fontname.lower() for letter in letters)
    texts = [line.get_text().strip() for line in lines]
    return _Box(page, [t for t in texts if t], round(median(one.size for one in letters), 1), bold * 2 > len(letters))


def _own(boxes: Sequence[_Box], pages: int) -> list[_Box]:
    """The boxes without page numbers and without what is repeated on many pages."""
    signs = [re.sub(r"\d+", "0", one_line(" ".join(box.lines))) for box in boxes]
    times = Counter(sign for _, sign in {(box.page, sign) for box, sign in zip(boxes, signs, strict=True)})
    limit = max(_FEW_PAGES, pages * _REPEATED)
    return [
        box
        for box, sign in zip(boxes, signs, strict=True)
        if (times[sign] < limit or len(sign) > _LONGEST_HEADING) and not re.fullmatch(r"\W*0(?:\W+0)?\W*", sign)
    ]


def _blocks(boxes: Sequence[_Box], little_words: Collection[str]) -> Iterator[Block]:
    letters: Counter[float] = Counter()
    for box in boxes:
        letters[box.size] += sum(map(len, box.lines))
    usual = min(letters, key=lambda size: (-letters[size], size), default=0.0)
    larger = sorted({b.size for b in boxes if b.size >= usual * _LARGER and len(" ".join(b.lines)) <= _LONGEST_HEADING})
    levels = {size: min(place, _LEVELS) for place, size in enumerate(reversed(larger), start=1)}
    open_block: Block | None = None
    for box in boxes:
        text = _joined(box.lines, little_words)
        stands_out = box.size in levels or (box.bold and box.size >= usual and not _ENDS.search(text))
        if stands_out and len(text) <= _LONGEST_HEADING:
            if open_block is not None:
                yield open_block
                open_block = None
            yield Block(text, levels.get(box.size, _LEVELS + 1), box.page)
        elif open_block is not None and not _ENDS.search(open_block.text) and text[:1].islower():
            # goes on in the next column or on the next page
            open_block = Block(_joined([open_block.text, text], little_words), 0, open_block.page)
        else:
            if open_block is not None:
                yield open_block
            open_block = Block(text, 0, box.page)
    if open_block is not None:
        yield open_block


def _joined(lines: Sequence[str], little_words: Collection[str]) -> str:
    text = ""
    for line in lines:
        next_word = (line.split() or [""])[0].strip(".,;:").casefold()
        if _HYPHEN.search(text) and line[:1].islower() and next_word not in little_words:
            text = text[:-1] + line
        else:
            text = f"{text} {line}"
    return one_line(text)
