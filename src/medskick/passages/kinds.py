"""What kind of document a file is, by its content: the ending only says what its owner takes it for."""

import codecs
import io
import re
import zipfile
from xml.parsers import expat

from medskick.graph.faults import Faulty, fault

KINDS = {".pdf": "PDF", ".docx": "DOCX", ".html": "HTML", ".htm": "HTML", ".txt": "TEXT", ".md": "TEXT"}
"""The kinds that are read, by the endings that they have."""
UNPACKED_LIMIT = 200_000_000
_PIECE = 1 << 20
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.I)
_START = 2_048


def kind_of(raw: bytes, file: str, ending: str) -> str:
    """Return the kind of document that a file's bytes are, one of ``KINDS``.

    Raises ``Faulty`` where it is none that is read, is empty, is locked, is larger than can be held when unpacked, or
    is another kind than its ending says.
    """
    told = KINDS.get(ending.lower())
    if told is None:
        raise Faulty([fault("read-ending", file, known=", ".join(KINDS))])
    if not raw.strip():
        raise Faulty([fault("read-empty", file)])
    kind = _seen(raw, file, told)
    if kind != told:
        fix = next(one for one, named in KINDS.items() if named == kind) if kind in KINDS.values() else None
        raise Faulty([fault("read-other-kind", file, found=kind, fix=fix, ending=ending)])
    if kind == "DOCX":
        _look_through(raw, file)
    return kind


def _seen(raw: bytes, file: str, told: str) -> str:
    start = raw[:_START]
    if b"%PDF-" in start[:1_024]:
        return "PDF"
    if raw.startswith(_OLE):
        raise Faulty([fault("read-password" if _ENCRYPTED in raw else "read-old", file)])
    if raw.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Faulty([fault("read-damaged", file)]) from error
        if "word/document.xml" in names:
            return "DOCX"
        return "XLSX" if "xl/workbook.xml" in names else "ZIP"
    if start.startswith(b"{\\rtf"):
        return "RTF"
    if told in ("PDF", "DOCX"):
        return "HTML" if _HTML.search(start) else "TEXT"
    if b"\0" in start and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "?"
    # a piece of HTML need not say that it is one
    return "HTML" if _HTML.search(start) else told


def _look_through(raw: bytes, file: str) -> None:
    """Unpack each part of a document once, in pieces: no more than can be held, no entities in what is XML."""
    left = UNPACKED_LIMIT
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in archive.infolist():
                parser = _parser(file) if info.filename.lower().endswith((".xml", ".rels")) else None
                with archive.open(info) as member:
                    while piece := member.read(_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise Faulty([fault("read-bomb", file, limit=UNPACKED_LIMIT // 1_000_000)])
                        if parser is not None:
                            parser.Parse(piece, False)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        # a lock on a single part is a RuntimeError
        raise Faulty([fault("read-password" if "password" in str(error) else "read-damaged", file)]) from error
    except expat.ExpatError as error:
        raise Faulty([fault("read-damaged", file)]) from error


def _parser(file: str) -> expat.XMLParserType:
    def refuse(*_declared: object) -> None:
        raise Faulty([fault("read-entities", file)])

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser
