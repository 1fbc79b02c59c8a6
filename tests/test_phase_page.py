"""The page of a phase type: its order, its choices, what it says where there is little, and the way to it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from medskick.web.app import Settings, create_app
from medskick.words import SHIPPED


@pytest.fixture(scope="module")
def client(store_folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=store_folder)), raise_server_exceptions=False) as one:
        yield one


def text_of(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def headings(html: str) -> list[str]:
    return [unescape(re.sub(r"<[^>]+>", "", h)).strip() for h in re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.S)]


def options(html: str, name: str) -> list[str]:
    select = html.partition(f'<select name="{name}">')[2].partition("</select>")[0]
    return [unescape(o) for o in re.findall(r"<option[^>]*>([^<]+)</option>", select)]


def test_the_answer_comes_first_and_the_apparatus_last(client: TestClient) -> None:
    html = client.get("/sv/phase/consultation").text
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["Samråd"]
    assert headings(html)[:4] == [
        "Vad lagen kräver", "Det här lärde sig andra", "Vilka ska vara med", "Beslut, i den ordning andra fattade dem"
    ]  # fmt: skip
    main = html.partition("<main")[2]
    # of the law the two rules without which there is no consultation, NAT-R89 first; the reader's choices beside it
    assert main.index("Regionen ska samråda med länsstyrelsen") < main.index("Visa fler (") < main.index("<form")
    assert main.index("<form") < main.index("Det här lärde sig andra</h2>")
    assert re.search(r"<div class=\"beside-it\">.*<form.*</div>\s*<div class=\"answer\">", main, re.S)
    # datasets with version, and the sources, stand folded at the foot
    assert main.index("Det vet vi inte") < main.index("Om uppgifterna på sidan") < main.index("<summary>Källor (")


def test_the_first_lessons_are_shown_and_the_rest_folded(client: TestClient) -> None:
    html = client.get("/sv/phase/consultation").text
    section = html.partition("Det här lärde sig andra</h2>")[2].partition("<h2")[0]
    before, _, folded = section.partition("<details")
    assert before.count("<li>") == 5 and "Visa fler (3)" in folded and folded.count("<li>") == 3


def test_only_choices_that_change_something_are_offered_with_their_count(client: TestClient) -> None:
    html = client.get("/en/phase/consultation").text
    # of eight lessons for samråd in the first four datasets, four are addressed to officials (STO-R24, R25, R29, R30)
    roles = options(html, "role")
    assert roles[0] == "any role" and all(re.search(r"\(\d+ lessons?\)$", role) for role in roles[1:])
    assert not any("(0 " in role for role in roles)
    # no lesson is addressed to anybody about the Government's review: no role is offered
    assert 'name="role"' not in client.get("/en/phase/government-review").text
    # the handbook of a phase offers the same; a role that one came with stays, whatever its number
    assert options(client.get("/en/handbook?phase-type=consultation").text, "role") == roles
    assert 'name="role"' not in client.get("/en/handbook?phase-type=government-review").text
    assert "Co-funder (0 lessons)" in options(
        client.get("/en/handbook?phase-type=consultation&role=co-funder").text, "role"
    )
    # a region that one came with stays chosen, also if the address names its process
    assert '<option value="halland" selected' in client.get("/en/phase/consultation?region=regionplan-halland").text


@pytest.mark.parametrize("lang", SHIPPED)
def test_a_phase_without_material_helps_on(client: TestClient, lang: str) -> None:
    page = client.get(f"/{lang}/phase/legal-force")
    assert page.status_code == 200
    wanted = {"sv": "Inget medskick om laga kraft ännu", "en": "No lesson about legal force (laga kraft) yet"}
    assert wanted[lang] in text_of(page.text)
    # the ways to the phases before and after
    assert f"/{lang}/phase/government-review" in page.text or f"/{lang}/phase/adoption" in page.text


def test_a_phase_that_does_not_exist_says_which_do(client: TestClient) -> None:
    page = client.get("/sv/phase/fika")
    assert page.status_code == 400 and "consultation" in page.text


@pytest.mark.parametrize("lang", SHIPPED)
def test_a_role_that_no_lesson_is_addressed_to_is_told(client: TestClient, lang: str) -> None:
    wanted = {
        "sv": "Inget medskick riktar sig till rollen medfinansiär ännu.",
        "en": "No lesson is addressed to the role co-funder yet.",
    }
    for path in ("phase/consultation?", "lessons?phase-type=consultation&", "handbook?phase-type=consultation&"):
        text = text_of(client.get(f"/{lang}/{path}role=co-funder").text)
        # the lessons that name no role stand there nevertheless, and none is said to be put first
        assert wanted[lang] in text and not re.search("står först|come first", text), path
        refused = client.get(f"/{lang}/{path}role=editor", headers={"accept": "text/html"})
        assert refused.status_code == 400 and "co-funder" in refused.text


def test_phases_are_listed_in_order_with_how_much_there_is(client: TestClient) -> None:
    text = text_of(client.get("/sv/phase").text)
    usual = ["Uppdrag", "Uppstart", "Program", "Samråd", "Granskning", "Antagande", "Laga kraft"]
    places = [text.index(name) for name in usual]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "address",
    [
        "/lessons?phase-type=consultation&role=official",
        "/lessons?phase-type=consultation&role=official&region=regionplan-halland&theme=impact-assessment",
        "/handbook?phase-type=consultation",
        "/handbook?phase-type=consultation&role=official&region=halland",
        "/concept/phase-type/consultation",
    ],
)
def test_bookmarks_from_before_lead_on(client: TestClient, address: str) -> None:
    page = client.get(f"/sv{address}")
    assert page.status_code == 200 and "/sv/phase/consultation" in page.text


def test_the_start_leads_to_the_page_of_the_phase(client: TestClient) -> None:
    start = client.get("/sv/").text
    assert 'action="/sv/phase"' in start
    moved = client.get("/sv/phase?phase-type=consultation&region=halland&role=", follow_redirects=False)
    assert moved.status_code == 303 and moved.headers["location"] == "/sv/phase/consultation?region=halland"


@pytest.mark.parametrize("lang", SHIPPED)
def test_the_start_leads_straight_to_every_phase_before_the_timeline(client: TestClient, lang: str) -> None:
    main = client.get(f"/{lang}/").text.partition("<main")[2]
    before, _, after = main.partition({"sv": "gemensam tidslinje</h2>", "en": "common timeline</h2>"}[lang])
    assert after
    for slug in ("consultation", "review", "adoption"):
        assert f'href="/{lang}/phase/{slug}"' in before
    assert before.index("phase/adoption") < before.index(f'href="/{lang}/lessons"')


def test_how_much_there_is_of_a_phase_is_told_in_plain_words(client: TestClient) -> None:
    """One conclusion of an evaluation is counted as one, and none is not counted."""
    listed = text_of(client.get("/en/phase").text)
    assert "no lesson yet" in listed and not re.search(r"\b0 (lessons|processes)\b|: 0\b", listed)
    text = text_of(client.get("/en/phase/consultation").text)
    assert "8 lessons. " in text and "conclusion of evaluations" not in text and "0 of them" not in text


def test_a_phase_of_a_process_leads_to_the_page_of_its_type(client: TestClient) -> None:
    assert 'href="/sv/phase/consultation"' in client.get("/sv/id/stockholm/rufs-2050-samrad").text


@pytest.mark.parametrize("slug", ["consultation", "review", "start-up"])
def test_no_sentence_stands_twice(client: TestClient, slug: str) -> None:
    html = client.get(f"/sv/phase/{slug}").text
    paragraphs = [re.sub(r"<[^>]+>", "", p).strip() for p in re.findall(r"<p[^>]*>(.*?)</p>", html, re.S)]
    long = [p for p in paragraphs if len(p) > 40]
    assert len(long) == len(set(long))


# ---- the list of lessons, and the page of one


def test_a_choice_of_the_list_of_lessons_shows_how_many_it_brings(client: TestClient) -> None:
    html = client.get("/en/lessons?phase-type=consultation").text
    # four of the eight lessons for samråd are addressed to officials (STO-R24, R25, R29, R30); none is left out by role
    for name in ("phase-type", "role", "theme", "region"):
        rest = options(html, name)[1:]
        assert rest and all(re.search(r"\(\d+ [a-z ]+\)$", one) for one in rest), name
    chosen = re.findall(r'<option value="consultation" selected>([^<]+)</option>', html)
    assert chosen == ["Consultation (samråd) (8 lessons)"]
    # what changes nothing is not offered: nobody has a lesson on energy, nor one for a co-funder
    assert 'value="energy"' not in html and 'value="co-funder"' not in html
    # what an address chooses stays
    assert '<option value="energy" selected' in client.get("/en/lessons?theme=energy").text


@pytest.mark.parametrize(
    "path", ["lessons?phase-type=consultation&", "phase/consultation?", "handbook?phase-type=consultation&"]
)
def test_the_region_goes_along_to_the_lesson(client: TestClient, path: str) -> None:
    html = client.get(f"/en/{path}region=halland").text
    assert 'href="/en/id/skane/skriv-gemensamt-yttrande?region=halland"' in html or re.search(
        r'href="/en/id/[a-z/-]+\?region=halland"', html
    )
    lesson = unescape(re.findall(r'href="(/en/id/skane/[a-z/-]+\?region=halland)"', html)[0])
    page = client.get(lesson).text
    value = page.partition('id="context"')[2].partition("<form")[0]
    assert "Regional plan for Halland" in value and 1 <= value.count("<p>") <= 2


@pytest.mark.parametrize(
    ("address", "way", "sv", "en"),
    [
        ("/phase/nope", "/phase/consultation", "Samråd", "Consultation"),
        ("/phase/review?region=nowhere&role=official", "/phase/review?region=halland&amp;role=official",
         "Hallands län", "Halland County"),
        ("/phase/review?role=x", "/phase/review?role=referral-body", "Remissinstans", "Consultee (remissinstans)"),
        ("/things?kind=x", "/things?kind=Lesson", "Medskick", "Lesson"),
        ("/views/x", "/views/decision-chain", "Beslutskedjan", "The decision chain"),
        ("/gaps?dataset=x", "/gaps?dataset=national", "Nationell nivå", "National level"),
        ("/questions/decisions-in-order?dataset=x", "/questions/decisions-in-order?dataset=national",
         "Nationell nivå", "National level"),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_exist_leads_to_those_that_do(
    client: TestClient, address: str, way: str, sv: str, en: str
) -> None:
    for lang, name in (("sv", sv), ("en", en)):
        answer = client.get(f"/{lang}{address}", headers={"accept": "text/html"})
        assert answer.status_code in (400, 404)
        assert f'<li><a href="/{lang}{way}">{name}</a></li>' in answer.text
        listed = re.findall(r"<li>(.*?)</li>", answer.text.partition('<ul class="allowed">')[2].partition("</ul>")[0])
        # names, no ids beside them
        assert all(re.fullmatch(r"<a [^>]*>[^<]+</a>", one) for one in listed)


@pytest.mark.parametrize(("lang", "fold"), [("sv", r"Hos andra \(\d+\)"), ("en", r"Elsewhere \(\d+\)")])
def test_the_checklist_of_a_phase_is_short_and_that_of_the_handbook_tells_others_versions(
    client: TestClient, lang: str, fold: str
) -> None:
    page, paper = (
        re.sub(r"<details.*?</details>", "", client.get(address).text, flags=re.S)
        for address in (f"/{lang}/phase/consultation", f"/{lang}/handbook?phase-type=consultation")
    )
    assert 'class="below"' in paper and 'type="checkbox"' in page and 'class="below"' not in page
    # each version is one step away, STO-H8: the consultation report of RUFS 2050
    whole = client.get(f"/{lang}/phase/consultation").text
    below = re.findall(rf"<summary>{fold}</summary>\s*<ul class=\"below\">(.*?)</ul>", whole, re.S)
    report = {"sv": "Samrådsredogörelse RUFS 2050", "en": "Consultation report, RUFS 2050"}[lang]
    assert any(report in unescape(re.sub(r"<[^>]+>", "", one)) for one in below)
