"""The command for copies of what other endpoints hold: copy."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from medskick.cli.common import (
    LANG,
    EndpointOption,
    LangOption,
    StoreOption,
    app,
    asked_too,
    reader,
    refuse,
    tell,
    words,
    writing,
)
from medskick.cli.opening import open_graph
from medskick.words import say


@app.command("copy", help=words("copy"))
def copy_command(
    service: Annotated[str | None, typer.Argument(metavar="URL", help=words("copy-of"))] = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Keep a dated copy of what an endpoint holds, or list the copies that are kept."""
    language = reader(lang)
    from medskick.graph import dates
    from medskick.queries.kept import CopyError, all_kept, keep
    from medskick.queries.remote import EndpointError

    kg = open_graph(store, endpoint)
    if service is None:
        for copy in all_kept(kg.copies):
            day = dates.words(copy.day, language)
            print(say("cli.copy-kept", language, endpoint=copy.endpoint, day=day, count=copy.statements))
        return
    endpoints = asked_too([service], kg)
    assert endpoints is not None
    [(name, address)] = endpoints.addresses.items()
    with writing(kg.copies):
        try:
            # a copy has the day on which it was taken
            copy = keep(kg.copies, address, datetime.now(UTC).date().isoformat())
        except EndpointError as error:
            refuse(words("copy-failed", endpoint=name, reason=say(f"answer.missing-{error.reason}", LANG)))
        except CopyError as error:
            key = "copy-not-whole" if error.given else "copy-too-much"
            refuse(words(key, endpoint=name, n=error.given, of=error.held))
    tell(words("copy-written", endpoint=name, count=copy.statements, path=copy.path))
