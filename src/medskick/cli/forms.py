"""Writing a report or an answer in the form that was asked for, or that the file's ending means."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from medskick.cli.common import refuse, tell, words, write

if TYPE_CHECKING:
    from medskick.reports.document import Document

TABLE = "table"
"""The form for a terminal: what is written where none is asked for and no file given."""
REPORT_FORMS: Mapping[str, Sequence[str]] = {
    TABLE: (),
    "markdown": (".md",),
    "html": (".html", ".htm"),
    "csv": (".csv",),
    "docx": (".docx",),
    "xlsx": (".xlsx",),
}
"""The forms of a report, each with the endings of files that mean it."""
_BINARY = ("docx", "xlsx")


def form_of(form: str | None, output: Path | None, forms: Mapping[str, Sequence[str]]) -> str:
    """Return the form to write: the one asked for, else the one that the file's ending means; end if there is none."""
    meant = {ending: name for name, endings in forms.items() for ending in endings}
    ending = output.suffix.lower() if output else ""
    if form is None and output is not None and ending not in meant:
        refuse(words("unknown-ending", found=output.name, known=", ".join(sorted(meant))))
    chosen = form or meant.get(ending, TABLE)
    if chosen not in forms:
        refuse(words("unknown-format", found=chosen, known=", ".join(forms)))
    if chosen in _BINARY and output is None:
        refuse(words("form-needs-file", form=chosen))
    return chosen


def form_of_ending(output: Path | None, forms: Mapping[str, str]) -> str:
    """Return the form that a file's ending means (``forms``: by ending), the first where no file is given; else end."""
    if output is None:
        return next(iter(forms.values()))
    ending = output.suffix.lower()
    if ending not in forms:
        refuse(words("bad-ending", found=output.name, known=", ".join(forms)))
    return forms[ending]


def deliver(document: "Document", form: str, output: Path | None) -> None:
    """Write a report in a form of ``REPORT_FORMS``, to a file or to the terminal."""
    from medskick.reports import render

    if form == TABLE and output is None:
        render.print_report(document, None if sys.stdout.isatty() else render.width())
    else:
        save(_writer(form)(document), output)


def _writer(form: str) -> "Callable[[Document], str | bytes]":
    """What writes a form: libraries for it are imported only then."""
    match form:
        case "docx":
            from medskick.reports.docx import as_docx

            return as_docx
        case "xlsx":
            from medskick.reports.xlsx import as_xlsx

            return as_xlsx
        case "html":
            from medskick.reports.html import as_html

            return as_html
        case "csv":
            from medskick.reports.csv_guard import guarded
            from medskick.reports.render import as_csv

            return lambda document: guarded(as_csv(document))
    from medskick.reports.render import as_markdown, as_text

    return {"markdown": as_markdown}.get(form, as_text)


def save(written: str | bytes, output: Path | None) -> None:
    """Write what was made to a file, saying so, or to the terminal where none is given."""
    write(written, output)
    if output is not None:
        tell(words("report-written", path=output))
