"""The larger graphs of the bench: a copy of a region says what the region says, under a name of its own."""

import re
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from copies import copies
from medskick.graph.lookups import named_quads
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import DATASETS, GRAPHS, THINGS, term_text
from medskick.queries.evaluate import datasets_in, select


@pytest.fixture(scope="module")
def copied(kg: KnowledgeGraph) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(copies(named_quads(kg.store), 5))
    return store


def test_so_many_regional_datasets_as_asked_for_beside_the_national_level(copied: ox.Store) -> None:
    assert datasets_in(copied) == ["halland", "national", "skane", "skane-2", "stockholm", "stockholm-2"]


@pytest.mark.parametrize("graph", ["skane", "skane/derived", "stockholm"])
def test_a_copy_has_statements_of_its_own_and_none_about_the_first(copied: ox.Store, graph: str) -> None:
    name, slash, rest = graph.partition("/")

    def said_in(which: str) -> set[str]:
        return {str(quad.triple) for quad in copied.quads_for_pattern(None, None, None, ox.NamedNode(GRAPHS + which))}

    first, copy = said_in(graph), said_in(f"{name}-2{slash}{rest}")
    theirs = re.compile(rf"<({THINGS}|{DATASETS}|{GRAPHS}){name}(?=[/>])")
    assert not any(theirs.search(statement) for statement in copy)
    assert {theirs.sub(rf"<\g<1>{name}-2", statement) for statement in first} == copy
    assert first


def test_a_copy_answers_with_things_of_its_own(copied: ox.Store) -> None:
    phases = "PREFIX msk: <https://w3id.org/medskick/ontology#> SELECT ?phase { ?phase a msk:Phase }"

    def slugs(dataset: str) -> set[str]:
        return {
            term_text(row["phase"]).removeprefix(f"{THINGS}{dataset}/")
            for row in select(copied, phases, [dataset, "national"])
            if term_text(row["phase"]).startswith(f"{THINGS}{dataset}/")
        }

    assert "regionplan-skane-antagande" in slugs("skane-2")
    assert slugs("skane-2") == slugs("skane")
