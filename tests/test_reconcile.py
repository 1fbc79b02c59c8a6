"""The reconciliation service: held to the API's own schemas, and asked by a client that others wrote."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from starlette.testclient import TestClient

from conftest import SHARED, need
from medskick.web.app import Settings, create_app
from running import Server

SCHEMAS = SHARED / "suites" / "reconciliation-0.2-schemas"
ID = "https://w3id.org/medskick/id/"
REGION_SKANE, SKR = ID + "skane/region-skane", ID + "national/skr"


@pytest.fixture(scope="module")
def client(store_folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=store_folder)), raise_server_exceptions=False) as one:
        yield one


def valid(answer: object, schema: str) -> None:
    """Hold an answer to a schema of the API, where the schemas are."""
    need(SCHEMAS.is_dir(), "the schemas of the Reconciliation Service API (MEDSKICK_SHARED)")
    known = {path.name: json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")}
    resources = [(s["$id"], Resource.from_contents(s, default_specification=DRAFT7)) for s in known.values()]
    swagger = Resource.from_contents({"definitions": {"securityDefinitions": {}}}, default_specification=DRAFT7)
    registry: Registry[Any] = Registry().with_resources([*resources, ("http://swagger.io/v2/schema.json", swagger)])
    errors = [e.message for e in Draft7Validator(known[schema], registry=registry).iter_errors(answer)]
    assert errors == []


def reconciled(client: TestClient, lang: str = "sv", **queries: object) -> dict[str, Any]:
    answer = client.post(f"/{lang}/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    by_key: dict[str, Any] = answer.json()
    assert list(by_key) == list(queries)
    return by_key


def only(client: TestClient, query: object, lang: str = "sv") -> list[dict[str, Any]]:
    candidates: list[dict[str, Any]] = reconciled(client, lang, q0=query)["q0"]["result"]
    return candidates


@pytest.mark.parametrize("path", ["/reconcile", "/sv/reconcile", "/en/reconcile"])
def test_the_manifest_says_what_the_service_can_do(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "http://127.0.0.1:3333"})
    assert answer.headers["access-control-allow-origin"] == "*"
    manifest = answer.json()
    valid(manifest, "manifest.json")
    assert "msk:Organisation" in {t["id"] for t in manifest["defaultTypes"]}
    assert manifest["schemaSpace"] == "https://w3id.org/medskick/ontology#"


def test_the_language_is_the_address_s_else_the_reader_s(client: TestClient) -> None:
    named = {
        path: client.get(path, headers={"Accept-Language": "sv"}).json()["suggest"]["entity"]["service_url"]
        for path in ("/reconcile", "/en/reconcile")
    }
    assert named == {
        "/reconcile": "http://localhost/sv/reconcile",
        "/en/reconcile": "http://localhost/en/reconcile",
    }


def test_a_name_in_any_language_finds_its_thing(client: TestClient) -> None:
    batch = reconciled(
        client,
        q0={"query": "Region Skane", "type": "msk:Organisation"},
        q1={"query": "Swedish Association of Local Authorities and Regions"},
        q2={"query": "SKR", "limit": 2},
    )
    valid(batch, "reconciliation-result-batch.json")
    first = batch["q0"]["result"][0]
    assert (first["id"], first["score"], first["match"]) == (REGION_SKANE, 100, True)
    assert first["name"] == "Region Skåne" and first["type"][0]["id"] == "msk:Organisation"
    assert batch["q2"]["result"][0]["id"] == SKR and len(batch["q2"]["result"]) <= 2


def test_two_groups_of_municipalities_are_no_match(client: TestClient) -> None:
    candidates = only(client, {"query": "Sveriges Kommuner och Regioner"})
    seven = [c for c in candidates if c["id"] == ID + "skane/sju-kommuner"]
    assert all(c["score"] < 40 and not c["match"] for c in seven)


def test_a_score_tells_what_it_is_made_of(client: TestClient) -> None:
    query = {"query": "Samråd", "type": "Phase", "properties": [{"pid": "process", "v": "Regionplan för Skåne"}]}
    best, second = only(client, query)[:2]
    assert best["id"] == ID + "skane/regionplan-skane-samrad" and best["match"]
    assert {f["id"]: f["value"] for f in best["features"]} == {"name": 100, "type": 100, "process": 100}
    assert "namnet ”samråd”: 100 av 100, process: 100 av 100" in best["description"]
    # the same name in another process: the name counts for seven tenths
    parts = {f["id"]: f["value"] for f in second["features"]}
    assert second["score"] == pytest.approx(0.7 * parts["name"] + 0.3 * parts["process"], abs=0.1)


def test_several_of_one_name_are_no_match(client: TestClient) -> None:
    several = [c for c in only(client, {"query": "Samråd", "type": "Phase"}) if c["score"] == 100]
    assert len(several) >= 2 and not any(c["match"] for c in several)


def test_what_is_not_known_of_a_thing_does_not_count(client: TestClient) -> None:
    # the row of Familjen Helsingborg names no territory
    query = {"query": "Familjen Helsingborg", "properties": [{"pid": "territory", "v": "Halland"}]}
    assert only(client, query)[0]["score"] == 100


def test_another_type_is_left_out_or_only_counts_less(client: TestClient) -> None:
    query = {"query": "Region Skåne", "type": ["Process"]}
    assert REGION_SKANE not in [c["id"] for c in only(client, query)]
    [less] = [c for c in only(client, {**query, "type_strict": "should"}) if c["id"] == REGION_SKANE]
    assert less["score"] == 90 and not less["match"]
    assert only(client, {"query": "Region Skåne", "type": ["Process", "Actor"], "type_strict": "all"}) == []


def test_values_alone_find_things(client: TestClient) -> None:
    query = {"type": "Phase", "properties": [{"pid": "process", "v": {"id": ID + "skane/regionplan-skane"}}]}
    phases = [c["id"] for c in only(client, query) if c["score"] == 100]
    assert ID + "skane/regionplan-skane-granskning" in phases and all("skane/" in phase for phase in phases)


def test_a_query_by_get_is_answered_as_one_by_post(client: TestClient) -> None:
    queries = json.dumps({"q0": {"query": "Boverket"}})
    by_get = client.get("/sv/reconcile?" + urlencode({"queries": queries})).json()
    assert by_get == reconciled(client, q0={"query": "Boverket"})


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_entities_types_and_columns_are_suggested(client: TestClient, lang: str) -> None:
    def suggested(what: str, **given: str) -> list[dict[str, Any]]:
        answer = client.get(f"/{lang}/reconcile/suggest/{what}?" + urlencode(given)).json()
        valid(answer, {"entity": "suggest-entities-response.json", "type": "suggest-types-response.json"}.get(
            what, "suggest-properties-response.json"
        ))  # fmt: skip
        offered: list[dict[str, Any]] = answer["result"]
        return offered

    assert REGION_SKANE in [one["id"] for one in suggested("entity", prefix="Region Sk", type="Actor")]
    assert "msk:Lesson" in [one["id"] for one in suggested("type", prefix={"sv": "medsk", "en": "less"}[lang])]
    assert "territory" in [one["id"] for one in suggested("property", prefix={"sv": "områ", "en": "terr"}[lang])]
    everything = [one["id"] for one in suggested("property", prefix="")]
    assert suggested("property", prefix="", cursor="5")[0]["id"] == everything[5]


def test_columns_are_proposed_for_a_type(client: TestClient) -> None:
    proposal = client.get("/sv/reconcile/properties?type=msk:Phase&limit=100").json()
    valid(proposal, "data-extension-property-proposal.json")
    assert {"process", "phase_type", "start"} <= {p["id"] for p in proposal["properties"]}
    assert "territory" not in {p["id"] for p in proposal["properties"]}
    assert len(client.get("/sv/reconcile/properties?type=Phase&limit=2").json()["properties"]) == 2


def test_a_table_is_extended_by_columns(client: TestClient) -> None:
    phase = ID + "skane/regionplan-skane-samrad"
    asked = {"ids": [phase, "nothing there"], "properties": [{"id": "process"}, {"id": "label"}, {"id": "start"}]}
    valid(asked, "data-extension-query.json")
    answer = client.post("/en/reconcile", data={"extend": json.dumps(asked)}).json()
    valid(answer, "data-extension-response.json")
    assert [column["id"] for column in answer["meta"]] == ["process", "label", "start"]
    row = answer["rows"][phase]
    assert row["process"][0]["id"] == ID + "skane/regionplan-skane"
    assert row["label"] == [{"str": "Consultation (samråd)"}]
    assert answer["rows"]["nothing there"] == {"process": [], "label": [], "start": []}


def test_a_preview_may_be_shown_inside_another_page(client: TestClient) -> None:
    answer = client.get("/sv/reconcile/preview?id=" + quote(REGION_SKANE, safe=""))
    assert answer.status_code == 200 and "frame-ancestors *" in answer.headers["content-security-policy"]
    assert (
        "<strong>Region Skåne</strong>" in answer.text
        and 'href="http://localhost/sv/id/skane/region-skane"' in answer.text
    )
    flyout = client.get("/en/reconcile/flyout/entity?id=" + quote(REGION_SKANE, safe="")).json()
    assert flyout["id"] == REGION_SKANE and "Region Skåne" in flyout["html"]
    for what, name in (("type", "Phase"), ("property", "territory")):
        assert client.get(f"/en/reconcile/flyout/{what}?id={name}").status_code == 200


def test_an_id_leads_to_its_page(client: TestClient) -> None:
    answer = client.get("/en/reconcile/view?id=" + REGION_SKANE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/id/skane/region-skane")


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ({"queries": "{"}, "not JSON"),
        ({"queries": "[]"}, "JSON object"),
        ({"queries": "[" * 100_000}, "not JSON"),
        ({"queries": '{"q": {"query": "\\ud800"}}'}, "not JSON"),
        ({"queries": '{"q": 1}'}, "JSON object"),
        ({"queries": '{"q": {}}'}, "needs query or properties"),
        ({"queries": '{"q": {"query": 1}}'}, "must be a text"),
        ({"queries": json.dumps({"q": {"query": "x" * 501}})}, "longer than 500"),
        ({"queries": '{"q": {"query": "x", "limit": 0}}'}, "limit"),
        ({"queries": '{"q": {"query": "x", "limit": Infinity}}'}, "limit"),
        ({"queries": '{"q": {"query": "x", "type": "Person"}}'}, "no type Person"),
        ({"queries": '{"q": {"query": "x", "type_strict": "perhaps"}}'}, "type_strict"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "colour", "v": "red"}]}}'}, "no column colour"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "label"}]}}'}, "pid and v"),
        ({"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(51)})}, "More than 50"),
        ({"extend": "{}"}, "ids must be a list"),
        ({"extend": '{"ids": [], "properties": [{}]}'}, "needs an id"),
        ({"extend": json.dumps({"ids": ["x"] * 501, "properties": []})}, "more than 500"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(client: TestClient, given: dict[str, str], detail: str) -> None:
    answer = client.post("/sv/reconcile", data=given)
    assert answer.status_code == 400 and detail in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_body_that_is_no_form_is_refused(client: TestClient) -> None:
    assert client.post("/sv/reconcile", json={"queries": {}}).status_code == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/sv/reconcile", content=b"queries=%ff", headers=form).status_code == 400
    assert client.post("/sv/reconcile", content=b"q=" + b"x" * 1_000_001, headers=form).status_code == 413
    preflight = client.options("/sv/reconcile", headers={"Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204 and "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("path", ["view", "preview", "flyout/entity"])
def test_an_unknown_id_is_not_found(client: TestClient, path: str) -> None:
    for given in ("", "no iri", ID + "skane/nothing-of-that-name"):
        assert client.get(f"/sv/reconcile/{path}?id=" + quote(given)).status_code == 404, given


@pytest.mark.browser_all
def test_an_independent_client_reconciles_a_column(server: Server) -> None:
    pandas = pytest.importorskip("pandas")
    reconciler = pytest.importorskip("reconciler")
    column = pandas.Series(["Region Skåne", "Boverket", "Länsstyrelsen i Skåne län"])
    table = reconciler.reconcile(
        column, type_id="msk:Organisation", reconciliation_endpoint=server.address.rstrip("/") + "/sv/reconcile"
    )
    by_name = {row["input_value"]: row["id"] for row in table.to_dict("records")}
    assert by_name == {
        "Region Skåne": REGION_SKANE,
        "Boverket": ID + "national/boverket",
        "Länsstyrelsen i Skåne län": ID + "national/lansstyrelsen-skane",
    }
