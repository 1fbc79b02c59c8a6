"""Words as they are typed, texts as they are cut, answers as data: small cases written by hand, without the graph."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from medskick.ontology import EDTF
from medskick.queries.answer import as_csv, as_json, heading, notes, text_of
from medskick.queries.query import Query
from medskick.queries.run import Answer, PartlyRead
from medskick.queries.search.hits import Group, Hit, SearchResult, status
from medskick.queries.search.hits import snippet as cut
from medskick.queries.search.spelling import Meaning, Vocabulary, asked_words, fold
from medskick.resources.names import Label

# What a word can stand for


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        ["Samråd Samrådet samråden", "planmonopol", "plan plan", "plats", "Halland", "regionplanering", "kommunerna"]
    )


def test_inflected_forms_and_compounds_are_met(vocabulary: Vocabulary) -> None:
    assert vocabulary.meaning("samrad", "samrad").forms == {"samrad", "samradet", "samraden"}
    assert vocabulary.meaning("monopol", "monopol").inside == {"planmonopol"}
    # what begins with the word is met as a beginning, from the third letter on inside
    assert vocabulary.meaning("plan", "plan").inside == {"regionplanering"}
    assert vocabulary.meaning("an", "an").inside == frozenset()
    assert vocabulary.meaning("samrad", "samråd").forms == {"samrad", "samradet", "samraden"}
    meant = vocabulary.meaning("samrad", "samrad")
    assert [meant.fits(w) for w in ("samradet", "samradsmote", "rad", "halland")] == [True, True, False, False]
    assert Meaning("monopol", inside=frozenset({"planmonopol"})).fits("planmonopol")


def test_forms_are_of_the_language_that_a_text_is_in() -> None:
    texts = {"fi": ["Varaa vuoropuheluun aikaa"], "nb-NO": ["Innbyggernes innspill"], "de": ["Die Beteiligungen"]}
    words = Vocabulary(["planen", *(text for each in texts.values() for text in each)], texts)
    assert words.meaning("vuoropuhelussa", "vuoropuhelussa").forms == {"vuoropuheluun"}
    assert words.meaning("innbyggerne", "innbyggerne").forms == {"innbyggernes"}
    assert words.meaning("beteiligung", "Beteiligung").forms == {"beteiligungen"}
    # no word of a Swedish text has Finnish forms; a language without a stemmer is found as it is written
    assert Vocabulary(["vuoropuheluun"]).meaning("vuoropuhelussa", "vuoropuhelussa").forms == frozenset()
    assert Vocabulary(["plánat"], {"se": ["plánat"]}).meaning("planat", "plánat").forms == {"planat"}


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Æra Œuvre", "aera oeuvre"), ("Østfold", "ostfold"), ("Đura Ðe", "dura de"), ("Ħal", "hal"), ("ısı", "isi"),
        ("Łódź", "lodz"), ("Ŧe", "te"), ("Þing", "thing"), ("Åre Älv Öst é", "are alv ost e"),
        ("STRASSE ß", "strasse ss"),
    ],
)  # fmt: skip
def test_letters_that_keyboards_lack_are_met_without_them(written: str, typed: str) -> None:
    assert fold(written) == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hallnad", "Halland"),  # two letters changed places: one slip of the one that seven letters may have
        ("hxllxnd", None),  # two
        ("planmonooppl", "planmonopol"),  # two of the two that twelve may have
        ("jalland", None),  # hardly anyone slips on the first letter
        ("pln", None),  # three letters are too few
        ("regionxlan", "regionplanering"),  # as far as it is typed
        ("2019x", None),
        ("samrad", None),
    ],
)
def test_slips_are_forgiven_by_the_length_of_the_word(vocabulary: Vocabulary, typed: str, meant: str | None) -> None:
    meaning_here = vocabulary.meaning(typed, typed)
    assert meaning_here.meant == meant
    if meant:
        assert vocabulary.written(meaning_here.word) == meant


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("plna", "plan"),  # of four letters one slip is much
        ("plax", "plan"),  # as near to plats, of which the texts have one: plan they have twice
        ("pln", None),
        ("plat", None),  # begins a word of the texts
        ("blad", None),
    ],
)
def test_a_doubtful_correction_is_only_offered(vocabulary: Vocabulary, typed: str, offered: str | None) -> None:
    meaning_here = vocabulary.meaning(typed, typed)
    assert (meaning_here.word, meaning_here.meant, meaning_here.offered) == (typed, None, offered)


def test_a_word_is_written_as_the_texts_write_it(vocabulary: Vocabulary) -> None:
    assert [vocabulary.written(w) for w in ("samrad", "samraden", "halland", "nowhere")] == [
        "Samråd", "samråden", "Halland", "nowhere",
    ]  # fmt: skip
    # a capital only where it is never without
    assert Vocabulary(["Plan Plan Plan", "plan"]).written("plan") == "plan"


def test_what_is_typed_is_bounded_and_keeps_its_spelling() -> None:
    assert asked_words("Samråd SAMRÅD i Skåne!") == {"samrad": "samråd", "i": "i", "skane": "skåne"}
    assert list(asked_words(" ".join(f"w{n}" for n in range(20)))) == [f"w{n}" for n in range(10)]
    assert list(asked_words("x" * 60)) == ["x" * 40]
    assert list(asked_words("a" + " " * 400 + "b")) == ["a"]


# The passage that is shown

WORDS = [f"w{n:03}" for n in range(100)]


def snippet(word: str, text: str = " ".join(WORDS)) -> list[tuple[str, bool]]:
    return list(cut(text, [Meaning(word)]))


def test_a_long_text_is_shown_round_the_first_word_that_fits() -> None:
    """Five letters a word, blank included: w050 begins at 250, sixty before it lies w039, 180 further w074."""
    assert snippet("w050") == [
        ("…", False), (" ".join(WORDS[39:50]) + " ", False), ("w050", True), (" " + " ".join(WORDS[51:75]), False),
        ("…", False),
    ]  # fmt: skip


def test_near_the_beginning_and_at_the_end_there_is_no_ellipsis() -> None:
    assert snippet("w012")[0] == (" ".join(WORDS[:12]) + " ", False)
    assert snippet("w012")[-1] == ("…", False)
    assert snippet("w099")[0] == ("…", False) and snippet("w099")[-1] == ("w099", True)
    assert snippet("w013")[:2] == [("…", False), ("w002 " + " ".join(WORDS[3:13]) + " ", False)]


def test_a_text_that_has_room_is_shown_whole_with_every_word_that_fits() -> None:
    assert snippet("plan", "Planen och en plan") == [("Planen", True), (" och en ", False), ("plan", True)]
    assert snippet("ingen", "x" * 180) == [("x" * 180, False)]
    assert snippet("ingen", " ".join(WORDS)) == [(" ".join(WORDS[:36]), False), ("…", False)]


def test_what_was_found_is_told_in_words() -> None:
    hit = Hit("t", "Decision", "A", "", (), "", "", "", "", "", "", (0, 0.0))
    group = Group("decisions", (hit,), 3)
    assert status(SearchResult("", "en")) == "Type one or more words to search for."
    assert status(SearchResult(" plan\n x ", "en")) == "No hits for “plan x”."
    assert status(SearchResult("plan", "en", (Group("decisions", (hit,), 1),), 1)) == "1 hit."
    assert status(SearchResult("plan", "en", (group,), 3)) == "1 of 3 hits are shown."
    assert status(SearchResult("plna x", "en", (group,), 3, meant="plan", some=True)) == (
        "Showing hits for “plan”. Nothing contains all the words; these contain some of them. 1 of 3 hits are shown."
    )


# An answer as data

THING = "https://example.org/thing"
QUERY = Query(
    "slug", "lessons", Path("slug.rq"), "", {"en": "Which?", "sv": "Vilka?"}, {"en": "", "sv": ""},
    columns={"thing": {"en": "the thing", "sv": "saken"}}, needs={"en": "more reading", "sv": "mer läst"},
)  # fmt: skip


def answer(**other: object) -> Answer:
    rows: list[dict[str, ox.NamedNode | ox.Literal]] = [
        {
            "thing": ox.NamedNode(THING),
            "date": ox.Literal("2021-09", datatype=ox.NamedNode(EDTF)),
            "number": ox.Literal(4),
            "yes": ox.Literal(True),
            "text": ox.Literal("ord", language="sv"),
        },
        {"thing": ox.NamedNode("https://w3id.org/medskick/id/skane/other")},
    ]
    whole: dict[str, object] = {
        "query": QUERY, "lang": "en", "variables": ("thing", "date", "number", "yes", "text"), "rows": rows,
        "labels": {THING: Label("Sak", "sv")}, **other,
    }  # fmt: skip
    return Answer(**whole)  # type: ignore[arg-type]


def test_terms_as_a_reader_sees_them() -> None:
    given = answer()
    first, second = given.rows
    shown = [text_of(given, first.get(v)) for v in given.variables]
    assert shown == ["Sak [sv]", "September 2021", "4", "yes", "ord [sv]"]
    assert text_of(given, None) == "" and text_of(given, second["thing"]).endswith("skane/other")
    assert [heading(given, v) for v in ("thing", "date")] == ["the thing", "date"]


def test_an_answer_as_csv_has_names_and_iris_and_dates_as_they_are_written() -> None:
    head, first, second = as_csv(answer()).splitlines()
    assert head == "thing,thing_iri,date,number,yes,text"
    assert first == f"Sak [sv],{THING},2021-09,4,true,ord"
    assert second.endswith(",https://w3id.org/medskick/id/skane/other,,,,")


def test_an_answer_as_json_has_each_kind_of_value_as_its_own() -> None:
    content = json.loads(as_json(answer()))
    assert (content["question"], content["lang"], content["summary"]) == ("slug", "en", "Which?")
    [first, second] = content["rows"]
    assert first == {
        "thing": {"iri": THING, "label": "Sak", "lang": "sv"},
        "date": {"edtf": "2021-09", "text": "September 2021"},
        "number": 4, "yes": True, "text": "ord",
    }  # fmt: skip
    assert second["thing"]["label"] is None and second["thing"]["lang"] is None


def test_what_must_be_said_of_an_answer() -> None:
    assert notes(answer()) == []
    partly = tuple(PartlyRead(f"s{n}", f"S{n}" if n else "", f"Title {n}", "part") for n in range(8))
    [note] = notes(answer(partly=partly, sources=9))
    # six are named, by number where they have one; two more are counted
    assert "Title 0, S1, S2, S3, S4, S5" in note and "S6" not in note and " 2 more" in note
    assert "9" in note and "8" in note
    [counted] = notes(answer(partly=partly, sources=9), named=False)
    assert "S1" not in counted and "8" in counted
    [caveat] = notes(answer(caveats={"Only here.": (THING,)}))
    assert "Only here." in caveat and "“Sak”" in caveat
    [linkset] = notes(answer(linksets={"Ties": "Somebody"}))
    assert "Ties" in linkset and "Somebody" in linkset
    [none] = notes(answer(rows=[]))
    assert none
