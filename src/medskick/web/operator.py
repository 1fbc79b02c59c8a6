"""Who runs this copy: the operator's configuration, and what two pages say from it.

The file is TOML, named by ``MEDSKICK_OPERATOR``, else ``operator.toml`` beside the stores; without one the copy has no
operator. Only ``name`` and ``contact`` are needed::

    name = { sv = "Region Exempel", en = "Region Exempel" }
    public_body = true          # false: not bound by the act on digital public service, declares nothing

    [contact]                   # at least one; a function's, never a person's
    mail = "registrator@region.example"
    phone = "000-00 00 00"
    web = "https://region.example/kontakt"

    [accessibility]             # only what was really assessed; left out, the page says that nobody has declared
    service = { sv = "Medskick", en = "Medskick" }
    status = "partly"           # full, partly or not: as the act's three words have it
    assessed = "2026-11"        # EDTF
    updated = "2026-11-25"      # EDTF
    method = { sv = "Självskattning …", en = "Self-assessment …" }
    faults = [{ sv = "…, eftersom …", en = "…, because …" }]
    burden = { sv = "…", en = "…" }     # left out as too heavy a burden (section 12), with why
    outside = { sv = "…", en = "…" }    # content that the act does not cover (section 9)
    complaint = "https://www.digg.se/tdosanmalan"

What a statement holds follows the act (2018:1937) on accessibility to digital public service, and the Agency for
Digital Government's list of what it is to hold.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medskick.graph.dates import bounds, nearest, words
from medskick.graph.faults import Fault, Faulty, closest
from medskick.reports.document import Block, Bullets, Document, Heading, Line, Paragraph, Span, line
from medskick.words import SHIPPED, Lang, Text, every_language, everywhere, languages, pick, say

FILE = "operator.toml"
COMPLAINT = "https://www.digg.se/tdosanmalan"
"""Where the Agency for Digital Government takes complaints; the act asks every statement to lead there."""
STATUSES = ("full", "partly", "not")
_MOST_BYTES = 100_000
_PLACES = ("mail", "phone", "web")
_KEYS = {
    "": ("name", "public_body", "contact", "accessibility"),
    "contact": _PLACES,
    "accessibility": (
        "service", "status", "assessed", "updated", "method", "faults", "burden", "outside", "complaint",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Accessibility:
    """What a public body declares of this copy. Dates are EDTF; ``faults`` is empty only where status is ``full``."""

    service: Text
    status: str
    assessed: str
    updated: str
    method: Text
    faults: tuple[Text, ...]
    burden: Text | None
    outside: Text | None
    complaint: str


@dataclass(frozen=True)
class Operator:
    """Who runs this copy. ``contact`` maps ``mail``, ``phone``, ``web`` to addresses, at least one."""

    name: Text
    public_body: bool
    contact: Mapping[str, str]
    accessibility: Accessibility | None


def operator(folder: Path) -> Operator | None:
    """Return who runs this copy, ``None`` where no file says so. Raises ``Faulty`` with all faults of the file."""
    chosen = os.environ.get("MEDSKICK_OPERATOR", "")
    path = Path(chosen) if chosen else folder / FILE
    if not chosen and not path.exists():
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise Faulty([Fault(path.name, 0, "", "", every_language("operator.too-large", most=_MOST_BYTES))])
        told = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise Faulty(
            [Fault(str(path), 0, "", "", every_language("operator.no-file", why=error.strerror or error))]
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise Faulty([Fault(path.name, 0, "", "", every_language("operator.broken", why=why))]) from None
    return _Reading(path.name).operator(told)


class _Reading:
    """Reads one file and gathers all that is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def wrong(self, key: str, code: str, found: object = "", fix: str | None = None, **values: object) -> None:
        self.faults.append(
            Fault(f"{self.file}, {key}", 0, "", str(found), every_language(f"operator.{code}", **values), fix)
        )

    def table(self, told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = told.get(name, {}) if name else told
        if not isinstance(found, dict):
            self.wrong(name, "no-table", name=name)
            return {}
        known = _KEYS[name]
        for key in sorted(found.keys() - set(known)):
            self.wrong(f"{name}.{key}" if name else key, "unknown-key", fix=closest(key, known), known=", ".join(known))
        return found

    def pair(self, key: str, value: object, needed: bool = True) -> Text | None:
        """A text in Swedish and English, and in any other language of the interface."""
        if value is None:
            if needed:
                self.wrong(key, "missing", example=f'{key.rpartition(".")[2]} = {{ sv = "…", en = "…" }}')
            return None
        if (
            isinstance(value, dict)
            and value.keys() >= set(SHIPPED)
            and value.keys() <= set(languages())
            and all(isinstance(text, str) and text.strip() for text in value.values())
        ):
            return {lang: text.strip() for lang, text in value.items()}
        self.wrong(key, "no-pair")
        return None

    def text(self, key: str, value: object, example: str) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(key, "missing" if value is None else "no-text", example=example)
        return ""

    def date(self, key: str, value: object) -> str:
        # TOML has dates of its own, which are written the same
        told = self.text(key, str(value) if hasattr(value, "isoformat") else value, '"2026-11"')
        if told:
            try:
                bounds(told)
            except ValueError:
                self.wrong(key, "bad-date", told, nearest(told))
        return told

    def address(self, key: str, value: object) -> str:
        told = self.text(key, value, '"https://…"')
        if told and (not told.startswith(("https://", "http://")) or any(c.isspace() for c in told)):
            self.wrong(key, "bad-address", told)
        return told

    def operator(self, told: Mapping[str, Any]) -> Operator:
        top, contact = self.table(told, ""), self.table(told, "contact")
        name = self.pair("name", top.get("name"))
        public = top.get("public_body", True)
        if not isinstance(public, bool):
            self.wrong("public_body", "no-bool", public)
        places = {p: self.place(p, contact[p]) for p in _PLACES if p in contact}
        if not places:
            self.wrong("contact", "no-contact")
        declared = self.accessibility(self.table(told, "accessibility")) if "accessibility" in told else None
        if declared is not None and public is False:
            self.wrong("accessibility", "not-public")
        if self.faults:
            raise Faulty(self.faults)
        assert name is not None
        return Operator(name, public, places, declared)

    def place(self, name: str, value: object) -> str:
        key = f"contact.{name}"
        if name == "web":
            return self.address(key, value)
        told = self.text(key, value, '"registrator@region.example"' if name == "mail" else '"000-00 00 00"')
        if name == "mail" and told and ("@" not in told or any(c.isspace() for c in told)):
            self.wrong(key, "bad-mail", told)
        return told

    def accessibility(self, found: Mapping[str, Any]) -> Accessibility:
        def key(name: str) -> str:
            return f"accessibility.{name}"

        service = self.pair(key("service"), found.get("service", everywhere("Medskick")))
        status = self.text(key("status"), found.get("status"), '"partly"')
        if status and status not in STATUSES:
            self.wrong(key("status"), "bad-status", status, closest(status, STATUSES), known=", ".join(STATUSES))
        given = found.get("faults", [])
        if not isinstance(given, list):
            self.wrong(key("faults"), "no-list")
            given = []
        faults = [self.pair(f"{key('faults')}[{n}]", one) for n, one in enumerate(given, start=1)]
        if status in ("partly", "not") and not given:
            self.wrong(key("faults"), "no-faults")
        if status == "full" and given:
            self.wrong(key("status"), "full-with-faults", status, "partly")
        return Accessibility(
            service or {},
            status,
            self.date(key("assessed"), found.get("assessed")),
            self.date(key("updated"), found.get("updated")),
            self.pair(key("method"), found.get("method")) or {},
            tuple(f for f in faults if f is not None),
            self.pair(key("burden"), found.get("burden"), needed=False),
            self.pair(key("outside"), found.get("outside"), needed=False),
            self.address(key("complaint"), found.get("complaint", COMPLAINT)),
        )


def registration_note(lang: Lang, told: Operator | None) -> str:
    """Return what the feedback form says of public records: to whom a remark goes, and what that makes it."""
    if told is None:
        return say("operator.note-unset", lang)
    return say("operator.note-public" if told.public_body else "operator.note-other", lang, name=told.name)


def _contacts(lang: Lang, told: Operator) -> Iterator[Line]:
    for place, address in told.contact.items():
        found = Span(address, thing=address if place == "web" else "")
        yield line(say(f"operator.contact-{place}", lang), ": ", found)


def statement(lang: Lang, told: Operator | None) -> Document:
    """Return the accessibility statement (*tillgänglighetsredogörelse*) as a report.

    Where no public body has declared the copy it says so, and no more than what the project itself tests.
    """

    def tell(key: str, **values: object) -> str:
        return say(f"operator.{key}", lang, **values)

    def text(key: str, **values: object) -> Paragraph:
        return Paragraph(line(tell(key, **values)))

    declared = told.accessibility if told is not None else None
    blocks: list[Block] = []
    if told is None or declared is None:
        lead = tell("unset-lead")
        blocks += [text("unset"), *([text("unset-run-by", name=told.name)] if told else [])]
    else:
        lead = tell("lead", name=told.name, service=declared.service)
        blocks += [
            Heading(tell("status")),
            text(f"status-{declared.status}", service=declared.service),
            Heading(tell("faults")),
        ]
        faults = tuple(line(pick(f, lang)) for f in declared.faults)
        blocks.append(Bullets(faults) if faults else text("faults-none"))
        for name, found in (("burden", declared.burden), ("outside", declared.outside)):
            if found is not None:
                blocks += [Heading(tell(name)), Paragraph(line(pick(found, lang)))]
        blocks += [
            Heading(tell("method")),
            Paragraph(line(pick(declared.method, lang))),
            text("assessed", assessed=words(declared.assessed, lang), updated=words(declared.updated, lang)),
        ]
    blocks += [
        Heading(tell("tested")),
        text("tested-lead"),
        Bullets((line(tell("tested-axe")), line(tell("tested-keyboard")), line(tell("tested-script")))),
        text("tested-limits"),
        Heading(tell("report")),
    ]
    if told is None:
        blocks.append(text("report-unset"))
    else:
        blocks += [text("report-set", name=told.name), Bullets(tuple(_contacts(lang, told)))]
    if told is not None and declared is not None:
        complaint = Span(f"{tell('complaint-link')} ({declared.complaint})", thing=declared.complaint)
        blocks += [Heading(tell("complaint")), text("complaint-how", name=told.name), Paragraph(line(complaint))]
    return Document(tell("title" if declared else "unset-title"), lang, line(lead), tuple(blocks))
