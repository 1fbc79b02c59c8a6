"""The worker processes: handed out one query each, killed at their deadline, replaced, never more than allowed."""

import asyncio
import contextlib
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from medskick.web.sparql.limits import (
    BusyError,
    DeadlineError,
    Limits,
    PoolError,
    QueryFailedError,
    ReaderError,
    WorkerDiedError,
)
from medskick.web.sparql.place import Place
from medskick.web.sparql.worker_process import WorkerProcess

_START_SECONDS = 30.0
# short queries have their turn at the processor before long ones, and pages before both
_NICE = 5
# while others wait for a worker: how often it is looked whether a reader does not read, and for how many seconds in all
_LOOKED_AT, _UNREAD = 0.5, 5.0
_NICE_LONG = 19
# all of our environment that an interpreter needs: the rest is none of a query's business
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")


Services = Callable[[], Sequence[str]]


class Pool:
    """A pool of workers. ``current`` tells version and place of the current store, read each time.

    ``services`` gives the endpoints that ``SERVICE`` may name; without any a worker can open no connection, but to the
    endpoint that holds the graph where one does.
    """

    def __init__(
        self, current: Callable[[], tuple[str, Place]], limits: Limits, services: Services = lambda: ()
    ) -> None:
        self._current, self.limits, self.services = current, limits, services
        self._idle: list[WorkerProcess] = []
        self._starting: list[asyncio.Task[WorkerProcess]] = []
        self._slots = asyncio.Semaphore(limits.workers)
        self._waiting = self._busy = self.long = 0
        self._closing = False
        self._replies: set[Reply] = set()
        self._reaping: set[asyncio.Task[None]] = set()

    async def _start(self, version: str) -> WorkerProcess:
        place = self._current()[1]
        services = list(self.services())
        store = place.identity(version)
        settings = {
            **place.settings(version), "memory": self.limits.memory, "nice": _NICE, "services": services,
            "patience": self.limits.service, "parent": os.getpid(),
        }  # fmt: skip
        # -P: the working folder holds no modules of ours
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "medskick.web.sparql.worker", json.dumps(settings),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env=None if services or place.endpoint else {k: os.environ[k] for k in _ENVIRONMENT if k in os.environ},
        )  # fmt: skip
        worker = WorkerProcess(process, version, store)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker.frame()
        except BaseException:
            self._end(worker)
            raise
        return worker

    def _end(self, worker: WorkerProcess) -> None:
        worker.kill()
        task = asyncio.ensure_future(worker.ended())
        self._reaping.add(task)
        task.add_done_callback(self._reaping.discard)

    def _begin(self, version: str) -> "asyncio.Task[WorkerProcess]":
        # a task of its own, never cancelled: a client that leaves while a process starts would leave it half started
        task = asyncio.ensure_future(self._start(version))
        self._starting.append(task)
        task.add_done_callback(self._started)
        return task

    def _started(self, task: "asyncio.Task[WorkerProcess]") -> None:
        self._starting.remove(task)
        if not task.cancelled() and task.exception() is None:
            self._idle.append(task.result())
            if self._closing:
                self._end(self._idle.pop())

    def _spare(self) -> None:
        """Start a worker in the background, so that nobody need wait for it, while there are fewer than allowed."""
        if not self._closing and self._busy + len(self._idle) + len(self._starting) < self.limits.workers:
            self._begin(self._current()[0])

    async def _take(self, version: str) -> WorkerProcess:
        while True:
            if self._idle:
                # a store that was healed keeps its version; one that was swept away lives on in who has it open
                store = self._current()[1].identity(version)
                worker = self._idle.pop()
                if worker.version == version and worker.process.returncode is None and store in (worker.store, 0):
                    return worker
                self._end(worker)
                continue
            mine = not self._starting
            task = self._begin(version) if mine else self._starting[0]
            await asyncio.wait((task,))
            # one that others began may have found a store that was healed since
            if mine and (error := task.exception()) is not None:
                raise error

    async def warm(self) -> None:
        """Start all workers; return when the first one is ready."""
        first = self._begin(self._current()[0])
        for _ in range(self.limits.workers - 1):
            self._spare()
        await first

    async def close(self) -> None:
        """End all workers, those at work too."""
        self._closing = True
        for reply in tuple(self._replies):
            reply.end(PoolError())
        if self._starting:
            await asyncio.wait(self._starting, timeout=5)
        for worker in self._idle:
            self._end(worker)
        self._idle.clear()
        if self._reaping:
            await asyncio.wait(self._reaping, timeout=5)

    async def ask(self, job: dict[str, Any], version: str) -> "Reply":
        """Hand a job to a worker over that version of the store. Raises ``BusyError``, ``WorkerDiedError``.

        The reply must be closed, at its end too.
        """
        if self._slots.locked() and self._waiting >= self.limits.waiting:
            raise BusyError
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.patience):
                await self._slot()
        except TimeoutError as error:
            raise BusyError from error
        finally:
            self._waiting -= 1
        self._busy += 1
        try:
            worker = await self._take(version)
        except BaseException:
            self._free(None, again=False)
            raise
        reply = Reply(self, worker)
        self._replies.add(reply)
        limits = self.limits
        alarm = math.ceil(limits.seconds + limits.reading) + 5
        try:
            await worker.send({**job, "rows": limits.rows, "bytes": limits.size, "alarm": alarm})
        except BaseException:
            reply.close()
            raise
        return reply

    async def _slot(self) -> None:
        """Wait for a worker's turn. While others wait, who has kept a worker waiting longest loses it."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOKED_AT):
                    await self._slots.acquire()
                    return
            kept = {reply: reply.kept_waiting() for reply in self._replies}
            slowest = max(kept, key=kept.__getitem__, default=None)
            if slowest is not None and kept[slowest] >= _UNREAD:
                slowest.end(ReaderError())

    def _free(self, worker: WorkerProcess | None, again: bool) -> None:
        """Take back a worker, to be used again if it gave its answer to the end and soon."""
        self._busy -= 1
        self._slots.release()
        if worker is not None and again:
            self._idle.append(worker)
            return
        if worker is not None:
            self._end(worker)
        self._spare()


class Reply:
    """An answer under way. Its worker's time is kept, and its reader's; who overruns either ends it.

    ``missing`` are, at its end, the endpoints that gave it nothing, with the reason.
    """

    def __init__(self, pool: Pool, worker: WorkerProcess) -> None:
        self._pool, self._worker = pool, worker
        self.missing: dict[str, str] = {}
        self._loop = asyncio.get_running_loop()
        self._left, self._patience = pool.limits.seconds, pool.limits.reading
        self._fate: PoolError | None = None
        self._closed = self._whole = self._long = self._reader_next = False
        self._since = self._loop.time()
        self._timer = self._loop.call_later(min(self._left, pool.limits.short), self._overrun)

    def _overrun(self) -> None:
        limits, pool = self._pool.limits, self._pool
        spent = limits.seconds - self._left + self._loop.time() - self._since
        # half of the workers are for short queries: bombs never keep all of them
        if not self._long and spent < limits.seconds:
            if pool.long >= max(1, limits.workers // 2):
                self.end(BusyError())
                return
            self._long = True
            pool.long += 1
            self._worker.yield_to_others()
            self._timer = self._loop.call_later(limits.seconds - spent, self._overrun)
            return
        self.end(DeadlineError())

    def _turn(self, reader: bool) -> None:
        """Stop the clock of worker or reader and start the other's."""
        now = self._loop.time()
        spent, self._since, self._reader_next = now - self._since, now, reader
        self._timer.cancel()
        if reader:
            self._left -= spent
            self._timer = self._loop.call_later(self._patience, self.end, ReaderError())
        else:
            self._patience -= spent
            limits = self._pool.limits
            until = self._left if self._long else min(self._left, limits.short - (limits.seconds - self._left))
            self._timer = self._loop.call_later(max(0.0, until), self._overrun)

    def kept_waiting(self) -> float:
        """Return for how many seconds the reader has kept the worker waiting in all, 0 while the worker is at work."""
        if not self._reader_next:
            return 0.0
        return self._pool.limits.reading - self._patience + self._loop.time() - self._since

    async def piece(self) -> tuple[bytes, bytes] | None:
        """Return the next frame: ``H`` once, then ``D`` pieces; ``None`` at the end.

        Raises ``BusyError``, ``DeadlineError``, ``ReaderError``, ``WorkerDiedError``, ``QueryFailedError``.
        """
        if self._whole:
            return None
        if self._fate is not None:
            raise self._fate
        self._turn(reader=False)
        try:
            kind, payload = await self._worker.frame()
        except WorkerDiedError as error:
            self.end(error)
            raise self._fate or error from None
        self._turn(reader=True)
        if kind in (b"F", b"E"):
            self._whole = True
            self.close()
        if kind == b"E":
            raise QueryFailedError(json.loads(payload))
        if kind == b"F":
            self.missing = json.loads(payload)
        return None if self._whole else (kind, payload)

    def end(self, why: PoolError) -> None:
        """End an answer before its end: its worker is killed and replaced."""
        if self._fate is None and not self._whole:
            self._fate = why
        self.close()

    def close(self) -> None:
        """Free the worker. May be called more than once."""
        self._timer.cancel()
        if not self._closed:
            self._closed = True
            self._pool._replies.discard(self)
            self._pool.long -= self._long
            self._pool._free(self._worker, self._whole and not self._long)
