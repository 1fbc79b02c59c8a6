"""What is new since a day or since the last visit, and the feed: by hand from the datasets' own descriptions."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from browser import chromium, present
from conftest import need
from medskick.web.app import Settings, create_app
from medskick.words import SHIPPED, Lang
from running import Server, running

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
# RFC 3339 with a time zone, as RFC 4287 3.3 wants it
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


@pytest.fixture(scope="module")
def client(whole_store: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=whole_store))) as client:
        yield client


def listed(page: str, group: str) -> list[str]:
    """The datasets under a heading."""
    return re.findall(r'data-dataset="([^"]+)"', page.partition(f'<h2 id="{group}"')[2].partition("<h2")[0])


def test_what_is_new_and_what_is_changed_after_a_day(client: TestClient) -> None:
    page = client.get("/sv/new?since=2026-11-23").text
    # the first four and the links between them were published on 23 November 2026 and changed after it
    old = {"halland", "skane", "stockholm", "national", "links/halland-skane", "links/halland-stockholm",
           "links/skane-stockholm"}  # fmt: skip
    assert set(listed(page, "changed")) == old
    new = set(listed(page, "new"))
    assert {"ruhr", "blekinge", "norway"} <= new and not new & old
    assert listed(page, "earlier") == []
    assert "Vad i en datamängd som är ändrat finns det inga uppgifter om" in page
    # the one lesson of Pirkanmaa can be read from there
    assert 'data-lesson="https://w3id.org/medskick/id/pirkanmaa/' in page


def test_nothing_is_new_after_the_last_day_and_all_stands_under_earlier(client: TestClient) -> None:
    page = unescape(client.get("/en/new?since=2099-01-01").text)
    assert listed(page, "new") == listed(page, "changed") == []
    assert page.count("<p>None.</p>") == 2 and len(listed(page, "earlier")) > 20
    assert client.get("/en/new?since=yesterday").status_code == 400


def test_without_a_day_the_last_changed_comes_first(client: TestClient) -> None:
    page = client.get("/en/new").text
    marks = re.findall(r'data-mark="[^ "]+ (\d{4}-\d\d-\d\d)"', page)
    assert len(marks) > 20 and marks == sorted(marks, reverse=True)


@pytest.mark.parametrize("lang", SHIPPED)
def test_the_feed_has_what_atom_requires(client: TestClient, lang: Lang) -> None:
    answer = client.get(f"/data/new.{lang}.atom")
    assert answer.headers["content-type"].partition(";")[0] == "application/atom+xml"
    feed = ET.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed" and feed.get(f"{XML}lang") == lang
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) > 25
    for element in (feed, *entries):
        # RFC 4287 4.1.1 and 4.1.2: exactly one each
        for name in ("id", "title", "updated"):
            [one] = element.findall(f"{ATOM}{name}")
            assert (one.text or "").strip()
        assert re.fullmatch(r"https://w3id\.org/medskick/\S+", element.findtext(f"{ATOM}id") or "")
        assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated") or "")
        # an entry without content has a link to a page of its own
        [link] = element.findall(f"{ATOM}link[@rel='alternate']")
        assert client.get(link.get("href", "").removeprefix("http://localhost")).status_code == 200
    # 4.1.1: an author, since the entries have none; and where the feed itself lies
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Medskick"
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    # the newest time is the feed's own, and the newest entry comes first
    moments = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert moments == sorted(moments, reverse=True) and feed.findtext(f"{ATOM}updated") == moments[0]
    # no clock: the same store gives the same bytes, whatever the day
    assert client.get(f"/data/new.{lang}.atom").content == answer.content
    assert "https://w3id.org/medskick/dataset/skane#2026-11-23" in ids


def test_the_feed_is_found_from_the_pages(client: TestClient) -> None:
    value = '<link rel="alternate" type="application/atom+xml" title="Nytt i Medskick" href="/data/new.sv.atom">'
    assert value in client.get("/sv/").text and value in client.get("/sv/new").text
    assert 'href="/sv/new"' in client.get("/sv/").text
    assert client.get("/data/new.tlh.atom").status_code == 404


@pytest.fixture(scope="module")
def server(small_store: Path) -> Iterator[Server]:
    need(present(), "Chromium with chromedriver")
    with running(small_store) as server:
        yield server


@pytest.mark.browser_all
def test_the_browser_remembers_what_was_seen(server: Server) -> None:
    value = "return [...document.querySelectorAll('#since-last li')].map(item => item.innerText)"
    visit = "sessionStorage.clear()"
    with chromium() as driver:
        driver.get(f"{server.address}en/new")
        assert driver.execute_script(value) == [
            "The next time you open the page, what has been added or changed since now is listed here."
        ]
        driver.execute_script(visit)
        driver.get(f"{server.address}en/new")
        assert driver.execute_script(value) == ["Nothing has been added or changed."]
        # as if the last visit had been before a change and a lesson
        driver.execute_script(
            "const seen = JSON.parse(localStorage.getItem('medskick.news'));"
            "seen.datasets.national.mark = '0.0.9 2026-11-01'; seen.datasets.national.counts.Lesson -= 1;"
            "seen.lessons.shift(); localStorage.setItem('medskick.news', JSON.stringify(seen));" + visit
        )
        driver.get(f"{server.address}en/new")
        changed, lesson = driver.execute_script(value)
        assert changed == "Changed dataset: National level (lesson +1)" and lesson.startswith("New lesson: ")
        # going on and back does not lose it
        driver.get(f"{server.address}en/")
        driver.get(f"{server.address}en/new")
        assert driver.execute_script(value) == [changed, lesson]
        assert driver.get_cookies() == []
