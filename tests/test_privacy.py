"""Personal data: two lists of real spellings, seen and not taken, in tables and in remarks alike.

The telephone numbers are of ranges that the Swedish and British authorities keep for books and films, or of the
exchanges of public bodies; the personal identity number is the tax agency's own for tests.
"""

from pathlib import Path

import pytest

import own_dataset as own
from medskick.graph.assemble import assemble
from medskick.graph.privacy import identifying
from medskick.web.feedback.remark import RefusedError, checked

PHONES = [
    "070-174 06 05",
    "070 - 174 06 05",
    "070–174 06 05",
    "070—174 06 05",
    "070\u2011174\u201106\u201105",
    "070\u2212174 06 05",
    "070\u00a0174\u00a006\u00a005",
    "070.174.06.05",
    "0701740605",
    "0701-74 06 05",
    "0701-7406 05",
    "０７０-１７４ ０６ ０５",
    "(070) 174 06 05",
    "[070] 174 06 05",
    "070/174 06 05",
    "070 / 174 06 05",
    "+46 70 174 06 05",
    "+46 (0)70-174 06 05",
    "+46 (0) 70 174 06 05",
    "+46701740605",
    "0046 70 174 06 05",
    "tel:+46701740605",
    "tel:070-1740605",
    "mobil:070-1740605",
    "08-465 004 00",
    "08 46 50 04 00",
    "(08) 465 004 00",
    "031-390 06 00",
    "0980-319 20",
    "+46 980 319 200",
    "+47 22 24 90 90",
    "+358 295 16001",
    "+44 20 7946 0123",
    "020 7946 0123",
    "0117 496 0123",
]
NO_PHONES = [
    "12 000-15 000 invånare",
    "100 000–150 000 bostäder",
    "0-25 000 kronor",
    "01 500 000",
    "701 740 605 kronor",
    "ISSN 0281-0212",
    "ISBN 978-91-7000-123-4",
    "Dnr 0455-2020",
    "HSN 0812-1845",
    "RS 2019/00123",
    "LTV 2019-00045-12",
    "Fi2019/01112/OU",
    "prop. 2017/18:266",
    "org.nr 232100-0255",
    "kl. 08.30-16.00",
    "kl. 09-12, 30 deltagare",
    "09.00–12.30 50 personer",
    "08:00-17:00, 010 personer",
    "öppet 07-18 2021",
    "öppet 0800-1600",
    "öppet 08 00–16 30",
    "kl. 09 15-11 45 varje dag",
    "dnr 0401-01-17",
    "ärende 0812–03–22",
    "0800–1630, 0900–1200",
    "03-04-2021",
    "05/06/2019",
    "2021-09-23/2021-12-31",
    "sid. 012-034",
    "5 kap. 10-12 §§, SFS 2010:900",
    "N 6175000 E 450000",
]
EMAILS = [
    "a.a@region.example",
    "a.a @ region.example",
    "A.A(at)region.example",
    "a.a (at) region.example",
    "a.a[at]region.example",
    "a.a [snabel-a] region.example",
    "a.a(a)region.example",
    "a.a(at)region(punkt)example",
    "a.a {at} region [dot] example",
    "a.a＠region.example",
    "mailto:å.ä@örebro.example",
]
NO_EMAILS = ["@regionskane", "5 st @ 3.50", "se (a) region.example", "möte (at) hotellet", "a(t)b.c"]
PERSONNUMMER = [
    "19811218-9876",
    "811218-9876",
    "811218+9876",
    "198112189876",
    "8112189876",
    "811218 9876",
    "19811218 - 9876",
    "811218–9876",
    "811218\u20119876",
    "811278-9873",
    # Norway, Denmark, Finland: the examples of those who describe the numbers
    "15108695088",
    "151086 95088",
    "211062-5629",
    "131052-308T",
    "131052-308t",
]
NO_PERSONNUMMER = [
    "Dnr 191203-0012",
    "811218-9875",
    "811318-9876",
    "202100-5489",
    "20191231-20201231",
    "1981-12-18 9876",
    # one wrong sign
    "15108695077",
    "211062-5628",
    "131052-308U",
    "orgnr 971 277 882",
]


@pytest.mark.parametrize(
    ("code", "text"),
    [("phone", text) for text in PHONES]
    + [("email", text) for text in EMAILS]
    + [("personnummer", text) for text in PERSONNUMMER],
)
def test_personal_data_is_seen_however_it_is_spelt(code: str, text: str) -> None:
    assert list(identifying(f"Fråga planeraren, {text}, om kartan.")) == [code]
    with pytest.raises(RefusedError) as refused:
        checked(f"Fråga planeraren, {text}, om kartan.")
    assert refused.value.values["what"] == (code,)


@pytest.mark.parametrize("text", [*NO_PHONES, *NO_EMAILS, *NO_PERSONNUMMER])
def test_what_planners_write_with_digits_is_not_taken_for_personal_data(text: str) -> None:
    remark = f"I underlaget ({text}) står det så."
    assert identifying(remark) == {}
    assert checked(remark) == remark


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u2060"])
@pytest.mark.parametrize(
    ("code", "parts"),
    [("phone", ("0701", "234567")), ("email", ("a.a@region.ex", "ample")), ("personnummer", ("811218", "9876"))],
)
def test_no_unseen_character_hides_it(code: str, parts: tuple[str, str], unseen: str) -> None:
    assert list(identifying(f"Fråga {unseen.join(parts)} om kartan.")) == [code]


def test_tables_and_description_are_held_to_the_same(tmp_path: Path) -> None:
    own.write(
        tmp_path,
        {
            ("events", "description_sv"): f"Anmälan: {PHONES[1]}, {EMAILS[3]}",
            ("actors", "note_en"): f"Born {PERSONNUMMER[5]}",
            ("lessons", "note_sv"): "; ".join(NO_PHONES[:6]),
        },
        description={"description_en": f"Ask {PHONES[2]}."},
    )
    fault_list = {(f.file, f.column, f.code) for f in assemble([tmp_path], alone=True).faults}
    assert fault_list == {
        ("exempel/events.csv", "description_sv", "phone"),
        ("exempel/events.csv", "description_sv", "email"),
        ("exempel/actors.csv", "note_en", "personnummer"),
        ("exempel/dataset.toml", "description_en", "phone"),
    }
