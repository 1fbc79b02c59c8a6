"""One worker process, as the pool sees it: its pipe, its turn at the processor, its end."""

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import dataclass, field
from typing import Any

from medskick.web.sparql.limits import WorkerDiedError

_NICE_LONG = 19


@dataclass
class WorkerProcess:
    """A process that answers one query at a time over one version of the store; ``store`` is that file's identity."""

    process: asyncio.subprocess.Process
    version: str
    store: int = 0
    # a stream wakes one who waits for it: of two at the same time the other would wait for ever
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the next frame, its kind (one byte) and what it carries. Raises ``WorkerDiedError``."""
        out = self.process.stdout
        assert out is not None
        try:
            async with self.reading:
                head = await out.readexactly(5)
                return head[:1], await out.readexactly(int.from_bytes(head[1:], "big"))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            # how it ended is known once it has: whoever kills it first would never learn
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self.process.wait()
            raise WorkerDiedError(self.process.returncode == -signal.SIGSEGV) from error

    async def send(self, job: dict[str, Any]) -> None:
        """Hand it a job. Raises ``WorkerDiedError``."""
        into = self.process.stdin
        assert into is not None
        try:
            into.write(json.dumps(job).encode() + b"\n")
            await into.drain()
        except ConnectionError as error:
            raise WorkerDiedError from error

    def yield_to_others(self) -> None:
        """Let all other processes have the processor first, from now on."""
        # there is no way back for who is not root: such a worker answers no other query
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, _NICE_LONG)

    def kill(self) -> None:
        """End it at once; one that has ended already stays so."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def ended(self) -> None:
        """Wait until it has ended and its pipe is empty."""
        # a pipe left full is never closed
        assert self.process.stdout is not None
        async with self.reading:
            while await self.process.stdout.read(65_536):
                pass
        await self.process.wait()
