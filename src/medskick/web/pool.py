"""The worker processes: handed out one query each, killed at their deadline, replaced, never more than allowed."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_START_SECONDS = 30.0


class BusyError(Exception):
    """Raised when the queue is full or no worker came free in time."""


class DeadlineError(Exception):
    """Raised when a query was not answered in time: its worker is gone."""


class WorkerDiedError(Exception):
    """Raised when a worker ended before its answer did, most often out of memory."""


class QueryFailedError(Exception):
    """Raised for an error that the worker told of; ``told`` is what it said."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        super().__init__(told.get("error"))


@dataclass(frozen=True)
class Limits:
    """Caps of one query and of the pool: seconds, rows, bytes of a result, bytes of memory, how many may wait."""

    seconds: float = 20.0
    rows: int = 100_000
    size: int = 50_000_000
    memory: int = 2_000_000_000
    workers: int = 4
    waiting: int = 32
    patience: float = 10.0


@dataclass
class _Worker:
    process: asyncio.subprocess.Process
    version: str
    busy: bool = field(default=False)

    async def frame(self) -> tuple[bytes, bytes]:
        out = self.process.stdout
        assert out is not None
        try:
            head = await out.readexactly(5)
            return head[:1], await out.readexactly(int.from_bytes(head[1:], "big"))
        except asyncio.IncompleteReadError as error:
            raise WorkerDiedError from error

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


class Pool:
    """A pool of workers over the current version of a store. ``current`` tells version and folder, read each time."""

    def __init__(self, current: Callable[[], tuple[str, Path]], limits: Limits) -> None:
        self._current, self.limits = current, limits
        self._idle: list[_Worker] = []
        self._slots = asyncio.Semaphore(limits.workers)
        self._waiting = 0
        self._reaping: set[asyncio.Task[object]] = set()

    async def _start(self) -> _Worker:
        version, folder = self._current()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "medskick.web.worker", str(folder), str(self.limits.memory),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        worker = _Worker(process, version)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker.frame()
        except BaseException:
            self._end(worker)
            raise
        return worker

    def _end(self, worker: _Worker) -> None:
        worker.kill()
        task = asyncio.ensure_future(worker.process.wait())
        self._reaping.add(task)
        task.add_done_callback(self._reaping.discard)

    async def _take(self) -> _Worker:
        version, _ = self._current()
        while self._idle:
            worker = self._idle.pop()
            if worker.version == version and worker.process.returncode is None:
                return worker
            self._end(worker)
        return await self._start()

    async def warm(self) -> None:
        """Start one worker, so that the first query need not wait for it."""
        self._idle.append(await self._start())

    async def close(self) -> None:
        """End all workers."""
        for worker in self._idle:
            self._end(worker)
        self._idle.clear()
        if self._reaping:
            await asyncio.wait(self._reaping, timeout=5)

    async def ask(self, job: dict[str, Any]) -> AsyncIterator[tuple[bytes, bytes]]:
        """Yield the frames of a job's answer: ``H`` once, then ``D`` pieces.

        Raises ``BusyError``, ``DeadlineError``, ``WorkerDiedError``, ``QueryFailedError``. Whoever stops reading early
        frees the worker: it is killed and replaced.
        """
        if self._slots.locked() and self._waiting >= self.limits.waiting:
            raise BusyError
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.patience):
                await self._slots.acquire()
        except TimeoutError as error:
            raise BusyError from error
        finally:
            self._waiting -= 1
        worker: _Worker | None = None
        done = False
        try:
            worker = await self._take()
            deadline = time.monotonic() + self.limits.seconds
            line = json.dumps({**job, "rows": self.limits.rows, "bytes": self.limits.size}).encode() + b"\n"
            assert worker.process.stdin is not None
            try:
                worker.process.stdin.write(line)
                await worker.process.stdin.drain()
            except (BrokenPipeError, ConnectionResetError) as error:
                raise WorkerDiedError from error
            while True:
                # only the time the worker takes counts, not that of a slow reader
                try:
                    async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                        kind, payload = await worker.frame()
                except TimeoutError as error:
                    raise DeadlineError from error
                if kind == b"F":
                    done = True
                    return
                if kind == b"E":
                    done = True
                    raise QueryFailedError(json.loads(payload))
                before = time.monotonic()
                yield kind, payload
                deadline += time.monotonic() - before
        finally:
            if worker is not None:
                if done:
                    self._idle.append(worker)
                else:
                    self._end(worker)
            self._slots.release()
