"""What kind of document a file is, by its content: the ending only says what its owner takes it for."""

import codecs
import re

from medskick.graph.faults import Faulty, fault
from medskick.sheets.packed_file import go_through, opened, parser_without_entities, refuse_ole

KINDS = {".pdf": "PDF", ".docx": "DOCX", ".html": "HTML", ".htm": "HTML", ".txt": "TEXT", ".md": "TEXT"}
"""The kinds that are read, by the endings that they have."""
UNPACKED_LIMIT = 200_000_000
_HTML = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.I)
_START = 2_048


def kind_of(raw: bytes, file: str, ending: str) -> str:
    """Return the kind of document that a file's bytes are, one of ``KINDS``.

    Raises ``Faulty`` where it is none that is read, is empty, is locked, is larger than can be held when unpacked, or
    is another kind than its ending says.
    """
    claimed = KINDS.get(ending.lower())
    if claimed is None:
        raise Faulty([fault("read-ending", file, known=", ".join(KINDS))])
    if not raw.strip():
        raise Faulty([fault("read-empty", file)])
    kind = _seen(raw, file, claimed)
    if kind != claimed:
        fix = next(one for one, named in KINDS.items() if named == kind) if kind in KINDS.values() else None
        raise Faulty([fault("read-other-kind", file, found=kind, fix=fix, ending=ending)])
    if kind == "DOCX":
        _look_through(raw, file)
    return kind


def _seen(raw: bytes, file: str, claimed: str) -> str:
    start = raw[:_START]
    if b"%PDF-" in start[:1_024]:
        return "PDF"
    refuse_ole(raw, file, "read")
    if raw.startswith(b"PK\x03\x04"):
        with opened(raw, file, "read") as archive:
            names = set(archive.namelist())
        if "word/document.xml" in names:
            return "DOCX"
        return "XLSX" if "xl/workbook.xml" in names else "ZIP"
    if start.startswith(b"{\\rtf"):
        return "RTF"
    if claimed in ("PDF", "DOCX"):
        return "HTML" if _HTML.search(start) else "TEXT"
    if b"\0" in start and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "?"
    # a piece of HTML need not say that it is one
    return "HTML" if _HTML.search(start) else claimed


def _look_through(raw: bytes, file: str) -> None:
    """Unpack each part of a document once: no more than can be held, no entities in what is XML."""
    with opened(raw, file, "read") as archive:
        go_through(
            archive, file, "read", UNPACKED_LIMIT,
            lambda name: parser_without_entities(file, "read") if name.lower().endswith((".xml", ".rels")) else None,
        )  # fmt: skip
