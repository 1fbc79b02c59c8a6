"""Dates as people write them in cells: what they say is read, nothing is added, what does not say enough is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medskick.graph.date_prose import date_in_prose
from medskick.graph.dates import bounds


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("v. 45 2018", "2018-11-05/2018-11-11"),
        ("2019-W45", "2019-11-04/2019-11-10"),
        ("uke 12 2019", "2019-03-18/2019-03-24"),
        ("KW 45 2018", "2018-11-05/2018-11-11"),
        ("hösten 2019", "2019-23"),
        ("høsten 2016", "2016-23"),
        ("efterår 2016", "2016-23"),
        ("syksy 2018", "2018-23"),
        ("kevät 2016", "2016-21"),
        ("Herbst 2019", "2019-23"),
        ("sommaren 2017", "2017-22"),
        ("22 mars 2016", "2016-03-22"),
        ("den 22:a mars 2016", "2016-03-22"),
        ("March 22nd, 2016", "2016-03-22"),
        ("22. März 2016", "2016-03-22"),
        ("22.3.2016", "2016-03-22"),
        ("22/3 2016", "2016-03-22"),
        ("1 jan 2019", "2019-01-01"),
        ("okt. 2018", "2018-10"),
        ("tammikuussa 2015", "2015-01"),
        ("mars–april 2017", "2017-03/2017-04"),
        ("mars-apr 2017", "2017-03/2017-04"),
        ("1–3 mars 2017", "2017-03-01/2017-03-03"),
        ("hösten 2015 - våren 2016", "2015-23/2016-21"),
        ("2016–2017", "2016/2017"),
        ("2016-2017", "2016/2017"),
        ("ca 2015", "2015~"),
        ("noin 2015", "2015~"),
        ("före 2014", "../2013"),
        ("før 2014", "../2013"),
        ("ennen vuotta 2014", "../2013"),
        ("vor September 2014", "../2014-08"),
        ("before 1 March 2020", "../2020-02-29"),
        ("Q3 2019", "2019-35"),
        ("kv 2 2019", "2019-34"),
        ("3. kvartal 2019", "2019-35"),
        ("första halvåret 2019", "2019-40"),
    ],
)
def test_what_a_text_says_is_read(text: str, edtf: str) -> None:
    prose = date_in_prose(text)
    assert prose is not None and (prose.text, prose.sure) == (edtf, True)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        # how late in it is not said, nor is a day invented
        ("slutet av maj 2008", "2008-05"),
        ("början av 2015", "2015"),
        ("mandatperioden 2018–2022", "2018/2022"),
        # which century, which of two numbers is the month
        ("22-mar-16", "2016-03-22"),
        ("1/2 2016", "2016-02-01"),
        ("2016-17", "2016/2017"),
        # a winter is of two years
        ("vintern 2016/17", "2016-24"),
    ],
)
def test_what_may_be_meant_otherwise_is_only_likely(text: str, edtf: str) -> None:
    prose = date_in_prose(text)
    assert prose is not None and (prose.text, prose.sure) == (edtf, False)


@pytest.mark.parametrize(
    "text",
    ["43546", "snart", "efter 2014", "v 45", "mars", "31.4.2018", "2018-2016", "våren", "v. 60 2018", "Q5 2019",
     "3 möten 2019", "2019 eller 2020", "22 mars", "hösten 2019 (prel.)"],
)  # fmt: skip
def test_what_does_not_say_enough_is_refused(text: str) -> None:
    assert date_in_prose(text) is None


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.one_of(
            st.integers(0, 2200).map(str),
            st.sampled_from(["mars", "våren", "v.", "kv", "före", "ca", "-", "–", "/", "slutet", "av", "till", "2019"]),
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join)
)
def test_what_is_read_is_a_date_and_never_finer_than_what_was_written(text: str) -> None:
    prose = date_in_prose(text)
    if prose is not None:
        bounds(prose.text)
        # a day comes only of a number beside a month or a week
        if len(prose.text) >= 10 and prose.text[:10].count("-") == 2:
            assert sum(part.isdigit() for part in text.replace("/", " ").replace("–", " ").split()) >= 2
