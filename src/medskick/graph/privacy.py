"""No natural persons: what looks like personal data is a fault, what may be a name is a warning."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from medskick.graph.dataset import Row
from medskick.graph.faults import Fault, fault
from medskick.ontology import Table, Vocabulary

# Remarks of readers are searched too: no pattern may take longer than its text is long. A run of letters is tried from
# its beginning alone, and never shortened.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]++(?:\s?@\s?|\s?[(\[{<]\s?(?:at|ät|snabel-?a)\s?[)\]}>]\s?|\(a\))"
    r"\w[\w-]*+(?:(?:\.|\s?[(\[{<]\s?(?:dot|punkt|pkt)\s?[)\]}>]\s?)\w[\w-]*+)*"
    r"(?:\.|\s?[(\[{<]\s?(?:dot|punkt|pkt)\s?[)\]}>]\s?)[^\W\d_]{2,}",
    re.IGNORECASE,
)
_PERSONNUMMER = re.compile(
    r"(?<![\d-])(?:(?:19|20)\d{2}|\d{2})(\d{2})(\d{2})\s?[-+\u2010-\u2015\u2212]?\s?(\d{4})(?![\d-])", re.ASCII
)
_ABROAD = re.compile(
    r"(?<![\w-])(?:(?P<no>[0-7]\d[014589]\d{3}\s?\d{5})|(?<!nr )(?P<dk>[0-3]\d[01]\d{3}\s?-\s?\d{4})"
    r"|(?P<fi>[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]))(?![\w-])",
    re.ASCII | re.IGNORECASE,
)
"""What may be a personal number of Norway, Denmark or Finland."""
_NUMBER_BEGINS = re.compile(r"\+\s?\(?\d|(?<![\w-])[(\[]?0\d", re.ASCII)
_FEWEST_DIGITS = 7
_HOURS = re.compile(r"(?<!\d)[0-2]?\d[.:][0-5]\d\s?[-\u2010-\u2015\u2212]\s?[0-2]?\d[.:][0-5]\d(?!\d)", re.ASCII)
_HOURS_APART = re.compile(
    r"(?<!\d )(?<!\d)[0-2]\d [0-5][05]\s?[-\u2010-\u2015\u2212]\s?[0-2]\d [0-5][05](?!\d| \d)", re.ASCII
)
_FOUR_AND_FOUR = re.compile(
    r"(?<![\w-])(?<!\d )0\d{3}\s?[-\u2010-\u2015\u2212]\s?(?:\d{4}|\d\d[-\u2010-\u2015\u2212]\d\d)(?![\w-]|\s\d)",
    re.ASCII,
)
"""A record number (0812-1845, 0401-01-17) or hours (0800-1600): no telephone number is written as four digits, a dash
and four, or as a day is."""
_NO_NUMBERS = (_HOURS, _HOURS_APART, _FOUR_AND_FOUR)
_REGIONS = ("SE", "GB")
"""Whose national numbers are known. Those of other countries are seen with their country code: the national plans of
some are so open that they take a range of years for a number."""
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
    """A real month and day (or a co-ordination number's day + 60) and a right check digit: record numbers have none."""
    month, day = int(match[1]), int(match[2])
    try:
        date(2000, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return _luhn(re.sub(r"\D", "", match[0])[-10:])


def _is_abroad(match: re.Match[str]) -> bool:
    """A personal number of Norway, Denmark or Finland, by its date and check; Denmark's has none from 2007 on."""
    from stdnum.dk import cpr  # only where there may be one
    from stdnum.fi import hetu
    from stdnum.no import fodselsnummer

    if match["no"]:
        return bool(fodselsnummer.is_valid(match["no"]))
    if match["fi"]:
        return bool(hetu.is_valid(match["fi"]))
    number = cpr.compact(match["dk"])
    return cpr.is_valid(number) and (cpr.checksum(number) == 0 or cpr.get_birth_date(number).year >= 2007)


def _phone(text: str) -> str:
    """Return the first telephone number of a text, empty where it has none."""
    if sum(c.isdecimal() for c in text) < _FEWEST_DIGITS or not _NUMBER_BEGINS.search(text):
        return ""
    from phonenumbers import PhoneNumberMatcher  # only where there may be one

    for pattern in _NO_NUMBERS:
        text = pattern.sub(" ", text)
    numbers = (match.raw_string for region in _REGIONS for match in PhoneNumberMatcher(text, region))
    return next((number for number in numbers if number[0] in "+0(["), "")


def identifying(text: str) -> dict[str, str]:
    """Return what in a text looks like personal data: ``email``, ``phone``, ``personnummer``, each with what was found.

    Only what has a form of its own is seen; a name is not. Any text will do, a table's cell or a reader's remark. What
    a reader sees alike is alike here: fullwidth digits and the like are read as plain ones.
    """
    normal = unicodedata.normalize("NFKC", text)
    # a soft hyphen, a zero-width space: not seen, and between the signs of a number all the same
    plain = "".join(c for c in normal if unicodedata.category(c) != "Cf")
    email = _EMAIL.search(plain)
    personnummer = next((match[0] for match in _PERSONNUMMER.finditer(plain) if _is_personnummer(match)), "")
    personnummer = personnummer or next((match[0] for match in _ABROAD.finditer(plain) if _is_abroad(match)), "")
    by_code = {"email": email[0] if email else "", "phone": _phone(plain), "personnummer": personnummer}
    return {code: fragment for code, fragment in by_code.items() if fragment}


def personal_description(file: str, texts: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of a dataset's description: its texts by their keys."""
    for key, text in texts.items():
        for code, fragment in identifying(text).items():
            yield fault(code, file, column=key, found="" if code == "personnummer" else fragment)


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
