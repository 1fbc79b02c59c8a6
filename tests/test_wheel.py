"""The wheel: it carries the content rooms and the front-end parts with their licences; git tracks nothing of others."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import hatch_build
import pytest

from conftest import need

ROOT = Path(__file__).parents[1]
ROOMS = ("ontology", "graph", "queries", "viz")
LOCKS = ("viz/package-lock.json", "tests/package-lock.json")


def tracked() -> list[str]:
    need((ROOT / ".git").exists() and shutil.which("git") is not None, "a git checkout")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    need("not fetched" not in done.stderr, "the front-end parts, which the build fetches")
    [files] = folder.glob("*.whl")
    return files


@pytest.mark.browser_all
def test_the_wheel_carries_the_rooms_and_works_from_them(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path)
    for name in tracked():
        if name.startswith(tuple(f"{room}/" for room in ROOMS)):
            assert f"medskick/_rooms/{name}" in names
        if name.startswith("src/medskick/"):
            assert name.removeprefix("src/") in names
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]
    # as installed: nothing of the checkout is on the path
    code = (
        "import medskick, medskick.rooms as r; from medskick.queries.catalogue import Catalogue;"
        "from medskick.web.site.editor_page import is_rich;"
        "print(medskick.__file__, r.in_checkout(), len(Catalogue().questions()), is_rich())"
    )
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *libraries])},
    )  # fmt: skip
    file, inside, count, rich = done.stdout.split()
    assert Path(file).is_relative_to(tmp_path) and inside == "False", done.stderr
    assert int(count) == len([p for p in (ROOT / "queries").glob("*/*.rq") if p.parent.name != "views"])
    assert rich == "True"


def test_the_front_end_parts_come_with_their_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        value = archive.read("medskick/_rooms/viz/vendor/LICENSES.txt").decode()
        for part in hatch_build.PARTS.values():
            assert len(archive.read(f"medskick/_rooms/viz/vendor/{part}")) > 10_000
        own = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
    assert {Path(name).name for name in own} >= {"Apache-2.0.txt", "CC-BY-4.0.txt"}
    # each with its version, the licence it names, and that licence's text (CC0 asks for none)
    parts = re.split(r"^(@?[a-z][\w./-]*) (\d\S*): (.+)$", value, flags=re.MULTILINE)[1:]
    by_key = {
        (n, v): (licence, text.strip()) for n, v, licence, text in zip(*(parts[i::4] for i in range(4)), strict=True)
    }
    packages = json.loads((ROOT / "viz/package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, about in packages.items():
        if path:
            licence, text = by_key[path.rpartition("node_modules/")[2], about["version"]]
            assert licence == about.get("license", "no licence stated"), path
            assert len(text) > 200 or licence == "CC0-1.0", path


def test_git_tracks_nothing_of_others() -> None:
    for name in tracked():
        path = ROOT / name
        assert not {"vendor", "node_modules"} & set(Path(name).parts), name
        assert ".min." not in path.name and path.suffix not in (".whl", ".jar", ".woff", ".woff2", ".map"), name
        if path.suffix in (".js", ".mjs", ".css"):
            # what others ship is minified; what people here wrote is not
            assert max(map(len, path.read_text(encoding="utf-8").splitlines())) < 1000, name
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert '"resolved"' not in text, f"{lock} names hosts"
        # npm takes an entry without a hash for whatever it is sent
        assert [name for name, part in json.loads(text)["packages"].items() if name and "integrity" not in part] == []


def test_a_build_without_the_parts_says_so_and_ci_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "viz").mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "viz" / name, tmp_path / "viz")
    monkeypatch.setattr(hatch_build, "npm", lambda: None)
    hook = hatch_build.FrontEnd(str(tmp_path), {}, None, None, "", "wheel")  # type: ignore[arg-type]
    monkeypatch.delenv("CI", raising=False)
    hook.initialize("standard", {})
    assert "front-end parts not fetched (there is no npm)" in capsys.readouterr().err
    assert not (tmp_path / "viz" / "vendor").exists()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(RuntimeError, match="not fetched"):
        hook.initialize("standard", {})


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        # npm waits for a registry that takes the connection and never answers; what it started waits too
        ("sleep 600 & wait", "npm's registry gave no answer within 0.5 seconds"),
        (
            "echo 'npm error code ENOTFOUND'; echo 'npm error FetchError: request to x failed, reason: no such host'; "
            "echo 'npm error A complete log of this run can be found in: /x'; exit 1",
            "FetchError: request to x failed, reason: no such host",
        ),
        ("echo 'npm ERR! code EINTEGRITY' >&2; echo 'npm ERR! sha512-x is not sha512-y' >&2; exit 1",
         "code EINTEGRITY; sha512-x is not sha512-y"),
        ("exit 3", "npm failed"),
    ],
)  # fmt: skip
def test_a_registry_that_gives_nothing_is_not_waited_for_and_its_cause_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "viz" / name, tmp_path)
    monkeypatch.setattr(hatch_build, "npm", lambda: ["sh", "-c", script])
    monkeypatch.setattr(hatch_build, "SECONDS", 0.5)
    with pytest.raises(RuntimeError) as refusal:
        hatch_build.fetch(tmp_path)
    assert str(refusal.value) == reason
    assert not (tmp_path / "vendor").exists()
