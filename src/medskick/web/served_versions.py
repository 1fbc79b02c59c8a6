"""The versions of the graph that the server gives as files: the current one, and those that were kept."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from medskick.graph.lookups import named_quads
from medskick.graph.statements import nquads
from medskick.graph.versions import Version, open_version, versions, whole_file
from medskick.ontology import CATALOGUE, CATALOGUE_GRAPH, PREFIXES, node
from medskick.web.http.problems import Problem
from medskick.web.http.requests import unchanged
from medskick.words import SHIPPED, say

_MEDIA = "application/n-quads"
_SPDX = "http://spdx.org/rdf/terms#"


def served(folder: Path) -> list[Version]:
    """Return the versions in a folder of stores that are given as files; one that the next build removes is not."""
    return [one for one in versions(folder) if one.current or one.kept]


def version_file(request: Request, folder: Path, name: str, ending: str) -> Response:
    """Return a version as sorted N-Quads: the SHA-256 of the file is its name. Raises ``Problem`` (404)."""
    if ending != "nq":
        raise Problem(404, "A version of the whole graph is given as N-Quads: .nq.")
    listed = [one.version for one in served(folder)]
    if name not in listed:
        raise Problem(404, "There is no such version of the graph.", known=listed)
    headers = {"ETag": f'"{name}"', "Cache-Control": "public, max-age=31536000, immutable"}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="medskick-{name[:12]}.nq"'
    try:
        return FileResponse(whole_file(folder, name), 200, headers, _MEDIA)
    except OSError:
        # a folder that the server may only read
        return Response(nquads(named_quads(open_version(folder, name)[0])), 200, headers, _MEDIA)


def described(address: str, listed: Iterable[Version]) -> Iterator[ox.Quad]:
    """Yield what the catalogue says of the served versions (DCAT 3); ``address`` is the server's own."""

    def said(subject: str, prop: str, value: str | ox.Literal) -> ox.Quad:
        term = value if isinstance(value, ox.Literal) else ox.NamedNode(value)
        predicate = ox.NamedNode(_SPDX + prop.removeprefix("spdx:")) if prop.startswith("spdx:") else node(prop)
        return ox.Quad(ox.NamedNode(subject), predicate, term, CATALOGUE_GRAPH)

    for one in listed:
        file = f"{address}data/version/{one.version}.nq"
        version = f"{file}#version"
        yield said(CATALOGUE, "dcat:hasVersion", version)
        if one.current:
            yield said(CATALOGUE, "dcat:hasCurrentVersion", version)
        yield said(version, "rdf:type", PREFIXES["dcat"] + "Dataset")
        yield said(version, "dcat:isVersionOf", CATALOGUE)
        for lang in SHIPPED:
            title = say("catalogue.version", lang, version=one.version[:12])
            yield said(version, "dcterms:title", ox.Literal(title, language=lang))
            about = ox.Literal(say("catalogue.version-description", lang), language=lang)
            yield said(version, "dcterms:description", about)
        yield said(version, "dcat:version", ox.Literal(one.version))
        yield said(version, "dcat:distribution", file)
        yield said(file, "rdf:type", PREFIXES["dcat"] + "Distribution")
        yield said(file, "dcat:downloadURL", file)
        yield said(file, "dcat:accessURL", file)
        yield said(file, "dcat:mediaType", f"https://www.iana.org/assignments/media-types/{_MEDIA}")
        yield said(file, "spdx:checksum", f"{file}#checksum")
        yield said(f"{file}#checksum", "rdf:type", _SPDX + "Checksum")
        yield said(f"{file}#checksum", "spdx:algorithm", _SPDX + "checksumAlgorithm_sha256")
        yield said(f"{file}#checksum", "spdx:checksumValue", ox.Literal(one.version, datatype=node("xsd:hexBinary")))
