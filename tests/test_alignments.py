"""Alignments with other vocabularies: the files, judged by SSSOM's own validator; the graph in others' terms."""

import csv
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from starlette.testclient import TestClient

from medskick.knowledge_graph import KnowledgeGraph
from medskick.links.alignments import alignment_quads, alignments, forms_of, in_terms_of, vocabularies
from medskick.ontology import term_text, vocabulary
from medskick.rooms import room
from medskick.web.app import Settings, create_app
from medskick.words import group

FILES = sorted((room("ontology") / "alignments").glob("*.sssom.tsv"))
ELI_DL = "http://data.europa.eu/eli/eli-draft-legislation-ontology#"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SKANE = "https://w3id.org/medskick/id/skane/"


@pytest.mark.browser_all
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_each_file_passes_the_validator_of_sssom(path: Path) -> None:
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    reports = validate(parse_sssom_table(str(path)), fail_on_error=True)
    assert all(not report.results for report in reports.values())


def test_each_mapping_is_of_a_term_of_ours_and_says_why_and_how_sure() -> None:
    own = {term_text(quad.subject) for quad in vocabulary().quads}
    mappings = [mapping for mapped in alignments().values() for mapping in mapped]
    assert len(mappings) > 150
    for mapping in mappings:
        assert mapping.subject in own, mapping
        assert mapping.justification == "https://w3id.org/semapv/vocab/ManualMappingCuration"
        assert 0 < float(mapping.confidence) <= 1 and mapping.object and mapping.label


def seen(shared: Path) -> str:
    """The files of other vocabularies, as text."""
    folders = (shared / "suites" / "shapes", shared / "suites" / "uk-plan-events")
    return "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.iterdir()))


def test_no_term_is_named_from_memory(shared: Path) -> None:
    # what the vocabularies' own files show, as far as they are here or in rdflib
    text = seen(shared)
    prefixes = {"eli-dl": "eli-dl:", "dcat-ap-plu": "plu:"}
    for name, prefix in prefixes.items():
        for mapping in alignments()[name]:
            local = mapping.object.rpartition("#")[2].rpartition("/")[2]
            own = mapping.object.startswith((ELI_DL, "http://specs.diplanung.de/plu/"))
            assert not own or f"{prefix}{local}" in text, mapping
    for mapping in alignments()["dcat-ap-plu"]:
        if "processStepType#" in mapping.object:
            assert f'"{mapping.object}"' in text, mapping
    events = {row.split(",")[0]: row.split(",")[1] for row in text.splitlines() if row.startswith("295")}
    for mapping in alignments()["uk-plan-events"]:
        assert events[mapping.object.rpartition("/")[2]] == mapping.label
    for mapping in alignments()["schema-org"]:
        assert mapping.object.removeprefix(str(rdflib.SDO)) in rdflib.SDO


def test_what_the_ontology_says_of_prov_is_what_the_file_says() -> None:
    prov = str(rdflib.PROV)
    axioms = {
        (term_text(q.subject), q.predicate.value, term_text(q.object))
        for q in vocabulary().quads
        if q.predicate.value.endswith(("#subClassOf", "#subPropertyOf")) and term_text(q.object).startswith(prov)
    }
    ours = {axiom for axiom in axioms if "/medskick/" in axiom[0]}
    assert {(m.subject, m.predicate, m.object) for m in alignments()["prov-o"]} == ours


def graph_of(kg: KnowledgeGraph, name: str) -> rdflib.Graph:
    made = in_terms_of(kg.store, name)
    assert not isinstance(made, str)
    raw = ox.serialize(made, format=ox.RdfFormat.N_TRIPLES)
    assert raw is not None
    return rdflib.Graph().parse(data=raw.decode(), format="nt")


def test_a_query_in_the_terms_of_eli_dl_finds_our_things(kg: KnowledgeGraph) -> None:
    # SKA-F5: the review of Skåne's plan; SKA-F6, SKA-R74: adopted on 14 June 2022
    query = f"""PREFIX eli-dl: <{ELI_DL}>
        SELECT ?part ?start ?end WHERE {{
          <{SKANE}regionplan-skane> a eli-dl:Process ; eli-dl:consists_of ?part .
          ?part a eli-dl:Activity ; eli-dl:activity_start_date ?start ; eli-dl:activity_end_date ?end }}"""
    graph = graph_of(kg, "eli-dl")
    rows = {tuple(map(str, row)) for row in graph.query(query)}  # type: ignore[arg-type]
    assert (f"{SKANE}regionplan-skane-granskning", "2021-09-23", "2021-12-31") in rows
    decided = graph.query(f"PREFIX eli-dl: <{ELI_DL}> SELECT ?d {{ ?d a eli-dl:Decision ; eli-dl:activity_date ?day }}")
    assert f"{SKANE}regionplanen-antas" in {str(row[0]) for row in decided}  # type: ignore[index]


def test_what_is_planned_is_a_foreseen_activity(kg: KnowledgeGraph) -> None:
    planned = rdflib.URIRef("https://w3id.org/medskick/concept/event-status/planned")
    status = rdflib.URIRef("https://w3id.org/medskick/ontology#status")
    ours = {term_text(q.subject) for q in kg.store.quads_for_pattern(None, ox.NamedNode(status), ox.NamedNode(planned))}
    kinds = graph_of(kg, "eli-dl")
    for thing in ours:
        types = {str(t) for t in kinds.objects(rdflib.URIRef(thing), rdflib.RDF.type)}
        assert f"{ELI_DL}Activity" not in types, thing


def test_a_query_in_the_terms_of_schema_org_finds_our_things(kg: KnowledgeGraph) -> None:
    # SKA-D9: dialogue during the review; SKA-D3: of the kick-off only the invitation has been read
    graph = graph_of(kg, "schema-org")
    query = """PREFIX schema: <https://schema.org/>
        SELECT ?event ?start ?end { ?event a schema:Event ; schema:organizer ?who
          OPTIONAL { ?event schema:startDate ?start ; schema:endDate ?end } }"""
    rows = {tuple(None if part is None else str(part) for part in row) for row in graph.query(query)}  # type: ignore[union-attr]
    assert (f"{SKANE}granskningsdialoger", "2021-09-23", "2021-12-31") in rows
    assert (f"{SKANE}kick-off", None, None) in rows


def deviations(data: rdflib.Graph, shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """What a graph deviates in: the shape, or the property of a shape without a name; the constraint."""
    import pyshacl

    for shape in list(shapes.subjects(SH.ignoredProperties)):
        if (shape, SH.closed, None) not in shapes:
            # pySHACL refuses the whole file for it
            shapes.remove((shape, SH.ignoredProperties, None))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    deviating = set()
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        source = report.value(result, SH.sourceShape)
        name = str(source if isinstance(source, rdflib.URIRef) else report.value(result, SH.resultPath))
        part = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
        deviating.add((name.replace("/", "#").rpartition("#")[2], part.removesuffix("ConstraintComponent")))
    return deviating


OF_PLU = {
    # what no source tells is left empty: two processes without an owner, some without a description
    ("contactPoint", "MinCount"), ("description", "MinCount"), ("publisher", "MinCount"),
}  # fmt: skip
OF_ELI_EP = {
    # addresses and lists of the European Parliament
    *((cls, "Pattern") for cls in (
        "Activity", "ActivityType", "Decision", "DecisionOutcome", "ForeseenActivity", "Organization", "Participation",
        "ParticipationRole", "Process", "ProcessStage", "ProcessType", "Work", "WorkType",
    )),
    *((f"P{n}", "HasValue") for n in (193, 197, 233, 240, 246, 249)),
    ("P174", "MinCount"), ("P84", "MinCount"),
    # a class in the shape is a list, of which nothing can be a member
    ("P179", "Class"),
    # not known, or not to the day; the time of day never
    ("P15", "MinCount"), ("P17", "MinCount"), ("P64", "MinCount"), ("P65", "MinCount"), ("P66", "MinCount"),
    ("P67", "MinCount"), ("P66", "Datatype"), ("P67", "Datatype"), ("P108", "MinCount"),
    # any number of actors take part, in a process as well
    ("P92", "MaxCount"), ("P92", "MinCount"), ("Process", "Closed"),
}  # fmt: skip


@pytest.mark.browser_all
@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [("dcat-ap-plu", "dcat-ap-plu-shapes.ttl", OF_PLU), ("eli-dl", "eli-ep-shacl.ttl", OF_ELI_EP)],
)
def test_the_exports_pass_the_shapes_of_their_vocabularies(
    whole_kg: KnowledgeGraph, shared: Path, name: str, file: str, expected: set[tuple[str, str]]
) -> None:
    shapes = rdflib.Graph().parse(shared / "suites" / "shapes" / file)
    assert deviations(graph_of(whole_kg, name), shapes) <= expected


def test_the_plan_timetable_uses_the_code_list(whole_kg: KnowledgeGraph, shared: Path) -> None:
    text = in_terms_of(whole_kg.store, "plan-timetable")
    assert isinstance(text, str)
    rows = list(csv.DictReader(text.splitlines()))
    codes = (shared / "suites" / "uk-plan-events" / "local-plan-event.csv").read_text(encoding="utf-8")
    known = {row["reference"] for row in csv.DictReader(codes.splitlines())}
    assert {row["local-plan-event"] for row in rows} <= known
    assert max(Counter(row["reference"] for row in rows).values()) == 1
    # SKA-F5, SKA-F6
    days = {(row["local-plan"], row["local-plan-event"]): row["event-date"] for row in rows}
    assert days["skane/regionplan-skane", "plan-adopted"] == "2022-06-14"
    assert days["skane/regionplan-skane", "reg-19-public-consultation-start"] == "2021-09-23"
    for row in rows:
        assert row["local-plan-event"].startswith("estimated-") == bool(row["predicted-earliest-date"])
        assert row["event-date"] or row["predicted-earliest-date"] or row["notes"]


@pytest.mark.browser_all
def test_they_are_served_and_offered_by_the_command(store_folder: Path) -> None:
    with TestClient(create_app(Settings(store=store_folder))) as client:
        served = rdflib.Graph().parse(data=client.get("/data/alignments.ttl").text, format="turtle")
        assert len(served) == len({q.triple for q in alignment_quads()})
        table = client.get("/data/alignments/eli-dl.sssom.tsv")
        assert table.text == FILES[[f.name for f in FILES].index("eli-dl.sssom.tsv")].read_text(encoding="utf-8")
        assert table.headers["content-type"].startswith("text/tab-separated-values")
        for name in vocabularies():
            for ending in forms_of(name):
                assert client.get(f"/data/as/{name}.{ending}").status_code == 200
        for wrong in ("as/nothing.ttl", "as/eli-dl.csv", "as/plan-timetable.ttl", "alignments/nothing.sssom.tsv"):
            assert client.get(f"/data/{wrong}").status_code == 404, wrong
        page = client.get("/en/ontology").text
        assert "/data/alignments/eli-dl.sssom.tsv" in page and f'href="{ELI_DL}Decision"' in page
    for text in group("cli")["export-as"].values():
        assert all(name in text for name in vocabularies())
