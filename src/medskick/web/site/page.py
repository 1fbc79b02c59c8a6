"""The frame of every page: head, way round the site, footer; and how lines, kinds and forms are shown in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response

from medskick.graph.dataset import DRAFTS
from medskick.graph.dates import words as words_of_date
from medskick.reports.document import Document, Line
from medskick.reports.html import parts, spans
from medskick.resources.description import dataset_iri, value
from medskick.rooms import version
from medskick.templates import environment
from medskick.viz.look import class_words, look_of, outline
from medskick.web.page_request import PageRequest
from medskick.web.site.schema_org import page
from medskick.web.site.tools import Tools, cited_file, files_of, report_file
from medskick.words import Foreign, Lang, pick, say

NAV = {
    "phases": "/phase",
    "lessons": "/lessons",
    "handbook": "/handbook",
    "compare": "/compare",
    "search": "/search",
    "research": "/research",
}
"""The main menu in its order: the word for each entry, and the address below the language that it leads to."""
RESEARCH = (
    "questions", "graph", "timeline", "charts", "places", "network", "disagreements", "gaps", "things", "datasets",
    "ontology", "sparql",
)  # fmt: skip
"""What researchers use, one step away from the menu; each is a page of that name."""
_BEYOND = {"research": (*(f"/{name}" for name in RESEARCH), "/views/")}
"""The pages that an entry of the menu leads to besides those below its own address."""
FOOT = ("new", "about", "accessibility")
"""What the menu does not lead to."""


@dataclass(frozen=True)
class Field:
    """A choice of a form: its name in the address, what it asks, what can be chosen (value, label), what is chosen.

    ``first`` is the label of choosing nothing. In the static site a field becomes a list of links. With ``day`` it is
    for a date instead of one of the options. With ``several`` it has boxes to tick, those ticked that it names.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str = ""
    first: str = ""
    day: bool = False
    several: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Form:
    """A form whose choices stand in the address of the page ``path``; ``keep`` are values that go along unseen.

    With ``follow`` a reader whose region is kept in the browser is led on to the page for it.

    In the site of files, ``ordering`` has a script combine the choices: what is said of the order of lessons, by what
    is chosen (see ``ordering_of``). ``leads`` is the page of a phase type, ``{}`` for it, if it is not in the address.

    ``fold`` is what the form folded on a telephone is called, where something is shown already; empty: it is open.
    """

    path: str
    button: str
    fields: Sequence[Field]
    keep: Sequence[tuple[str, str]] = ()
    follow: bool = False
    ordering: Mapping[str, str] = field(default_factory=dict)
    leads: str = ""
    fold: str = ""


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


_OF_DRAFT = (f"/id/{DRAFTS}", f"/dataset/{DRAFTS}")
_BARE: Mapping[str, Any] = {
    "data": {}, "scripts": (), "sheets": (), "ld": None, "noindex": False, "feed": "", "missing_told": False,
}  # fmt: skip
"""What the frame takes for a page that gives nothing of its own; ``missing_told``: its footer's caveat is on it."""


def render(
    request: PageRequest,
    template: str,
    title: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    cited: str = "",
    **context: Any,
) -> Response:
    """Return a page of the site. ``context`` is what its own template takes besides the frame.

    A page that gives no ``ld`` of its own is described to machines by its title and lead. ``files`` are the addresses
    of its other forms, ``cited`` is the thing that it is cited as; where the address asks for a citation, that is
    returned. Raises ``Problem`` (400) for a form that the page does not have.
    """
    if status == 200 and not context.get("ld"):
        lead = context.get("lead") or ""
        context["ld"] = page(request, title, lead if isinstance(lead, str) else "".join(s["text"] for s in lead))
    if request.edition.drafts:
        # nothing is downloaded where a draft is shown
        files, context["data"], context["feed"] = {}, {}, ""
    tools = Tools(request, title, files or {}, cited)
    if (form := request.given("format")) and status == 200:
        return cited_file(request, form, tools.citation)
    html = _environment().get_template(template).render(
        request=request,
        lang=request.lang,
        title=title,
        words=_Words(request),
        passed=say("date.passed", request.lang),
        passed_means=say("date.passed-means", request.lang),
        nav=_menu(request),
        tools=tools,
        foot=[(name, request.page(f"/{name}")) for name in FOOT],
        release=version(),
        # a file that tells of one thing stays the same while nothing about that thing changes
        store="" if request.static and cited else request.edition.version[:12],
        drafts=[(_title(request, one), request.page(f"/dataset/{one}")) for one in request.edition.drafts],
        of_draft=request.path.startswith(_OF_DRAFT),
        held=_held(request),
        **{**_BARE, **context},
    )  # fmt: skip
    own = {"Content-Language": request.lang, **(headers or {})}
    return HTMLResponse(html, status, headers=own)


def _title(request: PageRequest, dataset: str) -> str:
    """The title of a dataset, marked where it is in another language than the page."""
    title = request.reader.name(dataset_iri(dataset))
    return title.text if title.lang in ("", request.lang) else Foreign(title.text, title.lang)


def _held(request: PageRequest) -> str:
    """Since when the dataset that the page is of stands as it is, where its newest version has faults; else empty."""
    name = request.edition.held_at(request.path)
    if not name:
        return ""
    store, iri = request.edition.store, dataset_iri(name)
    day = words_of_date(value(store, iri, "dcterms:modified"), request.lang)
    return request.say("held", version=value(store, iri, "dcat:version"), date=day)


def _menu(request: PageRequest) -> list[tuple[str, str, bool]]:
    """The entries of the main menu: name, address, whether the reader is there."""
    here = next((name for name, path in NAV.items() if request.path.startswith((path, *_BEYOND.get(name, ())))), "")
    return [(name, request.page(path), name == here) for name, path in NAV.items()]


class _Words:
    """The pages' own words in a template: ``words["skip"]``, ``words("count", n=3)``."""

    def __init__(self, request: PageRequest) -> None:
        self._request = request

    def __getitem__(self, key: str) -> str:
        return self._request.say(key)

    def __call__(self, key: str, **values: object) -> str:
        return self._request.say(key, **values)


_PLAIN: Mapping[str, Any] = {
    "form": None, "notes": (), "onward": (), "details": (), "editor": (), "chart": None, "parts": (),
    "first_rows": 0,
}  # fmt: skip


def report(request: PageRequest, document: Document, template: str = "report-page.html.j2", **context: Any) -> Response:
    """Return a page that shows a report (contents, blocks, numbered sources), or the report as the file asked for.

    Raises ``Problem`` (400) for a form that a report does not have.
    """
    if (as_file := report_file(request, document)) is not None:
        return as_file
    context.setdefault("files", files_of(request, document))
    content = parts(document, request.thing, scripted=True)
    content.pop("lang"), content.pop("title")
    report_words = content.pop("words")
    return render(
        request, template, document.title,
        **{**_PLAIN, "report_words": report_words, **content, **context},
    )  # fmt: skip
