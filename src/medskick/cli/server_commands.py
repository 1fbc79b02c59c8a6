"""Commands that put the graph on the web: explore, publish."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from medskick.cli.common import (
    LANG,
    AloneOption,
    DataOption,
    EndpointOption,
    LangOption,
    QueriesOption,
    ServiceOption,
    StoreOption,
    app,
    endpoints,
    open_catalogue,
    reader,
    refuse,
    tell,
    tell_left_out,
    words,
)
from medskick.cli.opening import build_store, endpoint_given, open_graph
from medskick.words import languages


@app.command("explore", help=words("explore"))
def explore_command(
    host: Annotated[str, typer.Option("--host", metavar=words("host"), help=words("host-help"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=words("port"))] = 8765,
    no_open: Annotated[bool, typer.Option("--no-open", help=words("no-open"))] = False,
    data: DataOption = None,
    alone: AloneOption = False,
    drafts: Annotated[bool, typer.Option("--drafts", help=words("explore-drafts"))] = False,
    service: ServiceOption = None,
    queries: QueriesOption = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Build the graph if needed, serve it on this machine, and open it in the browser."""
    language = reader(lang)
    from medskick.graph.from_tables import drafts_home, is_stale
    from medskick.graph.store import current, store_home
    from medskick.web.app import Settings
    from medskick.web.serve import serve

    services = endpoints(service)
    catalogue = open_catalogue(queries)
    built = current(store_home(store))
    address = endpoint_given(endpoint, store)
    if address and (data or alone or drafts):
        refuse(words("endpoint-no-data"))
    if address:
        open_graph(store, address)
    elif drafts:
        given = (data, alone) if data or alone or built is None else ([Path(d) for d in built.data], built.alone)
        build_store(*given, store, drafts=True)
    elif built is None or data or alone:
        build_store(data, alone, store)
    elif not built.usable or built.held or is_stale(built):
        build_store([Path(d) for d in built.data], built.alone, store)

    def started(address: str) -> None:
        print(f"{address}{language}/", flush=True)
        tell(words("serving"))

    try:
        settings = Settings.from_environment()
        settings = replace(
            settings,
            store=drafts_home(store) if drafts else store_home(store),
            hosts=(*settings.hosts, host),
            services=(*settings.services, *services),
            queries=catalogue.added,
            endpoint=address,
            lang=language,
        )
        serve(settings, host, port, not no_open, started)
    except OSError as error:
        refuse(words("cannot-serve", host=host, reason=error.strerror or error))


@app.command("publish", help=words("publish"))
def publish_command(
    target: Annotated[Path, typer.Argument(metavar="DIR", help=words("publish-dir"))],
    base_url: Annotated[str, typer.Option("--base-url", metavar="URL", help=words("base-url"))] = "",
    queries: QueriesOption = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="|".join(languages()), help=words("publish-language"))
    ] = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the site as files for any web host."""
    reader(lang)
    chosen = [reader(one) for one in language or ()]
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from medskick.graph.store import store_home
    from medskick.graph.whole_files import no_room
    from medskick.web.app import Settings
    from medskick.web.publish import PublishError, PublishStoppedError, publish
    from medskick.web.site_folder import PublishBusyError, SiteFolder

    if base_url and not base_url.startswith(("http://", "https://")):
        refuse(words("bad-base-url", found=base_url))
    if target.is_file():
        refuse(words("cannot-write", path=target, reason=words("is-a-file")))
    if SiteFolder(target).is_anothers:
        refuse(words("publish-not-empty", path=target))
    catalogue = open_catalogue(queries)
    address = endpoint_given(endpoint, store)
    open_graph(store, address)
    tell_left_out(catalogue.left_out())
    console = Console(stderr=True, highlight=False)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    try:
        with bar:
            task = bar.add_task(words("publishing"), total=None)
            done = publish(
                Settings(store=store_home(store), queries=catalogue.added, endpoint=address),
                target,
                base_url,
                lambda made, known: bar.update(task, completed=made, total=known),
                chosen,
            )
    except PublishError as error:
        listed = "\n".join(f"  {status} {address} {cause}".rstrip() for address, status, cause in error.faults[:20])
        tell(words("publish-failed", count=len(error.faults), listed=listed))
        raise typer.Exit(1) from None
    except PublishStoppedError:
        tell(words("publish-stopped"))
        raise typer.Exit(1) from None
    except PublishBusyError:
        refuse(words("publish-busy", path=target))
    except OSError as error:
        full = no_room(error)
        reason = words("disk-full") if full else error.strerror or error
        refuse(words("publish-cannot-write", path=target if full else error.filename or target, reason=reason))
    key = "published" if done.written or done.removed else "publish-unchanged"
    tell(words(key, count=done.files, written=done.written, removed=done.removed, path=target))
