"""CSV whose cells no spreadsheet reads as formulas."""

import csv
import io
import re

_FORMULA = re.compile(r"[=+\-@\t\r](?!(?<=-)\d+(\.\d+)?\Z)")


def guarded(text: str) -> str:
    """Return a CSV table whose cells no spreadsheet reads as formulas: an apostrophe is put before them.

    These are cells that begin with ``= + - @``, a tab or a line break (OWASP, CSV Injection). A negative number is the
    number that it says, and stays.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return out.getvalue()
