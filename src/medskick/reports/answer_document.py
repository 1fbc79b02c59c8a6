"""An answer as a report, so that it can be written in every form that a report has."""

from collections.abc import Iterator

import pyoxigraph as ox

from medskick.ontology import shorten, term_text
from medskick.queries.answer import heading, lacking, notes
from medskick.queries.answer_sentence import sentence_of
from medskick.queries.federated import ANSWERED_BY
from medskick.queries.row_marks import RowMarks
from medskick.queries.run import Answer
from medskick.reports.document import Block, Document, Line, Paragraph, Span, Table, line, lines_of, number
from medskick.reports.graph_reader import GraphReader, Row, Term
from medskick.words import pick

_WHOLE_NUMBERS = "http://www.w3.org/2001/XMLSchema#integer"


def document_of(reader: GraphReader, answer: Answer) -> Document:
    """Return an answer as a report: the question, its answer in a sentence, its rows as a table, and its notes.

    The question's description stands below the sentence, and is the lead itself where the header has no sentence.
    ``reader`` reads the answer's store in the answer's language.
    """
    blocks: list[Block] = [table_of(reader, answer)] if answer.rows else []
    listed = {s for block in blocks for cell in lines_of(block) for span in cell for s in span.cites}
    # the list of sources says how much of each was read; sources read in part that it lacks are named in a note
    named = any(source.iri not in listed for source in answer.partly)
    blocks += [Paragraph(line(note), "note") for note in notes(answer, named)]
    title, lead = pick(answer.query.summary, answer.lang), line(pick(answer.query.description, answer.lang))
    if sentence := line(*(Span(piece.text, piece.thing, piece.lang) for piece in sentence_of(answer))):
        lead, blocks = sentence, [Paragraph(lead), *blocks]
    # what is missing is read with the answer
    lead = line(lead, *(Span(f" {note}", strong=True) for note in lacking(answer)))
    return reader.document(title, lead, blocks)


def table_of(reader: GraphReader, answer: Answer, cite: bool = True) -> Table:
    """Return an answer's rows as a table; with ``cite`` each row names its sources.

    They are the sources of the first thing in the row that has any. A process has nearly all sources of its dataset, so
    its sources are named only if the row has no other thing with sources.
    """
    reader = reader_of(reader, answer)
    heads = tuple(heading(answer, variable) for variable in answer.variables)
    rows = tuple(_row(reader, answer, row, marks, cite) for row, marks in rows_with_marks(answer))
    return Table(pick(answer.query.summary, answer.lang), heads, rows)


def reader_of(reader: GraphReader, answer: Answer) -> GraphReader:
    """Return what reads the graph for an answer: with the names that other endpoints give, where any were asked."""
    if ANSWERED_BY in answer.variables:
        return reader.naming(answer.labels)
    reader.know(answer.labels)
    return reader


def rows_with_marks(answer: Answer) -> Iterator[tuple[Row, RowMarks]]:
    """Yield the rows of an answer, each with what is to be marked in it."""
    return zip(answer.rows, answer.marks or (RowMarks(),) * len(answer.rows), strict=True)


def _row(reader: GraphReader, answer: Answer, row: Row, marks: RowMarks, cite: bool) -> tuple[Line, ...]:
    # what others say of a thing is not on the sources that are known here of it
    cite = cite and not marks.elsewhere
    things = [v for v in answer.variables if isinstance(t := row.get(v), ox.NamedNode) and reader.sources_of(t.value)]
    things.sort(key=lambda variable: reader.is_a(term_text(row[variable]), "msk:Process"))
    cells = {variable: _cell(reader, answer, row.get(variable)) for variable in answer.variables}
    cells |= {v: line(cells[v], " ", reader.say("report.inferred")) for v in cells if v in marks.inferred and cells[v]}
    cells |= {v: line(cells[v], reader.outcome_unknown(day)) for v, day in marks.awaited.items() if v in cells}
    if cite and things:
        cells[things[0]] = reader.cited(term_text(row[things[0]]), cells[things[0]])
    return tuple(cells.values())


def _cell(reader: GraphReader, answer: Answer, term: Term | None) -> Line:
    if isinstance(term, ox.NamedNode) and term.value not in answer.labels:
        return (Span(shorten(term.value), term.value),)
    if isinstance(term, ox.Literal) and term.datatype.value == _WHOLE_NUMBERS:
        return number(int(term.value))
    return reader.cell(term)
