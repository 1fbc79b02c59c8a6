"""Which form of an answer a client takes: content negotiation with q-values (RFC 9110, section 12)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from webob.acceptparse import create_accept_header, create_accept_language_header

from medskick.rdf_forms import BY_MEDIA, FORMS, RESULT_FORMS, RESULTS_BY_MEDIA
from medskick.words import COMMON, Lang, is_lang, languages, macrolanguage

RESULTS = tuple(RESULTS_BY_MEDIA)
"""The media types of solutions and of a yes or no."""
TRIPLES = tuple(BY_MEDIA)
ALIASES: Mapping[str, str] = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
"""Plain types that clients send; answered with the named form under the type that was asked for."""

SHORT: Mapping[str, str] = {
    **{form.name.lower(): form.media for form in RESULT_FORMS},
    "turtle": "text/turtle",
    **{form.ending: form.media for form in FORMS},
}
"""Names for forms in addresses: ``?format=csv``, ``/data/skane.ttl``."""

SHORT_TRIPLES: Mapping[str, str] = {
    "xml": "application/rdf+xml",
    "json": "application/ld+json",
    "rdf+xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
    "n3": "text/turtle",
}
"""What such a name means for a graph where it differs; SPARQLWrapper sends these beside its ``Accept``."""

_MOST_REMEMBERED, _MOST_READ = 500, 2_000


def _read(header: str) -> str:
    """As much of a list as is read: many times what any client says of itself."""
    return header if len(header) <= _MOST_READ else header[:_MOST_READ].rpartition(",")[0]


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer a client likes best (the first of equals), or ``None`` if it takes none.

    Parameters of a type (``charset``, ``profile``) choose nothing: each form is given in one way.
    """
    # a field without a value asks for nothing either
    accept = _read(accept) if accept is not None and accept.strip() else None
    if accept is not None and len(accept) > _MOST_REMEMBERED:
        return _best.__wrapped__(accept, tuple(offers))
    return _best(accept, tuple(offers))


@lru_cache(maxsize=512)
def _best(accept: str | None, offers: tuple[str, ...]) -> str | None:
    # clients send the same few headers all day, and reading one takes as long as the rest of a small answer
    acceptable = create_accept_header(_plain(accept)).acceptable_offers(list(offers))
    if not acceptable:
        return None
    quality = acceptable[0][1]
    liked = {offer for offer, q in acceptable if q == quality}
    return next(offer for offer in offers if offer in liked)


def _plain(accept: str | None) -> str | None:
    """The types of a header without their parameters, each with the best of its values."""
    if not accept or ";" not in accept:
        return accept
    values: dict[str, float] = {}
    for media, value, *_ in create_accept_header(accept).parsed or ():
        name = media.partition(";")[0]
        values[name] = max(value, values.get(name, 0.0))
    return ", ".join(f"{name};q={value:g}" for name, value in values.items()) or accept


def language(header: str | None, chosen: str | None = None) -> Lang:
    """Return the reader's language: the one chosen, else by ``Accept-Language``, else English; Swedish without it."""
    if chosen is not None and is_lang(chosen):
        return chosen
    # without a header everything is acceptable: the planners' language then
    if not header:
        return languages()[0]
    offers = {lang: lang for lang in languages()}
    for lang in languages():
        offers.setdefault(macrolanguage(lang), lang)
    return offers[str(create_accept_language_header(_read(header)).lookup(list(offers), default=COMMON))]
