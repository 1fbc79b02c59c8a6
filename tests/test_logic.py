"""Logic: HermiT finds the graph sound, a planted contradiction by its rows, a class that can have no member."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import need
from medskick.graph import reason
from medskick.graph.assemble import Assembled, assemble
from medskick.graph.reason import check_logic
from medskick.ontology import VOCABULARY_GRAPH, node
from test_bad_input import cell


@pytest.fixture(autouse=True)
def _java() -> None:
    need(shutil.which("java") is not None, "Java")


@pytest.mark.browser_all
def test_ontology_and_data_are_sound(assembled: Assembled, capfd: pytest.CaptureFixture[str]) -> None:
    verdict = check_logic(assembled)
    assert capfd.readouterr() == ("", "")
    assert verdict.consistent
    assert verdict.empty_classes == ()


def cut(folder: Path, kept: dict[str, set[str]]) -> None:
    """Leave only some rows of a dataset: the reasoner runs a dozen times over what there is."""
    for path in folder.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        left = [row for row in rows[1:] if row[0] in kept.get(path.name, ())]
        if not left:
            path.unlink()
            continue
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([rows[0], *left])


@pytest.mark.browser_all
def test_a_planted_contradiction_is_named_by_its_rows(broken: Callable[..., Path]) -> None:
    # only organisations follow upon one another as legal bodies; a panel is a group
    def plant(text: str) -> str:
        text = cell("skanes-kommuner", "preceded_by", "region-skane")(text)
        return cell("region-skane", "sources", "fallet-skane")(cell("skanes-kommuner", "sources", "fallet-skane")(text))

    folder = broken({"skane/actors.csv": plant})
    cut(folder / "skane", {"actors.csv": {"region-skane", "skanes-kommuner"}, "sources.csv": {"fallet-skane"}})
    shutil.rmtree(folder / "national")
    built = assemble([folder], alone=True)
    assert built.errors == [], "the shapes let it pass: it takes logic to see it"
    verdict = check_logic(built)
    assert not verdict.sound
    assert [(file, row.id) for file, row in verdict.rows] == [("skane/actors.csv", "skanes-kommuner")]
    assert any("skane/actors.csv" in line for line in verdict.say("sv"))


@pytest.mark.browser_all
def test_a_class_without_possible_members_is_found(
    assembled: Assembled, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    impossible = ox.NamedNode("https://example.org/Impossible")
    planted = [
        ox.Quad(impossible, node("rdf:type"), node("owl:Class"), VOCABULARY_GRAPH),
        ox.Quad(impossible, node("rdfs:subClassOf"), node("msk:Decision"), VOCABULARY_GRAPH),
        ox.Quad(impossible, node("rdfs:subClassOf"), node("msk:Document"), VOCABULARY_GRAPH),
    ]
    consistent, empty = reason._reason([*assembled.index.vocabulary.quads, *planted])
    assert consistent
    assert empty == ("https://example.org/Impossible",)
    # the verdict is all there is to see: no warning of a library of each text that is no address
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
