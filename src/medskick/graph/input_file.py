"""A file that somebody gave, read in bounded size and time: neither a pipe that nobody writes to, nor a device."""

import errno
import os
import stat
from pathlib import Path

from medskick.graph.faults import Fault, fault

FILE_LIMIT = 20_000_000


def plain_bytes(path: Path, limit: int = FILE_LIMIT) -> bytes:
    """Return what a file holds.

    Raises ``OSError``; ``EFBIG`` for more bytes than ``limit``, ``ENOTSUP`` for no plain file.
    """
    # opened before it is looked at, so that it is the same file; a pipe is not waited for
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), str(path))
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return raw


def read_file(path: Path, file: str, limit: int = FILE_LIMIT) -> tuple[bytes, Fault | None]:
    """Return what a file holds (nothing where it cannot be read) and what is wrong; ``file`` is its name in faults."""
    try:
        return plain_bytes(path, limit), None
    except OSError as error:
        if error.errno == errno.EFBIG:
            return b"", fault("file-too-large", file, limit=f"{limit:,}")
        if error.errno in (errno.ENOTSUP, errno.EISDIR):
            return b"", fault("no-plain-file", file)
        return b"", fault("unreadable", file, reason=error.strerror or str(error))
