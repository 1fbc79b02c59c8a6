"""Readers' remarks: kept through kill -9, refused where they must be, shown only when accepted, never lost."""

import asyncio
import contextlib
import csv
import io
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from medskick.graph.faults import Faulty
from medskick.graph.lookups import Store
from medskick.knowledge_graph import KnowledgeGraph
from medskick.reports.csv_guard import guarded
from medskick.reports.document import Document, lines_of, plain
from medskick.templates import environment
from medskick.web.feedback.annotation import as_csv, as_jsonld
from medskick.web.feedback.box import Box, BoxError
from medskick.web.feedback.form import Draft, Gate, Result, check, form, post, same_site, thanks, there, token
from medskick.web.feedback.remark import RefusedError, StateError, UnknownRemarkError, checked
from medskick.web.http.problems import Problem
from medskick.web.operator import COMPLAINT, Operator, operator, registration_note, statement
from medskick.words import SHIPPED, Lang

KICK_OFF = "https://w3id.org/medskick/id/skane/kick-off"
PLANNED = "https://w3id.org/medskick/ontology#plannedDate"
LANGS = SHIPPED
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def put(box: Box, text: str = "Datumet är fel", **more: Any) -> int:
    return box.receive(**{"about": KICK_OFF, "statement": None, "kind": "wrong", "text": text, "lang": "sv", **more})


def bytes_of(box: Box) -> bytes:
    return b"".join(path.read_bytes() for path in box.path.parent.glob(box.path.name + "*"))


# Kept: through kill -9, by several processes, with its time


_WRITER = """
import sys
from pathlib import Path
from medskick.web.feedback.box import Box
box = Box(Path(sys.argv[1]))
for place in range(int(sys.argv[3])):
    text = f"{sys.argv[2]} {place} " + "ö" * 500
    print(box.receive("https://e.org/x", None, "other", text, "sv"), text, flush=True)
"""


def writer(folder: Path, name: str, count: int) -> "subprocess.Popen[str]":
    arguments = [sys.executable, "-c", _WRITER, str(folder), name, str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def test_what_was_acknowledged_survives_kill_9(box: Box) -> None:
    acknowledged: dict[int, str] = {}
    for turn in range(2):
        process = writer(box.path.parent, f"turn {turn}", 1_000_000)
        assert process.stdout is not None
        for _ in range(7 + 20 * turn):
            number, _, text = process.stdout.readline().rstrip("\n").partition(" ")
            acknowledged[int(number)] = text
        process.kill()
        for line in process.stdout.read().splitlines():
            number, _, text = line.partition(" ")
            # the last line may be cut by the kill: only what was read whole was acknowledged
            if text.endswith("ö" * 500):
                acknowledged[int(number)] = text
        process.wait()
        kept = {r.number: r.text for r in box.remarks()}
        assert acknowledged.items() <= kept.items()
        # at most one more than was told for each kill: written, its sender not yet told
        assert len(kept) - len(acknowledged) <= turn + 1
        with contextlib.closing(sqlite3.connect(box.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert put(box) == max(kept) + 1


def test_two_processes_begin_a_box_and_write_at_once(box: Box) -> None:
    processes = [writer(box.path.parent, name, 40) for name in ("one", "two")]
    numbers = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    assert [p.returncode for p in processes] == [0, 0] and [len(lines) for lines in numbers] == [40, 40]
    kept = [f"{r.number} {r.text}" for r in box.remarks()]
    assert sorted(kept) == sorted(numbers[0] + numbers[1])
    assert [r.number for r in box.remarks()] == list(range(1, 81))


def test_a_remark_has_its_time_and_nothing_of_its_sender(box: Box) -> None:
    entry = box.get(put(box, "Det var den 26:e\r\n", statement=(PLANNED, "2019-09-25"), page="/sv/id/skane/kick-off"))
    assert entry.text == "Det var den 26:e" and entry.statement == (PLANNED, "2019-09-25")
    assert entry.state == "pending" and TIME.fullmatch(entry.received)
    with contextlib.closing(sqlite3.connect(box.path)) as connection:
        columns = {row[1] for table in ("remark", "act") for row in connection.execute(f"PRAGMA table_info({table})")}
    assert columns == {
        "number", "name", "about", "property", "value", "kind", "lang", "page", "text", "bytes", "state", "sending",
        "place", "remark", "act", "time", "note",
    }  # fmt: skip
    if os.name == "posix":
        assert stat.S_IMODE(box.path.stat().st_mode) == 0o600


def test_a_build_leaves_the_box_alone(box: Box) -> None:
    from medskick.graph.store import save

    number = put(box)
    for place in range(3):
        save(
            [ox.Quad(ox.NamedNode(f"https://e.org/{place}"), ox.NamedNode(PLANNED), ox.Literal("x"))],
            box.path.parent,
            "t",
        )
    assert box.get(number).text == "Datumet är fel"


# Accepted, rejected, deleted: each an act, none forgotten


def test_only_what_was_accepted_is_shown(box: Box) -> None:
    pending, accepted, rejected, deleted, elsewhere = (
        put(box, f"synpunkt {n}", about=about) for n, about in enumerate([KICK_OFF] * 4 + ["https://e.org/y"])
    )
    assert box.published(KICK_OFF) == []
    box.accept(accepted)
    box.accept(deleted)
    box.accept(elsewhere)
    box.reject(rejected, "Stämmer med källan")
    box.delete(deleted, "Namn på en enskild")
    assert [r.number for r in box.published(KICK_OFF)] == [accepted]
    # a curator may think again; both acts stay
    box.reject(accepted, "Källan säger annat")
    box.accept(pending)
    assert [r.number for r in box.published(KICK_OFF)] == [pending]
    assert [a.act for a in box.get(accepted).acts] == ["received", "accepted", "rejected"]


def test_a_rejected_remark_is_kept(box: Box) -> None:
    entry = box.reject(put(box), "Stämmer med källan")
    assert entry.state == "rejected" and entry.text == "Datumet är fel"
    assert [(a.act, a.note) for a in entry.acts] == [("received", ""), ("rejected", "Stämmer med källan")]


def test_a_deleted_remark_leaves_its_tombstone_and_no_word_in_the_file(box: Box) -> None:
    for place in range(5):
        put(box, f"annan {place} " + "å" * 3000)
    number = put(box, "Hemligheten heter Brunbjörn. " * 100, page="/sv/id/skane/kick-off", token="t")
    box.accept(number)
    assert "Brunbjörn".encode() in bytes_of(box)
    entry = box.delete(number, "Uppgift om en enskild")
    assert entry.text == "" and entry.state == "deleted" and entry.about == KICK_OFF
    assert [(a.act, a.note) for a in entry.acts] == [
        ("received", ""), ("accepted", ""), ("deleted", "Uppgift om en enskild"),
    ]  # fmt: skip
    assert all(TIME.fullmatch(a.time) for a in entry.acts)
    assert "Brunbjörn".encode() not in bytes_of(box)
    for act in (box.accept, lambda n: box.reject(n, "nej"), lambda n: box.delete(n, "igen")):
        with pytest.raises(StateError):
            act(number)
    assert len(box.remarks()) == 6


@pytest.mark.parametrize(
    "change", ["DELETE FROM act", "UPDATE act SET note = 'annat'", "DELETE FROM remark WHERE number = 1"]
)
def test_the_log_cannot_be_rewritten(box: Box, change: str) -> None:
    box.reject(put(box), "Stämmer med källan")
    with contextlib.closing(sqlite3.connect(box.path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(change)


def test_an_act_says_why_without_personal_data(box: Box) -> None:
    number = put(box)
    for note in ("", "   ", "Ring 044-309 30 00", "x" * 1001):
        with pytest.raises(RefusedError):
            box.reject(number, note)
    assert box.get(number).state == "pending"


# Bounds, personal data, hostile text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\u200b\u200b", "empty"),
        ("x" * 4001, "long"),
        ("Skriv till anna.andersson@exempel.se", "personal"),
        ("Ring 044-309 30 00", "personal"),
        ("Född 19811218-9876", "personal"),
        ("Född １９８１１２１８-９８７６", "personal"),
    ],
)
def test_what_is_not_taken(box: Box, text: str, code: str) -> None:
    with pytest.raises(RefusedError) as error:
        put(box, text)
    assert error.value.code == code
    for lang in LANGS:
        said = error.value.say(lang)
        assert "{" not in said and not (code == "personal" and re.search(r"anna\.|309|9876|９８７６", said))
    assert box.remarks() == []


@pytest.mark.parametrize(
    "text", ["x" * 4000, "Beslutet 2019-09-25, dnr RS 2019/1234", "s. 12–14, https://e.org/a/2021-10-15", "1"]
)
def test_what_is_taken(box: Box, text: str) -> None:
    assert box.get(put(box, text)).text == text


def test_no_more_waits_than_there_is_room_for(tmp_path: Path) -> None:
    box = Box(tmp_path, most=2, most_bytes=10_000)
    first = put(box, "ett")
    put(box, "två")
    with pytest.raises(RefusedError, match="full"):
        put(box, "tre")
    # what the curator has read makes room
    box.reject(first, "Stämmer med källan")
    with pytest.raises(RefusedError, match="full"):
        put(Box(tmp_path, most_bytes=5_000), "å" * 2500)
    put(box, "tre")


HOSTILE = "<script>alert(1)</script> {{ 7*7 }} [bold]x[/bold] \x1b[31mröd\x00 '; DROP TABLE remark; -- \u202eabc"


def test_hostile_text_is_text(box: Box) -> None:
    entry = box.get(put(box, HOSTILE))
    # what a terminal would obey is gone, the rest stands as it was written
    assert entry.text == HOSTILE.replace("\x1b", "\ufffd").replace("\x00", "\ufffd")
    draft = Draft(KICK_OFF, None, "other", HOSTILE, '/sv/"><script>')
    form_values = form(box, "sv", draft, HOSTILE, None, Result(422, draft, faults={"text": HOSTILE}), HOSTILE)
    html = shown(form_values)
    signed = re.sub(r'name="token" value="[^"]*"', "", html)
    assert signed != html and "<script" not in html and "49" not in signed
    assert "&lt;script&gt;alert(1)" in html


def test_the_same_sent_again_is_one_remark(box: Box) -> None:
    first = put(box, token="a")
    assert put(box, token="a") == first
    assert len({first, put(box, token="b"), put(box, "annat", token="a"), put(box), put(box)}) == 5


def test_a_box_that_is_no_box_is_said(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_bytes(b"not a database at all, but long enough to be read as one" * 50)
    with pytest.raises(BoxError, match=r"feedback\.sqlite"):
        put(Box(tmp_path))
    # the pages go on without it
    assert Box(tmp_path).published(KICK_OFF) == []


# The form: signed, from this site, not too often


def test_a_token_is_for_its_page_and_a_day(box: Box) -> None:
    given = token(box, "/sv/a", now=1_000_000)
    assert check(box, given, "/sv/a", now=1_000_000) and check(box, given, "/sv/a", now=1_000_000 + 20 * 3600)
    assert not check(box, given, "/sv/b", now=1_000_000)
    assert not check(box, given, "/sv/a", now=1_000_000 + 25 * 3600)
    assert not check(box, given, "/sv/a", now=900_000)
    issued, chance, signature = given.split(".")
    for forged in ("", "x", "é.ö.å", f"{int(issued) + 1}.{chance}.{signature}", given[:-1], f"{given}0"):
        assert not check(box, forged, "/sv/a", now=1_000_000)
    # every process signs alike; another box does not
    assert check(Box(box.path.parent), given, "/sv/a", now=1_000_000)
    assert not check(Box(box.path.parent / "other"), given, "/sv/a", now=1_000_000)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://graf.region.example"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://graf.region.example"}, True),
        ({"origin": "https://graf.region.example.evil.example"}, False),
        ({"origin": "null", "referer": "http://graf.region.example/sv/x"}, True),
        ({"origin": "null", "referer": "http://evil.example/graf.region.example"}, False),
        ({"origin": "null"}, True),
        ({}, True),
    ],
)
def test_where_a_request_comes_from(headers: dict[str, str], ours: bool) -> None:
    assert same_site({"host": "graf.region.example", **headers}) is ours


def test_the_gate_holds_each_client_and_all_of_them() -> None:
    gate = Gate(burst=3, seconds=60, all_burst=5, all_seconds=10)
    assert [gate.wait("10.0.0.1", 0) for _ in range(4)] == [0, 0, 0, 61]
    assert gate.wait("10.0.0.1", 59) > 0 and gate.wait("10.0.0.1", 60) == 0
    gate = Gate(burst=3, seconds=60, all_burst=5, all_seconds=10)
    assert [gate.wait(f"10.0.0.{n}", 0) for n in range(6)] == [0, 0, 0, 0, 0, 11]
    assert gate.wait("10.0.0.9", 10) == 0
    # one who has an IPv6 network has no more than one who has an address
    gate = Gate(burst=1)
    assert gate.wait("2001:db8:1:2:a::1", 0) == 0 and gate.wait("2001:db8:1:2:b::2", 0) > 0
    assert gate.wait("2001:db8:1:3::1", 0) == 0
    assert b"2001" not in b"".join(gate._clients)
    for n in range(12_000):
        gate.wait(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", n * 100.0)
    assert len(gate._clients) <= 10_000


def shown(values: dict[str, Any], macro: str = 'form(values, "/sv/feedback")') -> str:
    import jinja2

    templates = environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    page = f'{{% import "feedback.j2" as feedback %}}{{{{ feedback.{macro} }}}}'
    return templates.from_string(page).render(values=values)


@contextlib.contextmanager
def served(box: Box, store: Store, gate: Gate) -> Iterator[TestClient]:
    async def answer(request: Request) -> Response:
        try:
            result = await post(request, box, gate, store, "en" if request.url.path.startswith("/en") else "sv")
        except Problem as problem:
            return problem.response()
        result_fields = {"number": result.number, "faults": dict(result.faults), "text": result.draft.text}
        return JSONResponse(result_fields, result.status)

    with TestClient(Starlette(routes=[Route("/{lang}/feedback", answer, methods=["POST"])])) as client:
        yield client


Sender = Callable[..., Any]


@pytest.fixture
def send(box: Box, kg: KnowledgeGraph) -> Iterator[Sender]:
    with served(box, kg.store, Gate(burst=3)) as client:

        def sender(lang: str = "sv", headers: dict[str, str] | None = None, **fields: str) -> Any:
            page = "/sv/id/skane/kick-off"
            data = {"about": KICK_OFF, "kind": "wrong", "text": "Datumet är fel", "page": page, **fields}
            data.setdefault("token", token(box, data["page"]))
            return client.post(
                f"/{lang}/feedback", data=data, headers={"Sec-Fetch-Site": "same-origin", **(headers or {})}
            )

        yield sender


def test_a_remark_is_sent(box: Box, send: Sender) -> None:
    answer = send(property=PLANNED, value="2019-09-25", text="Det blev den 26:e\r\ni Lund")
    assert (answer.status_code, answer.json()["faults"]) == (201, {})
    content = box.get(answer.json()["number"])
    assert content.statement == (PLANNED, "2019-09-25") and content.text == "Det blev den 26:e\ni Lund"
    assert content.page == "/sv/id/skane/kick-off" and content.lang == "sv"


@pytest.mark.parametrize(
    ("fields", "status", "name"),
    [
        ({"text": "Ring 044-309 30 00"}, 422, "text"),
        ({"text": "y" * 5000}, 422, "text"),
        ({"kind": "spam"}, 422, "kind"),
        ({"token": "1.x.y"}, 403, ""),
        ({"about": "https://w3id.org/medskick/id/skane/finns-inte"}, 404, ""),
        ({"about": "javascript:alert(1) <x>"}, 404, ""),
        ({"property": PLANNED, "value": "Anna Andersson, tel 0"}, 404, ""),
    ],
)
def test_a_fault_is_told_and_the_text_kept_for_its_sender(
    box: Box, send: Sender, fields: dict[str, str], status: int, name: str
) -> None:
    answer = send(**fields)
    assert (answer.status_code, list(answer.json()["faults"])) == (status, [name])
    assert answer.json()["text"] == fields.get("text", "Datumet är fel")
    assert send("en", **fields).json()["faults"] != answer.json()["faults"]
    assert box.remarks() == []


def test_all_faults_are_told_at_once(send: Sender) -> None:
    assert set(send(kind="", text="").json()["faults"]) == {"kind", "text"}


def test_another_site_cannot_send(box: Box, send: Sender) -> None:
    answer = send(headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert answer.status_code == 403 and box.remarks() == []


def test_signs_that_stand_for_many_letters_count_as_them() -> None:
    with pytest.raises(RefusedError) as caught:
        checked("x" + "\u3316" * 3_999)  # each is read as six
    assert caught.value.code == "long"
    assert checked("Ett av \ufb01ra fält, ½ mil" * 20)


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_an_origin_that_is_no_address_is_another_site(header: str) -> None:
    assert not same_site({header.lower(): "http://[::1", "host": "localhost"})


def test_a_text_is_searched_beside_the_event_loop(send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    beside: list[bool] = []

    def noted(text: str) -> str:
        try:
            asyncio.get_running_loop()
            beside.append(False)
        except RuntimeError:
            beside.append(True)
        return text

    monkeypatch.setattr("medskick.web.feedback.form.checked", noted)
    assert send().status_code == 201 and beside == [True]


def test_who_sends_too_often_waits(box: Box, send: Sender) -> None:
    # faults cost nothing
    assert [send(text="").status_code for _ in range(5)] == [422] * 5
    assert [send(text=f"nr {n}").status_code for n in range(5)] == [201, 201, 201, 429, 429]
    assert len(box.remarks()) == 3


def test_what_no_form_sends_is_a_problem(box: Box, kg: KnowledgeGraph) -> None:
    with served(box, kg.store, Gate()) as client:
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        for body, headers, status in (
            (b"text=" + b"x" * 300_000, form_type, 413),
            (b"{}", {"Content-Type": "application/json"}, 415),
            (b"text=%ff", form_type, 400),
            (b"text=\xe5", form_type, 400),
            (b"&".join(b"a%d=1" % n for n in range(100)), form_type, 400),
        ):
            assert client.post("/sv/feedback", content=body, headers=headers).status_code == status
    assert not box.path.exists()


def test_nothing_of_the_text_is_logged(send: Sender, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    send(text="Ring Brunbjörn, 044-309 30 00")
    send(text="Brunbjörn igen")
    assert "Brunbjörn" not in caplog.text


def test_only_what_the_graph_says_can_be_remarked_on(kg: KnowledgeGraph) -> None:
    assert there(kg.store, KICK_OFF, None) and there(kg.store, KICK_OFF, (PLANNED, "2019-09-25"))
    assert not there(kg.store, KICK_OFF, (PLANNED, "2019-09-26"))
    assert not there(kg.store, KICK_OFF, ("ingen iri <", "x")) and not there(kg.store, "", None)


@pytest.mark.parametrize("lang", LANGS)
def test_the_form_says_what_a_reader_must_know(box: Box, lang: Lang) -> None:
    html = shown(form(box, lang, Draft(KICK_OFF, (PLANNED, "2019-09-25"), page="/x"), "Kick-off", None))
    for words in {
        "sv": ("personuppgifter", "allmän handling", "Högst 4000 tecken", "innan det är godkänt"),
        "en": ("personal data", "public record", "At most 4000 characters", "until it has been accepted"),
    }[lang]:
        assert words in html
    assert 'method="post"' in html and 'name="value" value="2019-09-25"' in html
    assert "<script" not in html and "style=" not in html
    # the page's own heading says that it was received
    receipt = shown(thanks(lang, 17, "/sv/id/skane/kick-off"), "thanks(values)")
    assert "17" in receipt and "<h" not in receipt


# Out of the box: Web Annotations, and the list for a registry


def test_the_export_is_web_annotations(box: Box) -> None:
    first = put(box, "Datumet är fel", statement=(PLANNED, "2019-09-25"))
    second = put(box, "Deltagarna saknas", kind="missing", lang="sv")
    box.reject(first, "Stämmer med källan")
    box.delete(second, "Uppgift om en enskild")
    page = json.loads(as_jsonld(box.remarks()))
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    # the part of the standard's context that is needed here, so that nothing is fetched
    oa, activity = "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/activitystreams#"
    iris = {
        name: {"@id": oa + iri, "@type": "@vocab" if "otiv" in iri or iri == "hasPurpose" else "@id"}
        for name, iri in {
            "target": "hasTarget", "body": "hasBody", "source": "hasSource", "selector": "hasSelector",
            "motivation": "motivatedBy", "purpose": "hasPurpose",
        }.items()
    }  # fmt: skip
    terms = {name: oa + name for name in ("Annotation", "TextualBody", "SpecificResource", "editing", "commenting",
             "moderating", "classifying", "describing")}  # fmt: skip
    page["@context"][0] = {
        "id": "@id", "type": "@type", **iris, **terms, "items": {"@id": activity + "items", "@container": "@list"},
        "first": {"@id": activity + "first"}, "created": "http://purl.org/dc/terms/created",
        "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    }  # fmt: skip
    graph = rdflib.Graph().parse(data=json.dumps(page), format="json-ld")
    prefixes = f"PREFIX oa: <{oa}> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    asked = (
        prefixes
        + """SELECT ?text ?about ?value ?act {
        ?note oa:motivatedBy oa:editing ; oa:hasTarget ?target ; oa:hasBody/rdf:value ?text .
        ?target oa:hasSource ?about ; oa:hasSelector [ rdf:object ?value ; rdf:predicate ?property ] .
        ?moderation oa:hasTarget ?note ; oa:motivatedBy oa:moderating ; oa:hasBody [ oa:hasPurpose oa:classifying ;
            rdf:value ?act ] }"""
    )
    rows = [tuple(map(str, row)) for row in graph.query(asked)]  # type: ignore[arg-type]
    assert rows == [("Datumet är fel", KICK_OFF, "2019-09-25", "rejected")]
    assert "Deltagarna" not in json.dumps(page) and "Uppgift om en enskild" in json.dumps(page)
    # two remarks, an act on each; the tombstone has no body
    items = page["first"]["items"]
    assert page["total"] == len(items) == 4 and "body" not in items[2]
    assert [i["dcterms:identifier"] for i in items if "dcterms:identifier" in i] == ["1", "2"]


def test_the_list_for_the_registry(box: Box) -> None:
    put(box, '=HYPERLINK("http://evil.example")\nrad två')
    box.delete(put(box, "Deltagarna saknas"), "Uppgift om en enskild")
    rows = list(csv.reader(io.StringIO(guarded(as_csv(box.remarks(), "sv", lambda iri: "Kick-off")))))
    head, first, second = rows
    assert head[0] == "Nummer" and len(head) == len(first) == len(second) == 12
    assert first[0] == "1" and first[2:4] == ["Kick-off", KICK_OFF] and first[7].startswith("'=HYPERLINK")
    assert TIME.fullmatch(first[1]) and first[10] == "väntar" and first[11] == f"{first[1]} mottagen"
    assert second[7] == "" and second[10] == "raderad" and second[11].endswith("raderad: Uppgift om en enskild")


# The command line


def run(*args: str, lang: str = "sv") -> "subprocess.CompletedProcess[str]":
    """Run the command in this process's Python, as installed."""
    return subprocess.run(
        [sys.executable, "-c", "from medskick.cli import main; main()", "feedback", *args],
        capture_output=True, encoding="utf-8", timeout=60, check=False,
        env={**os.environ, "MEDSKICK_LANG": lang, "COLUMNS": "160"},
    )  # fmt: skip


def test_the_curators_way(store_folder: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder)
    box, store = Box(folder), ("--store", str(tmp_path / "store"))
    put(box, HOSTILE)
    put(box, "Deltagarna saknas", kind="missing")
    listed = run("list", *store)
    assert listed.returncode == 0, listed.stderr
    assert "Kick-off" in listed.stdout and "[bold]x[/bold]" in listed.stdout.replace("\n", "")
    assert "\x1b" not in listed.stdout and "\u202e" not in listed.stdout
    shown = run("show", "1", *store)
    assert "<script>alert(1)</script>" in shown.stdout and "\u202e" not in shown.stdout
    assert run("accept", "#2", *store).returncode == 0
    assert run("reject", "1", "--note", "Inget sagt", *store).returncode == 0
    assert [r.text for r in box.published(KICK_OFF)] == ["Deltagarna saknas"]
    rows = json.loads(run("list", "--state", "all", "--format", "json", *store).stdout)
    assert [(r["number"], r["state"]) for r in rows] == [(1, "rejected"), (2, "accepted")]
    target = tmp_path / "diarium.csv"
    done = run("export", "-o", str(target), *store)
    assert done.returncode == 0 and "2 synpunkter" in done.stderr
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(box.path.stat().st_mode) == 0o600
    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    assert [row[0] for row in rows] == ["Nummer", "1", "2"] and "avvisad: Inget sagt" in rows[1][11]


@pytest.mark.parametrize(
    ("args", "sv", "en"),
    [
        (("show", "13"), "ingen synpunkt 13. Numren går från 1 till 3", "no comment 13. The numbers go from 1 to 3"),
        (("accept", "x"), "Numren går från 1 till 3", "The numbers go from 1 to 3"),
        (("accept", "1"), "redan godkänd", "already accepted"),
        (("reject", "2", "--note", "Ring 044-309 30 00"), "ett telefonnummer", "a telephone number"),
        (("delete", "2", "--reason", " "), "Skriv varför", "Write why"),
        (("list", "--state", "ny"), "Läget ny finns inte", "There is no state ny"),
        (("export", "--format", "xml"), "jsonld, csv", "jsonld, csv"),
    ],
)
def test_a_curators_mistake_is_said_plainly(tmp_path: Path, args: tuple[str, ...], sv: str, en: str) -> None:
    box = Box(tmp_path)
    for n in range(3):
        put(box, f"synpunkt {n}")
    box.accept(1)
    for lang, expected in (("sv", sv), ("en", en)) if args[0] in ("show", "reject") else (("sv", sv),):
        result = run(*args, "--store", str(tmp_path), lang=lang)
        assert result.returncode == 2 and expected in result.stderr
        assert "Traceback" not in result.stderr and "309" not in result.stderr
    assert [r.state for r in box.remarks()] == ["accepted", "pending", "pending"]


def test_the_help_speaks_one_language() -> None:
    text = run("--help").stdout + run("delete", "--help").stdout
    assert "Läsares synpunkter" in text and "[krävs]" in text
    for word in ("Usage", "required", "default", "remark", "Show"):
        assert word not in text


def test_an_unknown_number_names_the_nearest(box: Box) -> None:
    with pytest.raises(UnknownRemarkError) as empty:
        box.get("1")
    assert empty.value.last == 0 and not box.path.exists()
    for _ in range(12):
        put(box)
    with pytest.raises(UnknownRemarkError) as error:
        box.get("122")
    assert (error.value.near, error.value.last) == ("12", 12)


# Who runs this copy


WHOLE = """
name = { sv = "Region Exempel", en = "Example Region" }
[contact]
mail = "registrator@region.example"
web = "https://region.example/kontakt"
[accessibility]
status = "partly"
assessed = "2026-10"
updated = 2026-11-20
method = { sv = "Självskattning med skärmläsare.", en = "Self-assessment with a screen reader." }
faults = [{ sv = "Bilder saknar text.", en = "Pictures lack text." }]
burden = { sv = "Äldre pdf-filer.", en = "Older PDF files." }
"""


def text_of(document: Document) -> str:
    lines = (plain(line) for block in document.blocks for line in lines_of(block))
    heads = (getattr(block, "text", "") for block in document.blocks)
    return "\n".join([document.title, plain(document.lead), *heads, *lines])


def read(folder: Path, text: str) -> Operator | None:
    (folder / "operator.toml").write_text(text, encoding="utf-8")
    return operator(folder)


def test_without_an_operator_nothing_is_declared(tmp_path: Path) -> None:
    assert operator(tmp_path) is None
    sv, en = text_of(statement("sv", None)), text_of(statement("en", None))
    assert "Ingen offentlig aktör har lämnat någon tillgänglighetsredogörelse" in sv
    assert "No public body has declared" in en
    for text in (sv, en):
        assert "axe-core" in text and "WCAG 2.1" in text
        # nothing invented: no verdict, no place to complain of a body that there is not
        assert "förenlig" not in text and "compliant" not in text and "digg.se" not in text
    assert "Ingen har angett vem" in registration_note("sv", None) and "allmän handling" in registration_note(
        "sv", None
    )


def test_a_statement_says_what_the_operator_declares(tmp_path: Path) -> None:
    value = read(tmp_path, WHOLE)
    sv, en = text_of(statement("sv", value)), text_of(statement("en", value))
    for text in (
        "Tillgänglighetsredogörelse", "Region Exempel", "Medskick är delvis förenlig med lagen (2018:1937)",
        "Bilder saknar text.", "Självskattning med skärmläsare.", "oktober 2026", "20 november 2026",
        "Äldre pdf-filer.", "registrator@region.example", "https://region.example/kontakt", COMPLAINT,
    ):  # fmt: skip
        assert text in sv
    for text in ("Example Region", "partially compliant", "Pictures lack text.", "October 2026", COMPLAINT):
        assert text in en
    assert "Region Exempel" in registration_note("sv", value)
    assert "Ingen offentlig aktör" not in sv


def test_an_operator_that_is_no_public_body_declares_nothing(tmp_path: Path) -> None:
    text = WHOLE.partition("[accessibility]")[0].replace("[contact]", "public_body = false\n[contact]")
    value = read(tmp_path, text)
    assert "No public body has declared" in text_of(statement("en", value))
    assert "registrator@region.example" in text_of(statement("en", value))
    assert "which is not a public body" in registration_note("en", value)


def test_the_operators_file_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "drift.toml"
    path.write_text("\ufeff" + WHOLE, encoding="utf-8")
    monkeypatch.setenv("MEDSKICK_OPERATOR", str(path))
    running_server = operator(tmp_path / "store")
    assert running_server is not None and running_server.name["en"] == "Example Region"
    monkeypatch.setenv("MEDSKICK_OPERATOR", str(tmp_path / "gone.toml"))
    with pytest.raises(Faulty, match=r"gone\.toml"):
        operator(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "key", "fix"),
    [
        ("name =", "nmae =", "nmae", "name"),
        ("status =", "statsu =", "accessibility.statsu", "status"),
        ('status = "partly"', 'status = "party"', "accessibility.status", "partly"),
        ('status = "partly"', 'status = "full"', "accessibility.status", "partly"),
        ('assessed = "2026-10"', 'assessed = "oktober 2026"', "accessibility.assessed", "2026-10"),
        ('en = "Example Region"', 'fr = "Région"', "name", None),
        ('en = "Pictures lack text."', 'en = ""', "accessibility.faults[1]", None),
        ('faults = [{ sv = "Bilder saknar text.", en = "Pictures lack text." }]', "", "accessibility.faults", None),
        ("[contact]", "public_body = false\n[contact]", "accessibility", None),
        ("[contact]", 'public_body = "ja"\n[contact]', "public_body", None),
        ("registrator@region.example", "registrator", "contact.mail", None),
        ("https://region.example/kontakt", "javascript:alert(1)", "contact.web", None),
        ("[contact]", "[contact", "", None),
    ],
)
def test_a_fault_in_the_operators_file_is_named(tmp_path: Path, old: str, new: str, key: str, fix: str | None) -> None:
    assert old in WHOLE
    with pytest.raises(Faulty) as error:
        read(tmp_path, WHOLE.replace(old, new))
    fault_list = [f for f in error.value.faults if f.file == (f"operator.toml, {key}" if key else "operator.toml")]
    assert len(fault_list) == 1 and fault_list[0].fix == fix
    for lang in LANGS:
        assert "operator.toml" in fault_list[0].say(lang) and "{known}" not in fault_list[0].say(lang)


def test_all_faults_of_the_operators_file_at_once(tmp_path: Path) -> None:
    with pytest.raises(Faulty) as error:
        read(tmp_path, '[contact]\nfax = "1"\n[accessibility]\nstatus = "ok"\n')
    assert {f.file.partition(", ")[2] for f in error.value.faults} == {
        "name", "contact", "contact.fax", "accessibility.status", "accessibility.assessed", "accessibility.updated",
        "accessibility.method",
    }  # fmt: skip
