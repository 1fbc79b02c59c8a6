"""The picture as a file: one self-contained page, nothing asked of any host, hostile labels inert."""

import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.resources.finding import UnknownThingError, find_thing
from medskick.viz.look import shapes
from medskick.viz.pictures.as_page import page, page_data, styles
from medskick.viz.pictures.layout import Box, laid, positions, push_apart
from medskick.viz.pictures.offline import class_data
from medskick.viz.pictures.picture import Edge, Node, Picture, around_thing, from_view
from medskick.viz.pictures.sides import ROW
from medskick.viz.svg import figure
from medskick.web.explorer_api import small_svg
from medskick.words import Lang

HOSTILE = {
    "script": "</script><script>window.hacked=1</script>",
    "image": '"><img src=x onerror="window.hacked=1">',
    "href": '<a href="javascript:window.hacked=1">klicka</a>',
    "quotes": "'\"`${7*7}{{7*7}}\\",
    "rtl": "\u202eتخطيط إقليمي\u202c",
    "long": "å" * 10_000,
    "line": "a\u2028b\u2029c\n\td",
}


def hostile_picture() -> Picture:
    nodes = tuple(
        Node(
            f"https://w3id.org/medskick/id/x/{key}",
            "Lesson",
            {"sv": text, "en": text},
            {
                "dates": [],
                "lines": [{"label": {"sv": text, "en": text}, "value": {"sv": text, "en": text}}],
                "text": {"sv": text, "en": text},
                "citations": [
                    {
                        "title": text,
                        "lang": "sv",
                        "publisher": text,
                        "date": None,
                        "url": "javascript:window.hacked=1",
                        "coverage": {"sv": text, "en": text},
                        "whole": False,
                        "notation": text[:20],
                        "locator": text,
                    }
                ],
            },
        )
        for key, text in HOSTILE.items()
    )
    relation = "https://w3id.org/medskick/ontology#answers"
    label = {"sv": HOSTILE["image"], "en": HOSTILE["image"]}
    edges = tuple(Edge(a.iri, relation, b.iri, False) for a, b in pairwise(nodes))
    return Picture(label, label, nodes, edges, {relation: {"label": label, "inverse": label}}, (1, 1))


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.tags


VIEWS = [
    v.slug
    if v.slug in ("process-at-a-glance", "decision-chain")
    else pytest.param(v.slug, marks=pytest.mark.browser_all)
    for v in Catalogue().views()
]


@pytest.mark.parametrize("slug", VIEWS)
def test_a_view_is_one_self_contained_page(kg: KnowledgeGraph, slug: str) -> None:
    html = page(from_view(kg.store, Catalogue().view(slug)), "sv", kg.version)
    assert html.startswith("<!doctype html>")
    tags = tags_of(html)
    assert dict(tags)["html"] == {"lang": "sv"}
    assert [t for t, _ in tags].count("h1") == 1
    for tag, attributes in tags:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name) or ""
            # only a reader's own click leaves the page
            assert not value.startswith(("http", "//")) or tag == "a", (tag, value)
        assert not any(name.startswith("on") for name in attributes)
    policy = next(a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy and policy.startswith("default-src 'none'") and "unsafe" not in policy


@pytest.mark.browser_all
@pytest.mark.parametrize("slug", ["process-at-a-glance", "who-met-whom"])
def test_the_same_view_gives_the_same_bytes(kg: KnowledgeGraph, slug: str) -> None:
    picture = from_view(kg.store, Catalogue().view(slug))
    assert page(picture, "en", kg.version) == page(from_view(kg.store, Catalogue().view(slug)), "en", kg.version)


@pytest.mark.parametrize("slug", VIEWS)
def test_every_thing_of_a_view_has_a_style_a_name_and_its_sources(kg: KnowledgeGraph, slug: str) -> None:
    picture = from_view(kg.store, Catalogue().view(slug))
    assert len(picture.nodes) > 5 and picture.edges
    for node in picture.nodes:
        assert node.cls in styles(), node.iri
        if node.cls == "Source":
            # a title is in the language of its source
            assert len(node.label) == 1 and all(node.label.values()), node.iri
            continue
        assert set(node.label) == {"sv", "en"}, node.iri
        assert node.extra["citations"], node.iri
    for said in picture.relations.values():
        assert set(said["label"]) == set(said["inverse"]) == {"sv", "en"}


def test_every_class_of_the_ontology_has_its_own_style() -> None:
    from medskick.ontology import vocabulary

    names = {name for t in vocabulary().tables.values() for name in t.types}
    assert names - set(styles()) == set()
    looks = [(s["colour"], s["shape"]) for s in styles().values()]
    assert len(looks) == len(set(looks))


def test_hostile_labels_add_no_element() -> None:
    tags = tags_of(page(hostile_picture(), "sv", "x"))
    assert [t for t, a in tags if t == "img"] == []
    assert all(not (a.get("href") or "").startswith("javascript") for _, a in tags)
    scripts = [t for t, _ in tags if t == "script"]
    assert len(scripts) == 4  # words, data, vis-network, ours


def test_the_data_element_reads_back() -> None:
    html = page(hostile_picture(), "sv", "x")
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert match
    labels = {node["label"]["sv"] for node in json.loads(match[1])["nodes"]}
    assert labels == set(HOSTILE.values())


def test_positions_are_computed_beforehand(kg: KnowledgeGraph) -> None:
    data = page_data(from_view(kg.store, Catalogue().view("who-met-whom")), "x")
    places = {(n["x"], n["y"]) for n in data["nodes"]}
    assert len(places) == len(data["nodes"])


def test_boxes_are_pushed_apart() -> None:
    boxes = [Box(i * 3.0, (i * 7) % 5, 100, 30) for i in range(40)]
    push_apart(boxes)
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert abs(a.x - b.x) >= 99.9 or abs(a.y - b.y) >= 29.9


def test_columns_stand_from_left_to_right(kg: KnowledgeGraph) -> None:
    picture = from_view(kg.store, Catalogue().view("how-a-lesson-came-about"))
    places, columns = positions(picture)
    order = [c.label["en"] for c in columns]
    assert order.index("source read") < order.index("challenge") < order.index("lesson")
    assert [c.x for c in columns] == sorted(c.x for c in columns)
    heading = {"Source": "source read", "Challenge": "challenge", "Lesson": "lesson"}
    for node in picture.nodes:
        if node.cls in heading:
            assert places[node.iri][0] == next(c.x for c in columns if c.label["en"] == heading[node.cls])


def test_phases_stand_in_their_order(kg: KnowledgeGraph) -> None:
    picture = from_view(kg.store, Catalogue().view("process-at-a-glance"), {"process": "regionplan-skane"})
    places, _ = positions(picture)
    order = sorted((places[n.iri][0], n.label["sv"]) for n in picture.nodes if n.cls == "Phase")
    wanted = ["Processplanering", "Samråd", "Bearbetning efter samråd", "Granskning", "Antagande"]
    assert [name for _, name in order if name in wanted] == wanted


def test_each_process_has_a_band_of_its_own(kg: KnowledgeGraph) -> None:
    picture = from_view(kg.store, Catalogue().view("process-at-a-glance"))
    places, _ = positions(picture)
    slug = {n.iri: n.iri.rpartition("/")[2] for n in picture.nodes}
    bands = {slug[n.iri]: places[n.iri][1] for n in picture.nodes if n.cls == "PlanningProcess"}
    assert {"regionplan-skane", "rufs-2050", "rufs-2010", "regionplan-halland"} <= set(bands)
    phases = [(places[n.iri][1], n.iri) for n in picture.nodes if n.cls == "Phase"]
    for height, phase in phases:
        above = max((y, name) for name, y in bands.items() if y <= height)
        assert slug[phase].startswith(above[1])


def test_the_picture_of_a_change_shows_the_comments_behind_it(kg: KnowledgeGraph) -> None:
    # STO-R16: a new priority on public health after the 160 answers (STO-H15)
    picture = from_view(kg.store, Catalogue().view("how-a-change-came-about"), {"change": "prioritering-folkhalsa"})
    names = {n.iri.rpartition("/")[2] for n in picture.nodes}
    assert names == {
        "prioritering-folkhalsa", "rufs-2050-utstallningsforslag", "rufs-2050-planen", "rufs-2050-utstallning",
        "remissvar-utstallningen", "remissvarande-utstallningen",
    }  # fmt: skip


def test_the_picture_of_one_decision_and_of_one_lesson(kg: KnowledgeGraph) -> None:
    decision = from_view(kg.store, Catalogue().view("decision-chain"), {"decision": "rufs-2050-antas"})
    names = {n.iri.rpartition("/")[2] for n in decision.nodes}
    assert {"rufs-2050-antas", "slutforslag-i-namnden", "landstingsfullmaktige"} <= names  # STO-B8
    lesson = from_view(kg.store, Catalogue().view("how-a-lesson-came-about"), {"lesson": "konsekvensbedom-fran-borjan"})
    assert {"konsekvensbedom-fran-borjan", "metoder-saknades"} <= {n.iri.rpartition("/")[2] for n in lesson.nodes}


@pytest.mark.parametrize("wanted", ["skane:kick-off", "kick-off", "https://w3id.org/medskick/id/skane/kick-off"])
def test_around_a_thing(kg: KnowledgeGraph, wanted: str) -> None:
    near = {n.iri.rpartition("/")[2] for n in around_thing(kg.store, wanted).nodes}
    # SKA-D3: organised by Region Skåne, in phase 1, read in S6 and S7
    assert {"kick-off", "region-skane", "regionplan-skane-processplanering"} <= near
    assert "kick-off-inbjudan" not in near
    assert "kick-off-inbjudan" in {n.iri.rpartition("/")[2] for n in around_thing(kg.store, wanted, sources=True).nodes}
    assert near < {n.iri.rpartition("/")[2] for n in around_thing(kg.store, wanted, depth=2).nodes}


def test_what_hangs_on_a_thing_stands_beside_it_by_how(kg: KnowledgeGraph) -> None:
    """SKA-D3: Region Skåne invited other regional actors, on how the plan's process was to be planned."""
    picture = laid(around_thing(kg.store, "skane:kick-off"))
    headed = {h.label["sv"]: {m.rpartition("/id/")[2] for m in h.members} for h in picture.headings}
    assert {key: headed[key] for key in ("arrangör", "tänkta deltagare", "skede", "process")} == {
        "arrangör": {"skane/region-skane"},
        "tänkta deltagare": {"skane/andra-regionala-aktorer"},
        "skede": {"skane/regionplan-skane-processplanering"},
        "process": {"skane/regionplan-skane"},
    }
    assert set(headed) == {"arrangör", "tänkta deltagare", "skede", "process", "luckor"}
    assert picture.places is not None and picture.places[picture.around] == (0, 0)


@pytest.mark.parametrize("wanted", ["skane:region-skane", "skane:regionplan-skane", "national:boverket"])
def test_both_sides_of_a_thing_are_filled_and_no_row_is_taken_twice(kg: KnowledgeGraph, wanted: str) -> None:
    picture = laid(around_thing(kg.store, wanted, most=40))
    spots = [spot for thing, spot in (picture.places or {}).items() if thing != picture.around]
    sides = [sorted(y for x, y in spots if side * x > 0) for side in (1, -1)]
    assert sum(map(len, sides)) == len(picture.nodes) - 1
    assert abs((sides[0][-1] - sides[0][0]) - (sides[1][-1] - sides[1][0])) < 3 * ROW
    assert all(b - a > ROW - 1 for side in sides for a, b in pairwise(side))
    assert sorted(m for h in picture.headings for m in h.members) == sorted(
        {n.iri for n in picture.nodes} - {picture.around}
    )


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("wanted", ["skane:kick-off", "skane:regionplan-skane", "stockholm:trf", "national:boverket"])
def test_everything_round_a_thing_is_named_in_its_small_picture(kg: KnowledgeGraph, wanted: str, lang: Lang) -> None:
    thing = find_thing(kg.store, wanted)
    drawn = ElementTree.fromstring(small_svg(kg.store, lang, thing, lambda _: "x")[0])
    around = [a for a in drawn.iter("{http://www.w3.org/2000/svg}a") if a.find("*[@class='ring']") is None]
    assert around and all(a.find("{http://www.w3.org/2000/svg}text") is not None for a in around)


def test_a_hub_shows_some_of_every_kind(kg: KnowledgeGraph) -> None:
    """A regional plan's phases are in one group with its events, challenges and documents: none may push them out."""
    shown = {node.cls for node in around_thing(kg.store, "skane:regionplan-skane", most=40).nodes}
    assert {"Phase", "Decision", "DialogueEvent", "Challenge", "Lesson", "Document", "Organisation"} <= shown


def test_decisions_stand_in_order_and_none_before_what_it_presupposes(kg: KnowledgeGraph) -> None:
    """The Government's decision of 2018 (no day is known) not to review the plan concerns the adopted one."""
    picture = laid(from_view(kg.store, Catalogue().view("decision-chain")))
    names = [
        node.label["en"]
        for node in sorted(picture.nodes, key=lambda n: (picture.places or {})[n.iri][1])
        if node.cls == "Decision"
    ]
    assert names.index("RUFS 2050 is adopted") < names.index("The Government does not review")
    assert names.index("The final proposal in committee") < names.index("RUFS 2050 is adopted")
    # no date, and no phase to tell it by: last
    assert names[-1] == "The implementation annex is dropped"
    # no date, but a phase: that of 2013, and the reworking of October 2016
    assert names.index("Budget assignment on relevance and new plan work") < names.index("The programme is approved")
    between = (
        "The consultation document is sent out",
        "Direction for the exhibition proposal",
        "The exhibition is decided",
    )
    assert [name for name in names if name in between] == [*between]


def test_phases_of_one_name_tell_whose_they_are(kg: KnowledgeGraph) -> None:
    labels = {node.label["sv"] for node in from_view(kg.store, Catalogue().view("decision-chain")).nodes}
    assert {"Samråd (Regionplan för Skåne)", "Samråd (RUFS 2050)"} <= labels and "Samråd" not in labels


def test_what_hangs_on_a_hub_is_too_much_for_two_sides(kg: KnowledgeGraph) -> None:
    assert around_thing(kg.store, "skane:regionplan-skane").layout == "force"


def test_an_unknown_thing_suggests_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownThingError) as caught:
        around_thing(kg.store, "skane:kickoff")
    assert caught.value.near == "kick-off"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://w3id.org/medskick/dataset/skane",
        "https://w3id.org/medskick/concept/phase-type",
        "Kick-off för regionplaneuppdraget",
        "samradsnyhet",
    ],
)
def test_around_anything_the_graph_holds(kg: KnowledgeGraph, wanted: str) -> None:
    assert page(around_thing(kg.store, wanted), "sv", "x").startswith("<!doctype html>")


@pytest.mark.parametrize("wanted", ["https://e.org/a b", "http://", "x y", "", "skane:", "\u0000"])
def test_around_nonsense_is_unknown(kg: KnowledgeGraph, wanted: str) -> None:
    with pytest.raises(UnknownThingError):
        around_thing(kg.store, wanted)


@pytest.mark.browser_all
def test_layouts_made_at_once_are_those_made_alone(kg: KnowledgeGraph) -> None:
    """A page with several pictures asks for them together; each stands where it stands alone."""
    things = ["skane:kick-off", "stockholm:rufs-2050", "halland:regionplan-halland", "skane:regionplan-skane"]
    pictures = [around_thing(kg.store, thing, 2, most=20) for thing in things]
    assert {picture.layout for picture in pictures} == {"force"}
    alone = [positions(picture)[0] for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: positions(picture)[0], pictures))
    assert together == alone


# Machado, Oliveira and Fernandes 2009, whole loss of one kind of cone, on linear RGB
SIGHT = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def lab(colour: str, sight: str) -> tuple[float, ...]:
    """A colour in CIE L*a*b* (D65) as a reader with this sight sees it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    light = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    r, g, b = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in SIGHT[sight])
    xyz = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b,
           (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)  # fmt: skip
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
def test_classes_of_one_shape_are_told_apart_by_colour_blind_readers(sight: str) -> None:
    for (a, one), (b, other) in combinations(styles().items(), 2):
        if one["shape"] == other["shape"]:
            assert math.dist(lab(one["colour"], sight), lab(other["colour"], sight)) >= 13, (a, b)


def test_a_class_has_one_figure_on_pages_in_charts_and_in_pictures() -> None:
    # a lesson's star: its topmost corner, drawn in a square of 16 by the script, round a point in a chart
    value = class_data("Lesson")
    assert value["shape"] == "star" and len(value["outline"].split()) == 10
    assert value["outline"].split()[0] == "8,0.6"
    drawn = figure("star", 20, 20, 10)
    assert drawn.tag == "polygon" and (drawn.get("points") or "").split()[0] == "20,10"
    # without corners it is a circle
    assert figure("dot", 20, 20, 10).tag == "circle"
    assert {style["shape"] for style in styles().values()} <= shapes().keys()
