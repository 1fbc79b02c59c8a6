"""The command line as a user meets it, in both languages."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import docx
import pyoxigraph as ox
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from conftest import rows_of
from medskick import cli


def run(*args: str, lang: str = "en", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from medskick.cli import main; main()", *args],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "MEDSKICK_LANG": lang, "COLUMNS": "120", **env},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("lang", "word"), [("sv", "Ställ en fråga"), ("en", "Ask a question")])
def test_help_speaks_the_readers_language(lang: str, word: str) -> None:
    assert word in run("--help", lang=lang).stdout


@pytest.mark.parametrize("command", ["--help", "ask --help", "view --help", "build --foo"])
def test_no_help_page_mixes_languages(command: str) -> None:
    found = run(*command.split(), lang="sv")
    text = found.stdout + found.stderr
    assert "Användning:" in text
    for word in ("Usage", "Show this message", "Commands", "Error", "default:", "No such"):
        assert word not in text


def test_ask_lists_the_catalogue(store_folder: Path) -> None:
    for lang, summary in (("sv", "utmaningar"), ("en", "challenges")):
        found = run("ask", "--store", str(store_folder), lang=lang).stdout
        assert "lessons-about-the-start" in found and summary in found
        assert "--phase-type" in found


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_an_answer_in_every_form(store_folder: Path, form: str) -> None:
    found = run("ask", "lessons-about-the-start", "--format", form, "--store", str(store_folder), "--lang", "sv")
    assert found.returncode == 0, found.stderr
    # CSV is for machines: IRIs as well as names
    assert "nytta" in found.stdout.casefold()
    if form == "json":
        told = json.loads(found.stdout)
        assert told["read_in_part"] and told["notes"]
    elif form == "csv":
        assert "https://w3id.org/medskick/id/skane/beskriv-nyttan" in found.stdout
    else:
        assert "bara är lästa till en del" in " ".join(found.stdout.split())


def test_a_parameter_by_swedish_label(store_folder: Path) -> None:
    args = ["ask", "dialogues-by-phase", "--format", "csv", "--store", str(store_folder)]
    assert run(*args, "--phase-type", "samråd").stdout == run(*args, "--phase-type=consultation").stdout != ""


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["ask", "lessons-about-the-stat"], "lessons-about-the-start"),
        (["ask", "dialogues-by-phase", "--phase-type", "fika"], "consultation"),
        (["ask", "dialogues-by-phase", "--fase", "x"], "--phase-type"),
        (["ask", "dialogues-by-phase", "--phase-type"], "--phase-type"),
        (["ask", "decisions-in-order", "--dataset", "blekinge"], "skane"),
        (["ask", "decisions-in-order", "--format", "xml"], "markdown"),
        (["ask", "--lang", "de"], "sv"),
        (["view", "who-met-who"], "who-met-whom"),
        (["view", "--around", "skane:kick-of"], "kick-off"),
        (["check", "--alone", "--data", "/nowhere/at/all"], "dataset.toml"),
    ],
)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_users_mistake_is_told_kindly(store_folder: Path, args: list[str], told: str, lang: str) -> None:
    extra = [] if args[0] == "check" else ["--store", str(store_folder)]
    found = run(*args, *extra, lang=lang)
    assert found.returncode == 2, found.stdout + found.stderr
    assert told in found.stderr
    assert "Traceback" not in found.stderr


def test_build_says_what_the_graph_holds(tmp_path: Path) -> None:
    found = run("build", "--store", str(tmp_path), lang="sv")
    assert found.returncode == 0, found.stderr
    assert "medskick" in found.stderr and "källor" in found.stderr


def test_ask_without_a_store_builds_it(tmp_path: Path) -> None:
    found = run("ask", "lessons-about-the-start", "--store", str(tmp_path / "new"))
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "new" / "current").is_file()


def test_ask_says_when_the_tables_have_changed(store_folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(store_folder, store)
    [told] = store.glob("store-*.json")
    told.write_text(json.dumps(json.loads(told.read_text(encoding="utf-8")) | {"inputs": "other"}), encoding="utf-8")
    found = run("ask", "lessons-about-the-start", "--store", str(store), lang="sv")
    assert found.returncode == 0
    assert "äldre versionen" in found.stderr and "äldre versionen" not in found.stdout


def test_view_writes_where_it_is_told(store_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "möten.html"
    found = run("view", "who-met-whom", "-o", str(target), "--store", str(store_folder))
    assert found.returncode == 0 and target.is_file()
    found = run(
        "view", "who-met-whom", "-o", str(tmp_path / "no" / "such" / "folder.html"), "--store", str(store_folder)
    )
    assert found.returncode == 2 and "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("command", "name", "begins"),
    [
        (["view", "who-met-whom"], "möten.svg", b"<svg"),
        (["view", "who-met-whom"], "möten.HTM", b"<!doctype html>"),
        (["export"], "graf.trig", b"@prefix"),
        (["export"], "graf.nq", b"<"),
        (["view", "who-met-whom"], "möten.png", b""),
        (["view", "--around", "skane:kick-off"], "möten", b""),
        (["export"], "graf.ttl", b""),
        (["export"], "graf.nq.gz", b""),
    ],
)
def test_a_file_holds_what_its_ending_says_or_is_not_written(
    small_store: Path, tmp_path: Path, command: list[str], name: str, begins: bytes
) -> None:
    target = tmp_path / name
    result = CliRunner().invoke(cli.app, [*command, "-o", str(target), "--store", str(small_store)])
    if begins:
        assert result.exit_code == 0 and target.read_bytes().startswith(begins)
    else:
        assert result.exit_code == 2 and not target.exists() and name in result.output


def test_an_export_as_trig_says_what_one_as_nquads_says(small_store: Path, tmp_path: Path) -> None:
    said = []
    for ending, form in (("nq", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)):
        target = tmp_path / f"graf.{ending}"
        CliRunner().invoke(cli.app, ["export", "-o", str(target), "--store", str(small_store)])
        said.append(set(ox.parse(path=target, format=form)))
    assert said[0] == said[1] and said[0]


def test_a_closed_pipe_is_no_error(store_folder: Path) -> None:
    command = f'"{sys.executable}" -c "from medskick.cli import main; main()" export --store "{store_folder}" | head -1'
    found = subprocess.run(command, shell=True, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert "Traceback" not in found.stderr and "Exception" not in found.stderr


def test_ask_imports_nothing_heavy(store_folder: Path) -> None:
    code = (
        "import sys; from medskick import cli; sys.argv = ['medskick', 'ask', 'lessons-about-the-start', '--store', "
        f"{str(store_folder)!r}]\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "heavy = ('rdflib', 'networkx', 'pyvis', 'pyshacl', 'edtf', 'owlready2', 'igraph')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert found.stdout.strip().endswith("[]"), found.stdout[-300:] + found.stderr


def test_lang_is_taken_from_the_locale() -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("MEDSKICK_LANG", "LC_ALL", "LC_MESSAGES", "LANG")}
    for locale, word in (("sv_SE.UTF-8", "Ställ en fråga"), ("en_GB.UTF-8", "Ask a question"), ("C", "Ask a question")):
        found = subprocess.run(
            [sys.executable, "-c", "from medskick.cli import main; main()", "--help"],
            capture_output=True,
            encoding="utf-8",
            env={**env, "LANG": locale},
            check=False,
        )
        assert word in found.stdout


# Every form to a file, by its ending


@pytest.mark.parametrize("ending", ["csv", "docx", "html", "json", "md", "xlsx"])
def test_the_ending_of_the_file_decides(store_folder: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"svar.{ending.upper() if ending == 'docx' else ending}"
    args = ["ask", "decisions-in-order", "--process", "rufs-2050", "--store", str(store_folder)]
    found = run(*args, "-o", str(target), lang="sv")
    assert found.returncode == 0, found.stderr
    assert found.stdout == "" and str(target) in found.stderr
    written = target.read_bytes()
    # STO-B8: adopted on 12 June 2018
    decisions = sum(row["process"] == "rufs-2050" for row in rows_of("decisions", ["stockholm"]))
    match ending:
        case "csv":
            assert written.decode().count("\n") == decisions + 1 and "2018-06-12" in written.decode()
            assert "https://w3id.org/medskick/id/stockholm/rufs-2050-antas" in written.decode()
        case "json":
            assert len(json.loads(written)["rows"]) == decisions
        case "md":
            assert "| 12 juni 2018 |" in written.decode() and "## Källor" in written.decode()
        case "html":
            assert '<html lang="sv">' in written.decode() and "12 juni 2018" in written.decode()
        case "docx":
            [table] = docx.Document(io.BytesIO(written)).tables
            assert len(table.rows) == decisions + 1
        case "xlsx":
            book = load_workbook(io.BytesIO(written))
            assert book.worksheets[0].max_row == decisions + 1 and book.sheetnames[1:] == ["Text", "Källor"]


@pytest.mark.parametrize("command", ["ask decisions-in-order", "compare skane stockholm"])
def test_an_unknown_ending_is_refused_with_those_that_are_known(
    store_folder: Path, tmp_path: Path, command: str
) -> None:
    target = tmp_path / "svar.gif"
    found = run(*command.split(), "-o", str(target), "--store", str(store_folder))
    assert found.returncode == 2 and not target.exists()
    assert "svar.gif" in found.stderr and ".csv, .docx, .htm, .html" in found.stderr and ".xlsx" in found.stderr
    assert (".json" in found.stderr) == command.startswith("ask")


def test_a_form_for_an_office_needs_a_file(store_folder: Path) -> None:
    found = run("ask", "decisions-in-order", "--format", "xlsx", "--store", str(store_folder))
    assert found.returncode == 2 and "-o FILE.xlsx" in found.stderr and found.stdout == ""


def test_a_report_as_a_workbook(store_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "glapp.xlsx"
    found = run("gaps", "skane", "-o", str(target), "--store", str(store_folder))
    assert found.returncode == 0, found.stderr
    book = load_workbook(target)
    overview = book["Overview"]
    # counts are numbers: they can be added up
    assert all(isinstance(cell.value, int) for row in overview.iter_rows(2, min_col=2, max_col=4) for cell in row)
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_help_says_what_an_argument_is() -> None:
    """Some releases of the command line library and its ground together lose it."""
    told = " ".join(run("compare", "--help").stdout.split())
    assert "Two or more processes" in told
