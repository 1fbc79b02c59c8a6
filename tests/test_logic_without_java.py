"""Without Java the logic is not checked; the command says so and everything else runs."""

import pytest
from typer.testing import CliRunner

from medskick import cli


def test_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    result = CliRunner().invoke(cli.app, ["check", "--logic"])
    assert result.exit_code == 0
    assert "Java" in result.output
