"""The command line: one thin command each, in the reader's language. Exit codes: 0 done, 1 failed, 2 bad input."""

import gettext
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

from medskick.words import Lang, frame, is_lang, pick, preferred_lang, say


def _spoken() -> Lang:
    """The language of help texts, chosen before the options are parsed: ``--lang``, else the reader's own."""
    for before, after in zip(sys.argv, [*sys.argv[1:], ""], strict=False):
        if before == "--lang" and is_lang(after):
            return after
        if before.startswith("--lang=") and is_lang(found := before.removeprefix("--lang=")):
            return found
    return preferred_lang()


_LANG = _spoken()
if _LANG == "sv":
    # the command line library takes its own words (usage, options, errors) from gettext when it is imported:
    # given in Swedish here, so that no page mixes languages
    _FRAME = frame("sv")
    gettext.gettext = lambda text: _FRAME.get(text, text)  # type: ignore[assignment]
    gettext.ngettext = lambda one, many, n: _FRAME.get(one, one) if n == 1 else _FRAME.get(many, many)  # type: ignore[assignment]

import typer  # noqa: E402


def _(key: str, **values: object) -> str:
    return say(f"cli.{key}", _LANG, **values)


app = typer.Typer(
    name="medskick",
    help=_("help"),
    no_args_is_help=True,
    add_completion=False,
    suggest_commands=False,
    pretty_exceptions_enable=False,
)

DataOption = Annotated[list[Path] | None, typer.Option("--data", metavar="DIR", help=_("data"))]
AloneOption = Annotated[bool, typer.Option("--alone", help=_("alone"))]
StoreOption = Annotated[Path | None, typer.Option("--store", metavar="DIR", help=_("store"))]
LangOption = Annotated[str, typer.Option("--lang", metavar="sv|en", help=_("lang"))]
DatasetOption = Annotated[list[str] | None, typer.Option("--dataset", metavar=_("name"), help=_("dataset"))]
OutOption = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help=_("output"))]


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _refuse(text: str) -> NoReturn:
    """End because of what the user gave: say so in plain words, exit code 2."""
    _tell(text)
    raise typer.Exit(2)


def _lang(value: str) -> Lang:
    return value if is_lang(value) else _refuse(_("bad-lang", found=value))


def _write(text: str, path: Path | None) -> None:
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        _refuse(_("cannot-write", path=path, reason=error.strerror or error))


def _build(data: list[Path] | None, alone: bool, store: Path | None) -> None:
    """Build with a progress display; say what the graph holds, or all faults."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from medskick.graph.faults import Faulty
    from medskick.knowledge_graph import build

    console = Console(stderr=True, highlight=False)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    with bar:
        task = bar.add_task("", total=6)

        def step(name: str) -> None:
            bar.update(task, description=_(f"step.{name}"), advance=1)

        try:
            built, assembled = build(data or (), alone, store, step)
        except Faulty as faulty:
            bar.stop()
            _faults(faulty.faults)
            raise typer.Exit(2) from None
        except OSError as error:
            bar.stop()
            _refuse(_("cannot-write", path=error.filename or "", reason=error.strerror or error))
    for warning in assembled.faults:
        _tell(_("warning", text=warning.say(_LANG)))
    for _name, dataset in sorted(assembled.index.datasets.items()):
        counts = {t: len(rows) for t, rows in dataset.rows.items()}
        shown = ("phases", "actors", "events", "decisions", "documents", "reflections", "lessons", "sources")
        held = ", ".join(_(f"count.{t}", count=counts[t]) for t in shown if counts.get(t))
        _tell(_("holds", name=pick(dataset.title, _LANG), rows=sum(counts.values()), held=held))
    _tell(_("built", count=len(assembled.store), version=built.version[:12]))


def _faults(faults: "list[Fault]") -> None:  # type: ignore[name-defined]  # noqa: F821
    for found in faults:
        text = found.say(_LANG)
        _tell(text if found.level == "error" else _("warning", text=text))
    errors = sum(f.level == "error" for f in faults)
    _tell(_("faults", count=errors) if errors else _("no-faults", count=len(faults)))


def _open(store: Path | None):  # type: ignore[no-untyped-def]
    """Open the graph, building it where there is none; say so where the tables have changed since."""
    from medskick.graph.store import current, store_home
    from medskick.knowledge_graph import KnowledgeGraph, is_stale

    built = current(store_home(store))
    if built is None:
        _build(None, False, store)
    elif is_stale(built):
        _tell(_("stale", version=built.version[:12]))
    return KnowledgeGraph(store)


def _params(extra: list[str], query: "Query") -> dict[str, str]:  # type: ignore[name-defined]  # noqa: F821
    """Read the options that belong to one question from what the command left over."""
    given: dict[str, str] = {}
    left = list(extra)
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("--") or query.param(name[2:]) is None:
            options = ", ".join(f"--{p.option}" for p in query.params) or _("no-options")
            _refuse(_("unknown-option", slug=query.slug, found=word, options=options))
        if not equals:
            if not left:
                _refuse(_("option-value", option=name))
            value = left.pop(0)
        given[name[2:]] = value
    return given


def _unknown_value(error: "UnknownValueError", lang: Lang) -> NoReturn:  # type: ignore[name-defined]  # noqa: F821
    known = "\n".join(f"  {slug}  {pick(label, lang)}" for slug, label in sorted(error.allowed.items()))
    _refuse(_("unknown-value", option=error.param.option, found=error.value, known=known))


def _run(slug: str, find, use, extra: list[str], lang: Lang):  # type: ignore[no-untyped-def]
    """Find a question or view, read its options, use it; a user's mistakes become messages."""
    from medskick.graph.faults import closest
    from medskick.queries.catalogue import UnknownQueryError
    from medskick.queries.run import UnknownDatasetError, UnknownValueError

    try:
        query = find(slug)
        return use(query, _params(extra, query))
    except UnknownQueryError as error:
        near = closest(slug, error.known)
        _refuse(_("unknown-slug", found=slug) + (" " + say("fault.fix", _LANG, fix=near) if near else ""))
    except UnknownValueError as error:
        _unknown_value(error, lang)
    except UnknownDatasetError as error:
        _refuse(_("unknown-dataset", found=error.name, known=", ".join(error.known)))


@app.command("build", help=_("build"))
def build_command(
    data: DataOption = None, alone: AloneOption = False, store: StoreOption = None, lang: LangOption = _LANG
) -> None:
    """Build the checked store from the tables."""
    _lang(lang)
    _build(data, alone, store)


@app.command("check", help=_("check"))
def check_command(
    data: DataOption = None,
    alone: AloneOption = False,
    logic: Annotated[bool, typer.Option("--logic", help=_("logic"))] = False,
    lang: LangOption = _LANG,
) -> None:
    """Check the tables; write nothing."""
    _lang(lang)
    from medskick.graph.assemble import assemble

    assembled = assemble(data or (), alone)
    _faults(assembled.faults)
    bad = bool(assembled.errors)
    if logic:
        from medskick.graph.reason import JavaMissingError, check_logic

        try:
            verdict = check_logic(assembled)
        except JavaMissingError:
            _tell(_("no-java"))
        else:
            for line in verdict.say(_LANG):
                _tell(line)
            bad = bad or not verdict.sound
    if bad:
        raise typer.Exit(2)


@app.command("ask", help=_("ask"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ask_command(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar=_("question"), help=_("slug"))] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json|markdown", help=_("format"))] = "table",
    dataset: DatasetOption = None,
    store: StoreOption = None,
    lang: LangOption = _LANG,
) -> None:
    """Answer a question of the catalogue, or list them."""
    language = _lang(lang)
    from medskick.queries import answer as answers
    from medskick.queries.catalogue import question, questions
    from medskick.queries.run import ask

    if form not in answers.FORMATS:
        _refuse(_("unknown-format", found=form, known=", ".join(answers.FORMATS)))
    if slug is None:
        print(answers.listing(questions(), language))
        return
    found = _run(
        slug,
        question,
        lambda q, params: ask(_open(store).store, q, params, language, dataset),
        ctx.args,
        language,
    )
    if form == "table":
        answers.print_table(found, None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120")))
    else:
        sys.stdout.write({"csv": answers.as_csv, "json": answers.as_json, "markdown": answers.as_markdown}[form](found))


@app.command("view", help=_("view"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def view_command(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar=_("view-name"), help=_("view-slug"))] = None,
    output: OutOption = None,
    around: Annotated[str | None, typer.Option("--around", metavar=_("thing"), help=_("around"))] = None,
    depth: Annotated[int, typer.Option("--depth", min=1, max=5, help=_("depth"))] = 1,
    dataset: DatasetOption = None,
    store: StoreOption = None,
    lang: LangOption = _LANG,
) -> None:
    """Write a picture as one self-contained HTML file, or list the views."""
    language = _lang(lang)
    from medskick.queries import answer as answers
    from medskick.queries.catalogue import view, views
    from medskick.viz.graph import UnknownThingError, around_thing, from_view
    from medskick.viz.page import page

    if slug is None and around is None:
        print(answers.listing(views(), language))
        return
    kg = _open(store)
    if around is not None:
        try:
            picture = around_thing(kg.store, around, depth, dataset)
        except UnknownThingError as error:
            _refuse(
                _("unknown-thing", found=around) + (" " + say("fault.fix", _LANG, fix=error.near) if error.near else "")
            )
        name = f"{around.rpartition(':')[2].rpartition('/')[2]}.html"
    else:
        assert slug is not None
        picture = _run(slug, view, lambda q, params: from_view(kg.store, q, params, dataset), ctx.args, language)
        name = f"{slug}.html"
    target = output or Path(name)
    _write(page(picture, language, kg.version), target)
    _tell(_("written", path=target, nodes=len(picture.nodes), edges=len(picture.edges)))


@app.command("explore", help=_("explore"))
def explore_command(
    no_open: Annotated[bool, typer.Option("--no-open", help=_("no-open"))] = False,
    data: DataOption = None,
    alone: AloneOption = False,
    store: StoreOption = None,
    lang: LangOption = _LANG,
) -> None:
    """Build the graph, say what it holds, and open it in the browser."""
    language = _lang(lang)
    import webbrowser

    from medskick.graph.store import store_home
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.queries.catalogue import view
    from medskick.viz.graph import from_view
    from medskick.viz.page import page

    _build(data, alone, store)
    kg = KnowledgeGraph(store)
    picture = from_view(kg.store, view("everything"), {}, None)
    target = store_home(store) / "explore.html"
    _write(page(picture, language, kg.version), target)
    address = target.resolve().as_uri()
    print(address)
    if not no_open and not webbrowser.open(address):
        _tell(_("no-browser"))


@app.command("export", help=_("export"))
def export_command(output: OutOption = None, store: StoreOption = None, lang: LangOption = _LANG) -> None:
    """Write the whole graph as sorted N-Quads."""
    _lang(lang)
    from medskick.graph.store import nquads

    _write(nquads(_open(store).store).decode("utf-8"), output)


@app.command("fmt", help=_("fmt"))
def fmt_command(
    folders: Annotated[list[Path] | None, typer.Argument(metavar="DIR")] = None,
    check: Annotated[bool, typer.Option("--check", help=_("fmt-check"))] = False,
    lang: LangOption = _LANG,
) -> None:
    """Write tables in their canonical form."""
    _lang(lang)
    from medskick.graph.canonical import canonical_tables
    from medskick.graph.faults import Faulty

    try:
        changed = canonical_tables(folders or (), write=not check)
    except Faulty as faulty:
        _faults(faulty.faults)
        raise typer.Exit(2) from None
    for path in changed:
        _tell(_("fmt-would" if check else "fmt-done", path=path))
    if check and changed:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    # a pipe's reader on Windows may not expect UTF-8 by itself
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except BrokenPipeError:
        # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
