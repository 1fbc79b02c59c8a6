"""A slip of SPARQL as a reader is told it: where it is, what stands there, the nearest fix."""

import re
from dataclasses import dataclass

from medskick.graph.faults import closest
from medskick.ontology import PREFIXES

_SYNTAX = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.S)
_KEYWORD, _WORD = re.compile(r"[A-Z]+"), re.compile(r"[A-Za-z]+")
_KEYWORDS = (
    "PREFIX", "BASE", "SELECT", "DISTINCT", "REDUCED", "CONSTRUCT", "FROM", "NAMED", "WHERE", "OPTIONAL", "UNION",
    "MINUS", "GRAPH", "FILTER", "BIND", "VALUES", "EXISTS", "NOT", "ORDER", "GROUP", "BY", "HAVING", "ASC", "DESC",
    "LIMIT", "OFFSET", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "BOUND", "COALESCE", "CONCAT", "CONTAINS",
    "REGEX", "STRSTARTS", "STRENDS", "LANGMATCHES", "DATATYPE", "UNDEF",
)  # fmt: skip
_CHARACTERS = re.compile(r"\[(?:'[^']*'|[^\]'])*\]")


@dataclass(frozen=True)
class Slip:
    """A slip: its code in the words of faults, line and column, what stands there, the nearest fix, what may stand."""

    code: str
    at: tuple[int, int]
    found: str = ""
    fix: str | None = None
    reason: str = ""


def slip_of(message: str, text: str) -> Slip:
    """Return the slip that the engine tells of (``error at 3:10: expected OPTIONAL``) in a query's text."""
    match = _SYNTAX.match(message)
    if match is None:
        return Slip("sparql-other", (0, 0), reason=" ".join(message.split()))
    row, column = int(match[1]), int(match[2])
    line = [*text.split("\n"), ""][row - 1]
    reasons = [part for part in (p.strip() for p in _CHARACTERS.sub("", match[3]).split(", ")) if part]
    if "Prefix not found" in reasons:
        name = re.split(r"[\s(){};,^/|]", line[: column - 1])[-1]
        near = closest(name.partition(":")[0], PREFIXES)
        declared = f"PREFIX {near}: <{PREFIXES[near]}>" if near else None
        return Slip("sparql-prefix", (row, column - len(name)), name, declared)
    if len(reasons) == 1 and _KEYWORD.fullmatch(reasons[0]):
        # of all that may stand here the engine names the longest word, and the place behind that word
        column, reasons = max(column - len(reasons[0]), 1), []
    rest = line[column - 1 :].strip()
    word = _WORD.match(rest)
    near = closest(word[0].upper(), _KEYWORDS) if word and word[0].upper() not in _KEYWORDS else None
    reason = " ".join(", ".join(reasons).split())
    return Slip("sparql-syntax" if reasons else "sparql-here", (row, column), rest, near, reason)
