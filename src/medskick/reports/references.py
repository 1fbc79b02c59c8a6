"""A source as a reference list gives it."""

from collections.abc import Callable

from medskick.graph.dates import words
from medskick.graph.lookups import Store
from medskick.ontology import term_text
from medskick.reports.document import Reference
from medskick.resources import description
from medskick.words import Lang, say

_COVERAGES = ("report.read.whole", "report.read.nearly-whole", "report.read.cut")


def reference(store: Store, source: str, lang: Lang, name: Callable[[str], str]) -> Reference:
    """Return a source (IRI) with title, publisher, date, address and how much of it was read.

    ``name`` gives the name of a concept, for a coverage that has no words of its own.
    """

    def one(prop: str) -> str:
        values = description.values(store, source, prop)
        return term_text(values[0]) if values else ""

    coverage, date = one("msk:coverage"), one("msk:date")
    key = f"report.read.{coverage.rpartition('/')[2]}"
    return Reference(
        source,
        title=one("dcterms:title"),
        lang=one("dcterms:language"),
        publisher=one("dc:publisher"),
        date=words(date, lang) if date else "",
        url=one("foaf:page"),
        read=say(key, lang) if key in _COVERAGES else name(coverage),
        whole=coverage.endswith("/whole"),
    )
