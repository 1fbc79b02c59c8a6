"""What people write without Python: questions, views, themes and styles of their own, whole and broken."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from medskick import knowledge_graph
from medskick.graph.faults import Fault, Faulty
from medskick.knowledge_graph import KnowledgeGraph
from medskick.queries.catalogue import BrokenQueryError, Catalogue
from medskick.queries.declared_names import known_classes, known_schemes
from medskick.queries.question_file import read_file
from medskick.rooms import room
from medskick.viz import look
from medskick.viz.word_files import word_faults
from medskick.web import Settings, create_app
from medskick.words import pick

QUESTION = """\
#+ summary: Which lessons does our region give?
#+ summary_sv: Vilka medskick lämnar vår region?
#+ description: One row for each lesson of the kind asked for.
#+ description_sv: En rad för varje medskick av det slag som efterfrågas.
#+ tags: [lessons]
#+ asked_by: [region]
#+ view: table
#+ params:
#+   phaseType: {scheme: phase-type, sv: skedestyp, en: phase type}
#+   process: {class: "msk:Process", sv: process, en: process}
#+ columns:
#+   lesson: {sv: medskick, en: lesson}
PREFIX msk: <https://w3id.org/medskick/ontology#>

SELECT DISTINCT ?lesson
WHERE {
  BIND(?_phaseType_iri AS ?phaseType)
  BIND(?_process_iri AS ?process)
  ?lesson a msk:Lesson .
  OPTIONAL { ?lesson msk:appliesToPhaseType ?type }
  FILTER(!BOUND(?phaseType) || ?type = ?phaseType)
  OPTIONAL { ?lesson msk:learnedIn ?from }
  FILTER(!BOUND(?process) || ?from = ?process)
}
ORDER BY ?lesson
"""
VIEW = """\
#+ summary: Our lessons and where they were learned
#+ summary_sv: Våra medskick och var de är lärda
#+ description: Each lesson and its process.
#+ description_sv: Varje medskick och dess process.
#+ layout: columns
#+ options:
#+   columns:
#+     - {sv: process, en: process, classes: [PlanningProcess]}
#+     - {sv: medskick, en: lesson, classes: [Lesson], first: true}
PREFIX msk: <https://w3id.org/medskick/ontology#>

CONSTRUCT { ?lesson a msk:Lesson ; msk:learnedIn ?process . ?process a msk:PlanningProcess }
WHERE { ?lesson a msk:Lesson ; msk:learnedIn ?process }
"""

Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


def without(row: int) -> Edit:
    return lambda text: "".join(line for n, line in enumerate(text.splitlines(keepends=True), 1) if n != row)


# slug of a broken question: what is done to the good one; the fault's line, column, code, fix
BROKEN: dict[str, tuple[Edit, int, str, str, str | None]] = {
    "no-summary": (without(1), 1, "", "header-missing", None),
    "no-summary-sv": (without(2), 1, "", "header-missing", None),
    "empty-summary-sv": (swap(" Vilka medskick lämnar vår region?", ""), 2, "4", "header-missing", None),
    "no-description": (without(3), 1, "", "header-missing", None),
    "no-description-sv": (without(4), 1, "", "header-missing", None),
    "no-header": (lambda text: text.replace("#+", "#"), 1, "", "header-absent", None),
    "list-for-header": (lambda text: "#+ [a, b]\n" + text.replace("#+", "#"), 1, "4", "header-shape", None),
    "yaml-colon": (swap("lessons does our", "lessons: does our"), 1, "26", "header-yaml", None),
    "yaml-bracket": (swap("[lessons]", "[lessons"), 6, "12", "header-yaml", None),
    "yaml-tag": (swap("[lessons]", "!!python/name:os.system"), 5, "10", "header-list", None),
    "double-entry": (swap("#+ view: table", "#+ tags: [more]"), 7, "4", "header-double", None),
    "tags-as-text": (swap("[lessons]", "lessons"), 5, "10", "header-list", None),
    "params-as-list": (swap("phaseType: {", "- {"), 10, "6", "header-yaml", None),
    "column-in-one-language": (swap("sv: medskick, ", ""), 12, "6", "header-label", None),
    "column-as-text": (swap("{sv: medskick, en: lesson}", "medskick"), 12, "14", "header-mapping", None),
    "unknown-column": (swap("lesson: {sv", "lessn: {sv"), 12, "6", "query-column", "lesson"),
    "unknown-picture": (swap("view: table", "view: tabel"), 7, "10", "header-choice", "table"),
    "unknown-scheme": (swap("phase-type,", "phase-typ,"), 9, "26", "unknown-scheme", "phase-type"),
    "unknown-class": (swap("msk:Process", "msk:Proces"), 10, "23", "unknown-class", "msk:Process"),
    "unknown-class-prefix": (swap("msk:Process", "foo:Process"), 10, "23", "unknown-class", "msk:Process"),
    "neither-scheme-nor-class": (swap("scheme: phase-type, ", ""), 9, "6", "param-range", None),
    "reserved-parameter": (lambda text: text.replace("process", "lang"), 10, "6", "param-reserved", None),
    "undeclared-parameter": (without(10), 17, "8", "param-undeclared", None),
    "unused-parameter": (without(18), 10, "6", "param-unused", None),
    "parameter-in-filter": (swap("?from = ?process)", "?from = ?_process_iri)"), 23, "38", "param-bind", None),
    "sequence-of-no-column": (swap("view: table", "in_sequence: [lessn]"), 7, "18", "query-column", "lesson"),
    "option-of-no-column": (swap("view: table", "options: {label: lessn}"), 7, "21", "query-column", "lesson"),
    "marks-without-what": (swap("view: table", "options: {marks: [{date: lesson}]}"), 7, "22", "header-missing", None),
    "sparql-typo": (swap("FILTER(!BOUND(?process)", "FILTR(!BOUND(?process)"), 23, "3", "sparql-here", "FILTER"),
    "sparql-cut": (without(24), 24, "1", "sparql-here", None),
    "sparql-prefix": (swap("a msk:Lesson", "a skos:Concept"), 19, "13", "sparql-prefix",
                      "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
    "sparql-unknown-prefix": (swap("a msk:Lesson", "a mks:Lesson"), 19, "13", "sparql-prefix", None),
    "sparql-update": (lambda text: text.partition("SELECT")[0] + "DELETE WHERE { ?s ?p ?o }", 15, "1", "sparql-here",
                      None),
    "sparql-ask": (swap("SELECT DISTINCT ?lesson\nWHERE", "ASK"), 0, "", "sparql-select", None),
    "sparql-construct": (lambda _text: VIEW.partition("#+ layout")[0] + "CONSTRUCT WHERE { ?s ?p ?o }", 0, "",
                         "sparql-select", None),
    "sparql-service": (swap("?lesson a msk:Lesson .", "SERVICE <https://e.org/> { ?lesson a msk:Lesson }"), 19, "3",
                       "sparql-service", None),
    "sentence-in-one-language": (swap("#+ view: table", "#+ sentence: Found."), 1, "", "header-missing", None),
    "sentence-column": (swap("#+ view: table", "#+ sentence: Of {count:leson}.\n#+ sentence_sv: Av {count:lesson}."),
                        7, "14", "query-column", "lesson"),
    "sentence-kind": (swap("#+ view: table", "#+ sentence: Of {cuont:lesson}.\n#+ sentence_sv: Av {count:lesson}."),
                      7, "14", "sentence-kind", "count"),
    "sentence-of-one-in-one-language": (
        swap("#+ view: table", "#+ sentence: A.\n#+ sentence_sv: B.\n#+ sentence_of_one_sv: C."),
        1, "", "header-missing", None,
    ),
    "empty-file": (lambda _text: "", 1, "", "header-absent", None),
}  # fmt: skip
BROKEN_VIEWS: dict[str, tuple[Edit, int, str, str, str | None]] = {
    "unknown-layout": (swap("layout: columns", "layout: column"), 5, "12", "header-choice", "columns"),
    "unknown-view-class": (swap("[Lesson]", "[Lessson]"), 9, "47", "unknown-class", "Lesson"),
    "column-without-classes": (swap(", classes: [PlanningProcess]", ""), 8, "10", "header-list", None),
    "select-view": (lambda text: text.partition("CONSTRUCT")[0] + "SELECT ?s { ?s a msk:Lesson }", 0, "",
                    "sparql-construct", None),
    "view-typo": (swap("WHERE {", "WERE {"), 13, "1", "sparql-here", "WHERE"),
}  # fmt: skip
ALL_BROKEN = {**BROKEN, **BROKEN_VIEWS}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def own_folder(folder: Path) -> Path:
    """A region's own question, view and theme, all of them whole."""
    write(folder / "var-region" / "our-lessons.rq", QUESTION)
    write(folder / "var-region" / "theme.toml", 'title_sv = "Vår regions frågor"\ntitle_en = "Our own questions"\n')
    write(folder / "views" / "our-picture.rq", VIEW)
    return folder


def broken_folder(folder: Path) -> Path:
    """The same with every kind of breakage beside it."""
    own_folder(folder)
    for slug, (edit, *_) in BROKEN.items():
        write(folder / "trasigt" / f"{slug}.rq", edit(QUESTION))
    for slug, (edit, *_) in BROKEN_VIEWS.items():
        write(folder / "views" / f"{slug}.rq", edit(VIEW))
    (folder / "trasigt" / "not-utf8.rq").write_bytes(QUESTION.encode("latin-1"))
    write(folder / "trasigt" / "Fel namn.rq", QUESTION)
    write(folder / "trasigt" / "phase-durations.rq", QUESTION)
    return folder


LEFT_OUT = {*ALL_BROKEN, "not-utf8", "Fel namn", "phase-durations"}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_folder(tmp_path_factory.mktemp("own") / "vara-fragor")


@pytest.fixture(scope="module")
def broken_queries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return broken_folder(tmp_path_factory.mktemp("broken") / "vara-fragor")


@pytest.fixture(scope="module")
def healthy(store_folder: Path, own: Path) -> Iterator[TestClient]:
    yield TestClient(create_app(Settings(store=store_folder, queries=(own,))), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def wounded(store_folder: Path, broken_queries: Path) -> Iterator[TestClient]:
    app = create_app(Settings(store=store_folder, queries=(broken_queries,)))
    yield TestClient(app, raise_server_exceptions=False)


def run(*args: object, lang: str = "en", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from medskick.cli import main; main()", *map(str, args)],
        capture_output=True, encoding="utf-8", timeout=900, check=False, cwd=cwd,
        env={**os.environ, "MEDSKICK_LANG": lang, "COLUMNS": "120", **env},
    )  # fmt: skip


# Reading one file: every slip by line and column, all at once


def places(slug: str) -> tuple[Path, Edit, str]:
    if slug in BROKEN_VIEWS:
        return Path("views") / f"{slug}.rq", BROKEN_VIEWS[slug][0], VIEW
    return Path("lessons") / f"{slug}.rq", BROKEN[slug][0], QUESTION


@pytest.mark.parametrize("slug", ALL_BROKEN)
def test_a_slip_is_a_fault_with_line_and_column(tmp_path: Path, slug: str) -> None:
    name, edit, text = places(slug)
    path = write(tmp_path / name, edit(text))
    reading = read_file(path, f"mina/{name.as_posix()}")
    _, row, column, code, fix = ALL_BROKEN[slug]
    assert reading.query is None
    fault_list = [(f.row, f.column, f.fix) for f in reading.faults if f.code.startswith(code) and f.level == "error"]
    assert (row, column, fix) in fault_list, [(f.row, f.column, f.code, f.fix, f.say("en")) for f in reading.faults]
    for fault_list_here in reading.faults:
        assert fault_list_here.file == f"mina/{name.as_posix()}"
        swedish, english = fault_list_here.say("sv"), fault_list_here.say("en")
        assert swedish != english and "{" not in re.sub(r"[”“{].*", "", swedish)


def test_all_slips_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = QUESTION.replace("view: table", "view: pie").replace("phase-type,", "phase,").replace("[lessons]", "x")
    path = write(tmp_path / "lessons" / "x.rq", text.replace("lesson: {sv", "less: {sv"))
    assert [f.row for f in read_file(path, "x.rq").faults] == [9, 12, 5, 7]


@pytest.mark.parametrize(("folder", "text"), [("lessons", QUESTION), ("views", VIEW)])
@pytest.mark.parametrize("written", [str, lambda text: "\ufeff" + text.replace("\n", "\r\n")], ids=["plain", "windows"])
def test_a_whole_file_has_no_faults(tmp_path: Path, folder: str, text: str, written: Edit) -> None:
    path = tmp_path / folder / "x.rq"
    path.parent.mkdir()
    path.write_text(written(text), encoding="utf-8", newline="")
    reading = read_file(path, "x.rq")
    assert reading.faults == () and reading.query is not None


def test_an_entry_that_is_not_used_is_a_warning_with_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path / "lessons" / "x.rq", QUESTION.replace("#+ view: table", "#+ veiw: table"))
    [fault_list] = read_file(path, "x.rq").faults
    assert (fault_list.level, fault_list.row, fault_list.found, fault_list.fix) == ("warning", 7, "veiw", "view")


def test_classes_and_schemes_are_those_of_the_ontology() -> None:
    from medskick.ontology import PREFIXES, vocabulary

    assert known_schemes() == set(vocabulary().schemes)
    assert {PREFIXES["msk"] + "Lesson", PREFIXES["msk"] + "PlanningProcess"} <= known_classes()
    assert PREFIXES["msk"] + "learnedIn" not in known_classes()


# A question in other languages than the interface


FINNISH = """\
#+ summary_fi: Mitkä opit alueemme antaa?
#+ description_fi: Yksi rivi jokaista oppia kohti.
#+ tags: [lessons]
#+ columns:
#+   lesson: {fi: oppi}
SELECT ?lesson WHERE { ?lesson a <https://w3id.org/medskick/ontology#Lesson> } ORDER BY ?lesson
"""


def test_a_regions_own_question_is_in_the_languages_that_it_chooses(tmp_path: Path) -> None:
    write(tmp_path / "omat" / "opit" / "our-lessons.rq", FINNISH)
    write(tmp_path / "omat" / "opit" / "theme.toml", 'title_fi = "Oppimme"\n')
    catalogue = Catalogue.of([tmp_path / "omat"])
    assert catalogue.faults() == []
    query = catalogue.question("our-lessons")
    assert (pick(query.summary, "fi"), pick(query.summary, "sv")) == ("Mitkä opit alueemme antaa?",) * 2
    assert (query.columns, query.heading) == ({"lesson": {"fi": "oppi"}}, {"fi": "Oppimme"})


@pytest.mark.parametrize(
    ("edit", "code", "row"),
    [
        (swap("{fi: oppi}", "{sv: medskick}"), "header-label", 5),
        (swap("summary_fi: Mitkä opit alueemme antaa?", "summary_fi:"), "header-missing", 1),
        (swap("#+ tags", "#+ summary_sv: Vilka medskick lämnar vår region?\n#+ tags"), "header-missing", 1),
    ],
    ids=["column", "empty", "half-translated"],
)
def test_a_questions_texts_are_in_all_of_its_languages(tmp_path: Path, edit: Edit, code: str, row: int) -> None:
    write(tmp_path / "omat" / "opit" / "our-lessons.rq", edit(FINNISH))
    faults = [f for f in Catalogue.of([tmp_path / "omat"]).faults() if f.level == "error"]
    assert (faults[0].code, faults[0].row) == (code, row)


# Folders: themes, doubles, what lies in the wrong place


def test_a_theme_without_a_heading_is_shown_by_its_folders_name(tmp_path: Path) -> None:
    write(tmp_path / "mina" / "buller" / "x.rq", QUESTION)
    catalogue = Catalogue.of([tmp_path / "mina"])
    assert catalogue.question("x").heading == {"sv": "buller", "en": "buller"}
    [warning] = catalogue.faults()
    assert (warning.level, warning.file, warning.code) == ("warning", "mina/buller/theme.toml", "theme-title")


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ('title_sv = "Buller"\ntitle_en = Noise\n', 2, "12"),
        ('title_sv = "Buller"\ntitle_en = " "\n', 0, "title_en"),
        ("title_sv = 3\ntitle_en = 'Noise'\n", 0, "title_sv"),
        ("title_sv = 'Buller'\ntitle_en = 'Noise'\norder = 'first'\n", 0, "order"),
    ],
)
def test_a_broken_heading_is_a_fault_and_hides_no_question(tmp_path: Path, text: str, row: int, column: str) -> None:
    write(tmp_path / "mina" / "buller" / "x.rq", QUESTION)
    write(tmp_path / "mina" / "buller" / "theme.toml", text)
    catalogue = Catalogue.of([tmp_path / "mina"])
    [fault_list] = catalogue.faults()
    assert (fault_list.level, fault_list.file, fault_list.row, fault_list.column) == (
        "error",
        "mina/buller/theme.toml",
        row,
        column,
    )
    assert catalogue.question("x") in catalogue.questions()


def test_themes_come_in_the_order_that_their_files_give(tmp_path: Path) -> None:
    write(tmp_path / "a" / "x.rq", QUESTION)
    write(tmp_path / "b" / "y.rq", QUESTION)
    write(tmp_path / "b" / "theme.toml", "title_sv = 'B'\ntitle_en = 'B'\norder = 0\n")
    themes = list(dict.fromkeys(q.theme for q in Catalogue.of([tmp_path]).questions()))
    assert (themes[0], themes[1], themes[-1]) == ("b", "lessons", "a")


def test_a_slug_that_exists_already_names_both_files(tmp_path: Path) -> None:
    write(tmp_path / "mina" / "lessons" / "phase-durations.rq", QUESTION)
    catalogue = Catalogue.of([tmp_path / "mina"])
    [fault_list] = [f for f in catalogue.faults() if f.code == "same-slug"]
    assert fault_list.file == "mina/lessons/phase-durations.rq"
    assert "queries/process/phase-durations.rq" in fault_list.say("sv")
    # the one that comes along is still asked
    assert catalogue.question("phase-durations").theme == "process"


def test_two_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [tmp_path / place / "queries" for place in ("nord", "syd")]
    for folder in folders:
        write(folder / "buller" / "x.rq", QUESTION)
    [double] = Catalogue.of(folders).doubles()
    assert (double.file, "nord/queries/buller/x.rq" in double.say("en")) == ("syd/queries/buller/x.rq", True)


@pytest.mark.parametrize("place", ["", "nowhere", "empty"])
def test_a_folder_without_questions_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "loose.rq", QUESTION)
    with pytest.raises(Faulty) as caught:
        Catalogue.of([tmp_path / place])
    assert [f.code for f in caught.value.faults] == (["no-queries"] if place else ["loose-query"])


def test_what_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "buller" / "x.rq", QUESTION.replace("SELECT", "SELCT"))
    catalogue = Catalogue.of([tmp_path])
    before = catalogue.mark()
    with pytest.raises(BrokenQueryError):
        catalogue.question("x")
    write(path, QUESTION)
    assert catalogue.question("x").slug == "x"
    write(tmp_path / "nytt" / "y.rq", QUESTION)
    assert catalogue.question("y").theme == "nytt"
    assert catalogue.mark() != before


# What is whole is found everywhere


def test_own_questions_and_views_in_python(kg: KnowledgeGraph, store_folder: Path, own: Path) -> None:
    ours = knowledge_graph.open_graph(store_folder, queries=[str(own)])
    assert {q.slug for q in ours.questions()} - {q.slug for q in kg.questions()} == {"our-lessons"}
    assert {q.slug for q in ours.views()} - {q.slug for q in kg.views()} == {"our-picture"}
    every, some = ours.ask("our-lessons").rows, ours.ask("our-lessons", process="regionplan-skane").rows
    assert 0 < len(some) < len(every)
    assert ours.network("our-picture").number_of_edges() > 0


def test_the_environment_names_folders(monkeypatch: pytest.MonkeyPatch, own: Path, tmp_path: Path) -> None:
    write(tmp_path / "buller" / "x.rq", QUESTION)
    monkeypatch.setenv("MEDSKICK_QUERIES", os.pathsep.join((str(own), str(tmp_path))))
    slugs = {q.slug for q in Catalogue.of().questions()}
    assert {"our-lessons", "x", "phase-durations"} <= slugs
    # what is given goes before
    assert "our-lessons" not in {q.slug for q in Catalogue.of([tmp_path]).questions()}


@pytest.mark.parametrize(("lang", "heading", "summary"), [
    ("sv", "Vår regions frågor", "Vilka medskick lämnar vår region?"),
    ("en", "Our own questions", "Which lessons does our region give?"),
])  # fmt: skip
def test_own_questions_on_pages_api_and_in_search(healthy: TestClient, lang: str, heading: str, summary: str) -> None:
    listed = healthy.get(f"/{lang}/questions").text
    assert heading in listed and summary in listed
    assert healthy.get(f"/{lang}/questions/our-lessons").status_code == 200
    assert summary in {q["question"] for q in healthy.get(f"/questions?lang={lang}").json()["questions"]}
    assert healthy.get(f"/questions/our-lessons?format=json&lang={lang}").json()["rows"]
    words = healthy.get("/search.json", params={"q": summary, "lang": lang}).text
    assert "/questions/our-lessons" in words
    assert heading in healthy.get(f"/{lang}/sparql").text
    assert "/questions/our-lessons" in healthy.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize(("lang", "summary"), [
    ("sv", "Våra medskick och var de är lärda"), ("en", "Our lessons and where they were learned"),
])  # fmt: skip
def test_own_views_on_pages_and_as_files(healthy: TestClient, lang: str, summary: str) -> None:
    assert summary in healthy.get(f"/{lang}/graph").text
    assert summary in healthy.get(f"/{lang}/views/our-picture").text
    assert healthy.get(f"/graph/picture.svg?view=our-picture&lang={lang}").text.startswith("<svg")
    assert healthy.get("/graph/picture.graphml?view=our-picture").status_code == 200
    assert healthy.get("/graph/picture.html?view=our-picture").status_code == 200


@pytest.mark.browser_all
def test_own_questions_and_views_on_the_command_line(store_folder: Path, own: Path, tmp_path: Path) -> None:
    given = ("--queries", own, "--store", store_folder)
    listed = run("ask", *given, lang="sv")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "Vår regions frågor" in listed.stdout and "our-lessons" in listed.stdout
    answer = run("ask", "our-lessons", "--phase-type", "samråd", "--format", "json", *given)
    assert answer.returncode == 0 and json.loads(answer.stdout)["rows"]
    assert "our-picture" in run("view", "--store", store_folder, MEDSKICK_QUERIES=str(own)).stdout
    picture = run("view", "our-picture", "-o", tmp_path / "x.html", *given)
    assert picture.returncode == 0 and (tmp_path / "x.html").stat().st_size > 10_000


# name of a question: its picture and what it draws; things, texts, dates and numbers may stand anywhere
DRAWN = {
    "marks-of-texts": ("timeline", "{marks: [{what: label, date: date}]}"),
    "lanes-of-texts": ("timeline", "{lane: label, marks: [{what: phase, date: date}]}"),
    "dates-of-texts": ("timeline", "{lane: phase, marks: [{what: phase, date: label}]}"),
    "marks-of-numbers": ("timeline", "{lane: n, marks: [{what: n, date: n, start: label, end: date, planned: label}]}"),
    "marks-without-dates": ("timeline", "{marks: [{what: phase}]}"),
    "matrix-of-texts": ("matrix", "{rows: label, columns: date, count: label}"),
    "matrix-of-numbers": ("matrix", "{rows: phase, columns: label, count: n, group: label}"),
    "half-a-matrix": ("matrix", "{rows: phase}"),
    "bars-of-texts": ("bar", "{label: label, group: [label, n]}"),
    "bars-of-one-group": ("bar", "{label: phase, group: label}"),
    "no-options": ("timeline", "{}"),
}
# name of a view: what it constructs
CONSTRUCTED = {
    "no-type": "?lesson msk:learnedIn ?process",
    "without-names": "?lesson msk:learnedIn ?process . [] msk:learnedIn ?process",
    "only-texts": '?lesson a msk:Lesson ; dcterms:description "text"',
    "foreign": "<https://e.org/x> <https://e.org/p> ?process . ?process a <https://e.org/C>",
    "nothing": "?process msk:nothing ?nobody",
}


@pytest.fixture(scope="module")
def odd(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("odd")
    head = QUESTION.partition("#+ tags")[0]
    prefixes = (
        "PREFIX msk: <https://w3id.org/medskick/ontology#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    )
    for slug, (picture, options) in DRAWN.items():
        header = f"{head}#+ view: {picture}\n#+ options: {options}\n{prefixes}"
        body = "?phase a msk:Phase ; rdfs:label ?label ; msk:start ?date . BIND(3 AS ?n)"
        write(folder / "ritat" / f"{slug}.rq", f"{header}SELECT ?phase ?label ?date ?n {{ {body} }}")
    for slug, made in CONSTRUCTED.items():
        header = head + prefixes + "PREFIX dcterms: <http://purl.org/dc/terms/>\n"
        text = f"{header}CONSTRUCT {{ {made} }} WHERE {{ ?lesson a msk:Lesson ; msk:learnedIn ?process }}"
        write(folder / "views" / f"{slug}.rq", text)
    assert Catalogue.of([folder]).left_out() == []
    return TestClient(create_app(Settings(store=store_folder, queries=(folder,))), raise_server_exceptions=False)


@pytest.mark.parametrize("slug", DRAWN)
def test_any_column_can_be_drawn(odd: TestClient, slug: str) -> None:
    assert odd.get(f"/en/questions/{slug}").status_code == 200


@pytest.mark.parametrize("slug", CONSTRUCTED)
def test_any_view_can_be_shown(odd: TestClient, slug: str) -> None:
    assert odd.get(f"/sv/views/{slug}").status_code == 200
    for kind in ("svg", "graphml", "html"):
        assert odd.get(f"/graph/picture.{kind}?view={slug}").status_code == 200


# What is broken is left out, and said


@pytest.mark.parametrize(
    ("old", "new", "row", "fix"),
    [
        ("WHERE { ?lesson a msk:Lesson", "WHERE { ?lesson a msk:Lessson", 13, "msk:Lesson"),
        ("; msk:learnedIn ?process }\n", "; msk:learndIn ?process }\n", 13, "msk:learnedIn"),
    ],
)
def test_a_misspelt_term_in_a_query_is_told(tmp_path: Path, old: str, new: str, row: int, fix: str) -> None:
    text = VIEW[: VIEW.index("WHERE")] + VIEW[VIEW.index("WHERE") :].replace(old, new)
    assert text != VIEW
    reading = read_file(write(tmp_path / "views" / "our-picture.rq", text), "our-picture.rq")
    [fault] = reading.faults
    assert (fault.code, fault.row, fault.fix, fault.level) == ("unknown-term", row, fix, "warning")
    assert reading.query is not None


def lists_only_what_is_whole(slugs: set[str]) -> bool:
    return {"our-lessons", "lessons-about-the-start"} <= slugs and not slugs & (LEFT_OUT - {"phase-durations"})


def test_python_leaves_out_what_is_broken_with_a_warning(store_folder: Path, broken_queries: Path) -> None:
    ours = KnowledgeGraph(store_folder, [broken_queries])
    with pytest.warns(UserWarning, match="trasigt/sparql-typo.rq, row 23, column 3"):
        assert lists_only_what_is_whole({q.slug for q in ours.questions()})
    with pytest.warns(UserWarning, match="views/view-typo.rq"):
        assert "our-picture" in {q.slug for q in ours.views()}
    with pytest.raises(BrokenQueryError, match="row 23, column 3"):
        ours.ask("sparql-typo")


@pytest.mark.parametrize("address", ["/{lang}/questions", "/{lang}/graph", "/{lang}/sparql", "/{lang}/charts"])
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_pages_stand_beside_broken_files(wounded: TestClient, address: str, lang: str) -> None:
    answer = wounded.get(address.format(lang=lang))
    assert answer.status_code == 200
    assert not re.search(r"/questions/sparql-typo\b(?!\.rq)|/views/view-typo\b(?!\.rq)", answer.text)


@pytest.mark.parametrize(("lang", "heading", "place"), [
    ("sv", "Utelämnat", "vara-fragor/trasigt/sparql-typo.rq, rad 23, kolumn 3"),
    ("en", "Left out", "vara-fragor/trasigt/sparql-typo.rq, row 23, column 3"),
])  # fmt: skip
def test_the_list_of_questions_says_what_is_left_out(
    wounded: TestClient, healthy: TestClient, broken_queries: Path, lang: str, heading: str, place: str
) -> None:
    page = wounded.get(f"/{lang}/questions").text
    assert heading in page and place in page
    assert all(f"/{slug}.rq" in page for slug in LEFT_OUT)
    # where the server keeps its files is nobody's business
    assert str(broken_queries.parent) not in page
    assert heading not in healthy.get(f"/{lang}/questions").text
    assert "/views/view-typo.rq" in wounded.get(f"/{lang}/graph").text


def test_programs_are_told_what_is_left_out(wounded: TestClient) -> None:
    content = wounded.get("/questions?lang=en").json()
    assert lists_only_what_is_whole({q["slug"] for q in content["questions"]})
    assert {Path(entry["file"]).stem for entry in content["left_out"]} == LEFT_OUT
    paths = wounded.get("/openapi.json").json()["paths"]
    assert lists_only_what_is_whole({path.removeprefix("/questions/") for path in paths})
    assert wounded.get("/search.json?q=medskick&lang=sv").status_code == 200
    assert wounded.get("/", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("slug", sorted({*ALL_BROKEN, "not-utf8"}))
def test_asking_for_a_broken_file_says_why(wounded: TestClient, slug: str) -> None:
    kind = "views" if slug in BROKEN_VIEWS else "questions"
    for lang in ("sv", "en"):
        page = wounded.get(f"/{lang}/{kind}/{slug}")
        assert page.status_code == 404 and f"/{slug}.rq" in page.text
    program = f"/graph/picture.svg?view={slug}" if kind == "views" else f"/questions/{slug}?format=json"
    answer = wounded.get(program)
    assert answer.status_code == 404 and f"/{slug}.rq" in answer.json()["detail"]


def test_a_server_says_at_its_start_what_it_leaves_out(
    store_folder: Path, broken_queries: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(Settings(store=store_folder, queries=(broken_queries,), lang="sv"))):
        pass
    said = capsys.readouterr().err
    assert "Utelämnas: vara-fragor/trasigt/sparql-typo.rq, rad 23, kolumn 3" in said
    assert all(f"/{slug}.rq" in said for slug in LEFT_OUT)


def test_a_server_heals_when_the_file_is_put_right(
    store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medskick.web.stores.LOOKED_AT", 0.0)
    path = write(tmp_path / "buller" / "x.rq", QUESTION.replace("SELECT", "SELCT"))
    client = TestClient(create_app(Settings(store=store_folder, queries=(tmp_path,))))
    first = client.get("/en/questions")
    assert '/questions/x"' not in first.text and "buller/x.rq" in first.text
    write(path, QUESTION)
    again = client.get("/en/questions", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200 and '/questions/x"' in again.text and "buller/x.rq" not in again.text


def test_the_list_on_the_command_line_says_what_is_left_out(store_folder: Path, broken_queries: Path) -> None:
    result = run("ask", "--queries", broken_queries, "--store", store_folder, lang="sv")
    assert result.returncode == 0 and "our-lessons" in result.stdout and "sparql-typo" not in result.stdout
    assert "Traceback" not in result.stderr
    assert all(f"/{slug}.rq" in result.stderr for slug in LEFT_OUT)


@pytest.mark.parametrize(("command", "slug", "place"), [
    ("ask", "sparql-typo", "rad 23, kolumn 3"), ("ask", "no-summary-sv", "rad 1"), ("view", "view-typo", "rad 13"),
])  # fmt: skip
def test_asking_for_a_broken_file_on_the_command_line(
    store_folder: Path, broken_queries: Path, command: str, slug: str, place: str
) -> None:
    result = run(command, slug, "--queries", broken_queries, "--store", store_folder, lang="sv")
    assert (result.returncode, result.stdout) == (2, "")
    assert f"/{slug}.rq, {place}" in result.stderr and "Traceback" not in result.stderr


def test_a_name_that_is_taken_is_said_when_it_is_asked_for(store_folder: Path, broken_queries: Path) -> None:
    result = run("ask", "phase-durations", "--queries", broken_queries, "--store", store_folder)
    assert result.returncode == 0
    assert "queries/process/phase-durations.rq" in result.stderr


@pytest.mark.parametrize("command", ["ask", "view", "build", "explore", "publish"])
def test_a_folder_that_is_not_there_is_refused(store_folder: Path, tmp_path: Path, command: str) -> None:
    more = [tmp_path / "site"] if command == "publish" else []
    result = run(command, *more, "--queries", tmp_path / "nowhere", "--store", store_folder, lang="sv")
    assert result.returncode == 2 and "nowhere" in result.stderr and "Traceback" not in result.stderr
    assert not (tmp_path / "site").exists()


# The check and the build


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(room("graph") / "national", folder / "national")
    return folder


@pytest.mark.parametrize(
    ("lang", "place"),
    [("sv", "rad 23, kolumn 3"), pytest.param("en", "row 23, column 3", marks=pytest.mark.browser_all)],
)
def test_check_reads_all_content_and_tells_all_at_once(
    small_data: Path, broken_queries: Path, lang: str, place: str
) -> None:
    result = run("check", "--alone", "--data", small_data, "--queries", broken_queries, lang=lang)
    assert result.returncode == 2 and "Traceback" not in result.stderr
    assert f"trasigt/sparql-typo.rq, {place}" in result.stderr
    assert all(f"/{slug}.rq" in result.stderr for slug in LEFT_OUT)


def test_check_of_whole_content_has_no_faults(small_data: Path, own: Path) -> None:
    result = run("check", "--alone", "--data", small_data, "--queries", own)
    assert result.returncode == 0, result.stderr


@pytest.mark.browser_all
def test_a_build_warns_of_a_broken_question_and_goes_on(small_data: Path, broken_queries: Path, tmp_path: Path) -> None:
    result = run("build", "--alone", "--data", small_data, "--queries", broken_queries, "--store", tmp_path / "store")
    assert result.returncode == 0 and "Left out: vara-fragor/trasigt/sparql-typo.rq" in result.stderr
    assert (tmp_path / "store" / "current").is_file()


@pytest.mark.browser_all
def test_a_site_of_files_has_what_is_whole(small_store: Path, broken_queries: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    result = run("publish", site, "--queries", broken_queries, "--store", small_store)
    assert result.returncode == 0, result.stderr
    assert "Left out: vara-fragor/trasigt/sparql-typo.rq" in result.stderr
    assert (site / "sv" / "questions" / "our-lessons.html").is_file()
    assert (site / "sv" / "views" / "our-picture.html").is_file()
    assert not list(site.rglob("sparql-typo*"))
    assert "trasigt/sparql-typo.rq" in (site / "sv" / "questions.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address", ["/sv/questions", "/sv/graph", "/sv/questions/our-lessons", "/sv/views/our-picture"]
)
def test_pages_of_the_site_of_files_are_made(wounded: TestClient, address: str) -> None:
    from medskick.web.publish import _get
    from medskick.web.static_site import Static

    status, body = asyncio.run(_get(wounded.app, address, Static("")))
    assert status == 200
    # what is said on the two lists
    assert ("/views/view-typo.rq" in body.decode()) == (address in ("/sv/questions", "/sv/graph"))


# A copy of the house, its own content broken


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The content rooms in a folder of their own, as the program's rooms."""
    for name in ("ontology", "queries", "viz"):
        shutil.copytree(room(name), tmp_path / name, ignore=shutil.ignore_patterns("vendor"))
    monkeypatch.setattr("medskick.rooms._CHECKOUT", tmp_path)
    monkeypatch.setattr("medskick.rooms.in_checkout", lambda: True)
    return tmp_path


PAGES = (
    "/en/", "/sv/questions", "/search.json?q=plan", "/openapi.json", "/questions", "/en/charts", "/en/graph",
    "/en/timeline", "/en/views/who-met-whom", "/graph/picture.svg?view=who-met-whom",
)  # fmt: skip


def statuses(store: Path) -> set[int]:
    client = TestClient(create_app(Settings(store=store)), raise_server_exceptions=False)
    return {client.get(address).status_code for address in PAGES}


@pytest.mark.browser_all
@pytest.mark.parametrize("name", ["lessons/lessons-about-the-start.rq", "views/decision-chain.rq"])
def test_a_shipped_file_that_breaks_takes_no_other_page_down(store_folder: Path, copied: Path, name: str) -> None:
    path = copied / "queries" / name
    write(path, path.read_text(encoding="utf-8").replace("WHERE", "WHRE"))
    assert statuses(store_folder) == {200}
    assert [f.file for f in Catalogue().left_out()] == [f"queries/{name}"]


def test_a_report_that_needs_a_broken_question_says_so(store_folder: Path, copied: Path) -> None:
    path = copied / "queries" / "process" / "phase-durations.rq"
    write(path, path.read_text(encoding="utf-8").replace("WHERE", "WHRE"))
    client = TestClient(create_app(Settings(store=store_folder)), raise_server_exceptions=False)
    page = client.get("/sv/compare?process=skane%3Aregionplan-skane&process=stockholm%3Arufs-2050")
    assert page.status_code == 503 and "queries/process/phase-durations.rq, rad" in page.text


STYLES: dict[str, tuple[Edit, int, str, str, str | None]] = {
    "toml": (swap('colour = "#4F97D0"', "colour = #4F97D0"), 8, "10", "toml", None),
    "class": (swap("[Phase]", "[Phas]"), 15, "", "style-class", "Phase"),
    "shape": (swap('"hexagon"', '"hexagone"'), 13, "shape", "style-shape", "hexagon"),
    "colour": (swap("#4F97D0", "blue"), 8, "colour", "style-colour", None),
    "no-shape": (swap('shape = "triangleDown"\n', ""), 7, "shape", "style-key", None),
    "odd-key": (swap('shape = "triangleDown"', 'shape = "triangleDown"\ncolor = "#000000"'), 10, "color", "style-key",
                "colour"),
    "no-concept": (lambda text: re.sub(r"\[Concept\]\n.*\n.*\n", "", text), 0, "", "style-missing", None),
}  # fmt: skip


@pytest.mark.parametrize("kind", STYLES)
def test_a_broken_style_is_a_fault_with_its_place(copied: Path, kind: str) -> None:
    edit, row, column, code, fix = STYLES[kind]
    path = copied / "viz" / "styles.toml"
    write(path, edit(path.read_text(encoding="utf-8")))
    [faults] = look.style_faults()
    assert (faults.file, faults.row, faults.column, faults.code, faults.fix) == (
        "viz/styles.toml",
        row,
        column,
        code,
        fix,
    )
    assert faults.say("sv") != faults.say("en")
    assert look.look_of("Lesson").keys() == {"colour", "shape"}


# a file that cannot be read, and a kind that has no style
@pytest.mark.browser_all
@pytest.mark.parametrize("kind", ["toml", "no-concept"])
def test_a_broken_style_takes_no_page_down(store_folder: Path, copied: Path, kind: str) -> None:
    path = copied / "viz" / "styles.toml"
    write(path, STYLES[kind][0](path.read_text(encoding="utf-8")))
    assert statuses(store_folder) == {200}


def test_a_style_is_changed_without_python(copied: Path) -> None:
    path = copied / "viz" / "styles.toml"
    write(path, path.read_text(encoding="utf-8").replace("#4F97D0", "#123456"))
    assert look.look_of("Process")["colour"] == "#123456"
    assert look.style_faults() == []


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_broken_file_of_words_is_a_fault_and_its_texts_come_in_another_language(copied: Path, lang: str) -> None:
    from medskick.words import forget, say

    path = copied / "viz" / "words" / lang / "web.toml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + "odd = what\n", encoding="utf-8")
    forget()
    try:
        [faults] = word_faults()
        assert (faults.file, faults.row, faults.column) == (f"viz/words/{lang}/web.toml", whole.count("\n") + 1, "7")
        assert say("web.nav-questions", lang) in ("Frågor", "Questions")
    finally:
        forget()


def test_what_ships_has_no_faults_and_no_warnings() -> None:
    faults: list[Fault] = [*Catalogue().faults(), *look.style_faults(), *word_faults()]
    assert faults == []
