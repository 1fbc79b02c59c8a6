"""The form for a remark: what stands in it, and taking what is sent. No cookie, no script, nothing kept of the sender.

A form is signed for its page and time with the box's secret, and what a browser says of where a request comes from
must be this site (OWASP, Cross-Site Request Forgery Prevention: signed tokens, and fetch metadata or Origin beside).
"""

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from medskick.graph.lookups import Store, named_quads
from medskick.ontology import term_text
from medskick.web.feedback.annotation import kind_words
from medskick.web.feedback.box import Box, BoxError
from medskick.web.feedback.remark import KINDS, MOST_TEXT, RefusedError, Statement, checked
from medskick.web.http.problems import Problem
from medskick.web.http.requests import body_of
from medskick.web.operator import Operator, registration_note
from medskick.words import Lang, say

# WCAG 2.1, 2.2.1: a limit of more than 20 hours needs no way to extend it
_SECONDS = 24 * 3600
# room for a text several times too long, which the reader then gets back to shorten
_MOST_BODY = 200_000
_MOST_CLIENTS = 10_000


@dataclass(frozen=True)
class Draft:
    """A remark as it stands in the form: what it is about (IRIs), what was entered, the path of the page it is for."""

    about: str
    statement: Statement | None = None
    kind: str = ""
    text: str = ""
    page: str = ""


@dataclass(frozen=True)
class Result:
    """What came of a form: the remark's ``number``, or ``faults`` by field in the reader's language.

    ``status`` is the HTTP status of the page that tells it; ``draft`` is what was entered, to be shown again.
    A fault of no field has the field ``""``.
    """

    status: int
    draft: Draft
    number: int | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


class Gate:
    """Lets so many remarks in: a bucket of tokens for each client, one for all. Only in memory, for this process.

    A client is the keyed hash of its address (an IPv6 network counts as one), by a salt that ends with the process.
    ``burst`` may be sent at once, then one each ``seconds``; ``all_burst`` and ``all_seconds`` hold for all together.
    """

    def __init__(self, burst: float = 10, seconds: float = 60, all_burst: float = 100, all_seconds: float = 5) -> None:
        self._burst, self._seconds, self._all_burst, self._all_seconds = burst, seconds, all_burst, all_seconds
        self._salt = secrets.token_bytes(32)
        self._clients: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._all = (all_burst, 0.0)

    @staticmethod
    def _left(bucket: tuple[float, float], burst: float, seconds: float, now: float) -> float:
        tokens, before = bucket
        return min(burst, tokens + (now - before) / seconds)

    def wait(self, address: str, now: float | None = None) -> int:
        """Let one remark in and return 0, or return how many seconds the client is to wait."""
        now = time.monotonic() if now is None else now
        network = ":".join(address.split(":")[:4]) if ":" in address else address
        client = hmac.digest(self._salt, network.encode(), "sha256")
        own = self._left(self._clients.get(client, (self._burst, now)), self._burst, self._seconds, now)
        everyone = self._left(self._all, self._all_burst, self._all_seconds, now)
        if own < 1:
            return int((1 - own) * self._seconds) + 1
        if everyone < 1:
            return int((1 - everyone) * self._all_seconds) + 1
        self._all = (everyone - 1, now)
        self._clients[client] = (own - 1, now)
        self._clients.move_to_end(client)
        while len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return 0


def token(box: Box, page: str, now: float | None = None) -> str:
    """Return a token for a form on a page: time, chance, signature. Raises ``BoxError``."""
    issued = f"{int(time.time() if now is None else now)}.{secrets.token_urlsafe(9)}"
    return f"{issued}.{_signature(box, page, issued)}"


def check(box: Box, given: str, page: str, now: float | None = None) -> bool:
    """Tell whether a token was given for this page, not longer than a day ago. Raises ``BoxError``."""
    issued, _, signature = given.rpartition(".")
    if not hmac.compare_digest(_signature(box, page, issued).encode(), signature.encode("utf-8", "replace")):
        return False
    age = (time.time() if now is None else now) - int(issued.partition(".")[0])
    return -60 <= age <= _SECONDS


def _signature(box: Box, page: str, issued: str) -> str:
    return hmac.new(box.key(), f"{issued}\0{page}".encode("utf-8", "replace"), "sha256").hexdigest()


def same_site(headers: Mapping[str, str]) -> bool:
    """Tell whether a request comes from a page of this host, as far as the browser says (it may not lie to us).

    ``Sec-Fetch-Site`` decides where it is sent; else ``Origin``, else ``Referer``. A browser that tells none of
    them (plain http with ``Referrer-Policy: no-referrer`` makes it ``Origin: null``) is held to the token alone.
    """
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    for name in ("origin", "referer"):
        origin = headers.get(name, "null")
        if origin != "null":
            try:
                return urlsplit(origin).netloc.casefold() == headers.get("host", "").casefold()
            except ValueError:  # no address at all: http://[::1
                return False
    return True


def there(store: Store, about: str, statement: Statement | None) -> bool:
    """Tell whether the graph knows the thing, and says the statement of it: no other name enters the box."""
    try:
        subject = ox.NamedNode(about)
        if statement is None:
            return next(named_quads(store, subject), None) is not None
        said = named_quads(store, subject, ox.NamedNode(statement[0]))
        return any(term_text(quad.object) == statement[1] for quad in said)
    except ValueError:  # no IRI at all
        return False


def form(
    box: Box,
    lang: Lang,
    draft: Draft,
    label: str,
    operator: Operator | None,
    result: Result | None = None,
    statement_label: str = "",
) -> dict[str, Any]:
    """Return what the macro ``form`` of ``viz/feedback.j2`` takes. Raises ``BoxError`` where no remark can be taken.

    ``label`` is the thing's name, ``statement_label`` the statement in words; ``result`` is what came of the form
    when it was sent before.
    """  # fmt: skip
    keys = ("lead", "about", "kind", "text", "hint", "send", "faults", "personal", "public", "after")
    return {
        "words": {key: say(f"feedback.form-{key}", lang, most=MOST_TEXT) for key in keys},
        "note": registration_note(lang, operator),
        "label": label,
        "statement_label": statement_label,
        "kinds": list(kind_words(lang).items()),
        "draft": draft,
        "token": token(box, draft.page),
        "faults": dict(result.faults) if result else {},
    }


def thanks(lang: Lang, number: int, back: str) -> dict[str, str]:
    """Return what the macro ``thanks`` of ``viz/feedback.j2`` takes; ``back`` is the address of the thing's page."""
    text = say("feedback.thanks-number", lang, number=number)
    return {"text": text, "back": back, "back_words": say("feedback.back", lang)}


def _draft(pairs: Mapping[str, str]) -> Draft:
    prop = pairs.get("property", "")
    # a browser sends every line end as two characters
    value = pairs.get("value", "").replace("\r\n", "\n")
    return Draft(
        pairs.get("about", ""), (prop, value) if prop else None, pairs.get("kind", ""),
        pairs.get("text", ""), pairs.get("page", ""),
    )  # fmt: skip


async def _sent(request: Request) -> dict[str, str]:
    """The fields of a form. Raises ``Problem``: too large, too slow, no form, not UTF-8."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/x-www-form-urlencoded":
        raise Problem(415, "A remark is sent as application/x-www-form-urlencoded.")
    raw = await body_of(request, _MOST_BODY)
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20))
    except (UnicodeDecodeError, ValueError):
        raise Problem(400, "The form is not URL-encoded UTF-8, or has too many fields.") from None


async def post(request: Request, box: Box, gate: Gate, store: Store, lang: Lang) -> Result:
    """Take what was sent with the form, in a page of ``lang``; the remark is on disk when this returns a number.

    Raises ``Problem`` for what no form of ours sends. Nothing of the text goes into a log.
    """
    pairs = await _sent(request)
    draft = _draft(pairs)
    given = pairs.get("token", "")

    def refused(status: int, name: str, words: str) -> Result:
        return Result(status, draft, faults={name: words})

    if not same_site(request.headers):
        return refused(403, "", say("feedback.bad-site", lang))
    if not await run_in_threadpool(there, store, draft.about, draft.statement):
        # gone since the page was read, or never there: nothing to come back to
        return Result(404, replace(draft, about="", statement=None), faults={"": say("feedback.bad-about", lang)})
    try:
        if not await run_in_threadpool(check, box, given, draft.page):
            return refused(403, "", say("feedback.bad-token", lang))
        faults: dict[str, str] = {}
        if draft.kind not in KINDS:
            faults["kind"] = RefusedError("kind").say(lang)
        try:
            await run_in_threadpool(checked, draft.text)
        except RefusedError as error:
            faults["text"] = error.say(lang)
        if faults:
            return Result(422, draft, faults=faults)
        if seconds := gate.wait(request.client.host if request.client else ""):
            return refused(429, "", say("feedback.bad-often", lang, minutes=-(-seconds // 60)))
        number = await run_in_threadpool(
            box.receive, draft.about, draft.statement, draft.kind, draft.text, lang, draft.page, given
        )
    except RefusedError as error:
        return refused(503 if error.code == "full" else 422, "", error.say(lang))
    except BoxError:
        return refused(503, "", say("feedback.bad-box", lang))
    return Result(201, draft, number)
