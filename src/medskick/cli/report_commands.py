"""Commands that put answers together: compare, story, lessons, handbook, gaps, network."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from medskick.cli.common import (
    LANG,
    DatasetOption,
    LangOption,
    LinksOption,
    OutOption,
    StoreOption,
    app,
    open_graph,
    reader,
    refuse,
    refuse_value,
    words,
)
from medskick.cli.forms import REPORT_FORMS, deliver, form_of, save
from medskick.words import Lang, say

if TYPE_CHECKING:
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.reports.document import Document

T = TypeVar("T")

_NETWORKS = {"graphml": (".graphml",), "gexf": (".gexf",)}

FormOption = Annotated[
    str | None, typer.Option("--format", metavar="|".join(REPORT_FORMS), help=words("report-format"))
]
PhaseOption = Annotated[str, typer.Option("--phase-type", metavar=words("phase-type"), help=words("phase-type-help"))]
RoleOption = Annotated[str, typer.Option("--role", metavar=words("role"), help=words("role-help"))]


def _or_refuse(make: "Callable[[KnowledgeGraph], T]", store: Path | None, lang: Lang) -> "T":
    """Open the graph and make something of it; a user's mistakes become messages."""
    from medskick.graph.faults import closest
    from medskick.queries.run import UnknownDatasetError, UnknownValueError
    from medskick.reports.graph_reader import UnknownSubjectError
    from medskick.resources.finding import AmbiguousThingError, UnknownThingError

    def meant(near: str | None) -> str:
        return " " + say("fault.fix", LANG, fix=near) if near else ""

    try:
        return make(open_graph(store))
    except UnknownSubjectError as error:
        known = "\n".join(f"  {slug}  {label}".rstrip() for slug, label in error.known.items())
        refuse(words("unknown-subject", found=error.name, known=known) + meant(closest(error.name, error.known)))
    except UnknownThingError as error:
        refuse(words("unknown-story", found=error.args[0]) + meant(error.near))
    except AmbiguousThingError as error:
        refuse(words("ambiguous-thing", found=error.args[0], known=", ".join(error.found)))
    except UnknownValueError as error:
        refuse_value(error, lang)
    except UnknownDatasetError as error:
        refuse(words("unknown-dataset", found=error.name, known=", ".join(error.known)))


def _deliver(
    make: "Callable[[KnowledgeGraph], Document]", form: str | None, output: Path | None, store: Path | None, lang: Lang
) -> None:
    """Make a report and write it in its form."""
    chosen = form_of(form, output, REPORT_FORMS)
    deliver(_or_refuse(make, store, lang), chosen, output)


@app.command("compare", help=words("compare"))
def compare_command(
    processes: Annotated[list[str], typer.Argument(metavar=words("processes"), help=words("processes-help"))],
    phase_type: PhaseOption = "",
    form: FormOption = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Compare processes side by side."""
    language = reader(lang)
    if len(processes) < 2:
        refuse(words("compare-two"))
    _deliver(
        lambda kg: kg.compare(*processes, phase_type=phase_type, lang=language, datasets=dataset, links=links),
        form,
        output,
        store,
        language,
    )


@app.command("story", help=words("story"))
def story_command(
    thing: Annotated[str, typer.Argument(metavar=words("thing"), help=words("story-thing"))],
    form: FormOption = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Tell how a decision, a change or a lesson came about."""
    language = reader(lang)
    _deliver(lambda kg: kg.story(thing, lang=language, datasets=dataset, links=links), form, output, store, language)


@app.command("lessons", help=words("lessons"))
def lessons_command(
    phase_type: Annotated[str, typer.Option("--for", metavar=words("phase-type"), help=words("phase-type-help"))] = "",
    role: RoleOption = "",
    theme: Annotated[str, typer.Option("--theme", metavar=words("theme"), help=words("theme-help"))] = "",
    like: Annotated[str, typer.Option("--like", metavar=words("process"), help=words("like-help"))] = "",
    form: FormOption = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Show the lessons for a phase and role, and why each is shown."""
    language = reader(lang)
    _deliver(
        lambda kg: kg.lessons(
            phase_type=phase_type, role=role, theme=theme, like=like, lang=language, datasets=dataset, links=links
        ),
        form,
        output,
        store,
        language,
    )


@app.command("handbook", help=words("handbook"))
def handbook_command(
    phase: Annotated[str, typer.Option("--phase", metavar=words("phase-type"), help=words("phase-type-help"))],
    role: RoleOption = "",
    region: Annotated[str, typer.Option("--region", metavar=words("process"), help=words("region-help"))] = "",
    form: FormOption = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the working document for an official about to enter a phase."""
    language = reader(lang)
    _deliver(
        lambda kg: kg.handbook(phase, role=role, region=region, lang=language, datasets=dataset, links=links),
        form,
        output,
        store,
        language,
    )


@app.command("gaps", help=words("gaps"))
def gaps_command(
    dataset: Annotated[list[str] | None, typer.Argument(metavar=words("name"), help=words("gaps-dataset"))] = None,
    form: FormOption = None,
    output: OutOption = None,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Say what is missing, and whether it is really absent or only unknown."""
    language = reader(lang)
    _deliver(lambda kg: kg.gaps(datasets=dataset, lang=language), form, output, store, language)


@app.command("network", help=words("network"))
def network_command(
    processes: Annotated[
        list[str] | None, typer.Argument(metavar=words("processes"), help=words("network-processes"))
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="|".join([*REPORT_FORMS, *_NETWORKS]), help=words("network-format")),
    ] = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Show who connects, who brokers and which groups there are; or write the network for other programs."""
    language = reader(lang)
    chosen = form_of(form, output, {**REPORT_FORMS, **_NETWORKS})
    if chosen in _NETWORKS:
        save(
            _or_refuse(
                lambda kg: kg.network_file(
                    *(processes or ()), form=chosen, lang=language, datasets=dataset, links=links
                ),
                store,
                language,
            ),
            output,
        )
        return
    _deliver(
        lambda kg: kg.network_report(*(processes or ()), lang=language, datasets=dataset, links=links),
        form,
        output,
        store,
        language,
    )


@app.command("disagreements", help=words("disagreements"))
def disagreements_command(
    processes: Annotated[
        list[str] | None, typer.Argument(metavar=words("processes"), help=words("network-processes"))
    ] = None,
    form: FormOption = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Show what stands against what, and who changed their mind."""
    language = reader(lang)
    _deliver(
        lambda kg: kg.disagreements(*(processes or ()), lang=language, datasets=dataset), form, output, store, language
    )
