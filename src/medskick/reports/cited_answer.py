"""An answer as it is cited, so that it can be asked again: the question, its values, the version, what was answered."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medskick.ontology import DATASETS
from medskick.queries.answer import as_csv
from medskick.queries.run import Answer
from medskick.reports.citation import Citation, citation
from medskick.reports.document import plain
from medskick.reports.graph_reader import GraphReader
from medskick.rooms import split_question
from medskick.words import Lang, is_lang, pick, say

OURS = "medskick"
"""The name under which a CSL item's ``custom`` has what is needed to ask again."""


class NoCitedAnswerError(ValueError):
    """Raised for a text that is no citation of an answer, as ``CitedAnswer.as_csl`` writes it."""


@dataclass(frozen=True)
class Asking:
    """A question (slug) as it was asked: the values of its parameters, the datasets chosen (``None``: all)."""

    question: str
    parameters: Mapping[str, str]
    datasets: Sequence[str] | None
    links: bool
    lang: Lang


@dataclass(frozen=True)
class CitedAnswer:
    """An answer's citation: ``datasets`` are those asked, each with name, title, version, day and publisher.

    ``query`` is the SPARQL with its values, ``rows`` their number, ``digest`` the SHA-256 of the answer as CSV.
    """

    asking: Asking
    citation: Citation
    query: str
    datasets: Sequence[Mapping[str, str]]
    rows: int
    digest: str

    def command(self) -> str:
        """Return the command that asks again."""
        asking = self.asking
        options = [f'--{name} "{value}"' for name, value in sorted(asking.parameters.items())]
        options += [f"--dataset {name}" for name in asking.datasets or ()]
        options += ["--links"] if asking.links else []
        return " ".join(["medskick ask", asking.question, *options, f"--lang {asking.lang}"])

    def as_text(self) -> str:
        """Return the citation, then what was asked of which datasets, then the query."""
        lang = self.asking.lang
        listed = "\n".join(
            "  " + say("cite.of-dataset", lang, **{key: one[key] or "–" for key in one}) for one in self.datasets
        )
        return "\n".join(
            (
                self.citation.as_text(), "", *self.citation.notes, "", say("cite.datasets", lang), listed, "",
                say("cite.query", lang), self.query, "",
            )
        )  # fmt: skip

    def as_csl(self) -> str:
        """Return the citation as CSL-JSON; what is needed to ask again stands under ``custom``."""
        asking = self.asking
        ours = {
            "question": asking.question,
            "parameters": dict(asking.parameters),
            "chosen": list(asking.datasets) if asking.datasets is not None else None,
            "links": asking.links,
            "language": asking.lang,
            "version": self.citation.version,
            "datasets": [dict(one) for one in self.datasets],
            "query": self.query,
            "rows": self.rows,
            "sha256": self.digest,
        }
        return json.dumps([{**self.citation.as_csl(), "custom": {OURS: ours}}], ensure_ascii=False, indent=2) + "\n"


def digest_of(answer: Answer) -> str:
    """Return the SHA-256 of an answer as CSV: the same rows in the same order give the same."""
    return hashlib.sha256(as_csv(answer).encode()).hexdigest()


def cited_answer(
    reader: GraphReader, answer: Answer, query: str, parameters: Mapping[str, str], version: str
) -> CitedAnswer:
    """Return how an answer is cited; ``reader`` reads the graph over the same datasets, ``query`` is what was run."""
    lang = answer.lang
    asking = Asking(answer.query.slug, dict(parameters), reader.datasets, reader.links, lang)
    names = reader.datasets if reader.datasets is not None else _all(reader)
    title = pick(answer.query.summary, lang)
    if parameters:
        title += f" ({'; '.join(value for _, value in sorted(parameters.items()))})"
    cited = citation(reader, title, "", version)
    # the header of the question's file is none of the query
    _, query = split_question(query)
    record = CitedAnswer(
        asking, cited, query, [_dataset(reader, name) for name in names], len(answer.rows), digest_of(answer)
    )
    notes = (
        say("cite.asked", lang, command=record.command()),
        say("cite.rows", lang, rows=record.rows, digest=record.digest),
    )
    return replace(record, citation=replace(cited, notes=notes))


def _all(reader: GraphReader) -> list[str]:
    from medskick.queries.evaluate import datasets_in

    return datasets_in(reader.store)


def _dataset(reader: GraphReader, name: str) -> dict[str, str]:
    def said(prop: str) -> str:
        return plain(reader.values_of(DATASETS + name, prop, mark=False))

    return {
        "name": name,
        "title": reader.name(DATASETS + name).text,
        "version": said("dcat:version"),
        "modified": said("dcterms:modified"),
        "publisher": said("dc:publisher"),
    }


@dataclass(frozen=True)
class Cited:
    """What a citation says: the question as it was asked, the graph's version, how many rows, and their SHA-256."""

    asking: Asking
    version: str
    rows: int
    digest: str


def read_cited(text: str) -> Cited:
    """Read what ``as_csl`` wrote, or a list of items one of which is such. Raises ``NoCitedAnswerError``."""
    try:
        items = json.loads(text)
        ours = next(one["custom"][OURS] for one in _listed(items) if OURS in one.get("custom", {}))
        lang = str(ours["language"])
        parameters = {str(name): str(value) for name, value in ours["parameters"].items()}
        chosen = [str(name) for name in ours["chosen"]] if ours["chosen"] is not None else None
        if not is_lang(lang):
            raise NoCitedAnswerError
        asking = Asking(str(ours["question"]), parameters, chosen, bool(ours["links"]), lang)
        return Cited(asking, str(ours["version"]), int(ours["rows"]), str(ours["sha256"]))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError) as error:
        raise NoCitedAnswerError from error


def _listed(items: Any) -> list[Any]:
    return items if isinstance(items, list) else [items]
