"""Who was involved in phases of a type, in what: by a role, as organiser, participant or deciding body."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from medskick.ontology import iri, term_text
from medskick.reports.document import Line, joined, line
from medskick.reports.graph_reader import GraphReader
from medskick.resources.schemes import concepts_of, with_narrower, with_wider
from medskick.resources.sources import Cited, together

_DECIDING, _COMMENTING = "/role/decision-maker", ("/role/commenter", "/role/opinion-voice", "/role/respondent")
_LISTED = "msk:organiser", "msk:participant", "msk:attended"
"""Properties of an event that name who was involved in it, and in what way."""


@dataclass(frozen=True)
class Involved:
    """An actor in one activity.

    ``how`` is the role (a concept's IRI), or the property by which the event or decision names the actor
    (``msk:organiser``, ``msk:participant``, ``msk:attended``; ``msk:body`` counts as the role of decision-maker).
    ``activity`` is what it was in: an event, a decision, a phase or, with ``whole_process``, the process. ``row`` is
    what says so, which it cites; ``inferred`` that it is inferred there. ``weight`` is the number of activities of the
    actor in such phases of the process.
    """

    actor: str
    how: str
    activity: str
    process: str
    row: str
    whole_process: bool
    inferred: bool
    weight: int


def involved(
    reader: GraphReader, phase_type: str, processes: Sequence[str] = (), role: str = "", region: str = ""
) -> list[Involved]:
    """Return who was involved in phases of a type (a concept's IRI; empty: any), those of most weight first.

    Those with roles in a process as a whole that had such a phase come after those in the phase. ``processes`` (IRIs)
    narrows to some; ``role`` (a concept's IRI) to one role and those under it; the process ``region`` comes first, and
    with its parties as a whole even where it has not come to such a phase. Of equal weight, deciders come first and
    commenters last. Names in ``Involved`` are IRIs: ``reader.thing`` gives name and link.
    """
    of = f"VALUES ?process {{ {' '.join(f'<{p}>' for p in processes)} }}" if processes else ""
    typed = f"?phase msk:phaseType/skos:broader* <{phase_type}> ." if phase_type else ""
    having = f"{of} ?phase a msk:Phase ; msk:process ?process . ?process a msk:Process . {typed}"
    listed = " ".join(_LISTED)
    whole = f"BIND(<{region}> AS ?process)" if region and (not processes or region in processes) else having
    solutions = reader.select(
        "SELECT DISTINCT ?process ?actor ?how ?activity ?row ?whole {"
        f" {{ {having} ?row a msk:Participation ; msk:actor ?actor ; msk:role ?how ; msk:activity ?activity ."
        "    { ?row msk:inPhase ?phase } UNION { ?activity msk:inPhase ?phase } }"
        f" UNION {{ VALUES ?how {{ {listed} }} {having}"
        "    ?activity a msk:DialogueEvent ; msk:inPhase ?phase ; ?how ?actor BIND(?activity AS ?row) }"
        f" UNION {{ {having} ?activity a msk:Decision ; msk:phase|msk:starts|msk:ends ?phase ; msk:body ?actor"
        "    BIND(?activity AS ?row) BIND(msk:body AS ?how) }"
        f" UNION {{ {having} ?row a msk:Participation ; msk:activity ?process ; msk:actor ?actor ; msk:role ?how"
        "    BIND(?process AS ?activity) BIND(true AS ?whole) }"
        f" UNION {{ {whole} ?row a msk:Participation ; msk:activity ?process ; msk:actor ?actor ; msk:role ?how"
        "    BIND(?process AS ?activity) BIND(true AS ?whole) }"
        " } ORDER BY ?process ?actor ?activity ?how ?row"
    )
    deciding = next(c for c in concepts_of(reader.store, "role") if c.endswith(_DECIDING))
    wanted = set(with_narrower(reader.store, role)) if role else set()
    activities: dict[tuple[str, str], set[str]] = {}
    rows = []
    for row in solutions:
        texts = {name: term_text(value) for name, value in row.items()}
        if texts["how"] == iri("msk:body"):
            texts["how"] = deciding
        rows.append(texts)
        if "whole" not in texts:
            activities.setdefault((texts["process"], texts["actor"]), set()).add(texts["activity"])
    listing = [
        Involved(
            row["actor"],
            row["how"],
            row["activity"],
            row["process"],
            row["row"],
            "whole" in row,
            any(reader.is_inferred(row["row"], p) for p in _supposed(row)),
            len(activities.get((row["process"], row["actor"]), ())),
        )
        for row in rows
        if not wanted or row["how"] in wanted
    ]
    best: dict[tuple[str, str], int] = {}
    for one in listing:
        at = (one.process, one.actor)
        best[at] = min(best.get(at, 9), rank(reader, one.how))
    named = {thing: place for place, thing in enumerate(reader.by_name(one.actor for one in listing))}
    in_time = {thing: place for place, thing in enumerate(reader.in_order(one.activity for one in listing))}
    places = {process: place for place, process in enumerate(processes or reader.by_name(o.process for o in listing))}

    def order(one: Involved) -> tuple[object, ...]:
        at = (one.process, one.actor)
        return (
            one.process != region, places.get(one.process, 0), -one.weight, best[at], named[one.actor],
            one.whole_process, rank(reader, one.how), in_time[one.activity], one.how, one.row,
        )  # fmt: skip

    return sorted(listing, key=order)


def weights(reader: GraphReader, within: str) -> dict[str, int]:
    """Return the number of activities in a phase or process (IRI) that each actor was in, by whatever part it had."""
    inside = f"{{ ?inside msk:inPhase <{within}> }} UNION {{ ?inside msk:inProcess <{within}> }}"
    rows = reader.select(
        f"SELECT DISTINCT ?actor ?activity {{ {{ {inside} ?inside a msk:Participation ; msk:actor ?actor ;"
        f" msk:activity ?activity }} UNION {{ {inside} ?inside {'|'.join((*_LISTED, 'msk:body'))} ?actor"
        " BIND(?inside AS ?activity) } }"
    )
    return Counter(term_text(row["actor"]) for row in rows)


def _supposed(row: dict[str, str]) -> tuple[str, ...]:
    """The properties by which somebody stands there: any of them inferred makes the whole so."""
    if row["how"].startswith(iri("msk:")):
        return row["how"], iri("msk:phase")
    if row["row"] == row["activity"]:
        return iri("msk:body"), iri("msk:phase"), iri("msk:starts"), iri("msk:ends")
    return iri("msk:role"), iri("msk:activity")


def rank(reader: GraphReader, how: str) -> int:
    """Deciders first, then organisers, other roles, those who were there, and commenters last.

    ``how`` is a role or a property that names an actor.
    """
    if how == iri("msk:body"):
        return 0
    if how.startswith(iri("msk:")):
        return 1 if how == iri("msk:organiser") else 3
    wider = with_wider(reader.store, [how])
    if any(concept.endswith(_DECIDING) for concept in wider):
        return 0
    return 4 if any(concept.endswith(_COMMENTING) for concept in wider) else 2


def with_activities(reader: GraphReader, several: Sequence[Involved]) -> Line:
    """Return an actor with all that it was in, in one way, with its sources: "TRN: The consultation is sent out"."""
    things = []
    for one in {o.activity: o for o in several}.values():
        place = reader.say("report.whole-process") if one.whole_process else reader.thing(one.activity)
        mark = line(" ", reader.say("report.inferred")) if one.inferred else ()
        things.append(line(place, mark))
    named = line(reader.thing(several[0].actor), ": ", joined(things, ", "))
    return reader.with_sources(named, _sources(reader, several))


def _sources(reader: GraphReader, several: Sequence[Involved]) -> Cited:
    return together(reader.cited_by(one.row) for one in several)
