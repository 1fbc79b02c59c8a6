"""The frame of every page: head, way round the site, footer; and how lines, kinds and forms are shown in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response

from medskick.reports.document import Document, Line
from medskick.reports.html import parts, spans
from medskick.rooms import version
from medskick.templates import environment
from medskick.viz.look import class_words, look_of, outline
from medskick.web.page_request import PageRequest
from medskick.web.site.schema_org import page
from medskick.words import Lang, pick, say

NAV = ("lessons", "questions", "graph", "timeline", "compare", "gaps", "about")
"""The site's main rooms, in the order of the menu; each is a page of that name."""
_ROOMS = {"graph": ("/graph", "/views/")}
"""Where the pages of a main room are that has others than those below its own address."""
FOOT = ("handbook", "charts", "disagreements", "network", "things", "datasets", "ontology", "sparql", "accessibility")


@dataclass(frozen=True)
class Field:
    """A choice of a form: its name in the address, what it asks, what can be chosen (value, label), what is chosen.

    ``first`` is the label of choosing nothing. In the static site a field becomes a list of links.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str = ""
    first: str = ""


@dataclass(frozen=True)
class Form:
    """A form whose choices stand in the address of the page ``path``; ``keep`` are values that go along unseen."""

    path: str
    button: str
    fields: Sequence[Field]
    keep: Sequence[tuple[str, str]] = ()


@cache
def _environment() -> jinja2.Environment:
    made = environment(trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"style_of": look_of, "outline": outline}
    return made


def kind_label(cls: str, lang: Lang) -> str:
    """Return a class's name in a language, the local name where it has none."""
    return pick(class_words(cls).get("label", {}), lang) or cls


def shown(request: PageRequest, line: Line) -> list[dict[str, Any]]:
    """Return a line as the templates take it, its things linked to their pages, its sources not numbered."""
    return spans(line, {}, request.thing)


def render(
    request: PageRequest,
    template: str,
    title: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """Return a page of the site. ``context`` is what its own template takes besides the frame.

    A page that gives no ``ld`` of its own is described to machines by its title and lead.
    """
    if status == 200 and not context.get("ld"):
        lead = context.get("lead") or ""
        context["ld"] = page(request, title, lead if isinstance(lead, str) else "".join(s["text"] for s in lead))
    html = _environment().get_template(template).render(
        request=request,
        lang=request.lang,
        title=title,
        words=_Words(request),
        passed=say("date.passed", request.lang),
        nav=[(name, request.page(f"/{name}"), request.path.startswith(_ROOMS.get(name, f"/{name}"))) for name in NAV],
        foot=[(name, request.page(f"/{name}")) for name in FOOT],
        release=version(),
        store=request.edition.version[:12],
        **{"data": {}, "scripts": (), "sheets": (), "ld": None, "noindex": False, **context},
    )  # fmt: skip
    own = {"Content-Language": request.lang, **(headers or {})}
    return HTMLResponse(html, status, headers=own)


class _Words:
    """The pages' own words in a template: ``words["skip"]``, ``words("count", n=3)``."""

    def __init__(self, request: PageRequest) -> None:
        self._request = request

    def __getitem__(self, key: str) -> str:
        return self._request.say(key)

    def __call__(self, key: str, **values: object) -> str:
        return self._request.say(key, **values)


_PLAIN: Mapping[str, Any] = {"form": None, "notes": (), "onward": (), "details": (), "chart": None, "fold": 0}


def report(request: PageRequest, document: Document, template: str = "report-page.html.j2", **context: Any) -> Response:
    """Return a page that shows a report: its contents, blocks and numbered sources."""
    content = parts(document, request.thing, scripted=True)
    content.pop("lang"), content.pop("title")
    report_words = content.pop("words")
    return render(
        request, template, document.title,
        **{**_PLAIN, "report_words": report_words, **content, **context},
    )  # fmt: skip
