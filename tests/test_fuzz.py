"""Random input: whatever stands in a table or a question, the answer is a fault or an answer, never a crash."""

import csv
import io
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medskick.graph.assemble import assemble
from medskick.graph.tables import read_dataset
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import vocabulary
from medskick.queries.binding import UnknownValueError
from medskick.rooms import room
from workbooks import filled, tried

pytestmark = pytest.mark.fuzz
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def small_dataset(folder: Path) -> Path:
    skane = folder / "skane"
    skane.mkdir()
    shutil.copy(room("graph") / "skane" / "dataset.toml", skane)
    return skane


@RELAXED
@given(st.binary(max_size=400), st.sampled_from(["phases", "lessons", "sources", "relations"]))
def test_any_bytes_as_a_table(raw: bytes, table: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        skane = small_dataset(Path(folder))
        header = ",".join(vocabulary().tables[table].header()).encode()
        for content in (raw, header + b"\n" + raw):
            (skane / f"{table}.csv").write_bytes(content)
            _, faults = read_dataset(skane, vocabulary())
            for fault in faults:
                assert fault.say("sv") and fault.say("en")


CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["region-skane", "x;y;;", "2021-21", "2021-vår", "national:riksdagen", "=1+1", "yes", "12", "\x00", "\u202e"]
    ),
)


@RELAXED
@given(st.data(), st.sampled_from(sorted(vocabulary().tables)))
def test_any_cells_in_a_row(data: st.DataObject, name: str) -> None:
    table = vocabulary().tables[name]
    row = [data.draw(CELL, label=h) for h in table.header()]
    with tempfile.TemporaryDirectory() as folder:
        skane = small_dataset(Path(folder))
        out = io.StringIO(newline="")
        csv.writer(out).writerows([table.header(), ["a-row", *row[1:]]])
        (skane / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8", errors="replace", newline="")
        for fault in assemble([Path(folder)], alone=True).faults:
            assert fault.say("sv") and fault.say("en")


@RELAXED
@given(st.text(max_size=60))
def test_any_text_as_a_parameter(kg: KnowledgeGraph, value: str) -> None:
    try:
        kg.ask("dialogues-by-phase", phase_type=value)
    except UnknownValueError as error:
        assert error.allowed


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_workbook_is_understood_or_told_and_nothing_is_half_written(data: st.DataObject) -> None:
    """No crash, no half-written dataset, no message that names a table or sheet that is not there."""
    with tempfile.TemporaryDirectory() as folder:
        tried(Path(folder), data.draw(filled()))
