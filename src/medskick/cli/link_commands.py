"""The command for matches with what is described elsewhere: link."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import (
    LANG,
    DataOption,
    EndpointOption,
    LangOption,
    OutOption,
    StoreOption,
    app,
    asked_too,
    reader,
    refuse,
    tell,
    words,
    write,
    writing,
)
from medskick.cli.forms import form_of_ending
from medskick.cli.opening import open_graph
from medskick.cli.sheet_commands import one_dataset
from medskick.words import Lang, say

if TYPE_CHECKING:
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.links.things import Thing


def export_sssom(names: list[str], data: list[Path], output: Path) -> None:
    """Write the matches of the one dataset that is named as SSSOM; end where it is not there or cannot be read."""
    from medskick.links.sssom import as_sssom

    index, dataset = one_dataset(names, data)
    write(as_sssom(dataset, index), output)


def export_as(name: str, output: Path | None, store: Path | None) -> None:
    """Write the graph in the terms of a vocabulary, in the form that the file's ending means; end where none is known.

    Without a file it is Turtle, and a table is CSV.
    """
    import pyoxigraph as ox

    from medskick.links.alignments import forms_of, in_terms_of, vocabularies
    from medskick.ontology import WRITTEN

    if name not in vocabularies():
        refuse(words("unknown-vocabulary", found=name, known=", ".join(vocabularies())))
    forms = forms_of(name)
    ending = form_of_ending(output, {f".{ending}": ending for ending in forms})
    made = in_terms_of(open_graph(store).store, name)
    form = forms[ending]
    if isinstance(made, str) or form is None:
        return write(str(made), output)
    return write(ox.serialize(made, format=form.format, prefixes=WRITTEN if form.prefixed else None) or b"", output)


@app.command("link", help=words("link"))
def link_command(
    name: Annotated[str, typer.Argument(metavar=words("name"), help=words("link-name"))],
    other: Annotated[str | None, typer.Argument(metavar=words("link-with"), help=words("link-other"))] = None,
    take: Annotated[Path | None, typer.Option("--take", metavar="FILE", help=words("link-take"))] = None,
    output: OutOption = None,
    data: DataOption = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Propose which things of a dataset and of another list are the same, or take what a person said of that."""
    read_in = reader(lang)

    if (other is None) == (take is None):
        refuse(words("link-one"))
    if take is not None:
        _take(name, take, data or [])
    elif other is not None:
        from medskick.sheets.filled_table import to_decide

        table = _proposed(name, other, data or [], store, endpoint, read_in)
        write(to_decide(table, output, name, read_in), output)


def _take(name: str, file: Path, data: list[Path]) -> None:
    from medskick.links.sssom import from_sssom
    from medskick.links.verdicts import add, from_table
    from medskick.sheets.loading import index_of, places, whole_dataset

    known = places(data)
    if name not in known:
        refuse(words("link-dataset", given=name, known=", ".join(known)))
    dataset = whole_dataset(known[name])
    index = index_of(dataset, data)
    rows = (from_sssom if file.suffix.casefold() == ".tsv" else from_table)(file, dataset, index)
    with writing(known[name]):
        number = add(known[name], dataset, index, rows)
    tell(words("link-taken", n=number, path=known[name] / "matches.csv", left=len(rows) - number))


def _at_endpoint(given: str, graph: "KnowledgeGraph") -> "list[Thing]":
    """What an endpoint holds that can be compared; end if it does not give it."""
    from medskick.links.things import things_at
    from medskick.queries.kept import CopyError
    from medskick.queries.remote import EndpointError

    endpoints = asked_too([given], graph)
    assert endpoints is not None
    [(name, address)] = endpoints.addresses.items()
    try:
        return list(things_at(address))
    except EndpointError as error:
        refuse(words("link-endpoint", endpoint=name, reason=say(f"answer.missing-{error.reason}", LANG)))
    except CopyError as error:
        refuse(words("link-not-whole" if error.given else "link-too-much", endpoint=name, n=error.given, of=error.held))


def _proposed(name: str, other: str, data: list[Path], store: Path | None, endpoint: str | None, lang: Lang) -> str:
    from medskick.graph.characters import is_address
    from medskick.links.proposals import propose
    from medskick.links.sssom import settled
    from medskick.links.things import things_in, things_of
    from medskick.links.verdicts import as_table
    from medskick.queries.federated import endpoints_named
    from medskick.sheets.loading import index_of, places, whole_dataset

    graph = open_graph(store, endpoint)
    known = places(data)
    if name not in known or name not in graph.datasets:
        refuse(words("link-dataset", given=name, known=", ".join(n for n in graph.datasets if n in known)))
    if other in graph.datasets:
        others = list(things_of(graph.store, other))
    elif Path(other).is_file():
        others = things_in(Path(other))
    elif is_address(other) or other in endpoints_named(graph.store):
        others = _at_endpoint(other, graph)
    else:
        refuse(words("link-other-unknown", given=other, known=", ".join(graph.datasets)))
    dataset = whole_dataset(known[name])
    index = index_of(dataset, data)
    proposals = propose(list(things_of(graph.store, name)), others, settled(dataset, index))
    tell(words("link-proposed", n=len(proposals)))
    return as_table(proposals, dataset, index, lang)
