"""Faults in what people wrote: file, row, column, what was found, what was expected, the nearest fix."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from medskick.words import COMMON, Lang, Text, every_language, pick, say

Level = Literal["error", "warning", "follows"]
"""What ``follows`` from another fault is not told: once that one is mended, it is gone or is told then."""
_SHOWN = 80
_ALIKE = 100
"""So many faults of one kind in one column are told one by one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``row`` is the line in the file as a spreadsheet counts it (the header row is 1), 0 for the file.

    ``expected`` is a text in both languages; ``fix`` the nearest fix, as it should be written, or ``None``.
    """

    file: str
    row: int
    column: str
    found: str
    expected: Text
    fix: str | None = None
    level: Level = "error"
    code: str = field(default="", compare=False)

    def place(self, lang: Lang) -> str:
        """Return file, row and column in words."""
        place = self.file
        if self.row:
            place += say("fault.row", lang, row=self.row)
        if self.column:
            place += say("fault.column", lang, column=self.column)
        return place

    def say(self, lang: Lang) -> str:
        """Return the fault as one line of plain words."""
        parts = [self.place(lang) + ":"]
        if self.found:
            parts.append(say("fault.found", lang, found=shown(self.found)))
        parts.append(pick(self.expected, lang))
        if self.fix is not None:
            parts.append(say("fault.fix", lang, fix=self.fix))
        return " ".join(parts)


class Faulty(Exception):
    """Raised when input has faults: carries all of them at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = ordered(faults)
        super().__init__("\n".join(f.say(COMMON) for f in self.faults if f.level == "error"))


def fault(
    code: str,
    file: str,
    *,
    row: int = 0,
    column: str = "",
    found: str = "",
    fix: str | None = None,
    level: Level = "error",
    **values: object,
) -> Fault:
    """Make a fault from its code in the wording (``fault.<code>``), the places of its text filled in."""
    return Fault(file, row, column, found, every_language(f"fault.{code}", **values), fix, level, code)


def shown(text: str) -> str:
    """Return a found text fit for one line: control characters visible, cut with its length where long."""
    visible = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: _SHOWN + 1])
    return visible if len(text) <= _SHOWN else f"{visible[:_SHOWN]}… ({len(text)})"


def ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults once each, errors first, then by file, row and column."""
    unique = {(f.file, f.row, f.column, f.found, f.level, *sorted(f.expected.items())): f for f in faults}
    return sorted(unique.values(), key=lambda f: (f.level != "error", f.file, f.row, f.column, f.found))


def folded(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults as they are told: past a hundred alike in a column one that counts the rest, at the end."""
    alike: Counter[tuple[Level, str, str, str]] = Counter()
    rest: dict[tuple[Level, str, str, str], Fault] = {}
    for one in faults:
        kind = (one.level, one.file, one.column, one.code)
        alike[kind] += 1
        if alike[kind] <= _ALIKE:
            yield one
        else:
            rest.setdefault(kind, one)
    for kind, one in rest.items():
        count = alike[kind] - _ALIKE
        yield fault("more-alike", one.file, row=one.row, column=one.column, level=one.level, count=count)


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest in spelling, or ``None`` if none is near."""
    from rapidfuzz import fuzz, process  # only where there is a fault

    best = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=70)
    return str(best[0]) if best else None
