"""What a query may not do, seen before any engine reads it: call out, nest without end, swell."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

MOST_BYTES = 500_000
MOST_NESTING = 100
MOST_PREFIXES = 1_000

# Tokens of SPARQL 1.1 (section 19.8) as far as they hide or show a keyword: comments, IRIs, strings, names, the rest
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<string>\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      | (?P<variable>[?$]\w+)
      | (?P<name>[\w.\-]*:[\w.\-:%\\]*|_:\w+)
      | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<open>[{(\[])
      | (?P<close>[})\]])
      | (?P<space>\s+)
      | (?P<other>.)""",
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True)
class Refusal:
    """Why a query is not asked: HTTP status and a sentence in English (protocol errors are for programs)."""

    status: int
    detail: str


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind not in ("comment", "space"):
            yield kind, match[0]


def _unescaped(text: str) -> str:
    """Codepoint escapes read before the grammar, as section 19.2 has it: a keyword may hide behind them."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else match[0]

    return _ESCAPE.sub(character, text)


def refusal(query: str, services: Collection[str] = ()) -> Refusal | None:
    """Tell why a query may not be asked, or ``None``. ``services`` are the endpoints that ``SERVICE`` may name."""
    if len(query.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return Refusal(413, f"The query is longer than {MOST_BYTES:,} bytes.")
    for text in dict.fromkeys((query, _unescaped(query))):
        depth = prefixes = 0
        calls = False
        for kind, token in _tokens(text):
            if kind == "open":
                depth += 1
                if depth > MOST_NESTING:
                    return Refusal(400, f"The query nests more than {MOST_NESTING} brackets.")
            elif kind == "close":
                depth -= 1
            elif kind == "word":
                word = token.upper()
                prefixes += word == "PREFIX"
                if calls and word == "SILENT":
                    continue
                calls = word == "SERVICE"
                if prefixes > MOST_PREFIXES:
                    return Refusal(400, f"The query declares more than {MOST_PREFIXES:,} prefixes.")
                if calls and not services:
                    return Refusal(403, "SERVICE is not allowed here: this endpoint calls no other.")
                continue
            if calls:
                if kind != "iri" or token[1:-1] not in services:
                    return Refusal(403, "SERVICE may name only: " + ", ".join(sorted(services)))
                calls = False
    return None
