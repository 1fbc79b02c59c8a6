"""Office documents are zip archives: the same bytes each time, whatever the clock says."""

import io
import re
import zipfile
from datetime import datetime

_EARLIEST = (1980, 1, 1, 0, 0, 0)
EPOCH = datetime(*_EARLIEST)
"""The earliest time that a zip archive can tell: what a document is said to have been made at."""
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def without_clock(archive: bytes) -> bytes:
    """Return a .docx or .xlsx with ``EPOCH`` as the time of every part and of its making and saving."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                # openpyxl writes the time of saving, whatever it was given
                body = _STAMP.sub(rb"\g<1>" + f"{EPOCH.isoformat()}Z".encode(), body)
            new.writestr(zipfile.ZipInfo(name, _EARLIEST), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
