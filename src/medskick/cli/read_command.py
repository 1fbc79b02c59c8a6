"""The command that reads a report: its passages, and the rows that they propose."""

import re
from pathlib import Path
from typing import Annotated

import typer

from medskick.cli.common import (
    LANG,
    AloneOption,
    DataOption,
    LangOption,
    app,
    folder_named,
    reader,
    refuse,
    tell,
    words,
    write,
)
from medskick.words import say


def _pages(given: str | None) -> tuple[int, int] | None:
    if given is None:
        return None
    match = re.fullmatch(r"\s*(\d{1,6})\s*(?:[-–]\s*(\d{1,6}))?\s*", given)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    return (first, last) if 1 <= first <= last else refuse(words("read-bad-pages", found=given))


@app.command("read", help=words("read"))
def read_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=words("read-file"))],
    into: Annotated[str | None, typer.Option("--into", metavar=words("name"), help=words("read-into"))] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="ID", help=words("read-source"))] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help=words("read-language"))] = None,
    pages: Annotated[str | None, typer.Option("--pages", metavar="N-M", help=words("read-pages"))] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help=words("read-output"))] = None,
    data: DataOption = None,
    alone: AloneOption = False,
    lang: LangOption = LANG,
) -> None:
    """Cut a report into passages, mark what is known in them, and propose rows for a curator to word."""
    from importlib.util import find_spec

    read_in = reader(lang)
    if find_spec("pdfminer") is None or find_spec("sentencex") is None:
        refuse(words("read-extra"))
    from medskick.graph.faults import fault
    from medskick.graph.language_guess import language_of
    from medskick.passages.book import Report, draft_book, source_id
    from medskick.passages.cues import KINDS, all_cues
    from medskick.passages.marks import Marker
    from medskick.passages.proposed_rows import lines, read_passages
    from medskick.passages.reading import read_document
    from medskick.passages.report_text import passages_of
    from medskick.sheets.loading import index_of, places, whole_dataset
    from medskick.sheets.wording import Names

    wanted = _pages(pages)
    if output is not None and output.suffix.lower() != ".xlsx":
        refuse(words("read-ending", path=output))
    name = into or refuse(words("read-whose"))
    known = places(data or (), alone)
    dataset = whole_dataset(folder_named(name, known))
    index = index_of(dataset, data or (), alone)
    names = Names(index, dataset, read_in)
    if source is not None and source not in dict(names.rows_of(index.vocabulary.tables["sources"].target)):
        refuse(words("read-no-source", name=dataset.name, found=source))
    document = read_document(file, wanted)
    passages = list(passages_of(document))
    spoken = language or language_of([passage.text for passage in passages])
    if spoken is None or spoken not in all_cues():
        refuse(words("read-no-language", known=", ".join(all_cues())))
    heading = next((block.text for block in document.blocks if block.level), "")
    title = document.title or heading
    report = Report(file.name, title, spoken, source or source_id(title, file.name), source is None)
    read = list(read_passages(passages, Marker(index, names, spoken), report.source))
    drafts = [draft for one in read for draft in one.drafts]
    if document.bare_pages:
        bare = fault("read-bare-pages", file.name, count=document.bare_pages, level="warning")
        tell(words("warning", text=bare.say(read_in)))
    if output is None:
        for line in lines(drafts, read_in):
            print(line)
    counts = {kind: sum(draft.kind == kind for draft in drafts) for kind in KINDS}
    tell(say("passage.counted", read_in, file=file.name, passages=len(read), **counts))
    if output is not None:
        write(draft_book(names, report, read, read_in), output)
        tell(words("read-written", path=output, name=name))
