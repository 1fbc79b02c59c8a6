"""One graph to ask: the store's own default graph, and what is asked over it, beside the named graphs it is made of."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import medskick
from conftest import SEVERAL_COUNTRIES
from medskick.graph.assemble import Assembled
from medskick.graph.lookups import Store, named_quads
from medskick.graph.statements import nquads
from medskick.graph.store import OutdatedStoreError, current, save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import GRAPHS, THINGS, iri, term_text
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import evaluate, select
from medskick.queries.query import Query
from medskick.queries.query_text import names_graphs
from running import Server

QUERIES = [*Catalogue().questions(), *Catalogue().views()]
DATASETS_BY_HAND = ("halland", "national", "skane", "stockholm")
LINKSETS_BY_HAND = ("links/halland-skane", "links/halland-stockholm", "links/skane-stockholm")
SMALL = ("halland", "national")
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
Rows = list[tuple[str, ...]]


def named(*names: str) -> list[ox.NamedNode]:
    """The graphs of some datasets, what follows from them, and the vocabulary."""
    ends = [f"{name}{end}" for name in names for end in ("", "/derived")]
    return [ox.NamedNode(GRAPHS + end) for end in ("ontology", *ends)]


def rows(answer: object) -> Rows:
    """The rows of a SELECT in their order; the statements of a CONSTRUCT, each once."""
    if isinstance(answer, ox.QueryTriples):
        return sorted({(term_text(t.subject), t.predicate.value, term_text(t.object)) for t in answer})
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple("" if term is None else str(term) for term in row) for row in answer]


def one_by_one(store: Store, text: str, *names: str) -> Rows:
    graphs = named(*names)
    return rows(store.query(text, default_graph=[*graphs], named_graphs=[*graphs]))


@pytest.mark.browser_all
def test_the_default_graph_says_once_what_all_datasets_say(kg: KnowledgeGraph, assembled: Assembled) -> None:
    default = [q.triple for q in kg.store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    links = f"{GRAPHS}links/"
    said = {q.triple for q in assembled.store if not term_text(q.graph_name).startswith(links)}
    assert len(default) == len(said)
    assert set(default) == said
    only_linked = {q.triple for q in assembled.store if term_text(q.graph_name).startswith(links)} - said
    assert only_linked and only_linked.isdisjoint(default)


@pytest.mark.browser_all
def test_the_export_holds_the_named_graphs_only(kg: KnowledgeGraph, assembled: Assembled, store_folder: Path) -> None:
    wanted = nquads(assembled.store)
    assert hashlib.sha256(wanted).hexdigest() == kg.version
    done = subprocess.run(
        [sys.executable, "-c", "from medskick.cli import main; main()", "export", "--store", str(store_folder)],
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == wanted


@pytest.mark.browser_all
def test_the_recipe_for_other_engines_gives_the_same_default_graph(kg: KnowledgeGraph) -> None:
    root = Path(__file__).parents[1]
    texts = [(root / name).read_text(encoding="utf-8") for name in ("README.md", "README.sv.md")]
    [recipe] = {block for text in texts for block in re.findall(r"^```sparql\n(INSERT.*?)^```", text, re.M | re.S)}
    other = ox.Store()
    other.load(nquads(named_quads(kg.store)), format=ox.RdfFormat.N_QUADS)
    assert next(other.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None
    other.update(recipe)
    assert set(other) == set(kg.store)


def test_no_look_up_sees_a_statement_twice() -> None:
    """Only ``graph`` and the ontology, whose stores have no default graph, look up without naming a graph."""
    source = Path(medskick.__file__).parent
    calls = [
        (path.relative_to(source).as_posix(), call.lineno, [ast.unparse(arg) for arg in call.args])
        for path in source.rglob("*.py")
        if path.parent != source / "graph" and path != source / "ontology.py"
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "quads_for_pattern"
        # what an endpoint gives of itself
        and ast.unparse(call.func.value) != "self"
    ]
    assert calls
    assert [call for call in calls if len(call[2]) < 4 or call[2][3] == "None"] == []


@pytest.mark.browser_all
def test_a_copy_of_a_store_is_that_store(kg: KnowledgeGraph, tmp_path: Path) -> None:
    assert save(kg.store, tmp_path, inputs="copy").version == kg.version
    assert len(KnowledgeGraph(tmp_path).store) == len(kg.store)


@pytest.mark.browser_all
@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.slug)
def test_all_datasets_are_asked_as_if_named_one_by_one(kg: KnowledgeGraph, query: Query) -> None:
    answer = rows(evaluate(kg.store, query.text))
    assert answer == one_by_one(kg.store, query.text, *DATASETS_BY_HAND)
    assert answer == rows(evaluate(kg.store, query.text, DATASETS_BY_HAND))
    linked = rows(evaluate(kg.store, query.text, links=True))
    assert sorted(linked) == sorted(one_by_one(kg.store, query.text, *DATASETS_BY_HAND, *LINKSETS_BY_HAND))


def plain(assembled: Assembled, names: Sequence[str]) -> rdflib.Dataset:
    """Some graphs in rdflib's own store, for its own evaluator."""
    chosen = set(named(*names))
    raw = ox.serialize([q for q in assembled.store if q.graph_name in chosen], format=ox.RdfFormat.N_QUADS)
    assert raw is not None
    return rdflib.Dataset(default_union=True).parse(data=raw.decode(), format="nquads")


@pytest.fixture(scope="module")
def small(assembled: Assembled) -> rdflib.Dataset:
    return plain(assembled, SMALL)


@pytest.fixture(scope="module")
def unlinked(assembled: Assembled) -> rdflib.Dataset:
    return plain(assembled, DATASETS_BY_HAND)


def theirs(dataset: rdflib.Dataset, query: Query) -> Rows:
    words = [tuple("" if term is None else str(term) for term in row) for row in dataset.query(query.text)]  # type: ignore[union-attr]
    return sorted(set(words) if query.is_view else words)


def ours(answer: object) -> Rows:
    if isinstance(answer, ox.QuerySolutions):
        names = [v.value for v in answer.variables]
        return sorted(tuple("" if row[n] is None else term_text(row[n]) for n in names) for row in answer)
    return rows(answer)


@pytest.mark.browser_all
@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.slug)
def test_a_choice_of_datasets_gives_the_same_rows_in_both_engines(
    kg: KnowledgeGraph, small: rdflib.Dataset, query: Query
) -> None:
    assert ours(evaluate(kg.store, query.text, SMALL)) == theirs(small, query)


@pytest.mark.browser_all
@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.slug)
def test_the_default_graph_gives_the_same_rows_in_both_engines(
    kg: KnowledgeGraph, unlinked: rdflib.Dataset, query: Query
) -> None:
    answer = ours(evaluate(kg.store, query.text))
    assert answer == theirs(unlinked, query)
    assert answer or query.slug in SEVERAL_COUNTRIES, "an empty result compares nothing"


@pytest.mark.parametrize("text", [NAMED, NAMED.lower().replace("distinct", "distinct # why\n"), f"#\n{NAMED}"])
def test_a_question_sees_the_graphs_of_the_datasets_and_no_other(kg: KnowledgeGraph, text: str) -> None:
    assert {term_text(row["g"]) for row in select(kg.store, text)} == {g.value for g in named(*DATASETS_BY_HAND)}
    assert {term_text(row["g"]) for row in select(kg.store, text, ["skane"])} == {g.value for g in named("skane")}


def test_an_endpoint_names_all_graphs_and_asks_the_default_one(
    server: Server, kg: KnowledgeGraph, assembled: Assembled
) -> None:
    def values(query: str) -> list[str]:
        return server.query(query, "text/csv").body.decode("utf-8").split()[1:]

    assert set(values(NAMED)) == {term_text(g) for g in assembled.store.named_graphs()}
    count = len(list(kg.store.quads_for_pattern(None, None, None, ox.DefaultGraph())))
    assert values("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [str(count)]
    # what a query chooses itself stands, however it writes the word
    national = len(list(kg.store.quads_for_pattern(None, None, None, ox.NamedNode(f"{GRAPHS}national"))))
    for word in ("FROM", "from", "FROM#\n"):
        assert values(f"SELECT (COUNT(*) AS ?n) {word} <{GRAPHS}national> {{ ?s ?p ?o }}") == [str(national)]
        assert values(f"SELECT (COUNT(*) AS ?n) {word} NAMED <{GRAPHS}national> {{ ?s ?p ?o }}") == ["0"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", True),
        ("SELECT * {graph<a:b>{}}", True),
        ("SELECT * { ?graph ?p ?o } # GRAPH", False),
        ("SELECT * { ?s <https://e.org/GRAPH> 'GRAPH' }", False),
        ("PREFIX graph: <a:b> SELECT * { graph:x x:graph $graph }", False),
    ],
)
def test_graph_as_a_keyword_is_told_from_other_words(text: str, answer: bool) -> None:
    assert names_graphs(text) is answer


def test_rdflib_sees_each_statement_once(kg: KnowledgeGraph) -> None:
    # Region Skåne's name in Swedish and in English stands in the table of actors, one row
    region = rdflib.URIRef(f"{THINGS}skane/region-skane")
    labels = list(kg.graph.triples((region, rdflib.RDFS.label, None)))
    assert len(labels) == len(set(labels)) == 2
    [row] = kg.graph.query(f"SELECT (COUNT(*) AS ?n) {{ <{region}> <{rdflib.RDFS.label}> ?label }}")
    assert int(str(row[0])) == 2  # type: ignore[index]


# A store of before, which has no default graph


@pytest.fixture
def of_before(kg: KnowledgeGraph, small_store: Path, tmp_path: Path) -> Path:
    built = current(small_store)
    assert built is not None
    name = f"store-{built.version}"
    store = ox.Store(str(tmp_path / name))
    store.bulk_extend(named_quads(KnowledgeGraph(small_store).store))
    store.flush()
    by_key = {"version": built.version, "inputs": "before", "data": [], "alone": False}
    (tmp_path / f"{name}.json").write_text(json.dumps(by_key), encoding="utf-8")
    (tmp_path / "current").write_text(built.version + "\n", encoding="utf-8")
    return tmp_path


def test_a_store_of_before_is_refused_and_not_asked(of_before: Path) -> None:
    with pytest.raises(OutdatedStoreError, match="medskick build"):
        KnowledgeGraph(of_before)


def test_a_store_of_before_gives_way_to_one_of_the_same_version(of_before: Path, small_store: Path) -> None:
    reader = ox.Store.read_only(str(next(of_before.glob("store-*[!n]"))))
    count = len(reader)
    built = save(KnowledgeGraph(small_store).store, of_before, inputs="now")
    kg = KnowledgeGraph(of_before)
    assert kg.version == built.version
    assert len(kg.store) > count == len(list(named_quads(kg.store))) == len(reader)
    assert sorted(p.name for p in of_before.iterdir()) == [
        ".lock", "current", f"store-{built.version}", f"store-{built.version}.json",
    ]  # fmt: skip


@pytest.mark.browser_all
def test_who_opens_a_store_of_before_gets_it_built_again_of_the_same_datasets(of_before: Path) -> None:
    about = next(of_before.glob("*.json"))
    data = str(Path(medskick.__file__).parents[2] / "graph" / "national")
    content = {**json.loads(about.read_text(encoding="utf-8")), "data": [data], "alone": True}
    about.write_text(json.dumps(content), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from medskick.cli import main; main()", "ask", "decisions-in-order",
         "--store", str(of_before), "--lang", "en"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert "built by an older version" in done.stderr
    assert medskick.open(of_before).datasets == ["national"]


@pytest.mark.browser_all
def test_what_is_kept_of_lookups_is_what_the_store_says(kg: KnowledgeGraph) -> None:
    thing, kind = ox.NamedNode(THINGS + "skane/regionplan-skane"), ox.NamedNode(iri("rdf:type"))
    process = ox.NamedNode(iri("msk:PlanningProcess"))
    for pattern in ((thing,), (thing, kind), (thing, kind, process), (None, None, thing), (None, kind, process)):
        wanted = [
            (place, term) for place, term in zip(("subject", "predicate", "object"), pattern, strict=False) if term
        ]
        every = [q for q in kg.store if all(getattr(q, place) == term for place, term in wanted)]
        every = [q for q in every if q.graph_name != ox.DefaultGraph()]
        # as it is first looked up, and as it is kept
        for _ in range(2):
            assert set(named_quads(kg.store, *pattern)) == set(every) != set()
    assert not list(named_quads(kg.store, thing, kind, ox.NamedNode(iri("msk:Phase"))))


def test_a_store_that_changes_is_read_anew() -> None:
    store, thing, graph = ox.Store(), ox.NamedNode(THINGS + "x/one"), ox.NamedNode(f"{GRAPHS}x")
    for number in range(2):
        store.add(ox.Quad(thing, ox.NamedNode(iri("skos:notation")), ox.Literal(str(number)), graph))
        assert len(list(named_quads(store, thing))) == number + 1
