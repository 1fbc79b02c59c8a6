"""The command for looking through what would change in a dataset, row by row: review."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medskick.cli.common import (
    LANG,
    AloneOption,
    DataOption,
    LangOption,
    MappingOption,
    OutOption,
    StoreOption,
    app,
    folder_named,
    reader,
    refuse,
    tell,
    words,
    write,
    writing,
)
from medskick.words import Lang

if TYPE_CHECKING:
    from medskick.sheets.propose import Proposal


@app.command("review", help=words("review"))
def review_command(
    name: Annotated[str, typer.Argument(metavar=words("name"), help=words("review-name"))],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help=words("review-file"))] = None,
    take: Annotated[Path | None, typer.Option("--take", metavar="FILE", help=words("review-take"))] = None,
    mapping: MappingOption = None,
    output: OutOption = None,
    data: DataOption = None,
    alone: AloneOption = False,
    store: StoreOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write what would change as a table to decide on, or take what was decided; a rejected row is as it was."""
    read_in = reader(lang)
    from medskick.sheets.apply import with_folder
    from medskick.sheets.filled_table import to_decide
    from medskick.sheets.loading import places
    from medskick.sheets.review import as_table, earlier, rejected

    known = places(data or (), alone)
    folder = folder_named(name, known)
    known = with_folder(known, folder)
    proposal = _imported(file, folder, known, read_in, mapping) if file else _since_built(folder, store, read_in)
    decided = earlier(folder)
    if take is not None:
        _take(take, proposal, folder, known, only_accepted=file is not None)
        return
    again = sum(bool(rejected(one, decided, read_in)) for one in proposal.changes)
    tell(words("review-proposed", count=len(proposal.changes), again=again))
    write(to_decide(as_table(proposal.changes, decided, read_in), output, folder.resolve().name, read_in), output)


def _imported(file: Path, folder: Path, known: dict[str, Path], lang: Lang, mapping: str | None) -> "Proposal":
    """What a file would change in a dataset. Raises ``Faulty``."""
    from medskick.graph.faults import Faulty
    from medskick.sheets.answers import read_mapping
    from medskick.sheets.proposed import given, proposed

    ready = read_mapping(mapping) if mapping else None
    book, proposal, _ = proposed(given(file), folder, known, lang, mapping=ready)
    if any(one.level == "error" for one in (*book.faults, *proposal.faults)):
        raise Faulty((*book.faults, *proposal.faults))
    return proposal


def _since_built(folder: Path, store: Path | None, lang: Lang) -> "Proposal":
    """What has changed in a dataset's tables since it was last built. Raises ``Faulty``."""
    from medskick.graph.last_good import last_built
    from medskick.graph.store import store_home
    from medskick.ontology import vocabulary
    from medskick.sheets.loading import whole_dataset
    from medskick.sheets.propose import Proposal, changes

    after = whole_dataset(folder)
    built = last_built(after.name, store_home(store))
    if built is None:
        refuse(words("review-never-built", name=after.name))
    before = whole_dataset(built)
    return Proposal(before, after, list(changes(before, after, vocabulary().tables, lang)), [], [])


def _take(file: Path, proposal: "Proposal", folder: Path, known: dict[str, Path], only_accepted: bool) -> None:
    """Write a dataset with what was decided, and keep that. Raises ``Faulty``, then nothing is written."""
    from medskick.graph.faults import Faulty
    from medskick.graph.folder import MAPPING, REVIEWED
    from medskick.sheets.answers import read_answers
    from medskick.sheets.apply import faults_of, write_proposal
    from medskick.sheets.review import decisions, earlier, kept_text, mark_of, without

    new = decisions(file, proposal.changes)
    said = {one.mark: one.accepted for one in new}
    # of a file only what is accepted enters; in the tables stays what nobody has rejected
    undone = [one for one in proposal.changes if not said.get(mark_of(one), not only_accepted)]
    proposal.after, proposal.places = without(proposal.before, proposal.after, undone), {}
    faults = faults_of(proposal, folder, known)
    if any(one.level == "error" for one in faults):
        raise Faulty(faults)
    with writing(folder):
        kept = {REVIEWED: kept_text(earlier(folder), new)} if new else {}
        write_proposal(proposal, folder, read_answers(folder / MAPPING), kept)
    accepted = sum(one.accepted for one in new)
    left = len(proposal.changes) - len(new)
    tell(words("review-taken", accepted=accepted, rejected=len(new) - accepted, left=left, path=folder / REVIEWED))
