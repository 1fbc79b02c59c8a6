"""The exports of other systems, read by a mapping that is a file: Decidim's, with the columns of its serialisers."""

import csv
import io
import json
from pathlib import Path

import pytest

from medskick.sheets.answers import Answers, read_answers, read_mapping, shipped_mappings
from own_dataset import write
from test_import import files, run, table

PLATFORM = "https://delta.exempel.example"
SPACE = {"participatory_space/id": "4", "participatory_space/url": f"{PLATFORM}/processes/Regionplan?locale=sv"}
# what a serialiser gives as nested names, its CSV exporter writes with slashes; of the columns that are left out some
PROCESS = {
    "id": "4",
    "title/sv": "Regionplan på delta",
    "title/en": "Regional plan on delta",
    "title/ca": "Pla",
    "title/machine_translations/es": "Plan",
    "slug": "Regionplan",
    "reference": "D-PART-4",
    "created_at": "2024-01-10 08:00:00 UTC",
    "follows_count": "12",
    "short_description/sv": "<p>Vad tycker du?</p>",
    "promoted": "false",
    "url": f"{PLATFORM}/processes/Regionplan",
    "start_date": "2024-02-01",
    "end_date": "2024-06-30",
    "developer_group/sv": "",
    "area/id": "",
    "participatory_process_group/title/sv": "",
}
MEETING = {
    "id": "7",
    "author/id": "3",
    "author/name": "Kim Exempel",
    "author/url": f"{PLATFORM}/profiles/kim",
    **SPACE,
    "taxonomies/id": "",
    "component/id": "12",
    "title/sv": "Samtal om stränderna",
    "description/sv": "<p>Kom!</p>",
    "start_time": "2024-03-05 17:30:00 +0100",
    "end_time": "2024-03-05 19:30:00 +0100",
    "attendees": "0",
    "address": "Storgatan 1",
    "attachments": "0",
    "url": f"{PLATFORM}/processes/Regionplan/f/12/meetings/7",
    "related_proposals": "",
    "published": "true",
    "withdrawn": "false",
    "type_of_meeting": "in_person",
}
PROPOSAL = {
    "id": "7",
    "author/name": "Kim Exempel",
    **SPACE,
    "component/id": "13",
    "title/sv": "Skydda stränderna",
    "body/sv": "<p>Stränderna är allas.</p>",
    "state": "accepted",
    "supports": "31",
    "published_at": "2024-03-06 09:15:00 UTC",
    "url": f"{PLATFORM}/processes/Regionplan/f/13/proposals/7",
    "meeting_urls": f"{PLATFORM}/processes/Regionplan/f/12/meetings/7, {PLATFORM}/processes/Regionplan/f/12/meetings/8",
    "is_amend": "false",
}
RESULT = {
    "id": "2",
    "parent/id": "",
    "title/sv": "Strandprogram",
    "description/sv": "<p>Ett program.</p>",
    "start_date": "2025-01-01",
    "status/key": "ongoing",
    "progress": "50.0",
    "created_at": "2024-09-01 10:00:00 UTC",
    "url": f"{PLATFORM}/processes/Regionplan/f/14/results/2",
    "component/id": "14",
    "proposal_urls": f"{PLATFORM}/processes/Regionplan/f/13/proposals/7",
}
STEPS = [
    {
        "slug": "Regionplan",
        "title": {"sv": "Regionplan på delta"},
        "participatory_process_steps": [
            {
                "id": 21,
                "title": {"sv": "Idéer", "en": "Ideas"},
                "description": {"sv": "<p>Skriv.</p>"},
                "start_date": "2024-02-01T00:00:00.000+01:00",
                "end_date": None,
                "active": True,
                "position": 0,
            }
        ],
    }
]
EXPORTS = {
    "participatory_processes": [PROCESS],
    "meetings": [MEETING, {**MEETING, "id": "8", "withdrawn": "true"}],
    "proposals": [PROPOSAL],
    "results": [RESULT],
}


def exported(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    """A file as Decidim names and writes it: semicolons between cells."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / f"delta.exempel.example-open-data-{name}.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A dataset that has the platform's open data as a source."""
    folder = write(tmp_path)
    line = "decidim,Öppna data,sv,Region Exempel,https://delta.exempel.example/open-data/download,2024-10-01,whole\n"
    sources = folder / "sources.csv"
    sources.write_text(sources.read_text(encoding="utf-8") + line, encoding="utf-8", newline="")
    return folder


def row(folder: Path, name: str, row_id: str) -> dict[str, str]:
    return next(row for row in table(folder, name) if row["id"] == row_id)


def test_decidims_open_data_becomes_rows_and_what_people_wrote_stays_there(dataset: Path, tmp_path: Path) -> None:
    kind = ["--as", "*participatory_processes+kind=regional-plan"]
    for name, rows in EXPORTS.items():
        path = exported(tmp_path, name, rows)
        code, output = run("import", path, "--into", dataset, "--mapping", "decidim", "--apply", *kind)
        assert code == 0, output
        assert f"{len(rows)} {'rad' if len(rows) == 1 else 'rader'} tillkommer" in output
    steps = tmp_path / "participatory_processes.json"
    steps.write_text(json.dumps(STEPS, ensure_ascii=False), encoding="utf-8")
    code, output = run("import", steps, "--into", dataset, "--apply", "--as", "participatory_processes=-")
    assert code == 0, output
    process = row(dataset, "processes", "process-regionplan")
    assert (process["type"], process["kind"], process["planned_start"]) == ("Process", "regional-plan", "2024-02-01")
    assert (process["label_sv"], process["label_en"]) == ("Regionplan på delta", "Regional plan on delta")
    meeting = row(dataset, "events", "meeting-7")
    assert (meeting["process"], meeting["planned_date"], meeting["status"], meeting.get("date", "")) == (
        "process-regionplan", "2024-03-05", "announced", "",
    )  # fmt: skip
    assert row(dataset, "events", "meeting-8")["status"] == "dropped"
    proposal = row(dataset, "contributions", "proposal-7")
    assert (proposal["made_in"], proposal["date"]) == ("meeting-7;meeting-8", "2024-03-06")
    result = row(dataset, "decisions", "result-2")
    assert (result["process"], result["concerns"], result["basis"]) == (
        "process-regionplan", "proposal-7", "inferred",
    )  # fmt: skip
    step = row(dataset, "phases", "step-21")
    assert (step["process"], step["label_en"], step["planned_start"]) == ("process-regionplan", "Ideas", "2024-02-01")
    everything = b"".join(files(dataset).values()).decode()
    assert "Kim" not in everything and "Stränderna är allas" not in everything and "<p>" not in everything


def test_the_mapping_is_kept_and_not_asked_for_again(dataset: Path, tmp_path: Path) -> None:
    path = exported(tmp_path, "participatory_processes", [PROCESS])
    code, output = run("import", path, "--into", dataset, "--mapping", "decidim", "--apply")
    assert code == 2 and "Slag" in output and "import.toml" not in files(dataset)
    kind = ["--as", "*participatory_processes+kind=regional-plan"]
    assert run("import", path, "--into", dataset, "--mapping", "decidim", "--apply", *kind)[0] == 0
    assert read_answers(dataset / "import.toml").columns == read_mapping("decidim").columns
    code, output = run("import", path, "--into", dataset)
    assert code == 0 and "0 rader tillkommer" in output, output


def test_a_platform_that_the_source_does_not_name_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = files(folder)
    code, output = run("import", exported(tmp_path, "results", [RESULT]), "--into", folder, "--mapping", "decidim")
    assert code == 2 and "decidim" in output and files(folder) == before


def test_every_answer_is_written_and_read_back(tmp_path: Path) -> None:
    for name in shipped_mappings():
        answers = read_mapping(name)
        (tmp_path / "import.toml").write_text(answers.text(), encoding="utf-8")
        assert read_answers(tmp_path / "import.toml") == answers


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('[forms.Blad]\nA = "x"', "forms"),
        ('[forms.Blad]\nA = { befor = "x" }', "forms"),
        ('[sheets]\nA = ["x"]', "sheets"),
        ('columns = "x"', "columns"),
    ],
)
def test_what_is_no_mapping_is_told(dataset: Path, tmp_path: Path, given: str, said: str) -> None:
    (tmp_path / "mine.toml").write_text(given, encoding="utf-8")
    path = exported(tmp_path, "results", [RESULT])
    code, output = run("import", path, "--into", dataset, "--mapping", tmp_path / "mine.toml")
    assert code == 2 and said in output and "mine.toml" in output
    code, output = run("import", path, "--into", dataset, "--mapping", "decidm")
    assert code == 2 and "decidim" in output


def test_an_answer_that_names_no_column_is_told(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("namn,När\nMöte,2024\n", encoding="utf-8")
    code, output = run("import", tmp_path / "events.csv", "--into", dataset, "--as", "events/När=dat")
    assert code == 2 and "date" in output
    code, output = run("import", tmp_path / "events.csv", "--into", dataset, "--as", "events+statuss=held")
    assert code == 2 and "status" in output


def test_the_nearest_answer_counts() -> None:
    answers = Answers({"*": "-", "*möten": "events"}, {"*möten": {"titel/*": "label_*", "*": "-"}})
    assert (answers.table("alla möten"), answers.table("annat")) == ("events", "-")
    assert (answers.column("möten", "titel/sv"), answers.column("möten", "text")) == ("label_sv", "-")
    assert answers.with_answers(["möten/text=description"]).column("möten", "text") == "description"


@pytest.mark.parametrize(
    ("raw", "said"), [(b"[", "JSON"), (b"[1, 2]", "JSON"), (b"\xff", "JSON"), (b"[" * 100_000, "JSON")]
)
def test_what_is_no_json_table_is_told(dataset: Path, tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "export.json").write_bytes(raw)
    code, output = run("import", tmp_path / "export.json", "--into", dataset)
    assert code == 2 and said in output and "Traceback" not in output
