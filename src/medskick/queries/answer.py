"""An answer as data (CSV, JSON), and what must be said of it. Dates as words for readers, as EDTF for machines."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pyoxigraph as ox

from medskick.graph.dates import bounds, words
from medskick.ontology import term_text
from medskick.queries.answer_sentence import piece_of, plainly
from medskick.queries.query import Query
from medskick.queries.run import Answer, is_date
from medskick.words import Lang, pick, quotes, say

_SHOWN_SOURCES = 6


def heading(answer: Answer, variable: str) -> str:
    """Return a column's heading in the answer's language."""
    headings: Mapping[str, str] | None = answer.query.columns.get(variable)
    return pick(headings, answer.lang) if headings else variable


def text_of(answer: Answer, term: ox.NamedNode | ox.Literal | None) -> str:
    """Return a term as a reader sees it: a thing's name (a foreign language marked), a date in words."""
    if term is None:
        return ""
    piece = piece_of(answer, term)
    return f"{piece.text} [{piece.lang}]" if piece.lang else piece.text


def notes(answer: Answer, named: bool = True) -> list[str]:
    """Return what must stand under an answer: that it is empty, what was read only in part, senders' reservations.

    Without ``named`` the sources read in part are counted only: for whoever lists them all beside the answer.
    """
    lang, lines = answer.lang, []
    if not answer.rows:
        lines.append(say("answer.none", lang))
    if answer.partly:
        names = list(dict.fromkeys(p.notation or p.title for p in answer.partly))
        listed = ", ".join(names[:_SHOWN_SOURCES])
        if len(names) > _SHOWN_SOURCES:
            listed += say("answer.and-more", lang, count=len(names) - _SHOWN_SOURCES)
        listed = f" ({listed})" if named else ""
        lines.append(say("answer.partly", lang, count=answer.sources, partly=len(answer.partly), named=listed))
    for text, things in answer.caveats.items():
        opening, closing = quotes(lang)
        about = ", ".join(f"{opening}{answer.labels[thing].text}{closing}" for thing in things)
        lines.append(say("answer.caveat", lang, text=text, about=about))
    for title, who in answer.linksets.items():
        lines.append(say("answer.linkset", lang, title=title, who=who))
    for circle in answer.circles:
        lines.append(say("answer.circle", lang, things=", ".join(answer.labels[thing].text for thing in circle)))
    if any(mark.elsewhere for mark in answer.marks):
        lines.append(say("answer.elsewhere", lang))
    if answer.query.answers == "not-yet":
        lines.append(say("answer.not-yet", lang, needs=pick(answer.query.needs, lang)))
    return lines


def lacking(answer: Answer) -> list[str]:
    """Return what must stand before an answer: which endpoints gave nothing and why, and whose rows are of a copy."""
    lang = answer.lang
    return [
        *(
            say("answer.missing", lang, endpoint=endpoint, reason=say(f"answer.missing-{reason}", lang))
            for endpoint, reason in answer.missing.items()
        ),
        *(
            say("answer.copied", lang, endpoint=name, reason=say(f"answer.missing-{why}", lang), day=words(day, lang))
            for name, (why, day) in answer.copied.items()
        ),
    ]


def as_csv(answer: Answer) -> str:
    """Return the answer as CSV: things as name and IRI (``x``, ``x_iri``), dates as EDTF, texts verbatim.

    Where any row has a mark, last columns name the row's columns that are inferred, and those with an expected date of
    which nothing shows what came of it, separated by semicolons as in the tables.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    columns = dict(_texts(answer))
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


Column = tuple[Literal["text", "integer", "boolean", "day"], list[Any]]
"""What a column holds, and its values row by row, ``None`` where there is none."""


def as_columns(answer: Answer) -> dict[str, Column]:
    """Return the answer by column, for data frames: the columns of ``as_csv``, numbers and truth values as such.

    A column ``x`` with dates is followed by ``x_earliest`` and ``x_latest``, the first and last day that the date can
    mean (``None``: open or unknown); ``x`` itself is the EDTF text.
    """
    columns: dict[str, Column] = {}
    for name, texts in _texts(answer):
        terms = [row.get(name) for row in answer.rows]
        kinds = {_kind(term) for term in terms if term is not None}
        if kinds == {"integer"}:
            columns[name] = ("integer", [int(text) if text else None for text in texts])
        elif kinds == {"boolean"}:
            columns[name] = ("boolean", [text == "true" if text else None for text in texts])
        else:
            columns[name] = ("text", [text or None for text in texts])
        if "date" in kinds:
            known = [bounds(term_text(t)) if is_date(t) else None for t in terms]
            columns[f"{name}_earliest"] = ("day", [b and b.earliest for b in known])
            columns[f"{name}_latest"] = ("day", [b and b.latest for b in known])
    return columns


def _texts(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """The columns as texts, empty where there is nothing: of a column with things also their IRIs, then the marks."""
    for v in answer.variables:
        terms = [row.get(v) for row in answer.rows]
        yield v, [text_of(answer, t) if _is_thing(t) else t.value if t else "" for t in terms]
        if any(map(_is_thing, terms)):
            yield f"{v}_iri", [t.value if t and _is_thing(t) else "" for t in terms]
    for name, marked in _marked_columns(answer).items():
        if any(marked):
            yield name, [";".join(columns) for columns in marked]


def _is_thing(term: object) -> bool:
    return isinstance(term, ox.NamedNode)


def _kind(term: ox.NamedNode | ox.Literal) -> str:
    if isinstance(term, ox.NamedNode):
        return "thing"
    return "date" if is_date(term) else term.datatype.value.rpartition("#")[2]


def _marked_columns(answer: Answer) -> dict[str, list[list[str]]]:
    """The variables of each row that are marked, in their order, by what they are marked as."""
    return {
        "inferred_columns": [[v for v in answer.variables if v in mark.inferred] for mark in answer.marks],
        "outcome_unknown_columns": [[v for v in answer.variables if v in mark.awaited] for mark in answer.marks],
    }


def as_json(answer: Answer, version: str = "") -> str:
    """Return the answer as JSON: question, its answer in a sentence (empty where it has none), rows, sources, notes.

    Things are ``{iri, label, lang}``. ``missing`` are endpoints that were asked too and gave nothing, with the reason;
    of those in ``copied`` a copy was asked, of the day given. ``version`` is that of the graph that was asked.
    ``inferred_columns`` and ``outcome_unknown_columns`` have for each row the variables that are marked, as in CSV.
    """

    def value(term: ox.NamedNode | ox.Literal) -> object:
        if isinstance(term, ox.NamedNode):
            label = answer.labels.get(term.value)
            return {
                "iri": term.value,
                "label": label.text if label else None,
                "lang": label.lang if label else None,
            }
        if is_date(term):
            return {"edtf": term.value, "text": words(term.value, answer.lang)}
        kind = term.datatype.value.rpartition("#")[2]
        return int(term.value) if kind == "integer" else term.value == "true" if kind == "boolean" else term.value

    content = {
        "question": answer.query.slug,
        "summary": pick(answer.query.summary, answer.lang),
        "sentence": plainly(answer),
        "lang": answer.lang,
        **({"version": version} if version else {}),
        "variables": list(answer.variables),
        "rows": [{v: value(row[v]) for v in answer.variables if v in row} for row in answer.rows],
        **_marked_columns(answer),
        "sources": answer.sources,
        "read_in_part": [p.__dict__ for p in answer.partly],
        "one_of_pages": answer.one_of,
        "missing": dict(answer.missing),
        "copied": {endpoint: {"reason": why, "day": day} for endpoint, (why, day) in answer.copied.items()},
        "notes": lacking(answer) + notes(answer) + ([say("answer.one-of", answer.lang)] if answer.one_of else []),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def listing(queries: list[Query], lang: Lang) -> str:
    """Return a catalogue as plain lines: slug, question in plain words, its options."""
    lines, theme = [], ""
    for query in queries:
        if query.theme != theme and not query.is_view:
            theme = query.theme
            lines.append(f"\n{pick(query.heading, lang)}")
        options = " ".join(f"[--{p.option}]" for p in query.params)
        lines.append(f"  {query.slug}  {options}".rstrip())
        lines.append(f"      {pick(query.summary, lang)}")
    return "\n".join(lines).strip("\n")
