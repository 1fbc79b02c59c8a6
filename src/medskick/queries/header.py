"""The header of a question file: YAML behind ``#+``, read so that every fault has its line and column in the file."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from medskick.graph.faults import Fault, Level, closest, fault
from medskick.words import COMMON, SHIPPED, Lang, is_tag

if TYPE_CHECKING:
    import yaml

Entries = dict[str, "tuple[yaml.Node, yaml.Node]"]
"""A mapping of the header: by key, the nodes of key and value."""


def spoken(entries: Entries, keys: Iterable[str]) -> tuple[Lang, ...]:
    """Return the languages that any of some texts is in, in order of tag; an empty text counts as one to be written."""
    return tuple(sorted({lang for key in keys for lang in _by_lang(entries, key)}))


def _by_lang(entries: Entries, key: str) -> dict[Lang, str]:
    """The names under which a text stands, by language."""
    names = {name.removeprefix(f"{key}_"): name for name in entries if name.startswith(f"{key}_")}
    return {lang: name for lang, name in names.items() if is_tag(lang)} | ({COMMON: key} if key in entries else {})


class Header:
    """The header of a file being read: where each of its lines stands, its languages, and the faults seen so far."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self._loader: Any = None
        self.faults: list[Fault] = []
        self.languages: tuple[Lang, ...] = SHIPPED
        lines = [(row, line) for row, line in enumerate(text.split("\n"), start=1) if line.startswith("#+")]
        self.rows = [row for row, _ in lines] or [1]
        self.shifts = [3 if line.startswith("#+ ") else 2 for _, line in lines] or [0]
        self.header = "\n".join(line[2:].removeprefix(" ") for _, line in lines)

    def bad(
        self,
        code: str,
        at: "yaml.Node | tuple[int, int]" = (1, 0),
        found: str = "",
        fix: str | None = None,
        level: Level = "error",
        **values: object,
    ) -> None:
        """Note a fault at a node of the header or at a line and column of the file."""
        row, column = at if isinstance(at, tuple) else self.place(at.start_mark)
        self.faults.append(
            fault(code, self.file, row=row, column=str(column or ""), found=found, fix=fix, level=level, **values)
        )

    def place(self, mark: Any) -> tuple[int, int]:
        """Return line and column in the file of a place in the header."""
        line = min(mark.line, len(self.rows) - 1)
        return self.rows[line], mark.column + 1 + self.shifts[line]

    def entries(self) -> Entries | None:
        """Return the header's entries, ``None`` where it cannot be read at all."""
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self.header)
        try:
            node = loader.get_single_node()
            if node is None:
                self.bad("header-absent")
            elif not isinstance(node, yaml.MappingNode):
                self.bad("header-shape", node)
            else:
                self._loader = loader
                return self.mapping(node)
        except yaml.MarkedYAMLError as error:
            at = self.place(error.problem_mark) if error.problem_mark else (1, 0)
            self.bad("header-yaml", at, reason=error.problem or str(error))
        except yaml.YAMLError as error:
            self.bad("header-yaml", reason=str(error))
        return None

    def construct(self, node: "yaml.Node") -> Any:
        """Return a value as Python has it: texts, numbers, lists, mappings."""
        return self._loader.construct_object(node, deep=True)

    def mapping(self, node: "yaml.Node") -> Entries:
        """Return the entries of a mapping; none, and a fault, for anything else."""
        import yaml

        if not isinstance(node, yaml.MappingNode):
            self.bad("header-mapping", node)
            return {}
        entries: Entries = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if name in entries or not name:
                self.bad("header-double" if name else "header-mapping", key, found=name)
            entries.setdefault(name, (key, value))
        return entries

    def is_list(self, node: "yaml.Node") -> bool:
        """Tell whether a value is a list."""
        import yaml

        return isinstance(node, yaml.SequenceNode)

    def word(self, node: "yaml.Node") -> str:
        """Return a single text; a fault for anything else."""
        import yaml

        if isinstance(node, yaml.ScalarNode):
            return "" if node.tag.endswith(":null") else str(node.value).strip()
        self.bad("header-text", node)
        return ""

    def words(self, entries: Entries, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        import yaml

        if key not in entries:
            return ()
        node = entries[key][1]
        if not isinstance(node, yaml.SequenceNode):
            self.bad("header-list", node, entry=key)
            return ()
        return tuple(self.word(item) for item in node.value)

    def texts(self, entries: Entries, key: str, needed: bool = True) -> dict[str, str]:
        """Return a text by language: ``key`` is English, ``key_sv`` Swedish, ``key_fi`` Finnish."""
        by_lang = {lang: self.word(entries[name][1]) for lang, name in _by_lang(entries, key).items()}
        by_lang = {lang: text for lang, text in sorted(by_lang.items(), reverse=True) if text}
        if needed or by_lang:
            for lang in self.languages:
                name = key if lang == COMMON else f"{key}_{lang}"
                if lang not in by_lang:
                    self.bad("header-missing", entries[name][0] if name in entries else (1, 0), entry=name)
        return by_lang

    def label(self, name: "yaml.Node", entries: Entries) -> dict[str, str]:
        """Return a name by language out of a mapping that has each of the file's languages."""
        by_lang = {key: self.word(node) for key, (_, node) in entries.items() if key not in ("scheme", "class")}
        for lang in self.languages:
            if not by_lang.get(lang):
                self.bad("header-label", name, lang=lang, languages=", ".join(self.languages))
        return {lang: text for lang, text in by_lang.items() if text}

    def choice(self, entries: Entries, key: str, allowed: tuple[str, ...], usual: str) -> str:
        """Return one of some words, the usual one where the header has none."""
        if key not in entries:
            return usual
        value = self.word(entries[key][1])
        if value not in allowed:
            near = closest(value, allowed)
            self.bad("header-choice", entries[key][1], value, near, entry=key, known=", ".join(allowed))
        return value

    def strings(self, node: "yaml.Node", several: bool = True) -> "Iterator[yaml.ScalarNode]":
        """Yield a text, or the texts of a list (``several``), or of each of its mappings."""
        import yaml

        if isinstance(node, yaml.ScalarNode):
            yield node
        elif several and isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self.strings(item)
        else:
            self.bad("header-text", node)
