"""A walk through what a server gives: a page and a download of every kind, asked in this process."""

import asyncio
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox

from medskick.graph.store import open_store
from medskick.web.app import Settings, create_app
from medskick.web.publish import _get
from medskick.web.static_site import Static, file_of

FIRST = ("/sv/", "/en/", "/sv/names", "/data/catalogue.ttl", "/robots.txt")
_LONGEST_NAME = 255
# pages of the vocabulary, which no dataset changes
_VOCABULARY = re.compile(r"/concept/|/ontology")
_XML = re.compile(r"\.(?:rdf|svg|graphml|atom)(?:\?|$)")
_EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(!STRENDS(STR(?g), '/ontology')) }"


def kind_of(address: str) -> str:
    """What an address is an instance of: without its names, but with its form."""
    path, _, query = address.partition("?")
    path = re.sub(r"/(id|dataset|questions)/[^?]*?(\.[a-z]+)?$", r"/\1/*\2", path)
    return path + "?" + re.sub(r"(^|&)((?!format)[^=&]+)=[^&]*", r"\1\2", query)


def walk(store: Path, most: int = 6, turn: int = 0) -> list[str]:
    """Walk from the first pages to at most so many addresses of each kind; return what is wrong, one line each.

    ``turn`` says with which of the addresses that a page leads to it begins.
    """
    return asyncio.run(_walk(store, most, turn))


async def _walk(store: Path, most: int, turn: int) -> list[str]:
    app = create_app(Settings(store=store))
    static, wrong, asked, counted = Static(), [], set(), Counter[str]()
    wanted = list(FIRST)
    while wanted:
        address = wanted.pop(0)
        asked.add(address)
        if any(len(part.encode()) > _LONGEST_NAME for part in file_of(address).split("/")):
            wrong.append(f"{address}: too long for a file name")
        if cause := await _wrong(app, address, static):
            wrong.append(f"{address}: {cause}")
        new = [a for a in static.wanted if a not in asked and not _VOCABULARY.search(a)]
        static.wanted.clear()
        for each in new[turn % len(new) :] + new[: turn % len(new)] if new else ():
            asked.add(each)
            if counted[kind_of(each)] < most:
                counted[kind_of(each)] += 1
                wanted.append(each)
    try:
        answers = open_store(store)[0].query(_EVERYTHING)
        assert isinstance(answers, ox.QuerySolutions)
        ElementTree.fromstring(answers.serialize(format=ox.QueryResultsFormat.XML) or b"")
    except ElementTree.ParseError as error:
        wrong.append(f"SPARQL results in XML: {error}")
    return wrong


async def _wrong(app: object, address: str, static: Static) -> str:
    """Ask for an address. Returns what is wrong with the answer, empty where nothing is."""
    try:
        status, body = await _get(app, address, static)
        if status != 200:
            return str(status)
        if _XML.search(address):
            ElementTree.fromstring(body)
        elif re.search(r"\.jsonld$|format=json", address):
            json.loads(body)
        elif re.search(r"format=(?:docx|xlsx)", address):
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                for name in packed.namelist():
                    if name.endswith((".xml", ".rels")):
                        ElementTree.fromstring(packed.read(name))
        else:
            body.decode("utf-8")
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return ""
