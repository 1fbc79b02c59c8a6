"""Remarks as others take them: Web Annotations (W3C Recommendation, 2017), and a list for a registry (*diarium*)."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from medskick.ontology import PREFIXES
from medskick.web.feedback.remark import KINDS, Act, Kind, Remark
from medskick.words import Lang, every_language, say

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_MOTIVATION: dict[Kind, str] = {"wrong": "editing", "missing": "editing", "other": "commenting"}
Named = Callable[[str], str]
"""Tells the name of a thing by its IRI."""


def _target(remark: Remark) -> str | dict[str, Any]:
    """The thing; or a statement of it, as a part of the thing that an RDF statement selects."""
    if remark.statement is None:
        return remark.about
    prop, value = remark.statement
    is_iri = value.startswith(("http://", "https://", "urn:"))
    return {
        "type": "SpecificResource",
        "source": remark.about,
        "selector": {
            "type": ["oa:Selector", "rdf:Statement"],
            "rdf:subject": {"id": remark.about},
            "rdf:predicate": {"id": prop},
            "rdf:object": {"id": value} if is_iri else value,
        },
    }


def annotation(remark: Remark) -> dict[str, Any]:
    """Return a remark as a Web Annotation, without its context: the tombstone of a deleted one has no body."""
    body: dict[str, Any] = {
        "id": remark.name,
        "type": "Annotation",
        "dcterms:identifier": str(remark.number),
        "dcterms:type": remark.kind,
        "motivation": _MOTIVATION[remark.kind],
        "created": remark.received,
        "target": _target(remark),
    }
    if remark.text:
        body["body"] = {
            "type": "TextualBody",
            "value": remark.text,
            "format": "text/plain",
            "language": remark.lang,
            "purpose": _MOTIVATION[remark.kind],
        }
    return body


def _moderation(remark: Remark, place: int, act: Act) -> dict[str, Any]:
    """An act of the curator: an annotation on the annotation, with the motivation that the standard has for it."""
    body = [{"type": "TextualBody", "value": act.act, "purpose": "classifying"}]
    if act.note:
        body.append({"type": "TextualBody", "value": act.note, "purpose": "describing"})
    return {
        "id": f"{remark.name}#{place}",
        "type": "Annotation",
        "motivation": "moderating",
        "created": act.time,
        "body": body,
        "target": remark.name,
    }


def as_jsonld(remarks: Iterable[Remark]) -> str:
    """Return remarks and what was done with each as an Annotation Collection in JSON-LD, in order of receipt."""
    listed = list(remarks)
    items: list[dict[str, Any]] = []
    for remark in listed:
        items.append(annotation(remark))
        items += [_moderation(remark, place, act) for place, act in enumerate(remark.acts[1:], start=1)]
    collection = {
        "@context": [CONTEXT, {prefix: PREFIXES[prefix] for prefix in ("dcterms", "oa", "rdf")}],
        "id": "#remarks",
        "type": "AnnotationCollection",
        "label": [{"@language": lang, "@value": text} for lang, text in every_language("feedback.collection").items()],
        "total": len(items),
        "first": {"id": "#page", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def state_words(remark: Remark, lang: Lang) -> str:
    """Return a remark's state in words."""
    return say(f"feedback.state-{remark.state}", lang)


def kind_words(lang: Lang) -> dict[Kind, str]:
    """Return the kinds of remark in words, in the order of the form."""
    return {kind: say(f"feedback.kind-{kind}", lang) for kind in KINDS}


def rows(remarks: Iterable[Remark], lang: Lang, named: Named) -> Iterator[list[str]]:
    """Yield the list for a registry: a row of headings, then one for each remark, in order of receipt."""
    columns = ("number", "received", "thing", "iri", "property", "value", "kind", "text", "language", "page", "state")
    yield [say(f"feedback.column-{column}", lang) for column in (*columns, "acts")]
    kinds = kind_words(lang)
    for remark in remarks:
        prop, value = remark.statement or ("", "")
        yield [
            str(remark.number),
            remark.received,
            named(remark.about),
            remark.about,
            named(prop) if prop else "",
            named(value) if value.startswith(("http://", "https://")) else value,
            kinds[remark.kind],
            remark.text,
            remark.lang,
            remark.page,
            state_words(remark, lang),
            "\n".join(act_words(act, lang) for act in remark.acts),
        ]


def act_words(act: Act, lang: Lang) -> str:
    """Return one act as a line: when, what, why."""
    return f"{act.time} {say(f'feedback.act-{act.act}', lang)}" + (f": {act.note}" if act.note else "")


def as_dict(remark: Remark, named: Named) -> dict[str, Any]:
    """Return a remark as plain JSON for scripts: its fields, the thing's name, its acts."""
    return {**asdict(remark), "label": named(remark.about), "received": remark.received}


def as_csv(remarks: Iterable[Remark], lang: Lang, named: Named) -> str:
    """Return the list for a registry as CSV; cells are not yet guarded against formulas (``reports.csv_guard``)."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows(remarks, lang, named))
    return out.getvalue()
