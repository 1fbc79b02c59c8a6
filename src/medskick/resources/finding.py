"""Which thing a reader means: the one resolver for what is typed on the command line, on pages and in Python.

A thing may be given by IRI, by ``dataset:id``, by id, or by any of its names in any language.
"""

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from medskick.graph.dataset import DRAFTS
from medskick.graph.faults import closest
from medskick.graph.lookups import Store, named_quads
from medskick.ontology import DATASETS, GLOSSARY, PREFIXES, THINGS, node, term_text
from medskick.resources.description import bases, dataset_of, exists, is_a, local_name
from medskick.resources.names import NAMES, OTHER_NAMES, labels, things_called
from medskick.resources.time import time_of
from medskick.words import COMMON

PROCESS = "msk:Process"
_DATASETS = ("void:Dataset", "void:Linkset")


class UnknownThingError(LookupError):
    """Raised where no thing has that id, name or IRI.

    ``near`` is the nearest id that exists, or ``None``; ``known``, where few things can be meant, all of them with
    their names, by what can be typed.
    """

    def __init__(self, wanted: str, near: str | None, known: Mapping[str, str] | None = None) -> None:
        self.wanted, self.near, self.known = wanted, near, dict(known or {})
        super().__init__(wanted)


class AmbiguousThingError(LookupError):
    """Raised where an id or a name is that of several things; ``choices`` are the ways to say which is meant."""

    def __init__(self, wanted: str, choices: Sequence[str]) -> None:
        self.wanted, self.choices = wanted, list(choices)
        super().__init__(wanted)


def _fits(store: Store, thing: str, classes: Sequence[str]) -> bool:
    try:
        return is_a(store, thing, *classes) if classes else exists(store, thing)
    except ValueError:  # no IRI
        return False


def _is_aside(thing: str) -> bool:
    """Whether a thing is a term or a dataset: often called as what it is about."""
    return thing.startswith((PREFIXES["concept"], PREFIXES["msk"], DATASETS))


def _place(thing: str) -> tuple[bool, str]:
    """The order of things of one name: the glossary explains terms, and comes after them."""
    return thing.startswith(f"{GLOSSARY}/"), thing


def reference_of(store: Store, thing: str) -> str:
    """Return the shortest text that means a thing: its id, ``dataset:id`` where another has that id, or its IRI."""
    name = dataset_of(store, thing)
    base = bases(store).get(name, "")
    if not base or not thing.startswith(base):
        return thing
    tail = thing.removeprefix(base)
    return tail if _with_id(store, tail, ()) == [thing] else f"{name}:{tail}"


def _with_id(store: Store, local: str, classes: Sequence[str]) -> list[str]:
    """The things of an id, in whatever dataset; a dataset of that name, or a term, where no thing has it."""
    things = [base + local for base in bases(store).values() if _fits(store, base + local, classes)]
    if not things:
        things = [full for full in (DATASETS + local, PREFIXES["msk"] + local) if _fits(store, full, classes)][:1]
    if not things and local and (not classes or "skos:Concept" in classes):
        members = {term_text(q.subject) for q in named_quads(store, None, node("skos:inScheme"))}
        things = [m for m in sorted(members, key=_place) if local_name(m) == local and _fits(store, m, classes)][:1]
    return sorted(set(things))


def _called(store: Store, text: str, classes: Sequence[str]) -> list[str]:
    """The things of a name: a thing comes before a term or a dataset of the same name, a name before a former one."""
    # there are few things of a class beside all the names in a graph
    typed = (q for c in classes for q in named_quads(store, None, node("rdf:type"), node(c)))
    among = {term_text(q.subject) for q in typed} if classes else None
    for properties in (NAMES, OTHER_NAMES):
        things = sorted(
            (t for t in things_called(store, text, properties, among) if _fits(store, t, classes)), key=_place
        )
        if things:
            return [t for t in things if not _is_aside(t)] or things[:1]
    return []


def find_thing(store: Store, wanted: str, classes: Sequence[str] = (), datasets: Iterable[str] | None = None) -> str:
    """Return the IRI of the thing that a text means.

    ``classes`` (prefixed names) are those it may be of, any if none is given. ``datasets`` decides between things of
    one id or name; what is given by IRI or ``dataset:id`` is found in whatever dataset. Raises ``UnknownThingError``
    or ``AmbiguousThingError``.
    """
    text = wanted.strip()
    things = [t for t in _meant(store, text, classes) if t == text or not _apart(store, t, datasets)]
    if len(things) > 1 and datasets is not None:
        chosen = set(datasets)
        things = [t for t in things if dataset_of(store, t) in chosen] or things
    if len(things) > 1:
        raise AmbiguousThingError(wanted, [_prefixed(store, t) for t in things])
    if not things:
        local = text.rpartition(":")[2]
        raise UnknownThingError(wanted, None if "://" in text else closest(local or text, _ids(store, classes)))
    return things[0]


def _apart(store: Store, thing: str, datasets: Iterable[str] | None) -> bool:
    """Whether a thing stands in a draft that is not among the chosen datasets."""
    home = dataset_of(store, thing)
    return home.startswith(DRAFTS) and home not in (datasets or ())


def _meant(store: Store, text: str, classes: Sequence[str]) -> list[str]:
    """The things that a text may mean: the one of an IRI or of ``dataset:id``, else those of an id or a name."""
    if _fits(store, text, classes):
        return [text]
    name, colon, local = text.partition(":")
    if colon and (base := bases(store).get(name)) and _fits(store, base + local, classes):
        return [base + local]
    things = _with_id(store, text, classes)
    return things or _with_id(store, "-".join(text.casefold().split()), classes) or _called(store, text, classes)


def _prefixed(store: Store, thing: str) -> str:
    name = dataset_of(store, thing)
    base = bases(store).get(name, "")
    return f"{name}:{thing.removeprefix(base)}" if base and thing.startswith(base) else thing


def _ids(store: Store, classes: Sequence[str]) -> set[str]:
    kinds: list[ox.NamedNode | None] = [node(c) for c in classes] or [None]
    starts = (THINGS, *(base for name, base in bases(store).items() if not name.startswith(DRAFTS)))
    typed = (q for kind in kinds for q in named_quads(store, None, node("rdf:type"), kind))
    return {local_name(full) for q in typed if (full := term_text(q.subject)).startswith(starts)}


def find_process(store: Store, wanted: str, datasets: Iterable[str] | None = None) -> str:
    """Return the IRI of the process that a text means; a dataset stands for its latest planning process.

    That is the one that no other names as its predecessor; of several, the one that began last. One of which no
    phase is known counts only where the dataset has no other: a reader would meet an empty page. Raises as
    ``find_thing``, telling which processes there are.
    """
    try:
        process = find_thing(store, wanted, [PROCESS], datasets)
        if _apart(store, process, datasets):
            raise UnknownThingError(wanted, None)
        return process
    except UnknownThingError:
        plans = sorted(
            {p for q in named_quads(store, None, *_PLANNING) if not _apart(store, p := term_text(q.subject), datasets)}
        )
    try:
        home = find_dataset(store, wanted)
    except LookupError:
        home = ""
    own = [p for p in plans if home and dataset_of(store, p) == home]
    phases = [q.subject for q in named_quads(store, None, *_PHASE)]
    with_phases = {term_text(q.object) for one in phases for q in named_quads(store, one, node("msk:process"))}
    bare = {p for p in own if p not in with_phases} if with_phases.intersection(own) else set()
    followings = [q for q in named_quads(store, None, node("msk:predecessor")) if term_text(q.subject) not in bare]
    followed = {term_text(q.object) for q in followings}
    latest = [p for p in own if p not in bare | followed]
    if latest:
        return max(latest, key=lambda p: (time_of(store, p).main.first_day, p))
    names = labels(store, plans, COMMON)
    known = dict.fromkeys(sorted({dataset_of(store, p) for p in plans}), "")
    known |= {reference_of(store, p): names[p].text for p in plans if p in names}
    raise UnknownThingError(wanted, closest(wanted, known), known)


_PLANNING = (node("rdf:type"), node("msk:PlanningProcess"))
_PHASE = (node("rdf:type"), node("msk:Phase"))


def find_dataset(store: Store, wanted: str) -> str:
    """Return the name of the dataset that a text means: its name, its IRI or its title. Raises as ``find_thing``."""
    if _fits(store, DATASETS + wanted, _DATASETS):
        return wanted
    return find_thing(store, wanted, _DATASETS).removeprefix(DATASETS)
