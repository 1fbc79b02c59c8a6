"""Every command in the READMEs is run here, as it stands there."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from conftest import need

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "uv run pytest": "it is what runs this test",
    "uv run medskick publish site": "tests/test_publish.py looks at the site that it writes",
    "uv run medskick publish site --lang sv": "the same, told in Swedish",
    "uv run --group docs python docs/build_site.py": "it installs a group of its own, in .ci/run; tests/test_docs.py",
}


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


COMMANDS = sorted(
    {
        line
        for name in ("README.md", "README.sv.md")
        for block in blocks(name, "sh")
        for line in block.splitlines()
        if line
    }
    | {
        c
        for name in ("README.md", "README.sv.md")
        for c in re.findall(r"`(uv run medskick [^`]+)`", (ROOT / name).read_text(encoding="utf-8"))
    }
)


def ours_of(command: str) -> str:
    """A command without the tools that pip and uv install, which are here already: what is tried comes after them."""
    return command.replace("pip install uv && ", "").replace("uv run medskick", "medskick")


def environment(folder: Path, store: Path) -> dict[str, str]:
    """An environment in which ``medskick`` is this checkout's, over a store."""
    script = folder / "bin" / "medskick"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from medskick.cli import main; main()" "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "MEDSKICK_STORE": str(store), "BROWSER": "true"}


def serves(command: str, folder: Path, env: dict[str, str]) -> None:
    """It says where, answers there, and stops cleanly by Ctrl-C."""
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command}"], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    address = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/(sv|en)/", address)
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert "Traceback" not in process.stderr.read()


def _slow(command: str) -> bool:
    """Most: each starts a process. One of each of the first commands is enough between two changes."""
    return not re.search(r"medskick (explore|ask|handbook)\b", command) or bool(
        re.search(r"--logic|--lang sv|--links|--port|--no-open|-o ", command)
    )


@pytest.mark.parametrize(
    "command",
    [pytest.param(c, marks=pytest.mark.browser_all) if _slow(c) else c for c in COMMANDS if c not in ELSEWHERE],
)
def test_command(command: str, whole_store: Path, tmp_path: Path) -> None:
    ours = ours_of(command)
    # what a newcomer types builds its own store
    store = tmp_path / "store" if "build" in ours or command.startswith("pip") else whole_store
    env = environment(tmp_path, store)
    if "--logic" in ours:
        need(shutil.which("java") is not None, "Java")
    if "explore" in ours:
        serves(ours, tmp_path, env)
        return
    done = subprocess.run(
        ["sh", "-c", ours], cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.browser_all
def test_any_asgi_server_runs_it_under_a_path(whole_store: Path, tmp_path: Path) -> None:
    [command] = re.findall(r"`(uvicorn [^`]+)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    process = subprocess.Popen(
        [sys.executable, "-m", *command.split(), "--port", "0"], env=environment(tmp_path, whole_store),
        stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert process.stderr is not None
        value = next(line for line in process.stderr if "running on" in line)
        address = re.findall(r"http://[\d.:]+", value)[0]
        # more connections that send nothing than are kept: the one that has been silent longest has made room
        with contextlib.ExitStack() as silent:
            host, port = address.removeprefix("http://").split(":")
            first, *_ = [silent.enter_context(socket.create_connection((host, int(port)))) for _ in range(310)]
            first.settimeout(30)
            with contextlib.suppress(ConnectionResetError):
                assert first.recv(1) == b""
        # the proxy in front has taken the path away; what leads on has it again
        with urllib.request.urlopen(f"{address}/sv/lessons", timeout=30) as answer:
            assert 'href="/medskick/sv/handbook' in answer.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.mark.parametrize("code", blocks("README.md", "python"))
def test_python(code: str, whole_store: Path) -> None:
    env = {**os.environ, "MEDSKICK_STORE": str(whole_store)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_picture_is_there() -> None:
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / path).is_file()
