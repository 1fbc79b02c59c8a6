"""The reference: every command, option, address, setting and key stands there, and nothing that does not exist.

What exists is asked of the program itself: its commands, its routes, its settings, the code that reads a file.
"""

import dataclasses
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from starlette.routing import Route

import medskick
from medskick.graph import dataset_description
from medskick.passages.cues import KINDS
from medskick.queries import query, question_file
from medskick.sheets.answers import Answers
from medskick.viz import look
from medskick.web import operator
from medskick.web.app import Settings, create_app
from medskick.web.sparql.limits import Limits
from medskick.words import languages
from running import Server

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def section(page: str, heading: str = "") -> str:
    """A page of the reference, or what stands under one of its headings."""
    text = (ROOT / "docs" / "reference" / f"{page}.md").read_text(encoding="utf-8")
    if not heading:
        return text
    match = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert match, heading
    return match[1]


def tables(text: str) -> list[tuple[str, list[str]]]:
    """The tables of a text: the heading of the first column, and the names in that column."""
    listed: list[tuple[str, list[str]]] = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        head, _, *rows = (line.split(" | ")[0].removeprefix("| ") for line in block.splitlines())
        listed.append((head, [name for cell in rows for name in re.findall(r"`([^`]+)`", cell)]))
    return listed


def names(page: str, heading: str, column: str) -> list[str]:
    """The names in the tables under a heading whose first column is called so, in order."""
    return [name for head, listed in tables(section(page, heading)) if head == column for name in listed]


def same(documented: Iterable[str], there: Iterable[str]) -> None:
    listed = sorted(documented)
    assert listed == sorted(set(listed)), "documented twice"
    assert [n for n in sorted(set(there)) if n not in listed] == [], "not documented"
    assert [n for n in listed if n not in set(there)] == [], "documented, but there is no such thing"


def test_every_command_and_option_is_documented() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import command_pages; print(command_pages.page(), end='')"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "docs"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert section("commands") == done.stdout, "write it: uv run python docs/command_pages.py"


def test_every_argument_and_option_says_what_it_is() -> None:
    assert re.findall(r"^\|.*\| *\|$", section("commands"), re.M) == []


def routes(store: Path) -> list[Route]:
    return [route for route in create_app(Settings(store=store)).routes if isinstance(route, Route)]


def test_every_address_is_documented(store_folder: Path) -> None:
    ours = "|".join(languages())
    there = {
        re.sub(rf"^/(?:{ours})(?=/|$)", "/<language>", r.path).replace(":path}", "}") for r in routes(store_folder)
    }
    listed = [name for head, column in tables(section("http")) if head == "address" for name in column]
    same(listed, there)


def test_where_something_can_be_sent_is_said(store_folder: Path) -> None:
    assert sorted(r.path for r in routes(store_folder) if "POST" in (r.methods or ())) == [
        "/en/feedback",
        "/en/reconcile",
        "/reconcile",
        "/sparql",
        "/sparql/",
        "/sv/feedback",
        "/sv/reconcile",
    ]
    rows = {line.split("`")[1]: line for line in section("http").splitlines() if line.startswith("| `")}
    assert "POST" in rows["/sparql"] and "POST" in rows["/<language>/feedback"] and "POST" in rows["/reconcile"]


def choices() -> dict[str, set[str]]:
    """The choices of each page, and of each address of the reconciliation service, as they are documented."""
    text = section("http", "Pages") + section("http", "Reconciliation")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return {row[0].strip("| `"): set(re.findall(r"`([^`]+)`", row[-1])) for row in rows}


CHOOSING = ("lessons", "handbook", "compare", "gaps", "disagreements", "network", "timeline")
"""The pages with a form of choices."""


@pytest.fixture(scope="module")
def offered(server: Server) -> dict[str, set[str]]:
    """The choices that each page offers; the search box, which all have, left out."""
    texts = {page: server.ask("GET", f"/en/{page}").body.decode() for page in CHOOSING}
    return {
        page: set(re.findall(r'<(?:select|input)\b[^>]*\bname="([\w-]+)"', text)) - {"q"}
        for page, text in texts.items()
    }


@pytest.mark.parametrize("page", CHOOSING)
def test_a_page_offers_the_choices_that_are_documented(offered: dict[str, set[str]], page: str) -> None:
    same(choices()[f"/<language>/{page}"] - {"from", "to"}, offered[page] - {"from", "to"})


def test_every_choice_that_a_page_reads_is_documented(offered: dict[str, set[str]]) -> None:
    asked = set.union(*offered.values())
    for path in sorted((ROOT / "src/medskick/web").rglob("*.py")):
        asked |= set(re.findall(r'\.(?:all_)?given\("([\w-]+)"\)', path.read_text(encoding="utf-8")))
    assert {"phase-type", "around", "q"} <= asked
    same(set.union(*choices().values()) | {"embed", "format"}, asked)


def test_every_variable_of_the_environment_is_documented() -> None:
    there = set()
    for path in (*SOURCES, ROOT / "hatch_build.py", *sorted((ROOT / "tests").glob("*.py"))):
        text = path.read_text(encoding="utf-8")
        if path.name != Path(__file__).name:
            there |= set(re.findall(r"\bMEDSKICK_[A-Z_]+\b", text))
        there |= set(re.findall(r"environ(?:\.get\(|\[)\"((?:COLUMNS|CI))\"", text))
    same(names("settings", "Environment", "variable"), there)


@pytest.mark.parametrize("of", [Settings, Limits])
def test_every_setting_is_documented(of: type) -> None:
    same(names("settings", "In Python", f"field of `{of.__name__}`"), [f.name for f in dataclasses.fields(of)])


def test_every_key_of_the_operators_file_is_documented() -> None:
    there = [f"{table}.{key}" if table else key for table, keys in operator._KEYS.items() for key in keys]
    same(names("settings", "Who runs a copy: `operator.toml`", "key"), there)


def test_every_key_of_a_dataset_is_documented() -> None:
    texts = (*dataset_description._TEXTS, *dataset_description._LINK_TEXTS)
    # any other is a warning
    there = {*dataset_description._REQUIRED, *dataset_description._OTHER, *(f"{key}_<language>" for key in texts)}
    same(names("files", "A dataset: `dataset.toml`", "key"), there)


def test_every_key_of_what_import_keeps_is_documented() -> None:
    shown = {key.partition(".")[0] for key in names("files", "How a file is read into a dataset: `import.toml`", "key")}
    same(shown, {one.name for one in dataclasses.fields(Answers)})


def test_every_key_of_a_questions_header_is_documented() -> None:
    heading = "A question or view: the header"
    same(names("files", heading, "key"), question_file._ENTRIES)
    asked, drawn = (set(column) for head, column in tables(section("files", heading)) if head == "option")
    same(asked, question_file._ANSWER_OPTIONS)
    same(drawn, question_file._VIEW_OPTIONS)
    text = section("files", heading)
    values = (*query.PICTURES, *query.LAYOUTS, *query.ANSWERED, *question_file._MARK_COLUMNS)
    assert [value for value in values if f"`{value}`" not in text] == []


def test_every_key_of_a_theme_and_of_a_style_is_documented() -> None:
    themes = {key for path in (ROOT / "queries").glob("*/theme.toml") for key in tomllib.loads(path.read_text("utf-8"))}
    same(names("files", "A theme: `theme.toml`", "key"), themes)
    same(
        names("files", "The look of a class: `viz/styles.toml`", "key"), {k for s in look.styles().values() for k in s}
    )
    text = section("files", "The look of a class: `viz/styles.toml`")
    assert [shape for shape in look.shapes() if f"`{shape}`" not in text] == []


@pytest.mark.parametrize(
    ("file", "heading"), [("language", "A language: `language.toml`"), ("reading", "What people type: `reading.toml`")]
)
def test_every_key_of_a_language_is_documented(file: str, heading: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "viz" / "words").glob(f"*/{file}.toml")]
    assert len(texts) >= 2
    same(names("files", heading, "key"), set().union(*(tomllib.loads(text) for text in texts)))


def test_every_key_of_dates_in_prose_is_documented() -> None:
    keys = [set(tomllib.loads(p.read_text(encoding="utf-8"))) for p in (ROOT / "ontology" / "dates").glob("*.toml")]
    assert len(keys) == 6 and all(own == keys[0] for own in keys)
    same(names("files", "Dates in prose: `ontology/dates/<language>.toml`", "key"), keys[0])


def test_every_key_of_cues_is_documented() -> None:
    keys = [set(tomllib.loads(p.read_text(encoding="utf-8"))) for p in (ROOT / "ontology" / "cues").glob("*.toml")]
    assert len(keys) == 6 and all({*KINDS, "unless", "small"} <= own for own in keys)
    same(names("files", "Cues of a report: `ontology/cues/<language>.toml`", "key"), set().union(*keys))


def test_every_public_name_of_the_graph_in_python_is_documented() -> None:
    there = [name for name in vars(medskick.KnowledgeGraph) if not name.startswith("_")]
    same(names("python", "", "of `KnowledgeGraph`"), there)


@pytest.mark.browser_all
def test_the_example_in_python_runs(store_folder: Path) -> None:
    code = "".join(re.findall(r"^```python\n(.*?)^```", section("python"), re.M | re.S))
    env = {**os.environ, "MEDSKICK_STORE": str(store_folder)}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, timeout=120)
