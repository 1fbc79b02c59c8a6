"""Every question: a whole header, the same rows in two engines, and the answer written by hand from the facts."""

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from conftest import FIRST, SEVERAL_COUNTRIES
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import EDTF, PREFIXES, THINGS, iri, node, term_text
from medskick.queries.binding import BoundQuery, bind
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import dataset_graphs, evaluate
from medskick.queries.query import TOKEN
from medskick.queries.question_file import read_file
from medskick.queries.run import Answer, ask
from medskick.rooms import room

EXPECTED = Path(__file__).parent / "expected"
QUERY_FILES = sorted(room("queries").glob("*/*.rq"))
CASES = sorted(EXPECTED.glob("*/*.csv"))


def short(term: ox.NamedNode | ox.Literal | None) -> str:
    """A term as expected answers write it: ``skane:kick-off``, ``phase-type/consultation``, an EDTF date, a number."""
    if term is None:
        return ""
    text = term_text(term)
    if isinstance(term, ox.NamedNode):
        for start, written in ((THINGS, ":"), (PREFIXES["concept"], "/"), (PREFIXES["shp"], "/")):
            if text.startswith(start):
                owner, _, local = text.removeprefix(start).partition("/")
                return owner + written + local
        return text.replace(PREFIXES["msk"], "msk:")
    return text


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda p: p.stem)
def test_header_is_whole(path: Path) -> None:
    reading = read_file(path, path.name)
    assert reading.faults == ()
    query = reading.query
    assert query is not None
    assert set(query.summary) == {"sv", "en"}
    assert set(query.description) == {"sv", "en"}
    assert query.tags and query.asked_by
    if not query.is_view:
        assert query.answers in ("fully", "partly", "not-yet")
        for label in query.columns.values():
            assert set(label) == {"sv", "en"}


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda p: p.stem)
def test_parameters_stand_only_in_binds(path: Path) -> None:
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    binds = re.sub(r"BIND\(\?_(\w+)_iri AS \?\1\)", "", text)
    assert TOKEN.search(binds) is None


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda p: p.stem)
def test_prefixes_are_ours(path: Path) -> None:
    for prefix, full in re.findall(r"^PREFIX (\w+): <([^>]+)>", path.read_text(encoding="utf-8"), re.M):
        assert PREFIXES[prefix] == full


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda p: p.stem)
def test_a_term_in_a_question_takes_those_under_it_along(path: Path) -> None:
    """A dataset's own kind of actor, phase or form counts under the common one that it lies under."""
    text = path.read_text(encoding="utf-8")
    assert (
        re.findall(r"msk:(?:kind|form|phaseType|role|appliesToPhaseType) <https://w3id.org/medskick/concept/", text)
        == []
    )


def test_all_questions_of_the_model_notes_are_in_the_catalogue() -> None:
    assert {q.number for q in Catalogue().questions() if q.number} == {f"Q{n}" for n in range(1, 43)}


def test_a_question_that_cannot_be_answered_yet_says_what_would_be_needed() -> None:
    unanswered = [q for q in Catalogue().questions() if q.answers == "not-yet"]
    # facts/model-notes.md 3.4 marks these as not answerable now
    assert {"Q33", "Q34", "Q35", "Q40", "Q42"} == {q.number for q in unanswered}
    assert all(set(q.needs) == {"sv", "en"} for q in unanswered)


def test_ten_questions_and_more_come_from_wishes_and_each_names_its_own() -> None:
    wishes = [q for q in Catalogue().questions() if q.theme == "wishes"]
    assert len(wishes) >= 10
    assert all(set(q.wish) == {"sv", "en"} and q.wished_in for q in wishes)
    assert len({q.wish["en"] for q in wishes}) == len(wishes)


def joins(text: str) -> frozenset[str]:
    """What a question joins: its properties, classes and concepts, whatever the variables are called."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "PREFIX", "SELECT", "ORDER")))
    return frozenset(re.findall(r"(?:msk|dcterms|skos|rdfs):\w+[*+]?|concept/[\w/-]+", body))


def test_no_question_repeats_anothers_joins() -> None:
    seen: dict[frozenset[str], str] = {}
    for query in Catalogue().questions():
        assert joins(query.text) not in seen, (query.slug, seen.get(joins(query.text)))
        seen[joins(query.text)] = query.slug


@pytest.mark.browser_all
@pytest.mark.parametrize("slug", [q.slug for q in Catalogue().questions()])
def test_every_question_runs_over_one_dataset_several_or_all(kg: KnowledgeGraph, slug: str) -> None:
    for chosen, links in ((["skane"], False), (["stockholm", "national"], True), (["halland"], False), (None, True)):
        answer = ask(kg.store, Catalogue().question(slug), datasets=chosen, links=links)
        assert set(answer.variables) <= set(Catalogue().question(slug).columns)


def test_every_question_has_an_expected_answer() -> None:
    names = {(p.parent.name, p.stem.partition("@")[0]) for p in CASES}
    assert {(q.theme, q.slug) for q in Catalogue().questions()} == names


def test_slugs_are_unique() -> None:
    slugs = [p.stem for p in QUERY_FILES]
    assert len(slugs) == len(set(slugs))


def read_case(path: Path) -> tuple[list[str], list[dict[str, str]], str]:
    """Columns to compare, expected rows, and the reason why an empty answer is right."""
    lines = path.read_text(encoding="utf-8").splitlines()
    reason = next((line for line in lines if line.startswith("# empty because")), "")
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    columns = next(csv.reader([next(line for line in lines if not line.startswith("#"))]))
    return [c for c in columns if c != "facts"], rows, reason


def named_datasets(path: Path) -> list[str] | None:
    """The datasets that a case is asked over, by its line ``# datasets:`` (``all``: none is named)."""
    line = next((ln for ln in path.read_text(encoding="utf-8").splitlines() if ln.startswith("# datasets:")), "")
    names = line.removeprefix("# datasets:").strip()
    return [*FIRST] if not names else None if names == "all" else names.split(", ")


def case_answer(kg: KnowledgeGraph, path: Path) -> Answer:
    slug, _, given = path.stem.partition("@")
    params = dict(pair.split("=") for pair in given.split(",")) if given else {}
    links = params.pop("links", "no") == "yes"
    return ask(kg.store, Catalogue().question(slug), params, datasets=named_datasets(path), links=links)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_answer_is_as_written_by_hand(whole_kg: KnowledgeGraph, path: Path) -> None:
    columns, expected, _ = read_case(path)
    answer = case_answer(whole_kg, path)
    assert set(columns) <= set(answer.variables)
    wanted = {tuple(row[c] for c in columns) for row in expected}
    actual = {tuple(short(row.get(c)) for c in columns) for row in answer.rows}
    assert actual - wanted == set(), "rows that the facts do not give"
    assert wanted - actual == set(), "rows that the facts give and the answer lacks"


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_returned_things_carry_their_facts(whole_kg: KnowledgeGraph, path: Path) -> None:
    columns, expected, reason = read_case(path)
    if not expected:
        assert reason, "an empty expected answer says why empty is right"
        return
    answer = case_answer(whole_kg, path)
    for row in expected:
        listed = [f for f in row["facts"].split(";") if f]
        assert listed, f"{row}: from which fact?"
        matching = [r for r in answer.rows if tuple(short(r.get(c)) for c in columns) == tuple(row[c] for c in columns)]
        carried = {
            q.object.value
            for r in matching
            for v in r.values()
            if isinstance(v, ox.NamedNode)
            # sources and gaps carry the number that the fact files give them
            for p in ("msk:fact", "skos:notation")
            for q in whole_kg.store.quads_for_pattern(v, node(p), None, None)
            if isinstance(q.object, ox.Literal)
        }
        assert set(listed) <= carried, f"{row}: no returned thing carries {set(listed) - carried}"


def _rows(value: object) -> list[tuple[str, ...]]:
    return sorted(tuple("" if v is None else str(v) for v in row) for row in value)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    # the other engine takes its time: all of them in the second call
    [pytest.param(p, id=p.stem, marks=pytest.mark.browser_all) for p in QUERY_FILES],
)
def test_both_engines_give_the_same_rows(
    kg: KnowledgeGraph, in_memory: rdflib.Dataset, flat: rdflib.Graph, path: Path
) -> None:
    text = path.read_text(encoding="utf-8")
    # the other engine asks the union of all graphs, linksets too
    ours = evaluate(kg.store, text, links=True)
    if isinstance(ours, ox.QuerySolutions):
        names = [v.value for v in ours.variables]
        mine = sorted(tuple("" if row[n] is None else term_text(row[n]) for n in names) for row in ours)
    else:
        assert isinstance(ours, ox.QueryTriples)
        mine = sorted({(term_text(t.subject), t.predicate.value, term_text(t.object)) for t in ours})
    theirs = _rows((in_memory if re.search(r"\bGRAPH\b", text) else flat).query(text))
    assert mine == (theirs if isinstance(ours, ox.QuerySolutions) else sorted(set(theirs)))
    assert mine or path.stem in SEVERAL_COUNTRIES, "an empty result compares nothing"


HOSTILE = ["x> } DROP ALL #", "https://e.org/a b", 'https://e.org/"', "https://e.org/>", "?x", "} UNION { ?s ?p ?o"]


@pytest.mark.attack
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_parameters_never_reach_the_query(kg: KnowledgeGraph, value: str) -> None:
    from medskick.queries.binding import UnknownValueError

    with pytest.raises(UnknownValueError):
        kg.ask("dialogues-by-phase", phase_type=value)
    with pytest.raises(ValueError):
        bind("SELECT * { BIND(?_x_iri AS ?x) }", {"x": [value if ":" in value else "no scheme " + value]})


def test_an_unset_parameter_means_all(kg: KnowledgeGraph) -> None:
    every = kg.ask("dialogues-by-phase").rows
    some = kg.ask("dialogues-by-phase", phase_type="consultation").rows
    assert 0 < len(some) < len(every)
    assert all(row in every for row in some)


@pytest.mark.parametrize("value", ["consultation", "samråd", "Samråd", PREFIXES["concept"] + "phase-type/consultation"])
def test_a_parameter_takes_slug_label_or_iri(kg: KnowledgeGraph, value: str) -> None:
    assert (
        kg.ask("dialogues-by-phase", phase_type=value).rows
        == kg.ask("dialogues-by-phase", phase_type="consultation").rows
    )


def test_a_term_counts_under_the_wider_one_and_shows_its_own_name(whole_kg: KnowledgeGraph) -> None:
    """Norway's høring lies under consultation and counts wherever that is chosen."""
    rows = whole_kg.ask("phase-durations", phase_type="consultation").rows
    assert "norway:oslo-akershus-horing" in {short(row["phase"]) for row in rows}
    assert {"phase-type/consultation", "norway:horing"} <= {short(row["type"]) for row in rows}
    durations = [short(row["phase"]) for row in rows if "inferred" not in row]
    assert len(durations) == len(set(durations)), "no row comes twice because its term lies under two of those chosen"


def test_a_query_says_which_terms_it_was_asked_with(whole_kg: KnowledgeGraph) -> None:
    text = BoundQuery(whole_kg.store, Catalogue().question("phase-durations"), {"phaseType": "consultation"}).text
    assert f"VALUES ?phaseType {{ <{PREFIXES['concept']}phase-type/consultation>" in text
    assert "norway/horing" in text


def test_an_unknown_value_lists_what_is_allowed(kg: KnowledgeGraph) -> None:
    from medskick.queries.binding import UnknownValueError

    with pytest.raises(UnknownValueError) as caught:
        kg.ask("dialogues-by-phase", phase_type="fika")
    assert caught.value.allowed["consultation"]["sv"] == "samråd"


def test_one_dataset_can_be_asked_alone(kg: KnowledgeGraph) -> None:
    alone = kg.ask("decisions-in-order", datasets=["skane"]).rows
    both = kg.ask("decisions-in-order").rows
    assert 0 < len(alone) < len(both)
    assert len(dataset_graphs(kg.store, ["skane"])) == 3


def test_a_query_with_from_is_left_its_own_dataset(kg: KnowledgeGraph) -> None:
    text = "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/medskick/graph/national> { ?s ?p ?o }"
    solutions = evaluate(kg.store, text)
    assert isinstance(solutions, ox.QuerySolutions)
    [row] = list(solutions)
    own = len(
        list(kg.store.quads_for_pattern(None, None, None, ox.NamedNode("https://w3id.org/medskick/graph/national")))
    )
    assert int(term_text(row["n"])) == own


def test_partly_read_sources_are_told_of_under_the_answer(kg: KnowledgeGraph) -> None:
    from medskick.queries.answer import notes

    # SKA-R1 to R8 rest on S2, of which only the beginning was read
    answer = kg.ask("lessons-about-the-start", lang="sv")
    assert "S2" in {p.notation for p in answer.partly}
    assert any("bara är lästa till en del" in note for note in notes(answer))


def test_the_senders_reservation_stands_beside_its_lessons(kg: KnowledgeGraph) -> None:
    for lang in ("sv", "en"):
        answer = kg.ask("lessons-about-the-start", lang=lang)
        assert len(answer.caveats) == 1


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.browser_all
def test_no_answer_mixes_languages(kg: KnowledgeGraph, lang: str) -> None:
    """Every label is in the asked language; only titles of sources stay in their own, and carry it."""
    for query in Catalogue().questions():
        answer = kg.ask(query.slug, lang=lang)
        foreign = {thing for thing, label in answer.labels.items() if label.lang not in (lang, "")}
        language = ox.NamedNode(iri("dcterms:language"))
        spoken = {t for t in foreign if any(kg.store.quads_for_pattern(ox.NamedNode(t), language, None, None))}
        assert foreign - spoken == set(), query.slug


def test_views_are_construct_queries(kg: KnowledgeGraph) -> None:
    for query in Catalogue().views():
        assert isinstance(evaluate(kg.store, query.text), ox.QueryTriples)


def test_dates_come_as_edtf(kg: KnowledgeGraph) -> None:
    answer = kg.ask("decisions-in-order")
    dates = [row["date"] for row in answer.rows if "date" in row]
    assert dates and all(isinstance(d, ox.Literal) and d.datatype.value == EDTF for d in dates)


def test_question_by_slug() -> None:
    assert Catalogue().question("decisions-in-order").number == "Q7"


def test_lessons_are_not_listed_with_every_process_they_could_serve(kg: KnowledgeGraph) -> None:
    served = "https://w3id.org/medskick/ontology#appliesToPhaseType"
    links = {str(row["link"]).strip("<>") for row in kg.ask("lesson-chain").rows}
    assert links and served not in links
