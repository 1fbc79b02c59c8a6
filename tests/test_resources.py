"""One answer to what a resource is: the same name, class, dataset and time wherever a reader meets a thing."""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import first_folders
from medskick.graph.assemble import assemble
from medskick.graph.lookups import Store
from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import EDTF, GRAPHS, THINGS, iri, node, term_text
from medskick.queries.search.entries import Entry, entries
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader
from medskick.resources.description import class_of, dataset_of
from medskick.resources.finding import (
    AmbiguousThingError,
    UnknownThingError,
    find_dataset,
    find_process,
    find_thing,
    reference_of,
)
from medskick.resources.names import labels
from medskick.resources.time import PROPERTIES, Span, Time, time_of
from medskick.rooms import room
from medskick.viz.charts.lanes import lanes
from medskick.viz.charts.story_chart import story_timeline
from medskick.viz.pictures.offline import neighbours
from medskick.viz.pictures.picture import Node, nodes_of
from medskick.words import SHIPPED, Lang, pick
from running import Server, running
from test_cli import run


@pytest.fixture(scope="module")
def nodes(kg: KnowledgeGraph) -> dict[str, Node]:
    """Every thing of the datasets as pictures show it, panel included."""
    return {node.iri: node for node in nodes_of(kg.store, sorted(set(typed(kg.store))))}


@pytest.fixture(scope="module")
def search_entries(kg: KnowledgeGraph) -> dict[str, Entry]:
    """Every thing as the search knows it."""
    return {entry.thing: entry for entry in entries(kg.store, kg.catalogue)}


def typed(store: Store) -> list[str]:
    """The things that were entered in a dataset or a linkset."""
    graphs = [g for g in store.named_graphs() if term_text(g).startswith(GRAPHS)]
    entered = [g for g in graphs if not term_text(g).endswith(("/derived", "/ontology", "/catalogue"))]
    return [term_text(q.subject) for g in entered for q in store.quads_for_pattern(None, node("rdf:type"), None, g)]


def dated(store: Store) -> set[str]:
    """The things that have any date, counted without the code under test."""
    return {term_text(q.subject) for p in PROPERTIES for q in store.quads_for_pattern(None, node(p), None, None)}


Rows = Callable[[Lang, str], dict[str, str]]


@pytest.fixture(scope="module")
def rows(server: Server) -> Rows:
    """The rows of a list or of a thing's relations, by address: what each says of when."""

    @cache
    def of(lang: Lang, path: str) -> dict[str, str]:
        page, by_address = server.ask("GET", f"/{lang}{path}").body.decode(), {}
        for item in re.findall(r"<li>.*?</li>", page, re.DOTALL):
            link = re.search(rf'href="/{lang}(/[^"]+)"', item)
            when = re.search(r'<span class="when">(.*?)</span>', item)
            if link:
                by_address[link[1]] = unescape(when[1]) if when else ""
        following = re.search(rf'rel="next" href="/{lang}(/things[^"]+)"', page)
        return by_address | (of(lang, unescape(following[1])) if following else {})

    return of


def kinds_of(store: Store, things: Iterable[str]) -> set[str]:
    """The classes that have a list; participations, relations and citations have no name and stand in no search."""
    return {class_of(store, thing) for thing in things} - {"Participation", "Relation", "Citation"}


# ------------------------------------------------------------------ time


@pytest.mark.parametrize(
    ("lang", "thing", "words"),
    [
        # SKA: the review from 23 September to 31 December 2021
        ("en", "skane/regionplan-skane-granskning", "23 September 2021 – 31 December 2021"),
        ("sv", "skane/regionplan-skane-granskning", "23 september 2021 – 31 december 2021"),
        # only its end is known
        ("en", "skane/regionplan-skane-antagande", "until 14 June 2022; planned: until 2022"),
        # HAL: adoption is expected in 2026, nothing else is known
        ("en", "halland/regionplan-halland-antagande", "planned: until 2026"),
        ("sv", "halland/regionplan-halland-antagande", "planerat: till 2026"),
        # what began and is meant to end
        ("en", "stockholm/rufs-2050-genomforande", "from October 2018, ongoing; planned: until autumn 2026"),
        # a year in which all of it lies
        ("en", "national/kth-foljeforskning", "2015 (inferred)"),
        ("en", "skane/regionplan-skane-utformning", "planned: from autumn 2019"),
        # content has no time of its own, but one from or until which it applies
        ("en", "national/antagande-meddelas-forr", "in force until 2018"),
    ],
)
def test_when_a_thing_was(kg: KnowledgeGraph, rows: Rows, lang: Lang, thing: str, words: str) -> None:
    assert time_of(kg.store, THINGS + thing).words(lang) == words
    kind = class_of(kg.store, THINGS + thing)
    assert rows(lang, f"/things?kind={kind}")[f"/id/{thing}"] == words


def test_a_things_neighbours_show_their_ends(rows: Rows) -> None:
    neighbours_of_the_plan = rows("en", "/id/skane/regionplan-skane")
    assert neighbours_of_the_plan["/id/skane/regionplan-skane-granskning"] == "23 September 2021 – 31 December 2021"
    plan = rows("sv", "/id/halland/regionplan-halland")
    assert plan["/id/halland/regionplan-halland-antagande"] == "planerat: till 2026"


@pytest.mark.parametrize("lang", SHIPPED)
def test_every_list_and_every_hit_gives_the_same_words(
    kg: KnowledgeGraph, rows: Rows, search_entries: dict[str, Entry], lang: Lang
) -> None:
    wanted = {t: time_of(kg.store, t).words(lang) for t in dated(kg.store)}
    assert len(wanted) >= 255 and all(wanted.values())
    kinds = kinds_of(kg.store, wanted)
    assert {"Phase", "Decision", "DialogueEvent", "Document", "Content", "Source", "Stance"} <= kinds
    listed = {address: when for kind in kinds for address, when in rows(lang, f"/things?kind={kind}").items()}
    by_key = {THINGS + address.removeprefix("/id/"): when for address, when in listed.items() if "/id/" in address}
    participations = {t for t in wanted if class_of(kg.store, t) == "Participation"}
    assert len(participations) >= 8
    assert {t: by_key.get(t) for t in wanted.keys() - participations} == {
        t: words for t, words in wanted.items() if t not in participations
    }
    hits = {t: e.date[lang] for t, e in search_entries.items() if e.date}
    assert hits == {t: wanted[t] for t in wanted.keys() - participations}


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", SHIPPED)
def test_every_panel_chart_and_story_gives_the_same_words(
    kg: KnowledgeGraph, nodes: dict[str, Node], lang: Lang
) -> None:
    reader = GraphReader(kg.store, lang, links=True)
    for thing in dated(kg.store):
        time = time_of(kg.store, thing)
        spans = [span.words(lang) for span in (time.actual, time.planned, time.in_force) if span]
        assert [date["value"][lang] for date in nodes[thing].extra["dates"]] == spans, thing
    marks = [mark for lane in lanes(reader) for mark in (*lane.marks, *([lane.own] if lane.own else []))]
    assert {m.thing: m.words for m in marks} == {m.thing: time_of(kg.store, m.thing).words(lang) for m in marks}
    assert len({m.thing for m in marks if m.words}) > 90
    # the story of the decision to adopt, as a chart and in words
    decision = f"{THINGS}stockholm/rufs-2050-antas"
    chart = story_timeline(reader, decision, lambda _: None)
    assert chart is not None
    things = {span.thing: plain(row[2]) for row in chart.table.rows for span in row[0] if span.thing}
    assert len(things) > 5
    for thing, words in things.items():
        actual = time_of(kg.store, thing).actual
        assert actual is None or words == actual.words(lang), thing
    story = [plain(line) for block in kg.story(decision, lang=lang).blocks for line in getattr(block, "items", ())]
    for thing in things:
        if words := time_of(kg.store, thing).words(lang):
            name = labels(kg.store, [thing], lang)[thing].text
            assert any(item.startswith(f"{words}: {name}") for item in story), thing


def test_what_is_inferred_is_said_to_be(kg: KnowledgeGraph) -> None:
    wanted = (
        f"SELECT DISTINCT ?t {{ ?t <{iri('msk:inferredColumn')}>/<{iri('sh:path')}> ?p . ?t ?p ?date"
        f" FILTER(DATATYPE(?date) = <{EDTF}>) }}"
    )
    answer = kg.store.query(wanted, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    inferred = {term_text(row["t"]) for row in answer}
    assert inferred
    assert all("(inferred)" in time_of(kg.store, t).words("en") for t in inferred)
    assert not any("(inferred)" in time_of(kg.store, t).words("en") for t in dated(kg.store) - inferred)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(date="2021-21"), "spring 2021"),
        (Span(start="2020", end="2020"), "2020"),
        (Span(start="2020", ongoing=True), "from 2020, ongoing"),
        (Span(start="2020", end="2021~"), "2020 – about 2021"),
        (Span(end="../2022-12-31"), "until 31 December 2022"),
        (Span(start="2019/2020"), "2019 – 2020"),
        (Span(date="2020", inferred=True), "2020 (inferred)"),
    ],
)
def test_a_time_in_words(span: Span, words: str) -> None:
    assert span.words("en") == words


def test_what_comes_first_is_told_by_when_it_was_not_by_when_it_was_meant_to_be() -> None:
    was, meant = Span(date="2021", first_day="2021-01-01"), Span(date="2019", first_day="2019-01-01")
    assert Time(was, meant).main == was
    assert Time(planned=meant).main == meant
    assert Time().main.first_day == ""


# ------------------------------------------------------------------ class and dataset


@pytest.mark.parametrize(
    ("thing", "cls", "dataset"),
    [
        ("id/skane/kick-off", "DialogueEvent", "skane"),
        ("id/national/pbl", "LegalAct", "national"),
        ("id/halland/regionplan-halland", "PlanningProcess", "halland"),
        ("id/links/skane-stockholm/kommungrupp-kan-svara-pa-forankring", "Relation", "links/skane-stockholm"),
        ("dataset/links/skane-stockholm", "Linkset", "links/skane-stockholm"),
        ("dataset/links/skane-stockholm/refers/stockholm", "Linkset", "links/skane-stockholm"),
        ("dataset/halland", "Dataset", "halland"),
        # a dataset's file has the class that follows
        ("dataset/halland/distribution/ttl", "Distribution", "halland"),
        # terms are in no dataset, but those that one adds
        ("concept/theme/funding", "Concept", ""),
        ("id/stockholm/omrade-haninge", "Concept", "stockholm"),
        ("ontology#membersComplete", "DatatypeProperty", ""),
        ("ontology#partOf", "ObjectProperty", ""),
        ("catalogue", "Catalog", ""),
    ],
)
def test_what_a_thing_is_and_whose(kg: KnowledgeGraph, thing: str, cls: str, dataset: str) -> None:
    full = f"https://w3id.org/medskick/{thing}"
    assert (class_of(kg.store, full), dataset_of(kg.store, full)) == (cls, dataset)


def test_a_licence_of_all_datasets_is_in_none(kg: KnowledgeGraph) -> None:
    assert dataset_of(kg.store, "https://creativecommons.org/licenses/by/4.0/") == ""


@pytest.mark.browser_all
def test_class_and_dataset_are_the_same_in_every_place(
    kg: KnowledgeGraph, rows: Rows, nodes: dict[str, Node], search_entries: dict[str, Entry]
) -> None:
    assert len(nodes) > 900
    assert {t: (n.cls, n.dataset) for t, n in nodes.items()} == {
        t: (class_of(kg.store, t), dataset_of(kg.store, t)) for t in nodes
    }
    things = {t: e for t, e in search_entries.items() if e.kind not in ("Question", "View")}
    assert {t: e.kind for t, e in things.items()} == {t: class_of(kg.store, t) for t in things}
    titles = labels(kg.store, {f"https://w3id.org/medskick/dataset/{n.dataset}" for n in nodes.values()}, "sv")
    for thing, entry in things.items():
        name = dataset_of(kg.store, thing)
        words = {said.text for said in entry.dataset if said.lang == "sv"}
        if entry.kind not in ("Dataset", "Linkset"):
            assert words == ({titles[f"https://w3id.org/medskick/dataset/{name}"].text} if name else set()), thing
    every = neighbours(kg.store)
    names = sorted(every["datasets"])
    for tail, cls, home, *_ in every["things"]:
        full = tail if "://" in tail else THINGS + tail
        assert (names[home] if home >= 0 else "") == dataset_of(kg.store, full)
        assert every["classes"][cls]["id"] in (class_of(kg.store, full), "Concept")
    for kind in kinds_of(kg.store, nodes) - {"Concept", "Dataset", "Linkset"}:
        for address in rows("sv", f"/things?kind={kind}"):
            if address.startswith("/id/"):
                assert class_of(kg.store, THINGS + address.removeprefix("/id/")) == kind


# ------------------------------------------------------------------ names


@pytest.mark.parametrize("lang", SHIPPED)
def test_a_thing_has_one_name(
    kg: KnowledgeGraph, nodes: dict[str, Node], search_entries: dict[str, Entry], lang: Lang
) -> None:
    names = labels(kg.store, nodes, lang)
    # relations alone have no name of their own
    assert {class_of(kg.store, t) for t in nodes.keys() - names.keys()} <= {"Relation"}
    assert {t: pick(n.label, lang) for t, n in nodes.items() if t in names} == {t: n.text for t, n in names.items()}
    for thing, entry in search_entries.items():
        if thing in names:
            assert names[thing].text in {said.text for said in entry.names}


def test_a_citation_is_called_by_its_source_and_place(kg: KnowledgeGraph) -> None:
    citation = THINGS + "skane/processlogg-lardomar-processfaserna"
    source = THINGS + "skane/lardomar-processfaserna"
    names = labels(kg.store, [citation, source], "en")
    assert names[citation].text == f"{names[source].text}, kap. 4, Fas 1"


# ------------------------------------------------------------------ which thing is meant


@pytest.fixture(scope="module")
def twin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a region's own dataset, ``kopia``, has every id and every name of ``skane`` again."""
    data, stores = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("twin")
    shutil.copytree(room("graph") / "skane", data / "kopia")
    described = data / "kopia" / "dataset.toml"
    text = described.read_text(encoding="utf-8").replace("/id/skane/", "/id/kopia/")
    described.write_text(text, encoding="utf-8")
    assembled = assemble([*first_folders(), data / "kopia"], alone=True)
    assert assembled.errors == []
    save(assembled.store, stores, inputs="twin")
    return stores


@pytest.fixture(scope="module")
def twin(twin_folder: Path) -> KnowledgeGraph:
    return KnowledgeGraph(twin_folder)


@pytest.fixture(scope="module")
def twin_server(twin_folder: Path) -> Iterator[Server]:
    with running(twin_folder) as one:
        yield one


PLAN = THINGS + "skane/regionplan-skane"


@pytest.mark.parametrize(
    "text", ["regionplan-skane", "skane:regionplan-skane", "Regional plan for Skåne", "REGIONPLAN FÖR SKÅNE", PLAN]
)
def test_a_process_is_meant_by_id_prefixed_id_name_or_iri(kg: KnowledgeGraph, text: str) -> None:
    assert find_thing(kg.store, text) == PLAN
    assert find_process(kg.store, text) == PLAN


@pytest.mark.parametrize(
    ("text", "classes", "thing"),
    [
        ("beskriv-nyttan", ["msk:Lesson"], "id/skane/beskriv-nyttan"),
        ("skane:kick-off", [], "id/skane/kick-off"),
        ("stockholm:rufs-2050-antas", ["msk:Decision"], "id/stockholm/rufs-2050-antas"),
        ("links/skane-stockholm:kommungrupp-kan-svara-pa-forankring", [],
         "id/links/skane-stockholm/kommungrupp-kan-svara-pa-forankring"),
        ("halland", [], "dataset/halland"),
        ("consultation", [], "concept/phase-type/consultation"),
        ("DialogueEvent", [], "ontology#DialogueEvent"),
        ("consultation", ["skos:Concept"], "concept/phase-type/consultation"),
    ],
)  # fmt: skip
def test_any_thing_is_found_alike(kg: KnowledgeGraph, text: str, classes: list[str], thing: str) -> None:
    full = f"https://w3id.org/medskick/{thing}"
    assert find_thing(kg.store, text, classes) == full
    assert find_thing(kg.store, full, classes) == full
    # what is shown to type leads back
    assert find_thing(kg.store, reference_of(kg.store, full)) == full


def test_a_name_of_several_things_is_ambiguous_and_leads_to_each(kg: KnowledgeGraph) -> None:
    # the phases of Skåne and Stockholm, and a source of Stockholm's; the term of that name stands back
    with pytest.raises(AmbiguousThingError) as caught:
        find_thing(kg.store, "samråd")
    assert {"skane:regionplan-skane-samrad", "stockholm:rufs-2050-samrad"} <= set(caught.value.choices)
    assert not any("concept" in choice for choice in caught.value.choices)
    for choice in caught.value.choices:
        assert find_thing(kg.store, choice)


def test_a_dataset_stands_for_its_latest_plan(kg: KnowledgeGraph) -> None:
    # RUFS 2001, 2010 and 2050 follow each other
    assert find_process(kg.store, "stockholm") == THINGS + "stockholm/rufs-2050"
    assert find_process(kg.store, "skane") == PLAN
    assert find_dataset(kg.store, "https://w3id.org/medskick/dataset/skane") == "skane"
    with pytest.raises(UnknownThingError) as caught:
        find_process(kg.store, "national")
    assert {"skane", "regionplan-skane", "rufs-2050"} <= caught.value.known.keys()


@pytest.mark.parametrize(
    ("dataset", "process"),
    [
        # the supplement to the plan is being prepared, and no phase of it is told (FIN-D4); nor of Trøndelag's plan
        # (NOR-R22) or of Hannover's next one (HAN-D4)
        ("uusimaa", "nylandsplanen-2050"),
        ("norway", "oslo-akershus-plan"),
        ("hannover", "rrop-2015"),
        # no process of the dataset has a phase
        ("jonkoping", "strukturbilder"),
    ],
)
def test_a_plan_without_phases_stands_back_for_one_with(whole_kg: KnowledgeGraph, dataset: str, process: str) -> None:
    assert find_process(whole_kg.store, dataset) == f"{THINGS}{dataset}/{process}"


def test_what_does_not_exist_is_told_with_the_nearest(kg: KnowledgeGraph) -> None:
    for text in ("beskriv-nytan", "skane:beskriv-nytan"):
        with pytest.raises(UnknownThingError) as caught:
            find_thing(kg.store, text, ["msk:Lesson"])
        assert caught.value.near == "beskriv-nyttan"
    with pytest.raises(UnknownThingError):
        # a decision is no lesson
        find_thing(kg.store, "stockholm:rufs-2050-antas", ["msk:Lesson"])
    for text in ("", ":", "skane:", "http://", "no such thing", "<>"):
        with pytest.raises(UnknownThingError):
            find_thing(kg.store, text)


@pytest.mark.parametrize("text", ["regionplan-skane", "Regionplan för Skåne"])
def test_an_id_or_a_name_of_two_datasets_is_ambiguous(twin: KnowledgeGraph, text: str) -> None:
    choices = ["kopia:regionplan-skane", "skane:regionplan-skane"]
    for ask in (
        lambda: find_thing(twin.store, text),
        lambda: find_process(twin.store, text),
        lambda: twin.compare(text, "halland"),
        lambda: twin.ask("decision-trajectory", process=text),
        lambda: twin.disagreements(text),
    ):
        with pytest.raises(AmbiguousThingError) as caught:
            ask()
        assert caught.value.choices == choices
    # the choice of a dataset decides; a prefixed id and an IRI always do
    assert find_process(twin.store, text, ["skane", "halland"]) == PLAN
    assert [find_thing(twin.store, choice) for choice in choices] == [THINGS + "kopia/regionplan-skane", PLAN]
    assert find_thing(twin.store, PLAN) == PLAN
    assert reference_of(twin.store, PLAN) == "skane:regionplan-skane"
    assert reference_of(twin.store, THINGS + "stockholm/rufs-2050") == "rufs-2050"


def test_a_dataset_with_the_ids_of_another_takes_nothing_from_it(kg: KnowledgeGraph, twin: KnowledgeGraph) -> None:
    only = ["skane", "national", "stockholm", "halland"]
    lesson, decision = THINGS + "skane/beskriv-nyttan", THINGS + "skane/regionplanen-antas"
    for thing in (lesson, decision):
        document = kg.story(thing, datasets=only)
        assert twin.story(thing, datasets=only) == document
        assert twin.story(f"skane:{thing.rpartition('/')[2]}", datasets=only) == document
    assert twin.compare("skane", "halland", datasets=only) == kg.compare("skane", "halland", datasets=only)
    asked = twin.ask("decision-trajectory", decision=decision)
    assert [row["thing"] for row in asked.rows] == [
        row["thing"] for row in kg.ask("decision-trajectory", decision=decision).rows
    ]


@pytest.mark.browser_all
def test_every_page_of_a_region_stands_beside_one_with_the_same_ids(twin: KnowledgeGraph, twin_server: Server) -> None:
    things = [t for t in typed(twin.store) if t.startswith((THINGS + "skane/", THINGS + "kopia/"))]
    listed = [t for t in things if class_of(twin.store, t) in ("Decision", "Lesson", "Phase", "PlanningProcess")]
    assert len(listed) > 40
    paths = [f"/id/{t.removeprefix(THINGS)}" for t in listed]
    paths += [f"/story/{t.removeprefix(THINGS)}" for t in listed if class_of(twin.store, t) in ("Decision", "Lesson")]
    paths += [
        "/", "/lessons", "/lessons?region=skane", "/handbook?phase-type=consultation&region=kopia", "/compare",
        "/compare?first=skane:regionplan-skane&second=kopia:regionplan-skane", "/timeline",
        "/timeline?process=skane:regionplan-skane", "/gaps", "/disagreements", "/network", "/questions", "/charts",
        "/questions/decision-trajectory?process=skane:regionplan-skane", "/search?q=regionplan", "/names", "/datasets",
    ]  # fmt: skip
    failed = {path: answer.status for path in paths if (answer := twin_server.ask("GET", f"/sv{path}")).status != 200}
    assert failed == {}


@pytest.mark.parametrize(
    "path",
    [
        "/compare?first=regionplan-skane&second=halland", "/timeline?process=regionplan-skane",
        "/lessons?region=regionplan-skane", "/disagreements?process=regionplan-skane",
        "/questions/decision-trajectory?process=regionplan-skane",
    ],
)  # fmt: skip
def test_a_page_says_which_are_meant(twin_server: Server, path: str) -> None:
    for lang, words in (("sv", "Skriv vilken du menar"), ("en", "Write which one you mean")):
        answer = twin_server.ask("GET", f"/{lang}{path}", {"Accept": "text/html"})
        assert answer.status == 400
        assert f"{words}: kopia:regionplan-skane, skane:regionplan-skane" in unescape(answer.body.decode())


@pytest.mark.browser_all
@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "regionplan-skane", "halland"), ("story", "beskriv-nyttan"), ("disagreements", "regionplan-skane"),
        ("lessons", "--like", "regionplan-skane"), ("view", "--around", "kick-off"),
        ("ask", "decision-trajectory", "--process", "regionplan-skane"),
    ],
)  # fmt: skip
def test_the_command_line_says_which_are_meant(twin_folder: Path, arguments: tuple[str, ...]) -> None:
    for lang, words in (("sv", "Skriv vilken du menar"), ("en", "Write which one you mean")):
        process = run(*arguments, "--lang", lang, MEDSKICK_STORE=str(twin_folder))
        assert process.returncode == 2
        assert re.search(rf"{words}: kopia:[a-z-]+, skane:[a-z-]+\.", " ".join(process.stderr.split())), process.stderr
