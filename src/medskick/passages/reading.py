"""A document read in bounded time and memory: what is wrong with it is told, and what hangs is ended."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from medskick.graph.faults import Faulty, fault
from medskick.graph.input_file import read_file
from medskick.passages.kinds import kind_of
from medskick.passages.pdf import MOST_PAGES
from medskick.passages.report_text import Block, Document

SIZE_LIMIT, TIME_LIMIT = 200_000_000, 600
"""Bytes of a file, and seconds that reading it may take."""


def read_document(path: Path, pages: tuple[int, int] | None = None, seconds: float = TIME_LIMIT) -> Document:
    """Return what a document holds, of a PDF the ``pages`` that are given.

    Raises ``Faulty`` where it cannot be read.
    """
    file = path.name
    raw, unread = read_file(path, file, SIZE_LIMIT)
    if unread is not None:
        raise Faulty([unread])
    kind = kind_of(raw, file, path.suffix)
    wanted = f"{pages[0]}-{pages[1]}" if pages else ""
    try:
        # -P: the working folder holds no modules of ours
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "medskick.passages.reader_process", kind, wanted],
            input=raw, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Faulty([fault("read-long", file, seconds=f"{seconds:g}")]) from error
    # it ends without a word where it would hold more than it may
    whole = ended.returncode == 0 and ended.stdout
    answer: dict[str, Any] = json.loads(ended.stdout) if whole else {"fault": "read-memory"}
    if code := answer.get("fault"):
        raise Faulty([fault(code, file, limit=f"{MOST_PAGES:,}")])
    return Document(answer["title"], [Block(**block) for block in answer["blocks"]], answer["bare_pages"])
