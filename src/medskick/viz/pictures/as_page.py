"""A picture as a page: its data for the script, its parts for a template, and the one self-contained HTML file.

The same template part (``viz/graph.j2``) and the same script (``viz/picture/*.js``) serve the server's explorer, the
site of files and the one file; ``Onward`` says where that script finds things that are not in the picture.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from medskick.rooms import room
from medskick.templates import environment
from medskick.viz.look import drawn_as, look_of
from medskick.viz.look import styles as styles
from medskick.viz.pictures.as_svg import network_svg
from medskick.viz.pictures.layout import degrees, laid, node_size, positions
from medskick.viz.pictures.neighbourhood import AT_ONCE, DRAWN, LONGEST, MEMBERS, PATHS
from medskick.viz.pictures.offline import class_data, key_of, tail_of
from medskick.viz.pictures.picture import Node, Picture
from medskick.viz.pictures.sides import MEASURES
from medskick.words import Lang, every_language, fallback, group, language_name, languages

if TYPE_CHECKING:
    import jinja2

Link = Callable[[str], str | None]
"""Gives the address of a thing's page, ``None`` if it has none."""

_VIS = "lib/vis-9.1.2/vis-network.min.js"
SCRIPTS = (
    "passed.js", "folding.js", "combobox.js",
    *(f"picture/{name}.js" for name in (
        "base", "model", "labels", "relation-names", "drawing", "overlay", "view", "search", "panel", "table",
        "offline", "source", "memory", "explore", "hiding", "paths", "files", "start",
    )),
)  # fmt: skip
"""The files of ``viz`` that draw a picture, in the order in which a page loads them."""


@dataclass(frozen=True)
class Onward:
    """Where a page finds things that are not in its picture, and the files that a reader can download.

    ``server``: address below which ``ties``, ``things`` and ``paths`` are asked (``/graph``). ``script``: address of
    ``neighbours_script`` as a file. ``pages``: address of any thing's page, with ``*`` in place of its tail. ``files``:
    addresses by kind (``svg``, ``graphml``, ``html``); with ``live`` they take the page's state as ``&more=…``.
    """

    server: str = ""
    script: str = ""
    pages: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    live: bool = False


def record(node: Node, link: Link | None = None) -> dict[str, Any]:
    """Return a thing as the page's script takes it."""
    data = {
        "iri": node.iri,
        "tail": tail_of(node.iri),
        "class": drawn_as(node.cls),
        "label": dict(node.label),
        "dataset": node.dataset,
        "years": list(node.years),
        **dict(node.extra),
    }
    if ours := node.extra.get("inferred"):
        data["inferred"] = [key_of(relation) for relation in ours]
    return {**data, "href": href} if link and (href := link(node.iri)) else data


def measures() -> dict[str, float]:
    """Return the distances between things and the numbers shown at most, which the page's script shares with Python."""
    shown = {"at_once": AT_ONCE, "drawn": DRAWN, "members": MEMBERS, "paths": PATHS, "longest": LONGEST}
    return {**MEASURES, **shown}


def page_data(picture: Picture, version: str, link: Link | None = None) -> dict[str, Any]:
    """Return what the page's script draws, as plain data (its form is described at the top of ``viz/graph.j2``)."""
    from pyvis.network import Network

    degree, (places, headings) = degrees(picture), positions(picture)
    number = {node.iri: i for i, node in enumerate(picture.nodes)}
    network = Network(directed=True)
    for node in picture.nodes:
        (x, y), look = places[node.iri], look_of(node.cls)
        network.add_node(
            number[node.iri],
            shape=look["shape"],
            color=look["colour"],
            x=x,
            y=y,
            size=node_size(degree[node.iri]),
            degree=degree[node.iri],
            **record(node, link),
        )
    for edge in picture.edges:
        network.add_edge(number[edge.start], number[edge.end], relation=key_of(edge.relation), derived=edge.derived)
    count, partly = picture.partly
    note = (
        every_language("picture.partly" if partly else "picture.whole", count=count, partly=partly) if count else None
    )
    hidden = picture.options.get("hidden", ())
    used = {drawn_as(node.cls) for node in picture.nodes}
    return {
        "title": dict(picture.title),
        "summary": dict(picture.summary),
        "source_note": note,
        "version": version,
        "layout": picture.layout,
        "around": number.get(picture.around),
        "left_out": picture.left_out,
        "headings": [
            {"label": dict(h.label), "x": h.x, "members": [number[m] for m in h.members if m in number]}
            for h in headings
        ],
        "classes": [{**class_data(cls), "hidden": cls in hidden} for cls in styles() if cls in used],
        "measures": measures(),
        "datasets": {name: dict(title) for name, title in picture.datasets.items()},
        "relations": {key_of(r): {k: dict(v) for k, v in said.items()} for r, said in picture.relations.items()},
        "nodes": [{k: v for k, v in node.items() if k != "color"} for node in network.nodes],
        "edges": [{k: edge[k] for k in ("from", "to", "relation", "derived")} for edge in network.edges],
    }  # fmt: skip


def safe_json(data: object) -> Markup:
    """JSON that is safe in a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped just now


def _inline(text: str) -> str:
    """Text as it is in the page: line ends as browsers hash them, no address of a source map."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"^//# sourceMappingURL=.*$", "", plain, flags=re.M)


@cache
def vis_script() -> str:
    """Return the vis-network script that the pyvis wheel carries."""
    # its own style sheet is only for navigation buttons, which we do not use
    return _inline(files("pyvis").joinpath(_VIS).read_text(encoding="utf-8"))


def picture_script() -> str:
    """Return our own script: the files of ``SCRIPTS`` one after the other."""
    return "".join(_inline((room("viz") / name).read_text(encoding="utf-8")) for name in SCRIPTS)


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def explorer(
    picture: Picture, lang: Lang, version: str, link: Link | None = None, onward: Onward | None = None
) -> dict[str, Any]:
    """Return what the macros of ``viz/graph.j2`` take: ``data``, ``data_json``, ``words``, ``words_json``, ``still``.

    ``words`` has the page's own words in both languages, ``still`` the picture as SVG, ``files`` its downloads.
    """
    onward, picture = onward or Onward(), laid(picture)
    data = page_data(picture, version, link)
    data["languages"], data["fallback"] = list(languages()), list(fallback(lang))
    data["onward"] = {"server": onward.server, "script": onward.script, "pages": onward.pages, "live": onward.live}
    own, marks = group("picture"), {"inferred": group("report")["inferred"], "passed": group("date")["passed"]}
    words = {
        **group("graph"),
        "around": own["around"],
        "restsPartly": own["partly"],
        "restsWhole": own["whole"],
        **marks,
    }
    return {
        "data": data,
        "data_json": safe_json(data),
        "words": words,
        "words_json": safe_json(words),
        "still": network_svg(picture, lang, link or (lambda _thing: None)),
        "files": dict(onward.files),
    }


@cache
def _environment() -> "jinja2.Environment":
    return environment(keep_trailing_newline=True)


def page(
    picture: Picture,
    lang: Lang,
    version: str,
    link: Link | None = None,
    neighbours: Mapping[str, Any] | None = None,
) -> str:
    """Return the picture as one HTML file that loads nothing from any host. ``version`` is the store's.

    With ``neighbours`` (see that module) the reader can go on from any thing to its neighbours outside the picture.
    """
    viz = room("viz")
    css = [_inline((viz / name).read_text(encoding="utf-8")) for name in ("picture.css", "graph.css")]
    scripts = [vis_script(), picture_script()]
    csp = (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {' '.join(map(_hash, css))}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template("picture.html.j2")
        .render(
            lang=lang,
            languages={lang: language_name(lang) for lang in languages()},
            title=dict(picture.title),
            summary=dict(picture.summary),
            csp=csp,
            css=css,
            scripts=scripts,
            neighbours_json=safe_json(neighbours) if neighbours is not None else "",
            **explorer(picture, lang, version, link),
        )
    )
