"""No natural persons: what looks like personal data is a fault, what may be a name is a warning."""

import re
from collections.abc import Iterator
from datetime import date

from medskick.graph.dataset import Row
from medskick.graph.faults import Fault, fault
from medskick.ontology import Table, Vocabulary

# Remarks of readers are searched too: no pattern may take longer than its text is long. A run of letters is tried from
# its beginning alone, and never shortened.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]+")
_PHONE = re.compile(
    r"(?<![\w/.:-])(?:\+46[\s-]?\(?0?\)?|00\s?46|0)\d{1,3}[\s-]\d{2,3}(?:[\s-]?\d{2,3}){1,3}(?![\w/-])"
    r"|(?<![\w/.:-])(?:\+46|0)7\d{8}(?!\d)"
)
_PERSONNUMMER = re.compile(r"(?<![\d-])(?:(?:19|20)\d{2}|\d{2})(\d{2})(\d{2})([-+]?)(\d{4})(?![\d-])")
_TWO_NAMES = re.compile(
    r"\b[A-ZÅÄÖ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöéü]+)? [A-ZÅÄÖ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöéü]+)?\b"
)
_ORGANISATION_WORDS = frozenset(
    """
    ab akademi allehanda nyheter tidning
    alliansen allians authority board bolag byrå centerpartiet centre committee council
    county department development dagblad district familjen federation forum förbund förening förvaltning
    government group grupp högskola högskolan institute kommun kommuner kommunen län länsstyrelse
    länsstyrelsen ministry municipality municipalities myndighet nämnd network nordost nätverk
    office organisation panel parliament parti party press region regionen riksdagen råd skåne
    samverkan stad staden stockholm unit universitet university verk verket act
    agency assembly association götalandsregionen city commission community company hochschule kaupunki landeshauptstadt
    fylkeskommune landkreis liitto metropolitan partnership service society stadt
    regionalverband regionförbundet styrelsen trust universität verband
    """.split()
)


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_personnummer(match: re.Match[str]) -> bool:
    """A real month and day (or a co-ordination number's day + 60), and a check digit where no hyphen tells."""
    month, day = int(match[1]), int(match[2])
    try:
        date(2000, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    digits = re.sub(r"\D", "", match[0])[-10:]
    return bool(match[3]) or _luhn(digits)


def identifying(text: str) -> dict[str, str]:
    """Return what in a text looks like personal data: ``email``, ``phone``, ``personnummer``, each with what was found.

    Only what has a form of its own is seen; a name is not. Any text will do, a table's cell or a reader's remark.
    """
    by_code = {
        code: match[0] for code, pattern in (("email", _EMAIL), ("phone", _PHONE)) if (match := pattern.search(text))
    }
    for match in _PERSONNUMMER.finditer(text):
        if _is_personnummer(match):
            return {**by_code, "personnummer": match[0]}
    return by_code


def personal_data(file: str, row: Row, table: Table, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Yield the faults and warnings of one row: e-mail, telephone, personnummer, names, formula-like texts."""
    addresses = {c.name for c in table.columns if c.kind == "uri"}
    for header, cell in row.cells.items():
        for code, fragment in ({} if header in addresses else identifying(cell)).items():
            # the number itself is not repeated in a message that may be sent on
            shown = "" if code == "personnummer" else fragment
            yield fault(code, file, row=row.line, column=header, found=shown)
        if cell[0] in "=+@" or (cell[0] == "-" and len(cell) > 1):
            yield fault("formula", file, row=row.line, column=header, found=cell, level="warning")
    if row.table == "actors":
        labels = {header: cell for header, cell in row.cells.items() if header.startswith("label_")}
        header, label = next(iter(labels.items()), ("label", ""))
        places = {word for c in vocabulary.schemes.get("territory", {}).values() for n in c.names for word in n.split()}
        for match in _TWO_NAMES.finditer(label):
            words = set(label.casefold().replace(",", " ").split())
            if not words & (_ORGANISATION_WORDS | places):
                yield fault("maybe-person", file, row=row.line, column=header, found=match[0], level="warning")
