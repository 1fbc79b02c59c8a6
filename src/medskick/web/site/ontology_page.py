"""The ontology as one document: pictures of its classes, an entry for each term, the tables, the lists, the glossary.

An entry's anchor is the term's local name, so that the term's own address leads to it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.graph.lookups import named_quads
from medskick.links.alignments import alignments, forms_of, vocabularies
from medskick.ontology import GLOSSARY, GRAPHS, PREFIXES, shorten, term_text, vocabulary
from medskick.rdf_forms import OF_ONE_GRAPH
from medskick.reports.document import Line, line
from medskick.resources.description import value
from medskick.resources.terms import CLASS, PROPERTIES, Term, classes, leads_to, relations_of, terms, written_by
from medskick.viz.charts.class_tree import Branch, class_tree
from medskick.viz.pictures.as_svg import network_svg
from medskick.viz.pictures.class_picture import all_classes, around_class
from medskick.web.linked_data import first_versions, kept_versions
from medskick.web.page_request import PageRequest
from medskick.web.site.page import render, shown
from medskick.words import pick

_ONTOLOGY = "https://w3id.org/medskick/ontology"
_OF_PAGE, _OF_ENTRY = 880.0, 420.0
"""Widths of the picture of all classes, and of the picture of one."""
_RELATED = (
    "superclasses", "subclasses", "disjoint", "superproperties", "subproperties", "inverse", "domain", "range",
)  # fmt: skip
_LONG = 160
"""An example's text is cut off here."""


def ontology_page(request: PageRequest) -> Response:
    """The ontology as one document: an anchor for each class and property, with all that its files say of it."""
    reader, first = request.reader, first_versions()
    every = terms()
    reader.know([*every, *(other for term in every.values() for others in term.related.values() for other in others)])
    examples = _examples(request, every)
    entries: dict[str, list[dict[str, Any]]] = {"classes": [], "properties": []}
    for name in alphabetical(every, request.lang, lambda t: reader.name(t).text):
        kind = "classes" if CLASS in every[name].kinds else "properties"
        since = first.get(name, request.edition.ontology_version)
        entries[kind].append(_entry(request, every[name], examples.get(name, ()), since))
    listed: list[dict[str, Any]] = [
        {"line": shown(request, reader.thing(row["scheme"])), "count": term_text(row["n"])}
        for row in reader.select(
            "SELECT ?scheme (COUNT(DISTINCT ?c) AS ?n) { ?c skos:inScheme ?scheme } GROUP BY ?scheme ORDER BY ?scheme"
        )
    ]
    schemes = alphabetical(listed, request.lang, lambda scheme: str(scheme["line"][0]["text"]))
    earlier = [(v, [(end, request.to(f"/data/ontology/{v}.{end}")) for end in ("ttl", "nt")]) for v in kept_versions()]
    tables, columns = _columns(request)
    return render(
        request, "ontology.html.j2", request.say("nav-ontology"), lead=request.say("ontology-lead"), terms=entries,
        trees=_trees(request),
        all_classes=network_svg(all_classes(reader.store), request.lang, request.thing, _OF_PAGE),
        glossary=_glossary(request), tables=tables, columns=columns, schemes=schemes,
        version=request.edition.ontology_version, earlier=earlier, header=_header(request),
        alignments=_alignments(request), exports=_exports(request), mappings=request.to("/data/alignments.ttl"),
        sheets=("chart.css",), scripts=("sections.js",),
        data={form.ending: request.to(f"/data/ontology.{form.ending}") for form in OF_ONE_GRAPH}
        | {"SHACL": request.to("/data/shapes.ttl")},
    )  # fmt: skip


def _header(request: PageRequest) -> dict[str, str]:
    """What the ontology says of itself: address, address of the version, prefix, licence, publisher."""
    store = request.reader.store
    return {
        "iri": _ONTOLOGY,
        "version-iri": value(store, _ONTOLOGY, "owl:versionIRI"),
        "prefix": f"msk: <{PREFIXES['msk']}>",
        "licence": value(store, _ONTOLOGY, "dcterms:license"),
        "dataset-publisher": value(store, _ONTOLOGY, "dcterms:publisher"),
    }


def _entry(request: PageRequest, term: Term, example: Line, since: str) -> dict[str, Any]:
    """What the page tells of a term: in words, and the facts by the word for each."""
    reader = request.reader

    def text(prop: str) -> str:
        return "".join(s.text for s in reader.texts(term.iri, prop))

    is_class = CLASS in term.kinds
    facts = {key: _names(request, term.related.get(key, ())) for key in _RELATED if key not in ("domain", "range")}
    if is_class:
        outward = [prop for start, prop, _ in relations_of(term.iri) if start == term.iri]
        facts["has-properties"] = _names(request, dict.fromkeys([*_with_domain(term.iri), *outward]))
    else:
        facts |= {"domain": _names(request, written_by(term)), "range": _names(request, leads_to(term))}
        characters = sorted(kind for kind in term.kinds if kind not in PROPERTIES)
        facts["characteristics"] = shown(request, line(", ".join(request.say(f"is-{k[4:]}") for k in characters)))
        facts["inverse"] = facts["inverse"] or shown(request, reader.texts(term.iri, "msk:inverseLabel"))
    picture = around_class(reader.store, term) if is_class else None
    return {
        "id": term.name,
        "iri": term.iri,
        "label": reader.name(term.iri).text,
        "definition": text("skos:definition"),
        "example": text("skos:example"),
        "reason": text("msk:reason"),
        "type": ", ".join(request.say(f"is-{k[4:]}") for k in (CLASS, *PROPERTIES) if k in term.kinds),
        "facts": {key: spans for key, spans in facts.items() if spans},
        "in_graph": shown(request, example),
        "tables": [(f"{table}.csv", f"#table-{table}") for table in term.tables]
        + [(f"{use.table}.csv: {use.column}", f"#table-{use.table}") for use in term.uses],
        "matches": _matches(term.iri),
        "since": since,
        "picture": network_svg(picture, request.lang, request.thing, _OF_ENTRY) if picture else "",
    }


def _matches(term: str) -> list[tuple[str, str, str, str]]:
    """What corresponds to a term in other vocabularies: how, its label, its address, how sure that is."""
    every = [m for mappings in alignments().values() for m in mappings if m.subject == term]
    # that a class is under one of PROV-O is told already
    return [
        (m.predicate.rpartition("#")[2].removesuffix("Match"), f"{m.label} ({m.name})", m.object, m.confidence)
        for m in every
        if m.predicate.endswith("Match")
    ]


def _alignments(request: PageRequest) -> list[tuple[str, int, str]]:
    """The alignments: name, number of mappings, address of the file."""
    return [
        (name, len(mappings), request.to(f"/data/alignments/{name}.sssom.tsv"))
        for name, mappings in alignments().items()
        if not request.edition.drafts
    ]


def _exports(request: PageRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """The graph in the terms of other vocabularies: name, and its files."""
    return [
        (v, [(e, request.to(f"/data/as/{v}.{e}")) for e in forms_of(v)])
        for v in vocabularies()
        if not request.edition.drafts
    ]


def _with_domain(cls: str) -> list[str]:
    return [name for name, term in terms().items() if cls in term.related.get("domain", ())]


def _names(request: PageRequest, iris: Iterable[str]) -> list[dict[str, Any]]:
    """Terms in one line, each linked: by name in the reader's language, those of others with their prefix."""
    spans: list[dict[str, Any]] = []
    for name in alphabetical(iris, request.lang, lambda t: request.reader.name(t).text):
        if spans:
            spans += shown(request, line(", "))
        own = name.startswith((PREFIXES["msk"], PREFIXES["concept"]))
        spans += shown(request, request.reader.thing(name)) if own else shown(request, line(shorten(name)))
        if not own:
            spans[-1]["href"] = name
    return spans


def _examples(request: PageRequest, every: Mapping[str, Term]) -> dict[str, Line]:
    """An example of each term from the graph: of a class a thing, of a property a statement; what was entered first."""
    best: dict[str, tuple[bool, str, str, ox.Quad]] = {}
    of_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    aside = (f"{GRAPHS}ontology", f"{GRAPHS}catalogue")
    for quad in named_quads(request.reader.store):
        term = term_text(quad.object) if quad.predicate == of_type else quad.predicate.value
        graph = term_text(quad.graph_name)
        if term not in every or graph in aside:
            continue
        key = (graph.endswith("/derived"), term_text(quad.subject), str(quad.object), quad)
        if term not in best or key[:3] < best[term][:3]:
            best[term] = key
    lines: dict[str, Line] = {}
    request.reader.know([term_text(quad.subject) for *_, quad in best.values()])
    for term, (*_, quad) in best.items():
        thing = request.reader.thing(term_text(quad.subject))
        lines[term] = thing if CLASS in every[term].kinds else (*thing, *line(": "), *_value(request, quad))
    return lines


def _value(request: PageRequest, quad: ox.Quad) -> Line:
    """The object of a statement as it is shown; of a text in several languages, that in the reader's, cut off."""
    if isinstance(quad.object, ox.Literal) and quad.object.language:
        said = "".join(s.text for s in request.reader.texts(term_text(quad.subject), shorten(quad.predicate.value)))
        return line(said if len(said) <= _LONG else said[:_LONG].rpartition(" ")[0] + " …")
    return request.reader.cell(quad.object) if isinstance(quad.object, ox.NamedNode | ox.Literal) else ()


def _trees(request: PageRequest) -> list[Any]:
    """The classes as trees, the largest first: each under the first of its superclasses, ours before others'."""
    own = classes()
    parent = {name: _parent(term) for name, term in own.items()}

    def call(name: str) -> str:
        return request.reader.name(name).text

    def branch(name: str) -> Branch:
        # what stands after a name: others' classes that it is a kind of too; of another's class, its short name
        aside = [p for p in own[name].related.get("superclasses", ()) if p != parent[name]] if name in own else [name]
        below = alphabetical([n for n, p in parent.items() if p == name], request.lang, call)
        return Branch(
            name.removeprefix(PREFIXES["msk"]), call(name), ", ".join(map(shorten, aside)),
            request.thing(name), [branch(one) for one in below],
        )  # fmt: skip

    def size(one: Branch) -> int:
        return 1 + sum(size(below) for below in one.below)

    roots = [branch(root) for root in sorted({p or name for name, p in parent.items() if p not in own})]
    ordered = sorted(roots, key=lambda one: (-size(one), one.label))
    return [class_tree(root, lambda b: f"{b.label} {b.aside}".strip()) for root in ordered]


def _parent(term: Term) -> str:
    above = term.related.get("superclasses", ())
    return min(
        above, key=lambda p: (not p.startswith(PREFIXES["msk"]), not p.startswith(PREFIXES["prov"]), p), default=""
    )


def _glossary(request: PageRequest) -> list[dict[str, Any]]:
    """The words that texts are held to: each with what it means, what it is not, and the words not used for it."""
    reader = request.reader
    rows = reader.select(f"SELECT ?term {{ ?term skos:inScheme <{GLOSSARY}> }} ORDER BY ?term")
    terms = [term_text(row["term"]) for row in rows]
    reader.know(terms)
    return [
        {
            "line": shown(request, reader.thing(term)),
            "definition": "".join(s.text for s in reader.texts(term, "skos:definition")),
            "is_not": "".join(s.text for s in reader.texts(term, "skos:scopeNote")),
            "avoid": ", ".join(
                value.value
                for value in reader.values(term, "skos:hiddenLabel")
                if isinstance(value, ox.Literal) and value.language == request.lang
            ),
        }
        for term in alphabetical(terms, request.lang, lambda t: reader.name(t).text)
    ]


def _columns(request: PageRequest) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[dict[str, str]]]]:
    """Return the tables, each with its columns, and the columns by what is written in them: that is told once.

    A column that several tables have in common is one: ``anchor`` is where it is told.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    by_content: dict[str, list[dict[str, str]]] = {}
    anchors: dict[tuple[str, ...], str] = {}
    for table in vocabulary().tables.values():
        tables[table.name] = []
        for column in table.columns:
            headers, label = ", ".join(column.headers()), pick(column.label, request.lang)
            content = pick(column.message, request.lang)
            key = (headers, label, content, column.path)
            if key not in anchors:
                anchors[key] = f"column-{len(anchors) + 1}"
                own = column.path.startswith(PREFIXES["msk"])
                by_content.setdefault(content, []).append(
                    {
                        "anchor": anchors[key],
                        "headers": headers,
                        "label": label,
                        "term": column.path.removeprefix(PREFIXES["msk"]) if own else "",
                        "path": shorten(column.path),
                    }
                )
            tables[table.name].append({"anchor": anchors[key], "headers": headers, "required": column.required})
    return tables, by_content
