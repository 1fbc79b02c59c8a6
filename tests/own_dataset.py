"""A small dataset of an invented region, with a row in each table that many pages read, to be changed and written."""

import csv
import io
import json
from pathlib import Path

from medskick.ontology import vocabulary

NAME = "exempel"
BASE = "https://data.exempel.example/id/"
DESCRIPTION = {
    "title_sv": "Regionplan för Exempel",
    "title_en": "Regional plan for Exempel",
    "description_sv": "Hur Region Exempel gjorde sin regionplan.",
    "description_en": "How Region Exempel made its regional plan.",
    "publisher": "Region Exempel",
    "licence": "https://creativecommons.org/licenses/by/4.0/",
    "version": "0.1.0",
    "modified": "2026-11-28",
    "base": BASE,
}
Rows = dict[str, list[dict[str, str]]]
"""Tables by name."""
STATED = {"basis": "stated", "sources": "redogorelse"}


def _named(row_id: str, name: str, **cells: str) -> dict[str, str]:
    return {"id": row_id, "label_sv": name, "label_en": name, **cells}


def rows() -> Rows:
    """Return the tables of the dataset as written, by name."""
    return {
        "sources": [
            {
                "id": "redogorelse",
                "title": "Samrådsredogörelse",
                "language": "sv",
                "publisher": "Region Exempel",
                "url": "https://region.exempel.example/samrad",
                "date": "2025-06",
                "coverage": "whole",
            }
        ],
        "actors": [
            _named("region-exempel", "Region Exempel", type="Organisation", kind="region", **STATED),
            _named("exempel-kommun", "Exempel kommun", type="Organisation", kind="municipality", **STATED),
        ],
        "processes": [
            _named(
                "regionplan",
                "Regionplan",
                type="PlanningProcess",
                kind="regional-plan",
                owner="region-exempel",
                start="2023",
                **STATED,
            )
        ],
        "phases": [
            _named(
                "regionplan-samrad",
                "Samråd",
                process="regionplan",
                position="1",
                phase_type="consultation",
                start="2024-10",
                end="2025-03",
                status="held",
                **STATED,
            )
        ],
        "events": [
            _named(
                "samradsmote",
                "Samrådsmöte",
                form="seminar",
                process="regionplan",
                phase="regionplan-samrad",
                date="2024-11-12",
                organiser="region-exempel",
                participants="exempel-kommun;region-exempel",
                occasions="2",
                status="held",
                **STATED,
            )
        ],
        "decisions": [
            _named(
                "beslut-om-samrad",
                "Beslut om samråd",
                kind="referral",
                process="regionplan",
                body="region-exempel",
                date="2024-09-30",
                starts="regionplan-samrad",
                **STATED,
            )
        ],
        "reflections": [
            _named(
                "for-kort-tid",
                "För kort tid",
                text_sv="Tiden för samrådet var för kort.",
                text_en="The time for the consultation was too short.",
                type="Challenge",
                process="regionplan",
                target="regionplan-samrad",
                holder="exempel-kommun",
                **STATED,
            )
        ],
        "lessons": [
            _named(
                "skicka-kartan-tidigt",
                "Skicka kartan tidigt",
                recommendation_sv="Skicka kartan en månad före samrådet.",
                recommendation_en="Send the map a month before the consultation.",
                answers="for-kort-tid",
                by="region-exempel",
                learned_in="regionplan",
                phase_types="consultation",
                roles="official",
                **STATED,
            )
        ],
    }


def toml(description: dict[str, str], more: str = "") -> str:
    """Return a description as ``dataset.toml`` holds it, with further lines as they are."""
    # what JSON escapes TOML escapes alike, but for one character
    texts = {
        key: json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") for key, value in description.items()
    }
    return "".join(f"{key} = {text}\n" for key, text in texts.items()) + more


def table(name: str, cells: list[dict[str, str]], delimiter: str = ",") -> str:
    """Return rows as a table of that name: its columns in their order, those that no row has left out."""
    used = {column for row in cells for column in row}
    header = [column for column in vocabulary().tables[name].header() if column in used]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    return out.getvalue()


def write(
    folder: Path,
    cells: dict[tuple[str, str], str] | None = None,
    description: dict[str, str] | None = None,
    name: str = NAME,
    more: str = "",
    tables: Rows | None = None,
) -> Path:
    """Write the dataset into a folder, and return its place.

    ``cells`` are other contents by (table, column) of the table's first row; ``description`` other entries, ``more``
    further lines of ``dataset.toml``; ``tables`` other tables than its own.
    """
    place = folder / name
    place.mkdir(parents=True)
    (place / "dataset.toml").write_text(toml({**DESCRIPTION, **(description or {})}, more), encoding="utf-8")
    tables = tables or rows()
    for (table_name, column), value in (cells or {}).items():
        tables[table_name][0][column] = value
    for table_name, written in tables.items():
        (place / f"{table_name}.csv").write_text(table(table_name, written), encoding="utf-8", newline="")
    return place
