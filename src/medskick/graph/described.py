"""What the catalogue tells besides the datasets' own descriptions, for portals and for clients of the endpoint.

These are the properties that DCAT-AP 3 recommends, the questions as SPARQL executables (SHACL Advanced Features) with
their prefixes, and which properties each class has (VoID), as the SIB Swiss Institute of Bioinformatics asks for them.
All of it stands in the catalogue's own graph, so that the counts of a dataset stay those of its files.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from medskick import words
from medskick.graph.index import Index, dataset_graph, derived_graph
from medskick.ontology import CATALOGUE, CATALOGUE_GRAPH, DATASETS, PREFIXES, node, shorten, term_text
from medskick.rdf_forms import FORMS
from medskick.rooms import room, split_question
from medskick.words import COMMON, SHIPPED

Value = ox.NamedNode | ox.Literal
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_LANGUAGES = {"da": "DAN", "de": "DEU", "en": "ENG", "fi": "FIN", "nb": "NOB", "sv": "SWE"}
"""Languages as the Publications Office of the European Union names them."""
_STABLE = ox.NamedNode(_AUTHORITY + "planned-availability/STABLE")
_REGIONS = ox.NamedNode(_AUTHORITY + "data-theme/REGI")
_PUBLIC = ox.NamedNode(_AUTHORITY + "access-right/PUBLIC")
_SCHEMA, _VOID_EXT = "https://schema.org/", "http://ldf.fi/void-ext#"


def described(store: ox.Store, index: Index) -> Iterator[ox.Quad]:
    """Yield these statements, all in the graph of the catalogue."""
    for subject, predicate, value in (*_recommended(store, index), *_questions(), *_partitions(store, index)):
        prop = ox.NamedNode(predicate) if "//" in predicate else node(predicate)
        yield ox.Quad(ox.NamedNode(subject), prop, value, CATALOGUE_GRAPH)


def _recommended(store: ox.Store, index: Index) -> Iterator[tuple[str, str, Value]]:
    """What DCAT-AP 3 recommends of the catalogue, of each dataset and of its files, as far as the data tell it."""
    for lang in SHIPPED:
        yield CATALOGUE, "dcterms:language", ox.NamedNode(_AUTHORITY + "language/" + _LANGUAGES[lang])
    yield CATALOGUE, "dcat:themeTaxonomy", ox.NamedNode(_AUTHORITY + "data-theme")
    modified = max((d.modified for d in index.datasets.values()), default="")
    if modified:
        yield CATALOGUE, "dcterms:modified", ox.Literal(modified, datatype=node("xsd:date"))
    for dataset in index.datasets.values():
        iri, graph = DATASETS + dataset.name, dataset_graph(dataset.name)
        yield iri, "dcat:theme", _REGIONS
        yield iri, "dcterms:accessRights", _PUBLIC
        yield iri, "dcterms:identifier", ox.Literal(dataset.name)
        for tag in dataset.languages:
            if code := _LANGUAGES.get(tag.partition("-")[0]):
                yield iri, "dcterms:language", ox.NamedNode(_AUTHORITY + "language/" + code)
        contact = f"{CATALOGUE}/contact/{dataset.name}"
        yield iri, "dcat:contactPoint", ox.NamedNode(contact)
        for kind in ("Organization", "Kind"):
            yield contact, "rdf:type", ox.NamedNode(f"http://www.w3.org/2006/vcard/ns#{kind}")
        yield contact, "http://www.w3.org/2006/vcard/ns#fn", ox.Literal(dataset.publisher)
        yield contact, "http://www.w3.org/2006/vcard/ns#hasURL", ox.NamedNode(iri)
        for lang in SHIPPED:
            keyword = ox.Literal(words.say("catalogue.keyword", lang), language=lang)
            yield iri, "dcat:keyword", keyword
        for territory in _territories(store, graph):
            place = f"{CATALOGUE}/place/{territory.value.rpartition('/')[2]}"
            yield iri, "dcterms:spatial", ox.NamedNode(place)
            yield place, "rdf:type", node("dcterms:Location")
            yield place, "skos:exactMatch", territory
            for quad in store.quads_for_pattern(territory, node("skos:prefLabel"), None, None):
                if isinstance(quad.object, ox.Literal):
                    yield place, "rdfs:label", quad.object
                    yield iri, "dcat:keyword", quad.object
        yield from _period(store, dataset.name)
        for form in FORMS:
            file = f"{iri}/distribution/{form.ending}"
            media = ox.NamedNode(f"https://www.iana.org/assignments/media-types/{form.media}")
            yield file, "dcterms:format", media
            yield media.value, "rdf:type", node("dcterms:MediaTypeOrExtent")
            yield file, "http://data.europa.eu/r5r/availability", _STABLE


def _territories(store: ox.Store, graph: ox.NamedNode) -> list[ox.NamedNode]:
    """The areas that a dataset's plans are for."""
    plans = [q.subject for q in store.quads_for_pattern(None, node("rdf:type"), node("msk:PlanningProcess"), graph)]
    quads = [q for plan in plans for q in store.quads_for_pattern(plan, node("msk:territory"), None, graph)]
    return sorted({q.object for q in quads if isinstance(q.object, ox.NamedNode)}, key=str)


def _period(store: ox.Store, name: str) -> Iterator[tuple[str, str, Value]]:
    """The days between which a dataset's processes go on, as far as they are known."""
    ends: dict[str, list[str]] = {}
    for prop in ("msk:startEarliest", "msk:endLatest"):
        for graph in (dataset_graph(name), derived_graph(name)):
            quads = store.quads_for_pattern(None, node(prop), None, graph)
            ends.setdefault(prop, []).extend(term_text(q.object) for q in quads)
    starts, stops = ends["msk:startEarliest"], ends["msk:endLatest"]
    if starts or stops:
        period = f"{CATALOGUE}/period/{name}"
        yield DATASETS + name, "dcterms:temporal", ox.NamedNode(period)
        yield period, "rdf:type", node("dcterms:PeriodOfTime")
        if starts:
            yield period, "dcat:startDate", ox.Literal(min(starts), datatype=node("xsd:date"))
        if stops:
            yield period, "dcat:endDate", ox.Literal(max(stops), datatype=node("xsd:date"))


@cache
def _questions() -> tuple[tuple[str, str, Value], ...]:
    """The questions and views that come along, each with its text, and the prefixes that they use."""
    import yaml  # only where a graph is built

    statements: list[tuple[str, str, Value]] = []
    prefixes = f"{CATALOGUE}/prefixes"
    for prefix, start in PREFIXES.items():
        declared = f"{CATALOGUE}/prefix/{prefix}"
        statements.append((prefixes, "sh:declare", ox.NamedNode(declared)))
        statements.append((declared, "rdf:type", node("sh:PrefixDeclaration")))
        statements.append((declared, "sh:prefix", ox.Literal(prefix)))
        statements.append((declared, "sh:namespace", ox.Literal(start, datatype=node("xsd:anyURI"))))
    for path in sorted(room("queries").glob("*/*.rq")):
        text = path.read_text(encoding="utf-8")
        header, query = split_question(text)
        try:
            entries = yaml.safe_load(header)
        except yaml.YAMLError:
            # the check tells it, and no page has the question
            continue
        summary = {
            key.partition("_")[2] or COMMON: str(value)
            for key, value in (entries if isinstance(entries, dict) else {}).items()
            if re.match(r"summary(_|$)", str(key))
        }
        form = "construct" if path.parent.name == "views" else "select"
        question = f"{CATALOGUE}/question/{path.stem}"
        for kind in ("SPARQLExecutable", f"SPARQL{form.capitalize()}Executable"):
            statements.append((question, "rdf:type", node(f"sh:{kind}")))
        statements.append((question, "sh:prefixes", ox.NamedNode(prefixes)))
        statements.append((question, f"sh:{form}", ox.Literal(query + "\n")))
        statements.append((question, _SCHEMA + "keywords", ox.Literal(path.parent.name)))
        statements += [(question, "rdfs:comment", ox.Literal(summary[lang], language=lang)) for lang in summary]
    return tuple(statements)


def _partitions(store: ox.Store, index: Index) -> Iterator[tuple[str, str, Value]]:
    """Which properties the things of each class have in the whole graph, and what those lead to, with counts."""
    classes: dict[str, set[str]] = {}
    statements: set[ox.Triple] = set()
    for name in index.datasets:
        for quad in store.quads_for_pattern(None, node("rdf:type"), None, dataset_graph(name)):
            if term_text(quad.object).startswith(PREFIXES["msk"]):
                classes.setdefault(term_text(quad.subject), set()).add(term_text(quad.object))
        for graph in (dataset_graph(name), derived_graph(name)):
            statements.update(quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    things = Counter(cls for kinds in classes.values() for cls in kinds)
    used: Counter[tuple[str, str]] = Counter()
    leads: Counter[tuple[str, str, str, bool]] = Counter()
    for triple in statements:
        prop = triple.predicate.value
        for cls in classes.get(term_text(triple.subject), ()):
            used[cls, prop] += 1
            if isinstance(triple.object, ox.Literal):
                leads[cls, prop, triple.object.datatype.value, True] += 1
            for other in classes.get(term_text(triple.object), ()) if isinstance(triple.object, ox.NamedNode) else ():
                leads[cls, prop, other, False] += 1
    yield CATALOGUE, "rdf:type", node("void:Dataset")
    for cls, count in sorted(things.items()):
        part = f"{CATALOGUE}/class/{_short(cls)}"
        yield CATALOGUE, "void:classPartition", ox.NamedNode(part)
        yield part, "void:class", ox.NamedNode(cls)
        yield part, "void:entities", ox.Literal(count)
    for (cls, prop), count in sorted(used.items()):
        part = f"{CATALOGUE}/class/{_short(cls)}"
        yield part, "void:propertyPartition", ox.NamedNode(f"{part}/{_short(prop)}")
        yield f"{part}/{_short(prop)}", "void:property", ox.NamedNode(prop)
        yield f"{part}/{_short(prop)}", "void:triples", ox.Literal(count)
    for (cls, prop, end, literal), count in sorted(leads.items()):
        part = f"{CATALOGUE}/class/{_short(cls)}/{_short(prop)}"
        inner = f"{part}/{_short(end)}"
        yield part, _VOID_EXT + "datatypePartition" if literal else "void:classPartition", ox.NamedNode(inner)
        yield inner, _VOID_EXT + "datatype" if literal else "void:class", ox.NamedNode(end)
        yield inner, "void:triples", ox.Literal(count)


def _short(iri: str) -> str:
    """A name in an address: ours by its own, another with its prefix."""
    name = shorten(iri)
    return re.sub(r"[^\w-]+", "-", name.removeprefix("msk:") if name != iri else iri.partition("//")[2])
