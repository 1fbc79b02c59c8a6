"""A picture by its address: where it begins, and how it was changed.

An address says where it begins, ``view=SLUG`` with the view's parameters or ``around=THING`` with ``depth`` and
``sources``, and how it was changed, as ``viz/picture/memory.js`` writes it: ``more=tail@x,y;…`` (added things with
their places), ``pin=`` (moved ones, likewise), ``less=tail;…`` (hidden), ``off=Class;…``, ``sets=dataset;…``,
``years=2010-2020``.
"""

from collections.abc import Sequence
from urllib.parse import unquote

import pyoxigraph as ox

from medskick.graph.lookups import Store, kept_with_store
from medskick.ontology import THINGS
from medskick.queries.binding import UnknownValueError
from medskick.queries.catalogue import BrokenQueryError, Catalogue, UnknownQueryError
from medskick.queries.evaluate import UnknownDatasetError
from medskick.resources.finding import AmbiguousThingError, UnknownThingError
from medskick.viz.look import drawn_as
from medskick.viz.pictures.layout import laid
from medskick.viz.pictures.neighbourhood import DRAWN
from medskick.viz.pictures.picture import Picture, around_thing, changed, from_view
from medskick.web.http.problems import Problem, ambiguous
from medskick.web.left_out import left_out

Pairs = Sequence[tuple[str, str]]
"""Parameters of an address, in order; a name may occur several times."""
SHIPPED = Catalogue()
MOST_ADDED = 500
"""So many things can be added."""


def full(tail: str) -> str:
    """Return the IRI that stands for a thing in addresses as ``skane/kick-off`` or as itself."""
    return tail if tail.startswith(("http://", "https://")) else THINGS + tail


def first_value(pairs: Pairs, name: str) -> str:
    """Return the first value of a parameter, empty where the address does not have it."""
    return next((value for key, value in pairs if key == name), "")


@kept_with_store(24)
def _view(store: Store, _text: str, slug: str, catalogue: Catalogue, params: tuple[tuple[str, str], ...]) -> Picture:
    return laid(from_view(store, catalogue.view(slug), dict(params)))


@kept_with_store(24)
def _around(store: Store, thing: str, depth: int, sources: bool) -> Picture:
    return laid(around_thing(store, thing, depth, most=DRAWN, sources=sources))


def begun(store: Store, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> Picture:
    """Return the laid out picture that an address begins with; kept for the next one who asks. Raises ``Problem``."""
    if around := first_value(pairs, "around"):
        depth = first_value(pairs, "depth") or "1"
        if depth not in ("1", "2"):
            raise Problem(400, "The depth is 1 or 2.")
        try:
            wanted = full(around) if "/" in around else around
            return _around(store, wanted, int(depth), first_value(pairs, "sources") == "1")
        except UnknownThingError:
            raise Problem(404, "Nothing here has that name.") from None
        except AmbiguousThingError as error:
            raise ambiguous(error.wanted, error.choices) from None
    try:
        query = catalogue.view(first_value(pairs, "view") or "everything")
    except UnknownQueryError as error:
        raise Problem(404, "There is no such view.", known=error.known) from None
    except BrokenQueryError as error:
        raise left_out(error) from None
    known = {param.option: param.name for param in query.params}
    params = tuple(sorted((known[k], v) for k, v in pairs if k in known and v))
    try:
        return _view(store, query.text, query.slug, catalogue, params)
    except AmbiguousThingError as error:
        raise ambiguous(error.wanted, error.choices) from None
    except (UnknownValueError, UnknownDatasetError) as error:
        raise Problem(400, f"There is no {error.args[0]}.") from None


def _places(text: str) -> dict[str, tuple[float, float]]:
    places = {}
    for item in text.split(";"):
        tail, at, spot = item.rpartition("@")
        try:
            x, y = map(float, spot.split(","))
            thing = ox.NamedNode(full(unquote(tail))).value
        except ValueError:  # no place, or no IRI
            continue
        if at and abs(x) < 1e6 and abs(y) < 1e6:
            places[thing] = (x, y)
    if len(places) > MOST_ADDED:
        raise Problem(400, f"At most {MOST_ADDED} things are added.")
    return places


def pictured(store: Store, pairs: Pairs, catalogue: Catalogue = SHIPPED) -> Picture:
    """Return the picture that an address stands for, changes included. Raises ``Problem``."""
    picture = begun(store, pairs, catalogue)
    more = _places(first_value(pairs, "more"))
    moved = _places(first_value(pairs, "pin"))
    here = {node.iri for node in picture.nodes}
    less = {full(unquote(tail)) for tail in first_value(pairs, "less").split(";") if tail}
    off, sets = ({unquote(v) for v in first_value(pairs, key).split(";")} - {""} for key in ("off", "sets"))
    first, last = _years(first_value(pairs, "years"))
    placed = {**more, **{thing: spot for thing, spot in moved.items() if thing in here or thing in more}}
    if placed or less:
        picture = changed(store, picture, placed, less)
    gone = [
        node.iri
        for node in picture.nodes
        if drawn_as(node.cls) in off
        or node.dataset in sets
        or (node.years and (node.years[1] < first or node.years[0] > last))
    ]
    return changed(store, picture, {}, gone) if gone else picture


def _years(text: str) -> tuple[int, int]:
    start, _, end = text.partition("-")
    return int(start) if start.isdigit() else 0, int(end) if end.isdigit() else 10_000


def stem(pairs: Pairs) -> str:
    """Return what a picture's files are called: its view or the thing in its middle, by its slug."""
    name = (
        (first_value(pairs, "around") or first_value(pairs, "view") or "everything")
        .rpartition("/")[2]
        .rpartition(":")[2]
    )
    return "".join(c for c in name.lower() if c.isascii() and (c.isalnum() or c == "-"))[:80] or "picture"
