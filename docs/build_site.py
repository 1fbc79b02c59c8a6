"""Build the documentation site: ``uv run --group docs python docs/build_site.py`` writes it to ``build/site``.

The pages are those in ``docs/`` and the README, CONTRIBUTING and CHANGELOG files that lie elsewhere. They are put
together in ``build/pages``, with their links led to each other there, so that the same files read well where they lie
and on the site. Zensical builds the site from these and fails on a warning.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = {
    "README.md": "index.md",
    "README.sv.md": "sv.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "ontology/README.md": "rooms/ontology.md",
    "graph/README.md": "rooms/graph.md",
    "queries/README.md": "rooms/queries.md",
    "viz/README.md": "rooms/viz.md",
}
"""Pages that lie outside ``docs/``, and where they stand on the site."""
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)")
_OTHER_HOST = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^>]*>""", re.I)
_KNOWN_LINKS = ('rel="canonical"', "rel=canonical")


class DeadLinkError(Exception):
    """Raised with all links of pages that lead to no page or picture of the site."""


def pages() -> dict[str, str]:
    """Return the files of the site: where each lies in the checkout, and where it stands on the site."""
    own = (path for ending in ("md", "png", "svg", "ipynb") for path in (ROOT / "docs").rglob(f"*.{ending}"))
    inside = {path.relative_to(ROOT).as_posix(): path.relative_to(ROOT / "docs").as_posix() for path in own}
    return {**ELSEWHERE, **dict(sorted(inside.items()))}


def led_on(name: str, text: str, places: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return a page's text with its links as they must be on the site, and the links that lead nowhere there."""
    dead = []

    def link(match: re.Match[str]) -> str:
        target = os.path.normpath(PurePosixPath(name).parent / match[1])
        if target not in places:
            dead.append(f"{name}: {match[1]}")
            return match[1]
        return os.path.relpath(places[target], PurePosixPath(places[name]).parent)

    # what stands between fences is shown as it is
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [_LINK.sub(link, part) for part in parts[::2]]
    return "".join(parts), dead


def gather(target: Path) -> None:
    """Put the pages, pictures and notebooks of the site into a folder. Raises ``DeadLinkError``."""
    places, dead = pages(), list[str]()
    for name, place in places.items():
        path = target / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            text, nowhere = led_on(name, (ROOT / name).read_text(encoding="utf-8"), places)
            dead += nowhere
            path.write_text(text, encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(ROOT / name, path)
    if dead:
        raise DeadLinkError("\n".join(dead))


def calls_out(site: Path) -> Iterator[str]:
    """Yield what the site's pages would fetch from other hosts: there must be nothing."""
    for path in sorted(site.rglob("*.html")):
        for match in _OTHER_HOST.finditer(path.read_text(encoding="utf-8")):
            if not any(known in match[0] for known in _KNOWN_LINKS):
                yield f"{path.relative_to(site)}: {match[0]}"


def main() -> int:
    """Build the site; return 1 where a link leads nowhere, Zensical warns or a page would call another host."""
    gathered = ROOT / "build" / "pages"
    shutil.rmtree(gathered, ignore_errors=True)
    try:
        gather(gathered)
    except DeadLinkError as error:
        print(f"links that lead to no page of the site:\n{error}", file=sys.stderr)
        return 1
    command = ["zensical", "build", "--strict", "--clean", "--config-file", str(ROOT / "zensical.toml")]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        return 1
    fetched = list(calls_out(ROOT / "build" / "site"))
    for line in fetched:
        print(f"calls another host: {line}", file=sys.stderr)
    return 1 if fetched else 0


if __name__ == "__main__":
    sys.exit(main())
