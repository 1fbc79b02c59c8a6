"""Languages are data: the words of the interface, what a third language needs, names in the reader's alphabet."""

import re
import tomllib
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from medskick import words
from medskick.alphabet import alphabetical
from medskick.graph import date_prose
from medskick.graph.assemble import Assembled, assemble
from medskick.graph.canonical import canonical_tables
from medskick.graph.date_prose import nearest
from medskick.graph.dates import words as date_words
from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import node
from medskick.queries.row_order import by_name
from medskick.queries.search.search_index import Index
from medskick.rooms import room
from medskick.viz.word_files import word_faults
from medskick.web.app import Settings, create_app
from medskick.web.http.negotiate import language
from medskick.web.site.pages import PAGES
from medskick.words import SHIPPED, Foreign, fallback, language_name, languages, matched, pick, quotes, say

WORDS = room("viz") / "words"
GROUPS = sorted(path.name for path in (WORDS / "sv").glob("*.toml"))
OWN = ("language.toml", "reading.toml")
"""What is of one language only: how it is written, what people type."""


def places(entry: object) -> set[str]:
    texts = entry.values() if isinstance(entry, dict) else [entry]
    return {place for text in texts for place in re.findall(r"\{(\w*)", str(text))}


def test_what_ships_has_the_same_groups() -> None:
    assert {path.name for path in WORDS.iterdir()} == set(SHIPPED)
    for lang in SHIPPED:
        assert sorted(path.name for path in (WORDS / lang).iterdir()) == GROUPS


@pytest.mark.parametrize("name", [name for name in GROUPS if name not in OWN])
def test_swedish_and_english_have_the_same_keys_and_places(name: str) -> None:
    swedish, english = (tomllib.loads((WORDS / lang / name).read_text(encoding="utf-8")) for lang in ("sv", "en"))
    assert list(swedish) == list(english)
    for key in swedish:
        assert swedish[key] and english[key], key
        assert places(swedish[key]) == places(english[key]), key


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("sv", ["Halland", "Håbo", "Hällefors", "Höganäs", "Region Skåne", "region Uppsala", "Regionala mål", "Åland"]),
        ("sv", ["Zinkgruvan", "Åre", "Ängelholm", "Örebro"]),
        ("sv", ["de Geer", "Degerfors"]),
        ("en", ["Åland", "Ängelholm", "Håbo", "Halland", "Hällefors", "Örebro", "Zinkgruvan"]),
    ],
)
def test_names_stand_in_the_order_of_the_readers_alphabet(lang: str, names: list[str]) -> None:
    assert alphabetical(sorted(names), lang, str) == alphabetical(reversed(names), lang, str) == names


def test_what_has_one_name_keeps_its_order() -> None:
    assert alphabetical([("Samråd", 2), ("Granskning", 3), ("Samråd", 1)], "sv", lambda pair: pair[0]) == [
        ("Granskning", 3), ("Samråd", 2), ("Samråd", 1),
    ]  # fmt: skip


BOKMAAL = {
    "web.toml": """
skip = "Hopp til innholdet"
nav-lessons = "Erfaringer"
foot-version = "Medskick {nowhere}"
""",
    "language.toml": """
here = "På norsk"
quoted = "«{text}»"
alphabet = { z = ["æä", "øö", "å"] }
""",
}


@pytest.fixture
def bokmaal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The interface in a third language: a folder of a few words, outside the program."""
    write(tmp_path / "words" / "nb", BOKMAAL)
    monkeypatch.setenv("MEDSKICK_WORDS", str(tmp_path / "words"))
    words.forget()
    yield
    monkeypatch.undo()
    words.forget()


class Marked(HTMLParser):
    """The texts of a page, each with the language that it is marked with."""

    VOID = ("meta", "link", "input", "br", "img", "hr", "col", "wbr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.attributes: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.attributes += [value or "" for value in own.values()]
        if tag not in self.VOID:
            self.open.append((tag, own.get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] not in ("script", "style"):
            self.texts.append((data.strip(), self.open[-1][1]))


def test_a_third_language_is_there_by_its_folder(bokmaal: None) -> None:
    assert languages() == ("sv", "en", "nb")
    assert language("nb-NO,no;q=0.8,en;q=0.5") == "nb"
    assert language("fi") == "en"
    # Norwegian without its written form, as some browsers and systems name it
    assert language("no-NO,no;q=0.8,sv;q=0.5") == language("sv;q=0.2,no") == matched("no_NO.UTF-8") == "nb"
    assert fallback("nb") == ("nb", "en", "sv")
    assert (language_name("nb"), quotes("nb")) == ("Norsk bokmål", ("«", "»"))
    assert date_words("2021-09-23/2021-12-31", "nb") == "23. september 2021 – 31. desember 2021"
    assert alphabetical(["Åmot", "Ørsta", "Æ", "Zürich"], "nb", str) == ["Zürich", "Æ", "Ørsta", "Åmot"]


def test_a_missing_word_comes_in_the_next_language_and_says_so(bokmaal: None) -> None:
    assert say("web.skip", "nb") == "Hopp til innholdet" and not isinstance(say("web.skip", "nb"), Foreign)
    for key, values in (("web.menu", {}), ("web.foot-version", {"release": "1", "store": "2"})):
        text = say(key, "nb", **values)
        assert text == say(key, "en", **values)
        assert isinstance(text, Foreign) and text.lang == "en"


@pytest.mark.parametrize(
    ("name", "text", "code", "row", "column", "fix"),
    [
        ("web.toml", 'menu = "Meny"\nskipp = "Hopp"\n', "words-key", 2, "skipp", "skip"),
        (
            "web.toml",
            'foot-version = "Medskick {relese}, graf {store}, {release}."',
            "words-place",
            1,
            "foot-version",
            "{release}",
        ),
        ("web.toml", 'foot-version = "Medskick {release"', "words-braces", 1, "foot-version", None),
        ("web.toml", 'foot-version = "Medskick {release}"', "words-forgotten", 1, "foot-version", None),
        ("graph.toml", 'hits = { one = "{n} treff", other = "{m} treff" }', "words-place", 1, "hits", None),
        ("webb.toml", 'menu = "Meny"', "words-file", 0, "", "web.toml"),
    ],
)
def test_what_is_wrong_with_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
    code: str,
    row: int,
    column: str,
    fix: str | None,
) -> None:
    write(tmp_path / "words" / "nb", {name: text})
    monkeypatch.setenv("MEDSKICK_WORDS", str(tmp_path / "words"))
    words.forget()
    faults = list(word_faults())
    monkeypatch.undo()
    words.forget()
    assert [(f.code, f.row, f.column, f.fix) for f in faults if f.file.endswith(f"words/nb/{name}")] == [
        (code, row, column, fix)
    ]


@pytest.fixture
def faroese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a language that is added, empty as yet."""
    monkeypatch.setenv("MEDSKICK_WORDS", str(tmp_path / "words"))
    forget()
    yield tmp_path / "words" / "fo"
    monkeypatch.undo()
    forget()


def forget() -> None:
    words.forget()
    date_prose.forget()


def test_the_dates_of_a_language_that_is_added_are_read(faroese: Path) -> None:
    assert nearest("heystið 2019") is None
    write(faroese, {"dates.toml": 'autumn = ["heystið"]\nabout = ["umleið"]\n'})
    forget()
    assert (nearest("heystið 2019"), nearest("umleið 2015"), nearest("hösten 2019")) == ("2019-23", "2015~", "2019-23")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('autumn = ["heystið\n', ("toml", 1)),
        ('autum = ["heystið"]\n', ("words-key", 1)),
        ("autumn = 3\n", ("words-list", 1)),
    ],
)
def test_a_faulty_file_of_dates_is_told_and_the_others_are_read(
    faroese: Path, text: str, fault: tuple[str, int]
) -> None:
    write(faroese, {"dates.toml": text})
    forget()
    assert [(f.code, f.row) for f in word_faults() if f.file.endswith("fo/dates.toml")] == [fault]
    assert nearest("hösten 2019") == "2019-23"


def test_the_words_that_come_along_have_no_faults() -> None:
    assert [f.say("en") for f in word_faults()] == []


PATHS = {
    "/story/{path:path}": "/story/skane/beskriv-nyttan", "/questions/{slug}": "/questions/dialogues-by-phase",
    "/phase/{type}": "/phase/consultation",
    "/views/{slug}": "/views/decision-chain", "/id/{path:path}": "/id/skane/kick-off",
    "/concept/{path:path}": "/concept/phase-type/consultation", "/dataset/{path:path}": "/dataset/halland",
}  # fmt: skip


@pytest.mark.browser_all
def test_every_page_is_there_in_a_third_language(bokmaal: None, store_folder: Path) -> None:
    client = TestClient(create_app(Settings(store=store_folder)))
    for path in PAGES:
        answer = client.get(f"/nb{PATHS.get(path, path)}")
        assert answer.status_code == 200, path
        page = Marked(answer.text)
        assert '<html lang="nb">' in answer.text and answer.headers["content-language"] == "nb"
        assert {"/sv", "/en"} == {
            f"/{tag}" for tag in re.findall(r'<link rel="alternate" hreflang="(\w+)"', answer.text)
        }
        assert not any("<span" in value for value in page.attributes), path
        said = dict(page.texts)
        assert (said["Hopp til innholdet"], said["Erfaringer"]) == ("nb", "nb")
        assert (said["Phases"], said["På svenska"], said["In English"]) == ("en", "sv", "en"), path
    assert client.get("/", headers={"accept-language": "nb"}, follow_redirects=False).headers["location"] == "/nb/"
    assert [tag for _, tag in Marked(client.get("/sv/").text).texts if tag not in ("sv", "en", "nb")] == []
    assert ("På norsk", "nb") in Marked(client.get("/sv/").text).texts


@pytest.mark.browser_all
def test_every_kind_of_file_is_there_in_a_third_language(bokmaal: None, store_folder: Path) -> None:
    client = TestClient(create_app(Settings(store=store_folder)))
    of_ending: dict[str, set[str]] = {}
    for path in (*PAGES, "/id/skane/kick-off", "/phase/consultation"):
        for address in re.findall(r'href="(/[^"#]+)"', client.get(f"/nb{PATHS.get(path, path)}").text):
            address = unescape(address)
            if ending := re.search(r"\.(\w+)(?:\?|$)|[?&]format=(\w+)", address):
                of_ending.setdefault(ending[1] or ending[2], set()).add(address)
    assert {"graphml", "svg", "xlsx", "docx", "csv", "bib"} <= of_ending.keys()
    for addresses in of_ending.values():
        for address in sorted(addresses)[:3]:
            assert client.get(address).status_code == 200, address


def row(**cells: str) -> dict[str, ox.NamedNode | ox.Literal]:
    return {name: ox.NamedNode(v) if v.startswith("urn:") else ox.Literal(v) for name, v in cells.items()}


NAMED = {"urn:1": "Örebro", "urn:2": "Håbo", "urn:3": "Hällefors", "urn:4": "Halland"}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # by a thing: by its name
        ("?place", ["urn:4", "urn:2", "urn:3", "urn:1"]),
        ("DESC(BOUND(?place)) ?place", ["urn:4", "urn:2", "urn:3", "urn:1"]),
        # by a date first: the names only within it
        ("?date ?place", ["urn:2", "urn:1", "urn:4", "urn:3"]),
        # by what the answer does not show, or backwards: as the question has it
        ("?position ?place", ["urn:1", "urn:2", "urn:3", "urn:4"]),
        ("DESC(?place)", ["urn:1", "urn:2", "urn:3", "urn:4"]),
    ],
)
def test_rows_stand_by_name_where_the_question_sorts_by_a_thing(order: str, expected: list[str]) -> None:
    dates = {"urn:1": "2019", "urn:2": "2019", "urn:3": "2020", "urn:4": "2020"}
    rows = [row(place=place, date=dates[place]) for place in sorted(NAMED)]
    text = f"SELECT ?place ?date {{ }}\nORDER BY {order}\n"
    assert [r["place"].value for r in by_name(text, rows, "sv", NAMED.__getitem__)] == expected


FINNISH = {
    "dataset.toml": """
title_fi = "Uudenmaan maakuntakaava"
description_fi = "Uudenmaan maakuntakaavan tekeminen."
title_en = "Regional plan for Uusimaa"
publisher = "Esimerkki"
licence = "https://creativecommons.org/licenses/by/4.0/"
version = "1"
modified = "2026-11-01"
base = "https://kaava.example/id/"
languages = ["fi", "en"]
""",
    "sources.csv": """\
id,title,language,publisher,url,coverage
kertomus,Kertomus,fi,Uudenmaan liitto,https://kaava.example/kertomus,whole
""",
    "processes.csv": """\
id,type,label_fi,label_en,kind,start,end,basis,sources
uusimaa-kaava,PlanningProcess,Uusimaa-kaava 2050,Uusimaa plan 2050,regional-plan,2016,2021-09,stated,kertomus
""",
    "actors.csv": """\
id,type,label_fi,label_en,kind,basis,sources
uudenmaan-liitto,Organisation,Uudenmaan liitto,,region,stated,kertomus
""",
    "participations.csv": """\
id,actor,role,activity,basis,sources
liitto-isantana,uudenmaan-liitto,planning-body,uusimaa-kaava,stated,kertomus
""",
    "lessons.csv": """\
id,label_fi,label_en,recommendation_fi,learned_in,phase_types,modality,basis,sources
varaa-aikaa,Varaa aikaa,Allow time,Varaa vuoropuheluun aikaa.,uusimaa-kaava,consultation,asserted,stated,kertomus
""",
}

NORWEGIAN = {
    "dataset.toml": """
title_nb = "Regional plan for Innlandet"
description_nb = "Hvordan regionplanen ble laget."
publisher = "Eksempel"
licence = "https://creativecommons.org/licenses/by/4.0/"
version = "1"
modified = "2026-11-01"
base = "https://plan.example/id/"
languages = ["nb"]
""",
    "sources.csv": """\
id,title,language,publisher,url,coverage
rapport,Rapport,nb,Innlandet fylkeskommune,https://plan.example/rapport,whole
""",
    "processes.csv": """\
id,type,label_nb,kind,start,basis,sources
regional-plan,PlanningProcess,Regional plan for Innlandet,regional-plan,2020,stated,rapport
""",
    "lessons.csv": """\
id,label_nb,recommendation_nb,learned_in,phase_types,modality,basis,sources
sett-av-tid,Sett av tid,Sett av god tid til medvirkning.,regional-plan,consultation,asserted,stated,rapport
""",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    place = tmp_path_factory.mktemp("datasets")
    return [write(place / "uusimaa", FINNISH), write(place / "innlandet", NORWEGIAN)]


@pytest.fixture(scope="module")
def foreign(folders: list[Path]) -> Assembled:
    return assemble(folders, alone=True)


@pytest.fixture(scope="module")
def foreign_store(foreign: Assembled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("foreign")
    save(foreign.store, place, inputs="foreign")
    return place


def test_a_dataset_in_its_own_languages_has_no_faults(foreign: Assembled) -> None:
    assert foreign.errors == []
    assert [(f.file, f.row, f.column, f.code) for f in foreign.faults] == [
        ("uusimaa/actors.csv", 2, "label_en", "missing-language"),
        ("uusimaa/lessons.csv", 2, "recommendation_en", "missing-language"),
    ]


@pytest.mark.parametrize(
    ("file", "edit", "code", "column", "fix"),
    [
        ("lessons.csv", lambda t: t.replace("label_nb", "label_no"), "undeclared-language", "label_no", "label_nb"),
        ("lessons.csv", lambda t: t.replace("Sett av tid", ""), "missing-value", "label_nb", None),
        (
            "lessons.csv",
            lambda t: t.replace("recommendation_nb", "note_nb"),
            "missing-column",
            "recommendation_nb",
            None,
        ),
        ("dataset.toml", lambda t: t.replace('["nb"]', "[]"), "description-languages", "languages", None),
        ("dataset.toml", lambda t: t.replace('["nb"]', '["Norsk"]'), "description-languages", "languages", None),
        ("dataset.toml", lambda t: t.replace("title_nb", "title_sv"), "description-key", "title_nb", None),
    ],
)
def test_what_is_wrong_with_a_datasets_languages(
    tmp_path: Path, file: str, edit: Callable[[str], str], code: str, column: str, fix: str | None
) -> None:
    folder = write(tmp_path / "innlandet", NORWEGIAN | {file: edit(NORWEGIAN[file])})
    faults = [f for f in assemble([folder], alone=True).errors if f.code == code]
    assert [(f.file, f.column, f.fix) for f in faults] == [(f"innlandet/{file}", column, fix)]


def test_tables_of_other_languages_come_back_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path / "uusimaa", FINNISH)
    canonical_tables([folder])
    assert (
        (folder / "lessons.csv")
        .read_text(encoding="utf-8")
        .splitlines()[0]
        .startswith("id,label_fi,label_en,recommendation_fi,recommendation_en,")
    )
    assert canonical_tables([folder]) == []
    again = assemble([folder], alone=True)
    assert again.errors == []
    [row] = again.index.datasets["uusimaa"].rows["lessons"]
    assert row.cells["recommendation_fi"] == "Varaa vuoropuheluun aikaa."


def test_an_answer_gives_what_there_is_in_the_readers_next_language(foreign_store: Path) -> None:
    answer = KnowledgeGraph(foreign_store).ask("lessons-by-phase-and-role", lang="sv")
    assert {(row["recommendation"].value, row["recommendation"].language) for row in answer.rows} == {  # type: ignore[union-attr]
        ("Varaa vuoropuheluun aikaa.", "fi"), ("Sett av god tid til medvirkning.", "nb"),
    }  # fmt: skip
    labels = {thing.rpartition("/")[2]: label for thing, label in answer.labels.items()}
    assert (labels["varaa-aikaa"].text, labels["varaa-aikaa"].lang) == ("Allow time", "en")
    assert (labels["sett-av-tid"].text, labels["sett-av-tid"].lang) == ("Sett av tid", "nb")


def test_what_is_in_another_language_is_found_and_shown_marked(foreign_store: Path) -> None:
    store = KnowledgeGraph(foreign_store).store
    [hit] = [h for g in Index(store).find("medvirkning", "sv").groups for h in g.hits]
    assert (hit.label, hit.lang, hit.snippet_lang) == ("Sett av tid", "nb", "nb")
    [hit] = [h for g in Index(store).find("vuoropuhelussa", "sv").groups for h in g.hits]
    assert "".join(text for text, _ in hit.snippet) == "Varaa vuoropuheluun aikaa."
    client = TestClient(create_app(Settings(store=foreign_store)))
    said = dict(Marked(client.get("/sv/lessons").text).texts)
    assert said["Sett av god tid til medvirkning."] == "nb"
    assert said["Varaa vuoropuheluun aikaa."] == "fi"
    listed = client.get("/en/things?kind=Lesson").text
    for address in re.findall(r'href="(/en/id/[^"?#]+)"', listed):
        assert client.get(address).status_code == 200
    assert dict(Marked(listed).texts)["Sett av tid"] == "nb"


def test_labels_made_from_others_are_in_the_datasets_language(foreign: Assembled) -> None:
    thing = ox.NamedNode("https://kaava.example/id/liitto-isantana")
    labels = {str(q.object) for q in foreign.store.quads_for_pattern(thing, node("rdfs:label"), None, None)}
    assert labels == {'"Uudenmaan liitto – planning body"@fi'}


def test_what_ships_is_whole_in_swedish_and_english(whole: Assembled) -> None:
    assert [f.say("en") for f in whole.faults if f.code == "missing-language"] == []
    for dataset in whole.index.datasets.values():
        assert dataset.languages == SHIPPED


def test_a_text_is_picked_by_the_readers_order() -> None:
    assert pick({"fi": "kaava", "en": "plan"}, "sv") == "plan"
    text = pick({"nb": "plan", "fi": "kaava"}, "en")
    assert isinstance(text, Foreign) and (text, text.lang) == ("kaava", "fi")
    assert pick({}, "sv") == ""
