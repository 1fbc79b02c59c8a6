"""What passes the check works everywhere: datasets made at random are walked, page by page and file by file."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import own_dataset as own
from medskick.graph.assemble import assemble
from medskick.graph.faults import Fault
from medskick.graph.store import save
from medskick.ontology import Column, vocabulary
from walking import walk

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>", "]]>", "&amp;&#0;", "'\"", "=1+1", "-", "{{ 7*7 }}", "%s {x} %(x)s", "\\",
            "\u202eabc", "över\u00adsikt", "a\u2028b", "\ufeffx", "ﷺ", "👩‍🌾", "a\tb\nc", "[x](y)", "*", "|", "#",
            "x" * 3000, "å" * 300, "1", "2024", "samråd", ".", "..", "/", "con", "a/b?c#d", "\U0010fffd", "\u0301",
        ]
    ),
)  # fmt: skip
DATES = st.one_of(
    st.sampled_from(
        [
            "2024", "2024-11", "2024-11-30", "2024-24", "2024-25", "2024-31", "2024-36", "2024-39", "2024-41", "202X",
            "19XX", "2024-XX", "2024-02-XX", "2024~", "?2024-02", "2024-02-~30", "2024-02-~28%", "[2023,2024-02]",
            "{2023,2025..2026}", "2024/..", "../2024", "2024/", "/2024", "2024-21/2025-33", "1600", "2199-12-31",
            "1600-24", "2199-24", "2199-12-31/..", "2024-02-29/2024-03", "202X/203X", "2024-11-30T10:00:00Z",
        ]
    ),
    st.dates(date(1600, 1, 1), date(2199, 12, 31)).map(str),
)  # fmt: skip
ADDRESSES = st.one_of(
    st.sampled_from(
        [
            "https://örebro.example/översikt", "http://[2001:db8::1]:8080/x", "https://a.example/100%25", "http://a",
            "https://a.example/?q=(a)'b';c,d&e=#f?g/h", "https://a.example/" + "x" * 2000, "https://a.example:443",
            "https://user:pass@a.example/", "https://a.example/%00", "https://a.example//..//", "HTTPS://a.example/",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=20).map("https://a.example/".__add__),
)  # fmt: skip
SLUGS = st.one_of(
    st.sampled_from(["1", "index", "con", "nul", "id", "data", "new", "derived", "sv", "x" * 120, "a-" * 59 + "a"]),
    st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True),
)
BASES = st.sampled_from(
    [
        own.BASE, "https://w3id.org/medskick/id/exempel/", "https://a.example/x#", "http://a.example:8080/",
        "https://a.example/a%20b/", "https://a.example/id?x=/", "https://a.example/id/" * 5, "https://a.example/(x)'/",
    ]
)  # fmt: skip


def cells_of(column: Column, ids: dict[str, str]) -> st.SearchStrategy[str]:
    """What may stand in a column; ``ids`` are the rows that it can refer to, with their classes."""
    words = vocabulary()
    match column.kind:
        case "ref":
            fit = [
                i for i, cls in ids.items() if not column.range or column.range in words.superclasses.get(cls, {cls})
            ]
            return st.lists(st.sampled_from(fit), min_size=1, max_size=2).map(";".join) if fit else st.just("")
        case "concept":
            return st.sampled_from(sorted(words.schemes.get(column.scheme or "", {"": ""})))
        case "date":
            return DATES
        case "number":
            return st.sampled_from(["0", "1", "12", "999999999", "3.0", "1 200"])
        case "flag":
            return st.sampled_from(["yes", "no", "SANT"])
        case "uri":
            return ADDRESSES
        case "scheme":
            return st.sampled_from(sorted(words.schemes))
        case "columns":
            return st.just("note")
    return TEXTS


@st.composite
def datasets(draw: st.DrawFn) -> tuple[str, dict[str, str], own.Rows]:
    """A dataset: its name, its description, its tables, with cells of any kind changed and rows of any kind added."""
    words, tables = vocabulary(), own.rows()
    ids: dict[str, str] = {}
    for name, rows in tables.items():
        table = words.tables[name]
        ids |= {row["id"]: table.types.get(row.get("type", ""), table.target) for row in rows}
    for name in draw(st.lists(st.sampled_from(sorted(words.tables)), max_size=6)):
        row = {"id": draw(SLUGS)}
        if words.tables[name].typed:
            row["type"] = draw(st.sampled_from(sorted(words.tables[name].types)))
        if any(c.name == "basis" for c in words.tables[name].columns):
            row |= own.STATED
        tables.setdefault(name, []).append(row)
    for name, rows in tables.items():
        for row in rows:
            new = len(row) <= 4
            for column in words.tables[name].columns:
                if column.name in ("basis", "sources") or (column.name in row and not new and draw(st.booleans())):
                    continue
                if (column.required and new) or draw(st.integers(0, 3)) == 0:
                    for header in column.headers():
                        row[header] = draw(cells_of(column, ids))
    description = dict(own.DESCRIPTION) | {
        "title_sv": draw(TEXTS), "description_en": draw(TEXTS), "publisher": draw(TEXTS), "version": draw(TEXTS),
        "licence": draw(ADDRESSES), "base": draw(BASES),
    }  # fmt: skip
    return draw(st.one_of(st.just(own.NAME), SLUGS)), description, tables


def written(folder: Path, name: str, description: dict[str, str], tables: own.Rows) -> list[Fault]:
    """Write a dataset; return the errors of the check."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "dataset.toml").write_text(own.toml(description), encoding="utf-8")
    for path in place.glob("*.csv"):
        path.unlink()
    for table, rows in tables.items():
        if not rows:
            continue
        (place / f"{table}.csv").write_text(own.table(table, rows), encoding="utf-8", newline="")
    faults = assemble([folder], alone=True).faults
    assert all(fault.say("sv") and fault.say("en") for fault in faults)
    return [fault for fault in faults if fault.level == "error"]


def mended(description: dict[str, str], tables: own.Rows, faults: list[Fault], round_: int) -> None:
    """Take back what the check refuses: first the cell, then the row, then everything."""
    for fault in faults:
        table = fault.file.rpartition("/")[2].removesuffix(".csv")
        if table == "dataset.toml":
            description[fault.column] = own.DESCRIPTION[fault.column]
        elif table in tables and 2 <= fault.row < len(tables[table]) + 2:
            row = tables[table][fault.row - 2]
            base = next((r for r in own.rows().get(table, []) if r["id"] == row.get("id")), None)
            heads = [h for h in row if h == fault.column or h.rpartition("_")[0] == fault.column]
            if round_ == 0 and heads and fault.column != "id":
                for head in heads:
                    row.pop(head)
                    if base and head in base:
                        row[head] = base[head]
            elif base:
                row.clear()
                row.update(base)
            else:
                row.clear()
    for table, rows in tables.items():
        tables[table] = [row for row in rows if row]
    if round_ > 1:
        tables.clear()
        tables.update(own.rows())


@pytest.mark.fuzz
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(datasets(), st.integers(0, 200))
def test_a_dataset_that_passes_the_check_works_everywhere(
    dataset: tuple[str, dict[str, str], own.Rows], turn: int
) -> None:
    name, description, tables = dataset
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for round_ in range(4):
            faults = written(folder / "data", name, description, tables)
            if not faults:
                break
            mended(description, tables, faults, round_)
        else:
            pytest.fail(f"the dataset itself has faults: {[f.say('en') for f in faults]}")
        assembled = assemble([folder / "data"], alone=True)
        save(assembled.store, folder / "store", inputs="walk")
        assert walk(folder / "store", turn=turn) == []
