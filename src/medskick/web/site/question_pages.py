"""The questions of the catalogue: the list of them, and each with its parameters, answer, picture and SPARQL."""

from urllib.parse import urlencode

from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.queries.binding import BoundQuery
from medskick.reports.answer_document import document_of
from medskick.web import question_api as api
from medskick.web.page_request import PageRequest
from medskick.web.site import chart_pages
from medskick.web.site.page import Field, Form, render, report
from medskick.words import pick


def questions_page(request: PageRequest) -> Response:
    """All questions by theme, in plain words."""
    themes: dict[str, list[dict[str, str]]] = {}
    catalogue = request.edition.catalogue
    for query in catalogue.questions():
        name = pick(query.heading, request.lang)
        themes.setdefault(name, []).append(
            {
                "text": pick(query.summary, request.lang),
                "address": request.page(f"/questions/{query.slug}"),
                "more": pick(query.description, request.lang),
                "mark": request.say("answers-not-yet") if query.answers == "not-yet" else "",
            }
        )
    return render(
        request, "questions.html.j2", request.say("nav-questions"), lead=request.say("questions-lead"), themes=themes,
        left_out=[fault.say(request.lang) for fault in catalogue.left_out()],
        data={
            "JSON": request.to(f"/questions?format=json&lang={request.lang}"), "OpenAPI": request.to("/openapi.json"),
        },
    )  # fmt: skip


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
    begun = request.page("/sparql", **({"query": bound.text} if search else {"example": query.slug}))
    editor = () if request.static else ((request.say("open-sparql"), begun),)
    chart = chart_pages.of_answer(request, answer)
    return report(
        request, document, form=form, files=files, data=data, notes=notes, editor=editor, chart=chart,
        sheets=chart_pages.SHEETS if chart else (),
        details=[("SPARQL", bound.text)],
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
    return fields
