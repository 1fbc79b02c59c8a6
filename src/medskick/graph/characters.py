"""What a text and an address may hold to be carried by every form that data leaves in.

Texts are held to the characters of XML 1.0, without the control characters of its upper half: what stands outside is
refused by workbooks, documents, RDF/XML and SPARQL results. Addresses are IRIs (RFC 3987) with a host.
"""

import re
from urllib.parse import quote, urlsplit

from medskick.ontology import is_iri

_UNFIT = re.compile("[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
_LINE_ENDS = re.compile("[\x0b\x0c\x85]")
_NOT_IN_IRI = re.compile(r"%(?![0-9A-Fa-f]{2})|[\s<>\"{}|\\^`\[\]]")


def unfit(text: str) -> str:
    """Return the first character of a text that not every form can carry; empty where all can."""
    match = _UNFIT.search(text)
    return match[0] if match else ""


def without_unfit(text: str) -> str:
    """Return a text without such characters: what breaks a line there is a space, the rest is left out."""
    return " ".join(_UNFIT.sub("", _LINE_ENDS.sub(" ", text)).split(" "))


def is_address(text: str) -> bool:
    """Tell whether a text is a whole web address: an IRI of http or https with a host."""
    if not re.match(r"https?://[^/?#]", text) or unfit(text) or not is_iri(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def compared(address: str) -> str:
    """Return an address as it is compared with others: without its scheme and the usual port, the host in lower case.

    That is what leads to one place (RFC 3986, 6.2.2.1 and 6.2.3; http and https alike).
    """
    host, path = re.fullmatch(r"https?://([^/?#]*)(.*)", address, re.S).groups()  # type: ignore[union-attr]
    return re.sub(r":(?:80|443)?$", "", host.lower()) + path


def nearest_address(text: str) -> str | None:
    """Return how an address is written that a text most likely means, ``None`` if no guess is safe."""
    whole = f"https://{text}" if re.match(r"www\.[^\s/]", text) else text
    match = re.fullmatch(r"(https?://[^/?#]*)([^#]*)(?:#(.*))?", whole, re.S)
    if match is None:
        return None
    start, middle, end = match.groups()
    # a # in the part that follows a # would begin it again
    parts = [middle, *(["#" + end.replace("#", "%23")] if end is not None else [])]
    guess = start + "".join(_NOT_IN_IRI.sub(lambda sign: quote(sign[0]), part) for part in parts)
    return guess if guess != text and is_address(guess) else None


def as_ascii(address: str) -> str | None:
    """Return an address (IRI) in ASCII: its host as IDNA has it, the rest percent-encoded; ``None`` if it cannot be."""
    parts = urlsplit(address)
    try:
        host = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return quote(parts._replace(netloc=host).geturl(), safe="/:?#@!$&'()*+,;=%~[]")
