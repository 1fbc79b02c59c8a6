"""An answer as a report: then it is written in every form that a report is."""

import pyoxigraph as ox

from medskick.ontology import shorten
from medskick.queries.answer import heading, notes
from medskick.queries.run import Answer
from medskick.reports.document import Block, Document, Line, Paragraph, Span, Table, line, number
from medskick.reports.graph_reader import GraphReader, Row, Term
from medskick.words import pick

_WHOLE_NUMBERS = "http://www.w3.org/2001/XMLSchema#integer"


def document_of(reader: GraphReader, answer: Answer) -> Document:
    """Return an answer as a report: the question, its rows as a table, and what must be known besides.

    ``reader`` reads the answer's store in the answer's language.
    """
    blocks: list[Block] = [table_of(reader, answer)] if answer.rows else []
    # the sources read in part are in the list of sources
    blocks += [Paragraph(line(note), "note") for note in notes(answer, named=False)]
    title, lead = pick(answer.query.summary, answer.lang), pick(answer.query.description, answer.lang)
    return reader.document(title, line(lead), blocks)


def table_of(reader: GraphReader, answer: Answer, cite: bool = True) -> Table:
    """Return an answer's rows as a table; with ``cite`` the first thing of a row that rests on sources names them."""
    reader.know(answer.labels)
    heads = tuple(heading(answer, variable) for variable in answer.variables)
    rows = tuple(_row(reader, answer, row, cite) for row in answer.rows)
    return Table(pick(answer.query.summary, answer.lang), heads, rows)


def _row(reader: GraphReader, answer: Answer, row: Row, cite: bool) -> tuple[Line, ...]:
    cells: list[Line] = []
    cited = not cite
    for variable in answer.variables:
        term = row.get(variable)
        cell = _cell(reader, answer, term)
        if isinstance(term, ox.NamedNode) and not cited and (sources := reader.sources_of(term.value)):
            cited, cell = True, reader.with_sources(cell, sources)
        cells.append(cell)
    return tuple(cells)


def _cell(reader: GraphReader, answer: Answer, term: Term | None) -> Line:
    if isinstance(term, ox.NamedNode) and term.value not in answer.labels:
        return (Span(shorten(term.value), term.value),)
    if isinstance(term, ox.Literal) and term.datatype.value == _WHOLE_NUMBERS:
        return number(int(term.value))
    return reader.cell(term)
