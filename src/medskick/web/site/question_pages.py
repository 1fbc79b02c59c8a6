"""The questions of the catalogue: the list of them, and each with its parameters, answer, picture and SPARQL."""

from urllib.parse import urlencode

from starlette.responses import Response

from medskick.ontology import term_text
from medskick.queries import answer as answers
from medskick.queries.catalogue import Query, questions
from medskick.queries.run import Answer, allowed_values
from medskick.reports.document import Block, Line, Paragraph, Span, Table, line
from medskick.reports.graph_reader import Row
from medskick.web import question_api as api
from medskick.web.address import Place
from medskick.web.site import chart_pages
from medskick.web.site.page import Field, Form, render, report
from medskick.words import pick, say


def questions_page(place: Place) -> Response:
    """All questions by theme, in plain words."""
    themes: dict[str, list[dict[str, str]]] = {}
    for query in questions():
        name = say(f"theme.{query.theme}", place.lang)
        themes.setdefault(name, []).append(
            {
                "text": pick(query.summary, place.lang),
                "address": place.page(f"/questions/{query.slug}"),
                "more": pick(query.description, place.lang),
                "mark": place.say("answers-not-yet") if query.answers == "not-yet" else "",
            }
        )
    return render(
        place, "questions.html.j2", place.say("nav-questions"), lead=place.say("questions-lead"), themes=themes,
        data={"JSON": place.to(f"/questions?format=json&lang={place.lang}"), "OpenAPI": place.to("/openapi.json")},
    )  # fmt: skip


def question_page(place: Place) -> Response:
    """A question: its parameters as a form, its answer as a table and, where its header names one, a picture."""
    query = api.find(place.params["slug"])
    found = api.answered(place.edition, query, list(place.query), place.lang)
    reader = place.reader
    blocks: list[Block] = []
    if found.rows:
        heads = tuple(answers.heading(found, v) for v in found.variables)
        table = Table(pick(query.summary, place.lang), heads, tuple(_row(place, found, row) for row in found.rows))
        blocks.append(table)
    blocks += [Paragraph(line(note), "note") for note in answers.notes(found, named=False)]
    lead = line(pick(query.description, place.lang))
    document = reader.document(pick(query.summary, place.lang), lead, blocks)
    search = urlencode([(k, v) for k, v in place.query if v])
    more = f"&{search}" if search else ""
    forms = {"CSV": "csv", "Excel": "xlsx", "JSON": "json"}
    data = {place.say("link"): place.to(place.address)} | {
        n: place.to(f"/questions/{query.slug}?format={f}&lang={place.lang}{more}") for n, f in forms.items()
    }
    fields = [] if place.static else _fields(place, query)
    form = Form(f"/questions/{query.slug}", place.say("ask"), fields) if fields else None
    notes = [place.say("static-question")] if place.static and query.params else []
    bound = api.bound(place.edition, query, list(place.query))
    begun = place.page("/sparql", **({"query": bound} if search else {"example": query.slug}))
    editor = () if place.static else ((place.say("open-sparql"), begun),)
    chart = chart_pages.of_answer(place, found)
    return report(
        place, document, form=form, data=data, notes=notes, onward=editor, chart=chart,
        sheets=chart_pages.SHEETS if chart else (),
        details=[("SPARQL", bound)],
    )  # fmt: skip


def _row(place: Place, found: Answer, row: Row) -> tuple[Line, ...]:
    """A row of the answer; the first thing that rests on sources names them."""
    cells: list[Line] = []
    told = False
    for variable in found.variables:
        term = row.get(variable)
        text = answers.text_of(found, term)
        thing = term_text(term) if type(term).__name__ == "NamedNode" else ""
        sources = place.reader.sources_of(thing) if thing and not told else ()
        told = told or bool(sources)
        lang = found.labels[thing].lang if thing in found.labels else ""
        cells.append((Span(text, thing, lang if lang != place.lang else "", sources=sources),) if text else ())
    return tuple(cells)


def _fields(place: Place, query: Query) -> list[Field]:
    fields = []
    for param in query.params:
        allowed = allowed_values(place.edition.store, param)
        options = sorted(
            ((slug, pick(names, place.lang)) for slug, (_, names) in allowed.items()),
            key=lambda pair: pair[1].casefold(),
        )
        label = pick(param.label, place.lang)
        fields.append(
            Field(param.option, label[:1].upper() + label[1:], options, place.given(param.option), place.say("all"))
        )
    return fields
