"""Data forms of things, datasets, the catalogue and the ontology, and the redirects that lead to them."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import printable
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from medskick.graph.lookups import named_quads
from medskick.graph.shapes_file import shapes_file
from medskick.graph.versions import Version
from medskick.links.alignments import alignment_quads, alignments, forms_of, in_terms_of, vocabularies
from medskick.ontology import (
    CATALOGUE,
    CATALOGUE_GRAPH,
    DATASETS,
    GRAPHS,
    VOCABULARY_GRAPH,
    WRITTEN,
    node,
    term_text,
    vocabulary,
)
from medskick.rdf_forms import BY_ENDING, BY_MEDIA
from medskick.rooms import room
from medskick.web.edition import HOME, Edition
from medskick.web.http import negotiate
from medskick.web.http.headers import VERSION_HEADER
from medskick.web.http.problems import Problem
from medskick.web.http.requests import etag, unchanged
from medskick.web.served_versions import described
from medskick.web.static_site import STATIC
from medskick.words import SHIPPED, say

HTML = "text/html"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"

_WITHOUT_COMMENTS = ("application/ld+json", "application/rdf+xml")


def see_other(request: Request, page: str, data: str, prefer_data: bool = False) -> Response:
    """Answer a thing's own address by 303: to its page, or to the data form that the client likes best.

    Of equals the page is taken, or Turtle with ``prefer_data``. Raises ``Problem`` (406) where it takes none of them.
    """
    offers = (*negotiate.TRIPLES, HTML) if prefer_data else (HTML, *negotiate.TRIPLES)
    chosen = negotiate.best(request.headers.get("accept"), offers)
    if chosen is None:
        raise Problem(406, "This is given as " + ", ".join(offers) + ".", {"Vary": "Accept"})
    target = page if chosen == HTML else f"{data}.{BY_MEDIA[chosen].ending}"
    return RedirectResponse(target, 303, {"Vary": "Accept, Accept-Language"})


def _kept_as(version: str) -> Path:
    return room("ontology") / "versions" / f"{version}.nt"


def kept_versions() -> list[str]:
    """Return the earlier versions of the ontology that are kept, as N-Triples in ``ontology/versions``."""
    return sorted(path.stem for path in _kept_as("x").parent.glob("*.nt"))


def first_versions() -> dict[str, str]:
    """Return the first of the kept versions that has a term, by its IRI; the other terms came with the current one."""
    first: dict[str, str] = {}
    for version in kept_versions():
        for triple in ox.parse(path=_kept_as(version)):
            first.setdefault(term_text(triple.subject), version)
    return first


def see_ontology(request: Request, wanted: str | None, current: str, page: str, home: str) -> Response:
    """Answer the ontology's own address, or that of a version, by 303 as ``see_other`` does.

    The page tells of the current version, so an earlier one is given as data alone. Raises ``Problem`` (404, 406).
    """
    if wanted in (None, current):
        if "accept" not in request.headers:
            # a program that says nothing of forms, as owlready2 does, reads ontologies in RDF/XML; browsers do say
            return RedirectResponse(f"{home}/data/ontology.rdf", 303, {"Vary": "Accept"})
        return see_other(request, page, f"{home}/data/ontology")
    if wanted not in kept_versions():
        raise Problem(404, "There is no such version of the ontology.", known=[*kept_versions(), current])
    return see_other(request, f"{home}/data/ontology/{wanted}.ttl", f"{home}/data/ontology/{wanted}", prefer_data=True)


def page_and_data_of(edition: Edition, path: str) -> tuple[str, str]:
    """Return the page and the data, without its ending, that tell of a name without a page: ``shape/lessons``.

    These are the named graphs, the catalogue and who publishes it, the shapes, the file of terms of other vocabularies.
    Raises ``Problem`` (404).
    """
    kind, _, name = path.partition("/")
    if kind == "graph" and GRAPHS + name in edition.named:
        special = {"ontology": ("ontology", "ontology"), "catalogue": ("datasets", "catalogue")}
        dataset = name.removesuffix("/derived")
        return special.get(name) or (f"dataset/{dataset}", dataset)
    if path == "external":
        return "ontology", "ontology"
    if kind in ("catalogue", "shape"):
        edition.known(HOME + path)
        table = f"#table-{name.partition('/')[0]}" if name.partition("/")[0] in vocabulary().tables else ""
        if name.startswith("question/"):
            slug = name.removeprefix("question/")
            views = {view.slug for view in edition.catalogue.views()}
            return f"{'views' if slug in views else 'questions'}/{slug}", "catalogue"
        return ("datasets", "catalogue") if kind == "catalogue" else (f"ontology{table}", "ontology")
    raise Problem(404, "Nothing here has that name.")


def media_of(ending: str) -> str:
    """Return the media type that a file's ending means. Raises ``Problem`` (404)."""
    if ending not in BY_ENDING:
        raise Problem(404, "The forms are: " + ", ".join(BY_ENDING) + ".")
    return BY_ENDING[ending].media


def rendered(
    request: Request, quads: Iterable[ox.Quad], media: str, version: str, links: list[str], dump_of: str = ""
) -> Response:
    """Return statements in a form, with an entity tag, a licence and links to the other forms.

    ``dump_of`` is the version of the graph that they are a part of: a form that has comments begins with one.
    """
    tag = etag(version, request.url.path, media)
    headers = {"ETag": tag}
    if links:
        # a name may have letters beyond ASCII, and a field none
        headers |= {"Cache-Control": "no-cache", "Link": quote(", ".join(links), safe=printable)}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    out = io.BytesIO()
    statements: list[ox.Quad] | list[ox.Triple] = list(quads)
    form = BY_MEDIA[media]
    if not form.quads:
        statements = list(dict.fromkeys(q.triple for q in statements if isinstance(q, ox.Quad)))
    ox.serialize(statements, out, format=form.format, prefixes=WRITTEN if form.prefixed else None)
    content = media + ("; charset=utf-8" if media.startswith("text/") else "")
    body = out.getvalue()
    if dump_of:
        headers[VERSION_HEADER] = dump_of
        if media not in _WITHOUT_COMMENTS:
            body = f"# Medskick, version {dump_of} of the graph\n".encode() + body
    return Response(body, 200, headers, content)


def thing_data(request: Request, edition: Edition, thing: str, ending: str, page: str) -> Response:
    """Return all that is said of a thing. Raises ``Problem`` (404, 410)."""
    media = media_of(ending)
    edition.known(thing)
    base = request.url.path.removesuffix(f".{ending}")
    links = [f'<{thing}>; rel="about"', f'<{page}>; rel="alternate"; type="text/html"']
    links += [
        f'<{base}.{form.ending}>; rel="alternate"; type="{m}"' for m, form in BY_MEDIA.items() if form.ending != ending
    ]
    said = edition.about(thing)
    # in N-Quads and TriG its statements stand in the default graph, where a client looks, and in those that say them
    quads = [*said, *{ox.Quad(q.subject, q.predicate, q.object): 0 for q in said}] if BY_MEDIA[media].quads else said
    licences = {term_text(q.object) for q in said if q.predicate.value.endswith("/license")}
    links += [f'<{licence}>; rel="license"' for licence in sorted(licences)]
    response = rendered(request, quads, media, edition.version, links)
    response.headers[VERSION_HEADER] = edition.version
    return response


def dataset_data(
    request: Request, edition: Edition, name: str, ending: str, versions: Sequence[Version] = ()
) -> Response:
    """Return a dataset, its own statements and what follows from them. Raises ``Problem`` (404).

    ``versions`` are those of the whole graph that the catalogue names.

    Kept with the edition: it is dear to write, and anybody may ask for it as often as they like.
    """
    if ending in ("tsv", "csv"):
        return _table(request, edition, f"{name}.{ending}")
    media = media_of(ending)
    # the catalogue names the server that it was asked of
    about_here = "".join((str(request.base_url), *(one.version for one in versions))) if name == "catalogue" else ""
    version = edition.version + about_here
    tag = etag(version, request.url.path, media)
    body = edition.page_cache.get(tag)
    if body is not None and unchanged(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    if body is None:
        made = _dataset_data(request, edition, name, media, version, versions)
        if made.status_code == 200:
            edition.page_cache.put(tag, bytes(made.body))
        return made
    content = media + ("; charset=utf-8" if media.startswith("text/") else "")
    return Response(body, 200, {"ETag": tag, VERSION_HEADER: edition.version}, content)


def _endpoint(home: str, datasets: Iterable[str]) -> list[ox.Quad]:
    """The statements that the datasets can be asked at the endpoint of a server: it alone knows where it stands."""
    endpoint, service = ox.NamedNode(f"{home}sparql"), ox.NamedNode(f"{home}sparql#service")
    said: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (ox.NamedNode(DATASETS + name), "void:sparqlEndpoint", endpoint) for name in datasets
    ]
    said += [(service, "dcat:servesDataset", ox.NamedNode(DATASETS + name)) for name in datasets]
    said += [(service, "dcterms:title", ox.Literal(say("catalogue.service", lang), language=lang)) for lang in SHIPPED]
    said += [
        (ox.NamedNode(CATALOGUE), "void:sparqlEndpoint", endpoint),
        (ox.NamedNode(CATALOGUE), "dcat:service", service),
        (service, "rdf:type", node("dcat:DataService")),
        (service, "dcat:endpointURL", endpoint),
        # asked for without a query it describes itself (SPARQL 1.1 Service Description)
        (service, "dcat:endpointDescription", endpoint),
        (service, "dcterms:license", ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")),
        (service, "dcterms:accessRights", ox.NamedNode(f"{_AUTHORITY}access-right/PUBLIC")),
        (service, "dcat:theme", ox.NamedNode(f"{_AUTHORITY}data-theme/REGI")),
    ]
    return [ox.Quad(subject, node(prop), value, CATALOGUE_GRAPH) for subject, prop, value in said]


def _forms(name: str) -> Iterable[str]:
    """The forms that the graph is given in, in the terms of a vocabulary; none for one that there is not."""
    return forms_of(name) if name in vocabularies() else ()


def _table(request: Request, edition: Edition, name: str) -> Response:
    """An alignment as SSSOM (``alignments/eli-dl.sssom.tsv``), or the graph as a table in another's terms.

    Raises ``Problem`` (404).
    """
    tag = etag(edition.version, request.url.path)
    if name.startswith("as/") and "csv" in _forms(bare := name.removeprefix("as/").removesuffix(".csv")):
        return Response(in_terms_of(edition.store, bare), 200, {"ETag": tag}, "text/csv; charset=utf-8")
    for aligned in alignments():
        if name == f"alignments/{aligned}.sssom.tsv":
            text = (room("ontology") / name).read_text(encoding="utf-8")
            return Response(text, 200, {"ETag": tag}, "text/tab-separated-values; charset=utf-8")
    known = ", ".join([f"alignments/{one}.sssom.tsv" for one in alignments()])
    raise Problem(404, f"There is no such table; there are: {known}.")


def _dataset_data(
    request: Request, edition: Edition, name: str, media: str, version: str, versions: Sequence[Version]
) -> Response:
    if name.startswith("ontology/") and (earlier := name.partition("/")[2]) in kept_versions():
        old = [ox.Quad(t.subject, t.predicate, t.object) for t in ox.parse(path=_kept_as(earlier))]
        return rendered(request, sorted(old, key=str), media, version, [])
    if name == "shapes":
        if media != "text/turtle":
            raise Problem(404, "The shapes are given as Turtle: shapes.ttl.")
        tag = etag(version, request.url.path, media)
        return Response(shapes_file(vocabulary()), 200, {"ETag": tag}, f"{media}; charset=utf-8")
    if name == "alignments":
        return rendered(request, alignment_quads(), media, version, [])
    if (vocabulary_name := name.removeprefix("as/")) != name and BY_MEDIA[media].ending in _forms(vocabulary_name):
        made = in_terms_of(edition.store, vocabulary_name)
        assert not isinstance(made, str)
        return rendered(request, [ox.Quad(t.subject, t.predicate, t.object) for t in made], media, version, [])
    graphs = {"ontology": [VOCABULARY_GRAPH], "catalogue": [CATALOGUE_GRAPH]}.get(name)
    if graphs is None:
        if name not in edition.datasets:
            known_names = ", ".join(("catalogue", "ontology", "shapes", *edition.datasets))
            raise Problem(404, f"There is no such dataset; there are: {known_names}.")
        graphs = [ox.NamedNode(f"{GRAPHS}{name}{end}") for end in ("", "/derived")]
    quads = [q for graph in graphs for q in edition.store.quads_for_pattern(None, None, None, graph)]
    if name == "catalogue":
        # the catalogue with what each dataset says of itself
        subjects = (DATASETS, CATALOGUE)
        quads = [q for q in named_quads(edition.store) if term_text(q.subject).startswith(subjects)]
        if STATIC not in request.scope:
            quads += _endpoint(str(request.base_url), edition.datasets)
            quads += described(str(request.base_url), versions)
    return rendered(request, sorted(quads, key=str), media, version, [], edition.version)
