"""The command line as a user meets it, in both languages."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pyoxigraph as ox
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import own_dataset
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
    result = run(*command.split(), lang="sv")
    text = result.stdout + result.stderr
    assert "Användning:" in text
    for word in ("Usage", "Show this message", "Commands", "Error", "default:", "No such"):
        assert word not in text


def test_ask_lists_the_catalogue(store_folder: Path) -> None:
    for lang, summary in (("sv", "utmaningar"), ("en", "challenges")):
        result = run("ask", "--store", str(store_folder), lang=lang).stdout
        assert "lessons-about-the-start" in result and summary in result
        assert "--phase-type" in result


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_an_answer_in_every_form(store_folder: Path, form: str) -> None:
    result = run("ask", "lessons-about-the-start", "--format", form, "--store", str(store_folder), "--lang", "sv")
    assert result.returncode == 0, result.stderr
    # CSV is for machines: IRIs as well as names
    assert "nytta" in result.stdout.casefold()
    if form == "json":
        content = json.loads(result.stdout)
        assert content["read_in_part"] and content["notes"]
    elif form == "csv":
        assert "https://w3id.org/medskick/id/skane/beskriv-nyttan" in result.stdout
    else:
        assert "bara är lästa till en del" in " ".join(result.stdout.split())


def test_a_parameter_by_swedish_label(store_folder: Path) -> None:
    args = ["ask", "dialogues-by-phase", "--format", "csv", "--store", str(store_folder)]
    assert run(*args, "--phase-type", "samråd").stdout == run(*args, "--phase-type=consultation").stdout != ""


@pytest.mark.parametrize(
    ("args", "hint"),
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
@pytest.mark.parametrize("lang", ["sv", pytest.param("en", marks=pytest.mark.browser_all)])
def test_a_users_mistake_is_told_kindly(store_folder: Path, args: list[str], hint: str, lang: str) -> None:
    extra = [] if args[0] == "check" else ["--store", str(store_folder)]
    result = run(*args, *extra, lang=lang)
    assert result.returncode == 2, result.stdout + result.stderr
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_leads_to_what_the_columns_of_its_table_take(broken: Callable[..., Path]) -> None:
    data = broken(
        {"halland/phases.csv": lambda text: text.replace(",stated,", ",statd,", 1)}, of=("halland", "national")
    )
    result = CliRunner().invoke(cli.app, ["check", "--data", str(data), "--alone", "--lang", "en"])
    assert result.exit_code == 2 and "https://w3id.org/medskick/shape/phases (" in result.output


@pytest.mark.browser_all
def test_build_says_what_the_graph_holds(tmp_path: Path) -> None:
    result = run("build", "--store", str(tmp_path), lang="sv")
    assert result.returncode == 0, result.stderr
    assert "medskick" in result.stderr and "källor" in result.stderr


@pytest.mark.browser_all
def test_ask_without_a_store_builds_it(tmp_path: Path) -> None:
    result = run("ask", "lessons-about-the-start", "--store", str(tmp_path / "new"))
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "new" / "current").is_file()


def test_ask_says_when_the_tables_have_changed(store_folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(store_folder, store)
    [files] = store.glob("store-*.json")
    files.write_text(json.dumps(json.loads(files.read_text(encoding="utf-8")) | {"inputs": "other"}), encoding="utf-8")
    result = run("ask", "lessons-about-the-start", "--store", str(store), lang="sv")
    assert result.returncode == 0
    assert "äldre versionen" in result.stderr and "äldre versionen" not in result.stdout


@pytest.mark.browser_all
def test_view_writes_where_it_is_told(store_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "möten.html"
    result = run("view", "who-met-whom", "-o", str(target), "--store", str(store_folder))
    assert result.returncode == 0 and target.is_file()
    result = run(
        "view", "who-met-whom", "-o", str(tmp_path / "no" / "such" / "folder.html"), "--store", str(store_folder)
    )
    assert result.returncode == 2 and "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("command", "name", "begins"),
    [
        (["view", "who-met-whom"], "möten.svg", b"<svg"),
        (["view", "who-met-whom"], "möten.HTM", b"<!doctype html>"),
        (["view", "who-met-whom"], "möten.graphml", b"<graphml"),
        (["view", "who-met-whom"], "möten.gexf", b"<gexf"),
        (["view", "who-met-whom"], "möten.csv", b"start,start_iri,relation,"),
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


def test_a_table_for_spreadsheets_holds_no_formula(tmp_path: Path) -> None:
    """Of answers, reports and pictures alike; JSON gives the text as it stands."""
    texts = {("lessons", column): "=1+1 är två" for column in ("label_sv", "recommendation_sv")}
    data, at = own_dataset.write(tmp_path, texts), str(tmp_path / "store")
    runner = CliRunner()
    assert runner.invoke(cli.app, ["build", "--data", str(data), "--alone", "--store", at]).exit_code == 0
    over = ["--lang", "sv", "--store", at]
    for command in (
        ["ask", "lessons-by-phase-and-role", "--format", "csv"],
        ["gaps", "--format", "csv"],
        ["view", "--around", "exempel:skicka-kartan-tidigt", "-o", str(tmp_path / "bild.csv")],
    ):
        result = runner.invoke(cli.app, [*command, *over])
        assert result.exit_code == 0, result.output
        written = Path(command[-1]).read_text(encoding="utf-8") if "-o" in command else result.stdout
        cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
        assert any(cell.startswith("'=1+1") for cell in cells), command
        assert not any(cell.startswith("=") for cell in cells), command
    result = runner.invoke(cli.app, ["ask", "lessons-by-phase-and-role", "--format", "json", *over])
    assert '"label": "=1+1 är två"' in result.stdout


def test_an_export_as_trig_says_what_one_as_nquads_says(small_store: Path, tmp_path: Path) -> None:
    said = []
    for ending, form in (("nq", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)):
        target = tmp_path / f"graf.{ending}"
        CliRunner().invoke(cli.app, ["export", "-o", str(target), "--store", str(small_store)])
        said.append(set(ox.parse(path=target, format=form)))
    assert said[0] == said[1] and said[0]


@pytest.mark.browser_all
def test_a_closed_pipe_is_no_error(store_folder: Path) -> None:
    command = f'"{sys.executable}" -c "from medskick.cli import main; main()" export --store "{store_folder}" | head -1'
    result = subprocess.run(command, shell=True, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr


def test_ask_imports_nothing_heavy(store_folder: Path) -> None:
    code = (
        "import sys; from medskick import cli; sys.argv = ['medskick', 'ask', 'lessons-about-the-start', '--store', "
        f"{str(store_folder)!r}]\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "heavy = ('rdflib', 'networkx', 'pyvis', 'pyshacl', 'edtf', 'owlready2', 'igraph')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert result.stdout.strip().endswith("[]"), result.stdout[-300:] + result.stderr


def test_lang_is_taken_from_the_locale() -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("MEDSKICK_LANG", "LC_ALL", "LC_MESSAGES", "LANG")}
    for locale, word in (("sv_SE.UTF-8", "Ställ en fråga"), ("en_GB.UTF-8", "Ask a question"), ("C", "Ask a question")):
        result = subprocess.run(
            [sys.executable, "-c", "from medskick.cli import main; main()", "--help"],
            capture_output=True,
            encoding="utf-8",
            env={**env, "LANG": locale},
            check=False,
        )
        assert word in result.stdout


# Every form to a file, by its ending


@pytest.mark.parametrize(
    "ending",
    ["csv", "md", *(pytest.param(one, marks=pytest.mark.browser_all) for one in ("docx", "html", "json", "xlsx"))],
)
def test_the_ending_of_the_file_decides(store_folder: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"svar.{ending.upper() if ending == 'docx' else ending}"
    args = ["ask", "decisions-in-order", "--process", "rufs-2050", "--store", str(store_folder)]
    result = run(*args, "-o", str(target), lang="sv")
    assert result.returncode == 0, result.stderr
    assert result.stdout == "" and str(target) in result.stderr
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
    result = run(*command.split(), "-o", str(target), "--store", str(store_folder))
    assert result.returncode == 2 and not target.exists()
    assert "svar.gif" in result.stderr and ".csv, .docx, .htm, .html" in result.stderr and ".xlsx" in result.stderr
    assert (".json" in result.stderr) == command.startswith("ask")


def test_a_form_for_an_office_needs_a_file(store_folder: Path) -> None:
    result = run("ask", "decisions-in-order", "--format", "xlsx", "--store", str(store_folder))
    assert result.returncode == 2 and "-o FILE.xlsx" in result.stderr and result.stdout == ""


@pytest.mark.browser_all
def test_a_report_as_a_workbook(store_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "glapp.xlsx"
    result = run("gaps", "skane", "-o", str(target), "--store", str(store_folder))
    assert result.returncode == 0, result.stderr
    book = load_workbook(target)
    overview = book["Overview"]
    # counts are numbers: they can be added up
    assert all(isinstance(cell.value, int) for row in overview.iter_rows(2, min_col=2, max_col=4) for cell in row)
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_help_says_what_an_argument_is() -> None:
    """Some releases of the command line library and its ground together lose it."""
    text = " ".join(run("compare", "--help").stdout.split())
    assert "Two or more processes" in text
