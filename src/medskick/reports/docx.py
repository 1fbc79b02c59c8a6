"""A report as a Word document: heading styles, language, repeated table headers, the same bytes each time."""

import io
from itertools import count

from docx import Document as new_document
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from medskick.reports.archive import EPOCH, without_clock
from medskick.reports.document import (
    Bullets,
    Checklist,
    Document,
    Heading,
    Line,
    Paragraph,
    Span,
    Step,
    Table,
    has_groups,
    line,
    numbered,
    reference_mark,
    references,
)
from medskick.reports.docx_frame import bookmarked, contents, header_and_numbers
from medskick.reports.render import one_line, reference_text
from medskick.words import Lang, locale_of, say

_SECTION = 2
"""The level of the headings that the list of contents names."""


def as_docx(document: Document) -> bytes:
    """Return the report as a .docx on A4: title in the header, page numbers, list of contents, numbered references."""
    numbers, word = numbered(document), new_document()
    _page(word, document)
    header_and_numbers(word, document.title)
    word.add_heading(document.title, level=0)
    if document.lead:
        _write(word.add_paragraph(style="Subtitle"), document.lead, numbers, document.lang)
    sources = say("report.sources", document.lang)
    sections = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == _SECTION]
    contents(word, say("report.contents", document.lang), [*sections, *([sources] if numbers else [])])
    marks = count()
    for block in document.blocks:
        match block:
            case Heading(text, level):
                heading = word.add_heading(text, level=level - 1)
                if level == _SECTION:
                    bookmarked(heading, next(marks))
            case Paragraph(line, kind):
                _write(word.add_paragraph(style="Intense Quote" if kind else None), line, numbers, document.lang)
            case Bullets(items, ordered):
                for item in items:
                    paragraph = word.add_paragraph(style="List Number" if ordered else "List Bullet")
                    _write(paragraph, item, numbers, document.lang)
            case Checklist(caption, steps):
                above = word.add_paragraph()
                above.add_run(caption).bold = True
                above.paragraph_format.keep_with_next, above.paragraph_format.space_before = True, Pt(8)
                for step in steps:
                    _step(word, step, numbers, document.lang)
            case Table():
                _table(word, block, numbers, document.lang)
    if numbers:
        bookmarked(word.add_heading(sources, level=1), next(marks))
        if has_groups(document):
            word.add_paragraph(say("report.one-of-note", document.lang))
        for source, number in sorted(numbers.items(), key=lambda pair: pair[1]):
            reference = document.sources[source]
            paragraph = word.add_paragraph(f"{number}. {reference_text(reference, document)} ")
            paragraph.paragraph_format.left_indent = Mm(8)
            paragraph.paragraph_format.first_line_indent = Mm(-8)
            _link(paragraph, reference.url)
    out = io.BytesIO()
    word.save(out)
    return without_clock(out.getvalue())


def _step(word: Word, step: Step, numbers: dict[str, int], lang: Lang) -> None:
    """A point with its box, and below it how others did it, held together on a page."""
    lines = (one_line(step), *step.below)
    for place, spans in enumerate(lines):
        paragraph = word.add_paragraph("☐ " if place == 0 else "– ")
        form = paragraph.paragraph_format
        form.left_indent, form.first_line_indent = Mm(6 if place == 0 else 12), Mm(-6)
        form.keep_with_next, form.space_after = place + 1 < len(lines), Pt(1 if place + 1 < len(lines) else 6)
        _write(paragraph, spans, numbers, lang)


def _page(word: Word, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    core = word.core_properties
    core.title, core.author, core.language = document.title, "Medskick", locale_of(document.lang)
    core.comments = ""
    core.created = core.modified = EPOCH
    styles = word.styles
    # the language of all text, for screen readers and spelling checkers
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), locale_of(document.lang))
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10.5)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        styles[name].font.color.rgb = RGBColor(0x0B, 0x5E, 0x8E)
        styles[name].font.name = "Calibri"
        fonts = styles[name].element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    quote = styles["Intense Quote"]
    quote.font.italic, quote.font.bold, quote.font.color.rgb = False, False, RGBColor(0x33, 0x3A, 0x42)
    quote.paragraph_format.left_indent = quote.paragraph_format.right_indent = Mm(4)
    styles["Subtitle"].font.italic = False


def _write(paragraph: WordParagraph, line: Line, numbers: dict[str, int], lang: Lang) -> None:
    for span in line:
        if span.text:
            run = paragraph.add_run(span.text)
            run.bold = True if span.strong else None
            if span.quiet:
                run.font.color.rgb = RGBColor(0x56, 0x5E, 0x69)
            if span.lang:
                language = OxmlElement("w:lang")
                language.set(qn("w:val"), locale_of(span.lang))
                run._element.get_or_add_rPr().append(language)
        if numbers_after := reference_mark(references((span,), numbers), lang):
            mark = paragraph.add_run(f" [{numbers_after}]")
            mark.font.size = Pt(8.5)


def _table(word: Word, content: Table, numbers: dict[str, int], lang: Lang) -> None:
    table: WordTable = word.add_table(rows=1, cols=len(content.columns), style="Light Grid Accent 1")
    head = table.rows[0]
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeat)
    for cell, text in zip(head.cells, content.columns, strict=True):
        cell.text = text
    for row in content.rows:
        added = table.add_row()  # type: ignore[no-untyped-call]
        whole = OxmlElement("w:cantSplit")
        added._tr.get_or_add_trPr().append(whole)
        cells = list(added.cells)
        if joint := content.joint_cell(row):
            wide = cells[1].merge(cells[-1])
            row = (
                row[0],
                line(*(part for column, own in joint for part in (Span(f"{column}: ", strong=True), own, " "))),
            )
            cells = [cells[0], wide]
        for cell, spans in zip(cells, row, strict=True):
            _write(cell.paragraphs[0], spans, numbers, lang)
    for row_ in table.rows:
        for cell in row_.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = run.font.size or Pt(9)
    word.add_paragraph()


def _link(paragraph: WordParagraph, url: str) -> None:
    relation = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link, run, text = (OxmlElement(f"w:{name}") for name in ("hyperlink", "r", "t"))
    link.set(qn("r:id"), relation)
    text.text = url
    run.append(text)
    link.append(run)
    paragraph._p.append(link)
