"""The graph in Python: ``kg = medskick.open()``, then ``kg.ask``, ``kg.graph``, ``kg.network``."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from medskick.graph.characters import is_address
from medskick.graph.store import current, endpoint_chosen, store_home
from medskick.notebook import ShownAnswer, ShownPicture, ShownReport
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import datasets_in
from medskick.queries.federated import Endpoints, chosen_endpoints, endpoints_named
from medskick.queries.kept import FOLDER
from medskick.queries.opened_store import Place, opened_store
from medskick.queries.query import Query
from medskick.queries.remote import Patience
from medskick.queries.run import Answer, ask
from medskick.reports.options import Over, OverLinks
from medskick.words import COMMON, Lang

if TYPE_CHECKING:
    import networkx
    import pyoxigraph
    import rdflib

    from medskick.reports.graph_reader import GraphReader


class KnowledgeGraph:
    """An opened store, read-only. Make one with ``medskick.open``.

    Every report takes ``lang`` and ``datasets``, the comparison also ``links``: see ``Over`` and ``OverLinks``.
    """

    def __init__(
        self,
        store: Place | None = None,
        queries: Iterable[Place] | None = None,
        endpoint: str | None = None,
        version: str = "",
    ) -> None:
        """Open the current store of a folder, with folders of questions and views in addition to the shipped ones.

        ``version`` is the beginning of the name of another version that is still there. With ``endpoint`` the graph is
        asked there, as ``medskick push`` has put it; the folder is for copies only. Raises ``FileNotFoundError`` if no
        store has been built there, ``OutdatedStoreError``, ``DamagedStoreError``, ``UnknownVersionError``, ``Faulty``
        for a folder without questions, ``EndpointError`` (see ``open_endpoint``).
        """
        self.catalogue = Catalogue.of(queries)
        self.store, self.built = opened_store(store, endpoint, version)
        self.copies = store_home(store) / FOLDER

    @property
    def version(self) -> str:
        """The SHA-256 of the graph's sorted N-Quads."""
        return self.built.version

    @property
    def datasets(self) -> list[str]:
        """The names of the datasets in the store."""
        return datasets_in(self.store)

    @cached_property
    def graph(self) -> rdflib.Dataset:
        """The same store as an rdflib ``Dataset`` (through oxrdflib): its default graph, and the named ones beside it.

        The default graph holds the statements of all datasets once each; linksets are in named graphs only. Known
        fault of oxrdflib 0.5: it answers a query with ``FROM`` from the default graph.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=cast("pyoxigraph.Store", self.store)))

    def questions(self) -> list[Query]:
        """Return the questions of the catalogue. One whose file has faults is left out, with a ``UserWarning``."""
        self._warn()
        return self.catalogue.questions()

    def views(self) -> list[Query]:
        """Return the views of the catalogue. One whose file has faults is left out, with a ``UserWarning``."""
        self._warn()
        return self.catalogue.views()

    def _warn(self) -> None:
        for fault in self.catalogue.left_out():
            warnings.warn(fault.say(COMMON), UserWarning, stacklevel=3)

    def ask(
        self,
        slug: str,
        *,
        lang: Lang = COMMON,
        datasets: Sequence[str] | None = None,
        links: bool = False,
        services: Sequence[str] = (),
        **params: str,
    ) -> ShownAnswer:
        """Answer a question of the catalogue.

        >>> answer = kg.ask("phase-durations", process="regionplan-skane")
        >>> answer.rows[0]["start"].value, answer.rows[0]["leastDays"].value
        ('2019-01-01', '365')

        Parameters are given by name with underscores; a value is a slug, any label, or an IRI. With ``links`` the
        linksets between the datasets count too. ``services`` are SPARQL endpoints to ask too, by address or by the name
        of a dataset that ``refers`` gives one for. Raises ``UnknownQueryError``, ``BrokenQueryError`` (its file has
        faults), ``KeyError`` (no such parameter), ``UnknownValueError`` (its ``allowed`` lists the allowed values),
        ``UnknownDatasetError``, ``UnknownEndpointError``.
        """
        named: Mapping[str, str] = {name.replace("_", "-"): value for name, value in params.items()}
        endpoints = self.endpoints(services)
        answer = ask(self.store, self.catalogue.question(slug), named, lang, datasets, links, endpoints=endpoints)
        return ShownAnswer.of(answer, self.store)

    def endpoints(self, services: Sequence[str]) -> Endpoints | None:
        """Return endpoints by address or by the name of a dataset that ``refers`` gives one for; ``None`` for none.

        Each has 20 seconds for a question: nobody else waits for the answer. Raises ``UnknownEndpointError``.
        """
        chosen = chosen_endpoints(endpoints_named(self.store, filter(is_address, services)), services)
        return chosen and replace(chosen, patience=Patience(20.0), copies=self.copies)

    def document(self, answer: Answer) -> ShownReport:
        """Return an answer as a report, with its sources, for any form of ``medskick.reports``."""
        return ShownReport.of(ShownAnswer.of(answer, self.store).document())

    def network(
        self, slug: str, *, lang: Lang = COMMON, datasets: Sequence[str] | None = None, **params: str
    ) -> networkx.MultiDiGraph[Any]:
        """Return a view as a networkx graph: nodes are IRIs with label, kind, level, region, first and last day.

        >>> network = kg.network("who-met-whom")
        >>> network.nodes["https://w3id.org/medskick/id/skane/region-skane"]["level"]
        'regional level'

        Edges have ``relation`` and days; see ``medskick.network.network``. Raises as ``ask`` does.
        """
        from medskick.network import network

        named = {name.replace("_", "-"): value for name, value in params.items()}
        return network(self.store, self.catalogue.view(slug), named, lang, datasets)

    def picture(
        self,
        slug: str,
        *,
        lang: Lang = COMMON,
        datasets: Sequence[str] | None = None,
        links: bool = False,
        **params: str,
    ) -> ShownPicture:
        """Return a view as a picture, which a notebook shows inline. Raises as ``ask`` does."""
        from medskick.viz.pictures.picture import from_view

        named = {name.replace("_", "-"): value for name, value in params.items()}
        picture = from_view(self.store, self.catalogue.view(slug), named, datasets, links)
        return ShownPicture(picture, lang, self.version)

    def _reader(self, lang: Lang = COMMON, datasets: Sequence[str] | None = None, links: bool = False) -> GraphReader:
        from medskick.reports.graph_reader import GraphReader

        return GraphReader(self.store, lang, datasets, links)

    def compare(
        self, *processes: str, phase_type: str = "", rows: Sequence[str] = (), **over: Unpack[OverLinks]
    ) -> ShownReport:
        """Compare processes side by side.

        >>> kg.compare("halland", "skane", phase_type="samråd").title
        'Comparison: Regional plan for Halland – Regional plan for Skåne: consultation (samråd)'

        ``rows`` are the parts to show, of ``medskick.reports.comparison.SECTIONS``, all if none are named. A process is
        given by slug, label or IRI, or by the name of the dataset that holds its plan. Returns a report (see
        ``medskick.reports``). Raises ``UnknownThingError``, ``UnknownValueError``, ``UnknownDatasetError``.
        """
        from medskick.reports.comparison import compare

        return ShownReport.of(compare(self._reader(**over), processes, phase_type, rows))

    def story(self, thing: str, **over: Unpack[Over]) -> ShownReport:
        """Return how a decision, a change or a lesson came about, in order of time. Raises as ``compare``."""
        from medskick.reports.chains import story

        return ShownReport.of(story(self._reader(**over), thing))

    def lessons(
        self,
        *,
        phase_type: str = "",
        role: str = "",
        theme: str = "",
        like: str = "",
        **over: Unpack[Over],
    ) -> ShownReport:
        """Return the lessons for a phase type, role and theme, why each is shown and where its context differs.

        ``like`` is a process or dataset with whose context the lessons' contexts are compared. Raises as ``compare``.
        """
        from medskick.reports.lesson_list import lessons

        return ShownReport.of(lessons(self._reader(**over), phase_type, role, theme, like))

    def handbook(
        self,
        phase: str,
        *,
        role: str = "",
        region: str = "",
        starts: str = "",
        **over: Unpack[Over],
    ) -> ShownReport:
        """Return the working document for someone about to enter a phase of this type.

        The checklist counts from the day ``starts`` (ISO 8601). Raises as ``compare``, and ``NotADayError``.
        """
        from medskick.reports.handbook import handbook

        return ShownReport.of(handbook(self._reader(**over), phase, role, region, starts))

    def handbook_file(
        self, phase: str, *, role: str = "", region: str = "", starts: str = "", form: str = "ics", **over: Unpack[Over]
    ) -> str:
        """Return the dated points of a handbook's checklist as a calendar: ``form`` is ``ics``, else ``ValueError``.

        Raises as ``handbook``, ``NotADayError`` also where no day to count from is given.
        """
        from medskick.reports.calendar_file import as_ics

        if form != "ics":
            raise ValueError(form)
        return as_ics(self.handbook(phase, role=role, region=region, starts=starts, **over), starts)

    def disagreements(self, *processes: str, **over: Unpack[Over]) -> ShownReport:
        """Return what contradicts what and whose stance changed, both sides with holder, time and source."""
        from medskick.reports.disagreements import disagreements

        return ShownReport.of(disagreements(self._reader(**over), processes))

    def two_mode(self, *processes: str, **over: Unpack[Over]) -> networkx.Graph[Any]:
        """Return actors and what they were involved in as a two-mode networkx graph (``bipartite`` 0 and 1).

        Processes are given as for ``compare``; without any, all count. Raises ``UnknownThingError``.
        """
        from medskick.network.measures import two_mode

        reader = self._reader(**over)
        return two_mode(self.store, [reader.process(p) for p in processes], reader.lang, reader.datasets)

    def network_file(self, *processes: str, form: str = "graphml", **over: Unpack[Over]) -> str:
        """Return ``two_mode`` as text for other programs: ``form`` is ``graphml`` or ``gexf``, else ``ValueError``."""
        from medskick.network.measures import as_gexf, as_graphml

        writers = {"graphml": as_graphml, "gexf": as_gexf}
        if form not in writers:
            raise ValueError(form)
        return writers[form](self.two_mode(*processes, **over))

    def network_report(self, *processes: str, **over: Unpack[Over]) -> ShownReport:
        """Return who connects, who brokers and which groups there are, for each process and together."""
        from medskick.reports.network_report import networks

        return ShownReport.of(networks(self._reader(**over), processes))

    def gaps(self, **over: Unpack[Over]) -> ShownReport:
        """Return what is missing in the chosen datasets, and whether it is really absent or only unknown."""
        from medskick.reports.gaps import gaps

        return ShownReport.of(gaps(self._reader(**over)))


def open_graph(
    store: Place | None = None, queries: Iterable[Place] | None = None, endpoint: str | None = None
) -> KnowledgeGraph:
    """Open the knowledge graph, building it first where there is none yet or none that can be asked.

    With ``endpoint``, or without ``store`` where ``MEDSKICK_ENDPOINT`` names one, it is asked there.

    ``store`` is the folder of the stores; without it ``MEDSKICK_STORE``, else the default folder. ``queries`` are
    folders with questions and views of your own (``<theme>/<slug>.rq``, ``views/<slug>.rq``); without them those that
    ``MEDSKICK_QUERIES`` names. Raises ``Faulty`` if the store must be built and the tables have faults, or for a folder
    without questions.
    """
    from medskick.graph.from_tables import build

    folder = Path(store) if store is not None else None
    if (address := endpoint_chosen(endpoint, store)) is not None:
        return KnowledgeGraph(folder, queries, address)
    built = current(store_home(folder))
    if built is None:
        build(store=folder)
    elif not built.usable:
        build([Path(d) for d in built.data], built.alone, folder)
    return KnowledgeGraph(folder, queries)
