"""Archives of XML files (ECMA-376, OpenDocument), gone through once in bounded memory before anything reads them.

The faults of both kinds of file have the same endings: ``book-damaged`` is told of a workbook, ``read-damaged`` of a
report.
"""

import contextlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Literal
from xml.parsers import expat

from medskick.graph.faults import Faulty, fault

Kind = Literal["book", "read"]
_PIECE = 1 << 20
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")


def refuse_ole(raw: bytes, file: str, kind: Kind) -> None:
    """Raise ``Faulty`` for a file of older programs, whose container also holds what is locked ([MS-OFFCRYPTO])."""
    if raw.startswith(_OLE):
        raise Faulty([fault(f"{kind}-password" if _ENCRYPTED in raw else f"{kind}-old", file)])


@contextlib.contextmanager
def opened(raw: bytes, file: str, kind: Kind) -> Iterator[zipfile.ZipFile]:
    """Open an archive; ``file`` is its name in faults. Raises ``Faulty`` where it or a part is damaged or locked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        # the library has no error of its own for a lock on a part
        raise Faulty([fault(f"{kind}-password" if "password" in str(error) else f"{kind}-damaged", file)]) from error
    except expat.ExpatError as error:
        raise Faulty([fault(f"{kind}-damaged", file)]) from error


def parser_without_entities(file: str, kind: Kind) -> expat.XMLParserType:
    """Return a parser that raises ``Faulty`` at a document type: entities are declared in one."""

    def refuse(*_declared: object) -> None:
        raise Faulty([fault(f"{kind}-entities", file)])

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser


def go_through(
    archive: zipfile.ZipFile,
    file: str,
    kind: Kind,
    limit: int,
    parser_of: Callable[[str], expat.XMLParserType | None],
) -> None:
    """Unpack each part once, in pieces, at most ``limit`` bytes in all; ``parser_of`` takes a part's name.

    Raises ``Faulty`` where there is more, ``ExpatError`` for what is no XML.
    """
    left = limit
    for info in archive.infolist():
        parser = parser_of(info.filename)
        with archive.open(info) as member:
            while piece := member.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Faulty([fault(f"{kind}-too-large", file, limit=limit // 1_000_000)])
                if parser is not None:
                    parser.Parse(piece, False)
        if parser is not None:
            parser.Parse(b"", True)
