"""Matches as SSSOM (Simple Standard for Sharing Ontological Mappings): a table with tabs, its metadata in comments."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from medskick.graph.dataset import Dataset, slug_of
from medskick.graph.faults import Fault, Faulty, fault
from medskick.graph.index import Index
from medskick.graph.input_file import read_file
from medskick.ontology import DATASETS, PREFIXES, vocabulary
from medskick.words import pick

SEMAPV = "https://w3id.org/semapv/vocab/"
_KNOWN = {"semapv": SEMAPV, "skos": PREFIXES["skos"], "sssom": "https://w3id.org/sssom/", "owl": PREFIXES["owl"]}
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "author_label", "comment",
)  # fmt: skip
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_KINDS = ("exact", "close", "broad", "narrow", "related")
_BACKWARDS = {"broad": "narrow", "narrow": "broad"}
_UNSTATED = "unspecified-matching"
_IRI = re.compile(r"(.*[/#=])([^/#=]*)")
Cells = dict[str, str]


def justification_term(slug: str) -> str:
    """Return the local name of the SEMAPV term that a term of ours stands for: ``ManualMappingCuration``."""
    return "".join(part.capitalize() for part in slug.split("-"))


class _Prefixes:
    """Short names for IRIs: datasets by their names, other places by the host and path they are at."""

    def __init__(self, bases: Mapping[str, str]) -> None:
        self._by_start = {base: slug_of(name) for name, base in bases.items()}
        self.used: dict[str, str] = {}

    def curie(self, iri: str) -> str:
        starts = [start for start in self._by_start if iri.startswith(start) and len(iri) > len(start)]
        if not starts and (parts := _IRI.fullmatch(iri)) and parts[2]:
            start = parts[1]
            name = slug_of(start.partition("//")[2]) or "x"
            # a prefix begins with a letter
            name = name if name[0].isalpha() else f"x-{name}"
            taken = set(self._by_start.values())
            while name in taken:
                name += "-x"
            self._by_start[start] = name
            starts = [start]
        if not starts:
            return iri
        start = max(starts, key=len)
        self.used[self._by_start[start]] = start
        return f"{self._by_start[start]}:{iri.removeprefix(start)}"


def as_sssom(dataset: Dataset, index: Index) -> str:
    """Return the matches of a dataset as SSSOM, in order of subject and object; the head alone where it has none."""
    prefixes = _Prefixes({**dataset.refers, **{d.name: d.base for d in index.datasets.values()}})
    rows = sorted(_mapping(row.cells, dataset, index, prefixes) for row in dataset.rows.get("matches", []))
    used = {**prefixes.used, "semapv": SEMAPV, "skos": PREFIXES["skos"]}
    head = {
        "mapping_set_id": f"{DATASETS}{dataset.name}/matches",
        "mapping_set_title": pick(dataset.title, "en"),
        "mapping_set_version": dataset.version,
        "license": dataset.licence,
        "curie_map": dict(sorted(used.items())),
    }
    text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    out = io.StringIO(newline="")
    out.writelines(f"#{line}\n" for line in text.splitlines())
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows([_COLUMNS, *rows])
    return out.getvalue()


def iri_of(reference: str, dataset: Dataset, index: Index) -> str:
    """Return the IRI of a row that a cell of a dataset names."""
    name, colon, local = reference.partition(":")
    base = index.base(dataset.name, name) if colon else dataset.base
    return (base or "") + (local if colon else reference)


def label_of(iri: str, index: Index) -> str:
    """Return a name of a row, in the first of its dataset's languages that it has; empty where it has none."""
    row = index.by_iri.get(iri)
    if row is None:
        return ""
    spoken = index.datasets[row.dataset].languages
    return next((text for lang in spoken if (text := row.cells.get(f"label_{lang}", ""))), row.cells.get("title", ""))


def _mapping(cells: Cells, dataset: Dataset, index: Index, prefixes: _Prefixes) -> tuple[str, ...]:
    thing = iri_of(cells.get("thing", ""), dataset, index)
    notes = [text for lang in dataset.languages if (text := cells.get(f"note_{lang}", ""))]
    return (
        prefixes.curie(thing),
        label_of(thing, index),
        f"skos:{cells.get('match', '')}Match",
        "Not" if cells.get("denied") else "",
        prefixes.curie(cells.get("other", "")),
        cells.get("other_name", ""),
        f"semapv:{justification_term(cells.get('justification', ''))}",
        cells.get("said_by", ""),
        " ".join(notes[:1]),
    )


def read_sssom(path: Path) -> tuple[dict[str, Any], int, "csv.DictReader[str]"]:
    """Return what an SSSOM file says of itself, the lines that takes, and its mappings. Raises ``Faulty``."""
    raw, wrong = read_file(path, path.name)
    if wrong is not None:
        raise Faulty([wrong])
    try:
        lines = raw.decode("utf-8-sig").splitlines(keepends=True)
        body_at = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
        head = yaml.safe_load("".join(line[1:] for line in lines[:body_at])) or {}
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        raise Faulty([fault("sssom-head", path.name)]) from None
    if not isinstance(head, dict) or not isinstance(head.get("curie_map", {}), dict):
        raise Faulty([fault("sssom-head", path.name)])
    table = csv.DictReader(io.StringIO("".join(lines[body_at:]), newline=""), delimiter="\t")
    if missing := [name for name in _NEEDED if name not in (table.fieldnames or ())]:
        raise Faulty([fault("sssom-columns", path.name, row=body_at + 1, found=", ".join(missing))])
    return head, body_at, table


def iri_in(curie: str, head: Mapping[str, object]) -> str:
    """Return the IRI that an entity reference of a file stands for, empty where its prefix is not declared."""
    if curie.startswith(("http://", "https://")):
        return curie
    curie_map = head.get("curie_map")
    prefixes = {**_KNOWN, **(curie_map if isinstance(curie_map, dict) else {})}
    prefix, colon, local = curie.partition(":")
    start = prefixes.get(prefix) if colon else None
    return f"{start}{local}" if isinstance(start, str) else ""


def from_sssom(path: Path, dataset: Dataset, index: Index) -> list[Cells]:
    """Return the rows for the table ``matches`` that an SSSOM file has of a dataset's things and of those it refers to.

    A mapping may begin at either end. Raises ``Faulty`` with all that is wrong.
    """
    head, body_at, table = read_sssom(path)
    reading = _Reading(path.name, head, dataset, index)
    rows = [row for mapping in table for row in reading.row(mapping, body_at + table.line_num)]
    if reading.faults:
        raise Faulty(reading.faults)
    return rows


class _Reading:
    """Reads the mappings of one file, collecting ``faults``."""

    def __init__(self, file: str, head: Mapping[str, object], dataset: Dataset, index: Index) -> None:
        self._file, self._head, self._dataset, self._index = file, head, dataset, index
        self._terms = {justification_term(slug): slug for slug in vocabulary().schemes["match-justification"]}
        self.faults: list[Fault] = []

    def _fault(self, code: str, line: int, column: str, given: str) -> None:
        self.faults.append(fault(code, self._file, row=line, column=column, found=given))

    def row(self, mapping: Mapping[str | None, str | list[str] | None], line: int) -> Iterator[Cells]:
        """Yield the row of a mapping, nothing where it is faulty."""
        cells = {str(name): value.strip() for name, value in mapping.items() if name and isinstance(value, str)}
        ends = {name: iri_in(cells.get(name, ""), self._head) for name in ("subject_id", "predicate_id", "object_id")}
        if unknown := [name for name, iri in ends.items() if not iri]:
            for name in unknown:
                self._fault("sssom-prefix", line, name, cells.get(name, ""))
            return
        kind = ends["predicate_id"].removeprefix(PREFIXES["skos"]).removesuffix("Match")
        kind = "exact" if ends["predicate_id"] == PREFIXES["owl"] + "sameAs" else kind
        if kind not in _KINDS:
            self._fault("sssom-predicate", line, "predicate_id", cells["predicate_id"])
            return
        own, other, label = ends["subject_id"], ends["object_id"], cells.get("object_label", "")
        if own not in self._index.by_iri:
            own, other, label, kind = other, own, cells.get("subject_label", ""), _BACKWARDS.get(kind, kind)
        if own not in self._index.by_iri:
            self._fault("sssom-thing", line, "subject_id", cells["subject_id"])
            return
        said_by = next((cells[n] for n in ("author_label", "author_id", "creator_label") if cells.get(n)), "")
        said_by = said_by or str(self._head.get("mapping_provider") or self._head.get("mapping_set_title") or "")
        if not said_by:
            self._fault("sssom-author", line, "author_label", "")
            return
        term = iri_in(cells["mapping_justification"], self._head).removeprefix(SEMAPV)
        modifier = cells.get("predicate_modifier", "").casefold()
        yield match_row(
            self._index.reference(self._dataset.name, own),
            kind,
            other,
            other_name=label,
            denied="yes" if modifier == "not" else "",
            justification=self._terms.get(term, _UNSTATED),
            said_by=said_by,
            **({f"note_{self._dataset.languages[0]}": cells["comment"]} if cells.get("comment") else {}),
        )


def match_row(thing: str, kind: str, other: str, **more: str) -> Cells:
    """Return a row of the table ``matches``, its id made of the two ends."""
    tail = slug_of(other.rpartition("//")[2])
    row_id = f"{thing.rpartition(':')[2]}-{tail}"[:110].strip("-")
    return {"id": slug_of(row_id), "thing": thing, "match": kind, "other": other, **more}


def settled(dataset: Dataset, index: Index) -> set[tuple[str, str]]:
    """Return the pairs (IRIs) of which a dataset says that they match or that they do not."""
    rows: Sequence[Cells] = [row.cells for row in dataset.rows.get("matches", [])]
    return {(iri_of(cells.get("thing", ""), dataset, index), cells.get("other", "")) for cells in rows}
