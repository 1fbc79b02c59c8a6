"""What stands under a heading: files, print, link, e-mail and citation; the main menu; the handbook as a paper."""

import io
import re
import shutil
import subprocess
import tomllib
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import docx
import openpyxl
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import chromium, present
from conftest import need
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import DATASETS
from medskick.reports.citation import Citation, citation
from medskick.reports.document import Heading
from medskick.reports.docx import as_docx
from medskick.reports.graph_reader import GraphReader
from medskick.reports.handbook import handbook
from medskick.rooms import room
from running import Server

HEADED = [
    "/questions", "/questions/dialogues-by-phase?phase-type=consultation", "/handbook?phase-type=consultation",
    "/lessons", "/compare", "/gaps", "/network", "/disagreements", "/charts", "/timeline", "/id/skane/beskriv-nyttan",
    "/concept/phase-type/consultation", "/dataset/halland", "/story/skane/beskriv-nyttan",
]  # fmt: skip
MENU = {
    "sv": ["Skeden", "Medskick", "Handbok", "Jämför", "Sök", "För forskare"],
    "en": ["Phases", "Lessons", "Handbook", "Compare", "Search", "For researchers"],
}


def page(server: Server, path: str) -> str:
    answer = server.ask("GET", path)
    assert answer.status == 200, (path, answer.status)
    return answer.body.decode()


def tools(text: str) -> str:
    return text.partition('<details class="tools">')[2].partition("data-tool-status")[0]


@pytest.mark.parametrize("lang", ["sv", pytest.param("en", marks=pytest.mark.browser_all)])
@pytest.mark.parametrize("path", HEADED)
def test_under_every_heading_stand_the_tools(server: Server, lang: str, path: str) -> None:
    text = page(server, f"/{lang}{path}")
    # nothing comes before them but the heading, and on the page of a thing the sentence that says what it is
    assert re.search(r'</h1>\s*(?s:<p class="kind">.*?</p>\s*)?<details class="tools">', text)
    under = tools(text)
    for tool in ("print", "link", "cite"):
        assert f'data-tool="{tool}"' in under
    # without the script no button stands there that does nothing
    assert all("hidden" in button for button in re.findall(r"(?:<li hidden>)?<button[^>]*>", under))
    mail = unescape(re.findall(r'href="(mailto:[^"]+)"', under)[0])
    title = unescape(re.sub("<[^>]+>", "", re.findall(r"<h1[^>]*>(.*?)</h1>", text)[0]))
    assert title in unquote(mail) and server.address.rstrip("/") + f"/{lang}{path}" in unquote(mail)
    assert server.address.rstrip("/") + f"/{lang}{path}" in unescape(under.partition('id="cite-text">')[2])


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["en", "sv"])
@pytest.mark.parametrize(
    "path", ["/handbook?phase-type=review", "/compare", "/network", "/charts",
             "/questions/roles-by-phase?phase-type=consultation"],
)  # fmt: skip
def test_word_and_excel_are_in_the_first_screen(server: Server, lang: str, path: str) -> None:
    text = page(server, f"/{lang}{path}")
    links = {name: unescape(at) for at, name in re.findall(r'<a href="([^"]+)">(Word|Excel)</a>', tools(text))}
    title = unescape(re.findall(r"<h1>(.*?)</h1>", text)[0])
    word = docx.Document(io.BytesIO(server.ask("GET", links["Word"]).body))
    assert word.paragraphs[0].text == title
    book = openpyxl.load_workbook(io.BytesIO(server.ask("GET", links["Excel"]).body))
    assert book.properties.title == title


def test_a_thing_is_word_and_excel_too_with_what_its_page_has(server: Server) -> None:
    path = "/sv/id/stockholm/rufs-2050-antas"
    links = {
        name: unescape(at) for at, name in re.findall(r'<a href="([^"]+)">(Word|Excel)</a>', tools(page(server, path)))
    }
    word = docx.Document(io.BytesIO(server.ask("GET", links["Word"]).body))
    # STO-E17: the county council adopted RUFS 2050 on 12 June 2018
    assert word.paragraphs[0].text == "RUFS 2050 antas" and "12 juni 2018" in word.paragraphs[1].text
    book = openpyxl.load_workbook(io.BytesIO(server.ask("GET", links["Excel"]).body))
    assert book.properties.title == "RUFS 2050 antas"
    cells = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    record = {str(row[0]): row[1] for row in cells["Alla uppgifter, som de fördes i"]}
    assert record["Datum"] == "12 juni 2018"
    assert record["Beständig identifierare"] == "https://w3id.org/medskick/id/stockholm/rufs-2050-antas"
    assert cells["Källor"][0][0] == "källa" and all(str(row[-1]).startswith("http") for row in cells["Källor"][1:])
    # no column is empty from top to bottom
    assert all(any(column[1:]) for rows in cells.values() for column in zip(*rows, strict=True))


@pytest.mark.parametrize("path", ["/id/skane/beskriv-nyttan", "/id/stockholm/rufs-2050", "/id/stockholm/trn"])
def test_a_lesson_a_process_and_an_actor_are_documents_with_every_heading_of_their_page(
    server: Server, path: str
) -> None:
    body = page(server, f"/sv{path}").partition('<div class="body">')[2].partition("</main>")[0]
    body = re.sub('<aside.*?</aside>|<span class="count">.*?</span>', "", body, flags=re.S)
    on_page = [unescape(re.sub("<[^>]+>", "", one)).strip() for one in re.findall(r"<h2[^>]*>(.*?)</h2>", body, re.S)]
    word = docx.Document(io.BytesIO(server.ask("GET", f"/sv{path}?format=docx").body))
    headings = [one.text for one in word.paragraphs if (one.style and one.style.name) == "Heading 1"]
    assert set(on_page) - {"Liknar det läget hos er?"} <= set(headings)


def test_no_excel_is_offered_without_a_table(server: Server) -> None:
    assert ">Word</a>" in tools(page(server, "/sv/lessons"))
    assert ">Excel</a>" not in tools(page(server, "/sv/lessons"))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_bibtex_names_dataset_version_date_and_both_addresses(server: Server, lang: str) -> None:
    path = f"/{lang}/id/skane/beskriv-nyttan"
    answer = server.ask("GET", f"{path}?format=bib")
    assert answer.headers["content-type"].startswith("application/x-bibtex")
    library = parse_string(answer.body.decode())
    [entry] = library.entries
    assert not library.failed_blocks and entry.entry_type == "misc"
    by_key = {name: field.value for name, field in entry.fields_dict.items()}
    # dataset.toml of skane: publisher, version, modified
    assert by_key["author"] == "{Medskick}" and by_key["version"] == "0.1.0"
    assert by_key["date"] == modified("skane") and by_key["year"] == modified("skane")[:4]
    assert ("Regionplan för Skåne" if lang == "sv" else "Regional plan for Skåne") in by_key["howpublished"]
    assert by_key["url"] == server.address.rstrip("/") + path
    assert "https://w3id.org/medskick/id/skane/beskriv-nyttan" in by_key["note"]


def modified(dataset: str) -> str:
    description = tomllib.loads((room("graph") / dataset / "dataset.toml").read_text(encoding="utf-8"))
    return str(description["modified"])


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_ris_of_a_choice_cites_the_graph_and_the_address_asked(server: Server, lang: str) -> None:
    path = f"/{lang}/lessons?phase-type=consultation"
    answer = server.ask("GET", f"{path}&format=ris")
    [record] = rispy.loads(answer.body.decode())
    assert record["type_of_reference"] == "ELEC" and record["authors"] == ["Medskick"]
    assert record["title"].endswith("samråd" if lang == "sv" else "consultation (samråd)")
    assert record["urls"] == [server.address.rstrip("/") + path]
    [version] = re.findall(r">Medskick [\d.]+, gra\w+ (\w+)\.", page(server, path))
    assert record["edition"] == version and record["year"] == "2026"


def test_signs_that_mean_something_in_bibtex_mean_themselves() -> None:
    cited = Citation("Bo & bygga: 50 % {kvar}, a_b #1 – å", ["Region X"], "D", "1", "2026-01-02", "", "", "sv")
    [entry] = parse_string(cited.as_bibtex()).entries
    assert entry.fields_dict["title"].value == r"{Bo \& bygga: 50 \% \{kvar\}, a\_b \#1 – å}"
    assert cited.as_text() == "Region X (2026). Bo & bygga: 50 % {kvar}, a_b #1 – å. D, version 1, 2 januari 2026."


def test_a_page_of_a_dataset_cites_that_dataset(kg: KnowledgeGraph) -> None:
    cited = citation(GraphReader(kg.store, "en"), "Halland", "", "abc", f"{DATASETS}halland")
    assert cited.version == "0.1.0" and cited.dataset and cited.permanent == f"{DATASETS}halland"


def test_an_unknown_form_is_refused_and_told(server: Server) -> None:
    assert server.ask("GET", "/sv/lessons?format=pdf").status == 400


def test_the_old_address_of_the_handbook_in_word_leads_on(server: Server) -> None:
    answer = server.ask("GET", "/handbook?format=docx&lang=en&phase-type=review&role=official")
    assert answer.status == 308
    assert answer.headers["location"] == "/en/handbook?phase-type=review&role=official&format=docx"


# ---- the main menu


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_menu_has_six_entries_that_planners_use(server: Server, lang: str) -> None:
    nav = page(server, f"/{lang}/").partition('<ul class="menu">')[2].partition("</ul>")[0]
    assert re.findall(r">([^<]+)</a>", nav) == MENU[lang]
    for address in re.findall(r'href="([^"]+)"', nav):
        assert server.ask("GET", address).status == 200


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_what_researchers_use_is_one_step_away(server: Server, lang: str) -> None:
    main = page(server, f"/{lang}/research").partition("<main")[2].partition("</main>")[0]
    links = re.findall(rf'href="/{lang}/([a-z]+)"', main)
    assert {"sparql", "questions", "graph", "network", "ontology", "datasets", "charts"} <= set(links)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_sparql_stands_below_the_answer(server: Server, lang: str) -> None:
    text = page(server, f"/{lang}/questions/roles-by-phase?phase-type=consultation")
    main = text.partition("<main")[2].partition("</main>")[0]
    assert "/sparql" in main and "/sparql" not in main[: main.rindex("<table")]


@pytest.mark.browser_all
@pytest.mark.parametrize("width", [390, 1280])
def test_tools_and_menu_by_keyboard(server: Server, width: int) -> None:
    need(present(), "Chromium with chromedriver")
    with chromium(width, 844) as driver:
        for lang in ("sv", "en"):
            driver.get(f"{server.address}{lang}/lessons?phase-type=consultation")
            entries = driver.find_elements(By.CSS_SELECTOR, "header .menu a")
            assert [e.text for e in entries] == MENU[lang]
            assert all(e.rect["x"] >= 0 and e.rect["x"] + e.rect["width"] <= width for e in entries)
            assert reached(driver, entries[0]) and reached(driver, entries[5])
            menu = driver.find_element(By.CSS_SELECTOR, ".tools > summary")
            # one menu on a telephone, a row on a screen
            assert menu.is_displayed() is (width == 390)
            if width == 390:
                assert reached(driver, menu)
                menu.send_keys(Keys.ENTER)
            copy = driver.find_element(By.CSS_SELECTOR, '[data-tool="link"]')
            # Selenium takes what is in a closed <details> for hidden, though the style shows it
            assert driver.execute_script("return arguments[0].checkVisibility()", copy) and reached(driver, copy)
            driver.execute_script("navigator.clipboard.writeText = (text) => { window.copied = text; };")
            copy.send_keys(Keys.ENTER)
            assert driver.execute_script("return window.copied") == driver.current_url
            status = driver.find_element(By.CSS_SELECTOR, "[data-tool-status]")
            assert status.get_attribute("textContent") == {"sv": "Kopierat", "en": "Copied"}[lang]
            cite = driver.find_element(By.CSS_SELECTOR, ".cite > summary")
            assert reached(driver, cite)
            cite.send_keys(Keys.ENTER)
            driver.find_element(By.CSS_SELECTOR, '[data-tool="cite"]').send_keys(Keys.ENTER)
            assert driver.current_url in driver.execute_script("return window.copied")
            assert driver.execute_script("return document.documentElement.scrollWidth") <= width


def reached(driver: webdriver.Chrome, element: object) -> bool:
    """Tell whether the tabulator comes to an element, going on from where the focus is."""
    for _ in range(60):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if driver.switch_to.active_element == element:
            return True
    return False


# ---- the handbook as a paper


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_handbook_opens_in_writer(kg: KnowledgeGraph, lang: str, tmp_path: Path) -> None:
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    need(bool(office and reader), "LibreOffice Writer with pdftotext")
    document = handbook(GraphReader(kg.store, lang), "consultation", region="halland")
    (tmp_path / "handbook.docx").write_bytes(as_docx(document))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office or "", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "handbook.docx")], check=True, capture_output=True, timeout=240)
    listed = [reader or "", "-layout", str(tmp_path / "handbook.pdf"), "-"]
    text = subprocess.run(listed, check=True, capture_output=True, timeout=60).stdout.decode()
    pages = text.split("\f")[:-1]
    assert len(pages) > 3
    phase = {"sv": "samråd", "en": "consultation (samråd)"}[lang]
    for number, sheet in enumerate(pages, start=1):
        lines = [line.strip() for line in sheet.strip().splitlines()]
        # place and phase at the head, page number at the foot
        assert phase in lines[0].lower() and "halland" in f"{lines[0]} {lines[1]}".lower()
        assert lines[-1] == f"{number} / {len(pages)}"
    # the list of contents names each section with the page on which it stands
    for section in [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 2]:
        [number] = re.findall(rf"^\s*{re.escape(section)}\s?\.+(\d+)$", pages[0], re.M)
        assert re.search(rf"^\s*{re.escape(section)}$", pages[int(number) - 1], re.M), section


@pytest.mark.browser_all
def test_what_is_ticked_stays_ticked_by_the_items_identifier(server: Server) -> None:
    need(present(), "Chromium with chromedriver")
    with chromium(390, 844) as driver:
        driver.get(f"{server.address}sv/handbook?phase-type=consultation")
        boxes = driver.find_elements(By.CSS_SELECTOR, ".boxes input")
        items = [str(box.get_attribute("data-item")) for box in boxes]
        assert len(items) > 2 and len(set(items)) == len(items)
        # what is done in one phase is not done in another
        assert all(item.startswith("https://w3id.org/medskick/concept/phase-type/consultation ") for item in items)
        boxes[1].send_keys(Keys.SPACE)
        # in the other language and with a region chosen it is the same item
        driver.get(f"{server.address}en/handbook?phase-type=consultation&region=halland")
        ticked = driver.find_elements(By.CSS_SELECTOR, ".boxes input:checked")
        assert [box.get_attribute("data-item") for box in ticked] == [items[1]]
        assert driver.get_cookies() == []
        ticked[0].send_keys(Keys.SPACE)
        driver.refresh()
        assert driver.find_elements(By.CSS_SELECTOR, ".boxes input:checked") == []


# The comparison's parts


def test_the_parts_of_a_comparison_are_chosen_in_its_form_and_kept_in_the_address(server: Server) -> None:
    pair = "/en/compare?first=skane:regionplan-skane&second=stockholm:rufs-2050"

    def ticked(text: str) -> list[str]:
        return re.findall(r'name="rows" value="(\w+)" checked', text)

    whole, some = page(server, pair), page(server, f"{pair}&rows=phases&rows=roles")
    # all are ticked where none is chosen, so that one can be left out
    assert len(ticked(whole)) == 9 and ticked(some) == ["phases", "roles"]
    assert [unescape(text).strip() for text in re.findall(r"<h2[^>]*>([^<]+)", some)] == [
        "What differs most", "Phases", "Bodies and roles", "Sources",
    ]  # fmt: skip
    assert server.ask("GET", f"{pair}&rows=fases").status == 400
