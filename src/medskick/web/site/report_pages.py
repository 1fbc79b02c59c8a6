"""Pages that show a report: lessons, handbook, comparison, gaps, disagreements, networks, the story of a thing."""

from collections.abc import Callable
from itertools import zip_longest

from starlette.responses import Response

from medskick.ontology import PREFIXES, term_text
from medskick.queries.run import UnknownDatasetError, UnknownValueError
from medskick.reports.chains import story
from medskick.reports.comparison import compare
from medskick.reports.disagreements import disagreements
from medskick.reports.document import Document
from medskick.reports.gaps import gaps
from medskick.reports.graph_reader import GraphReader, UnknownSubjectError
from medskick.reports.handbook import handbook
from medskick.reports.lessons import lessons
from medskick.reports.network_report import networks
from medskick.resources.finding import AmbiguousThingError, UnknownThingError
from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.site import choices
from medskick.web.site.page import Field, Form, render, report

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def made(make: Callable[[], Document]) -> Document:
    """Return a report. Raises ``Problem``: 400 for a value that is not allowed (which are is told), 404 for a thing."""
    try:
        return make()
    except UnknownSubjectError as error:
        raise Problem(400, f"There is no process {error.name[:100]}.", known=sorted(error.known)) from None
    except UnknownValueError as error:
        raise Problem(
            400, f"{error.param.option} cannot be {error.value[:100]}.", known=sorted(error.allowed)
        ) from None
    except UnknownDatasetError as error:
        raise Problem(400, f"There is no dataset {error.name[:100]}.", known=error.known) from None
    except (UnknownThingError, AmbiguousThingError):
        raise Problem(404, "Nothing here has that name.") from None


def lessons_page(request: PageRequest) -> Response:
    """Lessons for the reader's phase, role and region, by theme if asked: why each is shown, how contexts differ."""
    document = made(
        lambda: lessons(
            request.reader,
            request.given("phase-type"),
            request.given("role"),
            request.given("theme"),
            request.given("region"),
        )
    )
    themes = choices.concepts(request, "theme", only="?lesson a msk:Lesson ; dcterms:subject ?concept .")
    fields = [
        *choices.situation(request),
        Field("theme", request.say("field-theme"), themes, request.given("theme"), request.say("any-theme")),
    ]
    form = Form("/lessons", request.say("show-lessons"), fields)
    notes = []
    if phase := request.given("phase-type"):
        notes.append(
            (
                request.say("handbook-for-this"),
                request.page("/handbook", phase_type=phase, region=request.given("region")),
            )
        )
    return report(request, document, form=form, onward=notes)


def handbook_page(request: PageRequest) -> Response:
    """The handbook for a phase, to read, to print, or as .docx; without a phase, the form alone."""
    phase, region = request.given("phase-type"), request.given("region")
    fields = [
        Field("phase-type", request.say("field-phase"), choices.phase_types(request), phase),
        *choices.situation(request)[1:],
    ]
    form = Form("/handbook", request.say("show-handbook"), fields)
    if not phase:
        return render(
            request,
            "handbooks.html.j2",
            request.say("nav-handbook"),
            form=form,
            phases=_phases(request),
            lead=request.say("handbook-choose"),
        )
    document = made(lambda: handbook(request.reader, phase, request.given("role"), region))
    search = "&".join(
        f"{k}={v}" for k, v in (("phase-type", phase), ("role", request.given("role")), ("region", region)) if v
    )
    data = {"Word (.docx)": request.to(f"/handbook?format=docx&lang={request.lang}&{search}")}
    return report(request, document, form=form, data=data)


def _phases(request: PageRequest) -> list[tuple[str, str, str]]:
    """The phase types, each with the address of its handbook and in words how much there is to tell of it."""
    rows = request.reader.select(
        "SELECT ?type (COUNT(DISTINCT ?p) AS ?processes) (COUNT(DISTINCT ?l) AS ?lessons)"
        f" {{ ?type skos:inScheme <{PREFIXES['concept']}phase-type>"
        " OPTIONAL { ?phase msk:phaseType ?type ; msk:process ?p } OPTIONAL { ?l msk:appliesToPhaseType ?type } }"
        " GROUP BY ?type ORDER BY ?type"
    )
    counted = {
        term_text(r["type"]).rpartition("/")[2]: (int(term_text(r["processes"])), int(term_text(r["lessons"])))
        for r in rows
    }
    told = []
    for slug, name in choices.phase_types(request):
        processes, lessons = counted.get(slug, (0, 0))
        told.append(
            (
                name,
                request.page("/handbook", phase_type=slug),
                request.say("phase-holds", processes=processes, lessons=lessons),
            )
        )
    return told


def handbook_docx(reader: GraphReader, phase: str, role: str, region: str) -> Response:
    """The handbook as a Word document. Raises ``Problem``."""
    from medskick.reports.docx import as_docx

    found = as_docx(made(lambda: handbook(reader, phase, role, region)))
    name = f"handbook-{phase if phase.replace('-', '').isalnum() else 'phase'}.{reader.lang}.docx"
    return Response(found, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, DOCX)


def compare_page(request: PageRequest) -> Response:
    """Two or more processes side by side; three regions where none are chosen."""
    offered = choices.processes(request)
    names = ("first", "second", "third")
    chosen = [value for key, value in request.query if key in names and value]
    if not chosen:
        chosen = [request.reader.process(name).rpartition("/")[2] for name, _ in choices.regions(request)]
    fields = [
        *(
            Field(n, request.say(f"field-{n}"), offered, value, request.say("no-process"))
            for n, value in zip_longest(names, chosen[: len(names)], fillvalue="")
        ),
        choices.situation(request)[0],
    ]
    if request.static:
        fields = fields[-1:]
    document = made(lambda: compare(request.reader, chosen, request.given("phase-type")))
    return report(request, document, form=Form("/compare", request.say("show-compare"), fields))


_FOLDED = 12
"""Tables of more rows are folded where there are many of them: a telephone would have a hundred screens."""


def gaps_page(request: PageRequest) -> Response:
    """What is missing, and whether it is absent or only unread; for one dataset or all."""
    name = request.given("dataset")
    reader = GraphReader(request.edition.store, request.lang, [name] if name else None)
    form = Form("/gaps", request.say("show"), [_dataset(request)])
    return report(request, made(lambda: gaps(reader)), form=form, fold=_FOLDED)


def disagreements_page(request: PageRequest) -> Response:
    """What stands against what, and whose stance changed; in one process or all."""
    process = request.given("process")
    document = made(lambda: disagreements(request.reader, [process] if process else []))
    return report(request, document, form=Form("/disagreements", request.say("show"), [_process(request)]))


def network_page(request: PageRequest) -> Response:
    """Who connects and who brokers; in one process or all."""
    process = request.given("process")
    document = made(lambda: networks(request.reader, [process] if process else []))
    return report(request, document, form=Form("/network", request.say("show"), [_process(request)]))


def story_page(request: PageRequest) -> Response:
    """How a decision, a change or a lesson came about."""
    thing = request.edition.thing_at("id", request.params["path"])
    return report(request, made(lambda: story(request.reader, thing)))


def _dataset(request: PageRequest) -> Field:
    options = [
        (n, request.reader.name(f"https://w3id.org/medskick/dataset/{n}").text) for n in request.edition.kg.datasets
    ]
    return Field(
        "dataset", request.say("field-dataset"), options, request.given("dataset"), request.say("all-datasets")
    )


def _process(request: PageRequest) -> Field:
    found = choices.processes(request, planning=False)
    return Field("process", request.say("field-process"), found, request.given("process"), request.say("all-processes"))
