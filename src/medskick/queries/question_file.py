"""One file of the room ``queries``: a header in YAML behind ``#+`` (the grlc convention), then SPARQL 1.1.

``read_file`` reads a question (SELECT) or a view (CONSTRUCT) and says everything that is wrong with it, each with its
line and column. What it lets through can be asked and shown without an error.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from medskick.graph.faults import Fault, closest, fault
from medskick.graph.input_file import read_file as read_bytes
from medskick.ontology import PREFIXES
from medskick.queries.declared_names import full, known_classes, known_schemes, known_terms, near_class
from medskick.queries.header import Entries, Header, spoken
from medskick.queries.query import ANSWERED, LAYOUTS, PICTURES, RESERVED, TOKEN, VIEWS_FOLDER, Param, Query
from medskick.queries.query_text import parts
from medskick.queries.sentence import slips
from medskick.queries.sparql_slip import slip_of
from medskick.rooms import room
from medskick.words import COMMON, Text, is_tag

if TYPE_CHECKING:
    import yaml


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_BOUND = re.compile(r"\bBIND\s*\(\s*\?_[A-Za-z][A-Za-z0-9]*_iri\s+AS\s+\?\w+\s*\)", re.I)
_SERVICE = re.compile(r"(?<![?$\w:])SERVICE\b(?!:)", re.I)
_OUR_TERM = re.compile(r"(?<![\w?$:])msk:(?P<name>\w+)")
_NEEDED = ("summary", "description")
_SENTENCES = ("sentence", "sentence_of_one", "sentence_of_none")
_TEXTS = (*_NEEDED, "needs", "wish", *_SENTENCES)
_ENTRIES = (
    *_TEXTS, "tags", "asked_by", "answers", "number", "view", "layout", "options", "params", "columns", "wished_in",
    "in_sequence",
)  # fmt: skip
_ANSWER_OPTIONS = ("rows", "columns", "count", "group", "lane", "label", "marks", "class", "range")
_VIEW_OPTIONS = ("columns", "bands", "hidden")
_MARK_COLUMNS = ("what", "date", "start", "end", "planned")


@dataclass(frozen=True)
class Reading:
    """What a file holds: a question or view (``None`` where it has faults), and its faults and warnings."""

    query: Query | None
    faults: tuple[Fault, ...]


def read_file(path: Path, file: str) -> Reading:
    """Read a question or view, ``file`` being its name in faults. Never raises for what its author wrote."""
    raw, unread = read_bytes(path, file)
    if unread is not None:
        return Reading(None, (unread,))
    try:
        # a BOM is what some editors on Windows write; line ends as a text file has them
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return Reading(None, (fault("not-utf8", file),))
    return _File(path, file, text).reading()


def folded(variables: Iterable[str]) -> set[str]:
    """Return the columns of an answer: ``x_sv``, ``x_en`` (and further languages) are one column, ``x``."""
    names = set(variables)
    stems = {name.rpartition("_")[0] for name in names if name.endswith(f"_{COMMON}")}
    spoken = {name: name.rpartition("_")[0] for name in names if is_tag(name.rpartition("_")[2])}
    paired = {stem for stem in stems if list(spoken.values()).count(stem) > 1}
    return {spoken[name] if spoken.get(name) in paired else name for name in names}


class _File(Header):
    """A question file being read: its header, then its query."""

    def __init__(self, path: Path, file: str, text: str) -> None:
        super().__init__(file, text)
        self.path, self.is_view = path, path.parent.name == VIEWS_FOLDER

    def reading(self) -> Reading:
        """Return what the file holds."""
        if not _SLUG.fullmatch(self.path.stem):
            self.bad("query-slug", (0, 0), found=self.path.name)
        variables = self.sparql()
        entries = self.entries()
        query = self.query(entries, variables) if entries is not None else None
        faulty = any(f.level == "error" for f in self.faults)
        return Reading(None if faulty else query, tuple(self.faults))

    def query(self, entries: Entries, variables: set[str] | None) -> Query:
        """Return the question, noting what is wrong with its header. ``variables``: ``None`` where SPARQL is broken."""
        for name, (key, _) in entries.items():
            if name not in _ENTRIES and not any(is_tag(name.removeprefix(f"{text}_")) for text in _TEXTS):
                self.bad("header-unknown", key, name, closest(name, _ENTRIES), "warning", known=", ".join(_ENTRIES))
        if not self.path.is_relative_to(room("queries")):
            # a region's own file is in the languages that it chooses; all its texts are in each of them
            self.languages = spoken(entries, _NEEDED) or self.languages
        params = self.params(entries)
        columns = self.columns(entries, variables)
        options = self.options(entries, variables)
        in_sequence = () if self.is_view else self.words(entries, "in_sequence")
        for column in self.strings(entries["in_sequence"][1]) if in_sequence else ():
            self.column(str(column.value), column, variables)
        return Query(
            slug=self.path.stem,
            theme=self.path.parent.name,
            path=self.path,
            text=self.text,
            summary=self.texts(entries, "summary"),
            description=self.texts(entries, "description"),
            tags=self.words(entries, "tags"),
            asked_by=self.words(entries, "asked_by"),
            answers=self.choice(entries, "answers", ANSWERED, ""),
            number=self.word(entries["number"][1]) if "number" in entries else "",
            view=self.choice(entries, "view", PICTURES, "table"),
            layout=self.choice(entries, "layout", LAYOUTS, "force"),
            params=params,
            columns=columns,
            needs=self.texts(entries, "needs", needed=False),
            wish=self.texts(entries, "wish", needed=False),
            **self.sentences(entries, variables),
            wished_in=self.words(entries, "wished_in"),
            options=options,
            in_sequence=in_sequence,
        )

    def params(self, entries: Entries) -> tuple[Param, ...]:
        """Return the parameters; each stands in the query too, and the other way round."""
        given = self.mapping(entries["params"][1]) if "params" in entries else {}
        tokens = dict(self.tokens())
        params = []
        for name, (key, node) in given.items():
            parts_of = self.mapping(node)
            scheme, cls = (self.word(parts_of[k][1]) if k in parts_of else None for k in ("scheme", "class"))
            param = Param(name, self.label(key, parts_of), scheme, cls)
            params.append(param)
            if not _NAME.fullmatch(name):
                self.bad("param-name", key, name)
            elif param.option in RESERVED:
                self.bad("param-reserved", key, name, known=", ".join(RESERVED))
            elif name not in tokens:
                self.bad("param-unused", key, name, closest(name, tokens), name=name)
            if (scheme is None) == (cls is None):
                self.bad("param-range", key, name)
            elif scheme is not None and scheme not in known_schemes():
                known = sorted(known_schemes())
                self.bad(
                    "unknown-scheme", parts_of["scheme"][1], scheme, closest(scheme, known), known=", ".join(known)
                )
            elif cls is not None and full(cls) not in known_classes():
                self.bad("unknown-class", parts_of["class"][1], cls, near_class(cls, "msk:"))
        for name in tokens.keys() - given.keys():
            self.bad("param-undeclared", tokens[name], f"?_{name}_iri", closest(name, given), name=name)
        return tuple(params)

    def columns(self, entries: Entries, variables: set[str] | None) -> dict[str, Text]:
        """Return the names of the columns; each column is one that the query returns."""
        given = self.mapping(entries["columns"][1]) if "columns" in entries else {}
        for name, (key, _) in given.items():
            self.column(name, key, variables)
        return {name: self.label(key, self.mapping(node)) for name, (key, node) in given.items()}

    def column(self, name: str, at: "yaml.Node", variables: set[str] | None) -> None:
        """Note a column that the query does not return."""
        if variables is not None and name not in variables:
            self.bad("query-column", at, name, closest(name, variables), known=", ".join(sorted(variables)))

    def sentences(self, entries: Entries, variables: set[str] | None) -> dict[str, Text]:
        """Return what the answer begins with, for several rows, for one and for none (these two may lack)."""
        given = [key for key in _SENTENCES if spoken(entries, [key])]
        texts = {key: self.texts(entries, key, needed=key == "sentence" and bool(given)) for key in _SENTENCES}
        for key, by_lang in texts.items():
            for lang, text in by_lang.items():
                at = entries[key if lang == COMMON else f"{key}_{lang}"][1]
                for slip in slips(text, variables, lang, rows=key != "sentence_of_none"):
                    self.bad(slip.code, at, slip.found, slip.fix, known=slip.known)
        return dict(texts)

    def options(self, entries: Entries, variables: set[str] | None) -> dict[str, Any]:
        """Return what is drawn of an answer (its columns) or how a view stands (its classes)."""
        if "options" not in entries:
            return {}
        given = self.mapping(entries["options"][1])
        check, known = (self.view_option, _VIEW_OPTIONS) if self.is_view else (self.answer_option, _ANSWER_OPTIONS)
        several = (
            ("count", "group", "range") if "view" in entries and self.word(entries["view"][1]) == "bar" else ("count",)
        )
        for name, (key, node) in given.items():
            if name in known:
                check(name, node, variables, several)
            else:
                self.bad("header-unknown", key, name, closest(name, known), "warning", known=", ".join(known))
        return {name: self.construct(node) for name, (_, node) in given.items()}

    def answer_option(self, name: str, node: "yaml.Node", variables: set[str] | None, several: tuple[str, ...]) -> None:
        """Note what is wrong with an option of a question: its columns, marks or class."""
        if name == "marks":
            self.marks(node, variables)
        elif name == "class":
            self.known_class(node)
        else:
            for column in self.strings(node, name in several):
                self.column(str(column.value), column, variables)

    def view_option(self, name: str, node: "yaml.Node", _variables: set[str] | None, _several: tuple[str, ...]) -> None:
        """Note what is wrong with an option of a view: the classes of its columns and bands, those hidden at first."""
        if not (name == "columns" and self.is_list(node)):
            for cls in self.strings(node, several=name == "hidden"):
                self.known_class(cls)
            return
        for item in node.value:
            column = self.mapping(item)
            self.label(item, {key: pair for key, pair in column.items() if is_tag(key)})
            if "classes" not in column or not self.is_list(column["classes"][1]):
                self.bad("header-list", item, entry="classes")
                continue
            for cls in self.strings(column["classes"][1]):
                self.known_class(cls)

    def known_class(self, at: "yaml.Node") -> None:
        """Note a class (its local name) that the ontology does not have."""
        name = self.word(at)
        if full(f"msk:{name}") not in known_classes():
            self.bad("unknown-class", at, name, near_class(name))

    def marks(self, node: "yaml.Node", variables: set[str] | None) -> None:
        """Note what is wrong with the marks of a timeline: each has ``what`` and a date, all of them columns."""
        if not self.is_list(node) or not node.value:
            self.bad("header-list", node, entry="marks")
            return
        for item in node.value:
            mark = self.mapping(item)
            if "what" not in mark:
                self.bad("header-missing", item, entry="what")
            for name, (key, column) in mark.items():
                if name not in _MARK_COLUMNS:
                    self.bad("header-choice", key, name, closest(name, _MARK_COLUMNS), entry="marks",
                             known=", ".join(_MARK_COLUMNS))  # fmt: skip
                else:
                    self.column(self.word(column), column, variables)

    # The query

    def sparql(self) -> set[str] | None:
        """Return the columns that the query gives (none for a view), ``None`` where the query is broken."""
        try:
            # asked of an empty store: the engine reads the query and finds nothing
            result = ox.Store().query(self.text)
        except SyntaxError as error:
            slip = slip_of(str(error), self.text)
            self.bad(slip.code, slip.at, slip.found, slip.fix, reason=slip.reason)
            return None
        wanted = ox.QueryTriples if self.is_view else ox.QuerySolutions
        if not isinstance(result, wanted):
            self.bad("sparql-construct" if self.is_view else "sparql-select", (0, 0))
            return None
        for at, match in self.plain(_SERVICE):
            self.bad("sparql-service", at, match[0])
        # a misspelt term makes no error, only an answer without rows
        if f"msk: <{PREFIXES['msk']}>" in self.text:
            for at, match in self.plain(_OUR_TERM):
                if (name := match["name"]) not in known_terms():
                    near = closest(name, known_terms())
                    self.bad("unknown-term", at, match[0], f"msk:{near}" if near else None, "warning")
        return folded(v.value for v in result.variables) if isinstance(result, ox.QuerySolutions) else set()

    def plain(self, pattern: re.Pattern[str]) -> Iterator[tuple[tuple[int, int], re.Match[str]]]:
        """Yield where a pattern stands in the query, outside comments, strings and IRIs."""
        for kind, part in parts(self.text):
            if kind == "plain":
                for match in pattern.finditer(part[0]):
                    yield self.at(part.start() + match.start()), match

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column of a place in the text."""
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)

    def tokens(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the parameters that the query names, with their places; a fault where one stands outside a BIND."""
        bound = {at[0]: match[0] for at, match in self.plain(_BOUND)}
        for at, match in self.plain(TOKEN):
            if match[0] not in bound.get(at[0], ""):
                self.bad("param-bind", at, match[0], name=match["name"])
            yield match["name"], at
