"""How the sheets of a file are to be read: answers that somebody gave once, kept as a file and given again.

Such a file is also what reads the export of another system; those that ship lie in ``ontology/mappings/``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import Any

from medskick.graph.dataset import slug_of
from medskick.graph.faults import Faulty, closest, fault
from medskick.graph.toml_file import quoted, read_toml
from medskick.rooms import room

LEFT_OUT = "-"
"""What a sheet or column is said to be that is not to be read."""
_VALUE = r"[^/?#,;\s]+"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """What becomes of a column's cells before they are read.

    ``after`` is what stands before the value in the cell (several: each time); ``put`` is what the value is put into,
    at the place ``{}``, as an id is written; ``values`` are cells and what they mean.
    """

    after: str = ""
    put: str = ""
    values: Texts = field(default_factory=dict)

    def of(self, cell: str) -> str:
        """Return the cell as it is to be read, empty where it does not hold what is looked for."""
        if cell in self.values:
            return self.values[cell]
        values = re.findall(re.escape(self.after) + f"({_VALUE})", cell) if self.after else [cell]
        return ";".join(slug_of(self.put.replace("{}", value)) if self.put else value for value in values)

    def text(self) -> str:
        """Return the form as TOML writes it in a line."""
        parts = [f"{key} = {quoted(text)}" for key, text in (("after", self.after), ("put", self.put)) if text]
        if self.values:
            listed = ", ".join(f"{quoted(cell)} = {quoted(text)}" for cell, text in sorted(self.values.items()))
            parts.append(f"values = {{ {listed} }}")
        return f"{{ {', '.join(parts)} }}"


@dataclass(frozen=True)
class Answers:
    """Answers: the table of a sheet by its title, the column of a heading by sheet and heading; ``-`` is left out.

    ``constants`` are the cells that all rows of a sheet have by column, ``forms`` what becomes of cells by heading. In
    a title or heading ``*`` stands for anything; what matches exactly comes first, then the longest.
    """

    sheets: Texts = field(default_factory=dict)
    columns: Mapping[str, Texts] = field(default_factory=dict)
    constants: Mapping[str, Texts] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Form]] = field(default_factory=dict)

    def table(self, title: str) -> str:
        """Return the table that a sheet is said to be, empty where nothing is said."""
        return next((self.sheets[key] for key in _matching(self.sheets, title)), "")

    def column(self, title: str, heading: str) -> str:
        """Return the column that a heading is said to be; a star in it is what the heading has in that place."""
        for columns in (self.columns[key] for key in _matching(self.columns, title)):
            for key in _matching(columns, heading):
                match = _pattern(key).match(heading)
                return columns[key].replace("*", match[1]) if match and "*" in key else columns[key]
        return ""

    def constants_of(self, title: str) -> dict[str, str]:
        """Return the cells that all rows of a sheet have."""
        constants: dict[str, str] = {}
        for key in _matching(self.constants, title):
            constants = {**self.constants[key], **constants}
        return constants

    def form(self, title: str, heading: str) -> Form | None:
        """Return what becomes of the cells below a heading, ``None`` where they are read as they are."""
        tables = (self.forms[key] for key in _matching(self.forms, title))
        return next((forms[key] for forms in tables for key in _matching(forms, heading)), None)

    def text(self) -> str:
        """Return the answers as TOML, in order of name."""
        lines = ["[sheets]", *(f"{quoted(s)} = {quoted(t)}" for s, t in sorted(self.sheets.items()))]
        for kind, tables in (("columns", self.columns), ("constants", self.constants)):
            for sheet, entries in sorted(tables.items()):
                lines += ["", f"[{kind}.{quoted(sheet)}]"]
                lines += [f"{quoted(h)} = {quoted(c)}" for h, c in sorted(entries.items())]
        for sheet, forms in sorted(self.forms.items()):
            lines += ["", f"[forms.{quoted(sheet)}]", *(f"{quoted(h)} = {f.text()}" for h, f in sorted(forms.items()))]
        return "\n".join(lines) + "\n"

    def with_answers(self, answers: Iterable[str]) -> "Answers":
        """Return the answers with more: ``sheet=table``, ``sheet/heading=column`` or ``sheet+column=cell``."""
        sheets: dict[str, str] = {}
        columns: dict[str, dict[str, str]] = {}
        constants: dict[str, dict[str, str]] = {}
        for answer in answers:
            place, _, meant = (part.strip() for part in answer.rpartition("="))
            sheet, slash, heading = (part.strip() for part in place.partition("/"))
            constant = re.fullmatch(r"(.+)\+\s*(\w+)", place)
            if slash:
                columns.setdefault(sheet, {})[heading] = meant
            elif constant:
                constants.setdefault(constant[1].strip(), {})[constant[2]] = meant
            else:
                sheets[sheet] = meant
        return Answers(sheets, columns, constants).before(self)

    def before(self, other: "Answers") -> "Answers":
        """Return these answers with those of another where these say nothing."""
        parts = ("columns", "constants", "forms")
        nested: list[dict[str, dict[str, Any]]] = [
            {key: {**theirs.get(key, {}), **ours.get(key, {})} for key in {**theirs, **ours}}
            for ours, theirs in ((getattr(self, part), getattr(other, part)) for part in parts)
        ]
        return Answers({**other.sheets, **self.sheets}, *nested)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """A title or heading in which the first ``*`` stands for anything, which is kept, and so does each other one."""
    before, star, after = key.partition("*")
    end = translate(after.replace("[", "[[]").replace("?", "[?]"))
    return re.compile(re.escape(before) + (f"(.*?){end}" if star else r"()\Z"), re.DOTALL)


def _matching(keys: Iterable[str], text: str) -> list[str]:
    """The keys that stand for a text: itself first, then the longest."""
    return sorted((key for key in keys if key == text or ("*" in key and _pattern(key).match(text))),
                  key=lambda key: (key != text, -len(key), key))  # fmt: skip


def shipped_mappings() -> dict[str, Path]:
    """Return the mappings that ship by name: each reads the exports of one system."""
    return {path.stem: path for path in sorted((room("ontology") / "mappings").glob("*.toml"))}


def read_mapping(named: str) -> Answers:
    """Return the answers of a mapping that ships, by its name, or of one in a file. Raises ``Faulty``."""
    known = shipped_mappings()
    path = known.get(named, Path(named))
    if not path.is_file():
        raise Faulty([fault("no-mapping", named, fix=closest(named, known), known=", ".join(known))])
    return read_answers(path)


def read_answers(path: Path) -> Answers:
    """Return the answers kept in a file, none where there is no file. Raises ``Faulty`` for what is no such file."""
    if not path.is_file():
        return Answers()
    given, faults = read_toml(path, path.name)
    texts = _texts(given.get("sheets", {}))
    columns, constants, forms = (_tables(given.get(name, {})) for name in ("columns", "constants", "forms"))
    if not faults and not (
        texts and all(map(_texts, (*columns, *constants))) and all(_is_form(f) for t in forms for f in t.values())
    ):
        faults = [fault("book-answers", path.name)]
    if faults:
        raise Faulty(faults)
    named = {sheet: {h: Form(**form) for h, form in table.items()} for sheet, table in given.get("forms", {}).items()}
    return Answers(given.get("sheets", {}), given.get("columns", {}), given.get("constants", {}), named)


def _texts(table: Any) -> bool:
    return isinstance(table, dict) and all(isinstance(text, str) for text in table.values())


def _tables(part: Any) -> Sequence[dict[str, Any]]:
    """The tables in a part of the file; what is none is one that no answer may be."""
    whole = isinstance(part, dict) and all(isinstance(table, dict) for table in part.values())
    return list(part.values()) if whole else [{"": None}]


def _is_form(form: Any) -> bool:
    known = isinstance(form, dict) and form.keys() <= {"after", "put", "values"}
    return known and all(_texts(text) if key == "values" else isinstance(text, str) for key, text in form.items())
