"""What a picture's panel tells of its things, looked up in the store: names, kinds, dates, texts, citations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from medskick.graph.dates import words
from medskick.ontology import EDTF, LANGS, PREFIXES, iri, term_text
from medskick.queries.run import select
from medskick.words import Text, both

PROLOGUE = "".join(f"PREFIX {p}: <{full}> " for p, full in PREFIXES.items())
_TEXTS = ("msk:recommendation", "msk:text", "msk:value", "dcterms:description", "skos:definition")
_KINDS = ("msk:kind", "msk:form", "msk:phaseType", "msk:role", "msk:factor", "msk:relationType")
_NOT_LINES = frozenset(map(iri, (*_KINDS, "msk:basis", "msk:coverage", "skos:inScheme", "skos:broader")))


def values_of(things: Iterable[str]) -> str:
    """Return IRIs as they stand in a VALUES clause."""
    return " ".join(str(ox.NamedNode(t)) for t in sorted(set(things)))


def texts_of(store: ox.Store, things: Iterable[str], path: str) -> dict[str, dict[str, str]]:
    """Return the texts at a property path by thing and language; the first of a language stays."""
    rows = select(
        store,
        f"{PROLOGUE} SELECT ?t ?x {{ VALUES ?t {{ {values_of(things)} }} ?t {path} ?x }} ORDER BY ?t ?x",
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        literal = row["x"]
        if isinstance(literal, ox.Literal):
            found.setdefault(term_text(row["t"]), {}).setdefault(literal.language or "", literal.value)
    return found


def names_of(store: ox.Store, things: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the names of things by language; a title without a language is the same in both."""
    found = texts_of(store, things, "rdfs:label|skos:prefLabel|dcterms:title|sh:name")
    return {
        thing: {lang: said.get(lang, said.get("", "")) for lang in LANGS if said.get(lang, said.get(""))}
        for thing, said in found.items()
    }


def described(store: ox.Store, things: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Everything that panels tell of things: kind, dates, texts, concept lines, note, basis, citations."""
    values = values_of(things)
    told: dict[str, dict[str, Any]] = {t: {"dates": [], "lines": [], "citations": []} for t in things}
    properties = names_of(
        store,
        {term_text(r["p"]) for r in select(store, f"SELECT DISTINCT ?p {{ VALUES ?t {{ {values} }} ?t ?p ?o }}")},
    )
    inferred = {
        (term_text(r["t"]), term_text(r["path"]))
        for r in select(
            store,
            f"{PROLOGUE} SELECT ?t ?path {{ VALUES ?t {{ {values} }} ?t msk:inferredColumn/sh:path ?path }}",
        )
    }
    rows = select(
        store,
        f"""{PROLOGUE} SELECT DISTINCT ?t ?p ?o {{ VALUES ?t {{ {values} }} ?t ?p ?o
        FILTER(ISLITERAL(?o) && DATATYPE(?o) = <{EDTF}>) }} ORDER BY ?t ?p ?o""",
    )
    for row in rows:
        thing, path, date = term_text(row["t"]), term_text(row["p"]), term_text(row["o"])
        key = "picture.inferred" if (thing, path) in inferred else "picture.plain"
        value = both(key, text={lang: words(date, lang) for lang in LANGS})
        told[thing]["dates"].append({"label": properties.get(path, {}), "value": value})
    for path in _TEXTS:
        for thing, text in texts_of(store, things, path).items():
            told[thing].setdefault("text", text)
    for key, path in (("note", "skos:note"), ("basis", "msk:basis/skos:prefLabel")):
        for thing, text in texts_of(store, things, path).items():
            told[thing][key] = text
    for row in select(store, f"{PROLOGUE} SELECT ?t ?n {{ VALUES ?t {{ {values} }} ?t msk:position ?n }}"):
        told[term_text(row["t"])]["position"] = int(term_text(row["n"]))
    _concept_lines(store, values, properties, told)
    for row in select(
        store,
        f"""{PROLOGUE} SELECT ?t ?sv ?en {{ VALUES ?t {{ {values} }} ?t msk:caveat/msk:text ?sv, ?en
        FILTER(LANG(?sv) = "sv" && LANG(?en) = "en") }} ORDER BY ?t ?sv""",
    ):
        value = {"sv": term_text(row["sv"]), "en": term_text(row["en"])}
        told[term_text(row["t"])]["lines"].append({"label": both("picture.caveat"), "value": value})
    _citations(store, values, told)
    return told


def _concept_lines(
    store: ox.Store, values: str, properties: Mapping[str, Text], told: dict[str, dict[str, Any]]
) -> None:
    rows = select(
        store,
        f"""{PROLOGUE} SELECT DISTINCT ?t ?p ?c ?sv ?en {{ VALUES ?t {{ {values} }} ?t ?p ?c .
        ?c skos:inScheme ?scheme ; skos:prefLabel ?sv, ?en
        FILTER(LANG(?sv) = "sv" && LANG(?en) = "en") }} ORDER BY ?t ?p ?sv""",
    )
    lines: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        lines.setdefault((term_text(row["t"]), term_text(row["p"])), []).append(
            {"sv": term_text(row["sv"]), "en": term_text(row["en"])}
        )
    for (thing, path), labels in lines.items():
        value = {lang: ", ".join(label[lang] for label in labels) for lang in LANGS}
        if path in map(iri, _KINDS):
            told[thing].setdefault("kind", value)
        elif path not in _NOT_LINES and path.startswith((PREFIXES["msk"], PREFIXES["dcterms"])):
            told[thing]["lines"].append({"label": properties.get(path, {}), "value": value})


def _citations(store: ox.Store, values: str, told: dict[str, dict[str, Any]]) -> None:
    rows = select(
        store,
        f"""{PROLOGUE} SELECT DISTINCT ?t ?s ?title ?lang ?publisher ?date ?url ?sv ?en ?whole ?notation ?locator {{
        VALUES ?t {{ {values} }} ?t dcterms:source ?s .
        ?s dcterms:title ?title ; dcterms:language ?lang ; dc:publisher ?publisher ; foaf:page ?url ;
           msk:coverage ?whole .
        ?whole skos:prefLabel ?sv, ?en FILTER(LANG(?sv) = "sv" && LANG(?en) = "en")
        OPTIONAL {{ ?s msk:date ?date }} OPTIONAL {{ ?s skos:notation ?notation }}
        OPTIONAL {{ ?citation msk:supports ?t ; msk:citedSource ?s ; msk:locator ?locator }}
        }} ORDER BY ?t ?s ?locator""",
    )
    for row in rows:
        date = row.get("date")
        told[term_text(row["t"])]["citations"].append(
            {
                "title": term_text(row["title"]),
                "lang": term_text(row["lang"]),
                "publisher": term_text(row["publisher"]),
                "date": {lang: words(term_text(date), lang) for lang in LANGS} if date else None,
                "url": term_text(row["url"]),
                "coverage": {"sv": term_text(row["sv"]), "en": term_text(row["en"])},
                "whole": term_text(row["whole"]).endswith("/whole"),
                "notation": term_text(row.get("notation", "")),
                "locator": term_text(row.get("locator", "")),
            }
        )


def earliest_days(store: ox.Store, things: Iterable[str]) -> dict[str, str]:
    """Return the earliest day that any date of a thing can mean, as ISO text; things without one are left out."""
    dated = ("start", "date", "plannedStart", "plannedDate", "inForce", "end")
    paths = "|".join(f"msk:{name}Earliest" for name in dated)
    rows = select(
        store,
        f"""{PROLOGUE} SELECT ?t (MIN(STR(?d)) AS ?e) {{ VALUES ?t {{ {values_of(things)} }} ?t {paths} ?d }}
        GROUP BY ?t""",
    )
    return {term_text(r["t"]): term_text(r["e"]) for r in rows if "t" in r}
