"""The page on joining: every command on it is run in order, and what its tables show is typed into the workbook."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from medskick.cli import app
from test_import import type_in

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^```sh\n(?P<commands>.*?)^```$|^\*\*(?P<sheet>\w+)\*\*\n\n(?P<rows>(?:\|[^\n]*\n)+)", re.M | re.S)


def table(lines: str) -> list[dict[str, str]]:
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.browser_all
@pytest.mark.parametrize(
    ("page", "lesson"), [("join.md", "Send the map early"), ("join.sv.md", "Skicka kartan tidigt")]
)
def test_a_newcomer_who_follows_the_page_has_a_published_page(
    page: str, lesson: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDSKICK_STORE", str(tmp_path / "store"))
    served: list[Any] = []
    monkeypatch.setattr("medskick.web.serve.serve", lambda *given, **_: served.append(given))
    for block in _BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        if block["sheet"]:
            type_in(tmp_path / "exempel.xlsx", {block["sheet"]: table(block["rows"])})
            continue
        for command in block["commands"].splitlines():
            words = shlex.split(command)
            assert words[:3] == ["uv", "run", "medskick"]
            outcome = CliRunner().invoke(app, words[3:])
            assert outcome.exit_code == 0, (command, outcome.output)
            if "--for" in words:
                assert lesson in outcome.output
    assert len(served) == 1
    pages = (tmp_path / "site" / ("sv" if ".sv." in page else "en") / "id" / "exempel").glob("*.html")
    assert any(lesson in file.read_text(encoding="utf-8") for file in pages)
