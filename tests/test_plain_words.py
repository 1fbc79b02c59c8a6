"""No word that the glossary avoids occurs where a reader meets a text (``ontology/schemes/glossary.ttl``)."""

import csv
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from medskick.ontology import PREFIXES, iri, vocabulary
from medskick.rooms import room
from medskick.words import SHIPPED

Said = tuple[str, str, str]
"""Where a text stands, its language and the text."""

FOUND_BY = {iri("skos:hiddenLabel"), iri("skos:altLabel")}
"""What somebody types and is found by; no text."""
CONTENT = ("ontology", "graph", "queries", "viz")
OWN_WORDS = ("language.toml", "reading.toml")
"""Letters and words that a reader may type; no text."""


CODE = re.compile(r"\{[^{}]*\}|`[^`]*`")
"""Places to fill in, and code."""


@cache
def avoided(lang: str) -> re.Pattern[str]:
    """What must not occur, whole words only."""
    start = PREFIXES["concept"] + "glossary/"
    words = [
        quad.object.value
        for quad in vocabulary().quads
        if quad.predicate.value == iri("skos:hiddenLabel")
        and isinstance(quad.object, ox.Literal)
        and quad.object.language == lang
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(start)
    ]
    return re.compile(
        r"(?<![\w-])(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")(?![\w-])", re.I
    )


def faults(texts: Iterator[Said]) -> list[str]:
    return [
        f"{place}: “{hit[0]}” in “{text}”"
        for place, lang, text in texts
        if (hit := avoided(lang).search(CODE.sub(worded, text)))
    ]


def worded(code: re.Match[str]) -> str:
    """What a place to fill in shows of its own: the forms of a counted noun, ``{count:what|item|items}``."""
    _, bar, forms = code[0].strip("{}").partition("|")
    return forms.replace("|", " ") if bar and code[0].startswith("{") else ""


def leaves(entry: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Each text of a parsed file with the keys that lead to it."""
    if isinstance(entry, str):
        yield key, entry
    elif isinstance(entry, dict):
        for name, inner in entry.items():
            yield from leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(entry, list):
        for inner in entry:
            yield from leaves(inner, key)


def lang_of(key: str) -> str:
    """The language by the last part of a key: ``title_sv``, ``label.en``; of a question's header English without."""
    end = re.split(r"[._]", key)[-1]
    return end if end in SHIPPED else ""


def interface(path: Path) -> Iterator[Said]:
    for key, text in leaves(tomllib.loads(path.read_text(encoding="utf-8"))):
        yield key, path.parent.name, text


def in_turtle(path: Path) -> Iterator[Said]:
    for triple in ox.parse(path=path):
        said, prop = triple.object, triple.predicate.value
        if isinstance(said, ox.Literal) and said.language in SHIPPED and prop not in FOUND_BY:
            yield str(triple.subject), said.language, said.value


def in_query(path: Path) -> Iterator[Said]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+")))
    for key, text in leaves(header):
        if key in ("summary", "description", "needs", "wish") or re.fullmatch("sentence(_of_(one|none))?", key):
            yield key, "en", text
        elif lang := lang_of(key):
            yield key, lang, text


def in_toml(path: Path) -> Iterator[Said]:
    for key, text in leaves(tomllib.loads(path.read_text(encoding="utf-8"))):
        if lang := lang_of(key):
            yield key, lang, text


def in_template(path: Path) -> Iterator[Said]:
    text = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text(encoding="utf-8"))
    for lang in SHIPPED:
        yield "text", lang, text


def in_page(path: Path) -> Iterator[Said]:
    """A page of the documentation, line by line, without code and the addresses of links."""
    text = re.sub(r"(?ms)^```.*?^```$", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"\]\([^)\n]*\)|<https?:[^>]*>|https?://\S+", "]", text)
    for line in text.splitlines():
        yield path.name, "sv" if path.stem.endswith(".sv") else "en", line


def in_dataset(folder: Path) -> Iterator[Said]:
    yield from in_toml(folder / "dataset.toml")
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, text in row.items():
                    if (lang := lang_of(column)) and text:
                        yield f"{path.name}:{row['id']}.{column}", lang, text


def named(paths: Iterator[Path], base: Path) -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(base))) for path in sorted(paths)]


WORDS = (p for p in (room("viz") / "words").glob("*/*.toml") if p.parent.name in SHIPPED and p.name not in OWN_WORDS)
ROOT = Path(__file__).parents[1]
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(room(name) / "README.md" for name in CONTENT))
DATASETS = (path.parent for path in room("graph").rglob("dataset.toml"))


@pytest.mark.parametrize("path", named(WORDS, room("viz")))
def test_the_interface_uses_plain_words(path: Path) -> None:
    assert not faults(interface(path))


@pytest.mark.parametrize("path", named(room("ontology").rglob("*.ttl"), room("ontology")))
def test_the_ontology_uses_plain_words(path: Path) -> None:
    assert not faults(in_turtle(path))


@pytest.mark.parametrize("path", named(room("queries").rglob("*.rq"), room("queries")))
def test_questions_and_views_use_plain_words(path: Path) -> None:
    assert not faults(in_query(path))


@pytest.mark.parametrize("path", named(room("queries").glob("*/theme.toml"), room("queries")))
def test_themes_use_plain_words(path: Path) -> None:
    assert not faults(in_toml(path))


def test_the_page_about_the_site_uses_plain_words() -> None:
    assert not faults(in_toml(room("viz") / "about.toml"))


@pytest.mark.parametrize("path", named(room("viz").glob("*.j2"), room("viz")))
def test_templates_hold_no_avoided_word(path: Path) -> None:
    assert not faults(in_template(path))


@pytest.mark.parametrize("path", named(iter(PAGES), ROOT))
def test_the_documentation_uses_plain_words(path: Path) -> None:
    assert not faults(in_page(path))


@pytest.mark.parametrize("folder", named(DATASETS, room("graph")))
def test_datasets_use_plain_words(folder: Path) -> None:
    assert not faults(in_dataset(folder))


def test_each_word_says_what_it_is_and_what_it_is_not() -> None:
    start = PREFIXES["concept"] + "glossary/"
    for slug, concept in vocabulary().schemes["glossary"].items():
        said = {
            (quad.predicate.value, quad.object.language)
            for quad in vocabulary().quads
            if isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value == start + slug
            and isinstance(quad.object, ox.Literal)
        }
        for lang in SHIPPED:
            assert {(iri("skos:definition"), lang), (iri("skos:scopeNote"), lang)} <= said, concept.iri


@pytest.mark.parametrize(
    ("lang", "text", "word"),
    [
        ("en", "What the plan states", ""),
        ("en", "It stands in the plan", "stands in"),
        ("en", "The County board decides", "County board"),
        ("en", "something else", ""),
        ("en", "Wrote {things}", ""),
        ("en", "Run `ask things`", ""),
        ("sv", "finns i det lästa", "i det lästa"),
        ("sv", "regionplaneprocessen", ""),
        ("sv", "Planprocessen", "Planprocessen"),
    ],
)
def test_only_whole_words_count(lang: str, text: str, word: str) -> None:
    messages = faults(iter([("here", lang, text)]))
    assert bool(messages) == bool(word) and all(f"“{word}”" in message for message in messages)


def test_code_and_addresses_on_a_page_are_no_text(tmp_path: Path) -> None:
    page = tmp_path / "a.sv.md"
    page.write_text(
        "Se [sidan](saker.md).\n\n```text\nsaker\n```\n\nSaker på https://saker.example/.\n", encoding="utf-8"
    )
    assert [fault.partition(" in ")[0] for fault in faults(in_page(page))] == ["a.sv.md: “Saker”"]
