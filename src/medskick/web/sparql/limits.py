"""What a query may take, and what becomes of one that takes more."""

from dataclasses import dataclass
from typing import Any


class PoolError(Exception):
    """Raised when a query gets no answer, or none to its end."""


class BusyError(PoolError):
    """Raised when the queue is full, no worker came free in time, or too many queries take long."""


class DeadlineError(PoolError):
    """Raised when a query was not answered in time: its worker is gone."""


class ReaderError(PoolError):
    """Raised when whoever asked went away or reads too slowly: the worker is gone."""


class WorkerDiedError(PoolError):
    """Raised when a worker ended before its answer did: out of memory, or of its stack (``too_deep``)."""

    def __init__(self, too_deep: bool = False) -> None:
        self.too_deep = too_deep
        super().__init__()


class QueryFailedError(PoolError):
    """Raised for an error that the worker told of; ``answer`` is what it said."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        super().__init__(answer.get("error"))


@dataclass(frozen=True)
class Limits:
    """Caps of one query and of the pool.

    Of a query: ``seconds`` of its worker; past ``short`` it goes on only if fewer than half of the workers are at such
    long ones;
    ``service`` seconds of one call of another endpoint;
    ``reading`` seconds that a reader may keep its worker waiting in all; ``rows`` (or triples) and ``size`` in bytes of
    its result; ``memory`` in bytes. Of the pool: ``workers``, how many queries may be ``waiting``, and for how many
    seconds (``patience``).
    """

    seconds: float = 20.0
    short: float = 0.3
    service: float = 5.0
    reading: float = 120.0
    rows: int = 100_000
    size: int = 50_000_000
    memory: int = 1_500_000_000
    workers: int = 6
    waiting: int = 64
    patience: float = 10.0
