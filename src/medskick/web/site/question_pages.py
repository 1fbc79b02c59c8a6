"""The questions of the catalogue: the list of them, and each with its parameters, answer, picture and SPARQL."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.queries.binding import BoundQuery
from medskick.queries.query import Query
from medskick.queries.search.spelling import fold, folded_words
from medskick.reports.answer_document import document_of
from medskick.web import question_api as api
from medskick.web.page_request import PageRequest
from medskick.web.site import chart_pages
from medskick.web.site.choices import phase_types
from medskick.web.site.page import Field, Form, render, report
from medskick.words import pick

_PHASE = "phase-type"
_FIRST = 20
"""How many rows of a long answer are shown at once; the others are folded."""
# those whom the shipped questions name; a region's own questions may name others
_ASKERS = ("planner", "researcher", "region", "curator")


def questions_page(request: PageRequest) -> Response:
    """The questions by theme, in plain words: all, or those of an asker, a theme, a phase type or some typed words."""
    catalogue = request.edition.catalogue
    questions = catalogue.questions()
    phase = request.given(_PHASE)
    chosen = [query for query in questions if _is_chosen(request, query)]
    themes: dict[str, list[dict[str, str]]] = {}
    for query in chosen:
        about = {_PHASE: phase} if phase and not request.static else {}
        themes.setdefault(pick(query.heading, request.lang), []).append(
            {
                "text": pick(query.summary, request.lang),
                "address": request.page(f"/questions/{query.slug}", **about),
                "more": pick(query.description, request.lang),
                "mark": request.say("answers-not-yet") if query.answers == "not-yet" else "",
                "askers": " ".join(query.asked_by),
                "theme": query.theme,
                "phases": _PHASE if query.param(_PHASE) else "",
            }
        )
    return render(
        request, "questions.html.j2", request.say("nav-questions"), lead=request.say("questions-lead"), themes=themes,
        fields=_choices(request, questions), typed=request.given("q"), scripts=("question-list.js",),
        left_out=[fault.say(request.lang) for fault in catalogue.left_out()],
        data={
            "JSON": request.to(f"/questions?format=json&lang={request.lang}"), "OpenAPI": request.to("/openapi.json"),
        },
    )  # fmt: skip


def _is_chosen(request: PageRequest, query: Query) -> bool:
    asker, theme = request.given("asked-by"), request.given("theme")
    text = fold(f"{pick(query.summary, request.lang)} {pick(query.description, request.lang)}")
    return (
        (not asker or asker in query.asked_by)
        and (not theme or theme == query.theme)
        and (not request.given(_PHASE) or query.param(_PHASE) is not None)
        and all(word in text for word in folded_words(request.given("q")[:400]))
    )


def _choices(request: PageRequest, questions: Sequence[Query]) -> list[Field]:
    """What the questions can be chosen by."""
    askers = sorted({asker for query in questions for asker in query.asked_by})
    themes = {query.theme: pick(query.heading, request.lang) for query in questions}
    by_asker = Counter(asker for query in questions for asker in query.asked_by)
    by_theme = Counter(query.theme for query in questions)
    with_phase = sum(query.param(_PHASE) is not None for query in questions)

    def numbered(name: str, n: int) -> str:
        return request.say("choice-questions", name=name, n=n)

    choices = {
        "asked-by": [
            (asker, numbered(request.say(f"asker-{asker}") if asker in _ASKERS else asker, by_asker[asker]))
            for asker in askers
        ],
        "theme": [(theme, numbered(name, by_theme[theme])) for theme, name in themes.items()],
        _PHASE: [(slug, numbered(name, with_phase)) for slug, name in phase_types(request)],
    }
    return [
        Field(name, request.say(f"questions-by-{name}"), options, request.given(name), request.say("all"))
        for name, options in choices.items()
    ]


def question_page(request: PageRequest) -> Response:
    """A question: its parameters as a form, its answer as a table and, where its header names one, a picture."""
    query = api.find(request.edition.catalogue, request.params["slug"])
    bound = api.bound(request.edition, query, request.query, request.lang)
    answer = api.answered(request.edition, bound, request.query, request.lang)
    document = document_of(request.reader, answer)
    search = urlencode([(k, v) for k, v in request.query if v])
    more = f"&{search}" if search else ""

    def forms(**named: str) -> dict[str, str]:
        return {
            name: request.to(f"/questions/{query.slug}?format={form}&lang={request.lang}{more}")
            for name, form in named.items()
        }

    # in a site of files the page itself is one that can be saved, and a document for each answer takes a minute
    files = forms(Excel="xlsx") if request.static else forms(Word="docx", Excel="xlsx")
    data = forms(CSV="csv", JSON="json") | ({} if request.static else forms(HTML="html"))
    fields = [] if request.static else _fields(request, bound)
    form = Form(f"/questions/{query.slug}", request.say("ask"), fields) if fields else None
    notes = [request.say("static-question")] if request.static and query.params else []
    editor = []
    if not request.static:
        # files have no editor: an address that is written on no page must not be asked for
        begun = {"query": bound.text} if search else {"example": query.slug}
        editor.append((request.say("open-sparql"), request.page("/sparql", **begun)))
    chart = chart_pages.of_answer(request, answer)
    return report(
        request, document, form=form, files=files, data=data, notes=notes, editor=editor, chart=chart,
        sheets=chart_pages.SHEETS if chart else (),
        details=[("SPARQL", bound.text)], missing_told=bool(answer.partly), first_rows=_FIRST,
    )  # fmt: skip


def _fields(request: PageRequest, bound: BoundQuery) -> list[Field]:
    fields = []
    for param in bound.query.params:
        allowed = bound.allowed(param)
        named = [(slug, pick(names, request.lang)) for slug, (_, names) in allowed.items()]
        options = alphabetical(named, request.lang, lambda pair: pair[1])
        label = pick(param.label, request.lang)
        fields.append(
            Field(param.option, label[:1].upper() + label[1:], options, request.given(param.option), request.say("all"))
        )
    if endpoints := [(name, name) for name in request.edition.endpoints]:
        asked = request.edition.asked_too(request.all_given("service"))
        ticked = tuple(asked.addresses) if asked else ()
        fields.append(Field("service", request.say("field-service"), endpoints, several=ticked))
    return fields
