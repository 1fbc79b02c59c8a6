"""Reports with headings of their own: Word documents, web pages, and plain text."""

import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from medskick.passages.report_text import Block, Document

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from lxml.html import HtmlElement

_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)} | {0xAD: ""}
"""What a PDF may have for ff, fi, fl, ffi, ffl and st; a soft hyphen is nothing."""
_LEFT_OUT = ("script", "style", "noscript", "template", "nav", "header", "footer", "form", "aside", "svg", "button")
_TEXTS = ("p", "li", "blockquote", "dt", "dd", "td", "th", "pre", "figcaption", "caption")
_HEADING_STYLE = re.compile(r"heading (\d)", re.I)
_MARKDOWN = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_BULLET = re.compile(r"\s*(?:[•·▪–*-]|\d{1,2}[.)])\s+")
_LONGEST_HEADING = 80


def one_line(text: str) -> str:
    """Return a text with single spaces, composed, and with letters for ligatures: as it is searched and compared."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_LIGATURES).split())


def read_docx(raw: bytes) -> Document:
    """Read a Word document (ECMA-376): headings by their styles, paragraphs, the cells of tables.

    Raises what the library raises for a damaged one.
    """
    import docx
    from docx.table import Table

    opened = docx.Document(io.BytesIO(raw))
    blocks = []
    for part in opened.iter_inner_content():
        if isinstance(part, Table):
            # a merged cell is given once for each cell that it covers
            cells = {id(cell._tc): cell for row in part.rows for cell in row.cells}
            blocks += [Block(text) for cell in cells.values() if (text := one_line(cell.text))]
        elif text := one_line(part.text):
            blocks.append(Block(text, _level_of(part)))
    return Document(one_line(opened.core_properties.title or ""), blocks)


def _level_of(paragraph: "Paragraph") -> int:
    name = (paragraph.style.name if paragraph.style is not None else "") or ""
    if name.lower() == "title":
        return 1
    match = _HEADING_STYLE.match(name)
    return int(match[1]) if match else 0


def read_html(raw: bytes) -> Document:
    """Read a web page: its headings and the texts that stand in paragraphs, lists and tables.

    What leads around the page is left out. Nothing that the page refers to is fetched. Raises ``lxml.etree.LxmlError``
    where there is no page.
    """
    from lxml import html

    # without a word on its encoding a page is taken as UTF-8 where it can be
    encoding = "utf-8" if _is_utf8(raw) else None
    tree: HtmlElement = html.document_fromstring(
        raw, parser=html.HTMLParser(encoding=encoding, no_network=True, huge_tree=False)
    )
    for element in list(tree.iter(*_LEFT_OUT)):
        element.drop_tree()
    titles = [one_line(element.text_content()) for element in tree.iter("title")]
    body = tree.find("body")
    return Document(next(iter(titles), ""), list(_of_element(tree if body is None else body)))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _of_element(element: "HtmlElement") -> Iterator[Block]:
    """The blocks inside an element; text that stands in none of the usual ones is a paragraph, too."""
    loose: list[str] = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        inner = next(child.iter("p", "li", "td", "h1", "h2", "h3", "h4", "h5", "h6", "div"), None) is not None
        if tag == "br" or (tag and not inner and tag not in _TEXTS):
            loose.append("\n" if tag == "br" else child.text_content())
        elif tag:
            yield from _loose(loose)
            loose = []
            text = one_line(child.text_content())
            if tag[0] == "h" and tag[1:].isdigit():
                yield from [Block(text, int(tag[1:]))] if text else []
            elif tag in _TEXTS and next(child.iterdescendants(*_TEXTS), None) is None:
                yield from [Block(text)] if text else []
            else:
                yield from _of_element(child)
        loose.append(child.tail or "")
    yield from _loose(loose)


def _loose(texts: list[str]) -> Iterator[Block]:
    if text := one_line("".join(texts)):
        yield Block(text)


def read_text(raw: bytes) -> Document:
    """Read plain text: paragraphs with an empty line between, headings as Markdown or as short lines of their own."""
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding)
            break
        except UnicodeDecodeError:
            continue
    blocks: list[Block] = []
    for part in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")):
        lines = part.split("\n")
        if match := _MARKDOWN.fullmatch(lines[0].strip()):
            blocks.append(Block(one_line(match[2]), len(match[1])))
            lines = lines[1:]
        starts = [n for n, line in enumerate(lines) if n == 0 or _BULLET.match(line)]
        for start, end in pairwise([*starts, len(lines)]):
            item = _BULLET.match(lines[start])
            paragraph = one_line(
                " ".join([lines[start][item.end() :] if item else lines[start], *lines[start + 1 : end]])
            )
            if paragraph:
                blocks.append(Block(paragraph, 0 if item or len(lines) > 1 else _plain_level(paragraph)))
    return Document("", blocks)


def _plain_level(line: str) -> int:
    """Whether a line of its own is a heading: short, without the mark that ends a sentence."""
    return 2 if len(line) <= _LONGEST_HEADING and line[-1] not in '.!?:;,…”"' else 0
