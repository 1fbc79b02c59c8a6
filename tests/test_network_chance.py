"""Measures of networks beside chance, brokerage roles, what rests on single activities: by hand on small networks."""

import igraph
import networkx
import pytest

from medskick.knowledge_graph import KnowledgeGraph
from medskick.network.chance import _directed, _involved, judged, whole_measures
from medskick.network.measures import ACTIVITIES, ACTORS, actors_in, brokers
from medskick.network.roles import roles_of
from medskick.network.seeded import seeded
from medskick.reports.document import Heading, Paragraph, Table, plain

MUNICIPAL, REGIONAL, STATE = "municipal", "regional", "state"


def bipartite(meetings: dict[str, str]) -> "networkx.Graph[str]":
    graph: networkx.Graph[str] = networkx.Graph()
    for meeting, present in meetings.items():
        graph.add_node(meeting, bipartite=ACTIVITIES)
        for actor in present:
            graph.add_node(actor, bipartite=ACTORS)
            graph.add_edge(actor, meeting)
    return graph


@pytest.mark.parametrize(
    ("levels", "activities", "expected"),
    [
        # 0 is the broker of 1 and 2, who have not met
        ([MUNICIPAL, MUNICIPAL, MUNICIPAL], [[0, 1], [0, 2]], (1, 0, 0, 0)),
        ([REGIONAL, MUNICIPAL, MUNICIPAL], [[0, 1], [0, 2]], (0, 1, 0, 0)),
        ([MUNICIPAL, MUNICIPAL, STATE], [[0, 1], [0, 2]], (0, 0, 1, 0)),
        ([MUNICIPAL, STATE, MUNICIPAL], [[0, 1], [0, 2]], (0, 0, 1, 0)),
        ([REGIONAL, MUNICIPAL, STATE], [[0, 1], [0, 2]], (0, 0, 0, 1)),
        # they met themselves, or one has no known level, or the broker has none
        ([REGIONAL, MUNICIPAL, STATE], [[0, 1], [0, 2], [1, 2]], (0, 0, 0, 0)),
        ([REGIONAL, MUNICIPAL, ""], [[0, 1], [0, 2]], (0, 0, 0, 0)),
        (["", MUNICIPAL, STATE], [[0, 1], [0, 2]], (0, 0, 0, 0)),
        # 1 and 2 of one level, 3 of another: one pair as consultant, two as liaison
        ([REGIONAL, MUNICIPAL, MUNICIPAL, STATE], [[0, 1], [0, 2], [0, 3]], (0, 1, 0, 2)),
    ],
)
def test_a_broker_has_the_roles_of_gould_and_fernandez(
    levels: list[str], activities: list[list[int]], expected: tuple[int, ...]
) -> None:
    [counted] = roles_of(activities, levels, [0])
    assert tuple(counted.values()) == expected


def test_the_measures_of_the_whole_by_hand() -> None:
    # two actors at two meetings: one pair met, twice; each of the four paths of three ties is closed
    assert whole_measures([[0, 1], [0, 1]], 2) == {"met": 1.0, "closure": 1.0, "modularity": 0.0}
    # nobody meets twice
    assert whole_measures([[0, 1], [1, 2]], 3)["closure"] == 0.0
    # two groups that share nothing: the modularity of two equal halves
    two_groups = whole_measures([[0, 1], [2, 3]], 4)
    assert two_groups["met"] == 2 and two_groups["modularity"] == pytest.approx(0.5)
    assert whole_measures([[0]], 1) == {"met": 0.0, "closure": 0.0, "modularity": 0.0}


def test_chance_keeps_how_many_everybody_met_and_how_many_each_meeting_had(kg: KnowledgeGraph) -> None:
    graph = kg.two_mode("skane")
    actors = actors_in(graph)
    real = _directed(graph, actors, sorted(set(graph) - set(actors)))
    with seeded(7):
        drawn = real.copy()
        drawn.rewire(10 * real.ecount())
    assert drawn.get_edgelist() != real.get_edgelist()
    assert drawn.degree(mode="out") == real.degree(mode="out") and drawn.degree(mode="in") == real.degree(mode="in")
    assert drawn.is_simple()
    assert [len(present) for present in _involved(drawn, len(actors))] == [
        len(present) for present in _involved(real, len(actors))
    ]


def test_igraph_gives_the_betweenness_that_networkx_gives(kg: KnowledgeGraph) -> None:
    graph = kg.two_mode("skane")
    actors = actors_in(graph)
    undirected = _directed(graph, actors, sorted(set(graph) - set(actors))).as_undirected()
    assert isinstance(undirected, igraph.Graph)
    ours = networkx.betweenness_centrality(graph, normalized=False)
    for actor, value in zip(actors, undirected.betweenness(vertices=range(len(actors))), strict=True):
        assert value == pytest.approx(ours[actor])
    verdict = judged(graph, brokers(graph)[:10], lambda _actor: "", runs=2)
    assert verdict is not None
    exact = networkx.bipartite.betweenness_centrality(graph, actors)
    for actor, chance in verdict.betweenness.items():
        assert chance.value == pytest.approx(exact[actor], abs=2e-4)


def test_the_same_network_gets_the_same_verdict(kg: KnowledgeGraph) -> None:
    graph = kg.two_mode("skane")
    assert judged(graph, brokers(graph)[:10], lambda _actor: "", runs=5) == judged(
        graph, brokers(graph)[:10], lambda _actor: "", runs=5
    )


def test_where_nobody_is_between_others_there_is_nothing_to_judge() -> None:
    graph = bipartite({"m": "abc"})
    assert judged(graph, brokers(graph), lambda _actor: "") is None


def test_a_broker_that_rests_on_one_of_few_meetings_does_not_stay() -> None:
    """c stands between two pairs by two meetings; without one of the three, two times in three it is between nobody."""
    graph = bipartite({"m": "abc", "n": "cde", "o": "ab"})
    verdict = judged(graph, brokers(graph), lambda _actor: "", runs=300)
    assert verdict is not None
    assert 70 <= verdict.stays["c"] <= 130 and verdict.whole["met"].value == 6


def test_processes_are_compared_only_where_size_and_density_allow(kg: KnowledgeGraph) -> None:
    report = kg.network_report("skane", "halland")
    place = next(n for n, b in enumerate(report.blocks) if isinstance(b, Heading) and b.text.startswith("Can the"))
    verdict, table = report.blocks[place + 1 : place + 3]
    assert isinstance(verdict, Paragraph) and isinstance(table, Table)
    sizes = []
    for name in ("skane", "halland"):
        graph = kg.two_mode(name)
        actors = len(actors_in(graph))
        sizes.append((actors, len(graph) - actors, graph.number_of_edges() / actors / (len(graph) - actors)))
    allowed = min(min(size[:2]) for size in sizes) >= 10 and max(s[2] for s in sizes) <= 2 * min(s[2] for s in sizes)
    assert plain(verdict.line).startswith("Yes" if allowed else "No")
    assert [(int(plain(row[1])), int(plain(row[2]))) for row in table.rows] == [size[:2] for size in sizes]
