"""Nothing of the material is lost, nothing is made up: every fact row has its place, every row its source."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from medskick.graph.assemble import Assembled
from medskick.rooms import room

LISTS = sorted((Path(__file__).parent / "facts").glob("*.csv"))
"""For each file of facts a list of its rows: id, kind and, where a row has its place elsewhere, the table and why."""
ROWS = [row for path in LISTS for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]
FACTS = {row["fact"]: row["kind"] for row in ROWS}
EXCEPTIONS = {row["fact"]: row["table"] for row in ROWS if row["table"]}
FACT_ID = r"[A-Z]{3}-[A-Z]\d+[a-z]?"
SOURCE_ID = r"[A-Z]{1,3}\d+"

TABLES_OF_KIND = {
    "actor": {"actors"},
    "event": {"events"},
    "decision": {"decisions"},
    "document": {"documents"},
    "phase": {"phases"},
    "challenge": {"reflections"},
    "lesson": {"lessons"},
    "stance": {"stances"},
    # what the fact files call context is either told by somebody or a circumstance of the process
    "context": {"reflections", "contexts"},
    "content": {"contents", "rules"},
    "legal-rule": {"contents", "rules"},
    "former-legal-rule": {"contents"},
    "guidance": {"contents"},
    "method": {"lessons"},
    "learning": {"inquiries"},
    "lay-picture": {"reflections"},
}


@pytest.fixture(scope="module")
def places(whole: Assembled) -> dict[str, set[str]]:
    value: dict[str, set[str]] = defaultdict(set)
    for dataset in whole.index.datasets.values():
        for row in dataset.all_rows():
            for fact in row.cells.get("fact", "").split(";"):
                if fact:
                    value[fact].add(row.table)
    return value


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_stands_in_the_table_of_its_kind(places: dict[str, set[str]], fact: str) -> None:
    wanted = {EXCEPTIONS[fact]} if fact in EXCEPTIONS else TABLES_OF_KIND[FACTS[fact]]
    assert places.get(fact, set()) & wanted, f"{fact} stands in {places.get(fact)}, expected {wanted}"


def test_no_exception_is_idle(places: dict[str, set[str]]) -> None:
    idle = [f for f in EXCEPTIONS if places[f] & TABLES_OF_KIND[FACTS[f]]]
    assert idle == []


def test_no_row_names_a_fact_that_does_not_exist(places: dict[str, set[str]]) -> None:
    assert set(places) <= set(FACTS)


@pytest.mark.parametrize("listed", LISTS, ids=lambda p: p.stem)
def test_every_row_of_a_fact_file_is_counted(shared: Path, listed: Path) -> None:
    text = (shared / "facts" / f"{listed.stem}.md").read_text(encoding="utf-8")
    rows = [row["fact"] for row in csv.DictReader(listed.open(encoding="utf-8", newline=""))]
    assert sorted(set(re.findall(rf"^\| ({FACT_ID}) \|", text, re.M))) == sorted(rows)


def test_every_exception_says_why() -> None:
    assert [row["fact"] for row in ROWS if bool(row["table"]) != bool(row["reason"])] == []


def test_every_listed_source_is_a_source_row(shared: Path, whole: Assembled) -> None:
    text = (shared / "facts" / "sources.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([STHN]\d+) \|", text, re.M))
    rows = {r.cells.get("notation", "") for d in whole.index.datasets.values() for r in d.rows.get("sources", [])}
    assert listed <= rows


def test_a_page_read_in_part_is_never_called_whole(shared: Path, whole: Assembled) -> None:
    files = [shared / "facts" / f"{name}.md" for name in ("sources", "sources-more")]
    lines = "\n".join(path.read_text(encoding="utf-8") for path in files)
    listed = dict(re.findall(rf"^\| ({SOURCE_ID}) \|.*\| ([^|]+) \|$", lines, re.M))
    wrong = [
        r.id
        for d in whole.index.datasets.values()
        for r in d.rows.get("sources", [])
        if "whole" not in listed.get(r.cells.get("notation", ""), "whole")
        and r.cells["coverage"] == "whole"
        # S42 lists three pages by size alone
        and r.cells["notation"] != "S42"
    ]
    assert wrong == []


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_no_run_of_eight_words_of_the_publication_page(shared: Path, whole: Assembled) -> None:
    page = _words((shared / "facts" / "publication-page.sv.txt").read_text(encoding="utf-8"))
    runs = {tuple(page[i : i + 8]) for i in range(len(page) - 7)}
    copied = []
    for name in ("graph", "queries", "viz", "ontology"):
        for path in room(name).rglob("*"):
            if path.is_file() and path.suffix in (".csv", ".rq", ".ttl", ".toml", ".j2", ".js"):
                words = _words(path.read_text(encoding="utf-8"))
                copied += [(path.name, run) for i in range(len(words) - 7) if (run := tuple(words[i : i + 8])) in runs]
    assert copied == []


def test_every_row_cites(whole: Assembled) -> None:
    without = [
        f"{r.dataset}/{r.table}/{r.id}"
        for d in whole.index.datasets.values()
        for r in d.all_rows()
        if r.table not in ("sources", "citations", "gaps", "concepts") and not r.cells.get("sources")
    ]
    assert without == []


def test_an_empty_date_of_the_facts_stays_empty(whole: Assembled) -> None:
    """Spot checks by hand: what the fact files leave empty is empty in the tables."""
    rows = whole.index.rows["skane"]
    assert "date" not in rows["genomforandebilagan-utgar"].cells  # SKA-B12
    assert "body" not in rows["genomforandebilagan-utgar"].cells
    assert "body" not in rows["samradet-startar"].cells  # SKA-B9
    assert "start" not in rows["regionplan-skane-antagande"].cells  # SKA-F6
    assert "body" not in rows["rus-antas"].cells  # SKA-B13
    assert "date" not in rows["samradsmoten"].cells  # SKA-D8


def test_no_natural_person_can_be_entered(whole: Assembled) -> None:
    types = {r.cells.get("type") for d in whole.index.datasets.values() for r in d.rows.get("actors", [])}
    assert types <= {"Organisation", "ActorGroup", "Post"}
