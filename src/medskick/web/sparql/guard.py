"""What a query may not do, seen before the engine reads it: call out, nest without end, swell.

Read in the worker, where it is killed with the query if it takes too long. A worker can open no connection besides
(``worker.confine``): this is here to say so in words, and for systems where that is not to be had.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from medskick.queries.query_text import parts

MOST_BYTES = 500_000
MOST_NESTING = 100
MOST_PREFIXES = 1_000
MOST_SERVICES = 200

_GAP = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
# All that a parser could take for a call, wherever it stands: Oxigraph's wants no space before or after a keyword
# (``trueSERVICEx:y{``). White space by name: ``\s`` knows characters that a prefixed name may hold.
_VARIABLE = r"""[?$][^ \t\r\n{}<>\#"]++"""
_PREFIXED = r"""(?:\\.|[^ \t\r\n{}<>\#":?$\\])*+:(?:\\.|[^ \t\r\n{}<>\#"\\])*+"""
_CALL = re.compile(
    rf"service{_GAP}(?:silent{_GAP})?+(?P<target><[^>]*+>|{_VARIABLE}|{_PREFIXED}){_GAP}\{{", re.IGNORECASE | re.DOTALL
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# With ``//`` after its scheme it can be nothing but an IRI
_SURE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+://")
_BRACKET = re.compile(r"([{(\[])|[})\]]")
_PREFIX = re.compile(r"\bPREFIX\b", re.I)


class Refusal(NamedTuple):
    """Why a query is not asked: HTTP status and a sentence in English (protocol errors are for programs)."""

    status: int
    detail: str


def _unescaped(text: str) -> tuple[str, bool]:
    """Codepoint escapes read before the grammar, as section 19.2 has it; and whether any stands for ASCII."""
    ascii_too = False

    def character(match: re.Match[str]) -> str:
        nonlocal ascii_too
        code = int(match[1] or match[2], 16)
        ascii_too = ascii_too or code < 0x80
        return chr(code) if code < 0x110000 else match[0]

    return _ESCAPE.sub(character, text), ascii_too


def refusal(query: str, services: Collection[str] = ()) -> Refusal | None:
    """Tell why a query may not be asked, or ``None``. ``services`` are the endpoints that ``SERVICE`` may name."""
    if len(query.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return Refusal(413, f"The query is longer than {MOST_BYTES:,} bytes.")
    text, escaped = _unescaped(query) if "\\" in query else (query, False)
    depth = prefixes = 0
    hidden: list[tuple[int, int]] = []
    # whether a parser must see comments, strings and IRIs where we do
    certain = not escaped
    for kind, part in parts(text):
        if kind in ("plain", "unclosed"):
            certain = certain and kind == "plain"
            prefixes += len(_PREFIX.findall(part[0]))
            for bracket in _BRACKET.finditer(part[0]):
                depth += 1 if bracket[1] else -1
                if depth > MOST_NESTING:
                    return Refusal(400, f"The query nests more than {MOST_NESTING} brackets.")
        elif kind == "iri" and not _SURE_IRI.match(part[0]):
            certain = certain and "'" not in part[0] and "#" not in part[0]
        elif kind != "escape":
            hidden.append(part.span())
    if prefixes > MOST_PREFIXES:
        return Refusal(400, f"The query declares more than {MOST_PREFIXES:,} prefixes.")
    services_named = text.casefold().count("service")
    if not services_named:
        return None
    # each may be read on from to the end of the query
    if services_named > MOST_SERVICES:
        return Refusal(400, f"The query says SERVICE more than {MOST_SERVICES} times.")
    # escapes of plain letters serve nobody but who hides a word; which of them a parser reads is not ours to guess
    if escaped or any(_calls_out(call, services, hidden, certain) for call in _CALL.finditer(text)):
        if services:
            return Refusal(403, "SERVICE may name only: " + ", ".join(sorted(services)))
        return Refusal(403, "SERVICE is not allowed here: this endpoint calls no other.")
    return None


def led(query: str, ways: Mapping[str, str]) -> str:
    """Return a query that may be asked with another address in place of each endpoint that it calls.

    ``ways`` has the address by endpoint.
    """
    if "service" not in query.casefold():
        return query
    text, _ = _unescaped(query)
    spans = [match.span() for kind, match in parts(text) if kind not in ("plain", "unclosed", "iri", "escape")]

    def call(match: re.Match[str]) -> str:
        way = ways.get(match["target"][1:-1])
        if way is None or any(start <= match.start() < end for start, end in spans):
            return match[0]
        begin, end = (place - match.start() for place in match.span("target"))
        return f"{match[0][:begin]}<{way}>{match[0][end:]}"

    return _CALL.sub(call, text)


def _calls_out(call: re.Match[str], services: Collection[str], hidden: list[tuple[int, int]], certain: bool) -> bool:
    if call["target"].startswith("<") and call["target"][1:-1] in services:
        return False
    return not (certain and any(start <= call.start() < end for start, end in hidden))
