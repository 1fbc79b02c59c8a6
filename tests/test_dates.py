"""Dates: bounds as the standard means them, words as a reader expects them, honest comparisons."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medskick.graph.date_prose import nearest
from medskick.graph.dates import before, bounds, duration, whole_months, words
from medskick.graph.moment import YearError


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2021-09-23", date(2021, 9, 23), date(2021, 9, 23)),
        ("2019-05", date(2019, 5, 1), date(2019, 5, 31)),
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2021-21", date(2021, 3, 1), date(2021, 5, 31)),
        ("2021-22", date(2021, 6, 1), date(2021, 8, 31)),
        ("2019-23", date(2019, 9, 1), date(2019, 11, 30)),
        # the library reads winter as December only; a source's "winter 2018" can lie on either side of new year
        ("2018-24", date(2017, 12, 1), date(2019, 2, 28)),
        ("2021-09-23/2021-12-31", date(2021, 9, 23), date(2021, 12, 31)),
        ("2012-23/2013-21", date(2012, 9, 1), date(2013, 5, 31)),
        ("2020/..", date(2020, 1, 1), None),
        # the library gives an unknown end ten years
        ("2020/", date(2020, 1, 1), None),
        ("../2020-02-15", None, date(2020, 2, 15)),
        ("2018~", date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_bounds(text: str, earliest: date | None, latest: date | None) -> None:
    days = bounds(text)
    assert (days.earliest, days.latest) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "..",
        "2021-vår",
        "21-09-2021",
        "2021-13",
        "2021-02-30",
        "2021-12-31/2021-01-01",
        "2014-W10",
        " 2020",
        "a/b/c",
    ],
)
def test_what_is_not_edtf_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        bounds(text)


@pytest.mark.parametrize("text", ["2018~", "2019?", "201X", "2020/..", "2020/", "../2020"])
def test_uncertain_dates_give_no_duration(text: str) -> None:
    days = bounds(text)
    assert days.uncertain
    assert duration(days, bounds("2022-01-01")) is None
    assert days.least_days is None


def test_days_count_both_ends() -> None:
    days = bounds("2021-09-23/2021-12-31")
    assert (days.least_days, days.most_days) == (100, 100)


def test_a_season_gives_a_span_of_days_not_one_number() -> None:
    # autumn 2012 to spring 2013: at least 30 Nov–1 Mar, at most 1 Sep–31 May
    days = bounds("2012-23/2013-21")
    assert (days.least_days, days.most_days) == (92, 273)


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("2018-11-09", "2018-11-14", "yes"),
        ("2018-11-14", "2018-11-09", "no"),
        ("2018-11-14", "2018-11-14", "no"),
        ("2020", "2021-21", "yes"),
        ("2021", "2021-05-21", "possibly"),
        ("2018~", "2022-06-14", "possibly"),
        ("2020/..", "2030", "possibly"),
        ("2021-05-21", "2021", "possibly"),
    ],
)
def test_before(a: str, b: str, answer: str) -> None:
    assert before(a, b) == answer


@pytest.mark.parametrize(
    ("text", "sv", "en"),
    [
        ("2019-09-25", "25 september 2019", "25 September 2019"),
        ("2019-05", "maj 2019", "May 2019"),
        ("2021-21", "våren 2021", "spring 2021"),
        ("2020/..", "från 2020, pågår", "from 2020, ongoing"),
        ("2020/", "från 2020, slutet är okänt", "from 2020, end unknown"),
        ("../2020-02-15", "till 15 februari 2020", "until 15 February 2020"),
        ("2018~", "omkring 2018", "about 2018"),
        ("2018-23/2018-24", "hösten 2018 – vintern 2018", "autumn 2018 – winter 2018"),
    ],
)
def test_words(text: str, sv: str, en: str) -> None:
    assert (words(text, "sv"), words(text, "en")) == (sv, en)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "sv", "en"),
    [
        # the standard's own kinds of date, with other years than its examples
        ("2019-25", "2019-03-01", "2019-05-31", "våren 2019", "spring 2019"),
        ("2019-28", "2018-12-01", "2020-02-29", "vintern 2019", "winter 2019"),
        ("2019-29", "2019-09-01", "2019-11-30", "våren 2019 (södra halvklotet)", "spring 2019 (southern hemisphere)"),
        (
            "2019-30",
            "2018-12-01",
            "2020-02-29",
            "sommaren 2019 (södra halvklotet)",
            "summer 2019 (southern hemisphere)",
        ),
        ("2019-34", "2019-04-01", "2019-06-30", "2:a kvartalet 2019", "2nd quarter 2019"),
        ("2019-36", "2019-10-01", "2019-12-31", "4:e kvartalet 2019", "4th quarter 2019"),
        ("2019-38", "2019-05-01", "2019-08-31", "andra tredjedelen av 2019", "second third of 2019"),
        ("2019-41", "2019-07-01", "2019-12-31", "andra halvåret 2019", "second half of 2019"),
        ("201X", "2010-01-01", "2019-12-31", "någon gång 2010–2019", "some time in 2010–2019"),
        ("18XX", "1800-01-01", "1899-12-31", "någon gång 1800–1899", "some time in 1800–1899"),
        ("2018-XX", "2018-01-01", "2018-12-31", "någon gång 2018", "some time in 2018"),
        ("2018-04-XX", "2018-04-01", "2018-04-30", "någon gång april 2018", "some time in April 2018"),
        ("2018-XX-XX", "2018-01-01", "2018-12-31", "någon gång 2018", "some time in 2018"),
        ("~2018", "2018-01-01", "2018-12-31", "omkring 2018", "about 2018"),
        ("2018-04~-09", "2018-04-09", "2018-04-09", "omkring 9 april 2018", "about 9 April 2018"),
        (
            "2018?-04-~09",
            "2018-04-09",
            "2018-04-09",
            "omkring 9 april 2018 (osäkert)",
            "about 9 April 2018 (uncertain)",
        ),
        ("2018-23%", "2018-09-01", "2018-11-30", "omkring hösten 2018 (osäkert)", "about autumn 2018 (uncertain)"),
        ("2018-04-09T13:30:00Z", "2018-04-09", "2018-04-09", "9 april 2018", "9 April 2018"),
        ("[2016,2018]", "2016-01-01", "2018-12-31", "2016 eller 2018", "2016 or 2018"),
        (
            "{2016, 2018-04..2018-06}",
            "2016-01-01",
            "2018-06-30",
            "2016 och april 2018 – juni 2018",
            "2016 and April 2018 – June 2018",
        ),
        (
            "2018-33/2018-41",
            "2018-01-01",
            "2018-12-31",
            "1:a kvartalet 2018 – andra halvåret 2018",
            "1st quarter 2018 – second half of 2018",
        ),
        (
            "201X/2021-XX",
            "2010-01-01",
            "2021-12-31",
            "någon gång 2010–2019 – någon gång 2021",
            "some time in 2010–2019 – some time in 2021",
        ),
    ],
)
def test_every_kind_of_date_that_is_taken_has_bounds_and_words(
    text: str, earliest: str, latest: str, sv: str, en: str
) -> None:
    days = bounds(text)
    assert (str(days.earliest), str(days.latest)) == (earliest, latest)
    assert (words(text, "sv"), words(text, "en")) == (sv, en)


# valid by the standard, but without plain words, or with an end that is open in a set
REFUSED = ["156X-12-25", "2018-XX-25", "2018-1X", "2018-11-2X", "XXXX-01-07", "XXXX", "1950S2", "[2018..]", "{..2018}"]
# outside the years that plans are made in: a slip, or a stand-in for "no end"
FAR = ["9999-12-31", "9999", "1202-03-04", "0000", "-0003", "-1985-06", "Y170000002", "Y-17E7", "2019/9999-12-31"]


@pytest.mark.parametrize("text", [*REFUSED, *FAR])
def test_a_date_without_plain_words_is_refused(text: str) -> None:
    with pytest.raises(YearError if text in FAR else ValueError) as refused:
        bounds(text)
    assert (refused.type is YearError) == (text in FAR)


DIGITS = st.text("0123456789X", min_size=4, max_size=4)
PIECES = st.sampled_from(
    ["", "-", "-0", "-1", "-2", "-3", "-12", "-XX", "/", "..", "~", "?", "%", "T10:00:00Z", "[", "]", ","]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(DIGITS, PIECES), min_size=1, max_size=6).map("".join))
def test_what_is_taken_has_words_and_not_its_own_signs(text: str) -> None:
    try:
        days = bounds(text)
    except ValueError:
        return
    assert days.earliest or days.latest
    for lang in ("sv", "en"):
        assert not set(words(text, lang)) & set("X~?%[]{}/T"), (text, words(text, lang))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2021-09-23", "2021-12-31", (3, 3)),
        # three calendar months end the day before the same day three months on
        ("2021-09-23", "2021-12-22", (3, 3)),
        ("2021-09-23", "2021-12-21", (2, 2)),
        ("2020-11-30", "2021-02-28", (3, 3)),
        ("2016-06-08", "2016-11-01", (4, 4)),
        # surely from 30 September to 1 December, at most from the first to the last day
        ("2021-09", "2021-12", (2, 4)),
        ("2021-09-23", "2021-12~", None),
        ("2021-09-23", "..", None),
    ],
)
def test_whole_months(start: str, end: str, months: tuple[int, int] | None) -> None:
    assert whole_months(bounds(start), bounds(f"{start}/..") if end == ".." else bounds(end)) == months


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2021-vår", "2021-21"),
        ("våren 2021", "2021-21"),
        ("hösten 2019", "2019-23"),
        ("2021-9-3", "2021-09-03"),
        ("20210923", "2021-09-23"),
        ("23 september 2021", "2021-09-23"),
        ("2021-09-23–2021-12-31", "2021-09-23/2021-12-31"),
        ("2019-12-05 → 2021", "2019-12-05/2021"),
        ("ca 2018", "2018~"),
        ("2014-W10", "2014-03-03/2014-03-09"),
        ("9.4.2018", "2018-04-09"),
        ("31.12.2018", "2018-12-31"),
        ("31.4.2018", None),
        ("2014 vecka 10", "2014-03-03/2014-03-09"),
        ("sep-21", "2021-09"),
        ("maj-19", "2019-05"),
        ("snart", None),
    ],
)
def test_the_nearest_fix_of_a_wrong_date(text: str, edtf: str | None) -> None:
    assert nearest(text) == edtf


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_an_interval_of_days_has_its_days_as_bounds(a: date, b: date) -> None:
    first, last = min(a, b), max(a, b)
    limits = bounds(f"{first}/{last}")
    assert (limits.earliest, limits.latest, limits.least_days) == (first, last, (last - first).days + 1)


@pytest.mark.browser_all
@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        bounds(text)
    except ValueError:
        nearest(text)


@pytest.mark.fuzz
@settings(deadline=None)
@given(st.dates(date(1600, 1, 1), date(2199, 12, 31)))
def test_plain_dates_mean_what_the_library_says(day: date) -> None:
    from edtf import parse_edtf

    for text in (f"{day.year:04}", f"{day.year:04}-{day.month:02}", f"{day.year:04}-{day.month:02}-{day.day:02}"):
        theirs = parse_edtf(text)
        days = bounds(text)
        assert days.earliest == date(*theirs.lower_strict()[:3])
        assert days.latest == date(*theirs.upper_strict()[:3])
