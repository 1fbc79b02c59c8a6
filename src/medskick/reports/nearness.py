"""How near another's process is to the reader's own: itself, in the same country, elsewhere."""

from collections.abc import Callable
from functools import cache

from medskick.ontology import term_text
from medskick.reports.graph_reader import GraphReader


def countries_of(reader: GraphReader, process: str) -> list[str]:
    """Return the countries whose law applies to a process; none without a process."""
    return [term_text(v) for v in reader.values(process, "msk:jurisdiction")] if process else []


def nearness(reader: GraphReader, own: str) -> Callable[[str], int]:
    """Return how far a process or country (IRI) is from the process that the reader works in, to sort by.

    0 for that process, 1 for its country and those in it, 2 for any other; 0 for all where the reader has named none.
    """
    countries = set(countries_of(reader, own))

    @cache
    def far(place: str) -> int:
        if not own or place == own:
            return 0
        return 1 if countries.intersection((place, *countries_of(reader, place))) else 2

    return far
