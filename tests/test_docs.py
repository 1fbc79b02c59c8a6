"""The documentation: a picture of the house as it stands, links and paths that lead somewhere, checks that CI runs."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import networkx
import pytest
from bibtexparser.entrypoint import parse_string

from conftest import need

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

import build_site  # noqa: E402
import house_picture  # noqa: E402

PAGES = sorted(name for name in build_site.pages() if name.endswith(".md"))
_BY_WORK = ("dist", "site", "build", "viz/vendor", "ontology/versions")
"""What is there only after something has been built or kept."""


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_picture_is_of_the_house_as_it_stands() -> None:
    assert house_picture.PICTURE.read_text(encoding="utf-8") == house_picture.drawing(), (
        "draw it: uv run python docs/house_picture.py"
    )


def test_every_line_of_the_picture_goes_down() -> None:
    order = house_picture.rooms()
    import grimp

    edges = house_picture.imports(grimp.build_graph("medskick", cache_dir=None))
    assert {"ontology", "words"} <= edges["queries"]
    assert [(a, b) for a in order for b in edges[a] if order.index(b) < order.index(a)] == []


def test_every_link_leads_to_a_page_of_the_site(tmp_path: Path) -> None:
    build_site.gather(tmp_path)
    assert "](sv.md)" in (tmp_path / "index.md").read_text(encoding="utf-8")
    assert "](../architecture.md)" not in (tmp_path / "contributing.md").read_text(encoding="utf-8")


def test_a_link_that_leads_nowhere_is_told() -> None:
    text, dead = build_site.led_on("docs/architecture.md", "[a](../README.md#x) [b](nowhere.md)", build_site.pages())
    assert text == "[a](index.md#x) [b](nowhere.md)"
    assert dead == ["docs/architecture.md: nowhere.md"]


def test_what_a_page_would_fetch_from_another_host_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="https://b.example/">b</a><img src="b.png">', encoding="utf-8")
    assert list(build_site.calls_out(tmp_path)) == []
    (tmp_path / "a.html").write_text('<script src="//b.example/b.js"></script>', encoding="utf-8")
    assert list(build_site.calls_out(tmp_path)) == ['a.html: <script src="//b.example/b.js">']


def test_every_room_of_the_program_is_explained() -> None:
    named = re.findall(r"^- \*\*`(\w+)`\*\*", text_of("docs/architecture.md"), re.MULTILINE)
    assert sorted(named) == sorted(house_picture.rooms())


@pytest.mark.parametrize("name", PAGES)
def test_every_path_that_a_page_names_is_there(name: str) -> None:
    """In the text itself: what stands between fences belongs to an example, which is run."""
    text = re.sub(r"^```.*?^```$", "", text_of(name), flags=re.MULTILINE | re.DOTALL)
    tops = "|".join(("docs", "ontology", "graph", "queries", "viz", "src", "tests", "bench", r"\.ci"))
    paths = re.findall(rf"`((?:{tops})/[\w./-]*)`", text)
    assert [p for p in paths if not p.startswith(_BY_WORK) and not (ROOT / p).exists()] == []


def test_the_checks_to_run_by_hand_are_those_of_ci() -> None:
    ci = [line.strip() for line in text_of(".ci/run").splitlines()]
    section = text_of("CONTRIBUTING.md").partition("run the checks, and the tests of what you changed:")[2]
    [block] = re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    assert [line for line in block.splitlines() if line not in ci] == []
    assert "uv run --group docs python docs/build_site.py" in ci


@pytest.mark.parametrize("room", ["ontology", "viz"])
def test_a_rooms_page_names_every_folder_in_it(room: str) -> None:
    inside = [
        path.name for path in (ROOT / room).iterdir() if path.is_dir() and path.name not in ("vendor", "versions")
    ]
    assert inside
    assert [name for name in sorted(inside) if f"`{name}/`" not in text_of(f"{room}/README.md")] == []


OF_A_FAULT = {"faults", "header", "sentence", "sparql_slip"}
"""Modules whose faults have a field for what was found."""


def test_local_names_say_what_they_hold() -> None:
    """A variable has a name by its role: ``found`` and ``told`` fit any."""
    unclear = [
        f"{path.name}:{node.lineno}"
        for folder in ("src", "tests", "bench", "docs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.stem not in OF_A_FAULT and "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in ("found", "told"))
        or (isinstance(node, ast.arg) and node.arg in ("found", "told"))
    ]
    assert unclear == []


@pytest.mark.browser_all
def test_the_citation_file_gives_a_usable_entry() -> None:
    """Read by the converter of its format's makers, in an environment of its own: it needs old packages."""
    uv = shutil.which("uv")
    need(uv is not None, "uv")
    made = [
        subprocess.run(
            [str(uv), "tool", "run", "cffconvert==2.0.0", *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        for options in (["--validate"], ["-f", "apalike"], ["-f", "bibtex"])
    ]
    need(made[0].returncode == 0 or "CITATION" in made[0].stdout + made[0].stderr, "cffconvert, or a way to get it")
    assert [one.returncode for one in made] == [0, 0, 0], made
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"(version {package['version']})" in made[1].stdout
    [entry] = parse_string(made[2].stdout).entries
    assert {"author", "title", "year", "url"} <= {field.key for field in entry.fields}


def test_no_two_modules_have_one_name() -> None:
    names = Counter(path.name for path in (ROOT / "src").rglob("*.py") if path.name != "__init__.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    import grimp

    graph = grimp.build_graph("medskick", cache_dir=None)
    imports = networkx.DiGraph((m, to) for m in graph.modules for to in graph.find_modules_directly_imported_by(m))
    assert [circle for circle in networkx.strongly_connected_components(imports) if len(circle) > 1] == []
