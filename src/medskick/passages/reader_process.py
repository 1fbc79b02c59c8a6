"""Reads one document in a process of its own, which may be ended at any moment and holds no more than it may.

The document's bytes come on stdin; the arguments are its kind and the pages that are wanted (``1-20``, or nothing).
What was read goes to stdout as JSON, or ``{"fault": code}``.
"""

import dataclasses
import json
import sys

from medskick.passages.cues import little_words
from medskick.passages.markup import read_docx, read_html, read_text
from medskick.passages.pdf import Locked, TooManyPages, read_pdf
from medskick.passages.report_text import Document

MEMORY = 2 << 30


def read(kind: str, raw: bytes, pages: tuple[int, int] | None) -> Document:
    """Read a document of a kind that is known. Raises ``Unreadable`` with the code of the fault."""
    try:
        match kind:
            case "PDF":
                document = read_pdf(raw, pages, little_words())
            case "DOCX":
                document = read_docx(raw)
            case "HTML":
                document = read_html(raw)
            case _:
                document = read_text(raw)
    except TooManyPages:
        raise Unreadable("read-pages") from None
    except Locked:
        raise Unreadable("read-password") from None
    except MemoryError:
        raise Unreadable("read-memory") from None
    except Exception as error:
        # what a damaged document makes a library raise is of any kind
        raise Unreadable("read-damaged") from error
    if not any(block.text for block in document.blocks):
        raise Unreadable("read-no-text" if kind == "PDF" else "read-empty")
    return document


class Unreadable(Exception):
    """Raised with the code of the fault that says why a document cannot be read."""


def main() -> None:
    """Read the document on stdin. Ends without a word where it may not hold what it needs."""
    kind, wanted = sys.argv[1:3]
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    first, _, last = wanted.partition("-")
    try:
        document = read(kind, sys.stdin.buffer.read(), (int(first), int(last)) if last else None)
        answer: dict[str, object] = dataclasses.asdict(document)
    except Unreadable as unreadable:
        answer = {"fault": str(unreadable)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
