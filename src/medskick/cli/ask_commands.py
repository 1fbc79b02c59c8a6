"""Commands that answer: ask, view."""

from pathlib import Path
from typing import Annotated

import typer

from medskick.cli.common import (
    LANG,
    AskedTooOption,
    DatasetOption,
    EndpointOption,
    LangOption,
    LinksOption,
    OutOption,
    QueriesOption,
    StoreOption,
    VersionOption,
    app,
    asked_too,
    open_catalogue,
    reader,
    refuse,
    run_query,
    tell,
    tell_left_out,
    words,
    write,
)
from medskick.cli.forms import REPORT_FORMS, deliver, form_of, form_of_ending, save
from medskick.cli.opening import open_graph
from medskick.words import say

_DATA = {"csv": (".csv",), "json": (".json",)}
"""The forms of an answer that are data, for machines: the others are those of a report."""
_FORMS = {**REPORT_FORMS, **_DATA}


@app.command("ask", help=words("ask"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ask_command(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar=words("question"), help=words("slug"))] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="|".join(_FORMS), help=words("format"))] = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    service: AskedTooOption = None,
    queries: QueriesOption = None,
    version: VersionOption = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Answer a question of the catalogue, or list them."""
    language = reader(lang)
    from medskick.queries import answer as answers
    from medskick.queries.run import ask
    from medskick.reports.csv_guard import guarded

    chosen = form_of(form, output, _FORMS)
    catalogue = open_catalogue(queries)
    if slug is None:
        tell_left_out(catalogue.left_out())
        print(answers.listing(catalogue.questions(), language))
        return
    tell_left_out([fault for fault in catalogue.doubles() if fault.found == slug])
    kg, answer = run_query(
        slug,
        catalogue.question,
        lambda q, params: (
            kg := open_graph(store, endpoint, version),
            ask(kg.store, q, params, language, dataset, links, endpoints=asked_too(service, kg)),
        ),
        ctx.args,
        language,
    )
    if chosen in _DATA:
        for note in answers.lacking(answer):
            tell(note)
        save(guarded(answers.as_csv(answer)) if chosen == "csv" else answers.as_json(answer, kg.version), output)
    else:
        deliver(kg.document(answer), chosen, output)


@app.command("view", help=words("view"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def view_command(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar=words("view-name"), help=words("view-slug"))] = None,
    output: OutOption = None,
    around: Annotated[str | None, typer.Option("--around", metavar=words("thing"), help=words("around"))] = None,
    depth: Annotated[int, typer.Option("--depth", min=1, max=5, help=words("depth"))] = 1,
    sources: Annotated[bool, typer.Option("--sources", help=words("with-sources"))] = False,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    queries: QueriesOption = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write a picture as one HTML file that needs no other, or in the form of the file's ending; or list the views."""
    language = reader(lang)
    from medskick.queries import answer as answers
    from medskick.reports.csv_guard import guarded
    from medskick.resources.finding import AmbiguousThingError, UnknownThingError
    from medskick.viz.pictures import as_network
    from medskick.viz.pictures.as_page import page
    from medskick.viz.pictures.as_svg import network_svg
    from medskick.viz.pictures.layout import laid
    from medskick.viz.pictures.offline import neighbours
    from medskick.viz.pictures.picture import around_thing, from_view

    catalogue = open_catalogue(queries)
    if slug is None and around is None:
        tell_left_out(catalogue.left_out())
        print(answers.listing(catalogue.views(), language))
        return
    endings = {".html": "html", ".htm": "html", ".svg": "svg", ".graphml": "graphml", ".gexf": "gexf", ".csv": "csv"}
    form = form_of_ending(output, endings)
    kg = open_graph(store, endpoint)
    if around is not None:
        try:
            picture = around_thing(kg.store, around, depth, dataset, links=links, sources=sources)
        except UnknownThingError as error:
            fix = " " + say("fault.fix", LANG, fix=error.near) if error.near else ""
            refuse(words("unknown-thing", found=around) + fix)
        except AmbiguousThingError as error:
            refuse(words("ambiguous-thing", found=around, known=", ".join(error.choices)))
        name = f"{around.rpartition(':')[2].rpartition('/')[2]}.html"
    else:
        assert slug is not None
        tell_left_out([fault for fault in catalogue.doubles() if fault.found == slug])
        picture = run_query(
            slug, catalogue.view, lambda q, params: from_view(kg.store, q, params, dataset, links), ctx.args, language
        )
        name = f"{slug}.html"
    target = output or Path(name)
    if form == "html":
        write(page(picture, language, kg.version, neighbours=neighbours(kg.store)), target)
    elif form == "svg":
        write(f"{network_svg(laid(picture), language, alone=True)}\n", target)
    elif form == "csv":
        write(guarded(as_network.as_csv(kg.store, picture, language)), target)
    else:
        writer = {"graphml": as_network.as_graphml, "gexf": as_network.as_gexf}[form]
        write(writer(kg.store, laid(picture), language), target)
    tell(words("written", path=target, nodes=len(picture.nodes), edges=len(picture.edges)))
