"""What the forms of several pages offer: phase types in their legal order, roles, themes, processes and regions."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from medskick.ontology import PREFIXES, term_text
from medskick.viz.charts.matrix import phase_types as in_order
from medskick.web.address import Place
from medskick.web.site.page import Field

Options = list[tuple[str, str]]
P = ParamSpec("P")


def _kept(make: Callable[Concatenate[Place, P], Options]) -> Callable[Concatenate[Place, P], Options]:
    """What a form offers is the same on every page of an edition in a language."""

    @wraps(make)
    def offered(place: Place, /, *args: P.args, **kwargs: P.kwargs) -> Options:
        key = (make.__name__, place.lang, *map(str, args), *(f"{k}={v}" for k, v in kwargs.items()))
        if key not in place.edition.offered:
            place.edition.offered[key] = make(place, *args, **kwargs)
        return place.edition.offered[key]

    return offered


def _slug(thing: str) -> str:
    return thing.rpartition("/")[2]


@_kept
def concepts(place: Place, scheme: str, only: str = "") -> Options:
    """Return the terms of a scheme as (slug, name), by name; ``only`` is a pattern over ``?concept`` that they fit."""
    rows = place.reader.select(
        f"SELECT DISTINCT ?concept {{ ?concept skos:inScheme <{PREFIXES['concept']}{scheme}> . {only} }}"
        " ORDER BY ?concept"
    )
    named = sorted((place.reader.name(c).text.casefold(), c) for c in (term_text(r["concept"]) for r in rows))
    return [(_slug(c), _capital(place.reader.name(c).text)) for _, c in named]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@_kept
def phase_types(place: Place) -> Options:
    """Return the phase types in their usual order (``sh:order`` of the scheme), parallel tracks last."""
    return [(_slug(t), _capital(place.reader.name(t).text)) for t in in_order(place.reader)]


@_kept
def roles(place: Place) -> Options:
    """Return the roles: those that lessons address first, then the others by name."""
    addressed = [v for v, _ in concepts(place, "role", only="?lesson msk:addressesRole ?concept .")]
    every = concepts(place, "role")
    return sorted(every, key=lambda pair: (pair[0] not in addressed, pair[1].casefold()))


@_kept
def processes(place: Place, planning: bool = True) -> Options:
    """Return the processes by name: only those that make a regional plan, or all."""
    cls = "msk:PlanningProcess" if planning else "msk:Process"
    rows = place.reader.select(f"SELECT DISTINCT ?process {{ ?process a {cls} }} ORDER BY ?process")
    found = [(_slug(term_text(r["process"])), place.reader.name(term_text(r["process"])).text) for r in rows]
    return sorted(found, key=lambda pair: pair[1].casefold())


@_kept
def regions(place: Place) -> Options:
    """Return the datasets that hold a plan of their own, named by region."""
    rows = place.reader.select(
        "SELECT DISTINCT ?process ?region { ?process a msk:PlanningProcess ; msk:territory ?region } ORDER BY ?process"
    )
    found: dict[str, str] = {}
    for row in rows:
        name = place.reader.dataset_of(term_text(row["process"]))
        found.setdefault(name, place.reader.name(term_text(row["region"])).text)
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def situation(place: Place) -> list[Field]:
    """Return the fields of "I am in phase … in the role of … in …", as the address has them chosen."""
    return [
        Field(name, place.say(f"field-{word}"), options, place.given(name), place.say(f"any-{word}"))
        for name, word, options in (
            ("phase-type", "phase", phase_types(place)),
            ("role", "role", roles(place)),
            ("region", "region", regions(place)),
        )
    ]
