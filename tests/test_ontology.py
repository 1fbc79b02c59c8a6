"""The ontology room: every term documented in both languages, every file valid, shapes that mean something."""

import functools
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from medskick.graph import rules
from medskick.graph.assemble import Assembled
from medskick.graph.check import checks, run_check
from medskick.graph.index import dataset_graph
from medskick.ontology import PREFIXES, THINGS, VOCABULARY_GRAPH, iri, node, term_text, vocabulary
from medskick.rooms import room, version
from medskick.words import SHIPPED

TTL = sorted(room("ontology").rglob("*.ttl"))
RULES = sorted(room("ontology").glob("rules/*.rq"))
MSK = PREFIXES["msk"]


@pytest.fixture(scope="module")
def terms() -> ox.Store:
    store = ox.Store()
    store.extend(vocabulary().quads)
    return store


def subjects(store: ox.Store, *classes: str) -> list[str]:
    return sorted(
        {term_text(q.subject) for c in classes for q in store.quads_for_pattern(None, node("rdf:type"), node(c), None)}
    )


def langs(store: ox.Store, subject: str, predicate: str) -> list[str]:
    quads = store.quads_for_pattern(ox.NamedNode(subject), node(predicate), None, None)
    return sorted(q.object.language or "" for q in quads if isinstance(q.object, ox.Literal))


def _own_terms() -> list[str]:
    store = ox.Store()
    store.extend(vocabulary().quads)
    return [s for s in subjects(store, "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty") if s.startswith(MSK)]


OWN = _own_terms()


@pytest.mark.parametrize("path", TTL, ids=lambda p: p.stem)
def test_turtle_is_valid_and_has_no_blank_nodes(path: Path) -> None:
    for quad in ox.parse(path=path):
        if path.parent.name == "outside":
            # no part of the ontology, and SHACL writes lists of choices with them
            continue
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)


@pytest.mark.parametrize("term", OWN, ids=lambda t: t.removeprefix(MSK))
def test_every_term_has_label_definition_example_and_reason(terms: ox.Store, term: str) -> None:
    for predicate in ("rdfs:label", "skos:definition", "skos:example", "msk:reason"):
        assert langs(terms, term, predicate) == ["en", "sv"], predicate


def test_every_relation_reads_from_the_other_side(terms: ox.Store) -> None:
    for term in subjects(terms, "owl:ObjectProperty"):
        if term.startswith(MSK):
            assert langs(terms, term, "msk:inverseLabel") == ["en", "sv"], term


def test_what_a_page_says_of_a_thing_has_a_name(assembled: Assembled) -> None:
    """Whatever stands on a thing's page, also on a term's and a dataset's, is named in both languages."""
    own = tuple(PREFIXES["msk"].replace("ontology#", part) for part in ("id/", "concept/", "dataset/"))
    unseen = {iri(p) for p in ("rdf:type", "rdfs:label", "rdfs:isDefinedBy")}
    used = {q.predicate.value for q in assembled.store if term_text(q.subject).startswith(own)} - unseen
    assert iri("sh:order") in used and iri("dcat:version") in used
    assert [p for p in sorted(used) if langs(assembled.store, p, "rdfs:label") != ["en", "sv"]] == []


DESIGN_CLASSES = """Process PlanningProcess Phase Actor Organisation ActorGroup Post Participation DialogueEvent
Decision Document LegalAct Contribution Content Stance Change Inquiry Reflection Challenge Observation Lesson
Rule Context Relation
Gap Source Citation Dataset""".split()


@pytest.mark.parametrize("name", DESIGN_CLASSES)
def test_every_class_of_the_model_is_there(name: str) -> None:
    assert MSK + name in OWN


DESIGN_SCHEMES = """phase-type role actor-kind event-form document-status event-status decision-outcome theme modality
basis coverage jurisdiction legal-effect grounding rule-kind""".split()


@pytest.mark.parametrize("scheme", DESIGN_SCHEMES)
def test_every_scheme_of_the_model_is_there(scheme: str) -> None:
    assert len(vocabulary().schemes[scheme]) >= 3


@pytest.mark.parametrize("scheme", sorted(vocabulary().schemes))
def test_concepts_are_documented_and_their_names_unique(terms: ox.Store, scheme: str) -> None:
    assert langs(terms, PREFIXES["concept"] + scheme, "skos:prefLabel") == ["en", "sv"]
    names: dict[tuple[str, str], str] = {}
    for concept in vocabulary().schemes[scheme].values():
        assert langs(terms, concept.iri, "skos:prefLabel") == ["en", "sv"], concept.iri
        assert langs(terms, concept.iri, "skos:definition") == ["en", "sv"], concept.iri
        for predicate in ("skos:prefLabel", "skos:altLabel"):
            for quad in terms.quads_for_pattern(ox.NamedNode(concept.iri), node(predicate), None, None):
                assert isinstance(quad.object, ox.Literal)
                key = (quad.object.language or "", quad.object.value.casefold())
                assert names.setdefault(key, concept.iri) == concept.iri, key


def test_every_column_leads_to_a_declared_property(terms: ox.Store) -> None:
    declared = set(subjects(terms, "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"))
    declared.add(iri("rdfs:label"))  # RDFS itself declares it
    for table in vocabulary().tables.values():
        for column in table.columns:
            assert column.path in declared, f"{table.name}/{column.name}"


def test_every_column_speaks_both_languages() -> None:
    for table in vocabulary().tables.values():
        for column in table.columns:
            assert set(column.label) == set(column.message) == set(SHIPPED), f"{table.name}/{column.name}"


def test_every_table_says_what_a_row_is(terms: ox.Store) -> None:
    for name in vocabulary().tables:
        for predicate in ("rdfs:label", "rdfs:comment"):
            assert langs(terms, PREFIXES["shp"] + name, predicate) == ["en", "sv"], name


def test_every_concept_column_has_its_scheme() -> None:
    for table in vocabulary().tables.values():
        for column in table.columns:
            if column.kind == "concept" and table.name != "concepts":
                assert column.scheme in vocabulary().schemes, f"{table.name}/{column.name}"


def test_foreign_terms_are_declared_locally(terms: ox.Store) -> None:
    """Every property and class that our statements use is declared, with label and home."""
    builtin = tuple(PREFIXES[p] for p in ("rdf", "rdfs", "owl", "sh", "xsd"))
    declared = {term_text(q.subject) for q in terms.quads_for_pattern(None, node("rdfs:isDefinedBy"), None, None)}
    used = {q.predicate.value for q in vocabulary().quads}
    used |= {c.path for t in vocabulary().tables.values() for c in t.columns}
    assert {u for u in used if not u.startswith(builtin)} - declared == set()


def test_the_version_is_the_projects(terms: ox.Store) -> None:
    [quad] = terms.quads_for_pattern(
        ox.NamedNode("https://w3id.org/medskick/ontology"), node("owl:versionInfo"), None, None
    )
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert term_text(quad.object) == project["version"] == version()


@pytest.mark.browser_all
def test_the_shapes_are_valid_shacl() -> None:
    """SHACL-SHACL: the shapes are themselves held against the shapes for shapes."""
    import pyshacl

    shapes = rdflib.Graph()
    for path in sorted(room("ontology").glob("shapes/*.ttl")):
        shapes.parse(path, format="turtle")
    pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True)


@pytest.fixture(scope="module")
def count_that_follows(assembled: Assembled) -> Callable[[str], int]:
    """How many statements there are about Skåne and the national level when one rule is left out, or none (``""``)."""
    texts = rules.rule_texts()
    # what the tables say of a lesson's phase types themselves is left out, so that the rule has something to add
    spoken = node("msk:appliesToPhaseType")
    names = ("national", "skane")
    kept = {VOCABULARY_GRAPH, *map(dataset_graph, names)}
    written = [q for q in assembled.store if q.graph_name in kept and q.predicate != spoken]
    # no dataset that ships has matches yet
    match, graph = ox.NamedNode("https://region.exempel.example/m"), dataset_graph("skane")
    ends = {"msk:matchOf": ox.NamedNode(f"{THINGS}skane/region-skane"), "msk:matchesWith": match}
    written += [ox.Quad(match, node(name), end, graph) for name, end in ends.items()]
    written.append(ox.Quad(match, node("rdf:type"), node("msk:Match"), graph))

    @functools.cache
    def count(left_out: str) -> int:
        store = ox.Store()
        store.extend(written)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rules, "rule_texts", lambda: [rule for rule in texts if rule[0] != left_out])
            derivation = rules.Derivation(store, assembled.index)
            for name in names:
                derivation.derive(name)
        return len(store)

    return count


@pytest.mark.browser_all
@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_every_rule_adds_something(count_that_follows: Callable[[str], int], path: Path) -> None:
    """Left out, something is missing from what follows."""
    assert count_that_follows(path.stem) < count_that_follows("")


# each rule file with statements from which it must not conclude, and what must not follow
STATUS = f"<{PREFIXES['concept']}event-status/{{}}>"
ROLE = f"<{PREFIXES['concept']}role/{{}}>"
TYPE = f"<{PREFIXES['concept']}relation-type/{{}}>"
UNFOUNDED = {
    "01-superclasses": [("ex:e a msk:DialogueEvent .", "ex:e a msk:Decision")],
    "02-superproperties": [
        # meant to come, and convening what is only announced, are no association in PROV
        ("ex:e a msk:DialogueEvent ; msk:participant ex:a .", "ex:e prov:wasAssociatedWith ex:a"),
        ("ex:d a msk:Decision ; msk:body ex:a ; msk:plannedDate '2026' .", "ex:d prov:wasAssociatedWith ex:a"),
    ],
    "03-inverses": [("ex:a msk:partOf ex:b .", "ex:b msk:partOf ex:a")],
    "04-in-phase": [
        # views of a document are not met in the phase that made the document
        ("ex:c a msk:Challenge ; msk:target ex:d . ex:d a msk:Document ; msk:madeIn ex:f . ex:f a msk:Phase .",
         "ex:c msk:inPhase ex:f"),
        ("ex:d a msk:Decision ; msk:starts ex:f . ex:f a msk:Phase .", "ex:d msk:inPhase ex:f"),
    ],
    "05-in-process": [
        ("ex:r msk:process ex:p ; msk:inquiry ex:i . ex:i msk:process ex:q .", "ex:r msk:inProcess ex:q"),
        ("ex:r a msk:Reflection ; msk:concerns ex:d . ex:d msk:process ex:q .", "ex:r msk:inProcess ex:q"),
    ],
    "06-in-region": [("ex:p a msk:Process ; msk:territory ex:t . ex:a msk:owner ex:p .", "ex:a msk:inRegion ex:t")],
    "07-has-phase": [("ex:e a msk:DialogueEvent ; msk:process ex:p .", "ex:p msk:hasPhase ex:e")],
    "08-involves": [
        ("ex:e a msk:DialogueEvent ; msk:participant ex:a .", "ex:e msk:involves ex:a"),
        ("ex:e a msk:DialogueEvent ; msk:participant ex:a ; msk:date '2019' .", "ex:e prov:wasAssociatedWith ex:a"),
        (f"ex:e a msk:DialogueEvent ; msk:organiser ex:a ; msk:status {STATUS.format('announced')} .",
         "ex:e ?how ex:a FILTER(?how IN (msk:involves, prov:wasAssociatedWith))"),
        (f"ex:e a msk:DialogueEvent ; msk:organiser ex:a ; msk:status {STATUS.format('planned')} .",
         "ex:e msk:involves ex:a"),
        ("ex:d a msk:Decision ; msk:body ex:a ; msk:plannedDate '2026' .", "ex:d msk:involves ex:a"),
        *((f"ex:m msk:activity ex:e ; msk:actor ex:a ; msk:role {ROLE.format(role)} .", "ex:e msk:involves ex:a")
          for role in ("invited", "target-audience", "recipient", "disseminator")),
    ],
    "09-involves-above": [
        # who wrote a thesis about a process took no part in it
        ("ex:i a msk:Inquiry ; msk:conductedBy ex:a ; msk:informant ex:b ; msk:inProcess ex:p .",
         "ex:p msk:involves ?actor"),
        ("ex:e a msk:DialogueEvent ; msk:participant ex:a ; msk:inProcess ex:p .", "ex:p msk:involves ex:a"),
    ],
    "10-target": [("ex:r a msk:Reflection ; msk:process ex:p ; msk:target ex:d .", "ex:r msk:target ex:p")],
    "11-lesson-phase-type": [
        # where a lesson was learned is not where it applies
        ("ex:l a msk:Lesson ; msk:learnedIn ex:p . ex:f a msk:Phase ; msk:process ex:p ; msk:phaseType ex:t .",
         "ex:l msk:appliesToPhaseType ex:t"),
    ],
    "12-caveat": [
        (f"ex:l a msk:Lesson ; dcterms:source ex:s . ex:x msk:relationFrom ex:r ; msk:relationTo ex:s ; "
         f"msk:relationType {TYPE.format('reservation-about')} .", "ex:l msk:caveat ex:r"),
    ],
    "13-participation-label": [
        ("ex:m a msk:Participation ; msk:actor ex:a . ex:a rdfs:label 'A'@en .", "ex:m rdfs:label ?label"),
    ],
    "14-relation": [
        ("ex:x a msk:Relation ; msk:relationFrom ex:a ; msk:relationTo ex:b ; msk:relationType ex:t . "
         "ex:t skos:prefLabel 'with'@en . ex:a rdfs:label 'A'@sv . ex:b rdfs:label 'B'@en .", "ex:x rdfs:label ?label"),
    ],
    "15-match": [
        # who says that two are the same does not make them so
        ("ex:m a msk:Match ; msk:matchOf ex:a ; msk:matchesWith ex:b . ex:a rdfs:label 'A'@en .",
         "ex:a ?how ex:b"),
        ("ex:m a msk:Match ; msk:matchOf ex:a ; msk:matchesWith ex:b . ex:a rdfs:label 'A'@en .",
         "ex:b ?how ?what"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "said", "unfounded"),
    [pytest.param(p, *case, id=f"{p.stem}-{n}") for p in RULES for n, case in enumerate(UNFOUNDED[p.stem])],
)
def test_a_rule_does_not_conclude_too_much(terms: ox.Store, path: Path, said: str, unfounded: str) -> None:
    """All rules together, over the vocabulary and a few statements."""
    prologue = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items()) + "PREFIX ex: <https://example.org/> "
    store = ox.Store()
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in terms)
    store.update(f"{prologue} INSERT DATA {{ {said} }}")
    before = 0
    while before < len(store):
        before = len(store)
        for _, text in rules.rule_texts():
            triples = store.query(text)
            assert isinstance(triples, ox.QueryTriples)
            store.extend([ox.Quad(t.subject, t.predicate, t.object) for t in triples])
    assert not bool(store.query(f"{prologue} ASK {{ {unfounded} }}")), f"{path.stem}: {unfounded}"


def test_nothing_follows_that_must_not(assembled: Assembled) -> None:
    """Soundness: no event counts as a decision, no group as an organisation, nobody planned as present."""
    must_not = [
        "?x a msk:DialogueEvent, msk:Decision",
        "?x a msk:ActorGroup, msk:Organisation",
        "?x a prov:Activity, prov:Entity",
        "?x a msk:Lesson, msk:Reflection",
        "?x a foaf:Person",
        f"?e msk:involves ?a ; msk:status <{PREFIXES['concept']}event-status/announced> ; msk:participant ?a",
    ]
    prologue = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items())
    for pattern in must_not:
        assert not bool(assembled.store.query(f"{prologue} ASK {{ {pattern} }}", use_default_graph_as_union=True)), (
            pattern
        )


# each check file with statements that break it
BREAKING = {
    "circular": "ex:a msk:partOf ex:b . ex:b msk:partOf ex:a .",
    "reaches-process": "ex:a a msk:Stance .",
    "plan-challenge": "ex:a a msk:Challenge ; msk:target ex:plan . ex:p msk:plan ex:plan .",
    "planned-is-not-done": """ex:a msk:date "2019" ;
        msk:status <https://w3id.org/medskick/concept/event-status/announced> .""",
    "title-only-is-not-asserted": """ex:a msk:basis <https://w3id.org/medskick/concept/basis/title-only> ;
        msk:modality <https://w3id.org/medskick/concept/modality/asserted> .""",
    "inferred-without-reason": "ex:a msk:inferredColumn ex:column .",
    "rule-of-another-jurisdiction": "ex:a a msk:Rule ; msk:jurisdiction ex:se ; msk:governsPhaseType ex:horing ."
    "ex:horing msk:jurisdiction ex:no .",
    "advice-has-its-sender": """ex:a a msk:Lesson ; msk:grounding <https://w3id.org/medskick/concept/grounding/advice> ;
        msk:inferredColumn <https://w3id.org/medskick/shape/lessons/by> .""",
    "regime-covers-process": """ex:a a msk:Process ; msk:legalRegime ex:old ; msk:endEarliest "2022-06-14"^^xsd:date .
        ex:old msk:validUntilLatest "2018-12-31"^^xsd:date .""",
    "one-code-one-place": """ex:a skos:inScheme <https://w3id.org/medskick/concept/territory> ; msk:officialCode "12" .
        ex:b skos:inScheme <https://w3id.org/medskick/concept/territory> ; msk:officialCode "12" .""",
    "term-undocumented": 'msk:Nameless a owl:Class ; rdfs:label "x"@en .',
}


@pytest.mark.parametrize("path", checks(), ids=lambda p: p.stem)
def test_every_check_can_fail_and_says_why(path: Path) -> None:
    store = ox.Store()
    prologue = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items()) + "PREFIX ex: <https://example.org/> "
    store.update(f"{prologue} INSERT DATA {{ GRAPH {VOCABULARY_GRAPH} {{ {BREAKING[path.stem]} }} }}")
    rows = run_check(path, store)
    assert rows
    for row in rows:
        assert row["thing"] and row["error_sv"] and row["error_en"]


@pytest.mark.browser_all
@pytest.mark.parametrize("path", checks(), ids=lambda p: p.stem)
def test_every_check_gives_the_same_rows_in_rdflib(assembled: Assembled, in_memory: rdflib.Dataset, path: Path) -> None:
    theirs = sorted(str(row[0]) for row in in_memory.query(path.read_text(encoding="utf-8")))  # type: ignore[index]
    assert theirs == sorted(row["thing"] for row in run_check(path, assembled.store))


def test_prefixes_are_declared_once() -> None:
    for path in TTL:
        for prefix, full in re.findall(r"^@prefix (\w+): <([^>]+)>", path.read_text(encoding="utf-8"), re.M):
            if prefix in PREFIXES and prefix != "concept":
                assert PREFIXES[prefix] == full, path.name


def test_iri_refuses_an_unknown_prefix() -> None:
    with pytest.raises(KeyError):
        iri("nope:x")


# what these checks let pass, though it comes near
PASSING = {
    "rule-of-another-jurisdiction": "ex:a a msk:Rule ; msk:jurisdiction ex:se ; msk:governsPhaseType ex:shared , ex:own"
    " . ex:own msk:jurisdiction ex:se .",
    "advice-has-its-sender": """ex:a a msk:Lesson ; msk:madeBy ex:region ;
        msk:grounding <https://w3id.org/medskick/concept/grounding/advice> ;
        msk:inferredColumn <https://w3id.org/medskick/shape/lessons/phase_types> .""",
    # a plan made under the older rules and in force under the new ones, and a regime without dates
    "regime-covers-process": """ex:a a msk:Process ; msk:legalRegime ex:old , ex:new ;
        msk:startLatest "2013-09-19"^^xsd:date ; msk:endEarliest "2022-06-14"^^xsd:date .
        ex:old msk:validUntilLatest "2018-12-31"^^xsd:date . ex:new msk:inForceEarliest "2019-01-01"^^xsd:date .
        ex:b a msk:Process ; msk:legalRegime ex:dateless ; msk:endEarliest "2022-06-14"^^xsd:date .""",
    "one-code-one-place": """ex:a skos:inScheme <https://w3id.org/medskick/concept/territory> ; msk:officialCode "12" ;
        msk:jurisdiction ex:se . ex:b skos:inScheme <https://w3id.org/medskick/concept/territory> ;
        msk:officialCode "12" ; msk:jurisdiction ex:no .""",
}  # fmt: skip


@pytest.mark.parametrize("name", PASSING)
def test_a_check_lets_pass_what_is_right(name: str) -> None:
    store = ox.Store()
    prologue = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items()) + "PREFIX ex: <https://example.org/> "
    store.update(f"{prologue} INSERT DATA {{ GRAPH {VOCABULARY_GRAPH} {{ {PASSING[name]} }} }}")
    assert run_check(room("ontology") / "checks" / f"{name}.rq", store) == []


def test_a_columns_property_may_be_said_of_the_tables_classes(terms: ox.Store) -> None:
    """A property whose domain is another class would make its subjects members of it, and the data contradictory."""
    prologue = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items())
    amiss = []
    for table in vocabulary().tables.values():
        for column in (c for c in table.columns if c.path.startswith(PREFIXES["msk"])):
            query = (
                f"{prologue} ASK {{ <{column.path}> rdfs:domain ?domain"
                f" MINUS {{ <{table.target}> rdfs:subClassOf* ?domain }}"
                f" MINUS {{ ?domain rdfs:subClassOf* <{table.target}> }} }}"
            )
            if bool(terms.query(query, use_default_graph_as_union=True)):
                amiss.append((table.name, column.name))
    assert amiss == []
