"""Changes looked through row by row: decided on with reasons, kept, and told of when they are proposed again."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from medskick import cli
from medskick.graph.folder import REVIEWED
from medskick.graph.last_good import keep
from own_dataset import table, write
from test_import_rdf import TURTLE

NEW = {
    "id": "uppstartsmote", "label_sv": "Uppstartsmöte", "label_en": "Kick-off", "form": "seminar",
    "process": "regionplan", "date": "2023-02-01", "basis": "stated", "sources": "redogorelse",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The small dataset as it was last built, and since then: a meeting moved, one added."""
    data = tmp_path / "data"
    place = write(data)
    keep([place], tmp_path / "stores", ())
    events = place / "events.csv"
    text = events.read_text(encoding="utf-8").replace("2024-11-12", "2024-11-20")
    (before,) = csv.DictReader(io.StringIO(text))
    events.write_text(table("events", [before, NEW]), encoding="utf-8", newline="")
    return data


def _review(data: Path, *more: str) -> tuple[int, str, str]:
    options = ["--lang", "en", "--alone", "--data", str(data), "--store", str(data.parent / "stores")]
    result = CliRunner().invoke(cli.app, ["review", "exempel", *more, *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _decide(text: str, place: Path, answers: dict[str, tuple[str, str]]) -> Path:
    """Fill in a table of changes: by id, the answer and its reason."""
    rows = _rows(text)
    for row in rows:
        row["accept"], row["reason"] = answers.get(row["id"], ("", ""))
    with place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return place


def test_changes_are_decided_on_in_a_workbook_too(data: Path) -> None:
    book = data.parent / "changes.xlsx"
    assert _review(data, "-o", str(book))[0] == 0
    opened = openpyxl.load_workbook(book)
    sheet = opened["exempel"]
    (offered,) = sheet.data_validations.dataValidation
    assert (offered.formula1, str(offered.sqref)) == ('"yes,no"', "A2:A3")
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        moved = row[heads.index("id")].value != NEW["id"]
        row[0].value, row[1].value = ("no", "It was not moved.") if moved else ("yes", "")
    opened.save(book)
    code, _, said = _review(data, "--take", str(book))
    assert code == 0 and "Accepted: 1, rejected: 1" in said
    events = (data / "exempel" / "events.csv").read_text(encoding="utf-8")
    assert "2024-11-12" in events and NEW["id"] in events


def test_any_file_that_import_reads_is_reviewed(data: Path) -> None:
    (data.parent / "plan.ttl").write_text(TURTLE, encoding="utf-8")
    code, proposal, said = _review(data, str(data.parent / "plan.ttl"))
    assert code == 0, said
    assert [(row["change"], row["table"], row["id"]) for row in _rows(proposal)] == [
        ("added", "phases", "regionplan-granskning")
    ]


def test_what_changed_since_the_build_is_shown_decided_on_and_kept(data: Path) -> None:
    code, written, _said = _review(data)
    assert code == 0
    shown = {(row["change"], row["table"], row["id"]): row["what"] for row in _rows(written)}
    assert set(shown) == {
        ("changed", "events", "samradsmote"), ("added", "events", "uppstartsmote"),
    }  # fmt: skip
    assert shown["changed", "events", "samradsmote"] == "date: 2024-11-12 → 2024-11-20"

    answers = {"samradsmote": ("nej", "Protokollet säger den 12 november."), "uppstartsmote": ("yes", "")}
    filled = _decide(written, data.parent / "decided.csv", answers)
    code, _, said = _review(data, "--take", str(filled))
    assert code == 0, said
    assert "Accepted: 1, rejected: 1, left: 0." in said
    events = {row["id"]: row for row in _rows((data / "exempel" / "events.csv").read_text(encoding="utf-8"))}
    assert events["samradsmote"]["date"] == "2024-11-12"
    assert events["uppstartsmote"]["date"] == "2023-02-01"
    kept = _rows((data / "exempel" / REVIEWED).read_text(encoding="utf-8"))
    assert [(row["decision"], row["id"], row["reason"]) for row in kept] == [
        ("no", "samradsmote", "Protokollet säger den 12 november."),
        ("yes", "uppstartsmote", ""),
    ]


def test_a_rejected_row_that_comes_again_says_so(data: Path) -> None:
    _, written, _ = _review(data)
    filled = _decide(written, data.parent / "decided.csv", {"samradsmote": ("no", "The minutes say the 12th.")})
    assert _review(data, "--take", str(filled))[0] == 0
    events = data / "exempel" / "events.csv"
    again = events.read_text(encoding="utf-8").replace("2024-11-12", "2024-11-20")

    # the same change of the table itself
    events.write_text(again, encoding="utf-8", newline="")
    _, written, said = _review(data)
    earlier = {row["id"]: row["earlier"] for row in _rows(written)}
    assert earlier["samradsmote"] == "Rejected earlier: The minutes say the 12th."
    assert earlier["uppstartsmote"] == ""
    assert "rejected earlier: 1" in said

    # the same change from a file
    events.write_text(again.replace("2024-11-20", "2024-11-12"), encoding="utf-8", newline="")
    sent = data.parent / "events.csv"
    sent.write_text(again, encoding="utf-8", newline="")
    _, written, _ = _review(data, str(sent))
    assert [row["earlier"] for row in _rows(written)] == ["Rejected earlier: The minutes say the 12th."]
    options = ["import", str(sent), "--into", "exempel", "--lang", "en", "--alone", "--data", str(data)]
    assert "Rejected earlier: The minutes say the 12th." in CliRunner().invoke(cli.app, options).stdout

    # another day is another change
    sent.write_text(again.replace("2024-11-20", "2024-11-21"), encoding="utf-8", newline="")
    _, written, _ = _review(data, str(sent))
    assert [row["earlier"] for row in _rows(written)] == [""]


def test_of_a_file_only_what_is_accepted_enters(data: Path) -> None:
    sent = data.parent / "events.csv"
    sent.write_text(table("events", [{**NEW, "id": f"mote-{n}"} for n in (1, 2, 3)]), encoding="utf-8", newline="")
    _, written, _ = _review(data, str(sent))
    assert [row["id"] for row in _rows(written)] == ["mote-1", "mote-2", "mote-3"]
    filled = _decide(written, data.parent / "d.csv", {"mote-1": ("ja", ""), "mote-2": ("no", "The same meeting.")})
    code, _, said = _review(data, str(sent), "--take", str(filled))
    assert code == 0, said
    assert "Accepted: 1, rejected: 1, left: 1." in said
    ids = [row["id"] for row in _rows((data / "exempel" / "events.csv").read_text(encoding="utf-8"))]
    assert ids == ["mote-1", "samradsmote", "uppstartsmote"]


def test_all_that_is_wrong_with_decisions_is_told_and_nothing_is_written(data: Path) -> None:
    _, written, _ = _review(data)
    answers = {"samradsmote": ("no", ""), "uppstartsmote": ("perhaps", "")}
    filled = _decide(written, data.parent / "decided.csv", answers)
    before = (data / "exempel" / "events.csv").read_bytes()
    code, _, said = _review(data, "--take", str(filled))
    assert code == 2
    assert "decided.csv, row 2, column reason" in said
    assert "decided.csv, row 3, column accept: found “perhaps”" in said
    # a change that is another by now
    text = before.decode().replace("2024-11-20", "2024-11-21")
    filled = _decide(written, data.parent / "decided.csv", {"samradsmote": ("yes", "")})
    (data / "exempel" / "events.csv").write_text(text, encoding="utf-8", newline="")
    code, _, said = _review(data, "--take", str(filled))
    assert code == 2
    assert "decided.csv, row 2, column mark" in said
    assert not (data / "exempel" / REVIEWED).exists()


def test_what_was_never_built_has_nothing_to_be_compared_with(data: Path) -> None:
    write(data, name="ny", description={"base": "https://data.ny.example/"})
    options = ["review", "ny", "--lang", "en", "--alone", "--data", str(data), "--store", str(data.parent / "stores")]
    result = CliRunner().invoke(cli.app, options)
    assert result.exit_code == 2
    assert "ny has not been built here" in result.stderr


def test_decisions_that_leave_a_fault_are_not_written(data: Path) -> None:
    place = data / "exempel"
    phases = place / "phases.csv"
    text = phases.read_text(encoding="utf-8")
    (phase,) = _rows(text)
    later = {**phase, "id": "regionplan-granskning"}
    phases.write_text(table("phases", [phase, later]), encoding="utf-8", newline="")
    events = _rows((place / "events.csv").read_text(encoding="utf-8"))
    events[1]["phase"] = "regionplan-granskning"
    (place / "events.csv").write_text(table("events", events), encoding="utf-8", newline="")
    _, written, _ = _review(data)
    answers = {"regionplan-granskning": ("no", "Not yet."), events[1]["id"]: ("yes", "")}
    filled = _decide(written, data.parent / "decided.csv", answers)
    code, _, said = _review(data, "--take", str(filled))
    assert code == 2
    assert "“regionplan-granskning”" in said
    assert "regionplan-granskning" in phases.read_text(encoding="utf-8")
