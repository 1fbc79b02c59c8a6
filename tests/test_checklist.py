"""The checklist of a phase: its points, the days counted from a start, and the files that it goes out as."""

import io
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from icalendar import Calendar
from starlette.testclient import TestClient
from typer.testing import CliRunner

from conftest import FIRST
from medskick import cli
from medskick.knowledge_graph import KnowledgeGraph
from medskick.reports.document import Document, Step, plain, steps_of
from medskick.reports.graph_reader import GraphReader
from medskick.reports.lead_time import Lead, NotADayError, day_of, days_from, months_after
from medskick.reports.xlsx import as_xlsx
from medskick.rooms import room
from medskick.web.app import Settings, create_app
from medskick.words import SHIPPED


@pytest.fixture(scope="module")
def client(store_folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=store_folder)), raise_server_exceptions=False) as one:
        yield one


@pytest.fixture(scope="module")
def review(kg: KnowledgeGraph) -> Document:
    return kg.handbook("review", region="halland", starts="2027-03-01", lang="en")


def point(document: Document, begins: str) -> Step:
    """The point that begins so, or that has this identifier of a rule."""
    [step] = [s for s in steps_of(document) if plain(s.what).startswith(begins) or s.key.endswith(f"/{begins}")]
    return step


# SKA-F4: the review 23 September to 31 December 2021, decided in September (SKA-B10);
# STO-F5: the exhibition 27 June to 3 November 2017, decided 8 June (STO-B6)


def test_what_the_law_demands_stands_first_with_its_provision(kg: KnowledgeGraph) -> None:
    document = kg.handbook("consultation", region="halland", lang="en")
    first = steps_of(document)[0]
    assert "via 7 kap. 5 §" in plain(first.what)
    report = point(document, "samradsredogorelse")  # NAT-R92
    assert [one for one in map(plain, report.below) if one.startswith("Consultation report, RUFS 2050 – RUFS 2050")]
    # who may appeal, and on which grounds the State may speak, is nothing to do for whoever makes the plan
    assert not [s for s in steps_of(kg.handbook("review", lang="en")) if s.key.endswith("/fem-grunder-for-yttrandet")]


def test_a_kind_that_several_had_is_a_point_with_each_version_below(kg: KnowledgeGraph) -> None:
    decided = point(kg.handbook("review", lang="en"), "Decision to put on review")
    assert plain(decided.what).endswith("in 2 processes")
    text = "; ".join(map(plain, decided.below))
    assert "Growth and Regional Planning Committee (TRN), 8 June 2017, 19 days before the start" in text
    assert "Regional Development Committee (RUN), September 2021" in text
    assert all(any(span.cites for span in one) for one in decided.below)


def test_the_laws_least_time_gives_the_first_day_the_review_may_end(review: Document) -> None:
    step = point(review, "granskning-minst-tre-manader")
    assert (step.first, step.last) == ("2027-06-01", "2027-06-01")
    assert plain(step.when) == "1 June 2027 at the earliest"


def test_what_others_did_gives_a_range_of_days(review: Document) -> None:
    # 19 days before in Stockholm, in Skåne from 22 days before (1 September) to 7 after (30 September)
    decided = point(review, "Decision to put on review")
    assert (decided.first, decided.last) == ("2027-02-07", "2027-03-08")
    # 99 days after the start in Skåne, 129 in Stockholm
    ends = point(review, "The phase ends")
    assert (ends.first, ends.last) == ("2027-06-08", "2027-07-08")
    assert plain(ends.when) == "between 8 June 2027 and 8 July 2027"


def test_without_a_start_nothing_has_a_day(kg: KnowledgeGraph) -> None:
    assert not [s for s in steps_of(kg.handbook("review", lang="en")) if s.first or s.last or s.when]


@pytest.mark.parametrize(
    ("start", "when", "lead"),
    [
        ("2016-04-08", "2016-03-22", Lead(-17, -17)),
        ("2016-04-08", "2016-04", Lead(-7, 22)),
        ("2016-04-08", "2016-10/2017-03", Lead(176, 206)),
        # a year, a season, a doubt: no number of days is known
        ("2016-04-08", "2016", None),
        ("2016-04-08", "2016-21", None),
        ("2016-04-08", "2016-04-01~", None),
        ("2016-04-08", "../2016-04-01", None),
        ("2020", "2020-03-01", None),
    ],
)
def test_only_what_is_known_to_the_month_gives_a_lead_time(start: str, when: str, lead: Lead | None) -> None:
    assert Lead.between(start, when) == lead


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (Lead(-1, -1), "1 day before the start"),
        (Lead(-17, -17), "17 days before the start"),
        (Lead(0, 0), "on the day it started"),
        (Lead(0, 31), "0–31 days after the start"),
        (Lead(-22, 7), "between 22 days before and 7 days after the start"),
        # 445 days are 14.6 months
        (Lead(445, 445), "about 15 months after the start"),
        (Lead(-210, -180), "about 6–7 months before the start"),
    ],
)
def test_lead_times_in_words(kg: KnowledgeGraph, lead: Lead, words: str) -> None:
    assert lead.words(GraphReader(kg.store, "en")) == words


def test_days_are_counted_from_the_start() -> None:
    assert days_from(date(2027, 3, 1), [Lead(-17, -17), Lead(-5, 3)]) == ("2027-02-12", "2027-03-04")
    assert days_from(None, [Lead(1, 1)]) == days_from(date(2027, 3, 1), []) == ("", "")
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2027, 10, 1), 3) == date(2028, 1, 1)


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        ("2027-3-1", "2027-03-01"),
        ("1 mars 2027", "2027-03-01"),
        ("2027-03", "2027-03-01"),
        ("20270301", "2027-03-01"),
        ("2027-02-30", None),
        ("0027-03-01", None),
        ("i vår", None),
    ],
)
def test_a_day_that_is_none_is_told_with_what_it_means(given: str, fix: str | None) -> None:
    with pytest.raises(NotADayError) as caught:
        day_of(given)
    assert caught.value.fix == fix


# ---- the files


def test_the_calendar_is_read_by_the_library_and_holds_each_dated_point(kg: KnowledgeGraph, review: Document) -> None:
    written = kg.handbook_file("review", region="halland", starts="2027-03-01", lang="en")
    calendar: Any = Calendar.from_ical(written)
    assert calendar.errors == [] and calendar["version"] == "2.0" and calendar["prodid"].startswith("-//Medskick//")
    events = calendar.walk("VEVENT")
    assert [event.errors for event in events] == [[]] * len(events)
    dated = [step for step in steps_of(review) if step.first]
    assert [str(event["summary"]) for event in events] == [plain(step.what) for step in dated]
    assert [event["dtstart"].dt.isoformat() for event in events] == [step.first for step in dated]
    # the end is the day after the last
    assert [(event["dtend"].dt - date.fromisoformat(s.last)).days for event, s in zip(events, dated, strict=True)] == (
        [1] * len(dated)
    )
    name = plain(point(review, "granskning-minst-tre-manader").what)
    least = next(event for event in events if str(event["summary"]) == name)
    assert "1 June 2027 at the earliest" in least["description"] and "se-lex" in least["description"]


def test_the_calendar_keeps_to_the_lines_of_the_standard(kg: KnowledgeGraph) -> None:
    written = kg.handbook_file("consultation", starts="2027-03-01", lang="sv")
    # RFC 5545, 3.1: lines end with CRLF and have 75 octets at most; 3.6.1: UID and DTSTAMP once in each event
    assert written.endswith("\r\n") and "\n" not in written.replace("\r\n", "")
    assert max(len(text.encode()) for text in written.split("\r\n")) <= 75
    unfolded = written.replace("\r\n ", "")
    uids = re.findall(r"\r\nUID:(.+)", unfolded)
    assert len(uids) == len(set(uids)) == unfolded.count("BEGIN:VEVENT") == unfolded.count("\r\nDTSTAMP:") > 3
    assert all(re.fullmatch(r"[A-Z-]+(;[^:]+)?:.*", text) for text in unfolded.split("\r\n")[:-1])
    # no clock in it: the stamp is the last change of the data, and an event keeps its name when the start is moved
    described = (tomllib.loads((room("graph") / name / "dataset.toml").read_text(encoding="utf-8")) for name in FIRST)
    modified = max(str(one["modified"]) for one in described)
    stamps = set(re.findall(r"DTSTAMP:(\d{8})T000000Z", unfolded))
    assert stamps == {modified.replace("-", "")}
    assert kg.handbook_file("consultation", starts="2027-03-01", lang="sv") == written
    later = kg.handbook_file("consultation", starts="2027-04-01", lang="sv").replace("\r\n ", "")
    assert re.findall(r"\r\nUID:(.+)", later) == uids


def test_the_workbook_has_the_points_in_order_of_time(review: Document) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(review)))
    rows = [[cell.value for cell in row] for row in book["Checklist"].iter_rows()]
    assert rows[0][:6] == ["Done", "To do", "From", "To", "Based on", "What others did"]
    days = [str(row[2]) for row in rows[1:] if row[2]]
    assert days == sorted(days) and len(rows) - 1 == len(steps_of(review))
    assert ["The phase ends", "2027-06-08", "2027-07-08"] in [row[1:4] for row in rows]


@pytest.mark.parametrize("lang", SHIPPED)
def test_the_command_writes_a_calendar_and_refuses_what_is_no_day(
    lang: str, tmp_path: Path, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDSKICK_STORE", str(store_folder))
    monkeypatch.setattr(cli.common, "LANG", lang)
    target = tmp_path / "plan.ics"
    args = ["handbook", "--phase", "review", "--lang", lang, "-o", str(target)]
    done = CliRunner().invoke(cli.app, [*args, "--starts", "2027-03-01"])
    assert done.exit_code == 0 and target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n"), done.output
    for starts, value in (("2027-3-1", "2027-03-01"), ("", "--starts 2027-03-01")):
        refused = CliRunner().invoke(cli.app, [*args, "--starts", starts])
        assert refused.exit_code == 2 and value in refused.output and "Traceback" not in refused.output


@pytest.mark.parametrize("lang", SHIPPED)
@pytest.mark.parametrize("path", ["phase/review?", "handbook?phase-type=review&"])
def test_the_page_keeps_the_day_and_gives_the_calendar(client: TestClient, lang: str, path: str) -> None:
    html = client.get(f"/{lang}/{path}starts=2027-03-01").text
    assert '<input type="date" name="starts" value="2027-03-01"' in html
    word = {"sv": "Kalender", "en": "Calendar"}[lang]
    [address] = re.findall(rf'<a href="([^"]+)">{word}</a>', html)
    answer = client.get(unescape(address))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert ".ics" in answer.headers["content-disposition"] and answer.text.startswith("BEGIN:VCALENDAR")
    plainly = client.get(f"/{lang}/{path}").text
    assert f">{word}</a>" not in plainly and ">Excel</a>" in plainly


@pytest.mark.parametrize("lang", SHIPPED)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("starts=1/3", {"sv": "är ingen dag", "en": "is not a day"}),
        ("format=ics", {"sv": "räknas från", "en": "counted from"}),
    ],
)
def test_a_bad_day_is_a_page_that_helps(client: TestClient, lang: str, query: str, message: dict[str, str]) -> None:
    for path in ("phase/review?", "handbook?phase-type=review&"):
        answer = client.get(f"/{lang}/{path}{query}", headers={"accept": "text/html"})
        assert answer.status_code == 400 and message[lang] in answer.text
