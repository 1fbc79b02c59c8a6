"""The cap on rows is the one that the service description tells, in each form, whatever the values hold."""

import io
from typing import Any

import pyoxigraph as ox
import pytest

from medskick.rdf_forms import RESULTS_BY_MEDIA
from medskick.web.sparql.worker import _Rows, answer

VALUES = ('a,{},b "c"', "two\nlines", "back\\", '"}},{"', "<result> & more", "\r\n\r\n", '\\",{"x":{')
ROWS = 1_400


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    predicate = ox.NamedNode("https://data.exempel.example/p")
    store.extend(
        ox.Quad(ox.NamedNode(f"https://data.exempel.example/{n}"), predicate, ox.Literal(VALUES[n % len(VALUES)]))
        for n in range(ROWS)
    )
    return store


def kinds(store: ox.Store, query: str, media: str, cap: int) -> list[bytes]:
    """The letters of the frames that a query is answered with."""
    out = io.BytesIO()
    job: dict[str, Any] = {
        "query": query, "prefixes": {}, "base": None, "dataset": None, "rows": cap, "bytes": 10**9,
        "media": {"solutions": media, "boolean": media}, "written": {},
    }  # fmt: skip
    answer(store, job, out)
    out.seek(0)
    letters = []
    while letter := out.read(1):
        letters.append(letter)
        out.read(int.from_bytes(out.read(4), "big"))
    return letters


@pytest.mark.parametrize("media", sorted(RESULTS_BY_MEDIA))
@pytest.mark.parametrize(
    "query", ["SELECT ?o { ?s ?p ?o }", "SELECT ?s ?o ?none { ?s ?p ?o }", "SELECT ?no { ?s ?p ?o }"]
)
def test_as_many_rows_as_the_cap_and_not_one_more(store: ox.Store, query: str, media: str) -> None:
    assert kinds(store, query, media, ROWS)[-1] == b"F"
    assert kinds(store, query, media, ROWS - 1)[-1] == b"E"


@pytest.mark.parametrize("media", sorted(RESULTS_BY_MEDIA))
@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
def test_pieces_may_end_anywhere(store: ox.Store, media: str, size: int) -> None:
    result = store.query("SELECT * { ?s ?p ?o }")
    assert isinstance(result, ox.QuerySolutions)
    written = result.serialize(format=RESULTS_BY_MEDIA[media].format)
    assert written is not None
    counter = _Rows(media)
    for start in range(0, len(written), size):
        counter.add(written[start : start + size])
    assert counter.count == ROWS
