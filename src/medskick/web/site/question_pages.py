"""The questions of the catalogue: the list of them, and each with its parameters, answer, picture and SPARQL."""

from urllib.parse import urlencode

from starlette.responses import Response

from medskick.ontology import term_text
from medskick.queries import answer as answers
from medskick.queries.query import Query
from medskick.queries.run import Answer, allowed_values
from medskick.reports.document import Block, Line, Paragraph, Span, Table, line
from medskick.reports.graph_reader import Row
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
    found = api.answered(request.edition, query, list(request.query), request.lang)
    reader = request.reader
    blocks: list[Block] = []
    if found.rows:
        heads = tuple(answers.heading(found, v) for v in found.variables)
        table = Table(pick(query.summary, request.lang), heads, tuple(_row(request, found, row) for row in found.rows))
        blocks.append(table)
    blocks += [Paragraph(line(note), "note") for note in answers.notes(found, named=False)]
    lead = line(pick(query.description, request.lang))
    document = reader.document(pick(query.summary, request.lang), lead, blocks)
    search = urlencode([(k, v) for k, v in request.query if v])
    more = f"&{search}" if search else ""
    forms = {"CSV": "csv", "Excel": "xlsx", "JSON": "json"}
    data = {request.say("link"): request.to(request.address)} | {
        n: request.to(f"/questions/{query.slug}?format={f}&lang={request.lang}{more}") for n, f in forms.items()
    }
    fields = [] if request.static else _fields(request, query)
    form = Form(f"/questions/{query.slug}", request.say("ask"), fields) if fields else None
    notes = [request.say("static-question")] if request.static and query.params else []
    bound = api.bound(request.edition, query, list(request.query))
    begun = request.page("/sparql", **({"query": bound} if search else {"example": query.slug}))
    editor = () if request.static else ((request.say("open-sparql"), begun),)
    chart = chart_pages.of_answer(request, found)
    return report(
        request, document, form=form, data=data, notes=notes, onward=editor, chart=chart,
        sheets=chart_pages.SHEETS if chart else (),
        details=[("SPARQL", bound)],
    )  # fmt: skip


def _row(request: PageRequest, found: Answer, row: Row) -> tuple[Line, ...]:
    """A row of the answer; the first thing that rests on sources names them."""
    cells: list[Line] = []
    told = False
    for variable in found.variables:
        term = row.get(variable)
        text = answers.text_of(found, term)
        thing = term_text(term) if type(term).__name__ == "NamedNode" else ""
        sources = request.reader.sources_of(thing) if thing and not told else ()
        told = told or bool(sources)
        lang = found.labels[thing].lang if thing in found.labels else ""
        cells.append((Span(text, thing, lang if lang != request.lang else "", sources=sources),) if text else ())
    return tuple(cells)


def _fields(request: PageRequest, query: Query) -> list[Field]:
    fields = []
    for param in query.params:
        allowed = allowed_values(request.edition.store, param)
        options = sorted(
            ((slug, pick(names, request.lang)) for slug, (_, names) in allowed.items()),
            key=lambda pair: pair[1].casefold(),
        )
        label = pick(param.label, request.lang)
        fields.append(
            Field(param.option, label[:1].upper() + label[1:], options, request.given(param.option), request.say("all"))
        )
    return fields
