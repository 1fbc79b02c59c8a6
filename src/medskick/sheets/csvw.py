"""A dataset's tables described as CSV on the Web does (https://www.w3.org/TR/tabular-metadata/), from the shapes.

Any validator of that standard then checks the tables: headings, terms, dates, numbers, ids, and references within the
dataset.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from medskick.graph.csv_file import read_cells
from medskick.graph.dataset import SLUG, Dataset
from medskick.graph.index import Index
from medskick.graph.shapes_file import DATE_FORM
from medskick.ontology import Column, Table
from medskick.words import SHIPPED

_SLUG = SLUG.pattern


def described_tables(index: Index, dataset: Dataset, place: Path) -> str:
    """Return the description of a dataset's files as JSON, its paths as seen from the folder ``place``.

    Every table that has a file is described, with the columns that stand there in their order.
    """
    described = _Description(index, dataset, place)
    text = json.dumps(described.group(), ensure_ascii=False, indent=1)
    return text + "\n"


class _Description:
    def __init__(self, index: Index, dataset: Dataset, place: Path) -> None:
        self.index, self.dataset = index, dataset
        self.place = place.resolve()
        self.tables = index.vocabulary.tables
        self.files = {name: file for name in self.tables if (file := dataset.folder / f"{name}.csv").is_file()}

    def group(self) -> dict[str, Any]:
        tables = [self._table(self.tables[name], file) for name, file in sorted(self.files.items())]
        first = self.dataset.languages[0]
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": first}],
            "dc:title": [{"@value": text, "@language": tag} for tag, text in sorted(self.dataset.title.items())],
            "tables": tables,
        }

    def _url(self, file: Path) -> str:
        return quote(Path(os.path.relpath(file.resolve(), self.place)).as_posix())

    def _table(self, table: Table, file: Path) -> dict[str, Any]:
        rows, delimiter, _ = read_cells(file, file.name, [])
        header = [name.strip() for name in rows[0] if name.strip()] if rows else []
        columns = [self._column(table, name) for name in header]
        keys = [key for name in header for key in self._keys(table, name)]
        schema: dict[str, Any] = {"columns": columns, "primaryKey": "id"}
        if keys:
            schema["foreignKeys"] = keys
        return {"url": self._url(file), "dialect": {"delimiter": delimiter}, "tableSchema": schema}

    def _column(self, table: Table, name: str) -> dict[str, Any]:
        described: dict[str, Any] = {"name": name}
        if name == "id":
            return described | {"required": True, "datatype": {"base": "string", "format": _SLUG}}
        if name == "type" and table.typed:
            return described | {"required": True, "datatype": {"base": "string", "format": "|".join(table.types)}}
        column = table.column(name)
        assert column is not None, name
        described["dc:title"] = [{"@value": column.label[tag], "@language": tag} for tag in SHIPPED]
        described["datatype"] = self._datatype(column)
        if tag := column.language(name):
            described["lang"] = tag
        if column.required and (not tag or len(self.dataset.languages) == 1):
            described["required"] = True
        if column.most is None and column.kind != "text":
            described["separator"] = ";"
        return described

    def _datatype(self, column: Column) -> str | dict[str, str]:
        match column.kind:
            case "ref":
                return {"base": "string", "format": f"(?:{_SLUG}:)?{_SLUG}"}
            case "concept" if column.scheme:
                own = self.index.own_concepts(self.dataset.name, column.scheme)
                terms = "|".join(map(re.escape, [*self.index.vocabulary.schemes[column.scheme], *own]))
                others = "|".join(name for name in self.dataset.refers if name not in self.index.datasets)
                return {"base": "string", "format": f"{terms}|(?:{others}):.+" if others else terms}
            case "scheme":
                return {"base": "string", "format": "|".join(self.index.vocabulary.schemes)}
            case "date":
                return {"base": "string", "format": DATE_FORM.strip("^$")}
            case "number":
                return "nonNegativeInteger"
            case "flag":
                return {"base": "boolean", "format": "yes|no"}
            case "uri":
                return "anyURI"
        return "string"

    def _keys(self, table: Table, name: str) -> Iterator[dict[str, Any]]:
        """The key of a column whose references are all to one table here; other datasets' rows are not in the files.

        Only of a column that is always filled in: the standard knows no key that may be empty.
        """
        column = table.column(name)
        if column is None or column.kind != "ref" or column.range is None or not column.required:
            return
        cells = [row.cells.get(name, "") for row in self.dataset.rows.get(table.name, [])]
        targets = [other for other in self.tables.values() if self._holds(other, column.range)]
        if len(targets) == 1 and targets[0].name in self.files and any(cells) and ":" not in "".join(cells):
            reference = {"resource": self._url(self.files[targets[0].name]), "columnReference": "id"}
            yield {"columnReference": name, "reference": reference}

    def _holds(self, table: Table, range_: str) -> bool:
        """Whether rows of a table may be of a class."""
        above = self.index.vocabulary.superclasses
        return any(range_ in above.get(kind, {kind}) for kind in table.types.values() or (table.target,))
