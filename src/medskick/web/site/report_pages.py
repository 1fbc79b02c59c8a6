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
from medskick.web.address import Place
from medskick.web.http.problems import Problem
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


def lessons_page(place: Place) -> Response:
    """Lessons for the reader's phase, role and region, by theme if asked: why each is shown, how contexts differ."""
    document = made(
        lambda: lessons(
            place.reader, place.given("phase-type"), place.given("role"), place.given("theme"), place.given("region")
        )
    )
    themes = choices.concepts(place, "theme", only="?lesson a msk:Lesson ; dcterms:subject ?concept .")
    fields = [
        *choices.situation(place),
        Field("theme", place.say("field-theme"), themes, place.given("theme"), place.say("any-theme")),
    ]
    form = Form("/lessons", place.say("show-lessons"), fields)
    notes = []
    if phase := place.given("phase-type"):
        notes.append(
            (place.say("handbook-for-this"), place.page("/handbook", phase_type=phase, region=place.given("region")))
        )
    return report(place, document, form=form, onward=notes)


def handbook_page(place: Place) -> Response:
    """The handbook for a phase, to read, to print, or as .docx; without a phase, the form alone."""
    phase, region = place.given("phase-type"), place.given("region")
    fields = [
        Field("phase-type", place.say("field-phase"), choices.phase_types(place), phase),
        *choices.situation(place)[1:],
    ]
    form = Form("/handbook", place.say("show-handbook"), fields)
    if not phase:
        return render(
            place,
            "handbooks.html.j2",
            place.say("nav-handbook"),
            form=form,
            phases=_phases(place),
            lead=place.say("handbook-choose"),
        )
    document = made(lambda: handbook(place.reader, phase, place.given("role"), region))
    search = "&".join(
        f"{k}={v}" for k, v in (("phase-type", phase), ("role", place.given("role")), ("region", region)) if v
    )
    data = {"Word (.docx)": place.to(f"/handbook?format=docx&lang={place.lang}&{search}")}
    return report(place, document, form=form, data=data)


def _phases(place: Place) -> list[tuple[str, str, str]]:
    """The phase types, each with the address of its handbook and in words how much there is to tell of it."""
    rows = place.reader.select(
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
    for slug, name in choices.phase_types(place):
        processes, lessons = counted.get(slug, (0, 0))
        told.append(
            (
                name,
                place.page("/handbook", phase_type=slug),
                place.say("phase-holds", processes=processes, lessons=lessons),
            )
        )
    return told


def handbook_docx(reader: GraphReader, phase: str, role: str, region: str) -> Response:
    """The handbook as a Word document. Raises ``Problem``."""
    from medskick.reports.docx import as_docx

    found = as_docx(made(lambda: handbook(reader, phase, role, region)))
    name = f"handbook-{phase if phase.replace('-', '').isalnum() else 'phase'}.{reader.lang}.docx"
    return Response(found, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, DOCX)


def compare_page(place: Place) -> Response:
    """Two or more processes side by side; three regions where none are chosen."""
    offered = choices.processes(place)
    names = ("first", "second", "third")
    chosen = [value for key, value in place.query if key in names and value]
    if not chosen:
        chosen = [place.reader.process(name).rpartition("/")[2] for name, _ in choices.regions(place)]
    fields = [
        *(
            Field(n, place.say(f"field-{n}"), offered, value, place.say("no-process"))
            for n, value in zip_longest(names, chosen[: len(names)], fillvalue="")
        ),
        choices.situation(place)[0],
    ]
    if place.static:
        fields = fields[-1:]
    document = made(lambda: compare(place.reader, chosen, place.given("phase-type")))
    return report(place, document, form=Form("/compare", place.say("show-compare"), fields))


_FOLDED = 12
"""Tables of more rows are folded where there are many of them: a telephone would have a hundred screens."""


def gaps_page(place: Place) -> Response:
    """What is missing, and whether it is absent or only unread; for one dataset or all."""
    name = place.given("dataset")
    reader = GraphReader(place.edition.store, place.lang, [name] if name else None)
    form = Form("/gaps", place.say("show"), [_dataset(place)])
    return report(place, made(lambda: gaps(reader)), form=form, fold=_FOLDED)


def disagreements_page(place: Place) -> Response:
    """What stands against what, and whose stance changed; in one process or all."""
    process = place.given("process")
    document = made(lambda: disagreements(place.reader, [process] if process else []))
    return report(place, document, form=Form("/disagreements", place.say("show"), [_process(place)]))


def network_page(place: Place) -> Response:
    """Who connects and who brokers; in one process or all."""
    process = place.given("process")
    document = made(lambda: networks(place.reader, [process] if process else []))
    return report(place, document, form=Form("/network", place.say("show"), [_process(place)]))


def story_page(place: Place) -> Response:
    """How a decision, a change or a lesson came about."""
    thing = place.edition.thing_at("id", place.params["path"])
    return report(place, made(lambda: story(place.reader, thing)))


def _dataset(place: Place) -> Field:
    options = [(n, place.reader.name(f"https://w3id.org/medskick/dataset/{n}").text) for n in place.edition.kg.datasets]
    return Field("dataset", place.say("field-dataset"), options, place.given("dataset"), place.say("all-datasets"))


def _process(place: Place) -> Field:
    found = choices.processes(place, planning=False)
    return Field("process", place.say("field-process"), found, place.given("process"), place.say("all-processes"))
