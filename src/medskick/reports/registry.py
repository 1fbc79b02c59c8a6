"""The descriptions of all reports: commands and pages are made from them, and a test compares the Python interface.

This module does not import the code of the reports, because ``medskick --help`` needs the descriptions only.
"""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal["process", "region", "phase-type", "role", "theme", "thing", "dataset", "day", "section"]
"""The kind of a parameter: ``region`` means a process too, which pages offer by the name of its region.

``day`` is a date by ISO 8601, ``section`` means parts of the report itself, of which a reader chooses any.
"""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a report.

    ``name`` is its name in Python and ``words`` the key of its help text (``cli.…``). On the command line it is the
    option ``option``, or an argument after the command if that is empty; in a page's address it is ``field``.
    With ``many`` it is a list; ``least`` is how many there must be, 0 if it may be left out.
    """

    name: str
    kind: Kind
    words: str
    option: str = ""
    field: str = ""
    many: bool = False
    least: int = 0


@dataclass(frozen=True)
class Report:
    """A report: ``slug`` is its command and its page, ``method`` its name in Python, ``where`` the function for it.

    The function takes a ``GraphReader`` and the parameters by name, except those of the kind ``dataset``: the reader
    is limited to these. ``links`` tells whether linksets add something to it. ``files`` are additional forms, each with
    its file endings; the method ``file_method`` writes them.
    """

    slug: str
    where: str
    parameters: tuple[Parameter, ...] = ()
    method: str = ""
    page: str = ""
    links: bool = False
    files: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    file_method: str = ""

    @property
    def name(self) -> str:
        """Its name in Python."""
        return self.method or self.slug

    @property
    def path(self) -> str:
        """The address of its page, below the language."""
        return self.page or f"/{self.slug}"

    @property
    def by_dataset(self) -> bool:
        """Whether one of its parameters names the datasets that it reads."""
        return any(parameter.kind == "dataset" for parameter in self.parameters)

    def function(self) -> Callable[..., object]:
        """Import and return the function that makes it."""
        made: Callable[..., object] = pkgutil.resolve_name(f"medskick.reports.{self.where}")
        return made


_ROLE = Parameter("role", "role", "role-help", "--role", "role")
_PROCESSES = Parameter("processes", "process", "network-processes", field="process", many=True)
_FOR_A_PHASE = "phase-type-help"

REPORTS: Mapping[str, Report] = MappingProxyType(
    {
        report.slug: report
        for report in (
            Report(
                "compare",
                "comparison:compare",
                (
                    Parameter("processes", "process", "processes-help", many=True, least=2),
                    Parameter("phase_type", "phase-type", _FOR_A_PHASE, "--phase-type", "phase-type"),
                    Parameter("rows", "section", "rows-help", "--rows", "rows", many=True),
                ),
                links=True,
            ),
            Report(
                "story", "chains:story", (Parameter("thing", "thing", "story-thing", least=1),),
                page="/story/{path:path}",
            ),
            Report(
                "lessons",
                "lesson_list:lessons",
                (
                    Parameter("phase_type", "phase-type", _FOR_A_PHASE, "--for", "phase-type"),
                    _ROLE,
                    Parameter("like", "region", "like-help", "--like", "region"),
                    Parameter("theme", "theme", "theme-help", "--theme", "theme"),
                ),
            ),
            Report(
                "handbook",
                "handbook:handbook",
                (
                    Parameter("phase", "phase-type", _FOR_A_PHASE, "--phase", "phase-type", least=1),
                    _ROLE,
                    Parameter("region", "region", "region-help", "--region", "region"),
                    Parameter("starts", "day", "starts-help", "--starts", "starts"),
                ),
                files=MappingProxyType({"ics": (".ics",)}), file_method="handbook_file",
            ),
            Report(
                "gaps", "gaps:gaps",
                (Parameter("datasets", "dataset", "gaps-dataset", field="dataset", many=True),),
            ),
            Report(
                "network", "network_report:networks", (_PROCESSES,), method="network_report",
                files=MappingProxyType({"graphml": (".graphml",), "gexf": (".gexf",)}),
                file_method="network_file",
            ),
            Report("disagreements", "disagreements:disagreements", (_PROCESSES,)),
        )
    }
)  # fmt: skip
"""All reports by slug, in the order in which ``--help`` lists them."""
