"""What the law demands in a phase, as far as it has been read: whom to involve, the rules, the Acts not read."""

from collections.abc import Sequence

from medskick.ontology import iri, term_text
from medskick.reports.document import Block, Bullets, Heading, Line, Paragraph, Span, joined, line
from medskick.reports.graph_reader import GraphReader, Row
from medskick.reports.nearness import countries_of

_SHOWN = 2
_DUTIES = ("mustInvolve", "mayInvolve")
_DEMANDS = ("msk:leastMonths", "msk:decidedBy", "msk:mustInvolve", "msk:demandsDocument")


def rules_in_force(reader: GraphReader, phase_type: str, countries: Sequence[str]) -> list[Row]:
    """Return the rules in force for a phase type, of some countries or (if none are given) of all."""
    where = f"VALUES ?country {{ {' '.join(f'<{c}>' for c in countries)} }}" if countries else ""
    return reader.select(
        f"SELECT DISTINCT ?rule ?country ?provision ?wording {{ {where} ?rule a msk:Rule ; msk:jurisdiction ?country ;"
        f" msk:governsPhaseType/skos:broader* <{phase_type}> OPTIONAL {{ ?rule msk:provision ?provision }}"
        " OPTIONAL { ?rule msk:wording ?wording } MINUS { ?rule msk:validUntil ?past } } ORDER BY ?country ?rule"
    )


def demands(reader: GraphReader, phase_type: str, own: str) -> list[Block]:
    """Return the section on the rules for a phase type where the reader works (anywhere, without a process)."""
    say, countries = reader.say, countries_of(reader, own)
    blocks: list[Block] = []
    by_country: dict[str, list[Line]] = {}
    # what the phase cannot do without comes first: whom to involve, and what must come of it
    for row in sorted(rules_in_force(reader, phase_type, countries), key=lambda row: _weight(reader, row)):
        rule = term_text(row["rule"])
        text = reader.cited(rule, reader.texts(rule, "msk:text", mark=False))
        stated = joined((reader.cell(row[name]) for name in ("provision", "wording") if name in row), ", ")
        mark = reader.row_mark({rule: ("msk:text",)})
        item = line(text, Span(" ("), stated, ")", mark) if stated else line(text, mark)
        by_country.setdefault(term_text(row["country"]), []).append(item)
    for country, items in by_country.items():
        introduced = line(say("handbook.rules-of", country=reader.name(country).text))
        blocks += [Paragraph(introduced), Bullets(tuple(items), shown=_SHOWN)]
    for country in countries:
        if not reader.select(f"SELECT ?rule {{ ?rule a msk:Rule ; msk:jurisdiction <{country}> }} LIMIT 1"):
            message = say("handbook.law-not-read", country=reader.name(country).text)
            blocks.append(Paragraph(line(message), "note"))
    return [Heading(say("handbook.law")), *blocks] if blocks else []


def _weight(reader: GraphReader, row: Row) -> tuple[int, int]:
    """The place of a rule among those of a phase type: by what it demands, and of how many."""
    rule = term_text(row["rule"])
    demanded = (len(reader.values(rule, prop)) for prop in _DEMANDS)
    return next(((place, -count) for place, count in enumerate(demanded) if count), (len(_DEMANDS), 0))


def unread(reader: GraphReader, own: str) -> list[Block]:
    """Return the known gaps about the contents of Acts and guidance where the reader works (anywhere, without)."""
    countries = countries_of(reader, own)
    of = " ".join(f"<{country}>" for country in countries)
    held = f"VALUES ?country {{ {of} }} GRAPH ?dataset {{ ?rule msk:jurisdiction ?country }}" if countries else ""
    rows = reader.select(
        f"SELECT DISTINCT ?gap {{ {held}"
        " GRAPH ?dataset { ?gap a msk:Gap ; msk:gapIn ?act ; msk:missingColumn ?column }"
        " FILTER(STRENDS(STR(?column), '/contents/text'))"
        " { ?act a msk:LegalAct } UNION { ?act msk:kind ?kind FILTER(STRENDS(STR(?kind), '/guidance')) } }"
        " ORDER BY ?gap"
    )
    gaps = [term_text(row["gap"]) for row in rows]
    items = tuple(line(reader.thing(gap, strong=True), ". ", reader.texts(gap, "skos:note")) for gap in gaps)
    return [Paragraph(line(reader.say("handbook.law-note")), "note"), Bullets(items, shown=2)] if items else []


def involved_by_law(reader: GraphReader, phase_type: str, own: str) -> list[Block]:
    """Return whom the law demands or allows to be involved in a phase type, by country, the weightiest rule first."""
    say = reader.say
    rules_by: dict[str, dict[str, dict[str, list[str]]]] = {}
    rules = rules_in_force(reader, phase_type, countries_of(reader, own))
    for row in sorted(rules, key=lambda row: _weight(reader, row)):
        rule, country = term_text(row["rule"]), term_text(row["country"])
        for key in _DUTIES:
            for kind in map(term_text, reader.values(rule, f"msk:{key}")):
                rules_by.setdefault(country, {}).setdefault(key, {}).setdefault(kind, []).append(rule)
    items = []
    for country, by_key in rules_by.items():
        must = by_key.get("mustInvolve", {})
        parts: list[Line] = []
        ours: dict[str, list[str]] = {}
        for key in _DUTIES:
            # who must be involved need not be named as one who may
            kinds = {k: rules for k, rules in by_key.get(key, {}).items() if key == "mustInvolve" or k not in must}
            if not kinds:
                continue
            naming = dict.fromkeys(rule for named in kinds.values() for rule in named)
            named = reader.with_sources(joined(map(reader.thing, kinds), ", "), reader.cited_by(*naming))
            # what the law says in other words is sorted under kinds of actor by us
            for rule in naming:
                if reader.is_inferred(rule, iri(f"msk:{key}")):
                    ours.setdefault(rule, []).append(f"msk:{key}")
            parts.append(line(say(f"handbook.{key}"), " ", named))
        items.append(
            line(
                Span(reader.name(country).text, country, strong=True),
                ": ",
                joined(parts, "; "),
                ".",
                reader.row_mark(ours),
            )
        )
    return [Paragraph(line(say("handbook.by-law"))), Bullets(tuple(items))] if items else []
