"""Between datasets: linksets that say who and why, never identity; datasets that describe themselves with counts."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import rows_of
from medskick.graph.assemble import Assembled, assemble
from medskick.graph.lookups import Store, named_quads
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import DATASETS, iri, node, term_text
from medskick.queries.evaluate import datasets_in, linksets_in
from medskick.resources.finding import AmbiguousThingError, find_thing
from medskick.rooms import room
from medskick.words import SHIPPED

Broken = Callable[..., Path]

LINKSETS = {
    "links/skane-stockholm": ["skane", "stockholm"],
    "links/halland-skane": ["halland", "skane"],
    "links/halland-stockholm": ["halland", "stockholm"],
}


def test_the_regions_are_joined_by_linksets(kg: KnowledgeGraph) -> None:
    assert datasets_in(kg.store) == ["halland", "national", "skane", "stockholm"]
    assert linksets_in(kg.store) == LINKSETS


def test_no_link_says_that_two_things_are_one(assembled: Assembled) -> None:
    same = [iri(p) for p in ("owl:sameAs", "skos:exactMatch")]
    things = tuple(d.base for d in assembled.index.datasets.values())
    quads = [
        q
        for p in same
        for q in assembled.store.quads_for_pattern(None, ox.NamedNode(p), None, None)
        if term_text(q.object).startswith(things)
    ]
    assert quads == []


@pytest.mark.parametrize("name", LINKSETS)
def test_a_linkset_says_who_says_so_and_each_link_why(assembled: Assembled, name: str) -> None:
    dataset = assembled.index.datasets[name]
    assert set(dataset.said_by) == set(SHIPPED)
    for row in dataset.rows["relations"]:
        ends = {row.cells[c].partition(":")[0] for c in ("from", "to")}
        assert ends == set(LINKSETS[name])
        assert row.cells["note_sv"] and row.cells["note_en"] and row.cells["sources"]


def test_a_question_is_asked_with_and_without_links(kg: KnowledgeGraph) -> None:
    # the consultation of Skåne and that of Stockholm (SKA-F3, STO-F3) meet only through the linkset
    def neighbours(links: bool) -> set[str]:
        from medskick.queries.evaluate import select

        text = (
            "PREFIX msk: <https://w3id.org/medskick/ontology#> SELECT ?other { ?relation msk:relationFrom"
            " <https://w3id.org/medskick/id/skane/regionplan-skane-samrad> ; msk:relationTo ?other }"
        )
        return {term_text(r["other"]).rpartition("/")[2] for r in select(kg.store, text, links=links)}

    assert neighbours(False) == set()
    assert neighbours(True) == {"rufs-2050-samrad"}


def test_a_linkset_counts_only_where_both_its_datasets_do(kg: KnowledgeGraph) -> None:
    from medskick.queries.evaluate import dataset_graphs

    def joined(*names: str) -> set[str]:
        graphs = dataset_graphs(kg.store, names, links=True)
        return {g.value.partition("/graph/")[2] for g in graphs if "/links/" in g.value and "/derived" not in g.value}

    assert joined("skane", "national") == set()
    assert joined("skane", "stockholm") == {"links/skane-stockholm"}
    assert joined("skane", "stockholm", "halland") == set(LINKSETS)


# Descriptions: counted in the tables, or anew from the statements


def void(store: Store, subject: str, predicate: str) -> int:
    quads = store.quads_for_pattern(ox.NamedNode(subject), node(predicate), None, None)
    [value] = {term_text(q.object) for q in quads}
    return int(value)


@pytest.mark.parametrize(
    ("dataset", "table", "cls"),
    [
        ("stockholm", "changes", "Change"), ("stockholm", "lessons", "Lesson"), ("halland", "decisions", "Decision"),
        ("halland", "reflections", "Challenge"), ("skane", "lessons", "Lesson"),
    ],
)  # fmt: skip
def test_classes_are_counted(kg: KnowledgeGraph, dataset: str, table: str, cls: str) -> None:
    rows = [row for row in rows_of(table, [dataset]) if row.get("type", cls) == cls]
    assert void(kg.store, f"{DATASETS}{dataset}/class/{cls}", "void:entities") == len(rows) > 0


def test_references_to_the_national_level_are_a_linkset_of_their_own(kg: KnowledgeGraph) -> None:
    for name in ("skane", "stockholm", "halland"):
        linkset = f"{DATASETS}{name}/refers/national"
        assert void(kg.store, linkset, "void:triples") > 10
        ends = [
            term_text(q.object)
            for p in ("void:subjectsTarget", "void:objectsTarget")
            for q in named_quads(kg.store, ox.NamedNode(linkset), node(p))
        ]
        assert ends == [DATASETS + name, DATASETS + "national"]


def test_the_catalogue_keeps_to_dcat_ap(kg: KnowledgeGraph, shared: Path) -> None:
    import pyshacl
    import rdflib

    data = rdflib.Graph()
    described = (
        DATASETS,
        "https://w3id.org/medskick/catalogue",
        "https://www.iana.org/",
        "https://creativecommons.org/",
    )
    for quad in named_quads(kg.store):
        if term_text(quad.subject).startswith(described):
            raw = ox.serialize([ox.Triple(quad.subject, quad.predicate, quad.object)], format=ox.RdfFormat.N_TRIPLES)
            assert raw is not None
            data.parse(data=raw.decode(), format="nt")
    shapes = rdflib.Graph().parse(shared / "suites" / "shapes" / "dcat-ap-3.0.0-SHACL.ttl")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(set(data.subjects(rdflib.RDF.type, dcat.Dataset))) == 4 + len(LINKSETS)
    # what the authority tables of the Publications Office say of themselves
    skos, dcterms = rdflib.SKOS, rdflib.DCTERMS
    for named in {o for o in data.objects() if "resource/authority/" in str(o)}:
        for cls in (skos.Concept, dcterms.LinguisticSystem, dcterms.RightsStatement, skos.ConceptScheme):
            data.add((named, rdflib.RDF.type, cls))
        data.add((named, skos.prefLabel, rdflib.Literal(str(named), lang="en")))
        data.add((named, dcterms.title, rdflib.Literal(str(named), lang="en")))
    # every IRI is a resource (RDF Schema 1.1, 2.1), which the shapes ask for and nobody writes down
    for named in {o for o in data.objects() if isinstance(o, rdflib.URIRef)}:
        data.add((named, rdflib.RDF.type, rdflib.RDFS.Resource))
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert conforms, report


# Bad input


def change(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


JOINED = ("stockholm", "links/skane-stockholm")
GOTLAND = 'gotland = "https://w3id.org/medskick/id/gotland/"\n'
TOML, ROWS = "links/skane-stockholm/dataset.toml", "links/skane-stockholm/relations.csv"


@pytest.mark.browser_all
def test_a_bad_linkset_is_told(broken: Broken) -> None:
    """Several at once, each in a linkset of its own: each has its fault, in both languages."""
    # folder and joined datasets agree, but for their order
    folder = broken({TOML: change('["skane", "stockholm"]', '["stockholm", "skane"]')}, also=JOINED)
    whole = room("graph") / "links" / "skane-stockholm"
    links = folder / "links"
    edits: dict[str, tuple[str, Callable[[str], str]]] = {
        # listed under refers, but nowhere to be found
        "link-dataset": ("dataset.toml", lambda text: text.replace('"stockholm"]', '"gotland"]') + GOTLAND),
        "link-joins": ("dataset.toml", change('joins = ["skane", "stockholm"]', "")),
        "description-key": ("dataset.toml", change("said_by_sv", "said_by")),
        "link-ends": ("relations.csv", change("stockholm:rufs-2050-utstallning", "skane:regionplan-skane-samrad")),
    }
    for code, (file, edit) in edits.items():
        shutil.copytree(whole, links / code)
        path = links / code / file
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        toml = links / code / "dataset.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace("/skane-stockholm/", f"/{code}/"), encoding="utf-8")
    faults = assemble([folder], alone=True).faults
    for code, name, swedish, english in [
        ("link-name", "skane-stockholm", "mapp", "folder"), ("link-dataset", "link-dataset", "finns", "joins"),
        ("link-joins", "link-joins", "förbinder", "joins"), ("link-ends", "link-ends", "datamängd:id", "dataset:id"),
        ("description-key", "description-key", "saknas", "missing"),
    ]:  # fmt: skip
        of_it = [f for f in faults if f.code == code and f.file.startswith(f"links/{name}/")]
        assert of_it, code
        assert swedish in of_it[0].say("sv") and english in of_it[0].say("en")
        assert code != "link-ends" or "column to" in of_it[0].say("en")


@pytest.mark.browser_all
def test_a_link_without_a_reason_is_told(broken: Broken) -> None:
    def edit(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join([lines[0], lines[1].split(',"')[0].rstrip("\n") + ",,\n" if ',"' in lines[1] else lines[1]])

    folder = broken({ROWS: edit}, also=JOINED)
    faults = [f for f in assemble([folder], alone=True).faults if f.code == "link-why"]
    assert {f.column for f in faults} == {"note_sv"}
    assert "Varför" in faults[0].say("sv") and "Why" in faults[0].say("en")


@pytest.mark.browser_all
def test_a_link_to_a_thing_that_is_not_there_names_the_nearest(broken: Broken) -> None:
    folder = broken({ROWS: change("stockholm:rufs-2050-samrad", "stockholm:rufs-2050-samrat")}, also=JOINED)
    [fault] = [f for f in assemble([folder], alone=True).faults if f.code == "dangling"]
    assert fault.fix == "stockholm:rufs-2050-samrad"


def test_a_dataset_that_is_not_there_is_one_fault_of_its_linkset(broken: Broken) -> None:
    folder = broken({}, also=("halland", "links/skane-stockholm", "links/halland-stockholm"))
    faults = assemble([folder], alone=True).errors
    assert {(f.code, f.file, f.found) for f in faults} == {
        ("link-dataset", "links/skane-stockholm/dataset.toml", "stockholm"),
        ("link-dataset", "links/halland-stockholm/dataset.toml", "stockholm"),
    }


@pytest.mark.browser_all
def test_a_linkset_has_no_things_of_its_own(broken: Broken) -> None:
    folder = broken({}, also=JOINED)
    actors = (folder / "skane" / "actors.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "links" / "skane-stockholm" / "actors.csv").write_text("".join(actors[:2]), encoding="utf-8")
    assert "link-table" in {f.code for f in assemble([folder], alone=True).faults}


# A second region that reuses an id of the first


def test_the_same_id_in_two_regions_is_two_things_and_must_be_told_apart(kg: KnowledgeGraph, broken: Broken) -> None:
    def rename(text: str) -> str:
        return text.replace("\nregionstyrelsens-arbetsutskott,", "\nregion-skane,")

    move = change("regionstyrelsens-arbetsutskott", "region-skane")
    folder = broken({"halland/actors.csv": rename, "halland/participations.csv": move}, also=("halland",))
    assembled = assemble([folder], alone=True)
    assert assembled.errors == []
    assert {"skane", "halland"} <= {n for n, rows in assembled.index.rows.items() if "region-skane" in rows}
    with pytest.raises(AmbiguousThingError) as caught:
        find_thing(assembled.store, "region-skane")
    assert caught.value.choices == ["halland:region-skane", "skane:region-skane"]
    assert find_thing(assembled.store, "skane:region-skane").endswith("/id/skane/region-skane")


def test_a_region_that_takes_the_base_of_another_is_told(broken: Broken) -> None:
    same = "https://data.region.example/id/"
    edits = {f"{n}/dataset.toml": change(f"https://w3id.org/medskick/id/{n}/", same) for n in ("halland", "skane")}
    folder = broken(edits, also=("halland",))
    faults = [f for f in assemble([folder], alone=True).faults if f.code == "same-base"]
    assert len(faults) == 1
    assert "samma bas" in faults[0].say("sv") and "same base" in faults[0].say("en")


def test_an_id_of_another_region_without_its_name_is_told_with_the_name(broken: Broken) -> None:
    folder = broken({"halland/decisions.csv": change("dialog-finansdepartementet;", "kick-off;")}, also=("halland",))
    [fault] = [f for f in assemble([folder], alone=True).faults if f.code == "dangling"]
    assert fault.fix == "skane:kick-off"
