"""Lists: all things by kind, the datasets, the permanent names."""

import re
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from medskick.alphabet import alphabetical
from medskick.ontology import DATASETS, term_text
from medskick.rdf_forms import FORMS, OF_ONE_GRAPH
from medskick.reports.titles import titled
from medskick.web.http.problems import not_offered
from medskick.web.page_request import PageRequest
from medskick.web.site.page import kind_label, render, shown

PAGE = 200
_FIELDS = {
    "publisher": "dc:publisher",
    "version": "dcat:version",
    "issued": "dcterms:issued",
    "modified": "dcterms:modified",
    "statements": "void:triples",
    "things": "void:entities",
}
"""What is told of a dataset, by the word for it, and the property that says it."""
_LICENCES = {"https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0"}


def things_page(request: PageRequest) -> Response:
    """All things of a kind, in order of name, ``PAGE`` at a time; without a kind, how many there are of each."""
    counts = request.edition.counted
    wanted = request.given("kind")
    kinds = alphabetical(((kind_label(cls, request.lang), cls) for cls in counts), request.lang, lambda pair: pair[0])
    if not wanted:
        return render(
            request, "things.html.j2", request.say("nav-things"), lead=request.say("things-lead"),
            kinds=[(cls, name, counts[cls], request.page("/things", kind=cls)) for name, cls in kinds],
        )  # fmt: skip
    if wanted not in counts:
        raise not_offered("kind", wanted, {cls: name for name, cls in kinds}, 404)
    named = [t for t in request.edition.members(wanted) if request.thing(t)]
    members = alphabetical(named, request.lang, lambda t: request.reader.name(t).text)
    given = request.given("page")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    pages = max(1, -(-len(members) // PAGE))
    chosen = members[(number - 1) * PAGE : number * PAGE]
    request.reader.know(chosen)
    times = request.reader.times(chosen)
    rows = [
        {
            "line": shown(request, titled(request.reader, t)), "cls": wanted, "by": "", "flag": "",
            "date": times[t].words(request.lang) if t in times else "",
            "passed": shown(request, request.reader.awaited(t)) if t in times else [],
        }
        for t in chosen
    ]  # fmt: skip
    label = kind_label(wanted, request.lang)
    return render(
        request, "relation.html.j2", label,
        thing=[{"text": "", "lang": "", "strong": False, "quiet": True, "href": None}],
        group={"label": label, "count": len(members), "rows": rows},
        number=number, pages=pages,
        before=request.page("/things", kind=wanted, page=str(number - 1)) if number > 1 else "",
        after=request.page("/things", kind=wanted, page=str(number + 1)) if number < pages else "",
    )  # fmt: skip


def datasets_page(request: PageRequest) -> Response:
    """The datasets and linksets: what each is, who publishes it under which licence, its downloads."""
    reader = request.reader
    rows = []
    for name in request.edition.datasets:
        thing = DATASETS + name

        def values(prop: str, thing: str = thing) -> str:
            return ", ".join("".join(s.text for s in reader.cell(v)) for v in reader.values(thing, prop))

        line = shown(request, reader.thing(thing))
        licence = next((term_text(v) for v in reader.values(thing, "dcterms:license")), "")
        rows.append(
            {
                "id": f"dataset-{name.replace('/', '-')}",
                "line": line,
                # what opens at a click leads nowhere else
                "name": [{**span, "href": None} for span in line],
                "texts": [
                    span for p in ("dcterms:description", "msk:saidBy") for span in reader.texts(thing, p, False)
                ],
                "facts": [
                    (request.say(f"dataset-{key}"), value) for key, prop in _FIELDS.items() if (value := values(prop))
                ],
                "licence": (licence, _LICENCES.get(licence, licence)),
                "files": [
                    (form.name, request.to(f"/data/{name}.{form.ending}"))
                    for form in FORMS
                    if not request.edition.drafts
                ],
            }
        )
    common = _common(request, rows)
    return render(
        request, "datasets.html.j2", request.say("nav-datasets"), lead=request.say("datasets-lead"), datasets=rows,
        common=common, scripts=("sections.js",),
        data={"DCAT": request.to("/data/catalogue.ttl"), "DCAT (JSON-LD)": request.to("/data/catalogue.jsonld")},
    )  # fmt: skip


def _common(request: PageRequest, datasets: list[dict[str, Any]]) -> list[tuple[str, list[Any]]]:
    """Take the sentences that several datasets share off their texts; return each once, with the datasets' names.

    The texts become what the templates take.
    """
    by_sentence: dict[str, list[Any]] = {}
    for dataset in datasets:
        for sentence in dict.fromkeys(s for span in dataset["texts"] for s in _sentences(span.text)):
            by_sentence.setdefault(sentence, []).append(dataset["line"])
    # a name, as of who says it, is no sentence
    common = {said: names for said, names in by_sentence.items() if len(names) > 1 and said.endswith(".")}
    for dataset in datasets:
        own = (
            replace(span, text=" ".join(s for s in _sentences(span.text) if s not in common))
            for span in dataset["texts"]
        )
        dataset["texts"] = [shown(request, (span,)) for span in own if span.text]
    return list(common.items())


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text.strip())


def names_page(request: PageRequest) -> Response:
    """Every permanent name, with its page and its data forms; dataset by dataset, then the terms."""
    things = sorted({t for cls in request.edition.counted for t in request.edition.members(cls) if request.thing(t)})
    request.reader.know(things)
    groups: dict[str, list[dict[str, Any]]] = {}
    for thing in things:
        address = request.edition.address_of(thing) or ""
        forms = [(form.ending, request.to(f"/data/{address}.{form.ending}")) for form in OF_ONE_GRAPH]
        row: dict[str, Any] = {"iri": thing, "line": shown(request, request.reader.thing(thing)), "forms": forms}
        groups.setdefault(_room_of(request, address), []).append(row)
    return render(
        request,
        "names.html.j2",
        request.say("nav-names"),
        lead=request.say("names-lead"),
        groups=groups,
        count=len(things),
    )


def _room_of(request: PageRequest, address: str) -> str:
    """Where a name belongs, in words: the dataset of a thing, the terms, the datasets themselves."""
    kind, _, rest = address.partition("/")
    if kind == "concept":
        return request.say("schemes")
    if kind == "dataset":
        return request.say("nav-datasets")
    return request.reader.name(DATASETS + rest.rpartition("/")[0]).text
