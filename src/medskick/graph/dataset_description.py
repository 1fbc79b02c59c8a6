"""A dataset's description, ``dataset.toml``: read, and held to what every form that data leaves in can carry."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from medskick.graph.characters import as_ascii, compared, is_address, nearest_address, unfit, without_unfit
from medskick.graph.dataset import DRAFTS, LINKS, LONGEST_ID, SLUG, Dataset, slug_of
from medskick.graph.faults import Fault, closest, fault
from medskick.graph.input_file import read_file
from medskick.ontology import CATALOGUE_GRAPH, GRAPHS, PREFIXES, THINGS, VOCABULARY_GRAPH
from medskick.words import SHIPPED, Lang, is_tag

_HOME = THINGS.removesuffix("id/")
_TEXTS, _LINK_TEXTS = ("title", "description"), ("said_by",)
_REQUIRED = ("publisher", "licence", "version", "modified", "base")
_OTHER = ("issued", "languages", "refers", "withdrawn", "joins", "state")
_DAYS = ("issued", "modified")
DRAFT = "draft"
"""What ``state`` is of a dataset that its owner still works on."""
RESERVED = (
    *(graph.value.removeprefix(GRAPHS) for graph in (CATALOGUE_GRAPH, VOCABULARY_GRAPH)),
    *(aside.removesuffix("/") for aside in (DRAFTS, LINKS)),
    *("paths", "shapes", "things", "ties"),
)
"""Names that no dataset can have.

Graphs of ours are called so or begin so, or the web gives a file or an answer at the address of such a graph.
"""


def read_description(folder: Path, name: str, faults: list[Fault]) -> tuple[Dataset | None, Sequence[Lang]]:
    """Return a dataset without its rows, ``None`` where its description cannot be used, and the languages of its texts.

    ``faults`` gets all faults.
    """
    path, file = folder / "dataset.toml", f"{name}/dataset.toml"
    faults.extend(_name_faults(name))
    if not path.is_file():
        faults.append(fault("no-description", file))
        return None, SHIPPED
    raw, unread = read_file(path, file)
    if unread is not None:
        faults.append(unread)
        return None, SHIPPED
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        meta = _days_as_text(tomllib.loads(text))
    except RecursionError:
        faults.append(fault("too-deep", file))
        return None, SHIPPED
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(fault("broken-description", file, found=str(error)))
        return None, SHIPPED
    draft = meta.get("state") == DRAFT
    mine = list(_faults(meta, name, file))
    # what a draft lacks comes later
    stopping = [f for f in mine if f.level == "error" and not (draft and f.code == "description-key")]
    faults.extend(mine)
    given = meta.get("languages", list(SHIPPED))
    langs = SHIPPED if any(f.code == "description-languages" for f in mine) else tuple(dict.fromkeys(given))
    if stopping or not SLUG.fullmatch(name.removeprefix(LINKS)):
        return None, langs

    def texts(key: str) -> dict[str, str]:
        return {lang: meta[f"{key}_{lang}"] for lang in langs if meta.get(f"{key}_{lang}")}

    refers = {other: _referred(given) for other, given in sorted(meta.get("refers", {}).items())}
    dataset = Dataset(
        name=name,
        folder=folder,
        title=texts("title"),
        description=texts("description"),
        publisher=meta.get("publisher", ""),
        licence=meta.get("licence", ""),
        version=meta.get("version", ""),
        modified=meta.get("modified", ""),
        base=meta.get("base") or f"{THINGS}{name}/",
        draft=draft,
        issued=meta.get("issued", ""),
        languages=langs,
        refers={other: given["base"] for other, given in refers.items()},
        endpoints={other: given["endpoint"] for other, given in refers.items() if "endpoint" in given},
        withdrawn=dict(sorted(meta.get("withdrawn", {}).items())),
        joins=tuple(meta.get("joins", [])),
        said_by=texts("said_by"),
    )
    return dataset, langs


def _name_faults(name: str) -> Iterator[Fault]:
    own = name.removeprefix(LINKS)
    if not SLUG.fullmatch(own):
        yield fault("dataset-name", name, found=own, fix=slug_of(own) or None)
    elif name in RESERVED:
        yield fault("reserved-name", name, known=", ".join(RESERVED))
    elif len(own) > LONGEST_ID:
        yield fault("long-name", name, found=own, limit=LONGEST_ID)


def _days_as_text(meta: dict[str, Any]) -> dict[str, Any]:
    """A day need not be in quotation marks: TOML has dates of its own."""

    def text(value: object) -> object:
        if isinstance(value, datetime):
            return value.date().isoformat()
        return value.isoformat() if isinstance(value, date) else value

    return {key: text(value) if key in _DAYS else value for key, value in meta.items()}


def _missing(key: str, name: str, file: str) -> Fault:
    examples = {
        "base": f"{THINGS}{name}/", "licence": "https://creativecommons.org/licenses/by/4.0/", "version": "0.1.0",
        "modified": "2026-11-23",
    }  # fmt: skip
    return fault("description-key", file, column=key, line=f'{key} = "{examples.get(key, "…")}"')


def _faults(meta: Mapping[str, Any], name: str, file: str) -> Iterator[Fault]:
    linkset = name.startswith(LINKS)
    langs = meta.get("languages", list(SHIPPED))
    if not isinstance(langs, list) or not langs or not all(isinstance(tag, str) and is_tag(tag) for tag in langs):
        yield fault("description-languages", file, column="languages", found=str(langs))
        langs = []
    texts = [f"{key}_{lang}" for key in (*_TEXTS, *(_LINK_TEXTS if linkset else ())) for lang in langs]
    descriptions = [key for key in texts if key.startswith("description_")]
    # of what it is about one language is enough
    spared = [key for key in descriptions if key != descriptions[0] or any(map(meta.get, descriptions))]
    needed = [key for key in (*texts, *_REQUIRED) if key not in spared]
    for key in needed:
        if meta.get(key) in (None, ""):
            yield _missing(key, name, file)
    known = {*texts, *_REQUIRED, *_OTHER}
    for key in sorted(meta.keys() - known):
        if langs:
            fix = closest(key, known - meta.keys())
            yield fault(
                "description-unknown", file, column=key, fix=fix, level="warning", known=", ".join(sorted(known))
            )
    good = {}
    for key in sorted((*texts, *_REQUIRED, "issued")):
        value = meta.get(key, "")
        if not isinstance(value, str):
            shown = str(value)
            yield fault("description-text", file, column=key, found=shown, fix=f'"{shown}"')
        elif bad := unfit(value):
            yield fault("unfit-character", file, column=key, found=bad, fix=without_unfit(value))
        elif value.strip():
            good[key] = value
        elif value:
            yield _missing(key, name, file)
    if "state" in meta and meta["state"] != DRAFT:
        yield fault("description-state", file, column="state", found=str(meta["state"]), fix=DRAFT)
    yield from _tables_faults(meta, linkset, file)
    yield from _value_faults(good, name, file)


def _referred(given: object) -> dict[str, str]:
    """A dataset referred to: its base alone, or a table with ``base`` and ``endpoint``; empty for anything else."""
    table = {"base": given} if isinstance(given, str) else given
    if not isinstance(table, dict) or not {"base"} <= table.keys() <= {"base", "endpoint"}:
        return {}
    return table if all(isinstance(address, str) for address in table.values()) else {}


def _refers_faults(refers: object, file: str) -> Iterator[Fault]:
    if not isinstance(refers, dict) or not all(_referred(given) for given in refers.values()):
        yield fault("description-refers", file, column="refers", found=str(refers))
        return
    for other, given in refers.items():
        for key, address in _referred(given).items():
            if not is_address(address) or (key == "base" and not address.endswith(("/", "#"))):
                column, fix = f"refers.{other}", nearest_address(address)
                yield fault(f"refers-{key}", file, column=column, found=address, fix=fix)


def _tables_faults(meta: Mapping[str, Any], linkset: bool, file: str) -> Iterator[Fault]:
    refers = meta.get("refers", {})
    yield from _refers_faults(refers, file)
    withdrawn = meta.get("withdrawn", {})
    if not isinstance(withdrawn, dict) or not all(
        SLUG.fullmatch(k) and isinstance(v, str) for k, v in withdrawn.items()
    ):
        yield fault("description-withdrawn", file, column="withdrawn", found=str(withdrawn))
    joins = meta.get("joins", [])
    if linkset and (not isinstance(joins, list) or len(joins) != 2 or not all(j in refers for j in joins)):
        yield fault("link-joins", file, column="joins", found=str(joins) if joins else "")


def _value_faults(good: Mapping[str, str], name: str, file: str) -> Iterator[Fault]:
    """Faults of the entries that are there and are text."""
    if (licence := good.get("licence")) and not is_address(licence):
        yield fault("description-licence", file, column="licence", found=licence, fix=nearest_address(licence))
    for key in _DAYS:
        if (day := good.get(key)) and not _is_day(day):
            yield fault("description-modified", file, column=key, found=day)
    if (base := good.get("base")) is None:
        return
    own = f"{THINGS}{name}/"
    if not is_address(base) or not base.endswith(("/", "#")) or base.count("#") > 1:
        near = nearest_address(base) or ""
        fix = near if near.endswith(("/", "#")) and near.isascii() else own
        yield fault("description-base", file, column="base", found=base, fix=fix)
    elif not base.isascii():
        # identifiers stand in the headers of answers, which are ASCII
        yield fault("base-not-ascii", file, column="base", found=base, fix=as_ascii(base))
    elif base != own and (taken := _taken(base)):
        yield fault("base-taken", file, column="base", found=base, fix=own, taken=taken)


def _taken(base: str) -> str:
    """Return the address that a base stands at, under or over, of those that mean something else; else empty."""
    place, known = compared(base), {address: compared(address) for address in sorted({_HOME, *PREFIXES.values()})}
    return next((a for a, other in known.items() if other.startswith(place) or place.startswith(other)), "")


def overlap(base: str, other: str) -> str:
    """Return the code of the fault where one base is the other, or stands at or under it; empty where none does."""
    one, two = compared(base), compared(other)
    if one == two:
        return "same-base"
    return "base-inside" if one.startswith(two) or two.startswith(one) else ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
