"""What all commands share: the reader's language, the options, opening the graph, saying what went wrong."""

from __future__ import annotations

import contextlib
import gettext
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

from medskick.words import Lang, frame, is_lang, languages, pick, preferred_lang, say

if TYPE_CHECKING:
    from medskick.graph.faults import Fault
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.queries.binding import UnknownValueError
    from medskick.queries.catalogue import Catalogue
    from medskick.queries.federated import Endpoints
    from medskick.queries.query import Query
    from medskick.queries.remote import EndpointError

T = TypeVar("T")


def _spoken() -> Lang:
    """The language of help texts, chosen before the options are parsed: ``--lang``, else the reader's own."""
    for before, after in zip(sys.argv, [*sys.argv[1:], ""], strict=False):
        if before == "--lang" and is_lang(after):
            return after
        if before.startswith("--lang=") and is_lang(lang := before.removeprefix("--lang=")):
            return lang
    return preferred_lang()


LANG = _spoken()
if _FRAME := frame(LANG):
    # the command line library takes its own words (usage, options, errors) from gettext when it is imported:
    # given in the reader's language here, so that no page mixes languages
    gettext.gettext = lambda text: _FRAME.get(text, text)  # type: ignore[assignment]
    gettext.ngettext = lambda one, many, n: _FRAME.get(one, one) if n == 1 else _FRAME.get(many, many)  # type: ignore[assignment]

import typer  # noqa: E402


def words(key: str, **values: object) -> str:
    """Return the command line's own words for a key, in the reader's language."""
    return say(f"cli.{key}", LANG, **values)


class Commands(typer.core.TyperGroup):
    """The commands: one that meets faults in what people wrote, a full disk or a failing endpoint ends with code 2."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run the command that was given."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            from medskick.graph.faults import Faulty
            from medskick.graph.whole_files import no_room
            from medskick.queries.remote import EndpointError

            if no_room(error):
                refuse(words("no-room"))
            if isinstance(error, EndpointError):
                tell_endpoint(error)
            elif isinstance(error, Faulty):
                tell_faults(error.faults)
            else:
                raise
            raise typer.Exit(2) from None


app = typer.Typer(
    name="medskick",
    cls=Commands,
    help=words("help"),
    no_args_is_help=True,
    add_completion=False,
    suggest_commands=False,
    pretty_exceptions_enable=False,
)

DataOption = Annotated[list[Path] | None, typer.Option("--data", metavar="DIR", help=words("data"))]
QueriesOption = Annotated[list[Path] | None, typer.Option("--queries", metavar="DIR", help=words("queries"))]
AloneOption = Annotated[bool, typer.Option("--alone", help=words("alone"))]
StoreOption = Annotated[Path | None, typer.Option("--store", metavar="DIR", help=words("store"))]
EndpointOption = Annotated[str | None, typer.Option("--endpoint", metavar="URL", help=words("endpoint"))]
LangOption = Annotated[str, typer.Option("--lang", metavar="|".join(languages()), help=words("lang"))]
DatasetOption = Annotated[list[str] | None, typer.Option("--dataset", metavar=words("name"), help=words("dataset"))]
LinksOption = Annotated[bool, typer.Option("--links", help=words("links"))]
ServiceOption = Annotated[list[str] | None, typer.Option("--service", metavar="URL", help=words("service"))]
AskedTooOption = Annotated[list[str] | None, typer.Option("--service", metavar="URL", help=words("asked-too"))]
MappingOption = Annotated[str | None, typer.Option("--mapping", metavar="NAME|FILE", help=words("import-mapping"))]
KeepOption = Annotated[bool, typer.Option("--keep", help=words("build-keep"))]
VersionOption = Annotated[
    str | None, typer.Option("--version", metavar=words("version-name"), help=words("version-option"))
]
OutOption = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help=words("output"))]


def tell(text: str) -> None:
    """Say something to the reader without mixing it into the answer (stderr)."""
    print(text, file=sys.stderr)


def refuse(text: str) -> NoReturn:
    """End because of what the user gave: say so in plain words, exit code 2."""
    tell(text)
    raise typer.Exit(2)


def reader(value: str) -> Lang:
    """Return the language asked for; end if the interface has no such language."""
    return value if is_lang(value) else refuse(words("bad-lang", found=value, known=", ".join(languages())))


def write(written: str | bytes, path: Path | None, private: bool = False) -> None:
    """Write text to a file, or to the terminal where none is given; bytes to a file.

    A ``private`` file that is made is for the user alone. Where it cannot be written, an earlier one stays as it was.
    """
    if path is None:
        sys.stdout.write(written if isinstance(written, str) else written.decode("utf-8"))
        return
    from medskick.graph.whole_files import write_files

    with writing(path):
        write_files({path: written if isinstance(written, bytes) else written.encode("utf-8")}, private)


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """End where what is written to a place cannot be written, and say why."""
    from medskick.graph.whole_files import no_room

    try:
        yield
    except OSError as error:
        full = no_room(error)
        path = place if full else error.filename or place
        refuse(words("cannot-write", path=path, reason=words("disk-full") if full else error.strerror or error))


def open_catalogue(queries: list[Path] | None) -> Catalogue:
    """Return the questions and views with the reader's own folders; end where one of them holds none."""
    from medskick.queries.catalogue import Catalogue

    return Catalogue.of(queries)


def endpoints(given: Sequence[str] | None) -> Sequence[str]:
    """Return the SPARQL endpoints that were given; end if one is no web address."""
    from medskick.graph.characters import is_address

    for address in given or ():
        if not is_address(address):
            refuse(words("bad-service", found=address))
    return given or ()


def asked_too(given: Sequence[str] | None, kg: KnowledgeGraph) -> Endpoints | None:
    """Return the endpoints to ask too, given by address or by the name of a dataset; end if one is neither."""
    from medskick.queries.federated import UnknownEndpointError

    try:
        return kg.endpoints(given or ())
    except UnknownEndpointError as error:
        refuse(words("unknown-service", found=error.wanted, known=", ".join(error.known) or words("none-known")))


def tell_endpoint(error: EndpointError) -> None:
    """Say why an endpoint cannot be used, and what it says itself."""
    reason = say(f"answer.missing-{error.reason}", LANG)
    tell(words("endpoint-failed", endpoint=error.endpoint, reason=reason))
    if error.detail:
        tell(f"  {error.detail}")


def tell_left_out(faults: Sequence[Fault]) -> None:
    """Say what is left out because of its faults."""
    for fault in faults:
        tell(words("left-out", text=fault.say(LANG)))


def tell_faults(faults: Sequence[Fault], count: str = "faults") -> None:
    """Say all faults and warnings, and how many there were, in the words of a key."""
    from medskick.graph.faults import folded

    for fault in folded(faults):
        text = fault.say(LANG)
        tell(text if fault.level == "error" else words("warning", text=text))
    if tables := _tables_of(faults):
        tell(words("manual", tables=", ".join(tables)))
    errors = sum(f.level == "error" for f in faults)
    tell(words(count, count=errors) if errors else words("no-faults", count=len(faults)))


def _tables_of(faults: Sequence[Fault]) -> list[str]:
    """The names of the shapes of the tables that have faults: each leads to what its columns take."""
    from medskick.ontology import PREFIXES, vocabulary

    known = vocabulary().tables
    return sorted({PREFIXES["shp"] + stem for fault in faults if (stem := Path(fault.file).stem) in known})


def folder_named(name: str, known: Mapping[str, Path]) -> Path:
    """Return the folder of a dataset by name or by path; ``known`` are the folders of all. End if it is neither."""
    from medskick.sheets.apply import folder_of

    folder = folder_of(name, known)
    if folder is None:
        refuse(words("unknown-dataset", found=name, known=", ".join(one for one in known if "/" not in one)))
    return folder


def _params(extra: list[str], query: Query) -> dict[str, str]:
    """Read the options that belong to one question from what the command left over."""
    given: dict[str, str] = {}
    left = list(extra)
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("--") or query.param(name[2:]) is None:
            options = ", ".join(f"--{p.option}" for p in query.params) or words("no-options")
            refuse(words("unknown-option", slug=query.slug, found=word, options=options))
        if not equals:
            if not left:
                refuse(words("option-value", option=name))
            value = left.pop(0)
        given[name[2:]] = value
    return given


def refuse_value(error: UnknownValueError, lang: Lang) -> NoReturn:
    """End because a value is not allowed, saying which are."""
    known = "\n".join(f"  {slug}  {pick(label, lang)}" for slug, label in sorted(error.allowed.items()))
    refuse(words("unknown-value", option=error.param.option, found=error.value, known=known))


def run_query(
    slug: str, find: Callable[[str], Query], use: Callable[[Query, dict[str, str]], T], extra: list[str], lang: Lang
) -> T:
    """Find a question or view, read its options, use it; a user's mistakes become messages."""
    from medskick.graph.faults import closest
    from medskick.queries.binding import UnknownValueError
    from medskick.queries.catalogue import BrokenQueryError, UnknownQueryError
    from medskick.queries.evaluate import UnknownDatasetError
    from medskick.resources.finding import AmbiguousThingError

    try:
        query = find(slug)
        return use(query, _params(extra, query))
    except BrokenQueryError as error:
        tell_faults(error.faults)
        raise typer.Exit(2) from None
    except UnknownQueryError as error:
        near = closest(slug, error.known)
        refuse(words("unknown-slug", found=slug) + (" " + say("fault.fix", LANG, fix=near) if near else ""))
    except UnknownValueError as error:
        refuse_value(error, lang)
    except AmbiguousThingError as error:
        refuse(words("ambiguous-thing", found=error.wanted, known=", ".join(error.choices)))
    except UnknownDatasetError as error:
        refuse(words("unknown-dataset", found=error.name, known=", ".join(error.known)))
