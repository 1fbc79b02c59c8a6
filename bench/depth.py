"""How much a planner meets: lessons and challenges by place, phase type and role, and what stands in the handbooks.

Run ``uv run python bench/depth.py ADDRESS TABLES``: the address of a server (``medskick explore``) and the folder of
the datasets that it serves. It reads the Swedish handbook of every phase type. A word is content where it belongs to a
text of the tables (but a source's title); the rest is the interface's. Prints tables; asserts nothing.
"""

import csv
import html
import re
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

AROUND = re.compile(r"(?s)<(form|nav|script|style|svg)\b.*?</\1>")
SOURCES, PHASES = "Källor", r"handbook\?(?:[\w&;=-]*)phase-type=([\w-]+)"


def rows(tables: Path, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Return each row of the tables of a name, with its dataset."""
    for path in sorted(tables.glob(f"*/{name}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield path.parent.name, row


def counted(tables: Path) -> None:
    """Lessons, challenges and other reflections by dataset; lessons and challenges by phase type and by role."""
    kinds: dict[str, Counter[str]] = {name: Counter() for name in ("lessons", "challenges", "reflections")}
    phases: dict[str, Counter[str]] = {name: Counter() for name in ("lessons", "challenges")}
    roles: Counter[str] = Counter()
    for dataset, row in rows(tables, "lessons"):
        kinds["lessons"][dataset] += 1
        phases["lessons"].update(row["phase_types"].split(";"))
        roles.update(row["roles"].split(";"))
    for dataset, row in rows(tables, "reflections"):
        kind = "challenges" if row["type"] == "Challenge" else "reflections"
        kinds[kind][dataset] += 1
        if kind == "challenges":
            phases[kind].update(row.get("phase_types", "").split(";"))
    print("\nby place: " + ", ".join(f"{name} {sum(count.values())}" for name, count in kinds.items()))
    for dataset in sorted(set().union(*kinds.values())):
        print(f"  {dataset:14}" + "".join(f"{count[dataset]:6}" for count in kinds.values()))
    print("by phase type (in the row's own cell): lessons, challenges")
    for phase in sorted(set().union(*phases.values())):
        print(f"  {phase or 'none':28}" + "".join(f"{count[phase]:6}" for count in phases.values()))
    print("lessons by role: " + ", ".join(f"{role or 'none'} {count}" for role, count in roles.most_common()))


def spoken(text: str) -> str:
    """Return a text as words with one space between them, and no full stop at its end."""
    return re.sub(r"\s+", " ", text).strip(" .,:;")


def contents(tables: Path) -> set[str]:
    """Return the texts of all tables but the sources'."""
    names = {path.stem for path in tables.glob("*/*.csv")} - {"sources", "citations"}
    return {
        spoken(cell)
        for name in names
        for _, row in rows(tables, name)
        for column, cell in row.items()
        if cell and column.endswith(("_sv", "_en"))
    }


def read(address: str, path: str) -> str:
    """Return the main part of a page."""
    request = urllib.request.Request(address.rstrip("/") + path, headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        page: str = answer.read().decode()
    return page.partition("<main")[2].partition("</main>")[0]


def handbooks(address: str, tables: Path) -> None:
    """Words, content words and sections without content, per handbook and over all."""
    known = contents(tables)
    types = list(dict.fromkeys(re.findall(PHASES, html.unescape(read(address, "/sv/handbook")))))
    total: Counter[str] = Counter()
    sections: Counter[str] = Counter()
    print("\nhandbook: words, content words, share, sections with content, without")
    for phase in types:
        main = AROUND.sub(" ", read(address, f"/sv/handbook?phase-type={phase}"))
        counts: Counter[str] = Counter()
        for number, section in enumerate(re.split(r"<h2[^>]*>", main)):
            nodes = [spoken(html.unescape(node)) for node in re.split(r"<[^>]+>", section)]
            words = sum(len(node.split()) for node in nodes)
            own = sum(len(node.split()) for node in nodes if node in known)
            heading = next((node for node in nodes if node), "")
            counts.update(words=words, own=0 if heading == SOURCES else own)
            if number and heading not in (SOURCES, "Innehåll", "Underlaget", "Datamängder som handboken bygger på"):
                counts["full" if own else "empty"] += 1
                sections[heading] += bool(own)
        total += counts
        share = counts["own"] / counts["words"]
        print(f"  {phase:28}{counts['words']:7}{counts['own']:7}{share:6.0%}{counts['full']:4}{counts['empty']:4}")
    print(f"  {'all':28}{total['words']:7}{total['own']:7}{total['own'] / total['words']:6.0%}", end="")
    print(f"{total['full']:5}{total['empty']:5}")
    print(f"sections with content, in how many of {len(types)} handbooks:")
    for heading, count in sections.items():
        print(f"  {count:3} {heading}")


def main() -> None:
    """Print both."""
    address, tables = sys.argv[1], Path(sys.argv[2])
    counted(tables)
    handbooks(address, tables)


if __name__ == "__main__":
    main()
