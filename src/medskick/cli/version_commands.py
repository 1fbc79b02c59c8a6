"""Commands on versions of the graph: versions, diff."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import LANG, LangOption, OutOption, StoreOption, app, reader, refuse, words
from medskick.cli.forms import REPORT_FORMS, deliver, form_of
from medskick.cli.opening import open_graph

if TYPE_CHECKING:
    from medskick.reports.version_changes import Side
    from medskick.words import Lang


@app.command("versions", help=words("versions"))
def versions_command(store: StoreOption = None, lang: LangOption = LANG) -> None:
    """List the versions of the graph that are here."""
    reader(lang)
    from medskick.graph.store import store_home
    from medskick.graph.versions import versions

    for one in versions(store_home(store)):
        states = [state for state, so in (("current", one.current), ("kept", one.kept)) if so] or ["earlier"]
        print(f"{one.version}  {', '.join(words(f'version-{state}') for state in states)}")


def _side(named: str, store: Path | None, lang: "Lang") -> "Side":
    """One side of a comparison: an export if there is such a file, else a version by the beginning of its name."""
    from medskick.graph.versions import read_export
    from medskick.reports.graph_reader import GraphReader
    from medskick.reports.version_changes import Side

    path = Path(named)
    if path.is_file():
        try:
            graph, version = read_export(path)
        except ValueError:
            refuse(words("bad-ending", found=path.name, known=".nq, .trig"))
        except SyntaxError as error:
            refuse(words("no-export", path=path, reason=error))
        except OSError as error:
            refuse(words("cannot-read", path=path, reason=error.strerror or error))
        return Side(GraphReader(graph, lang, links=True), version)
    kg = open_graph(store, version=named)
    return Side(GraphReader(kg.store, lang, links=True), kg.version)


@app.command("diff", help=words("diff"))
def diff_command(
    old: Annotated[str, typer.Argument(metavar=words("version-name"), help=words("diff-old"))],
    new: Annotated[str | None, typer.Argument(metavar=words("version-name"), help=words("diff-new"))] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="|".join(REPORT_FORMS), help=words("report-format"))
    ] = None,
    output: OutOption = None,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Tell what changed between two versions of the graph, by dataset, thing and property."""
    language = reader(lang)
    from medskick.graph.store import current, store_home
    from medskick.reports.version_changes import version_changes

    chosen = form_of(form, output, REPORT_FORMS)
    if new is None:
        built = current(store_home(store))
        if built is None:
            refuse(words("not-built", path=store_home(store)))
        new = built.version
    deliver(version_changes(_side(old, store, language), _side(new, store, language)), chosen, output)
