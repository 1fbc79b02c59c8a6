"""Checks of the files with the interface's words."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from medskick.graph.faults import Fault, closest, fault
from medskick.graph.toml_file import read_toml
from medskick.rooms import room
from medskick.words import SHIPPED, folders

_OWN = ("language", "reading", "dates", "cues")
"""Files for one language only, whose texts have no counterpart in other languages."""


def word_faults() -> Iterator[Fault]:
    """Yield what is wrong with the files of words, with line and key.

    A file that cannot be read or that nothing reads, a key that nothing reads, a place in braces that
    nobody fills or that is forgotten. Only Swedish and English must be complete: for
    other languages a missing text is shown in the reader's next language.
    """
    home, *_ = folders()
    # Swedish too, in case the English file is broken itself
    pattern: dict[str, dict[str, Any]] = {}
    for lang in SHIPPED:
        for path in sorted((home / lang).glob("*.toml")):
            pattern[path.stem] = pattern.get(path.stem, {}) | read_toml(path, path.name)[0]
    for kind, whole_file in (("dates", "en"), ("cues", "fi")):
        kept = room("ontology") / kind
        pattern[kind] = read_toml(kept / f"{whole_file}.toml", kind)[0]
        for path in sorted(kept.glob("*.toml")):
            file = f"ontology/{kind}/{path.name}"
            entries, faults = read_toml(path, file)
            yield from faults or _of_file(path, file, entries, pattern[kind], False, own=True)
    for folder in folders():
        for path in sorted(folder.glob("*/*.toml")):
            file = f"{folder.parent.name}/{folder.name}/{path.parent.name}/{path.name}"
            entries, faults = read_toml(path, file)
            yield from faults
            if path.stem not in pattern:
                near = closest(path.stem, pattern)
                fix = f"{near}.toml" if near else None
                yield fault("words-file", file, found=path.name, fix=fix, known=", ".join(pattern))
                continue
            whole = folder == home and path.parent.name in SHIPPED and path.stem not in _OWN
            if not faults:
                yield from _of_file(path, file, entries, pattern[path.stem], whole, own=path.stem in _OWN)


def _of_file(
    path: Path, file: str, entries: dict[str, Any], pattern: dict[str, Any], whole: bool, own: bool
) -> Iterator[Fault]:
    for key in pattern.keys() - entries.keys() if whole else ():
        yield fault("words-missing", file, column=key)
    for key, entry in entries.items():
        row = _line(path, key)
        if key not in pattern:
            near = closest(key, pattern.keys() - entries.keys())
            yield fault("words-key", file, row=row, column=key, found=key, fix=near)
            continue
        if own:
            several = isinstance(pattern[key], list)
            if several and not (isinstance(entry, list) and all(isinstance(word, str) for word in entry)):
                yield fault("words-list", file, row=row, column=key, found=str(entry), fix=f'["{entry}"]')
            continue
        places, others = _places(entry), _places(pattern[key]) or set()
        if places is None:
            yield fault("words-braces", file, row=row, column=key, found=str(entry))
            continue
        listed = ", ".join(f"{{{place}}}" for place in sorted(others)) or "–"
        for place in sorted(places - others):
            fix = closest(place, others)
            yield fault(
                "words-place", file, row=row, column=key, found=f"{{{place}}}", fix=f"{{{fix}}}" if fix else None,
                known=listed,
            )  # fmt: skip
        for place in sorted(others - places):
            yield fault("words-forgotten", file, row=row, column=key, level="warning", place=f"{{{place}}}")


def _places(entry: Any) -> set[str] | None:
    """The places in braces of a text, or of all its plural forms; ``None`` if the braces do not match."""
    texts = entry.values() if isinstance(entry, dict) else [entry]
    try:
        return {place for text in texts for _, place, _, _ in Formatter().parse(str(text)) if place is not None}
    except ValueError:
        return None


def _line(path: Path, key: str) -> int:
    """The line of a file that contains a key."""
    start = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    return next((row for row, line in enumerate(lines, start=1) if start.match(line)), 0)
