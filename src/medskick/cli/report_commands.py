"""Commands that put answers together (compare, story, lessons, handbook, …), made from the registry of reports."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from medskick.cli.common import (
    LANG,
    DatasetOption,
    EndpointOption,
    LangOption,
    LinksOption,
    OutOption,
    StoreOption,
    app,
    reader,
    refuse,
    refuse_value,
    words,
)
from medskick.cli.forms import REPORT_FORMS, deliver, form_of, save
from medskick.cli.opening import open_graph
from medskick.reports.registry import REPORTS, Parameter, Report
from medskick.words import Lang, say

if TYPE_CHECKING:
    from medskick.knowledge_graph import KnowledgeGraph

T = TypeVar("T")


def _or_refuse(make: "Callable[[KnowledgeGraph], T]", store: Path | None, endpoint: str | None, lang: Lang) -> "T":
    """Open the graph and make something of it; a user's mistakes become messages."""
    from medskick.queries.binding import UnknownValueError
    from medskick.queries.evaluate import UnknownDatasetError
    from medskick.reports.lead_time import NotADayError
    from medskick.resources.finding import AmbiguousThingError, UnknownThingError

    def meant(near: str | None) -> str:
        return " " + say("fault.fix", LANG, fix=near) if near else ""

    try:
        return make(open_graph(store, endpoint))
    except UnknownThingError as error:
        known = "\n".join(f"  {slug}  {label}".rstrip() for slug, label in error.known.items())
        key = "unknown-subject" if known else "unknown-story"
        refuse(words(key, found=error.wanted, known=known) + meant(error.near))
    except AmbiguousThingError as error:
        refuse(words("ambiguous-thing", found=error.wanted, known=", ".join(error.choices)))
    except UnknownValueError as error:
        refuse_value(error, lang)
    except UnknownDatasetError as error:
        refuse(words("unknown-dataset", found=error.name, known=", ".join(error.known)))
    except NotADayError as error:
        refuse(words("no-day" if not error.given else "bad-day", found=error.given) + meant(error.fix))


def _metavar(parameter: Parameter) -> str:
    """What stands for the parameter's value in a help text."""
    if parameter.kind == "process" and parameter.many:
        return words("processes")
    named = {"region": "process", "dataset": "name", "section": "name"}
    return words(named.get(parameter.kind, parameter.kind))


def _option(parameter: Parameter) -> inspect.Parameter:
    """The parameter as the command line library takes it."""
    metavar, text = _metavar(parameter), words(parameter.words)
    if parameter.option:
        declared: Any = typer.Option(parameter.option, metavar=metavar, help=text)
    else:
        declared = typer.Argument(metavar=metavar, help=text)
    value: Any = list[str] if parameter.many else str
    default: Any = None if parameter.many else ""
    if parameter.least:
        default = inspect.Parameter.empty
    elif parameter.many:
        value = list[str] | None
    return _keyword(parameter.name, Annotated[value, declared], default)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _command(report: Report) -> Callable[..., None]:
    """The command for a report: its own parameters, then those that all have."""
    forms: Mapping[str, Sequence[str]] = {**REPORT_FORMS, **report.files}
    form_help = words(f"{report.slug}-format" if report.files else "report-format")
    form_option = Annotated[str | None, typer.Option("--format", metavar="|".join(forms), help=form_help)]

    def command(
        *,
        form: str | None,
        output: Path | None,
        store: Path | None,
        endpoint: str | None,
        lang: str,
        dataset: list[str] | None = None,
        links: bool = False,
        **given: Any,
    ) -> None:
        language = reader(lang)
        over: dict[str, Any] = {"lang": language} if report.by_dataset else {"lang": language, "datasets": dataset}
        if report.links:
            over["links"] = links
        several: list[str] = []
        for parameter in report.parameters:
            if parameter.many and len(given[parameter.name] or ()) < parameter.least:
                refuse(words(f"{report.slug}-too-few"))
            if parameter.many and parameter.kind != "dataset":
                given[parameter.name] = given[parameter.name] or []
                if not parameter.option:
                    several = given.pop(parameter.name)
        chosen = form_of(form, output, forms)
        if chosen in report.files:
            save(
                _or_refuse(
                    lambda kg: getattr(kg, report.file_method)(*several, form=chosen, **given, **over),
                    store,
                    endpoint,
                    language,
                ),
                output,
            )
        else:
            make = lambda kg: getattr(kg, report.name)(*several, **given, **over)  # noqa: E731
            deliver(_or_refuse(make, store, endpoint, language), chosen, output)

    after = [_keyword("form", form_option, None), _keyword("output", OutOption, None)]
    if not report.by_dataset:
        after.append(_keyword("dataset", DatasetOption, None))
    if report.links:
        after.append(_keyword("links", LinksOption, False))
    after += [
        _keyword("store", StoreOption, None),
        _keyword("endpoint", EndpointOption, None),
        _keyword("lang", LangOption, LANG),
    ]
    signature = inspect.Signature([*map(_option, report.parameters), *after])
    # the command line library reads both
    command.__signature__ = signature  # type: ignore[attr-defined]
    command.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return command


for _report in REPORTS.values():
    app.command(_report.slug, help=words(_report.slug))(_command(_report))
