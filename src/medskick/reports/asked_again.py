"""Whether a cited answer is the same when it is asked again, and what changed where it is not."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medskick.ontology import term_text
from medskick.queries.answer import heading, text_of
from medskick.queries.run import Answer
from medskick.reports.cited_answer import Cited, digest_of
from medskick.reports.document import Block, Document, Line, Paragraph, Table, line
from medskick.words import pick, say


@dataclass(frozen=True)
class AskedAgain:
    """Whether the answer has the same rows in the same order, and that as a report."""

    same: bool
    document: Document


def asked_again(cited: Cited, now: Answer, version: str, before: Answer | None) -> AskedAgain:
    """Compare a cited answer with that of now, over the graph in ``version``.

    ``before`` is the same question answered by the cited version, if that is still here: then the rows that are new
    and those that are gone are listed.
    """
    lang = now.lang
    same = digest_of(now) == cited.digest
    if same:
        key = "same" if version == cited.version else "same-rows"
    else:
        key = "changed" if before is not None else "changed-unknown"
    lead = say(f"cite.{key}", lang, rows=len(now.rows), then=cited.rows, old=cited.version[:12], new=version[:12])
    blocks: list[Block] = [] if same or before is None else _changes(before, now)
    return AskedAgain(same, Document(pick(now.query.summary, lang), lang, line(lead), tuple(blocks)))


def _changes(before: Answer, now: Answer) -> list[Block]:
    lang = now.lang
    blocks: list[Block] = []
    for key, answer, other in (("rows-new", now, before), ("rows-gone", before, now)):
        theirs = {_key(other, row) for row in other.rows}
        rows = [row for row in answer.rows if _key(answer, row) not in theirs]
        if rows:
            columns = tuple(heading(answer, name) for name in answer.variables)
            cells: list[tuple[Line, ...]] = [
                tuple(line(text_of(answer, row.get(name))) for name in answer.variables) for row in rows
            ]
            blocks.append(Table(say(f"cite.{key}", lang, count=len(rows)), columns, tuple(cells)))
    return blocks or [Paragraph(line(say("cite.only-order", lang)))]


def _key(answer: Answer, row: Mapping[str, ox.NamedNode | ox.Literal]) -> tuple[str, ...]:
    return tuple(term_text(row[name]) if name in row else "" for name in answer.variables)
