"""What a page says of itself to machines: schema.org as JSON-LD."""

from collections.abc import Mapping, Sequence
from typing import Any

from medskick.ontology import term_text
from medskick.web.page_request import PageRequest

CONTEXT = "https://schema.org"
_TYPES: Mapping[str, str] = {
    "DialogueEvent": "Event",
    "Document": "CreativeWork",
    "LegalAct": "Legislation",
    "Contribution": "CreativeWork",
    "Source": "WebPage",
    "Organisation": "Organization",
    "ActorGroup": "Organization",
    "Dataset": "Dataset",
    "Linkset": "Dataset",
    "Concept": "DefinedTerm",
    "ConceptScheme": "DefinedTermSet",
    "Lesson": "CreativeWork",
    "Challenge": "CreativeWork",
    "Observation": "CreativeWork",
    "Reflection": "CreativeWork",
    "Stance": "CreativeWork",
}
"""The nearest schema.org type of each class; the others are a ``Thing``."""
_OWN = (
    "Lesson", "Challenge", "Observation", "Reflection", "Stance", "Dataset", "Linkset", "ConceptScheme",
)  # fmt: skip
"""Classes of which things are written here, in our words; the others are only told of."""
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_PAGES: Mapping[str, str] = {
    "lessons": "CollectionPage",
    "questions": "CollectionPage",
    "things": "CollectionPage",
    "graph": "CollectionPage",
    "search": "SearchResultsPage",
    "about": "AboutPage",
    "datasets": "DataCatalog",
    "ontology": "DefinedTermSet",
}
"""The nearest schema.org type of a page that is not a thing's, by the first part of its path; else ``WebPage``."""


def schema_org(
    request: PageRequest, thing: str, cls: str, name: str, texts: Sequence[Any], sources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the schema.org description of a thing's page. Dates stand only where they are known to the day."""
    kind = _TYPES.get(cls, "Thing")
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": kind,
        "@id": thing,
        "name": name,
        # what we say of it is ours, in the page's language; the thing itself may be somebody else's
        "mainEntityOfPage": {
            "@type": "WebPage", "@id": request.absolute(request.address), "inLanguage": request.lang,
            "license": _LICENCE,
        },
    }  # fmt: skip
    if cls in _OWN:
        content["inLanguage"] = request.lang
        content["isBasedOn"] = [s["reference"].url for s in sources if s["reference"].url]
        content["license"] = _LICENCE
    elif languages := request.reader.values(thing, "dcterms:language") or request.reader.values(thing, "dc:language"):
        content["inLanguage"] = [term_text(language) for language in languages]
    if texts:
        content["description"] = "".join(span["text"] for span in texts[0])
    if kind == "Event":
        # planned is not done: a date that was only announced is no start date
        if day := exact_day(request, thing, "msk:date"):
            content["startDate"] = day
        content["organizer"] = [
            {"@type": "Organization", "@id": term_text(o), "name": request.reader.name(term_text(o)).text}
            for o in request.reader.values(thing, "msk:organiser")
        ]
    return {key: value for key, value in content.items() if value}


def page(request: PageRequest, title: str, lead: str) -> dict[str, Any]:
    """Return the schema.org description of a page that is not about one thing: title, lead, site."""
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": _PAGES.get(request.path.strip("/").partition("/")[0], "WebPage"),
        "name": title,
        "description": lead,
        "inLanguage": request.lang,
        "url": request.absolute(request.address),
        "license": _LICENCE,
        "isPartOf": {key: value for key, value in site(request).items() if key in ("@type", "name", "url")},
    }
    return {key: value for key, value in content.items() if value}


def exact_day(request: PageRequest, thing: str, prop: str) -> str:
    """Return a date that is known to the day as ISO text, else the empty string."""
    early, late = (request.reader.values(thing, f"{prop}{end}") for end in ("Earliest", "Latest"))
    if len(early) == len(late) == 1 and early == late:
        return term_text(early[0])
    return ""


def site(request: PageRequest) -> dict[str, Any]:
    """Return the schema.org description of the whole site, with its search."""
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": "Medskick",
        "inLanguage": request.lang,
        "url": request.absolute(f"/{request.lang}/"),
        "license": _LICENCE,
    }
    if request.static is None:
        content["potentialAction"] = {
            "@type": "SearchAction",
            "target": request.absolute(f"/{request.lang}/search") + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        }
    return {key: value for key, value in content.items() if value}
