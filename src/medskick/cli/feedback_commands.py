"""Commands for the curator of readers' remarks: feedback list, show, accept, reject, delete, export."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import LANG, LangOption, OutOption, StoreOption, app, reader, refuse, tell, write
from medskick.words import Lang, say

if TYPE_CHECKING:
    from medskick.web.feedback.annotation import Named
    from medskick.web.feedback.box import Box
    from medskick.web.feedback.remark import Remark, State


def words(key: str, **values: object) -> str:
    """Return the words of these commands for a key, in the reader's language."""
    return say(f"feedback.{key}", LANG, **values)


commands = typer.Typer(name="feedback", help=words("help"), no_args_is_help=True)
app.add_typer(commands)

NumberArgument = Annotated[str, typer.Argument(metavar=words("number"), help=words("id"))]
_STATES = ("pending", "accepted", "rejected", "deleted", "all")
_FORMS = ("jsonld", "csv")


@contextlib.contextmanager
def _box(store: Path | None) -> Iterator[Box]:
    """The box beside the store; what cannot be done with it ends in plain words, exit code 2."""
    from medskick.graph.store import store_home
    from medskick.web.feedback.box import Box, BoxError
    from medskick.web.feedback.remark import RefusedError, StateError, UnknownRemarkError

    try:
        yield Box(store_home(store))
    except UnknownRemarkError as error:
        fix = [say("fault.fix", LANG, fix=error.near)] if error.near else []
        range_words = words("unknown-range", last=error.last) if error.last else words("unknown-empty")
        refuse(" ".join([words("unknown", found=error.wanted), *fix, range_words]))
    except StateError as error:
        refuse(words("already", number=error.number, state=words(f"state-{error.state}"), time=error.time))
    except RefusedError as error:
        refuse(words("bad-note", why=error.say(LANG, "note")))
    except BoxError as error:
        refuse(words("cannot-open", why=error))


def _names(store: Path | None, remarks: Iterable[Remark], lang: Lang) -> Named:
    """Tell names of things from the store that there is; where there is none, the end of the IRI has to do."""
    from medskick.graph.store import open_store, store_home
    from medskick.resources.names import labels

    things = {r.about for r in remarks}
    for remark in remarks:
        things |= {part for part in remark.statement or () if part.startswith(("http://", "https://"))}
    try:
        known = labels(open_store(store_home(store))[0], things, lang)
    except (OSError, ValueError):
        known = {}
    return lambda thing: known[thing].text if thing in known else thing.rpartition("/")[2].rpartition("#")[2]


@commands.command("list", help=words("list"))
def list_command(
    state: Annotated[str, typer.Option("--state", metavar="|".join(_STATES), help=words("list-state"))] = "pending",
    form: Annotated[str, typer.Option("--format", metavar="table|json", help=words("list-format"))] = "table",
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """List the remarks of a state."""
    language = reader(lang)
    if state not in _STATES:
        refuse(words("unknown-state", found=state, known=", ".join(_STATES)))
    if form not in ("table", "json"):
        refuse(words("unknown-format", found=form, known="table, json"))
    with _box(store) as box:
        chosen: State | None = None if state == "all" else state  # type: ignore[assignment]
        remarks = box.remarks(chosen)
    named = _names(store, remarks, language)
    if form == "json":
        from medskick.web.feedback.annotation import as_dict

        as_dicts = [as_dict(remark, named) for remark in remarks]
        sys.stdout.write(json.dumps(as_dicts, ensure_ascii=False, indent=1) + "\n")
    elif remarks:
        _table(remarks, language, named)
    else:
        tell(words("none"))


def _table(remarks: Iterable[Remark], lang: Lang, named: Named) -> None:
    import os

    from rich import box as lines
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from medskick.graph.faults import shown
    from medskick.web.feedback.annotation import kind_words, state_words

    table = Table(box=lines.SIMPLE_HEAD)
    for column in ("number", "received", "state", "kind", "thing", "text"):
        table.add_column(say(f"feedback.column-{column}", lang), overflow="fold")
    kinds = kind_words(lang)
    for r in remarks:
        text = shown(" ".join(r.text.split())) if r.text else say("feedback.gone", lang)
        cells = (str(r.number), r.received, state_words(r, lang), kinds[r.kind], shown(named(r.about)), text)
        # Rich text objects, so that square brackets in a remark are not read as markup
        table.add_row(*map(Text, cells))
    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120"))
    Console(width=width, highlight=False).print(table)


@commands.command("show", help=words("show"))
def show_command(number: NumberArgument, store: StoreOption = None, lang: LangOption = LANG) -> None:
    """Show one remark in full, with its acts."""
    language = reader(lang)
    with _box(store) as box:
        remark = box.get(number)
    from medskick.web.feedback.annotation import rows

    heads, cells = rows([remark], language, _names(store, [remark], language))
    for head, cell in zip(heads, cells, strict=True):
        if cell:
            # a terminal obeys some characters that do not print; here they are seen instead
            plain = ["".join(c if c.isprintable() else repr(c)[1:-1] for c in part) for part in cell.split("\n")]
            print(f"{head}: " + "\n  ".join(["", *plain] if len(plain) > 1 else plain))


def _done(store: Path | None, lang: str, act: Callable[[Box], Remark]) -> None:
    reader(lang)
    with _box(store) as box:
        remark = act(box)
    tell(words(f"did-{remark.state}", number=remark.number))


@commands.command("accept", help=words("accept"))
def accept_command(
    number: NumberArgument,
    note: Annotated[str, typer.Option("--note", metavar=words("text"), help=words("note"))] = "",
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Accept a remark."""
    _done(store, lang, lambda box: box.accept(number, note))


@commands.command("reject", help=words("reject"))
def reject_command(
    number: NumberArgument,
    note: Annotated[str, typer.Option("--note", metavar=words("text"), help=words("note"))],
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Reject a remark; it is kept."""
    _done(store, lang, lambda box: box.reject(number, note))


@commands.command("delete", help=words("delete"))
def delete_command(
    number: NumberArgument,
    reason: Annotated[str, typer.Option("--reason", metavar=words("text"), help=words("reason"))],
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Delete a remark's words; a tombstone stays."""
    _done(store, lang, lambda box: box.delete(number, reason))


@commands.command("export", help=words("export"))
def export_command(
    output: OutOption = None,
    form: Annotated[str | None, typer.Option("--format", metavar="jsonld|csv", help=words("list-format"))] = None,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write all remarks, whatever their state, with their acts; CSV where the file's name ends so, else JSON-LD."""
    language = reader(lang)
    chosen = form or ("csv" if output is not None and output.suffix.lower() == ".csv" else "jsonld")
    if chosen not in _FORMS:
        refuse(words("unknown-format", found=chosen, known=", ".join(_FORMS)))
    with _box(store) as box:
        remarks = box.remarks()
    from medskick.web.feedback.annotation import as_csv, as_jsonld

    if chosen == "jsonld":
        text = as_jsonld(remarks)
    else:
        from medskick.reports.csv_guard import guarded

        text = guarded(as_csv(remarks, language, _names(store, remarks, language)))
        if output is not None:
            # Excel takes a file for UTF-8 only with this mark
            text = "\ufeff" + text
    # what was not accepted is nobody else's to read, as in the box
    write(text, output, private=True)
    if output is not None:
        tell(words("exported", count=len(remarks), path=output))
