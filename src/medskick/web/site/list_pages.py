"""Lists: all things by kind, the datasets, the views, the concept schemes with their terms, the ontology's terms."""

from typing import Any

from starlette.responses import Response

from medskick.graph.link import FORMS
from medskick.ontology import DATASETS, PREFIXES, shorten, term_text, vocabulary
from medskick.web.address import Place
from medskick.web.http.problems import Problem
from medskick.web.linked_data import kept_versions
from medskick.web.site.page import kind_label, render, shown, when_words
from medskick.words import pick

PAGE = 200
_TOLD = {
    "publisher": "dc:publisher",
    "version": "dcat:version",
    "modified": "dcterms:modified",
    "statements": "void:triples",
    "things": "void:entities",
}
"""What is told of a dataset, by the word for it, and the property that says it."""
_LICENCES = {"https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0"}


def things_page(place: Place) -> Response:
    """All things of a kind, in order of name, ``PAGE`` at a time; without a kind, how many there are of each."""
    counts = place.edition.counted
    wanted = place.given("kind")
    kinds = sorted((kind_label(cls, place.lang), cls) for cls in counts)
    if not wanted:
        return render(
            place, "things.html.j2", place.say("nav-things"), lead=place.say("things-lead"),
            kinds=[(cls, name, counts[cls], place.page("/things", kind=cls)) for name, cls in kinds],
        )  # fmt: skip
    if wanted not in counts:
        raise Problem(404, "There is no such kind.", known=sorted(counts))
    members = sorted((place.reader.name(t).text.casefold(), t) for t in place.edition.members(wanted) if place.thing(t))
    given = place.given("page")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    pages = max(1, -(-len(members) // PAGE))
    chosen = [t for _, t in members[(number - 1) * PAGE : number * PAGE]]
    place.reader.know(chosen)
    dates = place.edition.dates(chosen)
    rows = [
        {
            "line": shown(place, place.reader.thing(t)), "cls": wanted, "by": "", "flag": "",
            "date": when_words(place, dates[t]) if t in dates else "",
            "planned": t in dates and dates[t].planned,
        }
        for t in chosen
    ]  # fmt: skip
    label = kind_label(wanted, place.lang)
    return render(
        place, "relation.html.j2", label,
        thing=[{"text": "", "lang": "", "strong": False, "quiet": True, "href": None}],
        group={"label": label, "count": len(members), "rows": rows},
        number=number, pages=pages,
        before=place.page("/things", kind=wanted, page=str(number - 1)) if number > 1 else "",
        after=place.page("/things", kind=wanted, page=str(number + 1)) if number < pages else "",
    )  # fmt: skip


def datasets_page(place: Place) -> Response:
    """The datasets and linksets: what each is, who publishes it under which licence, its downloads."""
    reader = place.reader
    told = []
    for name in place.edition.datasets:
        thing = DATASETS + name

        def values(prop: str, thing: str = thing) -> str:
            return ", ".join("".join(s.text for s in reader.cell(v)) for v in reader.values(thing, prop))

        licence = next((term_text(v) for v in reader.values(thing, "dcterms:license")), "")
        told.append(
            {
                "line": shown(place, reader.thing(thing)),
                "texts": [
                    shown(place, t) for p in ("dcterms:description", "msk:saidBy") if (t := reader.texts(thing, p))
                ],
                "facts": [
                    (place.say(f"dataset-{key}"), found) for key, prop in _TOLD.items() if (found := values(prop))
                ],
                "licence": (licence, _LICENCES.get(licence, licence)),
                "files": [(form, place.to(f"/data/{name}.{ending}")) for ending, (form, _) in FORMS.items()],
            }
        )
    return render(
        place, "datasets.html.j2", place.say("nav-datasets"), lead=place.say("datasets-lead"), datasets=told,
        data={"DCAT": place.to("/data/catalogue.ttl"), "DCAT (JSON-LD)": place.to("/data/catalogue.jsonld")},
    )  # fmt: skip


def ontology_page(place: Place) -> Response:
    """The ontology as one document: an anchor for each class and property, with definition, example and reason."""
    reader = place.reader
    terms: dict[str, list[dict[str, str]]] = {"classes": [], "properties": []}
    for kind, types in (("classes", "owl:Class"), ("properties", "owl:ObjectProperty owl:DatatypeProperty")):
        rows = reader.select(
            "PREFIX owl: <http://www.w3.org/2002/07/owl#> SELECT DISTINCT ?term { VALUES ?type { "
            + types
            + f" }} ?term a ?type FILTER(STRSTARTS(STR(?term), '{PREFIXES['msk']}')) }} ORDER BY ?term"
        )
        found = [term_text(row["term"]) for row in rows]
        reader.know(found)
        for term in sorted(found, key=lambda t: (reader.name(t).text.casefold(), t)):
            terms[kind].append(
                {
                    "id": term.removeprefix(PREFIXES["msk"]),
                    "label": reader.name(term).text,
                    "definition": "".join(s.text for s in reader.texts(term, "skos:definition")),
                    "example": "".join(s.text for s in reader.texts(term, "skos:example")),
                }
            )
    listed: list[dict[str, Any]] = [
        {"line": shown(place, reader.thing(row["scheme"])), "count": term_text(row["n"])}
        for row in reader.select(
            "SELECT ?scheme (COUNT(DISTINCT ?c) AS ?n) { ?c skos:inScheme ?scheme } GROUP BY ?scheme ORDER BY ?scheme"
        )
    ]
    schemes = sorted(listed, key=lambda scheme: scheme["line"][0]["text"].casefold())
    earlier = [(v, [(end, place.to(f"/data/ontology/{v}.{end}")) for end in ("ttl", "nt")]) for v in kept_versions()]
    return render(
        place, "ontology.html.j2", place.say("nav-ontology"), lead=place.say("ontology-lead"), terms=terms,
        tables=_tables(place), schemes=schemes, version=place.edition.ontology_version, earlier=earlier,
        data={end: place.to(f"/data/ontology.{end}") for end in ("ttl", "jsonld", "rdf", "nt")},
    )  # fmt: skip


def _tables(place: Place) -> dict[str, list[dict[str, str]]]:
    """Every table by the name of its file: of each column what it is, what is expected, the property it becomes."""
    return {
        table.name: [
            {
                "headers": ", ".join(column.headers),
                "label": pick(column.label, place.lang),
                "expected": pick(column.message, place.lang),
                "term": column.path.removeprefix(PREFIXES["msk"]) if column.path.startswith(PREFIXES["msk"]) else "",
                "path": shorten(column.path),
                "required": place.say("required") if column.required else "",
            }
            for column in table.columns
        ]
        for table in vocabulary().tables.values()
    }


def names_page(place: Place) -> Response:
    """Every permanent name, with its page and its data forms; dataset by dataset, then the terms."""
    things = sorted({t for cls in place.edition.counted for t in place.edition.members(cls) if place.thing(t)})
    place.reader.know(things)
    groups: dict[str, list[dict[str, Any]]] = {}
    for thing in things:
        address = place.edition.address_of(thing) or ""
        forms = [(end, place.to(f"/data/{address}.{end}")) for end in ("ttl", "jsonld", "rdf", "nt")]
        row: dict[str, Any] = {"iri": thing, "line": shown(place, place.reader.thing(thing)), "forms": forms}
        groups.setdefault(_room_of(place, address), []).append(row)
    return render(
        place, "names.html.j2", place.say("nav-names"), lead=place.say("names-lead"), groups=groups, count=len(things)
    )


def _room_of(place: Place, address: str) -> str:
    """Where a name belongs, in words: the dataset of a thing, the terms, the datasets themselves."""
    kind, _, rest = address.partition("/")
    if kind == "concept":
        return place.say("schemes")
    if kind == "dataset":
        return place.say("nav-datasets")
    return place.reader.name(DATASETS + rest.rpartition("/")[0]).text
