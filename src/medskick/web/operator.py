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

from medskick.graph.date_prose import nearest
from medskick.graph.dates import bounds, words
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


def configuration(folder: Path) -> Path:
    """Return where the operator's file is, if there is one, for the stores in a folder."""
    chosen = os.environ.get("MEDSKICK_OPERATOR", "")
    return Path(chosen) if chosen else folder / FILE


def operator(folder: Path) -> Operator | None:
    """Return who runs this copy, ``None`` where no file says so. Raises ``Faulty`` with all faults of the file."""
    chosen, path = os.environ.get("MEDSKICK_OPERATOR", ""), configuration(folder)
    if not chosen and not path.exists():
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise Faulty([Fault(path.name, 0, "", "", every_language("operator.too-large", most=_MOST_BYTES))])
        settings = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise Faulty(
            [Fault(str(path), 0, "", "", every_language("operator.no-file", why=error.strerror or error))]
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise Faulty([Fault(path.name, 0, "", "", every_language("operator.broken", why=why))]) from None
    return _Reading(path.name).operator(settings)


class _Reading:
    """Reads one file and gathers all that is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def wrong(self, key: str, code: str, given: object = "", fix: str | None = None, **values: object) -> None:
        self.faults.append(
            Fault(f"{self.file}, {key}", 0, "", str(given), every_language(f"operator.{code}", **values), fix)
        )

    def table(self, parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = parent.get(name, {}) if name else parent
        if not isinstance(table, dict):
            self.wrong(name, "no-table", name=name)
            return {}
        known = _KEYS[name]
        for key in sorted(table.keys() - set(known)):
            self.wrong(f"{name}.{key}" if name else key, "unknown-key", fix=closest(key, known), known=", ".join(known))
        return table

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
        day = self.text(key, str(value) if hasattr(value, "isoformat") else value, '"2026-11"')
        if day:
            try:
                bounds(day)
            except ValueError:
                self.wrong(key, "bad-date", day, nearest(day))
        return day

    def address(self, key: str, value: object) -> str:
        address = self.text(key, value, '"https://…"')
        if address and (not address.startswith(("https://", "http://")) or any(c.isspace() for c in address)):
            self.wrong(key, "bad-address", address)
        return address

    def operator(self, settings: Mapping[str, Any]) -> Operator:
        top, contact = self.table(settings, ""), self.table(settings, "contact")
        name = self.pair("name", top.get("name"))
        public = top.get("public_body", True)
        if not isinstance(public, bool):
            self.wrong("public_body", "no-bool", public)
        places = {p: self.place(p, contact[p]) for p in _PLACES if p in contact}
        if not places:
            self.wrong("contact", "no-contact")
        declared = self.accessibility(self.table(settings, "accessibility")) if "accessibility" in settings else None
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
        address = self.text(key, value, '"registrator@region.example"' if name == "mail" else '"000-00 00 00"')
        if name == "mail" and address and ("@" not in address or any(c.isspace() for c in address)):
            self.wrong(key, "bad-mail", address)
        return address

    def accessibility(self, table: Mapping[str, Any]) -> Accessibility:
        def key(name: str) -> str:
            return f"accessibility.{name}"

        service = self.pair(key("service"), table.get("service", everywhere("Medskick")))
        status = self.text(key("status"), table.get("status"), '"partly"')
        if status and status not in STATUSES:
            self.wrong(key("status"), "bad-status", status, closest(status, STATUSES), known=", ".join(STATUSES))
        given = table.get("faults", [])
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
            self.date(key("assessed"), table.get("assessed")),
            self.date(key("updated"), table.get("updated")),
            self.pair(key("method"), table.get("method")) or {},
            tuple(f for f in faults if f is not None),
            self.pair(key("burden"), table.get("burden"), needed=False),
            self.pair(key("outside"), table.get("outside"), needed=False),
            self.address(key("complaint"), table.get("complaint", COMPLAINT)),
        )


def registration_note(lang: Lang, operator: Operator | None) -> str:
    """Return what the feedback form says of public records: to whom a remark goes, and what that makes it."""
    if operator is None:
        return say("operator.note-unset", lang)
    return say("operator.note-public" if operator.public_body else "operator.note-other", lang, name=operator.name)


def _contacts(lang: Lang, operator: Operator) -> Iterator[Line]:
    for place, address in operator.contact.items():
        shown = Span(address, thing=address if place == "web" else "")
        yield line(say(f"operator.contact-{place}", lang), ": ", shown)


def statement(lang: Lang, operator: Operator | None) -> Document:
    """Return the accessibility statement (*tillgänglighetsredogörelse*) as a report.

    Where no public body has declared the copy it says so, and no more than what the project itself tests.
    """

    def word(key: str, **values: object) -> str:
        return say(f"operator.{key}", lang, **values)

    def text(key: str, **values: object) -> Paragraph:
        return Paragraph(line(word(key, **values)))

    declared = operator.accessibility if operator is not None else None
    blocks: list[Block] = []
    if operator is None or declared is None:
        lead = word("unset-lead")
        blocks += [text("unset"), *([text("unset-run-by", name=operator.name)] if operator else [])]
    else:
        lead = word("lead", name=operator.name, service=declared.service)
        blocks += [
            Heading(word("status")),
            text(f"status-{declared.status}", service=declared.service),
            Heading(word("faults")),
        ]
        faults = tuple(line(pick(f, lang)) for f in declared.faults)
        blocks.append(Bullets(faults) if faults else text("faults-none"))
        for name, exempt in (("burden", declared.burden), ("outside", declared.outside)):
            if exempt is not None:
                blocks += [Heading(word(name)), Paragraph(line(pick(exempt, lang)))]
        blocks += [
            Heading(word("method")),
            Paragraph(line(pick(declared.method, lang))),
            text("assessed", assessed=words(declared.assessed, lang), updated=words(declared.updated, lang)),
        ]
    blocks += [
        Heading(word("tested")),
        text("tested-lead"),
        Bullets((line(word("tested-axe")), line(word("tested-keyboard")), line(word("tested-script")))),
        text("tested-limits"),
        Heading(word("report")),
    ]
    if operator is None:
        blocks.append(text("report-unset"))
    else:
        blocks += [text("report-set", name=operator.name), Bullets(tuple(_contacts(lang, operator)))]
    if operator is not None and declared is not None:
        complaint = Span(f"{word('complaint-link')} ({declared.complaint})", thing=declared.complaint)
        blocks += [Heading(word("complaint")), text("complaint-how", name=operator.name), Paragraph(line(complaint))]
    return Document(word("title" if declared else "unset-title"), lang, line(lead), tuple(blocks))
