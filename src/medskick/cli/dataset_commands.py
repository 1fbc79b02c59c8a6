"""Commands for the graph itself: build, check, export, fmt."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import (
    LANG,
    AloneOption,
    DataOption,
    EndpointOption,
    KeepOption,
    LangOption,
    OutOption,
    QueriesOption,
    StoreOption,
    app,
    open_catalogue,
    reader,
    refuse,
    tell,
    tell_faults,
    tell_left_out,
    words,
    write,
    writing,
)
from medskick.cli.forms import form_of_ending
from medskick.cli.opening import build_store, open_graph, tell_to_do
from medskick.words import Lang

if TYPE_CHECKING:
    from medskick.graph.assemble import Assembled


@app.command("build", help=words("build"))
def build_command(
    data: DataOption = None,
    alone: AloneOption = False,
    queries: QueriesOption = None,
    keep: KeepOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Build the checked store from the tables; a broken question is said, and stops nothing."""
    reader(lang)
    catalogue = open_catalogue(queries)
    as_now = build_store(data, alone, store)
    if keep:
        from medskick.graph.store import store_home, usable
        from medskick.graph.versions import keep as keep_version

        keep_version(store_home(store), usable(store_home(store)).version)
    tell_left_out(catalogue.left_out())
    if not as_now:
        raise typer.Exit(2)


@app.command("check", help=words("check"))
def check_command(
    data: DataOption = None,
    alone: AloneOption = False,
    queries: QueriesOption = None,
    logic: Annotated[bool, typer.Option("--logic", help=words("logic"))] = False,
    fix: Annotated[bool, typer.Option("--fix", help=words("check-fix"))] = False,
    apply: Annotated[bool, typer.Option("--apply", help=words("check-apply"))] = False,
    lang: LangOption = LANG,
) -> None:
    """Check tables, questions, views, styles and words; write nothing, but the fixes of cells if asked to."""
    read_in = reader(lang)
    if apply and not fix:
        refuse(words("apply-fix"))
    from medskick.graph.drafts import assemble_with_drafts
    from medskick.graph.faults import ordered
    from medskick.queries.catalogue import Catalogue
    from medskick.viz.look import style_faults
    from medskick.viz.word_files import word_faults

    assembled = assemble_with_drafts(data or (), alone)
    as_shown = True
    if fix:
        assembled, as_shown = _fixed(assembled, data or [], alone, apply, read_in)
    faults = ordered([*assembled.faults, *Catalogue.tolerant(queries).faults(), *style_faults(), *word_faults()])
    tell_to_do(assembled.drafts)
    tell_faults(faults, "faults-left" if fix else "faults")
    bad = not as_shown or any(fault.level == "error" for fault in faults)
    if logic:
        from medskick.graph.reason import JavaMissingError, check_logic

        try:
            verdict = check_logic(assembled)
        except JavaMissingError:
            tell(words("no-java"))
        else:
            for line in verdict.say(LANG):
                tell(line)
            bad = bad or not verdict.sound
    if bad:
        raise typer.Exit(2)


def _fixed(assembled: "Assembled", data: list[Path], alone: bool, apply: bool, lang: Lang) -> "tuple[Assembled, bool]":
    """Show what the fixes change, and write it if asked to.

    Returns the datasets as they would be, and whether the tables are so now.
    """
    from medskick.graph.faults import shown
    from medskick.graph.fixes import mended
    from medskick.graph.whole_files import write_files

    result = mended(assembled, data, alone)
    for one in result.fixes:
        print(words("fix-cell", place=one.place(lang), before=shown(one.before) or "–", after=shown(one.after)))
    if not result.fixes:
        tell(words("fix-none"))
    elif apply:
        with writing(next(iter(result.files)).parent):
            write_files(result.files)
        tell(words("fix-written", count=len(result.fixes), files=", ".join(str(path) for path in result.files)))
    else:
        tell(words("fix-not-written", count=len(result.fixes)))
    return result.after, apply or not result.fixes


@app.command("export", help=words("export"))
def export_command(
    output: OutOption = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help=words("xlsx"))] = None,
    sssom: Annotated[Path | None, typer.Option("--sssom", metavar="FILE", help=words("sssom"))] = None,
    shapes: Annotated[Path | None, typer.Option("--shapes", metavar="FILE", help=words("shapes"))] = None,
    csvw: Annotated[Path | None, typer.Option("--csvw", metavar="FILE", help=words("csvw"))] = None,
    vocabulary: Annotated[str | None, typer.Option("--as", metavar=words("name"), help=words("export-as"))] = None,
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", metavar=words("name"), help=words("xlsx-of"))
    ] = None,
    data: DataOption = None,
    store: StoreOption = None,
    endpoint: EndpointOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the whole graph, sorted: as N-Quads, or in the form that its ending means; or part of a dataset."""
    read_in = reader(lang)
    if sum(file is not None for file in (xlsx, sssom, shapes, csvw, output)) > 1:
        refuse(words("one-export"))
    if not (xlsx or sssom or shapes or csvw) and (dataset or data):
        refuse(words("xlsx-only"))
    if vocabulary is not None:
        from medskick.cli.link_commands import export_as

        return export_as(vocabulary, output, store)
    named, folders = dataset or [], data or []
    if xlsx is not None:
        from medskick.cli.sheet_commands import export_workbook

        return export_workbook(named, folders, xlsx, read_in)
    if sssom is not None:
        from medskick.cli.link_commands import export_sssom

        return export_sssom(named, folders, sssom)
    if shapes is not None:
        from medskick.cli.sheet_commands import export_shapes

        return export_shapes(named, folders, shapes)
    if csvw is not None:
        from medskick.cli.sheet_commands import export_csvw

        return export_csvw(named, folders, csvw)
    from medskick.graph.lookups import named_quads
    from medskick.graph.statements import nquads, trig
    from medskick.rdf_forms import FORMS

    # other forms cannot say which dataset states what
    form = form_of_ending(output, {f".{form.ending}": form.ending for form in reversed(FORMS) if form.quads})
    quads = named_quads(open_graph(store, endpoint).store)
    return write((trig if form == "trig" else nquads)(quads), output)


@app.command("fmt", help=words("fmt"))
def fmt_command(
    folders: Annotated[list[Path] | None, typer.Argument(metavar="DIR", help=words("fmt-dir"))] = None,
    check: Annotated[bool, typer.Option("--check", help=words("fmt-check"))] = False,
    lang: LangOption = LANG,
) -> None:
    """Write tables in their canonical form."""
    reader(lang)
    from medskick.graph.canonical import canonical_tables

    changed = canonical_tables(folders or (), write=not check)
    for path in changed:
        tell(words("fmt-would" if check else "fmt-done", path=path))
    if check and changed:
        raise typer.Exit(1)
