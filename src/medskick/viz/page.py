"""A picture as one self-contained HTML file: pyvis for the network data, our own autoescaped template."""

import base64
import hashlib
import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from medskick.ontology import LANGS, PREFIXES, vocabulary
from medskick.rooms import room
from medskick.viz.graph import Picture
from medskick.viz.layout import degrees, node_size, positions
from medskick.words import Lang, both

_VIS = "lib/vis-9.1.2/vis-network.min.js"


@cache
def styles() -> dict[str, dict[str, str]]:
    """Return colour and shape by class, from ``viz/styles.toml``."""
    return tomllib.loads((room("viz") / "styles.toml").read_text(encoding="utf-8"))


def _styled(cls: str) -> str:
    """The class that a thing is drawn as: schemes, datasets and terms of the ontology look like concepts."""
    return cls if cls in styles() else "Concept"


@cache
def _class_words() -> dict[str, dict[str, dict[str, str]]]:
    words: dict[str, dict[str, dict[str, str]]] = {}
    wanted = {PREFIXES["rdfs"] + "label": "label", PREFIXES["skos"] + "definition": "definition"}
    for quad in vocabulary().quads:
        if quad.predicate.value in wanted and (language := getattr(quad.object, "language", None)):
            subject = getattr(quad.subject, "value", "")
            if subject.startswith((PREFIXES["msk"], PREFIXES["skos"])):
                words.setdefault(subject.rpartition("#")[2], {}).setdefault(wanted[quad.predicate.value], {})[
                    language
                ] = getattr(quad.object, "value", "")
    return words


def page_data(picture: Picture, version: str) -> dict[str, Any]:
    """Return what the page's script draws, as plain data (its form is told at the top of the template)."""
    from pyvis.network import Network

    degree, (places, columns) = degrees(picture), positions(picture)
    number = {node.iri: i for i, node in enumerate(picture.nodes)}
    network = Network(directed=True)
    for node in picture.nodes:
        x, y = places[node.iri]
        cls = _styled(node.cls)
        style = styles()[cls]
        network.add_node(
            number[node.iri],
            label=dict(node.label),
            shape=style["shape"],
            color=style["colour"],
            x=x,
            y=y,
            size=node_size(degree[node.iri]),
            iri=node.iri,
            degree=degree[node.iri],
            **{"class": cls},
            **dict(node.extra),
        )
    relation_key = {relation: relation.rpartition("#")[2].rpartition("/")[2] for relation in picture.relations}
    for edge in picture.edges:
        network.add_edge(
            number[edge.start], number[edge.end], relation=relation_key[edge.relation], derived=edge.derived
        )
    words = _class_words()
    count, partly = picture.partly
    note = both("picture.partly" if partly else "picture.whole", count=count, partly=partly) if count else None
    hidden = picture.options.get("hidden", ())
    return {
        "title": dict(picture.title),
        "summary": dict(picture.summary),
        "source_note": note,
        "version": version,
        "layout": picture.layout,
        "around": number.get(picture.around),
        "columns": [{"label": dict(c.label), "x": c.x} for c in columns],
        "classes": [
            {"id": cls, **words.get(cls, {}), **style, "hidden": cls in hidden}
            for cls, style in styles().items()
            if any(_styled(node.cls) == cls for node in picture.nodes)
        ],
        "relations": {relation_key[r]: {k: dict(v) for k, v in said.items()} for r, said in picture.relations.items()},
        "nodes": [{k: v for k, v in node.items() if k != "color"} for node in network.nodes],
        "edges": [{k: edge[k] for k in ("from", "to", "relation", "derived")} for edge in network.edges],
    }  # fmt: skip


def _safe_json(data: object) -> str:
    """JSON that can stand in a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _inline(text: str) -> str:
    """Text as it stands in the page: line ends as browsers hash them, no address of a source map."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"^//# sourceMappingURL=.*$", "", plain, flags=re.M)


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def page(picture: Picture, lang: Lang, version: str) -> str:
    """Return the picture as one HTML file that asks no host for anything. ``version`` is the store's."""
    import jinja2

    viz, vis = room("viz"), files("pyvis")
    # vis-network's own style sheet only dresses its navigation buttons, which we do not use
    css = [_inline((viz / "picture.css").read_text(encoding="utf-8"))]
    scripts = [_inline(path.read_text(encoding="utf-8")) for path in (vis.joinpath(_VIS), viz / "picture.js")]
    csp = (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {' '.join(map(_hash, css))}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    data = page_data(picture, version)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(viz), autoescape=True, keep_trailing_newline=True)
    return environment.get_template("picture.html.j2").render(
        lang=lang,
        title={k: picture.title[k] for k in LANGS if k in picture.title},
        summary={k: picture.summary[k] for k in LANGS if k in picture.summary},
        csp=csp,
        css=css,
        scripts=scripts,
        data=data,
        data_json=_safe_json(data),
    )
