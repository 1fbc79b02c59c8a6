"""Without Java the logic is not checked; the command says so and everything else runs."""

import pytest
from typer.testing import CliRunner

from medskick import cli
from medskick.rooms import room


def test_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    result = CliRunner().invoke(cli.app, ["check", "--logic", "--alone", "--data", str(room("graph") / "bay-area")])
    assert result.exit_code == 0
    assert "Java" in result.output
