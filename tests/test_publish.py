"""The site as files: every address in it leads somewhere, it works from disk, the same input gives the same bytes."""

import errno
import hashlib
import json
import os
import posixpath
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
import rdflib

from browser import chromium, present, words
from conftest import need
from medskick.web import publish as publishing
from medskick.web.app import Settings
from medskick.web.publish import PublishStoppedError, publish
from medskick.web.site_folder import LIST, PublishBusyError, Published, SiteFolder
from medskick.web.static_site import file_of
from test_readme import COMMANDS, ELSEWHERE, environment, ours_of


@pytest.fixture(scope="session")
def site(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's own command writes, on a smaller graph: all three regions take minutes."""
    folder = tmp_path_factory.mktemp("publish")
    command, swedish = (c for c in ELSEWHERE if "publish" in c)
    assert swedish == f"{command} --lang sv" and {command, swedish} <= set(COMMANDS)
    env = environment(folder, small_store)
    done = subprocess.run(
        ["sh", "-c", ours_of(command)], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return folder / "site"


class Addresses(HTMLParser):
    """All that a page leads to or loads, and the anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if value and name in ("href", "src", "action", "xlink:href", "data-index"):
                self.addresses.append(value)


def walked(folder: Path) -> tuple[int, list[tuple[str, str]]]:
    """How many inner addresses a site has, and those that lead nowhere."""
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    pages = {
        name: Addresses(path.read_text(encoding="utf-8")) for name, path in files.items() if name.endswith(".html")
    }
    count, lost = 0, []
    for name, page in pages.items():
        for address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "data", "mailto"):
                continue
            count += 1
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            )
            there = not address.startswith("/") and target in files
            # a fragment with = is the state that the graph opens in, not an anchor
            anchor = "" if "=" in parts.fragment else unquote(parts.fragment)
            anchored = not anchor or target not in pages or anchor in pages[target].ids
            if not (there and anchored):
                lost.append((name, address))
    return count, lost


@pytest.mark.browser_all
def test_the_feed_leads_to_files_beside_it(site: Path) -> None:
    feed = site / "data" / "new.sv.atom"
    links = [link.get("href", "") for link in ET.parse(feed).iter("{http://www.w3.org/2005/Atom}link")]
    # the feed, the page of news, the one dataset of the small graph, changed since it was published
    assert len(set(links)) == 3 and all((feed.parent / unquote(link)).is_file() for link in links)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/sv/", "sv/index.html"),
        ("/sv/lessons", "sv/lessons.html"),
        ("/sv/lessons?phase-type=review", "sv/lessons/phase-type-review.html"),
        ("/en/id/skane/kick-off", "en/id/skane/kick-off.html"),
        ("/questions/x?format=csv&lang=sv", "questions/x.sv.csv"),
        ("/data/id/skane/kick-off.ttl", "data/id/skane/kick-off.ttl"),
        ("/openapi.json", "openapi.json"),
    ],
)
def test_an_address_has_its_file(address: str, file: str) -> None:
    assert file_of(address) == file


@pytest.mark.browser_all
def test_every_address_leads_somewhere(site: Path) -> None:
    count, lost = walked(site)
    assert lost == []
    assert count > 3_000


@pytest.mark.browser_all
def test_a_picture_stands_inside_another_page_by_the_same_file(site: Path) -> None:
    text = (site / "sv" / "charts.html").read_text(encoding="utf-8")
    assert 'href="charts.html?embed=1"' in text and 'assets/embed.js"></script>' in text
    # an address from before leads on
    earlier = (site / "sv" / "charts" / "embed-1.html").read_text(encoding="utf-8")
    assert 'content="0; url=../charts.html?embed=1"' in earlier and len(earlier) < 400


@pytest.mark.browser_all
def test_a_file_about_one_thing_tells_nothing_that_changes_with_other_datasets(site: Path, small_store: Path) -> None:
    version = (small_store / "current").read_text(encoding="utf-8")[:12]
    assert version in (site / "sv" / "about.html").read_text(encoding="utf-8")
    for path in (site / "sv" / "id").rglob("*.html"):
        assert version not in path.read_text(encoding="utf-8")


@pytest.mark.browser_all
def test_the_data_lies_beside_the_pages(site: Path) -> None:
    thing = rdflib.URIRef("https://w3id.org/medskick/id/national/propositionen-overlamnas")
    graph = rdflib.Graph().parse(site / "data" / "id" / "national" / "propositionen-overlamnas.ttl")
    assert (thing, None, None) in graph
    assert len(rdflib.Graph().parse(site / "data" / "catalogue.ttl", format="turtle")) > 20
    assert (site / ".well-known" / "void").is_file() and (site / "id" / "index.html").is_file()
    content = json.loads((site / "questions" / "decisions-in-order.sv.json").read_text(encoding="utf-8"))
    # NAT: the bill is handed over, the committee backs it, parliament decides
    assert len(content["rows"]) >= 3


def digest(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.mark.browser_all
@pytest.mark.parametrize(("lang", "message"), [("sv", "kräver JavaScript"), ("en", "requires JavaScript")])
def test_searching_without_a_script_leads_to_the_list(site: Path, lang: str, message: str) -> None:
    without = (site / lang / "search.html").read_text(encoding="utf-8").split("<noscript>")[1].split("</noscript>")[0]
    assert message in without and 'href="things.html"' in without


@pytest.mark.browser_all
def test_the_same_input_gives_the_same_bytes_and_nothing_old_is_left(
    site: Path, small_store: Path, tmp_path: Path
) -> None:
    stale = tmp_path / "sv" / "id" / "gone.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("old", encoding="utf-8")
    publish(Settings(store=small_store), tmp_path)
    assert digest(tmp_path) == digest(site)


def copied(folder: Path, **bodies: str) -> dict[str, str]:
    """Publish some files; return what the folder then holds, by digest."""
    site = SiteFolder(folder)
    with site.alone():
        files = {f"sv/{name}.html": site.draft(f"sv/{name}.html", body.encode()) for name, body in bodies.items()}
        site.put(files, "the first graph")
    return digest(folder)


def test_only_what_differs_is_written_and_what_is_gone_goes(tmp_path: Path) -> None:
    copied(tmp_path, same="1", changed="2", gone="3")
    before = (tmp_path / "sv" / "same.html").stat()
    site = SiteFolder(tmp_path)
    with site.alone():
        assert site.unchanged("another graph") is None
        files = {f"sv/{name}.html": site.draft(f"sv/{name}.html", b"1") for name in ("same", "changed", "new")}
        done = site.put(files, "another graph")
        assert site.unchanged("another graph") == Published(3, 0, 0)
        # somebody has changed a file, or put one there
        (tmp_path / "sv" / "new.html").write_text("4", encoding="utf-8")
        assert site.unchanged("another graph") is None
    assert done == Published(3, 2, 1)
    assert (tmp_path / "sv" / "same.html").stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == [LIST, "changed.html", "new.html", "same.html"]


def test_a_full_disk_leaves_the_earlier_copy_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = copied(tmp_path, one="1", two="2")

    def full(_path: Path, _body: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    site = SiteFolder(tmp_path)
    with pytest.raises(OSError, match="No space"), site.alone():
        site.draft("sv/one.html", b"changed")
        monkeypatch.setattr(Path, "write_bytes", full)
        site.draft("sv/two.html", b"changed")
    assert digest(tmp_path) == before


@pytest.mark.browser_all
def test_a_disk_that_fills_is_told_and_the_earlier_copy_is_whole(small_store: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mounted = f"mount -t tmpfs -o size=3m none '{disk}'"
    need(subprocess.run([*inside, mounted], check=False, capture_output=True).returncode == 0, "unshare and mount")
    copied(disk / "site", one="1")
    (disk / "site" / "assets").mkdir()
    (disk / "site" / "assets" / "site.css").write_text("", encoding="utf-8")
    publishes = f"'{sys.executable}' -c 'from medskick.cli import main; main()' publish '{disk}/new/site' --lang sv"
    script = f"cp -r '{disk}/site' '{tmp_path}/kept' && {mounted} && mkdir '{disk}/new' && cp -r '{tmp_path}/kept' '{disk}/new/site'"  # noqa: E501
    script += f" && {{ {publishes} --store '{small_store}'; echo $?; diff -r '{tmp_path}/kept' '{disk}/new/site' && echo same; }}"  # noqa: E501
    done = subprocess.run([*inside, script], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.split() == ["2", "same"], done.stderr
    assert "disken är full. En tidigare kopia i mappen är som den var." in done.stderr


def test_two_publications_at_once_are_told_apart(small_store: Path, tmp_path: Path) -> None:
    before = copied(tmp_path, one="1")
    with SiteFolder(tmp_path).alone(), pytest.raises(PublishBusyError):
        publish(Settings(store=small_store), tmp_path)
    assert digest(tmp_path) == before


@pytest.mark.browser_all
def test_a_second_publication_without_a_change_writes_nothing(site: Path, small_store: Path) -> None:
    command = [sys.executable, "-c", "from medskick.cli import main; main()", "publish", str(site)]
    done = subprocess.run(
        [*command, "--store", str(small_store), "--lang", "en"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0 and "\nNothing has changed: the " in f"\n{done.stderr}", done.stderr


def test_a_folder_with_something_else_is_left_alone(small_store: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from medskick.cli import main; main()", "publish", str(tmp_path), "--store", str(small_store), "--lang", "en"],  # noqa: E501
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "something else" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.browser_all
def test_ctrl_c_ends_it_and_all_its_processes(small_store: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from medskick.cli import main; main()", "publish", str(tmp_path / "site"), "--store", str(small_store)],  # noqa: E501
        stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    while not list(tmp_path.rglob("*.html")):
        time.sleep(0.1)
    # a launcher passes the signal on that the terminal has given to all already
    os.killpg(process.pid, signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, output = process.communicate(timeout=30)
    assert process.returncode == 130 and "Traceback" not in output, output
    for _ in range(100):  # what tidies up after the others ends a moment later
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a process was left behind")


@pytest.fixture(scope="module")
def driver() -> Iterator[object]:
    need(present(), "Chromium with chromedriver")
    with chromium(1280, 900) as browser_driver:
        yield browser_driver


@pytest.mark.browser_all
def test_it_works_from_disk(site: Path, driver: object) -> None:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.select import Select
    from selenium.webdriver.support.wait import WebDriverWait

    assert isinstance(driver, webdriver.Chrome)
    driver.get((site / "index.html").as_uri())
    driver.find_element(By.CSS_SELECTOR, "a[lang=sv]").click()
    assert "Vad andra har lärt sig" in words(driver, "h1")
    Select(driver.find_element(By.NAME, "phase-type")).select_by_value("consultation")
    driver.find_element(By.CSS_SELECTOR, "form[data-choices] button").click()
    WebDriverWait(driver, 10).until(lambda d: d.current_url.endswith("/sv/phase/consultation.html"))
    driver.back()
    box = driver.find_element(By.CSS_SELECTOR, "header input[name=q]")
    box.send_keys("riksdagen antar")
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "[role=option]"))
    assert "iksdagen antar" in words(driver, "[role=listbox]")
    box.send_keys("\n")
    WebDriverWait(driver, 10).until(lambda d: "search.html" in d.current_url)
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "[data-search-results] a"))
    driver.find_element(By.CSS_SELECTOR, "[data-search-results] a").click()
    driver.find_element(By.CSS_SELECTOR, ".twin a[lang=en]").click()
    assert driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    # the graph begins around the thing whose page led to it, and goes on without a server
    thing = urlsplit(driver.current_url).path.partition("/en/id/")[2].removesuffix(".html")
    driver.find_element(By.CSS_SELECTOR, "a[href*='#around=']").click()
    drawn = "return window.medskick ? medskick.ranked.filter(medskick.visible).map((node) => node.tail) : []"
    WebDriverWait(driver, 15).until(lambda d: thing in d.execute_script(drawn))
    assert thing.startswith("national/riksdagen-") and len(driver.execute_script(drawn)) > 3
    # it alone and its neighbours, under a heading of their own
    far = "const { near } = medskick.byTail.get(arguments[0]);"
    far += "return medskick.ranked.filter((one) => !near.has(one.id)).map((one) => one.tail)"
    assert driver.execute_script(far, thing) == [thing]
    assert words(driver, "h1").startswith("Around ")
    assert driver.title == words(driver, "h1") + " – Medskick"
    assert not driver.find_element(By.ID, "summary").is_displayed()
    faults = [e["message"] for e in driver.get_log("browser") if e["level"] == "SEVERE"]
    assert faults == []


@pytest.mark.browser_all
def test_the_three_regions_as_files(store_folder: Path, tmp_path: Path) -> None:
    publish(Settings(store=store_folder), tmp_path, base_url="https://planer.example/medskick/")
    _, lost = walked(tmp_path)
    assert lost == []
    text = (tmp_path / "sv" / "index.html").read_text(encoding="utf-8")
    assert "https://planer.example/medskick/sv/index.html" in text


def test_a_page_that_cannot_be_made_is_told_with_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(scope: object, receive: object, send: object) -> None:
        raise ValueError("no such term")

    folder = SiteFolder(tmp_path)
    monkeypatch.setattr(publishing, "_site", publishing._Site(broken, folder, "", ("sv", "en")), raising=False)
    assert publishing._written(["/sv/lessons"]).faults == [("/sv/lessons", 500, "ValueError: no such term")]


def test_a_process_that_the_system_ends_is_told_in_words(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # any of ours dies as it begins: its arguments are no exit code
    monkeypatch.setattr(publishing, "_begin", os._exit)
    with pytest.raises(PublishStoppedError):
        publish(Settings(store=small_store), tmp_path / "site")
