"""igraph with a random number generator of its own for a time: the same seed gives the same result."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_ONE_AT_A_TIME = Lock()
"""igraph has one random number generator for all threads: two at once would change each other's result."""


@contextmanager
def seeded(seed: int) -> Iterator[random.Random]:
    """Let igraph draw from a generator with a seed, which is also given; others wait meanwhile."""
    import igraph

    with _ONE_AT_A_TIME:
        generator = random.Random(seed)  # noqa: S311 - the same result every time
        igraph.set_random_number_generator(generator)
        yield generator
