"""Each report is described once: functions, Python, commands and pages hold to the description."""

import inspect
from typing import get_type_hints

import pytest
from typer.main import get_command

from medskick.cli import app
from medskick.knowledge_graph import KnowledgeGraph
from medskick.reports.options import Over, OverLinks
from medskick.reports.registry import REPORTS, Parameter, Report
from medskick.reports.render import as_text
from medskick.web.site.pages import PAGES
from medskick.words import SHIPPED, say

every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())


def own_parameters(report: Report) -> list[Parameter]:
    """The parameters that the report's function takes: the datasets are its reader's."""
    return [parameter for parameter in report.parameters if parameter.kind != "dataset"]


@every_report
def test_its_function_takes_what_is_described(report: Report) -> None:
    reader, *taken = inspect.signature(report.function()).parameters.values()
    assert reader.name == "reader"
    assert {p.name for p in taken} == {parameter.name for parameter in own_parameters(report)}
    optional = {p.name for p in taken if p.default is not inspect.Parameter.empty}
    assert optional == {parameter.name for parameter in own_parameters(report) if not parameter.least}


@every_report
def test_python_offers_it_with_the_same_parameters(report: Report) -> None:
    method = getattr(KnowledgeGraph, report.name)
    own = [p for p in inspect.signature(method).parameters.values() if p.name not in ("self", "over")]
    assert {p.name for p in own} == {parameter.name for parameter in own_parameters(report)}
    assert {p.name for p in own if p.kind is p.VAR_POSITIONAL} == {
        p.name for p in own_parameters(report) if p.many and not p.option
    }
    over = get_type_hints(method, vars(inspect.getmodule(method)) | {"Document": object, "GraphReader": object})["over"]
    assert over.__args__ == ((OverLinks if report.links else Over),)
    assert method.__doc__


@every_report
def test_its_command_has_an_option_for_everything(report: Report) -> None:
    command = get_command(app).commands[report.slug]  # type: ignore[attr-defined]
    options = {option for param in command.params for option in param.opts if option.startswith("--")}
    arguments = {param.name for param in command.params if param.param_type_name == "argument"}
    common = {"--format", "--output", "--store", "--endpoint", "--lang"}
    common |= set() if report.by_dataset else {"--dataset"}
    common |= {"--links"} if report.links else set()
    assert options - {"--help"} == common | {p.option for p in report.parameters if p.option}
    assert arguments == {p.name for p in report.parameters if not p.option}
    required = {p.name for p in command.params if p.required}
    assert required == {p.name for p in report.parameters if p.least}


@every_report
def test_it_has_a_page_and_its_words_in_both_languages(report: Report) -> None:
    assert report.path in PAGES
    for lang in SHIPPED:
        assert all(say(f"cli.{key}", lang) for key in (report.slug, *(p.words for p in report.parameters)))


def test_its_page_keeps_what_bookmarks_say() -> None:
    """The names in addresses of pages, ``/network?process=…``, and of the options of commands."""
    assert {r.slug: [p.option for p in r.parameters if p.option] for r in REPORTS.values() if r.slug != "story"} == {
        "compare": ["--phase-type", "--rows"], "lessons": ["--for", "--role", "--like", "--theme"],
        "handbook": ["--phase", "--role", "--region", "--starts"], "gaps": [], "network": [], "disagreements": [],
    }  # fmt: skip
    assert {r.slug: [p.field for p in r.parameters if p.field] for r in REPORTS.values()} == {
        "compare": ["phase-type", "rows"], "story": [], "lessons": ["phase-type", "role", "region", "theme"],
        "handbook": ["phase-type", "role", "region", "starts"], "gaps": ["dataset"], "network": ["process"],
        "disagreements": ["process"],
    }  # fmt: skip


def test_links_add_to_the_comparison(kg: KnowledgeGraph) -> None:
    pair = ("regionplan-skane", "regionplan-halland")
    assert [r.slug for r in REPORTS.values() if r.links] == ["compare"]
    plain, linked = (as_text(kg.compare(*pair, links=links)) for links in (False, True))
    # the linkset halland-skane: describing the benefit may answer the worry about the planning monopoly
    assert "may answer" in linked and "may answer" not in plain
