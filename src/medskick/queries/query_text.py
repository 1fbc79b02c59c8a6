"""What a query's text says, seen without a parser: where its comments, strings and IRIs are, in linear time."""

import re
from collections.abc import Iterator

# Terminals of SPARQL 1.1 (section 19.8) that may hold any word or bracket. Possessive throughout: no text makes this
# slow. What follows a quote that nothing closes is one part to the end: no parser reads it.
_PART = re.compile(
    r"""(?P<comment>\#[^\n\r]*+)
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
      | (?P<string>
            \"\"\"(?:"{0,2}+(?:[^"\\]|\\.))*+\"\"\" | '''(?:'{0,2}+(?:[^'\\]|\\.))*+'''
          | (?!\"\"\")"(?:[^"\\\n\r]|\\.)*+" | (?!''')'(?:[^'\\\n\r]|\\.)*+')
      | (?P<escape>\\.)
      | (?P<plain>[^\#<"'\\]++|<)
      | (?P<unclosed>.++)""",
    re.X | re.S,
)
_FROM, _GRAPH = (re.compile(rf"(?<![?$\w:]){word}\b(?!:)", re.I) for word in ("FROM", "GRAPH"))


def parts(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield the parts of a query in order: ``comment``, ``iri``, ``string``, ``escape``, ``plain``, ``unclosed``.

    An ``iri`` that names no authority may in truth be a comparison: ``?a<?b&&?c>?d``.
    """
    for match in _PART.finditer(text):
        yield match.lastgroup or "plain", match


def bare(text: str) -> str:
    """Return a query's text with a space in place of each comment, string and IRI."""
    return "".join(m[0] if kind in ("plain", "unclosed", "escape") else " " for kind, m in parts(text))


def names_dataset(text: str) -> bool:
    """Tell whether a query chooses its own dataset (``FROM``): then none may be sent beside it."""
    # most queries have no such letters anywhere
    return _FROM.search(text) is not None and _FROM.search(bare(text)) is not None


def names_graphs(text: str) -> bool:
    """Tell whether a query asks for named graphs (``GRAPH``)."""
    return _GRAPH.search(text) is not None and _GRAPH.search(bare(text)) is not None
