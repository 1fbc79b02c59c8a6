"""Who else met the challenge behind a lesson: challenges of other processes, and the lessons learned there."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from medskick.ontology import iri, term_text
from medskick.reports.graph_reader import GraphReader, Row

SEVERAL = iri("concept:jurisdiction/several-countries")
"""What a comparison of many countries concerns: no country of its own, so nothing is elsewhere of it."""


@dataclass(frozen=True)
class Elsewhere:
    """A challenge of another process or country (IRIs, ``process`` empty for what concerns a country).

    ``lessons`` answer it, or are learned in the same process about the same theme; ``answered`` tells which.
    """

    challenge: str
    process: str
    country: str
    themes: tuple[str, ...]
    lessons: tuple[str, ...]
    answered: bool


def same_challenge(reader: GraphReader, lesson: str, most: int) -> list[Elsewhere]:
    """Return challenges from elsewhere on the themes of the challenges that a lesson answers, ``most`` at the most.

    Themes that the lesson shares with its challenges are tried first, then those of the challenges, then its own: the
    first with any match are taken. What has most of them comes first, then what has a rare one, then what somebody has
    an answer to; what has not half as many as the nearest is left out. Of the others those of one country take turns
    with those of the next. Themes are chosen by whoever entered the rows: a common one is a hint.
    """
    answered = [term_text(v) for v in reader.values(lesson, "msk:answers")]
    own = {*_values(reader, answered, "msk:process"), *_values(reader, [lesson], "msk:learnedIn")}
    places: dict[str, tuple[str, str]] = {}
    by_theme: dict[str, set[str]] = {}
    theirs, its = _values(reader, answered, "dcterms:subject"), _values(reader, [lesson], "dcterms:subject")
    for themes in ([theme for theme in theirs if theme in its], theirs, its):
        by_theme = {}
        for row in _challenges_on(reader, themes):
            challenge, process = term_text(row["challenge"]), term_text(row["process"]) if "process" in row else ""
            if challenge not in answered and process not in own:
                by_theme.setdefault(term_text(row["theme"]), set()).add(challenge)
                places.setdefault(challenge, (process, term_text(row["country"])))
        if by_theme:
            break
    common: dict[str, list[str]] = {}
    for theme in sorted(by_theme):
        for challenge in by_theme[theme]:
            common.setdefault(challenge, []).append(theme)
    most_themes = max(map(len, common.values()), default=0)
    rarest = {one: min(len(by_theme[theme]) for theme in themes) for one, themes in common.items()}
    answers = {challenge: _answers(reader, challenge) for challenge in common}
    of_country: dict[str, list[str]] = {}
    for challenge in sorted(common, key=lambda one: (-len(common[one]), rarest[one], not answers[one], one)):
        if 2 * len(common[challenge]) > most_themes:
            of_country.setdefault(places[challenge][1], []).append(challenge)
    turns = zip_longest(*of_country.values())
    return [
        Elsewhere(
            challenge,
            *places[challenge],
            tuple(common[challenge]),
            tuple(answers[challenge] or _learned(reader, places[challenge][0], common[challenge])),
            bool(answers[challenge]),
        )
        for challenge in [one for turn in turns for one in turn if one][:most]
    ]


def _challenges_on(reader: GraphReader, themes: Iterable[str]) -> list[Row]:
    """Challenges on some themes, with process and country."""
    return reader.select(
        f"SELECT DISTINCT ?challenge ?theme ?process ?country {{ VALUES ?theme {{ {_listed(themes)} }}"
        " ?challenge a msk:Challenge ; dcterms:subject ?theme ;"
        " (msk:process/msk:jurisdiction)|msk:jurisdiction ?country"
        f" FILTER(?country != <{SEVERAL}>) OPTIONAL {{ ?challenge msk:process ?process }} }}"
        " ORDER BY ?challenge ?process ?country ?theme"
    )


def _listed(things: Iterable[str]) -> str:
    """Names as a query lists them."""
    return " ".join(f"<{thing}>" for thing in things)


def _values(reader: GraphReader, things: Iterable[str], prop: str) -> list[str]:
    return list(dict.fromkeys(term_text(value) for thing in things for value in reader.values(thing, prop)))


def _answers(reader: GraphReader, challenge: str) -> list[str]:
    rows = reader.select(f"SELECT DISTINCT ?lesson {{ ?lesson msk:answers <{challenge}> }} ORDER BY ?lesson")
    return [term_text(row["lesson"]) for row in rows]


def _learned(reader: GraphReader, process: str, themes: Iterable[str]) -> list[str]:
    """The lessons of a process on some themes, those on most of them first."""
    if not process:
        return []
    rows = reader.select(
        f"SELECT ?lesson (COUNT(?theme) AS ?n) {{ VALUES ?theme {{ {_listed(sorted(themes))} }} ?lesson a msk:Lesson ;"
        f" msk:learnedIn <{process}> ; dcterms:subject ?theme }} GROUP BY ?lesson ORDER BY DESC(?n) ?lesson"
    )
    return [term_text(row["lesson"]) for row in rows]
