"""A reader's remark: what it holds, what may stand in it, and why one is not taken."""

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from medskick.graph.privacy import identifying
from medskick.words import Lang, say

Kind = Literal["wrong", "missing", "other"]
State = Literal["pending", "accepted", "rejected", "deleted"]
Statement = tuple[str, str]
"""A statement of a thing: the IRI of its property, and its value (an IRI, or a literal's text)."""

KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
MOST_TEXT = 4_000
"""The longest remark, in characters."""
MOST_NOTE = 1_000


class RefusedError(ValueError):
    """Raised for what the box does not take; ``code`` says why. No message holds any of the text itself."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)

    def say(self, lang: Lang, of: str = "bad") -> str:
        """Return why in plain words, and what to do: ``of`` a remark (``bad``), or of a curator's ``note``."""
        what = self.values.get("what", ())
        assert isinstance(what, tuple)
        named = say("feedback.and", lang).join(say(f"feedback.what-{code}", lang) for code in what)
        return say(f"feedback.{of}-{self.code}", lang, **{**self.values, "what": named})


class UnknownRemarkError(LookupError):
    """Raised where no remark has that number; ``near`` is the nearest that exists, or ``None``."""

    def __init__(self, wanted: str, near: str | None, last: int) -> None:
        self.wanted, self.near, self.last = wanted, near, last
        super().__init__(wanted)


class StateError(ValueError):
    """Raised where an act does not fit a remark's state: what is deleted stays so, what is accepted is accepted."""

    def __init__(self, number: int, state: State, time: str) -> None:
        self.number, self.state, self.time = number, state, time
        super().__init__(state)


@dataclass(frozen=True)
class Act:
    """One line of the log: what was done (``received``, ``accepted``, …), when (UTC, ISO 8601), and why."""

    act: str
    time: str
    note: str = ""


@dataclass(frozen=True)
class Remark:
    """One remark. ``name`` is its IRI (``urn:uuid:…``); ``text`` is empty once deleted."""

    number: int
    name: str
    about: str
    statement: Statement | None
    kind: Kind
    lang: Lang
    page: str
    text: str
    state: State
    acts: tuple[Act, ...]

    @property
    def received(self) -> str:
        """When it was received (UTC, ISO 8601)."""
        return self.acts[0].time

    @property
    def decided(self) -> str:
        """When the last act was done; the time of receipt as long as none was."""
        return self.acts[-1].time


def cleaned(text: str) -> str:
    """Return a text as it is kept: line ends alike, no blank ends, no control characters (they become U+FFFD)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in plain)


def checked(text: str, most: int = MOST_TEXT) -> str:
    """Return a text cleaned. Raises ``RefusedError``: ``empty``, ``long``, or what looks like personal data."""
    plain = cleaned(text)
    if not any(c.isalnum() for c in plain):
        raise RefusedError("empty")
    # one sign may stand for many letters, and all of them are searched for personal data
    length = max(len(plain), len(unicodedata.normalize("NFKC", plain)) // 2)
    if length > most:
        raise RefusedError("long", count=length, most=most)
    if personal := identifying(plain):
        raise RefusedError("personal", what=tuple(personal))
    return plain
