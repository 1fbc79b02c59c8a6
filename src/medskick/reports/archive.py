"""Office documents (zip archives) without times, so that the same input gives the same bytes."""

import io
import re
import zipfile
from datetime import datetime

_EARLIEST = (1980, 1, 1, 0, 0, 0)
EPOCH = datetime(*_EARLIEST)
"""The earliest time that a zip archive can hold: written as the time at which a document was made."""
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def without_clock(archive: bytes) -> bytes:
    """Return a .docx or .xlsx with ``EPOCH`` as the time of every part, of creation and of saving."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                # openpyxl writes the time of saving, whatever it was given
                body = _STAMP.sub(rb"\g<1>" + f"{EPOCH.isoformat()}Z".encode(), body)
            new.writestr(zipfile.ZipInfo(name, _EARLIEST), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
