"""What is new since a day that the reader chooses or since they last looked, as a page and as a feed (Atom)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

from starlette.responses import Response

from medskick.ontology import CATALOGUE, DATASETS, term_text
from medskick.reports.news import Published, days, published
from medskick.viz.svg import clean
from medskick.web.http.problems import Problem
from medskick.web.page_request import PageRequest
from medskick.web.site.page import Field, Form, kind_label, render, shown
from medskick.web.static_site import file_of, relative

ATOM = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed_address(request: PageRequest) -> str:
    """Return the address of the feed in the reader's language."""
    return request.to(_feed(request))


def _feed(request: PageRequest) -> str:
    return f"/data/new.{request.lang}.atom"


def news_page(request: PageRequest) -> Response:
    """What was published or changed after the day that the address gives; without one all, the last changed first."""
    since = request.given("since")
    if since and not re.fullmatch(r"\d{4}-\d\d-\d\d", since):
        raise Problem(400, "since is a day, for example 2026-11-23.")
    listed = published(request.reader, request.edition.datasets)
    known = days(listed)
    chosen = [(day, request.reader.date(day)) for day in known[1:] or known]
    if since and since not in known:
        chosen.append((since, request.reader.date(since)))
    new, changed = (
        [one for one in listed if belongs(one, since)] for belongs in (Published.is_new, Published.is_changed)
    )
    earlier = [one for one in listed if one not in new and one not in changed]
    groups = {"new": new, "changed": changed, "earlier": earlier} if since else {"all": listed}
    return render(
        request, "news.html.j2", request.say("nav-new"), lead=request.say("new-lead"),
        form=Form("/new", request.say("show"), [
            Field("since", request.say("field-since"), chosen, since, request.say("any-day")),
        ]),
        since=request.reader.date(since) if since else "",
        groups=[(name, _rows(request, group)) for name, group in groups.items() if group or name != "earlier"],
        kinds=[(cls, kind_label(cls, request.lang)) for cls in _kinds(listed)],
        feed=feed_address(request), scripts=("news.js",),
    )  # fmt: skip


def _kinds(listed: Sequence[Published]) -> list[str]:
    return list(dict.fromkeys(cls for one in listed for cls, _ in one.counts))


def _rows(request: PageRequest, group: Sequence[Published]) -> list[dict[str, Any]]:
    reader = request.reader
    return [
        {
            "name": one.dataset.removeprefix(DATASETS),
            "line": shown(request, reader.thing(one.dataset)),
            "version": one.version,
            "issued": reader.date(one.issued) if one.issued else "",
            "modified": reader.date(one.modified) if one.modified != one.issued else "",
            "mark": f"{one.version} {one.modified}",
            "holds": _holds(request, one),
            "counts": dict(one.counts),
            "lessons": [(thing, shown(request, reader.thing(thing))) for thing in one.lessons],
        }
        for one in group
    ]


def _holds(request: PageRequest, one: Published) -> str:
    return ", ".join(f"{kind_label(cls, request.lang)} {count}" for cls, count in one.counts)


def feed(request: PageRequest) -> bytes:
    """Return the feed: an entry for each time that a dataset was first published or last changed.

    Atom, RFC 4287. Its times are the days that the datasets give, at midnight UTC; an entry's id is the dataset's with
    the day, and so stays the same.
    """
    listed = published(request.reader, request.edition.datasets)
    request = replace(request, path="/new", query=())
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": request.lang})
    _add(root, "title", request.say("feed-title"))
    _add(root, "subtitle", request.say("new-lead"))
    _add(root, "id", f"{CATALOGUE}#new-{request.lang}")
    _add(root, "updated", _moment(max(days(listed), default="1970-01-01")))
    for publisher in _publishers(request, listed):
        _add(ET.SubElement(root, "author"), "name", publisher)
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM, "href": _address(request, _feed(request))})
    page = {"rel": "alternate", "type": "text/html", "href": _address(request, f"/{request.lang}/new")}
    ET.SubElement(root, "link", page)
    events = [(one.modified, "changed", one) for one in listed if one.modified != one.issued]
    events += [(one.issued, "new", one) for one in listed if one.issued]
    for day, kind, one in sorted(events, key=lambda event: event[0], reverse=True):
        _entry(request, ET.SubElement(root, "entry"), day, kind, one)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode()


def _entry(request: PageRequest, entry: ET.Element, day: str, kind: str, one: Published) -> None:
    name = request.reader.name(one.dataset).text
    _add(entry, "title", request.say(f"feed-{kind}", name=name, version=one.version))
    _add(entry, "id", f"{one.dataset}#{day}")
    _add(entry, "updated", _moment(day))
    if one.issued:
        _add(entry, "published", _moment(one.issued))
    address = request.edition.address_of(one.dataset)
    page = _address(request, f"/{request.lang}/{address}")
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    if one.counts:
        _add(entry, "summary", request.say("feed-holds", holds=_holds(request, one)))


def _publishers(request: PageRequest, listed: Sequence[Published]) -> list[str]:
    values = (request.reader.values(one.dataset, "dc:publisher") for one in listed)
    return sorted({term_text(value) for several in values for value in several}) or ["Medskick"]


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = clean(text)


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _address(request: PageRequest, address: str) -> str:
    """A whole address; in a site of files that does not know where it will lie, one relative to the feed."""
    if request.static is not None:
        request.static.wanted.setdefault(address, None)
    return request.absolute(address) or relative(address, file_of("/data/new").rpartition("/")[0])
