"""The page templates of the room ``viz``: one environment, autoescaped, that marks texts of another language."""

import re
from typing import TYPE_CHECKING, Any

from medskick.rooms import room
from medskick.words import Foreign, pick

if TYPE_CHECKING:
    import jinja2


_RUNS_BACK = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Blocks of scripts that run from right to left, and the marks of direction (Unicode, DerivedBidiClass)."""


def marked(text: str) -> str:
    """Return a text as content of an element: one that is in another language than the page carries its language."""
    from markupsafe import Markup

    return Markup('<span lang="{}">{}</span>').format(text.lang, str(text)) if isinstance(text, Foreign) else text


def isolated(text: str) -> str:
    """Return a text as content of an element: one with letters or signs that run from the right stands by itself."""
    from markupsafe import Markup

    return Markup("<bdi>{}</bdi>").format(marked(text)) if _RUNS_BACK.search(text) else marked(text)


def environment(**options: Any) -> "jinja2.Environment":
    """Return an environment over the room; ``options`` are Jinja's own.

    Its filters: ``in_lang(lang)`` picks from a text by language, ``marked`` says the language of what is not in the
    page's (only where an element may stand: not in an attribute, a ``title`` or an ``option``); ``isolated`` does the
    same for names out of the graph, and keeps those of other directions from turning what stands beside them.
    """
    import jinja2

    made = jinja2.Environment(loader=jinja2.FileSystemLoader(room("viz")), autoescape=True, **options)
    made.filters |= {"in_lang": pick, "marked": marked, "isolated": isolated}
    return made
