"""What a notebook shows: answers, reports and pictures; answers as data frames.

A notebook shows what ``_repr_html_`` gives (IPython). Whole pages stand in a frame of their own, so that their style
and that of the notebook do not touch; they load nothing from any host.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Self

from markupsafe import Markup

from medskick.graph.lookups import Store
from medskick.queries.answer import as_columns
from medskick.queries.run import Answer
from medskick.reports.document import Block, Document, Paragraph, Table, line
from medskick.templates import environment
from medskick.words import Lang, pick, say

if TYPE_CHECKING:
    import pandas
    import polars

    from medskick.viz.pictures.picture import Picture

SHOWN_ROWS = 20
"""Rows of an answer that a notebook shows; a data frame has all."""
_REPORT, _PICTURE = 480, 640
"""Heights of frames, in pixels."""


@dataclass(frozen=True, repr=False)
class ShownAnswer(Answer):
    """An answer that a notebook shows as a table with links and its notes, and that becomes a data frame."""

    store: Store = field(kw_only=True, compare=False)

    @classmethod
    def of(cls, answer: Answer, store: Store) -> Self:
        """Return an answer that the store gave."""
        return cls(**{part.name: getattr(answer, part.name) for part in fields(Answer)}, store=store)

    def __repr__(self) -> str:
        return f"<Answer to {self.query.slug}: {len(self.rows)} rows of {', '.join(self.variables)}>"

    def document(self) -> Document:
        """Return the answer as a report, with its sources."""
        from medskick.reports.answer_document import document_of
        from medskick.reports.graph_reader import GraphReader

        return document_of(GraphReader(self.store, self.lang, labels=dict(self.labels)), self)

    def _repr_html_(self) -> str:
        from medskick.reports.html import parts

        whole = self.document()
        blocks = tuple(part for block in whole.blocks for part in _first_rows(block, self.lang))
        # numbers of sources would lead to those of another answer in the same notebook
        shown = parts(replace(whole, blocks=blocks, sources={}), link=lambda thing: thing)
        return environment().get_template("notebook.html.j2").render(shown)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas data frame: the columns of ``as_columns``.

        Days are of the type ``datetime64[s]``, whole numbers ``Int64``, truth values ``boolean``: each may be missing.
        Raises ``ModuleNotFoundError`` where pandas is not installed.
        """
        import pandas

        types = {"day": "datetime64[s]", "integer": "Int64", "boolean": "boolean", "text": "object"}
        return pandas.DataFrame(
            {name: pandas.Series(values, dtype=types[kind]) for name, (kind, values) in as_columns(self).items()}
        )

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars data frame: the columns of ``as_columns``, days of the type ``Date``.

        Raises ``ModuleNotFoundError`` where polars is not installed.
        """
        import polars

        types = {"day": polars.Date, "integer": polars.Int64, "boolean": polars.Boolean, "text": polars.String}
        return polars.DataFrame(
            [polars.Series(name, values, dtype=types[kind]) for name, (kind, values) in as_columns(self).items()]
        )


class ShownReport(Document):
    """A report that a notebook shows as it prints."""

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return a document as a report for notebooks."""
        return cls(**{part.name: getattr(document, part.name) for part in fields(Document)})

    def __repr__(self) -> str:
        return f"<Report {self.title!r}: {len(self.tables)} tables, {len(self.sources)} sources>"

    def _repr_html_(self) -> str:
        from medskick.reports.html import as_html

        return _framed(as_html(self), self.title, _REPORT)


@dataclass(frozen=True, repr=False)
class ShownPicture:
    """A picture of the graph that a notebook shows inline, to be moved and searched. ``version`` is the store's."""

    picture: Picture
    lang: Lang
    version: str

    def __repr__(self) -> str:
        nodes, edges = len(self.picture.nodes), len(self.picture.edges)
        return f"<Picture {pick(self.picture.title, self.lang)!r}: {nodes} nodes, {edges} edges>"

    def page(self) -> str:
        """Return the picture as one HTML page that loads nothing from any host."""
        from medskick.viz.pictures.as_page import page

        return page(self.picture, self.lang, self.version)

    def _repr_html_(self) -> str:
        return _framed(self.page(), pick(self.picture.title, self.lang), _PICTURE)


def _first_rows(block: Block, lang: Lang) -> list[Block]:
    """A table with its first rows only and how many it has; any other block as it is."""
    if not isinstance(block, Table) or len(block.rows) <= SHOWN_ROWS:
        return [block]
    note = say("answer.first-rows", lang, shown=SHOWN_ROWS, count=len(block.rows))
    return [replace(block, rows=block.rows[:SHOWN_ROWS]), Paragraph(line(note), "note")]


def _framed(page: str, title: str, height: int) -> str:
    frame = Markup(
        '<iframe srcdoc="{}" title="{}" sandbox="allow-scripts allow-popups allow-downloads" '
        'style="width: 100%; height: {}px; border: 0"></iframe>'
    )
    return str(frame.format(page, title, height))
