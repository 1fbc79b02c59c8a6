"""How much each choice of a report's form brings: processes, phases, actors, items or cases, by one query for all."""

from collections.abc import Mapping

from medskick.ontology import DATASETS, iri, term_text
from medskick.resources.finding import reference_of
from medskick.web.page_request import PageRequest

Options = list[tuple[str, str]]
"""The values of a choice with their labels."""

_PAIR = (
    "BIND(IF(STR(?thing) < STR(?other), CONCAT(STR(?thing), ' ', STR(?other)), CONCAT(STR(?other), ' ', STR(?thing)))"
)
_COUNTED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("compare", "phase-type"): (
        "choice-processes",
        "?phase msk:phaseType/skos:broader* ?one ; msk:process ?row . ?row a msk:PlanningProcess",
    ),
    ("compare", "process"): ("choice-phases", "?row a msk:Phase ; msk:process ?one"),
    ("disagreements", "process"): (
        "choice-disagreements",
        f"{{ ?thing msk:contradicts ?other . {_PAIR} AS ?row) }}"
        " UNION { ?thing msk:follows ?other . BIND(CONCAT(STR(?thing), ' < ', STR(?other)) AS ?row) }"
        " UNION { ?citation msk:supports ?thing ; msk:supportsColumn ?column ; msk:givesValue ?value ."
        " ?second msk:supports ?thing ; msk:supportsColumn ?column ; msk:givesValue ?differing ."
        " FILTER(?value != ?differing) BIND(CONCAT(STR(?thing), ' ', STR(?column)) AS ?row) }"
        " ?thing msk:inProcess|msk:process ?one",
    ),
    ("network", "process"): (
        "choice-actors",
        "{ ?activity a msk:Phase . ?participation msk:activity ?activity ; msk:actor ?row }"
        " UNION { ?activity msk:involves ?row ; a ?class"
        " FILTER(?class IN (msk:DialogueEvent, msk:Decision, msk:Inquiry)) }"
        " ?activity msk:inProcess ?one . ?row a ?kind"
        " FILTER(?kind IN (msk:Organisation, msk:ActorGroup, msk:Post))",
    ),
    ("gaps", "dataset"): ("choice-things", f"?one <{iri('void:entities')}> ?number"),
}
"""By report and kind of parameter: the words for how much a choice brings, and the pattern of what is counted.

In the pattern, ``?one`` is what is chosen, and each ``?row`` counts once unless it has the ``?number`` itself.
"""


def counted(request: PageRequest, slug: str, kind: str, options: Options, chosen: str = "") -> Options:
    """Return the options of a report's parameter, each with how much it brings; those that bring nothing are left out.

    What is chosen stays, whatever its number; where nothing is counted, all options stay as they are.
    """
    if (slug, kind) not in _COUNTED:
        return options
    word, _ = _COUNTED[slug, kind]
    numbers = _numbers(request, slug, kind)
    return [
        (value, request.say(word, name=name, n=numbers.get(value, 0)))
        for value, name in options
        if value in numbers or value == chosen
    ]


def _numbers(request: PageRequest, slug: str, kind: str) -> dict[str, int]:
    """How much each choice brings that brings anything, by its value in an address: the same for a whole edition."""
    kept, key = request.edition.offered, ("counted", slug, kind)
    if key not in kept:
        _, pattern = _COUNTED[slug, kind]
        number = "MAX(?number)" if "?number" in pattern else "COUNT(DISTINCT ?row)"
        rows = request.reader.select(f"SELECT ?one ({number} AS ?count) {{ {pattern} }} GROUP BY ?one ORDER BY ?one")
        kept[key] = [(_value(request, kind, term_text(r["one"])), term_text(r["count"])) for r in rows if r["one"]]
    return {value: int(number) for value, number in kept[key]}


def _value(request: PageRequest, kind: str, thing: str) -> str:
    """What stands for a thing in an address."""
    if kind == "process":
        return reference_of(request.edition.store, thing)
    return thing.removeprefix(DATASETS) if kind == "dataset" else thing.rpartition("/")[2]
