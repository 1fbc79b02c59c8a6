"""The pages as readers meet them: every kind in both languages, a way on from each, honest about what is not known."""

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import unquote_plus

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.network.measures import actors_in
from medskick.ontology import GRAPHS, term_text
from medskick.queries.catalogue import Catalogue
from medskick.reports.document import Table
from medskick.rooms import room
from medskick.web import Settings, create_app
from medskick.web.page_request import PageRequest
from medskick.web.site.pages import PAGES
from medskick.web.site.start_page import lead_of
from medskick.words import Lang, group, say
from running import Server, running

KINDS = [
    "/", "/lessons", "/lessons?phase-type=consultation&role=official&region=halland", "/handbook",
    "/handbook?phase-type=consultation", "/compare", "/gaps", "/disagreements", "/network", "/questions",
    "/questions/dialogues-by-phase?phase-type=consultation", "/things", "/things?kind=Lesson", "/names", "/datasets",
    "/graph", "/timeline", "/charts", "/ontology", "/about", "/accessibility", "/sparql", "/search", "/search?q=samrad",
    "/id/skane/kick-off", "/id/skane/beskriv-nyttan", "/id/stockholm/rufs-2050-antas", "/id/halland/falkenberg-mot",
    "/id/skane/region-skane", "/concept/phase-type/consultation", "/dataset/halland", "/story/skane/beskriv-nyttan",
    "/feedback?about=id/skane/kick-off", "/views/decision-chain", "/research", "/nowhere", "/places", "/phase",
    "/phase/review", "/new?since=2026-11-23",
]  # fmt: skip


class Seen(HTMLParser):
    """What a test asks of a page: its headings, links, what it loads, its words without scripts and foreign text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.h1, self.links, self.loads, self.words, self.ids = 0, [], [], [], []
        self._aside, self._open = 0, []
        self.lang = ""
        self.feed(page)

    links: list[str]
    loads: list[str]
    words: list[str]
    ids: list[str]
    _open: list[tuple[str, bool]]
    _VOID = frozenset(("meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "line", "use", "stop"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        by_key = {k: v or "" for k, v in attrs}
        self.h1 += tag == "h1"
        if tag == "html":
            self.lang = by_key.get("lang", "")
        if "id" in by_key:
            self.ids.append(by_key["id"])
        if tag == "a" and "href" in by_key:
            self.links.append(by_key["href"])
        if tag in ("script", "img") and "src" in by_key:
            self.loads.append(by_key["src"])
        if tag == "link" and by_key.get("rel") == "stylesheet":
            self.loads.append(by_key["href"])
        foreign = tag in ("script", "style", "pre", "code") or ("lang" in by_key and tag != "html")
        if tag not in self._VOID:
            self._open.append((tag, foreign))
            self._aside += foreign

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, foreign = self._open.pop()
            self._aside -= foreign
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._aside and data.strip():
            self.words.append(" ".join(data.split()))


def page(server: Server, path: str, status: int = 200) -> str:
    answer = server.ask("GET", path)
    assert answer.status == status, (path, answer.status, answer.body[:300])
    return answer.body.decode()


OWN_WORDS = {
    lang: {
        text[lang]
        for name in ("web", "report", "gap", "lessons", "handbook", "compare", "answer")
        for text in group(name).values()
        if text["sv"] != text["en"] and "{" not in text[lang] and len(text[lang]) > 3
    }
    for lang in ("sv", "en")
}


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page(server: Server, lang: Lang, path: str) -> None:
    text = page(server, f"/{lang}{path}", 404 if path == "/nowhere" else 200)
    seen = Seen(text)
    assert seen.lang == lang
    assert seen.h1 == 1 and 'class="skip"' in text
    assert not re.search(r"<script(?![^>]*(src=|application/))|\sstyle=|\son\w+=", text), "the policy would block it"
    assert all(address.startswith(("/", "./")) and not address.startswith("//") for address in seen.loads)
    assert len(set(seen.ids)) == len(seen.ids), "an id stands once"
    other: Lang = "en" if lang == "sv" else "sv"
    mixed = (set(seen.words) & OWN_WORDS[other]) - OWN_WORDS[lang] - {"CSV", "JSON", "Medskick"}
    assert mixed == set(), "no page mixes languages"
    assert any(link.startswith(f"/{other}/") for link in seen.links), "the same page in the other language"


@pytest.mark.browser_all
def test_every_question_and_view_has_a_page(server: Server) -> None:
    for query in Catalogue().questions():
        page(server, f"/sv/questions/{query.slug}")
    for query in Catalogue().views():
        page(server, f"/en/views/{query.slug}")


def test_from_my_situation_to_what_others_learned(server: Server) -> None:
    text = page(server, "/sv/lessons?phase-type=consultation&role=official&region=halland")
    # STO-L: impact assessment from the start, learned in Stockholm under the older law: Halland's case differs
    assert "Bedöm konsekvenserna från början" in text
    assert "vänder sig till rollen" in text and "Sammanhangen jämförda med Regionplan för Halland" in text
    # all else about the phase is one step away, for the same role and region
    assert 'href="/sv/phase/consultation?role=official&amp;region=halland"' in text


def test_a_planned_date_is_told_as_planned(server: Server) -> None:
    # SKA-D3: the invitation names 25 September 2019; nothing read shows that it was held
    text = page(server, "/en/id/skane/kick-off")
    assert "Planned date" in text and "25 September 2019" in text and "announced" in text
    content = json.loads(text.partition('application/ld+json">')[2].partition("</script>")[0])
    assert content["@type"] == "Event" and "startDate" not in content


@pytest.mark.parametrize(
    ("event", "day"),
    # STO-D19: 22 June 2016; SKA-D7: some time in April 2021; SKA-D6: in spring 2021; a month is no day to go there
    [("stockholm/frukostseminarium-gronstruktur", "2016-06-22"), ("skane/skanepanelen-enkat", None),
     ("skane/remissrunda", None)],
)  # fmt: skip
def test_machines_are_told_a_start_only_where_the_day_is_known(server: Server, event: str, day: str | None) -> None:
    text = page(server, f"/sv/id/{event}")
    content = json.loads(text.partition('application/ld+json">')[2].partition("</script>")[0])
    assert content["@type"] == "Event" and content.get("startDate") == day


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", [k for k in KINDS if k != "/nowhere"])
def test_every_page_tells_machines_what_it_is(server: Server, lang: str, path: str) -> None:
    text = page(server, f"/{lang}{path}")
    content = json.loads(text.partition('application/ld+json">')[2].partition("</script>")[0])
    assert content["@context"] == "https://schema.org" and content["@type"] and content["name"]
    about_a_thing = path.startswith(("/id/", "/concept/", "/dataset/"))
    assert content.get("@id") if about_a_thing else content["inLanguage"] == lang
    assert server.address in content.get("mainEntityOfPage", {}).get("@id", content.get("url", ""))


@pytest.mark.parametrize(
    ("path", "language", "ours"),
    [("skane/kick-off-inbjudan", ["sv"], False), ("skane/bth-radboud-uppsats", ["en"], False),
     ("skane/beskriv-nyttan", "en", True)],
)  # fmt: skip
def test_no_page_gives_away_what_others_have_written(server: Server, path: str, language: object, ours: bool) -> None:
    text = page(server, f"/en/id/{path}")
    content = json.loads(text.partition('application/ld+json">')[2].partition("</script>")[0])
    assert content["inLanguage"] == language and ("license" in content) is ours
    assert content["mainEntityOfPage"]["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_the_editor_gets_a_question_with_what_was_chosen(server: Server) -> None:
    text = unescape(page(server, "/en/questions/dialogues-by-phase?phase-type=consultation"))
    link = re.findall(r'href="(/en/sparql\?[^"]+)"', text)[0]
    assert "phase-type/consultation" in unquote_plus(link)
    assert "phase-type/consultation" in unescape(page(server, link))


def test_the_graphs_first_page_shows_its_pictures_and_things_to_begin_with(server: Server) -> None:
    text = page(server, "/sv/graph")
    slugs = {path.stem for path in (room("queries") / "views").glob("*.rq")}
    small = re.findall(r'<img src="([^"]+)"', text)
    assert {re.findall(r"view=([\w-]+)", unescape(address))[0] for address in small} == slugs
    svg = server.ask("GET", unescape(small[0])).body.decode()
    assert "<svg" in svg and "figure" in svg and "<text" not in svg
    assert 'href="/sv/graph?around=skane%2Farbeta-i-tre-led"' in text


def test_each_row_of_an_answer_leads_to_its_sources(server: Server) -> None:
    # SKA-D15 to D20: dialogues of Skåne's consultation, each read somewhere
    text = page(server, "/sv/questions/dialogues-by-phase?phase-type=consultation&process=regionplan-skane")
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', text)
    listed = set(re.findall(r'<li id="(k\d+)">', text))
    assert len(rows) >= 4
    for row in rows:
        assert (cited := set(re.findall(r'href="#(k\d+)"', row))) and cited <= listed, row
    assert not re.search(r"\(S\d+", text), "the working numbers of sources mean nothing to a reader"


def test_what_is_in_another_language_says_so(server: Server) -> None:
    # the publication of Skåne has a Swedish title; the thesis S41 an English one
    text = page(server, "/en/lessons")
    assert re.search(r'<li id="k\d+">Region Skåne, “<bdi lang="sv">Lärdomar från', text)
    assert '<bdi lang="en">' not in text


def test_a_shape_is_named_but_leads_nowhere(server: Server) -> None:
    # SKA-R6: who gave the lesson is inferred; the column's name is an identifier that has no page
    text = page(server, "/sv/id/skane/beskriv-nyttan")
    assert "Härledda uppgifter" in text and "medskick/shape/" not in text


def test_a_language_without_its_stroke_leads_to_its_first_page(server: Server) -> None:
    answer = server.ask("GET", "/en")
    assert answer.status == 308 and answer.headers["location"].endswith("/en/")


def test_a_view_tells_its_query_and_layout(server: Server) -> None:
    text = page(server, "/sv/views/decision-chain")
    assert "CONSTRUCT" in text and "Placering: columns" in text and "#+" not in text


def test_the_columns_of_the_tables_are_told(server: Server) -> None:
    text = page(server, "/en/ontology")
    entry = text.partition('id="table-events"')[2].partition("</details>")[0]
    assert "required" in entry
    [anchor] = re.findall(r'<a href="#(column-\d+)"><code>planned_date</code>', entry)
    column = text.partition(f'id="{anchor}"')[2].partition("</li>")[0]
    assert "planned_date" in column and 'href="#plannedDate"' in column
    # what is written in a cell is told once, however many columns it holds for
    assert text.count("2021-21 (spring 2021)") == 1


def test_phases_are_offered_in_the_order_in_which_they_come(server: Server) -> None:
    for path in ("/sv/", "/sv/handbook"):
        options = re.findall(r"<option[^>]*>([^<]+)</option>", page(server, path))
        usual = ["Uppdrag", "Uppstart", "Program", "Samråd", "Granskning", "Antagande", "Laga kraft"]
        named = [option.partition(" (")[0] for option in options]
        assert [name for name in named if name in usual] == usual


def choices_of(server: Server, path: str, name: str) -> dict[str, str]:
    """The labels of a form's choice by value, without the one for none."""
    menu = page(server, path).partition(f'<select name="{name}"')[2].partition("</select>")[0]
    return {value: label for value, label in re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)', menu) if value}


@pytest.mark.parametrize(
    ("path", "name", "value", "count"),
    [
        ("/", "phase-type", "consultation", "(8 lessons)"), ("/handbook", "phase-type", "consultation", "(8 lessons)"),
        ("/compare", "first", "regionplan-skane", " phases)"),
        ("/compare", "phase-type", "consultation", " processes)"),
        ("/disagreements", "process", "regionplan-halland", " cases)"),
        ("/network", "process", "regionplan-halland", " actors)"), ("/gaps", "dataset", "halland", " items)"),
        ("/questions", "asked-by", "researcher", " questions)"), ("/questions", "theme", "dialogue", " questions)"),
        ("/questions", "phase-type", "consultation", " questions)"), ("/", "role", "official", " lessons)"),
    ],
)  # fmt: skip
def test_each_choice_of_a_form_shows_how_much_it_brings(
    server: Server, path: str, name: str, value: str, count: str
) -> None:
    offered = choices_of(server, f"/en{path}", name)
    assert offered[value].endswith(count), offered
    assert all(re.search(r" \(\d+ [a-z]+\)$", label) for label in offered.values()), offered
    if name != "phase-type":
        assert not [label for label in offered.values() if "(0 " in label]


def test_the_numbers_of_choices_are_those_of_the_reports(server: Server, kg: KnowledgeGraph) -> None:
    for process, label in choices_of(server, "/en/network", "process").items():
        graph = kg.two_mode(process)
        assert f"({len(actors_in(graph))} " in label
    for process, label in choices_of(server, "/en/disagreements", "process").items():
        tables = [block for block in kg.disagreements(process).blocks if isinstance(block, Table)]
        cases = sum(1 if " – " in table.caption else len(table.rows) for table in tables)
        assert f"({cases} " in label


def test_the_handbooks_first_page_says_how_much_there_is_for_each_phase(server: Server) -> None:
    # SKA-F3, STO-F9, STO-F3: samråd in Skåne, for RUFS 2010 and RUFS 2050; one lesson of Skåne's names it, five of
    # Stockholm's do, and two national ones (NAT-R30, NAT-R79); the fourth process is Västra Götaland's (NAT-R71)
    text = page(server, "/en/handbook")
    entry = text.partition(">Consultation (samråd)</a>")[2].partition("</li>")[0]
    assert "4 processes, 8 lessons" in entry


def test_long_lists_are_folded_below_their_headings(server: Server) -> None:
    datasets = page(server, "/en/datasets")
    named = re.findall(r'<details class="fold part"><summary><h2 id="dataset-([^"]+)">', datasets)
    assert {"halland", "skane", "stockholm", "national"} <= set(named)
    ontology = page(server, "/en/ontology")
    for heading in ("classes", "properties", "glossary", "columns"):
        assert f'<details class="fold"><summary><h2 id="{heading}">' in ontology
    for text in (datasets, ontology):
        assert "sections.js" in text


def test_a_long_answer_shows_its_first_rows_and_folds_the_others(server: Server, kg: KnowledgeGraph) -> None:
    rows = len(kg.ask("dialogues-by-phase").rows)
    assert rows > 40
    before, _, after = page(server, "/en/questions/dialogues-by-phase").partition('<details class="fold"><summary>Show')
    assert before.count('<th scope="row">') == 20
    assert after.startswith(f" {rows - 20} more") and after.partition("</details>")[0].count("<tr>") >= 1
    assert (before + after).count('<th scope="row">') == rows
    # what fits on a screen or two is not folded
    short = page(server, "/en/questions/dialogues-by-phase?phase-type=consultation")
    assert "<summary>Show" not in short


def test_stances_for_and_against_stand_on_the_things_page(server: Server) -> None:
    # HAL-B3, F3: Falkenberg against the application
    text = page(server, "/sv/id/halland/hemstallan")
    assert "Falkenbergs kommun" in text and "Ståndpunkter" in text


def test_a_source_read_in_part_says_so_on_the_page_that_cites_it(server: Server) -> None:
    # SKA-R6 rests on a chapter of the publication of which only the beginning was read
    assert "Bara början läst" in page(server, "/sv/id/skane/beskriv-nyttan")


def test_choices_that_do_not_exist_are_told_in_the_readers_language(server: Server) -> None:
    text = page(server, "/sv/lessons?phase-type=fika", 400)
    assert "Adressen går inte att tolka" in text and "consultation" in text
    assert "Page not found" in page(server, "/en/id/skane/nope", 404)


def test_a_kept_page_is_sent_as_each_client_takes_it(server: Server) -> None:
    packed = server.ask("GET", "/en/about", {"Accept-Encoding": "gzip"})
    plain = server.ask("GET", "/en/about")
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert plain.body.startswith(b"<!doctype html>")
    assert server.ask("GET", "/en/about", {"If-None-Match": plain.headers["etag"]}).status == 304


# Hostile and odd content

LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
GRAPH = ox.NamedNode("https://w3id.org/medskick/graph/skane")
MSK = "https://w3id.org/medskick/ontology#"


def thing(slug: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/medskick/id/skane/{slug}")


def named(slug: str, label: str, lang: str = "sv", cls: str = "Document") -> list[ox.Quad]:
    return [
        ox.Quad(thing(slug), LABEL, ox.Literal(label, language=lang), GRAPH),
        ox.Quad(thing(slug), TYPE, ox.NamedNode(MSK + cls), GRAPH),
    ]


@pytest.fixture(scope="module")
def odd(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped data, and what nobody would wish for."""
    folder = tmp_path_factory.mktemp("odd")
    extra = [
        *named("hostile", "<script>alert(1)</script>\" onmouseover='x' {{7*7}}"),
        *named("long", "ord " * 20_000),
        *named("rtl", "خطة إقليمية", "sv"),
        *named("one-language", "Bara på svenska"),
        *named("hub", "Navet", cls="Organisation"),
        ox.Quad(thing("gone"), ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated"), ox.Literal(True), GRAPH),
        ox.Quad(thing("merged"), ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated"), ox.Literal(True), GRAPH),
        ox.Quad(thing("merged"), ox.NamedNode("http://purl.org/dc/terms/isReplacedBy"), thing("kick-off"), GRAPH),
    ]
    for n in range(5000):
        extra += named(f"spoke-{n}", f"Dokument {n}")
        extra.append(ox.Quad(thing(f"spoke-{n}"), ox.NamedNode(MSK + "madeBy"), thing("hub"), GRAPH))
    save([*KnowledgeGraph(store_folder).store, *extra], folder, inputs="odd")
    with running(folder) as running_server:
        yield running_server


@pytest.mark.browser_all
def test_labels_are_text_everywhere(odd: Server) -> None:
    for path in ("/sv/id/skane/hostile", "/sv/search?q=alert", "/sv/feedback?about=id/skane/hostile"):
        text = page(odd, path)
        assert (
            "<script>alert" not in text and "&lt;script&gt;alert" in text and "49" not in text.partition("<h1")[2][:60]
        )
    json.loads(odd.ask("GET", "/search.json?q=alert&lang=sv").body)


@pytest.mark.browser_all
def test_an_over_long_label_keeps_its_page(odd: Server) -> None:
    assert "ord ord" in page(odd, "/en/id/skane/long")


@pytest.mark.browser_all
def test_text_from_right_to_left_is_isolated(odd: Server) -> None:
    assert "<bdi>خطة إقليمية</bdi>" in page(odd, "/sv/id/skane/rtl")


@pytest.mark.browser_all
def test_a_label_in_the_other_language_is_marked(odd: Server) -> None:
    text = page(odd, "/en/id/skane/one-language")
    assert re.search(r'<h1 lang="sv"><bdi>Bara på svenska</bdi>', text)
    assert 'title="The text is available in this language only">sv<' in text


def test_a_thing_with_five_thousand_relations(odd: Server) -> None:
    text = page(odd, "/sv/id/skane/hub")
    assert ">5000<" in text and text.count("spoke-") < 200, "they are counted, not all drawn"
    address = re.search(r'href="([^"]*relation=[^"]*)"', text)
    assert address
    first = page(odd, address[1].replace("&amp;", "&"))
    assert "Sida 1 av 50" in first and 'rel="next"' in first
    last = page(odd, address[1].replace("&amp;", "&") + "&page=50")
    assert 'rel="next"' not in last and 'rel="prev"' in last


def test_withdrawn_and_merged_names(odd: Server) -> None:
    assert "Identifieraren har utgått" in page(odd, "/sv/id/skane/gone", 410)
    assert "Identifieraren har utgått" in page(odd, "/sv/graph?around=skane/gone", 410)
    text = page(odd, "/sv/id/skane/merged", 410)
    assert "/sv/id/skane/kick-off" in text and "ersatts av" in text
    assert odd.ask("GET", "/id/skane/merged", {"Accept": "text/turtle"}).status == 410


@pytest.mark.browser_all
def test_an_empty_store(tmp_path: Path) -> None:
    save([], tmp_path, inputs="empty")
    with running(tmp_path) as empty:
        views_too = [f"/views/{view.slug}" for view in Catalogue().views()]
        for path in (*(path for path in PAGES if "{" not in path), "/search?q=samrad", *views_too):
            page(empty, f"/sv{path}")


@pytest.mark.browser_all
def test_a_graph_without_a_plan(small_store: Path) -> None:
    # the national level has processes, but none that makes a plan
    with running(small_store) as server:
        for path in (*(path for path in PAGES if "{" not in path), *(f"/views/{v.slug}" for v in Catalogue().views())):
            page(server, f"/en{path}")
        assert "No regional planning process" in page(server, "/en/compare")
        assert "experience of regional planning: who" in page(server, "/en/")


@pytest.mark.browser_all
def test_the_start_names_the_regions_that_the_graph_holds(server: Server, kg: KnowledgeGraph, tmp_path: Path) -> None:
    text = page(server, "/sv/")
    assert "erfarenheter från Hallands län, Skåne län och Stockholms län: vilka" in text
    assert "<h2>Regionplaneprocesserna på en gemensam tidslinje</h2>" in text
    # the picture's table is beside it
    value = text.partition("<summary>Visa som tabell</summary>")[2].partition("</table>")[0]
    assert "<caption>Regionplaneprocesserna på en gemensam tidslinje</caption>" in value and "Granskning" in value
    names = ("ontology", "catalogue", "national", "national/derived", "halland", "halland/derived")
    kept = [q for q in kg.store if term_text(q.graph_name).removeprefix(GRAPHS) in names]
    save(kept, tmp_path, inputs="one region")
    with running(tmp_path) as one:
        text = page(one, "/sv/")
        assert "erfarenheter från Hallands län: vilka" in text
        assert "<h2>Regionplaneprocessen på en tidslinje</h2>" in text


@pytest.mark.parametrize(
    "path", ["/graph?around=skane/kick-off", "/views/who-met-whom", "/timeline?from=2019", "/charts"]
)
def test_a_picture_can_stand_inside_another_page(server: Server, path: str) -> None:
    whole = server.ask("GET", f"/sv{path}")
    assert "frame-ancestors 'none'" in whole.headers["content-security-policy"]
    address = re.findall(r'href="([^"]*embed=1[^"]*)"', whole.body.decode())[0].replace("&amp;", "&")
    for _ in range(2):  # made anew, then kept
        alone = server.ask("GET", address)
        policy = alone.headers["content-security-policy"]
        assert "frame-ancestors *" in policy and "form-action 'none'" in policy and "script-src 'self'" in policy
    text = alone.body.decode()
    assert "<header" not in text and "<nav aria-label" not in text and "<svg" in text
    # the way back to the whole page keeps what the picture was asked for
    assert f'href="/sv{path.replace("/kick-off", "%2Fkick-off")}"' in text


def test_an_address_may_name_anything(server: Server) -> None:
    # names that are also those of parameters in the program, and one that stands twice
    text = page(server, "/sv/timeline?path=x&self=y&on=z&from=2019&from=2020")
    assert "path=x&amp;self=y&amp;on=z&amp;from=2019&amp;from=2020&amp;embed=1" in text


def test_the_charts_lead_to_the_pictures_on_pages_of_their_own(server: Server) -> None:
    text = page(server, "/sv/charts").partition('<nav class="contents"')[2].partition("</nav>")[0]
    assert '<a href="/sv/timeline">Tidslinje</a>' in text
    assert '<a href="/sv/views/decision-chain">Beslutskedjan</a>' in text
    assert ">The decision chain<" in page(server, "/en/charts")


def test_a_chart_alone_has_one_heading_over_its_table(server: Server) -> None:
    text = page(server, "/sv/timeline?process=skane:regionplan-skane").partition("<main")[2]
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", text.partition("</figure>")[2]) == ["Visa som tabell"]


@pytest.mark.parametrize(
    ("path", "first", "others"),
    [
        # "compare.summary" and the nine parts of a comparison; "gap.overview", what curators entered and nine kinds
        ("/sv/compare", "Det som skiljer mest", 9),
        ("/sv/compare?phase-type=consultation", "Det som skiljer mest", 7),
        ("/sv/gaps", "Översikt", 10),
        # the size, then who connects; the other tables and how to read them
        ("/sv/network?process=regionplan-skane", "Regionplan för Skåne", 5),
    ],
)
def test_a_long_report_shows_what_sums_it_up_and_its_parts_by_name(
    server: Server, path: str, first: str, others: int
) -> None:
    text = page(server, path).partition("</nav>")[2].partition("<main")[2]
    parts = re.findall(r'<details class="fold part"( open)?><summary><h2 id="(s\d+)">([^<]+)', text)
    assert len(parts) == others and not any(opened for opened, _, _ in parts)
    shown = re.sub(r'<details class="fold.*?</details>', "", text, flags=re.S)
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", shown.partition("</nav>")[2])[0] == first
    # the contents lead to each, and its heading lies in what opens it
    assert all(f'href="#{anchor}"' in text for _, anchor, _ in parts)


def test_parts_that_a_reader_asked_for_stand_open(server: Server) -> None:
    text = page(server, "/sv/compare?rows=phases&rows=law")
    assert len(re.findall(r'<details class="fold part" open>', text)) == 2


def test_the_timeline_of_all_begins_with_the_phases_of_the_plans(server: Server) -> None:
    text = page(server, "/sv/timeline")
    before, _, folded = text.partition('<details class="fold everything">')
    assert "Regionplaneprocesserna på en gemensam tidslinje" in before and before.count("<figure") == 1
    assert folded.count("<figure") == 1
    # what is chosen is seen at once
    assert '<details class="fold everything">' not in page(server, "/sv/timeline?from=2016&to=2018")


def test_a_long_list_of_sources_is_folded_with_its_number(server: Server) -> None:
    for path in ("/sv/lessons", "/sv/compare", "/sv/places"):
        section = page(server, path).partition('<section class="sources"')[2].partition("</section>")[0]
        count = section.count("<li ")
        assert count > 12 and f'<span class="count">{count}</span></h2></summary>' in section


def test_a_picture_of_the_graph_stands_in_the_room_of_research(server: Server) -> None:
    assert '<a href="/sv/research" aria-current="page">För forskare</a>' in page(server, "/sv/views/decision-chain")


def timeline_links(text: str) -> dict[str, str]:
    """The windows that a page of the timeline offers, by their words."""
    nav = text.partition('<nav class="choices"')[2].partition("</nav>")[0]
    return {words: unescape(address) for address, words in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', nav)}


def test_the_timeline_is_looked_at_closer_and_moved(server: Server) -> None:
    text = page(server, "/sv/timeline?from=2015&to=2019")
    links = timeline_links(text)
    assert links["2017"] == "/sv/timeline?from=2017&to=2017"
    assert links["Tidigare: 2010–2014"] == "/sv/timeline?from=2010&to=2014"
    assert links["Senare: 2020–2024"] == "/sv/timeline?from=2020&to=2024"
    assert '<option value="2015" selected>' in text and '<option value="2019" selected>' in text
    # the other way round is the same; a single year has no years of its own
    assert timeline_links(page(server, "/sv/timeline?from=2019&to=2015")) == links
    assert "2018" not in timeline_links(page(server, "/sv/timeline?from=2019&to=2019"))
    assert "Adressen går inte att tolka" in page(server, "/sv/timeline?from=x", 400)


def test_a_process_chosen_is_offered_its_own_years_only(server: Server) -> None:
    # HAL: from 2020 on; no window leads to an empty picture
    links = timeline_links(page(server, "/en/timeline?process=regionplan-halland&from=2020&to=2024"))
    assert "2015–2019" not in links and "RUFS 2050" not in links and "Later: 2025–2029" in links
    assert not any(name.startswith("Earlier") for name in links)
    for address in links.values():
        assert "process=regionplan-halland" in address and "<svg" in page(server, address).partition("<figure")[2]


def test_no_other_page_can(server: Server) -> None:
    for path in (
        "/?embed=1",
        "/feedback?about=id/skane/kick-off&embed=1",
        "/id/skane/kick-off?embed=1",
        "/sparql?embed=1",
    ):
        answer = server.ask("GET", f"/sv{path}")
        assert (
            "frame-ancestors 'none'" in answer.headers["content-security-policy"] and "<header" in answer.body.decode()
        )


@pytest.mark.parametrize(
    ("count", "said"), [(5, "experience from A, B, C, D and E: who"), (6, "experience from 6 regions: who")]
)
def test_the_start_counts_the_regions_where_they_are_many(count: int, said: str) -> None:
    reader = SimpleNamespace(say=lambda key, **values: say(key, "en", **values))
    request = SimpleNamespace(say=lambda key, **values: say(f"web.{key}", "en", **values), reader=reader)
    assert said in lead_of(cast(PageRequest, request), list("ABCDEF"[:count]))


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", pytest.param("en", marks=pytest.mark.browser_all)])
def test_pages_stay_readable_with_all_that_ships(whole_store: Path, lang: str) -> None:
    client = TestClient(create_app(Settings(store=whole_store)))
    heading = re.findall(r"<h1[^>]*>(.*?)</h1>", client.get(f"/{lang}/compare").text, re.S)[0]
    assert heading.count(" – ") == 2, "three processes beside each other, as many as the form has fields"
    # those of which the datasets have most rows
    assert {"Halland", "Skåne", "RUFS"} == {
        name for name in ("Halland", "Skåne", "RUFS", "Scotland") if name in heading
    }
    lessons = client.get(f"/{lang}/lessons").text
    # the list of contents names the phase types that lessons are for
    assert 5 < lessons[lessons.index('id="contents"') :].partition("</ol>")[0].count("<li>") < 25
    # a short list of contents is open, and of the parts only the many sources are folded; a region that the address
    # names by its process is the one chosen
    handbook = client.get(f"/{lang}/handbook?phase-type=review&region=regionplan-halland").text
    assert re.findall(r'<summary><h2 id="([^"]+)"', handbook) == ["sources"]
    assert re.search(r'<option value="halland" selected', handbook)
    # no band without a phase on the start's timeline
    assert "Clydeplan" not in client.get(f"/{lang}/").text.partition("<svg")[2].partition("</svg>")[0]


def test_the_list_of_questions_can_be_chosen_from(server: Server) -> None:
    def listed(choice: str) -> set[str]:
        text = page(server, f"/sv/questions?{choice}")
        return set(re.findall(r'<li data-askers[^>]*><a href="[^"]*/questions/([a-z-]+)', text))

    everything = listed("")
    assert {"residents-involved", "claims-on-one-source", "phase-durations"} <= everything
    # their headers: asked_by [planner], [researcher]
    asked = listed("asked-by=researcher")
    assert "claims-on-one-source" in asked and "residents-involved" not in asked
    assert listed("theme=dialogue") >= {"residents-involved"} and "phase-durations" not in listed("theme=dialogue")
    assert "phase-durations" in listed("phase-type=consultation")
    # it has no choice of phase
    assert "referral-bodies-and-answers" not in listed("phase-type=consultation")
    assert 'phase-durations?phase-type=consultation"' in page(server, "/sv/questions?phase-type=consultation")
    assert listed("q=hur+INVANARNA") == {"residents-involved"}
    assert listed("q=xyzzy") == set() and "Ingen fråga passar" in page(server, "/sv/questions?q=xyzzy")


def test_a_shape_is_drawn_once_on_a_page_and_used_where_it_comes_again(server: Server) -> None:
    page = server.ask("GET", "/sv/id/skane/kick-off").body.decode()
    drawn, used = re.findall(r'id="f-(\w+)"', page), re.findall(r'<use href="#f-(\w+)"/>', page)
    # an event's figure at the head; Region Skåne, the others invited and the process below it
    assert len(drawn) == len(set(drawn)) >= 3 and set(used) <= set(drawn)
    assert page.count('class="figure" aria-hidden="true"') == len(drawn) + len(used)
