"""All things and relations in short form, for pages without a server, where they are needed to go on from a thing."""

from __future__ import annotations

import json
from typing import Any

from medskick.graph.lookups import Store
from medskick.ontology import THINGS, shorten
from medskick.resources.description import classes_and_datasets, inferred
from medskick.resources.names import in_every_language, names_of
from medskick.resources.succession import Succession
from medskick.resources.time import Time, times, years_of
from medskick.viz.look import class_words, drawn_as, look_of, outline
from medskick.viz.pictures.neighbourhood import web
from medskick.viz.pictures.panel import dataset_words, relation_words
from medskick.words import languages


def tail_of(thing: str) -> str:
    """Return a thing's short form in addresses: ``skane/kick-off``; the whole IRI if it is not one of ours."""
    return thing.removeprefix(THINGS)


def key_of(relation: str) -> str:
    """Return a relation's short form in the page's data: ``organiser``; ``void:target`` if it is not one of ours."""
    return shorten(relation).removeprefix("msk:")


def class_data(cls: str) -> dict[str, Any]:
    """Return a class as a page takes it: id, label, definition, colour, shape, outline in a square of 16."""
    look = look_of(cls)
    return {"id": cls, **class_words(cls), **look, "outline": outline(look["shape"], 8, 8, 7.4)}


def neighbours(store: Store) -> dict[str, Any]:
    """Return every thing that has a relation, and every relation, as they were entered.

    ``{"relations": {key: {label, inverse}}, "classes": [{id, label, colour, shape, outline}],
    "datasets": {name: title}, "keys": [relation key…], "languages": [tag…],
    "things": [[tail, class, dataset, years, moment, name…]…], "ties": [[start, key, end]…]}``, a tie that its thing's
    row lists as inferred with a 1 after it; class, dataset, start, key and end are numbers in those lists (datasets in
    order of name, -1 for none), the names are in the order of the
    languages (empty for none). Keys and things are in order of IRI, so that the script can order by number what Python
    orders by IRI.
    """
    graph = web(store)
    things = sorted(graph)
    number = {thing: i for i, thing in enumerate(things)}
    said = sorted({triple for start, end in graph.edges for triple in graph[start][end]["said"]})
    relations = sorted({relation for _, relation, _ in said})
    called = relation_words(store, relations)
    described = classes_and_datasets(store)
    classes = {thing: drawn_as(described.get(thing, ("", ""))[0] or "Concept") for thing in things}
    homes = {thing: described.get(thing, ("", ""))[1] for thing in things}
    kinds, datasets = sorted(set(classes.values())), sorted(set(homes.values()) - {""})
    dated, order, rows = times(store), Succession(store), []
    order.know(things)
    ours = {thing: concluded for thing in things if (concluded := inferred(store, thing))}
    names = {thing: in_every_language(names_of(store, thing)) for thing in things}
    spoken = list(dict.fromkeys((*languages(), *sorted({lang for name in names.values() for lang in name}))))
    for thing in things:
        time = dated.get(thing, Time())
        home = datasets.index(homes[thing]) if homes[thing] else -1
        labels = [names[thing].get(lang, "") for lang in spoken]
        rows.append([tail_of(thing), kinds.index(classes[thing]), home, years_of(time), order.moment(thing), *labels])
    return {
        "relations": {key_of(relation): called[relation] for relation in relations},
        "classes": [class_data(cls) for cls in kinds],
        "datasets": dataset_words(store, datasets),
        "keys": [key_of(relation) for relation in relations],
        "languages": spoken,
        "things": rows,
        "ties": [
            [number[start], relations.index(relation), number[end], *([1] if relation in ours.get(start, ()) else [])]
            for start, relation, end in said
        ],
    }


def neighbours_script(data: dict[str, Any]) -> str:
    """Return the result of ``neighbours`` as a script file (pages opened from disk may load scripts, but no data)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"window.medskickNeighbours={text};\n"
