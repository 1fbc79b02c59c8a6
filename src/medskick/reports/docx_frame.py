"""What a Word document has round its text: a header, page numbers, a list of contents. By fields (ECMA-376, 17.16)."""

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

_FEW = 3
"""A document of so few sections needs no list of them."""
_PAGES_AT = Mm(170)
"""Where the numbers of pages stand: at the right margin of a page of A4 with margins of 20 mm."""


def header_and_numbers(word: Word, title: str) -> None:
    """Put the title into the header of every page, and the page's number and how many there are into the footer."""
    section = word.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.add_run(f"Medskick – {title}").font.size = Pt(9)
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, "PAGE", "1")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES", "1")


def bookmarked(heading: Paragraph, number: int) -> Paragraph:
    """Mark a heading, so that the list of contents leads to it."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _name(number))
    heading._p.insert(1 if heading._p.pPr is not None else 0, start)
    heading._p.append(end)
    return heading


def contents(word: Word, label: str, sections: list[str]) -> None:
    """Add the list of contents: each section linked, with its page as a field, which Word and Writer fill in."""
    if len(sections) <= _FEW:
        return
    word.add_paragraph(label, style="TOC Heading")
    for number, section in enumerate(sections):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.space_after = Mm(4), Pt(2)
        link, run, text = (OxmlElement(f"w:{name}") for name in ("hyperlink", "r", "t"))
        link.set(qn("w:anchor"), _name(number))
        text.text = section
        run.append(text)
        link.append(run)
        paragraph._p.append(link)
        paragraph.paragraph_format.tab_stops.add_tab_stop(_PAGES_AT, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        paragraph.add_run("\t")
        _field(paragraph, f"PAGEREF {_name(number)} \\h", "", dirty=True)


def _name(number: int) -> str:
    return f"_Toc{number + 1:08}"


def _field(paragraph: Paragraph, code: str, shown: str, dirty: bool = False) -> None:
    """A field; ``dirty`` is one that Word fills in when it opens the document."""
    _mark(paragraph, "begin", dirty)
    _code(paragraph, code)
    _mark(paragraph, "separate")
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def _mark(paragraph: Paragraph, kind: str, dirty: bool = False) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if dirty:
        mark.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(mark)


def _code(paragraph: Paragraph, code: str) -> None:
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {code} "
    paragraph.add_run()._r.append(text)
