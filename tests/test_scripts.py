"""Our scripts under Node: their own tests, and that they give what Python gives where a page has no server to ask."""

import csv
import json
import random
import re
import subprocess
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from front_end import node
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import PREFIXES
from medskick.queries.search.entries import in_lang
from medskick.queries.search.search_index import Index
from medskick.queries.search.spelling import asked_words, fold
from medskick.queries.search.static_index import static_index
from medskick.reports.lessons import Contexts, chosen
from medskick.viz.pictures.as_page import measures
from medskick.viz.pictures.layout import positions
from medskick.viz.pictures.neighbourhood import DRAWN
from medskick.viz.pictures.offline import neighbours, tail_of
from medskick.viz.pictures.picture import around_thing
from medskick.web.edition import Edition
from medskick.web.explorer_api import paths_of, ties_of
from medskick.web.page_request import PageRequest
from medskick.web.picture_address import full
from medskick.web.site.lesson_order import lesson_order
from medskick.web.site.start_page import start_page
from medskick.web.static_site import Static
from medskick.words import Lang, say

SCRIPTS = Path(__file__).parent / "scripts.mjs"
# typed by planners: inflected, without marks, in capitals, several words, inside compounds, nowhere
TYPED = (
    "samrådet", "samrad", "SAMRÅD", "samråden", "granskningen", "kommunerna", "kommunens", "lärdomar", "dialogen",
    "dialoger", "beslutet", "regionplaner", "mötet", "moten", "länsstyrelsernas", "lansstyrelsen", "remissen",
    "ostergotland", "Skånes", "goteborg", "lessons", "lesson", "decisions", "dialogues", "consultation", "municipal",
    "region skåne", "samråd kommuner", "planmonopol", "monopol", "xyzzy",
    "tåg", "län", "för", "möt", "ändringar", "sámråd", "kickoff", "kick-off", "RUFS2050", "RUFS 2050", "sam\u00adråd",
    "jämställdhet", "havsplan", "samråd halland", "barn", "unga", "borg", "fälla", "land", "planen",
)  # fmt: skip


def asked(question: dict[str, Any]) -> dict[str, Any]:
    """What the scripts answer."""
    done = subprocess.run(
        [node(), str(SCRIPTS)],
        input=json.dumps(question),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_the_scripts_own_tests() -> None:
    command = [node(), "--test", str(SCRIPTS.with_name("scripts.test.mjs"))]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0 and "# pass 0" not in done.stdout, done.stdout + done.stderr


def test_a_letter_is_folded_alike() -> None:
    # Latin up to Extended-B and Additional, Greek, Cyrillic; no letters that one of the two does not know yet
    letters = [
        chr(n) for n in (*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x386, 0x3D0), *range(0x400, 0x482))
    ]
    letters = [letter for letter in letters if unicodedata.category(letter) != "Cn"]
    folded = dict(zip(letters, asked({"fold": letters})["fold"], strict=True))
    assert folded == {letter: fold(letter) for letter in letters}
    assert "".join(folded[letter] for letter in "ÅäÖØæŒßŁđðÞıŧħÉ") == "aaooaeoesslddthithe"


@pytest.fixture(scope="module")
def short(kg: KnowledgeGraph) -> dict[str, Any]:
    return neighbours(kg.store)


@pytest.fixture(scope="module")
def pairs(short: dict[str, Any]) -> list[tuple[str, str]]:
    """Ends of paths: any two, and two that many paths join."""
    tails = [thing[0] for thing in short["things"]]
    chance = random.Random(12)
    joined = ["skane/region-skane", "skane/kick-off", "skane/regionplan-skane", "stockholm/rufs-2050"]
    return [
        *((chance.choice(tails), chance.choice(tails)) for _ in range(24)),
        *((a, b) for a in joined for b in joined),
    ]


@pytest.fixture(scope="module")
def offline(short: dict[str, Any], pairs: list[tuple[str, str]]) -> dict[str, Any]:
    tails = [thing[0] for thing in short["things"]]
    things = {"short": short, "measures": measures(), "round": tails, "groups": tails, "paths": pairs}
    return {"tails": tails, **asked({"offline": things})}


@pytest.mark.browser_all
def test_a_thing_hangs_together_with_the_same_in_the_same_order(kg: KnowledgeGraph, offline: dict[str, Any]) -> None:
    served = {tail: ties_of(kg.store, tail)["groups"] for tail in offline["tails"]}
    assert dict(zip(offline["tails"], offline["groups"], strict=True)) == served
    assert max(len(groups) for groups in served.values()) > 5


@pytest.mark.browser_all
def test_paths_between_two_things_are_the_same(
    kg: KnowledgeGraph, pairs: list[tuple[str, str]], offline: dict[str, Any]
) -> None:
    served = [paths_of(kg.store, start, end)["paths"] for start, end in pairs]
    assert offline["paths"] == served
    assert sum(len(value) == 5 for value in served) > 10 and [] in served


@pytest.mark.browser_all
def test_what_hangs_on_a_thing_stands_in_the_same_places(
    kg: KnowledgeGraph, short: dict[str, Any], offline: dict[str, Any]
) -> None:
    # what hangs on a hub is shared out and split over both sides; besides some of all
    hubs = sorted(range(len(offline["tails"])), key=lambda i: -sum(g["total"] for g in offline["groups"][i]))[:40]
    for i in sorted({*hubs, *range(0, len(offline["tails"]), 19)}):
        tail, value = offline["tails"][i], offline["round"][i]
        picture = around_thing(kg.store, full(tail), 1, most=DRAWN, panel=False)
        places, headings = positions(picture)
        assert {k: (at["x"], at["y"]) for k, at in value["places"].items()} == {tail_of(k): places[k] for k in places}
        assert value["left_out"] == picture.left_out
        said = [
            (short["relations"][h["relation"]]["label" if h["out"] else "inverse"], h["x"], h["members"])
            for h in value["headings"]
        ]
        assert said == [(h.label, h.x, [tail_of(m) for m in h.members]) for h in headings], tail


@pytest.fixture(scope="module")
def index(kg: KnowledgeGraph) -> Index:
    return Index(kg.store)


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_searching_without_a_server_finds_the_same(index: Index, lang: Lang) -> None:
    names = sorted({name for entry in index.entries() for name in in_lang(entry.names + entry.others, lang)})
    chosen = random.Random(12).sample(names, 60)
    texts = [*TYPED, *chosen[:30], *(fold(name).upper() for name in chosen[30:])]
    index_parts = static_index(index, lang, lambda thing, _kind: thing)
    search = {"index": index_parts, "lang": lang, "texts": texts, "most": 5000}
    called = 0
    for text, answer in zip(texts, asked({"search": search})["search"], strict=True):
        served = index.find(text, lang, 5000)
        # what only a server does: forgive a slip, be content with some of the words
        if served.meant or served.some:
            continue
        totals = {group["label"]: group["total"] for group in answer["groups"] if not group.get("ways")}
        onward = {group["label"]: len(group["hits"]) for group in answer["groups"] if group.get("ways")}
        assert onward == {say(f"search.{group.key}", lang): group.total for group in served.onward}, text
        assert totals == {say(f"search.{group.key}", lang): group.total for group in served.groups}, text
        if served.groups and served.groups[0].hits[0].rank[0] < 2:
            first = answer["groups"][0]["hits"][0]["label"]
            assert first == served.groups[0].hits[0].label, text
            called += 1
    assert called > 20
    rows = csv.DictReader(SCRIPTS.with_name("phrasings.csv").read_text(encoding="utf-8").splitlines())
    asks = [row["typed"] for row in rows if row["lang"] == lang]
    for text, answer in zip(asks, asked({"search": search | {"texts": asks}})["search"], strict=True):
        near = [hit["href"].rpartition("/")[2] for hit in answer["groups"][0]["hits"]]
        expected = index.asking().nearest(text)
        assert near[: len(expected)] == expected or len(asked_words(text)) < 3, text
    slips = ["samrda", "hemstälan", "planmonpol", "consultatoin"]
    for text, answer in zip(slips, asked({"search": search | {"texts": slips}})["search"], strict=True):
        # only a server knows the words of the language: here the reader tells
        offer = answer["groups"][0]
        assert offer["label"] == say("search.offered", lang)
        assert [hit["label"] for hit in offer["hits"]] == [index.find(text, lang).meant]


def test_lessons_stand_in_one_order_with_a_server_and_without(kg: KnowledgeGraph) -> None:
    page = PageRequest(Edition(kg, cast(Any, None), None), "sv", "/lessons", static=Static())
    reader = page.reader
    choices = [
        {}, {"phase-type": "consultation"}, {"role": "official"}, {"region": "halland"}, {"theme": "dialogue"},
        {"phase-type": "start-up", "role": "official", "region": "stockholm"}, {"phase-type": "no-such"},
    ]  # fmt: skip
    expected = []
    for choice in choices:
        contexts = Contexts(reader, reader.process(choice["region"]) if "region" in choice else "")
        concepts = [
            f"{PREFIXES['concept']}{n}/{choice[n]}" if n in choice else "" for n in ("phase-type", "role", "theme")
        ]
        expected.append([page.edition.address_of(one.iri) for one in chosen(reader, contexts, *concepts)])
    assert expected[3] != expected[0] != expected[1] and len(expected[1]) < len(expected[0])
    assert asked({"choices": [lesson_order(page), choices]})["choices"] == expected


def test_the_start_of_a_site_of_files_offers_its_choices_together(kg: KnowledgeGraph) -> None:
    edition = Edition(kg, cast(Any, SimpleNamespace(published=lambda _thing: [])), None)
    start = bytes(start_page(PageRequest(edition, "sv", "/", static=Static())).body).decode()
    [form] = re.findall(r"<form [^>]*data-choices.*?</form>", start, re.S)
    assert re.findall(r'<select name="([^"]+)"', form) == ["phase-type", "region", "role"]
    # each phase leads to its file, and no choice is a list of links
    assert 'data-href="phase/consultation.html"' in form
    assert "phase.html?role" not in start and 'class="choices"' not in start
