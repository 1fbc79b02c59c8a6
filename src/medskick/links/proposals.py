"""Which things of two lists may be the same: proposals for a person, each with a score that is explained."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from medskick.links.things import Thing
from medskick.ontology import PREFIXES
from medskick.queries.search.likeness import SAME, Likeness, words_of
from medskick.words import Lang, say

PROPOSED = 60.0
"""The least score of a proposal: a person judges, so more is proposed than is right (``bench/links.py``)."""
_SHARES: Mapping[str, float] = {"name": 0.85, "beside": 0.15}
_OTHER_PLACE, _OTHER_KIND, _OTHER_CODE = 0.5, 0.8, 0.2
_LOOKED_AT, _CUT = 30, 55.0
_NEAR = 5.0
TOPS = frozenset(PREFIXES["msk"] + cls for cls in ("Actor", "Process", "Document", "Inquiry")) | {
    PREFIXES["skos"] + "Concept"
}
"""The classes whose things are never of two of them at once."""


@dataclass(frozen=True)
class Proposal:
    """Two things that may be the same: score (0 to 100), its ``parts`` (each 0 to 100), the names that are alike."""

    own: Thing
    other: Thing
    score: float
    parts: Mapping[str, float]
    names: tuple[str, str]

    def because(self, lang: Lang) -> str:
        """Return in words what the score consists of."""
        first, second = self.names
        reasons = [say("links.name", lang, own=first, other=second, part=round(self.parts["name"]))]
        reasons += [
            say(f"links.{name}", lang, part=round(part)) if 0 < part < SAME else say(f"links.{name}-{end}", lang)
            for name, part in self.parts.items()
            if name != "name"
            for end in ["same" if part >= SAME else "other"]
        ]
        return ", ".join(reasons)


def compared(own: Thing, other: Thing, likeness: Likeness) -> Proposal | None:
    """Return how alike two things are, ``None`` where their classes say that they are two."""
    if own.classes and other.classes and not own.classes & other.classes & TOPS:
        return None
    alike, first, second = likeness.best(own.names, other.names)
    parts = {"name": alike}
    if own.kinds and other.kinds:
        parts["kind"] = SAME if own.kinds & other.kinds else 0.0
    if own.beside and other.beside:
        both = len(own.beside & other.beside)
        # few of what is beside a thing stands in both lists: that nothing does says nothing
        parts |= {"beside": min(SAME, 50.0 + 25 * both)} if both else {}
    score = sum(_SHARES[name] * part for name, part in parts.items() if name in _SHARES)
    score /= sum(_SHARES[name] for name in parts if name in _SHARES)
    score *= 1 if parts.get("kind", SAME) else _OTHER_KIND
    if own.places and other.places:
        parts["place"] = SAME if own.places & other.places else 0.0
        score *= 1 if parts["place"] else _OTHER_PLACE
    if own.code and other.code:
        parts["code"] = SAME if own.code == other.code else 0.0
        score = max(score, 90.0) if parts["code"] else score * _OTHER_CODE
    return Proposal(own, other, round(score, 1), parts, (first, second))


def propose(
    own: Sequence[Thing],
    others: Sequence[Thing],
    settled: Collection[tuple[str, str]] = (),
    least: float = PROPOSED,
) -> list[Proposal]:
    """Return which things of two lists may be the same, the likeliest first.

    ``settled`` are the pairs (IRIs) of which somebody has said already that they are the same or not. For each thing
    of the second list the likeliest of the first are proposed, those far behind them left out.
    """
    likeness = Likeness(name for thing in (*own, *others) for name in thing.names)
    places = [(place, name) for place, thing in enumerate(others) for name in thing.names]
    pool = [" ".join(words_of(name)) for _, name in places]
    by_code = {thing.code: place for place, thing in enumerate(others) if thing.code}
    known = {frozenset(pair) for pair in settled}
    fitting: list[Proposal] = []
    for thing in own:
        near = {
            places[at][0]
            for name in thing.names
            for _, _, at in process.extract(
                " ".join(words_of(name)), pool, scorer=fuzz.token_set_ratio, score_cutoff=_CUT, limit=_LOOKED_AT
            )
        }
        near |= {by_code[thing.code]} if thing.code in by_code else set()
        pairs = (compared(thing, others[at], likeness) for at in sorted(near) if others[at].iri != thing.iri)
        fitting += [p for p in pairs if p and p.score >= least and frozenset((thing.iri, p.other.iri)) not in known]
    return sorted(_foremost(fitting), key=lambda p: (-p.score, p.own.iri, p.other.iri))


def _foremost(fitting: Iterable[Proposal]) -> list[Proposal]:
    """What is likeliest for each of the second list, or comes so near to it that only a person can tell."""
    fitting = list(fitting)
    best: dict[str, float] = {}
    for one in fitting:
        best[one.other.iri] = max(best.get(one.other.iri, 0.0), one.score)
    return [p for p in fitting if p.score >= best[p.other.iri] - _NEAR]
