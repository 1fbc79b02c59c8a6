"""The program's own words in Swedish and English, kept in ``wording/<first part of the key>.toml``."""

import locale
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeGuard

Lang = Literal["sv", "en"]
Text = Mapping[str, str]
"""A text in both languages: keys ``sv`` and ``en`` (one may be missing in foreign data)."""


def is_lang(value: str) -> TypeGuard[Lang]:
    """Tell whether a value names one of the two languages."""
    return value in ("sv", "en")


def preferred_lang() -> Lang:
    """Return the reader's language: ``MEDSKICK_LANG``, else Swedish where the locale is, else English."""
    chosen = os.environ.get("MEDSKICK_LANG", "")
    if is_lang(chosen):
        return chosen
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "sv" if value.lower().startswith("sv") else "en"
    # Windows sets none of the variables and writes the language out
    name = (locale.getlocale()[0] or "").lower()
    return "sv" if name.startswith(("sv", "swedish")) else "en"


WORDING = Path(__file__).with_name("wording")


@cache
def _group(name: str) -> dict[str, dict[str, str]]:
    # one file for each first part of a key, read when the first of its texts is needed
    return tomllib.loads((WORDING / f"{name}.toml").read_text(encoding="utf-8"))


def both(key: str, **values: object) -> dict[str, str]:
    """Return the text of a key in both languages, its ``{places}`` filled in.

    Values may themselves be texts in two languages (mappings). Raises ``KeyError`` for an unknown key.
    """
    entry = _group(key.partition(".")[0])[key]
    return {
        lang: entry[lang].format(**{k: pick(v, lang) if isinstance(v, Mapping) else v for k, v in values.items()})
        for lang in ("sv", "en")
    }


def say(key: str, lang: Lang, **values: object) -> str:
    """Return the text of a key in one language, its ``{places}`` filled in."""
    return both(key, **values)[lang]


def texts(name: str) -> dict[str, dict[str, str]]:
    """Return all texts of ``wording/<name>.toml`` in both languages by the rest of their keys, places left unfilled."""
    return {key.removeprefix(f"{name}."): dict(entry) for key, entry in _group(name).items()}


def frame(lang: Lang) -> dict[str, str]:
    """Return the command line library's own words, from its English to a language, places left unfilled."""
    return {entry["en"]: entry[lang] for entry in _group("frame").values()}


def pick(text: Text, lang: str) -> str:
    """Return a text in the asked language, else in the other one, else the empty string."""
    if lang in text:
        return text[lang]
    return next(iter(text.values()), "")
