"""Commands for a dataset as a workbook: new, import, and the workbook that export writes."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import (
    LANG,
    AloneOption,
    DataOption,
    LangOption,
    MappingOption,
    app,
    folder_named,
    reader,
    refuse,
    tell,
    tell_faults,
    words,
    write,
    writing,
)
from medskick.words import SHIPPED, Lang

if TYPE_CHECKING:
    from medskick.graph.dataset import Dataset
    from medskick.graph.index import Index


def _asked(given: str | None, key: str, usual: str = "") -> str:
    """Return an answer: as given, else asked for where somebody is there to answer, else the usual one; else end."""
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(typer.prompt(words(f"ask-{key}"), default=usual or None, err=True))
    return usual or refuse(words("ask-needed", option=f"--{key}"))


def one_dataset(names: list[str], data: list[Path]) -> "tuple[Index, Dataset]":
    """Return the one dataset that is named, with its index; end where it is not there or cannot be read whole."""
    from medskick.sheets.loading import index_of, places, whole_dataset

    known = places(data)
    if len(names) != 1 or names[0] not in known:
        given, available = ", ".join(names) or "-", ", ".join(n for n in known if "/" not in n)
        refuse(words("export-dataset", found=given, known=available))
    dataset = whole_dataset(known[names[0]])
    return index_of(dataset, data), dataset


def export_workbook(names: list[str], data: list[Path], output: Path, lang: Lang) -> None:
    """Write the one dataset that is named as a workbook; end where it is not there or cannot be read whole."""
    from medskick.sheets.write import workbook

    write(workbook(*one_dataset(names, data), lang), output)


def export_shapes(names: list[str], data: list[Path], output: Path) -> None:
    """Write the shapes as one file, for the dataset that is named or for any; end where it cannot be read whole."""
    from medskick.graph.shapes_file import shapes_file
    from medskick.ontology import vocabulary

    index, dataset = one_dataset(names, data) if names else (None, None)
    write(shapes_file(vocabulary(), dataset, index), output)


def export_csvw(names: list[str], data: list[Path], output: Path) -> None:
    """Write a description (CSVW) of the one dataset that is named; end where it cannot be read whole."""
    from medskick.sheets.csvw import described_tables

    write(described_tables(*one_dataset(names, data), output.parent), output)


@app.command("new", help=words("new"))
def new_command(
    name: Annotated[str, typer.Argument(metavar=words("name"), help=words("new-name"))],
    place: Annotated[str | None, typer.Option("--place", metavar="TEXT", help=words("new-place"))] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", metavar="TEXT", help=words("new-publisher"))] = None,
    languages: Annotated[
        list[str] | None, typer.Option("--language", metavar="TAG", help=words("new-language"))
    ] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="URL", help=words("new-base"))] = None,
    refers: Annotated[
        list[str] | None, typer.Option("--refers", metavar=words("name"), help=words("new-refers"))
    ] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help=words("xlsx"))] = None,
    folder: Annotated[Path, typer.Option("--folder", metavar="DIR", help=words("new-folder"))] = Path(),
    data: DataOption = None,
    alone: AloneOption = False,
    lang: LangOption = LANG,
) -> None:
    """Make a dataset's folder from a few answers, and a workbook to fill in."""
    read_in = reader(lang)
    from medskick.ontology import THINGS
    from medskick.sheets.loading import described
    from medskick.sheets.start import Beginning, begin
    from medskick.sheets.write import workbook

    others = described(data or (), alone)
    about = _asked(place, "place")
    answers = {"publisher": _asked(publisher, "publisher"), "base": _asked(base, "base", f"{THINGS}{name}/")}
    spoken = languages or _asked(None, "language", ",".join(SHIPPED)).replace(" ", "").split(",")
    named = refers if refers is not None else [n for n in _asked(None, "refers", "-").split(",") if n.strip() != "-"]
    bases = {}
    for other in (n.strip() for n in named):
        if other not in others:
            refuse(words("unknown-dataset", found=other, known=", ".join(others)))
        bases[other] = others[other].base
    beginning = Beginning(
        name, about, answers["publisher"], answers["base"], date.today().isoformat(), tuple(spoken), bases
    )
    with writing(folder):
        try:
            dataset = begin(beginning, folder)
        except FileExistsError as error:
            refuse(words("new-exists", path=error))
    tell(words("new-made", path=folder / name))
    if xlsx is not None:
        from medskick.sheets.loading import index_of

        write(workbook(index_of(dataset, data or (), alone), dataset, read_in), xlsx)
        tell(words("new-book", path=xlsx))


@app.command("import", help=words("import"))
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=words("import-file"))],
    into: Annotated[str | None, typer.Option("--into", metavar=words("name"), help=words("import-into"))] = None,
    apply: Annotated[bool, typer.Option("--apply", help=words("import-apply"))] = False,
    meant: Annotated[list[str] | None, typer.Option("--as", metavar="TEXT", help=words("import-as"))] = None,
    mapping: MappingOption = None,
    marked: Annotated[Path | None, typer.Option("--marked", metavar="FILE", help=words("import-marked"))] = None,
    data: DataOption = None,
    alone: AloneOption = False,
    lang: LangOption = LANG,
) -> None:
    """Show what a workbook or a table would change in a dataset; with --apply write it, if it passes the check."""
    read_in = reader(lang)
    from medskick.graph.faults import ordered
    from medskick.sheets.answers import read_mapping
    from medskick.sheets.apply import faults_of, with_folder, write_proposal
    from medskick.sheets.import_report import lines
    from medskick.sheets.loading import places
    from medskick.sheets.proposed import given, proposed
    from medskick.sheets.review import earlier

    source, known = given(file), places(data or (), alone)
    folder = folder_named(into or source.dataset or refuse(words("import-whose", path=file)), known)
    known, decided = with_folder(known, folder), earlier(folder)
    ready = read_mapping(mapping) if mapping else None
    book, proposal, answers = proposed(source, folder, known, read_in, meant or (), ready)
    faults = [*book.faults, *proposal.faults]
    # a cell that is not understood is left out, and what is told of the gap would only follow
    if not any(one.level == "error" for one in faults):
        faults += faults_of(proposal, folder, known)
    for line in lines(proposal, read_in, decided):
        print(line)
    faults = ordered(faults)
    if marked is not None:
        from medskick.sheets.marked_workbook import marked_book

        write(marked_book(book, faults, read_in), marked)
    if any(one.level == "error" for one in faults):
        tell_faults(faults)
        raise typer.Exit(2)
    for warning in faults:
        tell(words("warning", text=warning.say(read_in)))
    if not apply:
        tell(words("import-not-written"))
        return
    with writing(folder):
        write_proposal(proposal, folder, answers)
    tell(words("import-written", path=folder))
