"""A question or view of the catalogue, and what its header may say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medskick.words import COMMON, Text

TOKEN = re.compile(r"\?_(?P<name>[A-Za-z][A-Za-z0-9]*)_iri\b")
TOKEN_IN_PLACE = re.compile(
    r"BIND\(\?_(?P<name>[A-Za-z][A-Za-z0-9]*)_iri AS \?(?P=name)\)|\?_(?P<bare>[A-Za-z][A-Za-z0-9]*)_iri\b"
)
VIEWS_FOLDER = "views"
"""The folder that holds views; all others are themes of questions."""
PICTURES = ("table", "bar", "timeline", "matrix", "network")
"""What ``view`` in a question's header may be."""
LAYOUTS = ("force", "columns")
"""What ``layout`` in a view's header may be."""
ANSWERED = ("fully", "partly", "not-yet")
RESERVED = ("lang", "dataset", "links", "service", "format", "output", "around", "depth", "store", "queries", "help")
"""Options that every question has besides its own parameters."""


@dataclass(frozen=True)
class Param:
    """A question's parameter: a term of a concept scheme, or a thing of a class (exactly one of the two is set)."""

    name: str
    label: Text
    scheme: str | None = None
    cls: str | None = None

    @property
    def option(self) -> str:
        """The parameter as an option of the command line: ``phaseType`` is ``phase-type``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", self.name).lower()


@dataclass(frozen=True, repr=False)
class Query:
    """A question (SELECT) or a view (CONSTRUCT) of the catalogue, with its header.

    ``theme`` is the name of its folder, ``heading`` the theme's title. ``needs`` tells what would answer a question
    that cannot be answered yet; ``wish`` what users of other systems asked for in vain, and ``wished_in`` where.
    ``sentence`` is what its answer begins with (``medskick.queries.sentence``), with texts of their own for an answer
    of one row and of none. ``in_sequence`` names the columns whose things stand in the order of
    ``medskick.resources.succession``.
    """

    slug: str
    theme: str
    path: Path
    text: str
    summary: Text
    description: Text
    tags: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    answers: str = ""
    number: str = ""
    view: str = "table"
    layout: str = "force"
    params: tuple[Param, ...] = ()
    columns: Mapping[str, Text] = field(default_factory=dict)
    needs: Text = field(default_factory=dict)
    wish: Text = field(default_factory=dict)
    wished_in: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    in_sequence: tuple[str, ...] = ()
    heading: Text = field(default_factory=dict)
    sentence: Text = field(default_factory=dict)
    sentence_of_one: Text = field(default_factory=dict)
    sentence_of_none: Text = field(default_factory=dict)

    def __repr__(self) -> str:
        # a notebook that lists the catalogue shows no queries
        return f"<{'View' if self.is_view else 'Question'} {self.slug}: {self.summary.get(COMMON, '')}>"

    @property
    def is_view(self) -> bool:
        """Whether this is a view: a picture rather than an answer."""
        return self.theme == VIEWS_FOLDER

    def param(self, name: str) -> Param | None:
        """Return a parameter by its name or its option."""
        return next((p for p in self.params if name in (p.name, p.option)), None)
