"""Reading the graph for a report: answers to questions, names of things, and their sources."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy

import pyoxigraph as ox

from medskick.alphabet import alphabetical
from medskick.graph.dates import bounds, duration, words
from medskick.graph.lookups import Store
from medskick.ontology import PREFIXES, iri, is_iri, term_text
from medskick.queries.binding import resolve
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import select
from medskick.queries.query import Param
from medskick.queries.run import Answer, ask, is_date
from medskick.reports.document import Block, Document, Line, Paragraph, Reference, Span, joined, line, lines_of
from medskick.reports.references import reference
from medskick.resources import description, time
from medskick.resources.finding import find_process, find_thing
from medskick.resources.names import Label, chosen, labels
from medskick.resources.sources import Cited, cited, together
from medskick.resources.succession import Succession
from medskick.words import Lang, say

Term = ox.NamedNode | ox.Literal
Row = dict[str, Term]

_PROLOGUE = "".join(
    f"PREFIX {p}: <{PREFIXES[p]}> " for p in ("dc", "dcat", "dcterms", "foaf", "msk", "rdfs", "skos", "xsd")
)


_TO_THE_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?:-\d\d)?")


class GraphReader:
    """Reads the graph for one report, in one language, over the chosen datasets (all if ``None``).

    ``labels`` are names in that language, ``classes`` classes of things already known from that store; those looked up
    are added.
    """

    def __init__(
        self,
        store: Store,
        lang: Lang,
        datasets: Sequence[str] | None = None,
        links: bool = False,
        labels: dict[str, Label] | None = None,
        classes: dict[str, str] | None = None,
    ) -> None:
        self.store, self.lang, self.datasets, self.links = store, lang, datasets, links
        self._labels = {} if labels is None else labels
        self._classes = {} if classes is None else classes
        self._cited: dict[str, Cited] = {}
        self._inferred: dict[str, frozenset[str]] = {}
        self.succession = Succession(store)
        self._asked: dict[tuple[str, ...], Answer] = {}

    def naming(self, names: Mapping[str, Label]) -> "GraphReader":
        """Return a reader that calls things so too: names that others give are not to be shared with other reports."""
        reader = copy(self)
        reader._labels = {**self._labels, **names}
        return reader

    def say(self, key: str, **values: object) -> str:
        """Return the program's own words for a key."""
        return say(key, self.lang, **values)

    def ask(self, slug: str, **params: str) -> Answer:
        """Ask a shipped question; empty parameters are left out, underscores in names become hyphens.

        Raises ``BrokenQueryError`` where its file has faults.
        """
        given = {name.replace("_", "-"): value for name, value in params.items() if value}
        key = (slug, *(part for pair in sorted(given.items()) for part in pair))
        if key in self._asked:
            return self._asked[key]
        question = Catalogue().question(slug)
        answer = ask(self.store, question, given, self.lang, self.datasets, self.links, False, self.succession)
        self._labels |= answer.labels
        self._asked[key] = answer
        return answer

    def select(self, text: str) -> list[Row]:
        """Run a small look-up (our prefixes are declared) over the chosen datasets."""
        return select(self.store, _PROLOGUE + text, self.datasets, self.links)

    def name(self, thing: str) -> Label:
        """Return a thing's name in the report's language (else in another); a text that is no IRI is its own name."""
        if not is_iri(thing):
            return Label(thing, "")
        if thing not in self._labels:
            self._labels |= labels(self.store, [thing], self.lang)
        return self._labels.get(thing, Label(thing.rpartition("/")[2], ""))

    def know(self, things: Iterable[str]) -> None:
        """Look up the names of many things at once: ``name`` and ``thing`` then need not ask for each."""
        self._labels |= labels(self.store, set(filter(is_iri, things)) - self._labels.keys(), self.lang)

    def sources_of(self, thing: str) -> tuple[str, ...]:
        """Return the IRIs of the sources that a thing's row cites, in a fixed order."""
        return self.cited_by(thing).all

    def cited_by(self, *things: str) -> Cited:
        """Return what the rows of some things cite, and where only one of several pages carries a row."""
        for thing in things:
            if thing not in self._cited:
                self._cited[thing] = cited(self.store, thing)
        return together(self._cited[thing] for thing in things) if len(things) != 1 else self._cited[things[0]]

    def thing(self, term: Term | str | None, cite: bool = False, strong: bool = False) -> Line:
        """Return a thing as a span named in the reader's language, with its sources if ``cite``."""
        if term is None:
            return ()
        full = term_text(term) if not isinstance(term, str) else term
        label = self.name(full)
        foreign = label.lang if label.lang not in ("", self.lang) else ""
        sources = self.cited_by(full) if cite else Cited()
        return (Span(label.text, full, foreign, strong, sources.pages, one_of=sources.one_of),)

    def date(self, edtf: str) -> str:
        """Return an EDTF date in words."""
        return words(edtf, self.lang)

    def length(self, start: str, end: str) -> str:
        """Return how long something took, in words: empty unless both EDTF dates are known to the month at least.

        A year or a season would give a range of hundreds of days, which is of no use.
        """
        if not (_TO_THE_MONTH.fullmatch(start) and _TO_THE_MONTH.fullmatch(end)):
            return ""
        days = duration(bounds(start), bounds(end))
        if days is None:
            return ""
        least, most = days
        return self.say("report.days" if least == most else "report.days-between", least=least, most=most)

    def cited(self, thing: str, spans: Line) -> Line:
        """Return a line with the sources of a thing's row after it."""
        return self.with_sources(spans, self.cited_by(thing))

    def with_sources(self, spans: Line, sources: Cited) -> Line:
        """Return a line with sources after it."""
        return (*spans, Span("", sources=sources.pages, one_of=sources.one_of)) if spans and sources.all else spans

    def marked(self, spans: Line, thing: str, *properties: str) -> Line:
        """Return a value, marked as inferred where a thing's row lists one of its properties as such."""
        if spans and self._inferred_of(thing).intersection(map(iri, properties)):
            return line(spans, " ", self.say("report.inferred"))
        return spans

    def marked_place(self, spans: Line, thing: str, *properties: str) -> Line:
        """Return a line that stands where it does by some properties of a thing, those that are inferred named."""
        return line(spans, self.place_note(thing, *properties)) if spans else spans

    def place_note(self, thing: str, *properties: str) -> Line:
        """Return what is told after such a line; empty where none of the properties is inferred."""
        names = [self.name(p).text for p in map(iri, properties) if p in self._inferred_of(thing)]
        return line(" ", self.say("report.inferred-place", fields=", ".join(names))) if names else ()

    def row_mark(self, things: Mapping[str, Sequence[str]]) -> Line:
        """Return the one mark of a row: which properties are inferred of which of its things, empty where none is.

        ``things`` gives for each thing (IRI) the properties that the row shows of it or stands by.
        """
        fields: dict[str, list[str]] = {}
        for thing, properties in things.items():
            for prop in properties:
                if self.is_inferred(thing, iri(prop)):
                    fields.setdefault(self.name(iri(prop)).text, []).append(self.name(thing).text)
        in_words = (f"{field} – {', '.join(names)}" if len(things) > 1 else field for field, names in fields.items())
        return (Span(" " + self.say("report.inferred-place", fields="; ".join(in_words)), mark=True),) if fields else ()

    def values_of(self, thing: str, *properties: str, mark: bool = True) -> Line:
        """Return the values of properties of a thing by name, each marked (``mark``) where it is inferred."""
        by_property = ((p, joined(map(self.cell, self.values(thing, p)), ", ")) for p in properties)
        return joined((self.marked(values, thing, p) if mark else values for p, values in by_property), ", ")

    def is_inferred(self, thing: str, prop: str) -> bool:
        """Tell whether a thing's row lists a property (IRI) as inferred."""
        return prop in self._inferred_of(thing)

    def _inferred_of(self, thing: str) -> frozenset[str]:
        if thing not in self._inferred:
            # a question may have a number or a text where others have a thing
            self._inferred[thing] = description.inferred(self.store, thing) if is_iri(thing) else frozenset()
        return self._inferred[thing]

    def awaited(self, thing: str) -> Line:
        """Return the note that nothing shows what came of what was expected of a thing; empty where something does."""
        return self.outcome_unknown(time.time_of(self.store, thing).expected_by)

    def outcome_unknown(self, until: str) -> Line:
        """Return that note for what was expected until a day (ISO); empty without one.

        It is true on any day, and so it stands in files. A page's script shows it on the reader's day, when the time
        has passed.
        """
        return line(" ", Span(self.say("date.outcome-unknown"), until=until)) if until else ()

    def cell(self, term: Term | None, cite: bool = False) -> Line:
        """Return any term of an answer as it is shown: a thing's name, a date in words, a text."""
        if term is None:
            return ()
        if isinstance(term, ox.NamedNode):
            return self.thing(term, cite)
        if is_date(term):
            return line(words(term.value, self.lang))
        if term.value in ("true", "false"):
            return line(self.say(f"answer.{term.value}"))
        return (Span(term.value, lang=term.language if term.language not in (None, self.lang) else ""),)

    def texts(self, thing: str, prop: str, mark: bool = True) -> Line:
        """Return a text of a thing in the report's language, else in another; inferred, it is marked (``mark``)."""
        text = chosen(description.texts(self.store, thing, prop), self.lang)
        spans = (Span(text.text, lang=text.lang if text.lang not in ("", self.lang) else ""),) if text.text else ()
        return self.marked(spans, thing, prop) if mark else spans

    def values(self, thing: str, prop: str) -> list[Term]:
        """Return the values of a property of a thing, asserted or derived, in a fixed order."""
        return description.values(self.store, thing, prop)

    def is_a(self, thing: str, cls: str) -> bool:
        """Tell whether a thing belongs to a class, by assertion or derivation."""
        return description.is_a(self.store, thing, cls)

    def read_whole(self, things: Iterable[str]) -> bool:
        """Tell whether every source of some things was read in full (false if they have no source)."""
        wanted = sorted({s for thing in things for s in self.sources_of(thing)})
        return bool(wanted) and all(self.reference(s).whole for s in wanted)

    def process(self, name: str) -> str:
        """Return the IRI of the process that a text means; a dataset's name means its latest planning process.

        Raises ``UnknownThingError`` or ``AmbiguousThingError`` (see ``medskick.resources.finding``).
        """
        return find_process(self.store, name, self.datasets)

    def find(self, text: str, classes: Sequence[str] = ()) -> str:
        """Return the IRI of the thing that a text means, of some classes (prefixed names). Raises as ``process``."""
        return find_thing(self.store, text, classes, self.datasets)

    def concept(self, scheme: str, value: str, option: str = "") -> str:
        """Return the IRI of the concept meant by a slug, any label or an IRI; empty stays empty.

        Raises ``UnknownValueError``, which lists the allowed values (``option`` is the option's name in the message).
        """
        if not value:
            return ""
        return resolve(self.store, Param(option or scheme, {}, scheme=scheme), value, self.datasets)

    def dataset_of(self, thing: str) -> str:
        """Return the name of the dataset or linkset that a thing was entered in (empty if it was in none)."""
        return description.dataset_of(self.store, thing)

    def class_of(self, thing: str) -> str:
        """Return the local name of the class that a thing was given."""
        if thing not in self._classes:
            self._classes[thing] = description.class_of(self.store, thing)
        return self._classes[thing]

    def times(self, things: Iterable[str]) -> dict[str, time.Time]:
        """Return when things were; those without any date are left out."""
        return time.times(self.store, things)

    def by_name(self, things: Iterable[str]) -> list[str]:
        """Return things, each once, by name in the reader's alphabet."""
        listed = sorted(set(things))
        self.know(listed)
        return alphabetical(listed, self.lang, lambda thing: self.name(thing).text)

    def in_order(self, things: Iterable[str]) -> list[str]:
        """Return things, each once, by what they presuppose, then by date, then by name."""
        listed = list(dict.fromkeys(things))
        self.know(listed)
        return self.succession.in_order(listed, self.lang, lambda thing: self.name(thing).text)

    def circle_notes(self, things: Iterable[str]) -> list[Block]:
        """Say which of some things presuppose each other in a circle, so that no order of theirs is right."""
        circles = self.succession.circles(things)
        said = (self.say("answer.circle", things=", ".join(self.name(t).text for t in circle)) for circle in circles)
        return [Paragraph(line(text), "note") for text in said]

    def reference(self, source: str) -> Reference:
        """Return a source as a reference list gives it."""
        return reference(self.store, source, self.lang, lambda concept: self.name(concept).text)

    def document(self, title: str, lead: Line, blocks: Iterable[Block]) -> Document:
        """Make the document, with a reference for every source that its spans name."""
        blocks = tuple(blocks)
        named = {s for spans in (lead, *(f for b in blocks for f in lines_of(b))) for span in spans for s in span.cites}
        return Document(title, self.lang, lead, blocks, {s: self.reference(s) for s in sorted(named)})
