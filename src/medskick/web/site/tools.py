"""What stands under a page's heading: its files, print, copy the link, e-mail, cite."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from starlette.responses import Response

from medskick.ontology import DATASETS
from medskick.reports.citation import FORMS, Citation, citation
from medskick.reports.document import Document, steps_of
from medskick.reports.lead_time import NotADayError
from medskick.reports.xlsx import as_xlsx
from medskick.web.http.problems import Problem, no_day
from medskick.web.page_request import PageRequest

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ICS = "text/calendar; charset=utf-8"
DOCUMENTS = {"docx": "Word", "xlsx": "Excel"}
"""The forms of a page as a document, by the end of the file's name, with what each is called."""
_WITH_FILES = ("/lessons", "/compare")
"""The pages of which a site of files has the documents."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Tools:
    """The tools of a page: ``files`` are the addresses of its other forms by name, ``thing`` what it is about."""

    request: PageRequest
    title: str
    files: Mapping[str, str] = field(default_factory=dict)
    thing: str = ""

    @cached_property
    def citation(self) -> Citation:
        """How the page is cited."""
        request = self.request
        return citation(
            request.reader, self.title, request.absolute(request.bare), request.edition.version[:12], self.thing
        )

    @property
    def cite(self) -> str:
        """The citation as text."""
        return self.citation.as_text()

    @property
    def cite_files(self) -> Mapping[str, str]:
        """The addresses of the citation as a file, by name; beside drafts it is text only.

        A site of files has them for what is cited as a whole: pages without a choice, datasets and lessons.
        """
        in_part = self.request.static and (self.request.query or not self._cited_as_a_whole)
        if in_part or self.request.edition.drafts:
            return {}
        return {"BibTeX": self.request.as_file("bib"), "RIS": self.request.as_file("ris")}

    @property
    def _cited_as_a_whole(self) -> bool:
        if not self.thing:
            return not self.request.params or self.request.path.startswith("/phase/")
        return self.thing.startswith(DATASETS) or self.request.reader.class_of(self.thing) == "Lesson"

    @property
    def mail(self) -> str:
        """The address of a message with the page's title and address (RFC 6068)."""
        body = "\r\n".join(filter(None, (self.title, self.request.absolute(self.request.bare) or self.thing)))
        return f"mailto:?subject={quote(self.title, safe='')}&body={quote(body, safe='')}"


def files_of(request: PageRequest, document: Document) -> dict[str, str]:
    """Return the addresses of a report as Word and, where it has a table, as Excel."""
    if request.static and (request.query or request.path not in _WITH_FILES):
        # a site of files has them for some pages, or where a page names its own: a document for each takes minutes
        return {}
    steps = steps_of(document)
    named = {"Word": request.as_file("docx")}
    if document.tables or steps:
        named["Excel"] = request.as_file("xlsx")
    if any(step.first for step in steps):
        named[request.say("calendar")] = request.as_file("ics")
    return named


def report_file(request: PageRequest, document: Document) -> Response | None:
    """Return a report in the form that the address asks for; ``None`` where that is none of a report.

    Raises ``Problem`` (400) for a calendar without a day to count from.
    """
    match request.given("format"):
        case "docx":
            from medskick.reports.docx import as_docx  # a library that only this needs

            return _file(request, as_docx(document), "docx", DOCX)
        case "xlsx":
            return _file(request, as_xlsx(document), "xlsx", XLSX)
        case "ics" if steps_of(document):
            from medskick.reports.calendar_file import as_ics  # a library that only this needs

            try:
                return _file(request, as_ics(document, request.given("starts")).encode(), "ics", ICS)
            except NotADayError as error:
                raise no_day(error.given, error.fix) from None
        case _:
            return None


def cited_file(request: PageRequest, form: str, cited: Citation) -> Response:
    """Return a page's citation as a file. Raises ``Problem`` (400) for a form that there is not."""
    if form not in FORMS:
        raise Problem(400, f"This page is not given as {form[:100]}.", known=sorted((*FORMS, "docx", "xlsx")))
    return _file(request, cited.as_file(form), form, f"{FORMS[form]}; charset=utf-8")


def _file(request: PageRequest, body: bytes, ending: str, media: str) -> Response:
    words = (part for part in (*request.path.split("/"), *(v for k, v in request.query if k != "format")) if part)
    stem = "-".join("".join(c if c.isascii() and c.isalnum() else "-" for c in word) for word in words) or "medskick"
    disposition = f'attachment; filename="{stem[:80]}.{request.lang}.{ending}"'
    return Response(body, 200, {"Content-Disposition": disposition, "Content-Language": request.lang}, media)
