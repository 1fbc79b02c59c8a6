"""Languages are data: the words of the interface, what a third language needs, names in the reader's alphabet."""

import re
import tomllib

import pytest

from medskick.alphabet import alphabetical
from medskick.rooms import room
from medskick.words import SHIPPED

WORDS = room("viz") / "words"
GROUPS = sorted(path.name for path in (WORDS / "sv").glob("*.toml"))
OWN = ("language.toml", "reading.toml")
"""What is of one language only: how it is written, what people type."""


def places(entry: object) -> set[str]:
    texts = entry.values() if isinstance(entry, dict) else [entry]
    return {place for text in texts for place in re.findall(r"\{(\w*)", str(text))}


def test_what_ships_has_the_same_groups() -> None:
    assert {path.name for path in WORDS.iterdir()} == set(SHIPPED)
    for lang in SHIPPED:
        assert sorted(path.name for path in (WORDS / lang).iterdir()) == GROUPS


@pytest.mark.parametrize("name", [name for name in GROUPS if name not in OWN])
def test_swedish_and_english_have_the_same_keys_and_places(name: str) -> None:
    swedish, english = (tomllib.loads((WORDS / lang / name).read_text(encoding="utf-8")) for lang in ("sv", "en"))
    assert list(swedish) == list(english)
    for key in swedish:
        assert swedish[key] and english[key], key
        assert places(swedish[key]) == places(english[key]), key


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("sv", ["Halland", "Håbo", "Hällefors", "Höganäs", "Region Skåne", "region Uppsala", "Regionala mål", "Åland"]),
        ("sv", ["Zinkgruvan", "Åre", "Ängelholm", "Örebro"]),
        ("sv", ["de Geer", "Degerfors"]),
        ("en", ["Åland", "Ängelholm", "Håbo", "Halland", "Hällefors", "Örebro", "Zinkgruvan"]),
    ],
)
def test_names_stand_in_the_order_of_the_readers_alphabet(lang: str, names: list[str]) -> None:
    assert alphabetical(sorted(names), lang, str) == alphabetical(reversed(names), lang, str) == names


def test_what_has_one_name_keeps_its_order() -> None:
    assert alphabetical([("Samråd", 2), ("Granskning", 3), ("Samråd", 1)], "sv", lambda pair: pair[0]) == [
        ("Granskning", 3), ("Samråd", 2), ("Samråd", 1),
    ]  # fmt: skip
