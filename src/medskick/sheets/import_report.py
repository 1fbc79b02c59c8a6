"""What an import would do, line by line: rows that come, change and go, and how each cell was understood."""

from collections import Counter
from collections.abc import Iterator, Mapping

from medskick.graph.faults import shown
from medskick.sheets.propose import Change, Proposal
from medskick.sheets.review import Decision, rejected
from medskick.words import Lang, say

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


def lines(proposal: Proposal, lang: Lang, decided: Mapping[str, Decision]) -> Iterator[str]:
    """Yield the lines: how many rows of each sort, each row that differs, each cell that was not in form."""
    counts = Counter(change.kind for change in proposal.changes)
    same = len(list(proposal.after.all_rows())) - counts["added"] - counts["changed"]
    yield say(
        "sheet.import-counts",
        lang,
        name=proposal.after.name,
        n=counts["added"],
        changed=counts["changed"],
        removed=counts["removed"],
        same=same,
    )
    for change in proposal.changes:
        yield from _of_change(change, lang)
        if earlier := rejected(change, decided, lang):
            yield f"    {earlier}"
    if proposal.unworded:
        yield say("sheet.import-unworded", lang, n=proposal.unworded)
    if proposal.readings:
        yield say("sheet.import-readings", lang)
    for reading in proposal.readings:
        yield "  " + say(
            f"sheet.import-{reading.sure}",
            lang,
            place=say("sheet.import-place", lang, sheet=reading.sheet, row=reading.row, column=reading.column),
            given=shown(reading.given),
            understood=shown(reading.understood),
        )


def _of_change(change: Change, lang: Lang) -> Iterator[str]:
    yield f"{_SIGNS[change.kind]} {change.table} {change.id}" + (f": {shown(change.name)}" if change.name else "")
    if change.kind == "changed":
        for column, was, becomes in change.cells:
            yield f"    {column}: " + say(
                "sheet.import-cell", lang, was=shown(was) or "–", becomes=shown(becomes) or "–"
            )
