"""The command that fills an endpoint: push."""

from pathlib import Path
from typing import Annotated

import typer

from medskick.cli.common import (
    LANG,
    LangOption,
    StoreOption,
    app,
    endpoints,
    reader,
    refuse,
    tell,
    tell_endpoint,
    words,
)
from medskick.cli.opening import open_graph


@app.command("push", help=words("push"))
def push_command(
    url: Annotated[str, typer.Argument(metavar="URL", help=words("push-url"))],
    update: Annotated[str | None, typer.Option("--update", metavar="URL", help=words("push-update"))] = None,
    graph_store: Annotated[str | None, typer.Option("--graph-store", metavar="URL", help=words("push-graphs"))] = None,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Make an endpoint hold the graph, the merged one too: only what is not there yet is sent."""
    reader(lang)
    endpoints([address for address in (url, update, graph_store) if address])
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from medskick.graph.store import open_store, store_home
    from medskick.queries.endpoint.exchange import Exchange
    from medskick.queries.endpoint.push import PushError, Target, push
    from medskick.queries.remote import EndpointError

    # the graph on this machine, whatever endpoint is read otherwise
    home: Path = store_home(store)
    open_graph(home)
    console = Console(stderr=True, highlight=False)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    try:
        with bar:
            task = bar.add_task(words("pushing"), total=None)
            opened, built = open_store(home)
            target = Target(update or url, graph_store or "")
            done = push(opened, built, Exchange(url), target, lambda n, of: bar.update(task, completed=n, total=of))
    except EndpointError as error:
        tell_endpoint(error)
        refuse(words("push-again"))
    except PushError as error:
        tell(words("push-short", graph=error.graph, there=error.there, sent=error.sent))
        refuse(words("push-again"))
    tell(
        words(
            "pushed" if done.written or done.removed else "push-unchanged",
            endpoint=url,
            version=built.version[:12],
            written=done.written,
            removed=done.removed,
            stayed=done.stayed,
            statements=done.statements,
        )
    )
