"""What the forms of several pages offer: phase types in their legal order, roles, themes, processes and regions."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec

from medskick.alphabet import alphabetical
from medskick.ontology import DATASETS, PREFIXES, term_text
from medskick.reports.comparison import SECTIONS
from medskick.reports.lessons import Contexts, every
from medskick.reports.lessons import chosen as lessons_of
from medskick.reports.registry import Parameter, Report
from medskick.resources.finding import AmbiguousThingError, UnknownThingError, reference_of
from medskick.viz.charts.matrix import phase_types as in_order
from medskick.web.page_request import PageRequest
from medskick.web.site.choice_counts import Options, counted
from medskick.web.site.page import Field
from medskick.words import capital, say

_ADDRESSED = "?lesson msk:addressesRole ?concept ."
P = ParamSpec("P")


def _kept(make: Callable[Concatenate[PageRequest, P], Options]) -> Callable[Concatenate[PageRequest, P], Options]:
    """What a form offers is the same on every page of an edition in a language."""

    @wraps(make)
    def offered(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> Options:
        key = (make.__name__, request.lang, *map(str, args), *(f"{k}={v}" for k, v in kwargs.items()))
        if key not in request.edition.offered:
            request.edition.offered[key] = make(request, *args, **kwargs)
        return request.edition.offered[key]

    return offered


def _slug(thing: str) -> str:
    return thing.rpartition("/")[2]


@_kept
def concepts(request: PageRequest, scheme: str, only: str = "") -> Options:
    """Return the terms of a scheme as (slug, name), by name; ``only`` is a pattern over ``?concept`` that they fit."""
    rows = request.reader.select(
        f"SELECT DISTINCT ?concept {{ ?concept skos:inScheme <{PREFIXES['concept']}{scheme}> . {only} }}"
        " ORDER BY ?concept"
    )
    named = [(_slug(c), capital(request.reader.name(c).text)) for c in (term_text(r["concept"]) for r in rows)]
    return alphabetical(named, request.lang, _by_name)


def _by_name(option: tuple[str, str]) -> str:
    return option[1]


@_kept
def phase_types(request: PageRequest) -> Options:
    """Return the phase types in their usual order (``sh:order`` of the scheme), parallel tracks last."""
    return [(_slug(t), capital(request.reader.name(t).text)) for t in in_order(request.reader)]


@_kept
def roles(request: PageRequest) -> Options:
    """Return the roles: those that lessons address first, then the others by name."""
    addressed = [v for v, _ in concepts(request, "role", only=_ADDRESSED)]
    every = concepts(request, "role")
    return sorted(every, key=lambda pair: pair[0] not in addressed)


@_kept
def processes(request: PageRequest, planning: bool = True) -> Options:
    """Return the processes by name: only those that make a regional plan, or all."""
    cls = "msk:PlanningProcess" if planning else "msk:Process"
    rows = request.reader.select(f"SELECT DISTINCT ?process {{ ?process a {cls} }} ORDER BY ?process")
    things = [term_text(r["process"]) for r in rows]
    options = [(reference_of(request.edition.store, t), request.reader.name(t).text) for t in things]
    return alphabetical(options, request.lang, _by_name)


@_kept
def regions(request: PageRequest) -> Options:
    """Return the regions that plan, by name. The value is a dataset, or a process where a dataset has several regions.

    The dataset stands for the region of its latest planning process.
    """
    reader, store = request.reader, request.edition.store
    by_region: dict[str, list[str]] = {}
    for process, region in _planned(request):
        by_region.setdefault(region, []).append(process)
    latest = {name: reader.process(name) for name in {reader.dataset_of(p) for p, _ in _planned(request)}}
    options = []
    for region, processes in by_region.items():
        own = next((name for name in latest if latest[name] in processes), "")
        value = own or reference_of(store, reader.in_order(processes)[-1])
        options.append((value, reader.name(region).text))
    return alphabetical(options, request.lang, _by_name)


def _planned(request: PageRequest) -> list[tuple[str, str]]:
    """The planning processes, each with a region that it plans for."""
    rows = request.reader.select(
        "SELECT DISTINCT ?process ?region { ?process a msk:PlanningProcess ; msk:territory ?region } ORDER BY ?process"
    )
    return [(term_text(row["process"]), term_text(row["region"])) for row in rows]


@_kept
def datasets(request: PageRequest) -> Options:
    """Return the datasets by name."""
    named = [(name, request.reader.name(DATASETS + name).text) for name in request.edition.kg.datasets]
    return alphabetical(named, request.lang, _by_name)


@_kept
def themes(request: PageRequest) -> Options:
    """Return the themes that lessons have, by name."""
    return concepts(request, "theme", only="?lesson a msk:Lesson ; dcterms:subject ?concept .")


_OFFERED: Mapping[str, tuple[str, str, Callable[[PageRequest], Options]]] = {
    "phase-type": ("field-phase", "any-phase", phase_types),
    "role": ("field-role", "any-role", roles),
    "region": ("field-region", "any-region", regions),
    "theme": ("field-theme", "any-theme", themes),
    "process": ("field-process", "all-processes", lambda request: processes(request, planning=False)),
    "dataset": ("field-dataset", "all-datasets", datasets),
}
"""By kind of parameter: how a form asks for it, what it says for none, and what it offers."""


def fields(request: PageRequest, report: Report) -> list[Field]:
    """Return the form's fields for a report, as the address has them chosen: a parameter without a field has none."""
    offered = []
    for parameter in report.parameters:
        if parameter.kind == "day":
            offered.append(day_field(request))
        elif parameter.kind == "section":
            # a site of files has no page for each combination
            offered += [] if request.static else [_sections(request, parameter)]
        elif parameter.field:
            words, none, options = _OFFERED[parameter.kind]
            first = "" if parameter.least else request.say(none)
            chosen = request.given(parameter.field)
            if parameter.kind == "region":
                chosen = region_of(request, chosen)
            brought = counted(request, report.slug, parameter.kind, options(request), chosen)
            offered.append(Field(parameter.field, request.say(words), brought, chosen, first))
    return offered


def counted_for_lessons(request: PageRequest) -> list[Field]:
    """Return the fields of the list of lessons: what changes it, each choice with how many lessons it brings.

    The number is that of the lessons that name it and fit the other choices. What is chosen stays, whatever its number.
    """
    reader, lessons = request.reader, every(request.reader)
    chosen = {name: request.given(name) for name in ("phase-type", "role", "theme")}
    wanted = {name: reader.concept(name, value, name) for name, value in chosen.items()}
    offered = (("phase-type", "phases", phase_types), ("role", "roles", roles), ("theme", "themes", themes))
    fields = []
    for name, named, options in offered:
        rest = {key.replace("-", "_"): "" if key == name else value for key, value in wanted.items()}
        numbers = Counter(_slug(one) for lesson in lessons if lesson.fits(**rest) for one in getattr(lesson, named))
        labels, own = dict(options(request)), _slug(wanted[name])
        if own:
            labels.setdefault(own, capital(reader.name(wanted[name]).text))
        counted = [
            (slug, request.say("choice-count", name=label, n=numbers[slug]))
            for slug, label in labels.items()
            if numbers[slug] or slug == own
        ]
        words, none, _ = _OFFERED[name]
        fields.append(Field(name, request.say(words), counted, own, request.say(none)))
    fitting = [lesson.process for lesson in lessons if lesson.fits(*wanted.values())]
    return [*fields, Field(
        "region", request.say("field-region"), alike_regions(request, fitting),
        region_of(request, request.given("region")), request.say("any-region"),
    )]  # fmt: skip


def counted_for_phase(request: PageRequest, phase_type: str) -> list[Field]:
    """Return the choices of region and role that change the page of a phase type (a concept), and the day it begins.

    Each has how many lessons it moves. What is chosen stays, whatever its number.
    """
    reader = request.reader
    named = [one for one in lessons_of(reader, Contexts(reader, ""), phase_type, "", "") if one.phase]
    numbers = Counter(_slug(term_text(r)) for one in named for r in reader.values(one.iri, "msk:addressesRole"))
    given = {"role": request.given("role"), "region": region_of(request, request.given("region"))}
    addressed = [
        (slug, request.say("choice-count", name=name, n=numbers[slug]))
        for slug, name in roles(request)
        if numbers[slug] or slug == given["role"]
    ]
    alike = alike_regions(request, [one.process for one in named])
    offered = (("region", "phase-region", "any-region", alike), ("role", "phase-role", "any-role", addressed))
    return [
        Field(name, request.say(words), options, given[name], request.say(none))
        for name, words, none, options in offered
        if options
    ] + [day_field(request)]


def alike_regions(request: PageRequest, learned_in: Iterable[str]) -> Options:
    """Return the regions, each with how many lessons, if any, are from contexts like its own.

    A region is left out where choosing it would change neither the order of the lessons nor the law.
    """
    reader, plain, processes = request.reader, Contexts(request.reader, ""), [one for one in learned_in if one]
    options = []
    for slug, name in regions(request):
        contexts = plain.seen_from(reader.process(slug))
        alike = sum(one != contexts.like and bool(contexts.held(one).alike) for one in processes)
        if alike or reader.values(contexts.like, "msk:jurisdiction"):
            options.append((slug, request.say("choice-alike", name=name, count=alike) if alike else name))
    return options


def day_field(request: PageRequest) -> Field:
    """Return the field for the day from which a checklist counts."""
    return Field("starts", request.say("field-starts"), (), request.given("starts"), day=True)


def _sections(request: PageRequest, parameter: Parameter) -> Field:
    """The parts of the comparison, those that are shown ticked."""
    options = [(name, request.reader.say(f"compare.{name}")) for name in SECTIONS]
    chosen = request.all_given(parameter.field) or SECTIONS
    return Field(parameter.field, request.say("field-rows"), options, several=tuple(chosen))


def region_of(request: PageRequest, given: str) -> str:
    """Return the region that an address gives, which may name a process in it instead."""
    offered = dict(regions(request))
    if given and given not in offered:
        with suppress(UnknownThingError, AmbiguousThingError):
            process, planned = request.reader.process(given), _planned(request)
            here = {region for one, region in planned if one == process}
            held = {one for one, region in planned if region in here}
            return next((value for value in offered if request.reader.process(value) in held), given)
    return given


def ordering_of(request: PageRequest) -> dict[str, str]:
    """Return what is said of the order of lessons, by what is chosen, and where none is left (see ``page.Form``)."""
    said = {key: say(f"handbook.first-{key}", request.lang) for key in ("role", "region", "role-region")}
    return {**said, "none": say("lessons.none", request.lang)}


def situation(request: PageRequest) -> list[Field]:
    """Return the fields of "I am in phase … in …", each choice with its lessons: all phases, which all have a page."""
    phase, role, _, region = counted_for_lessons(request)
    numbered = dict(phase.options)
    phases = [
        (slug, numbered.get(slug) or request.say("choice-count", name=name, n=0)) for slug, name in phase_types(request)
    ]
    return [replace(phase, options=phases, first=""), region, role]
