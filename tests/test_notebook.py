"""What a notebook shows: answers, reports and pictures as HTML and as data frames; the worked notebook runs."""

import csv
import os
import re
import shutil
import subprocess
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import need
from medskick.knowledge_graph import KnowledgeGraph
from medskick.notebook import SHOWN_ROWS
from medskick.ontology import THINGS
from medskick.reports.html import as_html
from running import running

ROOT = Path(__file__).parents[1]
SKANE = "skane:regionplan-skane"


def test_an_answer_is_a_table_with_links_and_its_note(kg: KnowledgeGraph) -> None:
    html = kg.ask("decisions-in-order", process=SKANE)._repr_html_()
    assert f'href="{THINGS}skane/regionplanen-antas">The regional plan is adopted</a>' in html
    # the note that the sources were read in part; no numbers that lead to another answer's sources
    assert "read only in part" in html and 'href="#' not in html and "<script" not in html


def test_a_long_answer_shows_its_first_rows_and_how_many_there_are(kg: KnowledgeGraph) -> None:
    answer = kg.ask("inferred-and-why")
    html = answer._repr_html_()
    assert html.count("<tr>") == SHOWN_ROWS + 1
    assert f"The first 20 of {len(answer.rows)} rows." in html


def test_nothing_prints_all_that_it_holds(kg: KnowledgeGraph) -> None:
    for shown in (kg, kg.ask("inferred-and-why"), kg.gaps(), kg.picture("decision-chain"), kg.questions()[0]):
        assert len(repr(shown)) < 300
    assert len(repr(kg.questions())) < 10_000


def test_a_data_frame_has_dates_as_text_with_their_first_and_last_day(kg: KnowledgeGraph) -> None:
    answer = kg.ask("decisions-in-order", process=SKANE)
    frame = answer.to_pandas().set_index("decision_iri")
    # SKA-B1: in a week; SKA-F5: in a month; SKA-B11: on a day
    for decision, text, first, last in (
        ("medel-till-regionplanearbetet", "2018-11-05/2018-11-11", "2018-11-05", "2018-11-11"),
        ("beslut-om-granskning", "2021-09", "2021-09-01", "2021-09-30"),
        ("regionplanen-antas", "2022-06-14", "2022-06-14", "2022-06-14"),
    ):
        row = frame.loc[f"{THINGS}skane/{decision}"]
        assert row["date"] == text
        assert (str(row["date_earliest"].date()), str(row["date_latest"].date())) == (first, last)
    assert frame["date"].isna().sum() == 1  # no source dates when the annex was dropped
    same = answer.to_polars().rows(named=True)
    [adopted] = [row for row in same if row["decision_iri"] == f"{THINGS}skane/regionplanen-antas"]
    assert adopted["date"] == "2022-06-14" and adopted["date_latest"] == date(2022, 6, 14)
    # marked as in the other forms
    assert [row["decision_iri"].rpartition("/")[2] for row in same if "date" in (row["inferred_columns"] or "")] == [
        "medel-till-regionplanearbetet", "samradet-startar", "beslut-om-granskning",
    ]  # fmt: skip


def test_numbers_are_numbers(kg: KnowledgeGraph) -> None:
    answer = kg.ask("referral-bodies-and-answers", process="stockholm:rufs-2050")
    assert answer.to_pandas()["count"].max() == 600 and answer.to_polars()["count"].max() == 600  # STO-A19


def test_a_report_stands_as_it_prints(kg: KnowledgeGraph) -> None:
    report = kg.compare("halland", "skane")
    html = report._repr_html_()
    assert unescape(html.partition('srcdoc="')[2].partition('"')[0]) == as_html(report)
    assert 'sandbox="' in html and "allow-same-origin" not in html


def test_a_picture_stands_inline_and_asks_no_host(kg: KnowledgeGraph) -> None:
    html = kg.picture("decision-chain", process=SKANE)._repr_html_()
    page = unescape(html.partition('srcdoc="')[2].partition('"')[0])
    assert "default-src 'none'" in unescape(page) and "The regional plan is adopted" in page


@pytest.mark.browser_all
def test_the_worked_notebook_runs(whole_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSKICK_STORE", str(whole_store))
    notebook = nbformat.read(ROOT / "docs" / "between-levels.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    # a notebook in the repository has no results that may be out of date
    assert all(not cell.get("outputs") for cell in notebook.cells)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = {cell["id"]: cell["outputs"][0]["data"] for cell in notebook.cells if cell.get("outputs")}
    assert "srcdoc=" in shown["picture"]["text/html"]
    between = shown["between"]["text/plain"]
    # Skåne's network has no national actor; those that were announced in Blekinge (BLE-D2) do not count as met
    assert "Region Halland" in between and "County Administrative Board of Stockholm" in between
    assert "regionplan-skane" not in between and "blekinge" not in between
    by_law = shown["law"]["text/html"]
    assert "voluntary planning" in by_law and "no law entered" in by_law and "None" not in by_law
    assert all(len(data["text/plain"]) < 43_000 for data in shown.values())


@pytest.mark.browser_all
def test_the_page_on_r_gives_what_the_notebook_gives(
    whole_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rscript = shutil.which("Rscript")
    need(rscript is not None, "R (Rscript)")
    monkeypatch.setenv("MEDSKICK_STORE", str(whole_store))
    page = (ROOT / "docs" / "from-r.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```r\n(.*?)^```$", page, re.M | re.S)
    script = tmp_path / "between.R"
    script.write_text(code + 'write.csv(between, "between.csv", row.names = FALSE)\n', encoding="utf-8")
    with running(whole_store, "seconds=60.0") as server:
        done = subprocess.run(
            [str(rscript), "--vanilla", str(script)], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "MEDSKICK_ENDPOINT": f"{server.address}sparql", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # processes under a law without anybody between are counted too
    assert re.search(r"voluntary planning.* 0 of \d+$", done.stdout, re.M), done.stdout

    notebook = nbformat.read(ROOT / "docs" / "between-levels.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)
    theirs = sorted(
        (row["process"].rpartition("/")[2], int(row["municipal"]), int(row["national"]), row["laws"])
        for row in csv.DictReader((tmp_path / "between.csv").read_text(encoding="utf-8").splitlines())
    )
    ours = names["between"][["process", "municipal", "national", "laws"]].itertuples(index=False)
    assert theirs == sorted(map(tuple, ours)) and len(theirs) > 5
