"""How a page is cited: as text, as BibTeX and as RIS, with publisher, version and date of what it shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from medskick.graph.dates import words as date_words
from medskick.ontology import DATASETS, term_text
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader
from medskick.words import Lang, say

FORMS = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}
"""The forms of a citation as a file: its ending, which is also its name in an address, and its media type."""
_SPECIAL = re.compile(r"[&%$#_{}~^\\]")
_LATEX = {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}


@dataclass(frozen=True)
class Citation:
    """A page as it is cited: ``dataset`` is the title of the one dataset that it is of, empty for the whole graph.

    ``date`` is ISO. ``address`` is where it was asked for, ``permanent`` the identifier of the thing that it is about;
    either may be empty. ``notes`` are sentences that programs for references keep beside it.
    """

    title: str
    publishers: Sequence[str]
    dataset: str
    version: str
    date: str
    address: str
    permanent: str
    lang: Lang
    notes: Sequence[str] = ()

    @property
    def key(self) -> str:
        """A name for the entry: of the identifier's last parts, else of the title."""
        named = self.permanent.removeprefix("https://w3id.org/medskick/") or self.title
        plain_letters = named.casefold().translate(str.maketrans("åäöé", "aaoe"))
        return "medskick-" + re.sub(r"[^a-z0-9]+", "-", plain_letters).strip("-").removeprefix("medskick-")

    @property
    def whole(self) -> str:
        """What the page is a part of, with its version: a dataset, or all of them."""
        named = "cite.dataset" if self.dataset else "cite.whole"
        return say(named, self.lang, dataset=self.dataset, version=self.version)

    @property
    def _noted(self) -> list[str]:
        known = [say("cite.permanent", self.lang, iri=self.permanent)] if self.permanent else []
        return [*known, *self.notes]

    def as_text(self) -> str:
        """Return the citation as a sentence or two of a list of references."""
        who = f"{'; '.join(self.publishers)} ({self.date[:4] or say('cite.undated', self.lang)})."
        of = ", ".join(filter(None, (self.whole, self.date and date_words(self.date, self.lang))))
        known = say("cite.permanent", self.lang, iri=self.permanent) if self.permanent else ""
        return " ".join(filter(None, (who, f"{self.title}.", f"{of}.", self.address, known)))

    def as_bibtex(self) -> str:
        """Return the citation as one BibTeX entry of the type ``misc``, in UTF-8."""
        from bibtexparser.entrypoint import write_string
        from bibtexparser.library import Library
        from bibtexparser.model import Entry, Field

        fields = {
            # a name of two words in braces is one name
            "author": " and ".join(f"{{{_latex(name)}}}" for name in self.publishers),
            "title": f"{{{_latex(self.title)}}}",
            "publisher": _latex("; ".join(self.publishers)),
            "year": self.date[:4],
            "date": self.date,
            "version": self.version,
            "howpublished": _latex(self.whole),
            "url": self.address or self.permanent,
            "note": _latex(" ".join(self._noted)),
            "language": self.lang,
        }
        entry = Entry("misc", self.key, [Field(name, value) for name, value in fields.items() if value])
        return write_string(Library([entry]))

    def as_ris(self) -> str:
        """Return the citation as one RIS record of the type ``ELEC`` (a page on the web)."""
        import rispy

        record = {
            "type_of_reference": "ELEC",
            "authors": list(self.publishers),
            "title": self.title,
            "secondary_title": self.dataset,
            "publisher": "; ".join(self.publishers),
            "year": self.date[:4],
            "date": self.date.replace("-", "/"),
            "edition": self.version,
            "urls": [url for url in (self.address, self.permanent) if url],
            "notes": [self.whole, *self.notes],
            "language": self.lang,
        }
        written: str = rispy.dumps([{name: value for name, value in record.items() if value}])
        # the library numbers the records, which the format knows nothing of
        return written.removeprefix("1.\n")

    def as_csl(self) -> dict[str, Any]:
        """Return the citation as an item of CSL-JSON (schema 1.0), of the type ``dataset``."""
        item = {
            "id": self.key,
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": name} for name in self.publishers],
            "publisher": "; ".join(self.publishers),
            "container-title": self.dataset or "Medskick",
            "version": self.version,
            "issued": {"date-parts": [[int(part) for part in self.date.split("-")]]} if self.date else None,
            "URL": self.address or self.permanent,
            "note": " ".join(self._noted),
            "language": self.lang,
        }
        return {name: value for name, value in item.items() if value}

    def as_file(self, form: str) -> bytes:
        """Return the citation in one of ``FORMS``."""
        return (self.as_bibtex() if form == "bib" else self.as_ris()).encode()


def _latex(text: str) -> str:
    """A text whose signs mean themselves in BibTeX; letters stay as they are."""
    return _SPECIAL.sub(lambda sign: _LATEX.get(sign[0], f"\\{sign[0]}"), text)


def citation(reader: GraphReader, title: str, address: str, version: str, thing: str = "") -> Citation:
    """Return how a page is cited: of the dataset of the thing that it is about, else of the graph in ``version``."""
    own = DATASETS + name if (name := reader.dataset_of(thing) if thing else "") else ""
    own = thing if thing.startswith(DATASETS) else own
    every = [own] if own else [term_text(r["d"]) for r in reader.select("SELECT ?d { ?d a msk:Dataset } ORDER BY ?d")]

    def said_by_all(prop: str) -> list[str]:
        return list(dict.fromkeys(plain(reader.values_of(one, prop)) for one in every))

    return Citation(
        title, list(filter(None, said_by_all("dc:publisher"))) or ["Medskick"], reader.name(own).text if own else "",
        said_by_all("dcat:version")[0] if own else version,
        max((term_text(v) for one in every for v in reader.values(one, "dcterms:modified")), default=""),
        address, thing, reader.lang,
    )  # fmt: skip
