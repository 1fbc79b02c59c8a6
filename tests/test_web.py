"""The server as its users meet it: results in every form, linked data, questions as an API, pages, clients."""

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from docx import Document
from openpyxl import load_workbook
from starlette.testclient import TestClient

from conftest import LESSON_COUNT
from medskick.graph.lookups import named_quads
from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import Catalogue
from medskick.queries.query import Param
from medskick.reports.document import Paragraph, plain
from medskick.web import linked_data
from medskick.web.app import Settings, create_app
from medskick.words import Lang
from running import Answer, Server, running

LESSONS = "SELECT ?l WHERE { ?l a <https://w3id.org/medskick/ontology#Lesson> }"


def sparql(server: Server, query: str, accept: str | None = None, **more: str) -> Answer:
    headers = {"Accept": accept} if accept else {}
    return server.ask("GET", "/sparql?" + urlencode({"query": query, **more}), headers)


# SPARQL: every form, q-values, HEAD, entity tags


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("image/png, text/*;q=0.3", "text/csv"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
    ],
)
def test_solutions_in_the_form_that_is_liked_best(server: Server, accept: str | None, media: str) -> None:
    answer = sparql(server, LESSONS, accept)
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == media
    assert "Accept" in answer.headers["vary"]
    assert answer.body.count(b"/id/") == LESSON_COUNT


@pytest.mark.parametrize("name", ["nope", "\x03", "a b", "%", "<x>"])
def test_an_unknown_dataset_is_refused_whatever_its_name(server: Server, name: str) -> None:
    answer = server.ask("GET", "/questions/decisions-in-order?" + urlencode({"dataset": name}))
    assert answer.status == 400 and b"skane" in answer.body


@pytest.mark.parametrize(
    ("media", "form"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
        ("application/trig", "trig"),
        ("application/n-quads", "nquads"),
    ],
)
def test_graphs_in_every_form(server: Server, media: str, form: str) -> None:
    query = "CONSTRUCT { ?l a <http://e.org/L> } WHERE { ?l a <https://w3id.org/medskick/ontology#Lesson> }"
    answer = sparql(server, query, media)
    assert answer.headers["content-type"].startswith(media)
    graph = rdflib.Dataset(default_union=True).parse(data=answer.body.decode(), format=form)
    assert len(graph) == LESSON_COUNT


def test_nothing_acceptable_is_406(server: Server) -> None:
    answer = sparql(server, LESSONS, "image/png")
    assert answer.status == 406
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_query_names_line_and_column(server: Server) -> None:
    answer = sparql(server, "SELECT *\nWHERE {\n  ?s ?p }")
    content = json.loads(answer.body)
    assert answer.status == 400
    assert (content["line"], content["status"]) == (3, 400)
    assert content["column"] > 0 and content["expected"] and "line 3" in content["detail"]


def test_the_dataset_of_the_protocol_is_kept_to(server: Server) -> None:
    skane = "https://w3id.org/medskick/graph/skane"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    alone = int(csv_of(sparql(server, count, "text/csv", **{"default-graph-uri": skane}))[1][0])
    assert 0 < alone < int(csv_of(sparql(server, count, "text/csv"))[1][0])
    # the merge of a graph with itself is that graph
    twice = server.ask("GET", "/sparql?" + urlencode([("query", count), *[("default-graph-uri", skane)] * 2, ("format", "csv")]))  # noqa: E501  # fmt: skip
    assert int(csv_of(twice)[1][0]) == alone
    # default-graph-uri alone: there are no named graphs then
    named = "ASK { GRAPH ?g { ?s ?p ?o } }"
    assert json.loads(sparql(server, named, **{"default-graph-uri": skane}).body)["boolean"] is False
    assert json.loads(sparql(server, named).body)["boolean"] is True


def csv_of(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.body.decode())))


def test_linksets_are_asked_only_when_named(server: Server) -> None:
    query = "ASK { ?r a <https://w3id.org/medskick/ontology#Relation> ; <https://w3id.org/medskick/ontology#relationTo> <https://w3id.org/medskick/id/stockholm/rufs-2050-samrad> }"  # noqa: E501
    assert json.loads(sparql(server, query).body)["boolean"] is False
    links = "https://w3id.org/medskick/graph/links/skane-stockholm"
    assert json.loads(sparql(server, query, **{"default-graph-uri": links}).body)["boolean"] is True


def test_an_answer_the_client_has_is_not_sent_again(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": LESSONS})
    tag = server.ask("GET", path).headers["etag"]
    again = server.ask("GET", path, {"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    other = server.ask("GET", path, {"If-None-Match": tag, "Accept": "text/csv"})
    assert other.status == 200


def test_head_is_get_without_a_body(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": LESSONS})
    head, get = server.ask("HEAD", path), server.ask("GET", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.browser_all
def test_a_large_result_is_streamed_and_whole(server: Server, kg: KnowledgeGraph) -> None:
    answer = sparql(server, "SELECT * { GRAPH ?g { ?s ?p ?o } }", "text/tab-separated-values")
    assert answer.headers.get("transfer-encoding") == "chunked"
    assert answer.body.count(b"\n") == len(list(named_quads(kg.store))) + 1


def test_compression(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 500"})
    packed = server.ask("GET", path, {"Accept-Encoding": "gzip", "Accept": "text/csv"})
    assert packed.headers["content-encoding"] == "gzip" and packed.body[:2] == b"\x1f\x8b"


def test_other_sites_may_read_data_and_nothing_else(server: Server) -> None:
    assert sparql(server, "ASK {}").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in server.ask("GET", "/sv/").headers
    asking = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    before = server.ask("OPTIONS", "/sparql", asking)
    assert before.status == 204 and "POST" in before.headers["access-control-allow-methods"]


# Linked data: one table of cases

KICK_OFF = "/id/skane/kick-off"
CASES: list[tuple[str, str | None, int, str]] = [
    (KICK_OFF, "text/html", 303, "/sv/id/skane/kick-off"),
    (KICK_OFF, None, 303, "/sv/id/skane/kick-off"),
    (KICK_OFF, "text/turtle", 303, "/data/id/skane/kick-off.ttl"),
    (KICK_OFF, "application/ld+json", 303, "/data/id/skane/kick-off.jsonld"),
    (KICK_OFF, "application/rdf+xml;q=0.9, text/html;q=0.8", 303, "/data/id/skane/kick-off.rdf"),
    (KICK_OFF, "application/n-triples", 303, "/data/id/skane/kick-off.nt"),
    (KICK_OFF, "image/png", 406, ""),
    ("/id/skane/no-such-thing", "text/html", 404, ""),
    ("/id/nowhere/kick-off", "text/turtle", 404, ""),
    ("/concept/phase-type/consultation", "text/turtle", 303, "/data/concept/phase-type/consultation.ttl"),
    ("/concept/phase-type/fika", "text/turtle", 404, ""),
    ("/dataset/skane", "text/turtle", 303, "/data/dataset/skane.ttl"),
    ("/ontology", "text/turtle", 303, "/data/ontology.ttl"),
    ("/ontology", "text/html", 303, "/sv/ontology"),
    ("/ontology/0.1.0", "text/turtle", 303, "/data/ontology.ttl"),
    ("/ontology/9.9.9", "text/turtle", 404, ""),
    ("/.well-known/void", "text/turtle", 303, "/data/catalogue.ttl"),
    ("/data/id/skane/kick-off.ttl", None, 200, "text/turtle; charset=utf-8"),
    ("/data/id/skane/kick-off.jsonld", None, 200, "application/ld+json"),
    ("/data/id/skane/kick-off.papyrus", None, 404, ""),
    ("/data/skane.nq", None, 200, "application/n-quads"),
    ("/data/links/skane-stockholm.ttl", None, 200, "text/turtle; charset=utf-8"),
    ("/data/gotland.ttl", None, 404, ""),
    ("/data/ontology.ttl", None, 200, "text/turtle; charset=utf-8"),
]


KEPT = (
    '<https://w3id.org/medskick/ontology> <http://www.w3.org/2002/07/owl#versionInfo> "0.0.9" .\n'
    "<https://w3id.org/medskick/ontology#Hint> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://www.w3.org/2002/07/owl#Class> .\n"
)


@pytest.mark.browser_all
@pytest.mark.parametrize(
    ("accept", "leads"), [("text/html", "ttl"), ("text/turtle", "ttl"), ("*/*", "ttl"), ("application/n-triples", "nt")]
)
def test_an_earlier_version_of_the_ontology_stays(
    store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accept: str, leads: str
) -> None:
    # who wrote data with a term since taken out can still read what it meant
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0.0.9.nt").write_text(KEPT, encoding="utf-8")
    monkeypatch.setattr(linked_data, "room", lambda name: {"ontology": tmp_path}[name])
    with TestClient(create_app(Settings(store=store_folder)), follow_redirects=False) as client:
        answer = client.get("/ontology/0.0.9", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/data/ontology/0.0.9.{leads}")
        reply = client.get(answer.headers["location"])
        assert reply.status_code == 200 and "Hint" in reply.text and "Lesson" not in reply.text
        missing = client.get("/ontology/0.0.8", headers={"Accept": accept})
        assert missing.status_code == 404 and "0.0.9" in missing.text
        assert accept == "text/html" or missing.json()["known"] == ["0.0.9", "0.1.0"]
        assert client.get("/data/ontology/../../pyproject.ttl").status_code == 404
        page = client.get("/en/ontology").text
        assert "Version 0.1.0" in page and "/data/ontology/0.0.9.ttl" in page


@pytest.mark.parametrize(("path", "accept", "status", "leads"), CASES)
def test_linked_data(server: Server, path: str, accept: str | None, status: int, leads: str) -> None:
    headers = {"Accept-Language": "sv"} | ({"Accept": accept} if accept else {})
    answer = server.ask("GET", path, headers)
    assert answer.status == status, answer.body[:300]
    if status == 303:
        assert answer.headers["location"] == leads
        assert "Accept" in answer.headers["vary"]
        assert server.ask("GET", leads).status == 200 or leads.startswith("/data/")
    elif status == 200:
        assert answer.headers["content-type"] == leads
        assert answer.headers["etag"]
    elif accept == "text/html":
        # browsers open permanent names too; one shows its own error instead of a problem+json
        assert answer.headers["content-type"] == "text/html; charset=utf-8" and "Accept" in answer.headers["vary"]
        assert "Sidan finns inte" in answer.body.decode()
    else:
        assert answer.headers["content-type"] == "application/problem+json"


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [("SELECT ?x WHERE {\n ?x ?y }", 400, "rad 2, kolumn"), ("INSERT DATA { <a:b> <a:b> 1 }", 400, "rad 1, kolumn 1")],
)
def test_a_query_sent_by_the_form_comes_back_with_its_fault(
    server: Server, query: str, status: int, message: str
) -> None:
    body = urlencode({"query": query, "format": "csv"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": BROWSER, "Accept-Language": "sv"}
    answer = server.ask("POST", "/sparql", headers, body.encode())
    text = unescape(answer.body.decode())
    assert answer.status == status and message in text and query in text
    assert "/sv/sparql?" + urlencode({"query": query}) in text


def test_what_is_said_of_a_thing(server: Server) -> None:
    answer = server.ask("GET", "/data" + KICK_OFF + ".nt")
    graph = rdflib.Graph().parse(data=answer.body.decode(), format="nt")
    thing = rdflib.URIRef("https://w3id.org/medskick/id/skane/kick-off")
    msk = rdflib.Namespace("https://w3id.org/medskick/ontology#")
    # SKA-D3: organised by Region Skåne, whose name comes along; the data has permanent IRIs, not the server's
    assert (thing, msk.organiser, rdflib.URIRef("https://w3id.org/medskick/id/skane/region-skane")) in graph
    assert "Region Skåne" in {str(o) for o in graph.objects(None, rdflib.RDFS.label)}
    assert any(graph.subjects(None, thing)), "what points at it stands there too"
    assert server.address not in answer.body.decode()
    for link in ('rel="about"', 'rel="license"', "text/html"):
        assert link in answer.headers["link"]


def test_the_catalogue_tells_of_every_dataset(server: Server) -> None:
    graph = rdflib.Graph().parse(data=server.ask("GET", "/data/catalogue.ttl").body, format="turtle")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(set(graph.objects(None, dcat.dataset))) == 7


@pytest.mark.browser_all
def test_a_dataset_with_a_base_of_its_own_and_a_withdrawn_name(tmp_path: Path, store_folder: Path) -> None:
    named, other = ox.NamedNode, "https://gotland.example/sak/"
    kg = KnowledgeGraph(store_folder)
    graph = named("https://w3id.org/medskick/graph/gotland")
    dataset = named("https://w3id.org/medskick/dataset/gotland")
    extra = [
        ox.Quad(dataset, named("http://rdfs.org/ns/void#uriSpace"), ox.Literal(other), graph),
        ox.Quad(named(other + "mote"), named("http://www.w3.org/2000/01/rdf-schema#label"), ox.Literal("Möte", language="sv"), graph),  # noqa: E501
        ox.Quad(named(other + "borta"), named("http://www.w3.org/2002/07/owl#deprecated"), ox.Literal(True), graph),
    ]  # fmt: skip
    save([*kg.store, *extra], tmp_path, inputs="gotland")
    with running(tmp_path) as server:
        assert server.ask("GET", "/id/gotland/mote", {"Accept": "text/turtle"}).status == 303
        assert other + "mote" in server.ask("GET", "/data/id/gotland/mote.nt").body.decode()
        assert server.ask("GET", "/sv/id/gotland/mote").status == 200
        assert server.ask("GET", "/id/gotland/borta", {"Accept": "text/html"}).status == 410


# Questions as an API


def test_a_question_in_its_forms(server: Server) -> None:
    path = "/questions/decisions-in-order?process=rufs-2050&lang=en"
    content = json.loads(server.ask("GET", path, {"Accept": "application/json"}).body)
    # STO-F1a, STO-B1 to B9
    assert len(content["rows"]) == 10
    assert server.ask("GET", path, {"Accept": "text/csv"}).body.count(b"\n") == 11
    book = load_workbook(io.BytesIO(server.ask("GET", path + "&format=xlsx").body))
    assert book.active is not None and book.active.max_row == 11
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}


def test_a_question_as_sparql_results(server: Server) -> None:
    path = "/questions/decisions-in-order?process=rufs-2050"
    answer = server.ask("GET", path, {"Accept": "application/sparql-results+json"})
    assert answer.headers["content-type"] == "application/sparql-results+json"
    # STO-F1a, STO-B1 to B9, as the query itself gives them
    assert len(json.loads(answer.body)["results"]["bindings"]) == 10
    assert server.ask("GET", path + "&format=srx").body.count(b"<result>") == 10
    assert server.ask("GET", "/questions/decisions-in-order?format=srj&process=gotland").status == 400


def test_a_question_looks_up_what_each_parameter_may_be_once(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medskick.queries import binding

    counted: list[str] = []
    look_up = binding.allowed_values

    def counting(store: ox.Store, param: Param, datasets: Sequence[str] | None = None) -> binding.Allowed:
        counted.append(param.option)
        return look_up(store, param, datasets)

    monkeypatch.setattr(binding, "allowed_values", counting)
    asked = Catalogue().question("dialogues-by-phase")
    with TestClient(create_app(Settings(store=store_folder))) as client:
        page = client.get("/sv/questions/dialogues-by-phase?phase-type=samr%C3%A5d")
        # the form offers it, the answer needs it, and the query that the editor opens with names it
        assert page.status_code == 200 and 'value="consultation"' in page.text
        assert "concept/phase-type/consultation" in page.text
        assert sorted(counted) == sorted(param.option for param in asked.params)
        counted.clear()
        # for the data only what was given matters
        assert client.get("/questions/dialogues-by-phase?phase-type=samr%C3%A5d").status_code == 200
        assert counted == ["phase-type"]


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_an_office_document_is_the_same_whenever_it_is_made(kg: KnowledgeGraph, form: str) -> None:
    from medskick.reports.docx import as_docx
    from medskick.reports.xlsx import as_xlsx

    make = {"xlsx": as_xlsx, "docx": as_docx}[form]
    document = kg.document(kg.ask("decisions-in-order", process="rufs-2050"))
    first = make(document)
    time.sleep(1.1)
    assert make(document) == first


def test_each_row_of_an_answer_cites_what_it_tells(kg: KnowledgeGraph) -> None:
    # STO-B8, of the plan's adoption: the sources of that decision, not those of its whole process
    document = kg.document(kg.ask("decisions-in-order", process="rufs-2050"))
    [(_, table)] = document.tables
    adopted = next(row for row in table.rows if "RUFS 2050 is adopted" in plain(row[1]))
    assert [s.rpartition("/")[2] for span in adopted[1] for s in span.sources] == [
        "antagen-plan-efter",
        "processen-bakom-rufs",
    ]
    assert not any(span.sources for row in table.rows for span in row[0])
    # where a source read in part is not in the list, the note names it as before
    notes = [plain(block.line) for block in document.blocks if isinstance(block, Paragraph)]
    assert any("read only in part" in note and "(" in note for note in notes)


@pytest.mark.parametrize(("lang", "adopted"), [("sv", "12 juni 2018"), ("en", "12 June 2018")])
def test_an_answer_to_take_along(server: Server, lang: str, adopted: str) -> None:
    # STO-B8: the regional council adopts RUFS 2050
    path = f"/questions/decisions-in-order?process=rufs-2050&lang={lang}&format="
    page = server.ask("GET", path + "html")
    assert page.headers["content-disposition"] == 'attachment; filename="decisions-in-order.html"'
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}">' in page.body.decode() and adopted in page.body.decode()
    answer = server.ask("GET", path + "docx")
    word = Document(io.BytesIO(answer.body))
    assert answer.headers["content-disposition"] == 'attachment; filename="decisions-in-order.docx"'
    [table] = word.tables
    assert len(table.rows) == 11 and any(adopted in cell.text for row in table.rows for cell in row.cells)
    # a browser that asks for the address itself still gets data
    reply = server.ask("GET", path.replace("&format=", ""), {"Accept": "text/html,*/*;q=0.8"})
    assert reply.headers["content-type"] == "application/json"


def test_links_and_datasets_as_parameters(server: Server) -> None:
    path = "/questions/challenges-tried-elsewhere?process=regionplan-halland&lang=en"
    plain, linked = (json.loads(server.ask("GET", path + more).body)["rows"] for more in ("", "&links=true"))
    # the linksets halland-skane and halland-stockholm each say of one lesson that it may answer Halland's disagreement
    assert len([row for row in linked if row not in plain]) == 2 and all(row in linked for row in plain)
    # a dataset named twice is the same dataset
    once, twice = (
        json.loads(server.ask("GET", "/questions/decisions-in-order?" + search).body)["rows"]
        for search in ("dataset=skane", "dataset=skane&dataset=skane")
    )
    assert once == twice and len(once) > 5


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/questions/no-such-question", 404, "known"),
        ("/questions/decisions-in-order?process=gotland", 400, "allowed"),
        ("/questions/decisions-in-order?proces=skane", 400, "known"),
        ("/questions/decisions-in-order?dataset=gotland", 400, "known"),
        ("/questions/decisions-in-order?lang=de", 400, "detail"),
        ("/questions/decisions-in-order?format=papyrus", 400, "detail"),
        ("/questions/decisions-in-order?links=perhaps", 400, "detail"),
        ("/questions/decisions-in-order?process=rufs-2050&process=rufs-2010", 400, "detail"),
    ],
)
def test_a_wrong_parameter_lists_what_is_allowed(server: Server, path: str, status: int, words: str) -> None:
    answer = server.ask("GET", path)
    assert answer.status == status
    assert words in json.loads(answer.body)


def test_cells_that_begin_like_a_formula_are_made_harmless() -> None:
    from medskick.reports.csv_guard import guarded

    assert guarded('a,b\n=1+1,"@x"\n-2,ok\n-2.5,- ja\n+3,-2+3\n') == "a,b\n'=1+1,'@x\n-2,ok\n-2.5,'- ja\n'+3,'-2+3\n"


def test_openapi_describes_every_question(server: Server) -> None:
    content = json.loads(server.ask("GET", "/openapi.json").body)
    assert {p.removeprefix("/questions/") for p in content["paths"]} == {q.slug for q in Catalogue().questions()}
    params = content["paths"]["/questions/dialogues-by-phase"]["get"]["parameters"]
    phase = next(p for p in params if p["name"] == "phase-type")
    assert "consultation" in phase["schema"]["enum"]


# Pages


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(
    "path",
    ["/", "/sparql", "/ontology", "/questions/dialogues-by-phase?phase-type=consultation", "/views/decision-chain",
     "/id/skane/kick-off", "/id/stockholm/prioritering-folkhalsa", "/concept/phase-type/consultation",
     "/dataset/halland"],
)  # fmt: skip
def test_pages_in_both_languages(server: Server, lang: Lang, path: str) -> None:
    answer = server.ask("GET", f"/{lang}{path}")
    assert answer.status == 200
    text = answer.body.decode()
    assert f'<html lang="{lang}">' in text
    if "views" not in path:
        assert text.count("<h1>") == 1 and 'class="skip"' in text
        # nothing inline that the policy would block: scripts are files, data in the page is JSON
        assert not any(word in text for word in (" style=", "<script>", " onclick="))


def test_the_start_is_in_the_readers_language(server: Server) -> None:
    for given, lang in (("sv-SE,en;q=0.5", "sv"), ("en", "en"), ("de", "en"), ("", "sv")):
        answer = server.ask("GET", "/", {"Accept-Language": given} if given else {})
        assert (answer.status, answer.headers["location"]) == (303, f"/{lang}/")


@pytest.mark.browser_all
def test_labels_are_text(tmp_path: Path, store_folder: Path) -> None:
    thing = ox.NamedNode("https://w3id.org/medskick/id/skane/hostile")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    graph = ox.NamedNode("https://w3id.org/medskick/graph/skane")
    hostile = ox.Quad(thing, label, ox.Literal("<script>alert(1)</script>", language="sv"), graph)
    save([*KnowledgeGraph(store_folder).store, hostile], tmp_path, inputs="hostile")
    with running(tmp_path) as server:
        text = server.ask("GET", "/sv/id/skane/hostile").body.decode()
        assert "<script>" not in text and "&lt;script&gt;" in text


def test_behind_a_proxy_under_a_prefix(store_folder: Path) -> None:
    from starlette.testclient import TestClient

    from medskick.web import Settings, create_app

    with TestClient(create_app(Settings(store=store_folder)), root_path="/medskick") as client:
        answer = client.get("/medskick/id/skane/kick-off", headers={"Accept": "text/turtle"}, follow_redirects=False)
        assert answer.headers["location"] == "/medskick/data/id/skane/kick-off.ttl"
        page = client.get("/medskick/sv/").text
        assert 'href="/medskick/assets/pages.css"' in page and 'href="/sv/' not in page


# The command


def test_a_taken_port_gives_another(server: Server) -> None:
    from medskick.web.serve import free_port

    host, port = server.place
    assert free_port(host, port) != port


def test_an_address_is_encoded_once(server: Server) -> None:
    assert server.ask("GET", "/questions/decisions-in-order?process=" + quote("Regionplan för Skåne")).status == 200


@pytest.mark.fuzz
@pytest.mark.parametrize(
    ("phase", "operations"),
    # random requests to every question; each edge of the description on two that have every kind of parameter
    [("fuzzing", None), ("coverage", ("dialogues-by-phase", "challenges-tried-elsewhere"))],
)
def test_schemathesis_finds_nothing(
    server: Server, tmp_path: Path, phase: str, operations: tuple[str, ...] | None
) -> None:
    """Requests made from the OpenAPI description, right and wrong ones: each answer is as the description says."""
    schema = tmp_path / "openapi.json"
    schema.write_bytes(server.ask("GET", "/openapi.json").body)
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(schema), "--url", server.address.rstrip("/"),
        "--phases", phase, "--max-examples", "5", "--seed", "1", "--workers", "2", "--request-timeout", "60",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
        "negative_data_rejection,positive_data_acceptance,unsupported_method",
        *(f"--include-operation-id={name}" for name in operations or ()),
    ]  # fmt: skip
    # it keeps examples where it stands
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert f"{len(operations or Catalogue().questions())} selected" in done.stdout
