"""The command cite: an answer as it is cited, and asked again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import (
    LANG,
    DatasetOption,
    LangOption,
    LinksOption,
    OutOption,
    QueriesOption,
    StoreOption,
    app,
    open_catalogue,
    reader,
    refuse,
    run_query,
    words,
)
from medskick.cli.forms import REPORT_FORMS, deliver, form_of, save
from medskick.cli.opening import open_graph

if TYPE_CHECKING:
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.queries.query import Query
    from medskick.queries.run import Answer
    from medskick.reports.cited_answer import CitedAnswer

_FORMS = {"text": (".txt",), "bib": (".bib",), "ris": (".ris",), "csl": (".json",)}
"""The forms of a citation, each with the endings of files that mean it."""


@app.command("cite", help=words("cite"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def cite_command(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar=words("question"), help=words("cite-slug"))] = None,
    again: Annotated[Path | None, typer.Option("--again", metavar="FILE", help=words("cite-again"))] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="|".join(_FORMS), help=words("cite-format"))] = None,
    output: OutOption = None,
    dataset: DatasetOption = None,
    links: LinksOption = False,
    queries: QueriesOption = None,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Cite an answer: the question, its values, the datasets with versions and publishers, the query."""
    language = reader(lang)
    if (slug is None) == (again is None):
        refuse(words("cite-one"))
    if again is not None:
        _ask_again(again, form, output, queries, store)
        return
    assert slug is not None
    from medskick.queries.binding import BoundQuery
    from medskick.queries.run import ask_bound
    from medskick.reports.cited_answer import cited_answer
    from medskick.reports.graph_reader import GraphReader

    chosen = form_of(form or (None if output else "text"), output, _FORMS)

    def cited(question: "Query", given: dict[str, str]) -> "CitedAnswer":
        kg = open_graph(store)
        bound = BoundQuery(kg.store, question, given)
        answer = ask_bound(kg.store, bound, language, dataset, links)
        return cited_answer(GraphReader(kg.store, language, dataset, links), answer, bound.text, given, kg.version)

    citation = run_query(slug, open_catalogue(queries).question, cited, ctx.args, language)
    match chosen:
        case "bib":
            save(citation.citation.as_bibtex(), output)
        case "ris":
            save(citation.citation.as_ris(), output)
        case "csl":
            save(citation.as_csl(), output)
        case _:
            save(citation.as_text(), output)


def _ask_again(
    path: Path, form: str | None, output: Path | None, queries: list[Path] | None, store: Path | None
) -> None:
    """Ask the question of a citation again and tell whether the answer is the same; end with 1 if it is not."""
    from medskick.graph.versions import UnknownVersionError
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.queries.run import ask
    from medskick.reports.asked_again import asked_again
    from medskick.reports.cited_answer import NoCitedAnswerError, read_cited

    chosen = form_of(form, output, REPORT_FORMS)
    try:
        cited = read_cited(path.read_text(encoding="utf-8"))
    except OSError as error:
        refuse(words("cannot-read", path=path, reason=error.strerror or error))
    except NoCitedAnswerError:
        refuse(words("no-citation", path=path))
    asking = cited.asking
    parameters = [part for name, value in asking.parameters.items() for part in (f"--{name}", value)]

    def over(kg: "KnowledgeGraph") -> "Answer":
        catalogue = open_catalogue(queries)
        return run_query(
            asking.question,
            catalogue.question,
            lambda q, params: ask(kg.store, q, params, asking.lang, asking.datasets, asking.links),
            parameters,
            asking.lang,
        )

    kg = open_graph(store)
    now, before = over(kg), None
    if cited.version != kg.version:
        try:
            before = over(KnowledgeGraph(store, version=cited.version))
        except UnknownVersionError:
            before = None
    report = asked_again(cited, now, kg.version, before)
    deliver(report.document, chosen, output)
    if not report.same:
        raise typer.Exit(1)
