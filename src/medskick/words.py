"""The program's own words per language: ``viz/words/<language>/<first part of the key>.toml``.

A language is there as soon as it has a folder: in the room ``viz``, or in a folder that ``MEDSKICK_WORDS`` names
(several with the separator of ``PATH``). What a language lacks is said in the reader's next one (``fallback``).
Languages are named by BCP 47 tags.
"""

import locale
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medskick.rooms import room

if TYPE_CHECKING:
    import babel

Lang = str
"""A language by its BCP 47 tag (``sv``, ``en``, ``nb``)."""
Text = Mapping[str, str]
"""A text by language; a language may be missing."""
Entry = str | dict[str, str] | list[str]
"""What a key has in one language: a text, its plural forms by CLDR category (``one``, ``other``), or several words."""

SHIPPED = ("sv", "en")
"""The languages in which the interface, the ontology and the questions are whole."""
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
COMMON = "en"
"""The language of a reader whose own is not there."""


class Foreign(str):
    """A text that is not in the reader's language, with the language (``lang``) that it is in."""

    lang: Lang

    def __new__(cls, text: str, lang: Lang) -> "Foreign":
        """Make the text with its language."""
        made = super().__new__(cls, text)
        made.lang = lang
        return made


@cache
def folders() -> tuple[Path, ...]:
    """Return the folders that hold a folder per language; what stands in a later one goes before."""
    added = os.environ.get("MEDSKICK_WORDS", "").split(os.pathsep)
    return (room("viz") / "words", *(Path(folder) for folder in added if folder))


@cache
def languages() -> tuple[Lang, ...]:
    """Return the languages of the interface: those that ship, then the others by their tags."""
    there = {path.name for folder in folders() if folder.is_dir() for path in folder.iterdir() if path.is_dir()}
    return (*SHIPPED, *sorted(name for name in there - set(SHIPPED) if not name.startswith(".")))


def is_lang(value: str) -> bool:
    """Tell whether a value names one of the languages of the interface."""
    return value in languages()


def macrolanguage(lang: Lang) -> str:
    """Return the language that another is one form of by CLDR's tree of locales (``no`` of ``nb``), else the same."""
    from babel.core import get_global  # 30 ms, as below

    return str(get_global("parent_exceptions").get(lang, lang))


def is_tag(value: str) -> bool:
    """Tell whether a value is written as a language's tag is (BCP 47): ``fi``, ``nb-NO``, ``sr-Latn``."""
    return _TAG.fullmatch(value) is not None


def matched(tag: str) -> Lang | None:
    """Return the language that a tag such as ``sv-FI`` or ``sv_SE.UTF-8`` asks for, ``None`` where it is not there."""
    wanted = tag.partition(".")[0].replace("_", "-").casefold()
    while wanted:
        for lang in languages():
            if lang.casefold() == wanted:
                return lang
        if "-" not in wanted:
            return next((lang for lang in languages() if macrolanguage(lang) == wanted), None)
        wanted = wanted.rpartition("-")[0]
    return None


def preferred_lang() -> Lang:
    """Return the reader's language: ``MEDSKICK_LANG``, else that of the locale, else English."""
    chosen = os.environ.get("MEDSKICK_LANG", "")
    if is_lang(chosen):
        return chosen
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return matched(value) or COMMON
    # Windows sets none of the variables and writes the language out
    return matched(locale.normalize((locale.getlocale()[0] or "").partition("_")[0])) or COMMON


def fallback(lang: Lang, there: Iterable[Lang] = ()) -> tuple[Lang, ...]:
    """Return the languages in which a reader takes a text, the best first.

    Their own, the ones it is a form of (``nb`` of ``nb-NO``), English, those of the interface, then what else is
    ``there``, in order of tag.
    """
    parts = lang.split("-")
    own = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return tuple(dict.fromkeys((*own, COMMON, *languages(), *sorted(there))))


def pick(text: Text, lang: Lang) -> str:
    """Return a text in the reader's language, else in the next there is (as ``Foreign``), else the empty string."""
    if lang in text:
        return text[lang]
    return next((Foreign(text[other], other) for other in fallback(lang, text) if other in text), "")


@cache
def _read(lang: Lang, name: str) -> dict[str, Any]:
    # read when the first of its texts is needed; a broken file is told by `medskick check`, its texts come in the
    # reader's next language
    entries: dict[str, Any] = {}
    for folder in folders():
        path = folder / lang / f"{name}.toml"
        try:
            entries |= tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        except OSError:
            if lang in SHIPPED and folder == folders()[0]:
                raise
    return entries


def _entry(key: str, lang: Lang) -> Any:
    name, _, rest = key.partition(".")
    return _read(lang, name).get(rest)


@cache
def cldr(lang: Lang) -> "babel.Locale":
    """Return how a language is written (months, dates, plural forms), by the CLDR; of one it lacks, the next one's."""
    from babel.core import Locale, UnknownLocaleError  # 30 ms: only where something is written by it

    for other in fallback(lang):
        try:
            return Locale.parse(locale_of(other), sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    raise KeyError(lang)


def _filled(entry: Any, lang: Lang, values: Mapping[str, object]) -> str | None:
    """A text with its places filled in; ``None`` where it asks for a place that nobody fills."""
    if isinstance(entry, dict):
        number = values.get("n")
        form = cldr(lang).plural_form(number) if isinstance(number, int) else "other"
        entry = entry.get(form, entry.get("other"))
    if not isinstance(entry, str):
        return None
    try:
        return entry.format(**{k: pick(v, lang) if isinstance(v, Mapping) else v for k, v in values.items()})
    except (LookupError, ValueError, AttributeError):
        return None


def say(key: str, lang: Lang, **values: object) -> str:
    """Return the text of a key in the reader's language, its ``{places}`` filled in; ``n`` decides a plural form.

    Values may themselves be texts by language (mappings). Where the language lacks the text, it comes in the next one,
    as ``Foreign``. Raises ``KeyError`` for an unknown key.
    """
    for other in fallback(lang):
        text = _filled(_entry(key, other), other, values)
        if text is not None:
            return text if other == lang else Foreign(text, other)
    raise KeyError(key)


def raw(key: str, lang: Lang) -> Entry:
    """Return what a key has in the reader's language, else in the next one, its places left for a script to fill.

    Raises ``KeyError`` for an unknown key.
    """
    for other in fallback(lang):
        entry: Entry | None = _entry(key, other)
        if entry is not None:
            return entry
    raise KeyError(key)


def every_language(key: str, **values: object) -> dict[Lang, str]:
    """Return the text of a key in all languages that have it, its ``{places}`` filled in.

    Raises ``KeyError`` for an unknown key.
    """
    texts = {lang: _filled(_entry(key, lang), lang, values) for lang in languages()}
    if not any(text is not None for text in texts.values()):
        raise KeyError(key)
    return {lang: text for lang, text in texts.items() if text is not None}


def capital(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def listed(key: str, lang: Lang) -> list[str]:
    """Return the words that a key lists in one language, none where it lists none."""
    entry = _entry(key, lang)
    return [str(word) for word in entry] if isinstance(entry, list) else []


def group(name: str) -> dict[str, dict[Lang, Entry]]:
    """Return all entries of ``<name>.toml`` in all languages that have them, by key, places left unfilled."""
    entries: dict[str, dict[Lang, Entry]] = {}
    for lang in languages():
        for key, entry in _read(lang, name).items():
            entries.setdefault(key, {})[lang] = entry
    return entries


def frame(lang: Lang) -> dict[str, str]:
    """Return the command line library's own words, from its English to a language, places left unfilled."""
    own = _read(lang, "frame")
    return {text: own[key] for key, text in _read(COMMON, "frame").items() if key in own and own[key] != text}


def locale_of(lang: Lang) -> str:
    """Return the locale whose dates, numbers and plural forms a language is written with (``en`` is ``en-GB``)."""
    return str(_entry("language.locale", lang) or lang)


def quotes(lang: Lang) -> tuple[str, str]:
    """Return the language's quotation marks: the opening and the closing one."""
    opening, _, closing = str(raw("language.quoted", lang)).partition("{text}")
    return opening, closing


def language_name(lang: Lang) -> str:
    """Return what a language calls itself, as the menu of languages writes it."""
    if own := _entry("language.name", lang):
        return str(own)
    from babel.core import Locale, UnknownLocaleError

    try:
        name = Locale.parse(lang, sep="-").get_display_name() or lang
    except (ValueError, UnknownLocaleError):
        name = lang
    return name[:1].upper() + name[1:]


def tag_of(name: str) -> Lang | None:
    """Return the tag of a language by its name in any language of the interface, ``None`` where none is called so."""
    wanted = " ".join(name.split()).casefold()
    named = ((tag, known) for lang in languages() for tag, known in cldr(lang).languages.items())
    return next((tag.replace("_", "-") for tag, known in named if known.casefold() == wanted), None)


def way_to(lang: Lang) -> str:
    """Return what the way to a language is called, in that language."""
    return str(_entry("language.here", lang) or language_name(lang))


def everywhere(text: str) -> dict[Lang, str]:
    """Return what is written alike in all languages, such as an identifier, as a text."""
    return dict.fromkeys(languages(), text)


def forget() -> None:
    """Forget what was read: the folders have changed."""
    for read in (folders, languages, _read, cldr):
        read.cache_clear()
