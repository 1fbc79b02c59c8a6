"""Between datasets: linksets held to their rules, and each dataset described with counts (DCAT, VoID)."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from medskick import words
from medskick.graph.dataset import LINKS, Dataset, slug_of
from medskick.graph.described import described
from medskick.graph.faults import Fault, closest, fault
from medskick.graph.index import Index, dataset_graph, derived_graph
from medskick.ontology import CATALOGUE, CATALOGUE_GRAPH, DATASETS, node, shorten, term_text
from medskick.rdf_forms import FORMS
from medskick.words import SHIPPED

_TABLES = ("relations", "matches", "sources", "citations")


def link_faults(dataset: Dataset, index: Index) -> Iterator[Fault]:
    """Yield what is wrong with a linkset: its name, the datasets it joins, a link's ends, a missing why."""
    if not dataset.is_linkset:
        return
    file = f"{dataset.name}/dataset.toml"
    if dataset.name != LINKS + "-".join(dataset.joins):
        yield fault("link-name", file, column="joins", found=", ".join(dataset.joins), fix="-".join(dataset.joins))
    missing = [name for name in dataset.joins if name not in index.datasets]
    known = ", ".join(name for name in sorted(index.datasets) if not index.datasets[name].is_linkset)
    for name in missing:
        yield fault("link-dataset", file, column="joins", found=name, fix=closest(name, index.datasets), known=known)
    for table, rows in dataset.rows.items():
        if rows and table not in _TABLES:
            yield fault("link-table", dataset.file(table), tables=", ".join(f"{t}.csv" for t in _TABLES))
    for row in dataset.rows.get("relations", []):
        place = dataset.file("relations")
        notes = [f"note_{lang}" for lang in dataset.languages]
        if not any(row.cells.get(column) for column in notes):
            yield fault("link-why", place, row=row.line, column=notes[0])
        ends = [row.cells.get(c, "").partition(":")[0] for c in ("from", "to")]
        if all(row.cells.get(c) for c in ("from", "to")) and not missing and sorted(ends) != sorted(dataset.joins):
            pair = f"{row.cells['from']}, {row.cells['to']}"
            yield fault("link-ends", place, row=row.line, column="to", found=pair, joins=", ".join(dataset.joins))


def refers_faults(dataset: Dataset, index: Index) -> Iterator[Fault]:
    """Yield the datasets that a description gives another base than they have themselves."""
    for name, base in dataset.refers.items():
        other = index.datasets.get(name)
        if other is not None and other.base != base:
            file, column = f"{dataset.name}/dataset.toml", f"refers.{name}"
            yield fault("refers-elsewhere", file, column=column, found=base, fix=other.base, name=name)


HOME = "https://w3id.org/medskick/"


def catalogue(store: ox.Store, index: Index) -> list[ox.Quad]:
    """Return the catalogue of all datasets (in a graph of its own) and, in each one's derived graph, its counts.

    Counted is what a download of the dataset gives, each statement once: ``void:triples``, ``void:entities`` (things
    under its base), one ``void:classPartition`` a class, one ``void:propertyPartition`` a property, and one linkset for
    each dataset that it refers to.
    """
    quads: list[ox.Quad] = []

    def add(graph: ox.NamedNode, subject: str, predicate: str, value: ox.NamedNode | ox.Literal | int | str) -> None:
        if isinstance(value, int):
            value = ox.Literal(value)
        elif isinstance(value, str):
            value = ox.NamedNode(value)
        quads.append(ox.Quad(ox.NamedNode(subject), node(predicate), value, graph))

    add(CATALOGUE_GRAPH, CATALOGUE, "rdf:type", node("dcat:Catalog"))
    for lang in SHIPPED:
        for name in ("title", "description"):
            text = words.say(f"catalogue.{name}", lang)
            add(CATALOGUE_GRAPH, CATALOGUE, f"dcterms:{name}", ox.Literal(text, language=lang))
    for dataset in sorted(index.datasets.values(), key=lambda d: d.name):
        iri, derived, start = DATASETS + dataset.name, derived_graph(dataset.name), len(quads)
        publisher = f"{CATALOGUE}/agent/{slug_of(dataset.publisher)}"
        add(CATALOGUE_GRAPH, CATALOGUE, "dcat:dataset", iri)
        add(CATALOGUE_GRAPH, CATALOGUE, "dcterms:publisher", publisher)
        add(CATALOGUE_GRAPH, publisher, "rdf:type", node("foaf:Agent"))
        add(CATALOGUE_GRAPH, publisher, "foaf:name", ox.Literal(dataset.publisher))
        add(derived, iri, "dcterms:publisher", publisher)
        add(derived, iri, "rdf:type", node("dcat:Dataset"))
        for form in FORMS:
            file = f"{iri}/distribution/{form.ending}"
            kind = f"https://www.iana.org/assignments/media-types/{form.media}"
            add(derived, iri, "dcat:distribution", file)
            add(derived, file, "rdf:type", node("dcat:Distribution"))
            for lang, title in dataset.title.items():
                add(derived, file, "dcterms:title", ox.Literal(f"{title}, {form.name}", language=lang))
            address = f"{HOME}data/{dataset.name}.{form.ending}"
            for predicate in ("dcat:accessURL", "dcat:downloadURL"):
                add(derived, file, predicate, address)
            add(derived, iri, "void:dataDump", address)
            add(derived, file, "dcat:mediaType", kind)
            add(derived, kind, "rdf:type", node("dcterms:MediaType"))
            add(derived, file, "dcterms:license", dataset.licence)
            add(derived, dataset.licence, "rdf:type", node("dcterms:LicenseDocument"))
        given = _given(store, dataset) | {quad.triple for quad in quads[start:] if quad.graph_name == derived}
        for other, count in _references(given, dataset, index).items():
            linkset = f"{iri}/refers/{other}"
            add(derived, linkset, "rdf:type", node("void:Linkset"))
            add(derived, linkset, "void:subjectsTarget", iri)
            add(derived, linkset, "void:objectsTarget", DATASETS + other)
            add(derived, linkset, "void:triples", count)
        given |= {quad.triple for quad in quads[start:] if quad.graph_name == derived}
        classes = Counter(term_text(t.object) for t in given if t.predicate == node("rdf:type"))
        for cls, count in sorted(classes.items()):
            part = f"{iri}/class/{_name(cls)}"
            add(derived, iri, "void:classPartition", part)
            add(derived, part, "void:class", cls)
            add(derived, part, "void:entities", count)
        own = {term_text(t.subject) for t in given if term_text(t.subject).startswith(dataset.base)}
        add(derived, iri, "void:entities", len(own))
        given |= {quad.triple for quad in quads[start:] if quad.graph_name == derived}
        uses = _uses(given)
        for prop, count in sorted(uses.items()):
            part = f"{iri}/property/{_name(prop)}"
            add(derived, iri, "void:propertyPartition", part)
            add(derived, part, "void:property", prop)
            add(derived, part, "void:triples", count)
        add(derived, iri, "void:triples", uses.total())
    return sorted({*quads, *described(store, index)}, key=str)


def _uses(given: Iterable[ox.Triple]) -> Counter[str]:
    """How often each property is used in statements, and in the counts of this, with that of all statements."""
    uses = Counter(term_text(triple.predicate) for triple in given)
    own = [term_text(node(f"void:{name}")) for name in ("propertyPartition", "property", "triples")]
    uses.update(dict.fromkeys(own, 0))
    # a partition has three statements, and there is one count of all
    uses.update(dict.fromkeys(own, len(uses)))
    uses[own[-1]] += 1
    return uses


def _given(store: ox.Store, dataset: Dataset) -> set[ox.Triple]:
    """What a download of a dataset gives: its own statements and those that follow, each once."""
    graphs = (dataset_graph(dataset.name), derived_graph(dataset.name))
    return {quad.triple for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)}


def _name(cls: str) -> str:
    """A class in an address: ours by its own name, another with its prefix, as several are called Dataset."""
    return slug_of(cls) if (name := shorten(cls)) == cls else name.removeprefix("msk:").replace(":", "-")


def _references(given: Iterable[ox.Triple], dataset: Dataset, index: Index) -> dict[str, int]:
    """How many statements of a dataset lead from a thing of its own to things of each other dataset."""
    others = {d.base: d.name for d in index.datasets.values() if d.name != dataset.name}
    counted: Counter[str] = Counter()
    for triple in given:
        if isinstance(triple.object, ox.NamedNode):
            base = triple.object.value[: max(triple.object.value.rfind(end) for end in "/#") + 1]
            if base in others and term_text(triple.subject).startswith(dataset.base):
                counted[others[base]] += 1
    return dict(sorted(counted.items()))
