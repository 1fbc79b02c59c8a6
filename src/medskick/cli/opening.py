"""Opening the graph for a command, and building it: what the graph holds, what is left to do, what is out of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from medskick.cli.common import LANG, endpoints, refuse, tell, words, writing
from medskick.words import pick

if TYPE_CHECKING:
    from medskick.graph.faults import Fault
    from medskick.knowledge_graph import KnowledgeGraph


def tell_to_do(drafts: Mapping[str, Sequence[Fault]]) -> None:
    """Say what is left to do in each draft: by file, what is needed most first."""
    for name, faults in drafts.items():
        needed = sum(fault.level == "error" for fault in faults)
        tell(words("draft-to-do", name=name, needed=needed, more=len(faults) - needed))
        for fault in faults:
            text = fault.say(LANG)
            tell("  " + (text if fault.level == "error" else words("draft-later", text=text)))


def build_store(data: list[Path] | None, alone: bool, store: Path | None, drafts: bool = False) -> bool:
    """Build with a progress display; say what the graph holds, or all faults.

    With ``drafts`` the store is the one that has the drafts too; what is left to do in them is said. Returns whether
    all datasets are built as they are now: one with faults stays as last built.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from medskick.graph.from_tables import build, drafts_home
    from medskick.graph.statements import default_quads
    from medskick.graph.store import store_home

    console = Console(stderr=True, highlight=False)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    home = drafts_home(store) if drafts else store_home(store)
    with writing(home), bar:
        task = bar.add_task("", total=6)

        def step(name: str) -> None:
            bar.update(task, description=words(f"step.{name}"), advance=1)

        built, assembled = build(data or (), alone, home, step, drafts)
    for warning in assembled.faults:
        tell(words("warning", text=warning.say(LANG)))
    for _name, dataset in sorted(assembled.index.datasets.items()):
        counts = {t: len(rows) for t, rows in dataset.rows.items()}
        shown = (
            "phases",
            "actors",
            "events",
            "decisions",
            "documents",
            "reflections",
            "lessons",
            "relations",
            "sources",
        )
        held = ", ".join(words(f"count.{t}", count=counts[t]) for t in shown if counts.get(t))
        tell(words("holds", name=pick(dataset.title, LANG), n=sum(counts.values()), held=f" ({held})" if held else ""))
    # as many as a query counts
    statements = {quad.triple for quad in default_quads(assembled.store)}
    tell(words("built", count=len(statements), version=built.version[:12]))
    tell_to_do(assembled.drafts)
    for name, faults in {**assembled.held, **assembled.absent}.items():
        for one in faults:
            tell(one.say(LANG) if one.level == "error" else words("warning", text=one.say(LANG)))
        if name in assembled.absent:
            tell(words("absent", name=name))
        else:
            dataset = assembled.index.datasets[name]
            tell(words("held", name=name, version=dataset.version, date=dataset.modified))
    return not (assembled.held or assembled.absent)


def endpoint_given(endpoint: str | None, store: Path | None) -> str | None:
    """Return the endpoint to ask in place of a store, ``None`` for none; end if its address is none."""
    from medskick.graph.store import endpoint_chosen

    address = endpoint_chosen(endpoint, store)
    return next(iter(endpoints([address])), None) if address else None


def open_graph(store: Path | None, endpoint: str | None = None, version: str | None = None) -> KnowledgeGraph:
    """Open the graph, building it where there is none that can be asked; say where tables have changed since.

    At an endpoint nothing is built; where the graph of this machine is another version, that is said.
    ``version`` is the beginning of the name of an earlier version: end if it is not there.
    """
    if version:
        if endpoint:
            refuse(words("version-or-endpoint"))
        return _open_version(store, version)
    from medskick.graph.from_tables import is_stale
    from medskick.graph.last_good import last_built
    from medskick.graph.store import current, store_home
    from medskick.knowledge_graph import KnowledgeGraph
    from medskick.queries.evaluate import drafts_in

    built = current(store_home(store))
    if address := endpoint_given(endpoint, store):
        graph = KnowledgeGraph(store, endpoint=address)
        if built and built.usable and built.version != graph.version:
            tell(words("endpoint-differs", there=graph.version[:12], here=built.version[:12]))
        return graph
    if built is None:
        build_store(None, False, store)
    elif not built.usable:
        tell(words("outdated" if built.outdated else "damaged"))
        build_store([Path(d) for d in built.data], built.alone, store)
    elif is_stale(built):
        tell(words("stale", version=built.version[:12]))
    else:
        for name in built.held:
            tell(words("held-note" if last_built(name, store_home(store)) else "absent-note", name=name))
    graph = KnowledgeGraph(store)
    if drafts := drafts_in(graph.store):
        # their owner's store: what it holds goes into no answer and no file
        refuse(words("draft-store", path=store_home(store), names=", ".join(drafts)))
    return graph


def _open_version(store: Path | None, version: str) -> KnowledgeGraph:
    from medskick.graph.versions import LEAST, UnknownVersionError
    from medskick.knowledge_graph import KnowledgeGraph

    try:
        return KnowledgeGraph(store, version=version)
    except UnknownVersionError as error:
        known = ", ".join(one.version[:12] for one in error.known) or words("none-known")
        refuse(words("unknown-version", found=version, least=LEAST, known=known))
