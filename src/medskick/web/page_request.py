"""What a page is asked for: the graph's edition, the language, the address, and how addresses are written on it.

A page writes every address through its request. On the server they begin with the server's prefix; in the static site
they lead from file to file, relative, so that the site can lie on any host and be opened from disk.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, urlencode

from starlette.requests import Request

from medskick.ontology import PREFIXES
from medskick.reports.graph_reader import GraphReader
from medskick.web.edition import Edition
from medskick.web.static_site import STATIC, Static, file_of, relative
from medskick.words import Lang, languages, say, way_to

PHASE_TYPES = "concept/phase-type/"
"""Where the terms for phases are: each has a page of its own, which a reader is led to."""
PICTURED = ("/graph", "/views/", "/timeline", "/charts", "/places")
"""The pages that other sites may show inside their own: they take nothing from the reader."""


@dataclass(frozen=True)
class PageRequest:
    """A page as it was asked for.

    ``path`` is below the language (``/lessons``), ``params`` what the route named in it.
    """

    edition: Edition
    lang: Lang
    path: str
    query: Sequence[tuple[str, str]] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    origin: str = ""
    static: Static | None = None

    @staticmethod
    def of(request: Request, edition: Edition, lang: Lang) -> "PageRequest":
        """Return what a request under ``/<lang>/…`` asks for."""
        root = str(request.scope.get("root_path", ""))
        path = request.url.path.removeprefix(root).removeprefix(f"/{lang}")
        static = request.scope.get(STATIC)
        return PageRequest(
            edition, lang, path or "/", request.query_params.multi_items(), dict(request.path_params), root,
            static.base.rstrip("/") if static else str(request.base_url).rstrip("/"), static,
        )  # fmt: skip

    @property
    def address(self) -> str:
        """The page's own address, without the server's prefix."""
        return self._with(self.query)

    def _with(self, query: Sequence[tuple[str, str]]) -> str:
        search = urlencode([(name, value) for name, value in query if value])
        return f"/{self.lang}{quote(self.path)}" + (f"?{search}" if search else "")

    def given(self, name: str) -> str:
        """Return the value that the address gives for a name, empty if none."""
        return next((value for key, value in self.query if key == name), "")

    def all_given(self, name: str) -> list[str]:
        """Return the values that the address gives for a name, empty ones left out."""
        return [value for key, value in self.query if key == name and value]

    def to(self, address: str) -> str:
        """Return an address of the server (``/assets/site.css``) as this page is to write it."""
        if self.static is None:
            return self.root + address
        bare, hash_, fragment = address.partition("#")
        self.static.wanted.setdefault(bare, None)
        return relative(bare, self._folder) + hash_ + fragment

    @cached_property
    def _folder(self) -> str:
        return posixpath.dirname(file_of(self.address))

    def page(self, path: str, **query: str) -> str:
        """Return the address of a page in the reader's language; underscores in names become hyphens."""
        search = urlencode({name.replace("_", "-"): value for name, value in query.items() if value})
        return self.to(f"/{self.lang}{quote(path)}" + (f"?{search}" if search else ""))

    def thing(self, thing: str) -> str | None:
        """Return the address of a thing's page, the IRI itself for what is elsewhere, ``None`` for what is no page."""
        address = self.edition.address_of(thing)
        if address is None:
            # a shape's name is an identifier only: there is nothing to go to
            elsewhere = thing.startswith(("http://", "https://")) and not thing.startswith(PREFIXES["shp"])
            return thing if elsewhere else None
        if address.startswith("ontology#"):
            return self.page("/ontology") + address.removeprefix("ontology")
        if address.startswith(PHASE_TYPES):
            # a reader wants the phase, not the term
            return self.page(f"/phase/{address.removeprefix(PHASE_TYPES)}") if self.edition.exists(thing) else None
        if not self.edition.exists(thing):
            return None
        # whose region is chosen wants to know how near a lesson's context is; files have no pages by region for each
        region = self.given("region") if self.static is None and self.reader.class_of(thing) == "Lesson" else ""
        return self.page(f"/{address}", region=region)

    def absolute(self, address: str) -> str:
        """Return an address of the server as a whole URL (for sharing and for machines); empty base: relative."""
        if self.static is None:
            return self.origin.removesuffix(self.root) + self.root + address
        return f"{self.origin}/{file_of(address)}" if self.origin else ""

    @property
    def may_be_embedded(self) -> bool:
        """Whether a page is a picture's, which other sites may show inside their own."""
        return self.path.startswith(PICTURED)

    @property
    def embedded(self) -> bool:
        """Whether a picture's page is asked for without the site's frame, to stand inside another page."""
        return bool(self.given("embed")) and self.may_be_embedded

    def embed(self, on: bool = True) -> str:
        """Return the page's own address without the site's frame, or with it again.

        In the site of files that is the same file, whose script reads ``?embed=1``.
        """
        rest = [(name, value) for name, value in self.query if name != "embed"]
        if self.static is not None:
            # a file of its own, which others may have in their pages since then, leads on to this one
            self.static.wanted.setdefault(self._with([*rest, ("embed", "1")]), None)
            return self.to(self._with(rest)) + ("?embed=1" if on else "")
        return self.to(self._with([*rest, ("embed", "1" if on else "")]))

    @property
    def bare(self) -> str:
        """The page's own address as a page, whatever form of it is asked for."""
        return self._with([(name, value) for name, value in self.query if name != "format"])

    def as_file(self, form: str) -> str:
        """Return the address of the page's content as a file."""
        rest = [(name, value) for name, value in self.query if name != "format"]
        return self.to(self._with([*rest, ("format", form)]))

    @property
    def twins(self) -> list[tuple[Lang, str, str]]:
        """The same page in the other languages: the language, the address, what the way there is called in it."""
        published = self.static.languages if self.static is not None else ()
        rest = self.address.removeprefix(f"/{self.lang}")
        others = (lang for lang in published or languages() if lang != self.lang)
        return [(lang, self.to(f"/{lang}{rest}"), way_to(lang)) for lang in others]

    @cached_property
    def reader(self) -> GraphReader:
        """What reads the graph for this page, in its language, linksets included."""
        known = self.edition
        # the pages of a draft's own things are made from it too
        own = [draft for draft in known.drafts if self.path.startswith((f"/id/{draft}/", f"/dataset/{draft}"))]
        return GraphReader(
            known.store,
            self.lang,
            [*known.kg.datasets, *own] if own else None,
            links=True,
            labels=known.labels[self.lang],
            classes=known.classes_of_things,
        )

    def say(self, key: str, **values: object) -> str:
        """Return the pages' own words for a key (``web.…``)."""
        return say(f"web.{key}", self.lang, **values)
